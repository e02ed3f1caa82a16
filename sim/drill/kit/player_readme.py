"""A short text for players: what they have got, what it is for, and the word that stops everything."""

from __future__ import annotations

from pathlib import Path

from sim.common.texts import LANGUAGES
from sim.drill.kit.layout import PLAYER_README
from sim.drill.kit.say import kit_text
from sim.drill.model import Drill
from sim.drill.public import for_players


def write_player_readme(drill: Drill, folder: Path) -> list[Path]:
    """Write the text, Chinese first, as UTF-8 with the mark and line ends that Windows editors expect."""
    parts = ["\r\n".join(_lines(drill, lang)) for lang in LANGUAGES]
    file = folder / PLAYER_README
    file.write_bytes(("\r\n\r\n".join(parts) + "\r\n").encode("utf-8-sig"))
    return [file]


def _lines(drill: Drill, lang: str) -> list[str]:
    overview = for_players(drill).overview
    blind = overview.notice == "blind"
    handbook = "notice" if blind else "sitman" if overview.form == "tabletop" else "handbook"
    keys = ("mark", "drill", handbook, *(("blind",) if blind else ("map", "calendar")), "rules", "word", "check")
    return [
        kit_text(
            f"readme.{key}", lang, id=overview.drill_id, version=overview.version, name=overview.name,
            word=overview.safety_word,
        )
        for key in keys
    ]
