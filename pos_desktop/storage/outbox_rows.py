"""Reports as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pos_desktop.domain.deadlines import RED_AFTER_US
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import OutboxItem, OutboxState
from pos_desktop.domain.outbox_moves import FROM, Move
from pos_desktop.storage.rows import instant, micros
from pos_desktop.storage.schema import OPEN_REPORT

_COLUMNS = (
    "id", "license", "kind", "aggregate", "sale_id", "natural_key", "payload", "payload_sha256", "state", "attempts",
    "created_at", "not_before", "due_at", "last_error", "remote_id", "depends_on", "attempt_ended_at", "absent_once",
)  # fmt: skip
_OF_REMOTE = (
    "(SELECT first.remote_id FROM outbox first WHERE first.id = o.depends_on AND first.state = 'confirmed')"
)
_OF_PAYLOAD = "(SELECT first.payload FROM outbox first WHERE first.id = o.depends_on)"
ITEM_COLUMNS = f"{', '.join(f'o.{each}' for each in _COLUMNS)}, {_OF_REMOTE}, {_OF_PAYLOAD}"
"""Of `outbox o`. The last two are the state's id and the report of the sale that a void is about."""
_OPEN = tuple(each for each in OutboxState if not each.final)
COUNTS = f"""
    SELECT coalesce((SELECT max(n) FROM outbox), 0), (SELECT count(*) FROM outbox WHERE state = 'cancelled'),
           {", ".join(f"count(*) FILTER (WHERE state = '{each}')" for each in _OPEN)}
    FROM outbox WHERE {OPEN_REPORT}"""  # noqa: S608 - names of our own
"""What is done is never read for it, which is nearly all there is: numbers have no gap, so their highest counts all."""
PAST_DUE = "(due_at < :now AND (due_at <> created_at OR created_at < :now - :red))"
DAY_OLD = "created_at < :now - :red"
LATE = f"({DAY_OLD} OR {PAST_DUE})"
"""`is_past_due`, `is_day_old` and `is_late` of domain.deadlines; `ages` gives the values."""
ITEM_WIDTH = len(_COLUMNS) + 2


def ages(at: Instant) -> dict[str, int]:
    """Values of `PAST_DUE`, `DAY_OLD` and `LATE`."""
    return {"now": at.utc_us, "red": RED_AFTER_US}


def outbox_values(item: OutboxItem, *, settled_at: Instant | None = None) -> tuple[Any, ...]:
    """A new item, in the order of the table; its number `n` is given out by the commit.

    `settled_at` is of one that is born final.
    """
    return (
        None,
        item.id,
        item.license,
        item.kind,
        item.aggregate,
        item.sale_id,
        item.natural_key,
        item.payload,
        item.payload_sha256,
        item.state.value,
        item.attempts,
        item.created_at.utc_us,
        micros(item.not_before),
        micros(item.due_at),
        item.last_error,
        item.remote_id,
        item.depends_on,
        micros(item.attempt_ended_at),
        int(item.absent_once),
        micros(settled_at) if item.state.final else None,
    )


def among(move: Move) -> str:
    """That a report is in a state which the move takes away from, as SQL."""
    states = ", ".join(f"'{each}'" for each in FROM[move])
    return f"state IN ({states})"


def counts_of(row: Sequence[int]) -> Mapping[OutboxState, int]:
    """From the one row of `COUNTS`."""
    everything, cancelled, *still_open = row
    confirmed = everything - cancelled - sum(still_open)
    return {
        **dict(zip(_OPEN, still_open, strict=True)),
        OutboxState.CONFIRMED: confirmed,
        OutboxState.CANCELLED: cancelled,
    }


def item_of(row: Sequence[Any]) -> OutboxItem:
    """From the columns of `ITEM_COLUMNS`."""
    return OutboxItem(
        id=row[0],
        license=row[1],
        kind=row[2],
        aggregate=row[3],
        sale_id=row[4],
        natural_key=row[5],
        payload=row[6],
        payload_sha256=row[7],
        state=OutboxState(row[8]),
        attempts=row[9],
        created_at=Instant(row[10]),
        not_before=instant(row[11]),
        due_at=instant(row[12]),
        last_error=row[13],
        remote_id=row[14],
        depends_on=row[15],
        attempt_ended_at=instant(row[16]),
        absent_once=bool(row[17]),
        of_remote=row[18] or "",
        of_payload=row[19] or b"",
    )
