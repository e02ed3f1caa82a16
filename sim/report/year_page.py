"""Writes the page of the yearly indicators: one HTML file that holds everything it shows and never calls out."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from sim.common.texts import LANGUAGES
from sim.measure.statistics import Interval
from sim.report.figures.yearly import exceedance_figure, stacked
from sim.report.page import rendered
from sim.report.words import DASH
from sim.report.yearly import YearWords, calibration_lines, figure_lines, target_lines
from sim.study.catalogue import Rate
from sim.study.folder import write_text, writing
from sim.study.loss_curves import LossCurve
from sim.study.year_result import YearResult


def write_page(result: YearResult, lang: str, path: Path) -> None:
    """Write the page of *result* in *lang* (``zh`` or ``en``) to the HTML file *path*.

    Raises ``ValueError`` for a language that there is not, :class:`~sim.study.folder.FolderError` if *path* cannot be
    written.
    """
    if lang not in LANGUAGES:
        msg = f"no page in the language {lang!r}; there are {', '.join(LANGUAGES)}"
        raise ValueError(msg)
    page = render_year(result, lang)
    with writing(path.parent):
        write_text(path, page)


def render_year(result: YearResult, lang: str) -> str:
    """Return the page."""
    return rendered("indicators.html.j2", lang, **_context(result, YearWords(lang, result)))


def _context(result: YearResult, words: YearWords) -> dict[str, Any]:
    catalogue = result.samples.catalogue
    has_quakes = "earthquake" in result.samples.kinds
    return {
        "t": words, "study": words.words.of(result.study.name),
        "facts": [
            (words("year.fact.city"), words.words.of(result.city.name)),
            (words("year.fact.baseline"), words.words.of(result.layouts[result.baseline])),
            (words("year.fact.strata"), str(len(result.samples.hazards))),
            (words("year.fact.replications"), words.words.number(sum(
                len(values) for values in result.samples.values["deaths", result.baseline]))),
            (words("year.fact.confidence"), words.words.percent(result.study.confidence, 0)),
            (words("year.fact.seed"), str(result.study.seed)),
        ],
        "targets": target_lines(result, words), "figures": figure_lines(result, words),
        "shares": [stacked(result, words, quakes=quakes) for quakes in ((True, False) if has_quakes else (False,))],
        "exceedance": exceedance_figure(result, words),
        "levels": [row for curve in result.curves for row in _levels(curve, words)],
        "calibration": calibration_lines(result, words), "notes": words.notes(),
        "rates": [_rate(rate, words) for rate in [*catalogue.rates.values(), *(c.rate for c in catalogue.classes)]],
        "advised": [(name, words.words.number(n), words.words.number(best))
                    for name, n, best in result.samples.advised(result.baseline)],
    }


def _levels(curve: LossCurve, words: YearWords) -> list[tuple[str, str, str, str]]:
    """Return scope, return period, largest event and sum of a year in million yuan, with intervals."""
    rows = []
    for i, years in enumerate(curve.return_years.tolist()):
        largest, total = (
            Interval(estimate=float(mid[i]), low=float(low[i]), high=float(high[i]))
            for mid, low, high in (
                (curve.largest_level, curve.largest_level_low, curve.largest_level_high),
                (curve.total_level, curve.total_level_low, curve.total_level_high),
            )
        )
        rows.append((words.scope(curve.scope), words.words.number(years), words.shown(largest, 1e-6),
                     words.shown(total, 1e-6)))
    return rows


def _rate(rate: Rate, words: YearWords) -> tuple[str, str, str, str, str, str]:
    every = words.number(1.0 / rate.per_year) if rate.per_year > 0.0 and math.isfinite(rate.per_year) else DASH
    note = f" ({rate.note})" if rate.note else ""
    return (
        words("year.own_rate", name=rate.name) if rate.own else rate.name, words.words.of(rate.words),
        words.number(rate.per_year), every, words.rate_range(rate), f"[{rate.evidence or DASH}] {rate.source}{note}",
    )
