"""The speed figures, as ratios of interleaved rounds in one process.

Run: ``python run.py bench [dispatch|model|chemical|study]``
"""

from __future__ import annotations

import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import simpy  # noqa: E402 - the paths above come first

from sim.hazard.draw import draw  # noqa: E402
from sim.measure.measures import measure  # noqa: E402
from sim.response.respond import respond  # noqa: E402
from sim.study.compare import compare  # noqa: E402
from sim.study.inputs import load  # noqa: E402
from sim.study.read import read_study  # noqa: E402
from sim.study.run import run_study  # noqa: E402
from tests.benchmarks.chemical_numbers import CASCADES, CHEMICALS  # noqa: E402
from tests.benchmarks.dispatch_workload import Limit, workload  # noqa: E402

LAYOUTS = tuple(
    ROOT / "experiments" / "layouts" / f"{name}.yaml" for name in ("current", "forward-depots", "spread-rescue")
)
SCENARIOS = (
    "m55", "m65-day", "m80-1739-night", "random", "dawukou-50y-night", "storm-2018-07-22", "river-100y",
)


def cpu_s(job: Callable[[], object]) -> float:
    began = time.process_time()
    job()
    return time.process_time() - began


def interleaved(jobs: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Return the median CPU seconds of each job, taken in turns so that a busy machine slows all alike."""
    times: list[list[float]] = [[] for _ in jobs]
    for _ in range(rounds):
        for job, taken in zip(jobs, times, strict=True):
            taken.append(cpu_s(job))
    return [statistics.median(taken) for taken in times]


def dispatch(rounds: int = 25) -> None:
    """60 crews, 1,000 one-crew demands: the product's response against the tightest loop for the same workload."""
    city, plan, layout, scenario = workload()
    limit = Limit(city, plan, layout, scenario)
    log = respond(city, plan, layout, scenario)
    assert abs(log.demands.done_min - limit.run()).max() == 0.0, "the two give different answers"
    ours, tight = interleaved([lambda: respond(city, plan, layout, scenario), limit.run], rounds)
    print(
        f"dispatch: {1e3 * ours:.1f} ms against {1e3 * tight:.1f} ms of the tight loop: "
        f"{tight / ours:.3f} of the limit (target 0.2)"
    )


def bare_loop(events: int = 30_000) -> int:
    """60 processes that sleep: SimPy with nothing to do."""
    env = simpy.Environment()

    def sleeper():
        for _ in range(events // 60):
            yield env.timeout(1.0)

    for _ in range(60):
        env.process(sleeper())
    env.run()
    return events


def model(replications: int = 6) -> None:
    """Shipped earthquakes and floods: seconds a replication and layout, and events a second beside a bare loop."""
    for name in SCENARIOS:
        timed(name, replications)


def chemical(replications: int = 20, of_the_largest: int = 4) -> None:
    """The shipped chemical accidents and the two cascades, as :func:`model`."""
    for name in (*CHEMICALS, *CASCADES):
        timed(name, of_the_largest if name.startswith("1739") else replications)


def timed(name: str, replications: int) -> None:
    """Print what one replication and layout of the shipped scenario *name* takes."""
    path = next((ROOT / "scenarios" / "shizuishan").glob(f"*/{name}.yaml"))
    inputs = load(ROOT / "scenarios" / "shizuishan", path, LAYOUTS[:1], {}, "benchmark")
    layout, drawing, responding, measuring, bare, events = inputs.layouts[0], 0.0, 0.0, 0.0, 0.0, 0
    respond(inputs.city, inputs.plan, layout, draw(inputs.hazard, inputs.city, 2, 0))
    for replication in range(replications):
        began = time.process_time()
        scenario = draw(inputs.hazard, inputs.city, 2, replication)
        drawn = time.process_time()
        log = respond(inputs.city, inputs.plan, layout, scenario)
        responded = time.process_time()
        measure(log, inputs.city, inputs.plan, layout, scenario)
        measured = time.process_time()
        drawing += drawn - began
        responding += responded - drawn
        measuring += measured - responded
        events += log.events
        bare += cpu_s(bare_loop)
    each = (drawing + responding + measuring) / replications
    rate, free = events / responding, replications * 30_000 / bare
    print(
        f"{name}: {each:.3f} CPU s a replication and layout (draw {drawing / replications:.3f}, "
        f"respond {responding / replications:.3f}, measure {measuring / replications:.3f}); "
        f"{events / replications:,.0f} events, {rate:,.0f}/s: "
        f"{rate / free:.3f} of a bare SimPy loop ({free:,.0f}/s; target 0.25)"
    )


def study(replications: int = 200) -> None:
    """The shipped M 6.5 study with one worker and with two; memory; what common random numbers win."""
    asked = read_study(ROOT / "experiments" / "earthquake-m65.yaml")
    wall = []
    with tempfile.TemporaryDirectory() as folder:
        for workers in (1, 2):
            began = time.monotonic()
            result = run_study(asked, replications=replications, workers=workers, out=Path(folder) / f"w{workers}")
            wall.append(time.monotonic() - began)
            print(
                f"study: {replications} replications x {len(asked.layouts)} layouts, "
                f"{workers} worker(s): {wall[-1]:.1f} s"
            )
        ratios = compare(result).variance_ratio
    print(f"two workers are {wall[0] / wall[1]:.2f} times as fast as one (target 1.8)")
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    own, children = (resource.getrusage(who).ru_maxrss / 1024.0 for who in both)
    print(
        f"memory: {own:.0f} MB in this process, at most {children:.0f} MB in a worker: "
        f"{own + 2 * children:.0f} MB in all (target 1024)"
    )
    for (name, layout), ratio in ratios.items():
        print(f"same disasters: variance of the difference {ratio:.1f} times smaller ({name}, {layout}; target 5)")


PARTS: dict[str, Callable[[], None]] = {
    "dispatch": dispatch, "model": model, "chemical": chemical, "study": study
}


def main(words: list[str]) -> None:
    print(f"Python {platform.python_version()}, SimPy {simpy.__version__}, {platform.machine()}")
    for part in words or PARTS:
        PARTS[part]()


if __name__ == "__main__":
    main(sys.argv[1:])
