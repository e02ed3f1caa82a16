"""The wounded: how long each can wait, and how care on the spot stretches what is left."""

from __future__ import annotations

import numpy as np

from sim.common.types import NEVER
from sim.hazard.scenario import Casualties
from sim.plan.model import Plan


class Patients:
    """Lists by casualty. The clock of a person runs from the injury, or from the moment out of the rubble."""

    def __init__(self, casualties: Casualties, plan: Plan) -> None:
        c, n = plan.coefficients, len(casualties)
        self.stretch = c["care_clock_factor"]
        self.crush_share, self.crush_min = c["medic_death_share"], c["medic_within_min"]
        self.zone: list[int] = casualties.zone.tolist()
        self.poisoned: list[bool] = np.isinf(casualties.real_min).tolist()
        """Whom only a cloud may harm."""
        self.hurt_min: list[float] = casualties.real_min.tolist()
        """``inf`` for those whom a cloud has not harmed."""
        self.severity: list[int] = casualties.severity.tolist()
        self.worsens_after: list[float] = casualties.worsens_after_min.tolist()
        self.dies_after: list[float] = casualties.dies_after_min.tolist()
        self.medic_draw: list[float] = casualties.medic_draw.tolist()
        self.self_draw: list[float] = casualties.self_draw.tolist()
        self.treat_draw: list[float] = casualties.treat_draw.tolist()
        self.raw_worse = [NEVER] * n
        self.raw_death = [NEVER] * n
        self.crush = [NEVER] * n
        self.care_min = [NEVER] * n
        self.hospital_min = [NEVER] * n
        self.treat_from_min = [NEVER] * n
        self.treated_min = [NEVER] * n
        self.killed_min = [NEVER] * n
        """Death under treatment."""
        self.dose_min = [NEVER] * n
        """Death of what was taken in, whatever medicine does."""
        self.left_min = [NEVER] * n
        """Leaves the place of the injury, by car, by ambulance or to be washed: breathes no more of a cloud."""
        self.hospital = [-1] * n

    def begin(self, c: int, now: float, *, from_rubble: bool) -> None:
        """Start the clock of *c*; whoever comes out of the rubble in danger of life needs care within the hour."""
        if self.severity[c] >= 3:
            self.raw_worse[c], self.raw_death[c] = now, now + self.dies_after[c]
            if from_rubble and self.medic_draw[c] < self.crush_share:
                self.crush[c] = now + self.crush_min
        else:
            self.raw_worse[c] = now + self.worsens_after[c]
            self.raw_death[c] = self.raw_worse[c] + self.dies_after[c]

    def hurt(self, c: int, now: float, severity: int) -> None:
        """Let the cloud hurt *c*, who was well until *now*."""
        self.hurt_min[c], self.severity[c] = now, severity
        self.begin(c, now, from_rubble=False)

    def graver(self, c: int, now: float) -> None:
        """Put the life of *c* in danger from *now* on; whoever was in danger already dies no later for it."""
        self.severity[c] = 3
        if self.is_critical(c, now):
            return
        # Care stretches what is left from now on, not what has passed; and nothing that is stretched may lie ahead.
        since = min(self.care_min[c], now)
        self.raw_worse[c] = since
        self.raw_death[c] = since + (now - since) / self.stretch + self.dies_after[c]

    def dies_of_dose(self, c: int, now: float) -> None:
        """Let *c* die at *now* in spite of any care."""
        if self.hurt_min[c] == NEVER:
            self.hurt_min[c] = now
        self.severity[c], self.dose_min[c] = 3, now
        self.raw_death[c] = -NEVER

    def worst(self, c: int, now: float) -> int:
        """Return the greatest severity that *c* got to by *now*, before any treatment."""
        got_worse = self.severity[c] == 2 and self.is_critical(c, min(now, self.treat_from_min[c]))
        return 3 if got_worse else self.severity[c]

    def cared_for(self, c: int, minute: float) -> None:
        """Take note that care begins at *minute* (now or planned); an earlier care counts."""
        self.care_min[c] = min(self.care_min[c], minute)

    def _stretched(self, c: int, raw: float) -> float:
        care = self.care_min[c]
        return care + self.stretch * (raw - care) if care < raw else raw

    def death_min(self, c: int) -> float:
        """Return when *c* dies if nobody treats the wound."""
        if self.crush[c] < self.care_min[c]:
            return min(self.crush[c], self._stretched(c, self.raw_death[c]))
        return self._stretched(c, self.raw_death[c])

    def worse_min(self, c: int) -> float:
        """Return when the life of *c* is in danger."""
        return self._stretched(c, self.raw_worse[c])

    def is_alive(self, c: int, now: float) -> bool:
        """Tell whether *c* lives at *now*."""
        return self.death_min(c) > now

    def needs_theatre(self, c: int, now: float) -> int:
        """Return 1 if *c* has to be operated on at *now*, else 0: gas leaves no wound for a surgeon."""
        return int(not self.poisoned[c] and self.is_critical(c, now))

    def is_critical(self, c: int, now: float) -> bool:
        """Tell whether the life of *c* is in danger at *now*."""
        return self.worse_min(c) <= now

    def undo_care(self, casualties: list[int], now: float) -> list[int]:
        """Undo the care that was planned for later than *now*; returns those of *casualties* who had hoped for it."""
        undone = [c for c in casualties if now < self.care_min[c] < NEVER]
        for c in undone:
            self.care_min[c] = NEVER
        return undone
