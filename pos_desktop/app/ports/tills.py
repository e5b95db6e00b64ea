"""Tills as they are kept: sessions, what happens at a drawer, sealed counts, Z reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pos_desktop.app.ports.paper import Slip
from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import Money
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.till import Count, EarlierVoid, Moved, Takings, TillEvent


@dataclass(frozen=True, slots=True)
class TillSession:
    id: TillSessionId
    register_code: str
    opened_at: Instant
    opened_by: PersonId
    closed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A count that cannot be changed any more, and what should have been there at that moment."""

    count: Count
    expected: Money
    by: PersonId
    at: Instant

    @property
    def over_short(self) -> Money:
        """Above nought: more than expected."""
        return self.count.total - self.expected


@dataclass(frozen=True, slots=True)
class KeptZ:
    """`document` is what the Z report says, as it was when it was made; `number` has no gaps in an epoch."""

    epoch: int
    number: int
    session_id: TillSessionId
    at: Instant
    document: Mapping[str, Any]
    journal_seq: int
    journal_hash: str


class TillBook(Protocol):
    """Every change is written together with its journal entry and its slips, in one transaction.

    Whatever belongs to an open session raises RuleRefusal where it is closed, or where its count is sealed: from then
    on nothing moves in that drawer; nor does it while the till is paused or its close was begun.
    """

    def session(self, register_code: str) -> TillSession | None:
        """The one that is not closed."""
        ...

    def sessions(self) -> Sequence[TillSession]:
        """Of every register, in the order in which they were opened."""
        ...

    def open(
        self, session: TillSession, opened: TillEvent, count: Count, slips: Sequence[Slip] = ()
    ) -> None: ...

    def note(
        self,
        session_id: TillSessionId,
        event: TillEvent,
        slips: Sequence[Slip] = (),
        count: Count | None = None,
    ) -> None:
        """`count` is what was counted of its cash, for the journal; the slips get the place of its entry there."""
        ...

    def events(self, session_id: TillSessionId) -> Sequence[TillEvent]:
        """In the order in which they were saved."""
        ...

    def takings(self, session_id: TillSessionId) -> Takings: ...

    def voids(self, session_id: TillSessionId) -> Moved:
        """Sales of this session that were taken back, whenever and wherever that was."""
        ...

    def earlier_voids(self, session_id: TillSessionId) -> Sequence[EarlierVoid]:
        """Sales of other sessions whose money went back in this one, in the order in which they were taken back."""
        ...

    def reports(self, session_id: TillSessionId) -> Mapping[OutboxState, int]:
        """How many sales of this session have a report that stands so at the state."""
        ...

    def name_of(self, person: PersonId) -> str:
        """As known now, also of somebody who left; the id where nobody is known by it."""
        ...

    def counts(self, session_id: TillSessionId) -> Sequence[Sealed]: ...

    def seal(self, session_id: TillSessionId, count: Count, by: PersonId, at: Instant, most: int) -> Sealed:
        """Raises RuleRefusal: it was counted `most` times already. What was expected is fixed by the first count."""
        ...

    def close(
        self,
        session: TillSession,
        by: PersonId,
        at: Instant,
        make: Callable[[int], Mapping[str, Any]],
        slips: Callable[[KeptZ], Sequence[Slip]] = lambda _: (),
    ) -> KeptZ:
        """`make` gets the number of the Z report, `slips` the whole of it.

        A session has one; closing it again gives that one back, and no slip.
        """
        ...

    def z_report(self, session_id: TillSessionId) -> KeptZ | None: ...

    def refuse_used(self, session_id: TillSessionId, envelope: str) -> None:
        """Raises RuleRefusal: an envelope of that number is on its way; as `note` of a drop does."""
        ...

    def z_reports(self, limit: int) -> Sequence[KeptZ]:
        """Newest first; all of them with a limit below nought."""
        ...
