"""Reads what METRC says when it refuses, in any of its forms, and hides who the patient was (metrc contract, 4.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pos_desktop.sync.metrc.numbers import decode

EXCERPT = 600
_TAGS = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")


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


def excerpt(body: bytes, numbers: Iterable[str]) -> str:
    """The beginning of an answer as it may be kept: on one line, card numbers cut to their last four."""
    text = body.decode("utf-8", errors="replace")
    return mask(_BLANK.sub(" ", text).strip(), numbers)[:EXCERPT]


def mask(text: str, numbers: Iterable[str]) -> str:
    for number in sorted(filter(None, numbers), key=len, reverse=True):
        hidden = f"…{number[-4:]}" if len(number) > 4 else "…"
        text = hidden.join(re.split(re.escape(number), text, flags=re.IGNORECASE))
    return text


def sentence(complaint: Complaint, numbers: Iterable[str]) -> str:
    """What the service said, for a person; empty when it said nothing."""
    return mask(" ".join(dict.fromkeys(complaint.messages)), numbers)[:EXCERPT]


def _words(text: str) -> str:
    return _BLANK.sub(" ", _TAGS.sub(" ", text)).strip()[:EXCERPT]
