"""Finds the files that ship with the product: in the checkout beside the code, or inside the installed package."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import sim
from sim.common.errors import InputError, Problem

FOLDERS = ("scenarios", "experiments")


def root() -> Path:
    """Return the folder that holds ``scenarios/`` and ``experiments/``; :class:`InputError` if there is none."""
    package = Path(sim.__file__).resolve().parent
    for folder in (package / "examples", package.parent):
        if all((folder / name).is_dir() for name in FOLDERS):
            return folder
    raise InputError([Problem(code="cli.no_examples", file=str(package / "examples"))])


def find(path: Path) -> Path:
    """Return *path* if it exists, else the shipped file or folder of that name; :class:`InputError` if neither does.

    A city may be named without ``scenarios/``, a study without ``experiments/``, a hazard by its file alone, all of
    them without ``.yaml``.
    """
    if _exists(path):
        return path
    if not path.is_absolute() and ".." not in path.parts and path.parts:
        for shelf in ("", "scenarios", "experiments", "experiments/layouts"):
            for name in (path, path.with_name(f"{path.name}.yaml")):
                shipped = root() / shelf / name
                if _exists(shipped):
                    return shipped
        hazards = sorted((root() / "scenarios").glob(f"*/*/{path.name.removesuffix('.yaml')}.yaml"))
        if len(path.parts) == 1 and hazards:
            return hazards[0]
    raise InputError([Problem(code="cli.no_file", file=str(path))])


def _exists(path: Path) -> bool:
    """Tell whether *path* exists; what the system refuses to look at does not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def city_of(path: Path) -> Path:
    """Return the city folder around the file or folder *path*; :class:`InputError` if there is none."""
    for folder in path.resolve().parents:
        if (folder / "city.yaml").is_file():
            return folder
    raise InputError([Problem(code="cli.no_city", file=str(path))])


def city_named(city_id: str, near: Path) -> Path:
    """Return the folder of the city *city_id*: around *near*, below ``scenarios/`` here, or among the examples.

    Raises :class:`InputError` if there is none.
    """
    shelves = [*near.resolve().parents, *(Path("scenarios").glob("*")), *((root() / "scenarios").glob("*"))]
    for folder in shelves:
        if (folder / "city.yaml").is_file() and id_of(folder) == city_id:
            return folder
    raise InputError([Problem(code="cli.no_city", file=str(near))])


def id_of(city: Path) -> str:
    """Return the id that the file ``city.yaml`` of a city folder gives it; empty if it gives none."""
    text = (city / "city.yaml").read_text(encoding="utf-8", errors="replace")
    found = re.search(r"^id:[ \t]*['\"]?([^\s'\"#]+)", text, re.MULTILINE)
    return found.group(1) if found else ""


def copy_out(folder: Path) -> None:
    """Copy the shipped cities, hazards, layouts and studies to the new *folder*.

    Raises :class:`InputError` if the folder is in use or cannot be written to.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError([Problem(code="cli.not_empty", file=str(folder))])
    source = root()
    try:
        for name in FOLDERS:
            shutil.copytree(source / name, folder / name, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    except OSError as error:
        problem = Problem(code="cli.not_writable", file=str(folder), value=error.strerror or str(error))
        raise InputError([problem]) from error
