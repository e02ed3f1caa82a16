"""A nudge is read out to players: it says what is missing, not what is expected of whom."""

from __future__ import annotations

import pytest

from sim.common.texts import text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_nudge_holds_nothing_for_the_controller(lang: str) -> None:
    said = text("build.contingency.message", lang, title="<title>", action="<expected action>")
    assert "<title>" in said
    assert "<expected action>" not in said
    assert not any(word in said for word in ("导调", "director", "（", "("))
