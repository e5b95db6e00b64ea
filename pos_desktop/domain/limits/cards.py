"""Which cards are good, and hours fixed by law (contract 9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import CardFacts, Refusal


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours fixed by law, both ends in them. `weekdays` run from 1, Monday."""

    opens: time
    closes: time
    weekdays: frozenset[int]
    cite: str

    def hold(self, at: Instant, zone: ZoneInfo) -> bool:
        wall = at.datetime_in(zone)
        return wall.isoweekday() in self.weekdays and self.opens <= wall.time() <= self.closes

    def changes(self, day: date, zone: ZoneInfo) -> Iterable[Instant]:
        """The moments of `day` from which the answer differs."""
        yield Instant.local(day, zone, self.opens)
        yield Instant.local(day, zone, self.closes).plus_us(1)


@dataclass(frozen=True, slots=True)
class CardRules:
    """Which cards the programme knows and how long they are good."""

    kinds: tuple[str, ...]
    temporary_max_days: int | None = None
    application_hours: Hours | None = None
    validity: str = ""
    notes: str = ""

    @property
    def usual(self) -> str:
        """The kind that a patient of the programme has unless something else is said: the first that is named."""
        return next(iter(self.kinds), "registry")

    def last_day(self, card: CardFacts) -> date | None:
        """The last day on which `card` is good; a temporary card's first day counts (contract 9).

        None where it has no end. A temporary card of which neither day is known is over: nobody can say how long ago.
        """
        ends = [card.expires] if card.expires is not None else []
        if card.kind == "temporary" and self.temporary_max_days is not None:
            if card.starts is not None:
                ends.append(card.starts + timedelta(days=self.temporary_max_days - 1))
            elif not ends:
                return date.min
        return min(ends, default=None)

    def refusals(self, card: CardFacts | None, at: Instant, zone: ZoneInfo) -> tuple[Refusal, ...]:
        """Every reason why `card` is not good at `at`; a card that is not given is taken as valid (contract 10)."""
        if card is None:
            return ()
        today, ends, hours = at.date_in(zone), self.last_day(card), self.hours_of(card)
        tests = (
            ("card-kind", card.kind not in self.kinds, ""),
            ("card-not-yet-valid", card.starts is not None and today < card.starts, ""),
            ("card-expired", ends is not None and today > ends, ""),
            (
                "application-hours",
                hours is not None and not hours.hold(at, zone),
                "" if hours is None else hours.cite,
            ),
        )
        return tuple(Refusal(code, cite=cite) for code, failed, cite in tests if failed)

    def hours_of(self, card: CardFacts | None) -> Hours | None:
        return self.application_hours if card is not None and card.kind == "application" else None
