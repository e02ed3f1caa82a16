"""What a search found, in words: when the stress appears, what sets an alternative apart, how near the best came."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.common.texts import in_a_row, listed
from sim.common.types import Floats, Text
from sim.drill.ask.design_words import capability_name, knob_name, percent, plain_number, told
from sim.drill.design import Choice, Design, Wish
from sim.drill.model import Stress
from sim.drill.seek.play import FEATURES, OUTCOMES, Played, capabilities_of
from sim.drill.seek.tried import Session, Tried
from sim.plan.model import Layout
from sim.study.prim import Limit, Search, discover

LEAST_ROWS = 6
"""Screened disasters that a box must hold."""
APART = 0.5
"""Standard deviations by which an outcome must differ to be told."""
TOLD = 3
"""Outcomes that are told of an alternative."""
DEGREES = ("east_deg", "north_deg")


# ---- plausible -----------------------------------------------------------------------------


def realism_text(design: Design, drawn: int) -> Callable[[float], Text]:
    """Return what says a realism in words: against which disasters it is measured."""
    if design.vary:
        ranges = listed(
            told("range", name=knob_name(name), low=plain_number(low), high=plain_number(high))
            for name, (low, high) in design.vary.items()
        )
        prior = told("prior.vary", ranges=ranges, count=drawn)
    else:
        prior = told("prior.file", count=drawn)
    return lambda share: told("realism", share=percent(share), prior=prior)


# ---- apart ---------------------------------------------------------------------------------


def differs(number: int, outcomes: Sequence[Floats], scale: Floats) -> Text:
    """Return what sets alternative *number* apart: outcomes that are far from the mean of the others, in numbers.

    *scale*: what each outcome varies by among all disasters that were played, shape (OUTCOMES,).
    """
    others = [each for i, each in enumerate(outcomes) if i != number]
    if not others:
        return told("differs_alone")
    mean = np.mean(others, axis=0)
    apart = np.abs(outcomes[number] - mean) / np.where(scale > 1e-12, scale, np.inf)
    far = [int(i) for i in np.argsort(-apart, kind="stable")[:TOLD] if apart[i] > APART]
    if not far:
        return told("differs_little")
    return listed(
        told(
            "differs_part", name=told(f"outcome.{OUTCOMES[i]}"), value=_said(OUTCOMES[i], float(outcomes[number][i])),
            others=_range(OUTCOMES[i], [float(each[i]) for each in others]),
        )
        for i in far
    )


def _range(name: str, values: Sequence[float]) -> str:
    low, high = _said(name, min(values)), _said(name, max(values))
    return low if low == high else f"{low}–{high}"


def _said(name: str, value: float) -> str:
    if name.endswith("_share"):
        return percent(value)
    return f"{value:.2f}°" if name in DEGREES else plain_number(value)


# ---- when ----------------------------------------------------------------------------------


def explained(design: Design, wishes: Sequence[Wish], screened: Sequence[Tried], copies: int) -> Text:
    """Return the box of the screened disasters in which this stress appears mostly; empty if none of them has it.

    A disaster counts if its few copies lie in every band, give or take half a copy.
    """
    cases = np.array([each.meets(wishes, 0.5 / copies) for each in screened], dtype=bool)
    if not cases.any() or cases.all():
        return Text("", "")
    names, columns = _inputs(design, screened)
    found = discover(names, columns, cases, Search(least_rows=min(LEAST_ROWS, len(cases))))
    if not found.limits:
        return told("explained_none", screened=len(cases), cases=int(cases.sum()))
    tally = found.tally
    return told(
        "explained", limits=listed(_limit(limit) for limit in found.limits), coverage=percent(tally.coverage),
        density=percent(tally.density), base=percent(tally.base_rate), screened=len(cases),
    )


def _inputs(design: Design, screened: Sequence[Tried]) -> tuple[list[str], Floats]:
    """Return the names and the values of what may explain: numbers that vary, the hour, teams out, what it is like."""
    columns: dict[str, list[float]] = {
        f"knob.{name}": [dict(each.candidate.changes)[name] for each in screened] for name in design.vary
    }
    if "when.hour" not in design.vary:
        columns["feature.hour"] = [each.played.hour for each in screened]
    columns["feature.teams_out"] = [float(len(each.candidate.out)) for each in screened]
    for i, name in enumerate(FEATURES):
        columns[f"feature.{name}"] = [float(each.played.features[i]) for each in screened]
    vary = {name: column for name, column in columns.items() if len(set(column)) > 1}
    return list(vary), np.array(list(vary.values()), dtype=np.float64).T.reshape(len(screened), -1)


def _limit(limit: Limit) -> Text:
    area, _, name = limit.input.partition(".")
    said = knob_name(name) if area == "knob" else told(f"feature.{name}")
    above = limit.kind in ("at_least", "is_true")
    return told("at_least" if above else "at_most", name=said, value=plain_number(limit.value))


# ---- not quite -----------------------------------------------------------------------------


def nobody(tried: int, least: float) -> Text:
    """Return that no disaster that was looked at is plausible enough."""
    return told("nearest.nobody", count=tried, least=percent(least))


def nearest(session: Session, layout: Layout, choice: Choice, proof: Played) -> Text:
    """Return how near *choice* comes to each band that it misses, what the others reached, and who is busiest."""
    missed = [
        _missed(stress, wish, i, session)
        for i, (stress, wish) in enumerate(zip(choice.stresses, session.wishes, strict=True)) if not stress.met
    ]
    busy = proof.busy.mean(axis=0)
    names = capabilities_of(layout)
    most, least = int(np.argmax(busy)), int(np.argmin(busy))
    resource = told(
        "nearest.resource", capability=capability_name(names[most]), share=percent(float(busy[most])),
        idle=capability_name(names[least]), idle_share=percent(float(busy[least])),
    )
    return in_a_row((told("nearest.lead"), *missed, resource))


def _missed(stress: Stress, wish: Wish, place: int, session: Session) -> Text:
    low = stress.achieved < wish.low
    gap = wish.low - stress.achieved if low else stress.achieved - wish.high
    words = {
        "stress": stress.text, "value": percent(stress.achieved), "low": percent(wish.low), "high": percent(wish.high),
        "gap": percent(gap),
    }
    reached = [each.loads(session.wishes)[place].interval.estimate for each in session.tried.values()]
    said = told("nearest.low", **words) if low else told("nearest.high", **words)
    return in_a_row((said, told("nearest.all", least=percent(min(reached)), most=percent(max(reached)))))
