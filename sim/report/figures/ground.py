"""The ground of every map: townships, counties, rivers, faults and roads in kilometres, drawn the same way."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np
import plotly.graph_objects as go

from sim.city.model import City
from sim.common.types import Floats
from sim.hazard.geometry import offset_km
from sim.report.figures.style import FAINT, INK, columns_of, new
from sim.report.words import Words

WIDTH_PX = {1: 1180, 2: 590, 3: 390}
"""Width of a map by the number of columns in which it stands."""
MOST_HEIGHT_PX = 640
MARGIN_KM = 6.0
LEADER = "#e8590c"
"""Colour of the line from a name to its township: seen on light ground and on dark."""
Line = tuple[list[float | None], list[float | None]]


class Ground:
    """A city projected flat around its middle; x and y are kilometres east and north."""

    def __init__(self, city: City, words: Words, *, faults: bool = True) -> None:
        self.city, self.words, self.faults = city, words, faults
        zones = city.zones
        self.lon0, self.lat0 = float(zones.lon.mean()), float(zones.lat.mean())
        self.zone_x, self.zone_y = self.flat(zones.lon, zones.lat)
        self.node_x, self.node_y = self.flat(city.roads.node_lon, city.roads.node_lat)
        self.outlines = {outline.code: self._joined(outline.rings) for outline in city.zone_outlines}
        self.x_range, self.y_range = self._frame()

    def framed(self, x_range: Sequence[float], y_range: Sequence[float]) -> Ground:
        """Return the same ground of which maps show only a part."""
        part = copy(self)
        part.x_range, part.y_range = list(x_range), list(y_range)
        return part

    def flat(self, lon: Any, lat: Any) -> tuple[Floats, Floats]:
        """Return the kilometres east and north of the middle."""
        return offset_km(self.lon0, self.lat0, np.asarray(lon, dtype=float), np.asarray(lat, dtype=float))

    def _joined(self, rings: Sequence[Sequence[tuple[float, float]]]) -> Line:
        """Return rings or lines as one list of points with gaps between them."""
        x: list[float | None] = []
        y: list[float | None] = []
        for ring in rings:
            east, north = self.flat([p[0] for p in ring], [p[1] for p in ring])
            x += [*np.round(east, 2).tolist(), None]
            y += [*np.round(north, 2).tolist(), None]
        return x[:-1], y[:-1]

    def _frame(self) -> tuple[list[float], list[float]]:
        x = [*self.zone_x.tolist(), *(p for line, _ in self.outlines.values() for p in line if p is not None)]
        y = [*self.zone_y.tolist(), *(p for _, line in self.outlines.values() for p in line if p is not None)]
        return [min(x) - MARGIN_KM, max(x) + MARGIN_KM], [min(y) - MARGIN_KM, max(y) + MARGIN_KM]

    # ---- drawing ---------------------------------------------------------------------------

    def figure(self, columns: int, *, right_px: int = 10, below_px: int = 46) -> go.Figure:
        """Return an empty map with equal aspect and the word *schematic* on it, for a grid of so many maps (*columns*).

        *right_px* and *below_px* leave room for a colour bar and a legend.
        """
        margin = {"l": 44, "r": right_px, "t": 8, "b": below_px}
        aspect = (self.y_range[1] - self.y_range[0]) / (self.x_range[1] - self.x_range[0])
        height = (WIDTH_PX[columns_of(columns)] - margin["l"] - right_px) * aspect + margin["t"] + below_px
        figure = new(round(min(MOST_HEIGHT_PX, height)), margin=margin, showlegend=False)
        figure.update_xaxes(
            range=self.x_range,
            title={"text": self.words("map.km"), "standoff": 6, "font": {"size": 13}},
            zeroline=False,
            showgrid=False,
            constrain="domain",
            ticks="outside",
            dtick=20,
        )
        figure.update_yaxes(
            range=self.y_range,
            scaleanchor="x",
            scaleratio=1,
            zeroline=False,
            showgrid=False,
            constrain="domain",
            ticks="outside",
            dtick=20,
        )
        figure.add_annotation(
            text=self.words("map.schematic"),
            xref="x domain",
            yref="y domain",
            x=1,
            y=0,
            xanchor="right",
            yanchor="bottom",
            showarrow=False,
            font={"size": 11, "color": INK},
            bgcolor="rgba(255,255,255,0.8)",
        )
        return figure

    def add_zones(self, figure: go.Figure, colours: Sequence[str], texts: Sequence[str]) -> None:
        """Fill each township with its colour; *texts* show on hover. A zone without an outline becomes a disc."""
        zones = self.city.zones
        for code, x, y, colour, text in zip(zones.code, self.zone_x, self.zone_y, colours, texts, strict=True):
            outline = self.outlines.get(code)
            if outline is None:
                figure.add_scatter(
                    x=[round(float(x), 2)],
                    y=[round(float(y), 2)],
                    mode="markers",
                    text=[text],
                    hoverinfo="text",
                    marker={"size": 26, "color": colour, "line": {"color": FAINT, "width": 1}},
                )
                continue
            figure.add_scatter(
                x=outline[0],
                y=outline[1],
                mode="lines",
                fill="toself",
                fillcolor=colour,
                hoveron="fills",
                text=text,
                hoverinfo="text",
                line={"color": "rgba(255,255,255,0.9)", "width": 0.8},
            )

    def add_ground(self, figure: go.Figure) -> None:
        """Draw counties, rivers, roads and, if asked for, faults over the townships; they do not react to the mouse."""
        city = self.city
        roads = self._roads()
        self._add_lines(figure, roads, "rgba(70,70,70,0.45)", 0.8)
        self._add_lines(figure, self._joined([r for o in city.rivers for r in o.rings]), "#3b8fc4", 2.2)
        self._add_lines(figure, self._joined([r for o in city.county_outlines for r in o.rings]), "#4a4a4a", 1.3)
        if self.faults:
            self._add_lines(figure, self._joined([fault.trace for fault in city.faults]), "#7b1e3a", 1.2, "dash")

    def _add_lines(self, figure: go.Figure, line: Line, colour: str, width: float, dash: str = "solid") -> None:
        if line[0]:
            style = {"color": colour, "width": width, "dash": dash}
            figure.add_scatter(x=line[0], y=line[1], mode="lines", hoverinfo="skip", line=style)

    def _roads(self) -> Line:
        x: list[float | None] = []
        y: list[float | None] = []
        for u, v in zip(self.city.roads.u.tolist(), self.city.roads.v.tolist(), strict=True):
            x += [round(float(self.node_x[u]), 2), round(float(self.node_x[v]), 2), None]
            y += [round(float(self.node_y[u]), 2), round(float(self.node_y[v]), 2), None]
        return x, y

    def middle(self, zone: int) -> tuple[float, float]:
        """Return the middle of the largest part of a zone's outline; its node where that lies outside, or none is."""
        here = float(self.zone_x[zone]), float(self.zone_y[zone])
        parts = _rings(self.outlines.get(self.city.zones.code[zone], ([], [])))
        middles = [(abs(area), x, y, ring) for ring in parts for area, x, y in [_centroid(ring)] if area]
        if not middles:
            return here
        _, x, y, ring = max(middles, key=lambda part: part[0])
        return (x, y) if _inside(ring, x, y) else here

    def add_point(self, figure: go.Figure, x: float, y: float, label: str) -> None:
        """Name a point with a line that leads to its name, which stands towards the middle of the map."""
        right = x > sum(self.x_range) / 2.0
        high = y > sum(self.y_range) / 2.0
        figure.add_annotation(
            x=x,
            y=y,
            text=label,
            showarrow=True,
            arrowhead=2,
            arrowsize=0.9,
            arrowwidth=1.5,
            arrowcolor=LEADER,
            ax=-44 if right else 44,
            ay=30 if high else -30,
            xanchor="right" if right else "left",
            font={"size": 12, "color": INK},
            bgcolor="rgba(255,255,255,0.85)",
            borderpad=2,
        )


