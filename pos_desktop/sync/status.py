"""What the queue looks like to a person, and as the exit code of `pos-desktop sync`."""

from __future__ import annotations

from dataclasses import replace

from pos_desktop.app.ports import OutboxStore, ServiceReach, SyncStatus
from pos_desktop.domain.deadlines import Standing, standing
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import OutboxState

ALL_DONE = 0
WORK_LEFT = 10
PAST_DEADLINE = 20
NEEDS_PERSON = 30
NOT_REACHED = 40

_WAITING = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.IN_DOUBT)


def status_of(
    outbox: OutboxStore, now: Instant, reach: ServiceReach | None, since: Instant | None
) -> SyncStatus:
    """Every figure is exact, however many reports wait."""
    counts, waits = outbox.counts(), outbox.waits(now)
    needs_person = sum(count for state, count in counts.items() if state.needs_person)
    return SyncStatus(
        counts=counts,
        oldest_open=waits.oldest,
        next_due=waits.next_due,
        overdue=waits.past_due,
        needs_person=needs_person,
        waiting=sum(counts.get(state, 0) for state in _WAITING),
        reach=reach,
        since=since,
        standing=standing(waits, needs_person=needs_person, key_refused=reach is ServiceReach.REFUSED_KEY),
    )


def with_differences(status: SyncStatus, number: int) -> SyncStatus:
    """So many differences with the state wait for a person: one of them is red."""
    return replace(status, differences=number, standing=Standing.RED) if number else status


def with_emergencies(status: SyncStatus, number: int) -> SyncStatus:
    """So many openings of the sealed code wait for a review: one of them is red."""
    return replace(status, emergencies=number, standing=Standing.RED) if number else status


def exit_code(status: SyncStatus) -> int:
    """The worst that holds, what a person must do first: 30, then 20, 40, 10, and 0 when nothing is left."""
    if (
        status.needs_person
        or status.differences
        or status.emergencies
        or status.reach is ServiceReach.REFUSED_KEY
    ):
        return NEEDS_PERSON
    if status.overdue:
        return PAST_DEADLINE
    if status.reach is ServiceReach.AWAY:
        return NOT_REACHED
    return WORK_LEFT if status.waiting else ALL_DONE
