"""What a city folder holds, and every doubt about it, as lines ready to print."""

from __future__ import annotations

from sim.city.model import City
from sim.common.texts import text


def inventory_lines(city: City, lang: str) -> list[tuple[str, str]]:
    """Return (what, how much) for the whole city in *lang*."""
    z, r = city.zones, city.roads
    facts: dict[str, dict[str, object]] = {
        "people": {
            "people": int(z.people.sum()), "urban": int(z.people_urban.sum()), "rural": int(z.people_rural.sum()),
            "households": int(z.households.sum()),
        },
        "zones": {
            "zones": len(z), "counties": len(set(z.county)), "communities": int(z.communities.sum()),
            "villages": int(z.villages.sum()),
        },
        "roads": {
            "km": float(r.length_km.sum()), "nodes": len(r.node_id), "edges": len(r.edge_id),
            "bridges": int(r.is_bridge.sum()),
        },
        "hospitals": {"count": len(city.hospitals.hospital_id), "beds": int(city.hospitals.beds.sum())},
        "shelters": {
            "count": len(city.shelters.shelter_id), "places": int(city.shelters.capacity.sum()),
            "indoor": int(city.shelters.capacity[city.shelters.indoor].sum()),
        },
        "chemical": {
            "count": len(city.chemical_sites.site_id), "major": int(city.chemical_sites.major_hazard.sum()),
        },
        **_vessels(city),
        "devices": {
            "loudspeakers": int(city.devices.loudspeakers.sum()), "screens": int(city.devices.screens.sum()),
            "stations": int(city.devices.weather_stations.sum()),
        },
        "faults": {"count": len(city.faults)},
    }
    return [
        (text(f"inventory.{what}", lang, year=city.population_year), text(f"inventory.{what}.value", lang, **values))
        for what, values in facts.items()
    ]


def _vessels(city: City) -> dict[str, dict[str, object]]:
    if city.vessels is None:
        return {}
    kinds = len(set(city.vessels.substance))
    tonnes = float(city.vessels.mass_kg.sum()) / 1000.0
    return {"vessels": {"count": len(city.vessels), "tonnes": tonnes, "substances": kinds}}


def doubt_lines(city: City, lang: str) -> list[str]:
    """Return one line per file that is not wholly measured or published: how many rows are of which confidence."""
    lines = []
    for p in city.provenance:
        if set(p.confidence) <= {"measured", "published"}:
            continue
        counts = sorted(p.confidence.items(), key=lambda entry: -entry[1])
        parts = ", ".join(f"{text(f'confidence.{word}', lang)} {count}" for word, count in counts)
        lines.append(text("doubt.file", lang, file=p.file, rows=p.rows, parts=parts))
    return lines
