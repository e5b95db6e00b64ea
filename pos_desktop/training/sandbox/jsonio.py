"""JSON whose decimals are `Decimal` in both directions; a binary float never comes in or goes out."""

import json
from decimal import Decimal
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any, Never

JsonObject = dict[str, Any]


class BadJson(ValueError):
    """The text is not JSON as the service takes it; the message says why."""


def decode(text: bytes | str) -> Any:
    """Parse JSON: decimals as `Decimal`; no exponent, no NaN, no member twice, UTF-8 only.

    Raises:
        BadJson: The text is not such a document.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        return json.loads(
            text, parse_float=_decimal, parse_constant=_refuse_constant, object_pairs_hook=_members
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as fault:
        raise BadJson(f"The body is not JSON in UTF-8: {fault}") from fault


def encode(value: Any) -> bytes:
    """Compact JSON; a `Decimal` is written out in full, with at least one decimal digit.

    Raises:
        TypeError: The value holds something that has no exact JSON form, a binary float for one.
    """
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts).encode("ascii")


def number(value: Decimal) -> str:
    """`3.5`, `2.0`, `0.0001`: no exponent, no superfluous zeros, one decimal digit at least."""
    text = format(value, "f") if value else "0"
    if "." not in text:
        return text + ".0"
    text = text.rstrip("0")
    return text + "0" if text.endswith(".") else text


def _decimal(text: str) -> Decimal:
    if "e" in text or "E" in text:
        raise BadJson(f"The number {text} is written with an exponent.")
    return Decimal(text)


def _refuse_constant(name: str) -> Never:
    raise BadJson(f"{name} is not a JSON number.")


def _members(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("An object has the same member twice.")
    return found


def _write(value: Any, parts: list[str]) -> None:
    match value:
        case None:
            parts.append("null")
        case bool():
            parts.append("true" if value else "false")
        case str():
            parts.append(_quoted(value))
        case int():
            parts.append(str(value))
        case Decimal():
            parts.append(number(value))
        case dict():
            _write_object(value, parts)
        case list() | tuple():
            _write_list(value, parts)
        case _:
            raise TypeError(f"{type(value).__name__} has no exact JSON form.")


def _write_object(value: JsonObject, parts: list[str]) -> None:
    mark = "{"
    for name, member in value.items():
        parts.append(f"{mark}{_quoted(name)}:")
        _write(member, parts)
        mark = ","
    parts.append("}" if value else "{}")


def _write_list(value: list[Any] | tuple[Any, ...], parts: list[str]) -> None:
    mark = "["
    for member in value:
        parts.append(mark)
        _write(member, parts)
        mark = ","
    parts.append("]" if value else "[]")
