"""A diff in words, for a terminal: what changes, what is new, what goes, what stays as it is, what cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

from sim.drill.sheets.columns import every_column
from sim.drill.sheets.diff import Added, Change, Diff, Kept, Removed
from sim.drill.sheets.say import names_of, say
from sim.drill.sheets.values import Value

SHORT = 60
"""Letters of a text that are shown."""
FEW = 6
"""Items of a group that are named; the others are counted."""


def diff_lines(diff: Diff, language: str) -> list[str]:
    """Return *diff* as lines in *language* (``zh`` or ``en``), a heading before each part; one line if it is empty.

    Differences that are not taken over are grouped by sheet, column and reason, with their number.
    """
    if diff.empty:
        return [say("diff.empty", language, file=diff.file)]
    parts: Sequence[tuple[str, list[str]]] = (
        ("changes", [_change(each, diff, language) for each in diff.changes]),
        ("added", [_added(each, diff, language) for each in diff.added]),
        ("removed", [_removed(each, language) for each in diff.removed]),
        ("problems", [each.line(language) for each in diff.problems]),
        ("cautions", [each.line(language) for each in diff.cautions]),
        ("kept", _kept(diff.kept, diff, language)),
    )
    lines = [say("diff.file", language, file=diff.file)]
    for key, said in parts:
        if said:
            count = len(getattr(diff, key))
            lines += [say(f"diff.{key}", language, count=count), *(f"  {each}" for each in said)]
    return lines


def _change(each: Change, diff: Diff, language: str) -> str:
    before, after = (value_text(each.field, value, diff, language) for value in (each.before, each.after))
    item = say(f"item.{each.item_id}", language) if each.what == "overview" else each.item_id
    column = column_name(each.sheet, each.field, language)
    return say("diff.change", language, row=each.row, item=item, column=column, before=before, after=after)


def _added(each: Added, diff: Diff, language: str) -> str:
    inject = each.inject
    kind = names_of("kind")[inject.kind].of(language)
    at = value_text("ex_time", inject.ex_min, diff, language)
    title = _short(inject.title.of(language))
    return say("diff.new", language, row=each.row, item=inject.inject_id, kind=kind, time=at, title=title)


def _removed(each: Removed, language: str) -> str:
    if not each.along:
        return each.item_id
    return say("diff.along", language, item=each.item_id, along=", ".join(each.along))


def _kept(kept: Sequence[Kept], diff: Diff, language: str) -> list[str]:
    groups: dict[tuple[str, str, str], list[Kept]] = {}
    for each in kept:
        groups.setdefault((each.reason, each.sheet, each.field), []).append(each)
    lines = []
    for (reason, sheet, field), group in groups.items():
        place = say(f"sheet.{sheet}", language)
        if field:
            place = say("diff.place", language, sheet=place, column=column_name(sheet, field, language))
        why = say(f"reason.{reason}", language)
        said = "; ".join(_difference(each, diff, language) for each in group[:FEW] if reason != "column")
        more = say("diff.more", language, count=len(group) - FEW) if len(group) > FEW else ""
        tail = f" [{'; '.join(part for part in (said, more) if part)}]" if said else ""
        lines.append(say("diff.keep", language, place=place, count=len(group), why=why) + tail)
    return lines


def _difference(each: Kept, diff: Diff, language: str) -> str:
    name = each.item_id or say("diff.row", language, row=each.row)
    if each.reason == "missing":
        return name
    before, after = (value_text(each.field, value, diff, language) for value in (each.before, each.after))
    return f"{name}: {before} → {after}"


def column_name(sheet: str, field: str, language: str) -> str:
    """Return the name of a column in *language*; an unknown one as it stands in the file."""
    return next((each.name.of(language) for each in every_column(sheet) if each.key == field), field)


def value_text(field: str, value: Value, diff: Diff, language: str) -> str:
    """Return a value as it is read in a sentence."""
    if value is None or value == "" or value == ():
        return say("diff.none", language)
    if isinstance(value, bool):
        return names_of("yes_no")["yes" if value else "no"].of(language)
    if field in ("ex_time", "offset_min") and isinstance(value, (int, float)):
        hours, minutes = diff.start.split(":")
        days, rest = divmod(60 * int(hours) + int(minutes) + round(value), 1440)
        return f"{rest // 60:02d}:{rest % 60:02d}" + (f" (+{days})" if days else "") + f" (T{value:+g})"
    if isinstance(value, (int, float)):
        return f"{value:g}"
    if isinstance(value, tuple):
        return _short(", ".join(value))
    coded = names_of(field) if field in ("mode", "kind", "status", "role") else {}
    return coded[value].of(language) if value in coded else _short(value)


def _short(said: str) -> str:
    flat = " ".join(said.split())
    return flat if len(flat) <= SHORT else flat[: SHORT - 1] + "…"
