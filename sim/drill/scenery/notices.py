"""Public warnings of a drill, from those that go out in one copy: in words, with colour, area and who does what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sim.city.model import City
from sim.common.types import NEVER, Text
from sim.drill.clocks import TimeMap, ex_at, sim_at
from sim.drill.copies import Copy
from sim.drill.csv_rows import shipped
from sim.drill.model import PublicWarning
from sim.drill.scenery.notice_chains import ALERT, CANCEL, Message, messages
from sim.drill.scenery.places_hazard import zone_ring
from sim.drill.scenery.scenery_words import scenery_text

NAMED = 6
"""Townships named one by one; of more the number is told."""
SOON_MIN = 1.0
"""A danger is still to come if it is so far ahead."""


def notices(city: City, copy: Copy, time_map: TimeMap, inject_of: Mapping[int, str]) -> tuple[PublicWarning, ...]:
    """Return the warnings that go out until ENDEX (the end of *time_map*), by time.

    *inject_of* has the inject that goes with a danger, by its index in the scenario; a message goes with that of its
    first new danger, else with that of its chain; the empty word if there is none. Colour follows the response level
    open at the time (``warning_colors.csv``, to be checked against the local plan). Townships without an outline are
    named but not drawn. The mark of an exercise is the renderer's.
    """
    made: list[PublicWarning] = []
    earlier: dict[str, list[str]] = {}
    for ex_min, message in told(copy, time_map):
        warning_id = f"W-{len(made) + 1}"
        before = earlier.setdefault(message.chain, [])
        made.append(_notice(city, copy, message, warning_id, tuple(before), ex_min, inject_of))
        before.append(warning_id)
    return tuple(made)


def told(copy: Copy, time_map: TimeMap) -> list[tuple[float, Message]]:
    """Return the messages with their exercise minutes, one for each chain and minute.

    What a chain says before STARTEX, or in the hours that a jump leaves out, comes as one message that stands as of the
    minute after: an alert that was updated meanwhile is an alert of what the update says, and one that was lifted
    meanwhile is not worth a message.
    """
    together: dict[tuple[float, str], list[Message]] = {}
    for message in messages(copy):
        ex_min = max(0.0, round(ex_at(time_map, message.minute), 1))
        if ex_min < time_map[-1][1]:
            together.setdefault((ex_min, message.chain), []).append(message)
    return [
        (ex_min, _as_one(same, sim_at(time_map, ex_min))) for (ex_min, _), same in together.items()
        if (same[0].type, same[-1].type) != (ALERT, CANCEL)
    ]


def _as_one(same: Sequence[Message], minute: float) -> Message:
    first, last = same[0], same[-1]
    return replace(
        last, type=first.type if first.type == ALERT else last.type, minute=max(last.minute, minute),
        new=tuple(number for message in same for number in message.new),
    )


def _notice(
    city: City, copy: Copy, message: Message, warning_id: str, before: tuple[str, ...], ex_min: float,
    inject_of: Mapping[int, str],
) -> PublicWarning:
    kind = next(row for row in shipped("warning_kinds.csv") if row["kind"] == message.kind)
    color = next(row for row in shipped("warning_colors.csv") if int(row["rank"]) == message.rank)
    over = message.type == CANCEL
    zones = zones_of(copy, message.dangers)
    event, area = scenery_text(f"notice.event.{message.kind}"), zone_names(city, zones)
    rings = [zone_ring(city, zone) for zone in zones]
    return PublicWarning(
        warning_id=warning_id, message_type=message.type, references=before, event=event,
        inject_id=next((inject_of[d] for d in (*message.new, *message.dangers) if d in inject_of), ""),
        event_code=kind["event_code"], color=color["color"], urgency="Past" if over else kind["urgency"],
        severity=color["severity"], certainty="Observed" if over else kind["certainty"],
        headline=scenery_text(
            f"notice.headline.{message.type}", city=city.name, event=event,
            color=scenery_text(f"notice.color.{color['color']}"),
        ),
        description=_description(copy, message, area), ex_min=ex_min,
        instruction=scenery_text("notice.over") if over else _instruction(city, copy, message),
        expires_ex_min=ex_min + float(kind["valid_min"]),
        zones=tuple(city.zones.code[zone] for zone in zones), area=area,
        polygons=tuple(ring for ring in rings if ring is not None),
    )


def zones_of(copy: Copy, dangers: Sequence[int]) -> list[int]:
    """Return the townships of *dangers*, each once, in the order of the city's table."""
    return sorted({int(zone) for number in dangers for zone in copy.scenario.dangers[number].zones})


def zone_names(city: City, zones: Sequence[int]) -> Text:
    """Return the townships' names as a list; of many only the first few, with the number of all."""
    names = [city.zones.name[zone] for zone in zones[:NAMED]]
    listed = Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))
    return listed if len(zones) <= NAMED else scenery_text("notice.area.more", zones=listed, count=len(zones))


def _description(copy: Copy, message: Message, area: Text) -> Text:
    """Say what threatens whom, and in how many minutes of the story unless some of it has come already."""
    dangers = [copy.scenario.dangers[number] for number in message.dangers]
    if message.type == CANCEL:
        return scenery_text("notice.gone", event=scenery_text(f"notice.event.{message.kind}"), area=area)
    people = sum(int(danger.people.sum()) for danger in dangers)
    ahead = [danger.strike_min - message.minute for danger in dangers if danger.strike_min < NEVER]
    coming = [minutes for minutes in ahead if minutes >= SOON_MIN]
    # When an aftershock comes nobody knows beforehand, though the scenario does.
    if message.kind == "aftershock":
        return scenery_text("notice.threat.aftershock", area=area)
    source = _source(copy, message)
    if not coming or len(coming) < len(ahead):
        return scenery_text(f"notice.threat.{message.kind}", area=area, people=f"{people:,}", source=source)
    soon = scenery_text("notice.threat.in", minutes=f"{min(coming):.0f}")
    what = scenery_text(f"notice.threat.{message.kind}", area=area, people=f"{people:,}", source=source)
    return Text(what.zh + soon.zh, f"{what.en} {soon.en}")


def _source(copy: Copy, message: Message) -> Text:
    """Return where it comes from: the event; of an explosion that may come, the fire that heats the tank."""
    events = copy.scenario.events
    event = events[copy.scenario.dangers[message.dangers[0]].event]
    return events[event.parent].name if message.kind == "explosion" and event.parent >= 0 else event.name


def _instruction(city: City, copy: Copy, message: Message) -> Text:
    """Say what to do; of a cloud as the log says who was told to leave and who to stay in."""
    if message.kind != "gas":
        return scenery_text(f"notice.do.{message.kind}")
    parts = []
    for action in ("shelter", "leave"):
        rows = [row for row in copy.log.evacuations if row.danger in message.dangers and row.action == action]
        if rows:
            zones = sorted({row.zone for row in rows})
            parts.append(scenery_text(f"notice.do.gas.{action}", zones=zone_names(city, zones)))
    parts.append(scenery_text("notice.do.gas"))
    return Text("".join(part.zh for part in parts), " ".join(part.en for part in parts))
