"""Depots as they stand now: what is open, what is in stock, what has run out, what has been made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

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
        """Pieces that may still be promised, by depot and item."""
        self.apart: list[Counter[str]] = [Counter() for _ in self.depots]
        """Pieces that wait for the trucks that were ordered for them."""
        self.is_open = [False] * len(self.depots)
        self.is_shut = [False] * len(self.depots)
        """The disaster has hit the place itself."""
        self.supply = np.zeros((len(uses), len(self.depots)))
        """People whom the stock of each open depot serves, shape (lines, depots)."""
        self.made: Counter[str] = Counter()
        """Pieces that producers have made, by item."""
        self.out_min: dict[tuple[str, str], float] = {}
        """When (depot id, item id) ran out."""

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

    def set_apart(self, depot: int, load: Iterable[Portion]) -> None:
        """Keep *load* for a convoy that was ordered; it lies in the depot until the trucks are there."""
        for _, use, pieces in load:
            self.stock[depot][use.item] -= pieces
            self.apart[depot][use.item] += pieces
        self._count(depot)

    def release(self, depot: int, load: Iterable[Portion]) -> None:
        """Give *load* free again: its convoy does not come."""
        for _, use, pieces in load:
            self.apart[depot][use.item] -= pieces
            self.stock[depot][use.item] += pieces
        self._count(depot)

    def load(self, depot: int, pieces: Mapping[str, int]) -> None:
        """Hand over *pieces* that were set apart; log what has run out, unless more of it is being made here."""
        here = self.depots[depot]
        for item, count in pieces.items():
            self.apart[depot][item] -= count
            if not self.stock[depot][item] and not self.apart[depot][item] and item not in here.hourly:
                self.out_min[here.depot_id, item] = self.world.env.now
                self.world.note("stock_out", word=f"{here.depot_id} {item}")

    def take_back(self, depot: int, pieces: Mapping[str, int]) -> None:
        """Put *pieces* that found no way to people back into stock."""
        for item, count in pieces.items():
            self.stock[depot][item] += count
            self.out_min.pop((self.depots[depot].depot_id, item), None)
        self._count(depot)

    def left(self) -> dict[tuple[str, str], int]:
        """Return the pieces in the depots now by (depot id, item id), with those set apart."""
        return {
            (here.depot_id, item): pieces + apart[item]
            for here, stock, apart in zip(self.depots, self.stock, self.apart, strict=True)
            for item, pieces in stock.items()
        }

    def shut(self, depot: int, *, shut: bool) -> None:
        """Keep *depot* from serving for a while, or let it serve again."""
        self.is_shut[depot] = shut
        self._count(depot)

    def _count(self, depot: int) -> None:
        if self.is_shut[depot]:
            self.supply[:, depot] = 0.0
        elif self.is_open[depot]:
            stock = self.stock[depot]
            self.supply[:, depot] = [sum(stock.get(use.item, 0) * use.people for use in uses) for uses in self._uses]
