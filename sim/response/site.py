"""The place of one demand: crews come and go and share its remaining work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import simpy

from sim.response.fleet import Crew
from sim.response.log import OPEN

if TYPE_CHECKING:
    from sim.response.command import Command


class Site:
    """A remaining-work pool, in minutes of a standard crew.

    Work goes on while somebody leads (or bystanders help); its rate is the sum of what those present are worth.
    A rescue site frees its people one after the other; the pool then holds the work for the next person. Where crews
    have to hold what they have put in place, they stay after the work is done until the demand's parent is over.
    """

    __slots__ = (
        "alone", "begun", "boss", "bystanders", "coming", "crew_min", "crews", "d", "holding", "kind", "last", "leads",
        "next",
        "over", "paused", "priority", "rate", "remaining", "since", "single", "started", "state", "version", "waiting",
        "wanted",
    )

    def __init__(self, boss: Command, d: int) -> None:
        self.boss, self.d = boss, d
        self.kind = boss.kind_of[d]
        self.priority = boss.priority[self.kind]
        self.remaining = boss.work[d]
        self.rate = 0.0
        self.since = boss.env.now
        self.crews: list[Crew] = []
        self.coming: list[Crew] = []
        self.next, self.last = boss.victims[d]
        self.begun = self.bystanders = self.holding = self.started = self.waiting = False
        self.paused = d in boss.unsafe
        self.leads = 0
        self.wanted = boss.wanted[d]
        self.alone = boss.is_alone[d]
        self.single = self.wanted == 1 and boss.without_helper[self.kind] == 1.0
        """Nobody is wanted beside the crew that leads."""
        self.state = OPEN
        self.crew_min = 0.0
        self.version = 0
        if not self.alone:
            self.over = simpy.Event(boss.env)
        if self.last > self.next:
            self._take_up_next()

    def join(self, crew: Crew) -> None:
        """Let *crew* work here from now on."""
        self._settle()
        self.crews.append(crew)
        if crew.group.leads[self.kind]:
            self.leads += 1
        self.rerate()

    def leave(self, crew: Crew) -> None:
        """Take *crew* away before the work is done."""
        self._settle()
        self.crews.remove(crew)
        self.crew_min += self.boss.env.now - crew.since
        if crew.group.leads[self.kind]:
            self.leads -= 1
        self.rerate()

    def _settle(self) -> None:
        now = self.boss.env.now
        self.remaining -= self.rate * (now - self.since)
        self.since = now

    def rerate(self) -> None:
        """Work out the rate again after somebody came, left, tired or the sun rose; start the timer anew."""
        self._settle()
        boss, kind = self.boss, self.kind
        rate = boss.bystander_rate(self.d) if self.bystanders else 0.0
        if self.leads:
            crews = sum(boss.strength(crew, kind) for crew in self.crews)
            helper = boss.without_helper[kind]
            if helper < 1.0 and not any(crew.group.aids[kind] for crew in self.crews):
                crews *= helper
            if boss.enters[kind]:
                crews = boss.entry_rate(self.crews, crews)
            rate += crews
            if not self.started and (not boss.flees[kind] or (crews > 0.0 and not self.paused)):
                self._start()
        self.rate = 0.0 if self.paused or self.holding else rate
        self.version += 1
        if self.rate > 0.0:
            if not self.begun and self.next < self.last:
                # Whether the person still answers is found out now, not when the demand became real.
                self.begun, self.remaining = True, boss.extrication_work(self.next)
            version = self.version
            boss.world.after(max(0.0, self.remaining) / self.rate, lambda: self._timer(version))

    def _start(self) -> None:
        self.started = True
        self.remaining += self.boss.start_work(self.d)

    def _timer(self, version: int) -> None:
        if version != self.version or self.state != OPEN:
            return
        self._settle()
        if self.next < self.last:
            self.boss.person_out(self.next, self.d)
            self.next += 1
            if self._take_up_next():
                self.rerate()
                return
        if self.boss.stays[self.d]:
            self._hold()
        else:
            self.finish()

    def _hold(self) -> None:
        """Keep the crews here: what they have put in place works only as long as they stay."""
        self.holding, self.remaining, self.rate = True, 0.0, 0.0
        self.boss.established(self)

    def _take_up_next(self) -> bool:
        """Turn to the next person; ``False`` if nobody is left. Those who were not there cost nothing."""
        boss = self.boss
        while self.next < self.last and boss.spared[self.next]:
            self.next += 1
        if self.next >= self.last:
            return False
        self.begun = False
        self.remaining = boss.extrication[self.next]
        return True

    def finish(self) -> None:
        """End the work: all crews here are free, those on their way are told."""
        self.version += 1
        if self.alone:
            self.boss.finished(self)
            return
        now = self.boss.env.now
        self.since, self.remaining, self.rate = now, 0.0, 0.0
        self.crew_min += sum(now - crew.since for crew in self.crews)
        self.boss.finished(self)
        self.over.succeed()
