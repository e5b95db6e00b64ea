"""The lane to one service: open, on hold, or closed until a read gets through (reliability contract, section 4)."""

from __future__ import annotations

from collections.abc import Callable

from pos_desktop.domain.instant import MINUTE_US

FAILURES_THAT_CLOSE = 5
PROBE_EVERY_US = MINUTE_US


class Lane:
    """A circuit breaker on the monotonic clock. Half-open is `probe_due`: one read, never a write, each 60 s."""

    def __init__(self, monotonic_us: Callable[[], int]) -> None:
        self._monotonic_us = monotonic_us
        self.reset()

    def reset(self) -> None:
        self.failures = 0
        self.why = ""
        self._next_probe: int | None = None
        self._held_until = 0

    @property
    def closed(self) -> bool:
        return self._next_probe is not None

    @property
    def probe_due(self) -> bool:
        return self._next_probe is not None and self._monotonic_us() >= self._next_probe

    @property
    def hold_us(self) -> int:
        """How long the service asked to be left alone."""
        return max(0, self._held_until - self._monotonic_us())

    def worked(self) -> None:
        self.failures = 0
        self.why = ""
        self._next_probe = None

    def failed(self, why: str) -> None:
        """One more failure in a row; the fifth closes the lane."""
        self.failures += 1
        if self.failures >= FAILURES_THAT_CLOSE:
            self.close(why)

    def close(self, why: str) -> None:
        self.why = why
        self._next_probe = self._monotonic_us() + PROBE_EVERY_US

    def hold(self, microseconds: int) -> None:
        self._held_until = self._monotonic_us() + microseconds
