"""What ``turnout drill review`` prints: rows of a log, actions against their law, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.markup import escape
from rich.table import Table

from sim.cli.say import voice
from sim.drill.expected import Benchmark
from sim.drill.model import Drill
from sim.drill.review import say as s
from sim.drill.review.findings import KINDS
from sim.drill.review.model import Outcome, ReviewResult

ROW_WIDTH = 40
"""Characters of a row's words that are shown."""


def row_table(outcomes: Sequence[Outcome], drill: Drill) -> Table:
    """Return a line per row of the log: what became of it, what it is taken for, how surely, when, its words."""
    table = _grid("row", "outcome", "target", "score", "time", "said")
    for each in outcomes:
        row, at = each.timed.row, each.timed.ex_min
        reason = s.say(f"reason.{each.reason}", voice.lang) if each.reason else ""
        score = f"{each.confidence:.2f}" if each.outcome == "matched" else ""
        shown = _short(" ".join((row.text or " ".join(value for _, value in row.cells)).split()))
        table.add_row(
            str(row.row), escape(s.say(f"outcome.{each.outcome}", voice.lang)),
            escape(_target(each.target, drill)), f"{score} ?" if each.to_confirm else score,
            "" if at is None else f"T{at:+.0f}", escape(f"{reason}: {shown}" if reason else shown),
        )
    return table


def _target(target: str, drill: Drill) -> str:
    action = next((each for each in drill.actions if each.action_id == target), None)
    return _short(f"{target} {action.action.of(voice.lang)}") if action is not None else target


def action_table(result: ReviewResult) -> Table:
    """Return a line per expected action: limit, simulated P10 to P95, what it took, percentile, band."""
    names = ["action", "limit", "law", "actual", "percentile", *(["as_run"] if result.simulated_as_run else []), "band"]
    table = _grid(*names)
    for each in result.timeliness:
        law = each.action.benchmark if each.action.timed else None
        as_run = [s.percentile(each.u_as_run, each.state)] if result.simulated_as_run else []
        table.add_row(
            escape(_short(f"{each.action.action_id} {each.action.action.of(voice.lang)}")),
            escape(s.limit(each, voice.lang)), _law(law), s.elapsed(each), s.percentile(each.u, each.state), *as_run,
            escape(s.band(each, voice.lang).partition(" (")[0].partition("（")[0]),
        )
    return table


def _law(law: Benchmark | None) -> str:
    """P10 and P95; P90 with its name where there are too few copies for P95."""
    if law is None or law.p10 is None:
        return "—"
    if law.p95 is not None:
        return f"{law.p10:.1f} - {law.p95:.1f}"
    return f"{law.p10:.1f} - —" if law.p90 is None else f"{law.p10:.1f} - {law.p90:.1f} (P90)"


def _short(said: str) -> str:
    """Cut *said* to the width of a column; Chinese characters are two wide."""
    wide = 0
    for i, each in enumerate(said):
        wide += 2 if ord(each) > 255 else 1
        if wide > ROW_WIDTH:
            return said[:i].rstrip() + "…"
    return said


def finding_lines(result: ReviewResult) -> Iterator[str]:
    """Give the findings by kind, and the one statement about all actions together."""
    counted = Counter(each.kind for each in result.findings)
    parts = [f"{s.say(f'kind.{kind}', voice.lang)} {counted[kind]}" for kind in KINDS]
    yield voice.text("drill.findings", kinds=", ".join(parts) if voice.lang == "en" else "，".join(parts))
    found = result.overall
    yield s.say("overall", voice.lang, n=found.judged, k=found.beyond_p90, p=f"{found.p_binomial:.2f}")


def parameter_lines(result: ReviewResult) -> Iterator[str]:
    """Give the parameters behind several actions that the drills say something of."""
    found = result.inference
    if found is None:
        return
    yield voice.text("drill.learnt", drills=len(found.drills), n=found.n, kept=found.kept, draws=found.draws)
    for each in found.beliefs:
        key = "drill.belief" if each.identified else "drill.no_belief"
        yield "  " + voice.text(
            key, name=s.say(f"param.{each.key}", voice.lang), after=f"{each.after:.2f}", low=f"{each.low:.2f}",
            high=f"{each.high:.2f}",
        )


def _grid(*names: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(escape(voice.text(f"drill.col.{name}")), no_wrap=True)
    return table
