"""Windows: which earlier purchases use a pool up, and what is left of it when (contract 3 and 4.1).

A further shape is a further class with these three members, and a line in the pack reader.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from math import lcm
from operator import itemgetter
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import DAY_US, MINUTE_US, Instant
from pos_desktop.domain.limits.counting import Scale
from pos_desktop.domain.limits.model import PatientFacts, Purchase, Spend


@dataclass(frozen=True, slots=True)
class Use:
    """What one pool counts of a day's purchases, or of a single one; `known` is False where a measure lacks (2.8).

    Args:
        at: The moment of the purchase, of several the first.
        purchase, rule: Of a single one, for the list of them.
    """

    at: Instant
    day: date
    amount: Fraction
    known: bool = True
    purchase: Purchase | None = None
    rule: Scale | None = None

    def spend(self, leaves_at: Instant, part: Fraction | None = None) -> Spend:
        """As the reckoning lists it; `part` is what of it falls on one period."""
        bought, counted = self.purchase, self.amount if part is None else part
        if bought is None:
            return Spend(self.at, None, counted, leaves_at, self.known)
        return Spend(self.at, bought.receipt, counted, leaves_at, self.known, bought.items, self.rule)


@dataclass(frozen=True, slots=True)
class Level:
    """From this moment (UTC microseconds) on this much is left, if nothing more is bought.

    `known` is False while a record lacks its measure; `barred` names why nothing may be bought at all
    (`no-active-order`, `before-period`); `applies` is False while the pool is not in force for the patient.
    """

    from_us: int
    left: Fraction
    known: bool = True
    barred: str = ""
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Course:
    """A pool from a moment on: the limit then, what uses it up, and each change to come. `levels[0]` is that moment."""

    limit: Fraction
    spends: tuple[Spend, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a window may look at besides the purchases: the moment, the registry's zone, the patient, the pool's id."""

    at: Instant
    zone: ZoneInfo
    patient: PatientFacts
    pool: str

    @property
    def today(self) -> date:
        return day_of(self.at, self.zone)


class Window(Protocol):
    """A shape of window."""

    @property
    def shape(self) -> str:
        """The pack's word for it."""

    @property
    def days(self) -> int | None:
        """Length in calendar days; None where days do not matter."""

    @property
    def reach_days(self) -> int | None:
        """How many days back a purchase may still matter; None where every one may."""

    @property
    def by_minute(self) -> bool:
        """Whether two purchases of one day may come back at different moments."""

    def course(self, uses: Sequence[Use], limit: Fraction, setting: Setting) -> Course:
        """`uses` are those that the pool counts, oldest first, none after the setting's moment.

        All of one day may be given as one use, of one minute where the window is `by_minute`: the answer is the same.
        """

    def reaches(self, bought: Instant, uses: Sequence[Use], setting: Setting) -> bool:
        """Whether something bought at `bought` may still be in the way at the setting's moment."""


@lru_cache(maxsize=4096)
def midnight(day: date, zone: ZoneInfo) -> Instant:
    """The start of `day` in `zone`."""
    return Instant.local(day, zone)


@lru_cache(maxsize=4096)
def day_of(moment: Instant, zone: ZoneInfo) -> date:
    """The calendar day the registry puts `moment` in; always the programme's zone (contract 3.1)."""
    return moment.date_in(zone)


