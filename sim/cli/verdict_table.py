"""The verdict table of ``turnout compare``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from rich.markup import escape
from rich.table import Table

from sim.common.texts import text
from sim.measure.verdict import Comparison, Verdict
from sim.plan.model import Target
from sim.report.words import DASH, Words
from sim.study.model import Inputs

COLOURS = {"met": "green", "missed": "red", "undecided": "yellow"}
COLUMNS = ("target", "layout", "limit", "estimate", "n", "state", "difference", "worst")


def verdict_table(comparison: Comparison, inputs: Inputs, lang: str) -> Iterable[Table | str]:
    """Return the table of verdicts and lines on the targets that cannot be judged, ready to print."""
    title = text("cli.verdicts", lang, percent=f"{100 * comparison.confidence:g}")
    table = Table(title=title, title_justify="left", pad_edge=False)
    for column in COLUMNS:
        table.add_column(text(f"cli.col.{column}", lang), justify="right" if column == "n" else "left", overflow="fold")
    writer, open_names = _Writer(comparison, inputs, lang), []
    for target in inputs.plan.targets:
        verdicts = [verdict for verdict in comparison.verdicts if verdict.target_id == target.target_id]
        if verdicts and all(verdict.state == "none" for verdict in verdicts) and target.kind == "ledger":
            open_names.append(target.name.of(lang))
            continue
        for i, row in enumerate(writer.rows(target, verdicts)):
            first = [target.name.of(lang), row[0], writer.words.limit(target)] if i == 0 else ["", row[0], ""]
            table.add_row(*(escape(cell) for cell in first), *row[1:], end_section=i == len(verdicts) - 1)
    yield table
    yearly = [target.name.of(lang) for target in inputs.plan.targets if target.target_id in comparison.not_shown]
    for key, names in (("cli.not_entered", open_names), ("cli.not_shown", yearly)):
        if names:
            yield escape(text(key, lang, names=text("cli.comma", lang).join(names)))


class _Writer:
    """Writes verdicts as rows: layout, estimate, n, state, difference, worst township."""

    def __init__(self, comparison: Comparison, inputs: Inputs, lang: str) -> None:
        self.comparison, self.lang, self.words = comparison, lang, Words(lang, inputs.plan)
        self.layouts = {layout.layout_id: layout.name.of(lang) for layout in inputs.layouts}
        self.zones = dict(zip(inputs.city.zones.code, inputs.city.zones.name, strict=True))

    def rows(self, target: Target, verdicts: Sequence[Verdict]) -> list[list[str]]:
        """Return one row per verdict; a single one where every layout has the same ledger."""
        if target.kind == "ledger" and len({verdict.estimate for verdict in verdicts}) == 1 and len(verdicts) > 1:
            return [[text("cli.all_layouts", self.lang), *self._row(target, verdicts[0])[1:-2], "", ""]]
        return [self._row(target, verdict) for verdict in verdicts]

    def _row(self, target: Target, verdict: Verdict) -> list[str]:
        state = text(f"cli.state.{verdict.state}", self.lang)
        colour = COLOURS.get(verdict.state)
        return [
            self.layouts[verdict.layout_id],
            escape(self._estimate(target, verdict)),
            f"{verdict.n:,}" if target.kind != "ledger" else "",
            f"[{colour}]{state}[/{colour}]" if colour else state,
            escape(self._difference(target, verdict)),
            escape(self._worst(target, verdict)),
        ]

    def _estimate(self, target: Target, verdict: Verdict) -> str:
        words = self.words
        shown = words.estimate(target, verdict.estimate)
        if target.kind == "ledger":
            return shown
        span = words.span(words.estimate(target, verdict.low), words.estimate(target, verdict.high))
        return f"{shown} {span}".strip()

    def _difference(self, target: Target, verdict: Verdict) -> str:
        if verdict.layout_id == self.comparison.reference:
            return text("cli.reference", self.lang)
        words, shown = self.words, self.words.difference(target, verdict.difference)
        if shown == DASH or target.kind == "ledger":
            return shown
        span = words.span(
            words.difference(target, verdict.difference_low), words.difference(target, verdict.difference_high)
        )
        return f"{shown} {span}".strip()

    def _worst(self, target: Target, verdict: Verdict) -> str:
        if verdict.worst_zone not in self.zones:
            return ""
        name = self.zones[verdict.worst_zone].of(self.lang)
        return f"{name} {self.words.value(target.measure, verdict.worst_value)}"


def variance_line(comparison: Comparison, inputs: Inputs, lang: str) -> str:
    """Return what the same disasters for all layouts have gained, where they gained most; empty if nothing is known."""
    ratios = {key: ratio for key, ratio in comparison.variance_ratio.items() if math.isfinite(ratio)}
    if not ratios:
        return ""
    (measure, layout_id), ratio = max(ratios.items(), key=lambda entry: entry[1])
    names = {layout.layout_id: layout.name.of(lang) for layout in inputs.layouts}
    words = Words(lang, inputs.plan)
    return text(
        "cli.variance", lang, ratio=f"{ratio:,.1f}", measure=words.measure(measure), layout=names[layout_id]
    )
