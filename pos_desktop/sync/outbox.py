"""The states of one report on its way to the state (reliability contract, section 4).

Pure: no clock, no network, no store. Each function takes an item and what happened and returns the item as it is kept.
Two rules carry the weight: nothing is CONFIRMED without the service's own id, and nothing leaves IN_DOUBT for QUEUED
before two look-ups, each after a full settle time, came back empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pos_desktop.domain.instant import HOUR_US, MINUTE_US, SECOND_US, Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome

Rng = Callable[[int, int], int]
"""A random whole number between two bounds, both possible (`random.Random(seed).randint`)."""

FIRST_BACK_OFF_US = 2 * SECOND_US
LONGEST_BACK_OFF_US = 15 * MINUTE_US
RETRY_AFTER_IF_SILENT_S = 60
LONGEST_RETRY_AFTER_US = HOUR_US
NO_ANSWER = (
    "The connection ended before the answer came. The report is looked up before anything is sent again."
)


def back_off_us(failures: int, rng: Rng) -> int:
    """min(15 min, 2 s * 2^failures), taken down by up to a half so that registers do not knock together."""
    doubled = FIRST_BACK_OFF_US << min(failures, 20)
    longest = min(LONGEST_BACK_OFF_US, doubled)
    return rng(longest // 2, longest)


def after_attempt(item: OutboxItem, result: AttemptResult, now: Instant, rng: Rng) -> OutboxItem:
    """The item after one request was made for it. `now` is when the attempt ended.

    Raises:
        ValueError: the item was not SENDING, or `result` is the outcome of a look-up.
    """
    _must_be(item, OutboxState.SENDING)
    ended = replace(
        item, attempt_ended_at=now, absent_once=False, last_error=result.sentence, not_before=None
    )
    match result.outcome:
        case Outcome.CONFIRMED if result.remote_id:
            return _confirmed(ended, result)
        case Outcome.CONFIRMED | Outcome.IN_DOUBT:
            return replace(ended, state=OutboxState.IN_DOUBT, last_error=result.sentence or NO_ANSWER)
        case Outcome.NOT_SENT:
            return _queued(ended, now.plus_us(back_off_us(item.attempts, rng)))
        case Outcome.LATER:
            return replace(
                ended, state=OutboxState.QUEUED, not_before=now.plus_us(retry_after_us(result.retry_after_s))
            )
        case Outcome.REFUSED:
            return replace(ended, state=OutboxState.REJECTED)
        case Outcome.BLOCKED:
            return replace(ended, state=OutboxState.BLOCKED)
        case _:
            raise ValueError(f"{result.outcome} is not how an attempt ends")


def after_look_up(
    item: OutboxItem, result: AttemptResult, now: Instant, settle_us: int, rng: Rng
) -> OutboxItem:
    """The item after the service was asked whether it holds the report.

    Raises:
        ValueError: the item was not IN_DOUBT, or `result` is the outcome of an attempt.
    """
    _must_be(item, OutboxState.IN_DOUBT)
    asked = replace(item, last_error=result.sentence, not_before=None)
    match result.outcome:
        case Outcome.FOUND if result.remote_id:
            return _confirmed(asked, result)
        case Outcome.REFUSED:  # what it is about is not shown to us, and asking again would answer the same
            return replace(asked, state=OutboxState.REJECTED)
        case Outcome.FOUND_DIFFERENT | Outcome.FOUND_TWICE:
            return replace(asked, state=OutboxState.CONFLICT, remote_id=result.remote_id)
        case Outcome.ABSENT if not item.absent_once:
            return replace(asked, absent_once=True, not_before=now.plus_us(settle_us))
        case Outcome.ABSENT:
            return _queued(replace(asked, absent_once=False), now)
        case Outcome.FOUND | Outcome.COULD_NOT_ASK:
            wait = back_off_us(item.attempts, rng)
            if result.retry_after_s is not None:
                wait = max(wait, retry_after_us(result.retry_after_s))
            return replace(asked, attempts=item.attempts + 1, not_before=now.plus_us(wait))
        case _:
            raise ValueError(f"{result.outcome} is not how a look-up ends")


def after_release(item: OutboxItem) -> OutboxItem:
    """A BLOCKED item once the service knows the key again: it was refused before any work, so it is queued."""
    _must_be(item, OutboxState.BLOCKED)
    return replace(item, state=OutboxState.QUEUED, not_before=None)


def settled_at(item: OutboxItem, settle_us: int) -> Instant:
    """From when on a look-up of an item IN_DOUBT may say anything (the first request may still be running)."""
    ended = (item.attempt_ended_at or item.created_at).plus_us(settle_us)
    return ended if item.not_before is None else max(ended, item.not_before)


def retry_after_us(seconds: int | None) -> int:
    """What the service asked for, 60 s when it named nothing, never above an hour."""
    asked = RETRY_AFTER_IF_SILENT_S if seconds is None else max(0, seconds)
    return min(LONGEST_RETRY_AFTER_US, asked * SECOND_US)


def _confirmed(item: OutboxItem, result: AttemptResult) -> OutboxItem:
    return replace(item, state=OutboxState.CONFIRMED, remote_id=result.remote_id, last_error="")


def _queued(item: OutboxItem, not_before: Instant) -> OutboxItem:
    return replace(item, state=OutboxState.QUEUED, attempts=item.attempts + 1, not_before=not_before)


def _must_be(item: OutboxItem, state: OutboxState) -> None:
    if item.state is not state:
        raise ValueError(f"the report is {item.state}, not {state}")
