"""Clouds heavier than air: they slump by their weight, and drift as others do once that no longer matters."""

from __future__ import annotations

import numpy as np
from scipy.special import erf

from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Floats
from sim.hazard.chemical import dense
from sim.hazard.chemical.gaussian import puff_kg_m3, sigma_m
from sim.hazard.chemical.strength import Strength

HALF_NORMAL = float(np.sqrt(np.pi / 2.0))
PULSE_SIGMAS = float(2.0 * np.sqrt(np.pi))
"""The length of an even pulse with the integrals of a bell's values and of their squares, in standard deviations."""
FAR_M = 1e5
NODES, WEIGHTS = np.polynomial.legendre.leggauss(6)
# Clouds are strongest when they come: the times to look at crowd there (fourth power).
LOOKS, LOOK_WEIGHTS = (0.5 + 0.5 * NODES) ** 4, 2.0 * (0.5 + 0.5 * NODES) ** 3 * WEIGHTS


def _grown(start: Floats | float, kind: str, stability: str, axis: str) -> Floats:
    """Return the distance at which a sigma is *start*: that of the virtual source of a cloud of this size."""
    x = np.geomspace(1e-3, FAR_M, 400)
    return np.asarray(np.interp(start, sigma_m(kind, stability, axis, x), x))


def _outgrown_m(x_m: Floats, sigma_z_m: Floats, kind: str, stability: str) -> float:
    """Return where on its way *x_m* a height begins to grow faster than the weather would raise it; inf if nowhere."""
    start = _grown(sigma_z_m[:-1], kind, stability, "z")
    faster = np.flatnonzero(sigma_z_m[1:] > sigma_m(kind, stability, "z", start + np.diff(x_m)))
    return float(x_m[faster[0]]) if len(faster) else NEVER


class DensePlume:
    """A steady dense cloud: to the end of the table, to where it turns passive, and beyond."""

    def __init__(self, s: Strength, c: Coefficients) -> None:
        self.s, self.c = s, c
        self.size = float(np.sqrt(s.volume / s.wind))
        self.alpha = dense.plume_alpha(s.volume, s.gravity, s.wind)
        self.upwind_m = min(dense.plume_upwind_m(s.volume, s.gravity, s.wind), float(self.slumping_half_m(0.0)))
        self.table_m = self.size * float(10.0 ** dense.correlation("plume", self.alpha)[1][-1])
        self.passive_m = self._passive_m()
        self.rise_m = self._rise_m()
        if np.isfinite(self.rise_m):
            self.rise_sigma_z = float(self._table_sigma_z(np.array(self.rise_m)))
            self.virtual_m = float(_grown(self.rise_sigma_z, s.kind, s.stability, "z"))

    def _slab_m2_s(self, x_m: Floats) -> Floats:
        return np.asarray(self.s.wind * 2.0 * self.slumping_half_m(np.minimum(x_m, self.passive_m)) * HALF_NORMAL)

    def _table_sigma_z(self, x_m: Floats) -> Floats:
        """Return the height (as a sigma) at which the mass flows out with the concentration of the table."""
        return np.asarray(self.s.amount / (self._slab_m2_s(x_m) * self.s.kg_m3(self.ratio(x_m))))

    def sigma_z_m(self, x_m: Floats) -> Floats:
        """Return the height (as a sigma) of the cloud."""
        table = self._table_sigma_z(np.minimum(x_m, self.rise_m))
        if not np.isfinite(self.rise_m):
            return table
        past = np.maximum(x_m - self.rise_m, 0.0)
        raised = np.maximum(sigma_m(self.s.kind, self.s.stability, "z", past + self.virtual_m), self.rise_sigma_z)
        return np.asarray(np.where(past > 0.0, raised, table))

    def _rise_m(self) -> float:
        """Return from where the weather raises the cloud."""
        if self.table_m >= FAR_M:
            return NEVER
        x = np.geomspace(self.table_m, min(self.passive_m, FAR_M), 60)
        if x[-1] <= x[0]:
            return self.passive_m
        return min(_outgrown_m(x, self._table_sigma_z(x), self.s.kind, self.s.stability), self.passive_m)

    def ratio(self, x_m: Floats | float) -> Floats:
        """Return the concentration on the axis over that at the source, without heat."""
        return dense.plume_ratio(np.asarray(x_m) / self.size, self.alpha)

    def slumping_half_m(self, x_m: Floats | float) -> Floats:
        """Return the half width by Britter & McQuaid, but no thinner and no wider a cloud than is seen."""
        s, c = self.s, self.c
        x = np.maximum(np.asarray(x_m, dtype=float), 0.0)
        thinnest = self.size**2 / (2.0 * c["cloud_thin_m"])
        wide = np.minimum(dense.plume_half_width_m(x, s.volume, s.gravity, s.wind), thinnest / self.ratio(x))
        return np.asarray(np.maximum(np.minimum(wide, thinnest + c["cloud_aspect"] * x), self.size))

    def _passive_m(self) -> float:
        """Return where the table has ended and the Richardson number, ``g0 D^2/(2 b u*^2)``, is below its limit."""
        s, c = self.s, self.c
        if self.table_m >= FAR_M:
            return NEVER
        x = np.geomspace(self.table_m, FAR_M, 100)
        half = self.slumping_half_m(x)
        friction = c["cloud_friction_share"] * s.wind
        needed = s.gravity * self.size**2 / (2.0 * c["cloud_passive_ri"] * friction**2)
        return NEVER if needed > half[-1] else float(np.interp(needed, half, x))

    def half_and_edge_m(self, x_m: Floats) -> tuple[Floats, Floats]:
        """Return the half width and the scale of the fall about it."""
        x = np.minimum(x_m, self.passive_m)
        half = self.slumping_half_m(x)
        beyond = sigma_m(self.s.kind, self.s.stability, "y", x_m - x)
        return half, np.hypot(self.c["cloud_edge_share"] * half, beyond)

    def axis_kg_m3(self, x_m: Floats) -> Floats:
        """Return the concentration of the slab at *x_m*, before its edges."""
        return np.asarray(self.s.amount / (self._slab_m2_s(x_m) * self.sigma_z_m(x_m)))

    def kg_m3(self, x_m: Floats, y_m: Floats) -> Floats:
        """Return the concentration at the ground *x_m* downwind and *y_m* across: flat within, with soft edges."""
        half, edge = self.half_and_edge_m(x_m)
        scale = np.sqrt(2.0) * edge
        across = 0.5 * (erf((half + y_m) / scale) + erf((half - y_m) / scale))
        return np.asarray(self.axis_kg_m3(x_m) * across)

    def creeps(self, x_m: Floats, y_m: Floats) -> Floats:
        """Tell where the cloud lies about the source, against the wind: a parabola."""
        back = np.clip(1.0 + x_m / max(self.upwind_m, dense.TINY), 0.0, 1.0)
        inside = (x_m <= 0.0) & (back > 0.0) & (np.abs(y_m) <= self.slumping_half_m(0.0) * np.sqrt(back))
        return np.asarray(inside)


