"""Puts a year together: figures, verdicts, curves and the files ``indicators.json`` and ``indicators.csv``."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.model import City
from sim.common.errors import InputError, Problem
from sim.common.texts import LANGUAGES, text
from sim.common.types import Text
from sim.measure.statistics import NOTHING, Interval
from sim.measure.verdict import judge_value
from sim.plan.capacity import ledger_measures
from sim.plan.model import Plan, Target
from sim.study.batch.cells import load_grid
from sim.study.batch.model import BatchStudy
from sim.study.batch.read import read_batch
from sim.study.batch.tables import open_run
from sim.study.catalogue import read_catalogue
from sim.study.folder import json_ready, write_text, writing
from sim.study.indicators import (
    ACCIDENT_CHANGES,
    DAMAGING_YUAN,
    MAJOR,
    NATURE,
    NO_QUAKES,
    SCOPES,
    YEARLY,
    Denominators,
    Figure,
    YearVerdict,
    change_verdict,
    denominators,
    figure,
    major_accidents,
    scoped,
    state_of,
    yearly_verdict,
)
from sim.study.inputs import load_layouts
from sim.study.loss_curves import LossCurve, loss_curve
from sim.study.year_samples import AFFECTED, DEATHS, LOSS, YearSamples, read_year
from sim.study.yearly import exceedance

MEASURES = (DEATHS, AFFECTED, LOSS)
CALIBRATION: Mapping[str, tuple[float, float]] = {
    "deaths": (0.05, 0.3), "affected_per_100000": (500.0, 3000.0), "loss_yuan": (35e6, 80e6),
    "events": (2.6, 4.6),
}
"""What a year without earthquakes should bring, by what the record of 2016 to 2020 and of the region says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A yearly number without earthquakes beside the band of the record."""

    name: str
    value: Interval
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the estimate lies in the band."""
        return self.low <= self.value.estimate <= self.high

    @property
    def tells(self) -> bool:
        """Whether the interval is narrow enough to tell: not one that reaches beyond the band on both sides."""
        return self.value.low >= self.low or self.value.high <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class YearResult:
    """Everything that a catalogue says of a year."""

    folder: Path
    study: BatchStudy
    city: City
    plan: Plan
    samples: YearSamples
    layouts: Mapping[str, Text]
    """Names by id, in the order of the study."""
    baseline: str
    per: Denominators
    figures: Mapping[tuple[str, str, str], Figure]
    """By (measure, layout, scope)."""
    verdicts: tuple[YearVerdict, ...]
    """Target by target, layout by layout."""
    checks: tuple[Check, ...]
    """Of the baseline layout."""
    curves: tuple[LossCurve, ...]
    """Of the baseline layout: all disasters of nature, and those without earthquakes."""

    @property
    def targets(self) -> dict[str, Target]:
        """The plan's targets by id."""
        return {target.target_id: target for target in self.plan.targets}


def study_of(folder: Path) -> BatchStudy:
    """Return the batch that the run in *folder* was played for. Raises :class:`InputError` if it is none."""
    if not open_run(folder).is_batch:
        raise InputError([Problem(code="yearly.no_batch", file=str(folder))])
    return read_batch(folder / "study.yaml")


def check_year(study: BatchStudy, baseline: str | None) -> None:
    """Raise :class:`InputError` for what would be missing in the end, before anything is played: rates, GDP, layout."""
    grid = load_grid(study)
    denominators(grid.city)
    own = {cell.hazard_id: cell.per_year for cell in grid.cells}
    read_catalogue(study, list(own.items()))
    _base(baseline, tuple(layout.layout_id for layout in grid.layouts))
    if len(own) < len(grid.cells):
        several = sorted({cell.hazard_id for cell in grid.cells if cell.point})
        raise InputError([
            Problem(code="yearly.several_cells", file=str(study.file), value=hazard) for hazard in several
        ])


def _base(baseline: str | None, layouts: tuple[str, ...]) -> str:
    """Return the id of the baseline, which must be one of the *layouts*."""
    base = layouts[0] if baseline is None else baseline
    if base not in layouts:
        params = {"known": ", ".join(layouts)}
        raise InputError([Problem(code="yearly.no_baseline", file="--baseline", value=base, params=params)])
    return base


def year_of(folder: Path, study: BatchStudy, baseline: str | None) -> YearResult:
    """Return what the run in *folder*, played for *study*, says of a year; *baseline* is the id of a layout.

    Raises :class:`InputError` for what is missing or does not fit.
    """
    city, plan, ledger, read = load_layouts(study.city, study.layouts)
    per = denominators(city)
    samples = read_year(open_run(folder), study)
    base = _base(baseline, samples.layouts)
    scopes = [*SCOPES, *samples.catalogue.groups]
    found = {
        (measure, layout, scope): made
        for measure in MEASURES for layout in samples.layouts for scope in scopes
        if (made := figure(samples, measure, layout, scope, per, study.confidence)) is not None
    }
    layouts = {layout.layout_id: layout for layout in read}
    stated = {name: ledger_measures(city, plan, layouts[name], ledger) for name in samples.layouts}
    return YearResult(
        folder=folder, study=study, city=city, plan=plan, samples=samples,
        layouts={name: layouts[name].name for name in samples.layouts}, baseline=base, per=per, figures=found,
        verdicts=tuple(
            _verdict(target, scope, layout, base, samples, found, stated[layout], study)
            for target in plan.targets for scope in _scopes_of(target) for layout in samples.layouts
        ),
        checks=_checks(samples, base, found, study.confidence), curves=_curves(samples, base, study),
    )


