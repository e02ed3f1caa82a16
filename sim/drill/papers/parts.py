"""What several papers share: the first table, objectives, units, the schedule, safety, blank directories, questions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sim.common.types import Text
from sim.drill.csv_rows import shipped
from sim.drill.model import Clause, Drill, Unit
from sim.drill.papers.page import BLANK, Page
from sim.drill.papers.words import Words


class Norm(NamedTuple):
    """A law or standard that a paper names, and whether somebody has verified it."""

    name: Text
    use: Text
    checked: bool


@cache
def norms() -> tuple[Norm, ...]:
    """Return the rows of ``tables/paper_norms.csv``."""
    return tuple(
        Norm(Text(row["name_zh"], row["name_en"]), Text(row["use_zh"], row["use_en"]), row["checked"] == "1")
        for row in shipped("paper_norms.csv")
    )


def overview_table(page: Page, *, full: bool) -> None:
    """Write the table of the first page; not *full* is what players may see."""
    say, overview = page.say, page.say.drill.overview
    pairs = [
        ("name", say.of(overview.name)),
        ("id", say("id_version", id=overview.drill_id, version=overview.version, revised=overview.revised_at)),
        ("city", say.of(overview.city)),
        ("form", say.word("form", overview.form)),
        ("notice", say.word("notice", overview.notice)),
        ("purpose", say.of(overview.purpose)),
        ("when", when(say, full=full)),
        ("venues", say.of(overview.venues) or BLANK),
        ("host", say.of(overview.host) or BLANK),
        ("organiser", say.of(overview.organiser) or BLANK),
        ("playing", say.join([say.of(unit.name) for unit in say.playing()])),
        ("contact", BLANK),
    ]
    if full:
        pairs += [
            ("hazard", say.word("hazard", overview.hazard)),
            ("grades", grades(say)),
            ("story_time", overview.scenario_time.replace("T", " ")),
            ("layout", say.of(overview.layout)),
            ("difficulty", say.word("difficulty", overview.difficulty)),
            ("heads", say("heads_blank", blank=BLANK)),
        ]
    page.facts((say(f"field.{key}"), said) for key, said in pairs)


def when(say: Words, *, full: bool) -> str:
    """Return date and times; players who only know the window read a blank for the hour."""
    overview = say.drill.overview
    if not full and overview.notice == "window":
        return say("when_window", date=overview.date, blank=BLANK)
    return say(
        "when", date=overview.date, start=say.clock(0), end=say.clock(overview.endex_min),
        wash=say.clock(overview.endex_min + overview.hotwash_min), zone=overview.utc_offset,
    )


def grades(say: Words) -> str:
    """Return event grade, response level and warning colour: three things that need not agree."""
    overview = say.drill.overview
    color = say.word("color", overview.warning_color)
    return say("grades", grade=overview.event_grade or "—", level=overview.response_level or "—", color=color)


def objectives(page: Page) -> None:
    """Write the objectives, each as one sentence of five parts, with capability and weight."""
    say = page.say
    rows = [
        (
            each.objective_id,
            say(
                "objective", who=say.of(each.who), condition=say.of(each.condition), task=say.of(each.task),
                standard=say.of(each.standard), effect=say.of(each.effect),
            ),
            say.capability(each.capability),
            f"{each.weight:g}",
        )
        for each in say.drill.objectives
    ]
    page.table([say(f"head.{key}") for key in ("id", "objective", "capability", "weight")], rows, (9, 60, 20, 11))


def targets(page: Page) -> None:
    """Write the capability targets with where they come from."""
    say = page.say
    rows = [
        (each.target_id, each.objective_id, say.of(each.text), say.clause(each.clause)) for each in say.drill.targets
    ]
    heads = [say("head.target"), say("head.objective_id"), say("head.target_text"), say("head.source")]
    page.table(heads, rows, (10, 13, 38, 39))


def units(page: Page, listed: Sequence[Unit]) -> None:
    """Write who takes part, what for and with what; contacts are blanks."""
    say = page.say
    rows = [
        (
            unit.unit_id, _named(say, unit), say.word("role", unit.role),
            say.of(unit.task), strength(say, unit), "",
        )
        for unit in listed
    ]
    keys = ("id", "unit", "role", "task", "strength", "contact")
    page.table([say(f"head.{key}") for key in keys], rows, (8, 23, 14, 24, 16, 15))



def _named(say: Words, unit: Unit) -> str:
    """Return the unit's name, and whether its numbers are made up."""
    gap = " " if say.lang == "en" else ""
    return say.of(unit.name) + (gap + say("synthetic") if unit.synthetic else "")


def strength(say: Words, unit: Unit) -> str:
    """Return people and equipment of *unit*."""
    people = say("people", count=unit.people) if unit.people else ""
    return say.join([people, *unit.equipment.split(";")])


