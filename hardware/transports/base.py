"""The interface that printers and scales are written against."""

import time
from typing import Protocol

CHUNK = 4096


class Link(Protocol):
    """An open line to a device; one owner, one thread at a time."""

    def send(self, data: bytes, deadline_s: float) -> None:
        """Hand all of `data` to the system within the deadline.

        Raises:
            LinkDownError: The line broke or the deadline passed; `taken` says how much had left.
        """

    def receive(self, deadline_s: float) -> bytes:
        """What arrives first within the deadline, `b""` if nothing does; 0 only looks.

        Raises:
            LinkDownError: The line broke or the far side closed it.
        """

    def close(self) -> None:
        """Let what was sent go out, then give the line back. Never raises; twice is harmless."""


class Transport(Protocol):
    """Knows where a device is."""

    def open(self, deadline_s: float) -> Link:
        """A fresh line to the device.

        Raises:
            LinkDownError: Not there, refused, in use, or the deadline passed.
        """

    @property
    def name(self) -> str:
        """The place in words for a person: "127.0.0.1 port 9100", "/dev/ttyUSB0"."""


class Deadline:
    """Time left until a moment on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._at - time.monotonic())

    def within(self, seconds: float) -> float:
        """`seconds`, or what is left if that is less."""
        return min(seconds, self.left_s)
