"""Reads the wind rose: how often the wind blows from each compass point."""

from __future__ import annotations

import numpy as np

from sim.city.model import WindRose
from sim.city.table import Problems, Table, check_unique
from sim.common.errors import Problem
from sim.common.texts import in_both
from sim.common.types import frozen

COMPASS = (
    "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW",
)
"""The points of the compass, from north through east."""
CALM = "calm"


def read_wind_rose(table: Table, problems: Problems) -> WindRose:
    """Return the rose of ``wind_rose.csv``; shares are made to sum to exactly 1.

    Words that are no compass point, points named twice, shares that do not sum to 100 and winds without a speed go
    into *problems*.
    """
    check_unique(table, "direction_from", problems)
    _check_words(table, problems)
    share = np.array(table.values.get("frequency_pct", []), dtype=np.float64)
    total = float(share.sum())
    if len(table) and abs(total - 100.0) > 0.5:
        winds = in_both("wind.all")
        problems.append(
            Problem(code="shares_do_not_add_up", file=table.file, column="frequency_pct",
                    params={"group": winds, "sum": f"{total:.1f}", "whole": 100})
        )
    share /= total or 1.0
    words = [str(word) for word in table.values.get("direction_from", [])]
    blows = [i for i, word in enumerate(words) if word.upper() in COMPASS]
    turn = 360.0 / len(COMPASS)
    speed = np.array(table.values.get("mean_speed_ms", []), dtype=np.float64)
    return WindRose(
        from_deg=frozen(np.array([COMPASS.index(words[i].upper()) * turn for i in blows], dtype=np.float64)),
        share=frozen(share[blows]), speed_ms=frozen(speed[blows]),
        calm_share=float(share[[i for i, word in enumerate(words) if word.lower() == CALM]].sum()),
    )


def mean_wind_ms(table: Table) -> float:
    """Return the mean speed of ``wind_rose.csv``, calms as 0 m/s."""
    weights = table.values.get("frequency_pct", [])
    return float(np.average(table["mean_speed_ms"], weights=weights)) if sum(weights) > 0 else 0.0


def _check_words(table: Table, problems: Problems) -> None:
    for i, row in enumerate(table.records()):
        word = row["direction_from"]
        if word.lower() == CALM:
            continue
        if word.upper() not in COMPASS:
            known = ", ".join((*COMPASS, CALM))
            problems.append(table.problem("wind.unknown_direction", i, "direction_from", known=known))
        elif row["frequency_pct"] > 0.0 and row["mean_speed_ms"] <= 0.0:
            problems.append(table.problem("wind.no_speed", i, "mean_speed_ms", wind=word))
