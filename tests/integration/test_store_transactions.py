"""The state's numbering as the store knows it: from reports that the state took, never from what a person typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_desktop.domain.instant import DAY_US, HOUR_US, Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxState, Outcome
from pos_desktop.storage.store import Store
from tests.fixtures.stores import NOON, basket, entry_maker, sell, stocked


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with stocked(tmp_path) as opened:
        entries = entry_maker(opened)
        for n in range(4):
            sell(opened, entries, basket(f"s{n}", NOON.plus_us(n * 1_000_000)))
        yield opened


def settle(store: Store, sale: str, remote_id: str, at: Instant, outcome: Outcome) -> None:
    item = next(each for each in store.outbox.open_items(10) if each.id == f"report-{sale}")
    done = replace(item, state=OutboxState.CONFIRMED, remote_id=remote_id)
    store.outbox.settle(done, AttemptResult(outcome, remote_id=remote_id), at, looked_up=False)


def test_the_highest_number_before_a_moment(store: Store) -> None:
    known = store.transactions.known_before
    assert known(NOON.plus_us(9 * HOUR_US)) == 0
    settle(store, "s0", "9", NOON.plus_us(HOUR_US), Outcome.CONFIRMED)
    settle(store, "s1", "10", NOON.plus_us(2 * HOUR_US), Outcome.FOUND)
    settle(store, "s2", "99999", NOON.plus_us(2 * HOUR_US), Outcome.COULD_NOT_ASK)
    settle(store, "s3", "R-77777", NOON.plus_us(2 * HOUR_US), Outcome.CONFIRMED)
    assert known(NOON.plus_us(HOUR_US)) == 0
    assert known(NOON.plus_us(2 * HOUR_US)) == 9
    assert known(NOON.plus_us(3 * HOUR_US)) == 10, "a number is compared as one, and a typed one is no proof"


def test_what_another_report_was_confirmed_by_is_taken(store: Store) -> None:
    settle(store, "s0", "9", NOON, Outcome.CONFIRMED)
    taken = store.transactions.taken
    assert taken("9", "report-s1")
    assert not taken("9", "report-s0")
    assert not taken("8", "report-s1")


def test_a_mark_that_is_a_number_stands_beside_one_that_is_a_time(store: Store) -> None:
    assert store.intake.number("sample") is None
    store.intake.set_cursor("sample", NOON)
    store.intake.set_number("sample", 48_120)
    store.intake.set_number("sample", 48_121)
    assert (store.intake.cursor("sample"), store.intake.number("sample")) == (NOON, 48_121)


def test_how_far_the_list_was_read_is_known_by_the_clock_and_by_the_reports(store: Store) -> None:
    """Reports that were there already may have been on their way: for them the mark counts for nothing."""
    marks = store.transactions
    assert (marks.listed_before(NOON.plus_us(9 * DAY_US)), marks.listed_before_report("report-s0")) == (0, 0)
    marks.listed_up_to(48_120)
    now = marks._clock.now()
    sell(store, entry_maker(store), basket("s9", NOON.plus_us(9_000_000)))
    assert [marks.listed_before_report(f"report-{each}") for each in ("s0", "s3", "s9", "none")] == [
        0,
        0,
        48_120,
        0,
    ]
    assert (marks.listed_before(now), marks.listed_before(now.plus_us(1))) == (0, 48_120)


def test_one_mark_a_day_is_enough(store: Store) -> None:
    marks = store.transactions
    marks.listed_up_to(48_120)
    marks.listed_up_to(48_990)
    later = marks._clock.now().plus_us(1)
    assert marks.listed_before(later) == 48_120, "the first of the day, which is good for more reports"
    marks._clock.at = later.plus_us(DAY_US)  # type: ignore[attr-defined]  # the clock of these tests
    marks.listed_up_to(49_500)
    assert marks.listed_before(later) == 48_120
    assert marks.listed_before(later.plus_us(2 * DAY_US)) == 49_500
