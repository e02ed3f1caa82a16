"""What a map says about a place: its hours on the wall and its figures, named in both languages."""

from __future__ import annotations

from sim.common.types import Text
from sim.drill.kit.say import both
from sim.drill.model import Drill, Place
from sim.drill.papers.words import Words

PROPERTIES = (
    "beds", "places", "people", "teams", "inject_id", "sim_event", "zone", "intensity", "max_depth_m", "vessel",
    "level", "radius_m", "reason", "edge", "unit_id", "drive_min", "p50_min", "p90_min",
)
"""Figures of places that have a name; any other is shown by its key."""


def properties_of(place: Place) -> list[tuple[Text, str]]:
    """Return the figures of *place*, each with its name."""
    return [
        (both(f"map.figure.{key}") if key in PROPERTIES else Text(key, key), value) for key, value in place.properties
    ]


def clock_span(drill: Drill, place: Place) -> str:
    """Return the hours of the wall at which *place* is there."""
    said = Words(drill=drill, lang="zh")
    return f"{said.clock(place.from_ex_min)}–{said.clock(place.to_ex_min)}"
