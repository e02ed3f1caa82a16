"""Comparison of a finished run, on a run folder made by hand: forty replications, numbers known beforehand."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_world as tw

from sim.common.types import NEVER, Text
from sim.measure.verdict import Comparison, Pairs, Verdict, ZoneDifference, zone_difference
from sim.plan.ledger import Ledger
from sim.plan.model import Target
from sim.study.compare import compare, key_measures, worst_zone, write_verdicts, zone_table
from sim.study.model import Inputs, Study
from sim.study.parts import write_table
from sim.study.rows import names
from sim.study.run import RunResult
from sim.study.samples import ZoneTable, read_zone_pairs
from sim.study.zone_differences import size_of, worst_first

N = 40
NAN = math.nan


def target(target_id: str, measure: str, statistic: str, sense: str, limit: float, kind: str = "simulated") -> Target:
    return Target(
        target_id=target_id, name=Text("指标", target_id),
        clause=tw.text("条款"), source="", kind=kind, measure=measure, statistic=statistic, sense=sense, limit=limit,
        unit=tw.text("h"), assurance=0.9,
    )


TARGETS = (
    target("relief_time", "relief_p100_h", "share_of_replications", "<=", 10.0),
    target("relief_share", "relief_share_10h", "mean", ">=", 0.9),
    target("firefighters", "firefighters_permille", "value", ">=", 0.4, kind="ledger"),
    target("ledger_training", "ledger_training", "value", ">=", 1.0, kind="ledger"),
    target("death_rate", "death_rate", "mean", "<", 1.0, kind="yearly"),
    target("warning_coverage", "warning_coverage_share", "mean", ">=", 0.9),
)

SHARE_A = np.linspace(0.5, 0.9, N)
SHARE_B = np.clip(SHARE_A + 0.08 + 0.01 * np.sin(np.arange(N)), 0, 1)

MEASURES: dict[str, dict[str, Any]] = {
    "a": {
        "relief_p100_h": [9.0] * 20 + [NEVER] * 20, "relief_share_10h": SHARE_A, "deaths_later": np.arange(N) % 7 + 5.0,
        "relief_p90_h": [NAN] * 10 + [8.0] * 30, "warning_coverage_share": [NAN] * N,
    },
    "b": {
        "relief_p100_h": [9.0] * 30 + [NEVER] * 10, "relief_share_10h": SHARE_B, "deaths_later": np.arange(N) % 7 + 3.0,
        "relief_p90_h": [NAN] * 10 + [7.0] * 30, "warning_coverage_share": [NAN] * N,
    },
}

ZONES: dict[str, dict[str, Any]] = {
    # Z0 fares worse than Z1 in the mean; Z2 is worst of all but concerned in two replications of forty only.
    "relief_share_10h": {"Z0": SHARE_A - 0.1, "Z1": SHARE_A + 0.1, "Z2": [0.0, 0.0] + [NAN] * 38},
    # Never in Z0 for more than half of the replications: the median is never.
    "relief_p100_h": {"Z0": [9.0] * 18 + [NEVER] * 22, "Z1": [9.0] * 40, "Z2": [NAN] * 40},
}

# Under b, Z0 loses what Z1 gains, and the mean over the two says nothing.
REPORTS_A = np.linspace(0.55, 0.75, N)
SHARE_OF_ZONE = {
    "a": {"Z0": REPORTS_A, "Z1": REPORTS_A},
    "b": {"Z0": REPORTS_A, "Z1": REPORTS_A + 0.1 * np.sin(np.arange(N))},
}
ZONES_OF: dict[str, Any] = {
    "a": {
        "report_share_in_time": {"Z0": REPORTS_A, "Z1": REPORTS_A, "Z2": [0.0, 0.0] + [NAN] * 38},
        "rescued_alive_share_72h": SHARE_OF_ZONE["a"],
    },
    "b": {
        "report_share_in_time": {"Z0": REPORTS_A - 0.2, "Z1": REPORTS_A + 0.2, "Z2": [1.0, 1.0] + [NAN] * 38},
        "rescued_alive_share_72h": SHARE_OF_ZONE["b"],
    },
}


def columns(order: Any = None) -> dict[str, Any]:
    rows = [
        (layout, r, measure, "", float(values[r]))
        for layout, measures in MEASURES.items() for measure, values in measures.items() for r in range(N)
    ]
    rows += [
        (layout, r, measure, zone, float(values[r]))
        for layout in MEASURES for measure, zones in (ZONES | ZONES_OF[layout]).items()
        for zone, values in zones.items() for r in range(N)
    ]
    if order is not None:
        rows = [rows[i] for i in order(len(rows))]
    layout, replication, measure, zone, value = zip(*rows, strict=True)
    return {
        "layout": names(layout), "replication": np.array(replication), "measure": names(measure), "zone": names(zone),
        "value": np.array(value),
    }


def inputs() -> Inputs:
    city = tw.city(nodes=4, edges=((0, 1, 30.0), (1, 2, 30.0), (2, 3, 30.0)), zone_nodes=(1, 2, 3), people=5000)
    plan = replace(tw.plan([tw.kind("fire", law="fire", arrival_limit_min=5.0)]), targets=TARGETS)
    fire = tw.team("T1", people=6)
    ledger = Ledger(teams=(fire,), depots=(), ambulances={}, buses={}, professional_firefighters=6, doubts={})
    layouts = tuple(
        replace(tw.layout([fire, *more]), layout_id=layout_id, name=tw.text(f"布局 {layout_id}"))
        for layout_id, more in (("a", []), ("b", [tw.team("T2", people=3)]))
    )
    return Inputs(city=city, plan=plan, ledger=ledger, layouts=layouts, hazard=None)  # type: ignore[arg-type]


def run_in(folder: Path, order: Any = None) -> RunResult:
    write_table(folder / "measures.parquet", "measures", columns(order))
    study = Study(
        study_id="s", name=tw.text("s"), file=folder / "s.yaml", city=folder, scenario=folder, layouts=(),
        replications=N, seed=1,
    )
    return RunResult(folder=folder, study=study, inputs=inputs(), reused=0, wall_s=1.0, cpu_s=1.0)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    return run_in(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def comparison(run: RunResult) -> Comparison:
    return compare(run)


def verdict(comparison: Comparison, target_id: str, layout: str) -> Verdict:
    found = [v for v in comparison.verdicts if (v.target_id, v.layout_id) == (target_id, layout)]
    assert len(found) == 1
    return found[0]


def test_target_by_target_and_layouts_in_order(comparison: Comparison) -> None:
    shown = ["relief_time", "relief_share", "firefighters", "ledger_training", "warning_coverage"]
    assert [(v.target_id, v.layout_id) for v in comparison.verdicts] == [(t, x) for t in shown for x in ("a", "b")]
    assert comparison.not_shown == ("death_rate",)
    assert (comparison.reference, comparison.n) == ("a", N)


def test_share_of_replications(comparison: Comparison) -> None:
    a, b = (verdict(comparison, "relief_time", layout) for layout in "ab")
    assert (a.n, a.estimate, a.state) == (40, 0.5, "missed")
    assert (b.estimate, b.difference) == (0.75, 0.25)
    assert 0.0 < b.difference_low < 0.25 < b.difference_high
    assert math.isnan(a.difference)
    assert a.median == 9.0


def test_mean_and_its_paired_difference(comparison: Comparison) -> None:
    a, b = (verdict(comparison, "relief_share", layout) for layout in "ab")
    assert a.estimate == pytest.approx(SHARE_A.mean())
    assert b.difference == pytest.approx((SHARE_B - SHARE_A).mean())
    # Paired, the difference is known much better than either mean.
    assert (b.difference_high - b.difference_low) < 0.1 * (b.high - b.low)


def test_worst_township(comparison: Comparison) -> None:
    share = verdict(comparison, "relief_share", "a")
    assert share.worst_zone == "Z0"
    assert share.worst_value == pytest.approx((SHARE_A - 0.1).mean())
    time = verdict(comparison, "relief_time", "a")
    assert (time.worst_zone, time.worst_value) == ("Z0", NEVER)


def test_a_township_hardly_ever_concerned_is_not_the_worst(run: RunResult) -> None:
    table = zone_table(run)
    assert table.measures == ("relief_p100_h", "relief_share_10h", "report_share_in_time", "rescued_alive_share_72h")
    mean = SHARE_A.mean()
    assert table.of("relief_share_10h", "a").tolist() == pytest.approx([mean - 0.1, mean + 0.1, 0.0])
    assert table.rows("relief_share_10h", "a")[1].tolist() == [1.0, 1.0, 0.05]
    assert worst_zone(table, "relief_share_10h", "a", high_is_good=True)[0] == 0
    assert worst_zone(table, "relief_share_10h", "a", high_is_good=False)[0] == 1


def test_of_townships_never_relieved_the_one_with_the_lowest_share_is_the_worst() -> None:
    table = ZoneTable(
        measures=("relief_p100_h", "relief_share_10h"), layouts=("a",), concerned_share=np.ones((2, 1, 3)),
        typical=np.array([[[NEVER] * 3], [[0.9, 0.3, 0.5]]]), never_share=np.array([[[1.0] * 3], [[0.0] * 3]]),
    )
    assert worst_zone(table, "relief_p100_h", "a", high_is_good=False) == (1, NEVER)


def test_no_township_stands_out_where_all_fare_alike() -> None:
    table = ZoneTable(
        measures=("report_share_in_time",), layouts=("a",), concerned_share=np.ones((1, 1, 3)),
        typical=np.ones((1, 1, 3)), never_share=np.zeros((1, 1, 3)),
    )
    zone, value = worst_zone(table, "report_share_in_time", "a", high_is_good=True)
    assert zone == -1
    assert math.isnan(value)


def test_ledger_targets(comparison: Comparison) -> None:
    a, b = (verdict(comparison, "firefighters", layout) for layout in "ab")
    assert (a.n, a.estimate, a.state) == (1, pytest.approx(0.4), "met")
    assert b.estimate == pytest.approx(0.6)
    assert b.difference == pytest.approx(0.2)
    unknown = verdict(comparison, "ledger_training", "a")
    assert (unknown.state, unknown.n) == ("none", 0)


def test_nobody_warnable_gives_no_verdict(comparison: Comparison) -> None:
    assert verdict(comparison, "warning_coverage", "a").state == "none"
    assert verdict(comparison, "warning_coverage", "b").n == 0


def test_measures_beside_the_targets(run: RunResult, comparison: Comparison) -> None:
    rows = {(row.measure, row.layout_id): row for row in comparison.measures}
    assert {measure for measure, _ in rows} == set(key_measures(run.inputs.plan))
    assert "arrival_within_limit_share.fire" in key_measures(run.inputs.plan)
    deaths = rows["deaths_later", "b"]
    assert deaths.difference == pytest.approx(-2.0)
    relief = rows["relief_p90_h", "b"]
    assert (relief.n, relief.estimate, relief.difference) == (30, 7.0, -1.0)


def test_the_gain_of_pairing(comparison: Comparison) -> None:
    assert comparison.variance_ratio["deaths_later", "b"] == math.inf
    expected = (SHARE_A.var() + SHARE_B.var()) / (SHARE_B - SHARE_A).var()
    assert comparison.variance_ratio["relief_share_10h", "b"] == pytest.approx(expected)
    assert expected > 100
    assert ("rescued_alive_share_72h", "b") not in comparison.variance_ratio


def test_equity(comparison: Comparison) -> None:
    row = next(e for e in comparison.equity if (e.measure, e.layout_id) == ("relief_share_10h", "a"))
    assert (row.zones, row.worst_zone) == (2, "Z0")
    low, high = SHARE_A.mean() - 0.1, SHARE_A.mean() + 0.1
    assert (row.worst_fifth, row.best_fifth) == pytest.approx((low, high))
    assert row.gini == pytest.approx((high - low) / 4 / SHARE_A.mean())


def test_townships_that_lose_and_gain_are_found_by_pairs(comparison: Comparison) -> None:
    rows = {(row.measure, row.zone): row for row in comparison.zones}
    assert {row.layout_id for row in comparison.zones} == {"b"}
    loser, gainer = rows["report_share_in_time", "Z0"], rows["report_share_in_time", "Z1"]
    assert (loser.effect, gainer.effect) == ("worse", "better")
    assert loser.difference == pytest.approx(-0.2)
    assert loser.reference == pytest.approx(REPORTS_A.mean())
    assert (loser.pairs.better, loser.pairs.worse, loser.pairs.equal) == (0, 40, 0)
    # Two replications of forty are too few to speak of Z2; in relief no township differs at all.
    assert ("report_share_in_time", "Z2") not in rows
    assert (rows["relief_share_10h", "Z0"].effect, rows["relief_share_10h", "Z0"].pairs.equal) == ("", 40)
    assert [row.zone for row in worst_first(comparison.zones, "worse")] == ["Z0"]


def test_intervals_of_townships_are_wider_for_more_townships(run: RunResult, comparison: Comparison) -> None:
    ours, theirs = read_zone_pairs(run.folder, "report_share_in_time", ("b", "a"), ("Z0", "Z1", "Z2"), N)[1]
    assert ours.tolist() == pytest.approx((REPORTS_A + 0.2).tolist())
    assert theirs.tolist() == pytest.approx(REPORTS_A.tolist())
    rescued_b, rescued_a = (np.asarray(SHARE_OF_ZONE[layout]["Z1"]) for layout in "ba")
    row = next(r for r in comparison.zones if (r.measure, r.zone) == ("rescued_alive_share_72h", "Z1"))
    # One layout against the reference, two townships that count: 2.5 % for each instead of 5 %.
    among_two = zone_difference("rescued_alive_share_72h", "b", "Z1", rescued_b, rescued_a, 0.975)
    alone = zone_difference("rescued_alive_share_72h", "b", "Z1", rescued_b, rescued_a, 0.95)
    assert (row.low, row.high) == pytest.approx((among_two.low, among_two.high))
    assert row.high - row.low > 1.05 * (alone.high - alone.low)


def test_changes_of_unlike_measures_stand_in_one_order() -> None:
    def row(measure: str, reference: float, difference: float) -> ZoneDifference:
        return ZoneDifference(
            measure=measure, layout_id="b", zone="Z", reference=reference, difference=difference, low=0.0, high=0.0,
            effect="worse", pairs=Pairs(),
        )

    assert size_of(row("relief_share_10h", 0.9, -0.4)) == pytest.approx(0.4)
    assert size_of(row("arrival_from_real_p50_min", 60.0, 60.0)) == pytest.approx(0.5)
    assert size_of(row("arrival_from_real_p50_min", 60.0, NEVER)) == 1.0
    assert size_of(row("exposed_people", 100.0, -25.0)) == pytest.approx(0.25)


def test_how_many_of_the_disasters_are_better_or_worse_is_recorded(comparison: Comparison) -> None:
    b = verdict(comparison, "relief_time", "b")
    assert (b.pairs.better, b.pairs.worse, b.pairs.equal) == (10, 0, 30)
    assert verdict(comparison, "relief_time", "a").pairs.n == 0
    deaths = next(r for r in comparison.measures if (r.measure, r.layout_id) == ("deaths_later", "b"))
    assert (deaths.pairs.better, deaths.pairs.n) == (40, 40)


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path, comparison: Comparison) -> None:
    again = compare(run_in(tmp_path, order=lambda n: np.random.default_rng(1).permutation(n)))
    for one, two in zip(comparison.verdicts, again.verdicts, strict=True):
        assert (one.target_id, one.state, one.worst_zone) == (two.target_id, two.state, two.worst_zone)
        assert one.estimate == pytest.approx(two.estimate, nan_ok=True)
        assert one.difference_low == pytest.approx(two.difference_low, nan_ok=True)


def test_verdict_files(tmp_path: Path, run: RunResult, comparison: Comparison) -> None:
    write_verdicts(tmp_path, comparison, run.inputs)
    assert (tmp_path / "verdicts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "verdicts.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 10
    assert rows[0]["layout_zh"] == "布局 a"
    assert rows[0]["difference"] == ""
    assert (rows[0]["worst_zone"], rows[0]["worst_zone_zh"], rows[0]["worst_value"]) == ("Z0", "zone 0", "inf")
    assert (rows[0]["state"], rows[0]["state_en"]) == ("missed", "missed")
    assert float(rows[1]["difference"]) == 0.25
    assert (rows[1]["pairs_better"], rows[1]["pairs_worse"], rows[1]["pairs_equal"]) == ("10", "0", "30")

    def refuse(word: str) -> None:
        raise AssertionError(word)

    content = json.loads((tmp_path / "verdicts.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert content["verdicts"][0]["difference"] is None
    assert content["verdicts"][0]["worst_value"] == "inf"
    assert content["not_shown"] == ["death_rate"]
    assert {row["zone"] for row in content["townships"]} == {"Z0", "Z1"}
    assert any(r["ratio"] == "inf" for r in content["variance_ratio"])
