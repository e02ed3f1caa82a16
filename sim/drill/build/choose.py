"""Chooses the news of a drill: enough for the window, various, with work for everybody who takes part."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from sim.drill.build.acts import Act
from sim.drill.build.scenes import Scene
from sim.drill.design import Design, Wish

PER_KIND = 4
"""Scenes of one kind at most; a third flood rescue teaches what the second did."""
MOST = {"event.earthquake": 2, "shelter": 2}
"""Scenes of these kinds at most."""
MINUTES_EACH = 9.0
"""Exercise minutes for each piece of news, on average; see ``pacing.csv`` for the limits."""
QUIET_MIN = 20.0
"""The first and the last minutes bring no news."""
APART_MIN = 30.0
"""Scenes so far apart do not crowd one another."""

Played = Mapping[Scene, tuple[Act, ...]]


def room_for(window_min: float, hotwash_min: float) -> int:
    """Return how many scenes a window can take."""
    return max(2, int((window_min - hotwash_min - QUIET_MIN) / MINUTES_EACH))


def choose(played: Played, must: Collection[Scene], design: Design) -> list[Scene]:
    """Return the scenes of the drill in the order of their worth: those of *must*, then one by one what adds most.

    *played* has every scene that the copies agree on, with its acts. What a scene adds: lives at stake; a kind, a
    capability and units that no other has; what the designer wants to stress; distance in time to the others.
    """
    chosen = [scene for scene in played if scene in must]
    rest = [scene for scene in played if scene not in must and _timed(played[scene])]
    wanted = room_for(design.window_min, design.hotwash_min)
    while rest and len(chosen) < wanted:
        best = max(rest, key=lambda scene: (_adds(scene, chosen, played, design), -scene.sim_min, scene.event))
        rest.remove(best)
        if sum(other.kind == best.kind for other in chosen) < MOST.get(best.kind, PER_KIND):
            chosen.append(best)
    return chosen


def _timed(acts: Sequence[Act]) -> bool:
    return any(act.trace is not None for act in acts) or any(act.scene.kind == "event.earthquake" for act in acts)


def _adds(scene: Scene, chosen: Sequence[Scene], played: Played, design: Design) -> float:
    mine = played[scene]
    others = [act for other in chosen for act in played[other]]
    same = sum(other.kind == scene.kind for other in chosen)
    capabilities = {act.capability for act in mine} - {act.capability for act in others}
    units = {act.unit for act in mine} - {act.unit for act in others}
    asked = {f"team:{team}" for team in design.units}
    near = min((abs(other.sim_min - scene.sim_min) for other in chosen), default=APART_MIN)
    return (
        0.15 * math.log1p(scene.stake) + (0.6 if same == 0 else -0.25 * same) + 0.4 * len(capabilities)
        - (0.0 if any(act.step not in ("report", "state") for act in mine) else 0.5)
        + 0.2 * len(units) + 0.8 * len(units & asked) + 0.5 * min(1.0, near / APART_MIN)
        + sum(_answers(scene, mine, wish) for wish in design.wishes)
    )


def _answers(scene: Scene, acts: Sequence[Act], wish: Wish) -> float:
    """Return what *scene* is worth for *wish*: it shows what the designer wants to stress."""
    named = {str(value) for value in wish.params.values()}
    if wish.kind == "reporting":
        return 0.3 if any(act.step == "report" and act.unit.startswith("zone") for act in acts) else 0.0
    if scene.kind in named or named & {act.capability for act in acts}:
        return 0.5
    return 0.0
