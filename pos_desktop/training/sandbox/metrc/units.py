"""Units of measure, exactly: 1 oz = 28.349523125 g, 1 lb = 16 oz; count and weight never mix."""

from decimal import Decimal
from fractions import Fraction

OUNCE_G = Fraction(28_349_523_125, 10**9)

WEIGHT, COUNT = "WeightBased", "CountBased"

# (quantity type, name, abbreviation): contract section 11, in the order of the vendor's reference.
UNITS = (
    (COUNT, "Each", "ea"),
    (WEIGHT, "Ounces", "oz"),
    (WEIGHT, "Pounds", "lb"),
    (WEIGHT, "Grams", "g"),
    (WEIGHT, "Milligrams", "mg"),
    (WEIGHT, "Kilograms", "kg"),
)
KIND = {name: kind for kind, name, _ in UNITS}
ABBREVIATION = {name: short for _, name, short in UNITS}

_GRAMS = {
    "Ounces": OUNCE_G,
    "Pounds": 16 * OUNCE_G,
    "Grams": Fraction(1),
    "Milligrams": Fraction(1, 1000),
    "Kilograms": Fraction(1000),
}


def grams(quantity: Decimal, unit: str) -> Fraction | None:
    """Mass of a quantity; None where the unit is no unit of weight."""
    factor = _GRAMS.get(unit)
    return None if factor is None else Fraction(quantity) * factor


def convert(quantity: Decimal, unit: str, into: str) -> Decimal | None:
    """The quantity in another unit, to seven decimals (the service's own digits are not published).

    None where one is a count and the other a weight, or a unit is unknown.
    """
    if unit == into and unit in KIND:
        return quantity
    mass, target = grams(quantity, unit), _GRAMS.get(into)
    return None if mass is None or target is None else decimal(mass / target, 7)


def ounces(mass_g: Fraction) -> Decimal:
    return decimal(mass_g / OUNCE_G, 6)


def decimal(value: Fraction, places: int) -> Decimal:
    """A fraction rounded half to even at `places` decimals."""
    return Decimal(round(value * 10**places)).scaleb(-places)


def places(value: Decimal) -> int:
    """Decimals that the value really uses: 3.500 has one."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
