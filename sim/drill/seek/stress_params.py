"""What a designer says of a stress beside its band: the parameters of each kind, and what may stand there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.city.model import City
from sim.plan.model import Layout, Plan

SEPARATOR, ARROW = ",", ">"
"""Between zones, and between the links of a chain, in the one word that a wish keeps of them."""
PROBABILITY, MEAN = "probability", "mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter of a kind of stress."""

    known: str = ""
    """Which words may stand here, see :func:`known_words`; empty for a number."""
    low: float = 0.0
    high: float = float("inf")
    default: str | float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of stress: how a copy's value becomes one of many copies, and what it asks for."""

    statistic: str
    params: Mapping[str, Param]
    one_of: tuple[tuple[str, ...], ...] = ()
    """Of each group exactly one parameter must be given."""
    at_most_one: tuple[str, ...] = ()
    together: Mapping[str, tuple[str, ...]] | None = None
    """A parameter, and those that must stand with it and that stand with it only."""
    needed: tuple[str, ...] = ()


MINUTES = Param(high=60.0 * 720.0)
UNTIL = {"until_min": Param(low=1.0, high=60.0 * 720.0)}

KINDS: Mapping[str, Kind] = {
    "utilisation": Kind(
        statistic=MEAN, at_most_one=("capability", "team_type"),
        params={"capability": Param(known="capability"), "team_type": Param(known="team type"), **UNTIL},
    ),
    "breach": Kind(
        statistic=PROBABILITY, one_of=(("measure", "arrival"),),
        together={"measure": ("limit",), "arrival": ("limit_min",)},
        params={
            "measure": Param(known="measure"), "limit": Param(low=-float("inf")),
            "sense": Param(known="sense", default="above"), "arrival": Param(known="demand kind"),
            "limit_min": MINUTES, "share": Param(high=1.0, default=0.0), **UNTIL,
        },
    ),
    "queue": Kind(
        statistic=PROBABILITY, needed=("capability",),
        params={
            "capability": Param(known="capability"), "waiting": Param(low=1.0, default=3.0, whole=True),
            "minutes": Param(high=MINUTES.high, default=30.0), **UNTIL,
        },
    ),
    "contention": Kind(
        statistic=PROBABILITY, needed=("first", "second"),
        params={
            "first": Param(known="demand kind"), "second": Param(known="demand kind"),
            "within_min": Param(high=MINUTES.high, default=30.0), "capability": Param(known="capability"), **UNTIL,
        },
    ),
    "cascade": Kind(
        statistic=PROBABILITY, one_of=(("chain", "depth"),),
        params={"chain": Param(known="link"), "depth": Param(low=2.0, high=12.0, whole=True), **UNTIL},
    ),
    "decision": Kind(
        statistic=PROBABILITY, needed=("rule", "measure"),
        params={
            "rule": Param(known="rule"), "measure": Param(known="measure"),
            "better": Param(known="better", default="less"), **UNTIL,
        },
    ),
    "reporting": Kind(
        statistic=MEAN, needed=("deadline_min",),
        params={"deadline_min": MINUTES, "demand": Param(known="demand kind"), **UNTIL},
    ),
    "participation": Kind(
        statistic=MEAN,
        params={
            "actions": Param(low=1.0, default=2.0, whole=True),
            "idle_min": Param(low=1.0, high=MINUTES.high, default=60.0),
        },
    ),
    "equity": Kind(
        statistic=MEAN, one_of=(("zones", "county"),),
        params={"zones": Param(known="zone"), "county": Param(known="county"), **UNTIL},
    ),
}
"""Every kind of :data:`sim.drill.model.STRESSES`."""

OPTIONS: Mapping[str, tuple[str | bool, str | bool]] = {
    "protect": ("shelter", "leave"), "retask": (True, False), "works_mutual_aid": (True, False),
}
"""The two ways of a decision, by the rule of :class:`sim.plan.model.Rules` that is set."""

EVENT_KINDS = ("earthquake", "flood", "release", "fire", "explosion")


def known_words(what: str, city: City, plan: Plan, layout: Layout, measures: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that *what* may be here: in this city, under this plan, with these teams."""
    teams = layout.teams
    words: Mapping[str, Iterator[str]] = {
        "capability": iter(sorted({capability for team in teams for capability in team.capabilities})),
        "team type": iter(sorted({team.type for team in teams})), "measure": iter(measures),
        "demand kind": iter(plan.kinds), "link": iter((*EVENT_KINDS, *plan.kinds)), "zone": iter(city.zones.code),
        "county": iter(sorted(set(city.zones.county))), "rule": iter(OPTIONS), "sense": iter(("above", "below")),
        "better": iter(("less", "more")),
    }
    return tuple(words[what])


def shared_capabilities(plan: Plan, layout: Layout, first: str, second: str) -> tuple[str, ...]:
    """Return what both kinds of demand may be led with and some team of *layout* has."""
    both = set.intersection(*(leading(plan, kind) for kind in (first, second)))
    return tuple(sorted(both & {capability for team in layout.teams for capability in team.capabilities}))


def leading(plan: Plan, kind: str) -> set[str]:
    """Return the capabilities that may lead work of *kind*."""
    return {skill.capability for skill in plan.kinds[kind].skills if skill.leads}
