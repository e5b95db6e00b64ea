"""The payment sheet: what is typed, what goes back, whether the sale can be completed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.domain.cash import change_by_denomination, quick_tenders
from pos_desktop.domain.money import ZERO, Money, parse_money
from pos_desktop.domain.sale import Sale
from pos_desktop.ui.sheet_state import Choice, PaymentSheet, QuickAmount, SaleDone, TenderTab
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate
CASH, RECEIPT = "cash", "receipt"
_LONGEST = 9
_MOST_BACK = Money(100_000)
"""More change than this is a slip of the finger: no till gives it back."""
_KEYS = frozenset("0123456789.")


@dataclass(frozen=True, slots=True)
class Entry:
    """What was keyed. Nothing keyed means the exact amount."""

    due: Money
    who: str
    typed: str = ""
    receipt: bool = True
    saving: bool = False
    asking: bool = False
    """The state is asked first; the sale completes by itself when it has answered."""

    @property
    def busy(self) -> bool:
        return self.saving or self.asking

    @property
    def received(self) -> Money | None:
        """None while what is typed is not an amount."""
        if not self.typed:
            return self.due
        try:
            return parse_money(self.typed)
        except ValueError:
            return None

    @property
    def too_much(self) -> bool:
        """So far above the amount due that it is not what the customer gave."""
        received = self.received
        return received is not None and received > self.due + _MOST_BACK

    def key(self, key: str) -> Entry:
        """`0`-`9`, `.` or `back`; a key that cannot lead to an amount changes nothing."""
        if key == "back":
            return replace(self, typed=self.typed[:-1])
        typed = self.typed + key
        if key not in _KEYS or len(typed) > _LONGEST or typed.count(".") > 1:
            return self
        if "." in typed and len(typed.partition(".")[2]) > 2:
            return self
        return replace(self, typed=typed)

    def quick(self, amount_id: str) -> Entry:
        """The id of a quick amount is its cents."""
        return replace(self, typed=Money(int(amount_id)).plain())


def payment_sheet(entry: Entry, done: Sale | None = None, paper: str = "") -> PaymentSheet:
    received = entry.received
    short = received is None or received < entry.due
    wrong = short or entry.too_much
    change = ZERO if received is None or short else received - entry.due
    label, amount = translate("Payment", "Change to give"), str(change)
    if received is not None and short:
        label, amount = translate("Payment", "Still to pay"), str(entry.due - received)
    return PaymentSheet(
        due=str(entry.due),
        who=entry.who,
        tenders=(TenderTab(CASH, translate("Payment", "Cash"), "C"),),
        tender=CASH,
        quick=tuple(_quick(each, entry.due) for each in quick_tenders(entry.due)),
        received_label=translate("Payment", "Cash received"),
        received=str(received) if received is not None else entry.typed,
        change_label=label,
        change=amount,
        change_words=change_words(change) if not wrong else "",
        change_tone=Tone.WARN if wrong else Tone.GOOD,
        can_complete=not short and not entry.too_much and not entry.busy and done is None,
        why_not="" if done is not None else _why_not(entry, short=short),
        options=(Choice(RECEIPT, translate("Payment", "Print receipt"), entry.receipt),),
        done=None if done is None else _done(done, paper),
    )


def change_words(change: Money) -> str:
    """`one $5 · two 25¢`; empty when nothing goes back."""
    return " · ".join(f"{_count(count)} {_piece(cents)}" for cents, count in change_by_denomination(change))


def _quick(amount: Money, due: Money) -> QuickAmount:
    if amount == due:
        return QuickAmount(str(amount.cents), translate("Payment", "{amount} exact").format(amount=amount))
    whole = amount.cents % 100 == 0
    return QuickAmount(str(amount.cents), f"${amount.cents // 100:,}" if whole else str(amount))


def _why_not(entry: Entry, *, short: bool) -> str:
    if entry.saving:
        return translate("Payment", "Saving the sale.")
    if entry.asking:
        return translate("Payment", "Asking the state for its figure; the sale completes by itself.")
    if entry.too_much and entry.received is not None:
        return translate("Payment", "That is {over} more than is due. Check the amount.").format(
            over=entry.received - entry.due
        )
    return translate("Payment", "Less than the amount due.") if short else ""


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
