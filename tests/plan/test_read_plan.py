"""What holds for all layouts of a city: tables that ship, the city's own in their place, mistakes with their place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from folders import CITY, ROOT, Spoil, cell, copy_city, put, replace

from sim.city.read import read_city
from sim.common.errors import InputError
from sim.common.types import NEVER
from sim.plan.model import Plan
from sim.plan.read_plan import read_plan

OWN = "key,value,unit,source,evidence\n"
TABLES = ROOT / "sim" / "plan" / "tables"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(read_city(CITY))


def test_every_target_of_the_plan_is_there_with_its_clause(plan: Plan) -> None:
    limits = {target.target_id: (target.sense, target.limit) for target in plan.targets}
    assert limits["relief_time"] == ("<=", 10.0)
    assert limits["relief_capacity"] == (">=", 7_800.0)
    assert limits["firefighters"] == (">=", 0.4)
    assert limits["reporting"] == (">=", 1.0)
    assert limits["warning_coverage"] == (">=", 0.9)
    assert {"death_rate", "affected_rate", "loss_share", "major_accidents"} <= set(limits)
    for target in plan.targets:
        assert target.clause.zh
        assert target.clause.en
        assert target.name.zh
        assert target.name.en


def test_levels_come_lowest_first_and_each_has_something_that_opens_it(plan: Plan) -> None:
    assert [level.rank for level in plan.levels] == [4, 3, 2, 1]
    magnitudes = [level.indicators["magnitude"] for level in plan.levels]
    assert magnitudes == sorted(magnitudes)
    assert len(set(magnitudes)) == 4


def test_every_kind_can_be_led_and_every_kit_line_can_be_filled(plan: Plan) -> None:
    for kind in plan.kinds.values():
        assert any(skill.leads for skill in kind.skills), kind.kind
        assert kind.unit.zh
        assert kind.unit.en
    for line in plan.kit:
        assert all(plan.items[item].persons_per_item > 0 for item in line.items), line.line_id


def test_fires_have_the_limit_of_the_standard_and_others_none(plan: Plan) -> None:
    assert plan.kinds["fire"].arrival_limit_min == 5.0
    assert plan.kinds["gas_check"].arrival_limit_min == NEVER


def test_leaks_and_tank_fires_are_called_by_the_works_and_can_be_led(plan: Plan) -> None:
    works = {kind.kind for kind in plan.kinds.values() if kind.works_call}
    assert works == {"leak_control", "tank_fire", "tank_cooling"}
    laws = {law: {kind.kind for kind in plan.kinds.values() if kind.law == law} for law in ("entry", "hold")}
    assert laws == {"entry": {"leak_control"}, "hold": {"water_curtain", "decontamination", "tank_cooling"}}
    lead = {name: {s.capability for s in kind.skills if s.leads} for name, kind in plan.kinds.items()}
    assert lead["leak_control"] == {"hazmat"}
    assert lead["tank_fire"] == {"fire", "foam"}
    assert lead["cordon"] == {"security", "evacuation"}
    assert lead["gas_monitoring"] == {"monitoring", "hazmat"}
    assert (plan.kinds["tank_fire"].helper, plan.kinds["tank_fire"].without_helper) == ("foam", 0.3)
    assert plan.levels[0].indicators["chemical_release"] == 1.0


def test_a_table_of_kinds_from_before_the_works_call_still_reads(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    rows = [line.split(",") for line in (TABLES / "demand_kinds.csv").read_text(encoding="utf-8").split("\n")]
    at = rows[0].index("works_call")
    plain = [row for row in rows if len(row) == len(rows[0]) and '"' not in "".join(row)]
    kept = {row[0] for row in plain}
    (folder / "plan" / "demand_kinds.csv").write_text(
        "\n".join(",".join(row[:at] + row[at + 1 :]) for row in plain) + "\n", encoding="utf-8"
    )
    skills = (TABLES / "skills.csv").read_text(encoding="utf-8").splitlines()
    ours = [line for line in skills if line.split(",")[0] in kept | {"kind"}]
    (folder / "plan" / "skills.csv").write_text("\n".join(ours) + "\n", encoding="utf-8")
    kinds = read_plan(read_city(folder)).kinds
    assert "tank_fire" in kinds
    assert not any(kind.works_call for kind in kinds.values())


def test_a_statement_that_nobody_has_entered_is_not_there(plan: Plan, tmp_path: Path) -> None:
    assert plan.statements == {}
    folder = copy_city(tmp_path)
    cell("plan/statements.csv", 2, "value", "0.95")(folder)
    assert read_plan(read_city(folder)).statements == {"ledger_township_bodies": 0.95}


def test_a_table_of_the_city_takes_the_place_of_the_one_that_ships(plan: Plan, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    shutil.copy(TABLES / "kit.csv", folder / "plan" / "kit.csv")
    cell("plan/kit.csv", 2, "per_person", "2")(folder)
    own = read_plan(read_city(folder))
    assert [line.per_person for line in plan.kit[:2]] == [1.0, 1.0]
    assert [line.per_person for line in own.kit[:2]] == [2.0, 1.0]


def test_coefficients_of_the_city_and_of_the_study_replace_ours(plan: Plan, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    key = next(iter(plan.coefficients))
    header = "key,value,unit,source,evidence,low,high,note\n"
    (folder / "plan" / "response.csv").write_text(f"{header}{key},123,x,own survey,L,,,\n", encoding="utf-8")
    city = read_city(folder)
    assert read_plan(city).coefficients[key] == 123.0
    over = read_plan(city, {key: 7.0}, "study.yaml").coefficients.rows[key]
    assert (over.value, over.evidence, over.source) == (7.0, "U", "study.yaml")
    with pytest.raises(InputError) as raised:
        read_plan(city, {"no_such_key": 1.0}, "study.yaml")
    assert [(p.code, p.column) for p in raised.value.problems] == [("unknown_coefficient", "no_such_key")]


def test_every_coefficient_has_unit_source_and_evidence_and_lies_in_its_range(plan: Plan) -> None:
    for row in plan.coefficients.rows.values():
        assert row.source, row.key
        assert row.unit, row.key
        assert row.evidence in "LCKJ", row.key
        assert row.low is None or row.low <= row.value, row.key
        assert row.high is None or row.value <= row.high, row.key


@pytest.mark.parametrize(
    ("spoil", "code", "file", "row", "column"),
    [
        (cell("plan/targets.csv", 2, "limit", "ten"), "not_a_number", "targets.csv", 2, "limit"),
        (cell("plan/targets.csv", 2, "statistic", "maximum"), "not_a_choice", "targets.csv", 2, "statistic"),
        (cell("plan/targets.csv", 2, "assurance", "90"), "out_of_range", "targets.csv", 2, "assurance"),
        (cell("plan/targets.csv", 3, "target_id", "relief_time"), "repeated_id", "targets.csv", 3, "target_id"),
        (cell("plan/mutual_aid.csv", 3, "entry_nodes", "X"), "unknown_reference", "mutual_aid.csv", 3, "entry_nodes"),
        (put("plan/response.csv", f"{OWN}no_such_key,1,min,s,L"), "unknown_coefficient", "response.csv", 2, "key"),
        (put("plan/response.csv", f"{OWN}kit_cold_c,five,min,s,L"), "not_a_number", "response.csv", 2, "value"),
        (cell("plan/mutual_aid.csv", 2, "type", "wizards"), "unknown_reference", "mutual_aid.csv", 2, "type"),
        (cell("plan/mutual_aid.csv", 2, "rank", "5"), "out_of_range", "mutual_aid.csv", 2, "rank"),
        (lambda city: (city / "plan" / "targets.csv").unlink(), "missing_file", "targets.csv", None, None),
        (put("plan/targets.csv", ""), "empty_file", "targets.csv", None, None),
        (replace("plan/targets.csv", "sense", "sens"), "missing_column", "targets.csv", 1, "sense"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    spoil: Spoil, code: str, file: str, row: int | None, column: str | None, tmp_path: Path
) -> None:
    folder = copy_city(tmp_path)
    spoil(folder)
    with pytest.raises(InputError) as raised:
        read_plan(read_city(folder))
    assert (code, file, row, column) in {(p.code, p.file, p.row, p.column) for p in raised.value.problems}
