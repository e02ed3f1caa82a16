"""A scenario: one disaster in which every chance is already decided, as frozen tables of arrays.

Times are minutes since T0, the moment the disaster begins; ``inf`` means never. Nothing here
depends on who responds. A column ``*_draw`` is a uniform number in [0, 1) that the response maps
to an outcome, so that the same chance meets every layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.common.types import Bools, Floats, Ints, Text
from sim.hazard.release import Burst, Release

VEHICLES = ("engine", "truck", "ambulance", "boat", "car", "high_truck")
"""Vehicle classes, in the order of the last axis of :attr:`Closures.speed_factor`."""

ENTRAPMENT = ("free", "surface", "light", "void", "entombed")
"""Entrapment classes, indexed by :attr:`Casualties.entrapment`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One physical event: the mainshock, an aftershock, later a storm or a leak. Parents come first."""

    name: Text
    start_min: float
    parent: int
    """Index of the event that caused this one; -1 for the first."""
    lon: float
    lat: float
    size: float
    """Magnitude, or what measures this hazard: kg of a release, MW of a fire."""
    kind: str = ""
    """What it is in a chain of causes: ``earthquake``, ``flood``, ``release``, ``fire``, ``explosion``; or empty."""
    only_if: int = -1
    """It comes about only if this demand becomes real (a fire that spreads, a tank that nobody cooled); -1: always."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """Everything that needs responders, one row each, sorted by ``real_min``."""

    kind: tuple[str, ...]
    """Name of a row of ``plan/tables/demand_kinds.csv``."""
    zone: Ints
    node: Ints
    event: Ints
    """Index of the event that caused it."""
    parent: Ints
    """Index of the demand that caused it (a fire that spread); -1 if the event itself did."""
    real_min: Floats
    noticed_min: Floats
    """When somebody on the spot would first report it, were the links up (>= ``real_min``)."""
    quantity: Floats
    """People trapped, fires' floor area in m2, plants ... as the kind's unit says."""
    work_crew_min: Floats
    """Minutes that one standard crew of the kind would need alone, from the moment it becomes real."""
    growth_per_min: Floats
    """Work added for each minute until the first capable crew starts (fires grow); 0 for the rest."""
    growth_until_min: Floats
    """Growth ends at this minute since T0 (burnt out, fuel limited)."""
    max_crews: Ints
    """How many crews can usefully work at once."""
    people_at_stake: Floats
    """People whose life or safety hangs on it: orders the queue within a priority."""
    closure: Ints
    """Closure that ends when this demand is done (road opening); -1 for none."""
    outage: Ints
    """Outage that ends when this demand is done (repairs); -1 for none."""
    watched: Bools
    """Instruments tell the duty room by themselves (a network's control room): no witness and no link is needed."""
    place: tuple[str, ...]
    """Where, in words that both languages can show (a plant id, a road id); may be empty."""

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Casualties:
    """People hurt badly enough to need others: all the buried who are alive, and the injured of severity 2 and 3.

    Rows of the same demand stand together, in the order in which rescuers get to them.
    """

    demand: Ints
    """Demand that frees this person; -1 if not trapped."""
    zone: Ints
    event: Ints
    real_min: Floats
    """When it is hurt; ``inf`` for those whom only a cloud may harm, see :class:`Release`."""
    severity: Ints
    """1 light, 2 hospital but not life-threatening, 3 life-threatening; at the moment of injury."""
    entrapment: Ints
    work_crew_min: Floats
    """Extrication work of a standard crew; 0 if free. Sums to the demand's ``work_crew_min``."""
    trapped_death_min: Floats
    """Dies in place at this minute if still trapped; ``inf`` if not trapped."""
    worsens_after_min: Floats
    """Severity 2 becomes 3 this long after injury if not in hospital care."""
    dies_after_min: Floats
    """Severity 3 dies this long after becoming 3 (free, untreated)."""
    medic_draw: Floats
    """Dies on extrication without medical care within an hour if this is below the table's probability."""
    treat_draw: Floats
    """Survives treatment if this is below the table's survival."""
    self_draw: Floats
    """Goes to hospital by private means if this is below the share for the severity."""
    avoid_draw: Floats
    """Was not there (not hurt at all) if this is below the share of the zone warned in time and outdoors.
    1.0 for events that come without warning."""
    only_if: Ints
    """Is hurt only if this demand becomes real (a tank that bursts); -1: in any case."""
    contaminated: Bools
    """Has to be washed before anybody else may touch them."""

    def __len__(self) -> int:
        return len(self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closures:
    """Roads that are shut or slow for a time."""

    edge: Ints
    from_min: Floats
    to_min: Floats
    """End without anybody's work; ``inf`` if it lasts beyond the horizon."""
    speed_factor: Floats
    """Shape (n, len(VEHICLES)): 0 closed, 1 free, between slow."""
    reason: tuple[str, ...]
    """``bridge``, ``rockfall``, ``debris``, ``deformation``, ``water``, ``gas`` ..."""
    prevented_by: Ints
    """Demand that keeps the road open if it is done before ``from_min`` (a dyke that holds); -1 for none."""
    lasts_with: Ints
    """Demand whose end opens the road again (a leak); if that never becomes real, the road stays open; -1 for none."""

    def __len__(self) -> int:
        return len(self.edge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outages:
    """Zones without power or communication for a time. A zone whose communication is out is dark."""

    zone: Ints
    kind: tuple[str, ...]
    """``power`` or ``communication``."""
    from_min: Floats
    to_min: Floats
    """End without anybody's repair."""

    def __len__(self) -> int:
        return len(self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Displaced:
    """People who lose their home and need public shelter and the relief kit."""

    zone: Ints
    from_min: Floats
    people: Ints
    prevented_by: Ints
    """Demand that saves their homes if it is done before ``from_min``; -1 for none."""

    def __len__(self) -> int:
        return len(self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that instruments tell the duty room by itself: opens response levels, starts warnings.

    *indicator* is a name of ``levels.csv`` such as ``magnitude`` or ``max_intensity``.
    """

    known_min: float
    indicator: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """A danger that people can be warned of before it comes: who should hear, and by when."""

    event: int
    issue_from_min: float
    """The earliest minute at which there is something to warn of."""
    deadline_min: float
    """Warned later than this is not warned in time."""
    strike_min: float
    """When it strikes these zones; ``inf`` for a danger that never comes to that."""
    evacuate: bool
    """People are to leave the zones, not only their houses."""
    zones: Ints
    people: Ints
    """People in danger by zone of ``zones``."""
    release: int = -1
    """Index of the release whose cloud it is: there is something to warn of once its demand is known, and command
    decides whether people shut themselves in or leave; -1 for any other danger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityOut:
    """A hospital, depot or station that is out of use for a time because the disaster hit it itself."""

    kind: str
    """``hospital``, ``depot_place`` or ``team_place``: the last two hold for whatever a layout has at that node."""
    place: str
    """Hospital id, or node id."""
    from_min: float
    to_min: float
    prevented_by: int
    """Demand that keeps it in use if it is done before; -1 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AvoidableLoss:
    """Direct loss that does not come about if a demand is done in time."""

    demand: int
    by_min: float
    zone: int
    loss_yuan: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A field over time, for the maps: depth of water, dose."""

    minute: Floats
    value: Floats
    """Shape (minutes, zones)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One disaster, every chance drawn."""

    scenario_id: str
    hazard: str
    title: Text
    seed: int
    replication: int
    month: int
    hour: float
    weekend: bool
    temp_c: float
    wind_ms: float
    horizon_min: float
    events: tuple[Event, ...]
    demands: Demands
    casualties: Casualties
    closures: Closures
    outages: Outages
    displaced: Displaced
    alerts: tuple[Alert, ...]
    dangers: tuple[Danger, ...]
    fields: Mapping[str, Floats]
    """Name (``intensity``, ``pga_g``) to shape (events, zones)."""
    dead_at_once: Ints
    """People per zone beyond any help."""
    slightly_injured: Ints
    """People per zone who need first aid only."""
    damage: Floats
    """Buildings by zone and damage state D0..D5, shape (zones, 6), as dwellings."""
    loss_yuan: Floats
    """Direct loss per zone."""
    campers: Ints
    """People per zone who stay outdoors out of fear though their home stands; they need no kit."""
    draws: Mapping[str, Floats]
    """Uniform numbers for what responders decide later, by stream name; row i belongs to demand i
    (``report``: shape (demands, 4), one per link of the reporting chain; ``access``: where in its zone it lies) or
    to zone i (``scout``: shape (zones,))."""
    notes: Mapping[str, float]
    """Single numbers for the reader: ``magnitude``, ``collapsed_dwellings`` ..."""
    facilities: tuple[FacilityOut, ...] = ()
    avoidable: tuple[AvoidableLoss, ...] = ()
    series: Mapping[str, Series] = field(default_factory=dict)
    """Fields over time by name (``depth_m``); empty where the disaster strikes at once."""
    releases: tuple[Release, ...] = ()
    bursts: tuple[Burst, ...] = ()

    def is_night(self, minute: float) -> bool:
        """Tell whether it is dark (20 to 6 o'clock) *minute* minutes after T0."""
        clock = (self.hour + minute / 60.0) % 24.0
        return clock >= 20.0 or clock < 6.0


