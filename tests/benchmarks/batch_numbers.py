"""Prints the numbers of docs/guides/batch.md: cost and size of a replication, overhead, two workers, memory.

From the root of the checkout, on a quiet machine::

    PYTHONPATH=.:tests python tests/benchmarks/batch_numbers.py [costs|overhead|workers|memory|million]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from batches import quick

from sim.common.types import Text
from sim.hazard.draw import draw
from sim.measure.measures import measure
from sim.response.respond import respond
from sim.study.batch.model import BatchStudy, HazardEntry
from sim.study.batch.run import run_batch
from sim.study.batch.status import status_of
from sim.study.inputs import load
from sim.study.model import Inputs
from sim.study.parts import part_name
from sim.study.run import Progress
from sim.study.work import Job, do_chunk

ROOT = Path(__file__).resolve().parents[2]
CITY = ROOT / "scenarios" / "shizuishan"
HAZARDS = sorted(path for kind in ("earthquakes", "floods", "chemicals") for path in (CITY / kind).glob("*.yaml"))
LAYOUTS = tuple(ROOT / "experiments" / "layouts" / f"{name}.yaml" for name in ("current", "spread-rescue"))
SHORT_S = 6.0
"""Processor seconds that each hazard is measured for."""


def batch(hazards: Sequence[str], **changes: object) -> BatchStudy:
    files = [path for path in HAZARDS if path.stem in hazards]
    study = BatchStudy(
        study_id="benchmark", name=Text("基准", "Benchmark"), file=ROOT / "benchmark.yaml", city=CITY,
        hazards=tuple(HazardEntry(file=file) for file in files), layouts=LAYOUTS, parameters={}, replications=100,
        seed=1, detail_replications=0, township_replications=0,
    )
    return replace(study, **changes)  # type: ignore[arg-type]


def play_bare(inputs: Inputs, replications: range) -> float:
    """Return the CPU seconds of *replications* with nothing kept."""
    began = time.process_time()
    for r in replications:
        scenario = draw(inputs.hazard, inputs.city, 1, r)
        for layout in inputs.layouts:
            measure(respond(inputs.city, inputs.plan, layout, scenario), inputs.city, inputs.plan, layout, scenario)
    return time.process_time() - began


def costs() -> None:
    """Seconds and bytes of a replication of every shipped scenario, one layout, with and without what is optional."""
    print("| scenario | replications/s a core | kB each | kB each with townships and curves | kB each with every row |")
    print("|---|--:|--:|--:|--:|")
    for path in HAZARDS:
        inputs = load(CITY, path, LAYOUTS[:1], {}, "benchmark")
        play_bare(inputs, range(1))
        n, taken = 0, 0.0
        while taken < SHORT_S:
            taken += play_bare(inputs, range(n, n + 2))
            n += 2
        sizes = []
        for townships, detail in ((0, 0), (n, 0), (n, n)):
            with tempfile.TemporaryDirectory() as folder:
                job = Job(
                    inputs=inputs, seed=1, detail_replications=detail, parts=Path(folder),
                    township_replications=townships,
                )
                do_chunk(job, (0, n - 1))
                files = (Path(folder) / part_name(0, n - 1)).glob("*.parquet")
                sizes.append(sum(file.stat().st_size for file in files) / n / 1000.0)
        print(f"| {path.stem} | {n / taken:.2f} | {' | '.join(f'{size:.1f}' for size in sizes)} |", flush=True)


def overhead() -> None:
    """What study and store cost beside playing: chunks as a batch cuts them, interleaved with bare replications."""
    for name in ("m55", "storm-2018-07-22", "release-random"):
        path = next(file for file in HAZARDS if file.stem == name)
        inputs = load(CITY, path, LAYOUTS, {}, "benchmark")
        each = play_bare(inputs, range(3)) / 3
        size, bare, kept = max(2, min(500, int(10.0 / each))), 0.0, 0.0
        with tempfile.TemporaryDirectory() as folder:
            job = Job(inputs=inputs, seed=1, detail_replications=0, parts=Path(folder), township_replications=0)
            for chunk in range(4):
                first, last = chunk * size, (chunk + 1) * size - 1
                bare += play_bare(inputs, range(first, last + 1))
                began = time.process_time()
                do_chunk(job, (first, last))
                kept += time.process_time() - began
        share = 100.0 * (kept - bare) / bare
        print(f"{name}: chunks of {size}: keeping costs {share:.1f} % of playing (target 5 %)", flush=True)


def workers(replications: int = 400) -> None:
    """Wall time with one worker and with two, start-up and all; in turns, since others may use the machine."""
    wall: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(2):
        for count in (1, 2):
            with tempfile.TemporaryDirectory() as folder:
                began = time.monotonic()
                run_batch(
                    batch(["m55"], replications=replications), workers=count, out=Path(folder) / f"run{turn}"
                )
                wall[count].append(time.monotonic() - began)
    one, two = min(wall[1]), min(wall[2])
    print(
        f"{replications} replications of m55 x {len(LAYOUTS)} layouts: {one:.1f} s with one worker, {two:.1f} s with "
        f"two: {100.0 * one / two / 2.0:.0f} % of twice as fast (target 90 %)"
    )


def memory(replications: int = 40_000) -> None:
    """Memory of the process that keeps the books of many replications, and the most of any worker of a real batch."""
    books: list[tuple[int, float]] = []
    workers: list[float] = []

    def tell(progress: Progress) -> None:
        books.append((progress.done, mb_of("self", "VmRSS")))

    def look(_: Progress) -> None:
        children = Path("/proc/self/task", str(os.getpid()), "children").read_text(encoding="utf-8").split()
        workers.extend(mb_of(child, "VmHWM") for child in children)

    with tempfile.TemporaryDirectory() as folder:
        run_batch(
            batch(["m55", "m65-day"], replications=replications // 2), workers=1, out=Path(folder) / "run", play=quick,
            progress=tell,
        )
        marks = [next(mb for done, mb in books if done >= share * replications) for share in (0.1, 0.5, 1.0)]
        print(
            f"the books of {replications:,} replications: "
            + ", ".join(f"{mb:.0f} MB" for mb in marks) + " after a tenth, a half and all of them"
        )
        run_batch(batch(["m65-day"], replications=100), workers=2, out=Path(folder) / "real", progress=look)
    whole = mb_of("self", "VmHWM") + 2 * max(workers)
    print(f"a worker: at most {max(workers):.0f} MB; two workers and the books: {whole:.0f} MB (target 1024)")


def mb_of(process: str, what: str) -> float:
    """Return the memory of *process* now (``VmRSS``) or at most so far (``VmHWM``), from /proc."""
    try:
        lines = Path("/proc", process, "status").read_text(encoding="utf-8").splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(what)) / 1024.0
    except (FileNotFoundError, StopIteration):
        return 0.0


def million(replications: int = 60) -> None:
    """What a million replications of a study of two layouts need, from a run of the product itself."""
    with tempfile.TemporaryDirectory() as folder:
        result = run_batch(
            batch(["m55", "storm-2018-07-22", "release-random"], replications=replications), out=Path(folder) / "run"
        )
        for cell in status_of(result.folder).cells:
            days = 1e6 * cell.cpu_s / cell.done / 86_400.0
            disk = 1e6 * cell.size_bytes / cell.done / 1e9
            print(
                f"{cell.hazard}: {cell.cpu_s / cell.done:.3f} CPU s and {cell.size_bytes / cell.done:,.0f} bytes a "
                f"replication of {len(LAYOUTS)} layouts: a million take {days:.1f} days of a core and {disk:.1f} GB",
                flush=True,
            )


PARTS: dict[str, Callable[[], None]] = {
    "costs": costs, "overhead": overhead, "workers": workers, "memory": memory, "million": million,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
