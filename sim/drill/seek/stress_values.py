"""What a stress is in one simulated copy: a share, or yes (1) and no (0)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.city.model import City
from sim.common.types import Bools, Floats
from sim.drill.design import Wish
from sim.drill.seek.stress_params import ARROW, SEPARATOR, leading, shared_capabilities
from sim.hazard.scenario import Scenario
from sim.measure.exposure import happened
from sim.measure.measures import measure
from sim.plan.model import Layout, Plan
from sim.response.log import PREVENTED, Log


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One copy, played until the minute that a wish looks at, with who answered it."""

    city: City
    plan: Plan
    layout: Layout
    scenario: Scenario
    log: Log
    other: Log | None = None
    """Of a decision: the same copy under the second option; ``log`` is under the first."""

    def real(self, *kinds: str) -> Bools:
        """Tell which demands became real until then (and are of *kinds*, if any are given)."""
        demands = self.scenario.demands
        real = (self.log.demands.state != PREVENTED) & (demands.real_min <= self.log.horizon_min)
        return np.asarray(real & np.isin(demands.kind, kinds) if kinds else real)


def word(wish: Wish, name: str) -> str:
    """Return a parameter that is a word; empty if it was not given."""
    return str(wish.params.get(name, ""))


def number(wish: Wish, name: str) -> float:
    """Return a parameter that is a number."""
    return float(wish.params[name])


def utilisation(wish: Wish, facts: Facts) -> float:
    """Return the share of the crews' available minutes on the way or at work; 0 if none was available.

    Crews of the layout only, without neighbours and outside help.
    """
    teams = {team.team_id: team for team in facts.layout.teams}
    capability, team_type = word(wish, "capability"), word(wish, "team_type")
    ours = np.array([
        name in teams
        and (not capability or capability in teams[name].capabilities)
        and (not team_type or team_type == teams[name].type)
        for name in facts.log.crews.team
    ], dtype=bool)
    return busy_share(facts.log, ours)


def busy_share(log: Log, ours: Bools) -> float:
    """Return the share of the available minutes of the crews *ours* that they were on the way or at work."""
    crews = log.crews
    ready = np.maximum(0.0, log.horizon_min - crews.available_min[ours])
    busy = np.where(ready > 0.0, (crews.travel_min + crews.work_min)[ours], 0.0)
    return float(busy.sum() / ready.sum()) if ready.sum() > 0.0 else 0.0


def breach(wish: Wish, facts: Facts) -> float:
    """Return 1 if the limit is broken: of a measure, or by too large a share of late first arrivals."""
    if word(wish, "measure"):
        reached = measure(facts.log, facts.city, facts.plan, facts.layout, facts.scenario).values[word(wish, "measure")]
        limit = number(wish, "limit")
        return float(reached > limit if word(wish, "sense") == "above" else reached < limit)
    known, limit_min = facts.log.demands.known_min, number(wish, "limit_min")
    due = facts.real(word(wish, "arrival")) & (known + limit_min <= facts.log.horizon_min)
    late = due & (facts.log.demands.arrived_min > known + limit_min)
    return float(late.sum() > number(wish, "share") * due.sum())


def queue(wish: Wish, facts: Facts) -> float:
    """Return 1 if so many known demands waited for a first crew at once, and for so long without a break."""
    kinds = [kind for kind in facts.plan.kinds if word(wish, "capability") in leading(facts.plan, kind)]
    log = facts.log
    ours = facts.real(*kinds) if kinds else np.zeros(len(facts.scenario.demands), dtype=bool)
    begun = np.minimum(log.demands.known_min[ours], log.horizon_min)
    ended = np.minimum(np.minimum(log.demands.dispatched_min, log.demands.done_min)[ours], log.horizon_min)
    return float(longest_min(begun, ended, int(number(wish, "waiting"))) >= number(wish, "minutes"))


def longest_min(begun: Floats, ended: Floats, least: int) -> float:
    """Return for how long without a break at least *least* of the stretches *begun* to *ended* went on at once."""
    rows = ended > begun
    minutes = np.concatenate([begun[rows], ended[rows]])
    steps = np.concatenate([np.ones(rows.sum()), -np.ones(rows.sum())])
    longest, since, count = 0.0, np.inf, 0.0
    for minute in np.unique(minutes):
        count += steps[minutes == minute].sum()
        if count >= least:
            since = min(since, float(minute))
        else:
            longest, since = max(longest, float(minute) - since), np.inf
    return longest


