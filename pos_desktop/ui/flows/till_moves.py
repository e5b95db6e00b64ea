"""What moves in an open till: opening it, a drop, paid in and out, the drawer without a sale, X report, pause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.reasons import good_reason
from pos_desktop.app.till_base import numbered
from pos_desktop.app.till_desk import OPENING, XReport
from pos_desktop.domain.errors import BadInput, PosError, RuleRefusal
from pos_desktop.domain.money import Money, parse_money
from pos_desktop.domain.people import Approval, Person, Right
from pos_desktop.domain.till import Count, checked_cash
from pos_desktop.ui.flows.floor import TILL_DROP, TILL_NO_SALE, TILL_PAID, TILL_REASON, TILL_X
from pos_desktop.ui.flows.till_day import TillDay
from pos_desktop.ui.presenter import till_sheets as sheets
from pos_desktop.ui.presenter.till_parts import Page
from pos_desktop.ui.sheet_state import PickReasonSheet, ReasonSheet
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate


class TillMoves:
    def __init__(self, day: TillDay) -> None:
        self._day = day
        self._into = False
        self._float: Count | None = None

    # -- opening

    def open(self) -> None:
        count = self._day.counted()
        if count is not None:
            self._float = count
            self._open(count, "", None)

    def _open(self, count: Count, reason: str, approval: Approval | None) -> None:
        day, by = self._day, self._day.floor.by
        if day.busy:
            return
        day.busy = True

        def opened(_: object) -> None:
            day.busy = False
            day.done(translate("Till", "The till is open. The opening slip goes to the printer."))

        def failed(problem: BaseException) -> None:
            day.busy = False
            if isinstance(problem, BadInput) and problem.code == "no-reason" and not reason:
                day.floor.open_sheet(TILL_REASON, sheets.other_float())
                return
            day.floor.refuse(problem)
            day.read()

        day.floor.lanes.database(
            "open the till", lambda: day.desk.open(by, count, reason, approval), opened, failed
        )

    def float_reason(self, reason: str) -> None:
        """The float differs: a manager approves it, without being told here by how much."""
        count, day = self._float, self._day
        if count is None:
            return
        title, body = sheets.approve_float(count.total, reason)
        day.floor.second.approve(
            Right.ACCEPT_DIFFERENCE,
            OPENING,
            title,
            body,
            lambda approval: self._open(count, reason, approval),
        )

    # -- a drop

    def drop(self) -> None:
        """First the count of what goes into the envelope; it may be left empty and the amount typed."""
        if self._day.picture.session is not None:
            self._day.floor.notice = None
            self._day.show()
            self._day.go(Page.DROPPING)

    def drop_counted(self) -> None:
        day = self._day
        total = day.typed_total()
        if total is None and any(text.strip() for text in day.typed.values()):
            return
        day.floor.open_sheet(TILL_DROP, sheets.drop(total))

    def save_drop(self, values: Mapping[str, str]) -> None:
        day, sheet = self._day, self._day.floor.sheet
        try:
            count = None if day.typed_total() is None else day.counted()
            cash = checked_cash(typed_money(values.get(sheets.AMOUNT, "")) if count is None else count.total)
        except BadInput as problem:
            if isinstance(sheet, ReasonSheet) and sheet.number is not None:
                wrong = replace(sheet.number, error=problem.sentence)
                field = replace(sheet.field, error="")
                day.floor.open_sheet(TILL_DROP, replace(sheet, number=wrong, field=field))
            else:
                day.floor.refuse(problem)
            return
        try:
            envelope = numbered(values.get(sheets.ENVELOPE, ""))
        except BadInput as problem:
            if isinstance(sheet, ReasonSheet):
                right = None if sheet.number is None else replace(sheet.number, error="")
                field = replace(sheet.field, error=problem.sentence)
                day.floor.open_sheet(TILL_DROP, replace(sheet, number=right, field=field))
            return
        if isinstance(sheet, ReasonSheet):  # it comes back as it was typed, where nobody signs
            right = None if sheet.number is None else replace(sheet.number, value=cash.plain(), error="")
            field = replace(sheet.field, value=envelope, error="")
            day.floor.sheet = replace(sheet, number=right, field=field)
        self._check_envelope(cash, envelope, count)

    def _check_envelope(self, cash: Money, envelope: str, count: Count | None) -> None:
        """Before a witness is asked for. Nothing follows where the sheet was left meanwhile."""
        day, who = self._day, self._day.floor.actor
        if day.busy:
            return
        day.busy = True

        def still() -> bool:
            day.busy = False
            return day.floor.actor is who and day.floor.sheet_kind == TILL_DROP

        def good(_: object) -> None:
            if still():
                self._ask_witness(cash, envelope, count)

        def wrong(problem: BaseException) -> None:
            sheet = day.floor.sheet
            if not still():
                return
            if isinstance(problem, RuleRefusal) and isinstance(sheet, ReasonSheet):
                field = replace(sheet.field, error=problem.sentence)
                day.floor.open_sheet(TILL_DROP, replace(sheet, field=field))
            else:
                day.floor.refuse(problem)

        day.floor.lanes.database(
            "the number of an envelope", lambda: day.desk.check_envelope(envelope), good, wrong
        )

    def _ask_witness(self, cash: Money, envelope: str, count: Count | None) -> None:
        day = self._day
        title, body = sheets.witness_drop(cash, envelope)
        session = day.picture.session
        day.floor.second.witness(
            title,
            body,
            "" if session is None else session.id,
            lambda person: person.may(Right.WITNESS),
            lambda witness: self._drop(cash, envelope, witness, count),
        )

    def _drop(self, cash: Money, envelope: str, witness: Person, count: Count | None) -> None:
        day, by = self._day, self._day.floor.by

        def dropped(_: object) -> None:
            day.floor.drop_due = False
            day.page = Page.HOME
            day.done(
                translate(
                    "Till",
                    "{cash} went into envelope {envelope}. Two slips are printed: one for the envelope, one for the "
                    "drawer.",
                ).format(cash=cash, envelope=envelope)
            )

        day.do("a drop", lambda: day.desk.drop(by, cash, envelope, witness, count), dropped)

    # -- paid in, paid out, no sale

    def paid(self, *, into: bool) -> None:
        self._into = into
        self._day.floor.open_sheet(TILL_PAID, sheets.paid(into=into))

    def save_paid(self, values: Mapping[str, str]) -> None:
        day = self._day
        try:
            cash = checked_cash(typed_money(values.get(sheets.AMOUNT, "")))
            reason = _reason_of(values)
        except BadInput as problem:
            self._wrong(TILL_PAID, problem)
            return
        by, session = day.floor.by, day.picture.session
        if by.may(Right.PAID_IN_OUT):
            self._pay(cash, reason, None)
        elif session is not None:
            title, body = sheets.approve_paid(cash, reason, into=self._into)
            day.floor.second.approve(
                Right.PAID_IN_OUT, session.id, title, body, lambda given: self._pay(cash, reason, given)
            )

    def _pay(self, cash: Money, reason: str, approval: Approval | None) -> None:
        day, by, into = self._day, self._day.floor.by, self._into
        pay = day.desk.paid_in if into else day.desk.paid_out
        words = (
            translate("Till", "Paid in: {cash}. The drawer opens and the slip is printed.")
            if into
            else translate("Till", "Paid out: {cash}. The drawer opens and the slip is printed.")
        )
        day.do(
            "paid in or out",
            lambda: pay(by, cash, reason, approval),
            lambda _: day.done(words.format(cash=cash)),
        )

    def no_sale(self) -> None:
        """F9: the drawer opens for a reason that is kept."""
        self._day.floor.open_sheet(TILL_NO_SALE, sheets.no_sale())

    def save_no_sale(self, values: Mapping[str, str]) -> None:
        day, by = self._day, self._day.floor.by
        try:
            reason = _reason_of(values)
        except BadInput as problem:
            self._wrong(TILL_NO_SALE, problem)
            return
        day.do(
            "no sale",
            lambda: day.desk.no_sale(by, reason),
            lambda _: day.done(translate("Till", "The drawer opens. The reason is kept.")),
        )

    def unlock(self) -> None:
        """To count what is in the drawer."""
        day, by, page = self._day, self._day.floor.by, self._day.page
        right, why = {
            Page.OPENING: (Right.OPEN_TILL, "count of the float"),
            Page.DROPPING: (Right.DROP, "count for a drop"),
            Page.CHECKING: (Right.OPEN_TILL, "count after a pause"),
        }.get(page, (Right.CLOSE_TILL, "count to close"))
        if day.floor.desk.paper is None:
            day.floor.say(
                Tone.WARN,
                translate("Till", "No drawer is connected to this register. Open it with the key."),
            )
            return
        said = translate("Till", "The drawer opens to be counted. It stands on the Z report, with your name.")
        if day.picture.session is None:
            said = translate("Till", "The drawer opens to be counted. The journal keeps it, with your name.")

        def opened(_: object) -> None:
            day.floor.say(Tone.GOOD, said)
            day.print_now()
            day.read()

        day.do("open the drawer", lambda: day.desk.unlock(by, right, why), opened)

    # -- X report, pause

    def ask_x(self) -> None:
        self._day.floor.open_sheet("till-x", sheets.x_warning())

    def x_report(self) -> None:
        day, by = self._day, self._day.floor.by
        day.floor.close_sheet()

        def read(report: XReport) -> None:
            if day.floor.actor is by:  # whoever signed in meanwhile may be the one who counts
                day.floor.open_sheet(TILL_X, sheets.x_report(report))
            day.print_now()
            day.read()

        day.do("X report", lambda: day.desk.x_report(by), read)

    def pause(self) -> None:
        day, by = self._day, self._day.floor.by
        day.do(
            "pause the till",
            lambda: day.desk.pause(by),
            lambda _: day.done(translate("Till", "The till is paused and its drawer locked.")),
        )

    def resume(self, *, counted: bool = False) -> None:
        day, by = self._day, self._day.floor.by
        count = day.counted() if counted else None
        if counted and count is None:
            return
        words = translate("Till", "The till goes on.")
        if counted:
            words = translate("Till", "The till goes on. The count is kept for the Z report.")
        day.do("go on with the till", lambda: day.desk.resume(by, count), lambda _: day.done(words))

    # -- inside

    def _wrong(self, kind: str, problem: PosError) -> None:
        """Under the field that it is about."""
        floor, sheet = self._day.floor, self._day.floor.sheet
        if not isinstance(sheet, PickReasonSheet):
            return
        of_amount = problem.code == "amount"
        amount = sheet.amount
        if amount is not None:
            amount = replace(amount, error=problem.sentence if of_amount else "")
        note = replace(sheet.note, error="" if of_amount else problem.sentence)
        floor.open_sheet(kind, replace(sheet, amount=amount, note=note))


def typed_money(text: str) -> Money:
    """Raises BadInput: that is no amount."""
    try:
        return parse_money(text)
    except ValueError:
        raise BadInput(
            translate("Till", "Write an amount of money, for instance 18.50. Nothing was saved."),
            code="amount",
        ) from None


def _reason_of(values: Mapping[str, str]) -> str:
    """The chosen one, with the note behind it. Raises BadInput: “something else” without a note."""
    chosen, note = values.get(sheets.REASON, ""), values.get(sheets.NOTE, "").strip()
    if chosen == sheets.other():
        return good_reason(note)
    return good_reason(f"{chosen}: {note}" if note else chosen)
