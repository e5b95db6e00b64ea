"""Takes the rows of one long list out of an answer while it comes in, so that its length fills no memory."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import Any

from pos_desktop.sync.numbers import decode_at

LONGEST_ROW = 1024 * 1024
LONGEST_HEAD = 64 * 1024
MOST_SIEVED = 512 * 1024 * 1024
"""Of a list of sales about two million lines; the time that an answer may take ends it sooner on most lines."""


class RowSieve:
    """What is left of the answer, with the list empty, is read as ever; rows count only when that was accepted.

    Args:
        name: The member of the answer that holds the list.
        each: Told every row, which is an object, in its order.
    """

    def __init__(self, name: str, each: Callable[[dict[str, Any]], object]) -> None:
        self._begin = re.compile(rf'"{re.escape(name)}"\s*:\s*\[')
        self._each = each
        self._decoder = getincrementaldecoder("utf-8")()
        self._text = ""
        self._step = self._head
        self._came = 0
        self.broken = False
        """The list is no list of objects, or longer than any; the answer is none."""

    def feed(self, piece: bytes) -> bytes:
        """The next piece of the answer; what of it is no row."""
        self._came += len(piece)
        self.broken = self.broken or self._came > MOST_SIEVED
        try:
            self._text += self._decoder.decode(piece)
        except UnicodeDecodeError:
            self.broken = True
        return b"" if self.broken else self._step().encode()

    def rest(self) -> bytes:
        """After the last piece."""
        left, self._text = self._text, ""
        return left.encode()

    def _head(self) -> str:
        begin = self._begin.search(self._text)
        if begin is None:
            if len(self._text) > LONGEST_HEAD:
                self._step = self._tail
                return self._tail()
            return ""
        head, self._text = self._text[: begin.end()], self._text[begin.end() :]
        self._step = self._rows
        return head + self._rows()

    def _rows(self) -> str:
        text, at = self._text, 0
        while True:
            at = _past_commas(text, at)
            if at < len(text) and text[at] == "]":
                self._text, self._step = text[at:], self._tail
                return self._tail()
            row, end = self._row(text, at)
            if row is None:
                self._text = text[at:]
                return ""
            self._each(row)
            at = end

    def _row(self, text: str, at: int) -> tuple[dict[str, Any] | None, int]:
        """None while it has not come whole."""
        if at < len(text) and text[at] != "{":
            self.broken = True
        if at >= len(text) or self.broken:
            return None, at
        try:
            row, end = decode_at(text, at)
        except ValueError:
            self.broken = len(text) - at > LONGEST_ROW
            return None, at
        return row, end

    def _tail(self) -> str:
        text, self._text = self._text, ""
        return text


def _past_commas(text: str, at: int) -> int:
    while at < len(text) and text[at] in ", \t\r\n":
        at += 1
    return at
