"""Reads what METRC says when it refuses, in any of its forms (metrc contract, 4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pos_desktop.sync.hiding import EXCERPT, mask, on_one_line
from pos_desktop.sync.numbers import decode

_TAGS = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """`by_row` is METRC's documented refusal: a list of objects with `row` and `message`."""

    messages: tuple[str, ...]
    by_row: bool


def read_complaint(body: bytes) -> Complaint:
    """The messages of an error body: row list, object, list of texts, text, HTML or nothing. Never raises."""
    try:
        document = decode(body)
    except ValueError:
        text = _words(body.decode("utf-8", errors="replace"))
        return Complaint((text,) if text else (), by_row=False)
    by_row = _is_row_list(document)
    return Complaint(tuple(_messages(document)), by_row)


def _is_row_list(document: Any) -> bool:
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(each, dict) and isinstance(each.get("row"), int) for each in document)
    )


def _messages(document: Any) -> Iterable[str]:
    if isinstance(document, str):
        yield from filter(None, (_words(document),))
    elif isinstance(document, list):
        for each in document:
            yield from _messages(each)
    elif isinstance(document, dict):
        for name, value in document.items():
            if name.lower() in ("message", "error", "errors", "title", "detail", "exceptionmessage"):
                yield from _messages(value)


def sentence(complaint: Complaint, numbers: Iterable[str]) -> str:
    """What the service said, for a person; empty when it said nothing."""
    return mask(" ".join(dict.fromkeys(complaint.messages)), numbers)[:EXCERPT]


def _words(text: str) -> str:
    return on_one_line(_TAGS.sub(" ", text))[:EXCERPT]
