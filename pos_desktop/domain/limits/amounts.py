"""Amounts of a pool as people of its programme write them: what is left rounds down, what is over rounds up."""

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


def one_of(unit: str) -> tuple[Fraction, str]:
    """How much of the pool's own unit one of its written units is, and that unit's name: `1000, "g"` for milligrams."""
    spelling = _SPELLINGS.get(unit) or _Spelling(Fraction(1), unit)
    return spelling.per, _ONE.get(spelling.name, spelling.name)
