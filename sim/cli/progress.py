"""Shows how far a run is: a bar on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from sim.cli.say import voice
from sim.study.run import Progress

LINE_EVERY_S = 5.0


@contextmanager
def shown() -> Iterator[Callable[[Progress], None]]:
    """Give a function that shows the progress that it is told of, on stderr."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        lines = Lines()
        yield lambda progress: lines.tell(lambda: line_of(progress), last=progress.done >= progress.total)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}"))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(voice.text("progress"), total=None, left="")

        def tell(progress: Progress) -> None:
            left = "" if progress.left_s is None else duration(progress.left_s)
            bar.update(task, total=progress.total, completed=progress.done, left=left)

        yield tell


@contextmanager
def counted(step: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows how much of *step* of a drill (done, of how much) is behind, on stderr."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        lines = Lines()
        yield lambda done, total: lines.tell(
            lambda: voice.text(f"drill.line.{step}", done=done, total=total), last=done >= total
        )
        return
    with Bar(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console,
             transient=True) as bar:
        task = bar.add_task(voice.text(f"drill.bar.{step}"), total=None)
        yield lambda done, total: bar.update(task, total=total, completed=done)


class Lines:
    """Writes a line now and then."""

    def __init__(self) -> None:
        self.last_s = -LINE_EVERY_S

    def tell(self, line: Callable[[], str], *, last: bool = False) -> None:
        """Write *line*, unless another one was written just now and it is not the *last*."""
        if time.monotonic() - self.last_s < LINE_EVERY_S and not last:
            return
        self.last_s = time.monotonic()
        print(line(), file=sys.stderr, flush=True)  # noqa: T201 - rich would keep the last state only


def line_of(progress: Progress) -> str:
    """Return *progress* as one line."""
    if progress.left_s is None:
        return voice.text("progress.begin", done=progress.done, total=progress.total)
    percent = 100 * progress.done // progress.total
    return voice.text(
        "progress.line", done=progress.done, total=progress.total, percent=percent, left=duration(progress.left_s)
    )


def duration(seconds: float) -> str:
    """Return *seconds* as people say it."""
    whole = round(seconds)
    if whole < 60:
        return voice.text("seconds", s=whole)
    if whole < 3600:
        return voice.text("minutes", m=whole // 60, s=whole % 60)
    return voice.text("hours", h=whole // 3600, m=whole % 3600 // 60)
