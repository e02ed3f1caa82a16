"""The story of a response: warnings by danger and place, first goods, who began, who left and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import hand_logs
import pytest
import tiny_world as tw

from sim.common.types import NEVER, Text
from sim.hazard.scenario import Event
from sim.plan.model import Depot, Item
from sim.response.log import Entry
from sim.study.story import Story, first_convoys

CITY = tw.city(nodes=6, edges=tuple((i, i + 1, 10.0) for i in range(5)), zone_nodes=(1, 2, 3, 4, 5))
EVENTS = tuple(
    Event(name=Text(zh, en), start_min=0.0, parent=parent, lon=106.0, lat=39.0, size=6.5)
    for zh, en, parent in (("M6.5 地震", "M 6.5 earthquake", -1), ("M5.2 余震", "M 5.2 aftershock", 0))
)
ITEM = Item(
    item_id="I1", name=Text("饮用水", "water"), unit=Text("人日", "person-days"), persons_per_item=1.0, volume_m3=0.01,
    weight_kg=1.0,
)


def danger(event: int, zones: list[int], *, strike_min: float = 90.0, evacuate: bool = False) -> Any:
    return tw.Danger(
        event=event, issue_from_min=0.0, deadline_min=60.0, strike_min=strike_min, evacuate=evacuate,
        zones=tw.ints(zones), people=tw.ints([1000] * len(zones)),
    )


def told(entry: Entry, lang: str = "en", *, arrived: float = NEVER) -> str:
    dangers = (danger(1, [0, 1, 2, 3, 4]), danger(0, [0], strike_min=NEVER), danger(0, [2], evacuate=True))
    scenario = replace(tw.scenario(CITY, [{}], dangers=dangers), events=EVENTS)
    log = hand_logs.log([{"arrived": arrived}], crews=[("T1", 6, 0.0, 0.0, 0.0)])
    plan = tw.plan(items={"I1": ITEM})
    return Story(CITY, plan, tw.layout([tw.team("T1")]), scenario, log, lang).sentence(entry)


def test_a_warning_names_the_danger_and_three_townships_at_most() -> None:
    assert told(Entry(minute=5.0, what="warning_issued", value=0.0)) == (
        "a warning is issued: M 5.2 aftershock, for zone 0, zone 1, zone 2 and 2 more, 5,000 people"
    )
    assert told(Entry(minute=5.0, what="warning_issued", value=0.0), "zh") == (
        "发布预警：M5.2 余震，涉及zone 0、zone 1、zone 2以及另外 2 个乡镇（街道），共 5,000 人"
    )
    assert "aftershocks, for zone 0, 1,000 people" in told(Entry(minute=5.0, what="warning_issued", value=1.0))
    assert "people are to leave" in told(Entry(minute=5.0, what="warning_issued", value=2.0))


def test_what_is_handed_out_has_the_unit_of_the_item() -> None:
    entry = Entry(minute=5.0, what="handed_out", zone=1, value=500.0, word="I1")
    assert told(entry) == "handed out in zone 1: 500 person-days of water"
    assert told(entry, "zh") == "zone 1发放物资：饮用水 500 人日"


def test_work_before_the_first_crew_is_that_of_village_responders() -> None:
    entry = Entry(minute=20.0, what="work_started", demand=0, zone=0)
    assert told(entry, arrived=50.0).startswith("village responders begin at demand 0")
    assert told(entry, arrived=20.0).startswith("work begins at demand 0")
    assert "群众自救开始" in told(Entry(minute=2.0, what="neighbours_begin", demand=0), "zh")


def test_a_crew_that_leaves_spent_is_not_done() -> None:
    assert "is done and leaves" in told(Entry(minute=9.0, what="crew_left", demand=0, crew=0))
    assert "on duty too long" in told(Entry(minute=9.0, what="crew_left", demand=0, crew=0, word="spent"))


def test_first_goods_of_each_outside_store_and_of_each_level_of_suppliers() -> None:
    levels = {"C": "city", "A1": "aid", "A2": "aid", "S1": "supplier", "S2": "supplier", "P": "producer"}
    order = ("C", "A1", "S1", "A1", "A2", "S2", "P", "P")
    timeline = [
        Entry(minute=float(10 * i), what=what, zone=0, word=word)
        for what in ("convoy_loading", "convoy_left", "convoy_arrived") for i, word in enumerate(order)
    ]
    firsts = [(entry.what, entry.word, entry.minute) for entry in first_convoys(timeline, levels)]
    depots = [("A1", 10.0), ("S1", 20.0), ("A2", 40.0), ("P", 60.0)]
    assert firsts == [(what, *depot) for what in ("convoy_loading", "convoy_arrived") for depot in depots]


def test_headlines_tell_the_first_goods_from_outside() -> None:
    depot = Depot(
        depot_id="A1", name=Text("省库", "Provincial store"), level="aid", node=0, stock={"I1": 9}, trucks=1,
        opens_rank=2, opens_after_min=60.0, hourly={}, synthetic=True,
    )
    timeline = tuple(
        Entry(minute=minute, what=what, zone=1, word="A1")
        for minute, what in ((60.0, "convoy_loading"), (70.0, "convoy_left"), (120.0, "convoy_arrived"))
    )
    log = hand_logs.log([{}], timeline=timeline)
    layout = tw.layout([tw.team("T1")], depots=(depot,))
    lines = Story(CITY, tw.plan(items={"I1": ITEM}), layout, tw.scenario(CITY, [{}]), log, "en").headlines()
    assert [line.split("  ")[1] for line in lines] == [
        "Provincial store begins to load for zone 1", "a convoy arrives in zone 1 (Provincial store)",
    ]


def test_a_road_is_called_by_its_ends_and_not_by_its_id() -> None:
    scenario = tw.scenario(CITY, [{"place": "E1"}])
    story = Story(CITY, tw.plan(), tw.layout([tw.team("T1")]), scenario, hand_logs.log([{}]), "en")
    assert story.demand(0) == "demand 0 (job, zone 0, road node 1 to node 2)"


@pytest.mark.parametrize(("lang", "words"), [("zh", "已全部调拨"), ("en", "is allotted")])
def test_an_empty_store_says_that_all_is_allotted(lang: str, words: str) -> None:
    assert words in told(Entry(minute=9.0, what="stock_out", word="D1 I1"), lang)
