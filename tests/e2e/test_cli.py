"""The commands as a user gives them: what they print, their exit status, and what bad input gets."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Result, Turnout, speak_english
from folders import LAYOUTS, ROOT, Rows, Spoil, cell, copy_examples, edit, put, replace, without

from sim import __version__

SMALL = """\
id: small
name: {zh: 小试验, en: A small study}
city: ../scenarios/shizuishan
scenario: ../scenarios/shizuishan/earthquakes/m55.yaml
layouts: [layouts/current.yaml, layouts/spread-rescue.yaml]
replications: 3
seed: 5
chunk: 1
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples and a small study, in which the commands are given."""
    copy_examples(tmp_path)
    (tmp_path / "experiments" / "small.yaml").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    speak_english(monkeypatch)
    return tmp_path


def process(*words: str, cwd: Path, **environment: str) -> Result:
    """Give a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "sim", *words], cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environment}, check=False,
    )
    return done.returncode, done.stdout, done.stderr


# ---- language ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["--lang zh check shizuishan", "check shizuishan --lang zh", "check --lang=zh shizuishan"]
)
def test_the_language_may_stand_before_or_after_the_command(words: str, here: Path, turnout: Turnout) -> None:
    status, out, _ = turnout(*words.split())
    assert status == 0
    assert "751,389 人" in out


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "数据概况"), ({"LANG": "C.UTF-8"}, "what the folder"),
        ({"LANG": "zh_CN.UTF-8", "TURNOUT_LANG": "en"}, "what the folder"),
    ],
)
def test_the_language_is_that_of_the_system_unless_told(
    variables: dict[str, str], word: str, here: Path, turnout: Turnout, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert word in turnout("check", "shizuishan")[1]


def test_a_language_that_there_is_not_is_one_line(here: Path, turnout: Turnout) -> None:
    status, out, err = turnout("--lang", "fr", "check", "shizuishan")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "'fr'" in err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help_is_in_the_language_of_the_user_even_on_an_old_terminal(lang: str, tmp_path: Path) -> None:
    status, out, err = process("compare", "--help", "--lang", lang, cwd=tmp_path)
    assert (status, err) == (0, "")
    assert {"zh": "并行进程数", "en": "number of processes"}[lang] in out
    status, _, err = process("--lang", lang, cwd=tmp_path, PYTHONUTF8="0", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert (status, err) == (0, "")


def test_version(here: Path, turnout: Turnout) -> None:
    assert turnout("--version")[:2] == (0, f"turnout {__version__}\n")


# ---- what the commands do --------------------------------------------------------------------


def test_check_shows_totals_doubts_and_layouts(here: Path, turnout: Turnout) -> None:
    status, out, err = turnout("check", "shizuishan")
    assert (status, err) == (0, "using scenarios/shizuishan\n")
    for words in (
        "751,389", "36 in 3 counties", "60 teams, 6,100 people", "23,448 items", "186 loudspeakers, 50 screens",
        "54, of them", "teams.csv: 60 rows, synthetic 60", "(spread-rescue)",
        f"{len(list(LAYOUTS.glob('*.yaml')))} layouts can be read",
    ):
        assert words in out


def test_check_lists_ids(here: Path, turnout: Turnout) -> None:
    status, out, _ = turnout("check", "shizuishan", "--list", "teams")
    assert status == 0
    assert len(out.splitlines()) == 60
    assert out.startswith("T01  ")
    status, _, err = turnout("check", "shizuishan", "--list", "trams")
    assert status == 2
    assert "teams" in err


def test_compare_runs_judges_and_leaves_a_folder(here: Path, turnout: Turnout) -> None:
    status, out, err = turnout("compare", "experiments/small.yaml", "--workers", "1", "--no-report")
    assert status == 0, err
    folder = next((here / "results" / "runs").glob("small-*"))
    files = {path.name for path in folder.iterdir()}
    assert files >= {"run.json", "study.yaml", "measures.parquet", "demands.parquet", "verdicts.csv", "verdicts.json"}
    assert not list(folder.glob("report*"))
    assert "2 layouts × 3 replications" in out
    assert "Time to basic relief" in out
    assert "estimate [interval]" in re.sub(r"[\s┃]+", " ", out)
    assert "took" in out
    assert f"results/runs/{folder.name}" in out
    assert "3/3 replications" in err
    status, again, _ = turnout("compare", "experiments/small.yaml", "--workers", "1", "--no-report", "--lang", "zh")
    assert status == 0
    assert "全部 3 次重复已有结果" in again
    assert "用时" not in again
    assert "用时" not in turnout("compare", "experiments/small.yaml", "--no-report", "--lang", "zh")[1]
    assert "基本生活救助时间" in again


def test_compare_writes_the_report_in_the_language_asked_for(here: Path, turnout: Turnout) -> None:
    status, out, err = turnout("compare", "experiments/small.yaml", "-w", "1", "-o", "here", "--lang", "zh")
    assert status == 0, err
    page = (here / "here" / "report-zh.html").read_text(encoding="utf-8")
    assert "小试验" in page
    assert "here/report-zh.html" in out


def test_more_replications_keep_those_that_are_there(here: Path, turnout: Turnout) -> None:
    turnout("compare", "experiments/small.yaml", "-w", "1", "-o", "r", "-n", "2", "--no-report")
    kept = {path: path.stat().st_mtime_ns for path in (here / "r" / "parts").rglob("*.parquet")}
    status, out, _ = turnout("compare", "experiments/small.yaml", "-w", "1", "-o", "r", "-n", "4", "--no-report")
    assert status == 0
    assert "2 replications were there already" in out
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


def test_run_tells_a_story(here: Path, turnout: Turnout) -> None:
    status, out, _ = turnout("run", "experiments/small.yaml", "--layout", "spread-rescue")
    assert status == 0
    assert "Rescue spread over the counties" in out
    assert "response opens" in out
    status, demand, _ = turnout("run", "experiments/small.yaml", "--demand", "0")
    assert status == 0
    assert all("demand 0 " in line for line in demand.splitlines())
    every = turnout("run", "experiments/small.yaml", "--all")[1].splitlines()
    crew = turnout("run", "experiments/small.yaml", "--crew", "T01")[1].splitlines()
    assert crew
    assert set(crew) < set(every)


def test_run_takes_a_hazard_file_and_the_ledger_as_it_is(here: Path, turnout: Turnout) -> None:
    status, out, _ = turnout("run", "scenarios/shizuishan/earthquakes/m55.yaml", "--seed", "9", "--lang", "zh")
    assert status == 0
    assert "台账现状" in out
    assert "种子 9" in out


def test_a_cascade_without_vessels_is_a_remark(here: Path, turnout: Turnout) -> None:
    (here / "scenarios" / "shizuishan" / "vessels.csv").unlink()
    file = here / "scenarios" / "shizuishan" / "earthquakes" / "m55.yaml"
    status, _, err = turnout("scenario", str(file))
    assert (status, "vessels.csv" in err) == (0, False)
    file.write_text(f"{file.read_text(encoding='utf-8')}\ncascades: yes\n", encoding="utf-8")
    status, _, err = turnout("scenario", str(file))
    assert status == 0
    assert err.count("vessels.csv: without this table") == 1
    assert "no chemical accidents" in turnout("check", "scenarios/shizuishan")[1]


def test_of_many_mistakes_alike_the_first_are_told(here: Path, turnout: Turnout) -> None:
    assert turnout("scenario", "m55", "--seed", "5", "--save", "mine")[0] == 0
    edit(here / "mine" / "zones.csv", lambda rows: [row.update(campers="many") for row in rows])
    status, _, err = turnout("run", "mine")
    lines = err.splitlines()
    assert status == 2
    assert sum("campers" in line for line in lines) == 10
    assert lines[-1] == "zones.csv: … and 26 more of the same kind"


def test_a_scenario_can_be_saved_shown_edited_and_played(here: Path, turnout: Turnout) -> None:
    status, _, err = turnout("scenario", "m55", "--seed", "5", "--save", "mine")
    assert (status, err) == (0, "using scenarios/shizuishan/earthquakes/m55.yaml\n")
    shown = turnout("scenario", "--show", "mine")
    assert shown[0] == 0
    assert shown[1] == turnout("scenario", "m55", "--seed", "5")[1]
    played = turnout("run", "mine", "--layout", "experiments/layouts/current.yaml")
    assert played[:2] == turnout("run", "m55", "--seed", "5", "--layout", "experiments/layouts/current.yaml")[:2]
    edit(here / "mine" / "demands.csv", lambda rows: rows[0].update(kind="dragon"))
    status, _, err = turnout("run", "mine")
    assert status == 2
    assert "demands.csv, row 2, column kind: there is no kind of demand 'dragon'" in err
    assert err.splitlines()[0] == "using the city folder scenarios/shizuishan"
    assert err.count("\n") == 2


def test_a_demand_that_is_added_keeps_its_number(here: Path, turnout: Turnout) -> None:
    assert turnout("scenario", "m55", "--seed", "5", "--save", "mine")[0] == 0

    def append(rows: Rows) -> None:
        blank = {name: "" for name in rows[0] if name.startswith(("draw_", "growth_", "noticed", "parent", "closure"))}
        rows.append(rows[0] | blank | {"demand": "9145", "kind": "fire", "real_min": "1", "outage": "", "event": ""})

    edit(here / "mine" / "demands.csv", append)
    status, out, _ = turnout("run", "mine", "--demand", "9145")
    assert status == 0
    assert all("demand 9145 (" in line for line in out.splitlines())
    assert "9145" in turnout("run", "mine", "--all")[1]
    assert re.search(r"^ *9145 ", turnout("run", "mine")[1], re.MULTILINE)
    status, _, err = turnout("run", "mine", "--demand", "9146")
    assert status == 2
    assert "no demand 9146; the numbers stand in the column demand" in err


def test_removing_a_person_is_a_remark_and_no_mistake(here: Path, turnout: Turnout) -> None:
    assert turnout("scenario", "m65-day", "--save", "mine")[0] == 0
    kept: list[str] = []

    def drop(rows: Rows) -> None:
        crowd = next(row["demand"] for row in rows if sum(r["demand"] == row["demand"] != "" for r in rows) > 1)
        kept.append(crowd)
        rows.remove(next(row for row in rows if row["demand"] == crowd))

    edit(here / "mine" / "casualties.csv", drop)
    status, _, err = turnout("run", "mine")
    assert status == 0
    assert "work_crew_min: the work" in err


@pytest.mark.parametrize("words", [("run", "mine"), ("scenario", "--show", "mine")])
@pytest.mark.parametrize("option", ["--replication", "--seed"])
def test_the_dice_of_a_saved_scenario_cannot_be_thrown_again(
    words: tuple[str, ...], option: str, here: Path, turnout: Turnout
) -> None:
    assert turnout("scenario", "m55", "--save", "mine")[0] == 0
    refused(turnout(*words, option, "5"), here, f"{option}: all dice of a saved scenario are thrown")


# ---- the user's own files go before those that ship ------------------------------------------


@pytest.fixture
def own(here: Path, turnout: Turnout, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder made by ``turnout new`` in which every kind of file has been changed."""
    assert turnout("new", "my work")[0] == 0
    monkeypatch.chdir(here / "my work")
    folder = here / "my work"
    replace("m65-day.yaml", " en: ", " en: My own ")(folder / "scenarios" / "shizuishan" / "earthquakes")
    replace("duty-room.yaml", " en: ", " en: My own ")(folder / "experiments" / "layouts")
    replace("demo.yaml", " en: ", " en: My own ")(folder / "experiments")
    replace("city.yaml", "en: Shizuishan", "en: My own city")(folder / "scenarios" / "shizuishan")
    for kind, name in (("earthquakes", "m5.5"), ("floods", "wet")):
        shelf = folder / "scenarios" / "shizuishan" / kind
        (shelf / f"{name}.yaml").write_bytes(min(shelf.glob("*.yaml")).read_bytes())
    return folder


@pytest.mark.parametrize("inside", [".", "experiments", "scenarios/shizuishan"])
def test_own_files_are_found_by_name_from_everywhere_in_the_folder(
    inside: str, own: Path, turnout: Turnout, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert turnout("scenario", "m65-day", "--save", str(own / "drill"))[0] == 0
    monkeypatch.chdir(own / inside)
    status, out, err = turnout("scenario", "m65-day")
    assert status == 0
    assert "My own" in out
    assert "m65-day.yaml" in err
    assert "My own" in turnout("run", str(own / "drill"), "--layout", "duty-room")[1]
    if inside != "scenarios/shizuishan":
        assert "My own city" in turnout("check", "shizuishan")[1]
    assert turnout("scenario", "m5.5")[0] == 0
    status, _, err = turnout("scenario", "wet")
    assert status == 0
    assert "floods/wet.yaml" in err


def test_a_study_is_found_by_name_too(own: Path, turnout: Turnout) -> None:
    status, out, err = turnout("run", "demo")
    assert status == 0
    assert err == "using experiments/demo.yaml\n"
    assert out


def test_what_the_user_does_not_have_is_taken_from_the_examples(
    tmp_path: Path, turnout: Turnout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = turnout("scenario", "m55", "--lang", "en")
    assert status == 0
    assert err == f"using {ROOT / 'scenarios' / 'shizuishan' / 'earthquakes' / 'm55.yaml'}\n"


def test_new_copies_examples_that_work(here: Path, turnout: Turnout, monkeypatch: pytest.MonkeyPatch) -> None:
    status, out, _ = turnout("new", "mine")
    assert status == 0
    assert "turnout check" in out
    assert "cd mine\n" in out
    assert 'cd "two words"\n' in turnout("new", "two words")[1]
    monkeypatch.chdir(here / "mine")
    assert turnout("check", "scenarios/shizuishan")[0] == 0
    assert (here / "mine" / "experiments" / "demo.yaml").exists()
    monkeypatch.chdir(here)
    status, _, err = turnout("new", "mine")
    assert status == 2
    assert "not empty" in err


# ---- bad input: exit status 2, one clear line per problem, nothing half-written ----------------


def refused(result: Result, here: Path, *words: str, lines: int | None = 1) -> None:
    """Check that a command was refused as it should be, with *words* in its complaint."""
    status, _, err = result
    assert status == 2, err
    for word in words:
        assert word in err
    assert "Traceback" not in err
    said = [line for line in err.splitlines() if not re.match(r"\d+/\d+ replications", line)]
    assert lines is None or len(said) == lines, err
    assert not (here / "results").exists() or not any((here / "results" / "runs").iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "nowhere"), "nowhere: the file does not exist"),
        (("compare", "nowhere.yaml"), "nowhere.yaml: the file does not exist"),
        (("compare", "experiments/small.yaml", "-n", "0"), "--replications: 0 is too small; give at least 1"),
        (("compare", "experiments/small.yaml", "-w", "-1"), "--workers: -1 is too small; give at least 1"),
        (("compare", "experiments/small.yaml", "-n", "many"), "whole number"),
        (("compare",), "is missing"),
        (("compare", "a", "b"), "one word too many"),
        (("compere", "a"), "no command 'compere'"),
        (("compare", "a", "--fast"), "no option '--fast'"),
        (("scenario",), "give a hazard file"),
        (("scenario", "--show", "experiments"), "no saved scenario"),
        (("run", "experiments/small.yaml", "--layout", "none"), "no layout 'none'"),
        (("run", "experiments/small.yaml", "--demand", "9999"), "no demand 9999"),
        (("run", "experiments/small.yaml", "--crew", "T99"), "no team or crew 'T99'"),
        (("run", "experiments"), "no saved scenario"),
    ],
)
def test_wrong_words_are_one_line(words: tuple[str, ...], said: str, here: Path, turnout: Turnout) -> None:
    refused(turnout(*words), here, said)


CITY = "scenarios/shizuishan"


@pytest.mark.parametrize("command", [("check", CITY), ("compare", "experiments/small.yaml")])
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda city: (city / "shelters.csv").unlink(), "shelters.csv: the file does not exist"),
        (put("shelters.csv", ""), "shelters.csv: is empty"),
        (cell("shelters.csv", 2, "colour", "red"), "shelters.csv, row 1, column colour: is not a known column"),
        (cell("shelters.csv", 4, "capacity", "many"), "shelters.csv, row 4, column capacity: 'many' is not a whole"),
        (cell("hospitals.csv", 3, "beds", "-7"), "hospitals.csv, row 3, column beds: -7 should be 0 or more"),
        (cell("townships.csv", 5, "households", "-5"), "townships.csv, row 5, column households: -5 should be"),
        (cell("teams.csv", 7, "base_node", "nowhere"), "teams.csv, row 7, column base_node: 'nowhere' is no road node"),
        (without("roads.csv", lambda row: "EX_WH" in (row["u"], row["v"])), "roads.csv: the road graph is in 2 pieces"),
        (put("city.yaml", "id: [\n"), "city.yaml: cannot be read as YAML"),
    ],
)
def test_a_spoilt_city_is_one_line(
    spoil: Spoil, said: str, command: tuple[str, ...], here: Path, turnout: Turnout
) -> None:
    spoil(here / CITY)
    refused(turnout(*command), here, said)


def test_every_problem_has_a_line_of_its_own_in_the_language_asked_for(here: Path, turnout: Turnout) -> None:
    cell("hospitals.csv", 3, "beds", "-7")(here / CITY)
    cell("shelters.csv", 4, "capacity", "many")(here / CITY)
    cell("nodes.csv", 4, "lat", "91")(here / CITY)
    result = turnout("check", CITY, "--lang", "zh")
    refused(result, here, "hospitals.csv，第 3 行，“beds”列", "shelters.csv，第 4 行", "nodes.csv，第 4 行", lines=3)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (replace("small.yaml", "replications: 3", "replications: 0"), "row 6, column replications: 0 is too small"),
        (replace("small.yaml", "replications: 3", "replications: three"), "'three' is not a whole number"),
        (replace("small.yaml", "seed: 5", "seeds: 5"), "there is no key 'seeds'"),
        (replace("small.yaml", "layouts/current.yaml, ", "layouts/none.yaml, "), "'layouts/none.yaml' not found"),
        (replace("small.yaml", "../scenarios/shizuishan\n", "../scenarios/none\n"), "'../scenarios/none' not found"),
        (replace("small.yaml", "chunk: 1", "overrides: {relief_limit_hours: 9}"), "no coefficient of this name"),
        (put("small.yaml", ""), "the file is empty"),
        (replace("layouts/current.yaml", "changes: []", 'changes: [{move: {team: T99, to: "640221100"}}]'),
         "current.yaml, row 5: there is no team 'T99'"),
        (replace("layouts/spread-rescue.yaml", "id: spread-rescue", "id: current"), "is also that of"),
    ],
)
def test_a_spoilt_study_is_refused_before_anything_is_written(
    spoil: Spoil, said: str, here: Path, turnout: Turnout
) -> None:
    spoil(here / "experiments")
    lines = 2 if "seeds" in said else 1  # the key that is missing is told as well
    refused(turnout("compare", "experiments/small.yaml", "-w", "1"), here, said, lines=lines)


def test_a_layout_that_does_not_fit_is_told_by_check(here: Path, turnout: Turnout) -> None:
    replace("current.yaml", "changes: []", "changes: [{remove: T99}]")(here / "experiments" / "layouts")
    result = turnout("check", CITY)
    refused(result, here, "current.yaml, row 5: there is no team 'T99'")
    assert f"{len(list(LAYOUTS.glob('*.yaml'))) - 1} layouts can be read" in result[1]


@pytest.mark.parametrize("out", ["taken", "taken/run", "/proc/turnout-run", "/dev/full/run"])
def test_a_results_folder_that_cannot_be_written_to_is_one_line(out: str, here: Path, turnout: Turnout) -> None:
    (here / "taken").write_text("mine", encoding="utf-8")
    refused(turnout("compare", "experiments/small.yaml", "-w", "1", "--out", out), here, "cannot write to", out)
    assert (here / "taken").read_text(encoding="utf-8") == "mine"


def test_a_folder_with_other_things_in_it_is_left_alone(here: Path, turnout: Turnout) -> None:
    refused(turnout("compare", "experiments/small.yaml", "-w", "1", "--out", "experiments"), here, "not a run folder")
    assert not (here / "experiments" / "parts").exists()


def test_a_run_of_other_inputs_is_left_alone_until_told(here: Path, turnout: Turnout) -> None:
    compare = ("compare", "experiments/small.yaml", "-w", "1", "-n", "1", "--out", "r", "--no-report")
    assert turnout(*compare)[0] == 0
    replace("small.yaml", "seed: 5", "seed: 6")(here / "experiments")
    refused(turnout(*compare), here, "other inputs (different: seed 5 → 6)")
    assert turnout(*compare, "--fresh")[0] == 0


def test_a_folder_in_which_another_run_writes_is_left_alone(here: Path, turnout: Turnout) -> None:
    (here / "r").mkdir()
    lock = here / "r" / "run.lock"
    lock.write_text(json.dumps({"process": os.getppid(), "host": platform.node()}), encoding="utf-8")
    compare = ("compare", "experiments/small.yaml", "-w", "1", "-n", "1", "--out", "r", "--no-report")
    refused(turnout(*compare), here, f"another run (process {os.getppid()}) is writing here")
    assert [path.name for path in (here / "r").iterdir()] == ["run.lock"]
    lock.unlink()
    assert turnout(*compare)[0] == 0
    assert not lock.exists()


def test_a_target_that_concerned_nobody_has_its_line(here: Path, turnout: Turnout) -> None:
    far = "hazard: earthquake\nid: far\nname: {zh: 远, en: far}\nmagnitude: 4.5\n"
    far += "epicentre: {lon: 106.0, lat: 39.9}\naftershocks: false\n"
    (here / CITY / "earthquakes" / "m4.5.yaml").write_text(far, encoding="utf-8")
    replace("small.yaml", "m55.yaml", "m4.5.yaml")(here / "experiments")
    compare = ("compare", "experiments/small.yaml", "-w", "1", "-n", "2", "--no-report", "--lang")
    assert re.search("Nobody was concerned in any replication: .*Public reached", turnout(*compare, "en")[1])
    assert "各次重复中均无人涉及" in turnout(*compare, "zh")[1]


def test_a_city_in_gb18030_gives_the_same_result(here: Path, turnout: Turnout) -> None:
    compare = ("compare", "experiments/small.yaml", "-w", "1", "-n", "1", "--no-report", "--out")
    assert turnout(*compare, "utf8")[0] == 0
    for path in (here / CITY).rglob("*.csv"):
        path.write_bytes(path.read_text(encoding="utf-8-sig").encode("gb18030"))
    status, out, err = turnout("check", CITY)
    assert (status, err) == (0, "")
    assert "751,389" in out
    assert turnout(*compare, "gb")[0] == 0
    verdicts = [(here / name / "verdicts.csv").read_text(encoding="utf-8-sig") for name in ("utf8", "gb")]
    assert verdicts[0] == verdicts[1]
    assert "城关镇" in verdicts[0] or "比例" in verdicts[0]


def test_debug_shows_the_traceback(here: Path) -> None:
    status, _, err = process("--debug", "check", "nowhere", cwd=here)
    assert status == 1
    assert "Traceback" in err


def test_a_closed_pipe_is_no_error(here: Path) -> None:
    command = f"{sys.executable} -m sim check scenarios/shizuishan --list coefficients | head -1"
    done = subprocess.run(
        command, shell=True, cwd=here, capture_output=True, text=True, timeout=60, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.stderr == ""
