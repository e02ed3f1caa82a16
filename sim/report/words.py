"""Numbers and names as a reader sees them, in one language."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.common.texts import catalogue, text
from sim.common.types import NEVER, Text
from sim.plan.model import DemandKind, KitLine, Plan, Target

DASH = "–"
LONG_MIN = 120.0
"""From here on a duration in minutes is shown in hours."""


def is_share(measure: str) -> bool:
    """Tell whether *measure* is a share, by its name."""
    return "share" in measure.split(".")[0].split("_")


def more_is_better(measure: str) -> bool:
    """Tell whether a larger value of *measure* is the better one."""
    base = measure.split(".")[0]
    return is_share(base) or base in ("rescued_alive", "relieved_people", "saved", "relief_capacity_people")


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
        return f"{value:,.{digits}f}".replace("-", "−")

    def count(self, value: float) -> str:
        """Return a mean count: one decimal while it is small."""
        return self.number(value, 0 if abs(value) >= 100 or value == 0 else 1)

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
        return self("unit.value", value=self.number(hours, 1), unit=self("unit.h")) if math.isfinite(hours) else self.number(hours)

    def value(self, measure: str, value: float) -> str:
        """Return a value of *measure* with its unit."""
        base = measure.split(".")[0]
        if is_share(base):
            return self.percent(value)
        if base.endswith("_h"):
            return self.hours(value)
        if base.endswith("_min"):
            return self.duration(value)
        if base == "loss_yuan":
            return self("unit.value", value=self.number(value / 1e8, 2), unit=self("unit.loss")) if math.isfinite(value) else DASH
        if base.endswith("_permille"):
            return self("unit.value", value=self.number(value, 2), unit="‰")
        return self.count(value)

    def signed(self, measure: str, value: float) -> str:
        """Return a difference of *measure* with its sign; shares in percentage points."""
        if math.isnan(value):
            return DASH
        sign = "+" if value > 0 else ""
        if is_share(measure):
            return sign + self("unit.value", value=self.number(100.0 * value, 1), unit=self("unit.points"))
        return sign + self.value(measure, value)

    def span(self, low: str, high: str) -> str:
        """Return an interval of two shown values; nothing if there is none."""
        return "" if DASH in (low, high) else self("interval", low=low, high=high)

    # ---- names -----------------------------------------------------------------------------

    def measure(self, measure: str) -> str:
        """Return the name of *measure*; the part after the dot is a kind of demand, a tier or a kit line."""
        base, _, tail = measure.partition(".")
        key = f"measure.{base}"
        if f"report.{key}" not in catalogue(self.lang):
            return measure
        return self(key, what=self.tail(tail)) if tail else self(key)

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
        digits = 0 if value == round(value) or abs(value) >= 100 else 2
        return self("unit.value", value=self.number(value, digits), unit=self.of(target.unit))

    def limit(self, target: Target) -> str:
        """Return what *target* demands."""
        limit = f"{self.sense(target.sense)} {self.in_unit(target, target.limit)}"
        if target.statistic == "share_of_replications":
            return self("limit.share", limit=limit, assurance=self.percent(target.assurance, 0))
        return self(f"limit.{target.statistic}", limit=limit)

    def estimate(self, target: Target, value: float) -> str:
        """Return an estimate for *target*: a share of the disasters, or a value in the target's unit."""
        return self.percent(value) if target.statistic == "share_of_replications" else self.in_unit(target, value)

    def difference(self, target: Target, value: float) -> str:
        """Return a difference of two estimates for *target*."""
        if target.statistic == "share_of_replications" or target.unit.en == "share":
            return self.signed("share", value)
        return (("+" if value > 0 else "") + self.in_unit(target, value)) if not math.isnan(value) else DASH


def finite(value: float) -> bool:
    """Tell whether *value* is a number that can be drawn."""
    return math.isfinite(value)


__all__ = ["DASH", "NEVER", "Words", "finite", "is_share", "more_is_better"]
