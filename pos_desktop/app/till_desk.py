"""The life of a till: open with a counted float, move cash with a reason, count blind, close once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pos_desktop.app.ports import (
    Clock,
    HeldCart,
    HeldCarts,
    Ids,
    KeptZ,
    Register,
    Sealed,
    TillBook,
    TillSession,
)
from pos_desktop.app.reasons import good_reason
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import TillSessionId
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Approval, Person, Right, require
from pos_desktop.domain.tender import TerminalDay
from pos_desktop.domain.till import (
    Count,
    Moved,
    Takings,
    TillEvent,
    TillKind,
    checked_cash,
    expected_cash,
    moved,
)
from pos_desktop.domain.z_report import Closing, Head, checked_batches, z_document

MOST_COUNTS = 2
_NOTHING = "Nothing was saved."
_NONE = Moved(0, ZERO)
_DROP_AT = Money(1_000_00)
"""A common line; the store sets its own."""


class Step(StrEnum):
    """Where a till stands. From `COUNTED` on nothing is sold in it."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"
    COUNTED = "counted"
    RECOUNTED = "recounted"


@dataclass(frozen=True, slots=True)
class TillRules:
    """What a store set for its tills, in cents; None or nought where it set nothing."""

    float_cash: Money | None = None
    drop_at: Money = _DROP_AT
    difference: Money = ZERO
    """Over or short by more than this takes a reason and a second person."""


@dataclass(frozen=True, slots=True)
class TillPicture:
    """What everybody may see of an open till: nothing from which its cash can be reckoned."""

    step: Step
    session: TillSession | None
    sales: int = 0
    drops: Moved = _NONE
    paid_in: Moved = _NONE
    paid_out: Moved = _NONE
    no_sales: int = 0
    card: Money = ZERO
    """Paid by other tenders than cash."""
    held: tuple[HeldCart, ...] = ()


@dataclass(frozen=True, slots=True)
class XReport:
    """The till as it stands, cash included, for who does not count it."""

    session: TillSession
    takings: Takings
    events: tuple[TillEvent, ...]
    expected: Money


