"""Where a limit is written down: the city's own targets first, else the rules of ``limits.csv``."""

from __future__ import annotations

from sim.common.types import Text
from sim.drill.build.acts import Act
from sim.drill.build.said import said
from sim.drill.csv_rows import shipped
from sim.drill.expected import Clause
from sim.plan.model import Plan, Target


def clause_of(act: Act, plan: Plan) -> Clause | None:
    """Return the clause behind the limit of *act*; ``None`` without a limit."""
    if act.limit_min is None:
        return None
    rows = {row["key"]: row for row in shipped("limits.csv")}
    row = rows.get(act.limit) or _of_kind(act)
    target = _target(row["measure"], plan)
    checked = row["checked"] == "1"
    if target is not None:
        return Clause(plan=Text(target.source, target.source), clause="", quote=target.clause.zh, checked=checked)
    return Clause(
        plan=Text(row["plan_zh"], row["plan_en"]), clause=row["clause"], quote=row["quote"], checked=checked,
    )


def own_clause() -> Clause:
    """Return what a target without a limit refers to: the drill's own benchmark."""
    return Clause(plan=said("clause.own"), clause="", quote="", checked=True)


def _of_kind(act: Act) -> dict[str, str]:
    """A limit that the planner put into the table of demand kinds has no clause of ours."""
    plan = said("clause.kind", kind=act.task)
    return {"measure": "", "plan_zh": plan.zh, "plan_en": plan.en, "clause": "", "quote": "", "checked": "0"}


def _target(measure: str, plan: Plan) -> Target | None:
    return next((target for target in plan.targets if measure and target.measure == measure), None)
