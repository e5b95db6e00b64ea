"""Waits after wrong PINs; no clock and no restart shortens one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.lockout import Failures, Moment

NOON = Moment(Instant.parse("2026-11-24T12:00:00Z"), 1_000, "boot-1")


def later(us: int, *, mono_us: int | None = None, boot: str = "boot-1") -> Moment:
    return Moment(NOON.at.plus_us(us), NOON.mono_us + (us if mono_us is None else mono_us), boot)


def after(count: int) -> Failures:
    failures = Failures()
    for _ in range(count):
        failures = failures.one_more(NOON)
    return failures


@pytest.mark.parametrize(("count", "minutes"), [(0, 0), (1, 0), (4, 0), (5, 1), (9, 1), (10, 15), (14, 15)])
def test_the_more_wrong_ones_the_longer_the_wait(count: int, minutes: int) -> None:
    failures, wait = after(count), minutes * MINUTE_US
    assert not failures.needs_manager
    assert failures.wait_us(NOON) == wait
    assert failures.keeps_out(later(wait - 1)) is (minutes > 0)
    assert not failures.keeps_out(later(wait))


@pytest.mark.parametrize(("count", "needs"), [(14, False), (15, True), (40, True)])
def test_after_fifteen_time_does_not_help(count: int, needs: bool) -> None:
    failures = after(count)
    assert failures.needs_manager is needs
    assert failures.keeps_out(later(10**15)) is needs
    assert not failures.never_shut.keeps_out(later(10**15)), "a till is heard again"


def test_a_clock_set_back_shortens_no_wait() -> None:
    failures = after(9).one_more(later(-60 * MINUTE_US, boot="boot-2"))
    assert failures.last == Moment(NOON.at, NOON.mono_us - 60 * MINUTE_US, "boot-2")
    assert failures.wait_us(replace(NOON, boot="boot-3")) == 15 * MINUTE_US


@pytest.mark.parametrize("set_to", [-90 * MINUTE_US, 9 * MINUTE_US, 90 * MINUTE_US])
def test_while_the_computer_runs_a_clock_that_is_set_changes_no_wait(set_to: int) -> None:
    failures = after(10)
    assert failures.wait_us(later(set_to, mono_us=MINUTE_US)) == 14 * MINUTE_US
    assert not failures.keeps_out(later(set_to, mono_us=15 * MINUTE_US))


def test_over_a_restart_of_the_computer_business_time_counts() -> None:
    failures = after(10)
    assert failures.keeps_out(later(14 * MINUTE_US, mono_us=10**12, boot="boot-2"))
    assert not failures.keeps_out(later(15 * MINUTE_US, mono_us=-1, boot="boot-2"))
