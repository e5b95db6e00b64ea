"""The real clock and real ids."""

from __future__ import annotations

import threading
import time
import uuid

from pos_desktop.domain.instant import Instant


class WallClock:
    """Never runs backwards past `floor`: business time is max(wall, last written) (reliability contract 9)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._floor_us = 0
        self._boot = str(uuid.uuid4())

    def now(self) -> Instant:
        with self._lock:
            self._floor_us = max(self._floor_us, time.time_ns() // 1000)
            return Instant(self._floor_us)

    def not_before(self, at: Instant | None) -> None:
        """The store was last written at `at`; time does not go back behind it."""
        if at is not None:
            with self._lock:
                self._floor_us = max(self._floor_us, at.utc_us)

    def monotonic_us(self) -> int:
        return time.monotonic_ns() // 1000

    @property
    def boot(self) -> str:
        return self._boot


class TimeOrderedIds:
    """UUIDv7, so that rows of one day lie together."""

    def new(self) -> str:
        import uuid6

        return str(uuid6.uuid7())
