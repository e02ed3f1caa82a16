"""Finds the files that ship with the product: in the checkout beside the code, or inside the installed package."""

from __future__ import annotations

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
    """Return *path* if it exists, else the shipped file or folder of that name; :class:`InputError` if neither does."""
    if path.exists():
        return path
    if not path.is_absolute() and ".." not in path.parts and path.parts:
        for shipped in (root() / path, root() / "scenarios" / path, root() / "experiments" / path):
            if shipped.exists():
                return shipped
    raise InputError([Problem(code="cli.no_file", file=str(path))])


def copy_out(folder: Path) -> None:
    """Copy the shipped cities, hazards, layouts and studies to the new *folder*; :class:`InputError` if it is in use."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError([Problem(code="cli.not_empty", file=str(folder))])
    source = root()
    for name in FOLDERS:
        shutil.copytree(source / name, folder / name, ignore=shutil.ignore_patterns(".*", "__pycache__"))
