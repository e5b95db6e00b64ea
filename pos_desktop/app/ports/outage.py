"""An outage of the state's system that a manager declared, and the sales made while nobody could ask the state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pos_desktop.app.ports.patients import StateAnswer
from pos_desktop.domain.identity import PatientId, PersonId
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.sensitive import CardNumber, guard

UNASKED = ("relief", "outage-local-ledger", "outage-certification")
"""Bases of a decision that was taken without the state's figure because nobody could ask."""
CACHED_US = 2 * MINUTE_US
"""The state may serve an older figure for so long after a sale reached it (metrc contract, 7.1)."""


@dataclass(frozen=True, slots=True)
class DeclaredOutage:
    """`evidence` is what the manager typed: the number of a bulletin, a notice, its time."""

    evidence: str
    since: Instant
    by: PersonId


class OutageBook(Protocol):
    """At most one outage is declared; it outlives a restart. Each change is one transaction with its journal entry."""

    def declared(self) -> DeclaredOutage | None: ...

    def declare(self, evidence: str, by: PersonId) -> DeclaredOutage:
        """Raises RuleRefusal: one is declared already."""
        ...

    def end(self, by: PersonId) -> None:
        """Raises RuleRefusal: none is declared."""
        ...


@dataclass(frozen=True, slots=True)
class Unasked:
    """A sale made without the state's figure, and what the state said of its patient since.

    Args:
        reported: Where its report stands; `settled_at` when that was settled.
        answer: The state's last word on the patient, whenever that was.
    """

    number: str
    external: str
    sold_at: Instant
    basis: str
    patient_id: PatientId
    card_number: str
    reported: OutboxState
    settled_at: Instant | None
    answer: StateAnswer | None

    def __post_init__(self) -> None:
        guard(self, card_number=CardNumber)

    @property
    def to_ask_from(self) -> Instant | None:
        """From when on an answer tells of this sale; None while the sale is not at the state."""
        sent = self.reported is OutboxState.CONFIRMED and self.settled_at is not None
        return self.settled_at.plus_us(CACHED_US) if sent and self.settled_at is not None else None

    @property
    def asked(self) -> bool:
        since = self.to_ask_from
        return since is not None and self.answer is not None and self.answer.as_of >= since

    @property
    def over(self) -> bool:
        """What the agency must hear of."""
        return self.asked and self.answer is not None and over_sold(self.answer)


def over_sold(answer: StateAnswer) -> bool:
    classes = (each for row in answer.rows for each in (row.flower, row.thc, row.concentrate, row.infused))
    below = any(available < 0 for _, _, available in classes)
    return not answer.found or not answer.active or below or any(each.left < 0 for each in answer.typed)


class UnaskedSales(Protocol):
    def since(self, at: Instant) -> Sequence[Unasked]:
        """Sales on such a basis from `at` on, oldest first, voided ones left out."""
        ...
