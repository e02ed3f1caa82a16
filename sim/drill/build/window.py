"""Fits a disaster to the hours of a drill: quiet time is cut out, nothing is ever played faster than it was.

Time runs as in the disaster but in two places, both announced. A **cut** (时间跳跃) leaves out the quiet end of a gap
between two injects, after the protected minutes of all injects before it, and leaves ``lead_min`` before the next one
to read out the new situation. A **hold** stops the scenario's clock just before an inject that would come too soon
after the one before it. Those who play go on working through a hold: an action's own minutes are exercise minutes since
its trigger was received, and its benchmark counts from there, so that a held-back inject makes nobody late. Times since
T0 are another matter: the wall's clock is ahead of the scenario's by the holds, and whoever acts in a hold is, by the
time map, as early as its beginning: a little in the players' favour.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sim.common.types import Text
from sim.drill.build.pacing import Pacing
from sim.drill.build.window_steps import Steps, clock_marks, laid, steps_of
from sim.drill.scenery.scenery_words import scenery_text

ROUNDING = 1e-6
CROWDED, DROPPED, UNPROTECTED = "crowd", "window", "protection"
"""Why: too much news at once; no room in the window for the inject; none for the minutes that its actions need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One inject that wants a time."""

    key: str
    sim_min: float
    """Minutes after T0."""
    protected_min: float
    """What its timed actions need without a cut: P90, see :attr:`Pacing.protected_cap_min`."""
    weight: float
    """The lowest is dropped first."""
    cell: str
    """Who gets it."""
    fixed: bool = False
    """Never dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A move in the making: exercise and scenario minutes; longer in exercise than in scenario by its holds."""

    ex_from_min: float
    ex_to_min: float
    sim_from_min: float
    sim_to_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """An inject that is left out (``code`` ``crowd`` or ``window``), or whose minutes are cut (``protection``)."""

    key: str
    code: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The timetable."""

    ex_min: Mapping[str, float]
    """Exercise minute of every inject kept, in their order."""
    dropped: tuple[Left, ...]
    unprotected: tuple[Left, ...]
    """Kept, but time jumps cut what their actions need: not timed."""
    stretches: tuple[Stretch, ...]
    holds: tuple[tuple[str, float], ...]
    """(key, minutes) that the scenario's clock stands still before this inject."""
    time_map: tuple[tuple[float, float], ...]
    """As :attr:`sim.drill.model.Drill.time_map`; (scenario, exercise), neither ever falls."""
    endex_min: float
    cap_min: float | None
    """Quiet gaps are no longer than this; ``None`` if nothing had to be cut."""
    short_min: float
    """Minutes that the window is too short by, even so; 0 if it fits."""
    note: Text
    """What to do if it does not fit; else empty."""

    @property
    def cuts(self) -> tuple[tuple[float, float], ...]:
        """Scenario minutes that are jumped over."""
        return tuple((before.sim_to_min, after.sim_from_min) for before, after in pairwise(self.stretches))

    def move_of(self, key: str) -> int:
        """Return the stretch that an inject lies in, from 1: ``M-2`` begins with the first cut."""
        return sum(stretch.ex_from_min <= self.ex_min[key] for stretch in self.stretches)


def fit(scenes: Sequence[Slot], *, window_min: float, hotwash_min: float, pacing: Pacing) -> Fitted:
    """Return the timetable of *scenes* in ``window_min - hotwash_min`` minutes; all times are whole tenths.

    One cap on all quiet gaps, the largest that fits, is found by bisection; where the disaster is shorter than the
    window nothing is cut. Where news comes so thick that the clock would have to stand still for longer than
    ``longest_hold_min``, the lightest of it is left out first. If protected minutes and pacing alone do not fit,
    injects are dropped, the lightest first among those whose going saves time, and taken back if there is room at last;
    then the lightest of the rest lose their protection; then ``short_min`` says what is missing. Raises ``ValueError``
    for no scenes or equal keys.
    """
    if not scenes or len({slot.key for slot in scenes}) < len(scenes):
        msg = "a timetable needs injects with keys of their own"
        raise ValueError(msg)
    room = math.floor(10.0 * (window_min - hotwash_min) + ROUNDING)
    order = sorted(scenes, key=lambda slot: (slot.sim_min, slot.key))
    loose = _loose(order, pacing)
    kept = _kept(loose, room, pacing)
    bare = _bare(kept, room, pacing)
    kept = _without(kept, bare)
    steps = _steps(kept, pacing)
    cap, whole = _cap(steps, room)
    short = max(0, steps.length(cap, whole) - room)
    made = _timetable(kept, steps, cap, whole)
    crowd = {slot.key for slot in order} - {slot.key for slot in loose}
    gone = [slot.key for slot in order if slot.key not in made.ex_min]
    return replace(
        made, dropped=tuple(_left(key, CROWDED if key in crowd else DROPPED) for key in gone), short_min=short / 10,
        unprotected=tuple(_left(slot.key, UNPROTECTED) for slot in order if slot.key in bare),
        note=scenery_text("window.short", minutes=f"{short / 10:g}", injects=len(kept)) if short else Text("", ""),
    )


