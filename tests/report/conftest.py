"""Small finished runs, made by playing tiny worlds: an earthquake and a flood, under two layouts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import clouds
import numpy as np
import pytest
import tiny_world as tw
from ring_leak import a_release

import sim.report.replay
from sim.city.model import Fault, Outline, Provenance
from sim.common.types import Text
from sim.hazard.cascade import NONE
from sim.hazard.scenario import AvoidableLoss, Event, Scenario, Series
from sim.hazard.tables import earthquake_coefficients
from sim.measure.measures import measure
from sim.measure.verdict import Comparison
from sim.plan.ledger import Ledger
from sim.plan.model import Depot, Item, KitLine, Level, Target
from sim.report.source import Source, gather
from sim.report.write import render
from sim.response.respond import respond
from sim.study.compare import compare
from sim.study.folder import manifest_of, write_json
from sim.study.model import Inputs, Study
from sim.study.parts import join_parts, write_part
from sim.study.rows import Rows
from sim.study.run import RunResult

N = 6
ONE, OTHER = Text("近处", "near <by>"), Text("远处", "far & away")
"""Names that would break a page that does not escape them."""


def a_city() -> Any:
    city = tw.city(
        nodes=4,
        edges=((0, 1, 30.0), (1, 2, 30.0), (2, 3, 30.0)),
        zone_nodes=(1, 2, 3),
        shelters=((0, 500, False), (1, 80, True)),
        hospitals=((1, 2, 50),),
    )
    square = ((105.95, 38.95), (106.05, 38.95), (106.05, 39.05), (105.95, 39.05), (105.95, 38.95))
    return replace(
        city,
        zone_outlines=(Outline(code="Z0", name=tw.text("zone 0"), rings=(square,)),),  # two zones have none: discs
        county_outlines=(Outline(code="C", name=Text("甲县", "County C"), rings=(square,)),),
        rivers=(Outline(code="", name=tw.text("river"), rings=(square[:3],)),),
        faults=(Fault(fault_id="F", name=tw.text("fault"), kind="normal", max_magnitude=7.0, trace=square[:2]),),
        provenance=(
            Provenance(
                file="townships.csv", rows=3, confidence={"published": 1, "estimated": 2}, sources=("a",), sha256=""
            ),
        ),
    )


def a_plan() -> Any:
    kit = (
        KitLine(
            line_id="bed",
            name=Text("被褥", "bedding"),
            items=("I1",),
            per_person=1.0,
            cold_only=False,
            indoor_free=False,
        ),
        KitLine(
            line_id="food", name=Text("食品", "food"), items=("I2",), per_person=1.0, cold_only=False, indoor_free=False
        ),
    )
    items = {
        key: Item(
            item_id=key, name=tw.text(key), unit=tw.text("piece"), persons_per_item=1.0, volume_m3=0.01, weight_kg=1.0
        )
        for key in ("I1", "I2")
    }
    kinds = (tw.kind("job"), tw.kind("rescue", law="rescue", priority=2))
    levels = (
        Level(
            rank=4,
            name=Text("Ⅳ级响应", "Level IV"),
            indicators={"magnitude": 4.0, "rain": 50.0},
            decision_min=5.0,
            recalls_off_duty=False,
        ),
    )
    plan = tw.plan(
        kinds=kinds, kit=kit, items=items, levels=levels, channels=(SIREN,), warning_decision_min=0.0, bus_call_min=0.0,
        walk_limit_km=1.0, car_share=0.3, high_ground_share=0.0,
    )
    return replace(plan, targets=TARGETS)


SIREN = tw.Channel(
    channel="siren", name=tw.text("siren"), cap_day=0.9, cap_night=0.9, p_per_min=1.0, q_per_min=0.0,
    people_per_device=0.0, device="", needs_power=False, needs_communication=False,
)


def a_target(
    target_id: str, measure_name: str, statistic: str, limit: float, unit: str, kind: str = "simulated"
) -> Target:
    sense = "<=" if unit == "h" else ">="
    return Target(
        target_id=target_id,
        name=Text(f"目标{target_id}", f"target {target_id}"),
        clause=Text("条款", "clause"),
        source="plan",
        kind=kind,
        measure=measure_name,
        statistic=statistic,
        sense=sense,
        limit=limit,
        unit=Text("比例", unit),
        assurance=0.9,
    )


TARGETS = (
    a_target("relief", "relief_p100_h", "share_of_replications", 10.0, "h"),
    a_target("share", "relief_share_10h", "mean", 0.9, "share"),
    a_target("fire", "firefighters_permille", "value", 0.4, "per mille", "ledger"),
    a_target("training", "ledger_training", "value", 1.0, "share", "ledger"),
    a_target("yearly", "death_rate", "mean", 1.0, "per year", "yearly"),
)


def a_depot(node: int, pieces: int) -> Depot:
    return Depot(
        depot_id="D1",
        name=Text("库", "store"),
        level="city",
        node=node,
        stock={"I1": pieces, "I2": 400},
        trucks=2,
        opens_rank=4,
        opens_after_min=0.0,
        hourly={},
        synthetic=True,
    )


def a_layout(layout_id: str, name: Text, node: int, pieces: int, buses: int, changes: tuple[Text, ...] = ()) -> Any:
    team = tw.team("T1", node=node, people=12)
    teams, depots = (team, tw.team("T2", node=0, tier=2)), (a_depot(node, pieces),)
    layout = tw.layout(teams=teams, depots=depots, buses={"N3": buses})
    return replace(layout, layout_id=layout_id, name=name, changes=changes)


def a_scenario(city: Any, replication: int) -> Scenario:
    """More people buried and displaced from replication to replication."""
    rows = [
        {"kind": "rescue", "zone": 2, "work": 120.0, "stake": 3.0},
        {"kind": "job", "zone": 1, "work": 60.0 + replication},
    ]
    trapped = [
        {
            "demand": 1,
            "zone": 2,
            "severity": 3,
            "entrapment": 2,
            "work": 40.0,
            "trapped_death_min": 80.0 + 40.0 * replication,
        }
        for _ in range(3)
    ]
    rows.reverse()
    zones = len(city.zones)
    return replace(
        tw.scenario(
            city,
            rows,
            casualties=tw.casualties(trapped),
            displaced=tw.displaced([(0, 0.0, 40 + 20 * replication), (2, 0.0, 30)]),
            alerts=(tw.Alert(known_min=5.0, indicator="magnitude", value=6.0),),
            fields={"intensity": np.full((1, zones), 8.0), "pga_g": np.full((1, zones), 0.2)},
            damage=np.full((zones, 6), 10.0),
        ),
        replication=replication,
        title=Text("地震", "an earthquake"),
        horizon_min=2880.0,
    )


def a_flood(city: Any, replication: int) -> Scenario:
    """Zone 2 goes under first, zone 1 later and less; nothing shakes. A dyke of which the loss in zone 1 hangs."""
    zones = len(city.zones)
    minute = np.arange(0.0, 1441.0, 60.0)
    deep = np.interp(minute, [60.0, 240.0, 900.0], [0.0, 1.5, 0.0])
    depth = np.stack([np.zeros(len(minute)), 0.4 * deep, deep], axis=1)
    dangers = tuple(
        tw.Danger(
            event=0, issue_from_min=0.0, deadline_min=strike, strike_min=strike, evacuate=True, zones=tw.ints([zone]),
            people=tw.ints([people]),
        )
        for zone, people, strike in ((2, 600, 120.0 + 5.0 * replication), (1, 300, 240.0))
    )
    return replace(
        tw.scenario(
            city,
            [{"kind": "job", "zone": 1, "work": 30.0}],
            displaced=tw.displaced([(2, 150.0, 90)]),
            alerts=(tw.Alert(known_min=5.0, indicator="rain", value=80.0),),
            dangers=dangers,
            fields={"max_depth_m": depth.max(axis=0)[None]},
            series={"depth_m": Series(minute=minute, value=depth)},
            avoidable=(AvoidableLoss(demand=0, by_min=75.0, zone=1, loss_yuan=2e8),),
            loss_yuan=tw.floats([0.0, 2e8, 3e8]),
        ),
        hazard="flood",
        replication=replication,
        title=Text("山洪", "a flash flood"),
        horizon_min=2880.0,
        damage=np.zeros((zones, 6)),
    )


def a_leak(city: Any, replication: int) -> Scenario:
    """A vessel in zone 1 leaks; if the leak is not stopped within six hours the fire breaks out and a tank bursts."""
    zones = len(city.zones)
    rows = [
        {"kind": "job", "zone": 1, "work": 60.0 + replication, "stake": 100.0},
        {"kind": "job", "zone": 1, "work": 30.0, "real_min": 360.0, "parent": 0},
        {"kind": "job", "zone": 1, "work": 30.0, "real_min": 400.0, "parent": 1},
    ]

    def event(zh: str, en: str, kind: str, minute: float, parent: int, only_if: int, size: float) -> Event:
        return Event(
            name=Text(zh, en), start_min=minute, parent=parent, lon=106.0, lat=39.0, size=size, kind=kind,
            only_if=only_if,
        )

    return replace(
        tw.scenario(
            city,
            rows,
            events=(
                event("一号罐泄漏", "tank <1> leaks", "release", 0.0, -1, -1, 30000.0),
                event("一号罐起火", "fire at tank <1>", "fire", 360.0, 0, 1, 90.0),
                event("二号罐爆炸", "tank <2> bursts", "explosion", 400.0, 1, 2, 12000.0),
            ),
            dangers=(clouds.danger((1,), (800,), strike_min=20.0),),
            releases=(a_release(),),
            alerts=(tw.Alert(known_min=5.0, indicator="magnitude", value=6.0),),
        ),
        hazard="chemical",
        replication=replication,
        title=Text("泄漏", "a leak"),
        horizon_min=1440.0,
        damage=np.zeros((zones, 6)),
    )


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Comparison]:
    """The run of the earthquake and its comparison."""
    return play_all(tmp_path_factory.mktemp("run"), a_scenario)


@pytest.fixture(scope="session")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Comparison]:
    """The run of the flood and its comparison."""
    return play_all(tmp_path_factory.mktemp("flood"), a_flood)


@pytest.fixture(scope="session")
def leaked(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Comparison]:
    """The run of the leak and its comparison."""
    return play_all(tmp_path_factory.mktemp("leak"), a_leak)


def play_all(folder: Path, draw: Callable[[Any, int], Scenario]) -> tuple[RunResult, Comparison]:
    """Play the scenarios that *draw* makes of a city and a replication, and write the run to *folder*."""
    city, plan = a_city(), a_plan()
    moved = (Text("前移 12 人", "12 people wait near zone 2"),)
    layouts = (a_layout("a", ONE, 0, 40, 1), a_layout("b", OTHER, 3, 400, 6, moved))
    ledger = Ledger(
        teams=layouts[0].teams,
        depots=layouts[0].depots,
        ambulances={},
        buses={},
        professional_firefighters=2,
        doubts={"teams.csv": {"synthetic": 2}},
    )
    hazard: Any = SimpleNamespace(
        name=Text("地震", "an earthquake"), coefficients=earthquake_coefficients(), draw=draw, cascade=NONE
    )
    study = Study(
        study_id="tiny",
        name=Text("小试验", "A tiny study"),
        file=folder / "study.yaml",
        city=folder,
        scenario=folder,
        layouts=(),
        replications=N,
        seed=1,
    )
    inputs = Inputs(city=city, plan=plan, ledger=ledger, layouts=layouts, hazard=hazard)
    _play(folder, inputs)
    ident = {"study": "tiny", "inputs": {"city/townships.csv": "ab"}}
    write_json(folder / "run.json", manifest_of(study, ident, ["a", "b"], "2026-11-25T10:00:00+00:00"))
    run = RunResult(folder=folder, study=study, inputs=inputs, reused=0, wall_s=1.0, cpu_s=1.0)
    return run, compare(run)


def _play(folder: Path, inputs: Any) -> None:
    (folder / "parts").mkdir()
    rows = Rows(inputs.city, inputs.plan)
    for replication in range(N):
        scenario = inputs.hazard.draw(inputs.city, replication)
        for layout in inputs.layouts:
            log = respond(inputs.city, inputs.plan, layout, scenario)
            rows.add_measures(layout.layout_id, replication, measure(log, inputs.city, inputs.plan, layout, scenario))
            rows.add_log(layout.layout_id, replication, log, scenario)
    write_part(folder / "parts", 0, N - 1, rows.tables(), 1.0)
    join_parts(folder / "parts", folder, N, N)


@pytest.fixture(scope="session")
def drawn_by_hand() -> Iterator[None]:
    """Let the report draw the hand-made scenarios, and all others as ever."""
    real = sim.report.replay.draw

    def drawn(hazard: Any, city: Any, seed: int, replication: int) -> Scenario:
        by_hand = isinstance(hazard, SimpleNamespace)
        return hazard.draw(city, replication) if by_hand else real(hazard, city, seed, replication)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sim.report.replay, "draw", drawn)
        yield


@pytest.fixture(scope="session")
def source_in(played: tuple[RunResult, Comparison], drawn_by_hand: None) -> Callable[[str], Source]:
    """Everything that a report in a language draws on."""
    return cache(lambda lang: gather(*played, lang))


@pytest.fixture(scope="session")
def page_in(source_in: Callable[[str], Source]) -> Callable[[str], str]:
    """The page in a language."""
    return cache(lambda lang: render(source_in(lang)))


@pytest.fixture(scope="session")
def flood_source_in(flooded: tuple[RunResult, Comparison], drawn_by_hand: None) -> Callable[[str], Source]:
    """Everything that a report of the flood in a language draws on."""
    return cache(lambda lang: gather(*flooded, lang))


@pytest.fixture(scope="session")
def flood_page_in(flood_source_in: Callable[[str], Source]) -> Callable[[str], str]:
    """The page of the flood in a language."""
    return cache(lambda lang: render(flood_source_in(lang)))


@pytest.fixture(scope="session")
def leak_source_in(leaked: tuple[RunResult, Comparison], drawn_by_hand: None) -> Callable[[str], Source]:
    """Everything that a report of the leak in a language draws on."""
    return cache(lambda lang: gather(*leaked, lang))


@pytest.fixture(scope="session")
def leak_page_in(leak_source_in: Callable[[str], Source]) -> Callable[[str], str]:
    """The page of the leak in a language."""
    return cache(lambda lang: render(leak_source_in(lang)))
