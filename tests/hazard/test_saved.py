"""A scenario in a folder of tables: the same to the last bit, editable, and clear about what is wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tiny_world as tw

from sim.city.model import City
from sim.city.read import read_city
from sim.common.errors import InputError
from sim.hazard.draw import draw
from sim.hazard.read import read_hazard
from sim.hazard.saved import load_saved, load_scenario, save_scenario
from sim.hazard.scenario import AvoidableLoss, FacilityOut, Scenario, Series
from tests.hazard.saved_folders import about, drop_row, edit, same, set_cell

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "scenarios" / "shizuishan"


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(REFERENCE)


@pytest.mark.parametrize("hazard", ["m55", "m65-day", "m80-1739-night", "random"])
def test_what_is_saved_and_loaded_is_the_same_to_the_last_bit(hazard: str, city: City, tmp_path: Path) -> None:
    spec = read_hazard(REFERENCE / "earthquakes" / f"{hazard}.yaml", city)
    scenario = draw(spec, city, 7, 3)
    save_scenario(scenario, city, tmp_path / "s")
    same(scenario, load_scenario(tmp_path / "s", city))


def test_a_scenario_in_which_nothing_happens_can_be_saved(tmp_path: Path) -> None:
    city = tw.city()
    scenario = tw.scenario(city)
    save_scenario(scenario, city, tmp_path / "s")
    same(dataclasses.replace(scenario), load_scenario(tmp_path / "s", city))


def small(city: City) -> Scenario:
    """Two rescues of two people each, a road to open, an outage."""
    people = [
        {"demand": 1, "work": 20.0, "entrapment": 2, "trapped_death_min": 900.0},
        {"demand": 1, "work": 40.0, "entrapment": 3, "trapped_death_min": 300.0},
        {"demand": 2, "work": 30.0, "entrapment": 2, "zone": 1}, {"severity": 3},
    ]
    rows = [
        {"kind": "road", "real_min": 5.0, "closure": 0}, {"real_min": 10.0, "work": 60.0, "stake": 2.0},
        {"real_min": 11.0, "work": 30.0, "parent": 1, "zone": 1},
    ]
    report = np.arange(12.0).reshape(3, 4) / 16
    draws = {"report": report, "scout": tw.floats([0.1, 0.9]), "access": tw.floats([0, 1, 0.5])}
    return tw.scenario(
        city, rows, casualties=tw.casualties(people), closures=tw.closures([(1, 0.0, tw.NEVER, 0.5)]),
        outages=tw.outages([(0, "communication", 0.0, 600.0)]), displaced=tw.displaced([(0, 15.0, 40)]), draws=draws,
        fields={"intensity": np.array([[7.5, 6.25]])},
    )


@pytest.fixture
def saved(tmp_path: Path) -> tuple[City, Path]:
    city = tw.city()
    save_scenario(small(city), city, tmp_path / "s")
    return city, tmp_path / "s"


def test_tables_say_codes_and_names_not_indices(saved: tuple[City, Path]) -> None:
    _, folder = saved
    first = (folder / "demands.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(",")
    assert first[:5] == ["0", "road", "Z0", "zone 0", "N1"]
    closure = (folder / "closures.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert closure == "0,E1,0.0,,rockfall,,,0.5,0.5,0.5,0.5,0.5,0.5"


def test_rows_may_be_added_and_stand_in_any_order(saved: tuple[City, Path]) -> None:
    city, folder = saved

    def add(rows: list[dict[str, str]]) -> None:
        fire = dict(rows[0], demand="77", kind="fire", real_min="2", noticed_min="", closure="", parent="")
        rows.insert(0, rows.pop())
        rows.append(fire | {name: "" for name in fire if name.startswith("draw_")})

    edit(folder / "demands.csv", add)
    scenario, before = load_scenario(folder, city), small(city)
    assert scenario.demands.kind == ("fire", "road", "job", "job")
    assert scenario.demands.real_min.tolist() == [2.0, 5.0, 10.0, 11.0]
    assert scenario.demands.noticed_min[0] == 2.0  # blank: as soon as it becomes real
    assert scenario.demands.parent.tolist() == [-1, -1, -1, 2]
    assert scenario.casualties.demand.tolist() == [2, 2, 3, -1]
    assert scenario.demands.closure.tolist() == [-1, 0, -1, -1]
    assert scenario.draws["report"][0].tolist() == [0.5] * 4
    assert scenario.draws["report"][1:].tolist() == before.draws["report"].tolist()
    assert scenario.draws["scout"].tolist() == [0.1, 0.9]


def test_demands_keep_the_numbers_of_the_file(saved: tuple[City, Path]) -> None:
    city, folder = saved

    def append(rows: list[dict[str, str]]) -> None:
        rows.append(dict(rows[0], demand="145", kind="fire", real_min="7", noticed_min="", closure="", parent=""))

    edit(folder / "demands.csv", append)
    loaded = load_saved(folder, city)
    assert loaded.scenario.demands.kind == ("road", "fire", "job", "job")
    assert loaded.labels == (0, 145, 1, 2)


def test_a_person_may_be_removed_and_what_is_left_is_played(saved: tuple[City, Path]) -> None:
    city, folder = saved
    drop_row("casualties.csv", 1)(folder)
    loaded = load_saved(folder, city)
    assert loaded.scenario.demands.work_crew_min.tolist() == [small(city).demands.work_crew_min[0], 20.0, 30.0]
    assert [(note.code, note.row, note.value) for note in loaded.notes] == [("saved.work_differs", 3, "60.0")]
    for lang in ("zh", "en"):
        assert "20" in loaded.notes[0].line(lang)
    assert load_saved(folder, city).notes
    edit(folder / "demands.csv", lambda rows: rows[1].update(work_crew_min="20"))
    assert not load_saved(folder, city).notes


def test_a_new_row_may_leave_blank_what_it_does_not_need(saved: tuple[City, Path]) -> None:
    city, folder = saved
    blank = dict.fromkeys(("event", "growth_per_min", "growth_until_min", "watched", "parent", "closure"), "")

    def add(rows: list[dict[str, str]]) -> None:
        rows.append(rows[1] | blank | {"demand": "9", "kind": "fire", "real_min": "20", "noticed_min": ""})

    edit(folder / "demands.csv", add)
    edit(folder / "closures.csv", lambda rows: rows[0].update(prevented_by=""))
    edit(folder / "casualties.csv", lambda rows: rows[3].update(event=""))
    scenario = load_scenario(folder, city)
    assert (scenario.demands.event[3], scenario.demands.growth_per_min[3]) == (0, 0.0)
    assert not scenario.demands.watched[3]
    assert scenario.casualties.event.tolist()[3] == 0
    assert scenario.closures.prevented_by.tolist() == [-1]


def test_an_unknown_kind_names_its_row_beside_all_other_problems(saved: tuple[City, Path]) -> None:
    city, folder = saved
    set_cell("demands.csv", 2, "kind", "dragon")(folder)
    set_cell("demands.csv", 1, "quantity", "many")(folder)
    set_cell("demands.csv", 0, "node", "N9")(folder)
    with pytest.raises(InputError) as raised:
        load_saved(folder, city, ("job", "road"))
    assert {(p.code, p.row, p.column) for p in raised.value.problems} == {
        ("saved.unknown_kind", 4, "kind"), ("not_a_number", 3, "quantity"), ("unknown_reference", 2, "node"),
    }


def test_what_only_follows_from_a_bad_cell_is_not_told(saved: tuple[City, Path]) -> None:
    city, folder = saved
    set_cell("demands.csv", 1, "noticed_min", "soon")(folder)
    with pytest.raises(InputError) as raised:
        load_saved(folder, city)
    assert [p.code for p in raised.value.problems] == ["not_a_number"]


def test_zones_may_stand_in_any_order(saved: tuple[City, Path]) -> None:
    city, folder = saved
    edit(folder / "zones.csv", lambda rows: rows.reverse())
    edit(folder / "fields.csv", lambda rows: rows.reverse())
    same(small(city), load_scenario(folder, city))


def swap(rows: list[dict[str, str]]) -> None:
    rows[1], rows[2] = rows[2], rows[1]


@pytest.mark.parametrize(
    ("damage", "code", "row", "column"),
    [
        (lambda folder: (folder / "scenario.json").unlink(), "saved.not_one", None, None),
        (lambda folder: (folder / "scenario.json").write_text("{", encoding="utf-8"), "bad_yaml", 1, None),
        (about(month=13), "bad_value", 1, "month"),
        (about(city="elsewhere"), "saved.other_city", None, "city"),
        (about(extra=1), "unknown_key", 1, "extra"),
        (lambda folder: (folder / "outages.csv").unlink(), "saved.missing_table", None, None),
        (set_cell("demands.csv", 1, "work_crew_min", "viel"), "not_a_number", 3, "work_crew_min"),
        (set_cell("demands.csv", 1, "real_min", "-1"), "out_of_range", 3, "real_min"),
        (set_cell("casualties.csv", 1, "real_min", "-1"), "out_of_range", 3, "real_min"),
        (set_cell("demands.csv", 1, "quantity", "-1"), "out_of_range", 3, "quantity"),
        (set_cell("demands.csv", 1, "node", "N9"), "unknown_reference", 3, "node"),
        (set_cell("demands.csv", 1, "closure", "5"), "saved.no_such_row", 3, "closure"),
        (set_cell("demands.csv", 1, "parent", "2"), "saved.parent_later", 3, "parent"),
        (set_cell("demands.csv", 1, "noticed_min", "9.5"), "saved.noticed_early", 3, "noticed_min"),
        (set_cell("demands.csv", 2, "demand", "0"), "repeated_id", 4, "demand"),
        (set_cell("casualties.csv", 0, "entrapment", "deep"), "not_a_choice", 2, "entrapment"),
        (set_cell("casualties.csv", 0, "severity", "4"), "out_of_range", 2, "severity"),
        (set_cell("casualties.csv", 3, "event", "1"), "out_of_range", 5, "event"),
        (lambda folder: edit(folder / "casualties.csv", swap), "saved.people_apart", 4, "demand"),
        (drop_row("zones.csv", 1), "saved.zones_missing", None, "zone"),
        (drop_row("fields.csv", 1), "saved.fields_incomplete", None, None),
    ],
)
def test_damage_is_one_clear_problem(
    damage: Callable[[Path], None], code: str, row: int | None, column: str | None, saved: tuple[City, Path]
) -> None:
    city, folder = saved
    damage(folder)
    with pytest.raises(InputError) as raised:
        load_scenario(folder, city)
    assert [(p.code, p.row, p.column) for p in raised.value.problems] == [(code, row, column)]
    for lang in ("zh", "en"):
        assert all(raised.value.lines(lang))


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    city = tw.city()
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OSError, match="s"):
        save_scenario(tw.scenario(city), city, tmp_path / "s")
    assert [path.name for path in tmp_path.rglob("*")] == ["s", "mine.txt"]


def test_what_the_response_decides_on_is_saved_too(tmp_path: Path) -> None:
    city = tw.city()
    drawn = tw.scenario(
        city, [{"work": 5.0}],
        facilities=(FacilityOut(kind="team_place", place="N0", from_min=1.5, to_min=tw.NEVER, prevented_by=0),),
        avoidable=(AvoidableLoss(demand=0, by_min=3.0, zone=1, loss_yuan=1e6),),
        series={"depth_m": Series(minute=tw.floats([0.0, 30.0]), value=np.array([[0.0, 0.1], [0.2, 0.3]]))},
        dangers=(
            tw.Danger(event=0, issue_from_min=0.0, deadline_min=5.0, strike_min=tw.NEVER, evacuate=True,
                      zones=tw.ints([0]), people=tw.ints([9])),
        ),
    )
    save_scenario(drawn, city, tmp_path / "water")
    loaded = load_scenario(tmp_path / "water", city)
    assert loaded.facilities == drawn.facilities
    assert loaded.avoidable == drawn.avoidable
    assert loaded.series["depth_m"].minute.tolist() == [0.0, 30.0]
    assert loaded.series["depth_m"].value.tolist() == [[0.0, 0.1], [0.2, 0.3]]
    assert loaded.dangers[0].evacuate
    assert loaded.dangers[0].strike_min == tw.NEVER
