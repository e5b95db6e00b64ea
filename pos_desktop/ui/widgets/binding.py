"""A figure and its unit, a month and its day stay on one line, wherever the screen breaks a text."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
_UNITS = "g|mg|oz|fl|m[lL]|min|h|days?|units?|MMCEU|MME|AM|PM"
_BETWEEN = re.compile(
    rf"(?<=\d) (?=(?:{_UNITS})\b)|(?<=\d mg) (?=THC\b)|(?<=\d fl) (?=oz\b)|(?<=\b[A-Z][a-z]{{2}}) (?=\d)"
)


def bound(text: str) -> str:
    """`283.4 g` with a space that no line ends at. For what is drawn only: paper, files and ports keep plain spaces."""
    return _BETWEEN.sub(NO_BREAK, text)


def words(text: str) -> list[str]:
    """What a line may be broken between; `str.split` would part a figure from its unit."""
    return text.replace("\n", " ").split(" ")
