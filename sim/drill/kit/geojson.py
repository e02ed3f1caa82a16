"""The places of a drill as GeoJSON, for controllers whole, for players without what they must not know before."""

from __future__ import annotations

import json
from typing import Any

from sim.drill.kit.say import both, joined
from sim.drill.model import Drill, Place

STANDING = ("district", "hospital", "shelter", "team_base", "rally_point")
"""Layers of what stands there with or without a disaster; all others are of the simulation."""


def places_for(drill: Drill, audience: str) -> tuple[Place, ...]:
    """Return the places that *audience* may see: players only those marked ``player``, everyone else all."""
    return tuple(place for place in drill.places if audience != "player" or place.audience == "player")


def geojson_text(drill: Drill, audience: str) -> str:
    """Return an RFC 7946 collection, positions lon, lat; rings are written as the record has them, unchecked.

    ``t_from_min`` and ``t_to_min`` are minutes of the exercise after STARTEX; players' places have none,
    for they may not know how long it lasts.
    """
    tree = {
        "type": "FeatureCollection",
        "drill_id": drill.overview.drill_id,
        "status": "exercise",
        "crs_note": joined(both("map.crs")),
        "features": [_feature(place, drill, timed=audience != "player") for place in places_for(drill, audience)],
    }
    return json.dumps(tree, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _feature(place: Place, drill: Drill, *, timed: bool) -> dict[str, Any]:
    line: list[Any] = [list(position) for position in place.coordinates]
    shapes: dict[str, Any] = {"Point": line[0], "LineString": line, "Polygon": [line]}
    own = {
        "layer": place.layer,
        "id": place.place_id,
        "name_zh": place.name.zh,
        "name_en": place.name.en,
        "audience": place.audience,
        "drill_id": drill.overview.drill_id,
        "status": "exercise",
        "source": "city" if place.layer in STANDING else f"simulation {drill.simulation.turnout_version}",
    }
    times = {"t_from_min": place.from_ex_min, "t_to_min": place.to_ex_min} if timed else {}
    return {
        "type": "Feature",
        "id": place.place_id,
        "geometry": {"type": place.geometry, "coordinates": shapes[place.geometry]},
        "properties": dict(place.properties) | own | times,
    }