def contention(wish: Wish, facts: Facts) -> float:
    """Return 1 if a demand of each kind was known within the given minutes of the other, both still undone.

    Both must be open at once: what was over before the other was known asks for nobody.
    """
    first, second = word(wish, "first"), word(wish, "second")
    if not (word(wish, "capability") or shared_capabilities(facts.plan, facts.layout, first, second)):
        return 0.0
    known, done = facts.log.demands.known_min, facts.log.demands.done_min
    rows = [np.flatnonzero(facts.real(kind) & np.isfinite(known)) for kind in (first, second)]
    near = np.abs(known[rows[0]][:, None] - known[rows[1]][None, :]) <= number(wish, "within_min")
    both = np.minimum(done[rows[0]][:, None], done[rows[1]][None, :]) > np.maximum(
        known[rows[0]][:, None], known[rows[1]][None, :]
    )
    other = rows[0][:, None] != rows[1][None, :]
    return float((near & both & other).any())


def cascade(wish: Wish, facts: Facts) -> float:
    """Return 1 if the chain came about: its links stand in this order on a path of causes, others may lie between.

    A path runs from the first event over the events to a demand and to what that demand caused.
    """
    paths = [*_event_paths(facts).values(), *_demand_paths(facts)]
    if "depth" in wish.params:
        return float(any(len(path) >= number(wish, "depth") for path in _event_paths(facts).values()))
    links = word(wish, "chain").split(ARROW)
    return float(any(_in_order(links, path) for path in paths))


def _event_paths(facts: Facts) -> dict[int, tuple[str, ...]]:
    """Return the kinds of the events that led to each event that happened, itself included; aftershocks are none."""
    paths: dict[int, tuple[str, ...]] = {}
    for i, event in enumerate(facts.scenario.events):
        if not happened(facts.log, facts.scenario, i):
            continue
        before = paths.get(event.parent, ())
        paths[i] = before if before and event.kind == "earthquake" else (*before, event.kind)
    return paths


def _demand_paths(facts: Facts) -> list[tuple[str, ...]]:
    """Return the same for every real demand; parents come before their children."""
    demands, events = facts.scenario.demands, _event_paths(facts)
    paths: dict[int, tuple[str, ...]] = {}
    for i in np.flatnonzero(facts.real()).tolist():
        parent = int(demands.parent[i])
        before = paths[parent] if parent in paths else events.get(int(demands.event[i]), ())
        paths[i] = (*before, demands.kind[i])
    return list(dict.fromkeys(paths.values()))


def _in_order(links: list[str], path: tuple[str, ...]) -> bool:
    rest = iter(path)
    return all(link in rest for link in links)


def decision(wish: Wish, facts: Facts) -> float:
    """Return 1 if the first option is the better one in this copy, -1 if the second is, 0 if neither."""
    if facts.other is None:
        msg = "a decision needs the copy under both options"
        raise ValueError(msg)
    one, two = (
        measure(log, facts.city, facts.plan, facts.layout, facts.scenario).values[word(wish, "measure")]
        for log in (facts.log, facts.other)
    )
    if one == two or one != one or two != two:
        return 0.0
    return 1.0 if (one < two) == (word(wish, "better") == "less") else -1.0


def reporting(wish: Wish, facts: Facts) -> float:
    """Return the share of demands whose report came to the duty room later than the deadline after they were noticed.

    Those whose deadline lies beyond the time played are left out, and those that instruments report by themselves.
    """
    demands, deadline_min = facts.scenario.demands, number(wish, "deadline_min")
    kinds = (word(wish, "demand"),) if word(wish, "demand") else ()
    due = facts.real(*kinds) & ~demands.watched & (demands.noticed_min + deadline_min <= facts.log.horizon_min)
    late = due & (facts.log.demands.known_min > demands.noticed_min + deadline_min)
    return float(late.sum() / due.sum()) if due.any() else 0.0


def equity(wish: Wish, facts: Facts) -> float:
    """Return the share of those who were hurt, killed or lost their home who live in the given zones; 0 if nobody."""
    zones = facts.city.zones
    codes = word(wish, "zones").split(SEPARATOR)
    ours = np.array([code in codes or county == word(wish, "county") for code, county in
                     zip(zones.code, zones.county, strict=True)], dtype=bool)
    people = affected(facts)
    return float(people[ours].sum() / people.sum()) if people.sum() > 0.0 else 0.0


def affected(facts: Facts) -> Floats:
    """Return the people of each zone who were hurt, killed or lost their home until then; shape (zones,)."""
    s, log = facts.scenario, facts.log
    people = s.dead_at_once.astype(np.float64) + s.slightly_injured
    hurt = log.casualties.hurt_min <= log.horizon_min
    homeless = (log.relief.displaced_min <= log.horizon_min)
    np.add.at(people, s.casualties.zone[hurt], 1.0)
    np.add.at(people, log.relief.zone[homeless], log.relief.people[homeless])
    return people


VALUES: Mapping[str, Callable[[Wish, Facts], float]] = {
    "utilisation": utilisation, "breach": breach, "queue": queue, "contention": contention, "cascade": cascade,
    "decision": decision, "reporting": reporting, "equity": equity,
}
"""By kind; ``participation`` is no matter of a copy but of the finished plan: :func:`sim.drill.seek.stress.taken_part`.
"""
