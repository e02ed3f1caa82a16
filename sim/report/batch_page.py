"""The page of a batch: what was run, targets, measures, convergence, distributions, arrivals and parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sim.common.texts import text
from sim.common.types import Floats
from sim.measure.statistics import Interval, mean_interval, quantile_interval, share_interval
from sim.measure.verdict import is_share, is_time, measure_range, more_is_better
from sim.plan.model import Target
from sim.report.figures import batch as figures
from sim.report.figures.style import Figure, Title
from sim.report.finding_page import Page, Section, write_page
from sim.report.words import DASH, Words
from sim.study.batch.summary import CURVE_REPLICATIONS, Batch, CellRow
from sim.study.compare import KEY_MEASURES
from sim.study.mcb import mcb
from sim.study.percentiles import Incidents, pooled_percentile
from sim.study.sequences import beta_binomial_sequence, bounded_mean_sequence, decided, mean_sequence

MOST_CELLS, MOST_HAZARDS, MAIN = 50, 6, 4


class BatchWords:
    """Speaks *lang* about *batch*."""

    def __init__(self, lang: str, batch: Batch) -> None:
        self.lang, self.batch, self.words = lang, batch, Words(lang, batch.plan)
        self.layouts = [self.words.of(layout.name) for layout in batch.layouts]
        self.alpha = 1.0 - batch.study.confidence
        there = set(batch.measures())
        self.main = [m for m in KEY_MEASURES if m in there][:MAIN] or sorted(there)[:MAIN]
        self.shown = batch.cells[:MOST_CELLS]
        self.first = list({cell.hazard: cell for cell in reversed(batch.cells)}.values())[::-1][:MOST_HAZARDS]

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence *key* of the page."""
        return text(f"batch_page.{key}", self.lang, **values)

    def cell(self, cell: CellRow) -> str:
        """Return hazard and parameters of *cell*."""
        return " · ".join([self.hazard(cell), *(f"{key} = {value:g}" for key, value in cell.point.items())])

    def hazard(self, cell: CellRow) -> str:
        """Return the name of the hazard of *cell*, and its id, by which a query finds it."""
        return self("hazard", name=self.words.of(cell.name), id=cell.hazard)

    def span(self, measure: str, value: Interval) -> str:
        """Return an estimate of *measure* with its interval."""
        shown = self.words.value(measure, value.estimate)
        return f"{shown} {self.words.span(measure, value.low, value.high)}".strip()


def write_batch_page(batch: Batch, lang: str, path: Path) -> None:
    """Write the page of *batch* in *lang* to *path*."""
    write_page(page_of(batch, lang), lang, path)


def page_of(batch: Batch, lang: str) -> Page:
    """Return what the page shows."""
    words = BatchWords(lang, batch)
    sections = [_run(words), _targets(words), _measures(words), _convergence(words), _distributions(words),
                _arrivals(words)]
    if any(cell.point for cell in batch.cells):
        sections.append(_parameters(words))
    return Page(title=words.words.of(batch.study.name), kicker=words("kicker"), facts=_facts(words), sections=sections)


def _facts(words: BatchWords) -> list[tuple[str, str]]:
    batch = words.batch
    versions = ", ".join(f"{name} {number}" for name, number in batch.run.manifest.get("versions", {}).items())
    return [
        (words("fact.cells"), f"{len(batch.cells)} / {len(batch.run.cells)}"),
        (words("fact.layouts"), words.words.listed(words.layouts)),
        (words("fact.replications"), words.words.number(sum(cell.done for cell in batch.cells))),
        (words("fact.seed"), str(batch.study.seed)),
        (words("fact.confidence"), words.words.percent(batch.study.confidence, 0)),
        (words("fact.versions"), versions or DASH),
    ]


