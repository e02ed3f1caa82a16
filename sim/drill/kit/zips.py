"""The two zips of a package, whole for those who run the drill, and what players may have."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from sim.drill.kit.layout import audience_of, in_player_zip

EPOCH = (2020, 1, 1, 0, 0, 0)
"""Every entry has this time, so that equal files give equal zips."""


def zip_names(drill_id: str) -> tuple[str, str]:
    """Return the names of the controllers' and of the players' zip."""
    return f"{drill_id}_导调版.zip", f"{drill_id}_参演版.zip"


def write_zips(folder: Path, drill_id: str, paths: Iterable[str]) -> list[Path]:
    """Zip the files at *paths* below *folder*: all of them, and those of players; equal files give equal bytes."""
    listed = sorted(paths)
    whole, players = (folder / name for name in zip_names(drill_id))
    _write(whole, ((path, folder / path) for path in listed))
    _write(players, ((in_player_zip(path), folder / path) for path in listed if audience_of(path) == "player"))
    return [whole, players]


def _write(file: Path, entries: Iterable[tuple[str, Path]]) -> None:
    with zipfile.ZipFile(file, "w") as made:
        for name, source in entries:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            made.writestr(entry, source.read_bytes(), zipfile.ZIP_DEFLATED, 6)
