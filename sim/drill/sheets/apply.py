"""Makes the drill that a diff asks for; ids stay what they are, times keep the story's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.common.types import Text
from sim.drill.build.benchmarks import late_shares
from sim.drill.build.difficulty import difficulties, overall
from sim.drill.model import Action, Benchmark, Clause, Drill, Inject, Place, PublicWarning
from sim.drill.sheets.diff import Change, Diff
from sim.drill.sheets.values import Value

PAIRS = ("title", "message", "from_role", "to_role", "location", "condition", "role", "action", "standard",
         "critical_task", "value")
"""Fields that are said in both languages, a column each."""
PLAIN = {"ex_time": "ex_min", "objective": "objective_ids"}
"""Columns whose field has another name."""
CLAUSE = ("plan_zh", "plan_en", "clause", "quote", "checked")


def apply(drill: Drill, diff: Diff) -> Drill:
    """Return *drill* with what *diff* changes, adds and removes, one version on; the same drill if that is nothing.

    What hangs on an inject goes with it: its warning moves by the same minutes, its place on the map takes its title,
    point and time; a removed inject takes what :attr:`Removed.along` names. Problems of *diff* are not applied: show
    them before.
    """
    if not diff.applies:
        return drill
    made = _removed(_changed(drill, diff.changes), diff)
    injects = [*made.injects, *(each.inject for each in diff.added)]
    if diff.added or any(each.field == "ex_time" for each in diff.changes):
        injects.sort(key=lambda each: (each.ex_min is None, each.ex_min or 0.0))
    overview = replace(made.overview, version=made.overview.version + 1)
    made = replace(made, injects=tuple(injects), overview=overview)
    return _recounted(made) if stale(diff) else made


def stale(diff: Diff) -> bool:
    """Tell whether *diff* changes what difficulty and the joint law of the actions rest on."""
    return bool(diff.removed) or any(each.field == "limit_min" for each in diff.changes)


def _recounted(drill: Drill) -> Drill:
    """Count difficulty and the joint law again: the copies' times are all in the record."""
    hard = difficulties(drill.actions)
    return replace(
        drill, difficulties=hard, overview=replace(drill.overview, difficulty=overall(hard)),
        simulation=replace(drill.simulation, late_shares=late_shares(drill.actions)),
    )


def move_at(drill: Drill, ex_min: float | None, before: str = "") -> str:
    """Return the move in which an exercise minute lies; *before* for what has no time, and outside of all."""
    if ex_min is None or not drill.moves:
        return before
    found = [each.move_id for each in drill.moves if each.ex_from_min <= ex_min]
    return found[-1] if found else before or drill.moves[0].move_id


def grouped(changes: Sequence[Change]) -> dict[tuple[str, str], dict[str, Value]]:
    """Return the new values by item and column."""
    made: dict[tuple[str, str], dict[str, Value]] = {}
    for each in changes:
        made.setdefault((each.what, each.item_id), {})[each.field] = each.after
    return made


# ---- changes -------------------------------------------------------------------------------


def _changed(drill: Drill, changes: Sequence[Change]) -> Drill:
    by_item = grouped(changes)
    injects = tuple(_inject(drill, each, by_item.get(("inject", each.inject_id), {})) for each in drill.injects)
    actions = tuple(_action(each, by_item.get(("action", each.action_id), {})) for each in drill.actions)
    texts = {
        item: _text(getattr(drill.overview, item), said, "value") for (what, item), said in by_item.items()
        if what == "overview"
    }
    shifts = {
        new.inject_id: (new.ex_min or 0.0) - (old.ex_min or 0.0)
        for old, new in zip(drill.injects, injects, strict=True)
        if None not in (old.ex_min, new.ex_min) and old.ex_min != new.ex_min
    }
    pairs = {old.inject_id: (old, new) for old, new in zip(drill.injects, injects, strict=True) if old != new}
    overview: Any = replace(drill.overview, **texts)  # type: ignore[arg-type]
    return replace(
        drill, overview=overview, injects=injects, actions=actions,
        warnings=tuple(_warning(each, shifts.get(each.inject_id, 0.0)) for each in drill.warnings),
        places=tuple(_place(each, pairs, shifts) for each in drill.places),
    )


def _inject(drill: Drill, inject: Inject, said: Mapping[str, Value]) -> Inject:
    if not said:
        return inject
    made: Inject = replace(inject, **fields_of(inject, said))
    if "ex_time" in said and inject.kind != "move":
        made = replace(made, move_id=move_at(drill, made.ex_min, inject.move_id))
    return replace(made, clause=clause_of(inject.clause, said))


