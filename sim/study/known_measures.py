"""Whether measures that somebody names are there, told before anything is played for them."""

from __future__ import annotations

from collections.abc import Iterable

from sim.common.errors import InputError, Problem
from sim.common.near import near
from sim.hazard.draw import draw
from sim.measure.measures import measure
from sim.response.respond import respond
from sim.study.model import Inputs


def check_measures(names: Iterable[str], inputs: Inputs, seed: int, file: str, column: str | None = None) -> None:
    """Play one replication, whose measures have the names that those of all others have.

    Raises :class:`InputError` for each of the *names* that it does not have; *file* and *column* say where they stand.
    """
    scenario, layout = draw(inputs.hazard, inputs.city, seed, 0), inputs.layouts[0]
    known = measure(respond(inputs.city, inputs.plan, layout, scenario), inputs.city, inputs.plan, layout, scenario)
    problems = [
        Problem(
            code="study.no_measure", file=file, column=column, value=name, params={"known": near(name, known.values)}
        )
        for name in names
        if name not in known.values
    ]
    if problems:
        raise InputError(problems)
