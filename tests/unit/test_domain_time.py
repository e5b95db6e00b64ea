"""Moments, wall times where the clocks change, ages."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.instant import DAY_US, HOUR_US, Instant, age_on

DETROIT = ZoneInfo("America/Detroit")
NEW_YORK = ZoneInfo("America/New_York")
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def test_a_wall_time_that_does_not_exist_is_read_later() -> None:
    """On 8 March 2026 the clocks of Detroit jump from 2:00 to 3:00."""
    gap = Instant.local(date(2026, 3, 8), DETROIT, time(2, 30))
    assert gap == Instant.parse("2026-03-08T03:30:00-04:00")


def test_a_wall_time_that_exists_twice_is_read_at_its_second_passing() -> None:
    """On 1 November 2026 1:30 comes twice."""
    twice = Instant.local(date(2026, 11, 1), DETROIT, time(1, 30))
    assert twice == Instant.parse("2026-11-01T01:30:00-05:00")
    assert twice.since_us(Instant.parse("2026-11-01T01:30:00-04:00")) == HOUR_US


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 2), 24)]
)
def test_days_have_23_to_25_hours(day: date, hours: int) -> None:
    start, end = Instant.local(day, DETROIT), Instant.local(day + timedelta(days=1), DETROIT)
    assert end.since_us(start) == hours * HOUR_US


def test_a_midnight_that_is_skipped() -> None:
    """In Beirut the clocks went from 0:00 to 1:00 on 31 March 2024: the day begins at one."""
    beirut = ZoneInfo("Asia/Beirut")
    start = Instant.local(date(2024, 3, 31), beirut)
    assert start.datetime_in(beirut).time() == time(1)
    assert start.plus_us(-1).date_in(beirut) == date(2024, 3, 30)


@given(days, st.times())
def test_a_wall_time_is_read_back(day: date, at: time) -> None:
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    moment = Instant.local(day, NEW_YORK, at)
    local = moment.datetime_in(NEW_YORK)
    exists = datetime.combine(day, at, NEW_YORK).astimezone(UTC).astimezone(NEW_YORK).replace(tzinfo=None)
    if exists == datetime.combine(day, at):
        assert (local.date(), local.time().replace(fold=0)) == (day, at.replace(fold=0))
    assert Instant.parse(moment.iso_in(NEW_YORK)) == moment


@given(
    st.datetimes(timezones=st.just(UTC)).map(
        lambda each: each.replace(year=1970 + each.year % 130, day=min(each.day, 28))
    )
)
def test_microseconds_are_kept_whole(moment: datetime) -> None:
    instant = Instant.from_datetime(moment)
    assert instant.datetime_in(ZoneInfo("UTC")) == moment
    assert instant.utc_us == calendar.timegm(moment.timetuple()) * 1_000_000 + moment.microsecond


@pytest.mark.parametrize("text", ["2026-11-24T14:32:07", "2026-11-24"])
def test_a_wall_time_alone_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        Instant.parse(text)


def test_written_with_offset_to_the_millisecond() -> None:
    at = Instant.parse("2026-11-24T19:32:07.123999Z")
    assert at.iso_in(DETROIT) == "2026-11-24T14:32:07.123-05:00"
    assert at.plus_us(DAY_US).since_us(at) == DAY_US


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 11, 24), date(2026, 11, 23), 17),
        (date(2008, 11, 24), date(2026, 11, 24), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2000, 12, 31), date(2000, 12, 31), 0),
    ],
)
def test_ages(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@given(days, st.integers(0, 40_000))
def test_an_age_grows_by_one_once_a_year(born: date, after: int) -> None:
    day = born + timedelta(days=after)
    assert age_on(born, day + timedelta(days=1)) - age_on(born, day) in (0, 1)
    assert age_on(born, day) == sum(1 for years in range(1, 120) if _birthday(born, born.year + years) <= day)


def _birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
