"""What is said of a payment at the terminal that waits for a person, and what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.tender import CardPayment, CardState
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.sheet_state import FormField, QuestionSheet, ReasonSheet
from pos_desktop.ui.state import FixButton, Notice, Tone

translate = QCoreApplication.translate
PREFIX = "card-"
OPEN = "cards-open"
OPEN_KEY = "F7"
APPROVED, DECLINED, REFUNDED = "card-approved", "card-declined", "card-refunded"
MANAGER, WAS_TAKEN, NOT_TAKEN = "card-manager", "card-was-taken", "card-not-taken"
DECIDES = (WAS_TAKEN, NOT_TAKEN)
"""Without a slip: only a manager's word counts."""
FIELD = "said"


def question(card: CardPayment, now: Instant, zone: ZoneInfo, *, manages: bool) -> QuestionSheet:
    if card.open:
        title = translate("Cards", "Did the terminal take {amount}?").format(amount=card.amount)
        body = translate(
            "Cards",
            "{terminal} was asked ({when}), and what became of it is not known. Look at its last slip, or print its "
            "list, and type the reference from it. So long this patient pays nothing else, so that nobody pays twice.",
        )
        buttons = [
            FixButton(APPROVED, translate("Cards", "Approved"), "A"),
            FixButton(DECLINED, translate("Cards", "Declined"), "D"),
        ]
        if manages:
            buttons.append(FixButton(MANAGER, translate("Cards", "No slip"), "M"))
    else:
        title, body = _taken(card)
        buttons = [FixButton(REFUNDED, translate("Cards", "It was refunded"), "R")]
    said = body.format(
        terminal=card.terminal,
        when=figures.moment(card.at, now, zone),
        amount=card.amount,
        number=card.paid_for,
    )
    return QuestionSheet(title, said, tuple(buttons), Tone.WARN)


def _taken(card: CardPayment) -> tuple[str, str]:
    if card.refund_due:
        title = translate("Cards", "Refund {amount} at the terminal").format(amount=card.amount)
        body = translate(
            "Cards",
            "Sale {number} was voided; {terminal} took {amount} for it ({when}). Refund it there, then type the "
            "reference of that slip.",
        )
        return title, body
    title = translate("Cards", "{amount} were taken without a sale").format(amount=card.amount)
    body = translate(
        "Cards",
        "{terminal} took it ({when}), and the sale was not completed. Scan the patient’s card and the goods again and "
        "take payment: the amount counts there. Or refund it at the terminal and type the reference of that slip.",
    )
    return title, body


def manager_question(card: CardPayment) -> QuestionSheet:
    title = translate("Cards", "Without a slip: did the terminal take {amount}?").format(amount=card.amount)
    body = translate(
        "Cards",
        "A manager decides, for instance by the bank’s hotline, and says why; the journal keeps both.",
    )
    buttons = (
        FixButton(WAS_TAKEN, translate("Cards", "It was taken"), "Y"),
        FixButton(NOT_TAKEN, translate("Cards", "It was not"), "N"),
    )
    return QuestionSheet(title, body, buttons, Tone.WARN)


def form(card: CardPayment, way: str, error: str = "") -> ReasonSheet:
    titles = {
        APPROVED: translate("Cards", "{amount} were approved"),
        DECLINED: translate("Cards", "{amount} were declined"),
        REFUNDED: translate("Cards", "{amount} were refunded"),
        WAS_TAKEN: translate("Cards", "{amount} were taken"),
        NOT_TAKEN: translate("Cards", "{amount} were not taken"),
    }
    by_slip = way in (APPROVED, DECLINED, REFUNDED)
    label = (
        translate("Cards", "Reference on the terminal’s slip, never a card number")
        if by_slip
        else translate("Cards", "How you know")
    )
    body = translate("Cards", "Debit payment {reference} at {terminal}.")
    return ReasonSheet(
        title=titles[way].format(amount=card.amount),
        body=body.format(reference=card.reference, terminal=card.terminal),
        field=FormField(FIELD, label, error=error),
        action=translate("Cards", "Save"),
    )


def approve(card: CardPayment, reason: str, *, taken: bool) -> tuple[str, str]:
    """Title and body of the sheet in which somebody else types their PIN."""
    title = (
        translate("Cards", "The terminal took {amount}")
        if taken
        else translate("Cards", "The terminal did not take {amount}")
    )
    body = translate("Cards", "Debit payment {reference}, without a slip. How it is known: “{reason}”.")
    return title.format(amount=card.amount), body.format(reference=card.reference, reason=reason)


def settled(card: CardPayment) -> str:
    """What is saved now."""
    if card.state is CardState.APPROVED:
        words = translate("Cards", "Saved: the terminal took {amount}. It counts when this patient pays.")
    elif card.state is CardState.REFUNDED:
        words = translate("Cards", "Saved: {amount} were given back at the terminal.")
    else:
        words = translate("Cards", "Saved: the terminal did not take {amount}. Take payment again.")
    return words.format(amount=card.amount)


def waiting_notice(cards: Sequence[CardPayment]) -> Notice | None:
    """Above an empty counter as long as a payment waits for a person."""
    if not cards:
        return None
    first = cards[0]
    if len(cards) > 1:
        text = translate("Cards", "{n} debit payments wait for a person, the oldest of {amount}.")
    elif first.open:
        text = translate("Cards", "Whether the terminal took {amount} is not known.")
    elif first.refund_due:
        text = translate("Cards", "{amount} of a voided sale are still to be refunded at the terminal.")
    else:
        text = translate("Cards", "The terminal took {amount}, and no sale stands against it.")
    action = FixButton(OPEN, translate("Cards", "Look at it"), OPEN_KEY)
    return Notice(Tone.WARN, text.format(n=len(cards), amount=first.amount), action)
