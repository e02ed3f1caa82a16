"""Reviews a drill: reads its log, matches it, judges it against the simulated law, writes the papers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.drill.model import Drill
from sim.drill.review.calibrate import calibrate, observations
from sim.drill.review.clock import on_clock, set_clock
from sim.drill.review.earlier import earlier_at, observed_before, seen_before
from sim.drill.review.findings import findings
from sim.drill.review.log_file import read_log
from sim.drill.review.match import Matcher, read_confirmed
from sim.drill.review.model import AsRun, Learn, Outcome, Resimulate, ReviewResult, Timeliness
from sim.drill.review.schedule import expected_times
from sim.drill.review.scores import overall, sub_scores, total_score, unseen_share
from sim.drill.review.seen import absent_units, delivered
from sim.drill.review.timeliness import judge
from sim.drill.review.trend import joined, points_of
from sim.drill.review.write import write_review


def review_drill(
    drill: Drill, log_file: Path, out: Path, *, confirmed: Path | None = None, earlier: Sequence[Path] = (),
    resimulate: Resimulate | None = None, learn: Learn | None = None,
) -> ReviewResult:
    """Compare the log of a drill with its simulated law and write the papers into ``out/aar``.

    *confirmed* is ``to_confirm.csv`` of an earlier run, filled in; *earlier* are review folders of earlier drills (or
    their ``observations.csv``), for calibration and trend. *resimulate* simulates the drill as it was run; without it
    the record alone is compared, by increments since each action's own trigger. *learn* infers parameters behind
    several actions. Raises :class:`InputError` with every problem of the files.
    """
    before = [earlier_at(each) for each in earlier]
    outcomes, judged, as_run = _judged(drill, log_file, confirmed, resimulate)
    own = observations(drill, judged)
    known = observed_before(before, drill.overview.drill_id)
    scores = sub_scores(drill, judged)
    result = ReviewResult(
        drill=drill, log_name=log_file.name, outcomes=outcomes, as_run=as_run,
        simulated_as_run=resimulate is not None, timeliness=judged, overall=overall(drill, judged), scores=scores,
        total=total_score(scores), unseen=unseen_share(judged), findings=findings(drill, judged, outcomes),
        updates=calibrate([*known, *own]), trend=joined(points_of(drill, judged), seen_before(before)),
        inference=learn(drill, as_run) if learn is not None else None, files=(),
    )
    return write_review(result, own, out / "aar")


def dry_run(drill: Drill, log_file: Path, confirmed: Path | None = None) -> tuple[Outcome, ...]:
    """Return what would become of each row, without writing anything."""
    return _judged(drill, log_file, confirmed, None)[0]


def _judged(
    drill: Drill, log_file: Path, confirmed: Path | None, resimulate: Resimulate | None
) -> tuple[tuple[Outcome, ...], tuple[Timeliness, ...], AsRun]:
    rows = read_log(log_file, drill)
    if not rows:
        raise InputError([Problem(code="no_rows", file=log_file.name)])
    clock = set_clock(rows, drill)
    known = read_confirmed(confirmed)
    outcomes = Matcher(drill, expected_times(drill), known).match([on_clock(row, clock) for row in rows])
    judged = judge(drill, outcomes, clock)
    as_run = AsRun(
        injects=tuple(sorted((inject_id, at) for inject_id, (at, _) in delivered(drill, outcomes).items())),
        units=tuple(sorted({each.action.unit_id for each in judged if each.state in ("timed", "done", "censored")})),
        done=tuple((each.action.action_id, each.ex_min) for each in judged if each.ex_min is not None),
        took=tuple((each.action.action_id, each.t.value) for each in judged if each.t and each.state == "timed"),
        absent=absent_units(drill, outcomes),
    )
    if resimulate is not None:
        judged = judge(drill, outcomes, clock, resimulate(drill, as_run))
    return outcomes, judged, as_run
