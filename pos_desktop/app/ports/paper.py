"""Receipts and the drawer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pos_desktop.app.ports.devices import DeviceHealth
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.sale import Sale


class JobKind(StrEnum):
    RECEIPT = "receipt"
    COPY = "copy"
    DRAWER = "drawer"


class JobState(StrEnum):
    WAITING = "waiting"
    STARTED = "started"
    """Committed before the first byte; found at start-up it becomes UNKNOWN."""
    DONE = "done"
    UNKNOWN = "unknown"
    """May or may not be on paper: a person decides."""
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class PaperJob:
    id: int
    sale_id: SaleId
    kind: JobKind
    state: JobState
    why: str
    created_at: Instant
    sale_number: str = ""


class PaperJobs(Protocol):
    def due(self) -> Sequence[PaperJob]:
        """WAITING jobs, the drawer's before the receipt's, oldest first."""
        ...

    def open(self) -> Sequence[PaperJob]:
        """Everything not DONE and not DISMISSED: the list that anyone can see."""
        ...

    def move(self, job_id: int, state: JobState, why: str = "") -> None: ...

    def add_copy(self, sale_id: SaleId, at: Instant) -> PaperJob: ...

    def recover(self) -> int:
        """STARTED becomes UNKNOWN (receipts) or DONE (a drawer is never kicked twice); returns how many."""
        ...


class PaperOutcome(StrEnum):
    NOT_SENT = "not-sent"
    CONFIRMED = "confirmed"
    SENT = "sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PaperResult:
    outcome: PaperOutcome
    why: str = ""
    """A sentence for the person at the counter when not printed for sure."""


class ReceiptPaper(Protocol):
    """The receipt printer and its drawer. Lane: paper."""

    def print_receipt(self, sale: Sale, *, copy: bool) -> PaperResult: ...

    def kick_drawer(self) -> PaperResult: ...

    def health(self) -> DeviceHealth: ...
