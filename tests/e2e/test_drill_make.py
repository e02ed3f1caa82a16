"""``turnout drill design``, ``package``, ``import`` and then ``review``: the whole way of a small drill."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from commands import Turnout, speak_english
from drill.sheets.edits import cells_of, put, save

from sim.drill.store import read_drill

ROOT = Path(__file__).parents[2]
DESIGN = f"""\
id: small
name: {{zh: 氯乙烯球罐火灾演练, en: Exercise on a fire at a sphere}}
city: {ROOT}/scenarios/shizuishan
hazard: {ROOT}/scenarios/shizuishan/chemicals/vcm-fire.yaml
date: 2027-05-12
window_min: 90
hotwash_min: 15
span_h: 3
alternatives: 1
replications: 20
stress:
  - {{kind: breach, arrival: tank_fire, limit_min: 3, band: [0.0, 1.0]}}
"""

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    speak_english(monkeypatch)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the design, searched and packaged once."""
    folder = tmp_path_factory.mktemp("drill")
    (folder / "small.yaml").write_text(DESIGN, encoding="utf-8")
    return folder


def made(turnout: Turnout, shelf: Path, *words: str) -> str:
    status, out, err = turnout("drill", "package", str(shelf / "small.yaml"), "--out", str(shelf / "out"), "-w", "1",
                               *words)
    assert status == 0, err
    return out + err


def package(shelf: Path) -> Path:
    return shelf / "out" / "small"


def hashes(shelf: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(package(shelf).glob("*.zip"))
    }


def test_design_then_package_then_again(turnout: Turnout, shelf: Path) -> None:
    status, out, err = turnout("drill", "design", str(shelf / "small.yaml"), "--out", str(shelf / "out"), "-w", "1")
    assert status == 0, err
    assert "Alternative 1" in out
    told = made(turnout, shelf)
    assert "using what was found before" in told
    assert "26 of 26" in told or "checks:" in told
    drill = read_drill(package(shelf) / "data" / "drill.json")
    assert drill.stresses[0].met
    assert drill.simulation.replications == 20
    first = hashes(shelf)
    assert len(first) == 2
    made(turnout, shelf)
    assert hashes(shelf) == first
    with ZipFile(next(package(shelf).glob("*参演版.zip"))) as theirs:
        assert not any("MSEL" in name or "drill.json" in name for name in theirs.namelist())


def test_an_edited_list_comes_back_as_the_next_version(turnout: Turnout, shelf: Path, tmp_path: Path) -> None:
    if not package(shelf).exists():
        made(turnout, shelf)
    before = read_drill(package(shelf) / "data" / "drill.json")
    cells = cells_of(next(package(shelf).glob("03*.xlsx")))
    put(cells, "msel", "I-001", "title_zh", "改过的标题")
    put(cells, "msel", "I-001", "title_en", "A changed title")
    edited = save(cells, tmp_path / "edited.xlsx")
    words = ("drill", "import", str(edited), "--drill", str(shelf / "out"))
    status, out, err = turnout(*words)
    assert status == 2, "nobody said yes"
    assert "A changed title" in out
    assert read_drill(package(shelf) / "data" / "drill.json") == before
    status, out, err = turnout(*words, "--yes")
    assert status == 0, err
    after = read_drill(package(shelf) / "data" / "drill.json")
    assert after.overview.version == before.overview.version + 1
    assert next(i for i in after.injects if i.inject_id == "I-001").title.en == "A changed title"
    assert list((shelf / "out" / "imports").glob("v*-edited.xlsx"))


def test_the_log_of_that_drill_is_reviewed_as_it_was_run(turnout: Turnout, shelf: Path, tmp_path: Path) -> None:
    if not package(shelf).exists():
        made(turnout, shelf)
    drill = read_drill(package(shelf) / "data" / "drill.json")
    began = datetime.fromisoformat(f"{drill.overview.date}T{drill.overview.start}")
    log = tmp_path / "log.csv"
    at = {inject.inject_id: inject.ex_min or 0.0 for inject in drill.injects}
    with log.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["演练编号", "时间", "行动编号", "完成情况"])
        for action in (action for action in drill.actions if action.benchmark is not None):
            at[action.action_id] = at[action.predecessor or action.inject_id] + (action.benchmark.p50 or 0.0)
            when = began + timedelta(minutes=round(at[action.action_id]))
            rows.writerow([drill.overview.drill_id, f"{when:%H:%M}", action.action_id, "完成"])
    status, out, err = turnout("drill", "review", str(log), "--drill", str(shelf / "out"), "-n", "20", "-w", "1")
    assert status == 0, err
    assert "0 rejected" in out
    aar = shelf / "out" / "aar"
    assert {"演练评估报告.docx", "AAR-IP.docx", "对比表.xlsx"} <= {path.name for path in aar.iterdir()}
    assert json.loads((aar / "as_run.json").read_text(encoding="utf-8"))


def test_what_cannot_be_is_told_with_a_way_out(turnout: Turnout, shelf: Path, tmp_path: Path) -> None:
    status, _, err = turnout("drill", "package", str(shelf / "small.yaml"), "--out", str(shelf / "out"), "-a", "9")
    assert status == 2
    assert "no alternative 9" in err
    bad = tmp_path / "bad.yaml"
    bad.write_text(DESIGN.replace("2027-05-12", "12 May").replace("window_min: 90", "window_min: 60"), encoding="utf-8")
    bad.write_text(bad.read_text(encoding="utf-8").replace("tank_fire", "tank_fires"), encoding="utf-8")
    status, _, err = turnout("drill", "design", str(bad))
    assert status == 2
    assert "12 May" in err
    bad.write_text(DESIGN.replace("tank_fire", "tank_fires"), encoding="utf-8")
    status, _, err = turnout("drill", "design", str(bad))
    assert status == 2
    assert "tank_fires" in err
    assert "tank_fire" in err.replace("tank_fires", "")
    status, _, err = turnout("drill", "design", str(tmp_path / "nothing.yaml"))
    assert status == 2
    assert "Traceback" not in err
