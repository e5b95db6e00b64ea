"""What the queue looks like to a person, and as the exit code of `pos-desktop sync`."""

from __future__ import annotations

from pos_desktop.app.ports import OutboxStore, ServiceReach, SyncStatus
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import OutboxState

ALL_DONE = 0
WORK_LEFT = 10
PAST_DEADLINE = 20
NEEDS_PERSON = 30
NOT_REACHED = 40

_WAITING = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.IN_DOUBT)
OLDEST = 1_000


def status_of(
    outbox: OutboxStore, now: Instant, reach: ServiceReach | None, since: Instant | None
) -> SyncStatus:
    """Counts are exact; `overdue` looks at the oldest thousand open reports, which are the ones that fall due first."""
    counts = outbox.counts()
    open_items = outbox.open_items(OLDEST)
    due = [item.due_at for item in open_items if item.due_at is not None]
    return SyncStatus(
        counts=counts,
        oldest_open=min((item.created_at for item in open_items), default=None),
        next_due=min(due, default=None),
        overdue=sum(at < now for at in due),
        needs_person=sum(count for state, count in counts.items() if state.needs_person),
        waiting=sum(counts.get(state, 0) for state in _WAITING),
        reach=reach,
        since=since,
    )


def exit_code(status: SyncStatus) -> int:
    """The worst that holds, what a person must do first: 30, then 20, 40, 10, and 0 when nothing is left."""
    if status.needs_person or status.reach is ServiceReach.REFUSED_KEY:
        return NEEDS_PERSON
    if status.overdue:
        return PAST_DEADLINE
    if status.reach is ServiceReach.AWAY:
        return NOT_REACHED
    return WORK_LEFT if status.waiting else ALL_DONE
