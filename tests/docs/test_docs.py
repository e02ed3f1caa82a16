"""The pages as tests: commands run, examples are read, links lead somewhere, lists equal the code."""

from __future__ import annotations

import csv
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import quakes
from ruamel.yaml import YAML

from sim.common.document import Form
from sim.drill.ask.read import read_design
from sim.hazard.cascade import all_links
from sim.hazard.chemical import spec as chemical
from sim.hazard.chemical import spec_problems as chemical_limits
from sim.hazard.chemical.tables import chemical_coefficients
from sim.hazard.flood.spec import HORIZON_H, FloodForm, IceForm, RiverForm, StormForm
from sim.hazard.flood.spec_problems import HIGH, LOW
from sim.hazard.read import read_hazard
from sim.hazard.spec import EarthquakeForm
from sim.measure.measures import Measures, measure
from sim.plan import layout as layout_forms
from sim.plan.layout import ledger_layout, read_layout
from sim.plan.ledger import Ledger, read_ledger
from sim.plan.model import Plan
from sim.plan.read_plan import read_plan
from sim.response.respond import respond
from sim.study.batch.cells_table import COLUMNS
from sim.study.batch.model import BatchStudy
from sim.study.batch.read import BatchFile, HazardForm, StopForm, read_batch
from sim.study.batch.tables import ATTRIBUTES
from sim.study.model import Study
from sim.study.parts import SCHEMA
from sim.study.read import StudyFile, read_study
from sim.study.sensitivity.model import SensitivityStudy
from sim.study.sensitivity.read import read_sensitivity
from tests.docs import reference

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
RUN = [(ROOT / "README.md", "en"), (ROOT / "README.zh-CN.md", "zh"), (ROOT / "docs/tutorial.md", "en")]
"""Pages whose commands are run; the Chinese tutorial has the same commands and examples, as another test sees."""
TWINS = [
    (page.with_name(page.name.replace(".zh-CN.md", ".md")), page) for page in PAGES if page.name.endswith(".zh-CN.md")
]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\(([^)\s]+)\)")
OURS = re.compile(r"`((?:sim|docs|tests|scenarios|experiments|plan)/[\w./*-]+)`")
SAVED = re.compile(r"`([\w./-]+\.yaml)`")
"""In the lines before a YAML block: where the reader saves it."""
SHELL = ("console", "sh")
FEW = ["--replications", "2"]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, *kinds: str) -> Iterator[tuple[str, str]]:
    """Give each fenced block of these kinds: (the two lines before it, its content)."""
    text = text_of(page)
    for found in FENCE.finditer(text):
        if found.group(1) in kinds:
            before = text[: found.start()].rstrip().splitlines()
            yield " ".join(before[-2:]), found.group(2)


