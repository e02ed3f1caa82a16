"""The list of a package: what it was made from, and every file with its size, hash and audience."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim.drill.kit.layout import LEFT_OUT, MANIFEST, audience_of
from sim.drill.kit.say import kit_text
from sim.drill.kit.two_zips import zip_names
from sim.drill.model import Drill

FORMAT = "turnout drill package"
FORMAT_VERSION = "1.0"


def write_manifest(drill: Drill, folder: Path, paths: Iterable[str]) -> Path:
    """Write ``manifest.json`` over the files at *paths*, without the hour of writing: equal input, equal bytes."""
    overview, simulation = drill.overview, drill.simulation
    tree = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "status": "exercise",
        "drill_id": overview.drill_id,
        "version": overview.version,
        "revised_at": overview.revised_at,
        "schema_version": drill.schema_version,
        "turnout_version": simulation.turnout_version,
        "scenario_sha256": simulation.scenario_sha256,
        "layout_id": simulation.layout_id,
        "seed": simulation.seed,
        "first_replication": simulation.first_replication,
        "replications": simulation.replications,
        "zips": dict(zip(("controller", "player"), zip_names(drill), strict=True)),
        "left_out": [
            {"number": number, "zh": kit_text(f"left.{number}", "zh"), "en": kit_text(f"left.{number}", "en")}
            for number in LEFT_OUT
        ],
        "files": [_entry(folder, path) for path in sorted(paths)],
    }
    file = folder / MANIFEST
    file.write_text(json.dumps(tree, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return file


def _entry(folder: Path, path: str) -> dict[str, Any]:
    data = (folder / path).read_bytes()
    return {
        "path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "audience": audience_of(path),
    }


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the list of the package in *folder*; ``None`` if there is no package."""
    try:
        tree = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(tree, dict) or tree.get("format") != FORMAT or not isinstance(tree.get("files"), list):
        return None
    return tree
