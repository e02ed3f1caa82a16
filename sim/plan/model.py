"""What the city decides and promises: layouts, response levels, the relief kit, targets.

All of it is data that a planner edits; nothing here acts. Times in minutes, people in people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.common.coefficients import Coefficients
from sim.common.types import Text
from sim.plan.protect import ProtectRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A line of the ledger of teams (队伍台账)."""

    team_id: str
    name: Text
    category: Text
    tier: int
    """1 main force (主力), 2 professional (协同), 3 army and armed police (突击), 4 social and grassroots (辅助),
    5 from outside the city (增援)."""
    type: str
    people: int
    ready_people: int
    """People on duty now, who go out after ``turnout_min``; the rest can be recalled."""
    turnout_min: float
    node: int
    capabilities: tuple[str, ...]
    equipment: str
    synthetic: bool
    confidence: str
    opens_rank: int = 4
    """Response level (4 = Ⅳ ... 1 = Ⅰ) from which this team may be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewType:
    """How the people of a team type form crews (编组)."""

    type: str
    crew_size: int
    vehicle: str
    """One of ``scenario.VEHICLES``."""
    productivity: float
    """Work per minute against a standard professional crew."""
    recall_share: float
    """Share of the people off duty who come when recalled."""
    recall_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A kind of relief item."""

    item_id: str
    name: Text
    unit: Text
    persons_per_item: float
    """People whom one piece serves; 0 if it is not handed to people."""
    volume_m3: float
    weight_kg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """A place that holds relief stock: a store of the city or a county, an agreed supplier, a producer."""

    depot_id: str
    name: Text
    level: str
    """``city``, ``county``, ``village``, ``supplier`` (协议储备), ``producer`` (产能储备) or ``aid`` (from outside)."""
    node: int
    stock: Mapping[str, int]
    """Pieces by item id at T0."""
    trucks: int
    opens_rank: int
    """Response level from which it serves; 4 = every level."""
    opens_after_min: float
    """Time from that level (or from T0 for rank 4) until the first truck can be loaded."""
    hourly: Mapping[str, int]
    """Pieces made or bought each hour once open (producers), by item id; empty for stores."""
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How command decides in this layout."""

    dispatch: str = "closest_idle"
    """The nearest free capable crew goes; queues by priority, then people at stake and age."""
    duty_officers: int = 6
    """Officers in the city duty room who take and pass on reports."""
    retask: bool = True
    """May a crew that reinforces a lower priority be pulled away to a higher one?"""
    warning_delay_min: float | None = None
    """From a level's opening to the warning, where the order is agreed beforehand; ``None``: the plan's usual time."""
    works_mutual_aid: bool = False
    """Do works call each other's brigades to a leak or a fire, without waiting for the duty room (企业间互助)?"""
    protect: ProtectRule = "auto"
    """What people are told about a cloud of gas: to ``shelter``, to ``leave``, or (``auto``) what suits the cloud."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The ledger plus a short list of changes."""

    layout_id: str
    name: Text
    note: Text
    teams: tuple[Team, ...]
    depots: tuple[Depot, ...]
    ambulances: Mapping[str, int]
    """Ambulances by hospital id."""
    buses: Mapping[str, int]
    """Buses for evacuation by the node where they stand."""
    rules: Rules
    changes: tuple[Text, ...]
    """What differs from the ledger, one sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """What a capability is worth on one kind of demand."""

    capability: str
    productivity: float
    leads: bool
    """A demand only progresses while a crew that leads is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandKind:
    """A kind of demand and who can do it; a row of ``demand_kinds.csv`` with its rows of ``skills.csv``."""

    kind: str
    name: Text
    unit: Text
    law: str
    """Work law: ``rescue`` (people come out one by one), ``fire`` (grows until begun), ``task`` (fixed work), ``entry``
    (in protective gear, by turns), ``hold`` (once in place, its crews stay as long as the demand that caused it)."""
    priority: int
    """1 is served first."""
    skills: tuple[Skill, ...]
    helper: str
    """Capability that should also be there (a crane for the entombed); empty for none."""
    without_helper: float
    """Factor on the rate while no crew with the helper capability is there."""
    bystander_rate: float
    """Rate of the people on the spot, in standard crews, from the first minutes; 0 if they cannot help."""
    local_responders: bool
    """Village and community first responders go there by themselves."""
    direct_call: bool
    """People call the emergency number at once; whoever gets through needs no reporting chain."""
    arrival_limit_min: float
    """Standard that planners are asked about: first crew there within this; ``inf`` for none."""
    works_call: bool = False
    """The plant turns out the brigades based beside it by itself, before the duty room knows (企业自救)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A response level (响应级别): what opens it and what it opens."""

    rank: int
    """4 = Ⅳ (lowest) ... 1 = Ⅰ (highest)."""
    name: Text
    indicators: Mapping[str, float]
    """Opens when any known indicator reaches its threshold (``magnitude``, ``max_intensity``, ``deaths`` ...)."""
    decision_min: float
    """Time from knowing to the order."""
    recalls_off_duty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AidGroup:
    """Help from outside (增援): crews, trucks, ambulances that come in at the edge of the road graph."""

    group_id: str
    name: Text
    rank: int
    """Comes when this level opens."""
    entry_nodes: tuple[int, ...]
    """Nodes where it can enter, best first."""
    after_min: float
    """From the level's opening until it stands at the entry."""
    type: str
    crews: int
    capabilities: tuple[str, ...]
    trucks: int
    ambulances: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KitLine:
    """One thing that a displaced person must have to count as relieved."""

    line_id: str
    name: Text
    items: tuple[str, ...]
    """Item ids that satisfy it, best first."""
    per_person: float
    """People-servings of the item that one person needs (1 = what the item's ``persons_per_item`` says)."""
    cold_only: bool
    """Needed only below ``kit_cold_c`` degrees."""
    indoor_free: bool
    """An indoor shelter place satisfies it without any item (tents)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLink:
    """One link of the reporting chain (信息报送): median minutes when phones work, and when they do not."""

    link: str
    name: Text
    median_min: float
    dark_median_min: float
    sigma: float
    """Spread of the lognormal that the scenario's uniform number is mapped through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way in which a warning reaches people; ``sim.response.warning`` says how they combine."""

    channel: str
    name: Text
    cap_day: float
    cap_night: float
    p_per_min: float
    q_per_min: float
    people_per_device: float
    """People in reach of one device; 0 if the channel does not depend on devices."""
    device: str
    """``loudspeakers`` or ``screens``; empty if none."""
    needs_power: bool
    needs_communication: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the plan promises: a measure, a statistic of it, a limit and the clause it comes from."""

    target_id: str
    name: Text
    clause: Text
    source: str
    kind: str
    """``simulated``, ``ledger`` or ``yearly``."""
    measure: str
    statistic: str
    """``mean``, ``p90``, ``share_of_replications`` (in which the limit holds) or ``value`` (ledger)."""
    sense: str
    """``<=``, ``<``, ``>=`` or ``=``."""
    limit: float
    unit: Text
    assurance: float
    """For ``share_of_replications``: the share that must hold, 0.9 by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that holds for all layouts of a city."""

    kinds: Mapping[str, DemandKind]
    crew_types: Mapping[str, CrewType]
    items: Mapping[str, Item]
    levels: tuple[Level, ...]
    """Lowest (Ⅳ) first."""
    aid: tuple[AidGroup, ...]
    kit: tuple[KitLine, ...]
    report_links: tuple[ReportLink, ...]
    channels: tuple[Channel, ...]
    targets: tuple[Target, ...]
    coefficients: Coefficients
    """``sim/plan/tables/response.csv``: fatigue, medical, logistics and command numbers."""
    statements: Mapping[str, float]
    """Numbers that the planner enters for ledger targets (``ledger_*``), by target id."""
