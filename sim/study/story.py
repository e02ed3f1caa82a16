"""Tells the timeline of a response in words: what happened to a demand, what a crew did, hour by hour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sim.city.model import City
from sim.common.texts import catalogue, in_both, text
from sim.common.types import NEVER, Text
from sim.hazard.scenario import Scenario
from sim.plan.model import Layout, Plan
from sim.response.log import Entry, Log

LOCAL = "local:"
AID = "aid:"
ZONES_NAMED = 3
"""Townships named in a warning; of more only the number is told."""


class Story:
    """The words for one log, in one language; *labels* are the numbers that the demands have for the user."""

    def __init__(
        self, city: City, plan: Plan, layout: Layout, scenario: Scenario, log: Log, lang: str,
        labels: Sequence[int] | None = None,
    ) -> None:
        self.labels = range(len(scenario.demands)) if labels is None else labels
        self.city, self.plan, self.scenario, self.log, self.lang = city, plan, scenario, log, lang
        self.team_of, self.number_of = crews_of_log(log)
        self.names = names_of(city, plan, layout)
        self.depot_levels = {depot.depot_id: depot.level for depot in layout.depots}
        self.levels = {level.rank: level.name for level in plan.levels}

    # ---- which lines -----------------------------------------------------------------------

    def all(self) -> list[str]:
        """Return every line."""
        return self.lines(self.log.timeline)

    def of_demand(self, demand: int) -> list[str]:
        """Return what happened to *demand*."""
        return self.lines(entry for entry in self.log.timeline if entry.demand == demand)

    def of_crews(self, crews: Iterable[int]) -> list[str]:
        """Return what the crews with these numbers did."""
        wanted = set(crews)
        return self.lines(entry for entry in self.log.timeline if entry.crew in wanted)

    def headlines(self) -> list[str]:
        """Return what concerns the whole city: levels, outside help and its first goods, warnings, gas, stores."""
        wide = {
            "level_opened", "aid_arrived", "warning_issued", "flow_ended", "hospital_shut", "crew_hurt", "stock_out",
            "zone_scouted",
        }
        firsts = {id(entry) for entry in first_convoys(self.log.timeline, self.depot_levels)}
        return self.lines(entry for entry in self.log.timeline if entry.what in wide or id(entry) in firsts)

    def crews_of(self, team_id: str) -> list[int]:
        """Return the numbers of the crews of *team_id*; none if it has none."""
        return [crew for crew, team in self.team_of.items() if team == team_id]

    # ---- words -----------------------------------------------------------------------------

    def lines(self, entries: Iterable[Entry]) -> list[str]:
        """Return one line per entry: the time, then what happened."""
        return [
            text("timeline.line", self.lang, clock=self.clock(entry.minute), sentence=self.sentence(entry))
            for entry in entries
        ]

    def clock(self, minute: float) -> str:
        """Return the time on the wall and since T0."""
        if minute == NEVER:
            return "-"
        whole = round(minute)
        since_midnight = round(self.scenario.hour * 60.0) + whole
        day, rest = divmod(since_midnight, 1440)
        return text(
            "timeline.clock", self.lang, day=day + 1, clock=f"{rest // 60:02d}:{rest % 60:02d}",
            since=f"{whole // 60}:{whole % 60:02d}",
        )

    def sentence(self, entry: Entry) -> str:
        """Return what happened; a word that the catalogue does not know is shown as it is."""
        key = self._key(entry)
        if key not in catalogue(self.lang):
            parts = (entry.what, self.demand(entry.demand), self.crew(entry.crew), entry.word)
            return " ".join(part for part in parts if part)
        return text(
            key, self.lang, demand=self.demand(entry.demand), crew=self.crew(entry.crew), zone=self.zone(entry),
            value=_amount(entry), until=self.clock(entry.value), word=self.word(entry.word),
            level=self.levels[int(entry.value)].of(self.lang) if int_in(entry.value, self.levels) else entry.value,
            quantity=self._quantity(entry.demand), unit=self._unit(entry), **self._warning(entry),
        )

    def _key(self, entry: Entry) -> str:
        key = f"timeline.{entry.what}"
        if entry.what == "no_road" and entry.crew >= 0:
            key += ".crew"
        if entry.what == "warning_issued":
            key += self._told(int(entry.value))
        if entry.what == "crew_left" and entry.word == "spent":
            key += ".spent"
        if entry.what == "work_started" and self.log.demands.arrived_min[entry.demand] > entry.minute:
            key += ".local"
        return key

    def _told(self, number: int) -> str:
        """Return what people are told about danger *number*: of a cloud, what command has decided zone by zone."""
        danger = self.scenario.dangers[number]
        if danger.release < 0:
            return ".leave" if danger.evacuate else ""
        actions = {row.action for row in self.log.evacuations if row.danger == number} - {""}
        return {"leave": ".leave", "shelter": ".stay_in"}[actions.pop()] if len(actions) == 1 else ".gas"

    def _warning(self, entry: Entry) -> dict[str, object]:
        """Return the words of a warning: of which danger, for which townships, for how many people."""
        if entry.what != "warning_issued":
            return {}
        danger = self.scenario.dangers[int(entry.value)]
        named = [self.city.zones.name[zone].of(self.lang) for zone in danger.zones.tolist()]
        zones, more = text("timeline.list.comma", self.lang).join(named[:ZONES_NAMED]), len(named) - ZONES_NAMED
        if more > 0:
            zones = text("timeline.zones.more", self.lang, zones=zones, more=more)
        standing = danger.strike_min == NEVER and not danger.evacuate and danger.release < 0
        event = self.scenario.events[danger.event].name.of(self.lang)
        return {
            "danger": text("timeline.aftershocks", self.lang) if standing else event, "zones": zones,
            "people": f"{int(danger.people.sum()):,}",
        }

    def demand(self, number: int) -> str:
        """Return the demand's number, kind and place; empty for -1."""
        if number < 0:
            return ""
        table = self.scenario.demands
        kind = self.plan.kinds[table.kind[number]].name.of(self.lang)
        zone = self.city.zones.name[int(table.zone[number])].of(self.lang)
        place = self.word(table.place[number])
        key = "timeline.demand.at" if place else "timeline.demand"
        return text(key, self.lang, number=self.labels[number], kind=kind, zone=zone, place=place)

    def _quantity(self, number: int) -> str:
        return f"{self.scenario.demands.quantity[number]:,.0f}" if number >= 0 else ""

    def _unit(self, entry: Entry) -> str:
        """Return the unit of the item or of the demand that *entry* is about."""
        if entry.word in self.plan.items:
            return self.plan.items[entry.word].unit.of(self.lang)
        return self.plan.kinds[self.scenario.demands.kind[entry.demand]].unit.of(self.lang) if entry.demand >= 0 else ""

    def crew(self, number: int) -> str:
        """Return the crew's team and its number within the team; empty for -1."""
        if number < 0:
            return ""
        team = self.word(self.team_of.get(number, "").removeprefix(AID))
        return text("timeline.crew", self.lang, team=team, number=self.number_of.get(number, number))

    def zone(self, entry: Entry) -> str:
        """Return the zone's name; that of the demand if the entry names none; else the whole city."""
        zone = entry.zone
        if zone < 0 and entry.demand >= 0:
            zone = int(self.scenario.demands.zone[entry.demand])
        return self.city.zones.name[zone].of(self.lang) if zone >= 0 else text("timeline.city", self.lang)

    def word(self, word: str) -> str:
        """Return the name of what *word* is the id of; several ids may be joined by a space; else the word itself."""
        return " ".join(self.names[part].of(self.lang) if part in self.names else part for part in word.split(" "))


