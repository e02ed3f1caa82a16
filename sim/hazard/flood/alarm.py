"""What instruments tell, and who is to leave by when: events, alerts and dangers of a flood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.city.model import City
from sim.city.water_model import Water
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints, Text
from sim.hazard.flood.field import Breach, FloodField
from sim.hazard.flood.ground import FLASH_STEP_MIN
from sim.hazard.flood.hyetograph import storm_shares
from sim.hazard.flood.river import stage_m
from sim.hazard.flood.victims import Victims
from sim.hazard.flood.wet import Wet, first_minute
from sim.hazard.scenario import Alert, Danger, Event

RARE_Y = (20, 50, 100)
"""Return periods whose peaks a city's table of gullies holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What instruments show of a flood before it comes."""

    alarm_min: float
    """Rain at the gauges says that people have to move; ``inf`` without rain."""
    delay_min: float
    """From the water to the duty room."""
    lead_min: float
    """How long before the water a forecast of the river or the jam tells a place; 0 for gullies."""

    def shown_min(self, strike_min: float) -> float:
        """Return when there is something to warn a place of that the water reaches at *strike_min*."""
        if self.lead_min:
            return max(0.0, strike_min - self.lead_min)
        return min(self.alarm_min, strike_min)


NO_SIGNS = Signs(alarm_min=np.inf, delay_min=0.0, lead_min=0.0)
"""Nothing shows before the water itself."""


def signs_of(field: FloodField, c: Coefficients, rng: np.random.Generator) -> Signs:
    """Draw how early this flood shows itself."""
    u = rng.random(2)
    delay = c["gauge_low_min"] + float(u[0]) * (c["gauge_high_min"] - c["gauge_low_min"])
    if field.kind == "flash":
        rain = _gauge_mm(field, c)
        over = np.flatnonzero(rain >= c["alarm_rain_mm"])
        alarm = float(over[0] + 1) * FLASH_STEP_MIN + delay if len(over) else np.inf
        return Signs(alarm_min=alarm, delay_min=delay, lead_min=0.0)
    ice_h = c["ice_lead_low_h"] + float(u[1]) * (c["ice_lead_high_h"] - c["ice_lead_low_h"])
    lead = 60.0 * (c["river_lead_h"] if field.kind == "river" else ice_h)
    return Signs(alarm_min=np.inf, delay_min=delay, lead_min=lead)


def _gauge_mm(field: FloodField, c: Coefficients) -> Floats:
    """Return the rain that the gauge nearest to the centre has caught by the end of each step."""
    shares = storm_shares(
        c["hyetograph_b_min"], c["depth_exponent_long"], field.notes["duration_min"], c["hyetograph_peak"],
        FLASH_STEP_MIN,
    )
    return np.asarray(np.cumsum(shares) * field.notes["total_mm"] * c["gauge_catch"])


# ---- events --------------------------------------------------------------------------------


def begins_min(breach: Breach) -> float:
    """Return when water first passes an embankment."""
    return min(breach.overtopped_min, breach.torn_min)


def event_of_zones(field: FloodField, breaches: tuple[Breach, ...], zones: int) -> Ints:
    """Return the event that floods each zone: the first embankment that gave way before the water came, else 0."""
    event = np.zeros(zones, dtype=np.int64)
    for number in sorted(range(len(breaches)), key=lambda i: -begins_min(breaches[i])):
        for zone in breaches[number].zones.tolist():
            if begins_min(breaches[number]) <= field.arrival_min[zone]:
                event[zone] = number + 1
    return event


def events_of(field: FloodField, breaches: tuple[Breach, ...], city: City, water: Water) -> tuple[Event, ...]:
    """Return the flood itself and, as its children, the embankments that did not hold."""
    n = field.notes
    z = city.zones
    lon, lat = float(z.lon.mean()), float(z.lat.mean())
    if field.kind == "flash":
        lon, lat, size = n["lon"], n["lat"], n["total_mm"]
        name = Text(f"暴雨山洪（中心雨量{size:.0f}毫米）", f"Storm and flash flood ({size:.0f} mm at its centre)")
    elif field.kind == "river":
        size = n["peak_m3s"]
        name = Text(f"河道洪水（洪峰{size:.0f}立方米每秒）", f"River flood (peak {size:,.0f} m3/s)")
    else:
        station = int(n["station"])
        lon, lat, size = float(water.stations.lon[station]), float(water.stations.lat[station]), n["surcharge_m"]
        at = water.stations.name[station]
        name = Text(f"{at.zh}冰坝（壅高{size:.1f}米）", f"Ice jam at {at.en} (surcharge {size:.1f} m)")
    first = Event(
        name=name, start_min=0.0, parent=-1, lon=float(lon), lat=float(lat), size=float(size), kind="flood"
    )
    return (first, *(breach_event(breach, field, city, water, 0) for breach in breaches))


