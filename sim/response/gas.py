"""Gas (毒气扩散): every release runs while nobody stops it, people take in what reaches them or get out of its way.

No dice: what comes out, how it spreads and what each person can bear stand in the scenario; here it is added up.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from sim.common.types import NEVER, Floats
from sim.response.cloud import DEAD, GONE, GRAVE, Air, Cloud
from sim.response.command import Command
from sim.response.evacuation import Evacuation
from sim.response.log import OPEN, GasLog
from sim.response.medical import Medical
from sim.response.warning import Warnings
from sim.response.world import World


class Gas:
    """All releases of a scenario."""

    def __init__(
        self, world: World, command: Command, warnings: Warnings, evacuation: Evacuation, medical: Medical
    ) -> None:
        self.world, self.env, self.board = world, world.env, command
        self.warnings, self.evacuation, self.medical = warnings, evacuation, medical
        scenario = world.scenario
        self.of_demand: dict[int, list[int]] = {}
        for number, release in enumerate(scenario.releases):
            self.of_demand.setdefault(release.demand, []).append(number)
        self.dangers: dict[int, dict[int, int]] = {}
        """Danger by zone of each release."""
        for number, danger in enumerate(scenario.dangers):
            if danger.release >= 0:
                for zone in danger.zones.tolist():
                    self.dangers.setdefault(danger.release, {})[zone] = number
        self.running: dict[int, Run] = {}
        self.air = _air(world)

    def start(self) -> None:
        """Let those releases begin that hang on nobody's work: a pool that boils off after everything came out."""
        for number in self.of_demand.get(-1, ()):
            self.world.at(self.world.scenario.releases[number].start_min, self._begin, number)

    def begin(self, d: int) -> None:
        """Let the releases of leak *d*, which has become real, flow."""
        for number in self.of_demand.get(d, ()):
            self._begin(number)

    def _begin(self, number: int) -> None:
        run = self.running[number] = Run(self, number)
        self.env.process(run.life())

    def log(self) -> tuple[GasLog, ...]:
        """Return what became of every release that began."""
        return tuple(run.log() for _, run in sorted(self.running.items()))


def _air(world: World) -> Air:
    """Return how fast houses breathe this season, times an hour."""
    c = world.plan.coefficients
    cold = world.scenario.temp_c < c["air_winter_c"]
    return Air(
        open_per_h=c["air_winter_per_h"] if cold else c["air_summer_per_h"], shut_per_h=c["air_shut_per_h"],
        airing_per_h=c["air_airing_per_h"], airs_alone_min=c["air_airs_alone_min"],
    )


