"""The rows of the two sheets that a designer edits: the list of injects and the expected actions, as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sim.drill.model import Action, Clause, Drill, Inject
from sim.drill.papers.words import FEW, Words
from sim.drill.review.schedule import expected_times
from sim.drill.sheets.say import both
from sim.drill.sheets.values import Value

Row = Mapping[str, Value]
EXPECTED = "expected"
"""Kind of the rows of the list that show an expected action; they are edited in their own sheet."""

SHOWN = ("p10", "p50", "p80", "p90", "p95")
"""Quantiles of the sheet of expected actions."""


def msel_rows(drill: Drill) -> list[Row]:
    """Return the list: every inject, and below it what is expected, by time."""
    when = expected_times(drill)
    made: list[dict[str, Value]] = []
    for inject in drill.injects:
        made.append(inject_row(drill, inject))
        own = [action for action in drill.actions if action.inject_id == inject.inject_id]
        made += [{**mirror_row(drill, action, when[action.action_id]), "move": inject.move_id} for action in own]
    return [{**row, "seq": float(i)} for i, row in enumerate(made, start=1)]


def inject_row(drill: Drill, inject: Inject) -> dict[str, Value]:
    """Return the row of one inject, by column; its number (``seq``) is left to the list."""
    said = {action.action_id: action for action in drill.actions}
    row: dict[str, Value] = {
        "inject_id": inject.inject_id, "kind": inject.kind, "move": inject.move_id, "ex_time": inject.ex_min,
        "offset_min": inject.ex_min, "scenario_time": story(drill, inject.sim_min), "mode": inject.mode,
        "to_unit": inject.to_unit, "controller": inject.controller, "lon": inject.lon, "lat": inject.lat,
        "expected_actions": tuple(expected(said[each]) if each in said else each for each in inject.action_ids),
        "objective": inject.objective_ids, "capability": inject.capability, "materials": inject.materials,
        "timed": inject.timed, "sim_event": inject.sim_event,
        "openaev_timeline": timeline(inject.ex_min), **clause_cells(inject.clause),
    }
    for key in ("title", "message", "from_role", "to_role", "location", "condition"):
        row |= pair(key, getattr(inject, key))
    return row


def mirror_row(drill: Drill, action: Action, ex_min: float | None) -> dict[str, Value]:
    """Return the row that shows an expected action in the list, at the time at which it comes with P50 throughout.

    Its move is left to the list: that of its inject.
    """
    zh, en = (Words(drill=drill, lang=lang) for lang in ("zh", "en"))
    return {
        "inject_id": action.action_id, "kind": EXPECTED, "ex_time": ex_min, "offset_min": ex_min,
        **pair("title", action.critical_task), **pair("message", action.action), "to_unit": action.unit_id,
        **pair("to_role", action.role), "objective": (action.objective_id,) if action.objective_id else (),
        "capability": action.capability, **clause_cells(action.limit_clause),
        "condition_zh": zh.clock_of(action), "condition_en": en.clock_of(action), "timed": action.timed,
    }


def action_rows(drill: Drill) -> list[Row]:
    """Return the expected actions, in the order of the record."""
    return [action_row(action) for action in drill.actions]


def action_row(action: Action) -> dict[str, Value]:
    """Return the row of one expected action, by column."""
    row: dict[str, Value] = {
        "action_id": action.action_id, "inject_id": action.inject_id, "unit": action.unit_id, "clock": action.clock,
        "predecessor": action.predecessor, "limit_min": action.limit_min, "objective": action.objective_id,
        "target": action.target_id, "capability": action.capability, "evaluator": action.evaluator,
        "timed": action.timed, **clause_cells(action.limit_clause), **law_cells(action),
    }
    for key in ("role", "action", "standard", "binding", "critical_task"):
        row |= pair(key, getattr(action, key))
    return row


def law_cells(action: Action) -> dict[str, Value]:
    """Return what the sheet shows of a benchmark; nothing for an action that has none."""
    law = action.benchmark
    if law is None:
        return {}
    made: dict[str, Value] = {
        key: both("never") if getattr(law, key) is None else getattr(law, key) for key in SHOWN
    }
    if law.p95 is None and len(law.values) < FEW:
        made["p95"] = both("too_few", few=FEW)
    return {**made, "n": float(len(law.values)), "p_meet_limit": law.p_meet_limit, "p_not_done": law.p_not_done}


def clause_cells(clause: Clause | None) -> dict[str, Value]:
    """Return the five cells of a clause."""
    if clause is None:
        return {}
    return {
        **pair("plan", clause.plan), "clause": clause.clause, "quote": clause.quote, "checked": clause.checked,
    }


def pair(key: str, said: tuple[str, str]) -> dict[str, Value]:
    """Return the two cells of what is said in both languages."""
    return {f"{key}_zh": said[0], f"{key}_en": said[1]}


def expected(action: Action) -> str:
    """Return an expected action as one line."""
    return " ".join(f"{action.action_id} {action.action.zh} {action.action.en}".split())


def timeline(ex_min: float | None) -> str:
    """Return minutes after STARTEX as ``D+0 H+1 M+5``; empty for none."""
    if ex_min is None:
        return ""
    days, rest = divmod(round(ex_min), 1440)
    return f"D+{days} H+{rest // 60} M+{rest % 60}"


def story(drill: Drill, sim_min: float | None) -> str:
    """Return date and time of the story at a scenario minute; empty for what is not of the story."""
    if sim_min is None:
        return ""
    at = datetime.fromisoformat(drill.overview.scenario_time) + timedelta(minutes=round(sim_min))
    return at.strftime("%Y-%m-%d %H:%M")
