"""Where people are, finer than townships: those who live in a zone around its centre, those at work in the plants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Bools, Floats, Ints
from sim.hazard.casualties import day_slot
from sim.hazard.geometry import offset_km
from sim.hazard.source import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Discs of even density, on a flat map around the city's first zone; kilometres and people."""

    lon0: float
    lat0: float
    zone: Ints
    east_km: Floats
    north_km: Floats
    radius_km: Floats
    people: Floats
    outdoors_share: float
    at_work: Bools
    """The disc is the ground of a plant, and its people are the shift."""
    plant_zone: Ints
    plant_east_km: Floats
    plant_north_km: Floats
    plant_workers: Floats
    """On shift at this hour."""

    def near(self, east_km: Floats, north_km: Floats) -> tuple[Ints, Floats]:
        """Return the discs that reach any of some points, and their people per km2 there, shape (discs, points)."""
        low, high = (np.array([axis(east_km), axis(north_km)]) for axis in (np.min, np.max))
        centre = np.array([self.east_km, self.north_km])
        outside = np.maximum(np.maximum(low[:, None] - centre, centre - high[:, None]), 0.0)
        discs = np.flatnonzero(np.hypot(*outside) <= self.radius_km)
        apart = np.hypot(east_km - self.east_km[discs, None], north_km - self.north_km[discs, None])
        even = self.people[discs] / (np.pi * self.radius_km[discs] ** 2)
        return discs, np.where(apart <= self.radius_km[discs, None], even[:, None], 0.0)


def crowd_of(city: City, moment: Moment, c: Coefficients) -> Crowd:
    """Return where everybody is at *moment*.

    Town people live in a disc of usual town density around the centre of their zone, country people in a disc as large
    as their zone, no wider than people's way along the roads. Everybody works and learns near home, but for the plants'
    workers, who are there in shifts.
    """
    z, sites = city.zones, city.chemical_sites
    slot = day_slot(city, moment.hour, weekend=moment.weekend)
    day = 8.0 <= moment.hour < 18.0 and not moment.weekend
    town = np.maximum(np.sqrt(z.people_urban / c["town_people_per_km2"] / np.pi), c["disc_least_km"])
    country = np.clip(np.sqrt(z.area_km2 / np.pi), c["disc_least_km"], c["disc_most_km"])
    n = np.arange(len(z))
    keep_town, keep_country = z.people_urban > 0, z.people_rural > 0
    lon0, lat0 = float(z.lon[0]), float(z.lat[0])
    east, north = offset_km(lon0, lat0, z.lon, z.lat)
    index = np.concatenate([n[keep_town], n[keep_country]])
    plant_east, plant_north = offset_km(lon0, lat0, sites.lon, sites.lat)
    shift = np.asarray(sites.workers * c["workers_by_day" if day else "workers_by_night"], dtype=np.float64)
    ground = np.full(len(shift), c["plant_radius_m"] / 1e3)
    return Crowd(
        lon0=lon0, lat0=lat0, zone=np.concatenate([index, sites.zone]),
        east_km=np.concatenate([east[index], plant_east]), north_km=np.concatenate([north[index], plant_north]),
        radius_km=np.concatenate([town[keep_town], country[keep_country], ground]),
        people=np.concatenate([z.people_urban[keep_town], z.people_rural[keep_country], shift]).astype(np.float64),
        outdoors_share=slot.road_outdoor,
        at_work=np.concatenate([np.zeros(len(index), dtype=bool), np.ones(len(shift), dtype=bool)]),
        plant_zone=sites.zone, plant_east_km=plant_east, plant_north_km=plant_north, plant_workers=shift,
    )
