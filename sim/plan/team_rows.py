"""Fills in what a ledger of teams leaves out, from what it says and from tables of usual values.

A ledger as an office keeps it has no column for the node, the share on duty or the turnout time, and says type and
category in Chinese. What stands in the ledger always wins.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.city.model import City, Roads
from sim.city.table import Column, Problems, Table, nearest
from sim.plan.read_plan import BASIS, number, table

TYPES = (
    Column("type"), Column("capabilities"), number("ready_share", 0.0, 1.0), number("turnout_min", 0.0), *BASIS,
)
WORDS = (Column("column", choices=("type", "status", "category_en")), Column("word_zh"), Column("value"), *BASIS)
LEFT_OUT = -1
"""Stands in the table for a number that the ledger does not give."""

Words = Mapping[str, Mapping[str, str]]


def fill_in(teams: Table, city: City, problems: Problems) -> None:
    """Complete the rows of *teams*; a cell that cannot be derived from the others is a problem."""
    folder = city.folder / "plan"
    usual = {row["type"]: row for row in table(folder, "ledger_types", TYPES, problems).records()}
    words = _words(table(folder, "ledger_words", WORDS, problems))
    for i in range(len(teams)):
        values = {name: column[i] for name, column in teams.values.items()}
        for name in ("type", "status"):
            teams[name][i] = words.get(name, {}).get(values[name], values[name])
        teams["category_en"][i] = values["category_en"] or _category(teams, i, words, problems)
        _people(teams, i, usual.get(teams["type"][i], {}))
        teams["base_node"][i] = values["base_node"] or _node(teams, i, city.roads, problems)


def _words(rows: Table) -> Words:
    words: dict[str, dict[str, str]] = {}
    for row in rows.records():
        words.setdefault(row["column"], {}).update(dict.fromkeys(row["word_zh"].split("|"), row["value"]))
    return words


def _category(teams: Table, i: int, words: Words, problems: Problems) -> str:
    """Return the category that the Chinese word means; of an unknown one any, and a problem."""
    known, word = words.get("category_en", {}), teams["category_zh"][i]
    if word not in known:
        near = nearest(word, known)
        problems.append(teams.problem("unknown_reference", i, "category_zh", what="category", near=near))
    return known.get(word, next(iter(known.values()), ""))


def _people(teams: Table, i: int, usual: Mapping[str, Any]) -> None:
    """Fill in how many are on duty, how fast they leave, and what they can do."""
    share = teams["ready_share"][i]
    if share == LEFT_OUT:
        share = teams["ready_share"][i] = usual.get("ready_share", 0.0)
    if teams["ready_people"][i] == LEFT_OUT:
        teams["ready_people"][i] = math.floor(share * teams["people"][i] + 0.5)
    if teams["turnout_min"][i] == LEFT_OUT:
        teams["turnout_min"][i] = usual.get("turnout_min", 0.0)
    can = [word for word in re.split(r"[;；]\s*", teams["capabilities"][i]) if word]
    teams["capabilities"][i] = ";".join(can) or usual.get("capabilities", "")


def _node(teams: Table, i: int, roads: Roads, problems: Problems) -> str:
    """Return the node nearest to the team's place; of a team without a place any, and a problem."""
    lon, lat = teams["lon"][i], teams["lat"][i]
    if math.isnan(lon) or math.isnan(lat):
        problems.append(teams.problem("no_place", i, "base_node"))
        return roads.node_id[0]
    shrink = math.cos(math.radians(lat))
    apart = ((roads.node_lon - lon) * shrink) ** 2 + (roads.node_lat - lat) ** 2
    return roads.node_id[int(np.argmin(apart))]


__all__ = ["LEFT_OUT", "fill_in"]
