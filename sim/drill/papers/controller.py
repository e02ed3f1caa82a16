"""Paper 04: the controller's handbook; in English the controller and evaluator handbook of HSEEP."""

from __future__ import annotations

from collections.abc import Callable

from sim.drill.model import Inject
from sim.drill.papers.explan import ASSUMED
from sim.drill.papers.page import Page
from sim.drill.papers.parts import comms, overview_table, questions, safety, schedule, stresses, units
from sim.drill.papers.styles import HANDBOOK
from sim.drill.papers.words import Words

RULES = ("own", "mark", "prompt", "clock", "answer", "contingency", "jump", "stop", "log")
ACROSS = 9
"""Moments on one state sheet."""


def controller(say: Words) -> bytes:
    """Return the paper as a file."""
    page = Page(say, HANDBOOK, "controller" if say.lang == "zh" else "evaluator", wide=True)
    page.title(say.of(say.drill.overview.name), say("controller.title"))
    parts: list[tuple[str, Callable[[], None]]] = [
        ("overview", lambda: overview_table(page, full=True)), ("rules", lambda: _rules(page)),
        ("organisation", lambda: _organisation(page)), ("schedule", lambda: schedule(page, injects=False)),
        ("timeline", lambda: _timeline(page)), ("spare", lambda: _spare(page)), ("branches", lambda: _branches(page)),
        ("states", lambda: _states(page)), ("stress", lambda: stresses(page)), ("safety", lambda: safety(page)),
        ("assumptions", lambda: page.listed(say(f"assumption.{key}") for key in ASSUMED)),
    ]
    if say.drill.questions and (say.drill.overview.form == "tabletop" or say.drill.overview.notice == "blind"):
        parts.append(("questions", lambda: questions(page)))
    shown = [part for part in parts if part[0] != "branches" or say.drill.branches]
    for order, (key, write) in enumerate(shown, start=1):
        page.heading(say.number(order) + say(f"controller.{key}"))
        write()
    return page.data()


def _rules(page: Page) -> None:
    say = page.say
    page.listed(say(f"controller_rule.{key}", word=say.of(say.drill.overview.safety_word)) for key in RULES)
    page.body(say(f"controller.notice_{say.drill.overview.notice}"))


def _organisation(page: Page) -> None:
    units(page, page.say.drill.units)
    comms(page, page.say.drill.units)


def _timeline(page: Page) -> None:
    say = page.say
    rows = [_timed(say, each) for each in say.drill.injects if each.ex_min is not None and each.kind != "contingency"]
    keys = ("time", "story", "id", "title_message", "mode", "from_to", "expected", "spare", "controller", "delivered")
    page.table([say(f"head.{key}") for key in keys], rows, (7, 9, 7, 23, 8, 12, 18, 9, 10, 9))
    for move in say.drill.moves:
        if any(move.summary):
            page.body(say("controller.jump", time=say.clock(move.ex_from_min), move=move.move_id,
                          story=say.story(move.sim_from_min), summary=say.of(move.summary)))


def _timed(say: Words, inject: Inject) -> tuple[str, ...]:
    expected = "\n".join(f"{each.action_id} {say.of(each.action)}" for each in say.actions_of(inject))
    spare = say.contingency(inject)
    fallback = f"{spare.inject_id}\n{say.clock(spare.ex_min)}" if spare else ""
    told = f"{say.of(inject.title)}\n{say.of(inject.message)}"
    way = f"{say.of(inject.from_role)} → {say.to(inject)}"
    return (
        f"{say.clock(inject.ex_min)}\n{say.offset(inject.ex_min)}", say.story(inject.sim_min), inject.inject_id, told,
        say.word("mode", inject.mode), way, expected, fallback, inject.controller, "",
    )


def _spare(page: Page) -> None:
    say = page.say
    page.body(say("controller.spare_lead"))
    rows = [
        (
            each.inject_id, say.word("kind", each.kind), say.clock(each.ex_min), say.of(each.condition),
            say.of(each.message), say.to(each), say.capability(each.capability),
        )
        for each in say.drill.injects if each.kind in ("contingency", "reserve")
    ]
    keys = ("id", "kind", "time", "condition", "message", "to", "capability")
    page.table([say(f"head.{key}") for key in keys], rows, (7, 12, 9, 21, 27, 12, 12))


def _branches(page: Page) -> None:
    say = page.say
    rows = [
        (
            each.branch_id, say.of(each.text),
            "\n".join(f"{say.of(option)} → {say.join(list(after))}"
                      for option, after in zip(each.options, each.injects, strict=True)),
            say.of(each.effect),
        )
        for each in say.drill.branches
    ]
    page.table([say(f"head.{key}") for key in ("id", "decision", "options", "effect")], rows, (8, 30, 36, 26))


def _states(page: Page) -> None:
    """Write what is true at each moment, a column for each, so that all controllers answer alike."""
    say, states = page.say, page.say.drill.states
    page.body(say("controller.states_lead"))
    for start in range(0, len(states), ACROSS):
        some = states[start : start + ACROSS]
        names = list(dict.fromkeys(name for state in some for name, _ in state.facts))
        heads = [say("head.fact"), *(f"{say.clock(each.ex_min)}\n{say.story(each.sim_min)}" for each in some)]
        rows = [[say.of(name), *(dict(state.facts).get(name, "—") for state in some)] for name in names]
        page.table(heads, rows, (26, *(8 for _ in some)))
