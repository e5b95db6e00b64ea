"""A request and an answer, free of sockets, so that rules can be read and tested without them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import parse_qs, unquote

from pos_desktop.training.sandbox.jsonio import encode

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request: `path` as sent (still escaped), header names in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of_target(cls, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Self:
        path, _, query = target.partition("?")
        return cls(method, path, query, headers, body)

    @property
    def segments(self) -> tuple[str, ...]:
        """Unescaped path segments; one trailing slash does not count."""
        return tuple(unquote(part) for part in self.path.removesuffix("/").split("/")[1:])

    def parameters(self) -> dict[str, list[str]]:
        return parse_qs(self.query, keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Sequence[tuple[str, str]] = ()

    @classmethod
    def json(cls, value: Any, status: int = 200) -> Self:
        return cls(status, encode(value))

    @classmethod
    def message(cls, status: int, text: str) -> Self:
        """A whole-request refusal: `{"Message": ...}` (contract section 4.1)."""
        return cls.json({"Message": text}, status)

    def with_header(self, name: str, value: str) -> "Answer":
        return replace(self, headers=(*self.headers, (name, value)))


class Refusal(Exception):
    """Ends the handling of a request with the answer that it carries."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer

    @classmethod
    def message(cls, status: int, text: str) -> Self:
        return cls(Answer.message(status, text))

    @classmethod
    def empty(cls, status: int) -> Self:
        return cls(Answer(status))
