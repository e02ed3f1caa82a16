"""What a drill is to stress: measured copy by copy, summed up over copies, with an interval and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.city.model import City
from sim.common.types import Floats
from sim.drill.copies import Stage, cut, play_copy
from sim.drill.design import Wish
from sim.drill.model import Stress
from sim.drill.seek.stress_params import KINDS, OPTIONS, PROBABILITY
from sim.drill.seek.stress_values import VALUES, Facts, number, word
from sim.drill.seek.stress_words import stress_text
from sim.measure.statistics import Interval, mean_interval, wilson
from sim.plan.model import Layout, Plan

CONFIDENCE = 0.95
NOTHING = Interval(estimate=0.0, low=0.0, high=1.0)
"""What no copy at all says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the copies of one disaster came to for one wish."""

    wish: Wish
    values: Floats
    """Shape (copies,); of a decision 1, 0 or -1."""

    @property
    def interval(self) -> Interval:
        """The value over all copies with its 95 % interval."""
        return summed(self.wish, self.values)

    @property
    def gap(self) -> float:
        """How far the value lies from the band; 0 inside."""
        return gap_of(self.wish, self.interval.estimate)


def is_simulated(wish: Wish) -> bool:
    """Tell whether copies show what *wish* asks for; a plan's share of the units is judged when the plan is made."""
    return wish.kind in VALUES


def gap_of(wish: Wish, value: float) -> float:
    """Return how far *value* lies outside the band of *wish*."""
    return max(wish.low - value, value - wish.high, 0.0)


# ---- one copy ------------------------------------------------------------------------------


def values_of(
    wishes: Sequence[Wish], city: City, plan: Plan, stage: Stage, copy_number: int
) -> tuple[list[float], Facts]:
    """Return the value of each wish in one copy, and the copy played to the end of *stage*.

    A copy is played once to the end and once more for each other ``until_min`` and each option of a decision that is
    not the layout's own rule.
    """
    played: dict[tuple[float, str, object], Facts] = {}

    def facts(until_min: float, rule: str = "", option: object = None) -> Facts:
        if rule and getattr(stage.layout.rules, rule) == option:
            rule, option = "", None
        key = (until_min, rule, option)
        if key not in played:
            layout = with_rule(stage.layout, rule, option) if rule else stage.layout
            shorter = replace(stage, layout=layout, scenario=cut(stage.scenario, until_min))
            copy = play_copy(city, plan, shorter, copy_number)
            played[key] = Facts(city=city, plan=plan, layout=layout, scenario=copy.scenario, log=copy.log)
        return played[key]

    end_min = stage.scenario.horizon_min
    values = []
    for wish in wishes:
        until_min = min(float(wish.params.get("until_min", end_min)), end_min)
        if wish.kind == "decision":
            rule = word(wish, "rule")
            one, two = (facts(until_min, rule, option) for option in OPTIONS[rule])
            values.append(VALUES[wish.kind](wish, replace(one, other=two.log)))
        else:
            values.append(VALUES[wish.kind](wish, facts(until_min)))
    return values, facts(end_min)


def with_rule(layout: Layout, rule: str, option: object) -> Layout:
    """Return *layout* with one of its rules set."""
    changed: Mapping[str, object] = {rule: option}
    return replace(layout, rules=replace(layout.rules, **changed))  # type: ignore[arg-type]  # names of OPTIONS


# ---- many copies ---------------------------------------------------------------------------


def summed(wish: Wish, values: Floats, confidence: float = CONFIDENCE) -> Interval:
    """Return what *values* of independent copies come to, with an interval.

    Probabilities have Wilson's interval, mean shares that of Student, within 0 and 1. Of a decision it is the share of
    copies in which the option that wins less often wins: 0 if one option is always the better one or neither matters.
    """
    if not len(values):
        return NOTHING
    if wish.kind == "decision":
        return wilson(int(min((values > 0.0).sum(), (values < 0.0).sum())), len(values), confidence)
    if KINDS[wish.kind].statistic == PROBABILITY:
        return wilson(int(values.sum()), len(values), confidence)
    return mean_interval(values, confidence, 0.0, 1.0)


def stress_of(wish: Wish, values: Floats, city: City, plan: Plan) -> Stress:
    """Return *wish* with what *values*, one for each copy, come to; met if the value lies in the band."""
    found = summed(wish, values)
    return _stress(wish, found, len(values), city, plan)


def _stress(wish: Wish, found: Interval, replications: int, city: City, plan: Plan) -> Stress:
    return Stress(
        kind=wish.kind, text=stress_text(wish, city, plan), band_low=wish.low, band_high=wish.high,
        achieved=round(found.estimate, 4), low=round(found.low, 4), high=round(found.high, 4),
        replications=replications, met=gap_of(wish, found.estimate) == 0.0,
    )


# ---- the finished plan ---------------------------------------------------------------------


def taken_part(
    wish: Wish, actions: Iterable[tuple[str, float]], units: Sequence[str], end_min: float, city: City, plan: Plan
) -> Stress:
    """Return the share of *units* that take part enough: so many timed actions, and never idle for too long.

    *actions* are (unit, exercise minute) of timed actions; idle times count from STARTEX and to *end_min*. There is no
    chance in it: the interval has no width, and it is one plan.
    """
    minutes: dict[str, list[float]] = {unit: [] for unit in units}
    for unit, minute in actions:
        if unit in minutes:
            minutes[unit].append(minute)
    busy = [unit for unit in units if _is_busy(minutes[unit], wish, end_min)]
    share = len(busy) / len(units) if units else 0.0
    return _stress(wish, Interval(estimate=share, low=share, high=share), 1, city, plan)


def _is_busy(minutes: Sequence[float], wish: Wish, end_min: float) -> bool:
    gaps = np.diff([0.0, *sorted(minutes), end_min])
    return len(minutes) >= number(wish, "actions") and float(gaps.max()) <= number(wish, "idle_min")
