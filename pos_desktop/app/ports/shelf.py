"""The shelf, its intake, and lists that a store brings along."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pos_desktop.domain.certification import Fact
from pos_desktop.domain.identity import PackageTag, PatientId, PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Category, Measures, Purchase
from pos_desktop.domain.money import Money
from pos_desktop.domain.patient import Caregiver, Patient
from pos_desktop.domain.shelf import Package


class Shelf(Protocol):
    def by_tag(self, tag: PackageTag) -> Package | None: ...

    def search(self, text: str, limit: int) -> Sequence[Package]:
        """Packages that may be sold, by words of the product's name; oldest package of a product first."""
        ...

    def unmapped(self) -> Sequence[Mapping[str, str]]:
        """Items of the state that no category of ours was found for: `item`, `tracker_category`, `why`, `packages`."""
        ...

    def set_price(self, product_name: str, cents: int) -> int:
        """Price per piece or per gram; returns how many products bear that name."""
        ...


@dataclass(frozen=True, slots=True)
class IncomingPackage:
    """A package as the state lists it, already in our words. `on_hand` in milligrams or pieces."""

    package: Package
    remote_id: str
    remote_item_id: str
    tracker_category: str
    unmapped_because: str = ""
    packaged_on: date | None = None


class ShelfIntake(Protocol):
    """Writing side of the shelf, used by the sync of inventory and the demo store."""

    def receive(self, packages: Iterable[IncomingPackage], at: Instant) -> int:
        """Upsert by tag. A price set here is kept. Stock sold here and not confirmed yet is taken off `on_hand`."""
        ...

    def cursor(self, name: str) -> Instant | None: ...

    def set_cursor(self, name: str, at: Instant) -> None: ...

    def number(self, name: str) -> int | None:
        """As `cursor`, for a service that numbers its changes instead of dating them."""
        ...

    def set_number(self, name: str, number: int) -> None: ...

    def unsure_since(self, read_at: Instant) -> Instant | None:
        """From when on to read again what was read at `read_at`, to have stock right; None where it is.

        A sale under way then was taken off the state's figure, which may have held it already. Once it is known to be
        there, the figure as the state has it is the right one.
        """
        ...

    def here(self, at: Instant) -> frozenset[str]:
        """Tags of active packages that came in until `at`."""
        ...

    def missing_from(self, tags: frozenset[str], at: Instant) -> int:
        """Mark active packages that the state no longer lists as gone; returns how many."""
        ...


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What the store says of a product by its name; None leaves what is known."""

    name: str
    category: Category | None
    measures: Measures
    """Of one piece, or of one gram where sold by weight; what is None here stays as it is."""
    price: Money | None


class Bulk(Protocol):
    """Many rows in one transaction, for imports and the demo store. All or nothing; a repeat changes nothing more."""

    def add_patients(
        self,
        patients: Iterable[Patient],
        entered_by: PersonId,
        at: Instant,
        unsaid: frozenset[str] = frozenset(),
    ) -> tuple[int, int]:
        """(added, updated). A card that is there keeps its id, ledger revision and history; the rest is replaced.

        `unsaid`: cards of whose standing the list says nothing; one that the store refuses stays refused.
        """
        ...

    def add_caregivers(self, caregivers: Iterable[Caregiver]) -> tuple[int, int]:
        """(added, updated), by card. The patients named must be in the store."""
        ...

    def set_certifications(self, facts: Mapping[str, Sequence[Fact]], by: PersonId, at: Instant) -> None:
        """Per card number, replacing what was stated of that patient before.

        Raises:
            BadInput: a card that is no patient's; nothing was changed.
        """
        ...

    def caregiver_cards(self) -> Collection[str]:
        """Card numbers of all caregivers; a patient's card is none of them."""
        ...

    def add_purchases(self, purchases: Iterable[tuple[PatientId, str, Purchase]]) -> int:
        """Earlier purchases with an id of their own each; an id that is there is left out. Returns how many are new."""
        ...

    def set_products(self, products: Iterable[ProductFacts]) -> Sequence[str]:
        """Set category, measures and price by name; returns names that no product bears."""
        ...

    def set_prices(self, prices: Iterable[tuple[str, Money]]) -> Sequence[str]:
        """Price per piece or per gram by name; returns names that no product bears."""
        ...
