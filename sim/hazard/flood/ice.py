"""Ice on the river: the stage under a cover, and the jam that dams it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.city.water_model import Stations
from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.flood.tables import flood_relations

ICE_MONTHS = (12, 1, 2, 3)
"""The season is 20 December to 5 March."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jam:
    """One ice jam: where, how high, how fast, how long."""

    station: int
    surcharge_m: float
    """Above the open-water stage of the bankfull flood."""
    rise_h: float
    last_h: float
    """From the first rise until it breaks up."""


def covered_stage_m(open_stage_m: Floats, bed_m: Floats, ice_m: float) -> Floats:
    """Return the stage under an ice cover of the same roughness as the bed (Beltaos 1995).

    The depth grows by ``2^0.4`` at the same flow, and the ice floats with 0.92 of its thickness below water.
    """
    k = flood_relations()
    return np.asarray(bed_m + k["ice_cover"] * (np.asarray(open_stage_m) - bed_m) + k["ice_density"] * ice_m)


def jam_course(minutes: Floats, jam: Jam, fall_h: float) -> Floats:
    """Return how far the jam's rise has come at each minute, 0 to 1: a soft rise, a stand, a fast fall."""
    hours = np.asarray(minutes) / 60.0
    up = np.clip(hours / jam.rise_h, 0.0, 1.0)
    down = np.clip((hours - jam.last_h) / fall_h, 0.0, 1.0)
    return np.asarray((0.5 - 0.5 * np.cos(np.pi * up)) * (0.5 + 0.5 * np.cos(np.pi * down)))


def jam_stage_m(
    minutes: Floats, jam: Jam, stations: Stations, base_m: Floats, bankfull_m: Floats, c: Coefficients
) -> Floats:
    """Return the stage (T, stations): *base_m* under the cover, raised at the jam and upstream of it.

    The rise over *base_m* falls by 1/e over ``ice_backwater_km`` upstream, much faster downstream.
    """
    top = bankfull_m[jam.station] + jam.surcharge_m
    rise = max(float(top - base_m[jam.station]), 0.0)
    km = stations.chainage_km - stations.chainage_km[jam.station]
    near = np.where(km <= 0.0, np.exp(km / c["ice_backwater_km"]), np.exp(-km / c["ice_downstream_km"]))
    return np.asarray(base_m + jam_course(minutes, jam, c["ice_fall_h"])[:, None] * rise * near)
