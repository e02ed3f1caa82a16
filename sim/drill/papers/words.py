"""What the papers say in one language: sentences, names, times of the wall and of the story, clauses, quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sim.common.errors import InputError, Problem
from sim.common.texts import catalogue, text
from sim.common.types import Text
from sim.drill.csv_rows import shipped
from sim.drill.model import Action, Benchmark, Clause, Drill, Inject, Unit

FEW = 100
"""Below so many copies P95 is not shown."""


@cache
def capabilities() -> dict[str, Text]:
    """Return the names of the core capabilities by key."""
    return {row["key"]: Text(row["name_zh"], row["name_en"]) for row in shipped("capabilities.csv")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The drill as it is told in *lang* (``zh`` or ``en``)."""

    drill: Drill
    lang: str

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence *key* of the papers; ``KeyError`` if there is none."""
        return text(f"papers.{key}", self.lang, **values)

    def word(self, area: str, value: str) -> str:
        """Return the name of a coded value (``mode``, ``notice`` ...); a dash for none.

        Raises :class:`InputError` with the known values for one that the papers have no name for.
        """
        if not value:
            return "—"
        names = catalogue(self.lang)
        if f"papers.{area}.{value}" not in names:
            stem = f"papers.{area}."
            known = ", ".join(key.removeprefix(stem) for key in names if key.startswith(stem))
            raise InputError([
                Problem(code="drill.unknown_word", file="drill.json", column=area, value=value, params={"known": known})
            ])
        return self(f"{area}.{value}")

    def of(self, said: Text) -> str:
        """Return *said* in this language."""
        return said.of(self.lang)

    def join(self, parts: list[str]) -> str:
        """Return *parts* as a list within a sentence."""
        return ("、" if self.lang == "zh" else ", ").join(part for part in parts if part)

    def clock(self, ex_min: float | None) -> str:
        """Return the wall clock at *ex_min* minutes after STARTEX; a day later is marked ``+1``."""
        if ex_min is None:
            return self("no_time")
        hours, minutes = self.drill.overview.start.split(":")
        total = int(hours) * 60 + int(minutes) + round(ex_min)
        days, rest = divmod(total, 1440)
        return f"{rest // 60:02d}:{rest % 60:02d}" + (f" (+{days})" if days else "")

    def offset(self, ex_min: float | None) -> str:
        """Return ``T+25``: minutes after STARTEX."""
        return self("no_time") if ex_min is None else f"T{round(ex_min):+d}"

    def story(self, sim_min: float | None) -> str:
        """Return date and time of the story at scenario minute *sim_min*; empty for what is not of the story."""
        if sim_min is None:
            return ""
        moment = datetime.fromisoformat(self.drill.overview.scenario_time) + timedelta(minutes=round(sim_min))
        return moment.strftime("%m-%d %H:%M")

    def minutes(self, value: float | None) -> str:
        """Return a duration as a figure; ``None`` is never."""
        return self("never") if value is None else f"{value:.1f}"

    def limit(self, action: Action) -> str:
        """Return the limit of *action* with its unit; a dash if it has none."""
        return "—" if action.limit_min is None else self("limit", minutes=f"{action.limit_min:g}")

    def p95(self, benchmark: Benchmark) -> str:
        """Return P95, or say why it is not shown."""
        if benchmark.p95 is None and len(benchmark.values) < FEW:
            return self("too_few", few=FEW)
        return self.minutes(benchmark.p95)

    def share(self, value: float) -> str:
        """Return a share as whole per cent; what is neither none nor all is never shown as such."""
        shown = min(max(round(100 * value), 0 if value <= 0 else 1), 100 if value >= 1 else 99)
        return f"{shown}%"

    def clause(self, clause: Clause | None) -> str:
        """Return where a duty is written, with its words, and that it is to be checked if nobody has."""
        if clause is None:
            return ""
        plan = self.of(clause.plan)
        if not clause.clause and not clause.quote:  # what the drill itself says is no plan's title
            return plan + self.checked(clause.checked)
        said = self("clause", plan=plan, clause=clause.clause, quote=clause.quote)
        said = said if clause.quote else self("clause_bare", plan=plan, clause=clause.clause)
        return said + self.checked(clause.checked)

    def checked(self, checked: bool) -> str:
        """Return the mark of what nobody has verified; empty for what is."""
        return "" if checked else ("" if self.lang == "zh" else " ") + self("to_check")

    def capability(self, key: str) -> str:
        """Return the name of a core capability; the key itself if ``tables/capabilities.csv`` has no such row."""
        return self.of(capabilities()[key]) if key in capabilities() else key

    def number(self, order: int) -> str:
        """Return the number of a heading: 一、 or 1. with a space."""
        if self.lang == "en":
            return f"{order}. "
        tens, ones = divmod(order, 10)
        digits = "零一二三四五六七八九"
        said = ("十" if tens == 1 else digits[tens] + "十" if tens else "") + (digits[ones] if ones else "")
        return f"{said}、"

    # ---- what belongs to what ---------------------------------------------------------------

    def unit(self, unit_id: str) -> str:
        """Return the name of a unit; the id itself if the drill has no such unit."""
        return next((self.of(unit.name) for unit in self.drill.units if unit.unit_id == unit_id), unit_id)

    def actions_of(self, inject: Inject) -> list[Action]:
        """Return what is expected after *inject*, in order."""
        return [action for action in self.drill.actions if action.inject_id == inject.inject_id]

    def contingency(self, inject: Inject) -> Inject | None:
        """Return what is delivered if the reaction to *inject* does not come: ``C-001`` of ``I-001``."""
        wanted = "C" + inject.inject_id[1:] if inject.kind == "inject" else ""
        return next((each for each in self.drill.injects if each.inject_id == wanted), None)

    def to(self, inject: Inject) -> str:
        """Return whom *inject* goes to: unit and role."""
        return " ".join(part for part in (self.unit(inject.to_unit), self.of(inject.to_role)) if part)

    def phase(self, move_id: str) -> str:
        """Return the name of a move; empty if there is none."""
        return next((self.of(move.name) for move in self.drill.moves if move.move_id == move_id), "")

    def clock_of(self, action: Action) -> str:
        """Return what the time of *action* counts from."""
        return self(f"clock.{action.clock}", before=action.predecessor, inject=action.inject_id)

    def playing(self) -> list[Unit]:
        """Return the units that play."""
        return [unit for unit in self.drill.units if unit.role in ("command", "player")]
