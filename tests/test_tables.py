"""Every number that ships says where it comes from, can be used, and is used."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

import pytest

from sim.common.coefficients import EVIDENCE

ROOT = Path(__file__).parent.parent
COEFFICIENTS = [
    ROOT / "sim" / "hazard" / "tables" / "earthquake.csv",
    ROOT / "sim" / "hazard" / "tables" / "relations.csv",
    ROOT / "sim" / "hazard" / "tables" / "flood.csv",
    ROOT / "sim" / "hazard" / "tables" / "flood_consequences.csv",
    ROOT / "sim" / "hazard" / "tables" / "flood_relations.csv",
    ROOT / "sim" / "hazard" / "tables" / "chemical_source.csv",
    ROOT / "sim" / "hazard" / "tables" / "chemical_cloud.csv",
    ROOT / "sim" / "hazard" / "tables" / "chemical_consequences.csv",
    ROOT / "sim" / "hazard" / "tables" / "chemical_source_relations.csv",
    ROOT / "sim" / "hazard" / "tables" / "chemical_cloud_relations.csv",
    ROOT / "sim" / "plan" / "tables" / "response.csv",
]
TABLES = sorted((ROOT / "sim").glob("*/tables/*.csv"))
PLANS = sorted((ROOT / "scenarios").glob("*/plan/*.csv"))
OWN = ("own", "judgement", "assumption")
CROSS_CHECKS = {"kobe"}
"""Published curves that only the check values of the theory ask for by name."""
BARE = {"own", "own assumption", "own judgement", "own choice"}


def rows_of(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of *path* with the line number that an editor shows."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        return [(reader.line_num, row) for row in reader]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def found(lines: list[str]) -> None:
    assert not lines, "\n" + "\n".join(lines)


def tagged(row: dict[str, str]) -> list[tuple[str, str]]:
    """Return source and evidence of *row*, once for each pair of columns that a table has."""
    pairs = (("source", "evidence"), ("shares_source", "shares_evidence"))
    return [(row[source], row[tag]) for source, tag in pairs if source in row]


def test_the_tables_are_found() -> None:
    assert set(COEFFICIENTS) <= set(TABLES)
    assert {path.parent.parent.name for path in TABLES} == {"city", "drill", "hazard", "plan"}
    assert PLANS


@pytest.mark.parametrize("path", [*TABLES, *PLANS], ids=name)
def test_every_row_has_as_many_cells_as_the_head(path: Path) -> None:
    found([f"{name(path)}:{line}" for line, row in rows_of(path) if None in row or None in row.values()])


@pytest.mark.parametrize("path", COEFFICIENTS, ids=name)
def test_every_coefficient_has_a_unit_and_lies_in_its_range(path: Path) -> None:
    wrong = []
    for line, row in rows_of(path):
        value = float(row["value"])
        low, high = (float(row[end]) if row[end] else value for end in ("low", "high"))
        if not row["unit"].strip() or not low <= value <= high:
            wrong.append(f"{name(path)}:{line}: {row['key']} {low} <= {value} <= {high} {row['unit']!r}")
    found(wrong)


@pytest.mark.parametrize("path", COEFFICIENTS, ids=name)
def test_a_judgement_has_a_range(path: Path) -> None:
    found([
        f"{name(path)}:{line}: {row['key']}"
        for line, row in rows_of(path)
        if row["evidence"] == "J" and not (row["low"] and row["high"])
    ])


def test_no_coefficient_is_given_twice() -> None:
    keys = [row["key"] for path in COEFFICIENTS for _, row in rows_of(path)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("path", TABLES, ids=name)
def test_every_row_names_its_source_and_how_far_to_trust_it(path: Path) -> None:
    wrong = []
    for line, row in rows_of(path):
        for source, tag in tagged(row) or [("", "")]:
            if not source.strip() or tag not in EVIDENCE:
                wrong.append(f"{name(path)}:{line}: {source!r} {tag!r}")
    found(wrong)


@pytest.mark.parametrize("path", TABLES, ids=name)
def test_what_is_published_names_who_published_it(path: Path) -> None:
    found([
        f"{name(path)}:{line}: {tag} {source}"
        for line, row in rows_of(path)
        for source, tag in tagged(row)
        if tag != "J" and source.lower().startswith(OWN)
    ])


@pytest.mark.parametrize("path", TABLES, ids=name)
def test_a_judgement_says_why(path: Path) -> None:
    found([
        f"{name(path)}:{line}: {source}"
        for line, row in rows_of(path)
        for source, tag in tagged(row)
        if tag == "J" and source.strip() in BARE
    ])


@pytest.mark.parametrize("path", [*TABLES, *PLANS], ids=name)
def test_no_source_is_a_paper_that_does_not_ship(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found(re.findall(r"hazard-models.*|layout-methods.*|city-data\.md.*|\bdesign(?:\.md)?: .*", text))


@pytest.mark.parametrize("folder", ["sim", "scenarios", "experiments", "docs"])
def test_no_text_points_to_a_paper_that_does_not_ship(folder: str) -> None:
    kinds = {".py", ".md", ".csv", ".json", ".yaml", ".j2", ".js"}
    papers = re.compile(r"hazard-models|layout-methods|city-data\.md")
    found([
        name(path)
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in kinds and papers.search(path.read_text(encoding="utf-8"))
    ])


class Keys(ast.NodeVisitor):
    """The keys that code asks a table for: as they stand (``c["gr_b"]``) or built (``c[f"loss_d{k}"]``)."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.forms: set[str] = set()

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.words.add(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        parts = ["(.+)" if isinstance(part, ast.FormattedValue) else re.escape(part.value) for part in node.values]
        self.forms.add("".join(parts))
        self.generic_visit(node)


@pytest.fixture(scope="module")
def keys() -> Keys:
    keys = Keys()
    for path in sorted((ROOT / "sim").rglob("*.py")):
        if path.parts[-2] != "report":
            keys.visit(ast.parse(path.read_text(encoding="utf-8")))
    keys.words |= {word.replace(" ", "_") for word in terrains()}
    keys.words |= CROSS_CHECKS
    return keys


def terrains() -> set[str]:
    """Return the words for the ground that the shipped cities use; the site terms are asked for by them."""
    return {row["terrain"] for path in (ROOT / "scenarios").glob("*/townships.csv") for _, row in rows_of(path)}


def is_used(key: str, keys: Keys) -> bool:
    """Tell whether *key* stands in the code, or can be built of words (or numbers) that stand there."""
    if key in keys.words:
        return True
    built = (re.fullmatch(form, key) for form in keys.forms if re.search("[a-z_]", form.replace("(.+)", "")))
    return any(match and all(part.isdigit() or part in keys.words for part in match.groups()) for match in built)


@pytest.mark.parametrize("path", COEFFICIENTS, ids=name)
def test_every_coefficient_is_used(path: Path, keys: Keys) -> None:
    found([f"{name(path)}:{line}: {row['key']}" for line, row in rows_of(path) if not is_used(row["key"], keys)])


@pytest.mark.parametrize("key", ["triage_min", "loss_d_six", "rockfall_far", "gr_bb", "nowhere_1"])
def test_a_coefficient_that_nobody_asks_for_is_found(key: str, keys: Keys) -> None:
    assert not is_used(key, keys)
