"""The page of scenario discovery, and its answer as a sentence that a planner can read."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

from sim.common.texts import catalogue, text
from sim.report.figures.discovery import curve, plane
from sim.report.figures.style import Figure, Title
from sim.report.finding_page import Page, Section, measure_name, write_page
from sim.study.discovery import Found
from sim.study.facts import BRIDGE
from sim.study.prim import Limit, Tally


def fact_name(fact: str, lang: str) -> str:
    """Return the name of a fact with its unit; its own name where there is no other."""
    if fact.startswith(BRIDGE):
        return text("discovery.bridge", lang, road=fact.removeprefix(BRIDGE))
    key = f"discovery.fact.{fact}"
    return text(key, lang) if key in catalogue(lang) else fact


def limit_words(limit: Limit, lang: str) -> str:
    """Return one limit in words."""
    if limit.input.startswith(BRIDGE):
        road, state = limit.input.removeprefix(BRIDGE), "closed" if limit.kind == "is_true" else "open"
        return text(f"discovery.limit.{state}", lang, road=road)
    value = f"{limit.value:,.0f}" if abs(limit.value) >= 1000.0 else f"{limit.value:.3g}"
    return text(f"discovery.limit.{limit.kind}", lang, fact=fact_name(limit.input, lang), value=value)


def case_words(found: Found, lang: str) -> str:
    """Return what the cases are."""
    asked = found.question
    return text(
        "discovery.cases", lang, layout=found.layout, measure=measure_name(asked.measure, lang),
        sense=text(f"discovery.not.{asked.sense}", lang), limit=f"{asked.limit:g}",
    )


def sentences(found: Found, lang: str) -> list[str]:
    """Return the answer: what sets the cases apart and how well on fresh disasters, or that nothing does."""
    hits, n = int(found.cases.sum()), len(found.cases)
    first = text("discovery.overall", lang, cases=case_words(found, lang), hits=hits, n=n, share=percent(hits / n))
    if not found.is_finding:
        return [first, text("discovery.nothing", lang, facts=len(found.names))]
    limits = reduce(
        lambda first, second: text("discovery.and", lang, first=first, second=second),
        (limit_words(limit, lang) for limit in found.box.limits),
    )
    fresh = found.fresh
    return [
        first, text("discovery.mostly", lang, limits=limits),
        text(
            "discovery.fresh", lang, coverage=percent(fresh.coverage), density=percent(fresh.density),
            base=percent(fresh.base_rate), rows=fresh.rows, all_rows=fresh.all_rows, chance=f"{found.chance:.2f}",
        ),
    ]


def percent(share: float) -> str:
    """Return a share as a percentage; a dash where there is none."""
    return f"{100.0 * share:.0f} %" if share == share else "–"


def write_discovery_page(found: Found, run: str, lang: str, path: Path) -> None:
    """Write the page of *found* in the run folder named *run* in *lang* to *path*."""
    facts = [
        (text("discovery.head.run", lang), run), (text("discovery.head.layout", lang), found.layout),
        (text("discovery.head.n", lang), str(len(found.cases))),
        (text("discovery.head.facts", lang), str(len(found.names))),
        (text("discovery.head.chance", lang), f"{found.chance:.2f}"),
    ]
    sections = [
        Section(title=text("discovery.answer", lang), lines=sentences(found, lang), figures=_figures(found, lang)),
        Section(
            title=text("discovery.limits", lang), lines=[text("discovery.limits.how", lang)],
            columns=[text(f"discovery.col.{name}", lang) for name in ("limit", "quasi_p")],
            rows=[[limit_words(limit, lang), f"{limit.quasi_p:.2g}"] for limit in found.box.limits],
        ),
        Section(
            title=text("discovery.tallies", lang),
            columns=[text(f"discovery.col.{name}", lang) for name in ("rows", "n", "inside", "coverage", "density",
                                                                     "base")],
            rows=[_row("searched", found.box.tally, lang), _row("fresh", found.fresh, lang)],
        ),
        Section(title=text("discovery.looked", lang), lines=[
            text("report.list.comma", lang).join(fact_name(name, lang) for name in found.names)
        ]),
    ]
    page = Page(
        title=case_words(found, lang), kicker=text("discovery.kicker", lang), facts=facts, sections=sections
    )
    write_page(page, lang, path)


def _row(half: str, tally: Tally, lang: str) -> list[str]:
    return [
        text(f"discovery.half.{half}", lang), str(tally.all_rows), str(tally.rows), percent(tally.coverage),
        percent(tally.density), percent(tally.base_rate),
    ]


def _figures(found: Found, lang: str) -> list[Figure]:
    caption = text("discovery.figure.curve", lang)
    figures = [curve(found, Title("curve", caption, caption), lang)]
    inputs = list(dict.fromkeys(
        limit.input for limit in sorted(found.box.limits, key=lambda limit: limit.quasi_p)
    ))
    if inputs:
        others = [name for name in found.names if name not in inputs]
        pair = (inputs + others)[:2]
        if len(pair) == 2:
            caption = text("discovery.figure.plane", lang)
            names = fact_name(pair[0], lang), fact_name(pair[1], lang)
            figures.insert(0, plane(found, pair, names, Title("plane", caption, caption), lang))
    return figures
