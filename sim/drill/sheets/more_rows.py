"""The rows of the sheets that are read but not taken over: benchmarks, objectives, who takes part, score, sources."""

from __future__ import annotations

from sim.common.types import Text
from sim.drill.model import Action, Benchmark, Drill
from sim.drill.papers.template import answering, read_template
from sim.drill.papers.words import capabilities
from sim.drill.sheets.rows import Row, pair
from sim.drill.sheets.say import joined, named, names_of, say
from sim.drill.sheets.values import Value

LAW = ("p05", "p10", "p25", "p50", "p75", "p80", "p90", "p95", "mean", "sd")
LISTED = ("kind", "mode", "state", "yes_no", "status", "rating", "event_type", "time_basis", "source")
INTERVALS = {"p50_lo": "p50_low", "p50_hi": "p50_high", "p90_lo": "p90_low", "p90_hi": "p90_high"}


def benchmark_rows(drill: Drill) -> list[Row]:
    """Return the law of every action that has one: since its own trigger and, where that is not T0, since T0."""
    made: list[Row] = []
    for action in drill.actions:
        if action.benchmark is not None:
            made.append(_law(drill, action, action.benchmark, action.clock, action.limit_min))
        if action.since_t0 is not None and action.clock != "t0":
            made.append(_law(drill, action, action.since_t0, "t0", None))
    return made


def _law(drill: Drill, action: Action, law: Benchmark, clock: str, limit_min: float | None) -> Row:
    simulation = drill.simulation
    return {
        "action_id": action.action_id, "clock": clock, "n": float(len(law.values)),
        **{key: getattr(law, key) for key in LAW},
        **{key: getattr(law, field) for key, field in INTERVALS.items()}, "p_not_done": law.p_not_done,
        "limit_min": limit_min, "p_meet_limit": law.p_meet_limit, "scenario_hash": simulation.scenario_sha256,
        "sim_version": simulation.turnout_version, "seed_first": f"{simulation.seed} / {simulation.first_replication}",
        "generated_at": drill.overview.revised_at,
    }


def objective_rows(drill: Drill) -> list[Row]:
    """Return the objectives in five parts, with their targets and the stress that they load."""
    made: list[Row] = []
    for each in drill.objectives:
        own = [target for target in drill.targets if target.objective_id == each.objective_id]
        row: dict[str, Value] = {
            "objective_id": each.objective_id, "capability": each.capability, "weight": each.weight,
            "stress": each.stress,
            **pair("targets", _lines([(target.target_id, target.text) for target in own])),
        }
        for key in ("who", "condition", "task", "standard", "effect"):
            row |= pair(key, getattr(each, key))
        wanted = [stress for stress in drill.stresses if each.stress and stress.kind == each.stress]
        if wanted:
            first = wanted[0]
            row |= pair("measure", first.text)
            row |= {"band": f"{first.band_low:g}–{first.band_high:g}", "achieved": first.achieved}
            row["interval"] = f"{first.low:.2f}–{first.high:.2f}"
        made.append(row)
    return made


def _lines(said: list[tuple[str, Text]]) -> tuple[str, str]:
    zh, en = ("\n".join(f"{name} {text.of(lang)}" for name, text in said) for lang in ("zh", "en"))
    return zh, en


def participant_rows(drill: Drill) -> list[Row]:
    """Return who takes part; how to reach them is filled in by the designer and stays in the workbook."""
    return [
        {
            "unit_id": each.unit_id, **pair("name", each.name), "role": each.role, **pair("task", each.task),
            "teams": each.teams, "people": float(each.people), "equipment": each.equipment,
            "synthetic": each.synthetic,
        }
        for each in drill.units
    ]


def comms_rows(drill: Drill) -> list[Row]:
    """Return a directory to fill in: nothing in it is invented."""
    return [{"no": str(i), **pair("user", unit.name)} for i, unit in enumerate(drill.units, start=1)]