def commands(page: Path) -> list[str]:
    lines = [line.strip() for _, block in blocks(page, *SHELL) for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


# ---- commands ------------------------------------------------------------------------------


def turnout(words: list[str], folder: Path, lang: str = "en") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TURNOUT_LANG": lang}
    return subprocess.run(
        [sys.executable, "-m", "sim", *words], cwd=folder, env=env, capture_output=True, text=True, check=False,
        encoding="utf-8",
    )


def few(words: list[str]) -> list[str]:
    """Return the command with two replications where it asks for more, and without the report, which others test."""
    if words[0] not in ("compare", "batch", "indicators"):
        return words
    kept, skip = [], False
    for word in words:
        if skip or word in ("--replications", "-n", "--workers", "-w"):
            skip = not skip
            continue
        kept.append(word)
    kept += [*FEW, "--workers", "1"]
    return kept if words[0] == "batch" or "--no-report" in kept else [*kept, "--no-report"]


def carry_out(page: Path, folder: Path, lang: str) -> None:
    """Do what the page tells the reader to do, from top to bottom."""
    here = folder
    for found in FENCE.finditer(text_of(page)):
        kind, content = found.groups()
        before = text_of(page)[: found.start()].rstrip().splitlines()[-2:]
        if kind == "yaml":
            target = SAVED.findall(" ".join(before))
            if target:
                (here / target[-1]).write_text(content, encoding="utf-8")
        for line in content.splitlines() if kind in SHELL else ():
            words = shlex.split(line, comments=True)
            if words[:1] == ["cd"]:
                here = here / words[1]
            elif words[:1] == ["turnout"]:
                done = turnout(few(words[1:]), here, lang)
                assert done.returncode == 0, f"{name_of(page)}: {line}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"


@pytest.mark.slow
@pytest.mark.parametrize(("page", "lang"), RUN, ids=[name_of(page) for page, _ in RUN])
def test_every_command_of_the_page_works(page: Path, lang: str, tmp_path: Path) -> None:
    carry_out(page, tmp_path, lang)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_is_one_that_there_is(page: Path) -> None:
    known = set(re.findall(r"### `turnout (\w+)", text_of(reference.PAGES / "cli.md")))
    options = set(re.findall(r"`(--?[\w-]+)`", text_of(reference.PAGES / "cli.md")))
    for line in commands(page):
        words = shlex.split(line, comments=True)
        if words[0] == "turnout":
            assert words[1] in known, line
            assert {word for word in words if word.startswith("-")} <= options, line


def test_the_two_commands_of_the_readme_are_those_of_run_py() -> None:
    words = [line.split()[2] for line in commands(ROOT / "README.md") if line.startswith("python run.py")]
    assert words == ["demo", "test"]
    usage = text_of(ROOT / "run.py")
    assert all(f"python run.py {word} " in usage for word in words)


# ---- examples ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(quakes.city())


@pytest.fixture(scope="module")
def ledger(plan: Plan) -> Ledger:
    return read_ledger(quakes.city(), plan)


def examples() -> list[tuple[Path, str]]:
    return [(page, block) for page in PAGES for _, block in blocks(page, "yaml")]


@pytest.mark.parametrize(("page", "block"), examples(), ids=[name_of(page) for page, _ in examples()])
def test_every_yaml_block_is_read_by_the_product(
    page: Path, block: str, tmp_path: Path, plan: Plan, ledger: Ledger
) -> None:
    keys = YAML(typ="safe", pure=True).load(block)
    city = quakes.city()
    if "stress" in keys:
        shelf = tmp_path / "experiments" / "drills"
        shelf.mkdir(parents=True)
        for name in ("scenarios", "experiments/layouts"):
            (tmp_path / name).symlink_to(ROOT / name, target_is_directory=True)
        (shelf / "drill.yaml").write_text(block, encoding="utf-8")
        assert read_design(shelf / "drill.yaml").design_id == keys["id"]
    elif "hazard" in keys:
        file = tmp_path / "hazard.yaml"
        file.write_text(block, encoding="utf-8")
        assert read_hazard(file, city).hazard_id == keys["id"]
    elif "hazards" in keys or "replications" in keys:
        shelf = tmp_path / "experiments"
        (shelf / "layouts").mkdir(parents=True)
        (tmp_path / "scenarios").symlink_to(ROOT / "scenarios", target_is_directory=True)
        for layout in keys["layouts"]:
            (shelf / layout).write_text("id: any", encoding="utf-8")
        (shelf / "study.yaml").write_text(block, encoding="utf-8")
        read: Callable[[Path], Study | BatchStudy | SensitivityStudy] = read_batch if "hazards" in keys else read_study
        study = (read_sensitivity if "trajectories" in keys else read)(shelf / "study.yaml")
        assert study.study_id == keys["id"]
        known = set(plan.coefficients.rows)
        assert {*study.overrides, *keys.get("parameters", {})} <= known
    elif "changes" in keys:
        file = tmp_path / "layout.yaml"
        file.write_text(block, encoding="utf-8")
        assert len(read_layout(file, city, plan, ledger).changes) >= len(keys["changes"])
    else:
        assert block.startswith("# city.yaml"), f"{name_of(page)} has a YAML block that nobody reads"
        ours = YAML(typ="safe", pure=True).load((quakes.REFERENCE / "city.yaml").read_text(encoding="utf-8"))
        assert keys == ours


# ---- links and files -----------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(FENCE.sub("", text_of(page))):
        if target.startswith(("http:", "https:")):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), f"{name_of(page)}: {target}"
        if anchor:
            titles = re.findall(r"^#+ (.+)$", text_of(there), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}, target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_named_exists(page: Path) -> None:
    own = "sim/plan/tables/", "scenarios/shizuishan/plan/"
    saved = {target for before, _ in blocks(page, "yaml") for target in SAVED.findall(before)}
    for path in OURS.findall(text_of(page)):
        places = [f"{folder}{path.removeprefix('plan/')}" for folder in own] if path.startswith("plan/") else [path]
        found = any(list(ROOT.glob(place.rstrip("/"))) for place in places)
        assert found or path in saved or _is_column(path), f"{name_of(page)}: {path}"


