"""What players may call a drill: nothing of an unannounced one's name or number reaches them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from drill.sample import sample

from sim.common.types import Text
from sim.drill.kit.package import write_package
from sim.drill.model import Drill
from sim.drill.public import for_players, public_id


def named(notice: str) -> Drill:
    base = sample()
    name = Text("液氯泄漏双盲演练", "Blind exercise on chlorine")
    return replace(base, overview=replace(base.overview, notice=notice, name=name, drill_id="chlorine-blind"))


def test_an_announced_drill_keeps_its_name() -> None:
    for notice in ("scripted", "announced"):
        assert for_players(named(notice)) == named(notice)


@pytest.mark.parametrize("notice", ["blind", "window"])
def test_the_players_set_of_an_unannounced_drill_tells_neither_name_nor_number(notice: str, tmp_path: Path) -> None:
    drill = named(notice)
    result = write_package(drill, tmp_path)
    theirs = next(path for path in result.zips if "参演版" in path.name)
    assert theirs.name.startswith(public_id("chlorine-blind", notice))
    with ZipFile(theirs) as packed:
        said = "".join(packed.namelist()) + "".join(packed.read(n).decode("utf-8", "ignore") for n in packed.namelist())
    assert "chlorine" not in said
    assert "液氯" not in said
    assert any("导调版" in path.name and path.name.startswith("chlorine-blind") for path in result.zips)


def test_the_number_for_players_is_the_same_every_time_and_differs_between_drills() -> None:
    assert public_id("a", "blind") == public_id("a", "blind") != public_id("b", "blind")
    assert public_id("a", "announced") == "a"
