"""The two zips of a package: whole for those who run the drill, and what players may have."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sim.drill.kit.layout import audience_of, in_player_zip
from sim.drill.kit.zips import write_zip
from sim.drill.model import Drill
from sim.drill.public import for_players


def zip_names(drill: Drill) -> tuple[str, str]:
    """Return the names of the controllers' and of the players' zip."""
    return f"{drill.overview.drill_id}_导调版.zip", f"{for_players(drill).overview.drill_id}_参演版.zip"


def write_zips(folder: Path, drill: Drill, paths: Iterable[str]) -> list[Path]:
    """Zip the files at *paths* below *folder*: all of them, and those of players; equal files give equal bytes."""
    listed = list(paths)
    whole, players = (folder / name for name in zip_names(drill))
    write_zip(whole, {path: folder / path for path in listed})
    write_zip(players, {in_player_zip(path): folder / path for path in listed if audience_of(path) == "player"})
    return [whole, players]
