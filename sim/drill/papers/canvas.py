"""A small drawing surface that becomes a PNG: rectangles, smooth lines and figures, the same bytes every time."""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise

import numpy as np

from sim.common.types import Floats

Color = tuple[int, int, int]
Point = tuple[float, float]
GLYPHS: dict[str, tuple[tuple[Point, ...], ...]] = {
    "0": (((1, 0), (3, 0), (4, 1), (4, 5), (3, 6), (1, 6), (0, 5), (0, 1), (1, 0)),),
    "1": (((1, 5), (2, 6), (2, 0)),),
    "2": (((0, 5), (1, 6), (3, 6), (4, 5), (4, 4), (0, 0), (4, 0)),),
    "3": (
        ((0, 5), (1, 6), (3, 6), (4, 5), (4, 4), (3, 3), (1.5, 3)),
        ((3, 3), (4, 2), (4, 1), (3, 0), (1, 0), (0, 1)),
    ),
    "4": (((3, 0), (3, 6), (0, 2), (4, 2)),),
    "5": (((4, 6), (0, 6), (0, 3.5), (3, 3.5), (4, 2.5), (4, 1), (3, 0), (1, 0), (0, 1)),),
    "6": (((4, 5), (3, 6), (1, 6), (0, 5), (0, 1), (1, 0), (3, 0), (4, 1), (4, 2.5), (3, 3.5), (1, 3.5), (0, 2.5)),),
    "7": (((0, 6), (4, 6), (1.5, 0)),),
    "8": (
        ((1, 3), (0, 4), (0, 5), (1, 6), (3, 6), (4, 5), (4, 4), (3, 3), (1, 3)),
        ((1, 3), (0, 2), (0, 1), (1, 0), (3, 0), (4, 1), (4, 2), (3, 3)),
    ),
    "9": (((0, 1), (1, 0), (3, 0), (4, 1), (4, 5), (3, 6), (1, 6), (0, 5), (0, 3.5), (1, 2.5), (3, 2.5), (4, 3.5)),),
    "P": (((0, 0), (0, 6), (3, 6), (4, 5), (4, 4), (3, 3), (0, 3)),),
    ".": (((0.5, 0), (0.6, 0)),),
}
"""Strokes on a grid of 4 by 6, counted upwards: a picture must not depend on the fonts of a machine."""
STEP = 5.6
"""From one glyph to the next, in grid units."""


class Canvas:
    """*width* by *height* pixels, white; x runs right, y down."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.pixels: Floats = np.full((height, width, 3), 255.0)

    def box(self, left: float, top: float, right: float, bottom: float, color: Color) -> None:
        """Fill a rectangle, to whole pixels."""
        rows = slice(max(0, round(top)), max(0, round(bottom)))
        self.pixels[rows, max(0, round(left)) : max(0, round(right))] = color

    def line(self, start: Point, end: Point, thick: float, color: Color) -> None:
        """Draw a line with round ends and soft edges."""
        (x0, y0), (x1, y1) = start, end
        left, right = int(max(0, min(x0, x1) - thick)), int(min(self.width, max(x0, x1) + thick + 1))
        top, bottom = int(max(0, min(y0, y1) - thick)), int(min(self.height, max(y0, y1) + thick + 1))
        if left >= right or top >= bottom:
            return
        ys, xs = np.mgrid[top:bottom, left:right].astype(float)
        long = (x1 - x0) ** 2 + (y1 - y0) ** 2
        along = ((xs - x0) * (x1 - x0) + (ys - y0) * (y1 - y0)) / long if long else np.zeros_like(xs)
        along = np.clip(along, 0.0, 1.0)
        away = np.hypot(xs - x0 - along * (x1 - x0), ys - y0 - along * (y1 - y0))
        cover = np.clip(thick / 2 + 0.5 - away, 0.0, 1.0)[..., None]
        part = self.pixels[top:bottom, left:right]
        self.pixels[top:bottom, left:right] = part * (1 - cover) + np.array(color, dtype=float) * cover

    def figures(self, said: str, center: float, base: float, high: float, color: Color) -> None:
        """Write *said* (digits, P, point) centred at *center*, standing on *base*, *high* pixels high."""
        unit = high / 6
        left = center - width_of(said, high) / 2
        for place, sign in enumerate(said):
            at = left + place * STEP * unit
            for stroke in GLYPHS[sign]:
                points = [(at + x * unit, base - y * unit) for x, y in stroke]
                for start, end in pairwise(points):
                    self.line(start, end, max(2.0, high / 8), color)

    def png(self) -> bytes:
        """Return the picture as a PNG file."""
        rows = np.rint(self.pixels).astype(np.uint8).reshape(self.height, -1)
        raw = b"".join(b"\0" + row.tobytes() for row in rows)
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw, 6)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def width_of(said: str, high: float) -> float:
    """Return how wide *said* is when it is *high* pixels high."""
    return (len(said) * STEP - (STEP - 4)) * high / 6


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
