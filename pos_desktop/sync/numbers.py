"""JSON and decimals of a state service: numbers are decimal text both ways, never binary floats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

MAX_DEPTH = 60
_DIGITS = 15


def encode(value: Any) -> bytes:
    """JSON in UTF-8; a Decimal becomes a number without exponent, keeping its decimals (`38.50`).

    Raises:
        TypeError: a float, or anything else that has no exact form.
    """
    return _text(value).encode()


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(k))}:{_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no exact JSON form")


def decode(body: bytes) -> Any:
    """Read JSON with exact decimals.

    Raises:
        ValueError: not JSON, not UTF-8, nested too deep, NaN or infinity.
    """
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError as deep:
        raise ValueError("nested too deep") from deep
    except ArithmeticError as huge:
        raise ValueError("a number beyond all sizes") from huge
    if _depth_over(value, MAX_DEPTH):
        raise ValueError("nested too deep")
    return _whole_letters(value) if b"\\u" in body else value


def decode_at(text: str, at: int) -> tuple[Any, int]:
    """The one value that begins at `at`, and where it ends; as `decode` reads it.

    Raises:
        ValueError: as `decode`, and where the value is cut off.
    """
    try:
        value, end = _AT.raw_decode(text, at)
    except RecursionError as deep:
        raise ValueError("nested too deep") from deep
    except ArithmeticError as huge:
        raise ValueError("a number beyond all sizes") from huge
    return (_whole_letters(value) if "\\u" in text[at:end] else value), end


def _whole_letters(value: Any) -> Any:
    """Half a surrogate pair (a name cut inside an emoji) has no UTF-8 and could not be kept; it becomes U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole_letters(key): _whole_letters(each) for key, each in value.items()}
    return [_whole_letters(each) for each in value] if isinstance(value, list) else value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _depth_over(value: Any, left: int) -> bool:
    if left == 0:
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_depth_over(each, left - 1) for each in inner)


_AT = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)


def decimal(value: Any) -> Decimal | None:
    """A number of an answer, also where it came as text; None where it is no number of ordinary size."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    if not number.is_finite() or (number and not -_DIGITS < number.adjusted() < _DIGITS):
        return None
    return number


def cents(value: Any) -> int | None:
    """Money of an answer in cents; None where it is no money or has a share of a cent."""
    number = decimal(value)
    if number is None:
        return None
    scaled = number * 100
    return int(scaled) if scaled == scaled.to_integral_value() else None
