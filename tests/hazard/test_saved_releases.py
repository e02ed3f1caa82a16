"""What leaks, bursts and drifts in a saved scenario: the same to the last bit, editable, checked against the people."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_world as tw
from hypothesis import given
from hypothesis import strategies as st

from sim.city.model import City
from sim.common.document import Form
from sim.common.errors import InputError, Problem
from sim.hazard import saved_form, saved_releases
from sim.hazard.release import Burst, Cells, Exposed, Release, Spots
from sim.hazard.saved import load_saved, load_scenario, save_scenario
from sim.hazard.scenario import AvoidableLoss, Danger, Event, FacilityOut, Scenario
from tests.hazard.saved_folders import about, drop_row, edit, same, set_cell

LEAK, COVER, CURTAIN, TANK, RESCUE = range(5)
"""Demands of the hand-made accident, in the order in which they become real."""


def release(rng: np.random.Generator, first: int, people: int, **changes: Any) -> Release:
    """A release with numbers of every size, *people* of whom it could harm from casualty *first* on."""
    slots, cells, steps, levels, spots = (int(n) for n in rng.integers(1, 5, 5))

    def some(*shape: int, never: float = 0.0) -> Any:
        values = 10.0 ** rng.uniform(-300, 15, shape) * rng.integers(0, 4, shape)
        return np.where(rng.uniform(size=shape) < never, tw.NEVER, values)

    fields: dict[str, Any] = {
        "vessel": "V1", "name": tw.text("tank 1"), "substance": "chlorine", "event": 1, "demand": LEAK, "cover": COVER,
        "curtain": CURTAIN, "decontamination": -1, "monitoring": -1, "cordon": -1, "isolation_m": float(some()),
        "curtain_share": float(rng.uniform()),
        "fixed_curtain_min": float(some(never=0.5)), "start_min": float(some()), "lon": 106.1, "lat": 39.0 + 1e-15,
        "wind_from_deg": rng.uniform(-10, 370, slots), "wind_ms": float(some()), "stability": "F",
        "held_kg": float(some()), "puff_kg": float(some()), "edges_min": np.arange(steps + 1) / 3.0,
        "slot": rng.integers(0, slots, steps), "air_kg": some(steps), "pool_kg": some(steps),
        "evaporation_kg_min_m2": float(some()), "pool_m2_per_kg": float(some()), "bund_m2": float(some(never=0.5)),
        "toxic_n": 2.75, "level_min": 10.0 * np.arange(1.0, levels + 1), "level_mg_m3": some(3, levels, never=0.2),
        "cells": Cells(
            lon=rng.uniform(-180, 180, cells), lat=rng.uniform(-90, 90, cells), radius_m=some(cells),
            reach_mg_m3=some(slots, cells), delay_min=some(cells, never=0.2), puff_mg_m3=some(cells),
            puff_min=some(cells),
        ),
        "spots": Spots(
            cell=rng.integers(0, cells, spots), zone=rng.integers(0, 2, spots), people=some(spots),
            at_work=rng.uniform(size=spots) < 0.5, outdoors_share=rng.uniform(size=spots),
        ),
        "exposed": Exposed(
            first=first, cell=rng.integers(0, cells, people), outdoors=rng.uniform(size=people) < 0.5,
            at_work=rng.uniform(size=people) < 0.5, hurt_load=some(people, never=0.2),
            grave_load=some(people, never=0.5), lethal_load=some(people, never=0.5),
            acts_after_min=some(people, never=0.2), leaves=rng.uniform(size=people) < 0.5,
            heed_draw=rng.uniform(size=people),
        ),
    }
    fields["held_kg"] = fields["puff_kg"] + float(fields["air_kg"].sum() + fields["pool_kg"].sum())
    return Release(**(fields | changes))


def accident(city: City, seed: int = 0, people: tuple[int, int] = (2, 1)) -> Scenario:
    """A plant in which one tank leaks, another bursts unless it is cooled, and two clouds drift over *people*."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = [
        {"kind": "leak_control", "real_min": 1.0}, {"kind": "pool_cover", "real_min": 2.0, "parent": LEAK},
        {"kind": "water_curtain", "real_min": 3.0, "parent": LEAK}, {"kind": "leak_control", "real_min": 40.0},
        {"real_min": 41.0, "work": 20.0, "parent": TANK},
    ]
    in_cloud = {"real_min": tw.NEVER, "contaminated": True}
    hurt = [{"demand": RESCUE, "work": 20.0, "real_min": 41.0, "only_if": TANK, "entrapment": 2}]
    table = tw.casualties([*hurt, *[in_cloud] * sum(people), {"real_min": 0.0, "severity": 3}])
    closures = dataclasses.replace(tw.closures([(1, 1.0, tw.NEVER, 0.0)]), lasts_with=tw.ints([LEAK]))
    events = (
        Event(name=tw.text("shock"), start_min=0.0, parent=-1, lon=106.0, lat=39.0, size=6.0, kind="earthquake"),
        Event(name=tw.text("leak"), start_min=1.0, parent=0, lon=106.1, lat=39.0, size=9e3, kind="release"),
        Event(name=tw.text("burst"), start_min=40.0, parent=1, lon=106.1, lat=39.0, size=1.5, kind="explosion",
              only_if=TANK),
    )
    second = release(
        rng, 1 + people[0], people[1], vessel="V2", demand=TANK, event=2, cover=-1, curtain=-1, substance="ammonia",
    )
    return tw.scenario(
        city, rows, events=events, casualties=table, closures=closures,
        releases=(release(rng, 1, people[0]), second),
        bursts=(Burst(demand=TANK, warned_min=2.5, crews_hurt_share=0.1, place="P1"),),
        dangers=(Danger(event=1, issue_from_min=1.0, deadline_min=tw.NEVER, strike_min=tw.NEVER, evacuate=False,
                        zones=tw.ints([0, 1]), people=tw.ints([9, 8]), release=1),),
    )