def _is_column(path: str) -> bool:
    """``plan/table.column`` stands for a column of a table of the plan."""
    table, _, column = path.partition(".")
    page = text_of(reference.PAGES / "city-folder.md")
    part = page.partition(f"### `{table}.csv`")[2].partition("###")[0]
    return f"| `{column}` |" in part


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_test_named_exists(page: Path) -> None:
    for path, test in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text_of(page)):
        assert f"def {test}(" in text_of(ROOT / path), test


def test_every_page_is_in_the_list_of_pages() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / target).resolve() for target in LINK.findall(text_of(index))}
    assert {page for page in PAGES if page.is_relative_to(index.parent) and page != index} == listed


# ---- both languages ------------------------------------------------------------------------


@pytest.mark.parametrize(("english", "chinese"), TWINS, ids=[name_of(zh) for _, zh in TWINS])
def test_both_languages_have_the_same_parts(english: Path, chinese: Path) -> None:
    def parts(page: Path) -> dict[str, object]:
        text = text_of(page)
        plain = FENCE.sub("", text)
        return {
            "headings": [len(marks) for marks in re.findall(r"^(#+) ", plain, re.MULTILINE)],
            "commands": commands(page),
            "blocks": [found.group(1) for found in FENCE.finditer(text)],
            "rows": len(re.findall(r"^\|", plain, re.MULTILINE)),
            "items": len(re.findall(r"^(?:-|\d+\.) ", plain, re.MULTILINE)),
            "examples": [YAML(typ="safe", pure=True).load(block) for _, block in blocks(page, "yaml")],
        }

    assert parts(english) == parts(chinese)


def test_both_languages_name_the_same_numbers_of_the_response() -> None:
    """Coefficients in code type stand in both pages of the response."""
    def names(page: str) -> set[str]:
        return set(re.findall(r"`([\w.]+)`", text_of(ROOT / "docs" / "background" / page)))

    assert names("response.md") - {"code type"} == names("response.zh-CN.md") - {"代码体"}


def test_coefficients_named_in_the_response_exist(plan: Plan) -> None:
    text = text_of(ROOT / "docs" / "background" / "response.md")
    columns = {"bystander_rate", "decision_min", "recall_min", "after_min"}
    keys = set(re.findall(r"`([a-z]\w+_\w+)`(?!\.)", text)) - columns
    rules = set(layout_forms.Rule.model_fields)
    assert keys <= set(plan.coefficients.rows) | rules, keys - set(plan.coefficients.rows) - rules


def test_values_named_in_the_response_are_those_of_the_table(plan: Plan) -> None:
    text = text_of(ROOT / "docs" / "background" / "response.md")
    said = re.findall(r"`([a-z]\w+)`\s+\(([\d.]+)(?: (?:min|h|km))?[);]", text)
    said += re.findall(r"`([a-z]\w+)`\s+([\d.]+)\b(?! %)", text)
    checked = [(key, float(value)) for key, value in said if key in plan.coefficients.rows]
    assert len(checked) >= 10
    for key, value in checked:
        assert plan.coefficients[key] == value, key


def coefficients_of(page: str) -> set[str]:
    """Return the numbers named in the table of own choices; ``a_..._b`` stands for several."""
    text = text_of(ROOT / "docs" / "background" / page)
    table = next(part for part in re.split(r"^## ", text, flags=re.MULTILINE) if "| `toxic_moderate_r`" in part)
    return {name for name in first_cells(table) if "." not in name.replace("...", "")}


def test_coefficients_named_in_the_chemical_pages_exist() -> None:
    known = chemical_coefficients().rows
    named = coefficients_of("chemical.md")
    assert len(named) >= 15
    assert named == coefficients_of("chemical.zh.md")
    for name in named:
        pattern = re.escape(name).replace(re.escape("..."), r"\w+")
        assert any(re.fullmatch(pattern, key) for key in known), name


