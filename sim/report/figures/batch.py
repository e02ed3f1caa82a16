"""Figures of a batch: running means, distributions, and what each parameter moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from sim.common.types import Floats
from sim.measure.statistics import Interval
from sim.report.figures.style import Figure, Title, colour_of, dash_of, faded, finished, new

MOST_POINTS = 300
MARGIN = {"l": 60, "r": 16, "t": 50, "b": 48, "pad": 2}


def running(lines: Mapping[str, Sequence[tuple[int, Interval]]], title: Title, axes: tuple[str, str]) -> Figure:
    """Show the running mean with its sequence of intervals, by layout."""
    figure = new(340, margin=MARGIN, xaxis_title=axes[0], yaxis_title=axes[1])
    for n, (name, points) in enumerate(lines.items()):
        bounded = [(at, value) for at, value in points if np.isfinite([value.low, value.high]).all()]
        x = [at for at, _ in bounded]
        figure.add_trace(go.Scatter(
            x=[*x, *reversed(x)], y=[*(v.high for _, v in bounded), *(v.low for _, v in reversed(bounded))],
            fill="toself", fillcolor=faded(colour_of(n), 0.15), line={"width": 0}, hoverinfo="skip", showlegend=False,
        ))
        figure.add_trace(go.Scatter(
            x=[at for at, _ in points], y=[value.estimate for _, value in points], name=name, mode="lines",
            line={"color": colour_of(n), "dash": dash_of(n), "width": 2},
        ))
    return finished(figure, title)


def distribution(values: Mapping[str, Floats], title: Title, axes: tuple[str, str], *, exceeded: bool) -> Figure:
    """Show the share of the disasters with at most so much, or with more; ``inf`` never enters the first."""
    figure = new(340, margin=MARGIN, xaxis_title=axes[0], yaxis_title=axes[1])
    for n, (name, found) in enumerate(values.items()):
        ordered = np.sort(found)
        share = np.arange(1, len(ordered) + 1) / max(len(ordered), 1)
        shown = np.unique(np.linspace(0, len(ordered) - 1, min(MOST_POINTS, len(ordered))).astype(int))
        shown = shown[np.isfinite(ordered[shown])]
        y = 100.0 * (1.0 - share if exceeded else share)
        figure.add_trace(go.Scatter(
            x=ordered[shown].tolist(), y=y[shown].tolist(), name=name, mode="lines",
            line={"color": colour_of(n), "dash": dash_of(n), "width": 2, "shape": "hv"},
        ))
    figure.update_yaxes(ticksuffix=" %", range=[0, 101])
    return finished(figure, title)


def moved(found: Mapping[str, Mapping[float, Interval]], title: Title, axes: tuple[str, str]) -> Figure:
    """Show a measure at each value of a parameter with its interval, by layout."""
    figure = new(320, margin=MARGIN, xaxis_title=axes[0], yaxis_title=axes[1])
    for n, (name, points) in enumerate(found.items()):
        up = [v.high - v.estimate if np.isfinite(v.high) else None for v in points.values()]
        down = [v.estimate - v.low if np.isfinite(v.low) else None for v in points.values()]
        figure.add_trace(go.Scatter(
            x=[f"{at:g}" for at in points], y=[v.estimate for v in points.values()], name=name, mode="markers",
            marker={"color": colour_of(n), "size": 9}, offsetgroup=str(n),
            error_y={"type": "data", "symmetric": False, "array": up, "arrayminus": down, "color": colour_of(n)},
        ))
    figure.update_xaxes(type="category")
    figure.update_layout(scattermode="group")
    return finished(figure, title)