class Run:
    """One release from its first minute until its gas has gone."""

    def __init__(self, gas: Gas, number: int) -> None:
        world = gas.world
        self.gas, self.world, self.board, self.number = gas, world, gas.board, number
        self.release = r = world.scenario.releases[number]
        first = r.exposed.first
        self.cloud = Cloud(r, gas.air, world.scenario.casualties.zone[first : first + len(r.exposed)])
        self.began_min = world.env.now
        self.ended_min = NEVER
        self.flow_ended_min = NEVER
        self.zones = sorted(gas.dangers.get(number, {}))
        self.n = len(world.city.zones)
        self.gone, self.shut = np.zeros(self.n), np.zeros(self.n)
        self.gone_course: list[list[float]] = []
        self.shut_course: list[list[float]] = []
        self.hurt: set[int] = set()

    def life(self) -> Generator[simpy.Event, Any, None]:
        """Step through the release; each step happens at its end, with what held during it."""
        env, edges = self.world.env, self.release.edges_min
        for k in range(len(self.release.slot)):
            yield simpy.Timeout(env, float(edges[k + 1] - edges[k]))
            self._step(k)
            if not self._goes_on(k):
                self.ended_min = env.now
                self._nothing_left()
                return

    def _step(self, k: int) -> None:
        r, cloud, now = self.release, self.cloud, self.world.env.now
        start = self.began_min + float(r.edges_min[k])
        step = max(now - start, 1e-9)
        done = self._done_min(r.demand)
        open_share = min(1.0, max(0.0, done - start) / step)
        covered = min(1.0, max(0.0, now - self._done_min(r.cover)) / step)
        curtain = min(self._laid_min(r.curtain), self.began_min + r.fixed_curtain_min)
        cloud.emit(k, open_share, covered, min(1.0, max(0.0, now - curtain) / step))
        self._people_act(k, start)
        aired = self._done_min(r.monitoring) <= start
        for i in cloud.expose(k, aired_out=aired).tolist():
            self._harmed(i)
        if open_share < 1.0 or not cloud.flows_after(k):
            self._flow_ends(min(now, max(start, done)))

    def _done_min(self, demand: int) -> float:
        return self.board.done_min[demand] if demand >= 0 else NEVER

    def _laid_min(self, demand: int) -> float:
        """Return when crews have put *demand* in place; it ends with its leak though it was never laid."""
        site = self.board.sites.get(demand)
        never = site is None or (self.board.stays[demand] and not site.holding)
        return NEVER if never else self.board.done_min[demand]

    def _people_act(self, k: int, now: float) -> None:
        dangers = self.gas.dangers.get(self.number, {})
        for zone in self.zones:
            number = dangers[zone]
            if self.gone[zone] < 1.0:
                self.gone[zone] = max(self.gone[zone], self.gas.evacuation.share_gone(number, zone, now))
                self.shut[zone] = max(self.shut[zone], self.gas.warnings.share_sheltered(number, zone, now))
        self.gone_course.append([float(self.gone[zone]) for zone in self.zones])
        self.shut_course.append([float(self.shut[zone]) for zone in self.zones])
        cloud = self.cloud
        cloud.act(k, self.gone, self.shut, shut_off=self._done_min(self.release.cordon) <= now)
        patients, first = self.gas.medical.patients, self.release.exposed.first
        for i in tuple(self.hurt):
            # Whom a crew or a car has taken up breathes no more of it.
            if min(patients.care_min[first + i], patients.left_min[first + i]) <= now:
                cloud.place[i] = GONE
                self.hurt.discard(i)

    def _harmed(self, i: int) -> None:
        casualty, harm = self.release.exposed.first + i, int(self.cloud.harm[i])
        if harm == DEAD:
            self.gas.medical.killed_by_dose(casualty)
            self.hurt.discard(i)
            return
        self.hurt.add(i)
        self.gas.medical.poisoned(casualty, 3 if harm == GRAVE else 2)

    def _flow_ends(self, minute: float) -> None:
        if self.flow_ended_min == NEVER:
            self.flow_ended_min = minute
            self.world.note("flow_ended", demand=self.release.demand, value=self.cloud.aired_kg)

    def _goes_on(self, k: int) -> bool:
        """Tell whether anything still flows, boils or drifts; a vessel that has run dry needs no crew any more."""
        cloud, r = self.cloud, self.release
        feeds = cloud.pool_kg > 1e-6 and cloud.rate_kg_min[k] > cloud.faint_kg_min
        pool = feeds and self._done_min(r.cover) > self.world.env.now
        if self.flow_ended_min == NEVER or pool:
            return True
        if r.demand >= 0:
            site = self.board.site(r.demand)
            if site.state == OPEN and not cloud.flows_after(k):
                site.finish()
        return cloud.lingers(k)

    def _nothing_left(self) -> None:
        """End what only a cloud needs; the lanes stay until nobody waits there to be washed."""
        r = self.release
        for d in (r.cover, r.monitoring, r.cordon):
            self._lapse(d)
        self.gas.medical.washing.close(r.decontamination, lambda: self._lapse(r.decontamination))

    def _lapse(self, d: int) -> None:
        """End *d*, if it is still open."""
        if d >= 0 and self.board.real_min[d] <= self.world.env.now and not self.board.prevented[d]:
            site = self.board.site(d)
            if site.state == OPEN:
                site.finish()

    # ---- the log ---------------------------------------------------------------------------

    def log(self) -> GasLog:
        """Return what came out, where it went and who was in the way."""
        cloud, r, n = self.cloud, self.release, self.cloud.steps
        levels, dose = cloud.reached()
        return GasLog(
            release=self.number, began_min=self.began_min, flow_ended_min=self.flow_ended_min,
            ended_min=self.ended_min, aired_kg=cloud.aired_kg, washed_kg=cloud.washed_kg,
            vessel_kg=cloud.vessel_kg, pool_kg=cloud.pool_kg, edges_min=r.edges_min[: n + 1],
            rate_kg_min=cloud.rate_kg_min[:n], vessel_course_kg=cloud.vessel_course_kg[:n],
            pool_course_kg=cloud.pool_course_kg[:n], cell_level=levels, cell_dose=dose,
            people=self._people(levels), away=self._course(levels, self.gone_course),
            sheltered=self._course(levels, self.shut_course),
        )

    def _people(self, levels: Any) -> Floats:
        spots = self.release.spots
        people = np.zeros(4)
        if len(spots.cell):
            np.add.at(people, levels[spots.cell], spots.people)
        return people

    def _course(self, levels: Any, course: list[list[float]]) -> Floats:
        """Return how many people of each level had done so by each step, shape (steps, 4)."""
        spots = self.release.spots
        by_zone = np.zeros((self.n, 4))
        if len(spots.cell):
            np.add.at(by_zone, (spots.zone, levels[spots.cell]), spots.people)
        shares = np.array(course).reshape(len(course), len(self.zones))
        return np.asarray(shares @ by_zone[self.zones].reshape(len(self.zones), 4))
