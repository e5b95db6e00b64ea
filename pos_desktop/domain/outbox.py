"""Reports waiting for the state service (reliability contract, section 4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from pos_desktop.domain.instant import Instant

SALE, VOID = "sale", "void"
"""The kinds of reports."""


class OutboxState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    IN_DOUBT = "in-doubt"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self in (OutboxState.CONFIRMED, OutboxState.CANCELLED)

    @property
    def needs_person(self) -> bool:
        return self in (OutboxState.REJECTED, OutboxState.CONFLICT, OutboxState.BLOCKED)


class Outcome(StrEnum):
    """How one attempt or one look-up ended."""

    NOT_SENT = "not-sent"
    """Certainly nothing reached the service."""
    CONFIRMED = "confirmed"
    IN_DOUBT = "in-doubt"
    REFUSED = "refused"
    BLOCKED = "blocked"
    LATER = "later"
    """Refused before work (429): `retry_after_s` says when."""
    FOUND = "found"
    FOUND_DIFFERENT = "found-different"
    FOUND_TWICE = "found-twice"
    ABSENT = "absent"
    COULD_NOT_ASK = "could-not-ask"


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One report. `payload` is the neutral report document (app.reporting), canonical JSON.

    Args:
        aggregate: Items of one aggregate (the patient) under one license go one after another, oldest first.
        natural_key: The external number; the same for ever.
        due_at: When the programme wants it reported by; None where no duty is sourced.
        absent_once: A look-up has already come back empty since the last attempt.
        depends_on: The report that must be at the state first: a void's sale.
        of_remote: The state's id of what a void is about, filled in when its sale is confirmed; empty of a sale.
        of_payload: The report of the sale that a void is about; empty of a sale.
    """

    id: str
    license: str
    kind: str
    aggregate: str
    sale_id: str
    natural_key: str
    payload: bytes = field(repr=False)
    payload_sha256: str
    state: OutboxState
    attempts: int
    created_at: Instant
    not_before: Instant | None = None
    due_at: Instant | None = None
    last_error: str = ""
    remote_id: str = ""
    depends_on: str | None = None
    attempt_ended_at: Instant | None = None
    absent_once: bool = False
    of_remote: str = ""
    of_payload: bytes = b""


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """What came of one exchange, in the outbox's words. `excerpt` is the service's answer, patient data masked."""

    outcome: Outcome
    remote_id: str = ""
    http_status: int | None = None
    sentence: str = ""
    excerpt: str = ""
    retry_after_s: int | None = None
    pause_lane: bool = False
