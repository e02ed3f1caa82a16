"""Draws the drill on one line per action: simulated band, plan, what happened."""

from __future__ import annotations

from sim.drill.model import Drill
from sim.drill.review.model import ReviewResult, Timeliness
from sim.drill.review.say import say
from sim.drill.review.svg import FONTS, label

LEFT, WIDTH, ROW, TOP = 330.0, 1180.0, 30.0, 92.0
PLOT = WIDTH - LEFT - 30.0
COLORS = {"fast": "#7b3294", "good": "#1a7f37", "normal": "#1a7f37", "slow": "#b26a00", "very_slow": "#c00000",
          "censored": "#c00000", "": "#57606a"}
STEPS_MIN = (5, 10, 15, 30, 60, 120, 240)


def timeline_svg(result: ReviewResult, lang: str = "zh") -> str:
    """Return the picture as SVG; equal results give equal text."""
    drill = result.drill
    rows = result.timeliness
    span = _span(drill, rows)
    height = TOP + ROW * len(rows) + 60.0
    mark = say("mark", lang)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" font-family="{FONTS}">',
        f'<rect width="{WIDTH:g}" height="{height:g}" fill="#ffffff"/>',
        label(20, 26, f"{mark} {drill.overview.name.of(lang)} · {drill.overview.drill_id}", size=16, bold=True),
        label(20, 48, say("timeline.legend", lang)), label(20, 68, say("timeline.clock", lang)),
        *_axis(span, height), *_jumps(drill, span, height, lang),
    ]
    for i, each in enumerate(rows):
        parts += _row(each, TOP + ROW * i + ROW / 2, span, drill, lang)
    parts += [label(20, height - 14, mark, color="#c00000", bold=True), "</svg>"]
    return "\n".join(parts) + "\n"


def _span(drill: Drill, rows: tuple[Timeliness, ...]) -> float:
    seen = [each.ex_min for each in rows if each.ex_min is not None]
    return max([drill.overview.endex_min, *seen, 1.0])


def _x(minute: float, span: float) -> float:
    return LEFT + PLOT * min(max(minute / span, 0.0), 1.0)


def _axis(span: float, height: float) -> list[str]:
    step = next((each for each in STEPS_MIN if span / each <= 12), STEPS_MIN[-1])
    made = []
    for k in range(int(span // step) + 1):
        x = _x(k * step, span)
        made.append(f'<line x1="{x:.1f}" y1="{TOP:g}" x2="{x:.1f}" y2="{height - 46:.1f}" stroke="#e3e6ea"/>')
        made.append(label(x, height - 30, f"T+{k * step}", anchor="middle", color="#57606a"))
    return made


def _jumps(drill: Drill, span: float, height: float, lang: str) -> list[str]:
    made = []
    for move in drill.moves[1:]:
        x = _x(move.ex_from_min, span)
        made.append(
            f'<line x1="{x:.1f}" y1="{TOP:g}" x2="{x:.1f}" y2="{height - 46:.1f}" stroke="#57606a" '
            'stroke-dasharray="4 3"/>'
        )
        made.append(label(x + 4, TOP - 4, say("timeline.jump", lang), color="#57606a"))
    return made


def _row(each: Timeliness, y: float, span: float, drill: Drill, lang: str) -> list[str]:
    action, law = each.action, each.action.benchmark
    said = f"{action.action_id} {action.action.of(lang)}"
    made = [label(20, y + 4, said if len(said) <= 40 else said[:39] + "…")]
    begin = each.trigger_min
    if begin is None and action.clock != "previous":
        begin = next((i.ex_min for i in drill.injects if i.inject_id == action.inject_id), None)
    if begin is not None and law is not None and action.timed and law.p10 is not None:
        end = begin + (law.p95 if law.p95 is not None else law.p90 if law.p90 is not None else span)
        made.append(_bar(_x(begin + law.p10, span), _x(end, span), y, 14, "#cfe0f5"))
        if law.p50 is not None:
            made.append(_tick(_x(begin + law.p50, span), y, 9, "#1f5fa8"))
        if action.limit_min is not None:
            made.append(_tick(_x(begin + action.limit_min, span), y, 12, "#c00000"))
    if each.expected_min is not None:
        x = _x(each.expected_min, span)
        made.append(f'<path d="M{x:.1f} {y - 5:.1f} l4 5 l-4 5 l-4 -5 z" fill="none" stroke="#57606a"/>')
    if each.ex_min is not None:
        color = COLORS[each.band]
        if begin is not None and each.state == "timed":
            made.append(_bar(_x(begin, span), _x(each.ex_min, span), y, 3, color))
        made.append(f'<circle cx="{_x(each.ex_min, span):.1f}" cy="{y:.1f}" r="5" fill="{color}"/>')
    elif each.state != "timed":
        made.append(label(LEFT + PLOT, y + 4, say(f"state.{each.state}", lang), anchor="end", color="#57606a"))
    return made


def _bar(left: float, right: float, y: float, high: float, color: str) -> str:
    width = max(right - left, 1.0)
    return f'<rect x="{left:.1f}" y="{y - high / 2:.1f}" width="{width:.1f}" height="{high:g}" fill="{color}"/>'


def _tick(x: float, y: float, half: float, color: str) -> str:
    ends = f'x1="{x:.1f}" y1="{y - half:.1f}" x2="{x:.1f}" y2="{y + half:.1f}"'
    return f'<line {ends} stroke="{color}" stroke-width="2"/>'
