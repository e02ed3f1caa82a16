"""The yearly indicators in words: lines of tables that the command line and the page share."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from sim.common.texts import text
from sim.measure.statistics import Interval
from sim.plan.model import Target
from sim.report.words import DASH, Words
from sim.study.catalogue import Rate
from sim.study.indicators import ACCIDENT_CHANGES, MAJOR, SCOPES, YEARLY, YearVerdict
from sim.study.year_result import YearResult
from sim.study.year_samples import AFFECTED, DEATHS, LOSS

GDP_UNITS = {"zh": 1e8, "en": 1e9}
"""Yuan in the unit that each language has for the GDP of a city: 亿元, a billion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """A row of the table of the plan's indicators."""

    name: str
    clause: str
    layout: str
    limit: str
    value: str
    interval: str
    state: str
    state_word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """Yearly sums of a scope or a group under one layout, with their intervals."""

    scope: str
    layout: str
    deaths: str
    affected: str
    loss: str


class YearWords:
    """Speaks *lang* about *result*."""

    def __init__(self, lang: str, result: YearResult) -> None:
        self.lang, self.result = lang, result
        self.words = Words(lang, result.plan)

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence *key* of the yearly indicators."""
        return text(f"report.{key}", self.lang, **values)

    def scope(self, scope: str) -> str:
        """Return the name of a scope or a group."""
        if scope in SCOPES:
            return self(f"year.scope.{scope}")
        return self.words.of(self.result.samples.catalogue.groups[scope])

    def layout(self, layout: str) -> str:
        """Return the name of a layout, and whether it is the baseline."""
        name = self.words.of(self.result.layouts[layout])
        return self("year.baseline", name=name) if layout == self.result.baseline else name

    def number(self, value: float) -> str:
        """Return *value* with three digits that count."""
        if math.isnan(value):
            return DASH
        if math.isinf(value):
            return self("year.no_end")
        digits = 0 if value == 0.0 or abs(value) >= 100.0 else max(0, 2 - math.floor(math.log10(abs(value))))
        return self.words.number(value, min(digits, 6))

    def interval(self, value: Interval, factor: float = 1.0) -> str:
        """Return the ends of an interval; nothing for a number that is certain."""
        if math.isnan(value.low) or value.low == value.high:
            return ""
        return self("year.interval", low=self.number(factor * value.low), high=self.number(factor * value.high))

    def shown(self, value: Interval, factor: float = 1.0) -> str:
        """Return an estimate with its interval."""
        return f"{self.number(factor * value.estimate)} {self.interval(value, factor)}".strip()

    def notes(self) -> list[str]:
        """Return what must be said beside the numbers: denominators, what is certain, what is left out."""
        per, catalogue = self.result.per, self.result.samples.catalogue
        unsaid = [self.words.of(kind.rate.words) for kind in catalogue.classes if math.isnan(kind.deaths)]
        unseen = sum(made.unseen_per_year for key, made in self.result.figures.items()
                     if key[0] == DEATHS and key[1] == self.result.baseline and key[2] in ("nature", "accidents"))
        lines = [
            self("year.note.per", people=self.words.number(per.people), people_year=per.people_year,
                 gdp=self.words.number(per.gdp_yuan / GDP_UNITS[self.words.lang], 1), gdp_year=per.gdp_year,
                 source=per.gdp_source),
            self("year.note.interval", percent=self.words.percent(self.result.study.confidence, 0)),
            *(self(f"year.note.{name}") for name in ("affected", "accidents", "major", "quakes")),
        ]
        if unsaid:
            lines.append(self("year.note.loss_only", names=self.words.listed(unsaid)))
        if unseen > 0.0:
            lines.append(self("year.note.unseen", rate=self.number(unseen)))
        least = min(len(values) for values in self.result.samples.values[DEATHS, self.result.baseline])
        return [*lines, self("year.note.size", least=least)]

    def rate_range(self, rate: Rate) -> str:
        """Return the range of a rate."""
        if math.isinf(rate.high):
            return DASH
        return self("year.interval", low=self.number(rate.low), high=self.number(rate.high))


def target_lines(result: YearResult, words: YearWords) -> list[TargetLine]:
    """Return the plan's indicators, those of a year first; what reads the same for all layouts stands once."""
    yearly = [v for v in result.verdicts if result.targets[v.target_id].kind == "yearly"]
    others = [v for v in result.verdicts if result.targets[v.target_id].kind != "yearly"]
    lines = [_line(verdict, result, words) for verdict in [*yearly, *others] if not _is_itself(verdict, result)]
    return _joined(lines, words)


