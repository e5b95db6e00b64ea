"""A programme's rules as the engine uses them. `pack.py` reads them from text; nothing here reads or guesses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Protocol
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import age_on
from pos_desktop.domain.limits.model import CardFacts, Category, Item, Measures, PatientFacts, Refusal
from pos_desktop.domain.limits.windows import Window


class Outage(StrEnum):
    """What the programme allows while its tracking system cannot be reached (contract 6.6)."""

    REFUSE = "refuse"
    LOCAL_LEDGER = "local-ledger"
    CERTIFICATION = "certification"


@dataclass(frozen=True, slots=True)
class Member:
    """A group of categories and the measure that counts for them, times an exact factor."""

    categories: frozenset[Category]
    basis: str
    factor: Fraction

    def count(self, measures: Measures) -> Fraction | None:
        """In the pool's unit; None when the measure is not recorded, which is never nought (contract 2.7)."""
        value: int | None = getattr(measures, self.basis)
        return None if value is None else Fraction(value * self.factor.numerator, self.factor.denominator)


@dataclass(frozen=True, slots=True)
class Pool:
    """One allotment: a limit in `unit` over a window."""

    id: str
    title: str
    label: str
    unit: str
    limit: int
    as_written: str
    cite: str
    window: Window
    members: tuple[Member, ...]
    confidence: str = "sourced"
    window_confidence: str = "sourced"
    first_member: Mapping[Category, Member] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # An item counts through the first member that names it (contract 4.3), hence the reversal.
        by_category = {
            category: member for member in reversed(self.members) for category in member.categories
        }
        object.__setattr__(self, "first_member", by_category)

    def member_for(self, item: Item) -> Member | None:
        return self.first_member.get(item.category)


class Gate(Protocol):
    """A test that is not an amount (contract 4.5)."""

    @property
    def id(self) -> str: ...

    @property
    def cite(self) -> str: ...

    def refuses(self, patient: PatientFacts, buyer: str, today: date, cart: tuple[Item, ...]) -> bool: ...


@dataclass(frozen=True, slots=True)
class BuyerMinAge:
    """A patient below `age` does not buy alone; a caregiver buys for them. An unknown birth date is not judged here."""

    id: str
    age: int
    cite: str

    def refuses(self, patient: PatientFacts, buyer: str, today: date, cart: tuple[Item, ...]) -> bool:  # noqa: ARG002  the protocol
        born = patient.birth_date
        return buyer == "patient" and born is not None and age_on(born, today) < self.age


@dataclass(frozen=True, slots=True)
class Version:
    """A stretch of dates, both ends in it, in which the rules did not change; None is open-ended."""

    id: str
    effective_from: date | None
    effective_to: date | None
    history_from: date | None
    summary: str
    excluded: frozenset[Category]
    uncounted_allowed: bool
    pools: tuple[Pool, ...]
    gates: tuple[Gate, ...] = ()

    def in_force_on(self, day: date) -> bool:
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)

    def counts(self, category: Category) -> bool:
        return any(category in pool.first_member for pool in self.pools)

    def sellable(self, category: Category) -> bool:
        """An item that no pool counts and no exclusion names is refused, unless the version says otherwise (2.9)."""
        return self.uncounted_allowed or category in self.excluded or self.counts(category)

    def pool(self, pool_id: str) -> Pool | None:
        return next((each for each in self.pools if each.id == pool_id), None)


@dataclass(frozen=True, slots=True)
class CardRules:
    """Which cards the programme knows and how long they are good."""

    kinds: tuple[str, ...]
    temporary_max_days: int | None = None
    validity: str = ""
    notes: str = ""

    def last_day(self, card: CardFacts) -> date | None:
        """The last day on which `card` is good; a temporary card's first day counts (contract 9)."""
        ends = [card.expires] if card.expires is not None else []
        if card.kind == "temporary" and card.starts is not None and self.temporary_max_days is not None:
            ends.append(card.starts + timedelta(days=self.temporary_max_days - 1))
        return min(ends, default=None)

    def refusals(self, card: CardFacts | None, today: date) -> tuple[Refusal, ...]:
        """Every reason why `card` is not good on `today`; a card that is not given is taken as valid (contract 10)."""
        if card is None:
            return ()
        ends = self.last_day(card)
        tests = (
            ("card-kind", card.kind not in self.kinds),
            ("card-not-yet-valid", card.starts is not None and today < card.starts),
            ("card-expired", ends is not None and today > ends),
        )
        return tuple(Refusal(code) for code, failed in tests if failed)


@dataclass(frozen=True, slots=True)
class StateCheck:
    """Whether the tracking system is asked before each sale, and what holds while it cannot be reached."""

    required: bool = False
    outage: Outage = Outage.REFUSE
    report_within_hours: int | None = None
    outage_cite: str = ""
    max_age_minutes: int = 15


@dataclass(frozen=True, slots=True)
class Programme:
    """One jurisdiction's medical programme.

    Args:
        zone: The registry's time zone: its calendar days are the ones that count.
        checked_on: The date on which a person last read the sources.
        new_patient_fields: What the programme asks of a patient whom the store does not know yet.
        pack_version, digest: Which text the rules came from; SHA-256 in hexadecimal.
        ounce_mg: Milligrams to the ounce, exact.
    """

    id: str
    state: str
    name: str
    regulator: str
    tracking: str
    zone: ZoneInfo
    as_of: int
    checked_on: date
    confidence: str
    sources: tuple[str, ...]
    card: CardRules
    state_check: StateCheck
    versions: tuple[Version, ...]
    new_patient_fields: tuple[str, ...]
    pack_version: str
    digest: str
    ounce_mg: Fraction
    caregiver: str = ""
    visitor: str = ""

    @property
    def outage(self) -> Outage:
        return self.state_check.outage

    @property
    def outage_cite(self) -> str:
        return self.state_check.outage_cite

    @property
    def report_within_hours(self) -> int | None:
        return self.state_check.report_within_hours

    @property
    def min_age(self) -> int | None:
        """Age below which a patient does not buy alone, by the newest version; None when no source states one."""
        ages = [gate.age for gate in self.versions[-1].gates if isinstance(gate, BuyerMinAge)]
        return max(ages, default=None)

    def version_on(self, day: date) -> Version | None:
        """The version in force on `day`; None in a gap, when nothing may be sold (contract 8)."""
        return next((each for each in self.versions if each.in_force_on(day)), None)
