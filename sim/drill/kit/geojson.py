"""The places of a drill as GeoJSON, for controllers whole, for players without what they must not know before."""

from __future__ import annotations

import json
from typing import Any

from sim.drill.model import Drill, Place


def places_for(drill: Drill, audience: str) -> tuple[Place, ...]:
    """Return the places that *audience* may see: players only those marked ``player``, everyone else all."""
    return tuple(place for place in drill.places if audience != "player" or place.audience == "player")


def geojson_text(drill: Drill, audience: str) -> str:
    """Return an RFC 7946 collection, positions lon, lat; rings are written as the record has them, unchecked."""
    features = [_feature(place) for place in places_for(drill, audience)]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1) + "\n"


def _feature(place: Place) -> dict[str, Any]:
    line: list[Any] = [list(position) for position in place.coordinates]
    shapes: dict[str, Any] = {"Point": line[0], "LineString": line, "Polygon": [line]}
    own = {
        "layer": place.layer,
        "name_zh": place.name.zh,
        "name_en": place.name.en,
        "from_ex_min": place.from_ex_min,
        "to_ex_min": place.to_ex_min,
    }
    return {
        "type": "Feature",
        "id": place.place_id,
        "geometry": {"type": place.geometry, "coordinates": shapes[place.geometry]},
        "properties": dict(place.properties) | own,
    }
