"""Turns the outputs of both designs into findings: ranked effects, what could turn a ranking, shares of variance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.common.types import Floats
from sim.study.morris import MorrisDesign, Screening
from sim.study.sensitivity.model import Effect, Finding, Output, Parameter, Share
from sim.study.sobol import Indices


def top_of(screened: Sequence[Screening], parameters: Sequence[Parameter], top: int) -> list[int]:
    """Return the parameters of the second stage: those that matter most for any output, idle ones never.

    An effect counts by its share of the strongest effect on the same output, so that units do not matter.
    """
    score = np.zeros(len(parameters))
    for screening in screened:
        most = float(screening.mu_star.max())
        if most > 0.0:
            score = np.maximum(score, screening.mu_star / most)
    order = np.argsort(-score, kind="stable")
    return [int(i) for i in order[:top] if score[i] > 0.0]


def idle_of(screened: Sequence[Screening], keys: Sequence[str]) -> tuple[str, ...]:
    """Return the parameters that moved no output in any trajectory."""
    moved = np.sum([screening.moved for screening in screened], axis=0)
    return tuple(key for key, count in zip(keys, moved, strict=True) if count == 0)


def finding_of(
    output: Output, keys: Sequence[str], design: MorrisDesign, values: Floats, screening: Screening,
    chosen: Sequence[str], indices: Indices | None,
) -> Finding:
    """Return what the *values* of *output*, shape (trajectories, inputs + 1), say."""
    return Finding(
        output=output, mean=float(values.mean()), low=float(values.min()), high=float(values.max()),
        positive_share=float((values > 0.0).mean()), negative_share=float((values < 0.0).mean()),
        effects=_effects(output, keys, design, values, screening),
        shares=_shares(chosen, indices) if indices is not None else (),
    )


def _effects(
    output: Output, keys: Sequence[str], design: MorrisDesign, values: Floats, s: Screening
) -> tuple[Effect, ...]:
    before = np.take_along_axis(values, design.step, axis=1)
    after = np.take_along_axis(values, design.step + 1, axis=1)
    at_low, at_high = np.where(design.up, before, after), np.where(design.up, after, before)
    flips = (before * after < 0.0).sum(axis=0) if output.versus else np.zeros(len(keys), dtype=np.int64)
    return tuple(
        Effect(
            key=keys[i], mu=float(s.mu[i]), mu_star=float(s.mu_star[i]), mu_star_low=float(s.mu_star_low[i]),
            mu_star_high=float(s.mu_star_high[i]), sigma=float(s.sigma[i]), moved=int(s.moved[i]),
            at_low=float(at_low[:, i].mean()), at_high=float(at_high[:, i].mean()), flips=int(flips[i]),
        )
        for i in s.order().tolist()
    )


def _shares(chosen: Sequence[str], x: Indices) -> tuple[Share, ...]:
    shares = [
        Share(
            key=key, first=float(x.first[i]), first_low=float(x.first_low[i]), first_high=float(x.first_high[i]),
            total=float(x.total[i]), total_low=float(x.total_low[i]), total_high=float(x.total_high[i]),
        )
        for i, key in enumerate(chosen)
    ]
    return tuple(sorted(shares, key=lambda share: -share.total if share.total == share.total else 0.0))
