"""What chemical accidents add to a scenario, whatever began them; one accident may lead to the next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim.city.model import City, Vessels
from sim.city.substances import Substance, substances
from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Floats, Ints
from sim.hazard.assemble import both, join_casualties, join_closures, numbered
from sim.hazard.cascade import Cascade
from sim.hazard.chemical.crowd import Crowd, crowd_of
from sim.hazard.chemical.escalation import Equipment
from sim.hazard.chemical.source import Hole, Phase, Stored, outflow_of
from sim.hazard.chemical.weather import Air
from sim.hazard.release import Burst, Release
from sim.hazard.rows import DemandRows, renumbered
from sim.hazard.scenario import AvoidableLoss, Closures, Danger, Event, Scenario
from sim.hazard.source import Moment
from sim.hazard.streams import stream

MODELS = ("hole", "valve", "people", "tasks", "ignition", "heat", "burst", "blast")
"""Each model has a stream of its own, named ``chemical <model>``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why something happens: which event led to it, and which demand has to become real for it."""

    event: int
    """Index of the event that leads to it; -1 for none."""
    demand: int
    """Provisional number of the demand whose being prevented prevents it; -1 for none."""


ALONE = Cause(event=-1, demand=-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """The air of the accident: wind by the hour."""

    air: Air
    from_deg: Floats


@dataclass(slots=True, kw_only=True)
class Accidents:
    """The accidents of one scenario in the making. Demands have provisional numbers until :meth:`laid_down`."""

    city: City
    c: Coefficients
    cascade: Cascade
    weather: Weather
    moment: Moment
    temp_c: float
    horizon_min: float
    rows: DemandRows
    events: list[Event]
    """Shared with the disaster that began it."""
    casualties_before: int
    """Rows of casualties that stand before ours."""
    dice: dict[str, np.random.Generator]
    crowd: Crowd
    power_out_share: Floats
    """By zone: chance that a plant has no power, so that no valve shuts by itself."""
    releases: list[Release] = field(default_factory=list)
    bursts: list[Burst] = field(default_factory=list)
    closures: list[Closures] = field(default_factory=list)
    casualties: list[dict[str, Any]] = field(default_factory=list)
    dangers: list[Danger] = field(default_factory=list)
    avoidable: list[AvoidableLoss] = field(default_factory=list)
    loss_yuan: Floats
    in_gas: dict[int, Floats] = field(default_factory=dict)
    """People by zone in the orange or red zone of a release, by its event."""
    gone: set[int] = field(default_factory=set)
    """Vessels that have nothing left to open: they leak already, or were lost in a ball of fire."""
    burst: set[int] = field(default_factory=set)
    """Vessels that have burst, which none does twice."""

    @property
    def vessels(self) -> Vessels:
        """Return the city's vessels; a city without them has no chemical accidents."""
        if self.city.vessels is None:
            msg = f"city {self.city.city_id} has no vessels"
            raise ValueError(msg)
        return self.city.vessels

    def substance(self, vessel: int) -> Substance:
        """Return what *vessel* holds."""
        return substances()[self.vessels.substance[vessel]]

    def equipment(self, vessel: int) -> Equipment | None:
        """Return how *vessel* bears heat and blows; ``None`` for a store of a solid.

        A holder, whose gas has hardly more than the pressure of the air, is no stronger than a tank.
        """
        storage = self.vessels.storage[vessel]
        if storage == "solid":
            return None
        holder = storage == "gas" and self.vessels.pressure_bar[vessel] <= self.c["gas_holder_bar"]
        return "pressurised" if storage in ("pressure", "gas") and not holder else "atmospheric"

    def place(self, vessel: int) -> tuple[int, int, str]:
        """Return zone, road node and id of the plant of *vessel*."""
        sites, site = self.city.chemical_sites, int(self.vessels.site[vessel])
        return int(sites.zone[site]), int(sites.node[site]), sites.site_id[site]

    def rows_so_far(self) -> int:
        """Return the row among all casualties at which the next of ours will stand."""
        return self.casualties_before + sum(len(part["zone"]) for part in self.casualties)

    def depth(self, event: int) -> int:
        """Return how many events the chain from the first one down to *event* has; 0 for none."""
        links = 0
        while event >= 0:
            links, event = links + 1, self.events[event].parent
        return links

    def add_event(self, event: Event) -> int:
        """Take *event* into the chain; returns its index."""
        self.events.append(event)
        return len(self.events) - 1

    def avoidable_loss(self, demand: int, minute: float, zone: int, yuan: float) -> None:
        """Count *yuan* as avoided if *demand*, which would become real at *minute*, is prevented."""
        self.avoidable.append(AvoidableLoss(demand=demand, by_min=minute, zone=zone, loss_yuan=yuan))

    def only_if(self, event: int, demand: int) -> None:
        """Let *event* come about only if *demand* becomes real."""
        self.events[event] = replace(self.events[event], only_if=demand)


