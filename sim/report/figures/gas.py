"""Maps of a cloud of gas, zoomed to it: cells as discs in the colours of their zone, and what lies in their way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from sim.common.types import Bools, Floats, Ints
from sim.report.figures.ground import Ground
from sim.report.figures.maps import PLAIN
from sim.report.figures.style import FAINT, INK, Figure, Title, finished

ZONES = ((1, "#f7d93b"), (2, "#f08a24"), (3, "#b3121d"))
"""Levels and their colours, the worst last: it is drawn on top."""

ASPECT = 0.62
"""Height of the frame to its width."""
MARGIN = 0.12
LEAST_KM = 1.6
"""The frame is at least so wide: some ground around a small cloud tells where it is."""
CORNERS = 14
ARROW_PX = 38.0
HOSPITAL, PLANT = "#0072B2", "#5e3c99"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a map of a cloud shows, kilometres east and north of the middle of the city."""

    x: tuple[float, float]
    y: tuple[float, float]

    def holds(self, x: Floats, y: Floats) -> Bools:
        """Tell which points lie in the frame."""
        return np.asarray((x >= self.x[0]) & (x <= self.x[1]) & (y >= self.y[0]) & (y <= self.y[1]))

    def meets(self, x: Sequence[float], y: Sequence[float]) -> bool:
        """Tell whether the box around some points meets the frame."""
        return min(x) <= self.x[1] and max(x) >= self.x[0] and min(y) <= self.y[1] and max(y) >= self.y[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A cloud at one moment, or over its whole course."""

    x: Floats
    """Of each cell, kilometres."""
    y: Floats
    radius_km: Floats
    level: Ints
    """Of each cell: 0, or 1 to 3 for yellow, orange and red."""
    source: tuple[float, float]
    name: str
    """Of the vessel."""
    wind_from_deg: float
    wind: str
    """In words."""


def frame_of(x: Floats, y: Floats, radius_km: Floats) -> Frame:
    """Return the frame that holds discs, in the shape of all maps of clouds."""
    low_x, high_x = float((x - radius_km).min()), float((x + radius_km).max())
    low_y, high_y = float((y - radius_km).min()), float((y + radius_km).max())
    wide = max(LEAST_KM, (high_x - low_x) * (1.0 + 2.0 * MARGIN), (high_y - low_y) * (1.0 + 2.0 * MARGIN) / ASPECT)
    mid_x, mid_y, high = 0.5 * (low_x + high_x), 0.5 * (low_y + high_y), wide * ASPECT
    return Frame(x=(mid_x - wide / 2.0, mid_x + wide / 2.0), y=(mid_y - high / 2.0, mid_y + high / 2.0))


def cloud_map(ground: Ground, frame: Frame, scene: Scene, title: Title, columns: int, *, detail: bool) -> Figure:
    """Return the map of *scene*; with *detail* it has a legend and the names of the townships."""
    figure = ground.framed(frame.x, frame.y).figure(columns, below_px=104 if detail else 46)
    step = nice(frame.x[1] - frame.x[0], 8.0)
    figure.update_xaxes(dtick=step)
    figure.update_yaxes(dtick=step)
    _townships(figure, ground, frame)
    _cells(figure, ground, scene)
    _lines(figure, ground, frame)
    _points(figure, ground, frame, scene)
    if detail:
        _names(figure, ground, frame)
    _wind(figure, scene, ARROW_PX if detail else 0.7 * ARROW_PX)
    _scale(figure, ground, frame)
    _legend(figure, shown=detail)
    return finished(figure, title)


def nice(length: float, parts: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten of which *length* holds at least *parts*."""
    most = length / parts
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most * (1.0 + 1e-9))


def _legend(figure: go.Figure, *, shown: bool) -> None:
    for trace in figure.data:
        trace.showlegend = bool(trace.name) and shown
    style = {
        "orientation": "h", "yref": "container", "y": 0.0, "yanchor": "bottom", "x": 0.0, "font": {"size": 12},
        "itemsizing": "constant",
    }
    figure.update_layout(showlegend=shown, legend=style)


def _townships(figure: go.Figure, ground: Ground, frame: Frame) -> None:
    zones, words = ground.city.zones, ground.words
    for code, name, people in zip(zones.code, zones.name, zones.people.tolist(), strict=True):
        line = ground.outlines.get(code)
        if line is None:
            continue
        known = [(x, y) for x, y in zip(*line, strict=True) if x is not None and y is not None]
        if not known or not frame.meets([x for x, _ in known], [y for _, y in known]):
            continue
        figure.add_scatter(
            x=line[0], y=line[1], mode="lines", fill="toself", fillcolor=PLAIN, hoveron="fills", hoverinfo="text",
            text=f"<b>{words.of(name)}</b><br>{words('map.people', people=f'{people:,}')}",
            line={"color": "rgba(110,110,110,0.7)", "width": 1, "dash": "dot"},
        )


def _cells(figure: go.Figure, ground: Ground, scene: Scene) -> None:
    """Fill the discs of each level as one shape: where they overlap the colour stays the same."""
    turn = np.linspace(0.0, 2.0 * np.pi, CORNERS + 1)
    for level, colour in ZONES:
        here = np.flatnonzero(scene.level == level)
        xs: list[float | None] = []
        ys: list[float | None] = []
        for i in here.tolist():
            xs += [*np.round(scene.x[i] + scene.radius_km[i] * np.cos(turn), 3).tolist(), None]
            ys += [*np.round(scene.y[i] + scene.radius_km[i] * np.sin(turn), 3).tolist(), None]
        figure.add_scatter(
            x=xs[:-1] or [None], y=ys[:-1] or [None], mode="lines", fill="toself", fillcolor=colour, opacity=0.8,
            line={"width": 0, "color": colour}, hoverinfo="skip", name=ground.words(f"gas.zone.{level}"),
        )


