"""GeoJSON of the places: rings closed, and players get nothing that is the controllers'."""

from __future__ import annotations

import json

from drill.sample import sample

from sim.drill.kit.geojson import geojson_text


def test_rings_are_closed() -> None:
    for feature in json.loads(geojson_text(sample(), "controller"))["features"]:
        if feature["geometry"]["type"] == "Polygon":
            ring = feature["geometry"]["coordinates"][0]
            assert ring[0] == ring[-1]


def test_players_get_their_places_only() -> None:
    drill = sample()
    ids = {feature["id"] for feature in json.loads(geojson_text(drill, "player"))["features"]}
    assert ids == {place.place_id for place in drill.places if place.audience == "player"}
    assert ids < {place.place_id for place in drill.places}
