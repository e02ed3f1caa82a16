"""The conclusion in words, on the tiny run: layout b meets what layout a misses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sim.common.types import Text
from sim.measure.verdict import Comparison, Pairs, Verdict, ZoneDifference, effect_of, more_is_better
from sim.report.changes import zone_changes
from sim.report.conclusion import Saying, conclusion, not_entered
from sim.report.source import Source
from sim.report.verdicts import equity_blocks, measure_lines, pairing_sentence, verdict_blocks
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
    assert effect_of(0.1, 0.2, up=True) == "better"
    assert effect_of(0.1, 0.2, up=False) == "worse"
    assert effect_of(-0.2, -0.1, up=False) == "better"
    assert effect_of(-0.1, 0.2, up=True) == ""
    assert effect_of(0.0, 0.2, up=True) == ""
    assert effect_of(float("nan"), float("nan"), up=True) == ""


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
    last = against(said(source))
    assert last.startswith(
        "B far & away against A near <by>: clearly better in target relief: share of disasters that keep it +100.0 "
    )
    assert "; target share +63.5 points [+50.3 to +76.7]; " in last
    assert "share relieved within 10 h" not in last  # said once, as the target that it is
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
    assert "still waiting for care at the end −1.0" in against(said(source, turned)).split("clearly worse in ")[0]


def against(sayings: list[Saying]) -> str:
    return next(line.text for line in sayings if " against " in line.text or "相比" in line.text)


def test_no_clear_difference_is_said_too(source_in: Maker) -> None:
    source = source_in("zh")
    same = replace(
        source.comparison,
        verdicts=tuple(replace(row, difference_low=-1.0, difference_high=1.0) for row in source.comparison.verdicts),
        measures=tuple(replace(row, difference_low=-1.0, difference_high=1.0) for row in source.comparison.measures),
    )
    assert [line.text for line in said(source, same)[-2:]] == [
        "“B 远处”与“A 近处”相比：就全市而言，目标和关键指标没有超出偶然波动的差别。",
        "“B 远处”下没有一个乡镇（街道）明显变好或变差。",
    ]


def test_a_target_that_differs_is_told_even_if_no_key_measure_does(source_in: Maker) -> None:
    source = source_in("en")
    only = replace(
        source.comparison,
        measures=tuple(replace(row, difference_low=-1.0, difference_high=1.0) for row in source.comparison.measures),
    )
    assert "; target share +63.5 points [+50.3 to +76.7]. The other targets" in against(said(source, only))
    kept = with_verdict(only, "relief", difference=0.12, difference_low=0.05, difference_high=0.19)
    assert "target relief: share of disasters that keep it +12.0 points [+5.0 to +19.0]" in against(said(source, kept))
    certain = with_verdict(only, "fire", difference=0.1, difference_low=0.1, difference_high=0.1)
    assert "; target fire +0.1 per mille." in against(said(source, certain))  # the ledger has no interval


def with_verdict(comparison: Comparison, target_id: str, **changes: float) -> Comparison:
    def changed(row: Verdict) -> Verdict:
        return replace(row, **changes) if (row.target_id, row.layout_id) == (target_id, "b") else row

    return replace(comparison, verdicts=tuple(changed(row) for row in comparison.verdicts))


def zone_row(zone: str, difference: float, measure: str = "relief_share_10h") -> ZoneDifference:
    effect = effect_of(difference - 0.1, difference + 0.1, up=more_is_better(measure))
    return ZoneDifference(
        measure=measure, layout_id="b", zone=zone, reference=0.9, difference=difference, low=difference - 0.1,
        high=difference + 0.1, effect=effect, pairs=Pairs(better=1, worse=5),
    )


def test_townships_that_lose_are_named_though_the_city_as_a_whole_gains(source_in: Maker) -> None:
    source = source_in("en")
    rows = (
        zone_row("Z0", -0.4), zone_row("Z1", -0.2), zone_row("Z2", 0.3), zone_row("Z1", 0.05),
        zone_row("Z0", -0.15, "rescued_alive_share_72h"),
    )
    lines = [line.text for line in said(source, replace(source.comparison, zones=rows))[-2:]]
    assert lines == [
        (
            "Townships that clearly lose under B far & away: "
            "zone 0: share relieved within 10 h −40.0 points [−50.0 to −30.0]; "
            "zone 1: share relieved within 10 h −20.0 points [−30.0 to −10.0]."
        ),
        (
            "Townships that clearly gain under B far & away: "
            "zone 2: share relieved within 10 h +30.0 points [+20.0 to +40.0]."
        ),
    ]
    table, left_out = zone_changes(
        replace(source.comparison, zones=rows), source.inputs, source.layouts, source.words
    )
    assert [(row.effect, row.zone) for row in table] == [
        ("worse", "zone 0"), ("worse", "zone 1"), ("worse", "zone 0"), ("better", "zone 2"),
    ]
    assert (table[0].reference, table[0].pairs, left_out) == ("90.0%", "better in 1, worse in 5 of 6", 0)


def test_of_many_townships_three_are_named_and_the_others_counted(source_in: Maker) -> None:
    source = source_in("zh")
    base = source.inputs.city.zones
    zones = replace(base, code=tuple(f"Z{i}" for i in range(5)), name=tuple(Text(f"镇{i}", f"T{i}") for i in range(5)))
    inputs = replace(source.inputs, city=replace(source.inputs.city, zones=zones))
    rows = tuple(zone_row(f"Z{i}", -0.9 + 0.1 * i) for i in range(5))
    said_now = conclusion(replace(source.comparison, zones=rows), inputs, source.layouts, source.words)[-1].text
    assert said_now.startswith("“B 远处”下明显变差的乡镇（街道）：镇0：10 小时内得到救助的比例 −90.0 个百分点")
    assert "镇2" in said_now
    assert "镇3" not in said_now
    assert said_now.endswith("；另有 2 个。")


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
    arrival = next(line for line in lines if line.name.startswith("rescue: arrival from known (nine"))
    assert [cell.value for cell in arrival.cells] == ["91 min", "1.0 min"]
    assert arrival.note == "median"
    assert "(median of differences)" in arrival.cells[1].difference
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
