"""The package as a whole: what lies in it, for whom, equal bytes, and what it does to what lies there already."""

from __future__ import annotations

import errno
import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from drill.sample import sample, text

from sim.common.errors import InputError
from sim.drill.kit import package, swap
from sim.drill.kit.calendar import write_calendars
from sim.drill.kit.layout import PLAYER_README, audience_of
from sim.drill.kit.map import write_maps
from sim.drill.kit.package import PackageResult, files_in, write_package
from sim.drill.model import Drill
from sim.study.folder import FolderError

TABLES = ("benchmarks", "expected_actions", "injects", "objectives", "participants")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> PackageResult:
    return write_package(sample(), tmp_path_factory.mktemp("made"))


def light(monkeypatch: pytest.MonkeyPatch, *writers: object) -> None:
    """Leave out the papers and the checks of files: what is tested is where files go."""
    monkeypatch.setattr(package, "WRITERS", writers or (package.write_player_readme,))
    monkeypatch.setattr(package, "check_package", lambda _drill, _files: ())


def sums(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files_in(folder).items()}


def changed(**fields: object) -> Drill:
    drill = sample()
    return replace(drill, overview=replace(drill.overview, **fields))


def test_every_part_of_the_layout_is_there(made: PackageResult) -> None:
    names = set(files_in(made.folder))
    starts = [
        "00_", "01_", "02_", "03_", "04_", "04a_", "05_", "06_", "07_", "08_地图/map.html", "08_地图/map.svg",
        "08_地图/layers.geojson", "08_地图/player/map.html", "09_日历/controllers.ics", "09_日历/players.ics",
        "10_预警/cap/", "10_预警/cn/", "10_预警/文本.docx", "data/drill.json", "data/checks.json", "manifest.json",
        "data/schema/drill.schema.json", *(f"data/{table}.csv" for table in TABLES),
    ]
    assert [start for start in starts if not any(name.startswith(start) for name in names)] == []
    assert not [name for name in names if name.startswith(("11_", "12_", "13_"))]


def test_the_manifest_tells_the_truth_about_every_file(made: PackageResult) -> None:
    manifest = json.loads((made.folder / "manifest.json").read_text(encoding="utf-8"))
    listed = {each["path"]: each["sha256"] for each in manifest["files"]}
    own = {"manifest.json", *(each.name for each in made.zips)}
    assert listed == {name: value for name, value in sums(made.folder).items() if name not in own}
    assert all(each["bytes"] == (made.folder / each["path"]).stat().st_size for each in manifest["files"])
    simulation = sample().simulation
    assert manifest["drill_id"] == "drill-sample"
    assert manifest["scenario_sha256"] == simulation.scenario_sha256
    assert (manifest["seed"], manifest["replications"]) == (simulation.seed, simulation.replications)
    assert [each["number"] for each in manifest["left_out"]] == ["11", "12", "13"]


def test_controllers_get_all_and_players_what_is_theirs(made: PackageResult) -> None:
    whole, players = (set(zipfile.ZipFile(each).namelist()) for each in made.zips)
    assert whole == {file.relative_to(made.folder).as_posix() for file in made.files}
    assert players == {
        PLAYER_README, "05_Player EN.docx", "05_参演手册 Player.docx", "08_地图/map.html", "08_地图/map.svg",
        "08_地图/map_en.svg", "08_地图/layers.geojson", "09_日历/players.ics",
    }


@pytest.mark.parametrize(
    ("name", "audience"),
    [
        ("05_参演手册 Player.docx", "player"), ("09_日历/players.ics", "player"),
        ("09_日历/controllers.ics", "controller"),
        ("08_地图/player/layers.geojson", "player"), ("08_地图/layers.geojson", "controller"),
        ("04a_情况单_任务卡 Cards.docx", "controller"), ("06_EEG EN.docx", "evaluator"),
        ("manifest.json", "controller"),
        ("data/05_.csv", "controller"), ("replaced/05_参演手册 Player.docx", "controller"), ("anything", "controller"),
    ],
)
def test_audiences(name: str, audience: str) -> None:
    assert audience_of(name) == audience


def test_a_sound_drill_passes_every_check(made: PackageResult) -> None:
    assert [each.key for each in made.checks if not each.passed and each.area == "kit"] == []
    rows = json.loads((made.folder / "data/checks.json").read_text(encoding="utf-8"))["checks"]
    assert [row["key"] for row in rows] == [each.key for each in made.checks]
    assert all(row["name_zh"] and row["name_en"] and row["name_zh"] != row["name_en"] for row in rows)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_lines_say_what_failed_and_what_is_unverified(made: PackageResult, language: str) -> None:
    said = "\n".join(made.lines(language))
    failed = [each.name(language) for each in made.checks if not each.passed]
    assert all(name in said for name in failed)
    assert all(each.name in said for each in made.zips)
    assert made.unchecked == 1
    assert ("待核对" if language == "zh" else "not been verified") in said


def test_equal_drills_give_equal_bytes(made: PackageResult, tmp_path: Path) -> None:
    again = write_package(sample(), tmp_path / "elsewhere")
    assert sums(again.folder) == sums(made.folder)


