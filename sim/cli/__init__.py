"""The command line: ``turnout check | compare | batch | status | query | export | run | scenario | new``."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from sim.cli.say import complain, voice
from sim.cli.usage import is_usage_error, usage_line

__all__ = ["main"]


def main(words: Sequence[str] | None = None) -> None:
    """Run the command that *words* (those of the command line) ask for, and leave with its exit status.

    0: done; 2: something that the user can mend; 130: stopped by the user; 1: a fault of the program.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _stop)
    words = sys.argv[1:] if words is None else words
    voice.begin(words)
    from sim.cli.app import app  # the app says its help in the language that is set by now

    try:
        status = app(args=list(words), prog_name="turnout", standalone_mode=False)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        complain(voice.text("interrupted.plain"))
        raise SystemExit(130) from None
    except Exception as error:
        if not is_usage_error(error):
            raise
        complain(usage_line(error, voice.lang))
        raise SystemExit(2) from None
    raise SystemExit(status or 0)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Treat a polite request to end like Ctrl-C, so that finished work is kept and no worker stays behind."""
    raise KeyboardInterrupt
