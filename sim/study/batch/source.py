"""Gives out the chunks of a batch and takes note of what is done: parts are joined, cells are ended or go on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.common.near import near
from sim.study.batch import store
from sim.study.batch.chunks import BLOCK, Planner, Task
from sim.study.batch.model import BatchStudy, Grid
from sim.study.batch.stop import Enough, next_look
from sim.study.parts import cpu_s_of, part_name
from sim.study.run import OnProgress, Progress


class BatchSource:
    """The source of chunks (see :class:`sim.study.executors.Source`) for the cells of *grid*, in *folders*."""

    def __init__(
        self, study: BatchStudy, grid: Grid, folders: Sequence[Path], planner: Planner, enough: Enough | None,
        tell: OnProgress | None,
    ) -> None:
        self.study, self.grid, self.folders, self.planner = study, grid, folders, planner
        self.enough, self.tell = enough, tell
        self.layouts = [layout.layout_id for layout in grid.layouts]
        self.ended: dict[int, int] = {}
        self.began, self.fresh_cpu_s = time.monotonic(), 0.0
        rule = study.stop
        for number, cell in enumerate(planner.cells):
            cell.want(rule.min_replications if rule is not None else grid.cells[number].replications)
            self._settle(number)
        self.reused, _ = self.count()
        self._say()

    @property
    def cpu_s(self) -> float:
        """Processor seconds of everything that is there."""
        return sum(cell.pace.cpu_s for cell in self.planner.cells)

    @property
    def replications(self) -> dict[str, int]:
        """Replications of the cells that have ended, by their ids, in the order of the grid."""
        return {cell.cell_id: self.ended[number] for number, cell in enumerate(self.grid.cells) if number in self.ended}

    def count(self) -> tuple[int, int]:
        """Return (replications done, replications wanted as far as is known by now)."""
        cells = self.planner.cells
        total = sum(cell.end for cell in cells)
        return total - sum(cell.waiting for cell in cells), total

    def take(self) -> Task | None:
        """Return the next chunk, if there is one to play now."""
        return self.planner.take()

    def done(self, task: Task) -> None:
        """Take note that *task* is on the disk."""
        number, first, last = task
        cpu_s = cpu_s_of(self.folders[number] / part_name(first, last))
        self.fresh_cpu_s += cpu_s
        self.planner.done(task, cpu_s)
        self._join_block(number, first // BLOCK)
        self._settle(number)
        self._say()

    # ---- cells -----------------------------------------------------------------------------

    def _settle(self, number: int) -> None:
        """End the cell, or ask for more of it, if all is done that was wanted of it."""
        cell, most = self.planner.cells[number], self.grid.cells[number].replications
        while cell.reached:
            enough = cell.end if self.enough is None else self._enough(number, self.enough)
            if enough is not None or cell.end >= most:
                cell.end = self.ended[number] = cell.end if enough is None else enough
                for block in range((cell.end - 1) // BLOCK + 1):
                    self._join_block(number, block)
                return
            cell.want(next_look(cell.end, most))

    def _enough(self, number: int, enough: Enough) -> int | None:
        """Ask the rule. Raises :class:`InputError` if there is no measure of the name that it looks at."""
        cell, folder = self.planner.cells[number], self.folders[number]
        measure = self.study.stop.measure if self.study.stop is not None else ""
        values = store.read_values(folder, cell.have, measure, self.layouts, cell.end)
        if not values:
            known = store.measures_of(folder, cell.have[0])
            params, file = {"known": near(measure, known)}, str(self.study.file)
            raise InputError([
                Problem(code="study.no_measure", file=file, column="stop.measure", value=measure, params=params)
            ])
        return enough(values)

    def _join_block(self, number: int, block: int) -> None:
        """Make one part of a block of replications once all of it is done, or as much as is wanted at the end."""
        cell = self.planner.cells[number]
        begin, end = block * BLOCK, min((block + 1) * BLOCK, cell.end)
        inside = [part for part in cell.have if begin <= part[0] < begin + BLOCK]
        done = sum(last - first + 1 for first, last in inside)
        if len(inside) > 1 and inside[0][0] == begin and done == inside[-1][1] - begin + 1 >= end - begin:
            whole = store.join(self.folders[number], inside)
            cell.have = sorted({*cell.have}.difference(inside) | {whole})

    # ---- progress --------------------------------------------------------------------------

    def _say(self) -> None:
        if self.tell is not None:
            done, total = self.count()
            self.tell(Progress(done=done, total=total, left_s=self._left_s()))

    def _left_s(self) -> float | None:
        """Return the seconds left, from the costs of the cells and how many of them come together in this run."""
        left_cpu_s = self.planner.left_cpu_s()
        if left_cpu_s is None or self.fresh_cpu_s == 0.0:
            return 0.0 if left_cpu_s == 0.0 else None
        return left_cpu_s * (time.monotonic() - self.began) / self.fresh_cpu_s