@pytest.mark.parametrize("page", ["chemical.md", "chemical.zh.md"])
def test_values_named_in_the_chemical_pages_are_those_of_the_table(page: str) -> None:
    c, checked = chemical_coefficients(), 0
    for line in text_of(ROOT / "docs" / "background" / page).splitlines():
        found = re.match(r"\| `(\w+)` \| ([\d.,]+\d|\d)", line)
        if found and found.group(1) in c.rows:
            assert c[found.group(1)] == float(found.group(2).replace(",", "")), line
            checked += 1
    assert checked >= 7


def test_links_of_the_cascades_are_all_explained() -> None:
    """Both pages have a row for each link that there is a model for."""
    english = section_of("chemical.md", "5. Cascades")
    assert set(re.findall(r"(\w+) > (\w+)", english)) == {tuple(link.split(">")) for link in all_links()}
    words = {"earthquake": "地震", "flood": "洪水", "release": "泄漏", "fire": "火灾", "explosion": "爆炸"}
    chinese = section_of("chemical.zh.md", "五、连锁")
    expected = {tuple(words[word] for word in link.split(">")) for link in all_links()}
    assert set(re.findall(r"(\w+) > (\w+)", chinese)) == expected


def section_of(page: str, title: str) -> str:
    return text_of(ROOT / "docs" / "background" / page).partition(f"\n## {title}\n")[2].partition("\n## ")[0]


# ---- lists equal the code ------------------------------------------------------------------


@pytest.mark.parametrize("page", sorted(reference.PARTS))
def test_the_part_from_the_code_is_up_to_date(page: str) -> None:
    file = reference.PAGES / page
    assert reference.updated(file) == text_of(file), "give: PYTHONPATH=.:tests python tests/docs/reference.py"


def section(page: str, title: str) -> str:
    text = text_of(reference.PAGES / page)
    assert f"\n## {title}\n" in text
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(part: str) -> list[str]:
    """Return every name in code type in the first cells of the tables of *part*."""
    cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize("table", [table for table in SCHEMA if table != "curves"])
def test_columns_of_the_tables(table: str) -> None:
    assert first_cells(section("tables.md", f"`{table}`")) == list(SCHEMA[table])


def test_columns_of_the_curves() -> None:
    parts, whole = section("tables.md", "`curves`").split("| column in the run folder |")
    assert first_cells(parts) == list(SCHEMA["curves"])
    assert first_cells(whole) == ["layout", "curve", "minute", "mean", "p10", "p50", "p90"]


@pytest.mark.slow
def test_columns_of_the_verdicts(tmp_path: Path) -> None:
    done = turnout(few(["compare", "earthquake-m55", "--out", str(tmp_path / "run")]), tmp_path)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "run" / "verdicts.csv").open(encoding="utf-8-sig", newline="") as stream:
        header = next(csv.reader(stream))
    assert sorted(first_cells(section("tables.md", "`verdicts.csv`"))) == sorted(header)


@pytest.fixture(scope="module")
def measured(plan: Plan, ledger: Ledger) -> Measures:
    city, layout, scenario = quakes.city(), ledger_layout(ledger), quakes.drawn("m55")
    return measure(respond(city, plan, layout, scenario), city, plan, layout, scenario)


def test_measures_of_the_city(measured: Measures, plan: Plan) -> None:
    of_many = {**dict.fromkeys(plan.kinds, "<kind>"), **{line.line_id: "<line>" for line in plan.kit}}
    names = set()
    for name in measured.values:
        stem, _, which = name.partition(".")
        which = "tier<k>" if re.fullmatch(r"tier\d", which) else of_many.get(which, which)
        names.add(f"{stem}.{which}" if which else stem)
    assert set(first_cells(section("measures.md", "Of the whole city"))) == names


def test_measures_of_the_townships_and_curves(measured: Measures) -> None:
    assert set(first_cells(section("measures.md", "By township"))) == set(measured.by_zone)
    curves = section("measures.md", "Curves")
    assert set(re.findall(r"`(\w+)`", curves)) == set(measured.curves)


def test_keys_of_a_study_file() -> None:
    study, batch, hazard, stop = re.split(r"^## .+$", text_of(reference.PAGES / "study-file.md"), flags=re.MULTILINE)
    assert first_cells(study) == list(StudyFile.model_fields)
    assert first_cells(batch) == list(BatchFile.model_fields)
    assert first_cells(hazard) == list(HazardForm.model_fields)
    assert first_cells(stop) == list(StopForm.model_fields)


