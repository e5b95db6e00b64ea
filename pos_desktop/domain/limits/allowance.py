"""Where a pool's limit comes from for one patient, and on which days the pool is in force for them (contract 4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from pos_desktop.domain.instant import age_on, day_of_age
from pos_desktop.domain.limits.counting import Member
from pos_desktop.domain.limits.model import ExemptionGrant, PatientFacts

OLDEST = 150
"""No patient is older."""
NO_AMOUNT = "no-certified-amount"


class Mode(StrEnum):
    """How the practitioner's figure and the programme's meet."""

    FIXED = "fixed"
    REPLACE = "replace"
    LESSER = "lesser"
    DOSE = "dose"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Granted:
    """A limit in the pool's unit, or why there is none (`barred`)."""

    limit: Fraction
    barred: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Where the limit comes from.

    Args:
        ceiling: A certified amount never lifts the limit above this.
        days: Daily doses that make the limit.
        required: Without a certified amount nothing is sold.
        optional: Without any order the pool is not in force.
    """

    mode: Mode = Mode.FIXED
    ceiling: int | None = None
    days: int = 0
    required: bool = False
    optional: bool = False

    def limit(self, pool_id: str, stated: int, patient: PatientFacts) -> Granted:
        """`stated` is the programme's own figure, in the pool's unit."""
        if self.mode is Mode.DOSE:
            dose = patient.daily_dose
            return Granted(Fraction(0), NO_AMOUNT) if dose is None else Granted(Fraction(dose * self.days))
        certified = patient.certified.get(pool_id)
        if self.mode in (Mode.FIXED, Mode.ORDER) or not isinstance(certified, int):
            lacks = self.mode is Mode.LESSER and self.required
            return Granted(Fraction(0), NO_AMOUNT) if lacks else Granted(Fraction(stated))
        if self.mode is Mode.LESSER:
            return Granted(Fraction(min(certified, stated)))
        return Granted(Fraction(certified if self.ceiling is None else min(certified, self.ceiling)))

    def caps(self, pool_id: str, members: tuple[Member, ...], patient: PatientFacts) -> tuple[Member, ...]:
        """The members of an allotment stated several ways, with the caps that the practitioner certified."""
        certified = patient.certified.get(pool_id)
        if self.mode is not Mode.REPLACE or not isinstance(certified, Mapping):
            return members
        return tuple(
            replace(each, cap=cap, factor=Fraction(1, cap))
            if (cap := certified.get(each.key, each.cap)) != each.cap
            else each
            for each in members
        )


@dataclass(frozen=True, slots=True)
class When:
    """For whom a pool is in force. An unknown age is not known to be outside, so the pool is in force."""

    age_min: int | None = None
    age_max: int | None = None
    holder: str = ""
    not_authorised: str = ""

    def holds(self, patient: PatientFacts, day: date) -> bool:
        if self.holder and patient.holder != self.holder:
            return False
        if self.not_authorised and self.not_authorised in patient.authorisations:
            return False
        if patient.birth_date is None:
            return True
        return self.reaches(age_on(patient.birth_date, day))

    def reaches(self, age: int) -> bool:
        return (self.age_min is None or age >= self.age_min) and (self.age_max is None or age <= self.age_max)

    def may_stand_beside(self, other: When) -> bool:
        """Whether both may hold for one patient on one day."""
        holders = {self.holder, other.holder} - {""}
        oldest = [each.age_max for each in (self, other) if each.age_max is not None]
        return len(holders) < 2 and max(self.age_min or 0, other.age_min or 0) <= min(oldest, default=OLDEST)

    def changes(self, patient: PatientFacts) -> Iterable[date]:
        """The days on which the answer may change."""
        if patient.birth_date is not None:
            for age in (self.age_min, None if self.age_max is None else self.age_max + 1):
                if age is not None:
                    yield day_of_age(patient.birth_date, age)


@dataclass(frozen=True, slots=True)
class Exemption:
    """Lifts pools altogether for a patient to whom it was granted; a grant lasts at most `max_days` days."""

    id: str
    lifts: frozenset[str]
    cite: str
    max_days: int | None = None
    condition: str = ""

    def grants(self, patient: PatientFacts) -> Iterable[tuple[date, date]]:
        """First and last day of each grant. One of limited length whose beginning is unknown lifts nothing."""
        for each in patient.exemptions:
            if each.id == self.id and (first := self._first(each)) is not None:
                ends = each.ends or date.max
                if self.max_days is not None:
                    ends = min(ends, first + timedelta(days=self.max_days - 1))
                yield first, ends

    def _first(self, grant: ExemptionGrant) -> date | None:
        return date.min if grant.starts is None and self.max_days is None else grant.starts


FIXED, ALWAYS = Allowance(), When()
"""What holds where a pack says nothing else."""
