"""The verdict table, the key measures beside it, and the conclusion in plain words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.measure.verdict import Comparison, MeasureRow, Verdict, effect_of, more_is_better
from sim.plan.model import Target
from sim.report.layouts import Named
from sim.report.words import Words
from sim.study.model import Inputs

LEAST_RATIO, MOST_RATIO = 2.0, 10_000.0
"""A variance that is smaller by less than the first is no gain to speak of, by more than the second as good as none."""

SYMBOLS = {"met": "✔", "missed": "✘", "undecided": "?", "stated": "●", "none": "–"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictLine:
    """One layout against one target."""

    label: str
    state: str
    symbol: str
    word: str
    estimate: str
    interval: str
    middle: str
    """The measure itself in the middle one of the replications."""
    n: str
    difference: str
    difference_interval: str
    clear: str
    """``better``, ``worse`` or empty: does the interval of the difference leave out zero?"""
    worst: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetBlock:
    """One target with a line for each layout."""

    name: str
    clause: str
    source: str
    limit: str
    lines: tuple[VerdictLine, ...]


def verdict_blocks(comparison: Comparison, inputs: Inputs, layouts: Sequence[Named], words: Words) -> list[TargetBlock]:
    """Return the targets in the order of the plan."""
    labels = {layout.layout_id: layout for layout in layouts}
    blocks = []
    for target in inputs.plan.targets:
        ours = [verdict for verdict in comparison.verdicts if verdict.target_id == target.target_id]
        if any(verdict.state != "none" for verdict in ours):
            lines = tuple(_line(verdict, target, labels[verdict.layout_id], inputs, words) for verdict in ours)
            blocks.append(
                TargetBlock(
                    name=words.of(target.name),
                    clause=words.of(target.clause),
                    source=target.source,
                    limit=words.limit(target),
                    lines=lines,
                )
            )
    return blocks


def _line(verdict: Verdict, target: Target, layout: Named, inputs: Inputs, words: Words) -> VerdictLine:
    gap, gap_interval = words.target_gap(
        target, verdict.difference, verdict.difference_low, verdict.difference_high, verdict.pairs
    )
    return VerdictLine(
        label=layout.label,
        state=verdict.state,
        symbol=SYMBOLS[verdict.state],
        word=words(f"state.{verdict.state}"),
        estimate=words.estimate(target, verdict.estimate),
        interval=words.target_span(target, verdict.low, verdict.high),
        middle=words("middle", value=words.in_unit(target, verdict.median))
        if target.statistic == "share_of_replications"
        else "",
        n=words.number(verdict.n) if target.kind == "simulated" else words("n.ledger"),
        difference=words("reference") if layout.reference else gap,
        difference_interval=gap_interval,
        clear=target_effect(verdict, target),
        worst=_worst(verdict, target, inputs, words),
    )


def _worst(verdict: Verdict, target: Target, inputs: Inputs, words: Words) -> str:
    if verdict.worst_zone not in inputs.city.zones.code:
        return ""
    zone = words.of(inputs.city.zones.name[inputs.city.zones.code.index(verdict.worst_zone)])
    return words("worst", zone=zone, value=words.in_unit(target, verdict.worst_value))


def target_effect(verdict: Verdict, target: Target) -> str:
    """Return ``better`` or ``worse`` if a layout clearly differs from the reference in *target*, else empty."""
    up = target.statistic == "share_of_replications" or target.sense.startswith(">")
    return effect_of(verdict.difference_low, verdict.difference_high, up=up)


def difference_of(row: MeasureRow, words: Words) -> str:
    """Return the difference of a key measure to the reference and its interval; says so where it is a median."""
    median = row.statistic == "median"
    gap, interval = words.gap(
        row.measure, row.difference, row.difference_low, row.difference_high, pairs=row.pairs, median=median
    )
    said = f"{gap} {interval}".strip()
    return words("median_gap", difference=said) if median and math.isfinite(row.difference) and row.difference else said


# ---- key measures ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureCell:
    """One layout's value of a key measure."""

    value: str
    interval: str
    difference: str
    clear: str
    never: str
    """Share of the disasters in which it never happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLine:
    """A key measure across the layouts."""

    name: str
    note: str
    """Mean or median."""
    cells: tuple[MeasureCell, ...]


def measure_lines(comparison: Comparison, layouts: Sequence[Named], words: Words) -> list[MeasureLine]:
    """Return the key measures beside the targets in the order of the comparison, without those that concern nobody."""
    rows = {(row.measure, row.layout_id): row for row in comparison.measures}
    lines = []
    for measure in dict.fromkeys(row.measure for row in comparison.measures):
        ours = [rows.get((measure, layout.layout_id)) for layout in layouts]
        if all(row is None or row.n == 0 for row in ours):
            continue
        cells = tuple(_cell(row, layout, words) for row, layout in zip(ours, layouts, strict=True))
        median = any(row is not None and row.statistic == "median" for row in ours)
        lines.append(
            MeasureLine(name=words.measure(measure), note=words("median") if median else words("mean"), cells=cells)
        )
    return lines


def _cell(row: MeasureRow | None, layout: Named, words: Words) -> MeasureCell:
    if row is None or row.n == 0:
        return MeasureCell(value=words("nothing"), interval="", difference="", clear="", never="")

    gap = difference_of(row, words)
    return MeasureCell(
        value=words.value(row.measure, row.estimate),
        interval=words.span(row.measure, row.low, row.high),
        difference=words("versus", difference=gap) if gap and not layout.reference else "",
        clear=effect_of(row.difference_low, row.difference_high, up=more_is_better(row.measure)),
        never=words("never_share", share=words.percent(row.never_share, 0)) if 0.0 < row.never_share < 1.0 else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityLine:
    """How a measure spreads over the townships under one layout."""

    label: str
    worst: str
    worst_fifth: str
    best_fifth: str
    gini: str


def equity_blocks(
    comparison: Comparison, inputs: Inputs, layouts: Sequence[Named], words: Words
) -> list[tuple[str, list[EquityLine]]]:
    """Return (measure, a line for each layout): the spread over the townships."""
    labels = {layout.layout_id: layout.label for layout in layouts}
    names = dict(zip(inputs.city.zones.code, inputs.city.zones.name, strict=True))
    blocks: dict[str, list[EquityLine]] = {}
    for row in comparison.equity:
        if math.isnan(row.worst_fifth):
            continue
        worst = words("nothing")
        if row.worst_zone in names:
            value = words.value(row.measure, row.worst_value)
            worst = words("worst", zone=words.of(names[row.worst_zone]), value=value)
        blocks.setdefault(words.measure(row.measure), []).append(
            EquityLine(
                label=labels[row.layout_id],
                worst=worst,
                worst_fifth=words.value(row.measure, row.worst_fifth),
                best_fifth=words.value(row.measure, row.best_fifth),
                gini=words.number(row.gini, 2),
            )
        )
    return list(blocks.items())


def pairing_sentence(comparison: Comparison, layouts: Sequence[Named], words: Words) -> str:
    """Say how much the same disasters for all layouts sharpen the comparison; empty if nothing was measured."""
    labels = {layout.layout_id: layout.label for layout in layouts}
    ratios = [
        words(
            "pairing.part",
            layout=labels[layout],
            measure=words.measure(measure),
            ratio=words.number(min(ratio, MOST_RATIO)),
        )
        for (measure, layout), ratio in comparison.variance_ratio.items()
        if math.isfinite(ratio) and ratio >= LEAST_RATIO and layout in labels
    ]
    return words("pairing", parts=words("list.semicolon").join(ratios)) if ratios else ""