class DensePuff:
    """A sudden dense cloud, up to the second at which it turns passive (*passive_s*) and beyond."""

    def __init__(self, s: Strength, c: Coefficients) -> None:
        self.s = s
        self.size = float(np.cbrt(s.volume))
        self.alpha = dense.puff_alpha(s.volume, s.gravity, s.wind)
        self.first = dense.first_radius_m(s.volume)
        self.spread = float(dense.puff_radius_m(1.0, s.volume, s.gravity)) ** 2 - self.first**2
        self.speed = float(dense.puff_centre_m(1.0, s.wind))
        self.table_m = self.size * float(10.0 ** dense.correlation("puff", self.alpha)[1][-1])
        self.passive_s = self._passive_s(c)
        self.rise_s, self.rise_m = self._rise()
        self.virtual_m = float(_grown(self._table_sigma_z(np.array(self.rise_s)), "puff", s.stability, "z"))
        self.end_m = self.speed * self.passive_s
        self.end_sigma_h = float(self._sigma_h(np.array(self.passive_s)))
        self.end_sigma_z = float(self.sigma_z_m(np.array(self.passive_s)))
        self.end_virtual_m = float(_grown(self.end_sigma_z, "puff", s.stability, "z"))

    def _sigma_h(self, seconds: Floats) -> Floats:
        """Return the spread of the bell that has the mass and the middle of the disc."""
        return np.asarray(np.sqrt(0.5 * (self.first**2 + self.spread * seconds)))

    def _front_m(self, seconds: Floats) -> Floats:
        return np.asarray(self.speed * seconds + np.sqrt(self.first**2 + self.spread * seconds))

    def _table_sigma_z(self, seconds: Floats) -> Floats:
        """Return the height (as a sigma) at which the mass lies in the disc with the concentration of the table."""
        table = self.s.kg_m3(dense.puff_ratio(self._front_m(seconds) / self.size, self.alpha))
        return np.asarray(puff_kg_m3(self.s.amount, 0.0, self._sigma_h(seconds), np.array(1.0)) / table)

    def sigma_z_m(self, seconds: Floats) -> Floats:
        """Return the height (as a sigma) of the disc."""
        table = self._table_sigma_z(np.minimum(seconds, self.rise_s))
        past = np.maximum(self._front_m(seconds) - self.rise_m, 0.0)
        raised = np.maximum(sigma_m("puff", self.s.stability, "z", past + self.virtual_m), table)
        return np.asarray(np.where(past > 0.0, raised, table))

    def _rise(self) -> tuple[float, float]:
        """Return when, and with the front where, the weather begins to raise the cloud."""
        begin = self._when_front_at(self.table_m)
        seconds = np.geomspace(max(begin, dense.TINY), max(self.passive_s, begin, dense.TINY), 60)
        front, kept = self._front_m(seconds), self.passive_s
        if seconds[-1] > seconds[0]:
            rise = _outgrown_m(front, self._table_sigma_z(seconds), "puff", self.s.stability)
            kept = min(self._when_front_at(rise), kept) if np.isfinite(rise) else kept
        return kept, float(self._front_m(np.array(kept)))

    def _when_front_at(self, x_m: float) -> float:
        rate = self.speed / self.spread
        radius = (np.sqrt(1.0 + 4.0 * rate * (x_m + rate * self.first**2)) - 1.0) / (2.0 * rate)
        return float(max(radius**2 - self.first**2, 0.0) / self.spread)

    def _passive_s(self, c: Coefficients) -> float:
        """Return when the front has passed the table's end and ``g0 V0/(pi R^2 u*^2)`` is below its limit."""
        s = self.s
        friction = c["cloud_friction_share"] * s.wind
        at_rest = np.sqrt(s.gravity * s.volume / (np.pi * c["cloud_passive_ri"])) / friction
        return float(max(self._when_front_at(self.table_m), (at_rest**2 - self.first**2) / self.spread))

    def slumping_kg_m3(self, seconds: Floats) -> Floats:
        """Return the concentration in the disc."""
        return puff_kg_m3(self.s.amount, 0.0, self._sigma_h(seconds), self.sigma_z_m(seconds))

    def crossing_s(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Return when the disc comes to each point and when it leaves it; both ``inf`` where it never comes."""
        half = self.speed * x_m + 0.5 * self.spread
        rest = x_m**2 + y_m**2 - self.first**2
        inside = half**2 - self.speed**2 * rest
        reached = (inside >= 0.0) & ((half > 0.0) | (rest <= 0.0))
        root = np.sqrt(np.where(reached, inside, 0.0))
        # The sum has no cancellation; the other root follows from the product of both.
        leaves = np.where(reached, (half + root) / self.speed**2, NEVER)
        comes = np.where(reached, rest / np.where(half + root > 0.0, half + root, 1.0), NEVER)
        return np.maximum(comes, 0.0), np.maximum(leaves, 0.0)

    def slumping(self, comes_s: Floats, leaves_s: Floats) -> tuple[Floats, Floats]:
        """Return the concentration and seconds of the even pulse with the same dose for n = 1 and n = 2."""
        last = leaves_s - comes_s
        at = comes_s[..., None] + last[..., None] * LOOKS
        strong = self.slumping_kg_m3(at)
        first, second = strong @ LOOK_WEIGHTS, strong**2 @ LOOK_WEIGHTS
        return np.asarray(second / first), np.asarray(last * first**2 / second)

    def drifting(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats, Floats]:
        """Return concentration, seconds and the second of arrival after the cloud has turned passive."""
        s, on = self.s, x_m - self.end_m
        past = np.maximum(on, 0.0)
        sigma_h = np.hypot(self.end_sigma_h, sigma_m("puff", s.stability, "y", past))
        sigma_z = np.maximum(sigma_m("puff", s.stability, "z", past + self.end_virtual_m), self.end_sigma_z)
        peak = puff_kg_m3(s.amount, np.minimum(on, 0.0), sigma_h, sigma_z, y_m=y_m)
        lasts = PULSE_SIGMAS * sigma_h / s.wind
        comes = np.maximum(self.passive_s + past / s.wind - lasts / 2.0, self.passive_s)
        return peak / np.sqrt(2.0), lasts, comes