def test_columns_that_a_batch_adds() -> None:
    part = section("tables.md", "Tables of a batch")
    cells, results = part.split("| column of `results` |")
    assert first_cells(cells) == [*COLUMNS, "(parameters)", "replications"]
    assert first_cells(results) == ["cell", *ATTRIBUTES, "(parameters)", *SCHEMA["measures"]]


FLOOD_PARTS: dict[str, type[Form]] = {"storm": StormForm, "river": RiverForm, "ice": IceForm}


def test_keys_of_an_earthquake_file() -> None:
    assert first_cells(section("hazard-file.md", "Earthquake")) == list(EarthquakeForm.model_fields)


def test_keys_of_a_flood_file() -> None:
    top, *parts = re.split(r"^\| key of `", section("hazard-file.md", "Flood"), flags=re.MULTILINE)
    assert sorted(first_cells(top)) == sorted(FloodForm.model_fields)
    assert {part.partition("`")[0]: first_cells(part) for part in parts} == {
        name: list(form.model_fields) for name, form in FLOOD_PARTS.items()
    }


def test_ranges_and_horizons_of_a_flood_file() -> None:
    part = section("hazard-file.md", "Flood")
    for key, low in LOW.items():
        row = next(line for line in part.splitlines() if line.startswith(f"| `{key.rpartition('.')[2]}`"))
        assert all(f"{value:.10g}" in row.replace(",", "") for value in (low, HIGH[key])), key
    hours = next(line for line in part.splitlines() if line.startswith("| `horizon_h`"))
    assert all(f"{hours_:g} for " in hours and f"`{kind}`" in hours for kind, hours_ in HORIZON_H.items())


def test_there_is_an_example_of_each_kind_of_flood() -> None:
    files = [YAML(typ="safe", pure=True).load(block) for _, block in blocks(reference.PAGES / "hazard-file.md", "yaml")]
    assert {file["kind"] for file in files if file["hazard"] == "flood"} == set(HORIZON_H)


def test_keys_of_a_chemical_file() -> None:
    top, *parts = re.split(r"^\| key of `", section("hazard-file.md", "Chemical accident"), flags=re.MULTILINE)
    assert sorted(first_cells(top)) == sorted(chemical.ChemicalForm.model_fields)
    assert {part.partition("`")[0]: first_cells(part) for part in parts} == {
        "release": list(chemical.ReleaseForm.model_fields), "weather": list(chemical.WeatherForm.model_fields),
    }


def test_ranges_and_horizon_of_a_chemical_file() -> None:
    lines = section("hazard-file.md", "Chemical accident").splitlines()
    for key, low in chemical_limits.LOW.items():
        row = next(line for line in lines if line.startswith(f"| `{key.rpartition('.')[2]}`"))
        assert all(re.search(rf"\b{value:g}\b", row) for value in (low, chemical_limits.HIGH[key])), key
    assert f"| {chemical.HORIZON_H:g} |" in next(line for line in lines if line.startswith("| `horizon_h`"))


def test_sizes_of_a_release_are_those_of_the_table() -> None:
    row = next(line for line in section("hazard-file.md", "Chemical accident").splitlines() if "| `size`" in line)
    c = chemical_coefficients()
    for size in ("small", "medium"):
        assert f"`{size}` ({c[f'hole_{size}_low_mm']:g} to {c[f'hole_{size}_high_mm']:g} mm)" in row


def test_links_of_the_cascades() -> None:
    assert first_cells(section("hazard-file.md", "Cascades")) == list(all_links())


def test_changes_of_a_layout() -> None:
    page = text_of(reference.PAGES / "layout-file.md")
    top, changes = page.split("| change | keys | does |")
    assert first_cells(top) == list(layout_forms.LayoutForm.model_fields)
    assert first_cells(changes) == list(layout_forms.Change.model_fields)
    for guide in ("layouts.md", "layouts.zh-CN.md"):
        (_, block), *_ = blocks(ROOT / "docs" / "guides" / guide, "yaml")
        used = {key for change in YAML(typ="safe", pure=True).load(block)["changes"] for key in change}
        assert used == set(layout_forms.Change.model_fields)


def test_targets_of_the_reference_city(plan: Plan) -> None:
    part = section("targets.md", "Those of the reference city")
    assert set(first_cells(part)) == {target.target_id for target in plan.targets}
