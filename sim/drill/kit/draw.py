"""Draws the places of a drill as SVG: layers, names, legend, scale bar, north arrow, the mark, in two languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from sim.common.texts import LANGUAGES
from sim.common.types import Text
from sim.drill.kit.frame import WIDTH, Frame, Point, frame_of, middle, side_by_side
from sim.drill.kit.geojson import places_for
from sim.drill.kit.labels import Label, Wish, place_labels, shortened
from sim.drill.kit.map_words import clock_span, properties_of
from sim.drill.kit.say import both, joined
from sim.drill.kit.symbols import INK, LAYERS, LINES, MARK, SYMBOLS, rank_of, shape_of
from sim.drill.model import Drill, Place

FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, SimHei, sans-serif"
NAMED = ("incident", "district", "cordon", "team_base", "rally_point", "hospital", "hazard_zone", "shelter")
"""Layers with names, the most important first; the others tell theirs when pointed at."""
UNCOVERED = ("incident", "team_base", "rally_point")
"""Layers whose symbols no name may cover."""
SIZES = {"district": 16.0, "incident": 12.0}
NAME_SIZE = 11.0
GAP = 8.0
"""From a symbol's middle to its name, points."""
STEP = 12.0
"""Between symbols of one spot, points."""
LONGEST = 13.0
"""A longer name is cut, in Chinese characters."""
LOOKS = {"incident": f'fill="{MARK}" font-weight="bold"', "district": f'fill="{INK}" fill-opacity="0.6"'}
LEGEND_WIDTH, LEGEND_LINE, HEAD, FOOT = 320.0, 22.0, 64.0, 46.0
ACROSS = 3
"""Columns of the legend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One drawing."""

    drill: Drill
    audience: str
    places: tuple[Place, ...]
    """From the ground up."""
    frame: Frame
    spots: tuple[Point, ...]
    """Where each place is named: of a point, its symbol; of an area or a line, its middle."""


def sheet_of(drill: Drill, audience: str) -> Sheet:
    """Return the drawing for *audience*: nothing but the places that it may see decides how it looks."""
    shown = sorted(places_for(drill, audience), key=lambda place: (LAYERS.index(place.layer), rank_of(place)))
    frame = frame_of(shown)
    drawn = [[frame.at(position) for position in place.coordinates] for place in shown]
    points = iter(side_by_side(
        [line[0] for place, line in zip(shown, drawn, strict=True) if place.geometry == "Point"], STEP
    ))
    spots = [
        next(points) if place.geometry == "Point" else middle(line) if place.geometry == "Polygon"
        else line[len(line) // 2]
        for place, line in zip(shown, drawn, strict=True)
    ]
    return Sheet(drill=drill, audience=audience, places=tuple(shown), frame=frame, spots=tuple(spots))


def layers_of(sheet: Sheet) -> list[str]:
    """Return the layers that the drawing has, from the ground up."""
    there = {place.layer for place in sheet.places}
    return [layer for layer in LAYERS if layer in there]


def svg(sheet: Sheet, languages: Sequence[str] = LANGUAGES) -> str:
    """Return the drawing with the names of *languages*, each in a group of its class; equal drills give equal text.

    ``data-from`` and ``data-to`` are exercise minutes; players' drawings have no times at all. With one language only
    the names are those that find room without a closer look.
    """
    rows = -(-len(layers_of(sheet)) // ACROSS)
    below = HEAD + sheet.frame.height
    height = below + rows * LEGEND_LINE + FOOT
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" font-family="{FONT}"'
        f' font-size="{NAME_SIZE:g}" role="img" aria-label={quoteattr(joined(sheet.drill.overview.name))}>'
        f'<rect width="{WIDTH:g}" height="{height:g}" fill="#ffffff"/>'
    )
    ground = (
        f'<svg class="map" x="0" y="{HEAD:g}" width="{WIDTH:g}" height="{sheet.frame.height:g}"'
        f' viewBox="0 0 {WIDTH:g} {sheet.frame.height:g}">'
    )
    parts = [start, *_head(sheet), ground, *_places(sheet)]
    for lang in languages:
        parts += [f'<g class="{lang}">', *_names(sheet, lang, closer=len(languages) > 1), "</g>"]
    parts += [
        "</svg>", *_ground(sheet, HEAD), *_legend(sheet, below + 16.0),
        _line(16.0, height - 12.0, both("map.schematic"), color="#57606a"), "</svg>",
    ]
    return "\n".join(parts) + "\n"


def told(sheet: Sheet, place: Place) -> str:
    """Return what a place says when it is pointed at."""
    lines = [joined(place.name), joined(both(f"map.layer.{place.layer}"))]
    if sheet.audience != "player":
        lines.append(clock_span(sheet.drill, place))
    return "\n".join([*lines, *(f"{joined(name)}: {value}" for name, value in properties_of(place))])


def _head(sheet: Sheet) -> Iterator[str]:
    overview = sheet.drill.overview
    yield f'<rect width="{WIDTH:g}" height="26" fill="{MARK}"/>'
    who = both("map.mark", id=overview.drill_id, version=overview.version, audience=both(f"map.for.{sheet.audience}"))
    yield _line(16.0, 18.0, who, color="#ffffff", more='font-weight="bold" font-size="13"')
    yield _line(16.0, 50.0, overview.name, more='font-weight="bold" font-size="17"')


def _group(sheet: Sheet, place: Place, kind: str) -> str:
    times = "" if sheet.audience == "player" else f' data-from="{place.from_ex_min:g}" data-to="{place.to_ex_min:g}"'
    return f'<g class="{kind}" data-id={quoteattr(place.place_id)} data-layer="{place.layer}"{times}'


def _places(sheet: Sheet) -> Iterator[str]:
    for place, spot in zip(sheet.places, sheet.spots, strict=True):
        yield f"{_group(sheet, place, 'place')}><title>{escape(told(sheet, place))}</title>"
        if place.geometry == "Point":
            symbol = SYMBOLS.get(place.layer, SYMBOLS["rally_point"])
            yield f'<g transform="translate({spot[0]:.1f} {spot[1]:.1f})"><g class="still">{symbol}</g></g></g>'
        else:
            line = "L".join("{:.1f} {:.1f}".format(*sheet.frame.at(position)) for position in place.coordinates)
            end = "Z" if place.geometry == "Polygon" else ""
            yield f'<path d="M{line}{end}" vector-effect="non-scaling-stroke" {shape_of(place)}/></g>'


def name_labels(sheet: Sheet, lang: str) -> list[Label]:
    """Return the names of the drawing in *lang*, each at the first zoom at which it finds room."""
    order = sorted(
        (i for i, place in enumerate(sheet.places) if place.layer in NAMED),
        key=lambda i: NAMED.index(sheet.places[i].layer),
    )
    wishes = [
        Wish(
            item=i, said=_name(sheet.places[i], lang), x=sheet.spots[i][0], y=sheet.spots[i][1],
            size=SIZES.get(sheet.places[i].layer, NAME_SIZE), gap=GAP if sheet.places[i].geometry == "Point" else 0.0,
        )
        for i in order
    ]
    free = [spot for place, spot in zip(sheet.places, sheet.spots, strict=True) if place.layer in UNCOVERED]
    return place_labels(wishes, sheet.frame.width, sheet.frame.height, keep_free=free)


def _name(place: Place, lang: str) -> str:
    return place.place_id if place.layer == "incident" else shortened(place.name.of(lang), LONGEST)


def _names(sheet: Sheet, lang: str, *, closer: bool) -> Iterator[str]:
    halo = 'stroke="#ffffff" stroke-width="3" stroke-opacity="0.85" paint-order="stroke" stroke-linejoin="round"'
    for label in name_labels(sheet, lang):
        wish, place = label.wish, sheet.places[label.wish.item]
        if label.zoom > 1 and not closer:
            continue
        look = LOOKS.get(place.layer, f'fill="{INK}"')
        zoom = f' data-zoom="{label.zoom}"' if closer else ""
        yield (
            f'{_group(sheet, place, "name")}{zoom} transform="translate({wish.x:.1f} {wish.y:.1f})"><text class="still"'
            f' x="{label.start_x:.1f}" y="{label.dy + 0.36 * wish.size:.1f}" text-anchor="{label.side}"'
            f' font-size="{wish.size:g}" {look} {halo}>{escape(wish.said)}</text></g>'
        )


def _line(x: float, y: float, said: Text, *, color: str = INK, more: str = "") -> str:
    """Return a text in both languages: a page that is read in one of them hides the other half."""
    if said.zh == said.en:
        return f'<text x="{x:g}" y="{y:g}" fill="{color}" {more}>{escape(said.zh)}</text>'
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{color}" {more}><tspan class="zh">{escape(said.zh)}</tspan>'
        f'<tspan class="gap">&#160;&#160;</tspan><tspan class="en">{escape(said.en)}</tspan></text>'
    )


