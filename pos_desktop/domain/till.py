"""What goes into a drawer and out of it, and what must be in it: the sum of events is the Z report, to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pos_desktop.domain.cash import NOTES_AND_COINS
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.tender import TerminalDay

MOST_PIECES = 99_999
"""Of one denomination: more is a slip of the hand."""
MOST_CASH = Money(100_000_00)
"""That one movement may hold: more is a slip of the hand."""


class TillKind(StrEnum):
    OPENED = "opened"
    DROP = "drop"
    PAID_IN = "paid-in"
    PAID_OUT = "paid-out"
    REFUND = "refund"
    """Cash given back for a voided sale, out of the drawer of the session that is open now."""
    CHANGE_IN = "change-in"
    """A change order from the safe, or a float from another till."""
    CHANGE_OUT = "change-out"
    CREDIT_OUT = "credit-out"
    """Store credit that was paid out in cash."""
    NO_SALE = "no-sale"
    UNLOCKED = "unlocked"
    """The drawer opened to be counted."""
    PAUSED = "paused"
    CLOSING = "closing"
    """The close was begun: nothing moves in the drawer, unless somebody goes on with the till after all."""
    RESUMED = "resumed"
    """Where it was recounted (`COUNTED` as reference), `cash` is what was found; nobody is told what was expected."""
    READ = "read"
    """Somebody read the expected cash of the open session, and so does not count it."""


TURNS = (TillKind.PAUSED, TillKind.CLOSING, TillKind.RESUMED)
"""The last of these says whether anything moves in the drawer."""
OPENINGS = (TillKind.NO_SALE, TillKind.UNLOCKED)
"""The drawer opened without a sale, and nothing was moved that stands elsewhere; `reason` says why."""
COUNTED = "counted"
_INTO = {TillKind.OPENED: 1, TillKind.PAID_IN: 1, TillKind.CHANGE_IN: 1}
_OUT_OF = {
    TillKind.DROP: -1,
    TillKind.PAID_OUT: -1,
    TillKind.REFUND: -1,
    TillKind.CHANGE_OUT: -1,
    TillKind.CREDIT_OUT: -1,
}
_WAY: Mapping[TillKind, int] = _INTO | _OUT_OF


@dataclass(frozen=True, slots=True)
class TillEvent:
    """One thing that happened at a drawer, other than a sale.

    Args:
        cash: What was moved, never negative; `into_drawer` has its sign.
        reference: Envelope, sale number or other till.
        witness: A second person who saw it.
    """

    kind: TillKind
    at: Instant
    by: PersonId
    cash: Money = ZERO
    reason: str = ""
    reference: str = ""
    witness: PersonId | None = None

    @property
    def into_drawer(self) -> Money:
        return self.cash * _WAY.get(self.kind, 0)


def checked_cash(cash: Money, *, available: Money | None = None) -> Money:
    """An amount that a person typed.

    Raises:
        BadInput: nought, negative, or more than a drawer ever moves at once (or holds, where `available` says).
    """
    if cash <= ZERO:
        raise BadInput("The amount must be more than $0.00. Nothing was saved.", code="amount")
    if cash > MOST_CASH:
        raise BadInput(f"{cash} is more than a till moves at once. Nothing was saved.", code="amount")
    if available is not None and cash > available:
        raise BadInput(f"{cash} is more than the drawer can hold now. Nothing was saved.", code="amount")
    return cash


@dataclass(frozen=True, slots=True)
class Count:
    """A blind count: how many of each denomination (in cents)."""

    pieces: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, pieces: Mapping[int, int]) -> Count:
        """Raises BadInput: no such note or coin, a negative number of it, or more than anybody holds."""
        for cents, number in pieces.items():
            if cents not in NOTES_AND_COINS:
                raise BadInput(f"There is no note or coin of {Money(cents)}.", code="count")
            if type(number) is not int or not 0 <= number <= MOST_PIECES:
                raise BadInput(
                    f"The number of {Money(cents)} must be from 0 to {MOST_PIECES:,}. Nothing was saved.",
                    code="count",
                )
        return cls(tuple((cents, pieces.get(cents, 0)) for cents in NOTES_AND_COINS))

    @property
    def total(self) -> Money:
        return Money(sum(cents * number for cents, number in self.pieces))


def read_pieces(texts: Mapping[int, str]) -> Count:
    """What was typed into each field of a count; an empty one is none of that kind.

    Raises:
        BadInput: letters, signs or parts of a piece; the sentence names the denomination.
    """
    found = {}
    for cents, text in texts.items():
        typed = text.strip()
        if typed and not (typed.isascii() and typed.isdigit()):
            raise BadInput(
                f"“{typed}” is not a number of {Money(cents)} pieces. Write a whole number, or leave it empty.",
                code="count",
            )
        found[cents] = int(typed.lstrip("0")[:9] or 0)
    return Count.of(found)


@dataclass(frozen=True, slots=True)
class Takings:
    """What the sales of one session come to, those taken back since included.

    Args:
        first, last: Numbers of the first and last receipt; empty without a sale.
        gaps: Numbers between them that no sale bears.
        by_tender: What was paid, by tender.
        rounding: What rounding took off cash parts: total = all of `by_tender` + rounding.
        refunds: Given back in this session by debit and as credit; of cash the drawer's events tell.
        terminals: What each debit terminal did in this session.
    """

    sales: int = 0
    subtotal: Money = ZERO
    tax: Money = ZERO
    total: Money = ZERO
    first: str = ""
    last: str = ""
    gaps: tuple[str, ...] = ()
    by_tender: Mapping[str, Money] = field(default_factory=dict)
    rounding: Money = ZERO
    refunds: Mapping[str, Money] = field(default_factory=dict)
    terminals: tuple[TerminalDay, ...] = ()

    @property
    def cash(self) -> Money:
        return self.by_tender.get("cash", ZERO)


@dataclass(frozen=True, slots=True)
class EarlierVoid:
    """A sale of another till that was taken back while this one was open.

    Args:
        number: Of the sale; `total` is what it came to.
        at, by, reason: When it was taken back, by whom, why.
        back: What went back in this session, by tender. That in cash is one of the drawer's refunds.
    """

    number: str
    at: Instant
    by: PersonId
    reason: str
    total: Money
    back: Mapping[str, Money]


def expected_cash(events: Iterable[TillEvent], takings: Takings) -> Money:
    """What must be in the drawer, if nobody erred: the float, cash taken, and what came in and went out."""
    return sum((each.into_drawer for each in events), ZERO) + takings.cash


@dataclass(frozen=True, slots=True)
class Moved:
    """Events of one kind: how many, and what they moved."""

    times: int
    cash: Money


def moved(events: Iterable[TillEvent], kind: TillKind) -> Moved:
    of_kind = [each for each in events if each.kind is kind]
    return Moved(len(of_kind), sum((each.cash for each in of_kind), ZERO))