def first_convoys(timeline: Iterable[Entry], levels: Mapping[str, str]) -> list[Entry]:
    """Return the first loading and the first arrival of each outside store, and of each level of suppliers.

    *levels* are those of the depots by id.
    """
    told: set[tuple[str, str]] = set()
    firsts = []
    for entry in timeline:
        level = levels.get(entry.word, "")
        if entry.what not in ("convoy_loading", "convoy_arrived") or level not in ("aid", "supplier", "producer"):
            continue
        key = (entry.what, entry.word if level == "aid" else level)
        if key not in told:
            told.add(key)
            firsts.append(entry)
    return firsts


def _amount(entry: Entry) -> str:
    """Return the number of *entry*; what was worked out, not counted, without digits that say nothing."""
    if entry.what in ("flow_ended", "crew_hurt"):
        return f"{entry.value:,.{0 if entry.value >= 10.0 else 1}f}"
    return f"{entry.value:,.10g}"


def int_in(value: float, table: dict[int, Text]) -> bool:
    """Tell whether *value* is a whole number that *table* knows."""
    return value == int(value) and int(value) in table if value not in (NEVER, -NEVER) else False


def crews_of_log(log: Log) -> tuple[dict[int, str], dict[int, int]]:
    """Return each crew's team, and its number (from 1) within the team, by the index that entries use.

    First responders of the villages act unseen by the command: no entry names them.
    """
    team_of = {row: team for row, team in enumerate(log.crews.team) if not team.startswith(LOCAL)}
    counts: dict[str, int] = {}
    number_of = {}
    for crew, team in team_of.items():
        counts[team] = counts.get(team, 0) + 1
        number_of[crew] = counts[team]
    return team_of, number_of


def names_of(city: City, plan: Plan, layout: Layout) -> dict[str, Text]:
    """Return the name of everything that has an id: zones, teams, depots, items, hospitals, shelters, plants, aid."""
    names: dict[str, Text] = {}
    for ids, words in (
        (city.roads.node_id, city.roads.node_name),
        (city.zones.code, city.zones.name),
        (city.hospitals.hospital_id, city.hospitals.name),
        (city.shelters.shelter_id, city.shelters.name),
        (city.chemical_sites.site_id, city.chemical_sites.name),
    ):
        names |= dict(zip(ids, words, strict=True))
    roads = city.roads
    for edge, u, v in zip(roads.edge_id, roads.u.tolist(), roads.v.tolist(), strict=True):
        names[edge] = in_both("timeline.road", start=roads.node_name[u], end=roads.node_name[v])
    names |= {item.item_id: item.name for item in plan.items.values()}
    names |= {aid.group_id: aid.name for aid in plan.aid}
    names |= {team.team_id: team.name for team in layout.teams}
    names |= {depot.depot_id: depot.name for depot in layout.depots}
    return names
