"""``params.calibrated.yaml``: what the drills suggest for the parameters, before and after; nothing applies it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.drill.review import say as s
from sim.drill.review.calibrate import ALPHA0, DISCOUNT, KAPPA0
from sim.drill.review.indirect import Belief, Inference
from sim.drill.review.model import ReviewResult


def calibrated(result: ReviewResult) -> str:
    """Return the suggested factors as YAML, with how little is known; a person accepts each of them."""
    overview = result.drill.overview
    lines = [
        *(f"# {s.say('yaml', lang)}" for lang in ("zh", "en")),
        f"drill_id: {overview.drill_id}", f"notice: {overview.notice}", "applied: false",
        f"prior_drills: {KAPPA0:g}", f"prior_shape: {ALPHA0:g}", f"discount: {DISCOUNT[overview.notice]:g}",
        "factors:" if result.updates else "factors: []",
    ]
    for each in result.updates:
        lines += [
            f"  - step: {each.step}", f"    drills: {each.drills}", f"    actions: [{', '.join(each.actions)}]",
            f"    n: {each.n}", f"    weight_drills: {each.weight:.2f}", f"    before: {each.before:.3f}",
            f"    after: {each.after:.3f}", f"    interval95: [{each.low:.3f}, {each.high:.3f}]",
            f"    share_from_drills: {each.learnt:.2f}", f"    outside_foretold90: {each.outside}", _accept(),
        ]
    lines += _behind(result.inference) if result.inference is not None else ["indirect: []"]
    return "\n".join(lines) + "\n"


def _behind(found: Inference) -> Iterator[str]:
    yield from (f"# {s.say('indirect_yaml', lang)}" for lang in ("zh", "en"))
    yield f"indirect_drills: [{', '.join(found.drills)}]"
    yield f"indirect_n: {found.n}"
    yield f"indirect_draws: {found.draws}"
    yield f"indirect_kept: {found.kept}"
    yield f"indirect_outside_foretold90: {found.outside}"
    yield "indirect:"
    for each in found.beliefs:
        yield from _belief(each)


def _belief(each: Belief) -> Iterator[str]:
    yield f"  - parameter: {each.key}"
    yield f"    steps: [{', '.join(each.steps)}]"
    yield "    before: 1.000"
    yield f"    after: {each.after:.3f}"
    yield f"    interval95: [{each.low:.3f}, {each.high:.3f}]"
    yield f"    width_of_prior: {each.width:.2f}"
    if each.in_use is not None and each.identified:
        yield f"    override: {{{each.key}: {each.in_use * each.after:.3g}}}  # {each.in_use:g} x {each.after:.3f}"
    yield f"    identified: {str(each.identified).lower()}"
    yield f"    not_told_apart_from: [{', '.join(each.tied)}]"
    yield _accept()


def _accept() -> str:
    return f"    accept: false  # {s.say('accept', 'zh')} / {s.say('accept', 'en')}"