def exact_sum(amounts: Sequence[Fraction]) -> Fraction:
    """The exact sum; over one common denominator, which is many times quicker than adding one by one."""
    shared = lcm(*(each.denominator for each in amounts))
    return Fraction(sum(each.numerator * (shared // each.denominator) for each in amounts), shared)


class _Releasing(ABC):
    """The windows in which each purchase comes back by itself at a moment that only its own time decides."""

    __slots__ = ()
    by_minute: ClassVar[bool] = False

    @abstractmethod
    def leaves_at(self, bought: Instant, zone: ZoneInfo) -> Instant:
        """The first moment at which a purchase made at `bought` no longer uses the pool up."""

    def course(self, uses: Sequence[Use], limit: Fraction, setting: Setting) -> Course:
        inside = [
            (leaves, use) for use in uses if (leaves := self.leaves_at(use.at, setting.zone)) > setting.at
        ]
        shared = lcm(limit.denominator, *(use.amount.denominator for _, use in inside))
        parts = [use.amount.numerator * (shared // use.amount.denominator) for _, use in inside]
        left = limit.numerator * (shared // limit.denominator) - sum(parts)
        unknown = sum(not use.known for _, use in inside)
        levels = [Level(setting.at.utc_us, Fraction(left, shared), known=unknown == 0)]
        leaving = sorted(zip((each.utc_us for each, _ in inside), parts, inside, strict=True), key=_MOMENT)
        for moment, gone in groupby(leaving, key=_MOMENT):
            for _, part, (_, use) in gone:
                left += part
                unknown -= not use.known
            levels.append(Level(moment, Fraction(left, shared), known=unknown == 0))
        return Course(limit, tuple(use.spend(leaves) for leaves, use in inside), tuple(levels))

    def reaches(self, bought: Instant, uses: Sequence[Use], setting: Setting) -> bool:  # noqa: ARG002  the protocol
        return self.leaves_at(bought, setting.zone) > setting.at


_MOMENT = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Transaction(_Releasing):
    """A limit on one sale alone: nothing bought before counts."""

    shape: ClassVar[str] = "transaction"
    days: ClassVar[int | None] = None
    reach_days: ClassVar[int | None] = 0

    def leaves_at(self, bought: Instant, zone: ZoneInfo) -> Instant:  # noqa: ARG002  the protocol
        return bought


@dataclass(frozen=True, slots=True)
class Day(_Releasing):
    """Purchases of the same calendar day."""

    shape: ClassVar[str] = "day"
    days: ClassVar[int | None] = 1
    reach_days: ClassVar[int | None] = 1

    def leaves_at(self, bought: Instant, zone: ZoneInfo) -> Instant:
        return midnight(day_of(bought, zone) + timedelta(days=1), zone)


@dataclass(frozen=True, slots=True)
class RollingDays(_Releasing):
    """Purchases of the last `days` calendar days; one made on day *d* is back at 00:00 on *d + days* (contract 3.3)."""

    days: int
    shape: ClassVar[str] = "rolling-days"

    @property
    def reach_days(self) -> int:
        return self.days

    def leaves_at(self, bought: Instant, zone: ZoneInfo) -> Instant:
        return midnight(day_of(bought, zone) + timedelta(days=self.days), zone)


@dataclass(frozen=True, slots=True)
class RollingMinutes(_Releasing):
    """Back to the minute: the minute of the purchase itself is still in the way `days` days later (contract 3.5).

    Across a clock change the later of "so many hours" and "the same time by the wall" is used.
    """

    days: int
    shape: ClassVar[str] = "rolling-minutes"
    by_minute: ClassVar[bool] = True

    @property
    def reach_days(self) -> int:
        return self.days

    def leaves_at(self, bought: Instant, zone: ZoneInfo) -> Instant:
        wall = bought.datetime_in(zone)
        by_wall = Instant.local(wall.date() + timedelta(days=self.days), zone, wall.time())
        last = max(bought.plus_us(self.days * DAY_US), by_wall)
        return Instant((last.utc_us // MINUTE_US + 1) * MINUTE_US)


@dataclass(frozen=True, slots=True)
class CalendarMonth(_Releasing):
    """Purchases of the same calendar month, all back on the 1st."""

    shape: ClassVar[str] = "calendar-month"
    days: ClassVar[int | None] = None
    reach_days: ClassVar[int | None] = 31

    def leaves_at(self, bought: Instant, zone: ZoneInfo) -> Instant:
        day = day_of(bought, zone)
        return midnight(date(day.year + day.month // 12, day.month % 12 + 1, 1), zone)


@dataclass(frozen=True, slots=True)
class CalendarYear(_Releasing):
    """Purchases of the same calendar year, all back on 1 January."""

    shape: ClassVar[str] = "calendar-year"
    days: ClassVar[int | None] = None
    reach_days: ClassVar[int | None] = 366

    def leaves_at(self, bought: Instant, zone: ZoneInfo) -> Instant:
        return midnight(date(day_of(bought, zone).year + 1, 1, 1), zone)
