"""The outbox machine: every state with every outcome, and what may never happen on any road."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.instant import HOUR_US, MINUTE_US, SECOND_US
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.domain.outbox_moves import after_crash
from pos_desktop.sync.outbox import (
    after_attempt,
    after_look_up,
    after_release,
    back_off_us,
    settled_at,
)
from tests.fixtures.reports import START, sample_report

SETTLE_US = 75 * SECOND_US
ATTEMPTS = (
    Outcome.CONFIRMED,
    Outcome.IN_DOUBT,
    Outcome.NOT_SENT,
    Outcome.LATER,
    Outcome.REFUSED,
    Outcome.BLOCKED,
)
LOOK_UPS = (
    Outcome.FOUND,
    Outcome.FOUND_DIFFERENT,
    Outcome.FOUND_TWICE,
    Outcome.ABSENT,
    Outcome.COULD_NOT_ASK,
    Outcome.REFUSED,
)


def longest(_: int, high: int) -> int:
    return high


def sending(**more: object) -> OutboxItem:
    return replace(sample_report(1, state=OutboxState.SENDING), **more)  # type: ignore[arg-type]  # test builder


def in_doubt(**more: object) -> OutboxItem:
    item = sample_report(1, state=OutboxState.IN_DOUBT, attempt_ended_at=START)
    return replace(item, **more)  # type: ignore[arg-type]  # test builder


@pytest.mark.parametrize(
    ("result", "state", "attempts", "wait_us"),
    [
        (AttemptResult(Outcome.CONFIRMED, remote_id="7"), OutboxState.CONFIRMED, 3, None),
        (AttemptResult(Outcome.CONFIRMED), OutboxState.IN_DOUBT, 3, None),
        (AttemptResult(Outcome.IN_DOUBT), OutboxState.IN_DOUBT, 3, None),
        (AttemptResult(Outcome.NOT_SENT), OutboxState.QUEUED, 4, 16 * SECOND_US),
        (AttemptResult(Outcome.LATER, retry_after_s=7), OutboxState.QUEUED, 3, 7 * SECOND_US),
        (AttemptResult(Outcome.LATER), OutboxState.QUEUED, 3, MINUTE_US),
        (AttemptResult(Outcome.LATER, retry_after_s=9_999_999), OutboxState.QUEUED, 3, HOUR_US),
        (AttemptResult(Outcome.REFUSED, sentence="Why."), OutboxState.REJECTED, 3, None),
        (AttemptResult(Outcome.BLOCKED), OutboxState.BLOCKED, 3, None),
    ],
)
def test_after_an_attempt(
    result: AttemptResult, state: OutboxState, attempts: int, wait_us: int | None
) -> None:
    now = START.plus_us(5)
    after = after_attempt(sending(attempts=3, absent_once=True), result, now, longest)
    assert (after.state, after.attempts) == (state, attempts)
    assert after.not_before == (None if wait_us is None else now.plus_us(wait_us))
    assert after.attempt_ended_at == now
    assert not after.absent_once
    assert after.remote_id == result.remote_id
    assert after.payload == sending().payload


@pytest.mark.parametrize(
    ("result", "absent_once", "state", "attempts", "wait_us"),
    [
        (AttemptResult(Outcome.FOUND, remote_id="7"), False, OutboxState.CONFIRMED, 3, None),
        (AttemptResult(Outcome.FOUND), False, OutboxState.IN_DOUBT, 4, 16 * SECOND_US),
        (AttemptResult(Outcome.FOUND_DIFFERENT, remote_id="7"), False, OutboxState.CONFLICT, 3, None),
        (AttemptResult(Outcome.FOUND_TWICE, remote_id="7"), True, OutboxState.CONFLICT, 3, None),
        (AttemptResult(Outcome.REFUSED), True, OutboxState.REJECTED, 3, None),
        (AttemptResult(Outcome.ABSENT), False, OutboxState.IN_DOUBT, 3, SETTLE_US),
        (AttemptResult(Outcome.ABSENT), True, OutboxState.QUEUED, 4, 0),
        (AttemptResult(Outcome.COULD_NOT_ASK), False, OutboxState.IN_DOUBT, 4, 16 * SECOND_US),
        (AttemptResult(Outcome.COULD_NOT_ASK), True, OutboxState.IN_DOUBT, 4, 16 * SECOND_US),
        (
            AttemptResult(Outcome.COULD_NOT_ASK, retry_after_s=99),
            True,
            OutboxState.IN_DOUBT,
            4,
            99 * SECOND_US,
        ),
    ],
)
def test_after_a_look_up(
    result: AttemptResult, absent_once: bool, state: OutboxState, attempts: int, wait_us: int | None
) -> None:
    now = START.plus_us(SETTLE_US)
    after = after_look_up(in_doubt(attempts=3, absent_once=absent_once), result, now, SETTLE_US, longest)
    assert (after.state, after.attempts) == (state, attempts)
    assert after.not_before == (None if wait_us is None else now.plus_us(wait_us))
    if state is OutboxState.IN_DOUBT:
        assert after.absent_once == (absent_once or result.outcome is Outcome.ABSENT)
        assert after.attempt_ended_at == START


@pytest.mark.parametrize("outcome", [each for each in LOOK_UPS if each not in ATTEMPTS])
def test_an_attempt_does_not_end_like_a_look_up(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match="not how an attempt ends"):
        after_attempt(sending(), AttemptResult(outcome, remote_id="7"), START, longest)


@pytest.mark.parametrize("outcome", [each for each in ATTEMPTS if each not in LOOK_UPS])
def test_a_look_up_does_not_end_like_an_attempt(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match="not how a look-up ends"):
        after_look_up(in_doubt(), AttemptResult(outcome, remote_id="7"), START, SETTLE_US, longest)


@pytest.mark.parametrize("state", [s for s in OutboxState if s is not OutboxState.SENDING])
def test_only_what_is_being_sent_can_end(state: OutboxState) -> None:
    with pytest.raises(ValueError, match="not sending"):
        after_attempt(sending(state=state), AttemptResult(Outcome.CONFIRMED, remote_id="7"), START, longest)


@pytest.mark.parametrize("state", [s for s in OutboxState if s is not OutboxState.IN_DOUBT])
def test_only_what_is_in_doubt_is_looked_up(state: OutboxState) -> None:
    with pytest.raises(ValueError, match="not in-doubt"):
        after_look_up(in_doubt(state=state), AttemptResult(Outcome.ABSENT), START, SETTLE_US, longest)


def test_a_crash_puts_only_what_was_being_sent_in_doubt() -> None:
    for state in OutboxState:
        after = after_crash(sending(state=state, absent_once=True), START)
        expected = OutboxState.IN_DOUBT if state is OutboxState.SENDING else state
        assert after.state is expected
    crashed = after_crash(sending(absent_once=True), START)
    assert not crashed.absent_once
    assert settled_at(crashed, SETTLE_US) == START.plus_us(SETTLE_US)


def test_only_what_was_blocked_is_released() -> None:
    assert after_release(sending(state=OutboxState.BLOCKED)).state is OutboxState.QUEUED
    for state in set(OutboxState) - {OutboxState.BLOCKED}:
        with pytest.raises(ValueError, match="not blocked"):
            after_release(sending(state=state))


@given(st.integers(0, 10_000), st.integers(0, 2**32))
def test_back_off_doubles_up_to_a_quarter_of_an_hour(failures: int, seed: int) -> None:
    most = min(15 * MINUTE_US, 2 * SECOND_US * 2 ** min(failures, 30))
    assert most // 2 <= back_off_us(failures, random.Random(seed).randint) <= most


outcomes = st.sampled_from(list(Outcome))
results = st.builds(
    AttemptResult,
    outcome=outcomes,
    remote_id=st.sampled_from(["", "7"]),
    retry_after_s=st.none() | st.integers(-5, 10**9),
)


@given(st.lists(st.tuples(results, st.integers(0, HOUR_US), st.booleans()), max_size=40), st.integers())
def test_no_road_confirms_without_proof_or_sends_again_without_two_misses(
    steps: list[tuple[AttemptResult, int, bool]], seed: int
) -> None:
    """Follow random results; the machine must refuse what does not fit and keep both promises."""
    rng = random.Random(seed).randint
    item, now, misses = sample_report(1), START, 0
    for result, passed, crash in steps:
        now = now.plus_us(passed)
        before = item
        if item.state is OutboxState.QUEUED:
            item, misses = replace(item, state=OutboxState.SENDING), 0
        elif item.state is OutboxState.SENDING and crash:
            item = after_crash(item, now)
        elif item.state is OutboxState.SENDING and result.outcome in ATTEMPTS:
            item = after_attempt(item, result, now, rng)
        elif item.state is OutboxState.IN_DOUBT and result.outcome in LOOK_UPS:
            item = after_look_up(item, result, now, SETTLE_US, rng)
            misses += result.outcome is Outcome.ABSENT
        if item.state is OutboxState.CONFIRMED and before.state is not OutboxState.CONFIRMED:
            assert result.outcome in (Outcome.CONFIRMED, Outcome.FOUND)
            assert item.remote_id == result.remote_id != ""
        if before.state is OutboxState.IN_DOUBT and item.state is OutboxState.QUEUED:
            assert misses == 2
        if before.state is OutboxState.SENDING and item.state is OutboxState.QUEUED:
            assert result.outcome in (Outcome.NOT_SENT, Outcome.LATER)
        assert item.attempts >= before.attempts
        assert (item.payload, item.natural_key, item.id) == (before.payload, before.natural_key, before.id)
