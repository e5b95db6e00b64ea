"""The four steps of a close: held carts, a blind count, over or short, a witness and the Z report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports import KeptZ
from pos_desktop.app.reasons import good_reason
from pos_desktop.app.till_base import difference_of
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.people import Approval, Person, Right
from pos_desktop.domain.tender import TerminalDay
from pos_desktop.ui.flows.floor import TILL_BATCHES, TILL_REASON, TILL_VOID
from pos_desktop.ui.flows.till_day import TillDay
from pos_desktop.ui.presenter import till_batches
from pos_desktop.ui.presenter import till_sheets as sheets
from pos_desktop.ui.presenter.till_parts import VOID, Page, over_short
from pos_desktop.ui.sheet_state import ReasonSheet

translate = QCoreApplication.translate


class TillClose:
    def __init__(self, day: TillDay) -> None:
        self._day = day
        self._voiding: SaleId | None = None

    # -- 1: held carts

    def begin(self) -> None:
        day, by = self._day, self._day.floor.by

        def begun(_: object) -> None:
            day.floor.notice = None
            day.read(day.home)

        day.do("begin the close", lambda: day.desk.begin_close(by), begun)

    def ask_void(self, word: str) -> None:
        sale_id = word.removeprefix(VOID)
        cart = next((each for each in self._day.picture.held if each.sale_id == sale_id), None)
        if cart is not None:
            self._voiding = cart.sale_id
            self._day.floor.open_sheet(TILL_VOID, sheets.void_held(cart.patient_name))

    def void(self, reason: str) -> None:
        day, by, sale_id = self._day, self._day.floor.by, self._voiding
        if sale_id is None or not self._good(TILL_VOID, reason):
            return
        day.floor.close_sheet()

        def voided(_: object) -> None:
            day.floor.held_count = max(0, day.floor.held_count - 1)
            day.done(translate("Till", "The held cart is voided. Nothing was sold."))

        day.do("void a held cart", lambda: day.desk.void_held(by, sale_id, reason), voided)

    # -- 2: the count

    def seal(self) -> None:
        day, by = self._day, self._day.floor.by
        count = day.counted()
        if count is None:
            return

        def sealed(_: object) -> None:
            day.floor.notice = None
            day.page = Page.RESULT
            day.read(day.home)

        day.do("seal the count", lambda: day.desk.seal(by, count), sealed)

    # -- 3: the debit terminals, over or short

    def ask_batches(self) -> None:
        day, terminals = self._day, self._terminals
        if terminals:
            day.floor.notice = None
            day.floor.open_sheet(TILL_BATCHES, till_batches.sheet(terminals, day.batches or {}))

    def batches(self, values: Mapping[str, str]) -> None:
        """As typed; an empty field is a terminal that could not be read."""
        day, terminals = self._day, self._terminals
        read, wrong = {}, {}
        for n, each in enumerate(terminals):
            name = till_batches.field_of(n)
            try:
                total = till_batches.read_batch(values.get(name, ""))
            except BadInput as problem:
                wrong[name] = problem.sentence
            else:
                if total is not None:
                    read[each.terminal] = total
        if wrong:
            day.floor.open_sheet(TILL_BATCHES, till_batches.sheet(terminals, {}, values, wrong))
            return
        day.batches = read
        day.floor.close_sheet()
        day.draw()

    @property
    def _terminals(self) -> tuple[TerminalDay, ...]:
        return () if self._day.looked is None else self._day.looked.terminals

    def go_on(self) -> None:
        day = self._day
        sealed = () if day.looked is None else day.looked.sealed
        if sealed and day.desk.differs(sealed[-1]) and day.approval is None:
            day.floor.open_sheet(TILL_REASON, sheets.difference())
        elif sealed:
            day.floor.notice = None
            day.go(Page.SIGNING)

    def reason(self, reason: str) -> None:
        day, session = self._day, self._day.picture.session
        sealed = () if day.looked is None else day.looked.sealed
        if session is None or not sealed or not self._good(TILL_REASON, reason):
            return
        by = sealed[-1].over_short
        title, body = sheets.approve_difference(f"{over_short(by)} {by}", reason)

        def approved(approval: Approval) -> None:
            day.reason, day.approval = good_reason(reason), approval
            day.floor.close_sheet()
            day.go(Page.SIGNING)

        about = difference_of(session.id)
        day.floor.second.approve(Right.ACCEPT_DIFFERENCE, about, title, body, approved)

    # -- 4: witness and Z

    def witness(self) -> None:
        day, session = self._day, self._day.picture.session
        sealed = () if day.looked is None else day.looked.sealed
        if session is None or not sealed:
            return
        title, body = sheets.witness_count(sealed[-1].count.total)
        may_ = Right.WITNESS
        day.floor.second.witness(title, body, session.id, lambda each: each.may(may_), self._close)

    def _close(self, witness: Person) -> None:
        day, by = self._day, self._day.floor.by
        reason, approval, batches = day.reason, day.approval, day.batches

        def closed(kept: KeptZ) -> None:
            day.floor.drop_due = False
            words = translate("Till", "The till is closed. Z report {n} is kept and goes to the printer.")
            day.done(words.format(n=kept.number), lambda: day.go(Page.CLOSED))

        day.do(
            "close the till",
            lambda: day.desk.close(by, witness, reason=reason, approval=approval, batch_totals=batches),
            closed,
        )

    # -- inside

    def _good(self, kind: str, reason: str) -> bool:
        """Whether that is a reason; what is wrong with it stands under the field."""
        floor, sheet = self._day.floor, self._day.floor.sheet
        try:
            good_reason(reason)
        except BadInput as problem:
            if isinstance(sheet, ReasonSheet):
                floor.open_sheet(kind, replace(sheet, field=replace(sheet.field, error=problem.sentence)))
            return False
        return True