def test_writing_again_changes_nothing_and_leaves_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    light(monkeypatch)
    before = sums(write_package(sample(), tmp_path).folder)
    assert sums(write_package(sample(), tmp_path).folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["drill-sample"]


def test_progress_rises_to_all_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    light(monkeypatch)
    told: list[tuple[int, int]] = []
    write_package(sample(), tmp_path, progress=lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == list(range(len(told)))
    assert told[-1][0] == told[-1][1]


# ---- what lies there already -----------------------------------------------------------------


def test_reviews_and_what_others_put_there_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    light(monkeypatch)
    folder = write_package(sample(), tmp_path).folder
    (folder / "aar").mkdir()
    (folder / "aar" / "findings.csv").write_text("x")
    (folder / "我的照片.jpg").write_bytes(b"photo")
    result = write_package(changed(version=2), tmp_path)
    assert (folder / "aar" / "findings.csv").read_text() == "x"
    assert (folder / "我的照片.jpg").read_bytes() == b"photo"
    assert not [name for name in zipfile.ZipFile(result.zips[0]).namelist() if "aar" in name or "照片" in name]


def test_files_changed_by_hand_are_never_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    light(monkeypatch)
    folder = write_package(sample(), tmp_path).folder
    for words in ("first", "second"):
        (folder / PLAYER_README).write_text(words)
        write_package(sample(), tmp_path)
    kept = sorted(file.read_text() for file in (folder / "replaced").iterdir())
    assert kept == ["first", "second"]
    assert sample().overview.name.zh in (folder / PLAYER_README).read_text(encoding="utf-8-sig")


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "drill-sample").mkdir()
    (tmp_path / "drill-sample" / "thesis.docx").write_bytes(b"mine")
    with pytest.raises(InputError) as refused:
        write_package(sample(), tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["kit.not_a_package"]
    assert (tmp_path / "drill-sample" / "thesis.docx").read_bytes() == b"mine"


def test_the_package_of_another_drill_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    light(monkeypatch)
    write_package(sample(), tmp_path).folder.rename(tmp_path / "other")
    with pytest.raises(InputError) as refused:
        write_package(changed(drill_id="other"), tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["kit.other_drill"]
    lines = [line for lang in ("zh", "en") for line in refused.value.lines(lang)]
    assert all("drill-sample" in line and "other" in line for line in lines)


@pytest.mark.parametrize("drill_id", ["", "..", ".", "a/b", "../up", "a\\b"])
def test_a_number_that_is_no_name_of_a_folder_is_refused(drill_id: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        write_package(changed(drill_id=drill_id), tmp_path / "out")
    assert [problem.code for problem in refused.value.problems] == ["kit.bad_id"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("broken"), OSError(errno.ENOSPC, "No space left")])
def test_no_half_package_and_the_old_one_stays(
    error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    light(monkeypatch)
    before = sums(write_package(sample(), tmp_path).folder)

    def fails(_drill: Drill, folder: Path) -> list[Path]:
        (folder / "half.docx").write_bytes(b"half")
        raise error

    light(monkeypatch, package.write_player_readme, fails)
    expected = FolderError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected) as told:
        write_package(changed(version=2), tmp_path)
    assert sums(tmp_path / "drill-sample") == before
    assert [path.name for path in tmp_path.iterdir()] == ["drill-sample"]
    if isinstance(told.value, FolderError):
        assert told.value.code == "disk_full"


def test_the_old_package_comes_back_if_the_last_step_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    light(monkeypatch)
    folder = write_package(sample(), tmp_path).folder
    before = sums(folder)
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name == swap.NEW:
            raise OSError(errno.EACCES, "denied")
        return rename(self, target)

    monkeypatch.setattr(swap.Path, "rename", fails)
    with pytest.raises(FolderError):
        write_package(changed(version=2), tmp_path)
    monkeypatch.setattr(swap.Path, "rename", rename)
    assert sums(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["drill-sample"]


def test_what_a_killed_writer_left_is_put_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    light(monkeypatch)
    folder = write_package(sample(), tmp_path).folder
    (folder / "note.txt").write_text("mine")
    work = tmp_path / ".tmp-drill-sample"
    (work / swap.NEW).mkdir(parents=True)
    (work / swap.NEW / "half.docx").write_bytes(b"half")
    folder.rename(work / swap.OLD)
    write_package(sample(), tmp_path)
    assert (folder / "note.txt").read_text() == "mine"
    assert not (folder / "half.docx").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["drill-sample"]


# ---- players ---------------------------------------------------------------------------------


def test_players_of_a_blind_drill_get_neither_map_nor_calendar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    light(monkeypatch, write_maps, write_calendars, package.write_player_readme)
    result = write_package(changed(notice="blind"), tmp_path / "blind")
    assert zipfile.ZipFile(result.zips[1]).namelist() == [PLAYER_README]
    told = write_package(sample(), tmp_path / "told")
    assert len(zipfile.ZipFile(told.zips[1]).namelist()) == 6


def test_a_package_that_leaks_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drill = sample()
    secret = next(each.message for each in drill.injects if each.inject_id == "I-002")
    light(monkeypatch)
    with pytest.raises(InputError) as refused:
        write_package(changed(safety_word=text(f"停！{secret.zh}", "stop")), tmp_path)
    assert refused.value.problems
    assert all(problem.code.startswith("kit.leak.") for problem in refused.value.problems)
    assert all(problem.file == PLAYER_README for problem in refused.value.problems)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("notice", ["announced", "window", "blind", "scripted"])
def test_the_players_text_names_what_they_got(notice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    light(monkeypatch)
    said = (write_package(changed(notice=notice), tmp_path).folder / PLAYER_README).read_bytes().decode("utf-8-sig")
    assert ("map.html" in said) is (notice != "blind")
    assert ("players.ics" in said) is (notice != "blind")
    assert sample().overview.safety_word.zh in said
    assert sample().overview.safety_word.en in said


def test_a_second_writer_is_turned_away_and_spoils_nothing(tmp_path: Path) -> None:
    drill = sample()
    place = tmp_path / drill.overview.drill_id
    with swap.staged(place) as stage:
        (stage / "half").write_text("first")
        with pytest.raises(FolderError) as refused:
            write_package(drill, tmp_path)
        assert "busy" in refused.value.code
        assert (stage / "half").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == [drill.overview.drill_id]
    assert (place / "half").read_text() == "first"
