"""The disasters among which a search looks: numbers of the hazard file, which draw of it, and which teams are out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.common.types import Floats
from sim.drill.ask.knobs import on_grid
from sim.hazard.draw import HazardSpec
from sim.hazard.magnitude import sample_magnitude
from sim.hazard.spec import EarthquakeSpec
from sim.hazard.streams import stream

POOL = 256
"""Draws of the hazard file that a search may use: replications 0 to 255 of the design's seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One disaster, as far as it takes to draw it again."""

    changes: tuple[tuple[str, float], ...]
    replication: int
    out: tuple[str, ...]
    """Teams out of service, in the order of their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """Maps the unit cube to candidates: one side for each number, one for the draw, one for each team that is out.

    The side of the teams comes in twos: whether there is one more out, and which.
    """

    vary: Mapping[str, tuple[float, float]]
    teams: tuple[str, ...]
    """Those that may be out, in the order of their ids."""
    teams_out: int
    b_value: float
    """Of the law of Gutenberg and Richter, for magnitudes; 0 if there is none."""

    @property
    def sides(self) -> int:
        """Dimensions of the cube."""
        return len(self.vary) + 1 + (1 + self.teams_out if self.teams_out else 0)

    def at(self, u: Sequence[float], *, by_law: bool = False) -> Candidate:
        """Return the candidate at *u*, shape (sides,), each in [0, 1).

        Numbers lie evenly over their ranges, or (*by_law*) as likely as the prior has them.
        """
        k = len(self.vary)
        changes = tuple(
            (name, on_grid(name, self._value(name, u[i], *ends, by_law=by_law), *ends))
            for i, (name, ends) in enumerate(self.vary.items())
        )
        return Candidate(changes=changes, replication=int(u[k] * POOL), out=self._out(u[k + 1 :]))

    def _value(self, name: str, u: float, low: float, high: float, *, by_law: bool) -> float:
        if by_law and name == "magnitude" and self.b_value > 0.0:
            return float(sample_magnitude(u, self.b_value, low, high))
        if by_law and name.endswith("return_period_y"):
            return 1.0 / (1.0 / low - u * (1.0 / low - 1.0 / high))
        return low + u * (high - low)

    def _out(self, u: Sequence[float]) -> tuple[str, ...]:
        if not len(u):
            return ()
        left = list(self.teams)
        picks = u[1 : 1 + int(u[0] * (self.teams_out + 1))]
        return tuple(sorted(left.pop(int(pick * len(left))) for pick in picks))


def space_of(
    vary: Mapping[str, tuple[float, float]], teams: Sequence[str], teams_out: int, hazard: HazardSpec
) -> Space:
    """Return the space of a design; *teams* are those that may be out of service."""
    b = hazard.coefficients["gr_b"] if isinstance(hazard, EarthquakeSpec) else 0.0
    return Space(vary=vary, teams=tuple(sorted(teams)), teams_out=min(teams_out, len(teams)), b_value=b)


def spread_points(sides: int, count: int, seed: int, purpose: str = "drill.screen") -> Floats:
    """Return *count* points spread evenly over the unit cube, shape (count, sides): a scrambled Sobol sequence.

    *count* is a power of two (Owen 1998; Joe & Kuo 2008 for the directions); each *purpose* has points of its own.
    """
    from scipy.stats import qmc  # takes a second that nobody else needs

    points = qmc.Sobol(sides, scramble=True, seed=stream(seed, 0, purpose)).random(count)
    return np.minimum(np.asarray(points, dtype=np.float64), np.nextafter(1.0, 0.0))
