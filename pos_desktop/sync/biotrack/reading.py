"""Reads what BioTrack answers: scalars wander between text and number, lists may be absent (contract, section 3.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pos_desktop.domain.instant import SECOND_US, Instant
from pos_desktop.sync.numbers import decimal, decode

Row = Mapping[str, Any]

BARCODE_DIGITS = 16
_GLUED = re.compile(rb"\s*content-type:\s*text/plain[^\r\n{]*", re.IGNORECASE)
_FIRST_SECOND, _LAST_SECOND = (
    1_262_304_000,
    4_102_444_800,
)  # 2010 and 2100: anything else is no time of a service


def document_of(body: bytes) -> Row | None:
    """The answer's object, also behind a glued header line; None where it is none."""
    glued = _GLUED.match(body.removeprefix(b"\xef\xbb\xbf"))
    rest = body if glued is None else body.removeprefix(b"\xef\xbb\xbf")[glued.end() :]
    try:
        document = decode(rest.strip())
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def whole(value: Any) -> int | None:
    """A whole number given as number or text."""
    number = decimal(int(value) if isinstance(value, bool) else value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def flag(value: Any) -> bool | None:
    """0 or 1 in any form, or a word for it; None where it is neither."""
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    number = whole(value)
    return bool(number) if number in (0, 1) else None


def rows(value: Any) -> list[Row]:
    """A list of rows that may be absent, null or a single object."""
    listed = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
    return [row for row in listed if isinstance(row, dict)]


def text(value: Any) -> str:
    """A scalar as text; empty where there is none."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value).strip()


def barcode(value: Any) -> str:
    """An identifier's 16 digits; leading noughts that a number lost come back. Empty where it is no identifier."""
    if type(value) is int and 0 <= value < 10**BARCODE_DIGITS:
        return f"{value:0{BARCODE_DIGITS}d}"
    digits = text(value)
    good = len(digits) == BARCODE_DIGITS and digits.isascii() and digits.isdigit()
    return digits if good else ""


def number_of(value: Any) -> str:
    """A transaction's number as text without leading noughts; empty where it is none."""
    number = whole(value)
    return str(number) if number is not None and number > 0 else ""


def second(value: Any) -> Instant | None:
    """A time in whole seconds of UTC."""
    number = whole(value)
    if number is None or not _FIRST_SECOND <= number <= _LAST_SECOND:
        return None
    return Instant(number * SECOND_US)


def split_day(value: Any) -> date | None:
    """A day given as an object of year, month and day in any case, or as an ISO date."""
    try:
        if isinstance(value, dict):
            parts = {str(name).lower(): whole(part) for name, part in value.items()}
            return date(parts["year"] or 0, parts["month"] or 0, parts["day"] or 0)
        return date.fromisoformat(text(value)[:10])
    except (KeyError, ValueError, OverflowError):
        return None
