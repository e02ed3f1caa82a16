"""Words in pictures."""

from __future__ import annotations

from xml.sax.saxutils import escape

FONTS = "Noto Sans CJK SC, Microsoft YaHei, SimHei, sans-serif"


def label(
    x: float, y: float, said: str, *, anchor: str = "start", color: str = "#1f2328", size: int = 12, bold: bool = False
) -> str:
    """Return *said* as an SVG text, its first (or middle, or last) letter at *x*."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}" font-size="{size}"{weight}>'
        f"{escape(said)}</text>"
    )
