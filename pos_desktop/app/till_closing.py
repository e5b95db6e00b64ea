"""The end of a till: held carts, a blind count, over or short, a witness, the Z report. Once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pos_desktop.app.ports import KeptZ, Sealed, TillSession
from pos_desktop.app.reasons import good_reason
from pos_desktop.app.till_base import (
    NOTHING,
    Step,
    TillBase,
    difference_of,
    only_others,
    refuse_counter,
    refuse_same,
)
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.money import Money
from pos_desktop.domain.people import Approval, Person, Right, require
from pos_desktop.domain.tender import TerminalDay
from pos_desktop.domain.till import Count, TillKind
from pos_desktop.domain.z_report import Closing, Head, checked_batches, z_document

MOST_COUNTS = 2
"""One recount; a third count only where whoever made the second would be the one to approve what it differs by."""
_STAYS = "The till is not closed."


class TillClosing(TillBase):
    def begin_close(self, actor: Person) -> None:
        """From now on nothing moves in the drawer; a sale that starts elsewhere goes to the next session.

        Raises:
            RuleRefusal: not for everybody, not for who read the expected cash, and not after the count was sealed.
        """
        require(actor, Right.CLOSE_TILL, _STAYS)
        session = self._open()
        self._refuse_reader(session, actor)
        if self._step(session) is not Step.CLOSING:
            self._tills.note(session.id, self._event(TillKind.CLOSING, actor))

    def void_held(self, actor: Person, sale_id: SaleId, reason: str) -> None:
        """The goods of a held cart go back. Raises BadInput: no reason; RuleRefusal: it is not held any more."""
        require(actor, Right.SELL, "The cart stays held.")
        if not self._holds.void(sale_id, actor.id, good_reason(reason)):
            raise RuleRefusal("This cart was taken up elsewhere. Nothing was changed.", code="held-cart-gone")

    def seal(self, actor: Person, count: Count) -> Sealed:
        """A blind count; once it is sealed, and only then, is told what should have been there. One recount.

        Raises:
            RuleRefusal: not for everybody, and not for who read the expected cash of this session before; nor does
                whoever made the last count make the one that is for another person.
        """
        require(actor, Right.CLOSE_TILL, NOTHING)
        session = self._open()
        counts, most = self._tills.counts(session.id), MOST_COUNTS
        if not counts:
            self._refuse_reader(session, actor)
        if self._for_another(counts):
            most += 1
            if counts[-1].by == actor.id:
                raise RuleRefusal(
                    f"You made the last count, so another person makes this one. {NOTHING}", code="own-count"
                )
        return self._tills.seal(session.id, count, actor.id, self._clock.now(), most)

    def sealed(self) -> tuple[Sealed, ...]:
        """The counts of the open session, in their order; none before the first was sealed."""
        session = self._session()
        return () if session is None else tuple(self._tills.counts(session.id))

    def may_recount(self) -> bool:
        sealed = self.sealed()
        return len(sealed) == 1 or self._for_another(sealed)

    def own_difference(self) -> str:
        """Who made the last count, where that is somebody who would approve its difference, and so may not."""
        last = next(reversed(self.sealed()), None)
        return "" if last is None or not self._approves_own(last) else self._tills.name_of(last.by)

    def _for_another(self, counts: Sequence[Sealed]) -> bool:
        """Whether a third count is due: else a till whose only manager made the second could not be closed."""
        return len(counts) == MOST_COUNTS and self._approves_own(counts[-1])

    def _approves_own(self, last: Sealed) -> bool:
        return self.differs(last) and self._may(last.by, Right.ACCEPT_DIFFERENCE)

    def differs(self, last: Sealed) -> bool:
        """Whether a reason and a second person are due."""
        return abs(last.over_short.cents) > self.rules.difference.cents

    def terminals(self) -> tuple[TerminalDay, ...]:
        """What each debit terminal must say it took; none before the cash was counted."""
        session = self._session()
        return () if session is None or not self.sealed() else self._tills.takings(session.id).terminals

    def close(
        self,
        actor: Person,
        witness: Person,
        *,
        reason: str = "",
        approval: Approval | None = None,
        unreported: int | None = None,
        batch_totals: Mapping[str, Money] | None = None,
    ) -> KeptZ:
        """Never waits for anything outside. Again it gives the same report.

        `batch_totals`: what each debit terminal says it took, as it was typed; one that cannot be read is left out.
        `unreported`: sales that the state has not confirmed yet; the store's own count where it is not given.

        Raises:
            RuleRefusal: not counted, no second person, or a difference that nobody else answers for; whoever counted is
                neither witness nor approves it.
            BadInput: a difference without a reason, or a batch total that cannot be.
        """
        require(actor, Right.CLOSE_TILL, _STAYS)
        session = self._open()
        counts = self._tills.counts(session.id)
        if not counts:
            raise RuleRefusal("Count the till first. Nothing was closed.", code="not-counted")
        refuse_same(actor, witness)
        last = counts[-1]
        batches = checked_batches(batch_totals or {})
        if self.differs(last):
            refuse_counter(last.by, witness, approval)
            reason = good_reason(reason)
            about = difference_of(session.id, last.over_short)
            require(only_others(actor), Right.ACCEPT_DIFFERENCE, _STAYS, approval=approval, about=about)
        else:
            refuse_counter(last.by, witness, None)
            approval = None
        closing = Closing(
            counts=[(each.by, each.count) for each in counts],
            expected=last.expected,
            reason=reason,
            witness=witness.id,
            approved_by="" if approval is None else approval.by.id,
            batch_totals=batches,
        )
        if unreported is None:
            reported = self._reported(session)
            unreported = reported.waiting + reported.needs_person
        now = self._clock.now()
        return self._tills.close(
            session,
            actor.id,
            now,
            self._document(session, actor, now.utc_us, unreported, closing),
            lambda kept: (self._papers.z_report(session, kept),),
        )

    def _document(
        self, session: TillSession, actor: Person, now_us: int, unreported: int, closing: Closing
    ) -> Callable[[int], Any]:
        events, takings = self._tills.events(session.id), self._tills.takings(session.id)
        voids = self._voids(session)

        def make(number: int) -> Any:
            head = Head.of(session, number=number, at=now_us, by=actor.id, unreported=unreported)
            return z_document(head, events, takings, closing, voids)

        return make
