"""Amounts and days of a certification as they are typed and shown: nothing is rounded on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from pos_desktop.app.reception import parse_date
from pos_desktop.domain.certification import LARGEST
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.amounts import one_of

_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+", re.ASCII)
_LONGEST = 16
_PLURALS = {"unit": "units", "piece": "pieces", "purchase": "purchases", "day of supply": "days of supply"}
_ALSO: Mapping[str, tuple[str, ...]] = {
    "g": ("gram", "grams"),
    "mg THC": ("mg",),
    "oz": ("ounce", "ounces"),
    "units": ("unit",),
    "days of supply": ("days", "day"),
}
"""Other ways of writing a unit behind an amount."""


def written_in(pool_unit: str) -> str:
    """The unit in which amounts of a pool are typed; its own where one is no whole number of those."""
    return _spelled(pool_unit)[1]


def amount_shown(amount: int, pool_unit: str) -> str:
    """`28.349` for 28,349 mg: every digit of what is on record."""
    per, _ = _spelled(pool_unit)
    ones, rest = divmod(amount, per)
    decimals = f"{rest:0{len(str(per)) - 1}d}".rstrip("0") if rest else ""
    return f"{ones:,}.{decimals}" if decimals else f"{ones:,}"


def amount_typed(text: str, pool_unit: str) -> int:
    """In the pool's own unit, exactly: `30` grams are 30,000 milligrams.

    Raises:
        BadInput: in words for the field it was typed into.
    """
    per, unit = _spelled(pool_unit)
    digits = _bare(text, unit)
    if "," in digits and not _NUMBER.fullmatch(digits):
        raise BadInput(
            f"“{text}” can be read in two ways. A comma parts thousands only, as in 1,500; write a part as 6.5."
        )
    if not _NUMBER.fullmatch(digits) or len(digits) > _LONGEST:
        raise BadInput(f"“{text}” is no amount in {unit}.")
    whole = Fraction(digits.replace(",", "")) * per
    if whole.denominator != 1:
        raise BadInput(f"“{text}” is finer than this allotment is counted.")
    if whole > LARGEST:
        raise BadInput(f"“{text}” is more than anybody may have.")
    return int(whole)


def day_shown(day: date | None) -> str:
    return "" if day is None else f"{day.month:02d}/{day.day:02d}/{day.year:04d}"


def day_typed(text: str) -> date:
    """`01/31/2027` or `2027-01-31`. Raises BadInput in words for the field it was typed into."""
    try:
        return parse_date(text, "")
    except BadInput:
        raise BadInput(f"“{text}” is not a date. Write it as 01/31/2027 or 2027-01-31.") from None


def _spelled(pool_unit: str) -> tuple[int, str]:
    per, name = one_of(pool_unit)
    return (per.numerator, _PLURALS.get(name, name)) if per.denominator == 1 else (1, pool_unit)


def _bare(text: str, unit: str) -> str:
    """`text` without its unit."""
    lowered = text.casefold()
    for name in sorted((unit, *_ALSO.get(unit, ())), key=len, reverse=True):
        if lowered.endswith(name.casefold()):
            return text[: len(text) - len(name)].rstrip()
    return text
