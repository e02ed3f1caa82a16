"""The first sheet: one line per fact of the drill; its texts may be edited, figures come from the record."""

from __future__ import annotations

from sim.common.types import Text
from sim.drill.model import Difficulty, Drill, Stress
from sim.drill.papers.words import Words, capabilities
from sim.drill.sheets.rows import Row
from sim.drill.sheets.say import both, names_of, say

TEXTS = (
    "name", "purpose", "venues", "host", "organiser", "scenario", "evolution", "consequences", "background",
    "safety_word", "end_conditions",
)
"""Lines that are taken over when they are edited."""
BLANKS = ("commander", "planner", "lead_controller", "lead_evaluator", "contact")
"""Lines to fill in; they stay in the workbook."""


def overview_rows(drill: Drill) -> list[Row]:
    """Return the lines of the first sheet."""
    made: list[Row] = []
    for key, said in _facts(drill).items():
        item = key.partition(".")[0]
        made.append({"key": key, "item": both(f"item.{item}"), "value_zh": said.zh, "value_en": said.en})
    return made


def _facts(drill: Drill) -> dict[str, Text]:
    overview = drill.overview
    own: dict[str, Text] = {key: getattr(overview, key) for key in TEXTS}
    return {
        "name": own["name"], "drill_id": _plain(overview.drill_id), "version": _plain(str(overview.version)),
        "revised_at": _plain(overview.revised_at), "city": overview.city, "form": _word("form", overview.form),
        "notice": _word("notice", overview.notice), "purpose": own["purpose"], **_times(drill),
        **{key: own[key] for key in ("venues", "host", "organiser")}, "playing": _playing(drill),
        **{key: Text("", "") for key in BLANKS}, "hazard": _word("hazard", overview.hazard),
        **{key: own[key] for key in ("scenario", "evolution", "consequences", "background")},
        "event_grade": _plain(overview.event_grade), "response_level": _plain(overview.response_level),
        "warning_color": _word("color", overview.warning_color), "layout": overview.layout,
        "difficulty": _word("difficulty", overview.difficulty),
        **{f"difficulty_of.{each.capability}": _difficulty(drill, each) for each in drill.difficulties},
        **{f"stress.{i}": _stress(each) for i, each in enumerate(drill.stresses, start=1)},
        "realism": Text(f"{overview.realism:.2f} {overview.realism_text.zh}",
                        f"{overview.realism:.2f} {overview.realism_text.en}"),
        "simulation": _simulation(drill), "safety_word": own["safety_word"], "end_conditions": own["end_conditions"],
        "forbidden": Text(*("\n".join(each.of(lang) for each in overview.forbidden) for lang in ("zh", "en"))),
    }


def _times(drill: Drill) -> dict[str, Text]:
    overview = drill.overview
    clock = Words(drill=drill, lang="zh").clock
    return {
        "date": _plain(overview.date), "startex": _plain(f"{clock(0)} ({overview.utc_offset})"),
        "endex": _plain(clock(overview.endex_min)),
        "window": _in_both("window", window=f"{overview.window_min:g}", wash=f"{overview.hotwash_min:g}"),
        "scenario_time": _plain(overview.scenario_time.replace("T", " ")),
    }


def _playing(drill: Drill) -> Text:
    zh, en = (Words(drill=drill, lang=lang) for lang in ("zh", "en"))
    return Text(zh.join([u.name.zh for u in zh.playing()]), en.join([u.name.en for u in en.playing()]))


def _difficulty(drill: Drill, each: Difficulty) -> Text:
    said = []
    for lang in ("zh", "en"):
        told = Words(drill=drill, lang=lang)
        name = capabilities()[each.capability].of(lang) if each.capability in capabilities() else each.capability
        said.append(say(
            "difficulty", lang, name=name, band=told.word("difficulty", each.band), missed=told.share(each.missed),
            low=told.share(each.low), high=told.share(each.high), reason=each.reason.of(lang),
        ))
    return Text(*said)


def _stress(each: Stress) -> Text:
    names = names_of("stress").get(each.kind, Text(each.kind, each.kind))
    return Text(*(
        say(
            "stress_line", lang, kind=names.of(lang), text=each.text.of(lang), band_low=f"{each.band_low:g}",
            band_high=f"{each.band_high:g}", achieved=f"{each.achieved:.2f}", low=f"{each.low:.2f}",
            high=f"{each.high:.2f}", n=each.replications, met=say("met" if each.met else "not_met", lang),
        )
        for lang in ("zh", "en")
    ))


def _simulation(drill: Drill) -> Text:
    each = drill.simulation
    return _in_both(
        "simulation", version=each.turnout_version, n=each.replications, seed=each.seed,
        first=each.first_replication, layout=each.layout_id, hash=each.scenario_sha256,
    )


def _in_both(key: str, **values: object) -> Text:
    return Text(say(key, "zh", **values), say(key, "en", **values))


def _word(area: str, value: str) -> Text:
    return names_of(area).get(value, Text(value, value))


def _plain(said: str) -> Text:
    return Text(said, said)
