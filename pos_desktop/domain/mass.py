"""Mass in whole milligrams."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

OUNCE_MG = Fraction("28349.523125")
"""The international avoirdupois ounce in milligrams, exact."""


@dataclass(frozen=True, slots=True, order=True)
class Mass:
    """A mass in milligrams; negative for stock that leaves."""

    mg: int

    def __post_init__(self) -> None:
        if type(self.mg) is not int:
            raise TypeError("mass is a whole number of milligrams")

    @classmethod
    def from_grams(cls, grams: Decimal) -> Mass:
        """Raises ValueError when `grams` is not a whole number of milligrams: nothing is rounded on the way in."""
        mg = grams * 1000
        if mg != mg.to_integral_value():
            raise ValueError("a mass is a whole number of milligrams")
        return cls(int(mg))

    def __add__(self, other: Mass) -> Mass:
        if not isinstance(other, Mass):
            raise TypeError("mass is added to mass only")
        return Mass(self.mg + other.mg)

    def __neg__(self) -> Mass:
        return Mass(-self.mg)

    def grams_text(self) -> str:
        """`7.00 g`; a third decimal only where it is not zero."""
        whole, rest = divmod(abs(self.mg), 1000)
        digits = f"{rest:03d}"
        return f"{'−' if self.mg < 0 else ''}{whole:,}.{digits if digits[2] != '0' else digits[:2]} g"


def round_half_up(amount: Fraction) -> int:
    """Nearest whole number, halves away from zero."""
    sign = -1 if amount < 0 else 1
    return sign * int((abs(amount) * 2 + 1) // 2)
