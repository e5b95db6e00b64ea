"""Sales, held carts and the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from pos_desktop.domain.cart import CartLine, Weighing
from pos_desktop.domain.identity import CaregiverId, PatientId, PersonId, SaleId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.domain.sale import Sale, SaleNumber
from pos_desktop.domain.sensitive import Private, guard


class SaleTransaction(Protocol):
    """One BEGIN IMMEDIATE; commits when its `with` block ends well, rolls back otherwise."""

    def spend_revision(self, patient_id: PatientId, seen: int) -> bool:
        """Raise the patient's revision if it is still `seen`; False: read purchases and the state's word again."""
        ...

    def next_number(self) -> SaleNumber: ...

    def journal_head(self) -> tuple[int, bytes]:
        """(seq of the next entry, hash of the last)."""
        ...

    def write(
        self,
        sale: Sale,
        *,
        entry: bytes,
        entry_hash: bytes,
        report: OutboxItem,
        kick_drawer: bool,
        print_receipt: bool,
    ) -> None:
        """Sale, lines, payments, limit spends, stock moves, journal entry, outbox item, paper jobs.

        Raises:
            AlreadySold: this basket was committed before; nothing is written, `find` has the sale.
        """
        ...


class SaleBook(Protocol):
    def transaction(self) -> AbstractContextManager[SaleTransaction]:
        """Raises on COMMIT: CommitInDoubt (look the sale up), EnvironmentTrouble (full disk: nothing was saved)."""
        ...

    def find(self, sale_id: SaleId) -> Sale | None: ...

    def reopen_and_find(self, sale_id: SaleId) -> Sale | None:
        """After CommitInDoubt: close everything, reopen, check, look up. Raises PosError when it cannot be told."""
        ...

    def recent(self, limit: int) -> Sequence[Sale]: ...

    def by_number(self, number: SaleNumber) -> Sale | None: ...

    def between(self, first: Instant, end: Instant) -> Sequence[Sale]:
        """Sales made from `first` on and before `end`, in the order of their time."""
        ...

    def all(self) -> Iterable[Sale]:
        """Every sale in order of its number, read in slices."""
        ...

    def report_of(self, sale_id: SaleId) -> OutboxItem | None: ...

    def shared_receipts(self) -> Sequence[tuple[str, SaleNumber]]:
        """Receipts of the state that more than one sale is reported under, with each of these sales, in order."""
        ...


@dataclass(frozen=True, slots=True)
class HeldCart:
    """A cart put aside. Lines are kept as tags, quantities and weighings and read again at recall."""

    sale_id: SaleId
    patient_id: PatientId
    caregiver_id: CaregiverId | None
    held_at: Instant
    held_by: PersonId
    lines: tuple[HeldLine, ...]
    patient_name: str = ""

    def __post_init__(self) -> None:
        guard(self, patient_name=Private)


@dataclass(frozen=True, slots=True)
class HeldLine:
    tag: str
    quantity: int
    price_cents: int
    weighing: Weighing | None

    @classmethod
    def of(cls, line: CartLine) -> HeldLine:
        return cls(line.package.tag, line.quantity, line.price.cents, line.weighing)


class HeldCarts(Protocol):
    def put(self, held: HeldCart) -> None: ...

    def list(self) -> Sequence[HeldCart]: ...

    def take(self, sale_id: SaleId) -> HeldCart | None:
        """Read and remove in one transaction, so that two people never recall the same cart."""
        ...

    def void(self, sale_id: SaleId, by: PersonId, reason: str) -> bool:
        """Put the goods back and journal why, in one transaction; False: it is not held any more."""
        ...


class JournalBook(Protocol):
    def append(self, kind: str, actor: PersonId, ref: str, data: Mapping[str, Any]) -> int:
        """Append an entry in a transaction of its own; returns its seq."""
        ...

    def entries(self) -> Iterable[tuple[int, bytes, bytes]]:
        """(seq, body, hash) in order."""
        ...