def _joined(lines: list[TargetLine], words: YearWords) -> list[TargetLine]:
    """Return one line for all layouts where they read the same."""
    joined: list[TargetLine] = []
    for name in dict.fromkeys(line.name for line in lines):
        rows = [line for line in lines if line.name == name]
        alike = len(rows) > 1 and len({(row.value, row.interval, row.state) for row in rows}) == 1
        joined += [replace(rows[0], layout=words("year.all"))] if alike else rows
    return joined


def _is_itself(verdict: YearVerdict, result: YearResult) -> bool:
    """Tell whether it is the change of the baseline against itself, while there are others."""
    change = result.targets[verdict.target_id].measure in ACCIDENT_CHANGES
    return change and verdict.layout == result.baseline and len(result.layouts) > 1


def _line(verdict: YearVerdict, result: YearResult, words: YearWords) -> TargetLine:
    target = result.targets[verdict.target_id]
    name = words.words.of(target.name)
    if verdict.scope:
        name = words("year.of_scope", name=name, scope=words.scope(verdict.scope))
    factor, unit = _unit(target, words)
    none = verdict.state == "none"

    def with_unit(number: str) -> str:
        return words("year.value", value=number, unit=unit).strip()

    return TargetLine(
        name=name, clause=words.words.of(target.clause), layout=words.layout(verdict.layout),
        limit=f"{words.words.sense(target.sense)} {with_unit(words.words.trimmed(factor * target.limit))}",
        value=DASH if none else with_unit(words.number(factor * verdict.value.estimate)),
        interval="" if none else words.interval(verdict.value, factor), state=verdict.state,
        state_word=words(f"year.why.{target.kind}") if none else words(f"year.state.{verdict.state}"),
    )


def _unit(target: Target, words: YearWords) -> tuple[float, str]:
    if target.measure in (MAJOR, YEARLY[DEATHS], YEARLY[AFFECTED]):
        return 1.0, words.words.of(target.unit)
    return (100.0, "%") if target.unit.en == "share" else (1.0, words.words.of(target.unit))


def figure_lines(result: YearResult, words: YearWords) -> list[FigureLine]:
    """Return the yearly sums by scope for every layout, and by group for the baseline."""
    found = result.figures
    lines = []
    for scope in [*SCOPES, *result.samples.catalogue.groups]:
        for layout in result.layouts if scope in SCOPES else (result.baseline,):
            made = {measure: found.get((measure, layout, scope)) for measure in (DEATHS, AFFECTED, LOSS)}
            if any(made.values()):
                shown = {
                    measure: DASH if one is None else words.shown(one.yearly, 1e-6 if measure == LOSS else 1.0)
                    for measure, one in made.items()
                }
                lines.append(FigureLine(
                    scope=words.scope(scope), layout=words.layout(layout), deaths=shown[DEATHS],
                    affected=shown[AFFECTED], loss=shown[LOSS],
                ))
    return lines


def calibration_lines(result: YearResult, words: YearWords) -> list[tuple[str, str, str, str, str]]:
    """Return the year without earthquakes beside the record: name, estimate, interval, band, whether inside."""
    lines = []
    for check in result.checks:
        factor = 1e-6 if check.name == "loss_yuan" else 1.0
        band = Interval(estimate=0.0, low=check.low, high=check.high)
        lines.append((
            words(f"year.check.{check.name}"), words.number(factor * check.value.estimate),
            words.interval(check.value, factor), words.interval(band, factor),
            words("year.unsure" if not check.tells else "year.inside" if check.inside else "year.outside"),
        ))
    return lines
