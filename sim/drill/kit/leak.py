"""Does what players get tell them anything that is the controllers'? Every file of theirs is searched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from itertools import combinations, pairwise

from sim.common.texts import LANGUAGES, catalogue
from sim.common.types import Text
from sim.drill.expected import Benchmark
from sim.drill.kit.unpack import UnreadableError, texts
from sim.drill.model import Drill
from sim.drill.papers.words import Words
from sim.drill.public import UNANNOUNCED, for_players

NUMBERS = re.compile(r"(?<![A-Za-z0-9])(?:[ICA]-\d{3}(?:-\d+)?|R-\d{2}|P(?:05|10|25|50|75|80|90|95))(?![A-Za-z0-9])")
"""Ids of injects and expected actions, names of quantiles."""
DECIMAL = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])")
SPACE = re.compile(r"\s+")
LEAST_HAN, LEAST_LATIN = 4, 10
"""Shorter words say too little to be a secret: the papers of players use them too."""
NEAR = 40
"""Letters between the two figures of one position."""
HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One thing that players could read."""

    file: str
    kind: str
    """``text``, ``number`` (an id or the name of a quantile), ``figures``, ``place``, ``moment`` or ``unreadable``."""
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What players must not read."""

    said: frozenset[str]
    """Without white space."""
    figures: frozenset[tuple[str, ...]]
    """Three quantiles of one action in a row."""
    positions: frozenset[tuple[str, str]]
    """Longitude and latitude, three decimals."""
    moments: frozenset[str]
    """Day and hours of a blind drill; hours alone if players are told the window."""


def secrets_of(drill: Drill) -> Secrets:
    """Return what players must not read before the drill.

    What players may read anyway (names of their units and of places that stand there, questions of a tabletop, what the
    handbook says) is no secret, though an inject may say it too.
    """
    hidden: list[object] = [_news(drill), _tasks(drill), *drill.states, *drill.stresses, *drill.branches]
    hidden += [place.name for place in drill.places if place.audience != "player"]
    hidden += [drill.overview.evolution, drill.overview.consequences, drill.overview.scenario]
    hidden += [drill.overview.realism_text, [each.reason for each in drill.difficulties]]
    hidden += [[move.summary, move.name] for move in drill.moves if any(move.summary)]
    hidden += [[each.headline, each.description, each.instruction] for each in drill.warnings]
    hidden += [each.points for each in drill.questions]
    if drill.overview.notice in UNANNOUNCED:
        hidden += [drill.overview.name, drill.overview.purpose, drill.overview.drill_id]
    if drill.overview.notice == "blind":
        hidden += [drill.overview.background, drill.overview.venues]
    known = _known(drill)
    said = {SPACE.sub("", each) for each in _words(hidden)}
    return Secrets(
        said=frozenset(each for each in said if _tells(each) and each not in known),
        figures=frozenset(triple for action in drill.actions for triple in _triples(action.benchmark)),
        positions=frozenset(_positions(drill)),
        moments=frozenset(each for each in _moments(drill) if each not in known),
    )


def leaks_in(name: str, data: bytes, secrets: Secrets) -> list[Leak]:
    """Return what the file *name* of the players tells them, each thing once."""
    found: dict[tuple[str, str], None] = {}
    try:
        for said in (name, *texts(name, data)):
            found.update(dict.fromkeys(_found(said, secrets)))
    except UnreadableError as error:
        found["unreadable", str(error)] = None
    return [Leak(file=name, kind=kind, value=value) for kind, value in found]


def leaks(files: Iterable[tuple[str, bytes]], drill: Drill) -> list[Leak]:
    """Return what the players' *files* (name, content) tell them."""
    secrets = secrets_of(drill)
    return [leak for name, data in files for leak in leaks_in(name, data, secrets)]


def _found(said: str, secrets: Secrets) -> Iterator[tuple[str, str]]:
    bare = SPACE.sub("", said)
    yield from (("text", each) for each in sorted(secrets.said) if each in bare)
    yield from (("number", each) for each in NUMBERS.findall(said))
    yield from (
        ("moment", each) for each in sorted(secrets.moments)
        if re.search(rf"(?<!\d)(?<!\d:){re.escape(each)}(?!\d|:\d)", bare)
    )
    shown = [f"{float(each):.1f}" for each in DECIMAL.findall(said)]
    yield from (
        ("figures", " ".join(triple))
        for triple in zip(shown, shown[1:], shown[2:], strict=False) if triple in secrets.figures
    )
    places = [(each.start(), f"{float(each[0]):.3f}") for each in DECIMAL.finditer(said) if "." in each[0]]
    for (at, one), (after, other) in pairwise(places):
        if after - at < NEAR and ((one, other) in secrets.positions or (other, one) in secrets.positions):
            yield "place", f"{one} {other}"


