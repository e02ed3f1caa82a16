"""Numbers and names as a reader sees them, in one language."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from sim.common.texts import catalogue, text
from sim.common.types import Text
from sim.measure.verdict import Pairs, needs_every
from sim.plan.model import DemandKind, KitLine, Plan, Target

DASH = "–"
LONG_MIN = 120.0
"""From here on a duration in minutes is shown in hours."""


def is_share(measure: str) -> bool:
    """Tell whether *measure* is a share, by its name."""
    return "share" in measure.split(".")[0].split("_")


class Words:
    """Speaks *lang*; every method returns text ready to show."""

    def __init__(self, lang: str, plan: Plan) -> None:
        self.lang = lang
        self.kinds: Mapping[str, DemandKind] = plan.kinds
        self.kit: Mapping[str, KitLine] = {line.line_id: line for line in plan.kit}

    def __call__(self, key: str, **values: object) -> str:
        """Return the report's sentence *key*."""
        return text(f"report.{key}", self.lang, **values)

    def of(self, words: Text | str) -> str:
        """Return *words* in this language."""
        return words if isinstance(words, str) else words.of(self.lang)

    def listed(self, parts: list[str]) -> str:
        """Return *parts* as an enumeration."""
        return self("list.comma").join(parts)

    # ---- numbers ---------------------------------------------------------------------------

    def number(self, value: float, digits: int = 0) -> str:
        """Return *value* with thousands separators; words for never, a dash for nothing."""
        if math.isnan(value):
            return DASH
        if math.isinf(value):
            return self("never")
        shown = f"{value:,.{digits}f}"
        return (shown.lstrip("-") if not shown.strip("-0.,") else shown).replace("-", "−")

    def signed_number(self, value: float, digits: int) -> str:
        """Return *value* with its sign; none for what rounds to zero."""
        shown = self.number(value, digits)
        return f"+{shown}" if value > 0.0 and (math.isinf(value) or shown.strip("0.,")) else shown

    def trimmed(self, value: float) -> str:
        """Return *value* without decimals that say nothing."""
        return self.number(value, 0 if value == round(value, 0) else 1 if value == round(value, 1) else 2)

    def precise(self, value: float) -> str:
        """Return *value* with three digits that count, or more before the point."""
        if value == round(value):
            return self.number(value)
        return self.number(value, 0 if abs(value) >= 100.0 else 2 if abs(value) >= 1.0 else 3)

    def count(self, value: float) -> str:
        """Return a mean count: one decimal while it is small."""
        if 0.0 < value < 0.05:
            return self("small")
        return self.number(value, 0 if abs(value) >= 100 or value == 0 else 1)

    def people(self, value: float) -> str:
        """Return a mean number of people as whole people."""
        return self("some_people") if 0.0 < value < 1.0 else self.number(value)

    def percent(self, share: float, digits: int = 1) -> str:
        """Return a share as percent."""
        return f"{self.number(100.0 * share, digits)}{self('unit.percent')}" if math.isfinite(share) else DASH

    def duration(self, minutes: float) -> str:
        """Return *minutes*, in hours when they are many."""
        if not math.isfinite(minutes):
            return self.number(minutes)
        if abs(minutes) < LONG_MIN:
            return self("unit.value", value=self.number(minutes, 0 if abs(minutes) >= 10 else 1), unit=self("unit.min"))
        return self.hours(minutes / 60.0)

    def hours(self, hours: float) -> str:
        """Return *hours* with the unit."""
        return (
            self("unit.value", value=self.number(hours, 1), unit=self("unit.h"))
            if math.isfinite(hours)
            else self.number(hours)
        )

    def tonnes(self, kg: float) -> str:
        """Return a mass, in kilograms while it is small."""
        small = kg < 1e3
        shown = self.number(kg if small else kg / 1e3, 0 if small or kg >= 1e5 else 1)
        return self("unit.value", value=shown, unit=self("unit.kg" if small else "unit.t"))

    def value(self, measure: str, value: float) -> str:
        """Return a value of *measure* with its unit."""
        base = measure.split(".")[0]
        if is_share(base):
            return self.percent(value)
        if base.endswith("_h"):
            return self.hours(value)
        if base.endswith("_min"):
            return self.duration(value)
        if base.endswith("_m"):
            return self._with_unit(value, "unit.m")
        if base.endswith("_yuan"):
            return self._with_unit(value / 1e8, "unit.loss")
        if base.endswith("_permille"):
            return self("unit.value", value=self.number(value, 2), unit="‰")
        return self.count(value)

    def _with_unit(self, value: float, unit: str) -> str:
        shown = self.number(value, 2)
        return self("unit.value", value=shown, unit=self(unit)) if math.isfinite(value) else DASH

    def _gap_scale(self, measure: str, largest: float) -> tuple[float, int, str]:
        """Return (factor, digits, unit) for differences of *measure* up to *largest*."""
        base = measure.split(".")[0]
        if is_share(base):
            return 100.0, 1, self("unit.points")
        if base.endswith("_h") or (base.endswith("_min") and largest >= LONG_MIN):
            return (1.0 if base.endswith("_h") else 1.0 / 60.0), 1, self("unit.h")
        if base.endswith("_min"):
            return 1.0, 1 if largest < 10.0 else 0, self("unit.min")
        if base.endswith("_yuan"):
            return 1e-8, 2, self("unit.loss")
        return 1.0, 1 if largest < 100.0 else 0, ""

    def gap(
        self, measure: str, value: float, low: float, high: float, unit: str = "", pairs: Pairs | None = None,
        *, median: bool = False,
    ) -> tuple[str, str]:
        """Return a difference of *measure* and its interval, with sign; shares in percentage points.

        *unit* is that of a measure whose name does not tell, *pairs* how many of the disasters differ, *median* tells
        that the difference is a median. Nothing for a difference that there is not.
        """
        if math.isnan(value):
            return "", ""
        if value == low == high == 0.0:
            return self._no_gap(pairs or Pairs(), median=median), ""
        if math.isinf(value):
            return self("becomes_never" if value > 0.0 else "no_longer_never"), ""
        largest = max((abs(v) for v in (value, low, high) if math.isfinite(v)), default=0.0)
        factor, digits, named = self._gap_scale(measure, largest)
        if all(math.isfinite(v) and not f"{factor * v:.{digits}f}".strip("-0.") for v in (value, low, high)):
            return self("hardly"), ""
        main = self("unit.value", value=self.signed_number(factor * value, digits), unit=named or unit).strip()
        return main, self._gap_interval(measure, low, high, factor, digits)

    def _no_gap(self, pairs: Pairs, *, median: bool) -> str:
        """Say that there is no difference, or only in the middle: nothing differs only if every pair is equal."""
        if pairs.equal == pairs.n:
            return self("same")
        counts = {name: self.number(getattr(pairs, name)) for name in ("better", "worse", "n")}
        return self("same.median" if median else "same.pairs", **counts)

    def _gap_interval(self, measure: str, low: float, high: float, factor: float, digits: int) -> str:
        """Return the interval of a difference; none for a number that is certain, words for one that says nothing."""
        if math.isnan(low) or math.isnan(high) or low == high:
            return ""
        if (math.isinf(low) and math.isinf(high)) or (is_share(measure) and low <= -1.0 and high >= 1.0):
            return self("too_few")
        return self("interval", low=self._end(factor * low, digits), high=self._end(factor * high, digits))

    def _end(self, value: float, digits: int) -> str:
        """Return one end of an interval of a difference; an infinite one is open."""
        return self("open_end") if math.isinf(value) else self.signed_number(value, digits)

    def span(self, measure: str, low: float, high: float) -> str:
        """Return the interval of a value of *measure*; nothing if there is none, an open end if no bound is known."""
        return self._spanned(low, high, lambda v: self.value(measure, v), never=measure.endswith(("_h", "_min")))

    def target_span(self, target: Target, low: float, high: float) -> str:
        """Return the interval of an estimate for *target*."""
        return self._spanned(low, high, lambda v: self.estimate(target, v), never=target.unit.en in ("h", "min"))

    def _spanned(self, low: float, high: float, show: Callable[[float], str], *, never: bool) -> str:
        if math.isnan(low) or math.isnan(high) or low == high:
            return ""
        last = self("open_end") if math.isinf(high) and not never else show(high)
        return self("interval", low=show(low), high=last)

    # ---- names -----------------------------------------------------------------------------

    def measure(self, measure: str) -> str:
        """Return the name of *measure*; the part after the dot is a kind of demand, a tier or a kit line."""
        base, _, tail = measure.partition(".")
        key = f"measure.{base}"
        if f"report.{key}" not in catalogue(self.lang):
            return measure
        return self(key, what=self.tail(tail) if tail else self("all_kinds"))

    def tail(self, tail: str) -> str:
        """Return the name of a kind of demand, a kit line or a tier."""
        if tail in self.kinds:
            return self.of(self.kinds[tail].name)
        if tail in self.kit:
            return self.of(self.kit[tail].name)
        return self(f"tier.{tail.removeprefix('tier')}") if tail.startswith("tier") else tail

    def confidence(self, word: str) -> str:
        """Return a word of confidence of the city's files; one that the catalogue does not know stays as it is."""
        key = f"confidence.{word}"
        return text(key, self.lang) if key in catalogue(self.lang) else word

    def sense(self, sense: str) -> str:
        """Return a comparison sign."""
        return {"<=": "≤", ">=": "≥"}.get(sense, sense)

    # ---- targets ---------------------------------------------------------------------------

    def in_unit(self, target: Target, value: float) -> str:
        """Return a value of the measure of *target* in the target's unit."""
        if target.unit.en == "share":
            return self.percent(value)
        if target.unit.en == "h":
            return self.hours(value)
        if not math.isfinite(value):
            return self.number(value)
        return self("unit.value", value=self.precise(value), unit=self.of(target.unit))

    def limit(self, target: Target) -> str:
        """Return what *target* demands."""
        share = target.unit.en == "share"
        number = self.trimmed(100.0 * target.limit if share else target.limit)
        value = (
            f"{number}{self('unit.percent')}" if share else self("unit.value", value=number, unit=self._unit(target))
        )
        limit = f"{self.sense(target.sense)} {value}"
        if target.statistic == "share_of_replications":
            return self("limit.share", limit=limit, assurance=self.percent(target.assurance, 0))
        return self("limit.every" if needs_every(target) else f"limit.{target.statistic}", limit=limit)

    def estimate(self, target: Target, value: float) -> str:
        """Return an estimate for *target*: a share of the disasters, or a value in the target's unit."""
        return self.percent(value) if target.statistic == "share_of_replications" else self.in_unit(target, value)

    def target_gap(
        self, target: Target, value: float, low: float, high: float, pairs: Pairs | None = None
    ) -> tuple[str, str]:
        """Return the difference of two estimates for *target* and its interval."""
        like = "share" if target.statistic == "share_of_replications" or target.unit.en == "share" else target.measure
        return self.gap(like, value, low, high, self._unit(target), pairs)

    def _unit(self, target: Target) -> str:
        return self("unit.h") if target.unit.en == "h" else self.of(target.unit)
