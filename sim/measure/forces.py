"""Measures of the forces: how busy the teams of each tier were, which level opened, what crews mended."""

from __future__ import annotations

import numpy as np

from sim.measure.quantiles import share_of, sums
from sim.plan.model import Layout
from sim.response.log import Log

LOCAL, AID = "local:", "aid:"
TIERS = 6
"""0 village and community responders, 1 to 4 as the plan orders them, 5 from outside the city."""

NO_LEVEL = 5.0
"""Rank in the measures when no level opened: below level Ⅳ."""


def _tier(team: str, tiers: dict[str, int]) -> int:
    if team.startswith(LOCAL):
        return 0
    return 5 if team.startswith(AID) else tiers[team]


def force_measures(log: Log, layout: Layout) -> dict[str, float]:
    """Return the utilisation by tier and what was opened, mended and sent for.

    Utilisation is the share of the crews' time between availability and the horizon on the way or at work, weighted
    by people; nan for a tier that was never available.
    """
    crews = log.crews
    tiers = {team.team_id: team.tier for team in layout.teams}
    tier = np.fromiter((_tier(team, tiers) for team in crews.team), dtype=np.int64, count=len(crews.team))
    ready = np.maximum(0.0, log.horizon_min - crews.available_min)
    busy = np.where(ready > 0.0, crews.travel_min + crews.work_min, 0.0)
    utilisation = share_of(sums(tier, crews.people * busy, TIERS), sums(tier, crews.people * ready, TIERS))
    return {
        **{f"utilisation_share.tier{k}": float(share) for k, share in enumerate(utilisation)},
        "level_rank": float(min((rank for _, rank in log.levels), default=NO_LEVEL)),
        "roads_reopened": float(len(log.reopened)),
        "outages_restored": float(len(log.restored)),
        "aid_crews": float(sum(team.startswith(AID) for team in crews.team)),
    }
