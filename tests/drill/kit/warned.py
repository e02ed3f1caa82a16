"""A drill with a chain of three warnings."""

from __future__ import annotations

from dataclasses import replace

from drill.sample import sample

from sim.drill.model import Drill


def chain(**overview: object) -> Drill:
    drill = sample()
    first = drill.warnings[0]
    more = replace(
        first, warning_id="W-2", inject_id="", message_type="Update", references=("W-1",), ex_min=80.0, color="red"
    )
    last = replace(
        first, warning_id="W-3", message_type="Cancel", references=("W-1", "W-2"), ex_min=120.0, urgency="Past",
        certainty="Observed",
    )
    return replace(drill, warnings=(first, more, last), overview=replace(drill.overview, **overview))


def changed(**first: object) -> Drill:
    """The sample with its one warning changed."""
    drill = sample()
    return replace(drill, warnings=(replace(drill.warnings[0], **first),))
