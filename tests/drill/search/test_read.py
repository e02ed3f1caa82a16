"""A designer's file: what it takes, what it fills in, and what it says of each mistake."""

from __future__ import annotations

from pathlib import Path

import folders
import pytest
from drill.search.designs import SMALL, written

from sim.common.errors import InputError
from sim.drill.ask.knobs import Hazards, known_knobs, on_grid
from sim.drill.ask.read import read_design, read_inputs
from sim.drill.seek.stress_words import stress_text

SHIPPED = sorted((folders.ROOT / "experiments" / "drills").glob("*.yaml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.stem)
def test_shipped_designs_are_read_and_their_stresses_said(file: Path) -> None:
    design = read_design(file)
    inputs = read_inputs(design)
    assert design.design_id == file.stem
    for wish in design.wishes:
        said = stress_text(wish, inputs.city, inputs.plan)
        assert said.zh
        assert said.en
        assert "{" not in said.zh + said.en


def test_there_are_shipped_designs_of_each_hazard_a_cascade_a_tabletop_and_a_blind_one() -> None:
    designs = [read_design(file) for file in SHIPPED]
    assert len(designs) >= 6
    for shelf in ("earthquakes", "floods", "chemicals"):
        assert sum(shelf in design.hazard.parts for design in designs) >= 2
    assert any(wish.kind == "cascade" for design in designs for wish in design.wishes)
    assert {design.form for design in designs} == {"field", "tabletop"}
    assert "blind" in {design.notice for design in designs}


def test_a_small_file_is_enough(tmp_path: Path) -> None:
    design = read_design(written(tmp_path))
    assert (design.form, design.notice, design.start, design.utc_offset) == ("field", "announced", "09:00", "+08:00")
    assert (design.window_min, design.span_h, design.alternatives, design.replications) == (180.0, 12.0, 3, 200)
    assert design.wishes[0].params == {"measure": "gas_hurt", "limit": 20.0, "sense": "above"}
    assert all(any(said) for said in (design.host, design.organiser, design.venues, design.safety_word, design.purpose))
    assert design.forbidden
    assert read_inputs(design).layout.layout_id == "ledger"


def test_a_tabletop_has_a_sheet_of_its_own(tmp_path: Path) -> None:
    assert read_design(written(tmp_path, more="form: tabletop\n")).evaluation_template.endswith("tabletop")


def wrong(body: str, folder: Path) -> list[tuple[str, int | None]]:
    with pytest.raises(InputError) as caught:
        read_design(written(folder, body))
    for lang in ("zh", "en"):
        assert all("{" not in line.replace("{kind", "") for line in caught.value.lines(lang))
    return [(problem.code, problem.row) for problem in caught.value.problems]


def with_stress(line: str) -> str:
    return SMALL[: SMALL.index("  - {kind")] + f"  - {{{line}}}\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("kind: breach, measure: gas_hurt, limit: 20, band: [0.4, 1.6]", "design.band"),
        ("kind: breach, measure: gas_hurt, limit: 20, band: [0.6, 0.4]", "design.band"),
        ("kind: breach, measure: gas_hurd, limit: 20, band: [0, 1]", "design.unknown_word"),
        ("kind: breach, measure: gas_hurt, band: [0, 1]", "design.needs"),
        ("kind: breach, limit: 20, band: [0, 1]", "design.one_of"),
        ("kind: breach, arrival: fyre, limit_min: 20, band: [0, 1]", "design.unknown_word"),
        ("kind: utilisation, capability: usr, band: [0, 1]", "design.unknown_word"),
        ("kind: utilisation, capability: usar, team_type: fire, band: [0, 1]", "design.one_of"),
        ("kind: queue, capability: usar, waiting: 2.5, band: [0, 1]", "design.whole"),
        ("kind: queue, band: [0, 1]", "design.needs"),
        ("kind: reporting, deadline_min: -3, band: [0, 1]", "design.outside"),
        ("kind: reporting, deadline_min: 30, depth: 2, band: [0, 1]", "design.not_of_kind"),
        ("kind: contention, first: fire, second: power_repair, band: [0, 1]", "design.no_shared"),
        ("kind: cascade, chain: earthquake>flod, band: [0, 1]", "design.unknown_word"),
        ("kind: decision, rule: colour, measure: deaths, band: [0, 1]", "design.unknown_word"),
        ("kind: equity, zones: [1], band: [0, 1]", "design.unknown_word"),
        ("kind: utilisation, until_min: 721, band: [0, 1]", "design.beyond_span"),
        ("kind: stress, band: [0, 1]", "not_a_choice"),
    ],
)
def test_mistakes_of_a_stress_are_said_with_their_line(line: str, code: str, tmp_path: Path) -> None:
    assert (code, 7) in wrong(with_stress(line), tmp_path)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("start: 25:00\n", "design.clock"), ("utc_offset: east\n", "design.offset"),
        ("window_min: 60\nhotwash_min: 30\n", "design.short_window"), ("window_min: 30\n", "form.at_least"),
        ("units: [T00]\n", "design.unknown_unit"), ("avoid: [cats]\n", "design.unknown_avoid"),
        ("teams_out: 20\nunit: 3\n", "study.unknown_key"), ("evaluation_template: score\n", "design.template"),
        ("vary: {release.hole: [5, 20]}\n", "design.vary_unknown"),
        ("vary: {release.hole_mm: [20, 5]}\n", "design.vary_range"),
        ("vary: {release.hole_mm: [5, 99999]}\n", "design.vary_refused"),
        ("vary: {when.month: [0, 3]}\n", "design.vary_refused"),
        ("layout: nowhere.yaml\n", "study.missing_path"), ("alternatives: 9\n", "form.at_most"),
    ],
)
def test_mistakes_of_the_frame_are_said(more: str, code: str, tmp_path: Path) -> None:
    assert code in [found for found, _ in wrong(SMALL + more, tmp_path)]


