"""Writes what sensitivity studies and scenario discovery have found for other programs."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from pathlib import Path

from sim.study.discovery import Found
from sim.study.folder import json_ready, write_json, write_text, writing
from sim.study.prim import Tally
from sim.study.sensitivity.model import Sensitivity

COLUMNS = (
    "measure", "layout", "versus", "parameter", "unit", "low", "high", "value", "mu", "mu_star", "mu_star_low",
    "mu_star_high", "sigma", "moved", "at_low", "at_high", "flips", "first", "first_low", "first_high", "total",
    "total_low", "total_high",
)


def write_sensitivity(folder: Path, result: Sensitivity) -> None:
    """Write ``sensitivity.json`` and ``sensitivity.csv`` into *folder*."""
    study = result.study
    tree = {
        "study": study.study_id, "seed": study.seed, "replications": study.replications,
        "trajectories": study.trajectories, "sobol_rows": study.sobol_rows, "confidence": study.confidence,
        "parameters": [asdict(parameter) for parameter in result.parameters], "idle": list(result.idle),
        "second_stage": list(result.top), "findings": [asdict(finding) for finding in result.findings],
    }
    with writing(folder):
        write_json(folder / "sensitivity.json", json_ready(tree, endless=False))
        write_text(folder / "sensitivity.csv", _table(result))


def _table(result: Sensitivity) -> str:
    stream, known = io.StringIO(), {parameter.key: parameter for parameter in result.parameters}
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for finding in result.findings:
        shares = {share.key: asdict(share) for share in finding.shares}
        for effect in finding.effects:
            row = {**asdict(finding.output), **asdict(known[effect.key]), **asdict(effect), "parameter": effect.key}
            writer.writerow({**row, **shares.get(effect.key, {})})
    return stream.getvalue()


def write_discovery(folder: Path, found: Found) -> None:
    """Write ``discovery.json`` into *folder*."""
    tree = {
        "question": asdict(found.question), "layout": found.layout, "replications": len(found.cases),
        "cases": int(found.cases.sum()), "facts": list(found.names), "is_finding": found.is_finding,
        "limits": [asdict(limit) for limit in found.box.limits], "chance": found.chance,
        "searched": _tally(found.box.tally), "fresh": _tally(found.fresh),
        "peeled": [_tally(tally) for tally in found.box.peeled],
    }
    with writing(folder):
        write_json(folder / "discovery.json", json_ready(tree, endless=False))


def _tally(tally: Tally) -> dict[str, float]:
    return {**asdict(tally), "coverage": tally.coverage, "density": tally.density, "base_rate": tally.base_rate}
