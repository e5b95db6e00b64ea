"""Trusted time: a computer's clock that is set is followed a little, told when it is far off, and never leapt after."""

from __future__ import annotations

import pytest

from pos_desktop.composition.clocks import elapsed, machine_boot
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Instant
from pos_desktop.domain.trusted_time import ClockStanding
from tests.fixtures.clock_hands import NOON, Hands, entry_at

OK, AHEAD, BEHIND, UNSET = ClockStanding.OK, ClockStanding.AHEAD, ClockStanding.BEHIND, ClockStanding.UNSET
YEAR_1970, YEAR_2100 = Instant.parse("1970-01-01T00:00:10Z"), Instant.parse("2100-01-01T00:00:00Z")


# ---- set while the program runs


def test_time_goes_on_from_where_it_was_when_the_wall_clock_steps_back() -> None:
    hands = Hands()
    clock = hands.clock()
    before = clock.now()
    hands.wall_us -= 5 * HOUR_US
    assert clock.now() == before
    hands.pass_by(20 * MINUTE_US)
    assert clock.now() == before.plus_us(20 * MINUTE_US), "a state figure grows old, a wait ends"
    assert clock.reading().standing is BEHIND


def test_the_wall_clock_rules_again_once_it_has_caught_up() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.now()
    hands.wall_us -= MINUTE_US
    clock.now()
    hands.wall_us += 3 * MINUTE_US
    assert clock.now().utc_us == hands.wall_us


def test_after_a_small_step_back_time_slows_down_until_the_wall_has_caught_up() -> None:
    hands = Hands()
    clock = hands.clock()
    before = clock.now()
    hands.wall_us -= MINUTE_US
    hands.pass_by(MINUTE_US)
    assert clock.now() == before.plus_us(MINUTE_US // 2)
    assert clock.reading().standing is OK
    hands.pass_by(MINUTE_US)
    assert clock.now().utc_us == hands.wall_us


@pytest.mark.parametrize("step_us", [SECOND_US, 9 * MINUTE_US])
def test_a_small_step_ahead_is_followed(step_us: int) -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall_us += step_us
    assert clock.now().utc_us == hands.wall_us
    assert clock.reading().standing is OK


@pytest.mark.parametrize("step_us", [11 * MINUTE_US, DAY_US, 10 * 365 * DAY_US])
def test_a_clock_set_far_ahead_is_not_believed_until_it_comes_back(step_us: int) -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall_us += step_us
    hands.pass_by(HOUR_US)
    assert clock.now() == NOON.plus_us(HOUR_US)
    reading = clock.reading()
    assert (reading.standing, reading.confirmable) == (AHEAD, True)
    assert (reading.wall.utc_us, reading.real) == (hands.wall_us, clock.now())
    hands.wall_us -= step_us
    assert clock.now().utc_us == hands.wall_us
    assert clock.reading().standing is OK


def test_many_small_steps_ahead_are_one_large_one() -> None:
    hands = Hands()
    clock = hands.clock()
    for _ in range(160):
        hands.wall_us += 9 * MINUTE_US
        hands.pass_by(SECOND_US)
        clock.now()
    assert clock.now() <= NOON.plus_us(160 * SECOND_US + 10 * MINUTE_US)
    assert clock.reading().standing is AHEAD


def test_a_night_with_the_lid_shut_is_no_jump() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.pass_by(14 * HOUR_US)
    assert (clock.now(), clock.reading().standing) == (NOON.plus_us(14 * HOUR_US), OK)


@pytest.mark.parametrize("shown", [YEAR_1970, YEAR_2100])
def test_a_year_that_cannot_be_is_told_and_nobody_can_confirm_it(shown: Instant) -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall_us = shown.utc_us
    hands.pass_by(MINUTE_US)
    reading = clock.reading()
    assert (reading.now, reading.standing, reading.confirmable) == (NOON.plus_us(MINUTE_US), UNSET, False)


def test_a_clock_that_was_never_set_is_believed_when_it_is() -> None:
    hands = Hands(YEAR_1970)
    clock = hands.clock()
    assert clock.reading().standing is UNSET
    hands.wall_us = NOON.utc_us
    assert (clock.now(), clock.reading().standing) == (NOON, OK)


# ---- across starts


def test_starting_the_program_anew_does_not_wash_a_clock_clean() -> None:
    hands = Hands()
    last = entry_at(hands.clock())
    hands.wall_us += DAY_US
    hands.pass_by(MINUTE_US)
    again = hands.clock(last)
    assert (again.now(), again.reading().standing) == (NOON.plus_us(MINUTE_US), AHEAD)


def test_the_next_morning_begins_at_the_computers_time() -> None:
    hands = Hands()
    last = entry_at(hands.clock())
    hands.start_anew(20 * HOUR_US)
    clock = hands.clock(last)
    assert (clock.now(), clock.reading().standing) == (NOON.plus_us(20 * HOUR_US), OK)


@pytest.mark.parametrize(
    ("behind_us", "standing"), [(HOUR_US, BEHIND), (121 * SECOND_US, BEHIND), (119 * SECOND_US, OK)]
)
def test_a_store_opened_behind_its_last_entry_goes_on_from_that(
    behind_us: int, standing: ClockStanding
) -> None:
    hands = Hands()
    last = entry_at(hands.clock())
    hands.start_anew(-behind_us)
    clock = hands.clock(last)
    assert (clock.now(), clock.reading().standing) == (NOON, standing)
    hands.pass_by(SECOND_US)
    assert clock.now() > NOON


def test_a_store_opened_with_an_empty_clock_goes_on_from_its_last_entry() -> None:
    hands = Hands()
    last = entry_at(hands.clock())
    hands.start_anew()
    hands.wall_us = YEAR_1970.utc_us
    clock = hands.clock(last)
    hands.pass_by(MINUTE_US)
    assert (clock.now(), clock.reading().standing) == (NOON.plus_us(MINUTE_US), UNSET)


def test_a_counter_that_ran_back_in_one_boot_is_taken_for_another() -> None:
    hands = Hands()
    hands.pass_by(HOUR_US)
    last = entry_at(hands.clock())
    hands.mono_us = 0
    hands.pass_by(MINUTE_US)
    assert hands.clock(last).now().utc_us == hands.wall_us


# ---- a manager's word


def test_from_a_managers_word_on_time_is_the_computers() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall_us += DAY_US
    clock.now()
    clock.believe_wall()
    assert (clock.now().utc_us, clock.reading().standing) == (hands.wall_us, OK)
    hands.pass_by(HOUR_US)
    assert clock.now() == NOON.plus_us(DAY_US + HOUR_US)


def test_a_word_never_takes_time_back_behind_the_journal() -> None:
    hands = Hands()
    clock = hands.clock()
    last = entry_at(clock)
    hands.wall_us -= HOUR_US
    assert clock.reading().confirmable
    clock.believe_wall()
    assert clock.now().utc_us == last.at_us
    reading = clock.reading()
    assert (reading.standing, reading.confirmable) == (BEHIND, False)
    hands.pass_by(HOUR_US)
    assert clock.now().utc_us == last.at_us + HOUR_US // 2, (
        "at half the pace until the computer has caught up"
    )
    hands.pass_by(HOUR_US)
    assert (clock.now().utc_us, clock.reading().standing) == (hands.wall_us, OK)


