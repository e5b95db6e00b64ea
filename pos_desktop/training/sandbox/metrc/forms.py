"""Request bodies: arrays of at most ten objects whose members have exact names and JSON types."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from pos_desktop.training.sandbox.clock import is_date, is_local_time
from pos_desktop.training.sandbox.http import Answer, Refusal, Request
from pos_desktop.training.sandbox.jsonio import BadJson, JsonObject, decode
from pos_desktop.training.sandbox.metrc.units import places

MAX_OBJECTS = 10


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "a number"
    WHOLE = "a whole number"
    FLAG = "true or false"
    DATE = "a date YYYY-MM-DD"
    LOCAL_TIME = "a facility-local time YYYY-MM-DDTHH:MM:SS.fff without offset"
    TEXTS = "a list of texts"
    ROWS = "a list of objects"


@dataclass(frozen=True, slots=True)
class Field:
    kind: Kind
    needed: bool = False
    decimals: int = 28
    may_be_unset: bool = False
    """The vendor's own example gives `0001-01-01` although the member is listed as needed."""
    form: "Form | None" = None


Form = Mapping[str, Field]


def _row(problem: JsonObject) -> int:
    return int(problem["row"])


class Problems:
    """Refusals by row; a request with one is refused whole (contract sections 4 and 17.5)."""

    def __init__(self) -> None:
        self._found: list[JsonObject] = []

    def add(self, row: int, message: str) -> None:
        self._found.append({"row": row, "message": message})

    def of(self, row: int) -> Callable[[str], None]:
        """Where the refusals of one row go."""
        return lambda message: self.add(row, message)

    def has(self, row: int) -> bool:
        return any(problem["row"] == row for problem in self._found)

    def raise_if_any(self) -> None:
        if self._found:
            raise Refusal(Answer.json(sorted(self._found, key=_row), 400))

    @classmethod
    def single(cls, message: str, row: int = 0) -> Refusal:
        problems = cls()
        problems.add(row, message)
        return Refusal(Answer.json(problems._found, 400))


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a body that have the right form, by number, and the problems of the others."""

    good: dict[int, JsonObject]
    problems: Problems

    @classmethod
    def read(cls, request: Request, form: Form) -> Self:
        problems = Problems()
        good = {}
        for number, row in enumerate(_body_rows(request)):
            for message in check(row, form):
                problems.add(number, message)
            if not problems.has(number):
                good[number] = _exact(row, form)
        return cls(good, problems)


def check(row: Any, form: Form, prefix: str = "") -> list[str]:
    """What is wrong with one object: every message, in the order of its members."""
    if not isinstance(row, dict):
        return [f"{prefix or 'The row '}is not an object."]
    messages = [_unknown(name, form, prefix) for name in row if name not in form]
    for name, field in form.items():
        messages += _check_member(row.get(name), field, prefix + name)
    return messages


def _exact(row: JsonObject, form: Form) -> JsonObject:
    """The row with every number as a `Decimal`: 2 and 2.0 are one value."""
    read = dict(row)
    for name, field in form.items():
        if field.kind is Kind.NUMBER and read.get(name) is not None:
            read[name] = Decimal(read[name])
        elif field.form is not None and read.get(name):
            read[name] = [_exact(each, field.form) for each in read[name]]
    return read


def _unknown(name: str, form: Form, prefix: str) -> str:
    near = next((known for known in form if known.casefold() == name.casefold()), None)
    return f"{prefix}{name} is not a known property" + (f"; it is spelled {near}." if near else ".")


def _check_member(value: Any, field: Field, name: str) -> list[str]:
    if value is None or value == "" or _is_unset(value, field):
        return [f"{name} was not specified."] if field.needed else []
    if not _TESTS[field.kind](value):
        return [f"{name} must be {field.kind}."]
    if field.kind is Kind.NUMBER and places(Decimal(value)) > field.decimals:
        return [f"{name} has more than {field.decimals} decimals."]
    if field.form is not None:
        return _check_rows(value, field, name)
    return []


def _is_unset(value: Any, field: Field) -> bool:
    """`0001-01-01` means "no value" wherever a date stands (contract section 2)."""
    dated = field.kind in (Kind.DATE, Kind.LOCAL_TIME) and not field.may_be_unset
    return dated and isinstance(value, str) and value.startswith("0001-01-01")


def _check_rows(value: list[Any], field: Field, name: str) -> list[str]:
    if field.needed and not value:
        return [f"{name} must have at least one entry."]
    found = (check(each, field.form or {}, f"{name}[{n}] ") for n, each in enumerate(value))
    return [message for messages in found for message in messages]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


_TESTS: Mapping[Kind, Callable[[Any], bool]] = {
    Kind.TEXT: lambda value: isinstance(value, str),
    Kind.NUMBER: _is_number,
    Kind.WHOLE: lambda value: isinstance(value, int) and not isinstance(value, bool),
    Kind.FLAG: lambda value: isinstance(value, bool),
    Kind.DATE: lambda value: isinstance(value, str) and is_date(value),
    Kind.LOCAL_TIME: lambda value: isinstance(value, str) and is_local_time(value),
    Kind.TEXTS: lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    Kind.ROWS: lambda value: isinstance(value, list),
}


def _body_rows(request: Request) -> list[Any]:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "application/json" or "charset" in parameters.lower().replace(
        "charset=utf-8", ""
    ):
        raise Refusal.message(400, "The content type of the request must be application/json in UTF-8.")
    try:
        body = decode(request.body)
    except BadJson as fault:
        raise Refusal.message(400, str(fault)) from fault
    if not isinstance(body, list) or not body:
        raise Refusal.message(400, "The body must be an array of at least one object.")
    if len(body) > MAX_OBJECTS:
        raise Refusal.message(413, "The content being submitted is too large")
    return body
