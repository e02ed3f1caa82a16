"""The run folder: it is continued, never mixed, and says clearly when it cannot be used."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest
from folders import CITY, LAYOUTS

from sim.common.errors import InputError
from sim.common.types import Text
from sim.study.folder import (
    MANIFEST,
    FolderError,
    default_folder,
    differences,
    identity,
    prepare,
    read_manifest,
    write_json,
    write_text,
    writing,
)
from sim.study.model import Study


def study(**changes: Any) -> Study:
    fields: dict[str, Any] = {
        "study_id": "s", "name": Text("试", "s"), "file": Path("/x/s.yaml"), "city": CITY,
        "scenario": CITY / "earthquakes" / "m55.yaml", "layouts": (LAYOUTS / "current.yaml",), "replications": 3,
        "seed": 1,
    }
    return Study(**(fields | changes))


def ident(**changes: Any) -> dict[str, Any]:
    return identity(study(**changes), {"city/a.csv": "1", "program": "2"})


def begun(folder: Path, **changes: Any) -> dict[str, Any]:
    """Leave in *folder* what a run leaves."""
    prepare(folder, ident(**changes), fresh=False)
    manifest = {"identity": ident(**changes), "started": "then"}
    write_json(folder / MANIFEST, manifest)
    return manifest


def test_the_identity_holds_what_decides_the_numbers_and_nothing_else() -> None:
    assert ident() == ident(replications=99, confidence=0.9, chunk=3, name=Text("b", "b"))
    for change in ({"seed": 2}, {"overrides": {"a": 1.0}}, {"study_id": "t"}, {"detail_replications": 5}):
        assert ident() != ident(**change)
        assert default_folder(study(), ident()) != default_folder(study(), ident(**change))


def test_a_folder_is_made_and_continued(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert prepare(folder, ident(), fresh=False) is None
    assert (folder / "parts").is_dir()
    manifest = begun(tmp_path / "c")
    assert prepare(tmp_path / "c", ident(), fresh=False) == manifest


def test_another_run_is_refused_and_what_differs_is_named(tmp_path: Path) -> None:
    begun(tmp_path)
    with pytest.raises(FolderError) as raised:
        prepare(tmp_path, ident(seed=2), fresh=False)
    assert "seed" in raised.value.line("en")
    assert "seed" in raised.value.line("zh")
    before = ident()
    after = {**before, "inputs": {"city/a.csv": "9", "program": "2", "city/b.csv": "1"}}
    assert differences(before, after) == ["city/a.csv", "city/b.csv"]
    assert differences(before, {**before, "inputs": {str(i): "" for i in range(9)}})[-1] == "..."


def test_a_folder_with_other_things_is_refused_even_when_told_to_begin_anew(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine", encoding="utf-8")
    for fresh in (False, True):
        with pytest.raises(FolderError, match="not a run"):
            prepare(tmp_path, ident(), fresh=fresh)
    assert (tmp_path / "letters.txt").read_text(encoding="utf-8") == "mine"


def test_beginning_anew_removes_what_the_run_left_and_nothing_else(tmp_path: Path) -> None:
    begun(tmp_path)
    for name in ("parts/part-0000000-0000001/measures.parquet", "measures.parquet", "report-zh.html", "verdicts.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError):
        prepare(tmp_path, ident(seed=2), fresh=True)  # the note is not ours: it stays, and the folder is not a run's
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"identity": {}}', '{"identity": null}'])
def test_a_damaged_record_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_manifest(tmp_path)
    assert [problem.code for problem in raised.value.problems] == ["study.bad_manifest"]


def test_beginning_anew_removes_every_answer_to_the_run_before(tmp_path: Path) -> None:
    begun(tmp_path)
    answers = ("selection.json", "batch-en.html", "indicators.csv", "indicators-zh.html", "discovery.json")
    for name in answers:
        (tmp_path / name).write_text("", encoding="utf-8")
    prepare(tmp_path, ident(seed=2), fresh=True)
    assert not [name for name in answers if (tmp_path / name).exists()]


def test_what_the_disk_refuses_is_told(tmp_path: Path) -> None:
    for number, code in ((errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"), (errno.EACCES, "not_writable")):
        with pytest.raises(FolderError) as raised, writing(tmp_path):
            raise OSError(number, "why")
        assert raised.value.code == code
        assert raised.value.line("zh")


def test_a_text_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_text(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "new \ud800")
    with pytest.raises(ValueError, match="not JSON"):
        write_json(path, float("nan"))
    assert path.read_text(encoding="utf-8") == "old"
    assert len(list(tmp_path.iterdir())) == 1
    write_json(path, {"名": 1})
    assert json.loads(path.read_text(encoding="utf-8")) == {"名": 1}
