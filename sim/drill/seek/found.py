"""Keeps what a search found: ``alternatives.json`` to go on from, and lines for the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.common.texts import listed, text
from sim.common.types import Text
from sim.drill.ask.design_words import knob_name, percent, plain_number, told
from sim.drill.design import Choice, Design, Found
from sim.drill.model import Stress
from sim.drill.store import plain, read_record

VERSION = "1.0"
"""Of the file."""
NAME = "alternatives.json"
"""The file's usual name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A choice as the file has it: numbers that were changed as pairs."""

    number: int
    seed: int
    replication: int
    changes: tuple[tuple[str, float], ...]
    teams_out: tuple[str, ...]
    stresses: tuple[Stress, ...]
    realism: float
    realism_text: Text
    differs: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """What stands in the file; of the design only its id and the hash of what decides a search."""

    version: str
    design: str
    design_sha256: str
    screened: int
    copies: int
    explained: Text
    nearest: Text
    choices: tuple[_Kept, ...]


def write_found(found: Found, file: Path) -> None:
    """Write *found* at *file*; equal findings give equal bytes."""
    kept = _File(
        version=VERSION, design=found.design.design_id, design_sha256=fingerprint(found.design),
        screened=found.screened, copies=found.copies, explained=found.explained, nearest=found.nearest,
        choices=tuple(_kept(choice) for choice in found.choices),
    )
    said = json.dumps(plain(kept), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    file.write_text(said, encoding="utf-8", newline="\n")


def read_found(file: Path, design: Design) -> Found:
    """Return what *file* keeps of a search for *design*.

    Raises :class:`InputError` if the file is missing, broken, of another version, or if the design, its hazard or its
    layout have changed since.
    """
    try:
        tree = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError([Problem(code="missing_file", file=str(file))]) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError([Problem(code="found.not_json", file=str(file), value=str(error))]) from None
    version = tree.get("version") if isinstance(tree, dict) else None
    if version != VERSION:
        params = {"known": VERSION}
        raise InputError([Problem(code="found.version", file=str(file), value=str(version), params=params)])
    kept: _File = read_record(tree, _File, file)
    if kept.design_sha256 != fingerprint(design):
        raise InputError([Problem(code="found.other_design", file=str(file), value=kept.design)])
    return Found(
        design=design, choices=tuple(_choice(each) for each in kept.choices), screened=kept.screened,
        copies=kept.copies, explained=kept.explained, nearest=kept.nearest,
    )


def fingerprint(design: Design) -> str:
    """Return the SHA-256 of the files that say what is searched: the design, its hazard, its layout."""
    digest = sha256()
    for path in (design.file, design.hazard, design.layout):
        if path is not None:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _kept(choice: Choice) -> _Kept:
    return _Kept(
        number=choice.number, seed=choice.seed, replication=choice.replication,
        changes=tuple((name, float(value)) for name, value in choice.changes.items()), teams_out=choice.teams_out,
        stresses=choice.stresses, realism=choice.realism, realism_text=choice.realism_text, differs=choice.differs,
    )


def _choice(kept: _Kept) -> Choice:
    return Choice(
        number=kept.number, seed=kept.seed, replication=kept.replication, changes=dict(kept.changes),
        teams_out=kept.teams_out, stresses=kept.stresses, realism=kept.realism, realism_text=kept.realism_text,
        differs=kept.differs,
    )


# ---- for the terminal ----------------------------------------------------------------------


def found_lines(found: Found, language: str) -> list[str]:
    """Return what was found as plain lines in *language*: each alternative with its proof, then when and how near."""
    head = text(
        "design.found.title", language, name=found.design.name.of(language), screened=found.screened,
        copies=found.copies, count=len(found.choices),
    )
    lines = [head]
    for choice in found.choices:
        first, *rest = [line.of(language) for line in _choice_lines(choice)]
        lines += [first, *(f"  {line}" for line in rest)]
    return [*lines, *(said.of(language) for said in (found.explained, found.nearest) if any(said))]


def _choice_lines(choice: Choice) -> Iterator[Text]:
    yield told(
        "found.choice", number=choice.number, replication=choice.replication, seed=choice.seed,
        settings=settings_of(choice),
    )
    for stress in choice.stresses:
        yield told(
            "found.met" if stress.met else "found.not_met", stress=stress.text, achieved=percent(stress.achieved),
            low=percent(stress.low), high=percent(stress.high), band_low=percent(stress.band_low),
            band_high=percent(stress.band_high), replications=stress.replications,
        )
    yield told("found.realism", realism=choice.realism_text)
    yield told("found.differs", differs=choice.differs)


def settings_of(choice: Choice) -> Text:
    """Return the numbers that a choice sets and the teams that are out, in words."""
    parts = [
        told("found.setting", name=knob_name(name), value=plain_number(value))
        for name, value in choice.changes.items()
    ]
    if choice.teams_out:
        parts.append(told("found.out", teams=", ".join(choice.teams_out)))
    return listed(parts) if parts else told("found.as_file")
