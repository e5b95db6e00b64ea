"""When the computer's clock is believed, and what is said of it (reliability contract, section 9).

`expected` is where time should be: the last moment that was known for sure, and what the monotonic clock counted since.
Everything is UTC microseconds; no clock is read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pos_desktop.domain.instant import MINUTE_US, SECOND_US, Instant

AHEAD_US = 10 * MINUTE_US
BEHIND_US = 120 * SECOND_US
AGREES_US = 2 * MINUTE_US
"""How far the computer's time may lie from the state service's and still be gone by: it takes sales that bear it."""
_FIRST, _LAST = (Instant.from_datetime(datetime(year, 1, 1, tzinfo=UTC)).utc_us for year in (2024, 2100))


class ClockStanding(StrEnum):
    """As journal entries tell it."""

    OK = "ok"
    BEHIND = "behind"
    AHEAD = "ahead"
    UNSET = "unset"
    """The year cannot be."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What places a journal entry beside its time: the monotonic clock, the run that it counts in, the standing."""

    mono_us: int
    boot: str
    standing: ClockStanding


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One look at the clock.

    Args:
        wall: What the computer shows.
        now: What the program goes by: never behind the last journal entry.
        real: The best that is known of the real time. `now` is later after a clock that was ahead, for a while.
        confirmable: Whether a person's word can make the computer's time the program's; nobody's can against the
            state service's time.
    """

    wall: Instant
    now: Instant
    real: Instant
    standing: ClockStanding
    confirmable: bool = False


def possible(wall_us: int) -> bool:
    """Whether a clock that shows this was ever set."""
    return _FIRST <= wall_us < _LAST


def believed(wall_us: int, expected_us: int, ahead_us: int = AHEAD_US) -> bool:
    """A clock that is set a little is followed, as the time services of computers do that every day."""
    return possible(wall_us) and -BEHIND_US <= wall_us - expected_us <= ahead_us


def standing(wall_us: int, expected_us: int, now_us: int) -> ClockStanding:
    if not possible(wall_us):
        return ClockStanding.UNSET
    if wall_us - expected_us > AHEAD_US:
        return ClockStanding.AHEAD
    behind = max(expected_us, now_us) - wall_us > BEHIND_US
    return ClockStanding.BEHIND if behind else ClockStanding.OK
