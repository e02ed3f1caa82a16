"""Rows that are gone: what goes with them, and what cannot go."""

from __future__ import annotations

from sim.drill.model import Drill
from sim.drill.sheets.compare import Compared
from sim.drill.sheets.diff import Removed


def removed_injects(made: Compared) -> list[Removed]:
    """Return the injects that are not in the list any more, with all that hangs on them.

    Time jumps, STARTEX and ENDEX stay, and so does what others count from; that is noted in *made*.
    """
    drill = made.drill
    injects = {each.inject_id: each for each in drill.injects}
    actions = {each.action_id: each.inject_id for each in drill.actions}
    gone = {item for item in made.missing if item in injects}
    found: list[Removed] = []
    for item in made.missing:
        if item in actions:
            if actions[item] not in gone:
                made.keep("missing", None, item, "", item, None)
            continue
        inject = injects[item]
        if inject.kind == "move" or (inject.kind == "admin" and inject.ex_min in (0.0, drill.overview.endex_min)):
            made.problem("stays", None, "inject_id", item)
            continue
        along = hanging(drill, item)
        holders = _holders(drill, {item, *along}, gone)
        if holders:
            made.problem("held", None, "inject_id", item, by=", ".join(holders))
            continue
        found.append(Removed(what="inject", item_id=item, along=tuple(each for each in along if each not in gone)))
    return found


def removed_actions(made: Compared, injects: list[Removed]) -> list[Removed]:
    """Return the expected actions that are gone, but for those that go with their inject."""
    along = {item for each in injects for item in each.along}
    gone = set(made.missing) | along
    found: list[Removed] = []
    for item in made.missing:
        if item in along:
            continue
        holders = [
            each.action_id for each in made.drill.actions if each.predecessor == item and each.action_id not in gone
        ]
        if holders:
            made.problem("held", None, "action_id", item, by=", ".join(holders))
        else:
            found.append(Removed(what="action", item_id=item, along=()))
    return found


def hanging(drill: Drill, item: str) -> list[str]:
    """Return what has no sense without an inject: its actions, its warnings, its contingency."""
    found = [each.action_id for each in drill.actions if each.inject_id == item]
    found += [each.warning_id for each in drill.warnings if each.inject_id == item]
    spare = "C" + item[1:]
    if item.startswith("I-") and any(each.inject_id == spare for each in drill.injects):
        found.append(spare)
    return found


def _holders(drill: Drill, going: set[str], gone: set[str]) -> list[str]:
    """Return what stays and counts from something that goes."""
    found = [
        each.action_id for each in drill.actions
        if each.predecessor in going and each.action_id not in going and each.inject_id not in gone
    ]
    found += [
        each.warning_id for each in drill.warnings
        if set(each.references) & going and each.warning_id not in going and each.inject_id not in gone
    ]
    return found
