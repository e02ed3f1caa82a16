"""A small disaster to build drills from: two townships, an alarm that opens a level, buildings down, a fire."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import tiny_world as tw

from sim.common.types import Text
from sim.drill.build.build import World
from sim.drill.copies import Stage
from sim.drill.design import Choice, Design
from sim.hazard.redraw import execution_coefficients
from sim.plan.model import Level, ReportLink

LINKS = tuple(
    ReportLink(link=f"L{i}", name=tw.text(f"link {i}"), median_min=5.0, dark_median_min=30.0, sigma=0.5)
    for i in range(4)
)
LEVELS = (
    Level(rank=4, name=tw.text("IV"), indicators={"magnitude": 4.0}, decision_min=10.0, recalls_off_duty=False),
    Level(rank=3, name=tw.text("III"), indicators={"magnitude": 5.0}, decision_min=15.0, recalls_off_duty=False),
)
KINDS = (
    tw.kind("rescue_light", "rescue", 2), tw.kind("fire", "fire", 1, arrival_limit_min=5.0),
    tw.kind("power_repair", "task", 4),
)


def stage(teams: int = 3, spread: float | None = None, **changes: Any) -> World:
    """The stage; *spread* replaces every sigma, *changes* any field of the scenario."""
    city = tw.city(
        nodes=4, edges=((0, 1, 12.0), (1, 2, 12.0), (2, 3, 12.0)), zone_nodes=(1, 3), hospitals=((0, 3, 50),),
    )
    rows = [
        {"kind": "rescue_light", "zone": 0, "work": 60.0, "stake": 5.0, "quantity": 4.0, "noticed_min": 2.0},
        {"kind": "rescue_light", "zone": 1, "work": 60.0, "stake": 3.0, "quantity": 2.0, "noticed_min": 4.0},
        {"kind": "fire", "zone": 1, "work": 30.0, "stake": 2.0, "quantity": 80.0, "real_min": 40.0,
         "noticed_min": 42.0},
        {"kind": "power_repair", "zone": 0, "work": 40.0, "real_min": 90.0, "noticed_min": 92.0},
    ]
    alarm = tw.Alert(known_min=3.0, indicator="magnitude", value=5.5)
    fields: dict[str, Any] = {"hazard": "earthquake", "alerts": (alarm,), "horizon_min": 360.0} | changes
    scenario = tw.scenario(city, rows, **fields)
    sigmas = dict(execution_coefficients())
    if spread is not None:
        sigmas = dict.fromkeys(sigmas, spread)
    plan = tw.plan(kinds=KINDS, levels=LEVELS, report_links=LINKS, duty_service_min=1.0)
    layout = tw.layout([tw.team(f"T{i}", node=2 * (i % 2)) for i in range(1, teams + 1)])
    return World(city=city, plan=plan, stage=Stage(layout=layout, scenario=scenario, spread=sigmas, seed=11))


def design(**changes: Any) -> Design:
    """A plain design; *changes* replace any field."""
    said = Text("待定", "to be set")
    made = Design(
        file=Path("tiny.yaml"), design_id="tiny", name=Text("小演练", "Tiny drill"), city=Path(),
        hazard=Path("quake.yaml"), layout=None, form="field", notice="announced", purpose=said, date="2027-05-12",
        revised="2026-11-26",
        start="09:00", utc_offset="+08:00", window_min=180.0, hotwash_min=20.0, span_h=6.0, units=(), host=said,
        organiser=said, venues=said, safety_word=Text("真实险情", "REAL EMERGENCY"), forbidden=(), avoid=(), wishes=(),
        vary={}, teams_out=0, alternatives=1, replications=40, seed=11, evaluation_template="hseep_eeg",
    )
    return replace(made, **changes)


CHOICE = Choice(
    number=1, seed=1, replication=0, changes={}, teams_out=(), stresses=(), realism=0.5,
    realism_text=Text("居中", "in the middle"), differs=Text("", ""),
)
