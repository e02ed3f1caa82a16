"""Selects the best layout of a study while it runs, so that no disaster is played any more for a layout that has left.

The rule is that of :mod:`sim.study.selection`. A selection has a run folder of its own: its parts hold, from some
replication on, only the layouts that were still in by then.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sim.common.errors import InputError, Problem
from sim.measure.verdict import more_is_better
from sim.study import folder as run_folder
from sim.study.batch import store
from sim.study.executors import do_pool, do_serial
from sim.study.folder import writing
from sim.study.inputs import fingerprint, load_inputs
from sim.study.known_measures import check_measures
from sim.study.lock import held
from sim.study.model import Inputs, Study
from sim.study.parts import clear_drafts, copy_out, parquet, parts_of
from sim.study.read import write_study
from sim.study.run import Interrupted, cores
from sim.study.select_source import OnSelectProgress, SelectSource, Subsets, looks
from sim.study.selection import Refusal, Rules, State, paired_gaps
from sim.study.work import Job, Jobs, Play, play_into

FILE = "selection.json"
KIND = "select"
TABLES = ("measures", "scenarios")
"""Tables that are kept of a selection; logs, curves and townships are not."""

Outcome = Literal["selected", "refused", "undecided"]
OUTCOMES: Mapping[State, Outcome] = {"decided": "selected", "refused": "refused", "running": "undecided"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutFate:
    """What became of a layout."""

    layout_id: str
    inside: bool
    """Whether it may still be the best."""
    played: int
    """Disasters played under it; for one that is out, after so many it left."""
    mean: float
    """Mean over those of them that count (anybody was concerned); nan if there is none, or if one is never."""
    difference: float
    """Mean of it minus the best one, over the disasters that both have played; nan where there is no mean."""
    common: int
    """How many disasters that are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectResult:
    """What a selection has found."""

    folder: Path
    study: Study
    inputs: Inputs
    measure: str
    rules: Rules
    outcome: Outcome
    refusal: Refusal
    best: str
    """The layout selected; of an undecided selection the one that leads, empty if nobody does."""
    twins: tuple[str, ...]
    """Layouts that gave the very same as the best in every disaster."""
    fates: tuple[LayoutFate, ...]
    """In the order of the study."""
    replications: int
    """Disasters looked at."""
    counted: int
    """Those in which anybody was concerned."""
    most: int
    """Disasters after which it would have given up."""
    reused: int
    """Disasters that an earlier run had left."""
    wall_s: float
    """Seconds that this call took."""
    cpu_s: float
    """Processor seconds of everything that was played, that of earlier runs included."""

    @property
    def plays(self) -> int:
        """Responses played."""
        return sum(fate.played for fate in self.fates)

    @property
    def plays_of_all(self) -> int:
        """Responses if every layout had been played in every disaster up to the end."""
        return self.replications * len(self.fates)


def rules_for(
    study: Study, measure: str, delta: float, alpha: float, more: bool | None, most: int | None = None
) -> Rules:
    """Return the rules of a selection; *more*: whether more is better, ``None`` if the measure is to tell.

    Raises :class:`InputError` with everything that cannot be selected by.
    """
    problems = []
    if not (delta > 0.0 and math.isfinite(delta)):
        problems.append(Problem(code="select.delta", file="--delta", value=f"{delta:g}"))
    if not 0.0 < alpha < 0.5:
        problems.append(Problem(code="select.alpha", file="--alpha", value=f"{alpha:g}"))
    if len(study.layouts) < 2:
        problems.append(Problem(code="select.one_layout", file=str(study.file), column="layouts"))
    end, first = most if most is not None else study.replications, Rules(delta=1.0).first
    if end < first:
        file, column = ("--max", None) if most is not None else (str(study.file), "replications")
        problems.append(
            Problem(code="select.few", file=file, column=column, value=str(end), params={"bound": first})
        )
    if problems:
        raise InputError(problems)
    return Rules(delta=delta, alpha=alpha, more_is_better=more_is_better(measure) if more is None else more)


def run_select(
    study: Study,
    measure: str,
    rules: Rules,
    *,
    most: int | None = None,
    workers: int | None = None,
    out: Path | None = None,
    fresh: bool = False,
    progress: OnSelectProgress | None = None,
    on_damaged: Callable[[store.Damaged], None] | None = None,
    play: Play = play_into,
) -> SelectResult:
    """Select the best layout of *study* by *measure*, or go on where an earlier run by the same rules stopped.

    The answer depends on the inputs, the seed, the *rules* (see :func:`rules_for`) and *most* alone, not on *workers*,
    not on how often the run was stopped. *most*: disasters after which it gives up (default: the replications of the
    study). *out* is the run folder (default ``results/runs/<study>-select-<hash>``), *fresh* begins anew in it,
    *play* plays one replication (in this process only, if it is not the usual one).

    Raises :class:`InputError` for bad files and a measure that there is not, :class:`FolderError` for a folder that
    cannot be used or is another run's, :class:`Interrupted` when the user stops it.
    """
    began = time.monotonic()
    inputs = load_inputs(study)
    ident = identity(study, measure, rules)
    folder = (out or run_folder.RUNS / f"{study.study_id}-select-{run_folder.short_hash(ident)}").absolute()
    most = study.replications if most is None else most
    if play is play_into and (fresh or not (folder / run_folder.MANIFEST).exists()):
        check_measures([measure], inputs, study.seed, "--measure")
    with held(folder):
        before = run_folder.prepare(folder, ident, fresh=fresh)
        manifest = _begin(folder, study, inputs, ident, before, looks(most, rules))
        parts = folder / run_folder.PARTS
        with _tidied(parts), writing(folder):
            for damaged in store.tidy(parts):
                if on_damaged is not None:
                    on_damaged(damaged)
            source = SelectSource(
                parts, {layout.layout_id: layout.name for layout in inputs.layouts}, measure, rules, most=most,
                chunk=study.chunk, workers=workers or cores(), tell=progress,
            )
            _play(folder, study, inputs, source, workers or cores(), play)
        result = _result(folder, study, inputs, source, began)
        _finish(result, manifest)
    return result


