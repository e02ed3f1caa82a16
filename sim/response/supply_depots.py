"""Depots as they stand now: what is open, what is in stock, what has run out, what has been made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from sim.plan.model import Depot
from sim.response.supply_plan import Portion, Use
from sim.response.world import World


class Depots:
    """The stock of every depot of the layout, by number; the layout itself stays as it is."""

    def __init__(self, world: World, uses: Sequence[Sequence[Use]]) -> None:
        self.world, self._uses = world, uses
        self.depots: tuple[Depot, ...] = world.layout.depots
        self.node = [depot.node for depot in self.depots]
        self.stock = [dict(depot.stock) for depot in self.depots]
        self.is_open = [False] * len(self.depots)
        self.supply = np.zeros((len(self.depots), len(uses)))
        """People whom the stock of each open depot serves, by kit line."""
        self.made: Counter[str] = Counter()
        """Pieces that producers have made, by item."""
        self.out_min: dict[tuple[str, str], float] = {}

    def open(self, depot: int) -> None:
        """Let *depot* serve from now on."""
        self.is_open[depot] = True
        self._count(depot)

    def make(self, depot: int) -> None:
        """Add what *depot* makes in an hour."""
        for item, pieces in self.depots[depot].hourly.items():
            self.stock[depot][item] = self.stock[depot].get(item, 0) + pieces
            self.made[item] += pieces
        self._count(depot)

    def take(self, depot: int, load: Iterable[Portion]) -> None:
        """Set *load* apart for a convoy."""
        stock, here = self.stock[depot], self.depots[depot]
        for _, use, pieces in load:
            stock[use.item] -= pieces
            if stock[use.item] == 0 and use.item not in here.hourly:
                self.out_min[here.depot_id, use.item] = self.world.env.now
                self.world.note("stock_out", word=f"{here.depot_id} {use.item}")
        self._count(depot)

    def put_back(self, depot: int, load: Iterable[Portion]) -> None:
        """Take *load* back into stock."""
        stock, here = self.stock[depot], self.depots[depot]
        for _, use, pieces in load:
            stock[use.item] = stock.get(use.item, 0) + pieces
            self.out_min.pop((here.depot_id, use.item), None)
        self._count(depot)

    def left(self) -> dict[tuple[str, str], int]:
        """Return the pieces in stock now by (depot id, item id)."""
        return {
            (depot.depot_id, item): pieces
            for depot, stock in zip(self.depots, self.stock, strict=True)
            for item, pieces in stock.items()
        }

    def _count(self, depot: int) -> None:
        if self.is_open[depot]:
            stock = self.stock[depot]
            self.supply[depot] = [sum(stock.get(use.item, 0) * use.people for use in uses) for uses in self._uses]
