"""The command line: ``turnout check | compare | run | scenario | new``."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from types import FrameType

__all__ = ["main"]


def main() -> None:
    """Run the command that the words of the command line ask for, and leave with its exit status.

    0: done; 2: something that the user can mend; 130: stopped by the user; 1: a fault of the program.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _stop)
    from sim.cli.app import app  # noqa: PLC0415 - the app says its help in the language that is set by now

    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Treat a polite request to end like Ctrl-C, so that finished work is kept and no worker stays behind."""
    raise KeyboardInterrupt
