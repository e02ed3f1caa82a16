"""The verdict table of ``turnout compare``: the words are those of the report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from rich.markup import escape
from rich.table import Table

from sim.common.texts import text
from sim.measure.verdict import Comparison
from sim.report.layouts import named
from sim.report.verdicts import TargetBlock, VerdictLine, verdict_blocks
from sim.report.words import Words
from sim.study.model import Inputs

COLOURS = {"met": "green", "missed": "red", "undecided": "yellow"}
COLUMNS = ("target", "layout", "limit", "estimate", "n", "state", "difference", "worst")


def verdict_table(comparison: Comparison, inputs: Inputs, lang: str) -> Iterator[Table | str]:
    """Give the table of verdicts and lines on the targets that cannot be judged, ready to print."""
    words = Words(lang, inputs.plan)
    title = text("cli.verdicts", lang, percent=f"{100 * comparison.confidence:g}")
    table = Table(title=title, title_justify="left", title_style="bold", pad_edge=False)
    for column in COLUMNS:
        head = escape(text(f"cli.col.{column}", lang))
        table.add_column(head, justify="right" if column == "n" else "left", overflow="fold")
    for block in verdict_blocks(comparison, inputs, named(inputs.layouts, words), words):
        rows = list(_rows(block, lang))
        for i, row in enumerate(rows):
            table.add_row(*row, end_section=i == len(rows) - 1)
    yield table
    for key, names in (
        ("cli.unconcerned", _unconcerned(comparison, inputs)), ("cli.not_entered", _open(comparison, inputs)),
        ("cli.not_shown", comparison.not_shown),
    ):
        if names:
            by_id = {target.target_id: target.name.of(lang) for target in inputs.plan.targets}
            yield escape(text(key, lang, names=words.listed([by_id[name] for name in names])))


def _open(comparison: Comparison, inputs: Inputs) -> list[str]:
    """Return the ledger targets for which nobody has entered anything."""
    judged = {verdict.target_id for verdict in comparison.verdicts if verdict.state != "none"}
    return [t.target_id for t in inputs.plan.targets if t.kind == "ledger" and t.target_id not in judged]


def _unconcerned(comparison: Comparison, inputs: Inputs) -> list[str]:
    """Return the simulated targets that concerned nobody in any replication, under any layout."""
    judged = {verdict.target_id for verdict in comparison.verdicts if verdict.state != "none"}
    return [t.target_id for t in inputs.plan.targets if t.kind == "simulated" and t.target_id not in judged]


def _rows(block: TargetBlock, lang: str) -> Iterator[list[str]]:
    """Give a row for each layout; a single one where the ledger says the same of all."""
    lines: Iterable[VerdictLine] = block.lines
    alike = len({(line.estimate, line.state, line.n) for line in lines}) == 1
    if alike and len(block.lines) > 1 and not any(line.interval for line in lines):
        yield [
            escape(block.name), text("cli.all_layouts", lang), escape(block.limit), escape(block.lines[0].estimate),
            escape(block.lines[0].n), _state(block.lines[0]), "", "",
        ]
        return
    for i, line in enumerate(lines):
        estimate = (line.estimate, line.interval, line.middle)
        yield [
            escape(block.name if i == 0 else ""), escape(line.label), escape(block.limit if i == 0 else ""),
            _cell(*estimate), escape(line.n), _state(line), _cell(line.difference, line.difference_interval),
            escape(line.worst),
        ]


def _cell(*parts: str) -> str:
    return escape("\n".join(part for part in parts if part))


def _state(line: VerdictLine) -> str:
    colour = COLOURS.get(line.state)
    return f"[{colour}]{escape(line.word)}[/{colour}]" if colour else escape(line.word)


def variance_line(comparison: Comparison, inputs: Inputs, lang: str) -> str:
    """Return what the same disasters for all layouts have gained at least; empty if nothing is known.

    The least of all primary measures and layouts: where two layouts hardly differ, the gain has no bound.
    """
    ratios = {key: ratio for key, ratio in comparison.variance_ratio.items() if math.isfinite(ratio)}
    if not ratios:
        return ""
    (measure, layout_id), ratio = min(ratios.items(), key=lambda entry: entry[1])
    names = {layout.layout_id: layout.name.of(lang) for layout in inputs.layouts}
    measured = Words(lang, inputs.plan).measure(measure)
    return text("cli.variance", lang, ratio=f"{ratio:,.1f}", measure=measured, layout=names[layout_id])