def _run(words: BatchWords) -> Section:
    batch = words.batch
    lines = [words("partial")] if not batch.run.is_finished else []
    lines.append(words("fixed" if batch.is_fixed else "sequential"))
    more = len(batch.cells) - len(words.shown)
    if more:
        lines.append(words("more", cells=more, replications=sum(c.done for c in batch.cells[MOST_CELLS:])))
    return Section(
        title=words("run"), lines=lines, columns=[words("col.cell"), words("col.n")],
        rows=[[words.cell(cell), words.words.number(cell.done)] for cell in words.shown],
    )


def _targets(words: BatchWords) -> Section:
    rows = [row for target in words.batch.plan.targets if target.kind == "simulated" for row in _target(words, target)]
    columns = [words(f"col.{name}") for name in ("target", "cell", "layout", "share", "asked", "state")]
    return Section(title=words("targets"), lines=[words("targets.how")], columns=columns, rows=rows)


def _target(words: BatchWords, target: Target) -> Iterator[list[str]]:
    for cell in words.shown:
        kept = words.batch.kept(cell, target)
        for layout, name in zip(words.batch.layouts, words.layouts, strict=True):
            hits, n = kept.get(layout.layout_id, (0, 0))
            if n == 0:
                continue
            share = reliability(words.batch, hits, n)
            shown = f"{words.words.percent(share.estimate)} " + words.words.span("share", share.low, share.high)
            limit = f"{words.words.sense(target.sense)} {words.words.in_unit(target, target.limit)}"
            yield [
                f"{words.words.of(target.name)} {limit}", words.cell(cell), name, f"{shown.strip()} ({hits}/{n})",
                words.words.percent(target.assurance, 0), words(f"state.{decided(share, target.assurance)}"),
            ]


def reliability(batch: Batch, hits: int, n: int) -> Interval:
    """Return the share of the disasters with its interval: exact, or valid at all times if the end was not fixed."""
    if batch.is_fixed:
        return share_interval(hits, n, batch.study.confidence)
    return beta_binomial_sequence(hits, n, 1.0 - batch.study.confidence)


def centre(batch: Batch, measure: str, values: Floats) -> Interval:
    """Return the mean of *values* (median for times, which may be infinite) with its interval."""
    found, (least, most) = values[~np.isnan(values)], measure_range(measure)
    if is_time(measure):
        return quantile_interval(found, 0.5, batch.study.confidence, least, most)
    if batch.is_fixed:
        return mean_interval(found, batch.study.confidence, least, most)
    return watched(measure, found, 1.0 - batch.study.confidence)


def watched(measure: str, values: Floats, alpha: float) -> Interval:
    """Return the mean with the interval that holds however often one looks."""
    if is_share(measure):
        return bounded_mean_sequence(values, alpha)
    found = mean_sequence(values, alpha)
    return Interval(estimate=found.estimate, low=max(found.low, 0.0), high=found.high)


def _measures(words: BatchWords) -> Section:
    rows = []
    for measure in words.main:
        for cell in words.shown:
            values = words.batch.values(cell, measure)
            if len(values):
                told = compared(words, measure, values)
                rows += [
                    [words.words.measure(measure), words.cell(cell), name,
                     words.span(measure, centre(words.batch, measure, values[:, n])), told[n]]
                    for n, name in enumerate(words.layouts) if not np.isnan(values[:, n]).all()
                ]
    columns = [words(f"col.{name}") for name in ("measure", "cell", "layout", "mean", "best")]
    return Section(title=words("measures"), lines=[words("measures.how")], columns=columns, rows=rows)


def compared(words: BatchWords, measure: str, values: Floats) -> list[str]:
    """Return in words how each layout compares with the best of the others; a dash where nothing can be said."""
    counted = values[~np.isnan(values).all(axis=1)]
    if values.shape[1] < 2 or not words.batch.is_fixed or is_time(measure) or not np.isfinite(counted).all():
        return [DASH] * values.shape[1]
    found = mcb(values, words.alpha, more_is_better=more_is_better(measure))
    told = []
    for word, low in zip(found.words, found.low.tolist(), strict=True):
        known = math.isfinite(low)
        told.append(words(f"best.{word}", most=words.words.value(measure, -low)) if known else words(f"unsure.{word}"))
    return told


