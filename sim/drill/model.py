"""A drill: who is told what and when, what they are expected to do, and how long that takes when the plan is followed.

One record holds everything (``drill.json``); every document, sheet, map and message of a package is made from it and
from nothing else. Scenario minutes count from T0 of the disaster, exercise minutes from STARTEX on the wall.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.common.types import Text
from sim.drill.expected import CLOCKS, STEPS, Action, Benchmark, Clause, Trace

SCHEMA_VERSION = "1.0"

FORMS = ("field", "tabletop")
"""实战演练, 桌面推演."""
NOTICES = ("scripted", "announced", "window", "blind")
"""有脚本示范, 预告无脚本, 只告知时段, 双盲."""
KINDS = ("inject", "contingency", "reserve", "move", "admin")
"""情况, 应急情况 (if an expected action does not come), 备用情况, 时间跳跃, 管理 (STARTEX, ENDEX, hot wash)."""
MODES = (
    "phone", "radio", "paper", "government_net", "chat", "sms", "broadcast", "social_media", "actor", "system_alarm",
)
STRESSES = (
    "utilisation", "breach", "queue", "contention", "cascade", "decision", "reporting", "participation", "equity",
)
COLORS = ("red", "orange", "yellow", "blue")
AUDIENCES = ("controller", "evaluator", "player", "observer")
ROLES = ("command", "player", "simulator", "controller", "evaluator", "observer")
DIFFICULTIES = ("ungraded", "none", "entry", "standard", "advanced", "extreme", "hopeless")
"""Bands of the chance that a key limit is missed: below 0.05, to 0.20, 0.45, 0.70, 0.90, above.

