"""Paper 02: the script as a table, whose columns depend on the form of the exercise and on what players know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.drill.model import Action, Inject
from sim.drill.papers.page import Page
from sim.drill.papers.styles import SCRIPT
from sim.drill.papers.words import Words

VARIANTS: dict[str, tuple[str, ...]] = {
    "scripted": (
        "seq", "phase", "ex_time", "scenario_time", "situation", "location", "action", "actor", "dialogue", "channel",
        "limit", "bench", "video", "narration", "note",
    ),
    "announced": (
        "seq", "phase", "ex_time", "scenario_time", "situation", "location", "key_action", "actor", "channel", "limit",
        "bench", "narration", "note",
    ),
    "tabletop": (
        "seq", "phase", "ex_time", "scenario_time", "situation", "location", "discussion", "actor", "channel", "limit",
        "bench", "note",
    ),
    "blind": (
        "seq", "phase", "ex_time", "scenario_time", "situation", "location", "expected", "actor", "channel", "limit",
        "bench", "note",
    ),
}
"""Columns of the script table; ``window`` is told as ``announced``."""
WIDTHS = {
    "seq": 5, "phase": 8, "ex_time": 7, "scenario_time": 9, "situation": 23, "location": 9, "action": 18,
    "key_action": 20, "discussion": 22, "expected": 20, "actor": 11, "dialogue": 34, "channel": 9, "limit": 8,
    "bench": 11, "video": 12, "narration": 16, "note": 9,
}


def variant_of(say: Words) -> str:
    """Return which of :data:`VARIANTS` this drill takes: the form goes before the notice."""
    overview = say.drill.overview
    if overview.form == "tabletop":
        return "tabletop"
    return "announced" if overview.notice == "window" else overview.notice


def script(say: Words) -> bytes:
    """Return the paper as a file."""
    variant = variant_of(say)
    page = Page(say, SCRIPT, "controller", size="A3" if variant == "scripted" else "A4", wide=True)
    page.title(say.of(say.drill.overview.name), say(f"script.title_{variant}"))
    page.note(say(f"script.note_{variant}"), say("script.bench_note", n=say.drill.simulation.replications))
    keys = VARIANTS[variant]
    told = [each for each in say.drill.injects if each.kind in ("inject", "move", "admin") and each.ex_min is not None]
    rows = [
        [str(order) if key == "seq" else COLUMNS[key](row) for key in keys]
        for order, row in enumerate((Row(say=say, inject=each, actions=say.actions_of(each)) for each in told), start=1)
    ]
    page.table([say(f"script.{key}") for key in keys], rows, [WIDTHS[key] for key in keys])
    spare = [each for each in say.drill.injects if each.kind in ("contingency", "reserve")]
    if spare:
        page.heading(say("script.spare"))
        _spare(page, spare)
    return page.data()


def _spare(page: Page, spare: list[Inject]) -> None:
    say = page.say
    rows = [
        (each.inject_id, say.word("kind", each.kind), say.of(each.condition), say.of(each.message), say.to(each))
        for each in spare
    ]
    page.table([say(f"head.{key}") for key in ("id", "kind", "condition", "message", "to")], rows, (8, 12, 22, 40, 18))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table, told column by column."""

    say: Words
    inject: Inject
    actions: list[Action]

    def phase(self) -> str:
        """Return the phase."""
        return self.say.phase(self.inject.move_id)

    def ex_time(self) -> str:
        """Return the wall clock and the minutes since STARTEX."""
        return f"{self.say.clock(self.inject.ex_min)}\n{self.say.offset(self.inject.ex_min)}"

    def scenario_time(self) -> str:
        """Return date and time of the story."""
        return self.say.story(self.inject.sim_min)

    def situation(self) -> str:
        """Return id, title and message."""
        return f"{self.inject.inject_id} {self.say.of(self.inject.title)}\n{self.say.of(self.inject.message)}"

    def location(self) -> str:
        """Return the place."""
        return self.say.of(self.inject.location)

    def action(self) -> str:
        """Return what is to be done, in full."""
        return self._each(self.actions, lambda each: self.say.of(each.action))

    def key_action(self) -> str:
        """Return what is to be done, in key words."""
        return self._each(self.actions, lambda each: self.say.of(each.critical_task) or self.say.of(each.action))

    def expected(self) -> str:
        """Return what is expected and what to look for."""
        return self._each(self.actions, self._with_standard)

    def discussion(self) -> str:
        """Ask of every unit's task, once, who does it, how, and how soon, without giving the answer away."""
        asked: dict[tuple[str, str], list[str]] = {}
        for each in self.actions:
            asked.setdefault((each.unit_id, self.say.of(each.critical_task)), []).append(each.action_id)
        return "\n".join(
            self.say("script.ask", id=self.say.join(ids), unit=self.say.unit(unit), task=task)
            for (unit, task), ids in asked.items()
        )

    def actor(self) -> str:
        """Return who acts; whom the inject goes to if nothing is expected."""
        return "\n".join(dict.fromkeys(map(self._who, self.actions))) or self.say.to(self.inject)

    def dialogue(self) -> str:
        """Return the words as spoken: the message, its receipt, the first report, each report of what was done."""
        say, inject = self.say, self.inject
        lines = [say("script.spoken", who=say.of(inject.from_role), words=say.of(inject.message))]
        if inject.kind == "inject":
            lines.append(say("script.received", who=say.to(inject)))
        if any(inject.first_report):
            lines.append(say("script.spoken", who=say.to(inject), words=say.of(inject.first_report)))
        lines += [say("script.reported", who=self._who(each), what=say.of(each.action)) for each in self.actions]
        return "\n".join(lines)

    def channel(self) -> str:
        """Return how the inject is delivered."""
        return self.say.word("mode", self.inject.mode)

    def limit(self) -> str:
        """Return the limits that there are."""
        return self._each([each for each in self.actions if each.limit_min is not None], self.say.limit)

    def bench(self) -> str:
        """Return median and P90 of the simulated copies, in minutes."""
        found = [(each.action_id, each.benchmark) for each in self.actions if each.benchmark is not None]
        return "\n".join(f"{key} {self.say.minutes(law.p50)} / {self.say.minutes(law.p90)}" for key, law in found)

    def video(self) -> str:
        """Return what the camera shows and its caption."""
        place = self.say.of(self.inject.location) or self.say.of(self.say.drill.overview.venues)
        return self.say("script.picture", place=place, title=self.say.of(self.inject.title))

    def narration(self) -> str:
        """Return a draft of what the narrator says."""
        say, inject = self.say, self.inject
        names = list(dict.fromkeys(say.unit(each.unit_id) for each in self.actions)) or [say.unit(inject.to_unit)]
        return say("script.told", phase=self.phase(), time=say.clock(inject.ex_min), title=say.of(inject.title),
                   units=say.join(names))

    def note(self) -> str:
        """Return attachments, and what is delivered if nothing happens."""
        spare = self.say.contingency(self.inject)
        return "\n".join([*self.inject.materials, *([spare.inject_id] if spare else [])])

    def _each(self, actions: list[Action], told: Callable[[Action], str]) -> str:
        """Return a line for each action, with its id: it holds the columns together."""
        return "\n".join(f"{each.action_id} {told(each)}" for each in actions)

    def _with_standard(self, action: Action) -> str:
        say = self.say
        return say("script.with_standard", action=say.of(action.action), standard=say.of(action.standard))

    def _who(self, action: Action) -> str:
        return f"{self.say.unit(action.unit_id)} {self.say.of(action.role)}".strip()


COLUMNS: dict[str, Callable[[Row], str]] = {
    each.__name__: each
    for each in (
        Row.phase, Row.ex_time, Row.scenario_time, Row.situation, Row.location, Row.action, Row.key_action,
        Row.expected, Row.discussion, Row.actor, Row.dialogue, Row.channel, Row.limit, Row.bench, Row.video,
        Row.narration, Row.note,
    )
}
"""How each column is told; ``seq`` is the number of the row."""
