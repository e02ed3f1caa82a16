"""The first page: what the drill is, the story for controllers, the background for players."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import numpy as np

from sim.common.texts import in_a_row, listed
from sim.common.types import Text
from sim.drill.build.names import Names
from sim.drill.build.rehearsal import Rehearsal
from sim.drill.build.said import NOTHING, amount, said
from sim.drill.csv_rows import shipped
from sim.drill.design import Choice, Design
from sim.drill.expected import Trace
from sim.drill.model import Overview
from sim.hazard.scenario import Scenario

ROMAN = {4: "IV", 3: "III", 2: "II", 1: "I"}
MONTH_DAY = 15
"""Day of the month on which the story begins: the scenario knows the month and the hour."""
NAMED = 4
"""Events named in the story."""


def overview(
    design: Design, choice: Choice, names: Names, rehearsal: Rehearsal, endex_min: float, difficulty: str
) -> Overview:
    """Return the overview; the warning's colour is filled in by whoever knows the warnings."""
    scenario = rehearsal.stage.scenario
    return Overview(
        drill_id=design.design_id, version=1, revised_at=design.revised, name=design.name, city=names.city.name,
        city_code=_city_code(names.city.zones.code), form=design.form, notice=design.notice, purpose=design.purpose,
        hazard=scenario.hazard, scenario=_story(names, scenario, rehearsal), evolution=_evolution(scenario),
        consequences=_consequences(scenario), background=_background(design, scenario),
        event_grade=_grade(scenario, rehearsal), response_level=_level(names, rehearsal), warning_color="",
        date=design.date, start=design.start, utc_offset=design.utc_offset, window_min=design.window_min,
        endex_min=endex_min, hotwash_min=design.hotwash_min, venues=design.venues, host=design.host,
        organiser=design.organiser, layout=rehearsal.stage.layout.name,
        scenario_time=_begins(design, scenario).isoformat(timespec="minutes"), safety_word=design.safety_word,
        end_conditions=said("end_conditions", word=design.safety_word), forbidden=design.forbidden,
        realism=choice.realism, realism_text=choice.realism_text, difficulty=difficulty,
    )


def _city_code(codes: Sequence[str]) -> str:
    """Return the city's six digits, if its townships' codes are those of GB/T 2260 and share the first four."""
    heads = {code[:4] for code in codes}
    return f"{heads.pop()}00" if len(heads) == 1 and all(code.isdigit() and len(code) >= 6 for code in codes) else ""


def _begins(design: Design, scenario: Scenario) -> datetime:
    """Return T0 in the story: the first such month at or after the drill's date."""
    day = date.fromisoformat(design.date)
    year = day.year + (scenario.month < day.month)
    return datetime.combine(date(year, scenario.month, MONTH_DAY), time()) + timedelta(hours=scenario.hour)


def _background(design: Design, scenario: Scenario) -> Text:
    return said(
        "background", at=f"{_begins(design, scenario):%m-%d %H:%M}", temp=f"{scenario.temp_c:.0f}",
        wind=f"{scenario.wind_ms:.1f}", day=said("day.weekend" if scenario.weekend else "day.workday"),
    )


def _story(names: Names, scenario: Scenario, rehearsal: Rehearsal) -> Text:
    demands = scenario.demands
    soon = [d for d in range(len(demands)) if demands.real_min[d] <= scenario.horizon_min]
    kinds = Counter(demands.kind[d] for d in soon)
    counted = listed(
        said("story.kind", kind=names.plan.kinds[kind].name, count=count) for kind, count in kinds.most_common(NAMED)
    )
    return in_a_row((
        said("story.lead", disaster=scenario.title, span=f"{scenario.horizon_min / 60.0:g}"),
        said("story.demands", count=len(soon), list=counted) if soon else NOTHING,
        said("story.dead", dead=f"{rehearsal.dead():.0f}"),
    ))


def _evolution(scenario: Scenario) -> Text:
    shown = [event for event in scenario.events if event.start_min <= scenario.horizon_min]
    parts = [said("evolution.event", name=event.name, minute=f"{event.start_min:.0f}") for event in shown[:NAMED]]
    more = said("evolution.more", count=len(shown) - NAMED) if len(shown) > NAMED else NOTHING
    spread = int(np.sum(scenario.demands.parent >= 0))
    return in_a_row((
        *parts, more, said("evolution.spread", count=spread) if spread else NOTHING, said("evolution.unless"),
    ))


def _consequences(scenario: Scenario) -> Text:
    people = scenario.casualties
    trapped = int(np.sum(people.demand >= 0))
    facts = (
        ("trapped", float(trapped)), ("hurt", float(np.sum(people.severity >= 2))),
        ("displaced", float(scenario.displaced.people.sum())), ("closures", float(len(scenario.closures))),
        ("outages", float(len(set(scenario.outages.zone.tolist())))),
        ("danger", float(max((danger.people.sum() for danger in scenario.dangers), default=0.0))),
    )
    told = [said(f"consequence.{key}", count=amount(value)) for key, value in facts if value > 0]
    return said("consequences", list=listed(told)) if told else said("consequences.none")


def _level(names: Names, rehearsal: Rehearsal) -> str:
    """Return the highest level that most copies open."""
    opened = [
        level.rank for level in names.plan.levels
        if np.isfinite(rehearsal.middle(Trace(step="level", rank=level.rank)))
    ]
    return ROMAN.get(min(opened), "") if opened else ""


def _grade(scenario: Scenario, rehearsal: Rehearsal) -> str:
    """Return the grade by the table's indicator for this hazard; empty if it has none."""
    for row in shipped("event_grades.csv"):
        if row["hazard"] != scenario.hazard:
            continue
        value = rehearsal.dead() if row["indicator"] == "deaths" else scenario.notes.get(row["indicator"])
        if value is not None and value >= float(row["at_least"]):
            return row["grade"]
    return ""
