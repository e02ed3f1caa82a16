"""What is in the air at a place: the one door to the dense and the passive clouds.

A release that the criterion calls dense follows Britter & McQuaid to the end of their table. Past it their tail holds
for the height until it grows faster than the sigmas of the weather would raise the cloud, and for the width as long as
its weight matters (Richardson number with the friction velocity above ``cloud_passive_ri``). From there the cloud grows
by the sigmas, from the size that it has, and keeps its mass. All other releases are Gaussian from the source, where
they are as wide as their pure vapour needs. Concentrations are means at the ground, in mg/m3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import erf

from sim.city.substances import Substance
from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Floats
from sim.hazard.chemical import dense
from sim.hazard.chemical.gaussian import plume_kg_m3, puff_kg_m3, sigma_m
from sim.hazard.chemical.tables import chemical_coefficients, chemical_relations
from sim.hazard.chemical.weather import Air, vapour_kg_m3

MG_PER_KG = 1e6
HYDROGEN_FLUORIDE = "hydrogen fluoride"
HALF_NORMAL = float(np.sqrt(np.pi / 2.0))
PULSE_SIGMAS = float(2.0 * np.sqrt(np.pi))
"""The length of an even pulse with the integrals of a bell's values and of their squares, in standard deviations."""
FAR_M = 1e5
NODES, WEIGHTS = np.polynomial.legendre.leggauss(6)
# Clouds are strongest when they come: the times to look at crowd there (fourth power).
LOOKS, LOOK_WEIGHTS = (0.5 + 0.5 * NODES) ** 4, 2.0 * (0.5 + 0.5 * NODES) ** 3 * WEIGHTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Release0:
    """What leaves the vessel: vapour at *temp_k* with droplets of the share *aerosol_share* of its mass."""

    substance: Substance
    temp_k: float
    aerosol_share: float = 0.0

    @property
    def density_kg_m3(self) -> float:
        """Density of the mixture at the source; cold hydrogen fluoride counts as chains of molecules."""
        k, s = chemical_relations(), self.substance
        chained = s.key == HYDROGEN_FLUORIDE and self.temp_k <= k["cloud_hf_below_k"]
        vapour = vapour_kg_m3(k["cloud_hf_g_mol"] if chained else s.molar_mass_g, self.temp_k)
        liquid = s.boiling_liquid_kg_m3 or s.liquid_kg_m3
        drops = self.aerosol_share if liquid > 0.0 else 0.0
        return 1.0 / ((1.0 - drops) / vapour + (drops / liquid if drops else 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A release in the units of Britter & McQuaid; *amount* is kg/s of a plume, kg of a puff."""

    amount: float
    volume: float
    """m3/s or m3 at the density of release."""
    gravity: float
    wind: float
    pure_kg_m3: float
    """Density of the vapour at the temperature of the air."""
    dilution: float
    """That density over the one of release: T0/Ta of a vapour, less with droplets."""
    kind: str
    """Of the plume's sigmas."""
    stability: str
    near_m: float
    pure_sigma_m: float
    """The spread of a Gaussian cloud of which the middle is pure vapour."""

    def kg_m3(self, ratio: Floats) -> Floats:
        """Return the mass concentration at a ratio without heat; of thin clouds it is the ratio times rho0."""
        return np.asarray(dense.heated(ratio, self.dilution) * self.pure_kg_m3)


def _plume_source(rate_kg_s: float, release: Release0, air: Air, c: Coefficients) -> _Source:
    s = _source(rate_kg_s, release, air, c)
    return replace(s, pure_sigma_m=float(np.sqrt(rate_kg_s / (np.pi * s.wind * s.pure_kg_m3))))


def _puff_source(mass_kg: float, release: Release0, air: Air, c: Coefficients) -> _Source:
    s = _source(mass_kg, release, air, c)
    one = float(puff_kg_m3(mass_kg, 0.0, np.array(1.0), np.array(1.0)))
    return replace(s, pure_sigma_m=float(np.cbrt(one / s.pure_kg_m3)))


def _source(amount: float, release: Release0, air: Air, c: Coefficients) -> _Source:
    density, pure = release.density_kg_m3, vapour_kg_m3(release.substance.molar_mass_g, air.temp_k)
    return _Source(
        amount=amount, volume=amount / density, gravity=dense.reduced_gravity_ms2(density, air.density_kg_m3),
        wind=air.speed_ms, pure_kg_m3=pure, dilution=pure / density, kind="urban" if air.urban else "rural",
        stability=air.stability, near_m=c["cloud_near_m"], pure_sigma_m=0.0,
    )


def _grown(start: Floats | float, kind: str, stability: str, axis: str) -> Floats:
    """Return the distance at which a sigma is *start*: that of the virtual source of a cloud of this size."""
    x = np.geomspace(1e-3, FAR_M, 400)
    return np.asarray(np.interp(start, sigma_m(kind, stability, axis, x), x))


def _outgrown_m(x_m: Floats, sigma_z_m: Floats, kind: str, stability: str) -> float:
    """Return where on its way *x_m* a height begins to grow faster than the weather would raise it; inf if nowhere."""
    start = _grown(sigma_z_m[:-1], kind, stability, "z")
    faster = np.flatnonzero(sigma_z_m[1:] > sigma_m(kind, stability, "z", start + np.diff(x_m)))
    return float(x_m[faster[0]]) if len(faster) else NEVER


class _DensePlume:
    """A steady dense cloud: to the end of the table, to where it turns passive, and beyond."""

    def __init__(self, s: _Source, c: Coefficients) -> None:
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
        half, edge = self.half_and_edge_m(x_m)
        scale = np.sqrt(2.0) * edge
        across = 0.5 * (erf((half + y_m) / scale) + erf((half - y_m) / scale))
        return np.asarray(self.axis_kg_m3(x_m) * across)

    def creeps(self, x_m: Floats, y_m: Floats) -> Floats:
        """Tell where the cloud lies about the source, against the wind: a parabola."""
        back = np.clip(1.0 + x_m / max(self.upwind_m, dense.TINY), 0.0, 1.0)
        inside = (x_m <= 0.0) & (back > 0.0) & (np.abs(y_m) <= self.slumping_half_m(0.0) * np.sqrt(back))
        return np.asarray(inside)


def _dense_plume(s: _Source, c: Coefficients) -> _DensePlume | None:
    return _DensePlume(s, c) if dense.plume_is_dense(s.volume, s.gravity, s.wind) else None


def _passive_plume_kg_m3(s: _Source, x_m: Floats, y_m: Floats) -> Floats:
    sigma_y, sigma_z = (np.hypot(s.pure_sigma_m, sigma_m(s.kind, s.stability, axis, x_m)) for axis in ("y", "z"))
    return plume_kg_m3(s.amount, s.wind, sigma_y, sigma_z, y_m=y_m)


def plume_mg_m3(
    x_m: Floats | float, y_m: Floats | float, rate_kg_s: float, release: Release0, air: Air,
    c: Coefficients | None = None,
) -> Floats:
    """Return the mean concentration (mg/m3) at the ground in a steady release, *x_m* downwind and *y_m* across.

    Shapes broadcast. Nearer than ``cloud_near_m`` to the source the concentration on the axis at that distance holds;
    behind it there is gas only as far as that, or as a dense cloud creeps against the wind.
    """
    c = c or chemical_coefficients()
    x, y = np.broadcast_arrays(np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float))
    if rate_kg_s <= 0.0:
        return np.zeros(x.shape)
    s = _plume_source(rate_kg_s, release, air, c)
    heavy = _dense_plume(s, c)
    at, axis = np.maximum(x, s.near_m), np.array(s.near_m)
    about = np.hypot(x, y) <= s.near_m
    if heavy is not None:
        about |= heavy.creeps(x, y)
        downwind, source = heavy.kg_m3(at, y), heavy.kg_m3(axis, np.array(0.0))
    else:
        downwind, source = _passive_plume_kg_m3(s, at, y), _passive_plume_kg_m3(s, axis, np.array(0.0))
    return np.asarray(np.where(about, source, np.where(x > 0.0, downwind, 0.0)) * MG_PER_KG)


def half_width_m(
    x_m: Floats | float, rate_kg_s: float, release: Release0, air: Air, c: Coefficients | None = None
) -> Floats:
    """Return how far from the axis nearly all of a steady cloud lies (three standard deviations), shape of *x_m*."""
    c = c or chemical_coefficients()
    s = _plume_source(max(rate_kg_s, dense.TINY), release, air, c)
    heavy, at = _dense_plume(s, c), np.maximum(np.asarray(x_m, dtype=float), s.near_m)
    if heavy is None:
        return np.asarray(np.maximum(3.0 * np.hypot(s.pure_sigma_m, sigma_m(s.kind, s.stability, "y", at)), s.near_m))
    half, edge = heavy.half_and_edge_m(at)
    return np.asarray(np.maximum(half + 3.0 * edge, s.near_m))


def arrival_min(x_m: Floats | float, air: Air) -> Floats:
    """Return when the front of a steady cloud comes to *x_m*, in minutes, carried by the wind at 10 m."""
    return np.asarray(np.maximum(np.asarray(x_m, dtype=float), 0.0) / air.speed_ms / 60.0)


def reach_m(
    threshold_mg_m3: float, rate_kg_s: float, release: Release0, air: Air, c: Coefficients | None = None
) -> float:
    """Return how far downwind a steady cloud is as strong as *threshold_mg_m3*, at most ``cloud_reach_km``.

    0 if it is nowhere so strong.
    """
    c = c or chemical_coefficients()
    x = np.geomspace(c["cloud_near_m"], c["cloud_reach_km"] * 1e3, 400)
    found = plume_mg_m3(x, np.zeros(1), rate_kg_s, release, air, c)
    above = np.flatnonzero(found >= threshold_mg_m3)
    if not len(above):
        return 0.0
    i = int(above[-1])
    if i == len(x) - 1:
        return float(x[-1])
    # Between two points both fall as a power, so logs are linear.
    part = np.log(found[i] / threshold_mg_m3) / np.log(found[i] / max(float(found[i + 1]), dense.TINY))
    return float(x[i] * (x[i + 1] / x[i]) ** part)


class _DensePuff:
    """A sudden dense cloud, up to the second at which it turns passive (*passive_s*) and beyond."""

    def __init__(self, s: _Source, c: Coefficients) -> None:
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


def puff_mg_m3(
    x_m: Floats | float, y_m: Floats | float, mass_kg: float, release: Release0, air: Air, c: Coefficients | None = None
) -> tuple[Floats, Floats, Floats]:
    """Return concentration (mg/m3), time that it lasts and time of arrival (minutes) where a sudden release passes.

    Concentration and time are those of the even pulse that gives the same dose as the cloud for n = 1 and n = 2 (for
    n = 2.75 a tenth less). Points that it does not reach have 0, 0 and ``inf``. Shapes broadcast; the source as in
    :func:`plume_mg_m3`.
    """
    c = c or chemical_coefficients()
    x, y = np.broadcast_arrays(np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float))
    if mass_kg <= 0.0:
        return np.zeros(x.shape), np.zeros(x.shape), np.full(x.shape, NEVER)
    s, shape = _puff_source(mass_kg, release, air, c), x.shape
    if dense.puff_is_dense(s.volume, s.gravity, s.wind):
        strong, lasts, comes = _slumping_then_drifting(_DensePuff(s, c), x.ravel(), y.ravel())
    else:
        strong, lasts, comes = _passive_puff(s, x.ravel(), y.ravel())
    there = strong > 0.0
    lasts, comes = np.where(there, lasts / 60.0, 0.0), np.where(there, comes / 60.0, NEVER)
    return (strong * MG_PER_KG).reshape(shape), lasts.reshape(shape), comes.reshape(shape)


def _slumping_then_drifting(heavy: _DensePuff, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    first_comes, leaves = heavy.crossing_s(x, y)
    early = first_comes <= heavy.passive_s
    strong, lasts, comes = heavy.drifting(x, y)
    if early.any():
        comes = np.where(early, first_comes, comes)
        strong[early], lasts[early] = heavy.slumping(first_comes[early], leaves[early])
    return strong, lasts, comes


def _passive_puff(s: _Source, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    at, about = np.maximum(x, s.near_m), np.hypot(x, y) <= s.near_m
    sigma_h, sigma_z = (np.hypot(s.pure_sigma_m, sigma_m("puff", s.stability, axis, at)) for axis in ("y", "z"))
    peak = puff_kg_m3(s.amount, 0.0, sigma_h, sigma_z, y_m=np.where(about, 0.0, y)) / np.sqrt(2.0)
    lasts = PULSE_SIGMAS * sigma_h / s.wind
    comes = np.where(about, 0.0, np.maximum(at / s.wind - lasts / 2.0, 0.0))
    return np.where(about | (x > 0.0), peak, 0.0), lasts, comes