def accidents(
    city: City, c: Coefficients, cascade: Cascade, weather: Weather, moment: Moment, temp_c: float, horizon_min: float,
    rows: DemandRows, events: list[Event], casualties_before: int, seed: int, replication: int,
    power_out_share: Floats | None = None,
) -> Accidents:
    """Return the accidents of one replication, none so far."""
    n = len(city.zones)
    return Accidents(
        city=city, c=c, cascade=cascade, weather=weather, moment=moment, temp_c=temp_c, horizon_min=horizon_min,
        rows=rows, events=events, casualties_before=casualties_before,
        dice={name: stream(seed, replication, f"chemical {name}") for name in MODELS},
        crowd=crowd_of(city, moment, c), loss_yuan=np.zeros(n),
        power_out_share=np.zeros(n) if power_out_share is None else power_out_share,
    )


def stored(a: Accidents, vessel: int) -> Stored:
    """Return what *vessel* holds as the source models want it."""
    v = a.vessels
    phase: Phase = v.storage[vessel]  # type: ignore[assignment]  # checked when the city was read
    return Stored(
        substance=a.substance(vessel), mass_kg=float(v.mass_kg[vessel]), temp_c=float(v.temp_c[vessel]),
        pressure_bar=float(v.pressure_bar[vessel]), phase=phase, diameter_m=float(v.diameter_m[vessel]),
        height_m=float(v.height_m[vessel]), bund_m2=float(v.bund_m2[vessel]),
    )


def draw_hole(a: Accidents, vessel: int, size: str | None, hole_mm: float | None) -> Hole:
    """Return how *vessel* opens: as given, or a class by its share and a size within the class."""
    c, u = a.c, a.dice["hole"].random(2)
    if hole_mm is not None:
        return Hole(kind="hole", mm=hole_mm)
    names = ("small", "medium", "large", "catastrophic")
    edges = np.cumsum([c[f"hole_{name}_share"] for name in names])
    word = size if size is not None else names[min(int(np.searchsorted(edges, u[0] * edges[-1], side="right")), 3)]
    if word == "catastrophic":
        return catastrophic(a, vessel, at_once=bool(u[1] < c["catastrophic_at_once_share"]))
    if word == "large":
        return largest_connection(a, vessel)
    low, high = c[f"hole_{word}_low_mm"], c[f"hole_{word}_high_mm"]
    return Hole(kind="hole", mm=low + (high - low) * float(u[1]))


def largest_connection(a: Accidents, vessel: int) -> Hole:
    """Return the hole that is left where the largest connection of *vessel* breaks off."""
    pipe = float(a.vessels.fill_pipe_mm[vessel])
    return Hole(kind="hole", mm=pipe if pipe > 0.0 else a.c["hole_large_mm"])


def catastrophic(a: Accidents, vessel: int, *, at_once: bool) -> Hole:
    """Return how *vessel* fails as a whole: at once or within ten minutes.

    Where its largest connection alone would let it out faster than evenly in ten minutes, it is at once.
    """
    held = stored(a, vessel)
    if held.mass_kg > 0.0 and held.substance.boiling_k > 0.0:
        evenly = outflow_of(held, Hole(kind="ten_minutes"), a.c).rate_kg_s
        at_once = at_once or outflow_of(held, largest_connection(a, vessel), a.c).rate_kg_s > evenly
    return Hole(kind="at_once" if at_once else "ten_minutes")


