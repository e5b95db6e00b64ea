"""Which fill periods a patient may draw on now, told for people: their days, and what each of them leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from pos_desktop.domain.limits.ledger import known_purchases
from pos_desktop.domain.limits.model import LimitCase, PoolReckoning
from pos_desktop.domain.limits.past import Counter, Past
from pos_desktop.domain.limits.periods import FillPeriod
from pos_desktop.domain.limits.programme import Pool, Programme, Version
from pos_desktop.domain.limits.windows import day_of, midnight
from pos_desktop.domain.limits.words import day_text, pool_amount

_COUNTED_FROM = {"first-purchase": "the first purchase", "certification": "the certification"}


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """`first` to `last`, both in it; what is charged to it and what it leaves, in the pool's unit."""

    first: date
    last: date
    used: Fraction
    left: Fraction


@dataclass(frozen=True, slots=True)
class Periods:
    """Those of one pool on one day: the first of all begins on `begins`, counted from `anchor`."""

    begins: date
    anchor: str
    open: tuple[OpenPeriod, ...]
    next_opens: date


def periods_of(
    pool: Pool, told: PoolReckoning, version: Version, programme: Programme, case: LimitCase
) -> Periods | None:
    """None where the pool has no periods, or where nobody knows when they begin."""
    window = pool.window
    if not isinstance(window, FillPeriod):
        return None
    anchored = _anchor(window, pool, version, programme, case)
    if anchored is None:
        return None
    begins, anchor = anchored
    today = day_of(case.at, programme.zone)
    if today < begins:
        return Periods(begins, anchor, (), begins)
    number, day = divmod((today - begins).days, window.days)
    early = day >= window.days - window.early_days
    limit = pool.granted(case.patient).limit
    found = []
    for each in (number, number + 1) if early else (number,):
        first = begins + timedelta(days=each * window.days)
        after = first + timedelta(days=window.days)
        ends = midnight(after, programme.zone)
        used = sum((spend.counted for spend in told.spends if spend.leaves_at == ends), Fraction(0))
        found.append(OpenPeriod(first, after - timedelta(days=1), used, max(Fraction(0), limit - used)))
    opens = found[-1].last + timedelta(days=1 - window.early_days)
    return Periods(begins, anchor, tuple(found), opens)


def _anchor(
    window: FillPeriod, pool: Pool, version: Version, programme: Programme, case: LimitCase
) -> tuple[date, str] | None:
    """The first day of the first period, and what it is counted from."""
    patient = case.patient
    if patient.anchor is not None:
        return patient.anchor, "the day on record for this patient"
    counted_from = _COUNTED_FROM[window.anchor]
    if window.anchor == "certification":
        return None if patient.certification_from is None else (patient.certification_from, counted_from)
    past = Past(known_purchases(case.history, case.at), programme)
    counted = past if version.history_from is None else past.since(version.history_from)
    uses = Counter(pool.of(patient), counted).uses()
    first = next((use.day for use in uses), None)
    return (day_of(case.at, programme.zone), "today") if first is None else (first, counted_from)


def period_lines(periods: Periods, told: PoolReckoning) -> Iterator[str]:
    """The days of the open ones; of two what each of them leaves."""
    if not periods.open:
        yield f"The first period begins on {day_text(periods.begins)}."
        return
    counted = f"counted from {periods.anchor}"
    if periods.anchor != "today":
        counted += f", {day_text(periods.begins)}"
    if len(periods.open) == 1:
        (only,) = periods.open
        after = (
            "; the next one opens on" if periods.next_opens > only.last else "; the next one opens early, on"
        )
        yield f"Period of {_days(only)} ({counted}){after} {day_text(periods.next_opens)}."
        return
    yield f"Two periods are open, {counted}; a purchase first uses what is left of the earlier one:"
    for each in periods.open:
        yield (f"  {_days(each)}: used {pool_amount(told, each.used)}, left {pool_amount(told, each.left)}")


def _days(period: OpenPeriod) -> str:
    return f"{day_text(period.first)} to {day_text(period.last)}"
