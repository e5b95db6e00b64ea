"""Windows: which earlier purchases use a pool up, and what is left of it when (contract 3 and 4.1).

A further shape is a further class with these three members, and a line in the pack reader.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from math import lcm
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


class Groups:
    """Purchases that are added up (those of a day, of a minute, or each alone), oldest first; the same for all pools.

    Args:
        of: For each purchase the number of its group.
        first: For each group its first purchase and that one's day.
    """

    def __init__(self, of: Sequence[int], first: Sequence[tuple[Purchase, date]], zone: ZoneInfo) -> None:
        self.of, self.first = of, first
        self._zone = zone
        self._leaving: dict[_Releasing, list[int]] = {}

    def leaving_us(self, window: _Releasing) -> list[int]:
        """For each group the moment at which it comes back; reckoned once for all pools with this window."""
        found = self._leaving.get(window)
        if found is None:
            found = [window.leaves_at(bought.at, day, self._zone).utc_us for bought, day in self.first]
            self._leaving[window] = found
        return found


@dataclass(frozen=True, slots=True)
class Uses:
    """What one pool counts, oldest first.

    Args:
        parts: By number of the group, in so many parts of `over`.
        unknown: The groups in which a measure lacks.
        rules: Where each group is a single purchase: by which rule that one counts.
    """

    groups: Groups
    parts: Mapping[int, int]
    over: int
    unknown: frozenset[int]
    rules: Sequence[Scale] = ()

    def __len__(self) -> int:
        return len(self.parts)

    def __iter__(self) -> Iterator[Use]:
        for group, parts in self.parts.items():
            bought, day = self.groups.first[group]
            single = (bought, self.rules[group]) if self.rules else ()
            yield Use(bought.at, day, exact(parts, self.over), group not in self.unknown, *single)


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
    """A pool from a moment on: the limit then, what of it is used, and what is left.

    Args:
        later: Each change to come, in order; worked out anew for whoever asks.
        spends: What uses it up, one by one.
    """

    limit: Fraction
    used: Fraction
    now: Level
    later: Callable[[], Iterable[Level]]
    spends: Callable[[], Iterable[Spend]]


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

    def course(self, uses: Uses, limit: Fraction, setting: Setting) -> Course:
        """`uses` are those that the pool counts, oldest first, none after the setting's moment.

        All of one day may be given as one use, of one minute where the window is `by_minute`: the answer is the same.
        """

    def reaches(self, bought: Instant, uses: Uses, setting: Setting) -> bool:
        """Whether something bought at `bought` may still be in the way at the setting's moment."""


@lru_cache(maxsize=4096)
def midnight(day: date, zone: ZoneInfo) -> Instant:
    """The start of `day` in `zone`."""
    return Instant.local(day, zone)


@lru_cache(maxsize=4096)
def day_of(moment: Instant, zone: ZoneInfo) -> date:
    """The calendar day the registry puts `moment` in; always the programme's zone (contract 3.1)."""
    return moment.date_in(zone)


@lru_cache(maxsize=4096)
def _earliest_midnight_us(day: date, zone: ZoneInfo) -> int:
    """No moment before this lies in `day` or later, even where midnight comes twice or not at all."""
    wall = datetime.combine(day, time())
    return min(Instant.from_datetime(wall.replace(tzinfo=zone, fold=fold)).utc_us for fold in (0, 1))


def days_of(moments: Iterable[Instant], zone: ZoneInfo) -> list[date]:
    """The day of each, oldest first. The zone is asked once a day and not for each moment."""
    days, day, ends_us = [], date.min, None
    for each in moments:
        if ends_us is None or each.utc_us >= ends_us:
            day = each.date_in(zone)
            ends_us = _earliest_midnight_us(day + timedelta(days=1), zone)
        days.append(day)
    return days


def exact(parts: int, over: int) -> Fraction:
    """`parts / over`; quicker where there is nothing to cancel."""
    return Fraction(parts) if over == 1 else Fraction(parts, over)


