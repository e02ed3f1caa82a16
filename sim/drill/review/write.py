"""Writes the folder ``aar``: reports, comparison, picture, findings, improvement plan, suggested parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.drill.review import say as s
from sim.drill.review.answers import open_rows
from sim.drill.review.book import ROWS, csv_text, outcome_rows, plan_book, workbook
from sim.drill.review.calibrate import ALPHA0, DISCOUNT, KAPPA0, Observation, write_observations
from sim.drill.review.kept import FILE as AS_RUN
from sim.drill.review.kept import as_json
from sim.drill.review.model import ReviewResult
from sim.drill.review.paper import report
from sim.drill.review.timeline import timeline_svg

FINDINGS = ("no", "kind", "kind_en", "action_id", "unit", "issue", "issue_en", "clause", "clause_en", "evidence",
            "evidence_en", "cause", "measure", "element", "start", "due")


def write_review(result: ReviewResult, own: Sequence[Observation], folder: Path) -> ReviewResult:
    """Write everything into *folder* and return *result* with the files; equal reviews give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        "演练评估报告.docx": report(result, "zh"), "AAR-IP.docx": report(result, "en"), "对比表.xlsx": workbook(result),
        "整改台账.xlsx": plan_book(result), "timeline.svg": timeline_svg(result).encode(),
        "timeline-en.svg": timeline_svg(result, "en").encode(), "findings.csv": _bom(_findings(result)),
        "rows.csv": _bom(csv_text(ROWS, outcome_rows(result, "en"))),
        "to_confirm.csv": _bom(open_rows(result.outcomes)), AS_RUN: as_json(result.as_run).encode(),
        "params.calibrated.yaml": calibrated(result).encode(),
    }
    files = []
    for name, content in data.items():
        (folder / name).write_bytes(content)
        files.append(folder / name)
    write_observations(own, folder / "observations.csv")
    return replace(result, files=(*files, folder / "observations.csv"))


def _bom(said: str) -> bytes:
    return said.encode("utf-8-sig")


def _findings(result: ReviewResult) -> str:
    rows = [
        (
            each.finding_id, s.say(f"kind.{each.kind}", "zh"), s.say(f"kind.{each.kind}", "en"),
            each.action.action_id if each.action else "", each.unit.zh, each.issue.zh, each.issue.en, each.clause.zh,
            each.clause.en, each.evidence.zh, each.evidence.en, each.cause.zh, each.measure.zh, each.element,
            each.start, each.due,
        )
        for each in result.findings
    ]
    return csv_text(FINDINGS, rows)


def calibrated(result: ReviewResult) -> str:
    """Return the suggested factors as YAML, with how little is known; nothing reads them by itself."""
    overview = result.drill.overview
    lines = [
        *(f"# {s.say('yaml', lang)}" for lang in ("zh", "en")),
        f"drill_id: {overview.drill_id}", f"notice: {overview.notice}", "applied: false",
        f"prior_drills: {KAPPA0:g}", f"prior_shape: {ALPHA0:g}", f"discount: {DISCOUNT[overview.notice]:g}",
        "factors:" if result.updates else "factors: []",
    ]
    for each in result.updates:
        lines += [
            f"  - step: {each.step}", f"    drills: {each.drills}", f"    actions: [{', '.join(each.actions)}]",
            f"    n: {each.n}", f"    weight_drills: {each.weight:.2f}", f"    before: {each.before:.3f}",
            f"    after: {each.after:.3f}", f"    interval95: [{each.low:.3f}, {each.high:.3f}]",
            f"    share_from_drills: {each.learnt:.2f}", f"    outside_foretold90: {each.outside}",
            f"    accept: false  # {s.say('accept', 'zh')} / {s.say('accept', 'en')}",
        ]
    return "\n".join(lines) + "\n"