def test_what_no_entry_has_recorded_is_given_up_at_once() -> None:
    hands = Hands()
    last = entry_at(hands.clock())
    hands.start_anew(DAY_US)
    clock = hands.clock(last)
    clock.now()
    hands.wall_us -= DAY_US - HOUR_US
    clock.believe_wall()
    assert clock.now().utc_us == hands.wall_us


# ---- the state service's time


def test_online_time_that_agrees_makes_the_clock_good() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall_us += DAY_US
    clock.heard(Instant(hands.wall_us - MINUTE_US))
    assert (clock.now().utc_us, clock.reading().standing) == (hands.wall_us, OK)


def test_a_clock_that_is_some_minutes_fast_dates_no_sale_ahead_of_the_state() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.heard(NOON.plus_us(-7 * MINUTE_US))
    hands.pass_by(MINUTE_US)
    reading = clock.reading()
    assert (reading.now, reading.standing, reading.confirmable) == (NOON.plus_us(-6 * MINUTE_US), OK, False)


def test_online_time_that_differs_is_gone_by_and_no_word_helps() -> None:
    hands = Hands()
    last = entry_at(hands.clock())
    hands.start_anew(2 * DAY_US)
    clock = hands.clock(last)
    assert clock.reading().standing is OK, "the store may have been closed for two days"
    online = NOON.plus_us(DAY_US)
    clock.heard(online)
    reading = clock.reading()
    assert (reading.now, reading.standing, reading.confirmable) == (online, AHEAD, False)
    hands.pass_by(HOUR_US)
    assert clock.now() == online.plus_us(HOUR_US)


def test_online_time_brings_a_clock_forward_that_stood_still() -> None:
    hands = Hands()
    last = entry_at(hands.clock())
    hands.start_anew()
    hands.wall_us = YEAR_1970.utc_us
    clock = hands.clock(last)
    clock.heard(NOON.plus_us(DAY_US))
    assert (clock.now(), clock.reading().standing) == (NOON.plus_us(DAY_US), UNSET)


def test_sales_that_were_dated_ahead_leave_the_real_time_known() -> None:
    hands = Hands()
    last = entry_at(hands.clock())
    hands.start_anew(DAY_US)
    clock = hands.clock(last)
    entry_at(clock)
    clock.heard(NOON)
    reading = clock.reading()
    assert (reading.now, reading.real) == (NOON.plus_us(DAY_US), NOON)
    hands.wall_us = NOON.utc_us
    assert clock.reading().standing is BEHIND


# ---- the machine's own


def test_the_machine_counts_on_and_names_its_boot() -> None:
    count = elapsed()
    assert count() <= count()
    assert machine_boot()


def test_an_entry_bears_the_clock_of_its_moment() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.pass_by(MINUTE_US)
    hands.wall_us += DAY_US
    stamp = clock.stamp(clock.now())
    assert (stamp.mono_us, stamp.boot, stamp.standing) == (MINUTE_US, "boot-1", AHEAD)
