"""The log: what happened, as records; the only output of a response. Minutes since T0; ``inf`` = never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.common.types import Bools, Floats, Ints

PREVENTED, OPEN, DONE = 0, 1, 2
"""State of a demand at the horizon: it never became real, it still waits or is worked on, it is done."""

SPARED, TRAPPED, WAITING, IN_CARE, SAVED, DIED_TRAPPED, DIED_WAITING, DIED_IN_CARE, DIED_EXPOSED = range(9)
"""State of a casualty at the horizon. TRAPPED and WAITING are alive and unserved: a missed promise, not a gap."""

OUTCOMES = (
    "spared", "trapped", "waiting", "in_care", "saved", "died_trapped", "died_waiting", "died_in_care", "died_exposed",
)


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

    hurt_min: Floats
    """Injury; ``inf`` if never hurt: spared, or not harmed by a cloud."""
    severity: Ints
    """The worst it got to before any treatment; 0 if not hurt within the horizon."""
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
    """Still there when the danger struck; of a cloud, those who had neither left nor shut themselves in."""
    action: str = "leave"
    """What they were told: ``leave``, or of a cloud ``shelter``; empty if a cloud's warning never went out."""
    sheltered: float = 0.0
    """Shut in when the cloud came, on a warning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GasLog:
    """What one release let out, where it went, and who was in the way. Only releases that began have a row."""

    release: int
    began_min: float
    flow_ended_min: float
    """When nothing came out of the vessel any more: closed, or empty."""
    ended_min: float
    """When no gas was left to reach anybody; ``inf``: not within the horizon."""
    aired_kg: float
    """In the air in all."""
    washed_kg: float
    """Held back by water curtains."""
    vessel_kg: float
    """Left in the vessel."""
    pool_kg: float
    """Left in the pool."""
    edges_min: Floats
    """Shape (steps + 1,), minutes since ``began_min``."""
    rate_kg_min: Floats
    """Into the air, by step."""
    vessel_course_kg: Floats
    pool_course_kg: Floats
    cell_level: Ints
    """What each cell came to: 0, or 1 to 3 for the yellow, orange and red zone."""
    cell_dose: Floats
    """mg/m3 min."""
    people: Floats
    """Who lived, worked or walked in cells of each level at first, shape (4,)."""
    away: Floats
    """Of them, on a warning out of the way by the start of each step, shape (steps, 4)."""
    sheltered: Floats
    """Of them, shut in on a warning, shape (steps, 4)."""


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
    gas: tuple[GasLog, ...] = ()
    crews_hurt: float = 0.0
    """Crew members whom a burst caught at work."""
    hospital_shut: tuple[tuple[float, int], ...] = ()
    """(minute, hospital) at which a door was shut because somebody came unwashed."""
    washed: int = 0
    """People who had been in a cloud and were washed."""
    events: int
    """Simulation events processed."""
    timeline: tuple[Entry, ...]
