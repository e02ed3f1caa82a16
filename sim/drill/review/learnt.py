"""Parts of the reports about what is learnt: several drills side by side, parameters."""

from __future__ import annotations

from sim.drill.papers.page import Page
from sim.drill.review import say as s
from sim.drill.review.indirect import Inference
from sim.drill.review.model import ReviewResult
from sim.drill.review.trend import ENOUGH, drills_of, middle


def trend(page: Page, result: ReviewResult, lang: str) -> None:
    """Percentiles by capability and drill: the median of its actions, and how many there are."""
    drills = drills_of(result.trend)
    if len(drills) < 2:
        page.body(s.say("trend.one", lang))
        return
    page.body(s.say("trend.line" if len(drills) >= ENOUGH else "trend.few", lang, count=len(drills), enough=ENOUGH))
    rows = []
    for capability in sorted({each.capability for each in result.trend}):
        cells = []
        for drill in drills:
            mine = [each for each in result.trend if (each.capability, each.drill_id) == (capability, drill)]
            level = middle(mine)
            cells.append("—" if level is None else f"{level:.2f} ({len(mine)})")
        rows.append((page.say.capability(capability), *cells))
    page.table([s.say("head.capability", lang), *drills], rows, (5, *[3] * len(drills)))


def calibration(page: Page, result: ReviewResult, lang: str) -> None:
    """What the drills suggest for the simulation's parameters."""
    page.body(s.say("calibration", lang))
    if not result.updates:
        page.body(s.say("no_calibration", lang))
    else:
        heads = [s.say(f"head.{key}", lang) for key in ("step", "drills", "n", "before", "after", "interval", "learnt")]
        rows = [
            (s.say(f"step.{each.step}", lang), str(each.drills), str(each.n), f"{each.before:.2f}", f"{each.after:.2f}",
             f"{each.low:.2f}–{each.high:.2f}", f"{100 * each.learnt:.0f}%")
            for each in result.updates
        ]
        page.table(heads, rows, (4, 1.5, 1.5, 2, 2, 3, 3))
    if result.inference is not None:
        _behind(page, result.inference, lang)


def _behind(page: Page, found: Inference, lang: str) -> None:
    """Parameters behind several actions; of one that the times do not show, that they do not."""
    page.body(s.say(
        "indirect", lang, drills=len(found.drills), n=found.n, draws=found.draws, kept=found.kept,
        outside=found.outside,
    ))
    heads = [s.say(f"head.{key}", lang) for key in ("parameter", "before", "after", "interval", "width", "notes")]
    rows = []
    for each in found.beliefs:
        tied = ", ".join(s.say(f"param.{key}", lang) for key in each.tied)
        note = s.say("tied", lang, others=tied) if tied else ""
        said = note if each.identified else s.say("not_identified", lang)
        rows.append((
            s.say(f"param.{each.key}", lang), "1.00", f"{each.after:.2f}", f"{each.low:.2f}–{each.high:.2f}",
            f"{each.width:.2f}", said,
        ))
    page.table(heads, rows, (5, 2, 2, 3, 2, 6))
