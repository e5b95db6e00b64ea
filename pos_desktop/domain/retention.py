"""How long a record is kept after the last purchase: typed by the operator with its citation, never assumed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import Instant

HOW_IT_GOES = "7 years or 2555 days"
_FORM = re.compile(r"([1-9][0-9]{0,4}) (years|days)", re.ASCII)
_MOST = {"years": 100, "days": 36_525}


@dataclass(frozen=True, slots=True)
class Retention:
    """`unit` is `years` (of the calendar) or `days`."""

    number: int
    unit: str
    cite: str

    @classmethod
    def parse(cls, text: str, cite: str) -> Retention:
        """Raises ValueError: not in the form of `HOW_IT_GOES`."""
        found = _FORM.fullmatch(text)
        if found is None or int(found[1]) > _MOST[found[2]]:
            raise ValueError(text)
        return cls(int(found[1]), found[2], cite)

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"

    def ends_for(self, now: Instant, zone: ZoneInfo) -> Instant:
        """The beginning of the store's day before which nothing need be kept any more."""
        today = now.date_in(zone)
        if self.unit == "days":
            return Instant.local(today - timedelta(days=self.number), zone)
        year = today.year - self.number
        leap = (today.month, today.day) == (2, 29)
        return Instant.local(date(year, 2, 28) if leap else today.replace(year=year), zone)
