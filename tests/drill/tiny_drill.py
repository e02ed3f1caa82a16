"""A drill on a tiny world, made from simulated copies: so that its truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import tiny_world as tw
from drill.review.logs import csv_log
from drill.sample import action, inject, sample, text

from sim.drill import model as m
from sim.drill.build.benchmarks import late_shares, law
from sim.drill.copies import Stage, play_copy
from sim.drill.moments import moment_min
from sim.drill.review.as_run import changes_of, since_trigger, traces_of, triggers
from sim.drill.review.model import AsRun
from sim.drill.review.parameters import changed
from sim.hazard.redraw import execution_coefficients
from sim.plan.model import Level, ReportLink
from sim.response.log import Log

NOTICED = (10.0, 32.0, 55.0, 80.0, 104.0, 130.0)
ZONES = (0, 1, 2, 0, 1, 2)
ALERT_MIN = 2.0
CITY = tw.city(nodes=4, edges=((0, 1, 14.0), (1, 2, 12.0), (1, 3, 18.0)), zone_nodes=(1, 2, 3))
LEVEL = Level(rank=3, name=tw.text("III"), indicators={"magnitude": 5.0}, decision_min=15.0, recalls_off_duty=False)
LINK = ReportLink(link="link", name=tw.text("link"), median_min=8.0, dark_median_min=30.0, sigma=0.5)
NOTHING_DONE = AsRun(injects=(), units=(), done=())


PLAN = tw.plan(levels=(LEVEL,), report_links=(LINK,), duty_service_min=4.0)


def stage() -> Stage:
    rows = [
        {"zone": zone, "real_min": noticed - 2.0, "noticed_min": noticed, "work": 45.0}
        for zone, noticed in zip(ZONES, NOTICED, strict=True)
    ]
    alerts = (tw.Alert(known_min=ALERT_MIN, indicator="magnitude", value=6.0),)
    n = len(rows)
    draws = {"report": np.full((n, 4), 0.5), "scout": np.full(3, 0.5), "access": np.full(n, 0.25)}
    teams = (tw.team("T1", node=0, turnout_min=5.0), tw.team("T2", node=3, turnout_min=5.0))
    return Stage(
        layout=tw.layout(teams), scenario=tw.scenario(CITY, rows, alerts=alerts, draws=draws, horizon_min=600.0),
        spread=execution_coefficients(), seed=7,
    )


def moments(
    drill: m.Drill, number: int, here: Stage | None = None, factors: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Copy *number*: minutes since T0 by action."""
    own, where = changed(PLAN, here or stage(), factors or {})
    copy = play_copy(CITY, own, where, number)
    return {each: moment_min(trace, copy.scenario, copy.log) for each, trace in traces_of(drill).items()}


def play(here: Stage, number: int, levels: Mapping[int, float]) -> Log:
    """Copy *number* with the minutes of decision by rank."""
    opened = tuple(replace(each, decision_min=levels.get(each.rank, each.decision_min)) for each in PLAN.levels)
    return play_copy(CITY, replace(PLAN, levels=opened), here, number).log


def bare() -> m.Drill:
    """The drill without its laws."""
    base = sample()
    injects = [inject("I-000", "inject", ALERT_MIN, ALERT_MIN, action_ids=("A-000-1",), sim_event="alert:0")]
    actions = [
        action("A-000-1", "I-000", "U-01", "level", 15.0, trace=m.Trace(step="level", rank=3), benchmark=None)
    ]
    for d, noticed in enumerate(NOTICED):
        number = f"I-{d + 1:03d}"
        ids = tuple(f"A-{d + 1:03d}-{k}" for k in (1, 2, 3))
        injects.append(inject(number, "inject", noticed, noticed, action_ids=ids, sim_event=f"demand:{d}"))
        for k, step in enumerate(("report", "arrive", "done")):
            actions.append(
                action(
                    ids[k], number, "U-01" if k == 0 else "U-02", step, 10.0, trace=m.Trace(step=step, demand=d),
                    clock="previous" if k else "received", predecessor=ids[k - 1] if k else "", benchmark=None,
                )
            )
    overview = replace(base.overview, notice="blind", drill_id="tiny", endex_min=600.0, window_min=640.0)
    second = replace(base.units[1], unit_id="U-04", name=text("第二队", "Second team"), teams=("T2",))
    units = (*(replace(unit, teams=("T1",)) if unit.unit_id == "U-02" else unit for unit in base.units), second)
    return replace(
        base, overview=overview, injects=tuple(injects), actions=tuple(actions), moves=base.moves[:1], units=units,
        time_map=((0.0, 0.0), (600.0, 600.0)), evaluation_template="hseep_eeg",
    )


def drill(copies: int = 200) -> m.Drill:
    """The drill with its laws from *copies* copies."""
    plain = bare()
    given = triggers(plain, changes_of(plain, NOTHING_DONE))
    took: dict[str, list[float]] = {}
    for number in range(copies):
        for each, minutes in since_trigger(plain, moments(plain, number), given):
            took.setdefault(each, []).append(minutes)
    actions = tuple(replace(each, benchmark=law(took[each.action_id], None), since_t0=None) for each in plain.actions)
    simulation = replace(plain.simulation, replications=copies, first_replication=0, late_shares=late_shares(actions))
    return replace(plain, actions=actions, simulation=simulation)


def log_of(
    path: Path, plain: m.Drill, done: Mapping[str, float], given: Mapping[str, float] | None = None, absent: str = ""
) -> Path:
    """Write what happened as a log, to the second.

    *given* are minutes of injects that came otherwise than planned, *absent* is the unit that did not come.
    """
    at = {each.inject_id: (given or {}).get(each.inject_id, each.ex_min or 0.0) for each in plain.injects}
    rows = [("", inject_id, "收到", clock(minute), "", "") for inject_id, minute in at.items()]
    rows += [
        (each.action_id, "", "", clock(done[each.action_id]), "", "") for each in plain.actions
        if np.isfinite(done[each.action_id])
    ]
    rows += [("", "", "", "", absent, "未到场")] if absent else []
    return csv_log(path, rows, ("行动编号", "情况编号", "记录类型", "时间", "单位", "完成情况"))


def clock(ex_min: float) -> str:
    seconds = round((540.0 + ex_min) * 60)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
