"""Short names for the array types that every layer passes on."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NEVER = float("inf")
"""The minute at which something happens that never happens."""


class Text(NamedTuple):
    """One thing said in Chinese and in English."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """Return the words in *lang* (``zh`` or ``en``); the other language if this one is empty."""
        first, second = (self.zh, self.en) if lang == "zh" else (self.en, self.zh)
        return first or second


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return *array* marked read-only, so that no layer can change what another one reads."""
    array.setflags(write=False)
    return array