def schedule(page: Page, *, injects: bool) -> None:
    """Write the phases by the clock; with *injects*, what is delivered in each."""
    say, drill = page.say, page.say.drill
    rows = [(say.clock(0), "STARTEX", say("schedule.startex"))]
    for move in drill.moves:
        own = [f"{say.clock(i.ex_min)} {i.inject_id} {say.of(i.title)}" for i in drill.injects
               if i.kind == "inject" and i.move_id == move.move_id]
        rows.append((
            f"{say.clock(move.ex_from_min)}–{say.clock(move.ex_to_min)}", f"{move.move_id} {say.of(move.name)}",
            "\n".join(own) if injects else "",
        ))
    end = drill.overview.endex_min
    rows.append((say.clock(end), "ENDEX", say("schedule.endex")))
    wash = drill.overview.hotwash_min
    rows.append((f"{say.clock(end)}–{say.clock(end + wash)}", say("schedule.wash_name"), say("schedule.wash")))
    page.table([say("head.time"), say("head.phase"), say("head.content")], rows, (18, 27, 55))


def safety(page: Page) -> None:
    """Write the stop word, when the exercise ends, and what nobody may do."""
    say, overview = page.say, page.say.drill.overview
    page.body(say("safety.mark"), say("safety.word", word=say.of(overview.safety_word)), say("safety.real"))
    if overview.forbidden:
        page.body(say("safety.forbidden"))
        page.listed(say.of(each) for each in overview.forbidden)


def comms(page: Page, listed: Sequence[Unit], spare: int = 3) -> None:
    """Write a directory of the units *listed* to fill in, with *spare* rows more: nothing in it is invented."""
    say = page.say
    page.note(say("comms.note"))
    heads = [say(f"head.{key}") for key in ("unit", "person", "call_sign", "channel", "phone", "use")]
    rows = [(say.of(unit.name), "", "", "", "", "") for unit in listed] + [("",) * 6] * spare
    page.table(heads, rows, (26, 15, 13, 16, 16, 14), least_mm=8)


def stresses(page: Page) -> None:
    """Write what the drill was searched for and what was reached on fresh seeds, and how hard it is and why."""
    say, drill = page.say, page.say.drill
    if drill.stresses:
        rows = [
            (
                say.word("stress", each.kind), say.of(each.text), f"{each.band_low:g}–{each.band_high:g}",
                f"{each.achieved:.2f} [{each.low:.2f}, {each.high:.2f}]", str(each.replications),
                say("passed" if each.met else "failed"),
            )
            for each in drill.stresses
        ]
        keys = ("stress", "measure", "wanted", "achieved", "copies", "met")
        page.table([say(f"head.{key}") for key in keys], rows, (15, 30, 12, 20, 10, 13))
    if drill.difficulties:
        graded = [
            (
                say.capability(each.capability),
                f"{say.share(each.missed)} [{say.share(each.low)}, {say.share(each.high)}]",
                say.word("difficulty", each.band), say.of(each.reason),
            )
            for each in drill.difficulties
        ]
        heads = [say(f"head.{key}") for key in ("capability", "missed", "difficulty", "reason")]
        page.table(heads, graded, (24, 22, 14, 40))
    page.note(say("realism", text=say.of(drill.overview.realism_text)))


def questions(page: Page) -> None:
    """Write the bank of questions with points, clause and score."""
    say = page.say
    rows = [
        (
            each.question_id, say.unit(each.unit_id) if each.unit_id else say("anyone"), say.of(each.text),
            "\n".join(say.of(point) for point in each.points), say.clause(each.clause), f"{each.score:g}", "",
        )
        for each in say.drill.questions
    ]
    keys = ("id", "unit", "question", "points", "source", "full_score", "score")
    page.table([say(f"head.{key}") for key in keys], rows, (7, 14, 25, 26, 16, 6, 6))


def clauses(drill: Drill) -> list[Clause]:
    """Return every clause that the drill stands on, once, in order."""
    found = [target.clause for target in drill.targets]
    found += [action.limit_clause for action in drill.actions if action.limit_clause is not None]
    found += [inject.clause for inject in drill.injects if inject.clause is not None]
    return list(dict.fromkeys(found))


def clause_table(page: Page) -> None:
    """Write the clauses of the plan, with the state of their verification."""
    say = page.say
    rows = [
        (say.of(each.plan), each.clause, each.quote, say("verified" if each.checked else "not_verified"))
        for each in clauses(say.drill)
    ]
    page.table([say(f"head.{key}") for key in ("plan", "clause", "quote", "state")], rows, (32, 12, 40, 16))


def norm_table(page: Page) -> None:
    """Write the laws and standards that the papers lean on, with the state of their verification."""
    say = page.say
    rows = [
        (say.of(norm.name), say.of(norm.use), say("verified" if norm.checked else "not_verified")) for norm in norms()
    ]
    page.table([say(f"head.{key}") for key in ("norm", "norm_use", "state")], rows, (48, 36, 16))
