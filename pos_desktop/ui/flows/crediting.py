"""Store credit that is given at the counter, or paid out in cash: an amount, a reason, and a manager’s word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.reasons import good_reason
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.money import ZERO, Money, parse_money
from pos_desktop.domain.people import Approval, Right
from pos_desktop.domain.till import checked_cash
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.flows.tendering import Tendering
from pos_desktop.ui.sheet_state import FormField, QuestionSheet, ReasonSheet, filled
from pos_desktop.ui.state import FixButton, Tone

translate = QCoreApplication.translate
CREDIT_SHEET, CREDIT_KEY = "store-credit", "R"
GIVE, PAY_OUT = "credit-give", "credit-pay-out"
AMOUNT, REASON = "amount", "reason"


class Crediting:
    """A way into its sheets, shaped like a door so that words and forms of others pass it by."""

    name = "credit"

    def __init__(self, floor: Floor, tendering: Tendering, print_now: Callable[[], None]) -> None:
        self._floor, self._tendering, self._print_now = floor, tendering, print_now
        self._out = False
        """What is typed is paid out in cash, and not given."""
        self._busy = False
        """It is being saved: no second press does it twice."""

    def open(self) -> None:
        """Giving some; where there is some and a till is open, paying it out is offered too."""
        floor = self._floor
        if not may_be_given(floor):
            return
        floor.notice = None
        if floor.standing.credit > ZERO and floor.session is not None:
            floor.open_sheet(CREDIT_SHEET, _choice(floor.standing.credit))
        else:
            self._ask(out=False)

    def act(self, fix_id: str) -> bool:
        if fix_id not in (GIVE, PAY_OUT):
            return False
        if self._floor.sheet_kind == CREDIT_SHEET and may_be_given(self._floor):
            self._ask(out=fix_id == PAY_OUT)
        return True

    def save(self, values: Mapping[str, str]) -> bool:
        floor, sheet, visit = self._floor, self._floor.sheet, self._floor.visit
        if floor.sheet_kind != CREDIT_SHEET:
            return False
        if not isinstance(sheet, ReasonSheet) or visit is None or self._busy:
            return True
        typed, patient = filled(sheet, values), visit.patient.id
        try:
            amount = self._amount(values.get(AMOUNT, ""))
        except BadInput as problem:
            assert typed.number is not None  # noqa: S101 - the sheet of this flow has it
            number = replace(typed.number, error=problem.sentence)
            floor.open_sheet(CREDIT_SHEET, replace(typed, number=number))
            return True
        try:
            reason = good_reason(values.get(REASON, ""))
        except BadInput as problem:
            field = replace(typed.field, error=problem.sentence)
            floor.open_sheet(CREDIT_SHEET, replace(typed, field=field))
            return True
        floor.sheet = typed
        out = self._out
        title, body = (_approve_out if out else _approve)(amount, reason)
        floor.second.with_right(
            Right.GIVE_CREDIT,
            f"credit-out:{patient}" if out else f"credit:{patient}",
            title,
            body,
            lambda approval: self._do(patient, amount, reason, approval, out=out),
        )
        return True

    def back(self) -> None:
        """It has no room of its own."""

    def tick(self) -> None:
        """Nothing changes by itself."""

    def stop(self) -> None:
        """Nothing is open."""

    # -- inside

    def _ask(self, *, out: bool) -> None:
        self._out, floor = out, self._floor
        floor.open_sheet(CREDIT_SHEET, (_out_sheet if out else _sheet)(floor.standing.credit))

    def _amount(self, text: str) -> Money:
        there, out = self._floor.standing.credit, self._out
        amount = _typed_amount(text)
        if out and amount > there:
            raise BadInput(
                translate("Credit", "There are {amount}. Write no more than that. Nothing was saved.").format(
                    amount=there
                ),
                code="amount",
            )
        return amount

    def _do(
        self, patient: PatientId, amount: Money, reason: str, approval: Approval | None, *, out: bool
    ) -> None:
        floor, desk, by, session = self._floor, self._floor.desk.tenders, self._floor.by, self._floor.session
        if desk is None or floor.visit is None or floor.visit.patient.id != patient or self._busy:
            return

        def save() -> Money:
            if not out:
                return desk.give(patient, amount, reason, by, approval)
            if session is None:
                raise RuleRefusal(translate("Credit", "No till is open at this register. Nothing was saved."))
            return desk.pay_out(patient, amount, reason, by, session, approval)

        def saved(left: Money) -> None:
            self._busy = False
            if floor.sheet_kind == CREDIT_SHEET:
                floor.close_sheet()
            self._tendering.stand()
            floor.say(Tone.GOOD, (_paid_out if out else _given)(amount, left))
            if out:
                self._print_now()

        def failed(problem: BaseException) -> None:
            self._busy = False
            floor.refuse(problem)

        self._busy = True
        floor.lanes.database("store credit", save, saved, failed)


def may_be_given(floor: Floor) -> bool:
    """To the patient at the counter, by who is signed in or by somebody whose PIN can be asked for here."""
    here = floor.visit is not None and floor.desk.tenders is not None
    return here and floor.second.within_reach(Right.GIVE_CREDIT)


def credit_line(floor: Floor) -> str:
    """Beside the patient; the way to give some follows it. Empty where none can be given."""
    if not may_be_given(floor):
        return ""
    return translate("Credit", "Store credit: {amount}.").format(amount=floor.standing.credit)


def _typed_amount(text: str) -> Money:
    try:
        return checked_cash(parse_money(text))
    except ValueError:
        raise BadInput(
            translate("Credit", "Write an amount of money, for instance 18.50. Nothing was saved."),
            code="amount",
        ) from None


def _sheet(now: Money) -> ReasonSheet:
    return ReasonSheet(
        title=translate("Credit", "Give store credit"),
        body=translate(
            "Credit",
            "This patient has {amount} now. A manager gives more; the account keeps who and why, and nothing of it is "
            "in the drawer.",
        ).format(amount=now),
        number=FormField(AMOUNT, translate("Credit", "Amount")),
        field=FormField(
            REASON,
            translate("Credit", "Reason"),
            hint=translate("Credit", "In words, without a patient’s name"),
        ),
        action=translate("Credit", "Give"),
    )


def _choice(now: Money) -> QuestionSheet:
    return QuestionSheet(
        title=translate("Credit", "Store credit: {amount}").format(amount=now),
        body=translate(
            "Credit",
            "Give more, or pay it out in cash from this drawer. Either is a manager’s word and keeps a reason.",
        ),
        buttons=(
            FixButton(GIVE, translate("Credit", "Give more"), "G"),
            FixButton(PAY_OUT, translate("Credit", "Pay out in cash"), "P"),
        ),
    )


def _out_sheet(now: Money) -> ReasonSheet:
    return ReasonSheet(
        title=translate("Credit", "Pay store credit out in cash"),
        body=translate(
            "Credit",
            "This patient has {amount}. What is paid out leaves the account and this drawer together; the drawer opens "
            "once it is saved, and a slip is printed to be signed.",
        ).format(amount=now),
        number=FormField(AMOUNT, translate("Credit", "Amount"), f"{now.cents // 100}.{now.cents % 100:02}"),
        field=FormField(
            REASON,
            translate("Credit", "Reason"),
            hint=translate("Credit", "In words, without a patient’s name"),
        ),
        action=translate("Credit", "Pay out"),
    )


def _approve(amount: Money, reason: str) -> tuple[str, str]:
    return (
        translate("Credit", "Give {amount} of store credit").format(amount=amount),
        translate("Credit", "The reason: “{reason}”. Somebody who may give it types their PIN.").format(
            reason=reason
        ),
    )


def _approve_out(amount: Money, reason: str) -> tuple[str, str]:
    return (
        translate("Credit", "Pay out {amount} of store credit").format(amount=amount),
        translate(
            "Credit", "In cash from this drawer. The reason: “{reason}”. Somebody who may types their PIN."
        ).format(reason=reason),
    )


def _given(amount: Money, left: Money) -> str:
    words = translate(
        "Credit", "{amount} of store credit are given: {left} in all. F12, then R, pays with it."
    )
    return words.format(amount=amount, left=left)


def _paid_out(amount: Money, left: Money) -> str:
    words = translate(
        "Credit",
        "Hand out {amount}: it is off the account, where {left} are left. The drawer opens and the slip is printed.",
    )
    return words.format(amount=amount, left=left)
