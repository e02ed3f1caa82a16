"""The verdict table, the key measures beside it, and the conclusion in plain words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.measure.verdict import Comparison, MeasureRow, Verdict
from sim.plan.model import Target
from sim.report.layouts import Named
from sim.report.words import Words, more_is_better
from sim.study.model import Inputs

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
        if ours:
            lines = tuple(_line(verdict, target, labels[verdict.layout_id], inputs, words) for verdict in ours)
            blocks.append(
                TargetBlock(
                    name=words.of(target.name), clause=words.of(target.clause), source=target.source,
                    limit=words.limit(target), lines=lines,
                )
            )
    return blocks


def _line(verdict: Verdict, target: Target, layout: Named, inputs: Inputs, words: Words) -> VerdictLine:
    def shown(value: float) -> str:
        return words.estimate(target, value)

    def apart(value: float) -> str:
        return words.difference(target, value)

    up = target.statistic == "share_of_replications" or target.sense.startswith(">")
    return VerdictLine(
        label=layout.label, state=verdict.state, symbol=SYMBOLS[verdict.state], word=words(f"state.{verdict.state}"),
        estimate=shown(verdict.estimate), interval=words.span(shown(verdict.low), shown(verdict.high)),
        middle=words("middle", value=words.in_unit(target, verdict.median)) if target.statistic == "share_of_replications" else "",
        n=words.number(verdict.n) if target.kind == "simulated" else words("n.ledger"),
        difference=words("reference") if layout.reference else apart(verdict.difference),
        difference_interval=words.span(apart(verdict.difference_low), apart(verdict.difference_high)),
        clear=clearly(verdict.difference_low, verdict.difference_high, up=up), worst=_worst(verdict, target, inputs, words),
    )


def _worst(verdict: Verdict, target: Target, inputs: Inputs, words: Words) -> str:
    if verdict.worst_zone not in inputs.city.zones.code:
        return ""
    zone = words.of(inputs.city.zones.name[inputs.city.zones.code.index(verdict.worst_zone)])
    return words("worst", zone=zone, value=words.in_unit(target, verdict.worst_value))


def clearly(low: float, high: float, *, up: bool) -> str:
    """Return ``better`` or ``worse`` if the interval of a difference leaves out zero; *up*: more is better."""
    if math.isnan(low) or math.isnan(high) or low <= 0.0 <= high:
        return ""
    return "better" if (low > 0.0) == up else "worse"


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
    """Return the key measures beside the targets, in the order of the comparison."""
    rows = {(row.measure, row.layout_id): row for row in comparison.measures}
    lines = []
    for measure in dict.fromkeys(row.measure for row in comparison.measures):
        ours = [rows.get((measure, layout.layout_id)) for layout in layouts]
        cells = tuple(_cell(row, layout, words) for row, layout in zip(ours, layouts, strict=True))
        median = any(row is not None and row.statistic == "median" for row in ours)
        lines.append(MeasureLine(name=words.measure(measure), note=words("median") if median else words("mean"), cells=cells))
    return lines


def _cell(row: MeasureRow | None, layout: Named, words: Words) -> MeasureCell:
    if row is None or row.n == 0:
        return MeasureCell(value=words("nothing"), interval="", difference="", clear="", never="")

    def shown(value: float) -> str:
        return words.value(row.measure, value)

    versus = not layout.reference and not math.isnan(row.difference)
    return MeasureCell(
        value=shown(row.estimate), interval=words.span(shown(row.low), shown(row.high)),
        difference=words("versus", difference=words.signed(row.measure, row.difference)) if versus else "",
        clear=clearly(row.difference_low, row.difference_high, up=more_is_better(row.measure)),
        never=words("never_share", share=words.percent(row.never_share, 0)) if 0.0 < row.never_share < 1.0 else "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityLine:
    """How a measure spreads over the townships under one layout."""

    measure: str
    label: str
    worst: str
    worst_fifth: str
    best_fifth: str
    gini: str


def equity_lines(comparison: Comparison, inputs: Inputs, layouts: Sequence[Named], words: Words) -> list[EquityLine]:
    """Return the spread over the townships, measure by measure."""
    labels = {layout.layout_id: layout.label for layout in layouts}
    names = dict(zip(inputs.city.zones.code, inputs.city.zones.name, strict=True))
    return [
        EquityLine(
            measure=words.measure(row.measure), label=labels[row.layout_id],
            worst=words("worst", zone=words.of(names[row.worst_zone]), value=words.value(row.measure, row.worst_value))
            if row.worst_zone in names else words("nothing"),
            worst_fifth=words.value(row.measure, row.worst_fifth), best_fifth=words.value(row.measure, row.best_fifth),
            gini=words.number(row.gini, 2),
        )
        for row in comparison.equity
    ]


def pairing_sentence(comparison: Comparison, layouts: Sequence[Named], words: Words) -> str:
    """Say how much the same disasters for all layouts sharpen the comparison; empty if nothing was measured."""
    labels = {layout.layout_id: layout.label for layout in layouts}
    ratios = [
        words("pairing.part", layout=labels[layout], measure=words.measure(measure), ratio=words.number(ratio, 1))
        for (measure, layout), ratio in comparison.variance_ratio.items()
        if math.isfinite(ratio) and layout in labels
    ]
    return words("pairing", parts=words("list.semicolon").join(ratios)) if ratios else ""


# ---- in plain words ---------------------------------------------------------------------------------


def conclusion(comparison: Comparison, inputs: Inputs, layouts: Sequence[Named], words: Words) -> list[str]:
    """Return what the comparison says, one sentence or two for each layout, ready for a mayor."""
    says = [_best(comparison, layouts, words)]
    says += [_standing(layout, comparison, inputs, words) for layout in layouts]
    says += [_against_reference(layout, layouts[0], comparison, words) for layout in layouts[1:]]
    return [line for line in says if line]


def _states(comparison: Comparison, layout_id: str, state: str) -> list[Verdict]:
    return [v for v in comparison.verdicts if v.layout_id == layout_id and v.state == state]


def _best(comparison: Comparison, layouts: Sequence[Named], words: Words) -> str:
    """Say which layout meets all, or most, of the targets that could be judged."""
    met = {layout.label: len(_states(comparison, layout.layout_id, "met")) for layout in layouts}
    judged = {
        layout.label: sum(len(_states(comparison, layout.layout_id, state)) for state in ("met", "missed", "undecided"))
        for layout in layouts
    }
    whole = [label for label in met if judged[label] and met[label] == judged[label]]
    if whole:
        return words("conclusion.all_met", layouts=words.listed(whole))
    most = max(met.values(), default=0)
    leaders = [label for label, count in met.items() if count == most]
    if len(leaders) == len(layouts):
        return words("conclusion.all_same", met=most, judged=max(judged.values(), default=0))
    return words("conclusion.most_met", layouts=words.listed(leaders), met=most, judged=max(judged[label] for label in leaders))


def _standing(layout: Named, comparison: Comparison, inputs: Inputs, words: Words) -> str:
    """Say what a layout meets and misses, with the numbers."""
    targets = {target.target_id: target for target in inputs.plan.targets}
    parts = []
    for state in ("met", "missed", "undecided"):
        verdicts = _states(comparison, layout.layout_id, state)
        if verdicts:
            shown = [
                words(
                    "conclusion.part", target=words.of(targets[v.target_id].name),
                    estimate=words.estimate(targets[v.target_id], v.estimate), limit=words.limit(targets[v.target_id]),
                )
                for v in verdicts
            ]
            parts.append(words(f"conclusion.{state}", count=len(verdicts), targets=words("list.semicolon").join(shown)))
    return words("conclusion.layout", layout=layout.label, parts=words("list.clause").join(parts)) if parts else ""


def _against_reference(layout: Named, reference: Named, comparison: Comparison, words: Words) -> str:
    """Say which key measures differ from the reference beyond chance."""
    found: dict[str, list[str]] = {"better": [], "worse": []}
    for row in comparison.measures:
        clear = clearly(row.difference_low, row.difference_high, up=more_is_better(row.measure))
        if row.layout_id == layout.layout_id and clear:
            found[clear].append(
                words(
                    "conclusion.change", measure=words.measure(row.measure), difference=words.signed(row.measure, row.difference),
                    low=words.signed(row.measure, row.difference_low), high=words.signed(row.measure, row.difference_high),
                )
            )
    if not any(found.values()):
        return words("conclusion.no_difference", layout=layout.label, reference=reference.label)
    parts = [
        words(f"conclusion.{clear}", changes=words("list.semicolon").join(changes)) for clear, changes in found.items() if changes
    ]
    return words("conclusion.against", layout=layout.label, reference=reference.label, parts=words("list.clause").join(parts))
