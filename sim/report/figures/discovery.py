"""Figures of scenario discovery: cases in the plane of the two main limits, and what density costs in coverage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from sim.common.texts import text
from sim.common.types import Floats
from sim.report.figures.style import FAINT, INK, LAYOUT_COLOURS, Figure, Title, faded, finished, new
from sim.study.discovery import Found

CASE, REST = LAYOUT_COLOURS[1], LAYOUT_COLOURS[0]


def plane(found: Found, pair: Sequence[str], names: tuple[str, str], title: Title, lang: str) -> Figure:
    """Show every disaster in the plane of two facts, the cases apart, and the box."""
    x, y = (found.facts[:, found.names.index(name)] for name in pair)
    figure = new(460, xaxis_title=names[0], yaxis_title=names[1])
    for name, chosen, colour, symbol in (
        ("rest", ~found.cases, REST, "circle-open"), ("case", found.cases, CASE, "diamond"),
    ):
        figure.add_trace(go.Scatter(
            x=_spread(x)[chosen], y=_spread(y)[chosen], mode="markers", name=text(f"discovery.legend.{name}", lang),
            marker={"color": colour, "size": 7, "symbol": symbol}, hoverinfo="x+y",
        ))
    (x0, x1), (y0, y1) = _ends(found, pair[0], x), _ends(found, pair[1], y)
    figure.add_shape(
        type="rect", x0=x0, x1=x1, y0=y0, y1=y1, line={"color": INK, "width": 2, "dash": "dash"},
        fillcolor=faded(CASE, 0.08), layer="below",
    )
    return finished(figure, title)


def _spread(values: Floats) -> Floats:
    """Return *values*; those of a yes/no fact a little apart, so that points do not hide each other."""
    if not np.isin(values, (0.0, 1.0)).all():
        return values
    return np.asarray(values + 0.3 * (np.arange(len(values)) * 0.618034 % 1.0 - 0.5))


def _ends(found: Found, name: str, values: Floats) -> tuple[float, float]:
    margin = 0.2 if np.isin(values, (0.0, 1.0)).all() else 0.03 * float(values.max() - values.min())
    low, high = float(values.min()) - margin, float(values.max()) + margin
    for limit in found.box.limits:
        if limit.input == name and limit.kind in ("at_least", "is_true"):
            low = limit.value - (0.2 if limit.kind == "is_true" else 0.0)
        elif limit.input == name:
            high = limit.value + (0.2 if limit.kind == "is_false" else 0.0)
    return low, high


def curve(found: Found, title: Title, lang: str) -> Figure:
    """Show coverage and density of every box of the peeling, and of the chosen one on both halves."""
    figure = new(
        420, xaxis_title=text("discovery.axis.coverage", lang), yaxis_title=text("discovery.axis.density", lang)
    )
    peeled = found.box.peeled
    figure.add_trace(go.Scatter(
        x=[tally.coverage for tally in peeled], y=[tally.density for tally in peeled], mode="lines+markers",
        name=text("discovery.legend.peeled", lang), line={"color": FAINT}, marker={"size": 5},
    ))
    for name, tally, colour, symbol in (
        ("searched", found.box.tally, REST, "circle"), ("fresh", found.fresh, CASE, "diamond"),
    ):
        figure.add_trace(go.Scatter(
            x=[tally.coverage], y=[tally.density], mode="markers", name=text(f"discovery.half.{name}", lang),
            marker={"color": colour, "size": 13, "symbol": symbol},
        ))
    figure.update_xaxes(range=[0, 1.05], tickformat=".0%")
    figure.update_yaxes(range=[0, 1.05], tickformat=".0%")
    return finished(figure, title)
