"""Paper 00: what lies in the package, for whom, how it came about, and whether it holds together."""

from __future__ import annotations

from sim.drill.papers.check import self_check, unchecked
from sim.drill.papers.page import Page
from sim.drill.papers.parts import norm_table, overview_table, stresses
from sim.drill.papers.styles import HANDBOOK
from sim.drill.papers.words import Words

FILES = ("00", "01", "02", "03", "04", "04a", "05", "06", "07", "08", "09", "10", "data")
"""Numbers of the package's parts; ``papers.file.<number>`` says what each is."""


def readme(say: Words) -> bytes:
    """Return the paper as a file."""
    page = Page(say, HANDBOOK, "controller")
    page.title(say.of(say.drill.overview.name), say("readme.title"))
    page.heading(say.number(1) + say("readme.what"))
    page.body(say("readme.rule"))
    overview_table(page, full=True)
    page.heading(say.number(2) + say("readme.files"))
    rows = [(number, say(f"file.{number}"), say(f"file_for.{number}")) for number in FILES]
    page.table([say("head.number"), say("head.file"), say("head.audience")], rows, (10, 58, 32))
    page.heading(say.number(3) + say("readme.numbers"))
    _numbers(page)
    page.heading(say.number(4) + say("readme.check"))
    _checks(page)
    page.heading(say.number(5) + say("readme.unverified"))
    _unverified(page)
    return page.data()


def _numbers(page: Page) -> None:
    say, simulation = page.say, page.say.drill.simulation
    page.body(
        say("readme.benchmark", n=simulation.replications),
        say(
            "readme.origin", version=simulation.turnout_version, seed=simulation.seed,
            first=simulation.first_replication, layout=simulation.layout_id, hash=simulation.scenario_sha256[:16],
        ),
    )
    stresses(page)


def _checks(page: Page) -> None:
    say = page.say
    found = self_check(say.drill)
    rows = [
        (say(f"check.{each.key}"), say("passed" if each.passed else "failed"), say.join(list(each.missing)))
        for each in found
    ]
    page.table([say("head.check"), say("head.result"), say("head.missing")], rows, (58, 14, 28))
    page.note(say("readme.checked", passed=sum(each.passed for each in found), count=len(found)))


def _unverified(page: Page) -> None:
    say = page.say
    page.body(say("readme.to_check"))
    rows = [(say.of(each.plan), each.clause, each.quote) for each in unchecked(say.drill)]
    if rows:
        page.table([say(f"head.{key}") for key in ("plan", "clause", "quote")], rows, (40, 15, 45))
    norm_table(page)
    numbers = [
        (say.of(each.name), each.value, each.source, say("verified" if each.checked else "not_verified"))
        for each in say.drill.provenance
    ]
    if numbers:
        keys = ("number_name", "value", "origin", "state")
        page.table([say(f"head.{key}") for key in keys], numbers, (34, 16, 34, 16))
