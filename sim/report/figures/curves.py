"""Curves over time: people brought out alive, relieved and dead, with their spread over the disasters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from sim.common.types import Floats
from sim.report.data import Curve
from sim.report.figures.style import FAINT, INK, Figure, Title, colour_of, dash_of, faded, finished, new
from sim.report.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A vertical line that a promise or a rule of thumb draws."""

    hour: float
    label: str
    height: float
    """Where the label stands, as a share of the figure's height: away from the curves."""


def banded(
    curves: Sequence[Curve | None],
    layouts: Sequence[str],
    y_title: str,
    words: Words,
    title: Title,
    mark: Mark | None = None,
    need: Curve | None = None,
) -> Figure:
    """Return the mean of a curve for each layout, with the band that holds eight in ten disasters.

    *need* is what all layouts should reach; a dashed grey line.
    """
    figure = _axes(words, y_title)
    if need is not None:
        _need(figure, need, words)
    for i, curve in enumerate(curves):
        if curve is not None:
            _band(figure, curve, colour_of(i))
    for i, (name, curve) in enumerate(zip(layouts, curves, strict=True)):
        if curve is not None:
            text = [
                words(
                    "hover.band",
                    layout=name,
                    hour=words.hours(m / 60.0),
                    mean=words.count(v),
                    low=words.count(a),
                    high=words.count(b),
                )
                for m, v, a, b in zip(curve.minute, curve.mean, curve.p10, curve.p90, strict=True)
            ]
            _line(figure, curve.minute, curve.mean, name, i, text)
    last = max((float(curve.minute[-1]) for curve in curves if curve is not None), default=0.0) / 60.0
    return _marked(figure, mark, last, title)


def shares(
    relieved: Sequence[Curve | None],
    displaced: Sequence[Curve | None],
    layouts: Sequence[str],
    words: Words,
    title: Title,
    mark: Mark | None = None,
) -> Figure:
    """Return the share of the people displaced so far who have the whole kit, for each layout."""
    figure = _axes(words, words("axis.share"))
    last = 0.0
    for i, (name, have, need) in enumerate(zip(layouts, relieved, displaced, strict=True)):
        if have is None or need is None:
            continue
        share = np.divide(have.mean, need.mean, out=np.zeros_like(have.mean), where=need.mean > 0)
        text = [
            words(
                "hover.share",
                layout=name,
                hour=words.hours(m / 60.0),
                share=words.percent(s),
                have=words.number(h),
                need=words.number(n),
            )
            for m, s, h, n in zip(have.minute, share, have.mean, need.mean, strict=True)
        ]
        _line(figure, have.minute, share, name, i, text)
        last = float(have.minute[-1]) / 60.0
    figure.update_yaxes(range=[0, 1.03], tickformat=".0%")
    return _marked(figure, mark, last, title)


def _axes(words: Words, y_title: str) -> go.Figure:
    return new(
        400,
        xaxis_title_text=words("axis.since"),
        yaxis={"title": {"text": y_title, "font": {"size": 13}}, "rangemode": "tozero", "tickformat": ","},
        margin={"l": 70, "r": 20, "t": 46, "b": 50},
    )


def _line(figure: go.Figure, minute: Floats, values: Floats, name: str, number: int, text: list[str]) -> None:
    figure.add_scatter(
        x=np.round(minute / 60.0, 3).tolist(),
        y=[float(f"{v:.5g}") for v in values],
        mode="lines",
        name=name,
        hoverinfo="text",
        text=text,
        line={"color": colour_of(number), "dash": dash_of(number), "width": 2.4},
    )


def _need(figure: go.Figure, need: Curve, words: Words) -> None:
    figure.add_scatter(
        x=np.round(need.minute / 60.0, 3).tolist(),
        y=[float(f"{v:.5g}") for v in need.mean],
        mode="lines",
        name=words("curve.displaced"),
        hoverinfo="text",
        text=[f"{words('curve.displaced')}: {words.number(v)}" for v in need.mean],
        line={"color": FAINT, "dash": "dash", "width": 2},
    )


def _band(figure: go.Figure, curve: Curve, colour: str) -> None:
    hours = np.round(curve.minute / 60.0, 3).tolist()
    figure.add_scatter(
        x=[*hours, *hours[::-1]],
        y=[float(f"{v:.5g}") for v in [*curve.p90, *curve.p10[::-1]]],
        mode="lines",
        fill="toself",
        fillcolor=faded(colour, 0.12),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _marked(figure: go.Figure, mark: Mark | None, last_h: float, title: Title) -> Figure:
    figure.update_xaxes(range=[0, last_h or 1.0], dtick=12 if last_h > 36 else None)
    if mark is not None and mark.hour <= last_h:
        figure.add_vline(x=mark.hour, line={"color": INK, "width": 1.2, "dash": "dot"})
        figure.add_annotation(
            x=mark.hour,
            y=mark.height,
            yref="paper",
            text=mark.label,
            showarrow=False,
            xanchor="left",
            xshift=4,
            yanchor="bottom",
            font={"size": 12, "color": INK},
            bgcolor="rgba(255,255,255,0.8)",
            bordercolor=FAINT,
            borderpad=2,
        )
    return finished(figure, title)
