"""The table of ``turnout run``: demands that never became real say so and are not among the most urgent."""

from __future__ import annotations

import hand_logs
import pytest
import tiny_world as tw

from sim.cli.play import Played
from sim.cli.say import voice
from sim.cli.tell import tell
from sim.response.log import DONE, PREVENTED


@pytest.mark.parametrize(("lang", "words"), [("zh", "未发生"), ("en", "did not happen")])
def test_a_prevented_demand_did_not_happen(
    lang: str, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "lang", lang)
    monkeypatch.setenv("COLUMNS", "200")
    city, plan = tw.city(), tw.plan([tw.kind("fire", law="fire"), tw.kind("job", priority=5)])
    rows = [{"kind": "fire", "stake": 900.0, "real_min": 30.0}, {"kind": "job", "stake": 2.0, "real_min": 61.0}]
    log = hand_logs.log([{"state": PREVENTED}, {"known": 65.0, "arrived": 90.0, "done": 130.0, "state": DONE}])
    tell(Played(city=city, plan=plan, layout=tw.layout(), scenario=tw.scenario(city, rows), log=log), None, None,
         every_line=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    job, fire = next(line for line in lines if "job" in line), next(line for line in lines if "fire" in line)
    assert lines.index(job) < lines.index(fire)
    assert words in " ".join(fire)
    assert "T+0:30" not in fire
    assert job[-4:] == ["T+1:01", "T+1:05", "T+1:30", "T+2:10"]


@pytest.mark.parametrize(("lang", "told", "not_told"), [
    ("zh", "需求（个）：2", "中毒受伤"), ("en", "demands: 2", "hurt by gas"),
])
def test_what_came_of_it_is_told_in_all_and_what_concerns_nobody_is_not(
    lang: str, told: str, not_told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "lang", lang)
    city, plan = tw.city(), tw.plan([tw.kind("job", priority=5)])
    rows = [{"kind": "job", "stake": 2.0, "real_min": 61.0}, {"kind": "job", "stake": 2.0, "real_min": 62.0}]
    log = hand_logs.log([{"known": 65.0, "arrived": 90.0, "done": 130.0, "state": DONE}] * 2)
    tell(Played(city=city, plan=plan, layout=tw.layout(), scenario=tw.scenario(city, rows), log=log), None, None,
         every_line=False)
    said = capsys.readouterr().out
    assert told in said.splitlines()
    assert not_told not in said
