"""The rows of the master list: news with its words, what the controller may answer, and the nudge if nothing comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from sim.common.texts import in_a_row
from sim.common.types import NEVER, Text
from sim.drill.build.actions import Ground
from sim.drill.build.lines import Line, told_to
from sim.drill.build.names import Names
from sim.drill.build.said import NOTHING, amount, said
from sim.drill.build.scenes import Scene, kinds, words_of
from sim.drill.csv_rows import shipped
from sim.drill.expected import Action
from sim.drill.model import Inject, Overview

RESERVES = 4
"""Free injects kept in hand."""
SPARES = 3
"""News for which there was no room, kept as well."""
SEVERE = {3: "red", 2: "yellow"}


def news(
    ground: Ground, names: Names, actions: Sequence[Action], overview: Overview, first_objective: str
) -> list[Inject]:
    """Return one inject for each line; one without a timed action serves the first objective."""
    return [_news(ground, names, line, actions, overview, first_objective) for line in ground.order.lines]


def _news(
    ground: Ground, names: Names, line: Line, actions: Sequence[Action], overview: Overview, first_objective: str
) -> Inject:
    scene, row = line.scene, kinds()[line.scene.kind]
    ours = [action for action in actions if action.inject_id == line.inject_id]
    to = told_to(line.acts)
    return Inject(
        inject_id=line.inject_id, kind="inject", move_id=line.move_id, ex_min=line.ex_min,
        sim_min=round(scene.sim_min, 1), title=names.scene(scene, "title"), message=names.scene(scene, "message"),
        mode="paper" if overview.form == "tabletop" else row["mode"], from_role=words_of(row, "from"),
        to_unit=ground.cast.ids[to],
        to_role=said(f"role.{to.partition(':')[0]}"), controller="", location=names.where(scene), lon=scene.lon,
        lat=scene.lat, action_ids=tuple(action.action_id for action in ours),
        objective_ids=tuple(dict.fromkeys(a.objective_id for a in ours if a.objective_id)) or (first_objective,),
        capability=row["capability"], clause=next((a.limit_clause for a in ours if a.limit_clause), None),
        condition=said("condition.time"), materials=(), timed=any(action.timed for action in ours),
        sim_event=scene.event, theme="", answers=_answers(ground, names, line),
        first_report=_first_report(ground, names, line, overview), warning="",
    )


def _answers(ground: Ground, names: Names, line: Line) -> tuple[Text, ...]:
    """Return what the caller knows, from the simulated world: numbers, the hurt, telephones, weather."""
    scene, scenario = line.scene, ground.rehearsal.stage.scenario
    found = []
    if scene.event.startswith("demand"):
        kind = ground.plan.kinds[scene.kind]
        found.append(said("answer.count", count=amount(scene.count), unit=kind.unit))
        ours = scenario.casualties.demand == scene.number
        for severity, color in SEVERE.items():
            hurt = int(np.sum(scenario.casualties.severity[ours] == severity))
            if hurt:
                found.append(said(f"answer.{color}", count=hurt))
    if scene.zone >= 0:
        people = int(names.city.zones.people[scene.zone])
        found.append(said("answer.zone", zone=names.zone(scene.zone), people=amount(people)))
    found.append(said("answer.weather", temp=f"{scenario.temp_c:.0f}", wind=f"{scenario.wind_ms:.1f}"))
    return tuple(found)


def _first_report(ground: Ground, names: Names, line: Line, overview: Overview) -> Text:
    """Return a model first report where one is expected; what nobody knows yet is said to be unknown."""
    if not any(act.step == "report" and act.unit != "command" for act in line.acts):
        return NOTHING
    scene = line.scene
    at = datetime.fromisoformat(overview.scenario_time) + timedelta(minutes=scene.sim_min)
    reporter = next(act.unit for act in line.acts if act.step == "report")
    return said(
        "first_report", at=f"{at:%m-%d %H:%M}", title=names.scene(scene, "title"), where=names.where(scene),
        unit=ground.cast.name(reporter), count=amount(scene.count), what=ground.plan.kinds[scene.kind].unit,
        task=words_of(kinds()[scene.kind], "task"),
    )


# ---- contingencies, reserves, admin --------------------------------------------------------


def contingencies(ground: Ground, injects: Sequence[Inject], actions: Sequence[Action]) -> list[Inject]:
    """Return a nudge for each inject, due when its key action is later than its limit and than P90."""
    found = []
    for inject in injects:
        key = key_action([action for action in actions if action.inject_id == inject.inject_id])
        if key is None or key.benchmark is None or inject.ex_min is None:
            continue
        due = inject.ex_min + _due_min(ground, key)
        if due > ground.order.endex_min:
            continue
        found.append(replace(
            inject, inject_id="C" + inject.inject_id[1:], kind="contingency", ex_min=float(round(due)), sim_min=None,
            title=said("contingency.title", title=inject.title),
            message=said("contingency.message", title=inject.title), mode=_calls(inject.mode),
            condition=said("contingency.condition", minute=f"{due:.0f}", action=key.action_id),
            action_ids=(), timed=False, answers=(), first_report=NOTHING, warning="", clause=None, sim_event="",
        ))
    return found


def _calls(mode: str) -> str:
    """Return how somebody asks again: a person telephones where an instrument gave the alarm."""
    return "phone" if mode == "system_alarm" else mode


def key_action(actions: Sequence[Action]) -> Action | None:
    """Return the action that an inject is about: the first with a limit besides the report, else the first timed."""
    timed = [action for action in actions if action.timed]
    later = [action for action in timed if action.trace.step != "report"]
    limited = [action for action in later if action.limit_min is not None]
    return next(iter(limited or later or timed), None)


def _due_min(ground: Ground, action: Action) -> float:
    """Return the minutes after the inject at which *action* is later than its limit and than nine copies in ten."""
    line = next(line for line in ground.order.lines if line.inject_id == action.inject_id)
    most = ground.rehearsal.most(action.trace)
    if most == NEVER:
        minutes = ground.rehearsal.minutes(action.trace)
        most = float(np.max(minutes[np.isfinite(minutes)]))
    return max(most - line.scene.sim_min, action.limit_min or 0.0)


def reserves(ground: Ground, hazard: str, objectives: Sequence[str], first_move: str) -> list[Inject]:
    """Return free injects of several themes, to be given when players are ahead or idle."""
    rows = [row for row in shipped("reserves.csv") if row["hazard"] in ("", hazard)][:RESERVES]
    return [
        _bare(
            f"R-{number:02d}", "reserve", None, first_move, Text(row["title_zh"], row["title_en"]),
            Text(row["message_zh"], row["message_en"]), row["mode"], Text(row["from_zh"], row["from_en"]),
            ground.cast.ids.get(row["to"], ground.cast.ids["command"]), said(f"role.{row['to']}"),
            theme=row["theme"], capability=row["capability"], objective_ids=tuple(objectives[:1]),
            condition=said("condition.reserve"),
        )
        for number, row in enumerate(rows, start=1)
    ]


def spare(
    ground: Ground, names: Names, dropped: Sequence[Scene], first: int, objectives: Sequence[str], first_move: str
) -> list[Inject]:
    """Return the news for which the window had no room as reserves, numbered from *first*: it fits the story."""
    return [
        replace(
            _bare(
                f"R-{number:02d}", "reserve", None, first_move, names.scene(scene, "title"),
                names.scene(scene, "message"), kinds()[scene.kind]["mode"], words_of(kinds()[scene.kind], "from"),
                ground.cast.ids["command"], said("role.command"), theme="story",
                capability=kinds()[scene.kind]["capability"], objective_ids=tuple(objectives[:1]),
                condition=said("condition.reserve"),
            ),
            location=names.where(scene), lon=scene.lon, lat=scene.lat, sim_event=scene.event,
        )
        for number, scene in enumerate(dropped[:SPARES], start=first)
    ]


def admin(ground: Ground, overview: Overview, first_move: str, last_move: str) -> list[Inject]:
    """Return STARTEX, ENDEX and the hot wash."""
    times = (
        ("start", 0.0, first_move), ("end", overview.endex_min, last_move), ("wash", overview.endex_min, last_move),
    )
    return [
        _bare(
            f"X-{number:02d}", "admin", minute, move, said(f"admin.{key}"),
            in_a_row([said(f"admin.{key}.message", word=overview.safety_word), _opening(key, overview)]), "radio",
            said("role.director"),
            ground.cast.ids["command"], said("role.all"), theme="", capability="", objective_ids=(),
            condition=said("condition.time"),
        )
        for number, (key, minute, move) in enumerate(times, start=1)
    ]


def _opening(key: str, overview: Overview) -> Text:
    """What everybody feels at once is said with STARTEX: the first calls come before the instruments speak."""
    return said("admin.start.shaking") if key == "start" and overview.hazard == "earthquake" else NOTHING


def jump(number: int, ex_min: float, sim_min: float, move_id: str, message: Text, ground: Ground) -> Inject:
    """Return the announcement of a time jump; its id is that of the move that it opens."""
    made = _bare(
        move_id, "move", ex_min, move_id, said("jump.title", number=number), message, "radio", said("role.director"),
        ground.cast.ids["command"], said("role.all"), theme="", capability="", objective_ids=(),
        condition=said("condition.time"),
    )
    return replace(made, sim_min=sim_min)


def _bare(
    inject_id: str, kind: str, ex_min: float | None, move_id: str, title: Text, message: Text, mode: str,
    from_role: Text, to_unit: str, to_role: Text, *, theme: str, capability: str, objective_ids: tuple[str, ...],
    condition: Text,
) -> Inject:
    return Inject(
        inject_id=inject_id, kind=kind, move_id=move_id, ex_min=ex_min, sim_min=None, title=title, message=message,
        mode=mode, from_role=from_role, to_unit=to_unit, to_role=to_role, controller="", location=NOTHING, lon=None,
        lat=None, action_ids=(), objective_ids=objective_ids, capability=capability, clause=None, condition=condition,
        materials=(), timed=False, sim_event="", theme=theme, answers=(), first_report=NOTHING, warning="",
    )


