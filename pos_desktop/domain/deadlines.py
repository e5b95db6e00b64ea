"""When a report is due, and how the queue stands against that: green, amber, red.

A reporting duty is data: of the programme's pack (`[programme.reporting]`), or typed by the operator with its citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from pos_desktop.domain.outbox import OutboxItem

REAL_TIME = "real-time"
SAME_DAY = "same-day"
_UNITS = {"minutes": MINUTE_US, "hours": HOUR_US, "days": DAY_US}
_MOST = {SAME_DAY: 24, "minutes": 1440, "hours": 744, "days": 31}
_FORM = re.compile(r"real-time|(same-day) ([1-9][0-9]{0,3})|([1-9][0-9]{0,3}) (minutes|hours|days)")
HOW_IT_GOES = "real-time, same-day 22 (by that hour of the store's day), 5 minutes, 24 hours or 3 days"


@dataclass(frozen=True, slots=True)
class Duty:
    """By when a report must be at the state, and where that is written.

    Args:
        kind: `real-time`, `same-day`, `minutes`, `hours` or `days`.
        number: The hour of the day (24 is its end), or how many; 0 for real time.
    """

    kind: str
    number: int
    cite: str

    @classmethod
    def parse(cls, text: str, cite: str) -> Duty:
        """Raises ValueError: not in one of the forms of `HOW_IT_GOES`."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(text)
        kind = found[1] or found[4] or REAL_TIME
        number = int(found[2] or found[3] or 0)
        if kind != REAL_TIME and number > _MOST[kind]:
            raise ValueError(text)
        return cls(kind, number, cite)

    def __str__(self) -> str:
        if self.kind == REAL_TIME:
            return REAL_TIME
        return f"{SAME_DAY} {self.number}" if self.kind == SAME_DAY else f"{self.number} {self.kind}"

    @property
    def words(self) -> str:
        """Goes on from “Sales are reported …”."""
        if self.kind == REAL_TIME:
            return "at once"
        if self.kind == SAME_DAY:
            return "the same day" if self.number == 24 else f"the same day by {self.number}:00"
        return f"within {self.number} {self.kind if self.number > 1 else self.kind.removesuffix('s')}"

    def due_at(self, made: Instant, zone: ZoneInfo) -> Instant:
        """When what was made at `made` must be at the state. `zone` is the store's.

        Real time is due at `made` itself, and nothing else is: no source gives it a number, and none is invented. What
        is made after the day's hour is due by the day's end, which is all that is left of the same day.
        """
        if self.kind == REAL_TIME:
            return made
        if self.kind == SAME_DAY:
            day = made.date_in(zone)
            end = Instant.local(day + timedelta(days=1), zone)
            by = end if self.number == 24 else Instant.local(day, zone, time(self.number))
            return by if made < by else end
        return made.plus_us(self.number * _UNITS[self.kind])


def due_at(
    made: Instant, zone: ZoneInfo, *, duty: Duty | None, outage_hours: int | None, line_up: bool
) -> Instant | None:
    """When a report made at `made` is due; None where no duty is known.

    `outage_hours` is what the programme's outage rule gives for what is made while the state cannot be reached; where
    it is the only number there is, it holds for all.
    """
    if outage_hours is not None and (duty is None or not line_up):
        return made.plus_us(outage_hours * HOUR_US)
    return None if duty is None else duty.due_at(made, zone)


AMBER_AFTER_US = HOUR_US
RED_AFTER_US = DAY_US
"""The age alarms of the reliability contract, section 4."""
SOON_US = HOUR_US


@dataclass(frozen=True, slots=True)
class Waits:
    """How old and how late the open reports are, counted over all of them.

    Args:
        past_due: A deadline with a number has passed; of what is due in real time, what is past the 24 h alarm.
        due_soon: The deadline is within the hour.
        hour_old, day_old: How many are past the first and the second age alarm; who is in the one is in the other.
    """

    oldest: Instant | None = None
    next_due: Instant | None = None
    past_due: int = 0
    due_soon: int = 0
    hour_old: int = 0
    day_old: int = 0


# Stated here, and for the store's queries once more in storage.outbox_rows; a test holds the two side by side.


def is_past_due(item: OutboxItem, now: Instant) -> bool:
    """Past its deadline; what is due in real time has no number to be late by, and is so after the second age alarm."""
    if item.due_at is None or item.due_at >= now:
        return False
    return item.due_at != item.created_at or is_day_old(item, now)


def is_day_old(item: OutboxItem, now: Instant) -> bool:
    """Past the second age alarm."""
    return now.since_us(item.created_at) > RED_AFTER_US


def is_late(item: OutboxItem, now: Instant) -> bool:
    """What a person should look at for its age: past its deadline, or past the second age alarm."""
    return is_past_due(item, now) or is_day_old(item, now)


def waits_of(items: Iterable[OutboxItem], now: Instant) -> Waits:
    """Of open reports."""
    found = tuple(items)
    ages = [now.since_us(each.created_at) for each in found]
    due = [each for each in found if each.due_at is not None]
    return Waits(
        oldest=min((each.created_at for each in found), default=None),
        next_due=min((each.due_at for each in due if each.due_at is not None), default=None),
        past_due=sum(is_past_due(each, now) for each in found),
        due_soon=sum(_is_due_soon(each, now) for each in found),
        hour_old=sum(age > AMBER_AFTER_US for age in ages),
        day_old=sum(is_day_old(each, now) for each in found),
    )


def _is_due_soon(item: OutboxItem, now: Instant) -> bool:
    return (
        item.due_at is not None
        and item.due_at != item.created_at
        and 0 <= item.due_at.since_us(now) < SOON_US
    )


class Standing(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


def standing(waits: Waits, *, needs_person: int, key_refused: bool) -> Standing:
    """How the queue stands.

    Red: a deadline has passed, a report is older than 24 h, one needs a person, or the state refuses the store's key.
    Amber: a report is older than 1 h, or its deadline is less than an hour away.
    Green: everything else; reports may wait, none of them unusually long.

    A report that is due in real time has no number to be late by: its age alone makes it amber (1 h) and red (24 h).
    """
    if waits.past_due or waits.day_old or needs_person or key_refused:
        return Standing.RED
    if waits.hour_old or waits.due_soon:
        return Standing.AMBER
    return Standing.GREEN
