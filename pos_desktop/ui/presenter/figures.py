"""Amounts, dates and times as people of the store write them."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits import amounts
from pos_desktop.domain.limits.model import PoolReckoning
from pos_desktop.domain.mass import OUNCE_MG

translate = QCoreApplication.translate
_UNITS = frozenset((
    QT_TRANSLATE_NOOP("Figures", "days of supply"), QT_TRANSLATE_NOOP("Figures", "day of supply"),
    QT_TRANSLATE_NOOP("Figures", "units"), QT_TRANSLATE_NOOP("Figures", "unit"),
    QT_TRANSLATE_NOOP("Figures", "pieces"), QT_TRANSLATE_NOOP("Figures", "piece"),
    QT_TRANSLATE_NOOP("Figures", "purchases"), QT_TRANSLATE_NOOP("Figures", "purchase"),
))  # fmt: skip
"""Those that are words. The others are the same in every language; a scan writes a dozen amounts."""
_MONTHS = (
    QT_TRANSLATE_NOOP("Figures", "Jan"), QT_TRANSLATE_NOOP("Figures", "Feb"), QT_TRANSLATE_NOOP("Figures", "Mar"),
    QT_TRANSLATE_NOOP("Figures", "Apr"), QT_TRANSLATE_NOOP("Figures", "May"), QT_TRANSLATE_NOOP("Figures", "Jun"),
    QT_TRANSLATE_NOOP("Figures", "Jul"), QT_TRANSLATE_NOOP("Figures", "Aug"), QT_TRANSLATE_NOOP("Figures", "Sep"),
    QT_TRANSLATE_NOOP("Figures", "Oct"), QT_TRANSLATE_NOOP("Figures", "Nov"), QT_TRANSLATE_NOOP("Figures", "Dec"),
)  # fmt: skip
_WEEKDAYS = (
    QT_TRANSLATE_NOOP("Figures", "Mon"), QT_TRANSLATE_NOOP("Figures", "Tue"), QT_TRANSLATE_NOOP("Figures", "Wed"),
    QT_TRANSLATE_NOOP("Figures", "Thu"), QT_TRANSLATE_NOOP("Figures", "Fri"), QT_TRANSLATE_NOOP("Figures", "Sat"),
    QT_TRANSLATE_NOOP("Figures", "Sun"),
)  # fmt: skip


def amount(value: Fraction, unit: str, *, up: bool = False) -> str:
    """A pool's amount as people of the programme write it; what is left rounds down, what is over (`up`) rounds up."""
    shown = amounts.figure(unit, value, up=up)
    return f"{shown.digits}%" if shown.name == "%" else f"{shown.digits} {_unit(shown.name)}"


def in_pool(pool: PoolReckoning, value: Fraction, *, up: bool = False) -> str:
    """The same; an allotment stated several ways is told in each of them, which are alternatives."""
    if not pool.parts:
        return amount(value, pool.unit, up=up)
    ways = (f"{amount(value * part.cap, part.unit, up=up)} {part.label}" for part in pool.parts)
    return translate("Figures", " or ").join(ways)


def _unit(name: str) -> str:
    return translate("Figures", name) if name in _UNITS else name


def ounces(value: Fraction) -> str:
    """Milligrams as `2.5 oz`: the figure that the rule was written with, so it is rounded to the nearest tenth."""
    tenths = (value * 10 / OUNCE_MG + Fraction(1, 2)) // 1
    whole, rest = divmod(int(tenths), 10)
    return f"{whole}.{rest} oz" if rest else f"{whole} oz"


def clock_time(at: Instant, zone: ZoneInfo) -> str:
    """`2:32 PM`."""
    return _time(at.datetime_in(zone))


def day(value: date) -> str:
    """`Jan 3, 2027`."""
    return translate("Figures", "{month} {day}, {year}").format(
        month=_month(value), day=value.day, year=value.year
    )


def short_day(value: date) -> str:
    """`Tue Dec 1`."""
    return translate("Figures", "{weekday} {month} {day}").format(
        weekday=_weekday(value), month=_month(value), day=value.day
    )


def day_and_time(at: Instant, zone: ZoneInfo) -> str:
    """`Tue Dec 1, 2:32 PM`."""
    local = at.datetime_in(zone)
    return f"{short_day(local.date())}, {_time(local)}"


def moment(at: Instant, now: Instant, zone: ZoneInfo) -> str:
    """`2:32 PM` today, with its day otherwise."""
    return clock_time(at, zone) if at.date_in(zone) == now.date_in(zone) else day_and_time(at, zone)


def span(seconds: int) -> str:
    """`42 min`, `3 h 5 min`, `2 days`."""
    minutes = max(seconds, 0) // 60
    if minutes < 1:
        return translate("Figures", "less than a minute")
    if minutes < 60:
        return translate("Figures", "{n} min").format(n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return translate("Figures", "{h} h {m} min").format(h=hours, m=rest) if rest else f"{hours} h"
    return translate("Figures", "{n} days").format(n=hours // 24)


def _time(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}"


def _month(value: date) -> str:
    return translate("Figures", str(_MONTHS[value.month - 1]))


def _weekday(value: date) -> str:
    return translate("Figures", str(_WEEKDAYS[value.weekday()]))
