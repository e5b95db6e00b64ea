"""What happens to many reports at once, whatever each of them went through (reliability contract, section 4). Pure.

The store does each of these in one statement. Both go by one table of states, and a test runs every statement on every
state beside the function here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import OutboxItem, OutboxState


class Move(StrEnum):
    DIED = "died"
    """The program ended while it was being sent: it may have arrived."""
    PUT_BACK = "put-back"
    """The store may be a copy: whatever waits may have been sent by the original."""
    HANDED_OVER = "handed-over"
    """Its license was mistyped, and nothing was ever taken under it."""
    WENT_WITH_IT = "went-with-it"
    """A void whose sale is never reported."""


_STUCK = (OutboxState.QUEUED, OutboxState.BLOCKED)
FROM: Mapping[Move, tuple[OutboxState, ...]] = {
    Move.DIED: (OutboxState.SENDING,),
    Move.PUT_BACK: (*_STUCK, OutboxState.SENDING, OutboxState.IN_DOUBT),
    Move.HANDED_OVER: _STUCK,
    Move.WENT_WITH_IT: tuple(each for each in OutboxState if not each.final),
}
"""Which states a move takes away from; what is in another one stays there."""
DIED_SENDING = (
    "The program stopped while this report was being sent. It is looked up before it is sent again."
)
PUT_BACK = (
    "This store was put back from a copy. The report may have been sent before; the state is asked first."
)


def after_crash(item: OutboxItem, now: Instant) -> OutboxItem:
    """An item found SENDING at start-up: it may have arrived, so it is in doubt from `now` on."""
    return _doubted(item, now, DIED_SENDING) if item.state in FROM[Move.DIED] else item


def after_put_back(item: OutboxItem, now: Instant) -> OutboxItem:
    """Looked up before anything else, as if its attempt had ended `now`.

    One that was refused stays for a person, and counts as tried, so that the word “try again” looks it up too.
    """
    if item.state is OutboxState.REJECTED:
        return replace(item, attempts=max(item.attempts, 1))
    return _doubted(item, now, PUT_BACK) if item.state in FROM[Move.PUT_BACK] else item


def after_hand_over(item: OutboxItem, old: str, new: str) -> OutboxItem:
    """What waits under license `old` goes out under `new`."""
    if item.license != old or item.state not in FROM[Move.HANDED_OVER]:
        return item
    return replace(item, license=new, state=OutboxState.QUEUED, not_before=None)


def after_its_sale_ended(item: OutboxItem) -> OutboxItem:
    """A void, when the report of its sale was ended: what the state never gets cannot be taken back there."""
    if item.state not in FROM[Move.WENT_WITH_IT]:
        return item
    return replace(item, state=OutboxState.CANCELLED, not_before=None)


def _doubted(item: OutboxItem, now: Instant, why: str) -> OutboxItem:
    return replace(
        item,
        state=OutboxState.IN_DOUBT,
        attempt_ended_at=now,
        absent_once=False,
        not_before=None,
        last_error=why,
    )
