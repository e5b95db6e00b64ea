"""What is typed while a sale is paid: by which tender, how much, what the terminal's slip says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pos_desktop.domain.money import ZERO, Money, parse_money
from pos_desktop.domain.sale import Payment, Tender
from pos_desktop.domain.tender import CardPayment, cash_due, cash_payment, plain_payment

CASH, DEBIT, SPLIT, CREDIT = "cash", "debit", "split", "credit"
DECLINED, NO_ANSWER, LAST_FOUR = "declined", "no-answer", "last-four"
_LONGEST, _LONGEST_CODE = 9, 12
_MOST_BACK = Money(100_000)
"""More change than this is a slip of the finger: no till gives it back."""
_KEYS = frozenset("0123456789.")
_CODE_KEY = re.compile(r"[A-Z0-9-]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """What was keyed; nothing keyed means the exact amount.

    Args:
        terminal: Name of the debit terminal; empty where there is none.
        credit: What the patient has of store credit.
        taken: Parts that are settled: the terminal took them, or credit that goes with the sale.
        card: Asked of the terminal, whose answer is awaited.
    """

    due: Money
    who: str
    typed: str = ""
    receipt: bool = True
    saving: bool = False
    asking: bool = False
    """The state is asked first; the sale completes by itself when it has answered."""
    tab: str = CASH
    terminal: str = ""
    nickel: bool = False
    credit: Money = ZERO
    taken: tuple[Payment, ...] = ()
    card: CardPayment | None = None
    last_four: str = ""
    on_last_four: bool = False

    @property
    def busy(self) -> bool:
        return self.saving or self.asking

    # -- what is due

    @property
    def rest(self) -> Money:
        """Below nought when the terminal took more than is due."""
        return self.due - sum((each.amount for each in self.taken), ZERO)

    @property
    def cash_due(self) -> Money:
        return cash_due(self.rest, nickel=self.nickel)

    @property
    def credit_left(self) -> Money:
        used = sum((each.amount for each in self.taken if each.tender is Tender.CREDIT), ZERO)
        return ZERO if used else self.credit

    @property
    def tabs(self) -> tuple[str, ...]:
        by_terminal = (DEBIT, SPLIT) if self.terminal and self.rest > ZERO else ()
        by_credit = (CREDIT,) if self.credit_left and self.rest > ZERO else ()
        return (CASH, *by_terminal, *by_credit)

    # -- what was typed

    @property
    def amount_typed(self) -> Money | None:
        """None while what is typed is not an amount, or nothing."""
        try:
            return parse_money(self.typed) if self.typed else None
        except ValueError:
            return None

    @property
    def received(self) -> Money | None:
        """Cash; None while what is typed is not an amount."""
        return self.amount_typed if self.typed else self.cash_due

    @property
    def amount(self) -> Money:
        """What the tab takes of the rest, other than cash; nought while that is not possible."""
        if self.tab == DEBIT:
            return self.rest
        if self.tab == CREDIT:
            most = min(self.credit_left, self.rest)
            wanted = self.amount_typed if self.typed else most
            return wanted if wanted is not None and wanted <= most else ZERO
        wanted = self.amount_typed or ZERO
        return wanted if self.tab == SPLIT and wanted <= self.rest else ZERO

    @property
    def too_much(self) -> bool:
        """So far above the amount due that it is not what the customer gave."""
        received = self.received
        return received is not None and received > self.cash_due + _MOST_BACK

    @property
    def short(self) -> bool:
        """Less cash than is due, or the terminal took more than that."""
        return self.rest < ZERO or self.received is None or self.received < self.cash_due

    @property
    def ready(self) -> bool:
        """Whether Enter does the next step."""
        if self.busy:
            return False
        if self.card is not None:
            return bool(self.typed) and len(self.last_four) in (0, 4)
        if self.tab == CASH:
            return not self.short and not self.too_much
        return self.amount > ZERO

    def payments(self) -> tuple[Payment, ...]:
        """Raises ValueError: there is no amount of cash yet."""
        if self.taken and not self.rest:
            return self.taken
        if self.received is None:
            raise ValueError("no amount of cash")
        return (*self.taken, cash_payment(self.rest, self.received, nickel=self.nickel))

    # -- keys

    def key(self, key: str) -> Entry:
        """A digit, `.`, a letter of a slip's code or `back`; a key that cannot lead to anything changes nothing."""
        if self.card is not None:
            return self._slip_key(key)
        if key == "back":
            return replace(self, typed=self.typed[:-1])
        typed = self.typed + key
        if key not in _KEYS or len(typed) > _LONGEST or typed.count(".") > 1:
            return self
        if "." in typed and len(typed.partition(".")[2]) > 2:
            return self
        # A part that is typed under Debit is what Split is for.
        return replace(self, typed=typed, tab=SPLIT if self.tab == DEBIT else self.tab)

    def quick(self, amount_id: str) -> Entry:
        """The id of a quick amount is its cents."""
        return replace(self, typed=Money(int(amount_id)).plain())

    def turned(self, tab: str) -> Entry:
        """To another tender, while no answer of the terminal is awaited."""
        if self.card is not None or tab not in self.tabs:
            return self
        return replace(self, tab=tab, typed="")

    def other_field(self) -> Entry:
        return replace(self, on_last_four=not self.on_last_four)

    # -- steps

    def awaiting(self, card: CardPayment) -> Entry:
        return replace(self, card=card, typed="", last_four="", on_last_four=False, saving=False)

    def with_part(self, part: Payment) -> Entry:
        """The rest is paid in cash unless another tab is chosen."""
        return replace(self.rid_of_card(), taken=(*self.taken, part))

    def with_card(self, card: CardPayment) -> Entry:
        return self.with_part(plain_payment(Tender.DEBIT, card.amount, card))

    def rid_of_card(self) -> Entry:
        return replace(self, card=None, typed="", last_four="", on_last_four=False, saving=False, tab=CASH)

    def _slip_key(self, key: str) -> Entry:
        if key == ".":
            return self.other_field()
        if self.on_last_four:
            four = self.last_four[:-1] if key == "back" else self.last_four + key
            return (
                replace(self, last_four=four)
                if (four[-1:].isdigit() and len(four) <= 4) or not four
                else self
            )
        if key == "back":
            return replace(self, typed=self.typed[:-1])
        typed = self.typed + key.upper()
        return (
            replace(self, typed=typed)
            if _CODE_KEY.fullmatch(key.upper()) and len(typed) <= _LONGEST_CODE
            else self
        )