def _lines(figure: go.Figure, ground: Ground, frame: Frame) -> None:
    roads = ground.city.roads
    xs: list[float | None] = []
    ys: list[float | None] = []
    for u, v in zip(roads.u.tolist(), roads.v.tolist(), strict=True):
        ends = ([float(ground.node_x[u]), float(ground.node_x[v])], [float(ground.node_y[u]), float(ground.node_y[v])])
        if frame.meets(*ends):
            xs += [*np.round(ends[0], 2).tolist(), None]
            ys += [*np.round(ends[1], 2).tolist(), None]
    _line(figure, xs, ys, "rgba(60,60,60,0.75)", 1.4, ground.words("gas.map.roads"))
    xs, ys = [], []
    for outline in ground.city.rivers:
        for ring in outline.rings:
            east, north = ground.flat([p[0] for p in ring], [p[1] for p in ring])
            if frame.meets(east.tolist(), north.tolist()):
                xs += [*np.round(east, 2).tolist(), None]
                ys += [*np.round(north, 2).tolist(), None]
    _line(figure, xs, ys, "#3b8fc4", 2.2, ground.words("gas.map.rivers"))


def _line(
    figure: go.Figure, xs: list[float | None], ys: list[float | None], colour: str, width: float, name: str
) -> None:
    if xs:
        style = {"color": colour, "width": width}
        figure.add_scatter(x=xs[:-1], y=ys[:-1], mode="lines", hoverinfo="skip", name=name, line=style)


def _points(figure: go.Figure, ground: Ground, frame: Frame, scene: Scene) -> None:
    city, words = ground.city, ground.words
    houses, sites = city.hospitals, city.chemical_sites
    plant_x, plant_y = ground.flat(sites.lon, sites.lat)
    for xs, ys, names, symbol, colour, key in (
        (plant_x, plant_y, sites.name, "square", PLANT, "plants"),
        (ground.node_x[houses.node], ground.node_y[houses.node], houses.name, "cross", HOSPITAL, "hospitals"),
    ):
        inside = np.flatnonzero(frame.holds(np.asarray(xs), np.asarray(ys))).tolist()
        if inside:
            figure.add_scatter(
                x=[round(float(xs[i]), 3) for i in inside], y=[round(float(ys[i]), 3) for i in inside],
                mode="markers", text=[words.of(names[i]) for i in inside], hoverinfo="text",
                name=words(f"gas.map.{key}"),
                marker={"symbol": symbol, "size": 10, "color": colour, "line": {"color": "white", "width": 1.2}},
            )
    figure.add_scatter(
        x=[round(scene.source[0], 3)], y=[round(scene.source[1], 3)], mode="markers", text=[scene.name],
        hoverinfo="text", name=words("gas.map.source"),
        marker={"symbol": "star", "size": 15, "color": INK, "line": {"color": "white", "width": 1.2}},
    )


def _names(figure: go.Figure, ground: Ground, frame: Frame) -> None:
    """Name the townships whose middle lies in the frame."""
    inside = np.flatnonzero(frame.holds(ground.zone_x, ground.zone_y)).tolist()
    for i in inside:
        figure.add_annotation(
            x=float(ground.zone_x[i]), y=float(ground.zone_y[i]), text=ground.words.of(ground.city.zones.name[i]),
            showarrow=False, yshift=13, font={"size": 12, "color": INK}, bgcolor="rgba(255,255,255,0.72)", borderpad=1,
        )


def _wind(figure: go.Figure, scene: Scene, long_px: float) -> None:
    """Draw an arrow that flies with the wind; its words stand beside it."""
    towards = math.radians((scene.wind_from_deg + 180.0) % 360.0)
    east, north = math.sin(towards), math.cos(towards)
    figure.add_annotation(
        xref="x domain", yref="y domain", x=0.0, y=1.0, xshift=10.0 + 0.5 * long_px * (1.0 + east),
        yshift=-10.0 - 0.5 * long_px * (1.0 - north), ax=-long_px * east, ay=long_px * north, text="",
        showarrow=True, arrowhead=2, arrowwidth=3, arrowcolor=INK,
    )
    figure.add_annotation(
        xref="x domain", yref="y domain", x=0.0, y=1.0, xshift=16.0 + long_px, yshift=-8, xanchor="left",
        yanchor="top", text=scene.wind, showarrow=False, font={"size": 11, "color": INK},
        bgcolor="rgba(255,255,255,0.8)", borderpad=2,
    )


def _scale(figure: go.Figure, ground: Ground, frame: Frame) -> None:
    wide, high = frame.x[1] - frame.x[0], frame.y[1] - frame.y[0]
    length = nice(wide, 4.0)
    x, y = frame.x[0] + 0.04 * wide, frame.y[0] + 0.06 * high
    shown = ground.words.trimmed(length) if length >= 1.0 else ground.words.trimmed(1e3 * length)
    unit = ground.words("map.km" if length >= 1.0 else "unit.m")
    figure.add_scatter(
        x=[x, x + length], y=[y, y], mode="lines+text", text=["", ""], hoverinfo="skip",
        line={"color": INK, "width": 4},
    )
    figure.add_annotation(
        x=x + length / 2.0, y=y, yshift=10, text=ground.words("unit.value", value=shown, unit=unit), showarrow=False,
        font={"size": 11, "color": INK}, bgcolor="rgba(255,255,255,0.8)", borderpad=1,
    )
    figure.add_scatter(
        x=[x, x + length], y=[y, y], mode="markers", hoverinfo="skip",
        marker={"symbol": "line-ns-open", "size": 9, "color": INK, "line": {"color": FAINT, "width": 2}},
    )
