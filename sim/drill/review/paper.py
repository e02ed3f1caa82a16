"""The two evaluation reports: 演练评估报告 after Chinese practice, AAR/IP after HSEEP; the same facts."""

from __future__ import annotations

from collections import Counter

from sim.drill.papers.page import BLANK, Page
from sim.drill.papers.parts import overview_table
from sim.drill.papers.styles import HANDBOOK
from sim.drill.papers.words import Words
from sim.drill.review import say as s
from sim.drill.review.as_run import changes_of
from sim.drill.review.learnt import calibration, trend
from sim.drill.review.model import EXTRA, MATCHED, RATINGS, REJECTED, Outcome, ReviewResult, Timeliness

GOOD = ("good", "normal")


def report(result: ReviewResult, lang: str) -> bytes:
    """Return the report in *lang* as a Word file; equal results give equal bytes."""
    page = Page(Words(drill=result.drill, lang=lang), HANDBOOK, "evaluator", wide=True)
    page.title(s.say("title", lang, name=result.drill.overview.name.of(lang)))
    page.note(s.say("draft", lang))
    parts = (
        _overview, _record, _overall, _objectives, _actions, _strengths, _findings, _plan, trend, calibration, _units,
        _limits,
    )
    for number, part in enumerate(parts, start=1):
        page.heading(page.say.number(number) + s.say(f"part.{part.__name__.removeprefix('_')}", lang))
        part(page, result, lang)
    return page.data()


def _overview(page: Page, result: ReviewResult, lang: str) -> None:
    overview_table(page, full=True)
    page.body(s.say(f"notice.{result.drill.overview.notice}", lang))


def _record(page: Page, result: ReviewResult, lang: str) -> None:
    counts = {key: result.count(key) for key in (MATCHED, EXTRA, REJECTED)}
    confirm = [each for each in result.outcomes if each.to_confirm]
    page.body(s.say("record", lang, file=result.log_name, rows=len(result.outcomes), **counts))
    if confirm:
        page.body(s.say("confirm", lang, count=len(confirm)))
    rest = [each for each in result.outcomes if each.outcome != MATCHED]
    if rest:
        heads = [s.say(f"head.{key}", lang) for key in ("row", "outcome", "unit", "text", "reason")]
        page.table(heads, [_rest(each, lang) for each in rest], (1, 1.5, 3, 8, 4))


def _rest(each: Outcome, lang: str) -> tuple[str, ...]:
    row = each.timed.row
    reason = s.say(f"reason.{each.reason}", lang) if each.reason else s.say("extra", lang)
    said = row.text or " ".join(value for _, value in row.cells)
    return (str(row.row), s.say(f"outcome.{each.outcome}", lang), row.unit, said, reason)


def _overall(page: Page, result: ReviewResult, lang: str) -> None:
    found = result.overall
    page.body(
        s.say("overall", lang, n=found.judged, k=found.beyond_p90, p=f"{found.p_binomial:.2f}"),
        "" if found.p_joint is None else s.say("joint", lang, p=f"{found.p_joint:.2f}", m=found.joint_actions),
        s.say("joint_fewer", lang) if found.judged < found.joint_actions and found.p_joint is not None else "",
        *as_run_lines(result, lang),
    )
    heads = [s.say(f"head.{key}", lang) for key in ("item", "weight", "score", "judged")]
    rows = [
        (each.name.of(lang), f"{each.weight:g}", "—" if each.score is None else f"{each.score:.0f}",
         f"{each.judged}/{each.expected}")
        for each in result.scores
    ]
    page.table(heads, rows, (8, 1.5, 1.5, 3))
    total = "—" if result.total is None else f"{result.total:.0f}"
    page.body(s.say("total", lang, total=total, unseen=f"{100 * result.unseen:.0f}"))


def as_run_lines(result: ReviewResult, lang: str) -> list[str]:
    """Return what the as-run simulation took from the log; that there is none, if so."""
    if not result.simulated_as_run:
        return [s.say("increments", lang)]
    changes = changes_of(result.drill, result.as_run)
    late = [changes.late[each.sim_event] for each in result.drill.injects if each.inject_id in changes.injects]
    fixed = ", ".join(sorted(changes.fixed)) or "—"
    return [
        s.say("as_run", lang),
        s.say(
            "as_run_took", lang, injects=len(late), most=f"{max(late, key=abs, default=0.0):+.0f}", fixed=fixed,
            absent=", ".join(result.as_run.absent) or "—", teams=len(changes.teams),
        ),
    ]


