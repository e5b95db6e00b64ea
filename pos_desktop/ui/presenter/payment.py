"""The payment sheet: how the sale is paid, what goes back, whether it can be completed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from pos_desktop.domain.cash import change_by_denomination, quick_tenders
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.sale import Sale, Tender
from pos_desktop.ui.presenter.tendering import (
    CASH,
    CREDIT,
    DEBIT,
    DECLINED,
    LAST_FOUR,
    NO_ANSWER,
    SPLIT,
    Entry,
)
from pos_desktop.ui.sheet_state import Choice, PaymentSheet, QuickAmount, SaleDone, TenderTab
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate
RECEIPT = "receipt"
DECLINED_KEY, NO_ANSWER_KEY, LAST_FOUR_KEY = "F2", "F3", "."


def payment_sheet(entry: Entry, done: Sale | None = None, paper: str = "") -> PaymentSheet:
    if done is not None:
        return _finished(entry, done, paper)
    if entry.card is not None:
        return _slip(entry)
    return _cash(entry) if entry.tab == CASH else _other(entry)


def _cash(entry: Entry) -> PaymentSheet:
    received, asked = entry.received, entry.cash_due
    wrong = entry.short or entry.too_much
    change = ZERO if received is None or wrong else received - asked
    label, amount = translate("Payment", "Change to give"), str(change)
    if received is not None and received < asked:
        label, amount = translate("Payment", "Still to pay"), str(asked - received)
    return PaymentSheet(
        due=str(entry.rest),
        who=entry.who,
        paid=_paid(entry),
        tenders=_tabs(entry),
        tender=CASH,
        quick=()
        if not entry.rest
        else tuple(_quick(each, asked) for each in quick_tenders(max(asked, ZERO))),
        received_label=translate("Payment", "Cash received"),
        received=str(received) if received is not None else entry.typed,
        change_label=label,
        change=amount,
        change_words=change_words(change) if not wrong else "",
        change_tone=Tone.WARN if wrong else Tone.GOOD,
        can_complete=entry.ready,
        why_not=_why_not(entry),
        options=_options(entry),
    )


def _other(entry: Entry) -> PaymentSheet:
    """By debit, in part by debit, by store credit: what it takes, and what is left to pay then."""
    amount = entry.amount
    left = entry.rest - amount
    label = {
        DEBIT: translate("Payment", "By debit, at {terminal}"),
        SPLIT: translate("Payment", "Part by debit, at {terminal}"),
        CREDIT: translate("Payment", "Of {credit} store credit"),
    }[entry.tab].format(terminal=entry.terminal, credit=entry.credit_left)
    words = {
        DEBIT: translate("Payment", "Key the amount into the terminal only after the next step."),
        SPLIT: translate("Payment", "Type what goes by debit; the rest is paid next, in cash or otherwise."),
        CREDIT: translate("Payment", "Type an amount to use less of it."),
    }[entry.tab]
    ask = (
        translate("Payment", "Ask for {amount}")
        if entry.tab != CREDIT
        else translate("Payment", "Use {amount}")
    )
    if entry.tab == CREDIT and not left:
        ask = translate("Payment", "Complete sale")
    return PaymentSheet(
        due=str(entry.rest),
        who=entry.who,
        paid=_paid(entry),
        tenders=_tabs(entry),
        tender=entry.tab,
        quick=(),
        received_label=label,
        received=str(amount) if amount or not entry.typed else entry.typed,
        change_label=translate("Payment", "Left to pay"),
        change=str(left),
        change_words=words,
        change_tone=Tone.PLAIN,
        can_complete=entry.ready,
        why_not=_why_not(entry),
        options=_options(entry),
        complete=ask.format(amount=amount) if amount else "",
    )


def _slip(entry: Entry) -> PaymentSheet:
    """The terminal was asked: its slip says what became of it."""
    card = entry.card
    assert card is not None  # noqa: S101 - asked for by `payment_sheet` only then
    marks = ("", "_") if entry.on_last_four else ("_", "")
    return PaymentSheet(
        due=str(card.amount),
        who=entry.who,
        paid=translate("Payment", "Key {amount} into {terminal} and wait for its slip.").format(
            amount=card.amount, terminal=card.terminal
        ),
        tenders=(),
        tender="",
        quick=(
            QuickAmount(DECLINED, translate("Payment", "Declined"), DECLINED_KEY),
            QuickAmount(NO_ANSWER, translate("Payment", "No answer"), NO_ANSWER_KEY),
            QuickAmount(LAST_FOUR, translate("Payment", "Last four"), LAST_FOUR_KEY),
        ),
        received_label=translate("Payment", "Reference or approval code"),
        received=entry.typed + marks[0] or "–",
        change_label=translate("Payment", "Last four of the card, if you like"),
        change=entry.last_four + marks[1] or "–",
        change_words=translate("Payment", "Never a card number. Nothing else of the card is kept."),
        change_tone=Tone.PLAIN,
        can_complete=entry.ready,
        why_not=_why_not(entry),
        options=_options(entry),
        complete=translate("Payment", "Approved"),
        letters=True,
    )


def _finished(entry: Entry, sale: Sale, paper: str) -> PaymentSheet:
    change = sum((each.change for each in sale.payments), ZERO)
    by_cash = any(each.tender is Tender.CASH for each in sale.payments)
    return PaymentSheet(
        due=str(sale.total),
        who=entry.who,
        paid="",
        tenders=_tabs(entry),
        tender=CASH,
        quick=(),
        received_label=translate("Payment", "Cash received"),
        received=str(sum((each.tendered for each in sale.payments), ZERO)),
        change_label=translate("Payment", "Change to give")
        if by_cash
        else translate("Payment", "Paid without cash"),
        change=str(change if by_cash else sale.total),
        change_words=change_words(change),
        done=_done(sale, paper),
    )


def _tabs(entry: Entry) -> tuple[TenderTab, ...]:
    names = {
        CASH: (translate("Payment", "Cash"), "C"),
        DEBIT: (translate("Payment", "Debit"), "D"),
        SPLIT: (translate("Payment", "Split"), "S"),
        CREDIT: (translate("Payment", "Store credit"), "R"),
    }
    return tuple(TenderTab(each, *names[each]) for each in entry.tabs)


def _options(entry: Entry) -> tuple[Choice, ...]:
    return (Choice(RECEIPT, translate("Payment", "Print receipt"), entry.receipt),)


def _paid(entry: Entry) -> str:
    """What is paid already, and that cash is rounded."""
    names = {
        Tender.DEBIT: translate("Payment", "by debit"),
        Tender.CREDIT: translate("Payment", "by store credit"),
    }
    said = [f"{each.amount} {names[each.tender]}" for each in entry.taken]
    told = []
    if said:
        words = translate("Payment", "{parts} of {due} paid.")
        told.append(words.format(parts=", ".join(said), due=entry.due))
    if entry.tab == CASH and entry.cash_due != entry.rest:
        told.append(translate("Payment", "{amount} in cash, rounded.").format(amount=entry.cash_due))
    return " ".join(told)


def change_words(change: Money) -> str:
    """`one $5 · two 25¢`; empty when nothing goes back."""
    return " · ".join(f"{_count(count)} {_piece(cents)}" for cents, count in change_by_denomination(change))


def _quick(amount: Money, due: Money) -> QuickAmount:
    if amount == due:
        return QuickAmount(str(amount.cents), translate("Payment", "{amount} exact").format(amount=amount))
    whole = amount.cents % 100 == 0
    return QuickAmount(str(amount.cents), f"${amount.cents // 100:,}" if whole else str(amount))


def _why_not(entry: Entry) -> str:
    if entry.saving:
        return translate("Payment", "Saving the sale.")
    if entry.asking:
        return translate("Payment", "Asking the state for its figure; the sale completes by itself.")
    if entry.ready:
        return ""
    if entry.card is not None:
        return translate(
            "Payment", "Type the reference from the slip, or say that it was declined or not answered."
        )
    if entry.rest < ZERO:
        return translate(
            "Payment", "The terminal took more than is due. Press Esc and refund it, or add to the cart."
        )
    if entry.tab != CASH:
        return "" if not entry.typed else translate("Payment", "More than can be taken this way.")
    if entry.too_much and entry.received is not None:
        return translate("Payment", "That is {over} more than is due. Check the amount.").format(
            over=entry.received - entry.cash_due
        )
    return translate("Payment", "Less than the amount due.")


def _done(sale: Sale, paper: str) -> SaleDone:
    number = f"{sale.number.counter:07d}"
    return SaleDone(
        headline=translate("Payment", "Sale {number} done").format(number=number),
        paper=paper,
        paper_tone=Tone.WARN if paper else Tone.PLAIN,
    )


def _piece(cents: int) -> str:
    return f"${cents // 100}" if cents >= 100 else f"{cents}¢"


def _count(count: int) -> str:
    words = (
        translate("Payment", "one"), translate("Payment", "two"), translate("Payment", "three"),
        translate("Payment", "four"), translate("Payment", "five"), translate("Payment", "six"),
        translate("Payment", "seven"), translate("Payment", "eight"), translate("Payment", "nine"),
    )  # fmt: skip
    return words[count - 1] if count <= len(words) else str(count)
