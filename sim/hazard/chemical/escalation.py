"""How the accident of one vessel brings the next to failure: by pressure, or by heat unless it is cooled in time."""

from __future__ import annotations

from typing import Literal

import numpy as np

from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.chemical.heat import probit_share
from sim.hazard.chemical.tables import chemical_coefficients, chemical_relations

Equipment = Literal["atmospheric", "pressurised", "elongated", "small"]
"""Tanks at atmospheric pressure, pressure vessels, columns and pipe-like vessels, and small equipment."""


def blast_failure_share(kpa: Floats | float, equipment: Equipment) -> Floats:
    """Return the probability that an overpressure damages *equipment* so that it releases, same shape as *kpa*.

    Probit ``k1 + k2 ln p`` in Pa, none below the threshold of its class (Cozzani & Salzano 2004).
    """
    k = chemical_relations()
    kpa = np.asarray(kpa, dtype=float)
    share = probit_share(1000.0 * kpa, k[f"escalation_{equipment}_a"], k[f"escalation_{equipment}_b"])
    return np.asarray(np.where(kpa >= k[f"escalation_{equipment}_kpa"], share, 0.0))


def failure_min(
    flux_kw_m2: Floats | float, volume_m3: Floats | float, pressurised: bool, c: Coefficients | None = None
) -> Floats:
    """Return the minutes until an uncooled vessel under steady heat fails; inputs broadcast (Landucci et al. 2009).

    Infinite below the flux that leads to failure (Cozzani et al. 2006). In s, kW/m2 and m3: atmospheric
    ``ln t = -1.128 ln I - 2.667e-5 V + 9.877``, pressurised ``ln t = -0.947 ln I + 8.835 V^0.032``.
    """
    k = chemical_relations()
    flux, volume = np.broadcast_arrays(np.asarray(flux_kw_m2, dtype=float), np.asarray(volume_m3, dtype=float))
    kind = "pressurised" if pressurised else "atmospheric"
    least = (c or chemical_coefficients())[f"heat_threshold_{kind}"]
    log_flux = np.log(np.maximum(flux, least))
    if pressurised:
        size = k["failure_pressurised_a"] * volume ** k["failure_pressurised_volume"]
    else:
        size = k["failure_atmospheric_a"] + k["failure_atmospheric_volume"] * volume
    log_s = k[f"failure_{kind}_flux"] * log_flux + size
    return np.asarray(np.where(flux >= least, np.exp(log_s) / 60.0, np.inf))


def heat_failure_share(minutes: Floats | float) -> Floats:
    """Return the probability that a vessel fails before the plant cools it, by its time to failure in minutes.

    Probit ``9.25 - 1.85 ln t`` (Landucci et al. 2009): it stands for the plant's own means, in about 5 to 20 min.
    """
    k = chemical_relations()
    minutes = np.asarray(minutes, dtype=float)
    share = probit_share(np.where(np.isfinite(minutes), minutes, 1.0), k["failure_probit_a"], k["failure_probit_b"])
    return np.asarray(np.where(minutes <= 0.0, 1.0, np.where(np.isfinite(minutes), share, 0.0)))


def cooling_l_min(diameter_m: float, height_m: float, c: Coefficients) -> float:
    """Return the water that keeps an upright vessel from failing: the design rate over its whole wall, L/min."""
    return float(c["cooling_l_min_m2"] * np.pi * diameter_m * height_m)
