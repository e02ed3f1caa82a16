"""The rows of one replication: gas and the chain of events, as they are written and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import clouds
import duckdb
import hand_logs
import numpy as np
import pytest
import tiny_world as tw

from sim.common.types import NEVER, Text
from sim.hazard.scenario import Event
from sim.response.log import DONE, PREVENTED
from sim.study.parts import DETAIL, SCHEMA, quoted, write_table
from sim.study.rows import Rows

EVENTS = tuple(
    Event(name=Text(f"事{i}", f"event {i}"), start_min=minute, parent=parent, lon=106.0, lat=39.0, size=1.0, kind=kind,
          only_if=only_if)
    for i, (kind, parent, only_if, minute) in enumerate(
        (("release", -1, -1, 0.0), ("fire", 0, 1, 5.0), ("explosion", 1, 2, 30.0))
    )
)
SPOTS = ((0, 0, 60.0), (1, 1, 40.0))


def written(rows: Rows, folder: Path) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table, columns in rows.tables().items():
        write_table(folder / f"{table}.parquet", table, columns)
        with duckdb.connect() as connection:
            read = connection.execute(f"SELECT * FROM read_parquet({quoted(folder / f'{table}.parquet')})")
            names = [column[0] for column in read.description or ()]
            found[table] = [dict(zip(names, row, strict=True)) for row in read.fetchall()]
    return found


@pytest.fixture
def tables(tmp_path: Path) -> dict[str, list[dict[str, Any]]]:
    city = tw.city()
    release = clouds.release(spots=SPOTS, delay_min=(0.0, 0.0), vessel="V9")
    danger = tw.Danger(
        event=2, issue_from_min=0.0, deadline_min=30.0, strike_min=30.0, evacuate=True, zones=tw.ints([0]),
        people=tw.ints([50]),
    )
    scenario = tw.scenario(
        city, [{"real_min": 0.0}, {"real_min": 5.0}, {"real_min": 30.0}], releases=(release,), events=EVENTS,
        dangers=(danger,),
    )
    gas = hand_logs.gas_log(
        (3, 1), (0.0, 40.0, 0.0, 60.0), aired_kg=70.0, washed_kg=5.0, vessel_kg=900.0, pool_kg=25.0,
        flow_ended_min=0.5, rate_kg_min=np.ones(1) * 70.0,
    )
    states: list[dict[str, Any]] = [{"done": 0.5, "state": DONE}, {"done": 9.0, "state": DONE}, {"state": PREVENTED}]
    log = hand_logs.log(states, gas=(gas,), evacuations=hand_logs.evacuations([(0, 0, 50, 30.0, 10.0, 0.0)]))
    rows = Rows(city, tw.plan())
    rows.add_log("a", 0, log, scenario)
    rows.add_log("b", 0, hand_logs.log(states), tw.scenario(city, [{}] * 3))
    return written(rows, tmp_path)


def test_every_detailed_table_has_all_its_columns(tables: dict[str, list[dict[str, Any]]]) -> None:
    assert set(tables) == set(DETAIL)
    for table in ("demands", "gas", "chain", "evacuation"):
        assert list(tables[table][0]) == list(SCHEMA[table])


def test_a_release_is_one_row(tables: dict[str, list[dict[str, Any]]]) -> None:
    (row,) = tables["gas"]
    assert (row["layout"], row["release"], row["event"], row["vessel"], row["site"]) == ("a", 0, 0, "V9", "")
    assert row["held_kg"] == row["aired_kg"] + row["washed_kg"] + row["vessel_kg"] + row["pool_kg"] == 1000.0
    assert (row["red_people"], row["orange_people"], row["yellow_people"], row["exposed_people"]) == (60, 0, 40, 60)
    assert (row["flow_ended_min"], row["ended_min"], row["closed_by_crews"]) == (0.5, NEVER, 1)
    assert (row["hurt"], row["died_exposed"]) == (0, 0)


def test_the_chain_says_what_came_about(tables: dict[str, list[dict[str, Any]]]) -> None:
    ours = [row for row in tables["chain"] if row["layout"] == "a"]
    assert [(row["kind"], row["parent"], row["start_min"], row["happened"]) for row in ours] == [
        ("release", -1, 0.0, 1), ("fire", 0, 5.0, 1), ("explosion", 1, 30.0, 0)
    ]
    assert (ours[1]["name_zh"], ours[1]["name_en"]) == ("事1", "event 1")
    assert len([row for row in tables["chain"] if row["layout"] == "b"]) == 1


def test_a_burst_that_was_prevented_exposes_nobody(tables: dict[str, list[dict[str, Any]]]) -> None:
    (row,) = tables["evacuation"]
    assert (row["people"], row["by_themselves"], row["strike_min"], row["exposed"]) == (50, 10.0, NEVER, 0.0)
