"""How long a drill takes to make: a draft (30 copies) and a drill to publish (200), against playing one copy.

    PYTHONPATH=.:tests python tests/benchmarks/drill_numbers.py [design.yaml] [workers]

The ratio to one copy is what a change of the program moves; seconds depend on the machine.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.cli.drill_make import shipped_beside
from sim.drill.ask.read import read_design, read_inputs
from sim.drill.build.build import World, build_drill
from sim.drill.copies import play_copy
from sim.drill.kit.package import write_package
from sim.drill.seek.found import read_found
from sim.drill.seek.search import stage_of
from sim.study.run import cores

DESIGN = Path(__file__).parents[2] / "experiments/drills/earthquake-day.yaml"
COPIES = (30, 200)


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else DESIGN
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else cores()
    design = read_design(file)
    inputs = read_inputs(design)
    choice = read_found(shipped_beside(design), design).choices[0]
    world = World(city=inputs.city, plan=inputs.plan, stage=stage_of(design, inputs, choice))
    play_copy(world.city, world.plan, world.stage, 0)
    one_s = timed(lambda: [play_copy(world.city, world.plan, world.stage, n) for n in range(10)]) / 10
    print(f"{design.design_id}: one copy {one_s:.3f} s, {workers} workers")
    for copies in COPIES:
        began = time.perf_counter()
        drill = build_drill(design, choice, world, replications=copies, workers=workers)
        built_s = time.perf_counter() - began
        with TemporaryDirectory() as folder:
            papers_s = timed(lambda: write_package(drill, Path(folder)))  # noqa: B023 - called at once
        whole_s = built_s + papers_s
        print(
            f"{copies:4d} copies: {whole_s:6.1f} s (drill {built_s:.1f}, package {papers_s:.1f}); "
            f"{whole_s / one_s:.0f} times one copy, {whole_s / one_s / copies:.2f} a copy"
        )


if __name__ == "__main__":
    main()
