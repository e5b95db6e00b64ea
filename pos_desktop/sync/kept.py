"""Connections that are used again, each with the socket under it, so that whoever watches an exchange can end it."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

KEPT_S = 2.0
"""A connection that rested longer is not used again. Services close theirs after 5 s or later; one that is closed in
the very moment of its use costs a look-up, and never a report."""


class Line:
    """An httpx client of a single connection. `socket` is the one under it, None before the first."""

    __slots__ = ("http", "socket")

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.socket: Any = None


class KeptLines:
    """As many lines as there were exchanges at once. Any thread; a line is one thread's at a time.

    Args:
        make: A client whose connections are kept `KEPT_S` and not longer.
    """

    def __init__(self, make: Callable[[], httpx.Client]) -> None:
        self._make = make
        self._free: list[Line] = []
        self._guard = threading.Lock()
        # A command that ends, or a client that is replaced, leaves no connection behind.
        weakref.finalize(self, _close_all, self._free)

    @contextmanager
    def one(self) -> Iterator[Line]:
        """The line that rested least. What became of its last connection is httpx's business."""
        with self._guard:
            line = self._free.pop() if self._free else Line(self._make())
        try:
            yield line
        finally:
            with self._guard:
                self._free.append(line)

    def close(self) -> None:
        """Lines in use are left to their users."""
        with self._guard:
            _close_all(self._free)


def _close_all(lines: list[Line]) -> None:
    while lines:
        lines.pop().http.close()
