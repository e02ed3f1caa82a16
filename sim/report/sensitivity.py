"""The page of a sensitivity study: which unknown numbers matter, and which could overturn the ranking."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from sim.common.texts import text
from sim.report.figures.sensitivity import scatter, shares, tornado
from sim.report.figures.style import Figure, Title
from sim.report.finding_page import Page, Section, measure_name, write_page
from sim.study.sensitivity.model import Effect, Finding, Output, Parameter, Sensitivity

ROUNDING = 1e-9
"""What is smaller comes from adding up, not from the model."""
SHOWN = 15
"""Parameters in the table and the figures of one output."""


def write_sensitivity_page(result: Sensitivity, lang: str, path: Path) -> None:
    """Write the page of *result* in *lang* to *path*."""
    study = result.study
    facts = [
        (text("sensitivity.fact.parameters", lang), str(len(result.parameters))),
        (text("sensitivity.fact.idle", lang), str(len(result.idle))),
        (text("sensitivity.fact.trajectories", lang), str(study.trajectories)),
        (text("sensitivity.fact.replications", lang), str(study.replications)),
        (text("sensitivity.fact.rows", lang), str(study.sobol_rows)),
        (text("sensitivity.fact.seed", lang), str(study.seed)),
    ]
    sections = [_reading(result, lang)]
    sections += [_section(n, finding, result, lang) for n, finding in enumerate(result.findings)]
    idle = Section(
        title=text("sensitivity.idle.title", lang),
        lines=[idle_sentence(result, lang), ", ".join(result.idle) or "–"],
    )
    page = Page(
        title=study.name.of(lang), kicker=text("sensitivity.kicker", lang), facts=facts, sections=[*sections, idle]
    )
    write_page(page, lang, path)


def _reading(result: Sensitivity, lang: str) -> Section:
    lines = [verdict_sentence(finding, result, lang) for finding in result.findings if finding.output.versus]
    how = [text(f"sensitivity.how.{n}", lang) for n in (1, 2, 3)]
    return Section(title=text("sensitivity.reading", lang), lines=[*lines, *how])


def output_name(output: Output, result: Sensitivity, lang: str) -> str:
    """Return what *output* is, in words."""
    layout = result.layouts[output.layout].of(lang)
    measure = measure_name(output.measure, lang)
    if not output.versus:
        return text("sensitivity.output", lang, measure=measure, layout=layout)
    versus = result.layouts[output.versus].of(lang)
    return text("sensitivity.output.difference", lang, measure=measure, layout=layout, versus=versus)


def verdict_sentence(finding: Finding, result: Sensitivity, lang: str) -> str:
    """Return whether any number could overturn the order of two layouts, and which ones."""
    flipping = sorted((effect for effect in finding.effects if effect.flips), key=lambda e: -e.flips)
    what = output_name(finding.output, result, lang)
    values = {
        "output": what, "mean": number(finding.mean), "low": number(finding.low), "high": number(finding.high),
        "above": f"{100 * finding.positive_share:.0f} %", "below": f"{100 * finding.negative_share:.0f} %",
    }
    if not flipping:
        return text("sensitivity.verdict.firm", lang, **values)
    keys = text("report.list.comma", lang).join(f"{effect.key} ({effect.flips})" for effect in flipping[:5])
    return text("sensitivity.verdict.turns", lang, keys=keys, count=len(flipping), **values)


def idle_sentence(result: Sensitivity, lang: str) -> str:
    """Return how many parameters moved nothing."""
    return text(
        "sensitivity.idle", lang, idle=len(result.idle), count=len(result.parameters),
        trajectories=result.study.trajectories,
    )


def number(value: float) -> str:
    """Return *value* with three digits that count."""
    if not math.isfinite(value):
        return "–"
    if abs(value) < ROUNDING:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}"


def columns(lang: str) -> list[str]:
    """Return the heads of the table of :func:`row`."""
    names = ("parameter", "unit", "range", "mu_star", "sigma", "at_low", "at_high", "first", "total")
    return [text(f"sensitivity.col.{name}", lang) for name in names]


def row(effect: Effect, finding: Finding, known: Mapping[str, Parameter]) -> list[str]:
    """Return one parameter as a row of the table."""
    parameter = known[effect.key]
    share = next((share for share in finding.shares if share.key == effect.key), None)
    first = total = ""
    if share is not None and math.isfinite(share.total):
        first = f"{share.first:.2f} [{share.first_low:.2f}, {share.first_high:.2f}]"
        total = f"{share.total:.2f} [{share.total_low:.2f}, {share.total_high:.2f}]"
    return [
        effect.key, parameter.unit, f"{parameter.low:g} – {parameter.high:g}",
        f"{number(effect.mu_star)} [{number(effect.mu_star_low)}, {number(effect.mu_star_high)}]",
        number(effect.sigma), number(effect.at_low), number(effect.at_high), first, total,
    ]


def _section(n: int, finding: Finding, result: Sensitivity, lang: str) -> Section:
    known = {parameter.key: parameter for parameter in result.parameters}
    shown = [effect for effect in finding.effects if effect.moved][:SHOWN]
    name = output_name(finding.output, result, lang)
    figures: list[Figure] = []
    if shown:
        figures = [
            tornado(shown, finding.mean, _title("tornado", n, name, lang), text("sensitivity.axis.value", lang), lang),
            scatter(shown, _title("scatter", n, name, lang), lang),
        ]
    if any(math.isfinite(share.total) for share in finding.shares):
        figures.append(shares(finding.shares, _title("shares", n, name, lang), lang))
    return Section(
        title=name, lines=[text("sensitivity.spread", lang, mean=number(finding.mean), low=number(finding.low),
                                high=number(finding.high))],
        figures=figures, columns=columns(lang), rows=[row(effect, finding, known) for effect in shown],
    )


def _title(kind: str, n: int, name: str, lang: str) -> Title:
    caption = text(f"sensitivity.figure.{kind}", lang)
    return Title(f"{kind}-{n}", caption, f"{caption} {name}")
