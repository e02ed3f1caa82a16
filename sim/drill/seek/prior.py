"""How plausible a disaster is: against others that the hazard file and the ranges that may vary give by their laws."""

from __future__ import annotations

import numpy as np

from sim.common.types import Floats

NEIGHBOURS = 5
"""Density is judged by how far the fifth nearest of the prior is (Loftsgaarden & Quesenberry 1965)."""
LEAST = 0.01
"""A disaster of a smaller share is not used."""


class Prior:
    """A sample of the prior; how rare another disaster is among them.

    Features are compared as logarithms of one more than each, divided by their standard deviation in the sample; one
    that never varies there counts as it stands.
    """

    def __init__(self, features: Floats) -> None:
        """*features*: shape (disasters, features), of the sample."""
        logs = np.log1p(features)
        spread = logs.std(axis=0)
        self.scale = np.where(spread > 0.0, spread, 1.0)
        self.sample = logs / self.scale
        self.own = np.array([self._far(row) for row in self.sample])

    def realism(self, features: Floats) -> float:
        """Return the share of the prior's disasters that are no more likely than the one with *features*, in (0, 1].

        The disaster itself counts as one of them.
        """
        far = self._far(np.log1p(features) / self.scale)
        return float(1.0 + (self.own >= far - 1e-12).sum()) / (1.0 + len(self.sample))

    def _far(self, row: Floats) -> float:
        """Return how far the fifth nearest of the sample is; the row itself, if it is in the sample, is not counted."""
        apart = np.sort(np.sqrt(((self.sample - row) ** 2).sum(axis=1)))
        others = apart[1:] if len(apart) and apart[0] < 1e-12 else apart
        return float(others[min(NEIGHBOURS, len(others)) - 1]) if len(others) else 0.0
