"""The word that a store owes its regulator while an outage goes on, whether anything was sold or not."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import HOUR_US, Instant


@dataclass(frozen=True, slots=True)
class OutageNotice:
    """`after_hours`: shorter outages are not told; `within_hours`: counted from the beginning of the outage.

    Args:
        to: Whom, and how: `the Department of Health by e-mail`.
    """

    after_hours: int
    within_hours: int
    to: str
    cite: str

    def due(self, began: Instant) -> Instant:
        return began.plus_us(self.within_hours * HOUR_US)

    @property
    def rule(self) -> str:
        return (
            f"An outage of more than {self.after_hours} h is told to {self.to} no later than {self.within_hours} h "
            f"after it began ({self.cite})."
        )

    def said(self, began: Instant, now: Instant, zone: ZoneInfo) -> str:
        """What is to be done about the outage that began then."""
        due = f"{self.due(began).datetime_in(zone):%Y-%m-%d %H:%M}"
        if now > self.due(began):
            return f"It had to be told to {self.to} by {due} ({self.cite}). If that was not done, do it now."
        if now.since_us(began) > self.after_hours * HOUR_US:
            return f"It has lasted more than {self.after_hours} h: tell {self.to} by {due} ({self.cite})."
        lasts = f"{began.plus_us(self.after_hours * HOUR_US).datetime_in(zone):%H:%M}"
        told = f"If it lasts beyond {lasts}, tell {self.to} by {due} ({self.cite})."
        return f"{told} If it began earlier, count from then."
