"""The conclusion in plain words: which layout meets which target, by how much, how surely, and what else differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.measure.verdict import Comparison, Verdict, effect_of, more_is_better
from sim.plan.model import Target
from sim.report.changes import zone_sayings
from sim.report.layouts import Named
from sim.report.verdicts import SYMBOLS, difference_of, target_effect
from sim.report.words import Words
from sim.study.model import Inputs

JUDGED = ("met", "missed", "undecided")
MIXED = "mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One line of the conclusion."""

    state: str
    """That of all layouts, ``mixed``, or empty for a line that is about no target."""
    symbol: str
    text: str


def conclusion(comparison: Comparison, inputs: Inputs, layouts: Sequence[Named], words: Words) -> list[Saying]:
    """Return what the comparison says, ready for a mayor: the sum, target by target, layout against layout."""
    sayings = [_plain(_best(comparison, layouts, words))]
    sayings += [_of_target(target, comparison, layouts, words) for target in _judged(comparison, inputs)]
    for layout in layouts[1:]:
        sayings.append(_plain(_against_reference(layout, layouts[0], comparison, inputs, words)))
        sayings += [_plain(line) for line in zone_sayings(layout, comparison, inputs, words)]
    return sayings


def not_entered(comparison: Comparison, inputs: Inputs, words: Words) -> list[str]:
    """Return the names of the targets that nothing was known about: nobody concerned, or nothing entered."""
    known = {verdict.target_id for verdict in comparison.verdicts if verdict.state != "none"}
    unknown = {verdict.target_id for verdict in comparison.verdicts} - known
    return [words.of(target.name) for target in inputs.plan.targets if target.target_id in unknown]


def _plain(text: str) -> Saying:
    return Saying(state="", symbol="", text=text)


def _judged(comparison: Comparison, inputs: Inputs) -> list[Target]:
    judged = {verdict.target_id for verdict in comparison.verdicts if verdict.state in JUDGED}
    return [target for target in inputs.plan.targets if target.target_id in judged]


def _best(comparison: Comparison, layouts: Sequence[Named], words: Words) -> str:
    """Say which layout meets all, or most, of the targets that could be judged."""

    def count(layout: Named, states: Sequence[str]) -> int:
        return sum(v.layout_id == layout.layout_id and v.state in states for v in comparison.verdicts)

    judged = max((count(layout, JUDGED) for layout in layouts), default=0)
    met = {layout.label: count(layout, ("met",)) for layout in layouts}
    if not judged:
        return words("conclusion.nothing")
    whole = [layout.label for layout in layouts if 0 < count(layout, JUDGED) == met[layout.label]]
    if whole:
        return words("conclusion.all_met", layouts=words.listed(whole))
    most = max(met.values())
    if len(layouts) == 1:
        return words("conclusion.met_of", layout=layouts[0].label, met=most, judged=judged)
    leaders = [label for label, number in met.items() if number == most]
    if len(leaders) == len(layouts):
        return words("conclusion.all_same", met=most, judged=judged)
    return words("conclusion.most_met", layouts=words.listed(leaders), met=most, judged=judged)


def _of_target(target: Target, comparison: Comparison, layouts: Sequence[Named], words: Words) -> Saying:
    """Say how the layouts stand against *target*, with estimates and intervals."""
    rows = {verdict.layout_id: verdict for verdict in comparison.verdicts if verdict.target_id == target.target_id}
    ours = [(layout, rows[layout.layout_id]) for layout in layouts if layout.layout_id in rows]
    states = {verdict.state for _, verdict in ours}
    values = [_value(verdict, target, words) for _, verdict in ours]
    state: str = MIXED
    if len(states) == 1:
        state = next(iter(states))
        if len(set(values)) == 1:
            said = words("conclusion.each", value=values[0]) if len(ours) > 1 else values[0]
        else:
            said = words.listed([f"{layout.tag} {value}" for (layout, _), value in zip(ours, values, strict=True)])
        key = "conclusion.all" if len(ours) > 1 else "conclusion.one"
        verdict = words(key, state=words(f"state.{state}"), values=said)
    else:
        parts = [
            words("conclusion.part", layout=layout.tag, state=words(f"state.{row.state}"), value=value)
            for (layout, row), value in zip(ours, values, strict=True)
        ]
        verdict = words("list.semicolon").join(parts)
    text = words("conclusion.target", target=words.of(target.name), limit=words.limit(target), verdict=verdict)
    return Saying(state=state, symbol=SYMBOLS.get(state, "◐"), text=text)


def _value(verdict: Verdict, target: Target, words: Words) -> str:
    shown = words.estimate(target, verdict.estimate)
    return f"{shown} {words.target_span(target, verdict.low, verdict.high)}".strip()


def _against_reference(
    layout: Named, reference: Named, comparison: Comparison, inputs: Inputs, words: Words
) -> str:
    """Say which targets and key measures differ from the reference beyond chance."""
    found: dict[str, list[str]] = {"better": [], "worse": []}
    told = set()
    targets = {target.target_id: target for target in inputs.plan.targets}
    for verdict in comparison.verdicts:
        target = targets[verdict.target_id]
        clear = target_effect(verdict, target)
        if verdict.layout_id == layout.layout_id and clear:
            found[clear].append(_target_change(verdict, target, words))
            if target.statistic == "mean":
                told.add(target.measure)
    for row in comparison.measures:
        clear = effect_of(row.difference_low, row.difference_high, up=more_is_better(row.measure))
        if row.layout_id == layout.layout_id and clear and row.measure not in told:
            gap = difference_of(row, words)
            found[clear].append(words("conclusion.change", measure=words.measure(row.measure), difference=gap))
    if not any(found.values()):
        return words("conclusion.no_difference", layout=layout.label, reference=reference.label)
    parts = [
        words(f"conclusion.{clear}", changes=words("list.semicolon").join(changes))
        for clear, changes in found.items()
        if changes
    ]
    text = words("list.clause").join(parts)
    return words("conclusion.against", layout=layout.label, reference=reference.label, parts=text)


def _target_change(verdict: Verdict, target: Target, words: Words) -> str:
    gap = words.target_gap(
        target, verdict.difference, verdict.difference_low, verdict.difference_high, verdict.pairs
    )
    name = words.of(target.name)
    if target.statistic == "share_of_replications":
        name = words("conclusion.kept", target=name)
    return words("conclusion.change", measure=name, difference=" ".join(gap).strip())
