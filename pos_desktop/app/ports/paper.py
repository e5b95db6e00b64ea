"""Receipts, slips and the drawer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol, Self

from pos_desktop.app.ports.devices import DeviceHealth
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.sale import Sale


class SlipKind(StrEnum):
    """Each has a layout (devices); `DRAWER` is no paper at all, but one kick for something that is no sale."""

    DRAWER = "drawer"
    TILL_OPENED = "till.opened"
    DROP = "till.drop"
    PAID = "till.paid"
    X_REPORT = "till.x"
    Z_REPORT = "till.z"
    DEPOSIT = "deposit"
    TAKEN_IN = "taken-in"
    SAFE_COUNT = "safe-counted"
    BAG = "bag"
    HAND_OVER = "bag-handed-over"
    CHAIN = "bag-way"


SHORT_HASH = 8
"""So many digits of an entry's hash stand on paper."""
ENVELOPE, DRAWER = "envelope", "drawer"
"""Where the two slips of a drop go."""


class JobKind(StrEnum):
    RECEIPT = "receipt"
    COPY = "copy"
    DRAWER = "drawer"
    SLIP = "slip"
    """Paper that belongs to no sale."""
    SLIP_COPY = "slip-copy"

    @property
    def is_copy(self) -> bool:
        return self in (JobKind.COPY, JobKind.SLIP_COPY)


@dataclass(frozen=True, slots=True)
class Slip:
    """Paper that belongs to no sale, or a drawer that opens for none, with everything it says, as it was then.

    Args:
        kind: Which layout it has.
        title: What the list of paper calls it; tells no amount.
        says: Text and whole numbers; money in cents, times in UTC microseconds. `ref` is the id of what it tells of.
    """

    kind: SlipKind
    title: str
    says: Mapping[str, Any]

    @property
    def opens_drawer(self) -> bool:
        """It is no paper at all."""
        return self.kind is SlipKind.DRAWER

    def placed(self, seq: int, digest: str) -> Self:
        """With its place in the journal: the entry's number and the first digits of its hash."""
        return replace(self, says={**self.says, "seq": seq, "hash": digest[:SHORT_HASH]})

    def packed(self) -> str:
        return json.dumps({"kind": self.kind, "title": self.title, "says": self.says}, ensure_ascii=False)

    @classmethod
    def drawer(cls, by: str, ref: str, reason: str) -> Self:
        """One kick of the drawer, for something that is no sale."""
        return cls(SlipKind.DRAWER, "", {"by": by, "ref": ref, "reason": reason})

    @classmethod
    def unpacked(cls, text: str) -> Self:
        kept = json.loads(text)
        return cls(SlipKind(kept["kind"]), kept["title"], kept["says"])


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
    """Of a sale, or of a slip."""

    id: int
    sale_id: SaleId | None
    kind: JobKind
    state: JobState
    why: str
    created_at: Instant
    sale_number: str = ""
    slip: Slip | None = None


class PaperJobs(Protocol):
    def due(self) -> Sequence[PaperJob]:
        """WAITING jobs, the drawer's before the receipt's, oldest first."""
        ...

    def open(self) -> Sequence[PaperJob]:
        """Everything not DONE and not DISMISSED: the list that anyone can see."""
        ...

    def move(self, job_id: int, state: JobState, why: str = "") -> None: ...

    def add_copy(self, sale_id: SaleId, at: Instant) -> PaperJob: ...

    def add_slip(self, kind: JobKind, slip: Slip, at: Instant) -> PaperJob: ...

    def recover(self) -> int:
        """STARTED becomes UNKNOWN (paper) or DONE (a drawer is never kicked twice); returns how many."""
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

    def print_slip(self, slip: Slip, *, copy: bool) -> PaperResult: ...

    def kick_drawer(self) -> PaperResult: ...

    def health(self) -> DeviceHealth: ...
