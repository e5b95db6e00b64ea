"""Tests that are not amounts (contract 4.5): a further kind is a further class here and a line in the pack reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pos_desktop.domain.instant import age_on
from pos_desktop.domain.limits.model import Category, Item, PatientFacts


@dataclass(frozen=True, slots=True)
class Asked:
    """What a gate looks at: the patient, who buys, the programme's date, the cart, and its lines that are counted.

    A gate that names a form looks at every line of it, also where the version leaves that form out of the count.
    """

    patient: PatientFacts
    buyer: str
    today: date
    cart: tuple[Item, ...]
    counted: tuple[Item, ...]

    def any_of(self, categories: frozenset[Category]) -> bool:
        return any(each.category in categories for each in self.cart)

    def below(self, age: int, *, unknown: bool) -> bool:
        """Whether the patient is younger than `age`; `unknown` is the answer without a birth date."""
        born = self.patient.birth_date
        return unknown if born is None else age_on(born, self.today) < age


class Gate(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def cite(self) -> str: ...

    def refuses(self, asked: Asked) -> bool: ...


@dataclass(frozen=True, slots=True)
class BuyerMinAge:
    """A patient below `age` does not buy alone; a caregiver buys for them.

    Without a birth date it is not judged: nobody is checked in without one.
    """

    id: str
    age: int
    cite: str

    def refuses(self, asked: Asked) -> bool:
        return asked.buyer == "patient" and asked.below(self.age, unknown=False)


@dataclass(frozen=True, slots=True)
class MinAge:
    """These forms are for patients of `age` and older; an unknown age is not old enough."""

    id: str
    categories: frozenset[Category]
    age: int
    cite: str

    def refuses(self, asked: Asked) -> bool:
        return asked.any_of(self.categories) and asked.below(self.age, unknown=True)


@dataclass(frozen=True, slots=True)
class ForbiddenCategories:
    """Forms that the programme does not know."""

    id: str
    categories: frozenset[Category]
    cite: str

    def refuses(self, asked: Asked) -> bool:
        return asked.any_of(self.categories)


@dataclass(frozen=True, slots=True)
class NeedsAuthorisation:
    """Forms that the practitioner must have authorised by name; `label` is what the certification then says."""

    id: str
    categories: frozenset[Category]
    authorisation: str
    cite: str
    label: str

    def refuses(self, asked: Asked) -> bool:
        return asked.any_of(self.categories) and self.authorisation not in asked.patient.authorisations


@dataclass(frozen=True, slots=True)
class MinorPotencyMax:
    """Below `age` nothing above `max_potency_bp`; an untested potency is above, an unknown age below."""

    id: str
    age: int
    max_potency_bp: int
    cite: str

    def refuses(self, asked: Asked) -> bool:
        return asked.below(self.age, unknown=True) and any(
            each.measures.potency_bp is None or each.measures.potency_bp > self.max_potency_bp
            for each in asked.counted
        )
