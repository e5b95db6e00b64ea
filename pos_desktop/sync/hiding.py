"""What may be kept and shown of a service's answer: no card number, and of a list of many people nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pos_desktop.sync.numbers import decode
from pos_desktop.sync.reply import Reply

EXCERPT = 600
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")


def excerpt(body: bytes, numbers: Iterable[str]) -> str:
    """The beginning of an answer as it may be kept: on one line, card numbers cut to their last four."""
    return mask(on_one_line(body.decode("utf-8", errors="replace")), numbers)[:EXCERPT]


def kept(reply: Reply, numbers: Iterable[str]) -> str:
    """What may be kept of an answer that was not understood.

    A refusal or a fault is shown; of one that gives data only the size is told, since lists tell of everybody.
    """
    return size_of(reply.body) if reply.ok else excerpt(reply.body, numbers)


def size_of(body: bytes) -> str:
    """How many rows and bytes came, in the place of an answer that is not kept; empty where none did."""
    if not body:
        return ""
    try:
        document = decode(body)
    except ValueError:
        return f"{len(body)} bytes; not kept."
    lists = [document] if isinstance(document, list) else []
    if isinstance(document, dict):
        lists = [each for each in document.values() if isinstance(each, list)]
    rows = f"{sum(map(len, lists))} rows in " if lists else ""
    return f"{rows}{len(body)} bytes; not kept."


def on_one_line(text: str) -> str:
    return _BLANK.sub(" ", text).strip()


def mask(text: str, numbers: Iterable[str]) -> str:
    for number in sorted(filter(None, numbers), key=len, reverse=True):
        hidden = f"…{number[-4:]}" if len(number) > 4 else "…"
        text = hidden.join(re.split(re.escape(number), text, flags=re.IGNORECASE))
    return text
