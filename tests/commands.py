"""What a command gives when a test calls it: see the fixture ``turnout`` of ``tests/e2e/conftest.py``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Result = tuple[int, str, str]
"""Exit status, stdout, stderr."""
Turnout = Callable[..., Result]


def speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine of the test be an English one, whoever runs it."""
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES", "TURNOUT_LANG"):
        monkeypatch.delenv(name, raising=False)