def _action(action: Action, said: Mapping[str, Value]) -> Action:
    if not said:
        return action
    made: Action = replace(action, **fields_of(action, said))
    made = replace(made, limit_clause=clause_of(action.limit_clause, said))
    if "limit_min" in said and made.benchmark is not None:
        law = replace(made.benchmark, p_meet_limit=share_within(made.benchmark, made.limit_min))
        made = replace(made, benchmark=law)
    return made


def share_within(law: Benchmark, limit_min: float | None) -> float | None:
    """Return the share of the copies that keep a limit; what was never done does not; ``None`` without a limit."""
    if limit_min is None or not law.values:
        return None
    return sum(value is not None and value <= limit_min for value in law.values) / len(law.values)


def fields_of(item: Inject | Action, said: Mapping[str, Value]) -> dict[str, Any]:
    """Return the fields of *item* that the cells *said* set, clauses left out."""
    made: dict[str, Any] = {}
    for key, value in said.items():
        stem = key.rpartition("_")[0]
        if key in CLAUSE:
            continue
        if stem in PAIRS and key.endswith(("_zh", "_en")):
            made[stem] = _text(getattr(item, stem), said, stem)
        else:
            made[PLAIN.get(key, key)] = value
    return made


def _text(held: Text, said: Mapping[str, Value], stem: str) -> Text:
    zh, en = said.get(f"{stem}_zh", held.zh), said.get(f"{stem}_en", held.en)
    return Text(str(zh or ""), str(en or ""))


def clause_of(held: Clause | None, said: Mapping[str, Value]) -> Clause | None:
    """Return the clause with its changed cells; none if no word of it is left."""
    if not any(key in said for key in CLAUSE):
        return held
    old = held or Clause(plan=Text("", ""), clause="", quote="", checked=False)
    made = Clause(
        plan=_text(old.plan, said, "plan"), clause=str(said.get("clause", old.clause) or ""),
        quote=str(said.get("quote", old.quote) or ""), checked=bool(said.get("checked", old.checked)),
    )
    return made if any(made.plan) or made.clause or made.quote else None


def _warning(each: PublicWarning, shift: float) -> PublicWarning:
    if not shift:
        return each
    return replace(
        each, ex_min=_shifted(each.ex_min, shift), expires_ex_min=_shifted(each.expires_ex_min, shift)
    )


def _shifted(minutes: float, shift: float) -> float:
    """The sum without the dust of binary fractions: times are written with one decimal."""
    return round(minutes + shift, 6)


def _place(each: Place, pairs: Mapping[str, tuple[Inject, Inject]], shifts: Mapping[str, float]) -> Place:
    """The place that an inject stands for on the map has the inject's id."""
    if each.place_id not in pairs:
        return each
    old, new = pairs[each.place_id]
    made = replace(each, from_ex_min=_shifted(each.from_ex_min, shifts.get(each.place_id, 0.0)))
    if each.name == old.title:
        made = replace(made, name=new.title)
    if each.geometry == "Point" and (old.lon, old.lat) != (new.lon, new.lat):
        if new.lon is None or new.lat is None:
            return made
        made = replace(made, coordinates=((new.lon, new.lat),))
    return made


# ---- removals ------------------------------------------------------------------------------


def _removed(drill: Drill, diff: Diff) -> Drill:
    gone = {each.item_id for each in diff.removed} | {item for each in diff.removed for item in each.along}
    if not gone:
        return drill
    injects = tuple(_without(each, gone) for each in drill.injects if each.inject_id not in gone)
    branches = tuple(
        replace(each, injects=tuple(tuple(i for i in some if i not in gone) for some in each.injects))
        for each in drill.branches
    )
    return replace(
        drill, injects=injects, branches=branches,
        actions=tuple(each for each in drill.actions if each.action_id not in gone),
        warnings=tuple(each for each in drill.warnings if each.warning_id not in gone),
        places=tuple(each for each in drill.places if each.place_id not in gone),
    )


def _without(inject: Inject, gone: set[str]) -> Inject:
    """An inject from which nothing is expected any more is not timed."""
    left = tuple(each for each in inject.action_ids if each not in gone)
    if left == inject.action_ids:
        return inject
    return replace(inject, action_ids=left, timed=inject.timed and bool(left))
