"""Paper 05: what players may know: a handbook, around a table the situation manual, in a blind drill a notice only.

It takes from the record nothing but the overview, the units and, around a table, the questions: no inject, no action,
no benchmark, no place of an incident can reach it.
"""

from __future__ import annotations

from sim.drill.papers.explan import ASSUMED
from sim.drill.papers.page import BLANK, Page
from sim.drill.papers.parts import comms, overview_table, safety, units
from sim.drill.papers.styles import HANDBOOK
from sim.drill.papers.words import Words
from sim.drill.public import for_players

RULES = ("real", "mark", "plan", "means", "notional", "log", "ask", "outside")
ELEMENTS = (
    "received", "source", "happened", "place", "nature", "extent", "harm", "trend", "leaders", "measures", "advice",
)


def player(say: Words) -> bytes:
    """Return the paper as a file."""
    say = Words(drill=for_players(say.drill), lang=say.lang)
    if say.drill.overview.notice == "blind":
        return _notice(say)
    if say.drill.overview.form == "tabletop":
        return _situation_manual(say)
    return _handbook(say)


def _notice(say: Words) -> bytes:
    page = Page(say, HANDBOOK, "player")
    page.title(say("player.notice_title"))
    page.body(say("player.notice_lead"))
    page.listed(
        [say("player.notice_mark"), say("safety.word", word=say.of(say.drill.overview.safety_word)), say("safety.real"),
         *(say(f"player_rule.{key}") for key in ("plan", "notional", "log"))]
    )
    if say.drill.overview.forbidden:
        page.body(say("safety.forbidden"))
        page.listed(say.of(each) for each in say.drill.overview.forbidden)
    page.body(say("player.notice_sign", blank=BLANK))
    return page.data()


def _handbook(say: Words) -> bytes:
    page = Page(say, HANDBOOK, "player")
    page.title(say.of(say.drill.overview.name), say("player.title"))
    _sections(page, ("overview", "scope", "rules", "safety", "roles", "comms", "start", "assumptions", "reports"))
    return page.data()


def _situation_manual(say: Words) -> bytes:
    page = Page(say, HANDBOOK, "player")
    page.title(say.of(say.drill.overview.name), say("player.sitman_title"))
    keys = ("overview", "agenda", "scope", "rules", "safety", "roles", "start", "questions", "assumptions", "reports")
    _sections(page, keys)
    return page.data()


def _sections(page: Page, keys: tuple[str, ...]) -> None:
    for order, key in enumerate(keys, start=1):
        page.heading(page.say.number(order) + page.say(f"player.{key}"))
        SECTIONS[key](page)


def _overview(page: Page) -> None:
    overview_table(page, full=False)


def _scope(page: Page) -> None:
    say = page.say
    page.body(say("player.scope_text", purpose=say.of(say.drill.overview.purpose)))
    page.listed(
        say("player.objective", who=say.of(each.who), capability=say.capability(each.capability))
        for each in say.drill.objectives
    )


def _rules(page: Page) -> None:
    page.listed(page.say(f"player_rule.{key}") for key in RULES)


def _roles(page: Page) -> None:
    say = page.say
    page.listed(say(f"hseep_role.{key}") for key in ("player", "controller", "simulator", "evaluator", "observer"))
    units(page, say.playing())


def _comms(page: Page) -> None:
    comms(page, page.say.playing())


def _start(page: Page) -> None:
    """Write the state before the first news: the background alone, for the story tells what is to come."""
    say, overview = page.say, page.say.drill.overview
    page.body(say.of(overview.background) or BLANK, say("player.start_more"))


def _assumptions(page: Page) -> None:
    page.listed(page.say(f"assumption.{key}") for key in ASSUMED if key != "copies")


def _reports(page: Page) -> None:
    say = page.say
    page.body(say("player.reports_lead"))
    rows = [(str(order), say(f"element.{key}"), "") for order, key in enumerate(ELEMENTS, start=1)]
    page.table([say("head.number"), say("head.element"), say("head.content")], rows, (10, 35, 55), least_mm=7)


def _agenda(page: Page) -> None:
    """Write the phases as hours without their names: a name may tell what happens in it.

    Players who only know the window read minutes after STARTEX.
    """
    say, drill = page.say, page.say.drill
    clock = say.offset if drill.overview.notice == "window" else say.clock
    rows = [(clock(0), say("schedule.startex"))]
    rows += [
        (f"{clock(move.ex_from_min)}–{clock(move.ex_to_min)}", say("player.module", number=order))
        for order, move in enumerate(drill.moves, start=1)
    ]
    end = drill.overview.endex_min
    rows.append((f"{clock(end)}–{clock(end + drill.overview.hotwash_min)}", say("schedule.wash")))
    page.table([say("head.time"), say("head.content")], rows, (30, 70))


def _questions(page: Page) -> None:
    """Write the questions with room for notes, never the points that an answer should have."""
    say = page.say
    page.body(say("player.questions_lead"))
    rows = [
        (each.question_id, say.unit(each.unit_id) if each.unit_id else say("anyone"), say.of(each.text), "")
        for each in say.drill.questions
    ]
    page.table([say(f"head.{key}") for key in ("id", "unit", "question", "notes")], rows, (9, 20, 36, 35), least_mm=22)


SECTIONS = {
    "overview": _overview, "scope": _scope, "rules": _rules, "safety": safety, "roles": _roles, "comms": _comms,
    "start": _start, "assumptions": _assumptions, "reports": _reports, "agenda": _agenda, "questions": _questions,
}
