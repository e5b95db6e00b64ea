"""Waits after wrong PINs; no clock and no restart shortens one."""

from __future__ import annotations

import pytest

from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.lockout import Failures

NOON = Instant.parse("2026-11-24T12:00:00Z")


def after(count: int) -> Failures:
    failures = Failures()
    for _ in range(count):
        failures = failures.one_more(NOON)
    return failures


@pytest.mark.parametrize(("count", "minutes"), [(0, 0), (1, 0), (4, 0), (5, 1), (9, 1), (10, 15), (14, 15)])
def test_the_more_wrong_ones_the_longer_the_wait(count: int, minutes: int) -> None:
    failures = after(count)
    end = NOON.plus_us(minutes * MINUTE_US)
    assert not failures.needs_manager
    assert failures.keeps_out(end.plus_us(-1)) is (minutes > 0)
    assert not failures.keeps_out(end)


@pytest.mark.parametrize(("count", "needs"), [(14, False), (15, True), (40, True)])
def test_after_fifteen_time_does_not_help(count: int, needs: bool) -> None:
    failures = after(count)
    assert failures.needs_manager is needs
    assert failures.keeps_out(NOON.plus_us(10**15)) is needs


def test_a_clock_set_back_shortens_no_wait() -> None:
    failures = after(9).one_more(NOON.plus_us(-60 * MINUTE_US))
    assert failures.last == NOON
    assert failures.until() == NOON.plus_us(15 * MINUTE_US)