Ring = tuple[Floats, Floats]


def _rings(line: Line) -> list[Ring]:
    """Return the rings of a line with gaps, x and y apart."""
    rings: list[tuple[list[float], list[float]]] = [([], [])]
    for x, y in zip(*line, strict=True):
        if x is None or y is None:
            rings.append(([], []))
        else:
            rings[-1][0].append(x)
            rings[-1][1].append(y)
    return [(np.array(x), np.array(y)) for x, y in rings if len(x) >= 3]


def _centroid(ring: Ring) -> tuple[float, float, float]:
    """Return (signed area, x, y of the centroid) of a ring (shoelace formula); 0 and nan for one without area."""
    x, y = ring
    x2, y2 = np.roll(x, -1), np.roll(y, -1)
    cross = x * y2 - x2 * y
    area = float(cross.sum()) / 2.0
    if abs(area) < 1e-9:
        return 0.0, np.nan, np.nan
    return area, float(((x + x2) * cross).sum()) / (6.0 * area), float(((y + y2) * cross).sum()) / (6.0 * area)


def _inside(ring: Ring, x: float, y: float) -> bool:
    """Tell whether a point lies inside *ring*: a ray to the east crosses it an odd number of times."""
    xs, ys = ring
    x2, y2 = np.roll(xs, -1), np.roll(ys, -1)
    crosses = (ys > y) != (y2 > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = xs + (y - ys) * (x2 - xs) / (y2 - ys)
    return bool((crosses & (x < at)).sum() % 2)
