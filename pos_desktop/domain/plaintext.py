"""Finding texts in bytes of unknown form, however they were written: cases, encodings, escapes, packing.

Letters and digits of ASCII alone are compared, without case, with everything between them left out. So one look covers
UTF-8, UTF-16, UTF-32 and Latin-1 at once, whatever stands between a first and a last name. What was found is looked at
once more where it lies, so that letters which only happen to follow each other in random bytes are no hit.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

LEAST = 6
"""A text with fewer letters and digits would be found everywhere."""
_KEPT = bytes(range(0x30, 0x3A)) + bytes(range(0x41, 0x5B)) + bytes(range(0x61, 0x7B))
_DROPPED = bytes(each for each in range(256) if each not in _KEPT)
_LOWER = bytes(each + 32 if 0x41 <= each <= 0x5A else each for each in range(256))
_BETWEEN = frozenset(b"\x00 \t\r\n-_.,:;'\"/|&+=()<>[]{}\\@") | frozenset(range(0x80, 0x100))
_MOST_BETWEEN = 12
"""So many signs beside noughts may stand among the letters of one text; in random bytes there are more."""
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){6,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{11,}")
_ESCAPE = re.compile(rb"\\u([0-9A-Fa-f]{4})")
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_URLSAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True, slots=True)
class Hit:
    """`at` is an offset in the bytes that were given; of a packed or encoded text where that begins."""

    at: int
    how: str


@dataclass(slots=True)
class Needles:
    """What is looked for. It prints how many there are, and none of them."""

    _texts: set[bytes] = field(default_factory=set, repr=False)
    short: int = 0
    """How many were left out: they hold too few letters and digits of ASCII."""
    _pattern: re.Pattern[bytes] | None = field(default=None, repr=False)

    def add(self, *texts: str) -> None:
        for text in texts:
            bare = _bare(text.encode("utf-8"))
            if len(bare) < LEAST:
                self.short += 1
            else:
                self._texts.add(bare)
        self._pattern = None

    def add_person(self, card: str, first: str, last: str) -> None:
        """A card; and a name as a sentence, a list and a record of fields write it."""
        self.add(card)
        if len(_bare(f"{first}{last}".encode())) < LEAST:
            self.short += 1
            return
        self.add(
            f"{first}{last}", f"{last}{first}", f"{first}lastname{last}", f"{last}firstname{first}",
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def longest(self) -> int:
        return max(map(len, self._texts), default=0)

    def pattern(self) -> re.Pattern[bytes] | None:
        """Made once: alternatives share their beginnings, so that many cost little more than one."""
        if self._pattern is None and self._texts:
            self._pattern = re.compile(_trie(sorted(self._texts)))
        return self._pattern


def hits(data: bytes, needles: Needles) -> Iterator[Hit]:
    """In the bytes as they are, and in what is written in them by escapes, percents, hex and base64."""
    pattern = needles.pattern()
    if pattern is None:
        return
    yield from _plain(data, pattern, "text")
    for at, decoded, how in _decoded(data):
        if next(_plain(decoded, pattern, how), None) is not None:
            yield Hit(at, how)


def _plain(data: bytes, pattern: re.Pattern[bytes], how: str) -> Iterator[Hit]:
    bare = _bare(data)
    for found in pattern.finditer(bare):
        place = _place(data, *found.span())
        if place is not None:
            yield Hit(place, how)


def _place(data: bytes, start: int, end: int) -> int | None:
    """Where the kept signs `start` to `end` lie in `data`; None where they are not of one text."""
    seen, first, between = 0, -1, 0
    for at, sign in enumerate(data):
        if sign in _KEPT:
            if seen == start:
                first = at
            seen += 1
            if seen == end:
                return first
        elif start < seen:
            between += sign != 0
            if between > _MOST_BETWEEN or sign not in _BETWEEN:
                return None
    return None


def _decoded(data: bytes) -> Iterator[tuple[int, bytes, str]]:
    if b"\\u" in data:
        yield 0, _ESCAPE.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "ignore"), data), "escapes"
    if _PERCENT.search(data):
        yield 0, unquote_to_bytes(data), "percent"
    for run in _HEX.finditer(data):
        for shift in (0, 1):
            digits = run[0][shift : len(run[0]) - (len(run[0]) - shift) % 2]
            yield run.start(), binascii.unhexlify(digits), "hex"
    for run in _BASE64.finditer(data):
        text = run[0].translate(_URLSAFE)
        for shift in range(4):
            part = text[shift : len(text) - ((len(text) - shift) % 4 == 1)]
            yield run.start(), base64.b64decode(part + b"=" * (-len(part) % 4)), "base64"


def _bare(data: bytes) -> bytes:
    return data.translate(_LOWER, _DROPPED)


def _trie(texts: list[bytes]) -> bytes:
    """A pattern with equal beginnings written once. `texts` are sorted, and hold letters and digits only."""
    if b"" in texts:
        return b""
    parts: list[bytes] = []
    at = 0
    while at < len(texts):
        end = at
        while end < len(texts) and texts[end][:1] == texts[at][:1]:
            end += 1
        group = texts[at:end]
        head = _common(group)
        parts.append(head + _trie([each[len(head) :] for each in group]))
        at = end
    return parts[0] if len(parts) == 1 else b"(?:" + b"|".join(parts) + b")"


def _common(texts: list[bytes]) -> bytes:
    """Of a sorted list: what its first and last begin with."""
    first, last = texts[0], texts[-1]
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return first[:length]
