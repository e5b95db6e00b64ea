"""Reads one table of a case: typed values out, and everything that nobody asked for refused (contract 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import Instant

LARGEST = 10**15
"""No measure, dose or figure of a case is above this: a slip of the keyboard, not a purchase."""
YEARS = range(1800, 2900)
_YEARS_SENTENCE = f"must lie between the years {YEARS.start} and {YEARS.stop - 1}"


class BadCase(BadInput):
    """A case that cannot be decided as it stands."""

    code = "bad-case"


@dataclass(frozen=True, slots=True)
class CaseTable:
    """A table of the case, and where it stands. Every key must be asked for."""

    values: Mapping[str, Any]
    where: str

    @classmethod
    def of(cls, value: object, where: str, known: Iterable[str]) -> CaseTable:
        if not isinstance(value, Mapping):
            raise BadCase(f"{where} must be an object.")
        for key in value:
            if key not in known:
                raise BadCase(f"{where}: “{key}” is not known.")
        return cls(value, where)

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def wrong(self, key: str, what: str) -> BadCase:
        return BadCase(f"{self.where}: “{key}” {what}.")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or (default is None and not value):
            raise self.wrong(key, "must be a text")
        return value

    def optional_text(self, key: str) -> str | None:
        return None if self.get(key) is None else self.text(key)

    def whole(self, key: str) -> int | None:
        value = self.get(key)
        return None if value is None else whole_number(value, f"{self.where}: “{key}”")

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def day(self, key: str) -> date | None:
        value = self.last_day(key)
        if value is not None and value.year not in YEARS:
            raise self.wrong(key, _YEARS_SENTENCE)
        return value

    def last_day(self, key: str) -> date | None:
        """One of which 9999-12-31 may be said, where nothing ends."""
        value = self.get(key)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise self.wrong(key, "must be a date such as 2026-01-31") from None

    def moment(self, key: str, zone: ZoneInfo) -> Instant:
        """Without an offset the programme's time; one that does not exist is read as the later (contract 3.5).

        One that comes twice carries an offset (contract 10): without it nobody knows which is meant, and each reading
        may hide a purchase or let it return too soon.
        """
        value = self.get(key)
        try:
            read = datetime.fromisoformat(value)
            if read.year not in YEARS:
                raise self.wrong(key, _YEARS_SENTENCE)
            if read.tzinfo is None:
                if _comes_twice(read, zone):
                    raise self.wrong(key, f"comes twice in {zone.key}: it needs its offset")
                return Instant.local(read.date(), zone, read.time())
            return Instant.from_datetime(read)
        except (TypeError, ValueError, OverflowError):
            raise self.wrong(key, "must be a time such as 2026-01-31T17:00") from None

    def list(self, key: str) -> list[Any]:
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, "must be a list")
        return value


def _comes_twice(wall: datetime, zone: ZoneInfo) -> bool:
    first, second = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def whole_number(value: object, where: str, lowest: int = 0) -> int:
    if type(value) is not int or not lowest <= value <= LARGEST:
        raise BadCase(f"{where} must be a whole number from {lowest:,} to {LARGEST:,}.")
    return value
