"""What a panel of many meters says of each, so that all of them are seen at a glance."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.domain.limits.model import PoolReckoning
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.state import MANY_METERS, Meter

translate = QCoreApplication.translate


def brief(pool: PoolReckoning) -> str:
    """What is left or over, without the whole, which the bar shows and F4 tells; empty where it is no figure."""
    if pool.barred or not pool.known or pool.parts:
        return ""
    if pool.after < 0:
        over = figures.amount(-pool.after, pool.unit, up=True)
        return translate("Patient", "{over} over").format(over=over)
    return translate("Patient", "{left} left").format(left=figures.amount(pool.after, pool.unit))


def closer(meters: tuple[Meter, ...]) -> tuple[Meter, ...]:
    """Of many only what says something: that nothing waits to come back is left to the reckoning."""
    if len(meters) < MANY_METERS:
        return meters
    idle = nothing_waits()
    return tuple(replace(each, note="") if each.note == idle else each for each in meters)


def nothing_waits() -> str:
    return translate("Patient", "nothing waits to come back")
