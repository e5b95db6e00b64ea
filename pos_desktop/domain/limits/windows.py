"""Windows: which earlier purchases use a pool up, and the moment at which each stops doing so (contract 3 and 4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import Instant


class Window(Protocol):
    """A shape of window. A further shape is a further class here and a line in the pack reader."""

    @property
    def shape(self) -> str:
        """The pack's word for it."""

    @property
    def days(self) -> int | None:
        """Length in calendar days; None where days do not matter."""

    def leaves_at(self, bought: Instant, zone: ZoneInfo) -> Instant:
        """The first moment at which a purchase made at `bought` no longer uses the pool up."""


@lru_cache(maxsize=4096)
def midnight(day: date, zone: ZoneInfo) -> Instant:
    """The start of `day` in `zone`."""
    return Instant.local(day, zone)


@lru_cache(maxsize=4096)
def day_of(moment: Instant, zone: ZoneInfo) -> date:
    """The calendar day the registry puts `moment` in; always the programme's zone (contract 3.1)."""
    return moment.date_in(zone)


@dataclass(frozen=True, slots=True)
class Transaction:
    """A limit on one sale alone: nothing bought before counts."""

    shape: ClassVar[str] = "transaction"
    days: ClassVar[int | None] = None

    def leaves_at(self, bought: Instant, zone: ZoneInfo) -> Instant:  # noqa: ARG002  the protocol
        return bought


@dataclass(frozen=True, slots=True)
class Day:
    """Purchases of the same calendar day."""

    shape: ClassVar[str] = "day"
    days: ClassVar[int | None] = 1

    def leaves_at(self, bought: Instant, zone: ZoneInfo) -> Instant:
        return midnight(day_of(bought, zone) + timedelta(days=1), zone)


@dataclass(frozen=True, slots=True)
class RollingDays:
    """Purchases of the last `days` calendar days; one made on day *d* is back at 00:00 on *d + days* (contract 3.3)."""

    days: int
    shape: ClassVar[str] = "rolling-days"

    def leaves_at(self, bought: Instant, zone: ZoneInfo) -> Instant:
        return midnight(day_of(bought, zone) + timedelta(days=self.days), zone)