def exact_sum(amounts: Sequence[Fraction]) -> Fraction:
    """The exact sum; over one common denominator, which is many times quicker than adding one by one."""
    shared = lcm(*(each.denominator for each in amounts))
    return Fraction(sum(each.numerator * (shared // each.denominator) for each in amounts), shared)


class _Releasing(ABC):
    """The windows in which each purchase comes back by itself at a moment that only its own time decides."""

    __slots__ = ()
    by_minute: ClassVar[bool] = False

    @abstractmethod
    def leaves_at(self, bought: Instant, day: date, zone: ZoneInfo) -> Instant:
        """The first moment at which a purchase made at `bought`, on `day`, no longer uses the pool up."""

    def course(self, uses: Uses, limit: Fraction, setting: Setting) -> Course:
        now_us, leaving = setting.at.utc_us, uses.groups.leaving_us(self)
        # Whole numbers over one denominator: many times quicker than a Fraction at each step.
        over = lcm(limit.denominator, uses.over)
        times = over // uses.over
        back: dict[int, int] = {}
        for group, parts in uses.parts.items():
            moment = leaving[group]
            if moment > now_us:
                back[moment] = back.get(moment, 0) + parts * times
        known_from = max((leaving[group] for group in uses.unknown), default=now_us)
        used = sum(back.values())
        left_now = limit.numerator * (over // limit.denominator) - used

        def later() -> Iterator[Level]:
            left = left_now
            for moment in sorted(back):
                left += back[moment]
                yield Level(moment, exact(left, over), moment >= known_from)

        now = Level(now_us, exact(left_now, over), now_us >= known_from)
        return Course(limit, exact(used, over), now, later, lambda: self._spends(uses, now_us))

    def _spends(self, uses: Uses, now_us: int) -> Iterator[Spend]:
        leaving = uses.groups.leaving_us(self)
        for group, use in zip(uses.parts, uses, strict=True):
            if leaving[group] > now_us:
                yield use.spend(Instant(leaving[group]))

    def reaches(self, bought: Instant, uses: Uses, setting: Setting) -> bool:  # noqa: ARG002  the protocol
        return self.leaves_at(bought, day_of(bought, setting.zone), setting.zone) > setting.at


@dataclass(frozen=True, slots=True)
class Transaction(_Releasing):
    """A limit on one sale alone: nothing bought before counts."""

    shape: ClassVar[str] = "transaction"
    days: ClassVar[int | None] = None
    reach_days: ClassVar[int | None] = 0

    def leaves_at(self, bought: Instant, day: date, zone: ZoneInfo) -> Instant:  # noqa: ARG002  of no account here
        return bought


@dataclass(frozen=True, slots=True)
class Day(_Releasing):
    """Purchases of the same calendar day."""

    shape: ClassVar[str] = "day"
    days: ClassVar[int | None] = 1
    reach_days: ClassVar[int | None] = 1

    def leaves_at(self, bought: Instant, day: date, zone: ZoneInfo) -> Instant:  # noqa: ARG002  by the day alone
        return midnight(day + timedelta(days=1), zone)


@dataclass(frozen=True, slots=True)
class RollingDays(_Releasing):
    """Purchases of the last `days` calendar days; one made on day *d* is back at 00:00 on *d + days* (contract 3.3)."""

    days: int
    shape: ClassVar[str] = "rolling-days"

    @property
    def reach_days(self) -> int:
        return self.days

    def leaves_at(self, bought: Instant, day: date, zone: ZoneInfo) -> Instant:  # noqa: ARG002  by the day alone
        return midnight(day + timedelta(days=self.days), zone)


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

    def leaves_at(self, bought: Instant, day: date, zone: ZoneInfo) -> Instant:  # noqa: ARG002  to the minute
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

    def leaves_at(self, bought: Instant, day: date, zone: ZoneInfo) -> Instant:  # noqa: ARG002  by the day alone
        return midnight(date(day.year + day.month // 12, day.month % 12 + 1, 1), zone)


@dataclass(frozen=True, slots=True)
class CalendarYear(_Releasing):
    """Purchases of the same calendar year, all back on 1 January."""

    shape: ClassVar[str] = "calendar-year"
    days: ClassVar[int | None] = None
    reach_days: ClassVar[int | None] = 366

    def leaves_at(self, bought: Instant, day: date, zone: ZoneInfo) -> Instant:  # noqa: ARG002  by the day alone
        return midnight(date(day.year + 1, 1, 1), zone)
