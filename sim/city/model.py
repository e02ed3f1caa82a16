"""A city as it stands before anything happens: people, roads, buildings and facilities, as frozen arrays.

Row *i* of every array of a table is the same thing; other tables point to it by its index
(``zone``, ``node``, ``edge``), never by its code. Units: km, km/h, people, degrees WGS84, m2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.city.water_model import Water
from sim.common.types import Bools, Floats, Ints, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """Townships and subdistricts (乡镇、街道), the smallest units that hold people."""

    code: tuple[str, ...]
    name: tuple[Text, ...]
    county: tuple[str, ...]
    """County code of each zone."""
    node: Ints
    """Road node at which the zone is served."""
    people: Ints
    people_urban: Ints
    people_rural: Ints
    households: Ints
    area_km2: Floats
    lon: Floats
    lat: Floats
    terrain: tuple[str, ...]
    communities: Ints
    villages: Ints
    design_pga_g: Floats

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """The road graph: nodes and edges; an edge that is not ``bidirectional`` runs from u to v only."""

    node_id: tuple[str, ...]
    node_name: tuple[Text, ...]
    node_kind: tuple[str, ...]
    node_lon: Floats
    node_lat: Floats
    edge_id: tuple[str, ...]
    u: Ints
    v: Ints
    road_class: tuple[str, ...]
    ref: tuple[str, ...]
    bidirectional: Bools
    length_km: Floats
    speed_kmh: Floats
    lanes: Ints
    is_bridge: Bools
    flood_path: tuple[str, ...]

    def node(self, node_id: str) -> int:
        """Return the index of *node_id*; ``ValueError`` if the graph has no such node."""
        return self.node_id.index(node_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospitals:
    """Hospitals and health centres; level 3 is the highest."""

    hospital_id: tuple[str, ...]
    name: tuple[Text, ...]
    level: Ints
    beds: Ints
    icu_beds: Ints
    surge_per_h: Ints
    """Emergency patients an hour that the entrance can take."""
    node: Ints
    zone: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelters:
    """Places where displaced people can stay; ``indoor`` ones need no tent."""

    shelter_id: tuple[str, ...]
    name: tuple[Text, ...]
    node: Ints
    zone: Ints
    capacity: Ints
    indoor: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class ChemicalSites:
    """Plants that hold hazardous chemicals."""

    site_id: tuple[str, ...]
    name: tuple[Text, ...]
    node: Ints
    zone: Ints
    lon: Floats
    lat: Floats
    main_chemical: tuple[str, ...]
    main_quantity_t: Floats
    chemicals: tuple[str, ...]
    """The whole inventory as the ledger writes it: ``name:quantity t;...``."""
    major_hazard: Bools
    workers: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Vessels:
    """The tanks, spheres, gas holders and stores in which the plants keep their chemicals."""

    vessel_id: tuple[str, ...]
    name: tuple[Text, ...]
    site: Ints
    """Index in :class:`ChemicalSites`."""
    substance: tuple[str, ...]
    """Keys of :func:`sim.city.substances.substances`."""
    mass_kg: Floats
    storage: tuple[str, ...]
    """``pressure`` (liquefied by pressure), ``cold`` (by cold, near 1 bar), ``liquid``, ``gas`` or ``solid``."""
    temp_c: Floats
    pressure_bar: Floats
    """Absolute."""
    diameter_m: Floats
    """Of a store: of the circle of the same floor."""
    height_m: Floats
    """From the vessel's bottom to its top: of a sphere or a lying bullet its diameter."""
    volume_m3: Floats
    bund_m2: Floats
    """Ground inside the wall that holds what runs out; 0 if there is none."""
    shape: tuple[str, ...]
    """``vertical``, ``sphere``, ``bullet`` (a lying cylinder) or ``store`` (a building)."""
    anchored: Bools
    shutoff_valve: Bools
    """An automatic valve closes the outlet."""
    curtain: Bools
    """A fixed water curtain stands around the vessel."""
    fill_pipe_mm: Floats
    """Inner diameter of the largest connection; 0 if there is none."""
    store_above_ground_m: Floats
    """Height of the floor of a store above the ground; 0 for every other vessel."""
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return len(self.vessel_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindRose:
    """How often the wind blows from where, and how fast; ``share`` and ``calm_share`` sum to 1."""

    from_deg: Floats
    """Direction that the wind comes from, degrees from north through east."""
    share: Floats
    speed_ms: Floats
    calm_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """Warning devices per zone."""

    loudspeakers: Ints
    screens: Ints
    weather_stations: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault trace: points of (lon, lat), drawn schematically."""

    fault_id: str
    name: Text
    kind: str
    max_magnitude: float
    trace: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySlot:
    """Where people are in a part of the day, as shares that sum to 1."""

    slot: str
    weekend: bool
    from_hour: int
    to_hour: int
    home: float
    work: float
    school: float
    road_outdoor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A polygon for the maps: rings of (lon, lat)."""

    code: str
    name: Text
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How far one file of the city folder can be trusted: rows by word of confidence."""

    file: str
    rows: int
    confidence: Mapping[str, int]
    sources: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """Where people live, how roads run, where plants, hospitals and shelters stand."""

    city_id: str
    name: Text
    folder: Path
    population_year: int
    currency: str
    zones: Zones
    roads: Roads
    hospitals: Hospitals
    shelters: Shelters
    chemical_sites: ChemicalSites
    devices: Devices
    building_mix: Mapping[tuple[str, str], Mapping[str, float]]
    """Share of dwellings by structure for (county code, ``urban`` or ``rural``); shares sum to 1.
    Structures: ``RC``, ``brick-concrete``, ``brick-wood``, ``adobe``, ``other``."""
    day_slots: tuple[DaySlot, ...]
    month_temp_c: tuple[float, ...]
    """Mean temperature of the twelve months."""
    wind_mean_ms: float
    wind_rose: WindRose
    faults: tuple[Fault, ...]
    indicators: tuple[Mapping[str, str], ...]
    zone_outlines: tuple[Outline, ...]
    county_outlines: tuple[Outline, ...]
    rivers: tuple[Outline, ...]
    age_share_under_15: float
    age_share_over_60: float
    gdp_yuan: float
    provenance: tuple[Provenance, ...]
    water: Water | None = None
    """Gullies, basins, low ground, river; ``None``: this city knows no floods."""
    vessels: Vessels | None = None
    """What the plants keep, vessel by vessel; ``None``: this city knows no chemical accidents."""
