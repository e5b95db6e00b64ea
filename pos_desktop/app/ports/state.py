"""The state service, the outbox and the key store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from pos_desktop.app.ports.patients import StateAnswer
from pos_desktop.domain.deadlines import Standing, Waits
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState

if TYPE_CHECKING:
    from pos_desktop.domain.reconciliation.records import Shown, StatePackage, StateSale

__all__ = [
    "CouldNotAsk",
    "KeyStore",
    "OutboxStore",
    "ServiceReach",
    "StateBooks",
    "SyncStatus",
    "Tracker",
]


class ServiceReach(StrEnum):
    REACHED = "reached"
    AWAY = "away"
    REFUSED_KEY = "refused-key"


class Tracker(Protocol):
    """The state tracking service. No method raises for what a network or a service does; each answers in our words."""

    def probe(self) -> ServiceReach:
        """A read that costs the service little: is it there, does it know our key."""
        ...

    def patient(self, card_number: str) -> StateAnswer | ServiceReach:
        """Asks for at most 3 s."""
        ...

    def speaks_for(self, item: OutboxItem) -> bool:
        """Whether the report can be sent now, or looked up, for all that this tracker knows: one of another license
        cannot, nor one whose seller's own key was refused. Where it cannot, it waits alone and the others go on.
        """
        ...

    def send(self, item: OutboxItem) -> AttemptResult:
        """One POST of one report, never repeated inside."""
        ...

    def look_up(self, item: OutboxItem) -> AttemptResult:
        """FOUND, FOUND_DIFFERENT, FOUND_TWICE, ABSENT or COULD_NOT_ASK by the natural key (metrc contract 4.2).

        REFUSED where the service, which knows us, does not show what the report is about: a person must look.
        """
        ...

    @property
    def settle_us(self) -> int:
        """How long to wait after an attempt ended before its absence means anything."""
        ...


@dataclass(frozen=True, slots=True)
class CouldNotAsk:
    """A list of the state's was not read to its end; there is no short list. `sentence` says why, for a person."""

    reach: ServiceReach
    sentence: str


class StateBooks(Protocol):
    """What the state holds of this license, for a comparison. No method raises for what a network or a service does."""

    @property
    def shows(self) -> Shown:
        """What of a sale these lists tell."""
        ...

    def sales_on(self, first: date, last: date) -> Sequence[StateSale] | CouldNotAsk:
        """Every receipt of these business days (facility's zone, both included), voided ones too."""
        ...

    def packages(self) -> Sequence[StatePackage] | CouldNotAsk:
        """The whole inventory: active, on hold, and what left it."""
        ...


class OutboxStore(Protocol):
    """Used by the sync loop. Every method is one committed transaction."""

    def recover(self, at: Instant) -> int:
        """Every SENDING becomes IN_DOUBT (the process died in it)."""
        ...

    def next_due(self, at: Instant, *, skip: frozenset[str] = frozenset()) -> OutboxItem | None:
        """The oldest item QUEUED or IN_DOUBT, due now, with no older one open in its aggregate and license.

        What depends on another report waits until that one is CONFIRMED, and then carries its id in `of_remote` and
        its report in `of_payload`.
        """
        ...

    def begin_attempt(self, item_id: str, sender_epoch: int, at: Instant) -> OutboxItem:
        """SENDING and the attempt row, committed before the first byte goes out."""
        ...

    def settle(
        self,
        item: OutboxItem,
        result: AttemptResult,
        at: Instant,
        *,
        looked_up: bool,
        was: OutboxItem | None = None,
    ) -> None:
        """Store `item` as the state machine left it, with the attempt or look-up row that led there.

        `was`: the item that the exchange began with. Where somebody changed it meanwhile, a person say, that stands and
        only the row is kept; what the state holds, CONFIRMED, is kept all the same.
        """
        ...

    def is_held(self, item: OutboxItem, remote_id: str) -> bool:
        """Whether the report of another sale, of the same kind and license, has that id of the state's."""
        ...

    def counts(self, *licenses: str) -> Mapping[OutboxState, int]:
        """Every state, also those with none; of reports made under these licenses, or of all."""
        ...

    def waits(self, at: Instant) -> Waits:
        """How old and how late the open reports are, all of them."""
        ...

    def open_items(self, limit: int) -> Sequence[OutboxItem]: ...

    def blocked(self) -> Sequence[OutboxItem]:
        """All that are BLOCKED, oldest first."""
        ...

    def sender_epoch(self) -> int:
        """Take the sender's lease: raises the epoch by one and returns it."""
        ...


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the pill and `sync status` say."""

    counts: Mapping[OutboxState, int]
    oldest_open: Instant | None
    next_due: Instant | None
    overdue: int
    needs_person: int
    waiting: int
    reach: ServiceReach | None = None
    since: Instant | None = None
    standing: Standing = Standing.GREEN
    differences: int = 0
    """Between the store and the state, that need a person: as the last comparisons left them."""
    emergencies: int = 0
    """Times that the sealed code was opened and that nobody looked into yet."""


class KeyStore(Protocol):
    """Secrets of this store, one record each: `db`, `state.vendor_key`, `state.user_key`, ..."""

    @property
    def kind(self) -> str: ...

    def get(self, name: str) -> bytes | None: ...

    def set(self, name: str, value: bytes) -> None: ...

    def delete(self, name: str) -> None: ...
