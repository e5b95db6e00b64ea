"""Exact conversions of the units that scales send. Decimal all through; nothing is rounded."""

from decimal import Decimal

_GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "mg": Decimal("0.001"),
    "ct": Decimal("0.2"),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
    "ozt": Decimal("31.1034768"),
    "gn": Decimal("0.06479891"),
    "dwt": Decimal("1.55517384"),
}


def to_grams(value: Decimal, unit: str) -> Decimal | None:
    """Grams, exactly; None if the unit is not a mass that we know (pieces, percent)."""
    factor = _GRAMS.get(unit.lower())
    return None if factor is None else value * factor


def exact_milligrams(grams: Decimal) -> int | None:
    """Whole milligrams; None if the weight is not a whole number of them. Never rounds."""
    milligrams = grams * 1000
    whole = int(milligrams)
    return whole if whole == milligrams else None
