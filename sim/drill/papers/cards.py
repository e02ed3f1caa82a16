"""Paper 04a: the cards, one on a page: first all controller's copies, then what is handed to players."""

from __future__ import annotations

from sim.drill.model import Inject
from sim.drill.papers.page import BLANK, Page
from sim.drill.papers.styles import CARD
from sim.drill.papers.words import Words

SHORT = BLANK[:10]
"""A line to fill in where three stand side by side."""
SPOKEN = ("phone", "radio")
"""Modes in which nothing is handed over, unless the drill is blind or around a table."""


def cards(say: Words) -> bytes:
    """Return the paper as a file."""
    page = Page(say, CARD, "controller")
    for order, inject in enumerate(say.drill.injects):
        if order:
            page.turn()
        _own_copy(page, inject)
    handed = [inject for inject in say.drill.injects if is_handed_over(say, inject)]
    if handed:
        page.section("handout")
    for order, inject in enumerate(handed):
        if order:
            page.turn()
        _handout(page, inject)
    return page.data()


def is_handed_over(say: Words, inject: Inject) -> bool:
    """Tell whether players get a copy: what is spoken leaves none, save as a task card of a blind or table drill."""
    overview = say.drill.overview
    if inject.kind == "admin":
        return False
    return inject.mode not in SPOKEN or overview.notice == "blind" or overview.form == "tabletop"


def _own_copy(page: Page, inject: Inject) -> None:
    say = page.say
    page.mark(say("mark"))
    page.heading(f"{inject.inject_id} {say.of(inject.title)}")
    copies = say("card.with_handout" if is_handed_over(say, inject) else "card.spoken_only")
    page.facts([
        (say("card.kind"), f"{say(f'kind.{inject.kind}')} · {say('card.own')} · {copies}"),
        (say("card.time"), _times(say, inject)),
        (say("card.condition"), say.of(inject.condition)),
        (say("card.mode"), say.word("mode", inject.mode)),
        (say("card.way"), f"{say.of(inject.from_role)} → {say.to(inject)}"),
        (say("card.place"), say.of(inject.location)),
        (say("card.controller"), inject.controller or BLANK),
        (say("card.materials"), say.join(list(inject.materials)) or "—"),
    ], share=0.22)
    page.note(say("card.read_aloud"))
    page.spoken(say("card.marked", message=say.of(inject.message)))
    _answers(page, inject)
    _expected(page, inject)
    page.note(say("card.delivered", blank=SHORT))


def _times(say: Words, inject: Inject) -> str:
    story = say.story(inject.sim_min)
    planned = say.clock(inject.ex_min) + (f" ({say.offset(inject.ex_min)})" if inject.ex_min is not None else "")
    return planned + (say("card.story", time=story) if story else "")


def _answers(page: Page, inject: Inject) -> None:
    say = page.say
    rows = [(say("card.if_asked"), "\n".join(say.of(each) for each in inject.answers))] if inject.answers else []
    if any(inject.first_report):
        rows.append((say("card.first_report"), say.of(inject.first_report)))
    warning = next((each for each in say.drill.warnings if each.warning_id == inject.warning), None)
    if warning is not None:
        rows.append((say("card.warning"), say("card.marked", message=say.of(warning.headline))))
    if rows:
        page.facts(rows, share=0.22)


def _expected(page: Page, inject: Inject) -> None:
    say = page.say
    actions = say.actions_of(inject)
    if actions:
        rows = [
            (each.action_id, say.unit(each.unit_id), say.of(each.action), say.clock_of(each), say.limit(each))
            for each in actions
        ]
        keys = ("id", "unit", "expected", "clock", "limit")
        page.table([say(f"head.{key}") for key in keys], rows, (14, 20, 34, 18, 14))
    spare = say.contingency(inject)
    if spare is not None:
        page.note(say("card.fallback", id=spare.inject_id, time=say.clock(spare.ex_min), when=say.of(spare.condition)))


def _handout(page: Page, inject: Inject) -> None:
    say = page.say
    page.mark(say("mark"))
    page.heading(say("card.task" if say.drill.overview.notice == "blind" else "card.news"))
    page.facts([
        (say("card.number"), inject.inject_id),
        (say("card.mode"), say.word("mode", inject.mode)),
        (say("card.from"), say.of(inject.from_role)),
        (say("card.to"), say.to(inject)),
        (say("card.place"), say.of(inject.location) or "—"),
        (say("card.materials"), say.join(list(inject.materials)) or "—"),
    ], share=0.22)
    page.spoken(say("card.marked", message=say.of(inject.message)))
    page.note(say("card.signed", blank=BLANK), say("card.only_exercise"))
