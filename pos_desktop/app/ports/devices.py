"""Devices at the counter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pos_desktop.domain.cart import Weighing


class DeviceState(StrEnum):
    READY = "ready"
    ATTENTION = "attention"
    AWAY = "away"
    OFF = "off"
    """Not set up here; the screen does not show it."""


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    state: DeviceState
    why: str = ""


@dataclass(frozen=True, slots=True)
class LiveWeight:
    """For display only. `net_mg` None: no weight to show."""

    net_mg: int | None
    stable: bool
    tare_mg: int
    why: str = ""
    division_mg: int = 10


@dataclass(frozen=True, slots=True)
class WeighedOrNot:
    """A weighing that may be sold, or the sentence why not."""

    weighing: Weighing | None
    why: str = ""


class CounterScale(Protocol):
    """Lane: scale."""

    def live(self) -> LiveWeight: ...

    def weigh(self) -> WeighedOrNot: ...

    def tare(self) -> WeighedOrNot: ...

    def zero(self) -> WeighedOrNot: ...

    def health(self) -> DeviceHealth: ...
