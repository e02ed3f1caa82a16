"""How a value of the record stands in a cell, and how a cell is read back, whoever wrote it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import cache

from sim.drill.csv_rows import shipped
from sim.drill.model import Drill
from sim.drill.papers.words import Words, capabilities
from sim.drill.review.match import normal
from sim.drill.review.sheet import plain
from sim.drill.review.times import read_time
from sim.drill.sheets.say import joined, named, names_of

Value = str | float | bool | tuple[str, ...] | None
"""What a cell means: a text, a number, yes or no, a list, nothing."""
Cell = str | float | None

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
ID = re.compile(r"[A-Z]{1,2}-\d+(?:[.-]\d+)*")
NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(?:min(?:utes?)?|分钟?|m|°)?", re.IGNORECASE)
DIGITS = {"number": 1, "offset": 1, "share": 3, "coordinate": 6, "limit": 2, "int": 0, "figure": 6}
"""How fine numbers stand in a cell."""
SPLIT = re.compile(r"[;；,，、\s]+")
CLOCK_ZERO = datetime(1899, 12, 31)
"""A time of day that runs past midnight comes back as a date of 1900."""


class UnreadableError(Exception):
    """A cell that means nothing; *code* names the problem, *params* its words."""

    def __init__(self, *, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def tidy(said: str) -> str:
    """Return *said* with plain line ends and without the control characters that a workbook cannot hold."""
    return CONTROL.sub("", said.replace("\r\n", "\n").replace("\r", "\n")).strip()


# ---- into a cell ---------------------------------------------------------------------------


def shown(kind: str, value: Value, drill: Drill) -> Cell:
    """Return *value* as the workbook shows it."""
    if kind == "time":
        if value is None:
            return named("no_time", "any")
        return Words(drill=drill, lang="zh").clock(float(value)) if isinstance(value, (int, float)) else None
    if isinstance(value, bool):
        return named("yes_no", "yes" if value else "no")
    if isinstance(value, (int, float)):
        return round(float(value), DIGITS[kind]) if kind in DIGITS else float(value)
    if isinstance(value, tuple):
        return ("\n" if kind == "actions" else "; ").join(value)
    return tidy(_named(kind, value, drill)) if value else None


def _named(kind: str, value: str, drill: Drill) -> str:
    area, _, word = kind.partition(":")
    if area == "word":
        return named(word, value)
    if kind == "unit":
        return next((f"{u.unit_id} {joined(u.name)}" for u in drill.units if u.unit_id == value), value)
    if kind == "move":
        return next((f"{m.move_id} {joined(m.name)}" for m in drill.moves if m.move_id == value), value)
    if kind == "capability":
        return joined(capabilities()[value]) if value in capabilities() else value
    return value


def coded(kind: str, value: Value, drill: Drill) -> Cell:
    """Return *value* as the data files hold it: codes, not words."""
    if kind == "time":
        return shown(kind, value, drill) if value is not None else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return tidy(value) or None
    if isinstance(value, tuple):
        return ";".join(each.split(" ")[0] for each in value) if kind == "actions" else ";".join(value)
    return shown(kind, value, drill)


# ---- out of a cell -------------------------------------------------------------------------


def read(kind: str, cell: object, drill: Drill) -> Value:
    """Return what *cell* means in a column of this *kind*. Raises :class:`UnreadableError` if it means nothing."""
    said = as_text(cell)
    if not said:
        return () if kind in ("ids", "actions", "files") else None if kind in NOTHING else ""
    area, _, word = kind.partition(":")
    if area == "word":
        return _word(word, said)
    return READERS[kind](cell, said, drill) if kind in READERS else said


def same(kind: str, given: Value, held: Value, drill: Drill) -> bool:
    """Tell whether what was read is what the record's value shows as: a clock shows whole minutes."""
    if held in (None, "", ()) and given in (None, "", ()):
        return True
    if kind == "time":
        return given == (round(held) if isinstance(held, (int, float)) else None)
    if isinstance(held, (int, float)) and not isinstance(held, bool):
        return isinstance(given, (int, float)) and round(float(given), DIGITS.get(kind, 9)) == shown(kind, held, drill)
    if isinstance(held, str) and kind in NOTHING:
        return given in (None, held)
    if isinstance(held, str):
        return (given or "") == tidy(held)
    if isinstance(held, tuple):
        if kind == "actions":
            held = tuple(each.split(" ")[0] for each in held)
        return given == tuple(tidy(each) for each in held)
    return given == held


