"""Maps: where teams and stores stand, and any measure of the townships as colours."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from sim.plan.model import Depot, Layout, Team
from sim.report.figures.ground import Ground
from sim.report.figures.style import INK, TIER_COLOURS, Figure, Title, finished

Overlay = Callable[[go.Figure, Ground], None]

NO_DATA = "#e9ebee"
NEVER_COLOUR = "#1b1b1b"
PLAIN = "#f1efe8"
DEPOT_SYMBOLS = {
    "city": "square",
    "county": "square",
    "village": "square",
    "supplier": "diamond",
    "producer": "diamond",
    "aid": "triangle-up",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """How a measure of the townships becomes colours."""

    scale: str | tuple[str, ...]
    """Name of a scale of Plotly's, or colours from low to high."""
    low: float
    high: float
    show: Callable[[float], str]
    """A value as the reader sees it."""
    title: str
    """Of the colour bar."""
    factor: float = 1.0
    """From the measure to the unit of the colour bar."""
    worst_is_high: bool = True
    least: float = -math.inf
    """Townships below this look as if nothing had happened there: dry, nobody."""


def themed(
    ground: Ground,
    values: Mapping[str, float],
    theme: Theme,
    title: Title,
    columns: int,
    overlay: Overlay | None = None,
    notes: Mapping[str, str] | None = None,
) -> Figure:
    """Return a map of *values* by zone code, the worst zone named; *overlay* draws on it.

    *notes* are more words for those who point at a zone.
    """
    zones = ground.city.zones
    figure = ground.figure(columns, right_px=66)
    texts = [
        f"<b>{ground.words.of(name)}</b><br>{theme.show(values.get(code, math.nan))}<br>"
        f"{ground.words('map.people', people=f'{people:,}')}"
        + (f"<br>{notes[code]}" if notes and code in notes else "")
        for code, name, people in zip(zones.code, zones.name, zones.people.tolist(), strict=True)
    ]
    ground.add_zones(figure, [_colour(values.get(code, math.nan), theme) for code in zones.code], texts)
    ground.add_ground(figure)
    _add_colour_bar(figure, theme)
    if overlay is not None:
        overlay(figure, ground)
    _name_worst(figure, ground, values, theme)
    return finished(figure, title)


def extreme(ground: Ground, values: Mapping[str, float], theme: Theme) -> str:
    """Return the township at the bad end, with its value, in words."""
    zones = ground.city.zones
    known = {zone: v for zone, v in values.items() if not math.isnan(v) and zone in zones.code}
    if not known:
        return ground.words("nothing")
    zone = (max if theme.worst_is_high else min)(known, key=lambda code: known[code])
    return ground.words.listed([ground.words.of(zones.name[zones.code.index(zone)]), theme.show(known[zone])])


def _colour(value: float, theme: Theme) -> str:
    if math.isnan(value):
        return NO_DATA
    if value < theme.least:
        return PLAIN
    if math.isinf(value):
        return NEVER_COLOUR
    share = (value * theme.factor - theme.low) / (theme.high - theme.low) if theme.high > theme.low else 0.0
    return str(sample_colorscale(_scale(theme), min(1.0, max(0.0, share)))[0])


def _scale(theme: Theme) -> str | list[str]:
    return theme.scale if isinstance(theme.scale, str) else list(theme.scale)


def _add_colour_bar(figure: go.Figure, theme: Theme) -> None:
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        hoverinfo="skip",
        marker={
            "color": [theme.low],
            "cmin": theme.low,
            "cmax": max(theme.high, theme.low + 1e-9),
            "colorscale": _scale(theme),
            "showscale": True,
            "size": 0.1,
            "colorbar": {
                "thickness": 12,
                "len": 0.75,
                "title": {"text": theme.title, "side": "right", "font": {"size": 12}},
                "tickfont": {"size": 11},
                "outlinewidth": 0,
                "x": 1.0,
                "xpad": 4,
            },
        },
    )


def _name_worst(figure: go.Figure, ground: Ground, values: Mapping[str, float], theme: Theme) -> None:
    known = [
        (code, value) for code, value in values.items() if not math.isnan(value) and code in ground.city.zones.code
    ]
    if not known or len({value for _, value in known}) < 2:
        return
    code, _ = (max if theme.worst_is_high else min)(known, key=lambda pair: pair[1])
    zone = ground.city.zones.code.index(code)
    name = ground.words.of(ground.city.zones.name[zone])
    ground.add_point(figure, *ground.middle(zone), name)


# ---- where teams and stores stand -------------------------------------------------------------


