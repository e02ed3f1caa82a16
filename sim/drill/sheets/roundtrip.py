"""Reads back a workbook (or a data file) that a designer has edited, and says what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.drill.model import Drill
from sim.drill.sheets.added import added
from sim.drill.sheets.apply import apply
from sim.drill.sheets.cautions import cautions
from sim.drill.sheets.compare import Compared, compare
from sim.drill.sheets.diff import Added, Change, Diff, Kept, Removed
from sim.drill.sheets.edits import action_changes, inject_changes, overview_changes
from sim.drill.sheets.given import Given, read_given
from sim.drill.sheets.removed import removals
from sim.drill.sheets.values import as_text


def read_msel(file: Path, drill: Drill) -> Diff:
    """Return everything in which *file* differs from what would be written for *drill*.

    *file* is the workbook of the list (any sheet may be missing) or one of the data files, in whatever order of rows
    and columns. Raises :class:`InputError` if it cannot be read, holds no sheet of a drill, or is of another drill.
    """
    given = read_given(file)
    _own_drill(given, file, drill)
    made: dict[str, Compared] = {}
    doubled: list[Problem] = []
    for each in given:
        if each.sheet in made:
            params = {"first": made[each.sheet].given.name}
            doubled.append(Problem(code="sheets.second_sheet", file=file.name, value=each.name, params=params))
        else:
            made[each.sheet] = compare(each, file, drill)
    diff = _sorted(drill, made, file)
    kept = tuple(each for one in made.values() for each in one.kept)
    problems = (*doubled, *(each for one in made.values() for each in one.problems))
    diff = replace(diff, start=drill.overview.start, kept=kept, problems=problems)
    return replace(diff, cautions=(*_version(given, file, drill), *cautions(drill, diff)))


def _sorted(drill: Drill, made: dict[str, Compared], file: Path) -> Diff:
    """Sort the differences of every sheet by what becomes of them."""
    changes: list[Change] = []
    new: list[Added] = []
    if "overview" in made:
        changes += overview_changes(made["overview"])
    if "msel" in made:
        changes += inject_changes(made["msel"])
        new = added(made["msel"])
    if "actions" in made:
        changes += action_changes(made["actions"])
        for row, _ in made["actions"].new:
            made["actions"].problem("new_action", row, "action_id", "")
    for each in made.values():
        if each.sheet not in ("msel", "actions"):
            _other_rows(each)
    return Diff(file=file.name, changes=tuple(changes), added=tuple(new), removed=tuple(removals(drill, made)))


def _other_rows(made: Compared) -> None:
    """Rows that were added to or taken from a sheet that is not read back stay in the file."""
    for item in made.missing:
        made.keep("missing", None, item, "", item, None)
    for row, cells in made.new:
        said = "; ".join(as_text(cell) for cell in cells.values() if as_text(cell))
        made.keep("new", row, "", "", None, said)


def _own_drill(given: Sequence[Given], file: Path, drill: Drill) -> None:
    said = _fact(given, "drill_id")
    if said and said != drill.overview.drill_id:
        params = {"own": drill.overview.drill_id}
        raise InputError([Problem(code="sheets.other_drill", file=file.name, value=said, params=params)])


def _version(given: Sequence[Given], file: Path, drill: Drill) -> list[Problem]:
    said = _fact(given, "version")
    if not said or said == str(drill.overview.version):
        return []
    return [Problem(code="sheets.other_version", file=file.name, value=said, params={"own": drill.overview.version})]


def _fact(given: Sequence[Given], key: str) -> str:
    """Return what the first sheet of a workbook says of itself; empty if it is not there."""
    rows = [cells for each in given if each.sheet == "overview" for _, cells in each.rows]
    found = next((cells for cells in rows if as_text(cells.get("key")) == key), {})
    return as_text(found.get("value_zh")) or as_text(found.get("value_en"))


__all__ = ["Added", "Change", "Diff", "Kept", "Removed", "apply", "read_msel"]
