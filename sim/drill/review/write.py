"""Writes the folder ``aar``: reports, comparison, picture, findings, improvement plan, suggested parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.drill.csv_rows import csv_text
from sim.drill.review import say as s
from sim.drill.review.answers import open_rows
from sim.drill.review.book import ROWS, outcome_rows, plan_book, workbook
from sim.drill.review.calibrate import Observation, write_observations
from sim.drill.review.kept import FILE as AS_RUN
from sim.drill.review.kept import as_json
from sim.drill.review.model import ReviewResult
from sim.drill.review.paper import report
from sim.drill.review.proposal import calibrated
from sim.drill.review.timeline import timeline_svg
from sim.drill.review.trend import FILE as TREND
from sim.drill.review.trend import as_csv, drills_of
from sim.drill.review.trend_picture import trend_svg

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
        "params.calibrated.yaml": calibrated(result).encode(), TREND: _bom(as_csv(result.trend)),
    }
    if len(drills_of(result.trend)) > 1:
        data |= {"trend.svg": trend_svg(result, "zh").encode(), "trend-en.svg": trend_svg(result, "en").encode()}
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
