"""What led to what in one disaster: a tree from left to right, one line for each event, time on the axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from sim.report.figures.leaks import minutes_axis
from sim.report.figures.style import FAINT, INK, Figure, Title, finished, new
from sim.report.words import Words

KINDS = {
    "earthquake": ("circle", "#7b1e3a"), "flood": ("square", "#2676b8"), "release": ("diamond", "#6a3d9a"),
    "fire": ("triangle-up", "#d95f0e"), "explosion": ("star", "#b3121d"),
}
OTHER = ("circle", INK)
LINE_PX, GAP_PX = 14, 14
LATE_SHARE = 0.6
"""Of the axis: the words of what comes later stand on the left of its mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One event, ready to draw in a row of its own."""

    name: str
    kind: str
    minute: float
    parent: int
    """Row of the event that led to it; -1 for none."""
    depth: int
    came: bool
    """It came about under this layout."""
    note: str
    """The clock and the size."""


def tree(nodes: Sequence[Node], last_min: float, words: Words, title: Title) -> Figure:
    """Return the tree of *nodes*: solid where something came about, dashed and hollow where it was averted."""
    labels = [_label(node) for node in nodes]
    row_px = GAP_PX + LINE_PX * max(label.count("<br>") + 1 for label in labels)
    figure = new(96 + row_px * len(nodes), margin={"l": 10, "r": 14, "t": 34, "b": 50})
    minutes_axis(figure, max(last_min, 1.0), words, words("axis.since_start"))
    for row, node in enumerate(nodes):
        if node.parent >= 0:
            _branch(figure, nodes[node.parent].minute, node.parent, node, row)
    for kind in dict.fromkeys(node.kind for node in nodes):
        for came in (True, False):
            _marks(figure, [(row, n) for row, n in enumerate(nodes) if n.kind == kind and n.came == came], words)
    for row, node in enumerate(nodes):
        _note(figure, row, node, last_min)
    figure.update_yaxes(
        range=[len(nodes) - 0.4, -0.6], showgrid=False, tickvals=list(range(len(nodes))),
        ticktext=labels, tickfont={"size": 11},
    )
    return finished(figure, title)


def _label(node: Node) -> str:
    """Return the name in lines that a narrow margin holds, indented by its depth."""
    wide = any(ord(c) > 0x2E80 for c in node.name)
    most = 18 if wide else 34
    lines, line = [], ""
    for part in (list(node.name) if wide else [word + " " for word in node.name.split(" ")]):
        if line and len(line) + len(part.rstrip()) > most:
            lines.append(line.rstrip())
            line = ""
        line += part
    lines.append(line.rstrip())
    return "<br>".join(lines)


def _branch(figure: go.Figure, from_min: float, from_row: int, node: Node, row: int) -> None:
    x0, x1 = math.sqrt(from_min), math.sqrt(node.minute)
    figure.add_scatter(
        x=[x0, x0, x1], y=[from_row, row, row], mode="lines", showlegend=False, hoverinfo="skip",
        line={"color": INK if node.came else FAINT, "width": 2, "dash": "solid" if node.came else "dash"},
    )


def _marks(figure: go.Figure, rows: Sequence[tuple[int, Node]], words: Words) -> None:
    if not rows:
        return
    kind, came = rows[0][1].kind, rows[0][1].came
    symbol, colour = KINDS.get(kind, OTHER)
    name = words(f"chain.kind.{kind}") if kind in KINDS else kind
    figure.add_scatter(
        x=[round(math.sqrt(node.minute), 4) for _, node in rows], y=[row for row, _ in rows], mode="markers",
        name=name if came else words("chain.averted.kind", kind=name), hoverinfo="text", cliponaxis=False,
        text=[f"<b>{node.name}</b><br>{node.note}" for _, node in rows],
        marker={
            "symbol": symbol, "size": 13, "color": colour if came else "white",
            "line": {"color": colour if came else FAINT, "width": 2},
        },
    )


def _note(figure: go.Figure, row: int, node: Node, last_min: float) -> None:
    late = math.sqrt(node.minute) > LATE_SHARE * math.sqrt(max(last_min, 1.0))
    figure.add_annotation(
        x=math.sqrt(node.minute), y=row, text=node.note, showarrow=False, xanchor="right" if late else "left",
        xshift=-11 if late else 11, font={"size": 11, "color": INK if node.came else "#5b6673"},
        bgcolor="white", borderpad=1,
    )