def _objectives(page: Page, result: ReviewResult, lang: str) -> None:
    """Objective by core capability by rating, as HSEEP asks for; the final rating is the evaluators'."""
    rows = []
    for each in result.drill.objectives:
        mine = [one for one in result.timeliness if one.action.objective_id == each.objective_id]
        noted = Counter(one.rating for one in mine if one.rating)
        limits = Counter(one.within_limit for one in mine if one.action.limit_min is not None)
        rows.append((
            each.objective_id, f"{each.who.of(lang)} · {each.task.of(lang)}", page.say.capability(each.capability),
            f"{limits[True]}/{limits[False]}/{limits[None]}", " ".join(f"{k}×{noted[k]}" for k in RATINGS if noted[k]),
            BLANK,
        ))
    page.note(s.say("objectives", lang))
    keys = ("objective", "task", "capability", "limits", "ratings", "final")
    page.table([s.say(f"head.{key}", lang) for key in keys], rows, (1.2, 7, 4, 3, 2.5, 3))


def _units(page: Page, result: ReviewResult, lang: str) -> None:
    seen = set(result.as_run.units)
    rows = [
        (each.unit_id, each.name.of(lang), page.say(f"role.{each.role}"),
         s.say("yes" if each.unit_id in seen else "no", lang))
        for each in result.drill.units
    ]
    page.table([s.say(f"head.{key}", lang) for key in ("no", "unit", "role", "seen")], rows, (1.5, 6, 3, 3))


def _actions(page: Page, result: ReviewResult, lang: str) -> None:
    page.note(s.say("actions", lang))
    as_run = ("u_as_run",) if result.simulated_as_run else ()
    keys = ("id", "action", "unit", "limit", "p50", "p90", "actual", "u", *as_run, "own", "inherited", "band", "notes")
    widths = {"id": 2.2, "action": 5, "unit": 2.8, "limit": 2, "u": 3, "u_as_run": 3, "band": 3, "notes": 4}
    rows = [_action(page, each, keys, lang) for each in result.timeliness]
    page.table([s.say(f"head.{key}", lang) for key in keys], rows, [widths.get(key, 1.4) for key in keys])


def _action(page: Page, each: Timeliness, keys: tuple[str, ...], lang: str) -> list[str]:
    law = each.action.benchmark if each.action.timed else None
    said = {
        "id": each.action.action_id, "action": each.action.action.of(lang), "unit": page.say.unit(each.action.unit_id),
        "limit": s.limit(each, lang), "p50": page.say.minutes(law.p50) if law else "—",
        "p90": page.say.minutes(law.p90) if law else "—", "actual": s.elapsed(each),
        "u": s.percentile(each.u, each.state),
        "u_as_run": s.percentile(each.u_as_run, each.state), "own": s.signed(each.own_min),
        "inherited": s.signed(each.inherited_min), "band": s.band(each, lang), "notes": s.notes(each, lang),
    }
    return [said[key] for key in keys]


def _strengths(page: Page, result: ReviewResult, lang: str) -> None:
    good = [
        each for each in result.timeliness
        if (each.band in GOOD and each.within_limit is not False) or each.rating in ("P", "S")
    ]
    if not good:
        page.body(s.say("no_strengths", lang))
    page.listed(
        s.say(
            "strength", lang, unit=page.say.unit(each.action.unit_id), action=each.action.action.of(lang),
            t=s.elapsed(each), band=s.band(each, lang),
        )
        for each in good
    )


def _findings(page: Page, result: ReviewResult, lang: str) -> None:
    page.note(s.say("findings", lang))
    if not result.findings:
        page.body(s.say("no_findings", lang))
        return
    heads = [s.say(f"head.{key}", lang) for key in ("no", "kind", "issue", "clause", "evidence", "cause")]
    rows = [
        (each.finding_id, s.say(f"kind.{each.kind}", lang), each.issue.of(lang), each.clause.of(lang),
         each.evidence.of(lang), each.cause.of(lang))
        for each in result.findings
    ]
    page.table(heads, rows, (1.2, 1.8, 5, 4, 6, 4))


def _plan(page: Page, result: ReviewResult, lang: str) -> None:
    page.note(s.say("plan", lang))
    rows = plan_rows(result, lang)
    if rows:
        page.table(plan_heads(lang), rows, (1.2, 4.5, 3.5, 5, 2, 2.5, 1.8, 2, 2, 1.6))


PLAN = ("no", "issue", "cause", "measure", "element", "responsible", "contact", "start", "due", "status")


def plan_heads(lang: str) -> list[str]:
    """Return the heads of the improvement plan."""
    return [s.say(f"head.{key}", lang) for key in PLAN]


def plan_rows(result: ReviewResult, lang: str) -> list[tuple[str, ...]]:
    """Return the improvement plan: issue, cause, measure, element, unit, contact (blank), start, due, status."""
    return [
        (each.finding_id, each.issue.of(lang), each.cause.of(lang), each.measure.of(lang),
         s.say(f"element.{each.element}", lang), each.unit.of(lang), "", each.start, each.due, s.say("open", lang))
        for each in result.findings
    ]


def _limits(page: Page, result: ReviewResult, lang: str) -> None:
    n = result.drill.simulation.replications
    page.body(*s.say("limits", lang, n=n, version=result.drill.simulation.turnout_version).split("\n"))
