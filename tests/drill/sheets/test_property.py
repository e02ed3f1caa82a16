"""Whatever cells are edited: the diff is exactly these edits, and once applied there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from drill.sheets.edits import NAMES, Cells, cells_of, exported, put, save, two_goals
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sim.common.errors import InputError
from sim.drill import model as m
from sim.drill.sheets.columns import SHEETS as ALL
from sim.drill.sheets.diff_text import diff_lines
from sim.drill.sheets.roundtrip import apply, read_msel
from sim.drill.sheets.rows import action_rows, msel_rows
from sim.drill.sheets.say import joined, names_of, say
from sim.drill.sheets.values import same, tidy

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"))
SAID = st.one_of(
    st.sampled_from(["=1+1", "+86 10", "-", "@all", "'=x", "_x0041_", "12", "09:05", "电话", "O-1", "TRUE", "a\nb"]),
    st.text(LETTERS, min_size=1, max_size=30), st.text("街道坍塌，。《》\n", min_size=1, max_size=20),
).filter(lambda said: bool(tidy(said)) and tidy(said) == said.strip() and said.strip() == said)

TEXTS = {
    "msel": ("title_zh", "title_en", "message_zh", "message_en", "from_role_zh", "to_role_en", "controller",
             "location_zh", "condition_en"),
    "actions": ("role_zh", "action_zh", "action_en", "standard_zh", "standard_en", "critical_task_en", "evaluator"),
}
INJECTS = ("I-001", "I-002", "C-001", "R-01")
ACTIONS = ("A-001-1", "A-001-2", "A-001-3", "A-002-1", "A-002-2")
CLAUSED = {"msel": ("I-001", "I-002", "C-001", "R-01"), "actions": ("A-001-1", "A-001-3", "A-002-1")}
ITEMS = {"msel": INJECTS, "actions": ACTIONS}

Edit = tuple[str, str, str, object, object]


@st.composite
def edit(draw: st.DrawFn) -> Edit:
    """A sheet, a row, a column, what is written into the cell, and what that means."""
    sheet = draw(st.sampled_from(["msel", "actions"]))
    item = draw(st.sampled_from(ITEMS[sheet]))
    kind = draw(st.sampled_from(["text", "text", "clause", "own", "own"]))
    if kind == "text":
        said = draw(SAID)
        return sheet, item, draw(st.sampled_from(TEXTS[sheet])), said, said
    if kind == "clause":
        said = draw(SAID)
        key = draw(st.sampled_from(["plan_zh", "plan_en", "clause", "quote"]))
        return sheet, draw(st.sampled_from(CLAUSED[sheet])), key, said, said
    if sheet == "actions":
        limit = draw(st.integers(1, 24000)) / 100
        return sheet, item, "limit_min", limit, limit
    return draw(st.sampled_from([
        ("msel", item, "ex_time", *draw(clocks())), ("msel", item, "mode", *draw(modes())),
        ("msel", item, "to_unit", *draw(st.sampled_from(
            [("U-03", "U-03"), ("消防救援一站", "U-02"), ("U-01 市应急指挥部 City command", "U-01")]))),
        ("msel", item, "objective", *draw(st.sampled_from(
            [("O-2", ("O-2",)), ("O-2; O-1", ("O-2", "O-1")), ("", ())]))),
        ("msel", item, "lon", *(2 * [draw(st.integers(70_000_000, 140_000_000)) / 1e6])),
        ("msel", item, "lat", *(2 * [draw(st.integers(-89_000_000, 89_000_000)) / 1e6])),
    ]))


def clocks() -> st.SearchStrategy[tuple[object, object]]:
    minutes = st.integers(0, 300)
    return minutes.flatmap(lambda at: st.sampled_from([
        (f"{9 + at // 60:02d}:{at % 60:02d}", float(at)), (f"T+{at}", float(at)), ((540 + at) / 1440, float(at)),
        (f"{9 + at // 60}时{at % 60}分", float(at)),
    ]))


def modes() -> st.SearchStrategy[tuple[object, object]]:
    return st.sampled_from(m.MODES).flatmap(lambda mode: st.sampled_from([
        (mode, mode), (names_of("mode")[mode].zh, mode), (names_of("mode")[mode].en, mode),
        (joined(names_of("mode")[mode]), mode),
    ]))


def held(drill: m.Drill) -> dict[tuple[str, str, str], object]:
    rows = [("msel", row["inject_id"], row) for row in msel_rows(drill)]
    rows += [("actions", row["action_id"], row) for row in action_rows(drill)]
    return {(sheet, str(item), key): value for sheet, item, row in rows for key, value in row.items()}


def uneven() -> m.Drill:
    """Times that no clock shows: they must neither come back as edits nor be rounded by other edits."""
    drill = two_goals()
    odd = {"I-001": 5.3, "I-002": 64.8, "C-001": 45.5}
    return replace(drill, injects=tuple(
        replace(each, ex_min=odd.get(each.inject_id, each.ex_min)) for each in drill.injects
    ))


DRILL = uneven()
HELD = held(DRILL)


def original() -> Cells:
    with TemporaryDirectory() as folder:
        return cells_of(exported(DRILL, Path(folder)))


CELLS = original()


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(edits=st.lists(edit(), min_size=1, max_size=12, unique_by=lambda each: each[:3]))
def test_the_diff_is_exactly_the_edits_and_applied_it_is_gone(edits: list[Edit]) -> None:
    cells = {name: [list(row) for row in rows] for name, rows in CELLS.items()}
    for sheet, item, key, cell, _ in edits:
        put(cells, sheet, item, key, cell)
    kinds = {"ex_time": "time", "lon": "coordinate", "lat": "coordinate", "limit_min": "limit"}
    wanted = {
        (sheet, item, key): after for sheet, item, key, _, after in edits
        if not same(kinds.get(key, "text"), after, HELD.get((sheet, item, key)), DRILL)  # type: ignore[arg-type]
    }
    with TemporaryDirectory() as folder:
        diff = read_msel(save(cells, Path(folder) / "edited.xlsx"), DRILL)
        found = {(each.sheet, each.item_id, each.field): each.after for each in diff.changes}
        assert {key: _round(value) for key, value in found.items()} == {k: _round(v) for k, v in wanted.items()}
        assert not diff.problems
        assert not diff.kept
        assert not diff.added
        assert not diff.removed
        made = apply(DRILL, diff)
        now = held(made)
        follows = {"seq", "offset_min", "openaev_timeline", "move", "scenario_time", "p_meet_limit"}
        mirrored = {("msel", item) for item in ACTIONS}
        for place, before in HELD.items():
            if place[:2] in mirrored or place[2] in (*follows, "expected_actions"):
                continue
            assert _round(now.get(place)) == _round(wanted.get(place, before)), place
        assert [each.inject_id for each in made.injects if each.ex_min is None] == ["R-01"][: "R-01" in _untimed(made)]
        assert read_msel(exported(made, Path(folder) / "again"), made).empty
        for name in ("injects", "expected_actions"):
            assert read_msel(Path(folder) / "again" / "data" / f"{name}.csv", made).empty
    for lang in ("zh", "en"):
        assert len(diff_lines(diff, lang)) >= len(wanted)


def _untimed(drill: m.Drill) -> set[str]:
    return {each.inject_id for each in drill.injects if each.ex_min is None}


def _round(value: object) -> object:
    return round(value, 6) if isinstance(value, float) else value


SHEETS = sorted(CELLS)
NOISE = st.tuples(st.sampled_from(SHEETS), st.integers(0, 60), st.integers(0, 40), SAID)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(noise=st.lists(NOISE, min_size=1, max_size=8))
def test_nothing_that_differs_is_lost(noise: list[tuple[str, int, int, str]]) -> None:
    """Whatever is written anywhere below a head, its line is in the diff."""
    cells = {name: [list(row) for row in rows] for name, rows in CELLS.items()}
    touched = set()
    for name, i, j, said in noise:
        rows = cells[name]
        if len(rows) > 3:
            at = 3 + i % (len(rows) - 3)
            rows[at][j % len(rows[2])] = f"§{said}"
            touched.add((name, at + 1))
    assume(touched)
    with TemporaryDirectory() as folder:
        file = save(cells, Path(folder) / "edited.xlsx")
        if any(row[0] == "drill_id" and str(row[2]).startswith("§") for row in cells[NAMES["overview"]]):
            with pytest.raises(InputError):
                read_msel(file, DRILL)
            return
        diff = read_msel(file, DRILL)
    names = {sheet: f"{say(f'sheet.{sheet}', 'zh')} {say(f'sheet.{sheet}', 'en')}" for sheet in ALL}
    told = {(names[each.sheet], each.row) for each in (*diff.changes, *diff.kept)}
    told |= {(names["msel"], each.row) for each in diff.added}
    for problem in diff.problems:
        name = problem.file.partition("[")[2].rstrip("]")
        told.add((name, problem.row))
        told |= {(name, int(row)) for row in str(problem.params.get("rows", "")).split(", ") if row}
    assert touched <= told
