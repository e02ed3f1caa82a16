"""The log: what happened, as records; the only output of a response. Minutes since T0; ``inf`` = never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.common.types import Bools, Floats, Ints

PREVENTED, OPEN, DONE = 0, 1, 2
"""State of a demand at the horizon: it never became real, it still waits or is worked on, it is done."""

SPARED, TRAPPED, WAITING, IN_CARE, SAVED, DIED_TRAPPED, DIED_WAITING, DIED_IN_CARE = range(8)
"""State of a casualty at the horizon. TRAPPED and WAITING are alive and unserved: a missed promise, not a gap."""

OUTCOMES = ("spared", "trapped", "waiting", "in_care", "saved", "died_trapped", "died_waiting", "died_in_care")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandLog:
    """What became of each demand of the scenario, row by row."""

    known_min: Floats
    """Known to the city duty room."""
    dark: Bools
    """The report had to leave a zone without communication."""
    dispatched_min: Floats
    """First crew ordered."""
    arrived_min: Floats
    """First crew of the ledger or of outside help there (village responders and bystanders do not count)."""
    local_arrived_min: Floats
    """First village or community responders there."""
    started_min: Floats
    """Work began under a crew that leads."""
    done_min: Floats
    state: Ints
    crews_sent: Ints
    crew_min: Floats
    """Crew-minutes spent on the spot."""
    left_work: Floats
    """Standard crew-minutes still to do at the horizon."""
    unreachable_min: Floats
    """Minutes in which a crew was wanted and no open road led there."""
    quantity_end: Floats
    """For fires the work that growth made of it at the start; otherwise the scenario's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasualtyLog:
    """What became of each person of the scenario's casualties, row by row."""

    freed_min: Floats
    """Out of the rubble alive or dead; equals ``real_min`` for those not trapped."""
    care_min: Floats
    """First medical care on the spot or at the hospital door."""
    hospital_min: Floats
    treated_min: Floats
    """End of surgery (severity 3) or of treatment (severity 2)."""
    death_min: Floats
    outcome: Ints
    hospital: Ints
    """Index of the hospital; -1 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefLog:
    """Who needed relief, and when each group had the whole kit.

    One row is a group of people of one shelter who became displaced and were relieved at the same times.
    """

    shelter: Ints
    """Index of the shelter; -1 for people for whom no shelter had room."""
    zone: Ints
    """Where they come from."""
    people: Ints
    displaced_min: Floats
    relieved_min: Floats
    last_line: Ints
    """Index of the kit line that came last (or never); -1 if nothing had to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One item that one convoy handed out at one shelter."""

    convoy: int
    depot: str
    shelter: int
    item: str
    pieces: int
    loaded_min: float
    left_min: float
    arrived_min: float
    handed_min: float
    trucks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLog:
    """What each crew did in all. ``team`` is an id of the layout, ``local:<zone>`` or ``aid:<group>``."""

    team: tuple[str, ...]
    people: Ints
    available_min: Floats
    """When it could first be sent; ``inf`` if its level never opened."""
    travel_min: Floats
    work_min: Floats
    rest_min: Floats
    jobs: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningLog:
    """How one danger's warning spread: share of each zone's people reached by the deadline."""

    danger: int
    issued_min: float
    reached_share: Floats
    by_channel: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvacuationLog:
    """Who of one zone was out of the way when one danger struck, and how they had left."""

    danger: int
    zone: int
    people: int
    strike_min: float
    by_themselves: float
    """On foot or in their own cars; a number of people on average, as their leaving is a curve."""
    by_bus: float
    exposed: float
    """Still there when the danger struck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline, kept only when asked for. ``what`` is a key of the texts ``timeline.*``."""

    minute: float
    what: str
    demand: int = -1
    crew: int = -1
    zone: int = -1
    value: float = 0.0
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Everything that a response leaves behind."""

    layout_id: str
    scenario_id: str
    horizon_min: float
    demands: DemandLog
    casualties: CasualtyLog
    relief: ReliefLog
    deliveries: tuple[Delivery, ...]
    stock_left: Mapping[tuple[str, str], int]
    """Pieces left by (depot id, item id)."""
    stock_out_min: Mapping[tuple[str, str], float]
    """When (depot id, item id) ran out; only those that did."""
    crews: CrewLog
    levels: tuple[tuple[float, int], ...]
    """(minute, rank) at which levels opened."""
    reopened: tuple[tuple[float, int], ...]
    """(minute, closure) of roads opened by crews."""
    restored: tuple[tuple[float, int], ...]
    """(minute, outage) of outages ended by crews."""
    warnings: tuple[WarningLog, ...]
    evacuations: tuple[EvacuationLog, ...] = ()
    events: int
    """Simulation events processed."""
    timeline: tuple[Entry, ...]
