"""The workbook 对比表 and the CSV files beside it: every action against plan, limit and simulated law; every row."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter

from sim.drill.papers.repack import repack
from sim.drill.review import say as s
from sim.drill.review.model import ReviewResult, Span, Timeliness
from sim.drill.review.paper import plan_heads, plan_rows

COMPARE = (
    "id", "action", "unit", "clock", "plan_t", "limit_min", "limit_kept", "n", "p10", "p50", "p80", "p90", "p95",
    "actual_t", "trigger_t", "t_min", "t_low", "t_high", "t0_min", "u", "u_low", "u_high", "u_t0", "ratio", "own",
    "inherited", "band", "rating", "score", "rows", "notes",
)
"""Columns of the comparison; texts ``review.head.*``."""
WIDEST, LINE_PT = 34, 15.0
QUANTILES = ("p10", "p50", "p80", "p90", "p95")


def compare_rows(result: ReviewResult, lang: str) -> list[list[object]]:
    """Return a row per expected action; numbers stay numbers, what is not known is empty."""
    return [[_compare(each, result, lang)[key] for key in COMPARE] for each in result.timeliness]


def _compare(each: Timeliness, result: ReviewResult, lang: str) -> dict[str, object]:
    action = each.action
    law = action.benchmark if action.timed else None
    unit = next((u.name.of(lang) for u in result.drill.units if u.unit_id == action.unit_id), action.unit_id)
    kept = {True: "kept", False: "missed", None: "open"}[each.within_limit]
    t = each.t or Span(value=float("nan"), low=float("nan"), high=float("nan"))
    u = each.u or Span(value=float("nan"), low=float("nan"), high=float("nan"))
    return {
        "id": action.action_id, "action": action.action.of(lang), "unit": unit,
        "clock": s.say(f"clock.{action.clock}", lang), "plan_t": _n(each.expected_min),
        "limit_min": _n(action.limit_min),
        "limit_kept": s.say(f"limit.{kept}", lang) if action.limit_min is not None else "",
        "n": len(law.values) if law else "", **{q: _n(getattr(law, q)) if law else "" for q in QUANTILES},
        "actual_t": _n(each.ex_min), "trigger_t": _n(each.trigger_min),
        "t_min": _n(None if each.state == "censored" else t.value), "t_low": _n(t.low), "t_high": _n(t.high),
        "t0_min": _n(each.t0.value if each.t0 else None), "u": _n(u.value, 2), "u_low": _n(u.low, 2),
        "u_high": _n(u.high, 2), "u_t0": _n(each.u_t0.value if each.u_t0 else None, 2), "ratio": _n(each.ratio, 2),
        "own": _n(each.own_min), "inherited": _n(each.inherited_min), "band": s.band(each, lang),
        "rating": s.say(f"rating.{each.rating}", lang) if each.rating else "", "score": _n(each.score, 0),
        "rows": ", ".join(map(str, each.rows)), "notes": s.notes(each, lang),
    }


def _n(value: float | None, digits: int = 1) -> object:
    """A number for a cell; nothing for what is unknown or unbounded."""
    return "" if value is None or not math.isfinite(value) else round(value, digits)


ROWS = ("row", "outcome", "target", "confidence", "time_t", "unit", "text", "status", "reason")


def outcome_rows(result: ReviewResult, lang: str) -> list[list[object]]:
    """Return what became of every row of the log."""
    return [
        [
            each.timed.row.row, s.say(f"outcome.{each.outcome}", lang), each.target,
            s.say("to_confirm", lang, score=f"{each.confidence:.2f}") if each.to_confirm else _n(each.confidence, 2),
            _n(each.timed.ex_min), each.timed.row.unit, each.timed.row.text,
            s.say(f"status.{each.timed.row.status}", lang) if each.timed.row.status else "",
            s.say(f"reason.{each.reason}", lang) if each.reason else "",
        ]
        for each in result.outcomes
    ]


def workbook(result: ReviewResult) -> bytes:
    """Return 对比表.xlsx: the comparison in both languages, what became of each row, the improvement plan."""
    return _packed(result, _compare_sheets, _plan_sheet)


def plan_book(result: ReviewResult) -> bytes:
    """Return 整改台账.xlsx: the improvement plan to be kept, with a drop-down of states."""
    return _packed(result, _plan_sheet)


def _packed(result: ReviewResult, *parts: Callable[[xlsxwriter.Workbook, ReviewResult], None]) -> bytes:
    """Return a workbook of *parts*; equal reviews give equal bytes."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    overview = result.drill.overview
    book.set_properties({
        "title": f"{overview.drill_id} v{overview.version}", "author": "Turnout",
        "created": datetime.fromisoformat(overview.revised_at[:10]),
    })
    for part in parts:
        part(book, result)
    book.close()
    return repack(made.getvalue(), overview.revised_at[:10])


