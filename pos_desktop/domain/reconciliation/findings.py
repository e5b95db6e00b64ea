"""What a comparison finds, how much it weighs, and what to do about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pos_desktop.domain.instant import Instant


class Weight(StrEnum):
    NOTHING = "nothing"
    """Both sides agree, or what differs concerns another register."""
    WAITING = "waiting"
    """The program sees to it by itself."""
    PERSON = "person"


class Kind(StrEnum):
    MATCHED = "matched"
    VOIDED = "voided"
    """Voided here, and not in force at the state."""
    ONLY_HERE = "only-here"
    ONLY_THERE = "only-there"
    DIFFERS = "differs"
    VOIDED_HERE_ONLY = "voided-here-only"
    VOIDED_THERE_ONLY = "voided-there-only"
    DUPLICATE = "duplicate"


class PackageKind(StrEnum):
    MATCHED = "matched"
    ONLY_HERE = "only-here"
    ONLY_THERE = "only-there"
    QUANTITY = "quantity-differs"
    STATE = "state-changed"


class Why(StrEnum):
    EQUAL = "equal"
    NEVER_REPORTED = "voided-before-it-was-reported"
    # not at the state
    QUEUED = "waits-in-the-queue"
    SENDING = "is-being-sent"
    IN_DOUBT = "in-doubt"
    REFUSED = "refused"
    CONFLICT = "in-conflict"
    BLOCKED = "blocked"
    CANCELLED = "ended-by-a-person"
    GONE = "no-longer-at-the-state"
    NO_REPORT = "no-report"
    MEANWHILE = "reported-meanwhile"
    # at the state, and not settled here
    UNSETTLED = "at-the-state-not-settled-here"
    SENT_AGAIN = "would-be-sent-again"
    STUCK = "at-the-state-stuck-here"
    # only at the state
    OTHER_REGISTER = "another-register"
    UNKNOWN_HERE = "our-number-unknown-here"
    FOREIGN = "no-register-of-ours"
    VOIDED_FOREIGN = "voided-not-ours"
    # at both
    EDITED = "edited"
    TWICE = "more-than-once"
    VOIDED_BY_OTHERS = "voided-at-the-state"
    VOID_WAITS = "void-waits"
    VOID_STUCK = "void-needs-a-person"
    VOID_LOST = "void-reported-still-in-force"
    VOID_UNREPORTED = "void-not-reported"
    # packages
    MISSING_THERE = "not-in-the-state-s-inventory"
    NOT_RECEIVED = "not-taken-in-here"
    UNEXPLAINED = "unexplained"
    EXPLAINED = "follows-from-sales"
    FINISHED_THERE = "finished-at-the-state"
    HELD_THERE = "on-hold-at-the-state"
    RELEASED_THERE = "hold-ended-at-the-state"


class Action(StrEnum):
    NONE = "none"
    WAIT = "wait"
    SYNC_NOW = "sync-now"
    COMPARE_AGAIN = "compare-again"
    RESOLVE_IN_WORKLIST = "resolve-in-worklist"
    VOID_EXTRA = "void-the-extra-receipt-at-the-state"
    VOID_AT_STATE = "void-at-the-state"
    CORRECT_AT_STATE = "correct-at-the-state"
    LOOK_INTO = "find-out-who-recorded-it"
    SETTLE_VOID = "void-here-or-report-again"
    RECEIVE = "receive"
    COUNT_AND_ADJUST = "count-and-adjust"
    CALL_AGENCY = "call-the-agency"
    CALL_MANAGER = "call-a-manager"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One thing in which two records differ, as a person reads it; card numbers are cut to their last four."""

    field: str
    here: str
    there: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One sale or one receipt after the comparison.

    Args:
        external: The number at the state; empty where a receipt bears none.
        number: Our number of the sale; empty where it is none of ours.
        remote_ids: The receipts in question at the state; of a duplicate those to void.
        kept: Of a duplicate the receipt that stays.
        due_at: By when the state must be told, of what it was not told.
        lines_compared: False where the state lists no lines.
    """

    kind: Kind
    why: Why
    day: date | None
    external: str = ""
    number: str = ""
    remote_ids: tuple[str, ...] = ()
    kept: str = ""
    fields: tuple[FieldDifference, ...] = ()
    due_at: Instant | None = None
    lines_compared: bool = True

    @property
    def id(self) -> str:
        """The same in each run while the same thing is wrong."""
        return _short_id("S", self.kind, self.external or ",".join(self.remote_ids))


@dataclass(frozen=True, slots=True)
class Explanation:
    """A part of a package's difference: what sale it comes from. `quantity` is signed as the difference is.

    `external` is the number of a receipt at the state where no register of this program made the sale.
    """

    external: str
    why: Why
    quantity: int


@dataclass(frozen=True, slots=True)
class PackageFinding:
    """`here` is what the state should show by our record, sales that wait included; both None where there is none."""

    kind: PackageKind
    why: Why
    tag: str
    item: str
    unit: str
    here: int | None
    there: int | None
    waiting: int = 0
    explained: tuple[Explanation, ...] = ()

    @property
    def difference(self) -> int:
        return (self.there or 0) - (self.here or 0)

    @property
    def unexplained(self) -> int:
        return self.difference - sum(each.quantity for each in self.explained)

    @property
    def id(self) -> str:
        return _short_id("P", f"{self.kind} {self.why}", self.tag)


def _short_id(letter: str, what: str, subject: str) -> str:
    digest = hashlib.sha256(f"{letter} {what} {subject}".encode()).hexdigest()
    return f"{letter}-{digest[:10]}"
