"""Writes the verdicts of a run for people (a CSV file that Excel opens) and for programs (JSON)."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.common.texts import text
from sim.common.types import Text
from sim.measure.verdict import Comparison, Verdict
from sim.plan.model import Target
from sim.study.folder import json_ready, write_json, write_text, writing
from sim.study.model import Inputs

CSV_FILE, JSON_FILE = "verdicts.csv", "verdicts.json"
NOBODY = Text("", "")


def write_verdicts(folder: Path, comparison: Comparison, inputs: Inputs) -> None:
    """Write ``verdicts.csv`` (UTF-8 with a mark, so that Excel reads Chinese) and ``verdicts.json`` into *folder*.

    In both, ``inf`` means never; what is not a number is an empty cell in CSV and null in JSON.
    """
    with writing(folder):
        write_text(folder / CSV_FILE, verdict_csv(comparison, inputs), encoding="utf-8-sig")
        write_json(folder / JSON_FILE, verdict_json(comparison, inputs))


def verdict_csv(comparison: Comparison, inputs: Inputs) -> str:
    """Return one row per target and layout, in both languages."""
    rows = _rows(comparison, inputs)
    if not rows:
        return ""
    out = io.StringIO()
    table = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    table.writeheader()
    for row in rows:
        table.writerow({column: "" if _is_nan(cell) else cell for column, cell in row.items()})
    return out.getvalue()


def verdict_json(comparison: Comparison, inputs: Inputs) -> dict[str, Any]:
    """Return the whole comparison in what JSON can hold."""
    ratios = [
        {"measure": measure, "layout_id": layout, "ratio": ratio}
        for (measure, layout), ratio in comparison.variance_ratio.items()
    ]
    content = {
        "replications": comparison.n,
        "reference": comparison.reference,
        "confidence": comparison.confidence,
        "difference_confidence": comparison.difference_confidence,
        "not_shown": list(comparison.not_shown),
        "verdicts": _rows(comparison, inputs),
        "measures": [asdict(row) for row in comparison.measures],
        "equity": [asdict(row) for row in comparison.equity],
        "townships": [asdict(row) for row in comparison.zones],
        "variance_ratio": ratios,
    }
    ready: dict[str, Any] = json_ready(content)
    return ready


def _rows(comparison: Comparison, inputs: Inputs) -> list[dict[str, Any]]:
    targets = {target.target_id: target for target in inputs.plan.targets}
    layouts = {layout.layout_id: layout.name for layout in inputs.layouts}
    zones = dict(zip(inputs.city.zones.code, inputs.city.zones.name, strict=True))
    return [
        _target_cells(targets[v.target_id])
        | {"layout_id": v.layout_id, "layout_zh": layouts[v.layout_id].zh, "layout_en": layouts[v.layout_id].en}
        | _verdict_cells(v, zones.get(v.worst_zone, NOBODY))
        for v in comparison.verdicts
    ]


def _target_cells(target: Target) -> dict[str, Any]:
    return {
        "target_id": target.target_id, "name_zh": target.name.zh, "name_en": target.name.en,
        "clause_zh": target.clause.zh, "clause_en": target.clause.en, "kind": target.kind, "measure": target.measure,
        "statistic": target.statistic, "sense": target.sense, "limit": target.limit, "unit_zh": target.unit.zh,
        "unit_en": target.unit.en, "assurance": target.assurance,
    }


def _verdict_cells(v: Verdict, zone: Text) -> dict[str, Any]:
    return {
        "n": v.n, "estimate": v.estimate, "low": v.low, "high": v.high, "median": v.median, "state": v.state,
        "state_zh": text(f"report.state.{v.state}", "zh"), "state_en": text(f"report.state.{v.state}", "en"),
        "difference": v.difference, "difference_low": v.difference_low, "difference_high": v.difference_high,
        "pairs_better": v.pairs.better, "pairs_worse": v.pairs.worse, "pairs_equal": v.pairs.equal,
        "worst_zone": v.worst_zone, "worst_zone_zh": zone.zh, "worst_zone_en": zone.en, "worst_value": v.worst_value,
    }


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
