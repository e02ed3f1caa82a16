"""The layers of the house: what may import what, read from the source itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SIM = Path(__file__).resolve().parent.parent / "sim"
LAYERS = ("common", "city", "hazard", "plan", "response", "measure", "study", "report", "drill", "cli")
ONLY_IN = {
    "simpy": {"response"},
    "plotly": {"report"},
    "jinja2": {"report"},
    "typer": {"cli"},
    "rich": {"cli"},
    "docx": {"drill"},
    "icalendar": {"drill"},
    "lxml": {"drill"},
    "rapidfuzz": {"drill"},
}
NOT_ON_THE_WORKERS_PATH = {"common", "city", "hazard", "plan", "response", "measure"}
SLOW_TO_IMPORT = ("pandas", "scipy.stats", "plotly", "dash", "duckdb")


def modules() -> list[Path]:
    return sorted(path for path in SIM.rglob("*.py") if "examples" not in path.parts)


def layer_of(path: Path) -> str:
    part = path.relative_to(SIM).parts[0]
    return part.removesuffix(".py")


def imports(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SIM)))
def test_a_layer_imports_only_from_those_above_it(path: Path) -> None:
    layer = layer_of(path)
    if layer not in LAYERS:
        assert layer in ("__init__", "__main__"), f"{path} stands in no layer"
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "sim" and len(parts) > 1 and parts[1] in LAYERS:
            assert LAYERS.index(parts[1]) <= LAYERS.index(layer), f"{path} imports {name} from below"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(SIM)))
def test_libraries_stay_in_their_layers(path: Path) -> None:
    layer = layer_of(path)
    for name in imports(path):
        top = name.split(".")[0]
        if top in ONLY_IN:
            assert layer in ONLY_IN[top], f"{path} uses {top}"
        if layer in NOT_ON_THE_WORKERS_PATH:
            assert not name.startswith(SLOW_TO_IMPORT), f"{path} imports {name}, which is slow to import"


def test_chance_about_the_world_is_drawn_in_hazard_only() -> None:
    for path in modules():
        if layer_of(path) in ("city", "plan", "response", "report", "drill", "cli", "common"):
            source = path.read_text(encoding="utf-8")
            assert "default_rng" not in source, path
            assert "import random" not in source, path
            assert "np.random" not in source, path


def test_nothing_knows_the_reference_city() -> None:
    for path in modules():
        source = path.read_text(encoding="utf-8").lower()
        assert "shizuishan" not in source, path
        assert "石嘴山" not in source, path


def test_modules_are_small() -> None:
    for path in modules():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 420, f"{path} has {lines} lines: would a reader split it?"
