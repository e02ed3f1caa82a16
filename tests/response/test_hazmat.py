"""Crews at leaks and plant fires: by turns at the valve, bound while they hold, called by works, away from bursts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import tiny_world as tw

from sim.common.types import NEVER
from sim.hazard.release import Burst
from sim.plan.model import CrewType
from sim.response.clock import run_events
from sim.response.log import DONE, OPEN, PREVENTED
from sim.response.respond import Response
from sim.response.world import World

HAZMAT = (("hazmat", 1.0, True),)
FIRE = (("fire", 1.0, True),)
LEAK = tw.kind("leak", law="entry", skills=HAZMAT, works_call=True)
CURTAIN = tw.kind("curtain", law="hold", priority=2, skills=FIRE)
TANK_FIRE = tw.kind("tank_fire", law="fire", skills=FIRE)
COOLING = tw.kind("cooling", law="hold", skills=FIRE)
BURST = tw.kind("burst", skills=FIRE)
JOB = tw.kind("job", priority=2, skills=FIRE)
KINDS = (LEAK, CURTAIN, TANK_FIRE, COOLING, BURST, JOB)
TYPES = {
    **tw.CREW_TYPES,
    "hazmat": CrewType(
        type="hazmat", crew_size=6, vehicle="engine", productivity=1.0, recall_share=0.0, recall_min=180.0
    ),
    "pair": CrewType(type="pair", crew_size=3, vehicle="engine", productivity=1.0, recall_share=0.0, recall_min=180.0),
}
SHARE = 25.0 / 37.0
SLOW = (tw.ReportLink(link="call", name=tw.text("call"), median_min=40.0, dark_median_min=40.0, sigma=0.0),)


class Play:
    """One response, with the calls that a plant and its bursts make, and the parts to look into afterwards."""

    def __init__(
        self, rows: list[dict[str, Any]], teams: list[Any], *, bursts: tuple[Burst, ...] = (), works: bool = False,
        links: Any = (), city: Any = None, fields: dict[str, Any] | None = None, rules: dict[str, Any] | None = None,
        **coefficients: float,
    ) -> None:
        city = city or tw.city()
        kinds = [kind if works else replace(kind, works_call=False) for kind in KINDS]
        plan = tw.plan(kinds, report_links=links, crew_types=TYPES, **coefficients)
        scenario = tw.scenario(city, rows, **{"bursts": bursts, **(fields or {})})
        self.response = Response(World(city, plan, tw.layout(teams, **(rules or {})), scenario, timeline=True))
        self.response.prepare()
        self.response.start()
        self.command, self.horizon_min = self.response.command, scenario.horizon_min
        self.bursts = self.response.bursts

    def log(self) -> Any:
        run_events(self.response.world.env, self.horizon_min)
        return self.response.log()


def hazmat(team_id: str = "A", node: int = 1, crews: int = 1, **changes: Any) -> Any:
    fields: dict[str, Any] = {"type": "hazmat", "turnout_min": 0.0, "capabilities": ["hazmat"]}
    return tw.team(team_id, node=node, people=6 * crews, **(fields | changes))


def engine(team_id: str = "E", node: int = 1, crews: int = 1, **changes: Any) -> Any:
    return tw.team(team_id, node=node, people=6 * crews, **({"turnout_min": 0.0} | changes))


def minutes_of(log: Any, what: str) -> list[float]:
    return [entry.minute for entry in log.timeline if entry.what == what]


# ---- by turns at the valve ---------------------------------------------------------------------


def test_one_crew_alone_works_while_its_air_lasts() -> None:
    log = Play([{"kind": "leak", "work": 50.0, "max_crews": 2}], [hazmat()]).log()
    assert log.demands.done_min.tolist() == [pytest.approx(50.0 / SHARE)]


def test_two_crews_relieve_each_other_and_a_third_finds_no_room() -> None:
    rows = [{"kind": "leak", "work": 50.0, "max_crews": 3}]
    for crews in (2, 3):
        log = Play(rows, [hazmat(crews=crews)], crew_goal_min=10.0).log()
        assert log.demands.crews_sent.tolist() == [crews]
        assert log.demands.done_min.tolist() == [pytest.approx(50.0)]


def test_a_crew_to_relieve_the_first_is_wanted_though_one_could_do_the_work() -> None:
    log = Play([{"kind": "leak", "work": 10.0, "max_crews": 1}], [hazmat(crews=3)]).log()
    assert log.demands.crews_sent.tolist() == [2]


def test_the_rate_is_right_as_crews_come_and_go() -> None:
    teams = [hazmat("near"), hazmat("far", node=0)]
    log = Play([{"kind": "leak", "work": 100.0, "max_crews": 2}], teams).log()
    # 30 min alone, then by turns.
    assert log.demands.done_min.tolist() == [pytest.approx(30.0 + 100.0 - 30.0 * SHARE)]


def test_tired_crews_still_fill_the_air_of_the_other_as_far_as_they_can() -> None:
    log = Play([{"kind": "leak", "work": 900.0, "max_crews": 2}], [hazmat(crews=2)], fatigue_after_h=12.0).log()
    tired = 2 * 0.7 * SHARE
    assert log.demands.done_min.tolist() == [pytest.approx(720.0 + (900.0 - 720.0) / tired)]


def test_nobody_enters_with_too_few_people() -> None:
    rows = [{"kind": "leak", "work": 20.0, "max_crews": 2}]
    pairs = [replace(hazmat(f"P{node}", node=node), type="pair", people=3, ready_people=3) for node in (1, 0)]
    one = Play(rows, pairs[:1]).log()
    assert one.demands.state.tolist() == [OPEN]
    assert one.demands.started_min.tolist() == [NEVER]
    assert one.demands.left_work.tolist() == [20.0]
    two = Play(rows, pairs).log()
    assert two.demands.started_min.tolist() == [30.0]
    assert two.demands.done_min.tolist() == [50.0]


@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize("work", [20.0, 90.0, 400.0])
def test_more_crews_never_close_a_leak_later(work: float, most: int) -> None:
    rows = [{"kind": "leak", "work": work, "max_crews": most}]
    bases = [(0, 20.0), (2, 5.0), (1, 40.0), (0, 1.0), (1, 0.0)]
    teams = [hazmat(f"T{i}", node=node, turnout_min=turnout) for i, (node, turnout) in enumerate(bases)]
    ends = [
        Play(rows, teams[:n], crew_goal_min=60.0).log().demands.done_min[0] for n in range(1, len(teams) + 1)
    ]
    assert ends == sorted(ends, reverse=True)
    assert ends[-1] < ends[0]


# ---- crews that hold ---------------------------------------------------------------------------


def held(work: float = 100.0, **more: Any) -> list[dict[str, Any]]:
    return [
        {"kind": "leak", "work": work, "max_crews": 2},
        {"kind": "curtain", "work": 20.0, "parent": 0, **more},
        {"kind": "job", "work": 30.0, "real_min": 5.0},
    ]


def test_who_holds_is_free_exactly_when_the_leak_is_closed() -> None:
    play = Play(held(), [hazmat(crews=2), engine()])
    log = play.log()
    assert log.demands.done_min.tolist() == [100.0, 20.0, 130.0]
    assert log.demands.state.tolist() == [DONE, DONE, DONE]
    # The only engine holds from 20 to 100, then does the job that has waited since minute 5.
    assert log.demands.dispatched_min[2] == 100.0
    assert log.demands.crew_min.tolist() == [200.0, 100.0, 30.0]
    assert log.crews.work_min.tolist() == [100.0, 100.0, 130.0]
    assert minutes_of(log, "crews_stay") == [20.0]
    assert minutes_of(log, "crews_released") == [100.0]
    assert minutes_of(log, "demand_done") == [20.0, 100.0, 130.0]


def test_what_is_not_yet_in_place_ends_with_the_leak() -> None:
    play = Play(held(work=10.0), [hazmat(crews=2), engine()])
    log = play.log()
    assert log.demands.done_min.tolist() == [10.0, 10.0, 40.0]
    assert log.demands.crew_min[1] == 10.0
    nobody = Play(held(work=10.0), [hazmat(crews=2)]).log()
    assert nobody.demands.done_min[1] == 10.0


def test_nobody_is_pulled_away_from_holding() -> None:
    rows = [
        {"kind": "leak", "work": 300.0, "max_crews": 2},
        {"kind": "curtain", "work": 40.0, "parent": 0, "max_crews": 2},
        {"kind": "tank_fire", "work": 30.0, "real_min": 100.0},
    ]
    log = Play(rows, [hazmat(crews=2), engine(crews=2)], crew_goal_min=20.0).log()
    assert log.demands.crews_sent[1] == 2
    assert log.demands.done_min.tolist() == [300.0, 20.0, 330.0]
    assert minutes_of(log, "retasked") == []
    deploying = Play([rows[0], {**rows[1], "work": 400.0}, rows[2]], [hazmat(crews=2), engine(crews=2)]).log()
    assert deploying.demands.done_min[2] == 130.0  # what is not in place yet may wait


def test_who_holds_for_more_than_a_day_stays_and_is_in_the_books() -> None:
    rows = [{"kind": "leak", "work": 60.0}, {"kind": "curtain", "work": 20.0, "parent": 0}]
    log = Play(rows, [engine()], fields={"horizon_min": 2000.0}).log()
    assert log.demands.state.tolist() == [OPEN, DONE]
    assert log.demands.done_min[1] == 20.0
    assert log.demands.crew_min[1] == 2000.0
    assert log.demands.left_work.tolist() == [60.0, 0.0]
    assert log.crews.work_min.tolist() == [2000.0]


def test_cooling_in_time_prevents_the_burst_and_ends_with_the_fire() -> None:
    rows = [
        {"kind": "tank_fire", "work": 200.0},
        {"kind": "cooling", "work": 20.0, "parent": 0},
        {"kind": "burst", "work": 20.0, "parent": 1, "real_min": 50.0},
    ]
    log = Play(rows, [engine(crews=2)]).log()
    assert log.demands.state.tolist() == [DONE, DONE, PREVENTED]
    assert log.demands.done_min[:2].tolist() == [200.0, 20.0]
    assert log.crews.work_min.tolist() == [200.0, 200.0]
    late = Play(rows, [engine(crews=2, turnout_min=35.0)]).log()
    assert late.demands.state.tolist() == [DONE, DONE, DONE]


def test_roads_through_gas_open_with_the_end_of_the_leak() -> None:
    shut = replace(tw.closures([(0, 0.0, NEVER, 0.0), (1, 0.0, NEVER, 0.0)]), lasts_with=tw.ints([0, -1]))
    rows = [{"kind": "leak", "work": 100.0, "max_crews": 2}, {"kind": "job", "work": 10.0}]
    play = Play(rows, [hazmat(crews=2), engine(node=0)], fields={"closures": shut})
    log = play.log()
    assert log.demands.arrived_min[1] == 130.0
    assert play.command.lasts_with == {0: [0]}
    assert log.reopened == ()  # nobody worked on that road


def test_a_road_that_gas_would_shut_stays_open_without_the_gas() -> None:
    shut = replace(tw.closures([(0, 50.0, NEVER, 0.0)]), lasts_with=tw.ints([1]))
    rows = [{"kind": "leak", "work": 10.0, "max_crews": 2}, {"kind": "leak", "parent": 0, "real_min": 50.0}]
    play = Play(rows, [hazmat(crews=2)], fields={"closures": shut})
    seen: list[bool] = []
    for minute in (20.0, 50.0, 60.0):
        play.response.world.at(minute, lambda: seen.append(play.command.may_close(0)))
    play.log()
    assert seen == [False, False, False]
    real = Play([{**rows[0], "work": 500.0}, rows[1]], [hazmat(crews=2)], fields={"closures": shut})
    for minute in (20.0, 50.0, 60.0):
        real.response.world.at(minute, lambda: seen.append(real.command.may_close(0)))
    real.log()
    assert seen[3:] == [False, True, True]


# ---- works' own brigades -----------------------------------------------------------------------


def test_the_works_go_before_the_duty_room_knows() -> None:
    rows = [{"kind": "leak", "work": 100.0, "max_crews": 2, "noticed_min": 2.0}]
    teams = [hazmat("works", turnout_min=3.0), hazmat("city", node=0, type="fire")]
    log = Play(rows, teams, works=True, links=SLOW).log()
    ordered = [(e.minute, e.crew) for e in log.timeline if e.what == "crew_ordered"]
    assert ordered == [(2.0, 0), (42.0, 1)]  # the duty room reinforces, and sends no second first crew
    assert log.demands.known_min.tolist() == [42.0]
    assert log.demands.arrived_min.tolist() == [5.0]
    # From 5 to 72 alone, then by turns.
    assert log.demands.done_min.tolist() == [pytest.approx(72.0 + 100.0 - 67.0 * SHARE)]
    without = Play(rows, teams, links=SLOW).log()
    assert without.demands.arrived_min.tolist() == [45.0]
    assert log.demands.done_min[0] < without.demands.done_min[0]


def test_the_works_send_no_more_than_is_wanted_and_no_brigade_whose_level_is_shut() -> None:
    rows = [{"kind": "leak", "work": 100.0, "max_crews": 2, "noticed_min": 2.0}]
    log = Play(rows, [hazmat("works", crews=4)], works=True, links=SLOW).log()
    assert log.demands.crews_sent.tolist() == [2]
    shut = Play(rows, [hazmat("works", opens_rank=2)], works=True, links=SLOW).log()
    assert shut.demands.crews_sent.tolist() == [0]


def test_a_leak_that_the_works_close_is_over_before_it_is_known() -> None:
    rows = [{"kind": "leak", "work": 10.0, "max_crews": 2}]
    log = Play(rows, [hazmat("works", crews=2), hazmat("city", node=0)], works=True, links=SLOW).log()
    assert log.demands.done_min.tolist() == [10.0]
    assert log.demands.crews_sent.tolist() == [2]
    assert log.demands.known_min.tolist() == [40.0]


def mutual(*, aid: bool, teams: list[Any], **more: Any) -> Any:
    rows = [{"kind": "leak", "work": 200.0, "max_crews": 2, "noticed_min": 2.0}]
    return Play(rows, teams, works=True, rules={"works_mutual_aid": aid}, **({"links": SLOW} | more)).log()


def test_neighbouring_works_come_where_they_have_agreed_on_it() -> None:
    teams = [hazmat("own"), hazmat("next", node=2, turnout_min=4.0), hazmat("fire", node=2, type="fire")]
    log = mutual(aid=True, teams=teams)
    assert [(e.minute, e.crew) for e in log.timeline if e.what == "crew_ordered"] == [(2.0, 0), (5.0, 1)]
    assert minutes_of(log, "works_aid_called") == [5.0]
    assert log.demands.done_min.tolist() == [pytest.approx(39.0 + 200.0 - 37.0 * SHARE)]
    alone = mutual(aid=False, teams=teams)
    assert [e.minute for e in alone.timeline if e.what == "crew_ordered"] == [2.0, 42.0]
    far = mutual(aid=True, teams=teams, works_reach_min=25.0)
    assert far.demands.done_min.tolist() == alone.demands.done_min.tolist()


@pytest.mark.parametrize("turnout_min", [0.0, 20.0, 55.0, 90.0])
@pytest.mark.parametrize("known_after_min", [0.0, 10.0, 40.0])
@pytest.mark.parametrize("own", [True, False])
def test_mutual_aid_never_makes_it_later(turnout_min: float, known_after_min: float, own: bool) -> None:
    """Where the duty room has somebody nearer, the neighbour who has far to come turns back."""
    links = (replace(SLOW[0], median_min=known_after_min),)
    teams = [
        *([hazmat("own", turnout_min=2.0)] if own else []), hazmat("next", node=2, turnout_min=turnout_min),
        hazmat("station", node=0, type="fire", turnout_min=1.0), hazmat("post", node=0, type="fire", turnout_min=30.0),
    ]
    with_aid, without = (mutual(aid=aid, teams=teams, links=links).demands.done_min[0] for aid in (True, False))
    assert with_aid <= without + 1e-9


# ---- bursts ------------------------------------------------------------------------------------


def plant(warned_min: float, share: float = 0.25, burst_min: float = 60.0) -> tuple[list[dict[str, Any]], Any]:
    """A tank fire that nobody can put out, a tank to cool that takes long, and what becomes of the tank."""
    rows = [
        {"kind": "tank_fire", "work": 300.0, "place": "C1"},
        {"kind": "cooling", "work": 150.0, "parent": 0, "place": "C1"},
        {"kind": "tank_fire", "work": 200.0, "place": "C2"},
        {"kind": "burst", "work": 20.0, "parent": 1, "real_min": burst_min, "place": "C1"},
    ]
    return rows, (Burst(demand=3, warned_min=warned_min, crews_hurt_share=share, place="C1"),)


def test_crews_that_are_warned_withdraw_unhurt_and_come_back() -> None:
    rows, bursts = plant(warned_min=10.0)
    play = Play(rows, [engine(crews=4)], bursts=bursts, fields={"bursts": bursts}, burst_safe_min=30.0)
    log = play.log()
    assert play.bursts.responders_hurt == 0.0
    # 50 min of work, 40 of waiting, the rest; at the other plant nobody stops.
    assert log.demands.done_min.tolist() == [340.0, 190.0, 200.0, 80.0]
    assert minutes_of(log, "crews_withdrawn") == [50.0]
    assert minutes_of(log, "crews_return") == [90.0]


def test_crews_that_are_not_warned_are_hurt_by_the_share_and_out_of_service() -> None:
    rows, bursts = plant(warned_min=0.0)
    play = Play(rows, [engine(crews=4), engine("far", node=0, crews=2)], bursts=bursts, fields={"bursts": bursts})
    log = play.log()
    assert play.bursts.responders_hurt == pytest.approx(0.25 * 12)
    assert sorted(play.bursts.hurt_of_crew.values()) == [1.5, 1.5]
    hit = list(play.bursts.hurt_of_crew)
    assert [log.crews.work_min[crew] for crew in hit] == [60.0, 60.0]
    assert not [e for e in log.timeline if e.what == "crew_ordered" and e.crew in hit and e.minute > 0.0]
    assert all(log.crews.rest_min[crew] == play.horizon_min - 60.0 for crew in hit)  # their base is beside the plant
    # Others take over, when it is safe again.
    assert log.demands.done_min[0] == pytest.approx(90.0 + 240.0)
    assert log.demands.state.tolist() == [DONE] * 4


def test_who_comes_while_others_keep_away_does_not_begin() -> None:
    rows, bursts = plant(warned_min=20.0)
    late = [{**row, "growth": 1.0, "growth_until": 1000.0} if d == 0 else row for d, row in enumerate(rows)]
    play = Play(late, [engine(crews=4, turnout_min=45.0)], bursts=bursts, fields={"bursts": bursts})
    log = play.log()
    assert play.bursts.responders_hurt == 0.0
    assert log.demands.arrived_min[0] == 45.0
    assert log.demands.started_min[0] == 90.0
    assert log.demands.quantity_end[0] == 300.0 + 90.0


def test_once_the_danger_is_averted_crews_go_back_at_once() -> None:
    rows, bursts = plant(warned_min=50.0, burst_min=100.0)
    elsewhere = [{**row, "place": "" if d == 0 else row["place"], "work": 70.0} for d, row in enumerate(rows)]
    play = Play(elsewhere, [engine(crews=4)], bursts=bursts, fields={"bursts": bursts})
    log = play.log()
    # Cooling is held up from 50 on; the fire, on its own ground, is out at 70.
    assert log.demands.done_min[:2].tolist() == [70.0, 70.0]
    assert log.demands.state[3] == PREVENTED
    assert minutes_of(log, "danger_averted") == [70.0]
    assert play.bursts.responders_hurt == 0.0
    cooled = Play([{**row, "work": 30.0} for row in rows], [engine(crews=4)], bursts=bursts).log()
    assert minutes_of(cooled, "crews_withdrawn") == []


def test_a_lone_crew_at_a_plant_that_may_burst_can_withdraw() -> None:
    rows, bursts = plant(warned_min=10.0)
    for scenario_bursts, alone in (((), True), (bursts, False)):
        play = Play(rows, [engine(crews=4)], fields={"bursts": scenario_bursts})
        assert play.command.is_alone[0] is alone
        assert play.command.is_alone[3]
