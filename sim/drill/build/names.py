"""The names of what a drill speaks of: places, teams, stores, hospitals."""

from __future__ import annotations

from sim.city.model import City
from sim.city.substances import substances
from sim.common.types import Text
from sim.drill.build.said import amount, filled, said
from sim.drill.build.scenes import Scene, kinds, words_of
from sim.hazard.scenario import Scenario
from sim.plan.model import Layout, Plan
from sim.study.story import AID, names_of


class Names:
    """Names by id, and the words of scenes."""

    def __init__(self, city: City, plan: Plan, layout: Layout, scenario: Scenario) -> None:
        self.city, self.plan, self.layout, self.scenario = city, plan, layout, scenario
        self._of = names_of(city, plan, layout)

    def of(self, word: str) -> Text:
        """Return the name of what *word* is the id of; the word itself if it is none."""
        return self._of.get(word, Text(word, word))

    def team(self, team: str) -> Text:
        """Return the name of a team of the layout or of outside help."""
        return self.of(team.removeprefix(AID))

    def hospital(self, index: int) -> Text:
        """Return the name of a hospital."""
        return self.city.hospitals.name[index]

    def zone(self, zone: int) -> Text:
        """Return the name of a township; that of the city for -1."""
        return self.city.zones.name[zone] if zone >= 0 else self.city.name

    def where(self, scene: Scene) -> Text:
        """Return where *scene* is: the plant or road if it has one, else the township."""
        if scene.event.startswith("shelter"):
            return self.of(scene.place)
        known = [part for part in scene.place.split(" ") if part in self._of]
        return self.of(known[0]) if known and scene.event.startswith("demand") else self.zone(scene.zone)

    def scene(self, scene: Scene, column: str) -> Text:
        """Return a sentence about *scene*: a column of ``scene_kinds.csv``, filled."""
        return filled(
            words_of(kinds()[scene.kind], column), zone=self.zone(scene.zone), where=self.where(scene),
            place=self.where(scene), count=amount(scene.count), substance=self._substance(scene),
            reading=self._reading(scene), name=self._event(scene),
        )

    def _substance(self, scene: Scene) -> Text:
        for release in self.scenario.releases:
            if scene.event.startswith("demand") and scene.number in release.tasks:
                return substances()[release.substance].name
        return said("substance")

    def _reading(self, scene: Scene) -> Text:
        """Return what the instruments say, all readings of this minute."""
        if not scene.event.startswith("alert"):
            return Text("", "")
        told = [alert for alert in self.scenario.alerts if alert.known_min == scene.sim_min]
        parts = [said(f"reading.{alert.indicator}", value=reading(alert.value)) for alert in told]
        return Text("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))

    def _event(self, scene: Scene) -> Text:
        return self.scenario.events[scene.number].name if scene.event.startswith("event") else Text("", "")


def reading(value: float) -> str:
    """Return what an instrument shows, with the digits that one would read out."""
    return f"{value:.2g}" if value < 100.0 else amount(value)