``ungraded``: nothing that is timed has a limit.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What the drill is to show: by whom, under which conditions, which task, to which standard, to what effect."""

    objective_id: str
    """``O-1``."""
    who: Text
    condition: Text
    task: Text
    standard: Text
    effect: Text
    capability: str
    """Key of ``tables/capabilities.csv`` (core capability)."""
    weight: float
    stress: str
    """Kind of stress that it loads, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityTarget:
    """What an organisation should reach, in numbers; evaluated on a page of its own."""

    target_id: str
    """``CT-1.2``, of objective ``O-1``."""
    objective_id: str
    text: Text
    clause: Clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Who takes part."""

    unit_id: str
    """``U-01``."""
    name: Text
    role: str
    """One of :data:`ROLES`."""
    task: Text
    teams: tuple[str, ...]
    """Team ids of the layout that stand behind it; none for a control cell."""
    people: int
    equipment: str
    node: str
    """Node id of where it starts; empty if it has no place."""
    lon: float
    lat: float
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A stretch of the drill without a time jump inside; between two moves quiet time is cut out and announced."""

    move_id: str
    """``M-1``."""
    name: Text
    ex_from_min: float
    ex_to_min: float
    sim_from_min: float
    sim_to_min: float
    summary: Text
    """What happened in the time that is jumped over before it, from the simulation; empty for the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inject:
    """One row of the master scenario events list."""

    inject_id: str
    """``I-001``; ``C-001`` contingency for ``I-001``; ``R-01`` reserve; ``M-1`` a time jump; ``X-01`` admin."""
    kind: str
    move_id: str
    ex_min: float | None
    """Minutes after STARTEX; ``None`` for contingencies without a fixed time and reserves."""
    sim_min: float | None
    """Minutes after T0."""
    title: Text
    message: Text
    """As read out or handed over, without the drill's mark (renderers put it in front)."""
    mode: str
    from_role: Text
    to_unit: str
    to_role: Text
    controller: str
    """Filled in by the designer."""
    location: Text
    lon: float | None
    lat: float | None
    action_ids: tuple[str, ...]
    objective_ids: tuple[str, ...]
    capability: str
    clause: Clause | None
    condition: Text
    """When it is delivered: by time, or if an action was not seen by a time."""
    materials: tuple[str, ...]
    """File names inside the package."""
    timed: bool
    sim_event: str
    """``demand:17``, ``event:0``, ``danger:2``, ``alert:1``; empty for what is not of the simulation."""
    theme: str
    """Of a reserve: which capability or pressure it adds; else empty."""
    answers: tuple[Text, ...]
    """What the controller may say if asked, from the simulation."""
    first_report: Text
    """Model text of the first report (首报) with its elements; empty if nothing has to be reported."""
    warning: str
    """Id of the warning that goes out with it, see :class:`PublicWarning`; or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicWarning:
    """A public warning of the drill; made into CAP 1.2 and the Chinese form, as an exercise only."""

    warning_id: str
    inject_id: str
    message_type: str
    """``Alert``, ``Update`` or ``Cancel``."""
    references: tuple[str, ...]
    """Earlier warning ids of the same chain."""
    event: Text
    event_code: str
    """Key of ``tables/warning_codes.csv``."""
    color: str
    """One of :data:`COLORS`."""
    urgency: str
    severity: str
    certainty: str
    headline: Text
    description: Text
    instruction: Text
    ex_min: float
    expires_ex_min: float
    zones: tuple[str, ...]
    """Codes of the townships."""
    area: Text
    polygons: tuple[tuple[tuple[float, float], ...], ...]
    """Closed rings of (lon, lat)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Something on the map."""

    layer: str
    """``incident``, ``hazard_zone``, ``cordon``, ``team_base``, ``hospital``, ``shelter``, ``road_closed``, ``route``,
    ``district``, ``rally_point``."""
    place_id: str
    name: Text
    geometry: str
    """``Point``, ``LineString`` or ``Polygon``."""
    coordinates: tuple[tuple[float, float], ...]
    """(lon, lat); of a polygon, its closed outer ring."""
    from_ex_min: float
    to_ex_min: float
    audience: str
    """``player`` if players may see it before it happens, else ``controller``."""
    properties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Ground truth at one moment, for the controller: free questions are answered alike."""

    ex_min: float
    sim_min: float
    facts: tuple[tuple[Text, str], ...]
    """Name with unit, value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stress:
    """What the designer wanted to stress, and what was reached on fresh seeds."""

    kind: str
    """One of :data:`STRESSES`."""
    text: Text
    band_low: float
    band_high: float
    achieved: float
    low: float
    high: float
    """95 % interval of ``achieved``."""
    replications: int
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """How hard one capability is: the chance that one of its key limits at least is missed."""

    capability: str
    missed: float
    low: float
    high: float
    band: str
    """One of :data:`DIFFICULTIES`."""
    reason: Text
    """The action that is most often late, and what binds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question for the bank of blind drills and tabletops."""

    question_id: str
    """``Q-01``."""
    text: Text
    points: tuple[Text, ...]
    clause: Clause | None
    score: float
    unit_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A decision of the controller with rival continuations."""

    branch_id: str
    text: Text
    options: tuple[Text, ...]
    injects: tuple[tuple[str, ...], ...]
    effect: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """A number that the drill stands on, and where it is from."""

    name: Text
    value: str
    source: str
    checked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything that stands on the first page."""

    drill_id: str
    version: int
    revised_at: str
    """ISO date: that of the design, never the clock, so that equal input gives equal bytes."""
    name: Text
    city: Text
    city_code: str
    """GB/T 2260, six digits; empty if the city folder does not say."""
    form: str
    notice: str
    purpose: Text
    hazard: str
    scenario: Text
    """Short story of the disaster."""
    evolution: Text
    consequences: Text
    background: Text
    event_grade: str
    """``I`` ... ``IV`` (事件分级), or empty."""
    response_level: str
    """``I`` ... ``IV``, or empty."""
    warning_color: str
    date: str
    start: str
    """Wall clock of STARTEX, ``HH:MM``, zone +08:00 unless ``utc_offset`` says else."""
    utc_offset: str
    window_min: float
    endex_min: float
    hotwash_min: float
    venues: Text
    host: Text
    organiser: Text
    layout: Text
    scenario_time: str
    """Date and time of T0 in the story, ISO."""
    safety_word: Text
    end_conditions: Text
    forbidden: tuple[Text, ...]
    realism: float
    """Share of the prior's disasters that are no more likely than this one, 0 to 1; above 0.01 by design."""
    realism_text: Text
    difficulty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """How the benchmarks came about."""

    turnout_version: str
    scenario_sha256: str
    layout_id: str
    seed: int
    replications: int
    first_replication: int
    late_shares: tuple[int, ...]
    """Of each simulated copy, how many timed actions were beyond their own P90: actions hang together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A drill, whole."""

    schema_version: str
    overview: Overview
    simulation: Simulation
    objectives: tuple[Objective, ...]
    targets: tuple[CapabilityTarget, ...]
    units: tuple[Unit, ...]
    moves: tuple[Move, ...]
    injects: tuple[Inject, ...]
    """By exercise time; those without a time last."""
    actions: tuple[Action, ...]
    warnings: tuple[PublicWarning, ...]
    places: tuple[Place, ...]
    states: tuple[State, ...]
    stresses: tuple[Stress, ...]
    difficulties: tuple[Difficulty, ...]
    questions: tuple[Question, ...]
    branches: tuple[Branch, ...]
    provenance: tuple[Provenance, ...]
    time_map: tuple[tuple[float, float], ...]
    """(scenario minute, exercise minute), rising in both; between them exercise time runs as the scenario's unless a
    move cuts."""
    evaluation_template: str
    """Name of a file of ``eval_templates/``."""


__all__ = [
    "AUDIENCES",
    "CLOCKS",
    "COLORS",
    "DIFFICULTIES",
    "FORMS",
    "KINDS",
    "MODES",
    "NOTICES",
    "ROLES",
    "SCHEMA_VERSION",
    "STEPS",
    "STRESSES",
    "Action",
    "Benchmark",
    "Branch",
    "CapabilityTarget",
    "Clause",
    "Difficulty",
    "Drill",
    "Inject",
    "Move",
    "Objective",
    "Overview",
    "Place",
    "Provenance",
    "PublicWarning",
    "Question",
    "Simulation",
    "State",
    "Stress",
    "Trace",
    "Unit",
]
