"""Money in whole cents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_AMOUNT = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3}){1,2}|\d{1,9})?(?:\.(\d{0,2}))?", re.ASCII)
MINUS = "−"


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in cents; may be negative (change owed, a discount)."""

    cents: int

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError("money is a whole number of cents")

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + _cents(other))

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - _cents(other))

    def __mul__(self, times: int) -> Money:
        if type(times) is not int:
            raise TypeError("money is multiplied by whole numbers; use round_half_up_to_cent for shares")
        return Money(self.cents * times)

    def __neg__(self) -> Money:
        return Money(-self.cents)

    def __bool__(self) -> bool:
        return self.cents != 0

    def __str__(self) -> str:
        """`$1,234.50`, with a true minus sign when negative."""
        dollars, cents = divmod(abs(self.cents), 100)
        return f"{MINUS if self.cents < 0 else ''}${dollars:,}.{cents:02d}"

    def plain(self) -> str:
        """`1234.50`, for receipts' machine fields and CSV."""
        dollars, cents = divmod(abs(self.cents), 100)
        return f"{'-' if self.cents < 0 else ''}{dollars}.{cents:02d}"


ZERO = Money(0)


def _cents(other: object) -> int:
    if not isinstance(other, Money):
        raise TypeError("money is added to money only")
    return other.cents


def parse_money(text: str) -> Money:
    """Read what a person types (`12`, `12.5`, `$1,200.00`), below a billion dollars.

    Raises:
        ValueError: not an amount of money; three decimals are not rounded but refused.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise ValueError(f"“{text.strip()}” is not an amount of money")
    dollars = int((match[1] or "0").replace(",", ""))
    return Money(dollars * 100 + int((match[2] or "").ljust(2, "0")))


def round_half_up_to_cent(amount: int | Fraction, under: int = 1) -> Money:
    """The one rounding of money: half a cent goes away from zero. `amount / under` is in cents, `under` above zero."""
    over, under = amount.numerator, amount.denominator * under
    whole = (2 * abs(over) + under) // (2 * under)
    return Money(-whole if over < 0 else whole)