def draw_shut_min(a: Accidents, vessel: int, given: bool | None = None) -> float:
    """Return after how many minutes the vessel's own valve shuts; ``inf`` if it has none, or it fails, or no power.

    *given* says whether it does, drawn or not.
    """
    u, zone = a.dice["valve"].random(2), a.place(vessel)[0]
    works = u[0] < a.c["valve_works"] and u[1] >= a.power_out_share[zone] if given is None else given
    return a.c["valve_min"] if works and a.vessels.shutoff_valve[vessel] else NEVER


def final_events(events: list[Event], number: Ints) -> tuple[Event, ...]:
    """Return *events* with the final number of the demand on which each hangs."""
    return tuple(replace(e, only_if=_renumbered(e.only_if, number)) for e in events)


def final_bursts(bursts: list[Burst], number: Ints) -> tuple[Burst, ...]:
    """Return *bursts* with the final numbers of their demands."""
    return tuple(replace(b, demand=_renumbered(b.demand, number)) for b in bursts)


def final_losses(losses: list[AvoidableLoss], number: Ints) -> tuple[AvoidableLoss, ...]:
    """Return *losses* with the final numbers of the demands that avoid them."""
    return tuple(replace(loss, demand=_renumbered(loss.demand, number)) for loss in losses)


def with_accidents(scenario: Scenario, a: Accidents, number: Ints) -> Scenario:
    """Return *scenario* with what the accidents add beside their demands; *number* renumbers those.

    The events of the scenario are the first of ``a.events``; its fields get a row for each event that follows.
    """
    more = len(a.events) - len(scenario.events)
    fields = {
        name: np.concatenate([values, np.zeros((more, values.shape[1]))]) for name, values in scenario.fields.items()
    }
    casualties = scenario.casualties
    if a.casualties:
        casualties = both(casualties, join_casualties(a.casualties, number))
    loss_yuan = scenario.loss_yuan + a.loss_yuan
    return replace(
        scenario, events=final_events(a.events, number), casualties=casualties,
        closures=join_closures([scenario.closures, numbered(join_closures(a.closures), number)]),
        dangers=(*scenario.dangers, *a.dangers), fields={**fields, "gas_people": gas_people(a)},
        loss_yuan=loss_yuan,
        avoidable=(*scenario.avoidable, *final_losses(a.avoidable, number)),
        releases=tuple(final(release, number) for release in a.releases), bursts=final_bursts(a.bursts, number),
        notes={**scenario.notes, **notes_of(a), "loss_yuan": float(loss_yuan.sum())},
    )


def gas_people(a: Accidents) -> Floats:
    """Return the people of each zone in the orange or red zone of each event if nobody acts, shape (events, zones)."""
    found = np.zeros((len(a.events), len(a.city.zones)))
    for event, people in a.in_gas.items():
        found[event] = people
    return found


def notes_of(a: Accidents) -> dict[str, float]:
    """Return single numbers for the reader."""
    air, releases = a.weather.air, a.releases
    return {
        "wind_ms": air.wind_ms, "wind_from_deg": float(a.weather.from_deg[0]),
        "stability_class": float("ABCDEF".index(air.stability)), "releases": float(len(releases)),
        "released_kg": float(sum(r.puff_kg + r.air_kg.sum() + r.pool_kg.sum() for r in releases)),
        "people_in_gas": float(sum(people.sum() for people in a.in_gas.values())),
        "could_be_harmed": float(sum(len(r.exposed) for r in releases)),
        "events": float(len(a.events)),
    }


def _renumbered(demand: int, number: Ints) -> int:
    return int(renumbered(np.array([demand]), number)[0])


def final(release: Release, number: Ints) -> Release:
    """Return *release* with the final number of each provisional demand."""
    names = ("demand", "cover", "curtain", "decontamination", "monitoring", "cordon")
    found: dict[str, Any] = {name: _renumbered(getattr(release, name), number) for name in names}
    return replace(release, **found)
