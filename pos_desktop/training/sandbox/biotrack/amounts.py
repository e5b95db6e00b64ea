"""Decimals as the system takes and writes them (contract section 3.7)."""

import re
from decimal import Decimal
from typing import Any

from pos_desktop.training.sandbox.biotrack.refusing import RULE, Refused

_PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?")
_BARCODE = re.compile(r"[0-9]{16}")


def is_barcode(value: Any) -> bool:
    """Exactly 16 decimal digits as text: a number would have lost its leading zeros."""
    return isinstance(value, str) and _BARCODE.fullmatch(value) is not None


def decimal(value: Any) -> Decimal | None:
    """A plain decimal with up to six places, as text or as a JSON number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    text = value if isinstance(value, str) else format(Decimal(value), "f")
    return Decimal(text) if _PLAIN.fullmatch(text) else None


def whole(value: Any) -> int:
    """A positive whole quantity; "2", 2 and "2.000000" are one value.

    Raises:
        Refused: Anything else, parts included.
    """
    found = decimal(value)
    if found is None or found != found.to_integral_value() or found <= 0:
        raise Refused.quantity()
    return int(found)


def amount(value: Any, name: str) -> Decimal:
    """A decimal from zero.

    Raises:
        Refused: Not a plain decimal, or below zero.
    """
    found = decimal(value)
    if found is None or found < 0:
        raise Refused(RULE, f"The {name} is not a valid amount.")
    return found


def plain(value: Decimal) -> str:
    """`2`, `12.5`: as short as it is exact."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def six(value: Decimal) -> str:
    return format(value.quantize(Decimal("0.000001")), "f")


def as_sent(value: Any) -> str:
    """A decimal's own text, so that "70.00" comes back as "70.00"."""
    return value if isinstance(value, str) else format(Decimal(value), "f")