def _compare_sheets(book: xlsxwriter.Workbook, result: ReviewResult) -> None:
    for lang in ("zh", "en"):
        heads = [s.say(f"head.{key}", lang) for key in COMPARE]
        _sheet(book, s.say("sheet.compare", lang), heads, compare_rows(result, lang), result, lang)
        heads = [s.say(f"head.{key}", lang) for key in ROWS]
        _sheet(book, s.say("sheet.rows", lang), heads, outcome_rows(result, lang), result, lang)


def _plan_sheet(book: xlsxwriter.Workbook, result: ReviewResult) -> None:
    for lang in ("zh", "en"):
        rows = plan_rows(result, lang)
        sheet = _sheet(book, s.say("sheet.plan", lang), plan_heads(lang), rows, result, lang)
        states = [s.say(key, lang) for key in ("open", "doing", "closed")]
        sheet.data_validation(2, 9, max(2, len(rows) + 1), 9, {"validate": "list", "source": states})


def _sheet(
    book: xlsxwriter.Workbook, name: str, heads: Sequence[str], rows: Iterable[Sequence[object]], result: ReviewResult,
    lang: str,
) -> xlsxwriter.worksheet.Worksheet:
    """One sheet, A3 landscape: the drill's mark, the head (repeated on every page), the rows."""
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E7E6E6", "text_wrap": True, "valign": "vcenter"})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    mark = book.add_format({"bold": True, "font_color": "#C00000", "font_size": 14})
    said = f"{s.say('mark', lang)} · {result.drill.overview.drill_id}"
    sheet.write_string(0, 0, said, mark)
    sheet.write_row(1, 0, heads, head)
    kept = [list(row) for row in rows]
    widths = [_width(head, [row[j] for row in kept]) for j, head in enumerate(heads)]
    for j, width in enumerate(widths):
        sheet.set_column(j, j, width)
    sheet.set_row(1, _height(heads, widths))
    for i, row in enumerate(kept, start=2):
        sheet.set_row(i, _height(row, widths))
        for j, value in enumerate(row):
            sheet.write(i, j, value, cell)
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_header(f"&C{said}")
    sheet.set_footer(f"&C{said}  &P/&N")
    return sheet


def _width(head: str, values: Sequence[object]) -> int:
    """As wide as its longest cell, up to :data:`WIDEST`; heads are broken into lines."""
    longest = max((_wide(str(value)) for value in values), default=0)
    return min(max(longest + 2, (_wide(head) + 1) // 2 + 2, 7), WIDEST)


def _height(cells: Sequence[object], widths: Sequence[int]) -> float:
    """Points for a row whose cells are broken into lines: readers do not all measure it themselves."""
    lines = max(math.ceil(_wide(str(cell)) / (width - 1)) for cell, width in zip(cells, widths, strict=True))
    return LINE_PT * max(lines, 1) + 2.0


def _wide(said: str) -> int:
    return sum(2 if ord(each) > 255 else 1 for each in said)