@pytest.mark.parametrize("day", ["2027-02-30", "2027-13-01", "tomorrow", "20270101"])
def test_a_day_that_is_none_is_said_and_does_not_crash(day: str, tmp_path: Path) -> None:
    codes = [code for code, _ in wrong(SMALL.replace("2027-06-17", day), tmp_path)]
    assert codes[0] in ("design.date", "no_such_day", "form.not_a_text")


def test_several_mistakes_are_said_at_once_and_by_line(tmp_path: Path) -> None:
    found = wrong(with_stress("kind: breach, measure: gas_hurd, band: [0, 2]") + "units: [T00, T99]\n", tmp_path)
    assert [code for code, _ in found] == [
        "design.band", "design.needs", "design.unknown_word", "design.unknown_unit", "design.unknown_unit",
    ]
    assert [row for _, row in found] == sorted(row or 0 for _, row in found)


def test_near_names_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_design(written(tmp_path, more="units: [T061]\nvary: {release.holemm: [5, 9]}\n"))
    said = "\n".join(caught.value.lines("en"))
    assert "T01" in said or "T06" in said
    assert "release.hole_mm" in said


# ---- numbers of a hazard file --------------------------------------------------------------


def test_numbers_of_a_file_are_known_and_put_in_their_place() -> None:
    city = read_inputs(read_design(SHIPPED[0])).city
    quake, flood = folders.CITY / "earthquakes" / "m65-day.yaml", folders.CITY / "floods" / "flash-random.yaml"
    assert {"magnitude", "epicentre.lon", "when.hour", "overrides.gr_b"} <= set(known_knobs(quake, city))
    assert {"storm.return_period_y", "storm.centre.lon"} <= set(known_knobs(flood, city))
    changed = Hazards.of(quake, city).with_numbers({"magnitude": 6.1, "epicentre.lon": 106.4, "when.month": 3.0})
    assert (changed.magnitude, changed.lon, changed.lat, changed.month) == (6.1, 106.4, 38.89, 3)  # type: ignore[union-attr]
    storm = Hazards.of(flood, city).with_numbers({"storm.return_period_y": 77.0})
    assert storm.return_period_y == 77.0  # type: ignore[union-attr]
    with pytest.raises(InputError):
        Hazards.of(quake, city).with_numbers({"magnitude": 12.0})


@pytest.mark.parametrize(
    ("name", "value", "low", "high", "found"),
    [("magnitude", 6.12345, 6.0, 7.0, 6.12), ("river.peak_m3s", 4321.7, 2000.0, 7000.0, 4320.0),
     ("when.month", 4.4, 3.0, 5.0, 4.0), ("release.hole_mm", 40.0, 8.0, 30.0, 30.0)],
)
def test_numbers_have_as_many_digits_as_a_reader_needs(
    name: str, value: float, low: float, high: float, found: float
) -> None:
    assert on_grid(name, value, low, high) == found


def test_a_tabletop_has_one_venue() -> None:
    held = {design.form: design.venues.zh for design in map(read_design, SHIPPED)}
    assert held["tabletop"].endswith("指挥中心")
    assert held["field"].endswith("驻地")
