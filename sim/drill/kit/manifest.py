"""The list of a package: whose it is, what it stands on, and every file with its bytes and who may have it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim import __version__
from sim.drill.model import Drill
from sim.drill.papers.write import PAPERS
from sim.drill.sheets.write import LOG

MANIFEST = "manifest.json"
KIND = "turnout drill package"
PLAYER_FILES = (
    "00_参演须知 README-player.md", "08_地图/player_map.html", "08_地图/player_map.svg", "08_地图/player_layers.geojson",
    "09_日历/players.ics",
)
OF_PAPERS = {paper.file(lang): paper.audience for paper in PAPERS for lang in ("zh", "en")}


def audience_of(name: str) -> str:
    """Return who may have the file *name* of a package: ``player``, ``evaluator`` or, for all others, ``controller``."""
    if name in PLAYER_FILES:
        return "player"
    return "evaluator" if name == LOG else OF_PAPERS.get(name, "controller")


def manifest_text(drill: Drill, files: Mapping[str, Path]) -> str:
    """Return the list as JSON; it does not list itself, and knows no clock."""
    overview, simulation = drill.overview, drill.simulation
    tree = {
        "kind": KIND, "status": "EXERCISE ONLY", "drill_id": overview.drill_id, "version": overview.version,
        "revised_at": overview.revised_at, "schema_version": drill.schema_version, "packaged_by": __version__,
        "simulated_by": simulation.turnout_version, "scenario_sha256": simulation.scenario_sha256,
        "layout_id": simulation.layout_id, "seed": simulation.seed,
        "first_replication": simulation.first_replication, "replications": simulation.replications,
        "files": [_entry(name, path) for name, path in files.items()],
    }
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the list of the package in *folder*; ``None`` if it is no package."""
    try:
        tree = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return tree if isinstance(tree, dict) and tree.get("kind") == KIND else None


def changed_since(folder: Path) -> list[str]:
    """Return the files of the package in *folder* that are not as they were written, or were put there later."""
    manifest = read_manifest(folder)
    if manifest is None:
        return []
    written = {each["name"]: each["sha256"] for each in manifest["files"]}
    there = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    named = {path.relative_to(folder).as_posix(): path for path in there}
    return [name for name, path in named.items() if written.get(name) != _sha256(path.read_bytes())]


def _entry(name: str, path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"name": name, "audience": audience_of(name), "bytes": len(data), "sha256": _sha256(data)}


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