def breach_event(breach: Breach, field: FloodField, city: City, water: Water, parent: int) -> Event:
    """Return the event of an embankment that gives way or runs over because of the event *parent*."""
    z = int(breach.zones[0])
    lon, lat = float(city.zones.lon[z]), float(city.zones.lat[z])
    g, bodies, dykes = water.gullies, water.bodies, water.dykes
    if breach.kind == "guide_dyke":
        i = g.gully_id.index(breach.place)
        name, lon, lat = g.name[i], float(g.mouth_lon[i]), float(g.mouth_lat[i])
        what = Text("导洪堤", " guide dyke")
    elif breach.kind == "basin":
        i = bodies.wb_id.index(breach.place)
        name, lon, lat = bodies.name[i], float(bodies.lon[i]), float(bodies.lat[i])
        what = Text("", "")
    else:
        name, what = dykes.name[dykes.dyke_id.index(breach.place)], Text("", "")
    torn = np.isfinite(breach.torn_min)
    verb = Text("溃口", "breaches") if torn else Text("漫溢", "is overtopped")
    return Event(
        name=Text(f"{name.zh}{what.zh}{verb.zh}", f"{name.en}{what.en} {verb.en}"), start_min=begins_min(breach),
        parent=parent, lon=lon, lat=lat, size=float(field.deepest_m()[breach.zones].max()), kind="flood",
    )


# ---- dangers and alerts --------------------------------------------------------------------


def dangers_of(
    field: FloodField, wet: Wet, victims: Victims, residents: int, event_of: Ints, signs: Signs, c: Coefficients
) -> tuple[Danger, ...]:
    """Return one danger for each zone in which somebody is in danger; all of its people are to leave.

    The first *residents* rows of *victims* are counted among the residents below ``danger_depth_m``; the others were on
    roads and in gullies, and come on top. It strikes when the water arrives where people live, or with the first
    who is caught.
    """
    n = len(event_of)
    people = np.zeros(n)
    people[wet.zones] = np.where(wet.depth_m >= c["danger_depth_m"], wet.people, 0.0).sum(axis=1)
    strike = np.where(people > 0.0, field.arrival_min, np.inf)
    np.minimum.at(strike, victims.zone, victims.minute)
    people += np.bincount(victims.zone[residents:], minlength=n)
    whole = np.ceil(people).astype(np.int64)
    found = [
        Danger(event=int(event_of[z]), issue_from_min=signs.shown_min(float(strike[z])), deadline_min=float(strike[z]),
               strike_min=float(strike[z]), evacuate=True, zones=np.array([z]), people=whole[z : z + 1])
        for z in np.flatnonzero(np.isfinite(strike) & (strike < field.horizon_min) & (whole > 0)).tolist()
    ]
    return tuple(sorted(found, key=lambda danger: (danger.strike_min, int(danger.zones[0]))))


def alerts_of(
    field: FloodField, water: Water, dangers: tuple[Danger, ...], signs: Signs, c: Coefficients
) -> tuple[Alert, ...]:
    """Return what the gauges tell the duty room, in the order of time."""
    found = {"flash": _rain_alerts, "river": _river_alerts, "ice": _jam_alerts}[field.kind](field, water, signs, c)
    people = float(sum(int(danger.people.sum()) for danger in dangers))
    if people:
        shown = min(danger.issue_from_min for danger in dangers)
        found.append(Alert(known_min=shown, indicator="people_in_danger", value=people))
    known = (alert for alert in found if alert.known_min < field.horizon_min)
    return tuple(sorted(known, key=lambda alert: (alert.known_min, alert.indicator, alert.value)))


def _rain_alerts(field: FloodField, water: Water, signs: Signs, c: Coefficients) -> list[Alert]:
    rain = _gauge_mm(field, c)
    every = max(1, round(c["rain_report_min"] / FLASH_STEP_MIN))
    steps = sorted({*range(every - 1, len(rain), every), len(rain) - 1})
    found = [
        Alert(known_min=(i + 1) * FLASH_STEP_MIN + signs.delay_min, indicator="rain_24h_mm", value=float(rain[i]))
        for i in steps
    ]
    g = water.gullies
    for years, peak in zip(RARE_Y, (g.q20_m3s, g.q50_m3s, g.q100_m3s), strict=True):
        minute = float(first_minute(field.discharge_m3s >= peak, field.step_min).min(initial=np.inf))
        if np.isfinite(minute):
            found.append(
                Alert(known_min=minute + signs.delay_min, indicator="gully_peak_years", value=float(years))
            )
    return found


def _river_alerts(field: FloodField, _water: Water, signs: Signs, c: Coefficients) -> list[Alert]:
    known = 60.0 * c["river_forecast_h"] + signs.delay_min
    return [Alert(known_min=known, indicator="river_peak_years", value=float(field.notes["return_period_y"]))]


def _jam_alerts(field: FloodField, water: Water, signs: Signs, c: Coefficients) -> list[Alert]:
    """The ice station tells each hour how far the water stands above the bankfull flood, while it rises."""
    stations = water.stations
    over = (field.river_stage_m - stage_m(stations.bankfull_m3s, stations)).max(axis=1)
    every = max(1, round(c["stage_report_min"] / float(field.step_min[0])))
    found, highest = [], 0.0
    for i in range(0, len(over), every):
        if over[i] > highest:
            highest = float(over[i])
            known = float(field.step_min[i]) + signs.delay_min
            found.append(Alert(known_min=known, indicator="jam_surcharge_m", value=highest))
    return found
