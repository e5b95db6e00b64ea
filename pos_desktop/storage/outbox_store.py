"""The outbox: one committed transaction a step, so that a kill at any point leaves a known state (reliability 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from pos_desktop.domain.deadlines import AMBER_AFTER_US, RED_AFTER_US, SOON_US, Waits
from pos_desktop.domain.errors import StoreBusy
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.storage.database import Database
from pos_desktop.storage.outbox_rows import COUNTS, ITEM_COLUMNS, counts_of, item_of
from pos_desktop.storage.receipts_held import HOLDER, asked_for
from pos_desktop.storage.rows import instant, micros
from pos_desktop.storage.schema import NEEDS_PERSON, OPEN_REPORT

_ITEM = f"SELECT {ITEM_COLUMNS} FROM outbox o "  # noqa: S608 - column names of our own schema
# By the index of those that need a person: what merely waits, which may be a month's sales, is not read for it.
_BLOCKED = f"{_ITEM} WHERE {NEEDS_PERSON} AND state = 'blocked' ORDER BY n"
_DUE = f"""{_ITEM}
    WHERE {OPEN_REPORT} AND state IN ('queued', 'in-doubt') AND (not_before IS NULL OR not_before <= ?)
      AND NOT EXISTS (SELECT 1 FROM outbox older
                      WHERE older.aggregate = o.aggregate AND older.n < o.n AND older.{OPEN_REPORT}
                        AND older.license = o.license)
      AND (depends_on IS NULL OR EXISTS (SELECT 1 FROM outbox first WHERE first.id = o.depends_on
                                         AND first.state = 'confirmed'))
    ORDER BY n"""  # noqa: S608 - constants of our own schema
_ATTEMPT = (
    "INSERT INTO outbox_attempt (item_id, kind, sender_epoch, at, outcome, http_status, sentence, excerpt) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
# What is done is never looked at: it is nearly all there is, and lies in the same pages.
_DIED_SENDING = f"SELECT id FROM outbox WHERE state = 'sending' AND {OPEN_REPORT}"  # noqa: S608 - our own schema
_DOUBT_THEM = f"""
    UPDATE outbox SET state = 'in-doubt', attempt_ended_at = ?, absent_once = 0, not_before = NULL, last_error = ?
    WHERE state = 'sending' AND {OPEN_REPORT}"""  # noqa: S608 - a constant of our own schema
_TAKE = "UPDATE outbox SET state = 'sending' WHERE id = ? AND state = 'queued'"
_CHANGE = f"""
    UPDATE outbox SET state = ?, attempts = ?, not_before = ?, last_error = ?, remote_id = ?, attempt_ended_at = ?,
                      absent_once = ?, settled_at = ?
    WHERE id = ? AND {OPEN_REPORT}"""  # noqa: S608 - a constant of our own schema
_WAITS = f"""
    SELECT min(created_at), min(due_at),
           count(*) FILTER (WHERE due_at < :now AND (due_at <> created_at OR created_at < :now - :red)),
           count(*) FILTER (WHERE due_at <> created_at AND due_at >= :now AND due_at < :now + :soon),
           count(*) FILTER (WHERE created_at < :now - :amber),
           count(*) FILTER (WHERE created_at < :now - :red)
    FROM outbox WHERE {OPEN_REPORT}"""  # noqa: S608 - a constant of our own schema
_HAND_OVER = (
    "UPDATE outbox SET license = ?, state = 'queued', not_before = NULL "
    "WHERE license = ? AND state IN ('queued', 'blocked')"
)
_PUT_BACK = (
    "This store was put back from a copy. The report may have been sent before; the state is asked first."
)
_DIED = AttemptResult(Outcome.IN_DOUBT, sentence="The program stopped while this report was being sent.")


class StoredOutbox:
    """OutboxStore. A sender whose epoch was taken over by another can begin nothing any more."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def recover(self, at: Instant) -> int:
        with self._db.write() as conn:
            died = conn.exec_driver_sql(_DIED_SENDING).scalars().all()
            for item_id in died:
                self._log(conn, item_id, "end", _DIED, at)
            conn.exec_driver_sql(_DOUBT_THEM, (at.utc_us, _DIED.sentence))
        return len(died)

    def next_due(self, at: Instant, *, skip: frozenset[str] = frozenset()) -> OutboxItem | None:
        """`skip` holds ids of items that the caller has looked at already; their aggregates stay blocked."""
        with self._db.read() as conn:
            for row in conn.exec_driver_sql(_DUE, (at.utc_us,)):
                if row[0] not in skip:
                    return item_of(row)
        return None

    def begin_attempt(self, item_id: str, sender_epoch: int, at: Instant) -> OutboxItem:
        """Raises StoreBusy, with nothing written, when another sender took over or has this item already."""
        with self._db.write() as conn:
            mine = conn.exec_driver_sql("SELECT epoch FROM sender").scalar_one() == sender_epoch
            if not mine or conn.exec_driver_sql(_TAKE, (item_id,)).rowcount == 0:
                raise StoreBusy("Another copy of the program is sending this report. Nothing was sent here.")
            values = (item_id, "begin", sender_epoch, at.utc_us, "", None, "", "")
            conn.exec_driver_sql(_ATTEMPT, values)
            return item_of(conn.exec_driver_sql(_ITEM + "WHERE id = ?", (item_id,)).one())

    def settle(self, item: OutboxItem, result: AttemptResult, at: Instant, *, looked_up: bool) -> None:
        """A report that is confirmed or cancelled stays so, whatever comes later; the exchange is kept all the same."""
        values = (
            item.state.value,
            item.attempts,
            micros(item.not_before),
            item.last_error,
            item.remote_id,
            micros(item.attempt_ended_at),
            int(item.absent_once),
            at.utc_us if item.state.final else None,
            item.id,
        )
        with self._db.write() as conn:
            conn.exec_driver_sql(_CHANGE, values)
            self._log(conn, item.id, "look-up" if looked_up else "end", result, at)

    def is_held(self, item: OutboxItem, remote_id: str) -> bool:
        return self._db.row(HOLDER, asked_for(item, remote_id)) is not None

    def counts(self, *licenses: str) -> Mapping[OutboxState, int]:
        if not licenses:
            return counts_of(self._db.rows(COUNTS)[0])
        marks = ", ".join("?" * len(licenses))
        query = f"SELECT state, count(*) FROM outbox WHERE license IN ({marks}) GROUP BY state"  # noqa: S608 - marks
        found = dict(self._db.rows(query, licenses))
        return {state: found.get(state.value, 0) for state in OutboxState}

    def waits(self, at: Instant) -> Waits:
        values = {"now": at.utc_us, "red": RED_AFTER_US, "amber": AMBER_AFTER_US, "soon": SOON_US}
        row = self._db.row(_WAITS, values)
        return Waits() if row is None else Waits(instant(row[0]), instant(row[1]), *row[2:])

    def hand_over(self, old: str, new: str) -> int:
        """What waits under license `old` and was never taken there is sent under `new`; how many there were."""
        with self._db.write() as conn:
            return conn.exec_driver_sql(_HAND_OVER, (new, old)).rowcount

    def open_items(self, limit: int) -> Sequence[OutboxItem]:
        """Oldest first."""
        rows = self._db.rows(f"{_ITEM} WHERE {OPEN_REPORT} ORDER BY n LIMIT ?", (limit,))
        return [item_of(row) for row in rows]

    def blocked(self) -> Sequence[OutboxItem]:
        return [item_of(row) for row in self._db.rows(_BLOCKED)]

    def sender_epoch(self) -> int:
        with self._db.write() as conn:
            epoch: int = conn.exec_driver_sql(
                "UPDATE sender SET epoch = epoch + 1 RETURNING epoch"
            ).scalar_one()
            return epoch

    def _log(self, conn: sa.Connection, item_id: str, kind: str, result: AttemptResult, at: Instant) -> None:
        epoch = conn.exec_driver_sql("SELECT epoch FROM sender").scalar_one()
        conn.exec_driver_sql(
            _ATTEMPT,
            (
                item_id,
                kind,
                epoch,
                at.utc_us,
                result.outcome.value,
                result.http_status,
                result.sentence,
                result.excerpt,
            ),
        )


def doubt_all(conn: sa.Connection, at: Instant) -> None:
    """Whatever could be sent next is looked up first, as if its attempt had ended at `at`."""
    conn.exec_driver_sql(
        "UPDATE outbox SET state = 'in-doubt', attempt_ended_at = ?, absent_once = 0, not_before = NULL, "
        "last_error = ? WHERE state IN ('queued', 'sending', 'in-doubt', 'blocked')",
        (at.utc_us, _PUT_BACK),
    )
