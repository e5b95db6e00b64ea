"""Numbers in sentences."""

from __future__ import annotations


def counted(count: int, one: str, more: str) -> str:
    """`1 report waits`, `2 reports wait`: the words that follow the number are given for both."""
    return f"{count} {one if count == 1 else more}"
