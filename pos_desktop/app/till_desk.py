"""The life of a till: open with a counted float, move cash with a reason, pause, read; closing is in `till_closing`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pos_desktop.app.ports import JobKind, KeptZ, Slip, TillSession
from pos_desktop.app.reasons import good_reason
from pos_desktop.app.till_base import (
    NOTHING,
    Step,
    TillPicture,
    TillRules,
    difference_of,
    numbered,
    only_others,
    refuse_same,
)
from pos_desktop.app.till_closing import MOST_COUNTS, TillClosing
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import TillSessionId
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Approval, Person, Right, require
from pos_desktop.domain.till import (
    COUNTED,
    OPENINGS,
    Count,
    Takings,
    TillEvent,
    TillKind,
    checked_cash,
    moved,
)
from pos_desktop.domain.z_report import Head, x_document

__all__ = ["MOST_COUNTS", "Step", "TillDesk", "TillPicture", "TillRules", "XReport", "difference_of"]
OPENING = "till.open"
"""What an approval of another float must name."""


@dataclass(frozen=True, slots=True)
class XReport:
    """The till as it stands, cash included, for who does not count it."""

    session: TillSession
    takings: Takings
    events: tuple[TillEvent, ...]
    expected: Money
    slip: Slip


class TillDesk(TillClosing):
    """Lane: database. One till a register."""

    # -- looking

    def picture(self) -> TillPicture:
        session = self._session()
        held = tuple(self._holds.list())
        if session is None:
            return TillPicture(Step.CLOSED, None, held=held)
        events, takings = self._tills.events(session.id), self._tills.takings(session.id)
        return TillPicture(
            step=self._step(session),
            session=session,
            opened_by=self._tills.name_of(session.opened_by),
            sales=takings.sales,
            voids=self._tills.voids(session.id).times,
            drops=moved(events, TillKind.DROP),
            paid_in=moved(events, TillKind.PAID_IN),
            paid_out=moved(events, TillKind.PAID_OUT),
            credit_out=moved(events, TillKind.CREDIT_OUT),
            no_sales=sum(each.kind in OPENINGS for each in events),
            card=sum((cash for name, cash in takings.by_tender.items() if name != "cash"), ZERO),
            held=held,
            reported=self._reported(session),
            read_by=self._read_by(session),
        )

    def wants_drop(self) -> bool:
        """Whether there is more in the drawer than the store wants there; says nothing of how much."""
        session = self._session()
        if session is None or self.rules.drop_at is None or self._tills.counts(session.id):
            return False
        return self._expected(session) >= self.rules.drop_at

    def x_report(self, actor: Person, *, on_paper: bool = True) -> XReport:
        """Raises RuleRefusal: not for everybody. Whoever reads it does not count this till afterwards."""
        require(actor, Right.READ_TILL, "The till goes on.")
        session = self._open()
        event = self._event(TillKind.READ, actor)
        events, takings = self._tills.events(session.id), self._tills.takings(session.id)
        reported, expected = self._reported(session), self._expected(session)
        unreported = reported.waiting + reported.needs_person
        head = Head.of(session, number=0, at=event.at.utc_us, by=actor.id, unreported=unreported)
        told = x_document(head, events, takings, self._voids(session), expected)
        slip = self._papers.x_report(session, told)
        if not self._tills.counts(session.id):
            self._tills.note(session.id, event, (slip,) if on_paper else ())
        elif on_paper and self._jobs is not None:
            self._jobs.add_slip(JobKind.SLIP, slip, event.at)
        return XReport(session, takings, tuple(events), expected, slip)

    def last_z(self, session_id: TillSessionId | None = None) -> tuple[KeptZ, Slip] | None:
        """The newest Z report, or that of a session, with its paper; None where there is none."""
        kept = next(iter(self._tills.z_reports(1)), None)
        if session_id is not None:
            kept = self._tills.z_report(session_id)
        return None if kept is None else (kept, self.z_paper(kept))

    def z_paper(self, kept: KeptZ) -> Slip:
        session = next(each for each in self._tills.sessions() if each.id == kept.session_id)
        return self._papers.z_report(session, kept)

    # -- what single sales come to

    def uncounted(self, wanted: Iterable[TillSessionId] | None = None) -> frozenset[TillSessionId]:
        """Of these sessions, or of all, those with sales whose cash somebody is still to count.

        Added up, what each of their sales comes to is that cash. A till that was opened without a count is not one.
        """
        asked = None if wanted is None else frozenset(wanted)
        return frozenset(
            each.id
            for each in self._tills.sessions()
            if each.closed_at is None
            and (asked is None or each.id in asked)
            and self._tills.events(each.id)
            and not self._tills.counts(each.id)
            and self._tills.takings(each.id).sales
        )

    def read_sums(self, actor: Person, sessions: Iterable[TillSessionId], kept: str) -> None:
        """That the amounts of single sales of these sessions are told to `actor`, who does not count them from now on.

        `kept` says what was left undone. Raises RuleRefusal: the actor counts tills and may not read them.
        """
        if actor.may(Right.CLOSE_TILL):
            require(
                actor, Right.READ_TILL, f"Nobody who counts a till is told what its sales come to. {kept}"
            )
        told = frozenset(sessions)
        for each in self._tills.sessions():
            if each.id in told and actor.id not in self._read_by(each):
                self._tills.note(each.id, self._event(TillKind.READ, actor))

    # -- opening and moving

    def unlock(self, actor: Person, right: Right, why: str) -> None:
        """Open the drawer so that what is in it can be counted. It stands on the reports of the till that is open.

        Raises RuleRefusal: not for everybody, or no drawer is connected.
        """
        require(actor, right, "The drawer stays shut.")
        if self._jobs is None:
            raise RuleRefusal(
                "No drawer is connected to this register. Open it with the key.", code="no-drawer"
            )
        session = self._session()
        if session is None:
            kick = Slip.drawer(actor.id, self._register.code, why)
            self._jobs.add_slip(JobKind.DRAWER, kick, self._clock.now())
        else:
            event = self._event(TillKind.UNLOCKED, actor, reason=why)
            self._tills.note(session.id, event, (self._kick(actor, session, why),))

    def open(
        self, actor: Person, count: Count, reason: str = "", approval: Approval | None = None
    ) -> TillSession:
        """With the float as it was counted. Another one than the store's, or than what lay in the drawer since the last
        close, takes a reason and a second person.

        Raises:
            RuleRefusal: the till is open; or the float differs and nobody approved it (its amount is not told).
            BadInput: the float differs and no reason was given.
        """
        require(actor, Right.OPEN_TILL, NOTHING)
        if self._session() is not None:
            raise RuleRefusal("The till of this register is open already. Close it first.", code="till-open")
        wanted = (self.rules.float_cash, self._stayed(self._register.code))
        if any(each is not None and count.total != each for each in wanted):
            reason = good_reason(reason)
            require(only_others(actor), Right.ACCEPT_DIFFERENCE, NOTHING, approval=approval, about=OPENING)
        now = self._clock.now()
        session = TillSession(TillSessionId(self._ids.new()), self._register.code, now, actor.id)
        witness = None if approval is None else approval.by.id
        opened = TillEvent(TillKind.OPENED, now, actor.id, count.total, reason, witness=witness)
        self._tills.open(session, opened, count, (self._papers.opening(session, opened, count),))
        return session

    def drop(
        self, actor: Person, cash: Money, envelope: str, witness: Person, count: Count | None = None
    ) -> TillEvent:
        """Into the safe. `count` is that cash by denomination, where it was counted.

        Raises BadInput: no amount, not what was counted, or no envelope; RuleRefusal: witnessed by oneself.
        """
        require(actor, Right.DROP, NOTHING)
        refuse_same(actor, witness)
        session = self._open()
        if count is not None and count.total != cash:
            raise BadInput(f"{count.total} were counted, and not {cash}. {NOTHING}", code="amount")
        event = TillEvent(
            TillKind.DROP,
            self._clock.now(),
            actor.id,
            checked_cash(cash),
            reference=numbered(envelope),
            witness=witness.id,
        )
        self._tills.note(session.id, event, self._papers.drop(session, event, count), count)
        return event

    def check_envelope(self, envelope: str) -> None:
        """Before anybody signs a drop. Raises BadInput: no number. RuleRefusal: one of that number is on its way."""
        self._tills.refuse_used(self._open().id, numbered(envelope))

    def paid_in(self, actor: Person, cash: Money, reason: str, approval: Approval | None = None) -> TillEvent:
        return self._paid(TillKind.PAID_IN, actor, cash, reason, approval)

    def paid_out(
        self, actor: Person, cash: Money, reason: str, approval: Approval | None = None
    ) -> TillEvent:
        return self._paid(TillKind.PAID_OUT, actor, cash, reason, approval)

    def no_sale(self, actor: Person, reason: str) -> TillEvent:
        """The drawer opens once this is saved, and not before."""
        require(actor, Right.OPEN_DRAWER, "The drawer stays shut.")
        session = self._open()
        event = self._event(TillKind.NO_SALE, actor, reason=good_reason(reason))
        self._tills.note(session.id, event, (self._kick(actor, session, event.reason),))
        return event

    def pause(self, actor: Person) -> None:
        require(actor, Right.OPEN_TILL, NOTHING)
        session = self._open()
        self._refuse_unless(session, (Step.OPEN,), "The till is not open.")
        self._tills.note(session.id, self._event(TillKind.PAUSED, actor))

    def resume(self, actor: Person, count: Count | None = None) -> None:
        """Go on after a pause, or with a close that was begun. A recount is kept, and tells nobody anything.

        Raises:
            RuleRefusal: the till is neither paused nor being closed; or who read the expected cash recounts.
        """
        require(actor, Right.OPEN_TILL, NOTHING)
        session = self._open()
        self._refuse_unless(session, (Step.PAUSED, Step.CLOSING), "The till is not paused.")
        event = self._event(TillKind.RESUMED, actor)
        if count is not None:
            self._refuse_reader(session, actor)
            event = TillEvent(event.kind, event.at, event.by, count.total, reference=COUNTED)
        self._tills.note(session.id, event)

    # -- inside

    def _refuse_unless(self, session: TillSession, steps: tuple[Step, ...], why_not: str) -> None:
        if self._step(session) not in steps:
            raise RuleRefusal(f"{why_not} {NOTHING}", code="till-step")

    def _paid(
        self, kind: TillKind, actor: Person, cash: Money, reason: str, approval: Approval | None
    ) -> TillEvent:
        session = self._open()
        require(actor, Right.PAID_IN_OUT, NOTHING, approval=approval, about=session.id)
        event = TillEvent(
            kind,
            self._clock.now(),
            actor.id,
            checked_cash(cash),
            good_reason(reason),
            witness=None if approval is None else approval.by.id,
        )
        slips = (
            self._kick(actor, session, f"{kind.value}: {event.reason}"),
            self._papers.paid(session, event),
        )
        self._tills.note(session.id, event, slips)
        return event
