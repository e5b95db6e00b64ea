"""Amounts, dates and times as people of the store write them."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits import amounts
from pos_desktop.domain.limits.model import PoolReckoning
from pos_desktop.domain.mass import OUNCE_MG

translate = QCoreApplication.translate


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
    return {
        "days of supply": translate("Figures", "days of supply"),
        "day of supply": translate("Figures", "day of supply"),
        "units": translate("Figures", "units"),
        "unit": translate("Figures", "unit"),
        "pieces": translate("Figures", "pieces"),
        "piece": translate("Figures", "piece"),
        "purchases": translate("Figures", "purchases"),
        "purchase": translate("Figures", "purchase"),
    }.get(name, name)


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
    names = (
        translate("Figures", "Jan"), translate("Figures", "Feb"), translate("Figures", "Mar"),
        translate("Figures", "Apr"), translate("Figures", "May"), translate("Figures", "Jun"),
        translate("Figures", "Jul"), translate("Figures", "Aug"), translate("Figures", "Sep"),
        translate("Figures", "Oct"), translate("Figures", "Nov"), translate("Figures", "Dec"),
    )  # fmt: skip
    return names[value.month - 1]


def _weekday(value: date) -> str:
    names = (
        translate("Figures", "Mon"), translate("Figures", "Tue"), translate("Figures", "Wed"),
        translate("Figures", "Thu"), translate("Figures", "Fri"), translate("Figures", "Sat"),
        translate("Figures", "Sun"),
    )  # fmt: skip
    return names[value.weekday()]
