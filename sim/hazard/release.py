"""A leak as a scenario holds it: what comes out if nobody acts, where it goes, who is in the way; what may burst."""

from __future__ import annotations

from dataclasses import dataclass

from sim.common.types import Bools, Floats, Ints, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Places in the way of one cloud, laid out along the wind at first, and what one kilogram a minute does there."""

    lon: Floats
    lat: Floats
    radius_m: Floats
    """Radius of a disc of the cell's size, for the maps."""
    reach_mg_m3: Floats
    """Shape (slots, cells): concentration for 1 kg/min released while the wind blows as in that slot."""
    delay_min: Floats
    """Minutes that the gas needs from the vessel."""
    puff_mg_m3: Floats
    """Mean concentration while what came out at once passes; 0 without a puff."""
    puff_min: Floats
    """How long it takes to pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """Everybody in the way of one cloud, in groups: people of one zone in one cell."""

    cell: Ints
    zone: Ints
    people: Floats
    at_work: Bools
    """At a plant, which has an alarm and a muster place of its own."""
    outdoors_share: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """People whom the cloud could harm if nobody did anything; row *i* is casualty ``first + i``.

    Loads are integrals of (mg/m3)^n dt in minutes. Whoever takes in more than a load of their own has that harm.
    """

    first: int
    cell: Ints
    outdoors: Bools
    at_work: Bools
    hurt_load: Floats
    """Severity 2 from here."""
    grave_load: Floats
    """Severity 3 from here; ``inf`` for those who never get that far without dying."""
    lethal_load: Floats
    """Dies of it from here, whatever medicine does."""
    acts_after_min: Floats
    """Shuts the windows or leaves of its own accord so long after the cloud has come, warned or not."""
    leaves: Bools
    """What it then does is leave; else it shuts itself in."""
    heed_draw: Floats
    """Is among the first share of a zone to act on a warning if this is below that share."""

    def __len__(self) -> int:
        return len(self.cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One vessel that leaks, if nobody does anything about it: what comes out when, and who is in the way.

    The response integrates it: it stops when its demand is done, the pool when it is covered, and a curtain of water
    holds a share of the gas back. The steps count from ``start_min``.
    """

    vessel: str
    name: Text
    substance: str
    event: int
    demand: int
    """Leak control: the flow begins when it becomes real and stops when it is done."""
    cover: int
    """Covering the pool; -1 if there is none."""
    curtain: int
    """Water curtain; -1 if there is none."""
    decontamination: int
    """Washing of those who were in the cloud; -1 for none."""
    monitoring: int
    """Gas monitoring, which tells people when to open their windows; -1 for none."""
    cordon: int
    """Shutting off; -1 for none. From then on nobody is out of doors within ``isolation_m``."""
    isolation_m: float
    """Initial isolation distance of the guidebook for such a spill; 0 if it has none."""
    curtain_share: float
    """Of what is airborne, held back by a curtain."""
    fixed_curtain_min: float
    """The plant's own curtain runs from so long after the start; ``inf`` for none."""
    start_min: float
    lon: float
    lat: float
    wind_from_deg: Floats
    """Shape (slots,)."""
    wind_ms: float
    stability: str
    held_kg: float
    """In the vessel at first."""
    puff_kg: float
    """In the air at once."""
    edges_min: Floats
    """Shape (steps + 1,), from 0."""
    slot: Ints
    """Wind slot of each step."""
    air_kg: Floats
    """Straight into the air in each step."""
    pool_kg: Floats
    """Into the pool in each step."""
    evaporation_kg_min_m2: float
    pool_m2_per_kg: float
    bund_m2: float
    toxic_n: float
    """Exponent of the concentration in the load; 0 for a substance that poisons nobody."""
    level_min: Floats
    """Durations for which the exposure levels are given."""
    level_mg_m3: Floats
    """Shape (3, durations): concentration of the yellow, orange and red zone."""
    cells: Cells
    spots: Spots
    exposed: Exposed

    @property
    def tasks(self) -> tuple[int, ...]:
        """The demands that it makes."""
        tasks = (self.demand, self.cover, self.curtain, self.decontamination, self.monitoring, self.cordon)
        return tuple(d for d in tasks if d >= 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Something that bursts, explodes or flashes over if its demand becomes real, and what it does to crews nearby."""

    demand: int
    warned_min: float
    """Signs show so long before; crews then withdraw. 0: no sign."""
    crews_hurt_share: float
    """Of the crew members who are still at work at the plant."""
    place: str
