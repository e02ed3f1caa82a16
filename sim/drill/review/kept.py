"""``as_run.json``: the drill as it was run, kept beside the papers for whoever learns from several drills."""

from __future__ import annotations

import json
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.drill.review.model import AsRun

FILE = "as_run.json"
PAIRS, WORDS = ("injects", "done", "took"), ("units", "absent")


def as_json(as_run: AsRun) -> str:
    """Return *as_run* as JSON; equal records give equal text."""
    tree = {name: getattr(as_run, name) for name in (*PAIRS, *WORDS)}
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def read_as_run(file: Path) -> AsRun:
    """Return what :func:`as_json` wrote. Raises :class:`InputError` if *file* is nothing of the kind."""
    try:
        tree = json.loads(file.read_text(encoding="utf-8-sig"))
        injects, done, took = (tuple((str(key), float(value)) for key, value in tree[name]) for name in PAIRS)
        units, absent = (tuple(str(each) for each in tree[name]) for name in WORDS)
        return AsRun(injects=injects, done=done, took=took, units=units, absent=absent)
    except FileNotFoundError:
        raise InputError([Problem(code="missing_file", file=str(file))]) from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError([Problem(code="review.no_as_run", file=str(file), value=str(error))]) from None
