"""When a report is due, and when the queue is green, amber or red."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.deadlines import Duty, Standing, Waits, due_at, is_late, standing, waits_of
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from pos_desktop.domain.outbox import OutboxItem
from tests.fixtures.reports import START, sample_report

DETROIT = ZoneInfo("America/Detroit")
AT = Instant.parse("2026-11-24T14:30:00-05:00")
REAL_TIME = Duty.parse("real-time", "sample")


@pytest.mark.parametrize(
    ("text", "words", "due"),
    [
        ("real-time", "at once", "2026-11-24T14:30:00-05:00"),
        ("5 minutes", "within 5 minutes", "2026-11-24T14:35:00-05:00"),
        ("1 hours", "within 1 hour", "2026-11-24T15:30:00-05:00"),
        ("24 hours", "within 24 hours", "2026-11-25T14:30:00-05:00"),
        ("3 days", "within 3 days", "2026-11-27T14:30:00-05:00"),
        ("same-day 22", "the same day by 22:00", "2026-11-24T22:00:00-05:00"),
        ("same-day 24", "the same day", "2026-11-25T00:00:00-05:00"),
        ("same-day 15", "the same day by 15:00", "2026-11-24T15:00:00-05:00"),
        ("same-day 14", "the same day by 14:00", "2026-11-25T00:00:00-05:00"),
    ],
)
def test_a_duty_says_when_it_is_due(text: str, words: str, due: str) -> None:
    duty = Duty.parse(text, "sample")
    assert (str(duty), duty.words, duty.cite) == (text, words, "sample")
    assert duty.due_at(AT, DETROIT) == Instant.parse(due)


@pytest.mark.parametrize(
    ("made", "due"),
    [
        ("2026-11-01T00:30:00-04:00", "2026-11-02T00:00:00-05:00"),
        ("2026-03-08T01:00:00-05:00", "2026-03-09T00:00:00-04:00"),
        ("2026-11-24T23:59:59-05:00", "2026-11-25T00:00:00-05:00"),
    ],
)
def test_the_end_of_the_day_is_the_stores_on_long_and_short_days_too(made: str, due: str) -> None:
    assert Duty.parse("same-day 24", "s").due_at(Instant.parse(made), DETROIT) == Instant.parse(due)


@given(
    st.sampled_from(
        [*(f"same-day {hour}" for hour in range(1, 25)), "1 minutes", "5 minutes", "24 hours", "3 days"]
    ),
    st.integers(0, 400 * 24 * 60).map(lambda minutes: AT.plus_us(minutes * MINUTE_US)),
)
def test_only_real_time_is_due_when_it_is_made(text: str, made: Instant) -> None:
    """So that a duty with a number is never taken for one without: on both days when the clocks change, too."""
    due = Duty.parse(text, "s").due_at(made, DETROIT)
    assert made < due
    if text.startswith("same-day"):
        assert due.plus_us(-1).date_in(DETROIT) == made.date_in(DETROIT)
    assert REAL_TIME.due_at(made, DETROIT) == made


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "0 hours", "01 hours", "745 hours", "1441 minutes", "32 days", "same-day 0", "same-day 25",
        "-1 days", "1.5 days", "24 Hours", "24  hours", "same-day", "real-time 1", "٣ days", "24 hours ",
    ],
)  # fmt: skip
def test_what_is_no_duty(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        Duty.parse(text, "sample")


@pytest.mark.parametrize(
    ("duty", "hours", "line_up", "due"),
    [
        (None, None, True, None),
        (None, None, False, None),
        (None, 24, True, AT.plus_us(DAY_US)),
        (None, 24, False, AT.plus_us(DAY_US)),
        (REAL_TIME, None, True, AT),
        (REAL_TIME, None, False, AT),
        (REAL_TIME, 24, True, AT),
        (REAL_TIME, 24, False, AT.plus_us(DAY_US)),
    ],
)
def test_the_outage_rules_hours_hold_for_what_is_made_in_one(
    duty: Duty | None, hours: int | None, line_up: bool, due: Instant | None
) -> None:
    assert due_at(AT, DETROIT, duty=duty, outage_hours=hours, line_up=line_up) == due


def made(age_us: int, due_us: int | None) -> OutboxItem:
    """A report of that age; due so long after it was made."""
    at = START.plus_us(-age_us)
    return replace(sample_report(1, at=at), due_at=None if due_us is None else at.plus_us(due_us))


@pytest.mark.parametrize(
    ("age_us", "due_us", "colour", "late"),
    [
        (0, None, Standing.GREEN, False),
        (HOUR_US, None, Standing.GREEN, False),
        (HOUR_US + 1, None, Standing.AMBER, False),
        (DAY_US, None, Standing.AMBER, False),
        (DAY_US + 1, None, Standing.RED, True),
        (1, 0, Standing.GREEN, False),
        (HOUR_US + 1, 0, Standing.AMBER, False),
        (DAY_US + 1, 0, Standing.RED, True),
        (0, DAY_US, Standing.GREEN, False),
        (0, HOUR_US, Standing.GREEN, False),
        (0, HOUR_US - 1, Standing.AMBER, False),
        (5 * MINUTE_US, 5 * MINUTE_US, Standing.AMBER, False),
        (5 * MINUTE_US + 1, 5 * MINUTE_US, Standing.RED, True),
        (-HOUR_US, None, Standing.GREEN, False),
    ],
)
def test_the_colour_of_one_waiting_report(
    age_us: int, due_us: int | None, colour: Standing, late: bool
) -> None:
    item = made(age_us, due_us)
    assert standing(waits_of([item], START), needs_person=0, key_refused=False) is colour
    assert is_late(item, START) is late


def test_an_empty_queue_is_green_and_a_person_or_a_key_makes_it_red() -> None:
    nothing = waits_of([], START)
    assert nothing == Waits()
    assert standing(nothing, needs_person=0, key_refused=False) is Standing.GREEN
    assert standing(nothing, needs_person=1, key_refused=False) is Standing.RED
    assert standing(nothing, needs_person=0, key_refused=True) is Standing.RED


def test_waits_are_counted_over_all() -> None:
    items = [made(0, None), made(2 * HOUR_US, HOUR_US), made(2 * DAY_US, 0), made(0, MINUTE_US)]
    told = waits_of(items, START)
    assert (told.past_due, told.due_soon, told.hour_old, told.day_old) == (2, 1, 2, 1)
    assert (told.oldest, told.next_due) == (items[2].created_at, items[2].due_at)