def _convergence(words: BatchWords) -> Section:
    measure = next((m for m in words.main if not is_time(m)), words.main[0])
    made = []
    for n, cell in enumerate(words.first):
        values = words.batch.values(cell, measure, CURVE_REPLICATIONS)
        lines = {}
        for i, name in enumerate(words.layouts if len(values) else []):
            column = values[np.isfinite(values[:, i]), i]
            steps = np.unique(np.linspace(1, len(column), min(60, len(column))).astype(int)).tolist()
            lines[name] = [(at, watched(measure, column[:at], words.alpha)) for at in steps]
        if lines:
            made.append(figures.running(lines, _title(words, f"running-{n}", measure, cell),
                                        (words("axis.n"), words.words.measure(measure))))
    return Section(title=words("convergence"), lines=[words("convergence.how", most=CURVE_REPLICATIONS)], figures=made)


def _title(words: BatchWords, name: str, measure: str, cell: CellRow) -> Title:
    caption = f"{words.cell(cell)}: {words.words.measure(measure)}"
    return Title(name, caption, caption)


def _distributions(words: BatchWords) -> Section:
    made: list[Figure] = []
    for n, cell in enumerate(words.first):
        for measure in words.main[:2]:
            values = words.batch.values(cell, measure, CURVE_REPLICATIONS)
            columns = {
                name: values[~np.isnan(values[:, i]), i] for i, name in enumerate(words.layouts if len(values) else [])
            }
            for exceeded in (False, True) if columns else ():
                kind = "more" if exceeded else "most"
                made.append(figures.distribution(
                    columns, _title(words, f"{kind}-{n}-{measure}", measure, cell),
                    (words.words.measure(measure), words(f"axis.{kind}")), exceeded=exceeded,
                ))
    return Section(title=words("distributions"), lines=[words("distributions.how", most=CURVE_REPLICATIONS)],
                   figures=made)


def _arrivals(words: BatchWords) -> Section:
    rows, study = [], words.batch.study
    for cell in words.first:
        n = min(cell.done, study.detail_replications)
        for layout, name in zip(words.batch.layouts, words.layouts, strict=True):
            value, replication = words.batch.arrivals(cell, layout.layout_id)
            if len(value):
                found = Incidents(value=value, replication=replication)
                spans = [pooled_percentile(found, n, share, study.confidence, study.seed) for share in (0.5, 0.9)]
                rows.append([words.cell(cell), name, str(n), *(words.span("arrival_min", span) for span in spans)])
    columns = [words(f"col.{name}") for name in ("cell", "layout", "n", "half", "nine")]
    lines = [words("arrivals.how" if rows else "arrivals.none")]
    return Section(title=words("arrivals"), lines=lines, columns=columns, rows=rows)


def _parameters(words: BatchWords) -> Section:
    measure = next((m for m in words.main if not is_time(m)), words.main[0])
    made = []
    for n, cell in enumerate(words.first):
        for key in cell.point:
            found: dict[str, dict[float, Interval]] = {}
            for (layout, at), values in words.batch.by_value(cell.hazard, key, measure).items():
                found.setdefault(layout, {})[at] = mean_interval(
                    values, words.batch.study.confidence, *measure_range(measure))
            named = {
                name: found[layout.layout_id]
                for layout, name in zip(words.batch.layouts, words.layouts, strict=True) if layout.layout_id in found
            }
            if named:
                caption = f"{words.hazard(cell)}: {words.words.measure(measure)}"
                made.append(figures.moved(named, Title(f"moved-{n}-{key}", f"{caption}, {key}", caption),
                                          (key, words.words.measure(measure))))
    return Section(title=words("parameters"), lines=[words("parameters.how", most=CURVE_REPLICATIONS)], figures=made)
