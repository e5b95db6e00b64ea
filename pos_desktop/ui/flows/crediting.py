"""Store credit that is given at the counter: an amount, a reason, and the word of somebody who may give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.reasons import good_reason
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.money import Money, parse_money
from pos_desktop.domain.people import Approval, Right
from pos_desktop.domain.till import checked_cash
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.flows.tendering import Tendering
from pos_desktop.ui.sheet_state import FormField, ReasonSheet, filled
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate
CREDIT_SHEET, CREDIT_KEY = "store-credit", "R"
AMOUNT, REASON = "amount", "reason"


class Crediting:
    """A way into its sheet, shaped like a door so that words and forms of others pass it by."""

    name = "credit"

    def __init__(self, floor: Floor, tendering: Tendering) -> None:
        self._floor, self._tendering = floor, tendering
        self._busy = False
        """It is being saved: no second press does it twice."""

    def open(self) -> None:
        floor = self._floor
        if may_be_given(floor):
            floor.notice = None
            floor.open_sheet(CREDIT_SHEET, _sheet(floor.standing.credit))

    def save(self, values: Mapping[str, str]) -> bool:
        floor, sheet, visit = self._floor, self._floor.sheet, self._floor.visit
        if floor.sheet_kind != CREDIT_SHEET:
            return False
        if not isinstance(sheet, ReasonSheet) or visit is None or self._busy:
            return True
        typed, patient = filled(sheet, values), visit.patient.id
        try:
            amount = _amount(values.get(AMOUNT, ""))
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
        floor.second.with_right(
            Right.GIVE_CREDIT,
            f"credit:{patient}",
            translate("Credit", "Give {amount} of store credit").format(amount=amount),
            translate("Credit", "The reason: “{reason}”. Somebody who may give it types their PIN.").format(
                reason=reason
            ),
            lambda approval: self._give(patient, amount, reason, approval),
        )
        return True

    def act(self, _fix_id: str) -> bool:
        return False

    def back(self) -> None:
        """It has no room of its own."""

    def tick(self) -> None:
        """Nothing changes by itself."""

    def stop(self) -> None:
        """Nothing is open."""

    def _give(self, patient: PatientId, amount: Money, reason: str, approval: Approval | None) -> None:
        floor, desk, by = self._floor, self._floor.desk.tenders, self._floor.by
        if desk is None or floor.visit is None or floor.visit.patient.id != patient or self._busy:
            return
        self._busy = True

        def given(left: Money) -> None:
            self._busy = False
            if floor.sheet_kind == CREDIT_SHEET:
                floor.close_sheet()
            self._tendering.stand()
            words = translate(
                "Credit", "{amount} of store credit are given: {left} in all. F12, then R, pays with it."
            )
            floor.say(Tone.GOOD, words.format(amount=amount, left=left))

        def failed(problem: BaseException) -> None:
            self._busy = False
            floor.refuse(problem)

        floor.lanes.database(
            "give store credit", lambda: desk.give(patient, amount, reason, by, approval), given, failed
        )


def may_be_given(floor: Floor) -> bool:
    """To the patient at the counter, by who is signed in or by somebody whose PIN can be asked for here."""
    here = floor.visit is not None and floor.desk.tenders is not None
    return here and floor.second.within_reach(Right.GIVE_CREDIT)


def credit_line(floor: Floor) -> str:
    """Beside the patient; the way to give some follows it. Empty where none can be given."""
    if not may_be_given(floor):
        return ""
    return translate("Credit", "Store credit: {amount}.").format(amount=floor.standing.credit)


def _amount(text: str) -> Money:
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