def tenths(minutes: float) -> int:
    """Return *minutes* in tenths: whole numbers add up without rest."""
    return round(10.0 * minutes)


def _left(key: str, code: str) -> Left:
    return Left(key=key, code=code, text=scenery_text(f"window.{code}"))


def _steps(slots: Sequence[Slot], pacing: Pacing) -> Steps:
    cap = pacing.protected_cap_min
    return steps_of(
        [tenths(slot.sim_min) for slot in slots],
        [tenths(min(cap, slot.protected_min)) for slot in slots], [slot.cell for slot in slots], pacing,
    )


def _least(slots: Sequence[Slot], pacing: Pacing) -> int:
    """Return the tenths that *slots* need with every quiet minute cut."""
    return _steps(slots, pacing).length(0, frozenset())


def _lightest(slot: Slot) -> tuple[float, float, str]:
    """The lightest first; of equals the latest, as what comes early sets the scene."""
    return slot.weight, -slot.sim_min, slot.key


def _loose(order: list[Slot], pacing: Pacing) -> list[Slot]:
    """Return *order* without the lightest injects of a crowd; the fixed ones stay however thick they come."""
    kept = order
    while (now := _steps(kept, pacing).crowding()) > 0:
        free = sorted((slot for slot in kept if not slot.fixed), key=_lightest)
        rest = [[other for other in kept if other is not slot] for slot in free]
        better = next((some for some in rest if some and _steps(some, pacing).crowding() < now), None)
        if better is None:
            return kept
        kept = better
    return kept


def _kept(order: list[Slot], room: int, pacing: Pacing) -> list[Slot]:
    kept, gone = order, []
    while (now := _least(kept, pacing)) > room:
        free = sorted((slot for slot in kept if not slot.fixed), key=_lightest)
        if not free or len(kept) == 1:
            break
        rest = {slot.key: [other for other in kept if other is not slot] for slot in free}
        out = next((slot for slot in free if _least(rest[slot.key], pacing) < now), free[0])
        kept = rest[out.key]
        gone.append(out)
    for slot in sorted(gone, key=_lightest, reverse=True):
        more = sorted([*kept, slot], key=lambda each: (each.sim_min, each.key))
        if _least(more, pacing) <= room:
            kept = more
    return kept


def _bare(kept: list[Slot], room: int, pacing: Pacing) -> set[str]:
    """Return the keys of *kept* that have to do without protection: the lightest, and none without need."""
    bare: set[str] = set()
    for slot in sorted(kept, key=_lightest):
        now = _least(_without(kept, bare), pacing)
        if now <= room:
            break
        if _least(_without(kept, bare | {slot.key}), pacing) < now:
            bare.add(slot.key)
    for slot in sorted(kept, key=_lightest, reverse=True):
        if slot.key in bare and _least(_without(kept, bare - {slot.key}), pacing) <= room:
            bare.remove(slot.key)
    return bare


def _without(kept: Sequence[Slot], bare: set[str]) -> list[Slot]:
    return [replace(slot, protected_min=0.0) if slot.key in bare else slot for slot in kept]


def _cap(steps: Steps, room: int) -> tuple[int, frozenset[int]]:
    """Return the largest cap on quiet gaps that fits *room*, and the gaps that stay whole as too little is cut.

    Without any cut the cap is the longest gap. A gap whose cut would be too short to announce stays whole as long as
    the others can make up for it, the shortest cut first.
    """
    whole: frozenset[int] = frozenset()
    while True:
        cap = _largest(steps, room, whole)
        small = steps.shortest_cut(cap, whole)
        if small < 0 or steps.length(0, whole | {small}) > room:
            return cap, whole
        whole |= {small}


def _largest(steps: Steps, room: int, whole: frozenset[int]) -> int:
    low, high = 0, max(steps.gap, default=0)
    if steps.length(high, whole) <= room:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if steps.length(middle, whole) <= room else (low, middle)
    return low


def _timetable(kept: Sequence[Slot], steps: Steps, cap: int, whole: frozenset[int]) -> Fitted:
    ex = laid(steps, cap, whole)
    marks, holds, stretches = clock_marks(steps, ex, steps.length(cap, whole))
    return Fitted(
        ex_min={slot.key: at / 10 for slot, at in zip(kept, ex, strict=True)}, dropped=(), unprotected=(),
        stretches=tuple(
            Stretch(ex_from_min=a / 10, ex_to_min=b / 10, sim_from_min=c / 10, sim_to_min=d / 10)
            for a, b, c, d in stretches
        ),
        holds=tuple((kept[i].key, minutes / 10) for i, minutes in holds),
        time_map=tuple((sim / 10, at / 10) for sim, at in marks), endex_min=steps.length(cap, whole) / 10,
        cap_min=None if len(stretches) == 1 else cap / 10, short_min=0.0, note=Text("", ""),
    )
