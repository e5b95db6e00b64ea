"""How fast the queue drains, measured; and an estimate only where the last minutes allow one."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from pos_desktop.domain.instant import MINUTE_US, SECOND_US, Instant

WINDOW_US = 5 * MINUTE_US
LEAST_US = 30 * SECOND_US
"""Measured for less, a rate says nothing."""
LEAST_SENT = 5
STALLED_US = MINUTE_US
"""Nothing arrived for so long: what was measured before holds no more."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`minutes_left` None: nothing honest can be said."""

    sent: int
    of: int
    minutes_left: int | None = None


class Drain:
    """Fed with every look at the queue, about once a second; keeps a few hundred numbers."""

    def __init__(self) -> None:
        self._seen: deque[tuple[Instant, int]] = deque()
        self._start: int | None = None
        self._waiting = 0
        self._moved: Instant | None = None

    def look(self, now: Instant, *, ended: int, waiting: int) -> None:
        """`ended`: how many reports are at the state by now, ever; `waiting`: how many go on by themselves."""
        if self._seen and (now < self._seen[-1][0] or ended < self._seen[-1][1]):
            self._seen.clear()
            self._start = self._moved = None
        if self._start is None or not self._waiting:
            self._start = self._seen[-1][1] if self._seen else ended
        if not self._seen or ended > self._seen[-1][1]:
            self._moved = now
        if not waiting:
            self._start = None
            self._seen.clear()
        self._waiting = waiting
        self._seen.append((now, ended))
        while now.since_us(self._seen[0][0]) > WINDOW_US:
            self._seen.popleft()

    def progress(self) -> Progress | None:
        """None while nothing waits."""
        if not self._waiting or self._start is None:
            return None
        sent = self._seen[-1][1] - self._start
        return Progress(sent, sent + self._waiting, self._minutes())

    def _minutes(self) -> int | None:
        (first, before), (last, ended) = self._seen[0], self._seen[-1]
        took, arrived = last.since_us(first), ended - before
        if took < LEAST_US or arrived < LEAST_SENT or self._moved is None:
            return None
        if last.since_us(self._moved) > STALLED_US:
            return None
        return max(1, -(-self._waiting * took // (arrived * MINUTE_US)))
