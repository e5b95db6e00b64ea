"""Points in time: UTC microseconds, turned into dates only with a named zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US


@dataclass(frozen=True, slots=True, order=True)
class Instant:
    """A moment, in microseconds since 1970-01-01T00:00:00Z."""

    utc_us: int

    @classmethod
    def from_datetime(cls, moment: datetime) -> Instant:
        """Raises ValueError for a datetime without an offset: a wall time alone is not a moment."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return cls((moment - _EPOCH) // _MICROSECOND)

    @classmethod
    def parse(cls, text: str) -> Instant:
        """Read ISO 8601 with an offset (`2026-11-24T14:32:07-05:00`, `...Z`)."""
        return cls.from_datetime(datetime.fromisoformat(text))

    @classmethod
    def local(cls, day: date, zone: ZoneInfo, at: time = time(0)) -> Instant:
        """The wall time `at` on `day`; one that does not exist or exists twice is read at its later instant."""
        wall = datetime.combine(day, at)
        readings = (cls.from_datetime(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
        return max(readings)

    def datetime_in(self, zone: ZoneInfo) -> datetime:
        return (_EPOCH + timedelta(microseconds=self.utc_us)).astimezone(zone)

    def date_in(self, zone: ZoneInfo) -> date:
        return self.datetime_in(zone).date()

    def iso_in(self, zone: ZoneInfo) -> str:
        """ISO 8601 with offset, to the millisecond."""
        return self.datetime_in(zone).isoformat(timespec="milliseconds")

    def plus_us(self, microseconds: int) -> Instant:
        return Instant(self.utc_us + microseconds)

    def since_us(self, earlier: Instant) -> int:
        """Microseconds from `earlier` to this moment; negative if `earlier` is later."""
        return self.utc_us - earlier.utc_us


def day_of(text: str) -> date:
    """Read `2026-01-31`, and no other form of ISO 8601: `2026-W48` or `20260131` was meant otherwise.

    Raises:
        ValueError: it is not written so, or there is no such day.
    """
    if _DAY.fullmatch(text) is None:
        raise ValueError(text)
    return date.fromisoformat(text)


def age_on(birth: date, day: date) -> int:
    """Full years; a person born on 29 February has the birthday on 1 March of a common year (limits contract 3.7)."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def day_of_age(birth: date, years: int) -> date:
    """The first day on which `age_on` says `years`."""
    day = date(birth.year + years, 3, 1)
    return (
        day if (birth.month, birth.day) == (2, 29) and not _leap(day.year) else birth.replace(year=day.year)
    )


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
