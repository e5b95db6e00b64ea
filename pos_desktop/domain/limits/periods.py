"""Windows that stand by dates of the patient: fill periods and a practitioner's order (contract 4.1 and 4.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice
from typing import ClassVar

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Order, Spend
from pos_desktop.domain.limits.windows import (
    Course,
    Level,
    Setting,
    Use,
    Uses,
    day_of,
    exact_sum,
    midnight,
)

NOUGHT = Fraction(0)
HORIZON = timedelta(days=400)
"""How far ahead answers look (contract 5, `enough_at`)."""
BEFORE_PERIOD = "before-period"
NO_ORDER = "no-active-order"


@dataclass(frozen=True, slots=True)
class FillPeriod:
    """Fixed periods of `days` days from an anchor; nothing unused is carried over.

    The last `early_days` of a period also open the next one: a purchase then first uses what is left of its own.

    Args:
        anchor: Where the first period begins unless the patient's record states it: `first-purchase` or
            `certification`.
    """

    days: int
    anchor: str
    early_days: int = 0
    shape: ClassVar[str] = "fill-period"
    reach_days: ClassVar[int | None] = None
    by_minute: ClassVar[bool] = False

    def course(self, uses: Uses, limit: Fraction, setting: Setting) -> Course:
        begins = self._begins(uses, setting)
        if begins is None or setting.today < begins:
            later = (
                () if begins is None else tuple(self._levels(_Periods(self, begins, limit), begins, setting))
            )
            shut = Level(setting.at.utc_us, NOUGHT, barred=BEFORE_PERIOD)
            return Course(limit, NOUGHT, shut, lambda: later, tuple)
        periods = _Periods(self, begins, limit)
        for use in uses:
            periods.charge(use)
        number = periods.number(setting.today)
        open_now = (number, number + 1) if periods.is_early(setting.today) else (number,)
        return Course(
            limit * len(open_now),
            periods.used(open_now),
            next(self._levels(periods, setting.today, setting)),
            lambda: islice(self._levels(periods, setting.today, setting), 1, None),
            lambda: periods.spends(open_now, setting),
        )

    def reaches(self, bought: Instant, uses: Uses, setting: Setting) -> bool:
        begins, day = self._begins(uses, setting), day_of(bought, setting.zone)
        if begins is None:
            return False
        if day <= begins and setting.patient.anchor is None and self.anchor == "first-purchase":
            # Before the first purchase that we know of there may have been others elsewhere, in a period of their own.
            return (setting.today - day).days < self.days
        periods = _Periods(self, begins, NOUGHT)
        charged_to = periods.number(day) + periods.is_early(day)
        return begins <= day and charged_to >= periods.number(setting.today)

    def _begins(self, uses: Uses, setting: Setting) -> date | None:
        patient = setting.patient
        if patient.anchor is not None:
            return patient.anchor
        if self.anchor == "certification":
            return patient.certification_from
        return next((use.day for use in uses), setting.today)

    def _levels(self, periods: _Periods, since: date, setting: Setting) -> Iterator[Level]:
        """At `since`, and at each later day on which a period begins or the next one opens early."""
        last = setting.today + HORIZON
        now = max(setting.at, midnight(since, setting.zone))
        yield periods.level(since, now.utc_us)
        if not periods.charged and not periods.anchored_by(setting):
            return  # The first purchase to come will begin the first period, whenever that is.
        number = periods.number(since)
        while (day := periods.first_day(number)) <= last:
            opens = periods.first_day(number + 1) - timedelta(days=self.early_days)
            for change in (day, opens) if self.early_days else (day,):
                if since < change <= last:
                    yield periods.level(change, midnight(change, setting.zone).utc_us)
            number += 1


class _Periods:
    """The periods from `begins` on, and what is charged to each."""

    def __init__(self, shape: FillPeriod, begins: date, limit: Fraction) -> None:
        self._shape, self._begins, self._limit = shape, begins, limit
        self.charged: dict[int, Fraction] = {}
        self._unknown: set[int] = set()
        self._parts: list[tuple[int, Use, Fraction]] = []

    def anchored_by(self, setting: Setting) -> bool:
        """Whether the anchor stands without any purchase."""
        return setting.patient.anchor is not None or self._shape.anchor == "certification"

    def number(self, day: date) -> int:
        return (day - self._begins).days // self._shape.days

    def first_day(self, number: int) -> date:
        return self._begins + timedelta(days=number * self._shape.days)

    def is_early(self, day: date) -> bool:
        """Whether `day` already opens the next period."""
        return (day - self._begins).days % self._shape.days >= self._shape.days - self._shape.early_days

    def left(self, number: int) -> Fraction:
        return self._limit - self.charged.get(number, NOUGHT)

    def charge(self, use: Use) -> None:
        """Charge a purchase, in order of time; one before the first period belongs to none."""
        if use.day < self._begins:
            return
        number, rest = self.number(use.day), use.amount
        if self.is_early(use.day):
            rest = max(NOUGHT, use.amount - max(NOUGHT, self.left(number)))
            self._put(number + 1, use, rest)
            # What an unmeasured purchase leaves of this period is not known, and so neither what falls on the next:
            # it is listed there too, so that somebody can complete it.
            if number in self._unknown and number + 1 not in self._unknown:
                for blank in [each for when, each, _ in self._parts if when == number and not each.known]:
                    self._put(number + 1, blank, NOUGHT)
            if not use.known or number in self._unknown:
                self._unknown.add(number + 1)
            rest = use.amount - rest
        self._put(number, use, rest)
        if not use.known:
            self._unknown.add(number)

    def _put(self, number: int, use: Use, amount: Fraction) -> None:
        self.charged[number] = self.charged.get(number, NOUGHT) + amount
        if amount or not use.known:
            self._parts.append((number, use, amount))

    def level(self, day: date, from_us: int) -> Level:
        number = self.number(day)
        if not self.is_early(day):
            return Level(from_us, self.left(number), known=number not in self._unknown)
        # What is left of a period is never less than nothing, so an over-sale in one takes nothing from the other.
        left = max(NOUGHT, self.left(number)) + max(NOUGHT, self.left(number + 1))
        return Level(from_us, left, known=self._unknown.isdisjoint((number, number + 1)))

    def used(self, numbers: tuple[int, ...]) -> Fraction:
        return sum((self.charged.get(number, NOUGHT) for number in numbers), NOUGHT)

    def spends(self, numbers: tuple[int, ...], setting: Setting) -> Iterator[Spend]:
        for number, use, amount in self._parts:
            if number in numbers:
                leaves = midnight(self.first_day(number + 1), setting.zone)
                yield use.spend(leaves, amount)


@dataclass(frozen=True, slots=True)
class OrderBalance:
    """What is left of the practitioner's order in force; of several the one with the least left."""

    shape: ClassVar[str] = "order"
    days: ClassVar[int | None] = None
    reach_days: ClassVar[int | None] = None
    by_minute: ClassVar[bool] = False

    def course(self, uses: Uses, limit: Fraction, setting: Setting) -> Course:  # noqa: ARG002  the protocol
        counted = list(uses)
        orders = [each for each in setting.patient.orders if each.pool == setting.pool]
        changes = {each.starts for each in orders} | {_day_after(each.ends) for each in orders}
        later = sorted(day for day in changes if setting.today < day <= setting.today + HORIZON)
        now = _order_level(orders, counted, setting.today, setting.at.utc_us)
        then = tuple(_order_level(orders, counted, day, midnight(day, setting.zone).utc_us) for day in later)
        order = _in_force(orders, counted, setting.today)
        if order is None:
            return Course(NOUGHT, NOUGHT, now, lambda: then, tuple)
        leaves = midnight(_day_after(order.ends), setting.zone)
        within = _within(order, counted)
        return Course(
            Fraction(order.amount),
            exact_sum([use.amount for use in within]),
            now,
            lambda: then,
            lambda: [use.spend(leaves) for use in within],
        )

    def reaches(self, bought: Instant, uses: Uses, setting: Setting) -> bool:  # noqa: ARG002  the protocol
        days = (day_of(bought, setting.zone), setting.today)
        return any(
            each.pool == setting.pool and all(each.starts <= day <= each.ends for day in days)
            for each in setting.patient.orders
        )


def _day_after(day: date) -> date:
    """Of an order without an end, written as the last day that there is, that day itself."""
    return day if day == date.max else day + timedelta(days=1)


def _within(order: Order, uses: Sequence[Use]) -> list[Use]:
    return [use for use in uses if order.starts <= use.day <= order.ends]


def _left(order: Order, uses: Sequence[Use]) -> Fraction:
    return order.amount - exact_sum([use.amount for use in _within(order, uses)])


def _in_force(orders: Sequence[Order], uses: Sequence[Use], day: date) -> Order | None:
    return min(_running(orders, day), key=lambda each: _left(each, uses), default=None)


def _running(orders: Sequence[Order], day: date) -> list[Order]:
    return [each for each in orders if each.starts <= day <= each.ends]


def _order_level(orders: Sequence[Order], uses: Sequence[Use], day: date, from_us: int) -> Level:
    order = _in_force(orders, uses, day)
    if order is None:
        return Level(from_us, NOUGHT, barred=NO_ORDER)
    # An unmeasured purchase under any of them may have left the least of that one.
    known = all(use.known for each in _running(orders, day) for use in _within(each, uses))
    return Level(from_us, _left(order, uses), known=known)
