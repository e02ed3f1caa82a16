"""What a drill is called in front of its players: the name of one that comes unannounced would tell what comes."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from sim.common.texts import in_both
from sim.drill.model import Drill

UNANNOUNCED = ("blind", "window")
"""Notices whose players must not read what the drill is about."""
DIGITS = 6


def public_id(drill_id: str, notice: str) -> str:
    """Return the number that players may read: that of the drill, or of an unannounced one another that says nothing.
    """
    if notice not in UNANNOUNCED:
        return drill_id
    return f"EX-{sha256(drill_id.encode()).hexdigest()[:DIGITS]}"


def for_players(drill: Drill) -> Drill:
    """Return *drill* under the name, purpose and number that its players may read; the same if it is announced."""
    overview = drill.overview
    if overview.notice not in UNANNOUNCED:
        return drill
    return replace(drill, overview=replace(
        overview, drill_id=public_id(overview.drill_id, overview.notice),
        name=in_both("drill.public.name", city=overview.city), purpose=in_both("drill.public.purpose"),
    ))
