"""Finds files by name: the user's own around the current folder first, then those that ship with the product."""

from __future__ import annotations

import glob
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import sim
from sim.cli.say import remark, voice
from sim.common.errors import InputError, Problem

FOLDERS = ("scenarios", "experiments")
PARENTS = 2
"""How many folders above the current one are looked at."""

STUDIES, HAZARDS = ("experiments",), ("scenarios", "scenarios/*", "scenarios/*/*")
SHELVES: Mapping[str, tuple[str, ...]] = {
    "city": ("scenarios",),
    "study": STUDIES,
    "design": ("experiments/drills", "experiments"),
    "hazard": HAZARDS,
    "play": (*STUDIES, *HAZARDS),
    "layout": ("experiments/layouts", "experiments", "scenarios/*/layouts"),
}
"""Where each kind of thing lies, from the folder that holds ``scenarios/`` and ``experiments/``."""


def root() -> Path:
    """Return the folder that holds ``scenarios/`` and ``experiments/``; :class:`InputError` if there is none."""
    package = Path(sim.__file__).resolve().parent
    for folder in (package / "examples", package.parent):
        if all((folder / name).is_dir() for name in FOLDERS):
            return folder
    raise InputError([Problem(code="cli.no_examples", file=str(package / "examples"))])


def roots() -> Iterator[Path]:
    """Give the folders that hold ``scenarios/`` or ``experiments/``, nearest first, the shipped ones last."""
    here = Path.cwd()
    for folder in (here, *list(here.parents)[:PARENTS]):
        if any((folder / name).is_dir() for name in FOLDERS):
            yield folder
    yield root()


def find(path: Path, kind: str) -> Path:
    """Return *path* if it exists, else the nearest file or folder of that name, and say which one it is.

    *kind* (a key of :data:`SHELVES`) says where to look. A city may be named without ``scenarios/``, a study without
    ``experiments/``, a hazard or a layout by its file alone, all of them without ``.yaml``. Raises
    :class:`InputError` if there is none.
    """
    if _exists(path):
        return path
    if not path.is_absolute() and ".." not in path.parts and path.parts:
        for found in _named(path, kind):
            _say("used", found)
            return found
    raise InputError([Problem(code="cli.no_file", file=str(path))])


def _named(path: Path, kind: str) -> Iterator[Path]:
    """Give what is called *path* on the shelves of *kind*, nearest first."""
    names = [glob.escape(str(name)) for name in (path, path.with_name(f"{path.name}.yaml"))]
    for folder in roots():
        for shelf in ("", *SHELVES[kind]):
            for name in names:
                try:
                    yield from sorted(folder.glob(f"{shelf}/{name}" if shelf else name))
                except (OSError, ValueError):
                    continue


def _say(key: str, path: Path) -> None:
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    remark(voice.text(key, path=shown))


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
    """Return the folder of the city *city_id*, and say which one it is.

    Looked at, in this order: the folders around *near*, those below ``scenarios/`` around the current folder, the
    examples. Raises :class:`InputError` if there is none.
    """
    around = list(near.resolve().parents)
    shelves = (*around, *(city for folder in (*around[:PARENTS], *roots()) for city in _cities(folder)))
    for folder in shelves:
        if (folder / "city.yaml").is_file() and id_of(folder) == city_id:
            _say("used.city", folder)
            return folder
    raise InputError([Problem(code="cli.no_city", file=str(near))])


def _cities(folder: Path) -> list[Path]:
    return sorted((folder / "scenarios").glob("*"))


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