def _ground(sheet: Sheet, top: float) -> Iterator[str]:
    """Give north arrow and scale bar; a page that looks closer writes the bar's length anew."""
    yield f'<g transform="translate({WIDTH - 34:g} {top + 14:g})" fill="{INK}"><path d="M0 0 8 26 0 20-8 26z"/>'
    yield '<text x="0" y="40" text-anchor="middle" font-weight="bold">N</text></g>'
    km = sheet.frame.bar_km
    points = km * sheet.frame.per_km
    x, y = WIDTH - 24.0 - points, top + sheet.frame.height - 12.0
    yield f'<g fill="{INK}"><path d="M{x:.1f} {y - 6:g}v6h{points:.1f}v-6" fill="none" stroke="{INK}"'
    yield f' stroke-width="1.6"/><text class="bar" data-km="{km:g}" x="{x + points / 2:.1f}" y="{y - 8:g}"'
    yield f' text-anchor="middle">{km:g} km</text></g>'


def _legend(sheet: Sheet, top: float) -> Iterator[str]:
    for i, layer in enumerate(layers_of(sheet)):
        x, y = 16.0 + i % ACROSS * LEGEND_WIDTH, top + i // ACROSS * LEGEND_LINE
        if layer in SYMBOLS:
            yield f'<g transform="translate({x + 10:g} {y - 4:g})">{SYMBOLS[layer]}</g>'
        elif layer in LINES:
            yield f'<path d="M{x:g} {y - 4:g}h20" {LINES[layer]}/>'
        else:
            looks = _looks(sheet, layer)
            wide = 20.0 / len(looks)
            for k, look in enumerate(looks):
                yield f'<rect x="{x + k * wide:.1f}" y="{y - 10:g}" width="{wide:.1f}" height="11" {look}/>'
        yield _line(x + 26.0, y, both(f"map.layer.{layer}"))


def _looks(sheet: Sheet, layer: str, most: int = 4) -> list[str]:
    """Return how the areas of a layer look, one of each colour, in the order in which they are drawn."""
    areas = [shape_of(place) for place in sheet.places if place.layer == layer]
    return list({look.split(" ", 1)[0]: look for look in areas}.values())[:most]


def by_time(places: Sequence[Place]) -> list[Place]:
    """Return what comes up during the drill: injects first, then the rest, each by exercise minute."""
    coming = [place for place in places if place.audience != "player"]
    return sorted(coming, key=lambda place: (
        place.layer != "incident", place.from_ex_min, -LAYERS.index(place.layer), place.place_id,
    ))
