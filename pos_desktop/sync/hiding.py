"""What may be kept and shown of a service's answer: no card number, and of a list of many people nothing at all."""

from __future__ import annotations

import re
from collections.abc import Iterable

EXCERPT = 600
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]+")


def excerpt(body: bytes, numbers: Iterable[str]) -> str:
    """The beginning of an answer as it may be kept: on one line, card numbers cut to their last four."""
    return mask(on_one_line(body.decode("utf-8", errors="replace")), numbers)[:EXCERPT]


def on_one_line(text: str) -> str:
    return _BLANK.sub(" ", text).strip()


def mask(text: str, numbers: Iterable[str]) -> str:
    for number in sorted(filter(None, numbers), key=len, reverse=True):
        hidden = f"…{number[-4:]}" if len(number) > 4 else "…"
        text = hidden.join(re.split(re.escape(number), text, flags=re.IGNORECASE))
    return text
