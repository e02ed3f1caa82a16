"""Maps of a cloud of gas, zoomed to it: cells in the colours of their zone, and what lies in their way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from sim.common.types import Bools, Floats, Ints
from sim.report.figures.ground import Ground
from sim.report.figures.maps import PLAIN
from sim.report.figures.shapes import Shape
from sim.report.figures.style import FAINT, INK, Figure, Title, finished

ZONES = ((1, "#f7d93b"), (2, "#f08a24"), (3, "#b3121d"))
"""Levels and their colours, the worst last: it is drawn on top."""

ASPECTS = (0.6, 1.0)
"""Height of the frame to its width: least and most."""
MARGIN = 0.1
LEAST_KM = 1.6
"""The frame is at least so wide: some ground around a small cloud tells where it is."""
ARROW_SHARE = 0.06
"""Half the length of the wind's arrow, of the shorter side of the frame."""
ROOM = (0.14, 0.05)
"""Of the frame: what one township's name takes."""
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

    shapes: Sequence[Shape]
    """Outlines of the cells."""
    level: Ints
    """Of each cell: 0, or 1 to 3 for yellow, orange and red."""
    source: tuple[float, float]
    """Where the vessel stands, kilometres."""
    name: str
    """Of the vessel."""
    wind_from_deg: float
    wind: str
    """In words."""


def frame_of(shapes: Sequence[Shape], source: tuple[float, float]) -> Frame:
    """Return the frame that holds *shapes* around *source*, in a shape that a map of a cloud can have."""
    x = np.concatenate([[0.0], *(shape.east for shape in shapes)]) + source[0]
    y = np.concatenate([[0.0], *(shape.north for shape in shapes)]) + source[1]
    wide, high = (float(values.max() - values.min()) * (1.0 + 2.0 * MARGIN) for values in (x, y))
    wide, high = max(LEAST_KM, wide), max(ASPECTS[0] * LEAST_KM, high)
    wide, high = max(wide, high / ASPECTS[1]), max(high, wide * ASPECTS[0])
    mid_x, mid_y = float(x.min() + x.max()) / 2.0, float(y.min() + y.max()) / 2.0
    return Frame(x=(mid_x - wide / 2.0, mid_x + wide / 2.0), y=(mid_y - high / 2.0, mid_y + high / 2.0))


def cloud_map(ground: Ground, frame: Frame, scene: Scene, title: Title, columns: int, *, detail: bool) -> Figure:
    """Return the map of *scene*; with *detail* it has a legend and the names of the townships."""
    figure = ground.framed(frame.x, frame.y).figure(columns, below_px=104 if detail else 46)
    step = nice(frame.x[1] - frame.x[0], 8.0 if detail else 4.0)
    figure.update_xaxes(dtick=step)
    figure.update_yaxes(dtick=step)
    _townships(figure, ground, frame)
    _cells(figure, ground, scene)
    _lines(figure, ground, frame)
    _points(figure, ground, frame, scene, 1.0 if detail else 0.7)
    if detail:
        _names(figure, ground, frame)
    _wind(figure, scene, frame)
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
    """Fill the cells of each level as one shape, so that no edges show between them."""
    for level, colour in ZONES:
        xs: list[float | None] = []
        ys: list[float | None] = []
        for i in np.flatnonzero(scene.level == level).tolist():
            xs += [*np.round(scene.source[0] + scene.shapes[i].east, 3).tolist(), None]
            ys += [*np.round(scene.source[1] + scene.shapes[i].north, 3).tolist(), None]
        figure.add_scatter(
            x=xs[:-1] or [None], y=ys[:-1] or [None], mode="lines", fill="toself", fillcolor=colour, opacity=0.85,
            line={"width": 0.8, "color": colour}, hoverinfo="skip", name=ground.words(f"gas.zone.{level}"),
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


def _points(figure: go.Figure, ground: Ground, frame: Frame, scene: Scene, scale: float) -> None:
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
                marker={"symbol": symbol, "size": 9 * scale, "color": colour, "line": {"color": "white", "width": 1}},
            )
    figure.add_scatter(
        x=[round(scene.source[0], 3)], y=[round(scene.source[1], 3)], mode="markers", text=[scene.name],
        hoverinfo="text", name=words("gas.map.source"),
        marker={"symbol": "star", "size": 15 * scale, "color": INK, "line": {"color": "white", "width": 1.2}},
    )


def _names(figure: go.Figure, ground: Ground, frame: Frame) -> None:
    """Name the townships whose middle lies in the frame, those with most people first, as far as there is room."""
    wide, high = frame.x[1] - frame.x[0], frame.y[1] - frame.y[0]
    inside = np.flatnonzero(frame.holds(ground.zone_x, ground.zone_y)).tolist()
    told: list[tuple[float, float]] = []
    for i in sorted(inside, key=lambda i: (-int(ground.city.zones.people[i]), i)):
        x, y = float(ground.zone_x[i]), float(ground.zone_y[i])
        if any(abs(x - a) < ROOM[0] * wide and abs(y - b) < ROOM[1] * high for a, b in told):
            continue
        told.append((x, y))
        figure.add_annotation(
            x=x, y=y, text=ground.words.of(ground.city.zones.name[i]), showarrow=False, yshift=13,
            font={"size": 12, "color": INK}, bgcolor="rgba(255,255,255,0.72)", borderpad=1,
        )


def _wind(figure: go.Figure, scene: Scene, frame: Frame) -> None:
    """Draw an arrow that flies with the wind in the upper corner away from the vessel; its words stand below it."""
    towards = math.radians((scene.wind_from_deg + 180.0) % 360.0)
    wide, high = frame.x[1] - frame.x[0], frame.y[1] - frame.y[0]
    long = ARROW_SHARE * min(wide, high)
    right = scene.source[0] < 0.5 * (frame.x[0] + frame.x[1])
    x = frame.x[1] - 0.03 * wide - long if right else frame.x[0] + 0.03 * wide + long
    y = frame.y[1] - 0.03 * high - long
    east, north = long * math.sin(towards), long * math.cos(towards)
    figure.add_annotation(
        x=x + east, y=y + north, ax=x - east, ay=y - north, axref="x", ayref="y", text="", showarrow=True,
        arrowhead=2, arrowsize=1.0, arrowwidth=3, arrowcolor=INK,
    )
    figure.add_annotation(
        x=frame.x[1 if right else 0], y=y - long, xshift=-6 if right else 6, yshift=-2, text=scene.wind,
        xanchor="right" if right else "left", yanchor="top", showarrow=False,
        font={"size": 11, "color": INK}, bgcolor="rgba(255,255,255,0.8)", borderpad=2,
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
