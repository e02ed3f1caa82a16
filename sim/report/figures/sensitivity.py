"""Figures of sensitivity studies: tornado, mean against spread of the effects, shares of variance."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from sim.common.texts import text
from sim.report.figures.style import FAINT, INK, LAYOUT_COLOURS, Figure, Title, finished, new
from sim.study.sensitivity.model import Effect, Share

BLUE, ORANGE = LAYOUT_COLOURS[0], LAYOUT_COLOURS[1]
NAMED = 6
"""Points of the scatter that carry their name."""


def tornado(effects: Sequence[Effect], mean: float, title: Title, axis: str, lang: str) -> Figure:
    """Show the output with each parameter low and high, the most important one on top."""
    figure = new(110 + 26 * len(effects), xaxis_title=axis)
    keys = [effect.key for effect in effects]
    for effect in effects:
        figure.add_trace(go.Scatter(
            x=[effect.at_low, effect.at_high], y=[effect.key] * 2, mode="lines", line={"color": FAINT, "width": 6},
            showlegend=False, hoverinfo="skip",
        ))
    for name, colour, values, symbol in (
        ("low", BLUE, [effect.at_low for effect in effects], "circle"),
        ("high", ORANGE, [effect.at_high for effect in effects], "diamond"),
    ):
        figure.add_trace(go.Scatter(
            x=values, y=keys, mode="markers", name=text(f"sensitivity.legend.{name}", lang),
            marker={"color": colour, "size": 10, "symbol": symbol},
        ))
    figure.add_vline(x=mean, line={"color": INK, "width": 1, "dash": "dot"})
    figure.update_yaxes(categoryorder="array", categoryarray=keys[::-1])
    return finished(figure, title)


def scatter(effects: Sequence[Effect], title: Title, lang: str) -> Figure:
    """Show the mean size of the effects against their spread."""
    names = [effect.key if n < NAMED else "" for n, effect in enumerate(effects)]
    figure = new(
        420, xaxis_title=text("sensitivity.axis.mu_star", lang), yaxis_title=text("sensitivity.axis.sigma", lang)
    )
    figure.add_trace(go.Scatter(
        x=[effect.mu_star for effect in effects], y=[effect.sigma for effect in effects], mode="markers+text",
        text=names, textposition="top center", hovertext=[effect.key for effect in effects], showlegend=False,
        cliponaxis=False, marker={"color": BLUE, "size": 9},
    ))
    widest = max(effect.mu_star for effect in effects)
    figure.update_xaxes(range=[-0.05 * widest, 1.25 * widest])
    figure.update_yaxes(rangemode="tozero")
    return finished(figure, title)


def shares(found: Sequence[Share], title: Title, lang: str) -> Figure:
    """Show the first and the total Sobol index of each parameter with their intervals."""
    figure = new(140 + 46 * len(found), xaxis_title=text("sensitivity.axis.share", lang), barmode="group")
    keys = [share.key for share in found][::-1]
    for kind, colour in (("total", ORANGE), ("first", BLUE)):
        values = [getattr(share, kind) for share in found][::-1]
        low = [getattr(share, f"{kind}_low") for share in found][::-1]
        high = [getattr(share, f"{kind}_high") for share in found][::-1]
        figure.add_trace(go.Bar(
            x=values, y=keys, orientation="h", name=text(f"sensitivity.legend.{kind}", lang), marker={"color": colour},
            error_x={
                "type": "data", "symmetric": False, "color": INK, "thickness": 1,
                "array": [max(0.0, end - value) for end, value in zip(high, values, strict=True)],
                "arrayminus": [max(0.0, value - end) for end, value in zip(low, values, strict=True)],
            },
        ))
    figure.update_layout(legend={"traceorder": "reversed"})
    return finished(figure, title)
