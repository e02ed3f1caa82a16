"""Findings of a drill: 不足项, 整改项, 改进项, each with clause, evidence and a first proposal of what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sim.common.texts import in_both
from sim.common.types import Text
from sim.drill.csv_rows import shipped
from sim.drill.model import Action, Clause, Drill
from sim.drill.review.model import REJECTED, Finding, Outcome, Timeliness

KINDS = ("deficiency", "corrective", "improvement")
ELEMENTS = {
    "report": "training", "level": "planning", "order": "organisation", "arrive": "organisation", "start": "equipment",
    "done": "equipment", "warn": "planning", "load": "organisation", "leave": "organisation", "deliver": "organisation",
    "care": "organisation", "state": "training",
}
"""Which element of capability is looked at first; the reviewer changes it."""


def both(key: str, **values: object) -> Text:
    """Return the sentence *key* of the review in both languages; values that are :class:`Text` are put in theirs."""
    return in_both(f"review.{key}", **values)


def findings(drill: Drill, judged: Sequence[Timeliness], outcomes: Sequence[Outcome]) -> tuple[Finding, ...]:
    """Return what the record shows to be mended, the gravest first; only own delay is held against a unit."""
    found = [(kind, each, issue) for each in judged for kind, issue in [_issue(each)] if kind]
    found.sort(key=lambda one: KINDS.index(one[0]))
    made = [
        _finding(f"F-{i:02d}", kind, each, issue, drill) for i, (kind, each, issue) in enumerate(found, start=1)
    ]
    made += _about_the_record(drill, judged, outcomes, len(made))
    return tuple(made)


def _issue(each: Timeliness) -> tuple[str, str]:
    """Return kind and issue of one action; two empty texts if there is nothing to mend.

    *Deficiency*: not done, or the limit missed, where the plan or a statute sets one. *Corrective*: not done without
    a limit, or beyond P95 of its own. *Improvement*: beyond P80, or so fast that it has to be looked into.
    """
    limited = each.action.limit_min is not None
    if each.state == "censored" and limited and each.within_limit is None:
        return "improvement", "not_due"
    if each.state == "censored":
        return ("deficiency" if limited else "corrective"), "not_done"
    if each.rating == "U":
        return ("deficiency" if limited else "corrective"), "rated"
    if each.within_limit is False:
        return "deficiency", "limit_missed"
    if each.band == "very_slow":
        return "corrective", "very_slow"
    if each.rating == "M":
        return "corrective", "rated"
    if each.band in ("slow", "fast"):
        return "improvement", each.band
    return "", ""


def _finding(number: str, kind: str, each: Timeliness, issue: str, drill: Drill) -> Finding:
    action = each.action
    unit = next((unit.name for unit in drill.units if unit.unit_id == action.unit_id), Text(action.unit_id, ""))
    start = date.fromisoformat(drill.overview.date[:10])
    bound = any(action.binding) and issue != "fast"
    return Finding(
        finding_id=number, kind=kind, action=action,
        issue=both(f"issue.{issue}", unit=unit, action=action.action, id=action.action_id),
        clause=clause_text(_clause(action, drill)), evidence=evidence(each),
        cause=both("cause.known", what=action.binding) if bound else both("cause.open"),
        measure=both(f"measure.{'fast' if issue == 'fast' else _measure(each)}"),
        element="exercises" if issue == "fast" else ELEMENTS[action.trace.step], unit=unit,
        start=start.isoformat(), due=_due(kind, start),
    )


def _measure(each: Timeliness) -> str:
    """What to look at first: what happened before it, if its trigger was later than it itself was slow."""
    inherited, own = each.inherited_min or 0.0, each.own_min or 0.0
    return "inherited" if inherited > max(own, 0.0) and own <= 0.0 else each.action.trace.step


def _clause(action: Action, drill: Drill) -> Clause | None:
    if action.limit_clause is not None:
        return action.limit_clause
    return next((target.clause for target in drill.targets if target.target_id == action.target_id), None)


def clause_text(clause: Clause | None) -> Text:
    """Return where a duty is written, and that it is to be checked if nobody has."""
    if clause is None:
        return both("clause.none")
    return both("clause.known" if clause.checked else "clause.unchecked", plan=clause.plan, clause=clause.clause)


def evidence(each: Timeliness) -> Text:
    """Return what the record shows of an action, in numbers."""
    rows = ", ".join(map(str, each.rows)) or "-"
    parts = [both("evidence.rows", rows=rows)]
    if each.t is not None:
        key = "evidence.censored" if each.state == "censored" else "evidence.time"
        parts.append(both(key, t=f"{each.t.low if each.state == 'censored' else each.t.value:.1f}"))
    law = each.action.benchmark
    if law is not None and law.p50 is not None and each.t is not None:
        p90 = both("never") if law.p90 is None else Text(f"{law.p90:.1f}", f"{law.p90:.1f}")
        parts.append(both("evidence.law", n=len(law.values), p50=f"{law.p50:.1f}", p90=p90))
    if each.u is not None:
        parts.append(both("evidence.u", u=f"{each.u.value:.2f}", low=f"{each.u.low:.2f}", high=f"{each.u.high:.2f}"))
    if each.action.limit_min is not None:
        parts.append(both("evidence.limit", limit=f"{each.action.limit_min:g}"))
    if each.own_min is not None and each.inherited_min is not None:
        parts.append(both("evidence.delay", own=f"{each.own_min:+.1f}", inherited=f"{each.inherited_min:+.1f}"))
    if each.rating:
        parts.append(both("evidence.rating", rating=both(f"rating.{each.rating}")))
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _about_the_record(
    drill: Drill, judged: Sequence[Timeliness], outcomes: Sequence[Outcome], before: int
) -> list[Finding]:
    """What nobody observed and what could not be read says that the observers need a hand."""
    lost = [each.action.action_id for each in judged if each.action.timed and each.state == "not_observed"]
    rejected = [str(each.timed.row.row) for each in outcomes if each.outcome == REJECTED]
    start = date.fromisoformat(drill.overview.date[:10])
    made = []
    for key, ids in (("unobserved", lost), ("rejected", rejected)):
        if ids:
            before += 1
            said = ", ".join(ids)
            made.append(
                Finding(
                    finding_id=f"F-{before:02d}", kind="improvement", action=None,
                    issue=both(f"issue.{key}", count=len(ids)), clause=both("clause.none"), evidence=Text(said, said),
                    cause=both("cause.open"), measure=both(f"measure.{key}"), element="exercises",
                    unit=drill.overview.organiser, start=start.isoformat(), due=_due("improvement", start),
                )
            )
    return made


def _due(kind: str, start: date) -> str:
    days = next(int(row["days"]) for row in shipped("finding_kinds.csv") if row["kind"] == kind)
    return (start + timedelta(days=days)).isoformat()
