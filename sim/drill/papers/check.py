"""Does the drill hold together? What a checklist of exercise design asks for, answered from the record itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.drill.model import MODES, Clause, Drill, Inject

GIVEN = ("inject", "contingency", "reserve")
"""Kinds of injects that are delivered to players as news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question and its answer; *missing* names what fails it."""

    key: str
    """Its sentence is ``papers.check.<key>``."""
    missing: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Nothing fails it."""
        return not self.missing


def self_check(drill: Drill) -> list[Check]:
    """Return every check in the order in which the papers print them."""
    given = [inject for inject in drill.injects if inject.kind in GIVEN]
    answered: list[tuple[str, Iterable[str]]] = [
        ("inject_fields", (each.inject_id for each in given if not _complete(each))),
        ("timed_injects", (each.inject_id for each in drill.injects if _unanswered(each))),
        ("objectives", _idle_objectives(drill)),
        ("units", _idle_units(drill)),
        ("scenario", _scenario(drill)),
        ("evolution", _unlinked(drill)),
        ("durations", _undated(drill)),
        ("action_links", _loose_actions(drill)),
        ("inject_form", (each.inject_id for each in given if each.mode not in MODES)),
        ("benchmarks", (a.action_id for a in drill.actions if a.timed and a.benchmark is None)),
        ("window", _beyond_window(drill)),
        ("stress", (stress.kind for stress in drill.stresses if not stress.met)),
    ]
    return [Check(key=key, missing=tuple(missing)) for key, missing in answered]


def unchecked(drill: Drill) -> list[Clause]:
    """Return every clause, once, that nobody has verified."""
    clauses = [target.clause for target in drill.targets]
    clauses += [action.limit_clause for action in drill.actions if action.limit_clause is not None]
    clauses += [inject.clause for inject in drill.injects if inject.clause is not None]
    clauses += [question.clause for question in drill.questions if question.clause is not None]
    return [clause for clause in dict.fromkeys(clauses) if not clause.checked]


def _complete(inject: Inject) -> bool:
    said = (inject.from_role, inject.message)
    return all(any(each) for each in said) and bool(inject.to_unit and inject.mode and inject.objective_ids)


def _unanswered(inject: Inject) -> bool:
    """Contingencies and reserves prompt the actions of others; they need none of their own."""
    return inject.kind == "inject" and inject.timed and not inject.action_ids


def _idle_objectives(drill: Drill) -> list[str]:
    timed = {action.objective_id for action in drill.actions if action.timed}
    return [each.objective_id for each in drill.objectives if each.objective_id not in timed]


def _idle_units(drill: Drill) -> list[str]:
    busy = {action.unit_id for action in drill.actions}
    return [each.unit_id for each in drill.units if each.role in ("command", "player") and each.unit_id not in busy]


def _scenario(drill: Drill) -> list[str]:
    names = ("scenario", "consequences", "background", "evolution")
    return [name for name in names if not any(getattr(drill.overview, name))]


def _unlinked(drill: Drill) -> list[str]:
    """Return the injects that stand in no phase, and contingencies without the inject that they are for."""
    moves = {move.move_id for move in drill.moves}
    known = {inject.inject_id for inject in drill.injects}
    lost = [each.inject_id for each in drill.injects if each.kind in ("inject", "move") and each.move_id not in moves]
    orphans = (each.inject_id for each in drill.injects if each.kind == "contingency")
    return lost + [each for each in orphans if "I" + each[1:] not in known]


def _undated(drill: Drill) -> list[str]:
    """Return the injects without a start, or outside their phase, and the phases that do not last."""
    spans = {move.move_id: (move.ex_from_min, move.ex_to_min) for move in drill.moves}
    wrong = [move.move_id for move in drill.moves if move.ex_to_min <= move.ex_from_min]
    for inject in drill.injects:
        if inject.kind == "inject":
            start, end = spans.get(inject.move_id, (0.0, drill.overview.endex_min))
            if inject.ex_min is None or not start <= inject.ex_min <= end:
                wrong.append(inject.inject_id)
    return wrong


def _loose_actions(drill: Drill) -> list[str]:
    """Return the actions that no inject lists, or that wait for an action which does not exist or waits for them."""
    listed = {(inject.inject_id, action_id) for inject in drill.injects for action_id in inject.action_ids}
    before = {action.action_id: action.predecessor for action in drill.actions}
    wrong = []
    for action in drill.actions:
        seen, at = {action.action_id}, action.predecessor
        while at and at in before and at not in seen:
            seen.add(at)
            at = before[at]
        if (action.inject_id, action.action_id) not in listed or at:
            wrong.append(action.action_id)
    return wrong


def _beyond_window(drill: Drill) -> list[str]:
    overview = drill.overview
    late = [i.inject_id for i in drill.injects if i.ex_min is not None and i.ex_min > overview.window_min]
    return late + (["ENDEX"] if overview.endex_min + overview.hotwash_min > overview.window_min else [])
