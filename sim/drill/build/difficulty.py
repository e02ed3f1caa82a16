"""How hard a drill is, capability by capability: the chance that a limit is missed though the plan is followed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.common.types import Bools, Text
from sim.drill.build.benchmarks import minutes_of
from sim.drill.csv_rows import shipped
from sim.drill.expected import Action
from sim.drill.model import Difficulty
from sim.drill.scenery.scenery_words import scenery_text
from sim.measure.statistics import wilson


def difficulties(actions: Sequence[Action]) -> tuple[Difficulty, ...]:
    """Return a row for each capability that has a limit, in the order in which *actions* name them.

    A copy counts once however many of the capability's limits it misses: row *i* of every benchmark is copy *i*, so
    actions that are late together are not counted as if they were independent. An action that was never done within
    the horizon misses its limit. Actions without a limit or a benchmark make nothing harder or easier. Interval:
    Wilson, 95 %. Raises ``ValueError`` if actions of a capability have other numbers of copies.
    """
    by_capability: dict[str, list[Action]] = {}
    for action in actions:
        if action.limit_min is not None and action.benchmark is not None:
            by_capability.setdefault(action.capability, []).append(action)
    return tuple(_difficulty(capability, own) for capability, own in by_capability.items())


def overall(rows: Sequence[Difficulty]) -> str:
    """Return the band of the hardest capability; ``ungraded`` if no action has a limit: that is not easy."""
    return band_of(max(row.missed for row in rows)) if rows else "ungraded"


def band_of(share: float) -> str:
    """Return the band of a chance; a chance on a border belongs to the harder one."""
    rows = shipped("difficulty_bands.csv")
    return next((row["band"] for row in rows if share < float(row["to_share"])), rows[-1]["band"])


def _difficulty(capability: str, actions: Sequence[Action]) -> Difficulty:
    missed = np.array([_missed(action) for action in actions])
    any_missed = np.logical_or.reduce(missed, axis=0)
    found = wilson(int(any_missed.sum()), len(any_missed))
    worst = int(missed.sum(axis=1).argmax())
    return Difficulty(
        capability=capability, missed=round(found.estimate, 4), low=round(found.low, 4), high=round(found.high, 4),
        band=band_of(round(found.estimate, 4)), reason=_reason(actions[worst], float(missed[worst].mean())),
    )


def _missed(action: Action) -> Bools:
    if action.benchmark is None or action.limit_min is None:
        msg = f"{action.action_id} has no limit or no benchmark"
        raise ValueError(msg)
    return np.asarray(minutes_of(action.benchmark) > action.limit_min)


def _reason(action: Action, share: float) -> Text:
    if share == 0.0:
        return scenery_text("never_late")
    key = "late.bound" if any(action.binding) else "late"
    return scenery_text(
        key, action=action.action_id, what=action.action, share=f"{100.0 * share:.0f}", limit=f"{action.limit_min:g}",
        binding=action.binding,
    )
