"""A computer's clock that is set back while the program runs: business time goes on, never back and never still."""

from __future__ import annotations

from pos_desktop.composition.clocks import WallClock
from pos_desktop.domain.instant import HOUR_US, MINUTE_US

NOON_US = 1_800_000_000_000_000


class Hands:
    """A wall clock and a monotonic one, moved by hand; microseconds."""

    def __init__(self) -> None:
        self.wall_us, self.mono_us = NOON_US, 0

    def clock(self) -> WallClock:
        return WallClock(lambda: self.wall_us * 1000, lambda: self.mono_us * 1000)

    def pass_by(self, us: int) -> None:
        self.wall_us += us
        self.mono_us += us


def test_time_goes_on_from_where_it_was_when_the_wall_clock_steps_back() -> None:
    hands = Hands()
    clock = hands.clock()
    before = clock.now()
    hands.wall_us -= 5 * HOUR_US
    assert clock.now() == before
    hands.pass_by(20 * MINUTE_US)
    assert clock.now() == before.plus_us(20 * MINUTE_US), "a state figure grows old, a wait ends"


def test_the_wall_clock_rules_again_once_it_has_caught_up() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.now()
    hands.wall_us -= MINUTE_US
    clock.now()
    hands.wall_us += 3 * MINUTE_US
    assert clock.now().utc_us == hands.wall_us
