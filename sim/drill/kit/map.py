"""The maps of a package: drawings, data, and a page that is one file and needs no network."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape, quoteattr

from sim.common.types import Text
from sim.drill.kit.draw import Sheet, by_time, layers_of, sheet_of, svg
from sim.drill.kit.geojson import geojson_text
from sim.drill.kit.layout import MAPS, PLAYER_MAPS
from sim.drill.kit.map_words import clock_span, properties_of
from sim.drill.kit.say import both, joined
from sim.drill.model import Drill, Place
from sim.drill.papers.words import Words
from sim.drill.public import for_players

CONTROLLER, PLAYER = "controller", "player"


def write_maps(drill: Drill, folder: Path) -> list[Path]:
    """Write the maps of controllers into ``08_地图`` below *folder*, those of players into ``player`` below that.

    Each is a page (``map.html``), a drawing with Chinese and one with English names, and the data as GeoJSON. What
    players must not know is not in the data of theirs. Players of a blind drill get no map: it shows who takes part.
    Returns the files; equal drills give equal bytes.
    """
    audiences = {CONTROLLER: MAPS, PLAYER: PLAYER_MAPS}
    written = []
    for audience, place in audiences.items():
        if audience == PLAYER and drill.overview.notice == "blind":
            continue
        (folder / place).mkdir(parents=True, exist_ok=True)
        own = for_players(drill) if audience == PLAYER else drill
        made = {
            "map.html": map_page(own, audience), "map.svg": map_svg(own, audience),
            "map_en.svg": map_svg(own, audience, "en"), "layers.geojson": geojson_text(own, audience),
        }
        for name, data in made.items():
            file = folder / place / name
            file.write_text(data, encoding="utf-8", newline="\n")
            written.append(file)
    return written


def map_svg(drill: Drill, audience: str, lang: str = "zh") -> str:
    """Return the drawing by itself, with names in *lang*; title and legend are in both languages."""
    return svg(sheet_of(drill, audience), (lang,))


def map_page(drill: Drill, audience: str) -> str:
    """Return the page; players' has neither times nor a list, and in its data nothing of what is to come."""
    sheet = sheet_of(drill, audience)
    own = "_player" if audience == PLAYER else ""
    page = Template(files("sim.drill.kit").joinpath("map_page.html").read_text(encoding="utf-8"))
    return page.substitute(
        title=escape(f"【演练】 {joined(drill.overview.name)}"), drawing=svg(sheet),
        switches="\n".join(_switches(sheet)),
        slider="" if own else "\n".join(_slider(drill)), rows="" if own else "\n".join(_list(drill, sheet)),
        details="\n".join(_details(sheet)), pick=_said(both(f"map.pick{own}")), notes=_said(both(f"map.notes{own}")),
        layers=_said(both("map.layers")), language=escape(joined(both("map.language"))),
        smaller=_quoted("map.smaller"), larger=_quoted("map.larger"), whole=_quoted("map.whole"),
    )


def _quoted(key: str) -> str:
    return quoteattr(joined(both(key)))


def _said(said: Text) -> str:
    """Return both languages; the page shows the one that was chosen."""
    if said.zh == said.en:
        return escape(said.zh)
    return f'<span class="zh" lang="zh">{escape(said.zh)}</span> <span class="en" lang="en">{escape(said.en)}</span>'


def _switches(sheet: Sheet) -> Iterator[str]:
    for layer in layers_of(sheet):
        count = sum(place.layer == layer for place in sheet.places)
        yield (
            f'<label><input type="checkbox" class="layer" value="{layer}" checked> '
            f"{_said(both(f'map.layer.{layer}'))} ({count})</label>"
        )


def _slider(drill: Drill) -> Iterator[str]:
    said, end = Words(drill=drill, lang="zh"), drill.overview.endex_min
    hours, minutes = drill.overview.start.split(":")
    yield f'<label><input type="checkbox" id="all" checked> {_said(both("map.all_times"))}</label>'
    yield (
        f'<label>{_said(both("map.time"))} <input type="range" id="time" min="0" max="{end:g}" step="1" '
        f'value="{end:g}" data-start="{int(hours) * 60 + int(minutes)}"> '
        f'<output id="clock">{said.clock(end)} ({said.offset(end)})</output></label>'
    )


def _list(drill: Drill, sheet: Sheet) -> Iterator[str]:
    heads = "".join(f"<th>{_said(both(f'map.head.{key}'))}</th>" for key in ("clock", "layer", "what"))
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    said = Words(drill=drill, lang="zh")
    for place in by_time(sheet.places):
        times = f'data-from="{place.from_ex_min:g}" data-to="{place.to_ex_min:g}"'
        yield (
            f'<tr class="row" data-layer="{place.layer}" data-id={quoteattr(place.place_id)} {times} tabindex="0">'
            f"<td>{clock_span(drill, place)}<br>{said.offset(place.from_ex_min)}"
            f"</td><td>{_said(both(f'map.layer.{place.layer}'))}</td><td>{_what(place)}</td></tr>"
        )
    yield "</tbody></table>"


def _details(sheet: Sheet) -> Iterator[str]:
    """Give a hidden block for every place: the page shows that of the one that was clicked."""
    for place in sheet.places:
        yield (
            f'<dl class="about" hidden data-of={quoteattr(f"{place.layer} {place.place_id}")}>'
            f"<dt>{_said(both(f'map.layer.{place.layer}'))}</dt><dd>{_what(place)}</dd>"
        )
        if sheet.audience != PLAYER:
            yield f"<dt>{_said(both('map.head.clock'))}</dt><dd>{clock_span(sheet.drill, place)}</dd>"
        for name, value in properties_of(place):
            yield f"<dt>{_said(name)}</dt><dd>{escape(value)}</dd>"
        yield "</dl>"


def _what(place: Place) -> str:
    number = f"<b>{escape(place.place_id)}</b> " if place.layer == "incident" else ""
    return number + _said(place.name)


__all__ = ["CONTROLLER", "PLAYER", "map_page", "map_svg", "write_maps"]
