"""Where the files of a package lie, and who may have each."""

from __future__ import annotations

from pathlib import PurePosixPath

MANIFEST = "manifest.json"
MAPS = "08_地图"
PLAYER_MAPS = f"{MAPS}/player"
CALENDARS = "09_日历"
WARNINGS = "10_预警"
DATA = "data"
CHECKS = f"{DATA}/checks.json"
PLAYER_README = "00_参演须知 README Player.txt"
REPLACED = "replaced"
"""What somebody has changed by hand is laid here when the package is written anew."""
LEFT_OUT = ("11", "12", "13")
"""Numbers of optional papers that this product does not write: slides, safety plan, observers' handbook."""

PLAYER = (PLAYER_README, "05_*", f"{PLAYER_MAPS}/*", f"{CALENDARS}/players.ics")
"""What goes to players, as patterns; everything else stays with those who run the drill."""
EVALUATOR = ("06_*", "07_*")


def audience_of(path: str) -> str:
    """Return who may have the file at *path* inside a package: ``player``, ``evaluator`` or ``controller``.

    A controller may have every file, an evaluator what is for players and evaluators.
    """
    file = PurePosixPath(path)
    for audience, patterns in (("player", PLAYER), ("evaluator", EVALUATOR)):
        if any(_fits(file, pattern) for pattern in patterns):
            return audience
    return "controller"


def _fits(file: PurePosixPath, pattern: str) -> bool:
    return len(file.parts) == len(PurePosixPath(pattern).parts) and file.match(pattern)


def in_player_zip(path: str) -> str:
    """Return where a player's file lies in the players' zip: their maps need no folder of their own there."""
    return path.replace(f"{PLAYER_MAPS}/", f"{MAPS}/")