class TillDesk:
    """Lane: database. One till a register."""

    def __init__(
        self,
        *,
        tills: TillBook,
        holds: HeldCarts,
        register: Register,
        clock: Clock,
        ids: Ids,
        rules: TillRules = TillRules(),
    ) -> None:
        self._tills = tills
        self._holds = holds
        self._register = register
        self._clock = clock
        self._ids = ids
        self.rules = rules

    # -- looking

    def picture(self) -> TillPicture:
        session = self._tills.session(self._register.code)
        if session is None:
            return TillPicture(Step.CLOSED, None)
        events, takings = self._tills.events(session.id), self._tills.takings(session.id)
        return TillPicture(
            step=self._step(session),
            session=session,
            sales=takings.sales,
            drops=moved(events, TillKind.DROP),
            paid_in=moved(events, TillKind.PAID_IN),
            paid_out=moved(events, TillKind.PAID_OUT),
            no_sales=moved(events, TillKind.NO_SALE).times,
            card=sum((cash for name, cash in takings.by_tender.items() if name != "cash"), ZERO),
            held=tuple(self._holds.list()),
        )

    def wants_drop(self) -> bool:
        """Whether there is more in the drawer than the store wants there; says nothing of how much."""
        session = self._tills.session(self._register.code)
        return session is not None and self._expected(session) >= self.rules.drop_at

    def x_report(self, actor: Person) -> XReport:
        """Raises RuleRefusal: not for everybody. Whoever reads it does not count this till afterwards."""
        require(actor, Right.READ_TILL, "The till goes on.")
        session = self._open()
        event = self._event(TillKind.READ, actor)
        if not self._tills.counts(session.id):
            self._tills.note(session.id, event)
        return XReport(
            session,
            self._tills.takings(session.id),
            tuple(self._tills.events(session.id)),
            self._expected(session),
        )

    # -- opening and moving

    def open(
        self, actor: Person, count: Count, reason: str = "", approval: Approval | None = None
    ) -> TillSession:
        """With the float as it was counted. Another one than the store's takes a reason and a second person.

        Raises:
            RuleRefusal: the till is open; or the float differs and nobody approved it (its amount is not told).
        """
        require(actor, Right.OPEN_TILL, _NOTHING)
        wanted = self.rules.float_cash
        if wanted is not None and count.total != wanted:
            reason = good_reason(reason)
            require(_only_others(actor), Right.ACCEPT_DIFFERENCE, _NOTHING, approval=approval, about=_OPENING)
        now = self._clock.now()
        session = TillSession(TillSessionId(self._ids.new()), self._register.code, now, actor.id)
        witness = None if approval is None else approval.by.id
        opened = TillEvent(TillKind.OPENED, now, actor.id, count.total, reason, witness=witness)
        self._tills.open(session, opened, count)
        return session

    def drop(self, actor: Person, cash: Money, envelope: str, witness: Person) -> TillEvent:
        """Into the safe. Raises BadInput: no amount, or no envelope; RuleRefusal: witnessed by oneself."""
        require(actor, Right.DROP, _NOTHING)
        _refuse_same(actor, witness)
        return self._move(TillKind.DROP, actor, cash, "", _numbered(envelope), witness)

    def paid_in(self, actor: Person, cash: Money, reason: str, approval: Approval | None = None) -> TillEvent:
        self._approved(actor, approval)
        return self._move(TillKind.PAID_IN, actor, cash, good_reason(reason), "", None, approval)

    def paid_out(
        self, actor: Person, cash: Money, reason: str, approval: Approval | None = None
    ) -> TillEvent:
        self._approved(actor, approval)
        return self._move(TillKind.PAID_OUT, actor, cash, good_reason(reason), "", None, approval)

    def no_sale(self, actor: Person, reason: str) -> TillEvent:
        """The drawer may be opened once this is saved, and not before."""
        require(actor, Right.OPEN_DRAWER, "The drawer stays shut.")
        session = self._open()
        event = self._event(TillKind.NO_SALE, actor, reason=good_reason(reason))
        self._tills.note(session.id, event)
        return event

    def pause(self, actor: Person) -> None:
        self._turn(actor, Step.OPEN, TillKind.PAUSED, "The till is not open.")

    def resume(self, actor: Person) -> None:
        self._turn(actor, Step.PAUSED, TillKind.RESUMED, "The till is not paused.")

    # -- closing

    def seal(self, actor: Person, count: Count) -> Sealed:
        """A blind count; once it is sealed, and only then, is told what should have been there. One recount.

        Raises:
            RuleRefusal: not for everybody, and not for who read the expected cash of this session before.
        """
        require(actor, Right.CLOSE_TILL, _NOTHING)
        session = self._open()
        if not self._tills.counts(session.id):
            self._refuse_reader(session, actor)
        return self._tills.seal(session.id, count, actor.id, self._clock.now(), MOST_COUNTS)

    def may_recount(self) -> bool:
        session = self._tills.session(self._register.code)
        return session is not None and len(self._tills.counts(session.id)) == 1

    def terminals(self) -> tuple[TerminalDay, ...]:
        """What each debit terminal must say it took. Raises RuleRefusal: the cash was not counted yet."""
        session = self._open()
        if not self._tills.counts(session.id):
            raise RuleRefusal("Count the cash first, then read the terminals.", code="not-counted")
        return self._tills.takings(session.id).terminals

    def close(
        self,
        actor: Person,
        witness: Person,
        *,
        reason: str = "",
        approval: Approval | None = None,
        unreported: int = 0,
        batch_totals: Mapping[str, Money] | None = None,
    ) -> KeptZ:
        """Never waits for anything outside. Again it gives the same report.

        `batch_totals`: what each debit terminal says it took, as it was typed; one that cannot be read is left out.

        Raises:
            RuleRefusal: not counted, no second person, or a difference that nobody else answers for.
            BadInput: a difference without a reason.
        """
        require(actor, Right.CLOSE_TILL, "The till is not closed.")
        session = self._open()
        counts = self._tills.counts(session.id)
        if not counts:
            raise RuleRefusal("Count the till first. Nothing was closed.", code="not-counted")
        _refuse_same(actor, witness)
        last = counts[-1]
        if abs(last.over_short.cents) > self.rules.difference.cents:
            reason = good_reason(reason)
            about = difference_of(session.id)
            kept = "The till is not closed."
            require(_only_others(actor), Right.ACCEPT_DIFFERENCE, kept, approval=approval, about=about)
        closing = Closing(
            counts=[(each.by, each.count) for each in counts],
            expected=last.expected,
            reason=reason,
            witness=witness.id,
            approved_by="" if approval is None else approval.by.id,
            batch_totals=checked_batches(batch_totals or {}),
        )
        now = self._clock.now()
        events, takings = self._tills.events(session.id), self._tills.takings(session.id)
        return self._tills.close(
            session,
            actor.id,
            now,
            lambda number: z_document(
                Head(
                    number=number,
                    register=self._register.code,
                    session=session.id,
                    opened_at=session.opened_at.utc_us,
                    opened_by=session.opened_by,
                    closed_at=now.utc_us,
                    closed_by=actor.id,
                    unreported=unreported,
                ),
                events,
                takings,
                closing,
            ),
        )

    # -- inside

    def _open(self) -> TillSession:
        session = self._tills.session(self._register.code)
        if session is None:
            raise RuleRefusal("No till is open at this register. Open one first.", code="no-till")
        return session

    def _step(self, session: TillSession) -> Step:
        counts = self._tills.counts(session.id)
        if counts:
            return Step.COUNTED if len(counts) == 1 else Step.RECOUNTED
        turns = [
            each.kind
            for each in self._tills.events(session.id)
            if each.kind in (TillKind.PAUSED, TillKind.RESUMED)
        ]
        return Step.PAUSED if turns and turns[-1] is TillKind.PAUSED else Step.OPEN

    def _expected(self, session: TillSession) -> Money:
        return expected_cash(self._tills.events(session.id), self._tills.takings(session.id))

    def _event(self, kind: TillKind, actor: Person, *, reason: str = "") -> TillEvent:
        return TillEvent(kind, self._clock.now(), actor.id, reason=reason)

    def _turn(self, actor: Person, before: Step, kind: TillKind, why_not: str) -> None:
        require(actor, Right.OPEN_TILL, _NOTHING)
        session = self._open()
        if self._step(session) is not before:
            raise RuleRefusal(f"{why_not} {_NOTHING}", code="till-step")
        self._tills.note(session.id, self._event(kind, actor))

    def _move(
        self,
        kind: TillKind,
        actor: Person,
        cash: Money,
        reason: str,
        reference: str,
        witness: Person | None,
        approval: Approval | None = None,
    ) -> TillEvent:
        session = self._open()
        second = witness or (None if approval is None else approval.by)
        event = TillEvent(
            kind,
            self._clock.now(),
            actor.id,
            checked_cash(cash),
            reason,
            reference,
            None if second is None else second.id,
        )
        self._tills.note(session.id, event)
        return event

    def _approved(self, actor: Person, approval: Approval | None) -> None:
        session = self._open()
        require(actor, Right.PAID_IN_OUT, _NOTHING, approval=approval, about=session.id)

    def _refuse_reader(self, session: TillSession, actor: Person) -> None:
        read = {each.by for each in self._tills.events(session.id) if each.kind is TillKind.READ}
        if actor.id in read:
            raise RuleRefusal(
                "You read what must be in this till, so another person counts it. Nothing was saved.",
                code="not-blind",
            )


_OPENING = "till.open"
"""What an approval of another float must name."""
_LONGEST_NUMBER = 40


def difference_of(session_id: TillSessionId) -> str:
    """What an approval of a difference must name."""
    return f"difference:{session_id}"


def _numbered(envelope: str) -> str:
    number = " ".join(envelope.split())
    if not number or len(number) > _LONGEST_NUMBER or not number.isprintable():
        raise BadInput(f"Write the number of the envelope. {_NOTHING}", code="envelope")
    return number


def _refuse_same(actor: Person, witness: Person) -> None:
    if actor.id == witness.id:
        raise RuleRefusal(f"A second person is needed as a witness. {_NOTHING}", code="own-witness")
    require(witness, Right.WITNESS, _NOTHING)


def _only_others(actor: Person) -> Person:
    """The same person with no right at all: a difference is answered for by somebody else, whoever counted."""
    return Person(actor.id, actor.name, "")
