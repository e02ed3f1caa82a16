"""Evaluation templates: the sheets of ``eval_templates/*.yaml`` that an evaluator ticks, scores or rates."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Literal

from pydantic import Field

from sim.common.document import Form, Name, read_document
from sim.common.errors import InputError, Problem
from sim.drill.model import STEPS, Action, Drill

Method = Literal["yes_no", "score", "rating4", "timed"]
Step = Literal[
    "report", "level", "order", "arrive", "start", "done", "warn", "load", "leave", "deliver", "care", "state"
]


class Item(Form):
    """One line of the sheet; actions whose trace is one of *steps* answer it."""

    id: str
    group: Name
    point: Name
    method: Method
    weight: float = Field(gt=0)
    steps: list[Step]
    checked: bool
    """True: the words were read in the standard itself or a public copy."""


class Template(Form):
    """A sheet, or, for ``sheet: false``, the rating of the pages of the capability targets alone."""

    name: Name
    source: Name
    checked: bool
    method: Method
    sheet: bool
    items: list[Item]


def names() -> list[str]:
    """Return the names of the templates that ship."""
    folder = files("sim.drill").joinpath("eval_templates")
    return sorted(each.name.removesuffix(".yaml") for each in folder.iterdir() if each.name.endswith(".yaml"))


@cache
def read_template(name: str) -> Template:
    """Return the template *name*. Raises :class:`InputError` with the known names if there is none."""
    if name not in names():
        raise InputError([
            Problem(
                code="drill.template", file="drill.json", column="evaluation_template", value=name,
                params={"known": ", ".join(names())},
            )
        ])
    with as_file(files("sim.drill").joinpath("eval_templates", f"{name}.yaml")) as path:
        return read_document(path, Template)[0]


def answering(item: Item, drill: Drill) -> list[Action]:
    """Return the timed actions whose measured moment answers *item*."""
    wanted = [step for step in STEPS if step in item.steps]
    return [action for action in drill.actions if action.timed and action.trace.step in wanted]
