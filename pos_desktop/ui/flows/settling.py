"""Payments at the terminal that wait for a person: not known, taken without a sale, to be refunded."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.reasons import good_reason
from pos_desktop.app.tender_desk import TenderDesk
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.people import Approval, Person, Right
from pos_desktop.domain.tender import CardPayment, CardState
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.flows.tendering import Tendering
from pos_desktop.ui.presenter import settling as words
from pos_desktop.ui.sheet_state import ReasonSheet, filled
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate
CARD = "card-payment"
"""The kind of its sheets."""


class Settling:
    """A way into its sheets, shaped like a door so that words and forms of others pass it by."""

    name = "cards"

    def __init__(self, floor: Floor, tendering: Tendering, pay: Callable[[], None]) -> None:
        self._floor, self._tendering, self._pay = floor, tendering, pay
        self._card: CardPayment | None = None
        self._way = ""
        tendering.settle = self.ask

    def open(self) -> None:
        """The oldest that waits."""
        if self._floor.cards:
            self.ask(self._floor.cards[0])

    def ask(self, card: CardPayment) -> None:
        floor = self._floor
        self._card, self._way = card, ""
        manages = floor.actor is not None and floor.second.within_reach(Right.SETTLE_CARD)
        floor.open_sheet(CARD, words.question(card, floor.desk.clock.now(), floor.desk.zone, manages=manages))

    def act(self, fix_id: str) -> bool:
        """False: this is no word about a payment at the terminal."""
        if fix_id == words.OPEN:
            self.open()
        elif not fix_id.startswith(words.PREFIX):
            return False
        elif self._card is not None and fix_id == words.MANAGER:
            self._floor.open_sheet(CARD, words.manager_question(self._card))
        elif self._card is not None:
            self._way = fix_id
            self._floor.open_sheet(CARD, words.form(self._card, fix_id))
        return True

    def save(self, values: Mapping[str, str]) -> bool:
        floor, card, desk = self._floor, self._card, self._floor.desk.tenders
        if floor.sheet_kind != CARD or card is None or desk is None:
            return False
        typed, by, way = values.get(words.FIELD, ""), floor.by, self._way
        if way in words.DECIDES:
            self._decide(desk, card, way, typed)
            return True
        floor.lanes.database(
            "settle a payment",
            lambda: _done(desk, card, way, typed, by),
            self._settled,
            self._failed,
        )
        return True

    def _decide(self, desk: TenderDesk, card: CardPayment, way: str, reason: str) -> None:
        """Without a slip: by the word of whoever may; the signed-in person stays signed in."""
        floor, sheet = self._floor, self._floor.sheet
        try:
            good_reason(reason)
        except BadInput as problem:
            floor.open_sheet(CARD, words.form(card, way, problem.sentence))
            return
        if isinstance(sheet, ReasonSheet):
            floor.sheet = filled(sheet, {words.FIELD: reason})
        taken = way == words.WAS_TAKEN

        def approved(approval: Approval | None) -> None:
            by = floor.by
            floor.lanes.database(
                "decide on a payment",
                lambda: desk.decided(card, by, reason, approved=taken, approval=approval),
                self._settled,
                self._failed,
            )

        title, body = words.approve(card, reason, taken=taken)
        floor.second.with_right(Right.SETTLE_CARD, f"card:{card.reference}", title, body, approved)

    def back(self) -> None:
        """It has no room of its own."""

    def tick(self) -> None:
        """Nothing changes by itself."""

    def stop(self) -> None:
        """Nothing is open."""

    def _settled(self, card: CardPayment) -> None:
        floor = self._floor
        self._card = None
        floor.close_sheet()
        self._tendering.look()
        floor.say(Tone.GOOD, words.settled(card))
        visit = floor.visit
        if visit is None or visit.patient.id != card.patient_id:
            return
        goes_on = card.state is not CardState.REFUNDED and floor.has_lines
        self._tendering.stand(self._pay if goes_on else lambda: None)

    def _failed(self, problem: BaseException) -> None:
        floor = self._floor
        if isinstance(problem, BadInput) and isinstance(floor.sheet, ReasonSheet) and self._card is not None:
            floor.open_sheet(CARD, words.form(self._card, self._way, problem.sentence))
            return
        floor.close_sheet()
        self._tendering.look()
        self._tendering.stand()
        floor.refuse(problem)


def _done(desk: TenderDesk, card: CardPayment, way: str, typed: str, by: Person) -> CardPayment:
    if way == words.APPROVED:
        return desk.approved(card, typed, "", by)
    if way == words.DECLINED:
        return desk.declined_by_slip(card, typed, by)
    return desk.refunded(card, typed, by)