def positions(ground: Ground, layout: Layout, title: Title, columns: int) -> Figure:
    """Return a map of the bases of *layout*, sized by people and coloured by tier, and of its stores."""
    zones, words = ground.city.zones, ground.words
    figure = ground.figure(columns, below_px=140)
    texts = [
        f"<b>{words.of(name)}</b><br>{words('map.people', people=f'{people:,}')}"
        for name, people in zip(zones.name, zones.people.tolist(), strict=True)
    ]
    ground.add_zones(figure, [PLAIN] * len(zones), texts)
    ground.add_ground(figure)
    _add_teams(figure, ground, layout.teams, plain=False)
    stores_of(layout)(figure, ground)
    legend = {
        "orientation": "h",
        "yref": "container",
        "y": 0.0,
        "yanchor": "bottom",
        "x": 0.0,
        "itemsizing": "constant",
    }
    figure.update_layout(showlegend=True, legend=legend | {"font": {"size": 11}})
    for trace in figure.data:
        if not trace.name:
            trace.showlegend = False
    return finished(figure, title)


def teams_of(layout: Layout) -> Overlay:
    """Return what draws the bases of *layout* as plain circles."""
    return lambda figure, ground: _add_teams(figure, ground, layout.teams, plain=True)


def stores_of(layout: Layout) -> Overlay:
    """Return what draws the stores and suppliers of *layout*."""
    return lambda figure, ground: _add_stores(figure, ground, layout.depots)


def _spread(ground: Ground, nodes: Sequence[int], start: float) -> tuple[list[float], list[float]]:
    """Return a point for each of *nodes*; those that share a node stand in a small spiral around it."""
    seen: dict[int, int] = {}
    x, y = [], []
    for node in nodes:
        k = seen[node] = seen.get(node, -1) + 1
        radius = 0.9 * math.sqrt(k)
        x.append(round(float(ground.node_x[node]) + radius * math.cos(start + 2.4 * k), 2))
        y.append(round(float(ground.node_y[node]) + radius * math.sin(start + 2.4 * k), 2))
    return x, y


def _add_teams(figure: go.Figure, ground: Ground, teams: Sequence[Team], *, plain: bool) -> None:
    words = ground.words
    ordered = sorted(teams, key=lambda team: -team.people)
    xs, ys = _spread(ground, [team.node for team in ordered], 0.0)
    for tier in sorted({team.tier for team in teams}):
        rows = [i for i, team in enumerate(ordered) if team.tier == tier]
        figure.add_scatter(
            x=[xs[i] for i in rows],
            y=[ys[i] for i in rows],
            mode="markers",
            hoverinfo="text",
            name=words(f"tier.{tier}"),
            text=[
                words(
                    "map.team",
                    team=words.of(ordered[i].name),
                    people=f"{ordered[i].people:,}",
                    ready=f"{ordered[i].ready_people:,}",
                    tier=words(f"tier.{tier}"),
                )
                for i in rows
            ],
            marker={
                "size": [
                    (3.5 if plain else 5) + 0.7 * math.sqrt(ordered[i].people) * (0.45 if plain else 1) for i in rows
                ],
                "color": "rgba(255,255,255,0.75)" if plain else TIER_COLOURS.get(tier, INK),
                "opacity": 0.85,
                "line": {"color": INK if plain else "white", "width": 1},
            },
        )


def _add_stores(figure: go.Figure, ground: Ground, depots: Sequence[Depot]) -> None:
    words = ground.words
    xs, ys = _spread(ground, [depot.node for depot in depots], 1.2)
    groups = (("stores", ("city", "county", "village")), ("suppliers", ("supplier", "producer", "aid")))
    for group, levels in groups:
        rows = [i for i, depot in enumerate(depots) if depot.level in levels]
        if not rows:
            continue
        figure.add_scatter(
            x=[xs[i] for i in rows],
            y=[ys[i] for i in rows],
            mode="markers",
            hoverinfo="text",
            name=words(f"map.{group}"),
            text=[
                words(
                    "map.depot",
                    depot=words.of(depots[i].name),
                    level=words(f"level.{depots[i].level}"),
                    pieces=f"{sum(depots[i].stock.values()):,}",
                    trucks=depots[i].trucks,
                )
                for i in rows
            ],
            marker={
                "size": 10,
                "symbol": [DEPOT_SYMBOLS.get(depots[i].level, "square") for i in rows],
                "color": "#ffd700" if group == "stores" else "#fff3b0",
                "line": {"color": INK, "width": 1.3},
            },
        )
