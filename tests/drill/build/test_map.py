"""The map and the public warnings of a drill: what is there when, who sees it, which message follows which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import chemicals
import hand_logs
import numpy as np
import pytest
import tiny_world as tw
from drill.sample import action, inject

from sim.city.model import City, Outline
from sim.common.types import NEVER, Text
from sim.drill.copies import Copy
from sim.drill.model import COLORS, Place, PublicWarning, Trace, Unit
from sim.drill.scenery.notices import notices
from sim.drill.scenery.places import Map, places
from sim.drill.scenery.places_hazard import cloud_ring
from sim.drill.scenery.rings import area, hull, is_simple
from sim.hazard.scenario import Danger, Event, Scenario, Series
from sim.response.log import DONE, PREVENTED, EvacuationLog, Log, WarningLog

PLAIN = ((-5.0, 0.0), (235.0, 240.0))
CUT = ((-5.0, 0.0), (40.0, 45.0), (100.0, 45.0), (160.0, 105.0))


def square(lon: float) -> tuple[tuple[float, float], ...]:
    """Clockwise and open, as no reader wants it."""
    return ((lon, 38.9), (lon, 39.1), (lon + 0.1, 39.1), (lon + 0.1, 38.9))


def drawn_city() -> City:
    city = tw.city(hospitals=[(0, 3, 50)], shelters=[(0, 200, True)])
    outlines = tuple(Outline(code=code, name=tw.text(code), rings=(square(106.0 + 0.1 * i),))
                     for i, code in enumerate(city.zones.code))
    return replace(city, zone_outlines=outlines, county_outlines=(replace(outlines[0], code="C"),))


def unit(unit_id: str = "U-02", team: str = "T1", node: str = "N0") -> Unit:
    return Unit(
        unit_id=unit_id, name=tw.text(unit_id), role="player", task=tw.text("task"), teams=(team,) if team else (),
        people=6, equipment="", node=node, lon=106.0, lat=39.0, synthetic=True,
    )


def mapped(scenario: Scenario, log: Log, **changes: Any) -> dict[str, list[Place]]:
    fields: dict[str, Any] = {
        "city": drawn_city(), "plan": tw.plan(), "layout": tw.layout([tw.team()]), "injects": (), "actions": (),
        "copy": Copy(number=0, scenario=scenario, log=log), "units": (unit(),), "time_map": PLAIN, "endex_min": 240.0,
    }
    found: dict[str, list[Place]] = {}
    for place in places(Map(**(fields | changes))):
        found.setdefault(place.layer, []).append(place)
    return found


def test_players_see_only_what_stands_there_anyway() -> None:
    city = drawn_city()
    scenario = tw.scenario(
        city, [{"zone": 0}], fields={"intensity": np.array([[8.0, 5.0]])}, closures=tw.closures([(0, 10.0, 90.0, 0.0)]),
    )
    log = hand_logs.log([{"dispatched": 10.0, "arrived": 45.0}])
    found = mapped(scenario, log, injects=(inject("I-001", "inject", 5.0, 0.0), inject("R-01", "reserve", None, None)))
    seen = {layer for layer, places_ in found.items() if any(place.audience == "player" for place in places_)}
    hidden = {layer for layer, places_ in found.items() if all(place.audience == "controller" for place in places_)}
    assert seen == {"district", "hospital", "shelter", "team_base"}
    assert hidden == {"incident", "hazard_zone", "road_closed"}
    assert [place.place_id for place in found["incident"]] == ["I-001"]
    assert (found["incident"][0].from_ex_min, found["incident"][0].to_ex_min) == (5.0, 240.0)
    assert [place.properties for place in found["hazard_zone"]] == [(("zone", "Z0"), ("intensity", "8.0"))]


def test_every_polygon_is_a_ring_that_readers_accept() -> None:
    found = mapped(tw.scenario(drawn_city(), fields={"intensity": np.array([[8.0, 9.0]])}), hand_logs.log())
    polygons = [place for layer in found.values() for place in layer if place.geometry == "Polygon"]
    assert len(polygons) == 3
    for place in polygons:
        ring = place.coordinates
        assert ring[0] == ring[-1]
        assert area(ring[:-1]) > 0.0
        assert is_simple(ring[:-1])


def test_roads_come_and_go_in_exercise_time_and_not_within_a_jump() -> None:
    rows = [(0, 10.0, 130.0, 0.0), (1, 50.0, 90.0, 0.0), (1, 120.0, NEVER, 0.5), (1, 500.0, 600.0, 0.0)]
    found = mapped(
        tw.scenario(drawn_city(), closures=tw.closures(rows)), hand_logs.log(), time_map=CUT, endex_min=105.0,
    )["road_closed"]
    assert [(place.from_ex_min, place.to_ex_min) for place in found] == [(15.0, 75.0), (65.0, 105.0)]
    assert "shut" in found[0].name.en
    assert "slow" in found[1].name.en
    assert found[0].coordinates == ((106.0, 39.0), (106.1, 39.0))


def test_a_route_takes_the_way_that_was_open() -> None:
    """Two ways from node 0 to node 2: 10 min straight, 20 min by node 1; the straight one is shut until 60."""
    city = replace(drawn_city(), roads=tw.city(edges=((0, 1, 10.0), (1, 2, 10.0), (0, 2, 10.0))).roads)
    arrive = action("A-001-1", "I-001", "U-02", "arrive", 15.0)
    arrive = replace(arrive, trace=Trace(step="arrive", demand=0))
    scenario = tw.scenario(city, [{"zone": 1}], closures=tw.closures([(2, 0.0, 60.0, 0.0)]))
    for ordered, nodes, minutes in ((10.0, 3, "20.0"), (70.0, 2, "10.0")):
        log = hand_logs.log([{"dispatched": ordered, "arrived": ordered + 25.0}])
        route, = mapped(scenario, log, city=city, actions=(arrive,))["route"]
        assert len(route.coordinates) == nodes
        assert dict(route.properties)["drive_min"] == minutes
        assert dict(route.properties)["p50_min"]
        assert (route.from_ex_min, route.to_ex_min) == (ordered + 5.0, ordered + 30.0)
    shut = tw.scenario(city, [{"zone": 1}], closures=tw.closures([(2, 0.0, NEVER, 0.0), (1, 0.0, NEVER, 0.0)]))
    log = hand_logs.log([{"dispatched": 10.0, "arrived": 35.0}])
    assert "route" not in mapped(shut, log, city=city, actions=(arrive,))
    assert "route" not in mapped(scenario, log, city=city, actions=(arrive,), units=(unit(team=""),))


def test_water_is_there_from_its_first_to_its_last_minute() -> None:
    depth = np.array([[0.0, 0.0], [0.5, 0.0], [0.2, 0.0], [0.0, 0.0]])
    series = {"depth_m": Series(minute=tw.floats([0.0, 30.0, 60.0, 90.0]), value=depth)}
    zone, = mapped(tw.scenario(drawn_city(), series=series), hand_logs.log())["hazard_zone"]
    assert (zone.from_ex_min, zone.to_ex_min) == (35.0, 95.0)
    assert "0.5" in zone.name.zh


# ---- warnings ------------------------------------------------------------------------------


def danger(zone: int, issue: float, strike: float, **changes: Any) -> Danger:
    return replace(
        Danger(event=0, issue_from_min=issue, deadline_min=strike, strike_min=strike, evacuate=True,
               zones=tw.ints([zone]), people=tw.ints([500])), **changes,
    )


def warned(
    dangers: list[Danger], issued: list[float], levels: tuple[tuple[float, int], ...] = ((10.0, 3),),
    injects: Mapping[int, str] | None = None, log: Mapping[str, Any] | None = None, **changes: Any,
) -> tuple[PublicWarning, ...]:
    flood = Event(name=tw.text("flood"), start_min=0.0, parent=-1, lon=106.0, lat=39.0, size=1.0, kind="flood")
    fields: dict[str, Any] = {"dangers": tuple(dangers), "events": (flood,), "notes": {"total_mm": 100.0}}
    city = drawn_city()
    scenario = tw.scenario(city, (), **(fields | changes))
    rows = [
        WarningLog(danger=i, issued_min=at, reached_share=tw.floats([0.5]), by_channel={})
        for i, at in enumerate(issued)
    ]
    made = hand_logs.log(warnings=rows, levels=levels, **(log or {}))
    return notices(city, Copy(number=0, scenario=scenario, log=made), PLAIN, injects or {})


def test_alert_then_update_when_the_area_grows_and_when_the_level_rises() -> None:
    dangers = [danger(0, 15.0, 60.0), danger(1, 30.0, 90.0)]
    found = warned(dangers, [20.0, 30.0], levels=((10.0, 3), (50.0, 2)), injects={0: "I-001", 1: "I-002"})
    assert [(each.message_type, each.ex_min, each.color) for each in found] == [
        ("Alert", 25.0, "yellow"), ("Update", 35.0, "yellow"), ("Update", 55.0, "orange"),
    ]
    assert [each.references for each in found] == [(), ("W-1",), ("W-1", "W-2")]
    assert [each.zones for each in found] == [("Z0",), ("Z0", "Z1"), ("Z0", "Z1")]
    assert [each.inject_id for each in found] == ["I-001", "I-002", "I-001"]
    assert [len(each.polygons) for each in found] == [1, 2, 2]
    assert {each.event_code for each in found} == {"flash_flood"}
    assert "500 people" in found[0].description.en
    assert "40 min" in found[0].description.en
    assert "1,000" in found[1].description.zh
    assert all(each.color in COLORS and each.expires_ex_min > each.ex_min for each in found)


def test_it_is_lifted_when_the_water_has_gone_and_not_before() -> None:
    course = np.array([[0.0, 0.0], [0.5, 0.3], [0.0, 0.3]])
    depth = {"depth_m": Series(minute=tw.floats([0.0, 60.0, 120.0]), value=course)}
    dry, = (each for each in warned([danger(0, 15.0, 60.0)], [20.0], series=depth) if each.message_type == "Cancel")
    assert dry.ex_min == 125.0
    assert dry.urgency == "Past"
    assert dry.references == ("W-1",)
    assert "lifted" in dry.headline.en
    assert "解除" in dry.headline.zh
    wet = warned([danger(1, 15.0, 60.0)], [20.0], series=depth)
    assert [each.message_type for each in wet] == ["Alert"]


def test_a_message_says_no_minutes_once_it_has_come_somewhere() -> None:
    late, = warned([danger(0, 15.0, 18.0), danger(1, 15.0, 90.0)], [20.0, 20.5])
    assert "min" not in late.description.en
    assert late.zones == ("Z0", "Z1")


def test_aftershocks_are_one_chain_and_nobody_tells_when_they_come() -> None:
    quake = Event(name=tw.text("quake"), start_min=0.0, parent=-1, lon=106.0, lat=39.0, size=6.0, kind="earthquake")
    after = replace(quake, parent=0, start_min=90.0)
    dangers = [danger(0, 0.0, NEVER, evacuate=False), danger(1, 0.0, 90.0, event=1, evacuate=False)]
    found = warned(dangers, [20.0, 20.0], events=(quake, after), notes={"magnitude": 6.0})
    assert [(each.message_type, each.event_code) for each in found] == [("Alert", "earthquake")]
    assert found[0].zones == ("Z0", "Z1")
    assert not any(char.isdigit() for char in found[0].description.en.replace("zone 0, zone 1", ""))


@pytest.mark.parametrize(("notes", "code"), [
    ({"total_mm": 1.0}, "flash_flood"), ({"peak_m3s": 1.0}, "river_flood"), ({"surcharge_m": 1.0}, "ice_jam"),
])
def test_which_flood_it_is(notes: dict[str, float], code: str) -> None:
    assert warned([danger(0, 15.0, 60.0)], [20.0], notes=notes)[0].event_code == code


def test_gas_says_who_stays_in_and_who_leaves_and_ends_with_the_gas() -> None:
    release = Event(name=tw.text("leak"), start_min=0.0, parent=-1, lon=106.0, lat=39.0, size=1.0, kind="release")
    told = tuple(
        EvacuationLog(
            danger=z, zone=z, people=500, strike_min=60.0, by_themselves=0.0, by_bus=0.0, exposed=0.0, action=what,
        )
        for z, what in enumerate(("shelter", "leave"))
    )
    dangers = [danger(z, 0.0, 60.0, release=0, evacuate=False) for z in (0, 1)]
    gas = hand_logs.gas_log([3], [0.0, 0.0, 0.0, 0.0], ended_min=150.0)
    found = warned(dangers, [20.0, 20.0], events=(release,), log={"evacuations": told, "gas": (gas,)})
    assert [(each.message_type, each.ex_min) for each in found] == [("Alert", 25.0), ("Cancel", 155.0)]
    assert "Stay indoors with windows, doors and ventilation shut: zone 0." in found[0].instruction.en
    assert "Leave across the wind: zone 1." in found[0].instruction.en
    assert found[0].event_code == "chemical_release"


def test_a_tank_that_was_cooled_no_longer_threatens() -> None:
    fire = Event(name=tw.text("fire"), start_min=0.0, parent=-1, lon=106.0, lat=39.0, size=1.0, kind="fire")
    bang = replace(fire, kind="explosion", parent=0, start_min=90.0, only_if=1)
    city = drawn_city()
    demands = tw.demands([{"zone": 0}, {"zone": 0, "real_min": 90.0, "parent": 0}], city)
    log = {"demands": [{"known": 5.0, "done": 70.0, "state": DONE}, {"state": PREVENTED}]}
    found = warned([danger(0, 5.0, 90.0, event=1)], [20.0], events=(fire, bang), demands=demands, log=log)
    assert [(each.message_type, each.ex_min) for each in found] == [("Alert", 25.0), ("Cancel", 75.0)]
    log = {"demands": [{"known": 5.0}, {"known": 95.0}]}
    found = warned([danger(0, 5.0, 90.0, event=1)], [20.0], events=(fire, bang), demands=demands, log=log)
    assert [each.message_type for each in found] == ["Alert"]


def test_warnings_after_endex_are_left_out_and_those_before_startex_stand_at_its_beginning() -> None:
    assert warned([danger(0, 15.0, 900.0)], [800.0]) == ()
    early, = notices_with(((50.0, 0.0), (150.0, 100.0)))
    assert early.ex_min == 0.0


def notices_with(
    time_map: tuple[tuple[float, float], ...], levels: tuple[tuple[float, int], ...] = ((10.0, 3),), **changes: Any
) -> tuple[PublicWarning, ...]:
    city = drawn_city()
    flood = Event(name=Text("洪水", "flood"), start_min=0.0, parent=-1, lon=106.0, lat=39.0, size=1.0, kind="flood")
    fields: dict[str, Any] = {"dangers": (danger(0, 15.0, 60.0),), "events": (flood,), "notes": {"total_mm": 1.0}}
    scenario = tw.scenario(city, (), **(fields | changes))
    rows = [WarningLog(danger=0, issued_min=20.0, reached_share=tw.floats([0.5]), by_channel={})]
    log = hand_logs.log(warnings=rows, levels=levels)
    return notices(city, Copy(number=0, scenario=scenario, log=log), time_map, {})


def test_what_happens_in_a_jump_comes_as_one_message_of_how_things_stand_after_it() -> None:
    """Alert at 20 and update at 50 lie in the jump from 10 to 55; it strikes at 60, 5 min after the jump."""
    jump = ((0.0, 0.0), (10.0, 10.0), (55.0, 10.0), (155.0, 110.0))
    found = notices_with(jump, levels=((10.0, 3), (50.0, 2)))
    assert [(each.message_type, each.ex_min, each.color) for each in found] == [("Alert", 10.0, "orange")]
    assert "about 5 min" in found[0].description.en
    over = ((0.0, 0.0), (10.0, 10.0), (95.0, 10.0), (155.0, 70.0))
    depth = Series(minute=tw.floats([0.0, 60.0, 90.0]), value=np.array([[0.0, 0.0], [0.5, 0.0], [0.0, 0.0]]))
    assert notices_with(over, series={"depth_m": depth}) == ()
    both = notices_with(PLAIN, series={"depth_m": depth})
    assert [each.message_type for each in both] == ["Alert", "Cancel"]


def test_a_cloud_is_the_hull_of_the_vessel_and_its_cells() -> None:
    """Two discs of 100 m, 1 km east of the vessel and of each other 1 km north: a kite with round corners."""
    release = chemicals.drawn("chlorine-night").releases[0]
    east, north = 1.0 / (111.195 * np.cos(np.radians(39.0))), 1.0 / 111.195
    cells = replace(
        release.cells, lon=tw.floats([106.0 + east] * 2 + [107.0]), lat=tw.floats([39.0, 39.0 + north, 39.0]),
        radius_m=tw.floats([100.0] * 3),
    )
    leak = replace(release, lon=106.0, lat=39.0, cells=cells)
    ring = cloud_ring(leak, hand_logs.gas_log([3, 2, 0], [0.0] * 4), 2)
    assert ring is not None
    turns = np.linspace(0.0, 2.0 * np.pi, 721)
    fine = hull([(0.0, 0.0), *((1.0 + 0.1 * np.cos(t), y + 0.1 * np.sin(t)) for t in turns for y in (0.0, 1.0))])
    assert fine is not None
    assert area(ring[:-1]) / (east * north) == pytest.approx(area(fine[:-1]), rel=0.005)
    assert max(x for x, _ in ring) == pytest.approx(106.0 + 1.1 * east, abs=1e-4)
    assert min(x for x, _ in ring) == pytest.approx(106.0, abs=1e-4)
    assert cloud_ring(leak, hand_logs.gas_log([0, 0, 0], [0.0] * 4), 1) is None


def test_a_cordon_stands_from_when_it_is_shut_off_until_the_gas_has_gone() -> None:
    scenario = chemicals.drawn("chlorine-night")
    release = scenario.releases[0]
    done = [{"done": 40.0, "state": DONE}] * len(scenario.demands)
    gas = hand_logs.gas_log([0] * len(release.cells.lon), [0.0] * 4, ended_min=120.0)
    city = chemicals.quakes.city()
    for rows, wanted in ((done, [(45.0, 125.0)]), ([{}] * len(scenario.demands), [])):
        copy = Copy(number=0, scenario=scenario, log=hand_logs.log(rows, gas=(gas,)))
        found = [place for place in places(Map(
            city=city, plan=tw.plan(), layout=tw.layout(), copy=copy, injects=(), actions=(), units=(),
            time_map=PLAIN, endex_min=240.0,
        )) if place.layer == "cordon"]
        assert [(place.from_ex_min, place.to_ex_min) for place in found] == wanted
