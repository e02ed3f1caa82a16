"""Relief in tiny worlds: places, requests, loads, trips and roads, computed by hand; and nothing gets lost."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import tiny_world as tw
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.common.types import NEVER
from sim.plan.model import Depot, Item, KitLine
from sim.response.clock import run_events
from sim.response.respond import respond
from sim.response.supply import Supply
from sim.response.supply_plan import first_served, load_truck, shelters_in_order, uses_of, worth
from sim.response.world import World


def item(item_id, people=1.0, kg=3.0, m3=0.01):
    name = tw.text(item_id)
    return Item(item_id=item_id, name=name, unit=name, persons_per_item=people, volume_m3=m3, weight_kg=kg)


def line(line_id, *items, **changes):
    fields = {"per_person": 1.0, "cold_only": False, "indoor_free": False} | changes
    return KitLine(line_id=line_id, name=tw.text(line_id), items=items, **fields)


ITEMS = {
    i.item_id: i
    for i in (item("quilt"), item("blanket", kg=2.0), item("water"), item("coat"), item("tent", people=4.0, kg=40.0))
}
BEDDING, WATER = line("bedding", "quilt", "blanket"), line("water", "water")
COAT, TENT = line("coat", "coat", cold_only=True), line("shelter", "tent", indoor_free=True)


def depot(depot_id="D", node=0, trucks=1, stock=None, **changes):
    fields = {"level": "city", "opens_rank": 4, "opens_after_min": 0.0, "hourly": {}, "synthetic": True} | changes
    return Depot(depot_id=depot_id, name=tw.text(depot_id), node=node, stock=stock or {}, trucks=trucks, **fields)


class Play:
    """Supply alone in a world; *during* is called with (world, supply) before the clock starts."""

    def __init__(self, city, kit, depots, displaced, during=None, closures=(), coefficients=None, **scenario):
        plan = tw.plan(kit=kit, items=ITEMS, **(coefficients or {}))
        scenario = tw.scenario(
            city, displaced=tw.displaced(displaced), closures=tw.closures(list(closures)), **scenario
        )
        self.world = World(city, plan, tw.layout(depots=depots), scenario, timeline=True)
        self.supply = Supply(self.world)
        for number, (_, start, end, _) in enumerate(closures):
            self.world.at(start, lambda number=number: self.world.roads.begin([number]))
            if end < NEVER:
                self.world.at(end, lambda number=number: self.world.roads.end(number))
        self.supply.start()
        if during:
            during(self.world, self.supply)
        run_events(self.world.env, scenario.horizon_min)
        self.relief, self.deliveries, self.left, self.out_min = self.supply.finish()
        self.depots = depots

    def rows(self):
        """Rows of (shelter, zone, people, displaced, relieved, last line), in order."""
        r = self.relief
        columns = (r.shelter, r.zone, r.people, r.displaced_min, r.relieved_min, r.last_line)
        return sorted(zip(*(column.tolist() for column in columns), strict=True))

    def handed(self):
        """Return (handed out, depot, shelter, item, pieces) of every delivery."""
        return [(d.handed_min, d.depot, d.shelter, d.item, d.pieces) for d in self.deliveries]

    def supplies_are_conserved(self):
        before = Counter()
        for d in self.depots:
            before.update(d.stock)
        before.update(self.supply.depots.made)
        after = Counter(self.supply.handed)
        after.update(self.supply.under_way())
        for (_, item_id), pieces in self.left.items():
            after[item_id] += pieces
            assert pieces >= 0
        delivered = Counter()
        for d in self.deliveries:
            delivered[d.item] += d.pieces
        return +before == +after and +delivered == +self.supply.handed


def one_shelter(places=1000, indoor=True, **changes):
    return tw.city(shelters=[(0, places, indoor)], **changes)


# ---- one trip, minute by minute --------------------------------------------------------------


def test_one_convoy_by_hand():
    play = Play(one_shelter(), [BEDDING], [depot(stock={"quilt": 500})], [(0, 10.0, 100)])
    (delivery,) = play.deliveries
    # request 60 min after the loss, 45 min to load, 30 min of road, 40 min to unload, 30 min to hand out
    assert (delivery.loaded_min, delivery.left_min, delivery.arrived_min) == (70.0, 115.0, 145.0)
    assert play.handed() == [(215.0, "D", 0, "quilt", 100)]
    assert (delivery.convoy, delivery.trucks) == (0, 1)
    assert play.rows() == [(0, 0, 100, 10.0, 215.0, 0)]
    assert play.left == {("D", "quilt"): 400}
    assert play.out_min == {}


def test_one_truck_makes_several_trips():
    play = Play(
        one_shelter(), [BEDDING], [depot(stock={"quilt": 250})], [(0, 10.0, 250)],
        coefficients={"truck_payload_kg": 300.0},
    )
    # 100 quilts a trip; the truck is free after unloading (185), back at 215, loaded at 260, there at 290
    assert play.handed() == [(215.0, "D", 0, "quilt", 100), (360.0, "D", 0, "quilt", 100), (505.0, "D", 0, "quilt", 50)]
    assert play.rows() == [(0, 0, 50, 10.0, 505.0, 0), (0, 0, 100, 10.0, 215.0, 0), (0, 0, 100, 10.0, 360.0, 0)]
    assert play.out_min == {("D", "quilt"): 360.0}  # when the last trip begins to load


def test_trucks_travel_as_convoys_of_limited_size():
    play = Play(
        one_shelter(), [BEDDING], [depot(stock={"quilt": 600}, trucks=6)], [(0, 0.0, 600)],
        coefficients={"truck_payload_kg": 300.0, "convoy_trucks": 4.0},
    )
    assert sorted((d.trucks, d.pieces) for d in play.deliveries) == [(2, 200), (4, 400)]
    assert {d.handed_min for d in play.deliveries} == {205.0}


def test_trucks_from_outside_load_at_any_open_depot():
    bare = depot(stock={"quilt": 100}, trucks=0)
    assert Play(one_shelter(), [BEDDING], [bare], [(0, 0.0, 100)]).handed() == []
    play = Play(
        one_shelter(), [BEDDING], [bare], [(0, 0.0, 100)],
        lambda world, supply: world.at(200.0, lambda: supply.add_trucks(2, 3)),
    )
    # empty from node 2 to the depot at node 0: 60 min; then 45 + 30 + 40 + 30
    assert play.handed() == [(405.0, "D", 0, "quilt", 100)]
    assert play.deliveries[0].trucks == 1  # one is enough


# ---- the whole kit ---------------------------------------------------------------------------


def test_a_person_is_relieved_when_the_whole_kit_is_there():
    depots = [depot("A", stock={"quilt": 100}), depot("B", node=2, stock={"water": 60}, opens_after_min=200.0)]
    play = Play(one_shelter(), [BEDDING, WATER], depots, [(0, 0.0, 100)])
    # water: opens 200, 45 + 30 + 40 + 30; the first 60 of the line have it, the last 40 still lack it
    assert play.rows() == [(0, 0, 40, 0.0, NEVER, 1), (0, 0, 60, 0.0, 345.0, 1)]


def test_whoever_lost_their_home_first_is_served_first():
    play = Play(one_shelter(), [BEDDING], [depot(stock={"quilt": 150})], [(0, 0.0, 100), (0, 30.0, 100)])
    assert play.rows() == [(0, 0, 50, 30.0, 350.0, 0), (0, 0, 50, 30.0, NEVER, 0), (0, 0, 100, 0.0, 205.0, 0)]


def test_an_indoor_place_needs_no_tent_and_a_camp_needs_one():
    city = tw.city(shelters=[(0, 60, True)])
    play = Play(city, [TENT], [depot(stock={"tent": 3})], [(0, 0.0, 100)])
    # 40 people camp at their zone: 10 tents of 4 are wanted, 3 are there
    assert play.rows() == [(-1, 0, 12, 0.0, 205.0, 0), (-1, 0, 28, 0.0, NEVER, 0), (0, 0, 60, 0.0, 0.0, -1)]


def test_coats_belong_to_the_kit_in_the_cold_only():
    depots = [depot(stock={"quilt": 100})]
    warm = Play(one_shelter(), [BEDDING, COAT], depots, [(0, 0.0, 100)], temp_c=20.0)
    cold = Play(one_shelter(), [BEDDING, COAT], depots, [(0, 0.0, 100)], temp_c=-5.0)
    assert warm.rows() == [(0, 0, 100, 0.0, 205.0, 0)]
    assert cold.rows() == [(0, 0, 100, 0.0, NEVER, 1)]


def test_the_best_item_of_a_line_goes_first():
    play = Play(one_shelter(), [BEDDING], [depot(stock={"blanket": 100, "quilt": 30})], [(0, 0.0, 50)])
    assert {(d.item, d.pieces) for d in play.deliveries} == {("quilt", 30), ("blanket", 20)}


def test_room_left_in_a_tent_serves_who_comes_later():
    city = tw.city(shelters=[])
    play = Play(city, [TENT], [depot(stock={"tent": 10})], [(0, 0.0, 5), (0, 300.0, 3), (0, 310.0, 2)])
    # two tents for five people leave room for three; the last two wait for a third: 310 + 60 + 145
    assert play.rows() == [(-1, 0, 2, 310.0, 515.0, 0), (-1, 0, 3, 300.0, 300.0, -1), (-1, 0, 5, 0.0, 205.0, 0)]
    assert play.left == {("D", "tent"): 7}


def test_fractions_of_pieces_send_no_empty_trucks():
    kit = [line("bedding", "quilt", per_person=0.3)]
    play = Play(one_shelter(), kit, [depot(stock={"quilt": 99}, trucks=5)], [(0, 0.0, 100)])
    assert play.handed() == [(205.0, "D", 0, "quilt", 30)]  # 30 quilts of 3 1/3 people
    assert play.rows() == [(0, 0, 100, 0.0, 205.0, 0)]


def test_an_empty_kit_relieves_everybody_at_once():
    play = Play(one_shelter(), [], [depot()], [(0, 5.0, 100)])
    assert play.rows() == [(0, 0, 100, 5.0, 5.0, -1)]


# ---- places ----------------------------------------------------------------------------------


def test_own_zone_first_then_the_nearest_within_reach_then_the_camp():
    city = tw.city(shelters=[(0, 50, True), (1, 30, True)], edges=((0, 1, 30.0), (1, 2, 20.0)))
    play = Play(city, [], [], [(0, 0.0, 100), (1, 0.0, 10)])
    # zone 1 keeps room for its own 10, though zone 0 is asked first; 30 people camp
    assert sorted(row[:3] for row in play.rows()) == [(-1, 0, 30), (0, 0, 50), (1, 0, 20), (1, 1, 10)]
    far = Play(city, [], [], [(0, 0.0, 100)], coefficients={"shelter_reach_min": 15.0})
    assert sorted(row[:3] for row in far.rows()) == [(-1, 0, 50), (0, 0, 50)]


def test_a_roof_comes_first_in_the_cold():
    own, indoor, drive = [0, 1, 2, 1], [False, True, True, False], [0.0, 10.0, 20.0, 5.0]
    assert shelters_in_order(0, own, indoor, drive, 30.0, cold=False) == [0, 3, 1, 2]
    assert shelters_in_order(0, own, indoor, drive, 30.0, cold=True) == [1, 2, 0, 3]
    assert shelters_in_order(0, own, indoor, drive, 7.0, cold=True) == [0, 3]


# ---- requests --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dark_to", "loads_at"),
    [(0.0, 60.0), (40.0, 60.0), (100.0, 100.0), (5000.0, 180.0)],
)
def test_a_dark_zone_asks_by_runner_or_when_the_link_is_back(dark_to, loads_at):
    outages = tw.outages([(0, "communication", 0.0, dark_to)])
    play = Play(one_shelter(), [BEDDING], [depot(stock={"quilt": 100})], [(0, 0.0, 100)], outages=outages)
    assert [d.loaded_min for d in play.deliveries] == [loads_at]
    assert play.rows() == [(0, 0, 100, 0.0, loads_at + 145.0, 0)]  # asked for once, brought once
    assert play.left == {("D", "quilt"): 0}


def test_a_repaired_link_overtakes_the_runner():
    def repair(world, supply):
        def act():
            world.dark_until[0][0][1] = world.env.now  # what reporting does
            supply.restored(0)

        world.at(120.0, act)

    outages = tw.outages([(0, "communication", 0.0, 5000.0)])
    play = Play(one_shelter(), [BEDDING], [depot(stock={"quilt": 100})], [(0, 0.0, 100)], repair, outages=outages)
    assert [d.loaded_min for d in play.deliveries] == [120.0]


# ---- depots ----------------------------------------------------------------------------------


def test_suppliers_open_with_the_level_and_producers_make_more_each_hour():
    maker = depot(stock={"quilt": 0}, opens_rank=3, opens_after_min=20.0, hourly={"quilt": 30})
    closed = Play(one_shelter(), [BEDDING], [maker], [(0, 0.0, 50)])
    assert closed.handed() == []
    assert closed.left == {("D", "quilt"): 0}
    lower = Play(one_shelter(), [BEDDING], [maker], [(0, 0.0, 50)], lambda w, _: w.at(100.0, lambda: w.open_level(4)))
    assert lower.handed() == []
    play = Play(
        one_shelter(), [BEDDING], [maker], [(0, 0.0, 50)], lambda w, _: w.at(100.0, lambda: w.open_level(2)),
        horizon_min=600.0,
    )
    # opens at 120, first 30 quilts at 180; the only truck is back for the other 20 at 180 + 45 + 30 + 40 + 30 = 325
    assert play.handed() == [(325.0, "D", 0, "quilt", 30), (470.0, "D", 0, "quilt", 20)]
    assert play.supply.depots.made == {"quilt": 30 * 8}  # 180, 240 ... 600
    assert play.supplies_are_conserved()
    assert play.out_min == {}


# ---- who is served first, what is loaded -----------------------------------------------------


def test_people_who_lack_only_what_the_depot_has_count_double():
    # site 0 lacks the first line for 90 of 100, site 1 both lines for all
    short, promised = np.array([[90.0, 100.0], [0.0, 100.0]]), np.array([[10.0, 0.0], [100.0, 0.0]])
    known = np.array([100.0, 100.0])
    only_first, both, none = np.array([[500.0], [0.0]]), np.array([[500.0], [500.0]]), np.array([[0.0], [0.0]])
    assert worth(short, promised, known, only_first, 80.0).tolist() == [[1.8, 1.0]]
    assert worth(short, promised, known, both, 80.0).tolist() == [[1.8, 2.0]]
    assert worth(short, promised, known, none, 80.0).tolist() == [[0.0, 0.0]]
    # stock for 20 people fills a quarter of a truck
    assert worth(short, promised, known, only_first / 25.0, 80.0).tolist() == [[0.45, 0.25]]


def test_need_and_waiting_against_the_way():
    worths, waited = np.array([[1.0, 1.0]]), np.array([99.0, 99.0])
    assert first_served(worths, waited, np.array([[100.0, 60.0]])) == (0, 1)
    assert first_served(worths, np.array([199.0, 99.0]), np.array([[100.0, 60.0]])) == (0, 0)
    assert first_served(worths, waited, np.array([[NEVER, NEVER]])) == (-1, -1)
    half_served = np.array([[1.0, 0.5]])
    assert first_served(half_served, waited, np.array([[100.0, 30.0]])) == (0, 0)  # 1 : 4 against 31 : 101
    assert first_served(np.zeros((1, 2)), waited, np.array([[100.0, 60.0]])) == (-1, -1)


def test_a_truck_takes_whole_kits_not_one_thing_for_all():
    uses = {0: uses_of(BEDDING, ITEMS, 900.0, 25.0), 1: uses_of(WATER, ITEMS, 900.0, 25.0)}
    load = load_truck([0.0, 0.0], 1000, uses, {"quilt": 1000, "water": 1000}, 900.0, 25.0)
    assert [(p.use.item, p.pieces) for p in load] == [("quilt", 150), ("water", 150)]  # 6 kg a person
    behind = load_truck([100.0, 0.0], 1000, uses, {"quilt": 1000, "water": 1000}, 900.0, 25.0)
    assert [(p.use.item, p.pieces) for p in behind] == [("quilt", 100), ("water", 200)]  # both lines reach person 200


@given(
    st.lists(st.integers(0, 400), min_size=3, max_size=3), st.integers(1, 600),
    st.lists(st.integers(0, 300), min_size=4, max_size=4), st.floats(45.0, 3000.0), st.floats(0.1, 8.0),
)
def test_no_truck_is_overloaded_and_none_leaves_room_that_the_stock_could_fill(promised, known, stocks, kg, m3):
    kit = [BEDDING, WATER, TENT]
    uses = {n: uses_of(part, ITEMS, kg, m3) for n, part in enumerate(kit)}
    stock = dict(zip(("quilt", "blanket", "water", "tent"), stocks, strict=True))
    load = load_truck([float(p) for p in promised], known, uses, stock, kg, m3)
    used_kg, used_m3 = sum(p.pieces * p.use.kg for p in load), sum(p.pieces * p.use.m3 for p in load)
    assert used_kg <= kg + 1e-6
    assert used_m3 <= m3 + 1e-6
    taken = Counter({p.use.item: p.pieces for p in load})
    assert all(pieces <= stock[i] for i, pieces in taken.items())
    for n, had in enumerate(promised):
        brought = sum(p.pieces * p.use.people for p in load if p.line == n)
        size = max(use.people for use in uses[n])
        assert had + brought < max(known, had) + size  # never more than one piece too many
        available = sum(stock[use.item] * use.people for use in uses[n])
        full = used_kg > kg * 0.98 - 43.0 or used_m3 > m3 * 0.98 - 0.05
        assert full or brought >= min(max(0, known - had), available)


def test_scarce_stock_is_shared_by_need():
    city = tw.city(shelters=[(0, 2000, True), (1, 2000, True)], edges=((0, 1, 30.0), (0, 2, 30.0), (1, 2, 30.0)))
    play = Play(
        city, [BEDDING], [depot(stock={"quilt": 900}, trucks=3)], [(0, 0.0, 1200), (1, 0.0, 600)],
        coefficients={"truck_payload_kg": 300.0},
    )
    served = Counter()
    for d in play.deliveries:
        served[d.shelter] += d.pieces
    assert served == {0: 600, 1: 300}  # half of each


def test_room_left_on_a_truck_goes_to_other_places_at_the_same_node():
    city = tw.city(shelters=[(0, 30, True), (0, 50, True)])
    play = Play(city, [BEDDING], [depot(stock={"quilt": 100})], [(0, 0.0, 80)])
    assert {(d.convoy, d.shelter, d.pieces) for d in play.deliveries} == {(0, 0, 30), (0, 1, 50)}
    assert play.relief.relieved_min.tolist() == [205.0, 205.0]


def test_a_free_truck_goes_on_to_another_depot():
    depots = [depot("A", stock={"quilt": 100}), depot("B", node=2, stock={"water": 100}, trucks=0)]
    play = Play(one_shelter(), [BEDDING, WATER], depots, [(0, 0.0, 100)])
    # free at the shelter at 175, 30 min on to B, 45 to load, 30 back, 40 + 30
    assert play.handed() == [(205.0, "A", 0, "quilt", 100), (350.0, "B", 0, "water", 100)]


# ---- roads -----------------------------------------------------------------------------------

RING = ((0, 1, 30.0), (1, 2, 30.0), (0, 2, 40.0))
FIRST_ROAD, SECOND_ROAD, THIRD_ROAD = range(3)


def test_a_convoy_takes_the_next_best_way():
    city = one_shelter(edges=RING)
    play = Play(
        city, [BEDDING], [depot(stock={"quilt": 100})], [(0, 0.0, 100)], closures=[(FIRST_ROAD, 115.0, NEVER, 0.0)]
    )
    # left at 105; 10 min out the road fails: 10 back, then 40 + 30 round the other way
    assert [d.arrived_min for d in play.deliveries] == [105.0 + 10.0 + 10.0 + 70.0]


def test_a_slower_road_ahead_delays_the_convoy():
    city = one_shelter(nodes=3, edges=((0, 1, 10.0), (1, 2, 20.0)), zone_nodes=(2,))
    play = Play(city, [BEDDING], [depot(stock={"quilt": 9})], [(0, 0.0, 9)], closures=[(1, 110.0, NEVER, 0.5)])
    assert [d.arrived_min for d in play.deliveries] == [105.0 + 10.0 + 40.0]


def test_without_a_road_the_load_comes_back_and_goes_out_again_when_one_opens():
    play = Play(
        one_shelter(), [BEDDING], [depot(stock={"quilt": 100})], [(0, 0.0, 100)],
        closures=[(FIRST_ROAD, 115.0, 1000.0, 0.0)],
    )
    # back at the depot at 125, unloaded at 165; the road opens at 1000
    (delivery,) = play.deliveries
    assert (delivery.loaded_min, delivery.arrived_min) == (1000.0, 1075.0)
    assert play.out_min == {("D", "quilt"): 1000.0}
    assert play.supplies_are_conserved()


def test_a_load_that_comes_back_serves_others_meanwhile():
    city = tw.city(shelters=[(0, 100, True), (1, 100, True)], edges=((0, 1, 5.0), (0, 2, 30.0)))
    play = Play(
        city, [BEDDING], [depot(stock={"quilt": 100})], [(0, 0.0, 100), (1, 300.0, 100)],
        closures=[(FIRST_ROAD, 107.0, 2000.0, 0.0)],
    )
    assert [row[:3] + row[4:5] for row in play.rows()] == [(0, 0, 100, NEVER), (1, 1, 100, 505.0)]


def test_a_convoy_between_two_closed_roads_waits_with_its_load():
    city = one_shelter(nodes=4, edges=((0, 1, 10.0), (1, 2, 10.0), (2, 3, 10.0)), zone_nodes=(3,))
    closures = [(2, 117.0, 600.0, 0.0), (0, 118.0, NEVER, 0.0)]
    play = Play(city, [BEDDING], [depot(stock={"quilt": 100})], [(0, 0.0, 100)], closures=closures)
    # left at 105, beyond node 1 when both roads fail; neither way is left at node 2, so it waits there
    (delivery,) = play.deliveries
    assert (delivery.left_min, delivery.arrived_min) == (105.0, 610.0)
    assert play.rows() == [(0, 0, 100, 0.0, 680.0, 0)]
    stuck = Play(city, [BEDDING], [depot(stock={"quilt": 100})], [(0, 0.0, 100)], closures=closures, horizon_min=500.0)
    assert stuck.supply.under_way() == {"quilt": 100}
    assert stuck.supplies_are_conserved()


def test_places_that_no_road_reaches_are_counted_as_never_relieved():
    play = Play(
        one_shelter(), [BEDDING], [depot(stock={"quilt": 100})], [(0, 0.0, 100)],
        closures=[(FIRST_ROAD, 0.0, NEVER, 0.0)],
    )
    assert play.rows() == [(0, 0, 100, 0.0, NEVER, 0)]
    assert play.handed() == []
    assert play.left == {("D", "quilt"): 100}


def test_trucks_that_cannot_get_to_the_depot_give_the_order_back():
    depots = [depot("A", stock={"quilt": 100}), depot("B", node=2, stock={"water": 100}, trucks=0)]
    play = Play(
        one_shelter(), [BEDDING, WATER], depots, [(0, 0.0, 100)], closures=[(SECOND_ROAD, 180.0, 900.0, 0.0)]
    )
    # the truck turns back to node 1 and goes home; it sets out again at 900: 60 + 45 + 30 + 40 + 30
    assert play.handed() == [(205.0, "A", 0, "quilt", 100), (1105.0, "B", 0, "water", 100)]


def test_the_whole_response_tells_the_story_of_a_convoy():
    city = one_shelter()
    plan = tw.plan(kit=[BEDDING], items=ITEMS)
    scenario = tw.scenario(city, displaced=tw.displaced([(0, 0.0, 100)]))
    log = respond(city, plan, tw.layout(depots=[depot(stock={"quilt": 100})]), scenario, timeline=True)
    assert [(e.minute, e.what, e.zone, e.value, e.word) for e in log.timeline] == [
        (60.0, "convoy_loading", 0, 0.0, "D"),
        (60.0, "stock_out", -1, 0.0, "D quilt"),
        (105.0, "convoy_left", 0, 0.0, "D"),
        (135.0, "convoy_arrived", 0, 0.0, "D"),
        (205.0, "handed_out", 0, 100.0, "quilt"),
    ]
    assert log.relief.relieved_min.tolist() == [205.0]
    assert log.stock_left == {("D", "quilt"): 0}
    assert log.stock_out_min == {("D", "quilt"): 60.0}


# ---- nothing gets lost -----------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    displaced=st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from([0.0, 20.0, 400.0]), st.integers(1, 700)), min_size=1, max_size=5
    ),
    places=st.lists(st.integers(0, 500), min_size=2, max_size=2),
    stock=st.lists(st.integers(0, 400), min_size=4, max_size=4),
    trucks=st.integers(0, 3),
    hourly=st.integers(0, 50),
    closures=st.lists(
        st.tuples(
            st.integers(0, 2), st.floats(0.0, 700.0), st.one_of(st.floats(0.0, 500.0), st.just(NEVER)),
            st.sampled_from([0.0, 0.5]),
        ),
        max_size=4,
    ),
    horizon_min=st.sampled_from([150.0, 400.0, 2000.0]),
    temp_c=st.sampled_from([-10.0, 20.0]),
)
def test_supplies_and_people_are_conserved(displaced, places, stock, trucks, hourly, closures, horizon_min, temp_c):
    city = tw.city(shelters=[(0, places[0], True), (1, places[1], False)], edges=RING)
    first = dict(zip(("quilt", "blanket", "tent", "coat"), stock, strict=True))
    depots = [
        depot("A", stock=first, trucks=trucks),
        depot("B", node=2, stock={"water": 50}, trucks=1, hourly={"water": hourly}, opens_after_min=30.0),
    ]
    play = Play(
        city, [TENT, BEDDING, COAT, WATER], depots, displaced, horizon_min=horizon_min, temp_c=temp_c,
        closures=[(edge, start, start + lasts, factor) for edge, start, lasts, factor in closures],
        coefficients={"truck_payload_kg": 400.0},
    )
    assert play.supplies_are_conserved()
    r = play.relief
    real = [(zone, people) for zone, minute, people in displaced if minute <= horizon_min]
    assert np.bincount(r.zone, r.people, minlength=2).tolist() == [
        sum(people for zone, people in real if zone == z) for z in (0, 1)
    ]
    assert (r.people > 0).all()
    assert (r.relieved_min >= r.displaced_min).all()
    assert r.people[r.shelter == 0].sum() <= places[0]
    assert r.people[r.shelter == 1].sum() <= places[1]
    relieved = np.isfinite(r.relieved_min)
    served = play.supply.handed["quilt"] + play.supply.handed["blanket"]
    assert r.people[relieved].sum() <= min(served, play.supply.handed["water"])
