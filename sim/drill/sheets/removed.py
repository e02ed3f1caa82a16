"""Rows that are gone: what goes with them, and what cannot go."""

from __future__ import annotations

from sim.drill.model import Drill
from sim.drill.sheets.compare import Compared
from sim.drill.sheets.diff import Removed


def removals(drill: Drill, made: dict[str, Compared]) -> list[Removed]:
    """Return the injects and expected actions whose rows are gone, with all that hangs on them.

    Time jumps, STARTEX and ENDEX stay, and so does what others count from; that is noted in *made*.
    """
    injects = _missing(made, "msel")
    fixed = {each.inject_id for each in drill.injects if each.kind == "move"}
    fixed |= {i.inject_id for i in drill.injects if i.kind == "admin" and i.ex_min in (0.0, drill.overview.endex_min)}
    mirrors = {each.action_id: each.inject_id for each in drill.actions}
    for item in injects:
        if item in fixed:
            made["msel"].problem("stays", None, "inject_id", item)
        elif item in mirrors and mirrors[item] not in injects:
            made["msel"].keep("missing", None, item, "", item, None)
    going = [("inject", item) for item in injects if item not in fixed and item not in mirrors]
    going += [("action", item) for item in _missing(made, "actions")]
    kept = _held(drill, going)
    for (what, item), by in kept.items():
        sheet, key = ("msel", "inject_id") if what == "inject" else ("actions", "action_id")
        made[sheet].problem("held", None, key, item, by=", ".join(by))
    return _with_hanging(drill, [each for each in going if each not in kept])


def hanging(drill: Drill, item: str) -> list[str]:
    """Return what has no sense without an inject: its actions, its warnings, its contingency."""
    found = [each.action_id for each in drill.actions if each.inject_id == item]
    found += [each.warning_id for each in drill.warnings if each.inject_id == item]
    spare = "C" + item[1:]
    if item.startswith("I-") and any(each.inject_id == spare for each in drill.injects):
        found.append(spare)
    return found


def _missing(made: dict[str, Compared], sheet: str) -> list[str]:
    return made[sheet].missing if sheet in made else []


def _held(drill: Drill, going: list[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    """Return which rows cannot go, and what counts from them; what is held may hold others in turn."""
    kept: dict[tuple[str, str], list[str]] = {}
    while True:
        left = [each for each in going if each not in kept]
        own = {(what, item): {item, *(hanging(drill, item) if what == "inject" else ())} for what, item in left}
        gone = {item for items in own.values() for item in items}
        found = {each: by for each, items in own.items() if (by := _holders(drill, items, gone))}
        if not found:
            return kept
        kept |= found


def _holders(drill: Drill, items: set[str], gone: set[str]) -> list[str]:
    """Return what stays and counts from one of *items*."""
    found = [each.action_id for each in drill.actions if each.predecessor in items and each.action_id not in gone]
    return found + [
        each.warning_id for each in drill.warnings if set(each.references) & items and each.warning_id not in gone
    ]


def _with_hanging(drill: Drill, going: list[tuple[str, str]]) -> list[Removed]:
    """Name each thing that goes once: as a row that is gone, or along with the inject that it hangs on."""
    named = {item for what, item in going if what == "inject"}
    found: list[Removed] = []
    along: set[str] = set()
    for what, item in going:
        if what == "inject":
            own = tuple(each for each in hanging(drill, item) if each not in named)
            along |= set(own)
            found.append(Removed(what=what, item_id=item, along=own))
        elif item not in along:
            found.append(Removed(what=what, item_id=item, along=()))
    return found