def identity(study: Study, measure: str, rules: Rules) -> dict[str, Any]:
    """Return what decides the answer of a selection, and nothing else."""
    asked = {KIND: {"measure": measure, **asdict(rules)}}
    return run_folder.identity(study, fingerprint(study)) | asked


def _begin(
    folder: Path, study: Study, inputs: Inputs, ident: dict[str, Any], before: dict[str, Any] | None, most: int
) -> dict[str, Any]:
    """Write down what is run, before anything is; the answer of an earlier run does not outlive its beginning."""
    layouts = [layout.layout_id for layout in inputs.layouts]
    started = before["started"] if before is not None else run_folder.now()
    manifest = {"kind": KIND, **run_folder.manifest_of(study, ident, layouts, started), "replications": most}
    with writing(folder):
        clear_drafts(folder)
        for name in (FILE, *(f"{table}.parquet" for table in TABLES)):
            (folder / name).unlink(missing_ok=True)
        run_folder.write_json(folder / run_folder.MANIFEST, manifest)
        write_study(study, folder / "study.yaml")
    return manifest


def _play(
    folder: Path, study: Study, inputs: Inputs, source: SelectSource, workers: int, play: Play
) -> None:
    """Play what the rule asks for, until it has decided; one pool of workers for all rounds."""
    job = Job(inputs=inputs, seed=study.seed, detail_replications=0, parts=source.parts, township_replications=0)
    jobs = Jobs(cells=Subsets(job), parts=source.parts)
    try:
        if workers == 1 or play is not play_into:
            do_serial(jobs, source, play)
        else:
            do_pool(jobs, source, workers)
    except KeyboardInterrupt as stop:
        raise Interrupted(folder, *source.count()) from stop


@contextmanager
def _tidied(parts: Path) -> Iterator[None]:
    """Leave no draft behind, however it ends."""
    try:
        yield
    finally:
        clear_drafts(parts)


# ---- what came out -------------------------------------------------------------------------


def _result(folder: Path, study: Study, inputs: Inputs, source: SelectSource, began: float) -> SelectResult:
    state = source.state
    outcome = OUTCOMES[state.state]
    best = source.layouts[state.winner] if outcome == "selected" else source.leader
    best = "" if outcome == "refused" else best
    return SelectResult(
        folder=folder, study=study, inputs=inputs, measure=source.measure, rules=state.rules, outcome=outcome,
        refusal=state.refusal, best=best, twins=tuple(source.layouts[n] for n in state.twins),
        fates=tuple(_fate(source, n, best) for n in range(len(source.layouts))), replications=state.read,
        counted=state.n, most=source.most, reused=min(source.reused, state.read), wall_s=time.monotonic() - began,
        cpu_s=store.cost(source.parts, [part for part in store.ranges(source.parts) if part[0] < state.read]),
    )


def _fate(source: SelectSource, n: int, best: str) -> LayoutFate:
    ours = source.values[: int(source.played[n]), n]
    difference, common = math.nan, 0
    if best:
        theirs = source.values[: len(ours), source.layouts.index(best)]
        both = ~np.isnan(ours) & ~np.isnan(theirs)
        pairs = np.stack([ours[both], theirs[both]], axis=1)
        common = len(pairs)
        difference = _mean(paired_gaps(pairs)[:, 0]) if np.isfinite(pairs).all() else math.nan
    return LayoutFate(
        layout_id=source.layouts[n], inside=bool(source.state.inside[n]), played=int(source.played[n]),
        mean=_mean(ours[~np.isnan(ours)]), difference=difference, common=common,
    )


def _mean(values: Any) -> float:
    """Return the mean; nan if there is no value, or if one of them is infinite."""
    return float(values.mean()) if len(values) and np.isfinite(values).all() else math.nan


def _finish(result: SelectResult, manifest: dict[str, Any]) -> None:
    """Write the tables, the answer, and how it went."""
    parts = parts_of(result.folder / run_folder.PARTS)
    with writing(result.folder):
        for table in TABLES:
            files = [path / f"{table}.parquet" for first, _, path in parts if first < result.replications]
            files = [file for file in files if file.exists()]
            if files:
                copy_out(f"SELECT * FROM {parquet(files)}", result.folder / f"{table}.parquet")
        run_folder.write_json(result.folder / FILE, as_json(result))
        figures = {
            "replications": result.replications, "finished": run_folder.now(), "cpu_s": result.cpu_s,
            "wall_s": result.wall_s,
        }
        run_folder.write_json(result.folder / run_folder.MANIFEST, manifest | figures)


def as_json(result: SelectResult) -> dict[str, Any]:
    """Return *result* as it is written to ``selection.json``; what has no mean is ``null``."""
    tree = {
        "study": result.study.study_id,
        "measure": result.measure,
        "rules": asdict(result.rules),
        "max_replications": result.most,
        "outcome": result.outcome,
        "refusal": result.refusal or None,
        "best": result.best or None,
        "twins": list(result.twins),
        "replications": result.replications,
        "counted": result.counted,
        "plays": result.plays,
        "plays_of_all": result.plays_of_all,
        "layouts": [asdict(fate) for fate in result.fates],
    }
    ready: dict[str, Any] = run_folder.json_ready(tree, endless=False)
    return ready
