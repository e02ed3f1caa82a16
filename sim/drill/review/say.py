"""How the review's papers say one thing: states, spans, percentiles, delays, in one language."""

from __future__ import annotations

from sim.common.texts import text
from sim.drill.review.model import Span, Timeliness


def say(key: str, lang: str, **values: object) -> str:
    """Return the sentence *key* of the review in *lang*."""
    return text(f"review.{key}", lang, **values)


def minutes(value: float | None) -> str:
    """Return minutes with one decimal; a dash for none."""
    return "—" if value is None else f"{value:.1f}"


def signed(value: float | None) -> str:
    """Return a delay with its sign; a dash for none."""
    return "—" if value is None else f"{value:+.1f}"


def percentile(u: Span | None, state: str) -> str:
    """Return a percentile with two digits and its range: more would pretend to know; of what was not done, a bound."""
    if u is None:
        return "—"
    sign = "≥ " if state == "censored" else ""
    return f"{sign}{u.value:.2f} ({u.low:.2f}–{u.high:.2f})"


def elapsed(each: Timeliness) -> str:
    """Return the time since its own trigger; of what was not done by ENDEX, that it is longer."""
    if each.t is None:
        return "—"
    return f"> {each.t.low:.1f}" if each.state == "censored" else f"{each.t.value:.1f}"


def band(each: Timeliness, lang: str) -> str:
    """Return the band of a timed action, else what is known of it instead."""
    return say(f"band.{each.band}", lang) if each.band else say(f"state.{each.state}", lang)


def limit(each: Timeliness, lang: str) -> str:
    """Return the limit and whether it was kept."""
    if each.action.limit_min is None:
        return "—"
    key = {True: "kept", False: "missed", None: "open"}[each.within_limit]
    return f"{each.action.limit_min:g} · {say(f'limit.{key}', lang)}"


def notes(each: Timeliness, lang: str) -> str:
    """Return every note of an action."""
    return ("；" if lang == "zh" else "; ").join(say(f"note.{key}", lang) for key in each.notes)
