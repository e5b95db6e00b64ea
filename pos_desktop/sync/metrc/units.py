"""Units of weight and volume of METRC, exactly (metrc contract, sections 11 and 17.13)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from pos_desktop.domain.mass import OUNCE_MG

GRAMS = "Grams"
EACH = "Each"
QUANTITY_PLACES = 4

_MG = {
    "grams": Fraction(1_000),
    "kilograms": Fraction(1_000_000),
    "milligrams": Fraction(1),
    "ounces": OUNCE_MG,
    "pounds": 16 * OUNCE_MG,
}
# One US fluid ounce is 231 cubic inches / 128, exactly 29.5735295625 millilitres.
_UL = {
    "milliliters": Fraction(1_000),
    "liters": Fraction(1_000_000),
    "fluid ounces": Fraction("29573.5295625"),
}


def mg_per(unit: str) -> Fraction | None:
    """Milligrams in one `unit`, its name in any case; None where it is no unit of weight."""
    return _MG.get(unit.strip().lower())


def ul_per(unit: str) -> Fraction | None:
    """Microlitres in one `unit`; None where it is no unit of volume."""
    return _UL.get(unit.strip().lower())


def weight_on_wire(mg: int, unit: str) -> tuple[Decimal, str]:
    """A weight in the package's own unit where that is exact within four decimals, else in grams (section 8.3)."""
    per = mg_per(unit)
    steps = None if per is None else Fraction(mg) / per * 10**QUANTITY_PLACES
    if steps is None or steps.denominator != 1:
        return Decimal(mg).scaleb(-3), GRAMS
    return plain(Decimal(int(steps)).scaleb(-QUANTITY_PLACES)), unit


def plain(value: Decimal) -> Decimal:
    """Without trailing noughts, and without an exponent (`10`, not `1E+1`)."""
    short = value.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short
