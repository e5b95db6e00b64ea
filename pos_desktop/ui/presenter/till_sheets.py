"""The sheets over the room “Till”."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.till_desk import XReport
from pos_desktop.domain.money import Money
from pos_desktop.ui.presenter.till_parts import X_SURE
from pos_desktop.ui.sheet_state import FormField, PickReasonSheet, QuestionSheet, ReasonSheet
from pos_desktop.ui.state import FixButton, Tone

translate = QCoreApplication.translate
AMOUNT, ENVELOPE, REASON, NOTE = "amount", "envelope", "reason", "note"


def other() -> str:
    return translate("Till", "Something else")


def other_float() -> ReasonSheet:
    """Says that it differs, and not by how much."""
    return ReasonSheet(
        title=translate("Till", "Another float"),
        body=translate(
            "Till",
            "What you counted is not the float of this store, or not what stayed in this drawer at the last close. Go "
            "back and count again, or write why it differs; a manager approves it with their own PIN.",
        ),
        field=_why(),
        action=translate("Till", "Ask for approval"),
    )


def difference() -> ReasonSheet:
    return ReasonSheet(
        title=translate("Till", "Over or short"),
        body=translate(
            "Till",
            "Write what is known of it, in words that still help in a month. A manager approves the difference with "
            "their own PIN; both names are on the Z report.",
        ),
        field=_why(),
        action=translate("Till", "Ask for approval"),
    )


def void_held(who: str) -> ReasonSheet:
    return ReasonSheet(
        title=translate("Till", "Void a held cart"),
        body=translate(
            "Till", "The cart of {who} is put back: nothing was sold. The journal keeps who did it and why."
        ).format(who=who),
        field=_why(),
        action=translate("Till", "Void the cart"),
    )


def _why() -> FormField:
    return FormField(
        REASON, translate("Till", "Reason"), hint=translate("Till", "In words, without a patient’s name")
    )


def drop(counted: Money | None) -> ReasonSheet:
    """What was counted is the amount; only where nothing was, one is typed."""
    body = translate(
        "Till",
        "Put the notes into an envelope and write its number. Somebody else sees it and signs with their own PIN.",
    )
    if counted is not None:
        body = translate("Till", "{cash}, as counted. {body}").format(cash=counted, body=body)
    return ReasonSheet(
        title=translate("Till", "Drop to the safe"),
        body=body,
        number=FormField(AMOUNT, translate("Till", "Amount")) if counted is None else None,
        field=FormField(ENVELOPE, translate("Till", "Number of the envelope")),
        action=translate("Till", "Ask the witness"),
    )


def witness_drop(cash: Money, envelope: str) -> tuple[str, str]:
    body = translate("Till", "{cash} goes into envelope {envelope}. Count it together, close the envelope.")
    return translate("Till", "Witness of the drop"), body.format(cash=cash, envelope=envelope)


def paid(*, into: bool) -> PickReasonSheet:
    reasons = (
        (
            translate("Till", "Cash that was found"),
            translate("Till", "Paid out too much before"),
            translate("Till", "Deposit or key money"),
            other(),
        )
        if into
        else (
            translate("Till", "Office supplies"),
            translate("Till", "Cleaning supplies"),
            translate("Till", "Postage or delivery"),
            translate("Till", "Repair"),
            other(),
        )
    )
    return PickReasonSheet(
        title=translate("Till", "Paid in") if into else translate("Till", "Paid out"),
        body=translate("Till", "Cash that goes into the drawer and belongs to no sale.")
        if into
        else translate("Till", "Cash that leaves the drawer and is no change. Put the bill beside the slip."),
        reasons=reasons,
        note=FormField(
            NOTE, translate("Till", "Note"), hint=translate("Till", "What for, from whom, bill number")
        ),
        amount=FormField(AMOUNT, translate("Till", "Amount")),
        action=translate("Till", "Save and open the drawer"),
    )


def approve_paid(cash: Money, reason: str, *, into: bool) -> tuple[str, str]:
    title = translate("Till", "Approve a paid in") if into else translate("Till", "Approve a paid out")
    return title, f"{cash} · {reason}"


def approve_float(counted: Money, reason: str) -> tuple[str, str]:
    body = translate("Till", "{cash} was counted, which is another float than the store’s. Reason: {reason}")
    return translate("Till", "Approve another float"), body.format(cash=counted, reason=reason)


def approve_difference(over_short: str, reason: str) -> tuple[str, str]:
    body = translate("Till", "{over_short}. Reason: {reason}")
    return translate("Till", "Approve the difference"), body.format(over_short=over_short, reason=reason)


def witness_count(counted: Money) -> tuple[str, str]:
    body = translate("Till", "{cash} was counted. Look at it, then sign: the till is closed with that.")
    return translate("Till", "Witness of the count"), body.format(cash=counted)


def no_sale() -> PickReasonSheet:
    return PickReasonSheet(
        title=translate("Till", "Open the drawer"),
        body=translate(
            "Till", "Without a sale. The journal and the Z report keep that it was opened, and why."
        ),
        reasons=(
            translate("Till", "Change for a patient"),
            translate("Till", "Wrong change put right"),
            translate("Till", "Notes sorted or put away"),
            translate("Till", "Look for something"),
            other(),
        ),
        note=FormField(
            NOTE, translate("Till", "Note"), hint=translate("Till", "In words, without a patient’s name")
        ),
        action=translate("Till", "Open the drawer"),
    )


def x_warning() -> QuestionSheet:
    return QuestionSheet(
        translate("Till", "Read the expected cash of this till?"),
        translate(
            "Till",
            "Who reads the X report does not count this till: another person must count it when it is closed. The "
            "journal keeps who read it. The till goes on.",
        ),
        (FixButton(X_SURE, translate("Till", "Read and print it"), "Y"),),
        Tone.WARN,
    )


def x_report(report: XReport) -> QuestionSheet:
    takings = report.takings
    lines = [
        translate("Till", "{n} sales, {total} with {tax} tax.").format(
            n=takings.sales, total=takings.total, tax=takings.tax
        ),
        *(f"{name}: {amount}" for name, amount in takings.by_tender.items()),
        translate("Till", "In the drawer: {cash}").format(cash=report.expected),
        translate("Till", "The paper goes to the printer. Keep it away from who counts this till."),
    ]
    return QuestionSheet(translate("Till", "X report"), "\n".join(lines), ())