def as_text(cell: object) -> str:
    """Return a cell as the words that a person sees in it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return tidy(str(cell))


def _word(area: str, said: str) -> str:
    known = _codes(area)
    parts = [said, *said.split(), said.partition(" ")[2]]
    found = next((known[plain(part)] for part in parts if plain(part) in known), None)
    if found is None:
        names = ", ".join(joined(each) for each in names_of(area).values())
        raise UnreadableError(code="unknown_word", known=names)
    return found


@cache
def _codes(area: str) -> dict[str, str]:
    """Return what may be written for each coded value: code, either name, both, other words of the table."""
    made = {plain(row["word"]): row["value"] for row in shipped("sheet_words.csv") if row["field"] == area}
    for value, name in names_of(area).items():
        made |= {plain(value): value, plain(name.zh): value, plain(name.en): value, plain(joined(name)): value}
    return made


def _unit(_cell: object, said: str, drill: Drill) -> Value:
    units = drill.units
    token = unicodedata.normalize("NFKC", said).upper().split()[0]
    by_id = next((each for each in units if each.unit_id.upper() == token), None)
    rest = said.partition(" ")[2] if by_id else said
    by_name = [each for each in units if _is_named(rest, (each.name.zh, each.name.en, joined(each.name)))]
    if by_id and by_name and by_id not in by_name:
        raise UnreadableError(code="unit_mixed", id=by_id.unit_id, other=by_name[0].unit_id)
    found = by_id or (by_name[0] if len(by_name) == 1 else None)
    if found is None:
        if said in {inject.to_unit for inject in drill.injects}:
            return said
        known = ", ".join(f"{each.unit_id} {each.name.zh}" for each in units)
        raise UnreadableError(code="unknown_unit", known=known)
    return found.unit_id


def _is_named(said: str, names: tuple[str, ...]) -> bool:
    if not said:
        return False
    return any(plain(said) == plain(each) or normal(said, "unit") == normal(each, "unit") for each in names)


def _capability(_cell: object, said: str, _drill: Drill) -> Value:
    for key, name in capabilities().items():
        if plain(said) in {plain(each) for each in (key, name.zh, name.en, joined(name))}:
            return key
    raise UnreadableError(code="unknown_word", known=", ".join(joined(each) for each in capabilities().values()))


def _ids(_cell: object, said: str, _drill: Drill) -> Value:
    parts = [each for each in SPLIT.split(unicodedata.normalize("NFKC", said).upper()) if each]
    if not all(ID.fullmatch(each) for each in parts):
        raise UnreadableError(code="no_ids")
    return tuple(dict.fromkeys(parts))


def _actions(_cell: object, said: str, _drill: Drill) -> Value:
    """Ids stand at the beginning of lines, with the words of the action behind them."""
    lines = re.split(r"[\n;；]", unicodedata.normalize("NFKC", said))
    return tuple(dict.fromkeys(found[0] for found in map(ID.match, map(str.strip, lines)) if found))


def _files(_cell: object, said: str, _drill: Drill) -> Value:
    return tuple(each.strip() for each in re.split(r"[;；\n]", said) if each.strip())


def _id(_cell: object, said: str, _drill: Drill) -> Value:
    return unicodedata.normalize("NFKC", said).replace("–", "-").replace("—", "-").strip().upper()


def _move(_cell: object, said: str, _drill: Drill) -> Value:
    found = ID.match(unicodedata.normalize("NFKC", said).upper())
    return found[0] if found else said


def _yes_no(_cell: object, said: str, _drill: Drill) -> Value:
    return _word("yes_no", said) == "yes"


def _number(cell: object, said: str, _drill: Drill) -> Value:
    """A number; in a column that is not read back, any words as they stand."""
    if isinstance(cell, (int, float)):
        return float(cell)
    found = NUMBER.fullmatch(unicodedata.normalize("NFKC", said))
    share = re.fullmatch(r"(\d+(?:\.\d+)?)%", said)
    return float(found[1]) if found else float(share[1]) / 100.0 if share else said


def _limit(cell: object, said: str, drill: Drill) -> Value:
    value = _number(cell, said, drill)
    if not isinstance(value, float) or not 0 < value < 1e5:
        raise UnreadableError(code="bad_limit")
    return value


def _coordinate(cell: object, said: str, drill: Drill) -> Value:
    value = _number(cell, said, drill)
    if not isinstance(value, float) or not -180 <= value <= 180:
        raise UnreadableError(code="bad_coordinate")
    return value


def _time(cell: object, said: str, drill: Drill) -> Value:
    """Minutes after STARTEX."""
    if plain(said) in _codes("no_time"):
        return None
    return _moment(cell, said, drill, "wall")


def _offset(cell: object, said: str, drill: Drill) -> Value:
    return _moment(cell, said, drill, "elapsed")


def _moment(cell: object, said: str, drill: Drill, basis: str) -> float:
    overview = drill.overview
    noted = cell if isinstance(cell, (int, float, time, datetime)) else said
    if isinstance(noted, datetime) and noted.year < 1905:
        noted = (noted - CLOCK_ZERO).total_seconds() / 86400.0
    if isinstance(noted, (int, float)) and basis == "elapsed":
        return float(noted)
    if isinstance(noted, str) and basis == "elapsed" and (number := NUMBER.fullmatch(noted)):
        return float(number[1])
    hours, minutes = overview.start.split(":")
    start_min = 60.0 * int(hours) + int(minutes)
    found = read_time(
        noted, basis=basis, day=date.fromisoformat(overview.date[:10]), start_min=start_min,
        zone=overview.utc_offset or "+08:00",
    )
    if found is None:
        raise UnreadableError(code="bad_time")
    return found.minutes if found.basis != "wall" else found.minutes - start_min


def _story(cell: object, said: str, _drill: Drill) -> Value:
    return said.replace("/", "-").replace("T", " ") if not isinstance(cell, datetime) else said


Reader = Callable[[object, str, Drill], Value]
READERS: Mapping[str, Reader] = {
    "unit": _unit, "capability": _capability, "ids": _ids, "actions": _actions, "files": _files, "id": _id,
    "move": _move, "yes_no": _yes_no, "number": _number, "int": _number, "figure": _number, "share": _number,
    "limit": _limit, "coordinate": _coordinate, "time": _time, "offset": _offset, "story": _story,
}
NOTHING = ("number", "int", "figure", "share", "limit", "coordinate", "time", "offset", "yes_no")
"""Kinds whose empty cell is nothing, not an empty text."""
