"""Every way in which people note a time (drill of 2027-05-12, STARTEX 09:00, zone +08:00)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.drill.review.times import read_time

DAY = date(2027, 5, 12)


def read(noted: object, *, basis: str = "wall", start: float = 540.0, zone: str = "+08:00") -> tuple[float, str] | None:
    found = read_time(noted, basis=basis, day=DAY, start_min=start, zone=zone)
    return None if found is None else (round(found.minutes, 6), found.basis)


@pytest.mark.parametrize(
    "noted",
    ["09:05", "9:05", "9：05", "09:05:00", "9时05分", "9时5分", "9点05分", "上午9时05分", "0905",
     "5月12日9时05分", "2027年5月12日 9时05分", "2027-05-12T09:05", "2027-05-12 09:05:00",
     "2027/5/12 9:05", "2027-05-12T09:05+08:00", "2027-05-12T01:05Z",
     "2027-05-12T10:05+09:00", "01:05Z", "9:05 AM", time(9, 5), datetime(2027, 5, 12, 9, 5),
     timedelta(hours=9, minutes=5), 545 / 1440, "0.378472222222222", 46519 + 545 / 1440],
)
def test_five_past_nine_in_every_hand(noted: object) -> None:
    assert read(noted) == (545.0, "wall")


@pytest.mark.parametrize(
    ("noted", "minutes"),
    [("T+35", 35.0), ("T35", 35.0), ("+35min", 35.0), ("+35", 35.0), ("+35分", 35.0), ("35分钟", 35.0),
     ("T+1:05", 65.0), ("T+1h05", 65.0), ("T＋35", 35.0),
     ("D+0 H+1 M+30", 90.0), ("D+1 H+0", 1440.0), ("T+12.5", 12.5)],
)
def test_minutes_after_the_start(noted: str, minutes: float) -> None:
    assert read(noted) == (minutes, "elapsed")


@pytest.mark.parametrize(
    "noted", ["", "abc", "25:00", "9:61", "T-5", "9时99分", "2027-13-40 09:00", "35", -1, True, "2月30日9时"]
)
def test_what_is_no_time_is_none(noted: object) -> None:
    assert read(noted) is None


def test_bare_numbers_are_minutes_where_the_basis_says_so() -> None:
    assert read("35", basis="elapsed") == (35.0, "elapsed")
    assert read(35.0, basis="exercise") == (35.0, "exercise")
    assert read("09:35", basis="exercise") == (35.0, "exercise")


def test_past_midnight_is_the_next_day() -> None:
    late = 22 * 60.0
    assert read("23:50", start=late) == (1430.0, "wall")
    assert read("00:10", start=late) == (1450.0, "wall")
    assert read("次日00:10", start=540.0) == (1450.0, "wall")
    assert read("00:10 (+1)", start=540.0) == (1450.0, "wall")
    assert read("5月13日0时10分", start=late) == (1450.0, "wall")
    assert read("21:30", start=late) == (1290.0, "wall"), "half an hour before the start is not tomorrow"
    assert read("16:10Z", start=late) == (1450.0, "wall"), "another zone, past midnight here"


def test_precision_is_that_of_the_note() -> None:
    for noted, precision in (("09:05", 1.0), ("09:05:30", 1 / 60), ("9时05分30秒", 1 / 60), ("T+35", 1.0)):
        found = read_time(noted, basis="wall", day=DAY, start_min=540.0, zone="+08:00")
        assert found is not None
        assert found.precision_min == pytest.approx(precision)


@given(st.integers(0, 23), st.integers(0, 59))
def test_all_forms_of_one_clock_agree(hour: int, minute: int) -> None:
    forms = [f"{hour:02d}:{minute:02d}", f"{hour}时{minute:02d}分", time(hour, minute), (60 * hour + minute) / 1440]
    assert len({read(form) for form in forms}) == 1


@given(st.text(max_size=20))
def test_no_text_breaks_it(noted: str) -> None:
    read(noted)
