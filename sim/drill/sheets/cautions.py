"""What is taken over but should be looked at: the order of the story, time jumps, the end, one language only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from sim.common.errors import Problem
from sim.drill.model import Drill, Inject
from sim.drill.papers.words import Words
from sim.drill.review.schedule import ex_of, jumps
from sim.drill.review.sheet import WORKBOOKS
from sim.drill.sheets.apply import CLAUSE, PAIRS, apply, move_at, stale
from sim.drill.sheets.columns import column
from sim.drill.sheets.diff import Change, Diff
from sim.drill.sheets.say import both, joined


def cautions(drill: Drill, diff: Diff) -> tuple[Problem, ...]:
    """Return what to look at before *diff* is applied, in the order of the rows."""
    if not diff.applies:
        return ()
    new = apply(drill, diff)
    rows = {each.item_id: each.row for each in diff.changes if each.field == "ex_time"}
    rows |= {each.inject.inject_id: each.row for each in diff.added}
    injects = _place(diff, "msel")
    found = [*_times(new, rows, injects), *_order(new, rows, injects), *_languages(diff), *_limits(diff)]
    if stale(diff):
        found.append(Problem(code="sheets.stale", file=diff.file))
    return tuple(found)


def _place(diff: Diff, sheet: str) -> str:
    """Return the file, and of a workbook its sheet."""
    is_book = Path(diff.file).suffix.lower() in WORKBOOKS
    return f"{diff.file} [{both(f'sheet.{sheet}')}]" if is_book else diff.file


def _times(new: Drill, rows: Mapping[str, int], file: str) -> Iterator[Problem]:
    """Look at where moved and new injects have come to lie."""
    clock = Words(drill=new, lang="zh").clock
    moved = [each for each in new.injects if each.inject_id in rows and each.ex_min is not None]
    for inject in moved:
        at, item = inject.ex_min or 0.0, inject.inject_id
        told = {"item": item, "time": clock(at)}
        if at > new.overview.endex_min and inject.kind != "admin":
            yield _caution("after_endex", file, rows[item], **told, end=clock(new.overview.endex_min))
        if inject.sim_min is not None and _elsewhere(new, inject):
            yield _caution("over_jump", file, rows[item], **told, move=move_at(new, at))
        cut = [a.action_id for a in new.actions if a.inject_id == item and a.timed and a.benchmark is not None
               and a.benchmark.p90 is not None and jumps(new, at, at + a.benchmark.p90)]
        if cut:
            yield _caution("cut_window", file, rows[item], **told, actions=", ".join(cut))
        spares = [each for each in new.injects if inject.kind == "inject" and each.inject_id == "C" + item[1:]]
        for spare in (each for each in spares if each.inject_id not in rows and each.ex_min is not None):
            yield _caution("spare_stays", file, rows[item], **told, spare=spare.inject_id, due=clock(spare.ex_min))


def _elsewhere(new: Drill, inject: Inject) -> bool:
    """Tell whether an inject is delivered on another side of a time jump than its own scenario time lies."""
    own = ex_of(new, inject.sim_min or 0.0)
    low, high = sorted((own, inject.ex_min or 0.0))
    return jumps(new, low, high)


def _order(new: Drill, rows: Mapping[str, int], file: str) -> Iterator[Problem]:
    """Look for injects told before what happened earlier, and for actions that would count from a later one."""
    told = [each for each in new.injects if each.sim_min is not None and each.ex_min is not None]
    for one, other in pairwise(told):
        swapped = (one.sim_min or 0.0) > (other.sim_min or 0.0) and (one.ex_min or 0.0) <= (other.ex_min or 0.0)
        if swapped and (row := rows.get(one.inject_id, rows.get(other.inject_id))) is not None:
            yield _caution("order", file, row, item=one.inject_id, other=other.inject_id)
    when = {each.inject_id: each.ex_min for each in new.injects}
    inject_of = {each.action_id: each.inject_id for each in new.actions}
    for action in new.actions:
        before = inject_of.get(action.predecessor, action.inject_id)
        own, other_at = when.get(action.inject_id), when.get(before)
        row = rows.get(action.inject_id, rows.get(before))
        if own is not None and other_at is not None and own < other_at and row is not None:
            yield _caution("before_predecessor", file, row, item=action.action_id, other=action.predecessor)


def _languages(diff: Diff) -> Iterator[Problem]:
    """Look for texts that were changed in one language while the other one still says the old."""
    fields = {(each.item_id, each.field) for each in diff.changes}
    for each in diff.changes:
        stem, _, lang = each.field.rpartition("_")
        other = f"{stem}_{'en' if lang == 'zh' else 'zh'}"
        if stem in (*PAIRS, "plan") and each.before and (each.item_id, other) not in fields:
            yield _caution("one_language", _place(diff, each.sheet), each.row, item=each.item_id, field=name_of(each))


def _limits(diff: Diff) -> Iterator[Problem]:
    """Look for limits that were changed while their clause still stands as it was."""
    touched = {each.item_id for each in diff.changes if each.what == "action" and each.field in CLAUSE}
    for each in diff.changes:
        if each.field == "limit_min" and each.item_id not in touched:
            yield _caution("limit_clause", _place(diff, each.sheet), each.row, item=each.item_id)


def name_of(change: Change) -> str:
    """Return the name of the changed column in both languages."""
    return joined(column(change.sheet, change.field).name)


def _caution(code: str, file: str, row: int, **params: object) -> Problem:
    return Problem(code=f"sheets.{code}", file=file, row=row, params=params)
