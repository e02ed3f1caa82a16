"""The conclusion in words, on the tiny run: layout b meets what layout a misses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sim.measure.verdict import Comparison, Verdict
from sim.report.conclusion import Saying, conclusion, not_entered
from sim.report.source import Source
from sim.report.verdicts import clearly, equity_blocks, measure_lines, pairing_sentence, verdict_blocks
from sim.study.run import RunResult

Maker = Callable[[str], Source]


def said(source: Source, comparison: Comparison | None = None) -> list[Saying]:
    return conclusion(comparison or source.comparison, source.inputs, source.layouts, source.words)


def with_states(comparison: Comparison, states: dict[tuple[str, str], str]) -> Comparison:
    def changed(verdict: Verdict) -> Verdict:
        state = states.get((verdict.target_id, verdict.layout_id), verdict.state)
        return replace(verdict, state=state)  # type: ignore[arg-type]

    return replace(comparison, verdicts=tuple(changed(verdict) for verdict in comparison.verdicts))


def test_an_interval_without_zero_is_clear_and_the_measure_says_which_way() -> None:
    assert clearly(0.1, 0.2, up=True) == "better"
    assert clearly(0.1, 0.2, up=False) == "worse"
    assert clearly(-0.2, -0.1, up=False) == "better"
    assert clearly(-0.1, 0.2, up=True) == ""
    assert clearly(0.0, 0.2, up=True) == ""
    assert clearly(float("nan"), float("nan"), up=True) == ""


def test_each_target_says_verdict_estimate_and_interval(source_in: Maker) -> None:
    source = source_in("en")
    lines = {line.text.split(" (")[0]: line for line in said(source)}
    assert lines["target relief"].text == (
        "target relief (promised: ≤ 10 h in at least 90% of the disasters): A missed (0.0% [0.0% to 45.9%]); "
        "B undecided (100.0% [54.1% to 100.0%])."
    )
    assert lines["target relief"].state == "mixed"
    assert lines["target fire"].state == "met"
    assert "met under every layout, 0.667 per mille each" in lines["target fire"].text


def test_what_nobody_entered_is_named_and_not_judged(source_in: Maker) -> None:
    source = source_in("en")
    assert not_entered(source.comparison, source.inputs, source.words) == ["target training"]
    assert not any("training" in line.text for line in said(source))
    blocks = verdict_blocks(source.comparison, source.inputs, source.layouts, source.words)
    assert [block.name for block in blocks] == ["target relief", "target share", "target fire"]


def test_the_best_layout_is_named_only_if_it_is_better(source_in: Maker) -> None:
    source = source_in("en")
    first = said(source)[0].text
    assert first == "All layouts meet the same number of targets: 1 of 3. None meets all."
    better = with_states(source.comparison, {("relief", "b"): "met"})
    assert said(source, better)[0].text == "No layout meets all targets; most are met by B far & away: 2 of 3."
    whole = with_states(better, {("share", "b"): "met"})
    assert said(source, whole)[0].text == "B far & away: every target that can be judged is met."


def test_a_single_layout_is_not_compared(source_in: Maker) -> None:
    source = source_in("en")
    alone = replace(source, layouts=source.layouts[:1])
    lines = [line.text for line in said(alone)]
    assert lines[0] == "A near <by> meets 1 of the 3 targets that can be judged."
    assert lines[-1] == "target fire (promised: ≥ 0.4 per mille): met, 0.667 per mille."


def test_clear_differences_to_the_reference_are_told_with_direction(source_in: Maker) -> None:
    source = source_in("en")
    last = said(source)[-1].text
    assert last.startswith("B far & away against A near <by>: clearly better in ")
    assert "share relieved within 10 h +63.5 points [+50.3 to +76.7]" in last
    assert "clearly worse in still waiting for care at the end +1.0" in last  # one more came out alive
    turned = replace(
        source.comparison,
        measures=tuple(
            replace(
                row,
                difference=-row.difference,
                difference_low=-row.difference_high,
                difference_high=-row.difference_low,
            )
            for row in source.comparison.measures
        ),
    )
    assert "clearly better in still waiting for care at the end −1.0" in said(source, turned)[-1].text


def test_no_clear_difference_is_said_too(source_in: Maker) -> None:
    source = source_in("zh")
    same = replace(
        source.comparison,
        measures=tuple(replace(row, difference_low=-1.0, difference_high=1.0) for row in source.comparison.measures),
    )
    assert said(source, same)[-1].text == "“B 远处”与“A 近处”相比：关键指标没有超出偶然波动的差别。"


def test_verdict_lines_show_worst_township_and_paired_difference(source_in: Maker) -> None:
    source = source_in("en")
    blocks = verdict_blocks(source.comparison, source.inputs, source.layouts, source.words)
    reference, other = blocks[1].lines
    assert (reference.difference, reference.clear) == ("reference", "")
    assert reference.worst.startswith("zone 0 (")
    assert (other.difference, other.clear) == ("+63.5 points", "better")
    assert blocks[0].lines[0].middle == "median: never"
    assert blocks[2].lines[0].n == "ledger"


def test_every_layout_has_a_cell_in_every_key_measure(source_in: Maker, played: tuple[RunResult, Comparison]) -> None:
    source = source_in("en")
    lines = measure_lines(source.comparison, source.layouts, source.words)
    assert all(len(line.cells) == 2 for line in lines)
    arrival = next(line for line in lines if line.name.startswith("rescue: arrival (nine"))
    assert [cell.value for cell in arrival.cells] == ["91 min", "1.0 min"]
    assert arrival.note == "median"
    assert arrival.cells[1].difference.startswith("−90 min")


def test_equity_and_pairing_name_measure_and_layout(source_in: Maker) -> None:
    source = source_in("en")
    blocks = dict(equity_blocks(source.comparison, source.inputs, source.layouts, source.words))
    assert [line.label for line in blocks["share relieved within 10 h"]] == ["A near <by>", "B far & away"]
    ratio = replace(
        source.comparison, variance_ratio={("deaths_later", "b"): 4.2, ("relief_share_10h", "b"): float("inf")}
    )
    assert pairing_sentence(ratio, source.layouts, source.words).endswith(
        "later deaths of B far & away by a factor of 4 (10,000 at most is shown)."
    )