# ---- what is secret ------------------------------------------------------------------------


def _news(drill: Drill) -> list[object]:
    told = [inject for inject in drill.injects if inject.kind != "admin"]
    return [
        [each.title, each.message, each.condition, each.first_report, *each.answers, *each.materials] for each in told
    ]


def _tasks(drill: Drill) -> list[object]:
    return [[each.action, each.standard, each.binding, each.critical_task] for each in drill.actions]


def _moments(drill: Drill) -> Iterator[str]:
    """Give the day as it may be written, and the hours, as far as players must not know them."""
    overview, say = drill.overview, Words(drill=drill, lang="zh")
    if overview.notice in ("blind", "window"):
        end = overview.endex_min
        yield from (say.clock(at).partition(" ")[0] for at in (0.0, end, end + overview.hotwash_min))
    if overview.notice == "blind":
        year, month, day = overview.date.split("-")
        yield from (overview.date, f"{year}{month}{day}", f"{year}/{month}/{day}")
        yield f"{year}年{int(month)}月{int(day)}日"


def _known(drill: Drill) -> str:
    """Return what players may read, without white space: their own part of the record, and what papers always say."""
    overview = drill.overview
    called = for_players(drill).overview
    public: list[object] = [called.name, called.purpose]
    if overview.notice != "blind":
        public += [overview.background, overview.venues]
    public += [overview.safety_word, overview.forbidden, overview.end_conditions]
    public += [drill.units, [[each.who] for each in drill.objectives]]
    public += [place.name for place in drill.places if place.audience == "player"]
    if drill.overview.form == "tabletop":
        public += [each.text for each in drill.questions]
    said = SPACE.sub("", "\n".join(_words(public)))
    return said + "".join(_handbook(lang) + SPACE.sub("", _capabilities(drill, lang)) for lang in LANGUAGES)


@cache
def _handbook(lang: str) -> str:
    return SPACE.sub("", "\n".join(said for key, said in catalogue(lang).items() if key.startswith("papers.")))


def _capabilities(drill: Drill, lang: str) -> str:
    say = Words(drill=drill, lang=lang)
    return "\n".join(say.capability(each.capability) for each in drill.objectives)


def _words(value: object) -> Iterator[str]:
    """Give every word in *value*; ids and other codes of records are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Text):
        yield from value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _words(each)
    elif is_dataclass(value):
        for each in fields(value):
            inner = getattr(value, each.name)
            if not isinstance(inner, str):
                yield from _words(inner)


def _tells(said: str) -> bool:
    return len(said) >= (LEAST_HAN if HAN.search(said) else LEAST_LATIN)


def _triples(law: Benchmark | None) -> Iterator[tuple[str, ...]]:
    """Give every three quantiles in rising order; those that are equal or all whole numbers are met by chance."""
    if law is None:
        return
    known = [law.p05, law.p10, law.p25, law.p50, law.p75, law.p80, law.p90, law.p95]
    shown = [f"{value:.1f}" for value in known if value is not None]
    yield from (triple for triple in combinations(shown, 3) if _odd(triple))


def _odd(triple: tuple[str, ...]) -> bool:
    return len(set(triple)) == len(triple) and not all(each.endswith(".0") for each in triple)


def _positions(drill: Drill) -> Iterator[tuple[str, str]]:
    """Give where something is to happen, but for where players' own places stand."""
    open_to_all = {_rounded(each) for place in drill.places if place.audience == "player" for each in place.coordinates}
    open_to_all |= {_rounded((unit.lon, unit.lat)) for unit in drill.units}
    spots = [each for place in drill.places if place.audience != "player" for each in place.coordinates]
    spots += [(each.lon, each.lat) for each in drill.injects if each.lon is not None and each.lat is not None]
    yield from (each for each in map(_rounded, spots) if each not in open_to_all)


def _rounded(position: tuple[float, float]) -> tuple[str, str]:
    return f"{position[0]:.3f}", f"{position[1]:.3f}"
