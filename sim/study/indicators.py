"""The yearly core indicators of the plan from the strata of a year: means, verdicts, curves, changes between layouts.

Disasters of nature count for deaths per million, people affected and loss; chemical accidents for the indicators of
safety at work. Population, workers and GDP are those of the city folder and the same for all layouts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.city.model import City
from sim.common.errors import InputError, Problem
from sim.measure.statistics import NOTHING, Interval
from sim.measure.verdict import State
from sim.plan.model import Target
from sim.study.strata import Stratum
from sim.study.year_samples import AFFECTED, DEATHS, LOSS, YearSamples
from sim.study.yearly import annual_difference, annual_mean, exceedance
from sim.study.years import bootstrap_strata

CHEMICAL, QUAKE = "chemical", "earthquake"
NATURE, NO_QUAKES, QUAKES, ACCIDENTS = "nature", "without_earthquakes", "earthquakes", "accidents"
SCOPES = (NATURE, NO_QUAKES, QUAKES, ACCIDENTS)
MAJOR_DEATHS = 10.0
"""Deaths from which an accident is a major one (重大事故, State Council decree 493 of 2007)."""
DAMAGING_YUAN = 1e6
"""Loss from which an event is counted as a disaster of the year."""
RESAMPLES = 400
YEARLY = {DEATHS: "death_rate", AFFECTED: "affected_rate", LOSS: "loss_share"}
ACCIDENT_CHANGES = ("accident_deaths", "accident_deaths_per_gdp", "accident_deaths_per_worker")
MAJOR = "major_accidents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Denominators:
    """What the yearly sums are divided by, and which row of the city folder that is."""

    people: float
    people_year: int
    gdp_yuan: float
    gdp_year: int
    gdp_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A yearly number of one layout."""

    measure: str
    """``deaths``, ``affected`` or ``loss`` (yuan)."""
    layout: str
    scope: str
    """One of :data:`SCOPES`, or the name of a group."""
    yearly: Interval
    """Sum of a year."""
    rated: Interval
    """In the unit of the indicator: per million, per 100,000, share of GDP."""
    unseen_per_year: float
    """Outcomes that no replication of a stratum that always gave the same has shown come so often at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearVerdict:
    """What a year says of a target under one layout."""

    target_id: str
    layout: str
    value: Interval
    state: State
    scope: str = ""
    """Of the disasters of nature: all of them, or those without earthquakes; empty for other targets."""


def denominators(city: City) -> Denominators:
    """Return the latest GDP of the whole city and its population. Raises :class:`InputError` if one is missing."""
    rows = [row for row in city.indicators if row["indicator_en"] == "GDP"]
    problems = []
    if not rows or city.gdp_yuan <= 0.0:
        problems.append(Problem(code="yearly.no_gdp", file="annual_indicators.csv", column="indicator_en"))
    people = float(city.zones.people.sum())
    if people <= 0.0:
        problems.append(Problem(code="yearly.no_people", file="townships.csv", column="people"))
    if problems:
        raise InputError(problems)
    row = max(rows, key=lambda row: int(row["year"]))
    return Denominators(
        people=people, people_year=int(city.population_year), gdp_yuan=city.gdp_yuan, gdp_year=int(row["year"]),
        gdp_source=f"{row['source']} ({row['confidence']})",
    )


def scale_of(measure: str, per: Denominators) -> float:
    """Return what a yearly sum is multiplied with to have the unit of its indicator."""
    return {DEATHS: 1e6 / per.people, AFFECTED: 1e5 / per.people, LOSS: 1.0 / per.gdp_yuan}[measure]


def scoped(samples: YearSamples, measure: str, layout: str, scope: str) -> list[Stratum]:
    """Return the strata of a *scope*; of a group, those of that name."""
    if scope == NATURE:
        return samples.strata(measure, layout, without=(CHEMICAL,))
    if scope == NO_QUAKES:
        return samples.strata(measure, layout, without=(CHEMICAL, QUAKE))
    if scope == QUAKES:
        return samples.strata(measure, layout, kinds=(QUAKE,))
    if scope == ACCIDENTS:
        return samples.strata(measure, layout, kinds=(CHEMICAL,))
    return [stratum for stratum in samples.strata(measure, layout) if stratum.group == scope]


def figure(
    samples: YearSamples, measure: str, layout: str, scope: str, per: Denominators, confidence: float
) -> Figure | None:
    """Return a yearly number, or ``None`` if there is nothing of the *scope* in the catalogue."""
    strata = scoped(samples, measure, layout, scope)
    kinds = [
        kind for kind in samples.catalogue.classes if scope in (NATURE, NO_QUAKES) or kind.rate.group == scope
    ]
    if not strata and not kinds:
        return None
    fixed = 0.0
    if measure != LOSS:
        each = [(kind.rate.per_year, kind.deaths if measure == DEATHS else kind.affected) for kind in kinds]
        fixed = sum(rate * value for rate, value in each if not math.isnan(value))
    laws = [kind.law for kind in kinds] if measure == LOSS else []
    if not strata and not laws:
        yearly, unseen = Interval(estimate=fixed, low=fixed, high=fixed), 0.0
    else:
        mean = annual_mean(strata, confidence, classes=laws, least=0.0)
        yearly = Interval(estimate=mean.estimate + fixed, low=mean.low + fixed, high=mean.high + fixed)
        unseen = mean.unseen_per_year
    return Figure(
        measure=measure, layout=layout, scope=scope, yearly=yearly, rated=_times(yearly, scale_of(measure, per)),
        unseen_per_year=unseen,
    )


def _times(interval: Interval, factor: float) -> Interval:
    return Interval(
        estimate=interval.estimate * factor, low=interval.low * factor, high=interval.high * factor
    )


# ---- verdicts ------------------------------------------------------------------------------


def state_of(value: Interval, sense: str, limit: float) -> State:
    """Return whether the whole interval keeps the *limit*, or none of it does."""
    if math.isnan(value.estimate):
        return "none"
    if sense == "<":
        return "met" if value.high < limit else "missed" if value.low >= limit else "undecided"
    if sense == "<=":
        return "met" if value.high <= limit else "missed" if value.low > limit else "undecided"
    return "met" if value.low >= limit else "missed" if value.high < limit else "undecided"


def yearly_verdict(
    target: Target, figures: Mapping[tuple[str, str, str], Figure], layout: str, scope: str
) -> YearVerdict:
    """Return the verdict on deaths, people affected or loss of the disasters of nature of a *scope*."""
    measure = next(measure for measure, name in YEARLY.items() if name == target.measure)
    found = figures.get((measure, layout, scope))
    value = NOTHING if found is None else found.rated
    return YearVerdict(
        target_id=target.target_id, layout=layout, value=value, state=state_of(value, target.sense, target.limit),
        scope=scope,
    )


def major_accidents(samples: YearSamples, layout: str, confidence: float) -> Interval:
    """Return how often a year an accident kills ten people and more."""
    strata = scoped(samples, DEATHS, layout, ACCIDENTS)
    if not strata:
        return NOTHING
    curve = exceedance(strata, np.array([MAJOR_DEATHS]), confidence)
    return Interval(estimate=float(curve.per_year[0]), low=float(curve.low[0]), high=float(curve.high[0]))


def change(samples: YearSamples, layout: str, baseline: str, confidence: float, seed: int) -> Interval:
    """Return the relative change of the yearly deaths in chemical accidents against *baseline*, on the same accidents.

    nan if the baseline has none. Replications are drawn anew in pairs (percentile method).
    """
    ours, theirs = (scoped(samples, DEATHS, name, ACCIDENTS) for name in (layout, baseline))
    if not ours or layout == baseline or not _mean(theirs):
        return NOTHING

    def ratio(a: Sequence[Stratum], b: Sequence[Stratum]) -> float:
        below = _mean(b)
        return _mean(a) / below - 1.0 if below else 0.0

    return bootstrap_strata(ratio, ours, theirs, confidence=confidence, seed=seed, resamples=RESAMPLES)


def change_verdict(
    target: Target, samples: YearSamples, layout: str, baseline: str, confidence: float, seed: int
) -> YearVerdict:
    """Return the verdict on a fall by a share: decided by the yearly difference to that share of the baseline."""
    value = change(samples, layout, baseline, confidence, seed)
    if math.isnan(value.estimate):
        return YearVerdict(target_id=target.target_id, layout=layout, value=value, state="none")
    ours, theirs = (scoped(samples, DEATHS, name, ACCIDENTS) for name in (layout, baseline))
    gap = annual_difference(ours, theirs, confidence, factor=1.0 + target.limit)
    state: State = "met" if gap.high <= 0.0 else "missed" if gap.low > 0.0 else "undecided"
    return YearVerdict(target_id=target.target_id, layout=layout, value=value, state=state)


def _mean(strata: Sequence[Stratum]) -> float:
    return sum(stratum.per_year * float(stratum.values.mean()) for stratum in strata)