def branch_rows(drill: Drill) -> list[Row]:
    """Return a row per option of every branch."""
    made: list[Row] = []
    for branch in drill.branches:
        for option, injects in zip(branch.options, branch.injects, strict=True):
            made.append({
                "no": str(len(made) + 1), "branch_id": branch.branch_id, **pair("decision", branch.text),
                **pair("option", option), "injects": injects, **pair("effect", branch.effect),
            })
    return made


def log_rows(drill: Drill) -> list[Row]:
    """Return the lines of the log with the ids printed on them: marks of the clock, injects, expected actions."""
    own = {"drill_id": drill.overview.drill_id}
    lines: list[dict[str, Value]] = [{**own, "event_type": named("event_type", "startex")}]
    for inject in drill.injects:
        if inject.kind != "admin":
            lines.append({
                **own, "inject_id": inject.inject_id, "event_type": named("event_type", "inject_delivered"),
                "unit": _unit(drill, inject.to_unit), "role": joined(inject.to_role), "text": _said(inject.title),
            })
        lines += [
            {
                **own, "action_id": action.action_id, "inject_id": action.inject_id,
                "unit": _unit(drill, action.unit_id), "role": joined(action.role), "text": _said(action.action),
            }
            for action in drill.actions
            if action.inject_id == inject.inject_id
        ]
    lines.append({**own, "event_type": named("event_type", "endex")})
    return [{**line, "log_id": str(i)} for i, line in enumerate(lines, start=1)]


def _unit(drill: Drill, unit_id: str) -> str:
    return next((joined(each.name) for each in drill.units if each.unit_id == unit_id), unit_id)


def _said(text: Text) -> str:
    return text.zh if text.zh == text.en else "\n".join(part for part in text if part)


def score_rows(drill: Drill) -> list[Row]:
    """Return the sheet of the evaluation template; where it has none, a line to rate every capability target."""
    template = read_template(drill.evaluation_template)
    if not template.sheet:
        return [
            {
                "item_id": each.target_id, **pair("group", _goal(drill, each.objective_id)),
                **pair("point", each.text), "method": template.method,
                "answered_by": "; ".join(a.action_id for a in drill.actions if a.target_id == each.target_id),
            }
            for each in drill.targets
        ]
    made: list[Row] = []
    for item in template.items:
        marks = ["" if item.checked else say("to_check", lang) for lang in ("zh", "en")]
        made.append({
            "item_id": item.id, "group_zh": item.group.zh, "group_en": item.group.en,
            "point_zh": item.point.zh + marks[0], "point_en": f"{item.point.en} {marks[1]}".strip(),
            "method": item.method, "weight": item.weight,
            "answered_by": "; ".join(each.action_id for each in answering(item, drill)),
        })
    return made


def _goal(drill: Drill, objective_id: str) -> tuple[str, str]:
    found = next((each for each in drill.objectives if each.objective_id == objective_id), None)
    return (objective_id, objective_id) if found is None else (
        f"{objective_id} {found.task.zh}", f"{objective_id} {found.task.en}"
    )


def provenance_rows(drill: Drill) -> list[Row]:
    """Return every number that the drill stands on, with where it is from."""
    return [
        {"no": str(i), **pair("name", each.name), "value": each.value, "source": each.source, "checked": each.checked}
        for i, each in enumerate(drill.provenance, start=1)
    ]


def list_rows(drill: Drill) -> list[Row]:
    """Return the sources of the drop-downs, a column each."""
    lists: dict[str, list[str]] = {
        area: [joined(each) for each in names_of(area).values()] for area in LISTED
    }
    lists["unit"] = [f"{each.unit_id} {joined(each.name)}" for each in drill.units]
    lists["capability"] = [joined(each) for each in capabilities().values()]
    longest = max(map(len, lists.values()))
    return [
        {"no": str(i + 1), **{area: said[i] for area, said in lists.items() if i < len(said)}} for i in range(longest)
    ]
