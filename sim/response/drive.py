"""Drives: vehicles on today's roads that turn to the next best way when a road ahead of them fails."""

from __future__ import annotations

from collections.abc import Callable

from sim.common.types import NEVER
from sim.response.roads import turning_point
from sim.response.world import World

Act = Callable[[], None]


class Drive:
    """One vehicle (or convoy) on its way; ``until`` is its arrival as far as one knows now."""

    __slots__ = ("arrived", "extra_min", "from_node", "leg_from", "stuck", "to_node", "until", "vehicle", "version")

    def __init__(self, origin: int, target: int, vehicle: int, arrived: Act, stuck: Callable[[int], None]) -> None:
        self.from_node, self.to_node, self.vehicle = origin, target, vehicle
        self.arrived, self.stuck = arrived, stuck
        self.leg_from = self.until = self.extra_min = 0.0
        self.version = 0


class Traffic:
    """All drives under way; one timer each, started anew only when its road fails."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.under_way: dict[int, Drive] = {}
        world.roads.before_worse.append(self._hold_up)

    def go(
        self, origin: int, target: int, vehicle: int, arrived: Act, stuck: Callable[[int], None], *,
        delay_min: float = 0.0, extra_min: float = 0.0,
    ) -> bool:
        """Drive from *origin* to *target*, leaving in *delay_min*, with *extra_min* after the last node.

        Calls *arrived* at the end, or *stuck* with the node where the vehicle stands when no way is left. Returns
        ``False`` (and does nothing) if there is no way to begin with.
        """
        minutes = self.world.travel_min(origin, target, vehicle)
        if minutes == NEVER:
            return False
        drive = Drive(origin, target, vehicle, arrived, stuck)
        drive.leg_from = self.world.env.now + delay_min
        drive.extra_min = extra_min
        drive.until = drive.leg_from + minutes + extra_min
        self.under_way[id(drive)] = drive
        self._start_timer(drive)
        return True

    def _start_timer(self, drive: Drive) -> None:
        version = drive.version
        self.world.after(drive.until - self.world.env.now, self._ends, drive, version)

    def _ends(self, drive: Drive, version: int) -> None:
        if version == drive.version:
            del self.under_way[id(drive)]
            drive.arrived()

    def _hold_up(self, ends: list[tuple[int, int]]) -> Act | None:
        """Find who must turn before the roads get worse; turn them once they are."""
        held: list[tuple[Drive, int, float]] = []
        ways: dict[tuple[int, int, int], tuple[list[int], list[float]]] = {}
        now = self.world.env.now
        for drive in self.under_way.values():
            key = (drive.from_node, drive.to_node, drive.vehicle)
            if key not in ways:
                ways[key] = self.world.roads.way(*key)
            nodes, passed = ways[key]
            if not nodes or now >= drive.until:
                continue
            share = max(0.0, now - drive.leg_from) / max(1e-9, drive.until - drive.leg_from)
            turn = turning_point(nodes, passed, share * passed[-1], ends)
            if turn is not None:
                held.append((drive, *turn))
        return (lambda: self._turn(held)) if held else None

    def _turn(self, held: list[tuple[Drive, int, float]]) -> None:
        for drive, node, lead_in in held:
            drive.version += 1
            minutes = self.world.travel_min(node, drive.to_node, drive.vehicle)
            if minutes == NEVER:
                del self.under_way[id(drive)]
                drive.stuck(node)
                continue
            drive.from_node, drive.leg_from = node, max(self.world.env.now, drive.leg_from)
            drive.until = drive.leg_from + lead_in + minutes + drive.extra_min
            self._start_timer(drive)
