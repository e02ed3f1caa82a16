"""``turnout discover``: what it cannot be asked is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Turnout


@pytest.mark.parametrize(("asked", "said"), [
    (("--measure", "deaths", "--above", "nan"), "--above: 'nan' is not a number"),
    (("--measure", "deaths", "--above", "1", "--below", "2"), "say what to look at"),
    ((), "say what to look at"),
])
def test_a_question_that_means_nothing_is_told(
    asked: tuple[str, ...], said: str, tmp_path: Path, turnout: Turnout
) -> None:
    manifest = {"identity": {"inputs": {}}, "replications": 0}
    (tmp_path / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    status, _, told = turnout("discover", str(tmp_path), *asked, "--lang", "en")
    assert status == 2
    assert said in told
