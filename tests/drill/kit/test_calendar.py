"""Calendars: they read back as they were meant, players learn hours only, and those of a blind drill nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from drill.sample import inject, sample
from icalendar import Calendar, Event

from sim.common.errors import InputError
from sim.drill.kit.calendar import controllers_ics, players_ics, write_calendars
from sim.drill.model import Drill


def changed(**overview: object) -> Drill:
    drill = sample()
    return replace(drill, overview=replace(drill.overview, **overview))


def events(data: bytes | None) -> dict[str, Event]:
    assert data is not None
    return {str(event["uid"]).split("@")[0]: event for event in Calendar.from_ical(data).walk("VEVENT")}


def test_every_inject_with_a_time_is_there_with_an_alarm_two_minutes_before() -> None:
    drill = sample()
    found = events(controllers_ics(drill))
    timed = [each for each in drill.injects if each.ex_min is not None]
    assert timed
    assert {each.inject_id for each in timed} <= set(found)
    assert not {each.inject_id for each in drill.injects if each.ex_min is None} & set(found)
    for each in timed:
        event = found[each.inject_id]
        start = datetime(2027, 5, 12, 1, tzinfo=UTC) + timedelta(minutes=each.ex_min or 0.0)
        assert event["dtstart"].dt == start
        assert str(event["uid"]) == f"{each.inject_id}@drill-sample"
        assert str(event["summary"]).startswith(f"【演练】{each.inject_id} {each.title.zh}")
        assert each.message.zh in event["description"]
        assert each.message.en in event["description"]
        assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [timedelta(minutes=-2)]
        assert each.move_id in event["categories"].to_ical().decode()


def test_whom_an_inject_goes_to_is_told_in_both_languages() -> None:
    told = str(events(controllers_ics(sample()))["I-001"]["description"])
    assert "市应急指挥部 值班员" in told
    assert "City command duty officer" in told


def test_the_frame_of_the_day_is_in_order() -> None:
    found = events(controllers_ics(sample()))
    assert found["player_briefing"]["dtend"].dt <= found["EXERCISE"]["dtstart"].dt
    assert found["controller_briefing"]["dtend"].dt <= found["player_briefing"]["dtstart"].dt
    assert found["EXERCISE"]["dtend"].dt - found["EXERCISE"]["dtstart"].dt == timedelta(minutes=160)
    assert found["HOTWASH"]["dtstart"].dt == found["EXERCISE"]["dtend"].dt
    assert found["improvement_due"]["dtstart"].dt > found["report_due"]["dtstart"].dt > date(2027, 5, 12)


@pytest.mark.parametrize("spoken", [True, False])
def test_start_and_end_are_there_once(spoken: bool) -> None:
    drill = sample()
    kept = tuple(each for each in drill.injects if each.kind != "admin")
    admin = tuple(
        inject(number, "admin", minute, None) for number, minute in (("X-01", 0.0), ("X-02", drill.overview.endex_min))
    )
    found = events(controllers_ics(replace(drill, injects=(*kept, *admin) if spoken else kept)))
    assert {"STARTEX", "ENDEX", "X-01", "X-02"} & set(found) == ({"X-01", "X-02"} if spoken else {"STARTEX", "ENDEX"})


def test_version_and_revision_are_those_of_the_drill() -> None:
    for event in events(controllers_ics(changed(version=4, revised_at="2026-12-01"))).values():
        assert event["sequence"] == 4
        assert event["dtstamp"].dt == datetime(2026, 12, 1, tzinfo=UTC)


def test_the_zone_of_the_drill_counts() -> None:
    found = events(controllers_ics(changed(utc_offset="+06:30")))
    assert found["EXERCISE"]["dtstart"].dt == datetime(2027, 5, 12, 2, 30, tzinfo=UTC)


def test_players_get_hours_and_no_content() -> None:
    drill = sample()
    data = players_ics(drill)
    assert set(events(data)) == {"EXERCISE", "HOTWASH", "player_briefing"}
    said = (data or b"").decode().replace("\r\n ", "")
    for each in drill.injects:
        if each.kind == "admin":
            continue
        for word in (each.inject_id, each.title.zh, each.title.en, each.message.zh, each.message.en):
            assert word not in said
    for word in (drill.overview.scenario.zh, drill.overview.scenario.en, "I-0", "A-0"):
        assert word not in said


def test_players_of_a_blind_drill_get_none(tmp_path: Path) -> None:
    blind = changed(notice="blind")
    assert players_ics(blind) is None
    assert [file.name for file in write_calendars(blind, tmp_path)] == ["controllers.ics"]
    assert [file.name for file in write_calendars(sample(), tmp_path / "b")] == ["controllers.ics", "players.ics"]


def test_players_who_know_the_window_only_get_the_day() -> None:
    found = events(players_ics(changed(notice="window")))
    assert set(found) == {"EXERCISE"}
    assert found["EXERCISE"]["dtstart"].dt == date(2027, 5, 12)


def test_equal_drills_give_equal_bytes_and_lines_are_short() -> None:
    assert controllers_ics(sample()) == controllers_ics(sample())
    assert max(len(line) for line in controllers_ics(sample()).split(b"\r\n")) <= 75


@pytest.mark.parametrize("wrong", [{"date": "12.5."}, {"start": "9 am"}, {"utc_offset": "CST"}, {"revised_at": "x"}])
def test_a_date_that_is_none_is_refused_with_a_way_out(wrong: dict[str, str]) -> None:
    with pytest.raises(InputError) as error:
        controllers_ics(changed(**wrong))
    assert error.value.problems[0].code == "kit.clock"
    assert next(iter(wrong.values())) in error.value.problems[0].line("en")
