"""Names on a map that never cover one another: those that find no room wait until somebody looks closer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FREE = 4.5
"""Half of what a symbol takes that no name may cover."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
ZOOMS = (1, 2, 4, 8)
"""How close one may look; the drawing grows, symbols and names stay as large as they are."""
MOST = 45
"""Names at once in the whole drawing; twice as many in all at each closer look."""
NARROW, WIDE = 0.57, 1.0
"""Width of a Latin letter and of a Chinese character, of the size of the type."""
LINE = 1.25
"""Height of a line, of the size of the type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A name that is to stand at a point; earlier wishes come first."""

    item: int
    said: str
    x: float
    y: float
    size: float
    gap: float
    """Free space between point and name; 0 sets the name upon the point (of an area)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name with its place beside the point, at the first zoom at which there is room for it."""

    wish: Wish
    zoom: int
    dx: float
    dy: float
    """From the point to the middle of the name."""

    @property
    def side(self) -> str:
        """Which end of the name keeps its place if a type is wider than was reckoned: that at the point."""
        if self.wish.gap == 0.0 or self.dx == 0.0:
            return "middle"
        return "start" if self.dx > 0 else "end"

    @property
    def start_x(self) -> float:
        """Where, from the point, the name begins, ends or has its middle, by its side."""
        half = text_width(self.wish.said, self.wish.size) / 2
        return {"start": self.dx - half, "middle": self.dx, "end": self.dx + half}[self.side]

    def box(self, zoom: float) -> Box:
        """Return what it covers when the drawing is *zoom* times as large."""
        return _box(self.wish, self.dx, self.dy, zoom)


def text_width(said: str, size: float) -> float:
    """Return about how wide *said* is set in *size*."""
    return size * sum(WIDE if ord(letter) >= 0x2E80 else NARROW for letter in said)


def shortened(said: str, most: float) -> str:
    """Return *said*, cut with three dots if it is wider than *most* Chinese characters."""
    if text_width(said, 1.0) <= most:
        return said
    kept = said
    while kept and text_width(kept, 1.0) > most - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def place_labels(
    wishes: Sequence[Wish], width: float, height: float, *, keep_free: Sequence[tuple[float, float]] = (),
    most: int = MOST,
) -> list[Label]:
    """Return a label for each wish that finds room within *width* x *height*, in the order of :data:`ZOOMS`.

    No name covers the symbols at *keep_free* either.
    """
    placed: list[Label] = []
    waiting = list(wishes)
    for zoom in ZOOMS:
        taken = [label.box(zoom) for label in placed]
        taken += [(x * zoom - FREE, y * zoom - FREE, x * zoom + FREE, y * zoom + FREE) for x, y in keep_free]
        rest = []
        for wish in waiting:
            found = None if len(placed) >= most * zoom else _room(wish, zoom, taken, width * zoom, height * zoom)
            if found is None:
                rest.append(wish)
            else:
                placed.append(found)
                taken.append(found.box(zoom))
        waiting = rest
    return placed


def _room(wish: Wish, zoom: int, taken: Sequence[Box], width: float, height: float) -> Label | None:
    for dx, dy in _spots(wish):
        box = _box(wish, dx, dy, zoom)
        inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
        if inside and not any(overlap(box, other) for other in taken):
            return Label(wish=wish, zoom=zoom, dx=dx, dy=dy)
    return None


def _spots(wish: Wish) -> Iterator[tuple[float, float]]:
    """Give where a name may stand: right, left, below, above; upon its point if it names an area."""
    if wish.gap == 0.0:
        yield 0.0, 0.0
        return
    beside = wish.gap + text_width(wish.said, wish.size) / 2
    over = wish.gap + wish.size * LINE / 2
    yield from ((beside, 0.0), (-beside, 0.0), (0.0, over), (0.0, -over))
    yield from ((beside, over), (-beside, over), (beside, -over), (-beside, -over))


def _box(wish: Wish, dx: float, dy: float, zoom: float) -> Box:
    x, y = wish.x * zoom + dx, wish.y * zoom + dy
    wide, tall = text_width(wish.said, wish.size) / 2, wish.size * LINE / 2
    return x - wide, y - tall, x + wide, y + tall


def overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes cover a common area."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
