"""Amounts of a pool as people of its programme write them.

On the counter what is left rounds down and what is over rounds up; a reckoning that somebody checks against the statute
has them exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

FLUID_OUNCE_UL = Fraction("29573.52956")


@dataclass(frozen=True, slots=True)
class _Spelling:
    """`per` units of the pool to one of `name`; to `places` decimals, of which `bare` drops the idle ones."""

    per: Fraction
    name: str
    places: int = 0
    bare: bool = True


_THOUSAND = Fraction(1000)
_SPELLINGS: Mapping[str, _Spelling] = {
    "mg": _Spelling(_THOUSAND, "g", 1, bare=False),
    "mg-thc": _Spelling(Fraction(1), "mg THC"),
    "micro-ounce": _Spelling(Fraction(1_000_000), "oz", 3),
    "milli-unit": _Spelling(_THOUSAND, "units", 3),
    "milli-MMCEU": _Spelling(_THOUSAND, "MMCEU", 3),
    "milli-MME": _Spelling(_THOUSAND, "MME", 3),
    "milli-day": _Spelling(_THOUSAND, "days of supply", 1),
    "ul": _Spelling(FLUID_OUNCE_UL, "fl oz", 1),
    "count": _Spelling(Fraction(1), "pieces"),
    "visit": _Spelling(Fraction(1), "purchases"),
    "share": _Spelling(Fraction(1, 100), "%", 1),
}
_MOST_PLACES = 9
_THREE_DIGITS = 100
_ONE = {"pieces": "piece", "purchases": "purchase", "units": "unit", "days of supply": "day of supply"}


@dataclass(frozen=True, slots=True)
class Figure:
    """`digits` and the `name` of the unit, which the screen translates."""

    digits: str
    name: str

    @property
    def text(self) -> str:
        return f"{self.digits}{'' if self.name == '%' else ' '}{self.name}"


def figure(unit: str, amount: Fraction, *, up: bool = False) -> Figure:
    """`70.8 g` for milligrams, `4.875 oz` for millionths of an ounce; never below nought unless it is what is over."""
    spelling = _SPELLINGS.get(unit) or _Spelling(Fraction(1), unit)
    scaled = max(amount, Fraction(0)) * 10**spelling.places / spelling.per
    whole = scaled.__ceil__() if up else scaled.__floor__()
    ones, rest = divmod(whole, 10**spelling.places)
    decimals = f"{rest:0{spelling.places}d}" if spelling.places else ""
    if spelling.bare:
        decimals = decimals.rstrip("0")
    digits = f"{ones:,}.{decimals}" if decimals else f"{ones:,}"
    return Figure(digits, _ONE.get(spelling.name, spelling.name) if digits == "1" else spelling.name)


def amount_text(unit: str, amount: Fraction, *, up: bool = False) -> str:
    """The figure in English."""
    return figure(unit, amount, up=up).text


def exact_text(unit: str, amount: Fraction, *, up: bool = False) -> str:
    """All of it: `28.873 g`, or `about 0.987 oz (exactly 44,800,000/45,359,237 oz)` where no decimals say it."""
    spelling, value = _written(unit, amount)
    said = about_text(unit, amount, up=up)
    if _decimals(value) is not None:
        return said
    return f"{said} (exactly {_exactly(unit, max(amount, Fraction(0)), value, spelling.name)})"


def _exactly(unit: str, amount: Fraction, value: Fraction, name: str) -> str:
    """A ratio; of fluid ounces the millilitres, where decimals say those."""
    if unit == "share":
        value, name = amount, "of the allotment"
    if unit == "ul" and (places := _decimals(amount / 1000)) is not None:
        return _said(_Spelling(Fraction(1), "mL"), amount / 1000, places)
    return f"{value.numerator:,}/{value.denominator:,} {name}"


def about_text(unit: str, amount: Fraction, *, up: bool = False) -> str:
    """`28.873 g`, or `about 0.987 oz` where no decimals say it; of a small amount three digits that count."""
    spelling, value = _written(unit, amount)
    places = _decimals(value)
    if places is not None:
        return _said(spelling, value, places)
    places = spelling.places
    while value * 10**places < _THREE_DIGITS:
        places += 1
    scaled = value * 10**places
    rounded = scaled.__ceil__() if up else scaled.__floor__()
    return f"about {_said(spelling, Fraction(rounded, 10**places), places)}"


def _written(unit: str, amount: Fraction) -> tuple[_Spelling, Fraction]:
    spelling = _SPELLINGS.get(unit) or _Spelling(Fraction(1), unit)
    return spelling, max(amount, Fraction(0)) / spelling.per


def _decimals(value: Fraction) -> int | None:
    """How many decimals say `value` exactly; None where none do, or more than anybody reads."""
    return next((places for places in range(_MOST_PLACES + 1) if not 10**places % value.denominator), None)


def _said(spelling: _Spelling, value: Fraction, places: int) -> str:
    """`value` in the written unit, which so many decimals say exactly."""
    places = max(places, 0 if spelling.bare else spelling.places)
    ones, rest = divmod(int(value * 10**places), 10**places)
    digits = f"{ones:,}.{rest:0{places}d}" if places else f"{ones:,}"
    return Figure(digits, _ONE.get(spelling.name, spelling.name) if digits == "1" else spelling.name).text


def one_of(unit: str) -> tuple[Fraction, str]:
    """How much of the pool's own unit one of its written units is, and that unit's name: `1000, "g"` for milligrams."""
    spelling = _SPELLINGS.get(unit) or _Spelling(Fraction(1), unit)
    return spelling.per, _ONE.get(spelling.name, spelling.name)
