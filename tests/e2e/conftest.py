"""Gives commands in the process of the tests."""

from __future__ import annotations

import pytest
from commands import Result, Turnout

from sim.cli import main


@pytest.fixture
def turnout(capsys: pytest.CaptureFixture[str]) -> Turnout:
    """Give a command in this process; returns exit status, stdout, stderr."""

    def call(*words: str) -> Result:
        with pytest.raises(SystemExit) as left:
            main(list(words))
        captured = capsys.readouterr()
        return int(left.value.code or 0), captured.out, captured.err

    return call
