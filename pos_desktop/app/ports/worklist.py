"""Reports as a person sees and decides about them, and sales that are taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pos_desktop.domain.identity import PersonId, SaleId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.domain.persons_word import Action
from pos_desktop.domain.sale import Sale


class Which(StrEnum):
    """What is shown of the reports."""

    WAITING = "waiting"
    NEEDS_PERSON = "needs-person"
    LATE = "late"
    """Past its deadline, or older than a day."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Ahead:
    """The oldest open report of the same patient and license: it goes first, and all later ones wait for it.

    Args:
        number: Of its sale, as on the receipt.
        void: It tells of a void.
        needs_person: It does not go on by itself.
    """

    number: str
    void: bool
    needs_person: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """`number` is the sale's; `ahead` is what an unsent report waits for."""

    item: OutboxItem
    number: str
    ahead: Ahead | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One row of what was done with a report: `begin` and `end` of an attempt, `look-up`, or `person`."""

    kind: str
    at: Instant
    outcome: str
    http_status: int | None
    sentence: str
    excerpt: str
    by: str
    """Name of the person who decided; else empty."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said of a report."""

    action: Action
    reason: str
    by: PersonId
    at: Instant


class WorklistStore(Protocol):
    def find(self, ref: str) -> Sequence[str]:
        """Ids of the reports that `ref` names, by their id, the sale's number or the external number; two at most.

        Whole or the beginning of one; a whole one wins. `void:` before a number means the report of the void.
        """
        ...

    def read(self, item_id: str) -> Listed | None: ...

    def page(self, which: Which, at: Instant, *, offset: int, limit: int) -> Sequence[Listed]:
        """Oldest first; of all reports the newest first."""
        ...

    def tally(self, at: Instant) -> Mapping[Which, int]: ...

    def steps(self, item_id: str) -> Sequence[Step]:
        """In order."""
        ...

    def of_sale(self, sale_id: SaleId | str) -> Sequence[OutboxItem]:
        """All reports about one sale, oldest first."""
        ...

    def decide(self, item_id: str, change: Callable[[OutboxItem], OutboxItem], word: Word) -> OutboxItem:
        """One transaction: the report as `change` leaves it, the word in its history, and a journal entry.

        With a sale's report its void is cancelled too. What `change` raises undoes everything.
        """
        ...


class VoidBook(Protocol):
    """Sales that are taken back."""

    def void(
        self, sale: Sale, make: Callable[[OutboxItem], tuple[OutboxItem, OutboxItem]], word: Word
    ) -> OutboxItem:
        """One transaction: limit spends given back, stock back, journal entry, the report of the void.

        `make` takes the sale's report and gives it back as it is kept from now on, and the report of the void.
        `word` is CANCELLED; it is written to the sale's report where that one changes.

        Raises:
            RuleRefusal: the sale was voided before; nothing was changed.
        """
        ...