def _scopes_of(target: Target) -> tuple[str, ...]:
    """Return what a target is judged on: earthquakes hide everything else, so the year without them is judged too."""
    return (NATURE, NO_QUAKES) if target.measure in YEARLY.values() else ("",)


def _verdict(
    target: Target, scope: str, layout: str, base: str, samples: YearSamples,
    found: Mapping[tuple[str, str, str], Figure], stated: Mapping[str, float], study: BatchStudy,
) -> YearVerdict:
    if target.measure in YEARLY.values():
        return yearly_verdict(target, found, layout, scope)
    if target.measure in ACCIDENT_CHANGES:
        return change_verdict(target, samples, layout, base, study.confidence, study.seed)
    if target.measure == MAJOR:
        value = major_accidents(samples, layout, study.confidence)
        return YearVerdict(
            target_id=target.target_id, layout=layout, value=value, state=state_of(value, target.sense, target.limit)
        )
    if target.kind == "ledger" and target.measure in stated:
        number = stated[target.measure]
        exact = Interval(estimate=number, low=number, high=number)
        return YearVerdict(
            target_id=target.target_id, layout=layout, value=exact, state=judge_value(target, number)
        )
    return YearVerdict(target_id=target.target_id, layout=layout, value=NOTHING, state="none")


def _checks(
    samples: YearSamples, layout: str, found: Mapping[tuple[str, str, str], Figure], confidence: float
) -> tuple[Check, ...]:
    values = {
        "deaths": found.get((DEATHS, layout, NO_QUAKES)),
        "affected_per_100000": found.get((AFFECTED, layout, NO_QUAKES)),
        "loss_yuan": found.get((LOSS, layout, NO_QUAKES)),
    }
    checks = [
        Check(name=name, value=made.rated if name.startswith("affected") else made.yearly, low=low, high=high)
        for name, (low, high) in CALIBRATION.items() if (made := values.get(name)) is not None
    ]
    strata = scoped(samples, LOSS, layout, NO_QUAKES)
    if strata or samples.catalogue.laws:
        curve = exceedance(strata, np.array([DAMAGING_YUAN]), confidence, classes=samples.catalogue.laws)
        events = Interval(estimate=float(curve.per_year[0]), low=float(curve.low[0]), high=float(curve.high[0]))
        low, high = CALIBRATION["events"]
        checks.append(Check(name="events", value=events, low=low, high=high))
    return tuple(checks)


def _curves(samples: YearSamples, layout: str, study: BatchStudy) -> tuple[LossCurve, ...]:
    laws = samples.catalogue.laws
    return tuple(
        loss_curve(scope, layout, strata, laws, study.confidence, study.seed)
        for scope in (NATURE, NO_QUAKES) if (strata := scoped(samples, LOSS, layout, scope))
    )


# ---- files ---------------------------------------------------------------------------------


def write_indicators(result: YearResult) -> tuple[Path, Path]:
    """Write ``indicators.json`` and ``indicators.csv`` into the run folder and return them."""
    json_file, csv_file = result.folder / "indicators.json", result.folder / "indicators.csv"
    with writing(result.folder):
        write_text(json_file, json.dumps(json_ready(_tree(result)), ensure_ascii=False, indent=1) + "\n")
        write_text(csv_file, _table(result), encoding="utf-8-sig")
    return json_file, csv_file


def _tree(result: YearResult) -> dict[str, Any]:
    return {
        "study": result.study.study_id, "confidence": result.study.confidence, "baseline": result.baseline,
        "denominators": asdict(result.per),
        "verdicts": [asdict(verdict) for verdict in result.verdicts],
        "figures": [asdict(made) for made in result.figures.values()],
        "calibration": [{**asdict(check), "inside": check.inside} for check in result.checks],
        "curves": [
            {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in asdict(curve).items()}
            for curve in result.curves
        ],
        "rates": [asdict(rate) for rate in result.samples.catalogue.rates.values()],
        "classes": [asdict(kind) for kind in result.samples.catalogue.classes],
        "replications": [
            {"hazard": hazard, "played": played, "advised": best}
            for hazard, played, best in result.samples.advised(result.baseline)
        ],
    }


def _table(result: YearResult) -> str:
    """Return a row for each target and layout, and for each yearly number by layout and scope."""
    lines = StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow((
        "target_id", "name_zh", "name_en", "layout", "scope", "estimate", "low", "high", "unit_zh", "unit_en", "sense",
        "limit", "state", "clause_zh", "clause_en",
    ))
    for verdict in result.verdicts:
        target = result.targets[verdict.target_id]
        writer.writerow((
            target.target_id, target.name.zh, target.name.en, verdict.layout, verdict.scope, *_numbers(verdict.value),
            target.unit.zh, target.unit.en, target.sense, f"{target.limit:g}", verdict.state, target.clause.zh,
            target.clause.en,
        ))
    for made in result.figures.values():
        writer.writerow((
            made.measure, "", "", made.layout, made.scope, *_numbers(made.yearly),
            *(text(f"yearly.unit.{made.measure}", lang) for lang in LANGUAGES), "", "", "", "", "",
        ))
    return lines.getvalue()


def _numbers(value: Interval) -> tuple[str, str, str]:
    def shown(number: float) -> str:
        return "" if math.isnan(number) else f"{number:.6g}"

    return shown(value.estimate), shown(value.low), shown(value.high)
