"""What of a city an earthquake needs, worked out once: buildings, ground, distances between townships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.city.facilities import nearest_zones
from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.identity import ById
from sim.common.types import Bools, Floats, Ints
from sim.hazard.buildings import Stock, building_stock
from sim.hazard.geometry import apart_km, offset_km
from sim.hazard.intensity import Attenuation, intensity_at, strike_axes
from sim.hazard.source import Shock

SOFT, ROCK = ("plain", "river terrace"), "mountain"
"""Words of the column terrain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Zones first, then roads (by the middle of each), wherever a table covers both."""

    stock: Stock
    lon: Floats
    lat: Floats
    edge_zone: Ints
    edge_soft: Bools
    """Roads on soft ground of the plain."""
    edge_rock: Bools
    edge_street: Bools
    edge_mountain: Bools
    """Mountain roads, which rock can fall on."""
    site: Floats
    """Intensity that the ground of each zone adds."""
    root: Floats
    """Cholesky factor of the zones' correlation."""


def ground_of(city: City, c: Coefficients) -> Ground:
    """Return the ground of *city*, from memory if it has been asked for before."""
    return _ground(ById(city), ById(c))


@lru_cache(maxsize=8)
def _ground(of: ById[City], by: ById[Coefficients]) -> Ground:
    city, c = of.it, by.it
    r, z = city.roads, city.zones
    lon = 0.5 * (r.node_lon[r.u] + r.node_lon[r.v])
    lat = 0.5 * (r.node_lat[r.u] + r.node_lat[r.v])
    apart = np.array([apart_km(x, y, z.lon, z.lat) for x, y in zip(z.lon.tolist(), z.lat.tolist(), strict=True)])
    root = np.linalg.cholesky(np.exp(-apart / c["correlation_km"]) + 1e-9 * np.eye(len(z)))
    site = [c.get(f"site_{word.replace(' ', '_')}", c["site_other"]) for word in z.terrain]
    edge_zone = nearest_zones(lon, lat, z)
    below = [z.terrain[i] for i in edge_zone]
    return Ground(
        stock=building_stock(city, c), lon=np.concatenate([z.lon, lon]), lat=np.concatenate([z.lat, lat]),
        edge_zone=edge_zone, edge_soft=np.array([word in SOFT for word in below], dtype=bool),
        edge_rock=np.array([word == ROCK for word in below], dtype=bool),
        edge_street=np.array([word == "urban" for word in r.road_class], dtype=bool),
        edge_mountain=np.array([word == "mountain" for word in r.road_class], dtype=bool), site=np.array(site),
        root=np.asarray(root, dtype=np.float64),
    )


def median_intensity(shocks: Sequence[Shock], ground: Ground, law: Attenuation) -> Floats:
    """Return the median intensity on average ground, shape (shocks, zones and roads)."""
    names = ("magnitude", "lon", "lat", "strike_deg")
    m, lon, lat, strike = (np.array([getattr(shock, name) for shock in shocks])[:, None] for name in names)
    return intensity_at(m, *strike_axes(*offset_km(lon, lat, ground.lon, ground.lat), strike), law)


def shaking(median: Floats, ground: Ground, c: Coefficients, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return one shock's intensity in each zone and on each road.

    To the *median* come the ground, a residual of the event and a residual of each zone, alike in neighbouring ones.
    """
    n = len(ground.site)
    event = c["sigma_event"] * rng.standard_normal()
    added = event + c["sigma_zone"] * (ground.root @ rng.standard_normal(n)) + ground.site
    return np.clip(median[:n] + added, 0.0, 12.0), np.clip(median[n:] + added[ground.edge_zone], 0.0, 12.0)