def readonly(value: Any) -> Any:
    """Return *value* with every array in it read-only, as all that is drawn."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            readonly(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            readonly(part)
    return value


@given(seed=st.integers(0, 2**32 - 1), people=st.tuples(st.integers(0, 4), st.integers(0, 4)))
def test_what_is_saved_and_loaded_is_the_same_to_the_last_bit(seed: int, people: tuple[int, int]) -> None:
    city = tw.city()
    drawn = accident(city, seed, people)
    with tempfile.TemporaryDirectory() as folder:
        save_scenario(drawn, city, Path(folder) / "s")
        same(drawn, load_scenario(Path(folder) / "s", city))


@pytest.fixture
def saved(tmp_path: Path) -> tuple[City, Path]:
    city = tw.city()
    save_scenario(accident(city), city, tmp_path / "s")
    return city, tmp_path / "s"


def test_a_form_has_every_field_of_its_record() -> None:
    own: dict[type[Any], type[Form]] = {
        Spots: saved_releases.SpotsForm, Cells: saved_releases.CellsForm, Exposed: saved_releases.ExposedForm,
        Release: saved_releases.ReleaseForm, Burst: saved_form.BurstForm, Event: saved_form.EventForm,
        FacilityOut: saved_form.FacilityForm, AvoidableLoss: saved_form.AvoidableForm,
    }
    for record, form in own.items():
        assert {field.name for field in dataclasses.fields(record)} == set(form.model_fields)
    danger = {field.name for field in dataclasses.fields(Danger)}
    assert danger - {"zones"} == set(saved_form.DangerForm.model_fields)


def test_the_file_is_one_to_read(saved: tuple[City, Path]) -> None:
    _, folder = saved
    lines = (folder / "releases.json").read_text(encoding="utf-8").splitlines()
    name = '  "name": {"zh": "tank 1", "en": "tank 1"},'
    assert lines[:4] == ["[", " {", '  "vessel": "V1",', name]
    assert '  "demand": 0,' in lines
    assert any(line.startswith('   "zone": ["Z') for line in lines)
    assert max(len(line) for line in lines) < 200


def test_demands_are_meant_by_their_number_in_the_file(saved: tuple[City, Path]) -> None:
    city, folder = saved

    def later(rows: list[dict[str, str]]) -> None:
        rows[TANK].update(demand="145", real_min="50", noticed_min="50")
        rows[RESCUE].update(parent="", real_min="0", noticed_min="0")
        rows.reverse()

    edit(folder / "demands.csv", later)
    edit(folder / "casualties.csv", lambda rows: rows[0].update(only_if="145"))
    change(folder, 1, demand=145)
    burst = {"demand": 145, "warned_min": 2.5, "crews_hurt_share": 0.1, "place": "P1"}
    about(bursts=[burst])(folder)
    edit_event(folder, 2, only_if=145)
    loaded = load_scenario(folder, city)
    assert loaded.demands.real_min.tolist() == [0.0, 1.0, 2.0, 3.0, 50.0]
    assert [r.demand for r in loaded.releases] == [1, 4]
    assert (loaded.releases[0].cover, loaded.releases[0].curtain, loaded.releases[1].cover) == (2, 3, -1)
    assert loaded.bursts[0].demand == 4
    assert [event.only_if for event in loaded.events] == [-1, -1, 4]
    assert loaded.casualties.only_if[0] == 4
    assert loaded.closures.lasts_with.tolist() == [1]


def test_a_designer_may_change_what_leaks(saved: tuple[City, Path]) -> None:
    city, folder = saved
    steps = len(accident(city).releases[0].air_kg)
    out = {"puff_kg": 5, "air_kg": [3] * steps, "pool_kg": [2] * steps}
    change(folder, 0, held_kg=9000, fixed_curtain_min=None, monitoring=4, **out)
    loaded = load_scenario(folder, city).releases[0]
    assert (loaded.held_kg, loaded.fixed_curtain_min, loaded.monitoring) == (9000.0, tw.NEVER, 4)
    assert loaded.air_kg.dtype == np.float64
    assert loaded.air_kg.tolist() == [3.0] * steps


def test_a_release_may_be_taken_out_with_its_people(saved: tuple[City, Path]) -> None:
    city, folder = saved
    path = folder / "releases.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8"))[:1]), encoding="gb18030")
    drop_row("casualties.csv", 3)(folder)
    about(dangers=[])(folder)
    loaded = load_scenario(folder, city)
    assert [r.vessel for r in loaded.releases] == ["V1"]
    assert len(loaded.casualties) == 4


def test_a_folder_from_before_there_were_releases_can_be_played(tmp_path: Path) -> None:
    city = tw.city()
    before = readonly(tw.scenario(
        city, [{"work": 20.0}], casualties=tw.casualties([{"demand": 0, "work": 20.0, "entrapment": 1}]),
        closures=tw.closures([(0, 0.0, 60.0, 0.5)]),
        dangers=(Danger(event=0, issue_from_min=0.0, deadline_min=5.0, strike_min=9.0, evacuate=True,
                        zones=tw.ints([0]), people=tw.ints([9])),),
    ))
    folder = tmp_path / "s"
    save_scenario(before, city, folder)
    assert not (folder / "releases.json").exists()
    without(folder / "casualties.csv", "only_if", "contaminated")
    without(folder / "closures.csv", "lasts_with")
    content = json.loads((folder / "scenario.json").read_text(encoding="utf-8"))
    del content["bursts"], content["releases"], content["dangers"][0]["release"]
    del content["events"][0]["kind"], content["events"][0]["only_if"]
    (folder / "scenario.json").write_text(json.dumps(content), encoding="utf-8")
    same(before, load_scenario(folder, city))


def without(path: Path, *columns: str) -> None:
    lines = [line.split(",") for line in path.read_text(encoding="utf-8-sig").splitlines()]
    keep = [i for i, name in enumerate(lines[0]) if name not in columns]
    assert len(keep) == len(lines[0]) - len(columns)
    path.write_text("\n".join(",".join(line[i] for i in keep) for line in lines) + "\n", encoding="utf-8")


def change(folder: Path, number: int, **changes: Any) -> None:
    """Change values of a release; a name with two underscores leads into a part of it."""
    path = folder / "releases.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for name, value in changes.items():
        *parts, last = name.split("__")
        target = content[number]
        for part in parts:
            target = target[part]
        target[last] = value(target[last]) if callable(value) else value
    path.write_text(json.dumps(content), encoding="utf-8")


def leak(number: int = 0, **changes: Any) -> Callable[[Path], None]:
    return lambda folder: change(folder, number, **changes)


def edit_event(folder: Path, number: int, **changes: Any) -> None:
    events = json.loads((folder / "scenario.json").read_text(encoding="utf-8"))["events"]
    events[number] |= changes
    about(events=events)(folder)


def more(values: list[Any]) -> list[Any]:
    return [*values, values[-1]]


def problems_after(damage: Callable[[Path], Any], saved: tuple[City, Path]) -> list[Problem]:
    city, folder = saved
    damage(folder)
    with pytest.raises(InputError) as raised:
        load_saved(folder, city)
    found = list(raised.value.problems)
    for problem in found:
        zh, en = problem.line("zh"), problem.line("en")
        assert "{" not in zh + en
        assert any("一" <= letter <= "鿿" for letter in zh)
        assert not any("一" <= letter <= "鿿" for letter in en)
    return found


FIRST, SECOND = ("releases", 1), ("releases", 2)


@pytest.mark.parametrize(
    ("damage", "code", "item", "column"),
    [
        (lambda folder: (folder / "releases.json").unlink(), "saved.missing_table", None, None),
        (lambda folder: (folder / "releases.json").write_text("7", encoding="utf-8"), "bad_value", None, None),
        (lambda folder: (folder / "releases.json").write_text("[1,]", encoding="utf-8"), "saved.bad_json", None, None),
        (leak(held_kg=-1), "bad_value", FIRST, "held_kg"),
        (leak(1, puff_kg=-1e-9), "bad_value", SECOND, "puff_kg"),
        (leak(1, air_kg=lambda v: [-1.0, *v[1:]]), "bad_value", SECOND, "air_kg[0]"),
        (leak(pool_kg=lambda v: [*v[:-1], "viel"]), "bad_value", FIRST, None),
        (leak(spots__people=lambda v: [-1, *v[1:]]), "bad_value", FIRST, "spots.people[0]"),
        (leak(start_min=None), "bad_value", FIRST, "start_min"),
        (leak(cells="none"), "bad_value", FIRST, "cells"),
        (leak(slot=3), "bad_value", FIRST, "slot"),
        (leak(colour="green"), "unknown_key", FIRST, "colour"),
        (leak(held_kg=float("nan")), "bad_value", FIRST, "held_kg"),
        (leak(held_kg=float("inf")), "bad_value", FIRST, "held_kg"),
        (leak(held_kg=0, puff_kg=1), "saved.more_than_held", FIRST, "held_kg"),
        (leak(demand=77), "saved.no_such_row", FIRST, "demand"),
        (leak(demand=COVER), "saved.other_task", FIRST, "demand"),
        (leak(1, demand=CURTAIN), "saved.other_task", SECOND, "demand"),
        (leak(1, cover=77), "saved.no_such_row", SECOND, "cover"),
        (leak(decontamination=77), "saved.no_such_row", FIRST, "decontamination"),
        (leak(event=3), "saved.no_such_event", FIRST, "event"),
        (leak(spots__zone=lambda v: ["Z9"] * len(v)), "unknown_reference", FIRST, "spots.zone[0]"),
        (leak(spots__cell=lambda v: [*v[:-1], 99]), "saved.no_such_index", FIRST, None),
        (leak(exposed__cell=lambda v: [99, *v[1:]]), "saved.no_such_index", FIRST, "exposed.cell[0]"),
        (leak(slot=lambda v: [99, *v[1:]]), "saved.no_such_index", FIRST, "slot[0]"),
        (leak(air_kg=more), "saved.other_length", FIRST, "air_kg"),
        (leak(cells__lat=more), "saved.other_length", FIRST, "cells.lat"),
        (leak(cells__reach_mg_m3=more), "saved.other_length", FIRST, "cells.reach_mg_m3"),
        (leak(cells__reach_mg_m3=lambda v: [*v[:-1], []]), "saved.other_length", FIRST, None),
        (leak(spots__at_work=more), "saved.other_length", FIRST, "spots.at_work"),
        (leak(exposed__grave_load=more), "saved.other_length", FIRST, "exposed.grave_load"),
        (leak(level_mg_m3=more), "saved.other_length", FIRST, "level_mg_m3"),
        (leak(edges_min=lambda v: [0.1, *v[1:]]), "saved.not_from_0", FIRST, "edges_min[0]"),
        (leak(edges_min=lambda v: [*v[:-1], 0.0]), "saved.not_rising", FIRST, None),
        (about(bursts=[{"demand": 77, "warned_min": 0, "crews_hurt_share": 0, "place": ""}]), "saved.no_such_row",
         ("bursts", 1), "demand"),
        (lambda folder: edit_event(folder, 2, only_if=77), "saved.no_such_row", ("events", 3), "only_if"),
        (about(dangers=[{"event": 1, "issue_from_min": 0, "deadline_min": None, "strike_min": None, "people": {},
                         "release": 2}]), "saved.no_such_release", ("dangers", 1), "release"),
        (about(facilities=[{"kind": "team_place", "place": "N0", "from_min": 0, "to_min": None, "prevented_by": 77}]),
         "saved.no_such_row", ("facilities", 1), "prevented_by"),
        (about(facilities=[{"kind": "hospital", "place": "H9", "from_min": 0, "to_min": None, "prevented_by": -1}]),
         "unknown_reference", ("facilities", 1), "place"),
        (about(facilities=[{"kind": "team_place", "place": "H0", "from_min": 0, "to_min": None, "prevented_by": -1}]),
         "unknown_reference", ("facilities", 1), "place"),
        (about(avoidable=[{"demand": 0, "by_min": 9, "zone": "Z9", "loss_yuan": 1}]), "unknown_reference",
         ("avoidable", 1), "zone"),
    ],
)
def test_damage_of_a_release_is_one_clear_problem(
    damage: Callable[[Path], Any], code: str, item: tuple[str, int] | None, column: str | None,
    saved: tuple[City, Path],
) -> None:
    found = problems_after(damage, saved)
    assert [(p.code, p.item) for p in found] == [(code, item)]
    assert column is None or found[0].column == column


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (set_cell("casualties.csv", 1, "real_min", "7"), [("saved.exposed_hurt", 3, "real_min")]),
        (set_cell("casualties.csv", 3, "demand", "3"), [("saved.exposed_trapped", 5, "demand")]),
        (set_cell("casualties.csv", 4, "real_min", ""), [("saved.never_hurt", 6, "real_min")]),
        (set_cell("casualties.csv", 1, "real_min", "soon"), [("not_a_number", 3, "real_min")]),
        (set_cell("casualties.csv", 0, "only_if", "77"), [("saved.no_such_row", 2, "only_if")]),
        (set_cell("closures.csv", 0, "lasts_with", "77"), [("saved.no_such_row", 2, "lasts_with")]),
        (set_cell("casualties.csv", 0, "contaminated", "2"), [("out_of_range", 2, "contaminated")]),
        # A row too few: whoever stands behind the last cloud is taken for one of its people.
        (drop_row("casualties.csv", 1), [("saved.exposed_hurt", 5, "real_min")]),
        (leak(1, exposed__first=5), [("saved.exposed_missing", None, "exposed.first")]),
        (leak(exposed__first=10**30), [("saved.exposed_missing", None, "exposed.first")]),
    ],
)
def test_people_in_a_cloud_must_be_those_of_the_table(
    damage: Callable[[Path], Any], expected: list[tuple[str, int | None, str]], saved: tuple[City, Path]
) -> None:
    found = {(p.code, p.row, p.column) for p in problems_after(damage, saved)}
    assert set(expected) <= found
    if expected[0][0] != "saved.exposed_missing":
        assert set(expected) == found


def test_every_problem_of_a_step_is_told_at_once(saved: tuple[City, Path]) -> None:
    def damage(folder: Path) -> None:
        leak(cover=77, air_kg=more)(folder)
        leak(1, event=9)(folder)
        set_cell("casualties.csv", 1, "real_min", "7")(folder)

    assert {p.code for p in problems_after(damage, saved)} == {
        "saved.no_such_row", "saved.other_length", "saved.no_such_event", "saved.exposed_hurt",
    }


def test_what_the_file_cannot_say_is_not_saved(tmp_path: Path) -> None:
    city = tw.city()
    drawn = accident(city)
    bad = dataclasses.replace(drawn, releases=(dataclasses.replace(drawn.releases[0], held_kg=tw.NEVER),))
    with pytest.raises(ValueError, match="held_kg"):
        save_scenario(bad, city, tmp_path / "s")
    assert not list(tmp_path.iterdir())
