"""Paper 01: the plan of the exercise; a Chinese 工作方案 with its twelve headings, or an HSEEP exercise plan."""

from __future__ import annotations

from collections.abc import Callable

from sim.drill.papers.page import BLANK, Page
from sim.drill.papers.parts import (
    clause_table,
    comms,
    grades,
    norm_table,
    objectives,
    overview_table,
    safety,
    schedule,
    stresses,
    targets,
    units,
    when,
)
from sim.drill.papers.styles import OFFICIAL
from sim.drill.papers.template import read_template
from sim.drill.papers.words import Words

Section = tuple[str, Callable[[Page], None]]
GROUPS = ("lead", "design", "control", "support", "evaluation")
SUPPORT = ("people", "funds", "place", "communications", "safety")


def explan(say: Words) -> bytes:
    """Return the paper as a file."""
    page = Page(say, OFFICIAL, "controller")
    page.title(say.of(say.drill.overview.name), say("explan.title"))
    for order, (key, write) in enumerate(CHINESE if say.lang == "zh" else HSEEP, start=1):
        page.heading(say.number(order) + say(f"explan.{key}"))
        write(page)
    return page.data()


def _aims(page: Page) -> None:
    say = page.say
    page.body(say("explan.aim", city=say.of(say.drill.overview.city), purpose=say.of(say.drill.overview.purpose)))
    page.body(say("explan.objectives_lead"))
    objectives(page)
    targets(page)
    page.body(say("explan.stress_lead"))
    stresses(page)


def _basis(page: Page) -> None:
    page.body(page.say("explan.basis_lead"))
    norm_table(page)
    clause_table(page)


def _scenario(page: Page) -> None:
    say, overview = page.say, page.say.drill.overview
    for key, said in (
        ("outline", overview.scenario), ("background", overview.background), ("evolution", overview.evolution),
        ("consequences", overview.consequences),
    ):
        page.heading(say(f"explan.{key}"), 2)
        page.body(say.of(said) or BLANK)
    page.body(say("explan.story", time=overview.scenario_time.replace("T", " "), grades=grades(say)))


def _scale(page: Page) -> None:
    say, overview = page.say, page.say.drill.overview
    people = sum(unit.people for unit in say.playing())
    page.body(
        say("explan.scale_said", units=len(say.playing()), people=people, injects=_count(say, "inject")),
        say("explan.time", when=when(say, full=True)),
        say("explan.place", venues=say.of(overview.venues) or BLANK),
        say("explan.hosts", host=say.of(overview.host) or BLANK, organiser=say.of(overview.organiser) or BLANK),
    )


def _count(say: Words, kind: str) -> int:
    return sum(inject.kind == kind for inject in say.drill.injects)


def _type(page: Page) -> None:
    say, overview = page.say, page.say.drill.overview
    page.body(
        say("explan.type_said", form=say.word("form", overview.form), notice=say.word("notice", overview.notice),
            purpose=say.of(overview.purpose)),
        say(f"explan.notice_{overview.notice}"),
    )


def _organisation(page: Page) -> None:
    say = page.say
    rows = [(say(f"group.{key}"), "", say(f"group_duty.{key}")) for key in GROUPS]
    page.table([say("head.group"), say("head.person"), say("head.duty")], rows, (22, 26, 52), least_mm=9)


def _units(page: Page) -> None:
    units(page, page.say.drill.units)


def _steps(page: Page) -> None:
    schedule(page, injects=True)
    jumps = [move for move in page.say.drill.moves if any(move.summary)]
    if jumps:
        page.body(page.say("explan.jumps"))
        page.listed(f"{page.say.clock(move.ex_from_min)} {page.say.of(move.summary)}" for move in jumps)


def _evaluation(page: Page) -> None:
    say = page.say
    template = read_template(say.drill.evaluation_template)
    name = template.name.zh if say.lang == "zh" else template.name.en
    page.body(
        say("explan.evaluation", template=name + say.checked(template.checked), count=len(say.drill.targets)),
        say("explan.benchmark", n=say.drill.simulation.replications),
        say("explan.after", wash=f"{say.drill.overview.hotwash_min:g}", blank=BLANK),
    )


def _support(page: Page) -> None:
    say = page.say
    rows = [(say(f"support.{key}"), say(f"support_what.{key}"), "") for key in SUPPORT]
    page.table([say("head.item"), say("head.content"), say("head.arranged")], rows, (21, 48, 31), least_mm=9)
    safety(page)


def _end(page: Page) -> None:
    say, overview = page.say, page.say.drill.overview
    page.body(
        say("explan.end", conditions=say.of(overview.end_conditions) or BLANK),
        say("explan.end_real", word=say.of(overview.safety_word)),
    )


def _annexes(page: Page) -> None:
    page.heading(page.say("annex.comms"), 2)
    comms(page, page.say.drill.units)
    page.heading(page.say("annex.map"), 2)
    page.body(page.say("annex.map_where"))
    page.heading(page.say("annex.injects"), 2)
    _inject_list(page)


def _inject_list(page: Page) -> None:
    say = page.say
    rows = [
        (each.inject_id, say.word("kind", each.kind), say.clock(each.ex_min), say.of(each.title), say.of(each.location))
        for each in say.drill.injects
    ]
    page.table([say(f"head.{key}") for key in ("id", "kind", "time", "title", "place")], rows, (10, 20, 16, 31, 23))


def _overview(page: Page) -> None:
    overview_table(page, full=True)


def _general(page: Page) -> None:
    page.body(page.say("explan.scope"))
    _aims(page)


def _roles(page: Page) -> None:
    page.listed(page.say(f"hseep_role.{key}") for key in ("player", "controller", "simulator", "evaluator", "observer"))
    _organisation(page)


def _logistics(page: Page) -> None:
    _scale(page)
    _support(page)


def _assumptions(page: Page) -> None:
    page.listed(page.say(f"assumption.{key}") for key in ASSUMED)


def _references(page: Page) -> None:
    _basis(page)


ASSUMED = ("plausible", "no_fault", "resources", "time", "notional", "copies")
CHINESE: tuple[Section, ...] = (
    ("purpose", _aims), ("basis", _basis), ("scenario", _scenario), ("scale", _scale), ("type_head", _type),
    ("organisation", _organisation), ("units", _units), ("steps", _steps), ("evaluation_head", _evaluation),
    ("support", _support), ("end_head", _end), ("annexes", _annexes),
)
HSEEP: tuple[Section, ...] = (
    ("overview", _overview), ("general", _general), ("type_head", _type), ("roles", _roles), ("units", _units),
    ("assumptions", _assumptions), ("scenario", _scenario), ("steps", _steps), ("logistics", _logistics),
    ("evaluation_head", _evaluation), ("end_head", _end), ("references", _references), ("annexes", _annexes),
)
