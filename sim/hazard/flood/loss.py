"""Who is affected by a flood and what it costs, from its deepest water."""

from __future__ import annotations

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.flood.field import SHARES, FloodField
from sim.hazard.flood.people import damage_share


def affected_people(field: FloodField, city: City, c: Coefficients) -> Floats:
    """Return the people whose place was under at least ``arrival_m`` of water, (zones,)."""
    wet = field.deepest_m() >= c["arrival_m"]
    return np.asarray(wet.sum(axis=1) / SHARES * city.zones.people)


def house_loss_yuan(field: FloodField, city: City, c: Coefficients) -> Floats:
    """Return the damage to homes (JRC depth-damage), (zones,); in towns only the lowest floors stand in the water."""
    z = city.zones
    town = z.people_urban / np.maximum(z.people, 1)
    exposed = z.households * (town * c["ground_floor_share_urban"] + 1.0 - town)
    share = damage_share(field.deepest_m()).mean(axis=1)
    return np.asarray(exposed * share * c["house_m2"] * c["house_yuan_per_m2"] * c["house_damageable"])


def crop_loss_yuan(field: FloodField, city: City, c: Coefficients) -> Floats:
    """Return the harvest lost on flooded fields, (zones,)."""
    if city.water is None:
        return np.zeros(len(city.zones))
    return np.asarray(field.flooded_km2 * city.water.drainage.farm_share * 100.0 * c["crop_yuan_per_ha"])
