"""The checks of a package: a sound drill passes, and each of them finds what it is there to find."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from drill.sample import benchmark, inject, sample

from sim.common.texts import LANGUAGES
from sim.drill.kit.calendar import write_calendars
from sim.drill.kit.cap import write_cap
from sim.drill.kit.checks import PACE_CHECKS, check_package
from sim.drill.kit.checks_files import FILE_CHECKS
from sim.drill.kit.map import write_maps
from sim.drill.kit.package import files_in
from sim.drill.kit.player_readme import write_player_readme
from sim.drill.model import Action, Drill, Inject
from sim.drill.sheets.book import msel_book
from sim.drill.sheets.write import MSEL, write_sheets


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    for write in (write_sheets, write_cap, write_calendars, write_maps, write_player_readme):
        write(sample(), folder)
    for name in ("05_参演手册 Player.docx", "05_Player EN.docx"):
        (folder / name).write_bytes(b"only its name is asked for")
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def failed(drill: Drill, folder: Path) -> dict[str, tuple[str, ...]]:
    found = check_package(drill, files_in(folder))
    return {each.key: each.missing for each in found if not each.passed and each.area == "kit"}


def pace(key: str, drill: Drill) -> list[str]:
    return list(PACE_CHECKS[key](drill))


def with_injects(*more: Inject) -> Drill:
    return replace(sample(), injects=(*sample().injects, *more))


def test_a_sound_package_passes(folder: Path) -> None:
    assert failed(sample(), folder) == {}


def test_every_check_has_a_name_in_both_languages(folder: Path) -> None:
    found = check_package(sample(), files_in(folder))
    assert {each.key for each in found if each.area == "kit"} == {*PACE_CHECKS, *FILE_CHECKS}
    for lang in LANGUAGES:
        names = [each.name(lang) for each in found]
        assert len(set(names)) == len(names)


# ---- pace ------------------------------------------------------------------------------------


def test_injects_too_close_for_one_unit_are_found() -> None:
    assert pace("gaps", with_injects(inject("I-003", "inject", 8.0, 7.0))) == ["I-001–I-003"]
    assert pace("gaps", with_injects(inject("I-003", "inject", 8.0, 7.0, to_unit="U-02"))) == []
    assert pace("gaps", with_injects(inject("I-003", "inject", 10.0, 9.0))) == []
    assert pace("gaps", with_injects(inject("C-003", "contingency", 8.0, 7.0))) == []


def test_an_hour_with_too_many_injects_is_found() -> None:
    def many(count: int) -> Drill:
        return with_injects(*(inject(f"I-{100 + i}", "inject", 70.0 + 4.9 * i, 250.0 + i) for i in range(count)))

    assert pace("rate", many(10)) == []
    assert pace("rate", many(12)) == ["I-111"]


@pytest.mark.parametrize(("minute", "wrong"), [(2.0, True), (5.0, False), (144.9, False), (146.0, True)])
def test_injects_too_soon_or_too_late_are_found(minute: float, wrong: bool) -> None:
    assert pace("ends", with_injects(inject("I-009", "inject", minute, minute))) == (["I-009"] if wrong else [])


def test_a_clock_that_runs_backwards_is_found() -> None:
    assert pace("time_map", sample()) == []
    back = replace(sample(), time_map=((0.0, 0.0), (50.0, 60.0), (40.0, 90.0)))
    assert pace("time_map", back) == ["60–90"]


@pytest.mark.parametrize(("median", "wrong"), [(10.0, False), (35.0, True)])
def test_a_jump_that_cuts_a_timed_action_is_found(median: float, wrong: bool) -> None:
    def change(action: Action) -> Action:
        return replace(action, benchmark=benchmark(median, None)) if action.action_id == "A-001-1" else action

    moved = tuple(replace(i, ex_min=20.0) if i.inject_id == "I-001" else i for i in sample().injects)
    drill = replace(sample(), injects=moved, actions=tuple(map(change, sample().actions)))
    assert pace("protected", drill) == (["A-001-1"] if wrong else [])


# ---- files -----------------------------------------------------------------------------------


def swap_in(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        file = folder / name
        said = file.read_text(encoding="utf-8")
        assert old in said
        file.write_text(said.replace(old, new), encoding="utf-8")

    return change


LATER = inject("I-050", "inject", 90.0, 270.0)


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: next(folder.glob(name)).unlink()


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("cap", remove("10_预警/cap/*.xml")),
        ("no_actual", lambda folder: (folder / "x.xml").write_text("<alert><status>Actual</status></alert>")),
        ("no_actual", lambda folder: (folder / "x.json").write_text('{"status": "Actual"}')),
        ("no_actual", lambda folder: (folder / "x.ics").write_text("X-STATUS;VALUE=TEXT:x\r\nSTATUS:ACTUAL")),
        ("record", swap_in("data/drill.json", "duty officer", "night porter")),
        ("record", remove("data/drill.json")),
        ("msel", lambda folder: (folder / MSEL).write_bytes(msel_book(with_injects(LATER)))),
        ("calendar", swap_in("09_日历/controllers.ics", "UID:I-002", "UID:I-999")),
        ("map", swap_in("08_地图/layers.geojson", '"id": "U-02"', '"id": "U-99"')),
        ("offline", swap_in("08_地图/map.html", "<body>", '<body><script src="https://tiles.example/x.js"></script>')),
        ("for_players", remove("05_Player EN.docx")),
        ("for_players", remove("08_地图/player/map.html")),
    ],
)
def test_each_check_of_files_finds_its_fault(key: str, change: Callable[[Path], object], folder: Path) -> None:
    change(folder)
    assert set(failed(sample(), folder)) == {key}


def test_a_real_status_in_a_message_is_found_twice(folder: Path) -> None:
    message = next((folder / "10_预警" / "cap").glob("*.xml"))
    message.write_text(message.read_text(encoding="utf-8").replace(">Exercise<", ">Actual<"), encoding="utf-8")
    assert set(failed(sample(), folder)) == {"cap", "no_actual"}


def test_an_action_without_a_line_in_the_log_is_found(folder: Path) -> None:
    more = replace(sample().actions[0], action_id="A-001-9")
    drill = replace(sample(), actions=(*sample().actions, more))
    assert failed(drill, folder)["log"] == ("A-001-9",)


def test_a_blind_drill_with_a_map_for_players_is_found(folder: Path) -> None:
    blind = replace(sample(), overview=replace(sample().overview, notice="blind"))
    found = failed(blind, folder)["for_players"]
    assert "08_地图/player/map.html" in found
    assert "09_日历/players.ics" in found
