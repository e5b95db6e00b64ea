"""Members of a request: which there may be, which there must be, and of what kind."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from pos_desktop.training.sandbox.biotrack.amounts import is_barcode
from pos_desktop.training.sandbox.biotrack.refusing import NOT_FOUND, Refused
from pos_desktop.training.sandbox.jsonio import JsonObject

_DIGITS = re.compile(r"[0-9]{1,18}")
_LAST_SECOND = 2**31 - 1


class Kind(Enum):
    ANY = auto()
    """Judged by the action, which has its own code for it."""
    TEXT = auto()
    WHOLE = auto()
    FLAG = auto()
    TIME = auto()
    NUMBER_OR_DIGITS = auto()
    BARCODE = auto()
    BARCODES = auto()
    ROWS = auto()
    OBJECT = auto()


@dataclass(frozen=True, slots=True)
class Field:
    kind: Kind
    needed: bool = False
    form: "Form | None" = None


Form = Mapping[str, Field]


def form(needed: str = "", optional: str = "", **rows: "Form") -> Form:
    """`name:kind` pairs, parted by blanks; `rows` are needed lists of objects."""
    made = {name: Field(kind, needed=True) for name, kind in _pairs(needed)}
    made |= {name: Field(kind) for name, kind in _pairs(optional)}
    return made | {name: Field(Kind.ROWS, needed=True, form=each) for name, each in rows.items()}


def _pairs(text: str) -> list[tuple[str, Kind]]:
    parted = (pair.partition(":") for pair in text.split())
    return [(name, Kind[kind.upper()] if kind else Kind.TEXT) for name, _, kind in parted]


def check(members: JsonObject, allowed: Form, *, ignore_unknown: bool) -> None:
    """Raises Refused at the first member that is unknown, missing or of the wrong kind."""
    for name in members:
        if name not in allowed and not ignore_unknown:
            raise Refused(NOT_FOUND, f"The field {name} is not known.")
    for name, field in allowed.items():
        _check_member(members.get(name), field, name, ignore_unknown=ignore_unknown)


def _check_member(value: Any, field: Field, name: str, *, ignore_unknown: bool) -> None:
    if value is None or value in ("", []):
        if field.needed:
            raise Refused.missing(name)
        return
    if field.kind is Kind.BARCODE and not is_barcode(value):
        raise Refused.possession(value)
    if not _TESTS[field.kind](value):
        raise Refused(NOT_FOUND, f"The field {name} is not of the right kind.")
    if field.form is not None:
        for row in value:
            if not isinstance(row, dict):
                raise Refused(NOT_FOUND, f"The field {name} is not of the right kind.")
            check(row, field.form, ignore_unknown=ignore_unknown)


def _is_whole(value: Any) -> bool:
    return type(value) is int and value >= 0


def is_flag(value: Any) -> bool:
    return type(value) is int and value in (0, 1)


def _is_time(value: Any) -> bool:
    return type(value) is int and 0 < value <= _LAST_SECOND


_TESTS: Mapping[Kind, Callable[[Any], bool]] = {
    Kind.ANY: lambda _: True,
    Kind.TEXT: lambda value: isinstance(value, str),
    Kind.WHOLE: _is_whole,
    Kind.FLAG: is_flag,
    Kind.TIME: _is_time,
    Kind.NUMBER_OR_DIGITS: lambda value: (
        _is_whole(value) or (isinstance(value, str) and bool(_DIGITS.fullmatch(value)))
    ),
    Kind.BARCODE: is_barcode,
    Kind.BARCODES: lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    Kind.ROWS: lambda value: isinstance(value, list),
    Kind.OBJECT: lambda value: isinstance(value, dict),
}
