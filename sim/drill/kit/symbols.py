"""How the layers of a map look: areas and lines in colours that colour-blind eyes tell apart, symbols also by shape."""

from __future__ import annotations

from sim.drill.model import Place

INK, MARK = "#1f2933", "#b3121d"
LAYERS = (
    "district", "hazard_zone", "cordon", "route", "road_closed", "shelter", "hospital", "team_base", "rally_point",
    "incident",
)
"""From the ground up."""
LINES = {
    "route": 'fill="none" stroke="#0072b2" stroke-width="2" stroke-opacity="0.75"',
    "road_closed": 'fill="none" stroke="#7b1e3a" stroke-width="5" stroke-dasharray="3 3"',
}
AREAS = {
    "district": 'fill="#f7f5ef" stroke="#6b7280" stroke-width="1.4" stroke-linejoin="round"',
    "cordon": 'fill="#b3121d" fill-opacity="0.08" stroke="#b3121d" stroke-width="1.8" stroke-dasharray="6 4"',
}
SYMBOLS = {
    "shelter": '<rect x="-3.5" y="-3.5" width="7" height="7" fill="#009e73" stroke="#fff" stroke-width="0.8"/>',
    "hospital": '<path d="M-2-5.5h4v3.5h3.5v4H2v3.5h-4V2h-3.5v-4H-2z" fill="#0072b2" stroke="#fff"'
                ' stroke-width="0.8"/>',
    "team_base": '<path d="M0-7 6.5 5h-13z" fill="#5e3c99" stroke="#fff" stroke-width="0.8"/>',
    "rally_point": '<path d="M-1-8h2v3h7l-2 2.5 2 2.5h-7v8h-2z" fill="#1b1b1b"/>',
    "incident": '<circle r="6.5" fill="#d55e00" stroke="#fff" stroke-width="1.2"/>'
                '<path d="M0-3.6V.9M0 2.4V3.6" stroke="#fff" stroke-width="1.8"/>',
}
CLOUDS = {"red": "#b3121d", "orange": "#e69f00", "yellow": "#f0e442"}
SHAKEN, WET, OTHER = "#e69f00", "#56b4e9", "#cc79a7"
LEAST_INTENSITY, DEEP_M = 5.0, 2.0


def shape_of(place: Place) -> str:
    """Return the attributes of an area or line; an area of the disaster is the stronger, the worse it is."""
    if place.geometry == "LineString":
        return LINES.get(place.layer, LINES["route"])
    if place.layer != "hazard_zone":
        return AREAS.get(place.layer, AREAS["district"])
    color, strength = _hazard(dict(place.properties))
    return f'fill="{color}" fill-opacity="{strength:.2f}" stroke="{color}" stroke-width="0.8" stroke-linejoin="round"'


def rank_of(place: Place) -> int:
    """Return where an area lies among those of its layer: the worst part of a cloud on top, for it is the smallest."""
    level = dict(place.properties).get("level", "")
    return -list(CLOUDS).index(level) if level in CLOUDS else -len(CLOUDS)


def _hazard(about: dict[str, str]) -> tuple[str, float]:
    if about.get("level") in CLOUDS:
        return CLOUDS[about["level"]], 0.4
    if "intensity" in about:
        return SHAKEN, min(max((float(about["intensity"]) - LEAST_INTENSITY) / 7.0, 0.1), 0.6)
    if "max_depth_m" in about:
        return WET, 0.15 + 0.45 * min(float(about["max_depth_m"]) / DEEP_M, 1.0)
    return OTHER, 0.3
