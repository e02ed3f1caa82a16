"""Writes what the reference pages take from the code: the tables of a city folder, the command line.

After a change of either, from the root of the checkout::

    PYTHONPATH=.:tests python tests/docs/reference.py

``test_docs.py`` fails while a page differs from the code.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import typer.main

from sim.city import facilities, read, vessels, water
from sim.city.table import Column, read_table
from sim.cli.app import app
from sim.common.texts import LANGUAGES, catalogue, text
from sim.plan import ledger, read_plan

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "reference"
BEGIN, END = "<!-- from the code: begin -->", "<!-- from the code: end -->"
REFERENCE = ROOT / "scenarios" / "shizuishan"


def city_tables() -> str:
    """Return one block per table that reading a city, its plan and its ledgers looks at."""
    seen: dict[str, tuple[Column, ...]] = {}

    def watched(path: Path, columns: Any, *args: Any, **kwargs: Any) -> Any:
        folder = "plan/" if path.parent.name in ("plan", "tables") else ""
        seen.setdefault(f"{folder}{path.name}", tuple(columns))
        return read_table(path, columns, *args, **kwargs)

    with ExitStack() as stack:
        for module in (read, facilities, vessels, water, ledger, read_plan):
            stack.enter_context(patch.object(module, "read_table", watched))
        city = read.read_city(REFERENCE)
        ledger.read_ledger(city, read_plan.read_plan(city))
    return "\n\n".join(_table(file, columns) for file, columns in sorted(seen.items(), key=_order))


def _order(entry: tuple[str, Any]) -> tuple[bool, str]:
    return entry[0].startswith("plan/"), entry[0]


def _table(file: str, columns: tuple[Column, ...]) -> str:
    own = file.startswith("plan/") and not (REFERENCE / file).exists()
    note = " (optional: takes the place of the generic table)" if own else ""
    rows = "\n".join(f"| `{c.name}` | {_kind(c)} | {_empty(c)} |" for c in columns)
    return f"### `{file}`{note}\n\n| column | value | may be |\n|---|---|---|\n{rows}"


def _kind(c: Column) -> str:
    if c.choices:
        return "one of " + ", ".join(f"`{choice}`" if choice else "nothing" for choice in c.choices)
    if c.type is str:
        return "text"
    word = "whole number" if c.type is int else "number"
    low, high = math.isfinite(c.low), math.isfinite(c.high)
    if low and high:
        return f"{word}, {c.low:g} to {c.high:g}"
    return f"{word}, {c.low:g} and more" if low else word


def _empty(c: Column) -> str:
    if not c.required:
        return "missing or empty"
    return "empty" if c.blank is not None or "" in c.choices else ""


def command_line() -> str:
    """Return the commands with their arguments and options, explained in both languages."""
    group = typer.main.get_command(app)
    blocks = ["| option before the command | is | 说明 |\n|---|---|---|\n" + "\n".join(_options(group))]
    for name, command in sorted(_commands(group)):
        given = [p for p in command.params if p.param_type_name == "argument"]
        arguments = " ".join(p.name.upper() if p.required else f"[{p.name.upper()}]" for p in given)
        en, zh = (text(f"cli.help.{name.replace(' ', '.')}", lang) for lang in ("en", "zh"))
        head = f"### `turnout {name} {arguments}`\n\n{en}\n\n{zh}"
        blocks.append(head + "\n\n| option | is | 说明 |\n|---|---|---|\n" + "\n".join(_options(command)))
    return "\n\n".join(blocks)


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every command with its words; those of a group by the group's."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _options(command: Any) -> Iterator[str]:
    for p in command.params:
        if p.param_type_name == "option" and "--help" not in p.opts:
            key = _key(p.help)
            names = ", ".join(f"`{name}`" for name in p.opts)
            en, zh = (text(key, lang).replace("<", "&lt;") for lang in ("en", "zh"))
            yield f"| {names} | {en} | {zh} |"


def _key(shown: str) -> str:
    """Return the key of the sentence *shown*, in whichever language the command line was loaded."""
    for lang in LANGUAGES:
        for key, sentence in catalogue(lang).items():
            if key.startswith("cli.opt.") and sentence == shown:
                return key
    raise KeyError(shown)


PARTS = {"city-folder.md": city_tables, "cli.md": command_line}


def updated(page: Path) -> str:
    """Return *page* with its part from the code as it should be now."""
    whole = page.read_text(encoding="utf-8")
    before, _, rest = whole.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{PARTS[page.name]()}\n\n{END}{after}"


if __name__ == "__main__":
    for name in PARTS:
        page = PAGES / name
        page.write_text(updated(page), encoding="utf-8", newline="\n")
