"""The known names that are meant by one that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Collection

NAMED = 12
"""Known names that are told where none is near."""


def near(name: str, known: Collection[str]) -> str:
    """Return the three nearest names that are *known*; the first :data:`NAMED` if none is near."""
    close, all_ = difflib.get_close_matches(name, known, n=3, cutoff=0.5), sorted(known)
    return ", ".join(close or [*all_[:NAMED], *(["…"] if len(all_) > NAMED else [])])
