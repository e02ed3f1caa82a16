"""``turnout select`` as a planner gives it: the answer in both languages, and what cannot be selected by."""

from __future__ import annotations

from pathlib import Path

from commands import Turnout
from folders import copy_examples

SMALL = """\
id: small
name: {zh: 小试验, en: A small study}
city: ../scenarios/shizuishan
scenario: ../scenarios/shizuishan/earthquakes/m55.yaml
layouts: [layouts/current.yaml, layouts/winter-reserve.yaml]
replications: 20
seed: 5
"""


def test_a_planner_is_told_which_layout_and_how_surely(tmp_path: Path, turnout: Turnout) -> None:
    here = copy_examples(tmp_path)
    study = here / "experiments" / "small.yaml"
    study.write_text(SMALL, encoding="utf-8")
    asked = ("select", str(study), "--measure", "relief_share_10h", "--delta", "0.02", "--out", str(tmp_path / "run"))
    status, said, _ = turnout(*asked, "--workers", "1", "--lang", "en")
    assert status == 0
    assert "Selected: Winter reserve" in said
    assert "95 % probability" in said
    status, said, _ = turnout(*asked, "--workers", "1", "--lang", "zh")
    assert status == 0
    assert "选定：冬季物资协议储备" in said
    status, said, told = turnout("report", str(tmp_path / "run"), "--lang", "en")
    assert status == 2
    assert "holds a selection" in told
    status, said, told = turnout(*asked[:-4], "--delta", "0", "--alpha", "3", "--lang", "en")
    assert status == 2
    assert "--delta" in told
    assert "--alpha" in told


def test_a_measure_by_which_nothing_can_be_selected_is_a_failure(tmp_path: Path, turnout: Turnout) -> None:
    here = copy_examples(tmp_path)
    study = here / "experiments" / "small.yaml"
    study.write_text(SMALL, encoding="utf-8")
    asked = ("select", str(study), "--measure", "relief_p100_h", "--delta", "1", "--out", str(tmp_path / "run"))
    status, said, told = turnout(*asked, "--workers", "1", "--lang", "en")
    assert status == 2
    assert "Winter reserve" in said
    assert "Refused" in told
