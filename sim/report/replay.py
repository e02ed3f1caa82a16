"""One replication played again for every layout, with every step kept, to be told and drawn."""

from __future__ import annotations

from dataclasses import dataclass

from sim.hazard.draw import draw
from sim.hazard.scenario import Scenario
from sim.plan.model import Layout
from sim.response.log import Log
from sim.response.respond import respond
from sim.study.model import Inputs
from sim.study.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A scenario and what each layout made of it."""

    replication: int
    scenario: Scenario
    logs: tuple[Log, ...]
    """In the order of the layouts."""


def replay(inputs: Inputs, seed: int, replication: int) -> Replay:
    """Draw *replication* again and let every layout answer it; the same numbers as in the run."""
    scenario = draw(inputs.hazard, inputs.city, seed, replication)
    logs = tuple(respond(inputs.city, inputs.plan, layout, scenario, timeline=True) for layout in inputs.layouts)
    return Replay(replication=replication, scenario=scenario, logs=logs)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockOut:
    """An item that a depot handed out to the last piece."""

    minute: float
    clock: str
    depot: str
    item: str


def stock_outs(story: Story, log: Log) -> list[StockOut]:
    """Return what ran out and where, in the order of time."""
    return [
        StockOut(minute=minute, clock=story.clock(minute), depot=story.word(depot), item=story.word(item))
        for (depot, item), minute in sorted(log.stock_out_min.items(), key=lambda pair: (pair[1], pair[0]))
    ]


def story_of(inputs: Inputs, played: Replay, layout: Layout, log: Log, lang: str) -> Story:
    """Return the words for what *layout* did."""
    return Story(inputs.city, inputs.plan, layout, played.scenario, log, lang)
