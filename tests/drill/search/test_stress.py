"""What each stress measures in a copy, on hand-made worlds, and how copies are summed up."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tiny_world as tw

from sim.drill.copies import Stage
from sim.drill.design import Wish
from sim.drill.model import STRESSES
from sim.drill.seek import stress as module
from sim.drill.seek.stress import Load, stress_of, summed, taken_part, values_of, with_rule
from sim.drill.seek.stress_params import KINDS, OPTIONS
from sim.drill.seek.stress_values import VALUES, Facts, longest_min
from sim.hazard.redraw import execution_coefficients
from sim.hazard.scenario import Event
from sim.measure.statistics import wilson
from sim.plan.model import Layout, Rules
from sim.response.respond import respond


def wish(kind: str, low: float = 0.0, high: float = 1.0, **params: Any) -> Wish:
    usual = {name: param.default for name, param in KINDS[kind].params.items() if param.default is not None}
    return Wish(kind=kind, low=low, high=high, params=usual | params)


def facts(rows: Sequence[dict[str, Any]], layout: Layout, kinds: Sequence[str] = ("job",), **changes: Any) -> Facts:
    """Play *rows* in a tiny city whose crews start at node 0 and whose zones lie half an hour and an hour away."""
    city = tw.city()
    plan = tw.plan([tw.kind(name) for name in kinds])
    scenario = tw.scenario(city, rows, **({"horizon_min": 600.0} | changes))
    return Facts(
        city=city, plan=plan, layout=layout, scenario=scenario, log=respond(city, plan, layout, scenario)
    )


def value(asked: Wish, given: Facts) -> float:
    return VALUES[asked.kind](asked, given)


def test_every_kind_has_its_parameters_and_all_but_participation_are_measured_in_copies() -> None:
    assert set(KINDS) == set(STRESSES) == {*VALUES, "participation"}


# ---- intervals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(5, 10, 0.2366, 0.7634), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 29, 0.0061, 0.1718),
     (100, 200, 0.4314, 0.5686)],
)
def test_wilson_intervals_are_those_of_the_books(hits: int, n: int, low: float, high: float) -> None:
    found = wilson(hits, n)
    assert (found.estimate, found.low, found.high) == pytest.approx((hits / n, low, high), abs=1e-4)


def test_a_share_has_an_interval_within_0_and_1_and_a_decision_counts_the_rarer_winner() -> None:
    assert summed(wish("reporting", deadline_min=1.0), np.array([0.0, 1.0] * 6)).low >= 0.0
    found = summed(wish("decision", rule="protect", measure="deaths"), np.array([1.0, 1.0, -1.0, 0.0]))
    assert found.estimate == 0.25
    assert summed(wish("decision", rule="protect", measure="deaths"), np.zeros(8)).estimate == 0.0


def test_a_stress_is_met_if_its_value_lies_in_the_band_whatever_its_interval() -> None:
    given = facts([{}], tw.layout([tw.team()]))
    asked = wish("breach", low=0.4, high=0.6, measure="deaths", limit=1.0)
    met = stress_of(asked, np.array([1.0, 0.0] * 5), given.city, given.plan)
    assert met.met
    assert met.low < 0.4 < met.achieved < 0.6 < met.high
    assert met.replications == 10
    assert not stress_of(asked, np.ones(10), given.city, given.plan).met
    assert Load(wish=asked, values=np.ones(10)).gap == pytest.approx(0.4)


# ---- kinds ---------------------------------------------------------------------------------


def test_the_busy_share_is_travel_and_work_over_what_was_available() -> None:
    given = facts([{"node": 0, "work": 60.0}], tw.layout([tw.team(turnout_min=0.0)]))
    assert value(wish("utilisation", capability="fire"), given) == pytest.approx(0.1, abs=0.01)
    assert value(wish("utilisation", capability="usar"), given) == 0.0
    assert value(wish("utilisation", team_type="fire"), given) == value(wish("utilisation"), given)


def test_a_late_first_crew_breaks_a_limit_of_arrival_and_a_share_forgives_some() -> None:
    given = facts([{"zone": 0}, {"zone": 1}], tw.layout([tw.team("T1"), tw.team("T2")]))
    assert value(wish("breach", arrival="job", limit_min=40.0), given) == 1.0
    assert value(wish("breach", arrival="job", limit_min=40.0, share=0.5), given) == 0.0
    assert value(wish("breach", arrival="job", limit_min=90.0), given) == 0.0


def test_a_measure_breaks_its_limit_above_or_below() -> None:
    given = facts([{}], tw.layout([tw.team()]))
    assert value(wish("breach", measure="demands", limit=0.5), given) == 1.0
    assert value(wish("breach", measure="demands", limit=0.5, sense="below"), given) == 0.0


def test_the_longest_stretch_in_which_enough_wait_at_once() -> None:
    begun, ended = np.array([0.0, 10.0, 20.0, 100.0]), np.array([30.0, 40.0, 50.0, 200.0])
    assert longest_min(begun, ended, 1) == 100.0
    assert longest_min(begun, ended, 2) == 30.0
    assert longest_min(begun, ended, 3) == 10.0
    assert longest_min(begun, ended, 4) == 0.0


def test_a_queue_is_long_and_lasts_where_one_crew_has_many_jobs() -> None:
    rows = [{"work": 100.0} for _ in range(5)]
    given = facts(rows, tw.layout([tw.team()]))
    asked = wish("queue", capability="fire", waiting=3.0, minutes=60.0)
    assert value(asked, given) == 1.0
    assert value(asked, facts(rows, tw.layout([tw.team(f"T{i}") for i in range(5)]))) == 0.0
    assert value(wish("queue", capability="usar", waiting=1.0, minutes=1.0), given) == 0.0


def test_two_kinds_contend_if_both_are_open_near_each_other_in_time() -> None:
    rows = [{"kind": "job", "work": 100.0}, {"kind": "other", "real_min": 50.0}]
    given = facts(rows, tw.layout([tw.team()]), ("job", "other"))
    assert value(wish("contention", first="job", second="other", within_min=60.0), given) == 1.0
    assert value(wish("contention", first="job", second="other", within_min=10.0), given) == 0.0
    short = [{"kind": "job", "work": 1.0, "node": 0}, {"kind": "other", "real_min": 50.0}]
    over = facts(short, tw.layout([tw.team()]), ("job", "other"))
    assert value(wish("contention", first="job", second="other", within_min=60.0), over) == 0.0


def event(kind: str, parent: int, start: float = 0.0, only_if: int = -1) -> Event:
    return Event(name=tw.text(kind), start_min=start, parent=parent, lon=106.0, lat=39.0, size=1.0, kind=kind,
                 only_if=only_if)


def test_a_chain_stands_on_a_path_of_causes_and_must_have_come_about() -> None:
    events = (event("earthquake", -1), event("release", 0, 5.0), event("fire", 1, 900.0), event("earthquake", 0, 9.0))
    given = facts([{"event": 1, "real_min": 5.0}], tw.layout([tw.team()]), events=events)
    for chain, happened in (
        ("earthquake>release", 1.0), ("release>job", 1.0), ("earthquake>job", 1.0), ("release>earthquake", 0.0),
        ("earthquake>release>fire", 0.0),
    ):
        assert value(wish("cascade", chain=chain), given) == happened, chain
    assert value(wish("cascade", depth=2.0), given) == 1.0
    assert value(wish("cascade", depth=3.0), given) == 0.0


def test_reports_are_late_after_the_deadline_and_instruments_do_not_count() -> None:
    rows = [{"noticed_min": 0.0}, {"noticed_min": 0.0, "watched": True}, {"noticed_min": 590.0}]
    given = facts(rows, tw.layout([tw.team()]))
    log = replace(given.log, demands=replace(given.log.demands, known_min=np.array([45.0, 45.0, np.inf])))
    late = replace(given, log=log)
    assert value(wish("reporting", deadline_min=30.0), late) == 1.0
    assert value(wish("reporting", deadline_min=60.0), late) == 0.0
    assert value(wish("reporting", deadline_min=5.0), late) == 1.0


def test_the_share_of_the_affected_in_a_zone_counts_homes_and_the_hurt() -> None:
    city = tw.city()
    given = facts([], tw.layout([tw.team()]), slightly_injured=tw.ints([10, 30]),
                  casualties=tw.casualties([{"zone": 0}] * 10))
    assert value(wish("equity", zones=city.zones.code[0]), given) == pytest.approx(20.0 / 50.0)
    assert value(wish("equity", zones=",".join(city.zones.code)), given) == 1.0
    assert value(wish("equity", county="C"), given) == 1.0
    nobody = facts([], tw.layout([tw.team()]))
    assert value(wish("equity", county="C"), nobody) == 0.0


def test_a_decision_says_which_option_was_the_better_one() -> None:
    one = facts([{}], tw.layout([tw.team()]))
    asked = wish("decision", rule="retask", measure="demands")
    assert value(asked, replace(one, other=one.log)) == 0.0
    with pytest.raises(ValueError, match="both options"):
        value(asked, one)
    late = replace(one.log, levels=((1.0, 2),))
    given = replace(one, other=late)
    assert value(wish("decision", rule="retask", measure="level_rank", better="more"), given) == 1.0
    assert value(wish("decision", rule="retask", measure="level_rank"), given) == -1.0


def test_options_are_rules_of_a_layout() -> None:
    layout = tw.layout([tw.team()])
    for rule, options in OPTIONS.items():
        assert {getattr(with_rule(layout, rule, option).rules, rule) for option in options} == set(options)
        assert hasattr(Rules(), rule)


# ---- direction -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_fewer_teams_are_never_less_busy_and_never_break_fewer_limits(seed: int) -> None:
    """Direction: the same work on fewer crews."""
    rng = np.random.default_rng(seed)
    rows = [
        {"zone": int(zone), "work": float(work), "real_min": float(real)}
        for zone, work, real in zip(rng.integers(0, 2, 8), rng.uniform(20, 90, 8), rng.uniform(0, 120, 8), strict=True)
    ]
    asked = (wish("utilisation", capability="fire"), wish("breach", arrival="job", limit_min=75.0),
             wish("queue", capability="fire", waiting=2.0, minutes=20.0))
    by_teams = [
        [value(each, facts(rows, tw.layout([tw.team(f"T{i}") for i in range(teams)]))) for each in asked]
        for teams in (6, 3, 1)
    ]
    for more, fewer in itertools.pairwise(by_teams):
        assert all(a <= b + 1e-9 for a, b in zip(more, fewer, strict=True)), by_teams
    assert by_teams[0][0] < by_teams[-1][0]


# ---- copies --------------------------------------------------------------------------------


def test_a_copy_played_until_a_minute_is_the_whole_copy_cut_there() -> None:
    city, plan, layout = tw.city(), tw.plan(), tw.layout([tw.team()])
    rows = [{"zone": i % 2, "work": 90.0, "real_min": 30.0 * i} for i in range(8)]
    stage = Stage(layout=layout, scenario=tw.scenario(city, rows, horizon_min=900.0),
                  spread=execution_coefficients(), seed=3)
    asked = (wish("utilisation"), wish("utilisation", until_min=200.0))
    values, whole = values_of(asked, city, plan, stage, 5)
    short = replace(stage, scenario=replace(stage.scenario, horizon_min=200.0))
    alone, cut_there = values_of((wish("utilisation"),), city, plan, short, 5)
    assert values[1] == alone[0] != values[0]
    known = whole.log.demands.known_min
    assert np.array_equal(known[known <= 200.0], cut_there.log.demands.known_min[known <= 200.0])


# ---- the plan ------------------------------------------------------------------------------


def test_a_unit_takes_part_with_enough_actions_and_no_long_idle_gap() -> None:
    city, plan = tw.city(), tw.plan()
    asked = wish("participation", low=0.5, high=1.0, actions=2.0, idle_min=60.0)
    busy = [("U-01", 20.0), ("U-01", 70.0), ("U-02", 10.0), ("U-02", 90.0), ("U-03", 50.0), ("U-09", 1.0)]
    found = taken_part(asked, busy, ("U-01", "U-02", "U-03"), 120.0, city, plan)
    assert (found.achieved, found.met) == (pytest.approx(1 / 3, abs=1e-4), False)
    assert taken_part(asked, busy, ("U-01",), 120.0, city, plan).met
    assert taken_part(asked, busy, (), 120.0, city, plan).achieved == 0.0


def test_an_option_that_is_the_layouts_own_rule_is_the_copy_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[bool] = []
    play = module.play_copy
    monkeypatch.setattr(module, "play_copy", lambda *given: played.append(True) or play(*given))
    city, plan, layout = tw.city(), tw.plan(), tw.layout([tw.team()])
    stage = Stage(layout=layout, scenario=tw.scenario(city, [{}], horizon_min=300.0),
                  spread=execution_coefficients(), seed=3)
    asked = (wish("decision", rule="retask", measure="demands"), wish("utilisation"))
    values, _ = values_of(asked, city, plan, stage, 0)
    assert len(played) == 2
    assert values[0] == 0.0
