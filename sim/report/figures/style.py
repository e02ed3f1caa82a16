"""What all figures share: colours, fonts, the mode bar, and the way into the page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import plotly.graph_objects as go

INK = "#1f2933"
FAINT = "#8a94a0"
GRID = "#e3e7ec"
LAYOUT_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8C6BB1", "#E69F00", "#56B4E9", "#333333")
LAYOUT_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid", "dash")
TIER_COLOURS = {0: "#7f7f7f", 1: "#D55E00", 2: "#0072B2", 3: "#009E73", 4: "#CC79A7", 5: "#E69F00"}
TRAVEL, WORK, REST, WAIT, REPORT = "#56B4E9", "#0072B2", "#c9cfd6", "#E69F00", "#8C6BB1"
FONT = '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", sans-serif'

BUTTONS_OFF = [
    "select2d",
    "lasso2d",
    "autoScale2d",
    "toggleSpikelines",
    "hoverClosestCartesian",
    "hoverCompareCartesian",
]


@dataclass(frozen=True, slots=True)
class Title:
    """How a figure is called."""

    figure_id: str
    caption: str
    alt: str
    """What the figure shows, for those who cannot see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure ready for the page."""

    title: Title
    json: str
    height_px: int


def new(height_px: int, **layout: Any) -> go.Figure:
    """Return an empty figure in the style of the report."""
    figure = go.Figure()
    figure.update_layout(
        template="none",
        height=height_px,
        paper_bgcolor="white",
        plot_bgcolor="white",
        hovermode="closest",
        font={"family": FONT, "size": 13, "color": INK},
        margin={"l": 60, "r": 16, "t": 16, "b": 48, "pad": 2},
        legend={
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.02,
            "xanchor": "left",
            "x": 0.0,
            "font": {"size": 12},
            "traceorder": "normal",
        },
        hoverlabel={"bgcolor": "white", "bordercolor": FAINT, "font": {"family": FONT, "size": 13, "color": INK}},
        separators=".,",
    )
    axis = {
        "gridcolor": GRID,
        "zeroline": False,
        "linecolor": FAINT,
        "automargin": True,
        "title": {"font": {"size": 13}},
    }
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    figure.update_layout(**layout)
    return figure


def finished(figure: go.Figure, title: Title) -> Figure:
    """Return *figure* with its words, as JSON that is safe inside a page."""
    content = figure.to_json(validate=False).replace("<", "\\u003c")
    return Figure(title=title, json=content, height_px=int(figure.layout.height))


def config(lang: str) -> str:
    """Return the settings of every figure as JSON: no button that calls out, the mode bar in *lang*."""
    settings: dict[str, Any] = {
        "displaylogo": False,
        "showSendToCloud": False,
        "plotlyServerURL": "",
        "responsive": True,
        "modeBarButtonsToRemove": BUTTONS_OFF,
        "scrollZoom": False,
    }
    if lang == "zh":
        words = json.loads(files("sim.report").joinpath("templates", "plotly-zh-CN.json").read_text(encoding="utf-8"))
        settings |= {"locale": "zh-CN", "locales": {"zh-CN": words}}
    return json.dumps(settings, ensure_ascii=False)


def columns_of(figures: int) -> int:
    """Return how many columns a grid of so many figures has: three at most, two where three leave a hole in four."""
    return 2 if figures == 4 else min(3, max(1, figures))


def colour_of(number: int) -> str:
    """Return the colour of layout *number*."""
    return LAYOUT_COLOURS[number % len(LAYOUT_COLOURS)]


def dash_of(number: int) -> str:
    """Return the dash pattern of layout *number*, so that lines differ without colour too."""
    return LAYOUT_DASHES[number % len(LAYOUT_DASHES)]


def faded(colour: str, alpha: float) -> str:
    """Return *colour* (``#rrggbb``) with transparency."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"
