"""The outbox: one committed transaction a step, so that a kill at any point leaves a known state (reliability 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pos_desktop.domain.deadlines import AMBER_AFTER_US, SOON_US, Waits
from pos_desktop.domain.errors import StoreBusy
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.domain.outbox_moves import DIED_SENDING, PUT_BACK, Move
from pos_desktop.storage.database import Database
from pos_desktop.storage.outbox_rows import (
    COUNTS,
    DAY_OLD,
    ITEM_COLUMNS,
    PAST_DUE,
    ages,
    among,
    counts_of,
    item_of,
)
from pos_desktop.storage.receipts_held import HOLDER, asked_for
from pos_desktop.storage.rows import instant, micros
from pos_desktop.storage.schema import NEEDS_PERSON, OPEN_REPORT
from pos_desktop.storage.witness import Witness

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
_DIED_SENDING = f"SELECT id FROM outbox WHERE {among(Move.DIED)} AND {OPEN_REPORT}"  # noqa: S608 - our own
_DOUBT_THEM = f"""
    UPDATE outbox SET state = 'in-doubt', attempt_ended_at = ?, absent_once = 0, not_before = NULL, last_error = ?
    WHERE {among(Move.DIED)} AND {OPEN_REPORT}"""  # noqa: S608 - constants of our own
_DOUBT_ALL = f"""
    UPDATE outbox SET state = 'in-doubt', attempt_ended_at = ?, absent_once = 0, not_before = NULL, last_error = ?
    WHERE {among(Move.PUT_BACK)} AND {OPEN_REPORT}"""  # noqa: S608 - constants of our own
_TRIED = f"UPDATE outbox SET attempts = max(attempts, 1) WHERE state = 'rejected' AND {OPEN_REPORT}"  # noqa: S608 - a constant of our own schema
_TAKE = "UPDATE outbox SET state = 'sending' WHERE id = ? AND state = 'queued'"
_CHANGE = f"""
    UPDATE outbox SET state = ?, attempts = ?, not_before = ?, last_error = ?, remote_id = ?, attempt_ended_at = ?,
                      absent_once = ?, settled_at = ?
    WHERE id = ? AND {OPEN_REPORT}"""  # noqa: S608 - a constant of our own schema
_VERSION = ("state", "license", "attempts", "not_before", "attempt_ended_at", "absent_once")
"""What a person, another sender or a restore changes while an exchange is under way."""
_UNCHANGED = "".join(f" AND {each} IS ?" for each in _VERSION)
_WAITS = f"""
    SELECT min(created_at), min(due_at),
           count(*) FILTER (WHERE {PAST_DUE}),
           count(*) FILTER (WHERE due_at <> created_at AND due_at >= :now AND due_at < :now + :soon),
           count(*) FILTER (WHERE created_at < :now - :amber),
           count(*) FILTER (WHERE {DAY_OLD})
    FROM outbox WHERE {OPEN_REPORT}"""  # noqa: S608 - a constant of our own schema
_HAND_OVER = f"""
    UPDATE outbox SET license = ?, state = 'queued', not_before = NULL
    WHERE license = ? AND {among(Move.HANDED_OVER)}"""  # noqa: S608 - constants of our own
_DIED = AttemptResult(Outcome.IN_DOUBT, sentence=DIED_SENDING)


class StoredOutbox:
    """OutboxStore. A sender whose epoch was taken over by another can begin nothing any more."""

    def __init__(self, db: Database, witness: Witness | None = None) -> None:
        self._db = db
        self._witness = witness or Witness(db, None)

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
        """What is begun here is noted outside the store before anything goes out.

        Raises:
            StoreBusy: with nothing written; another sender took over or has this item already.
            NeedsAttention: with nothing written; this database was put back or copied.
            EnvironmentTrouble: it could not be noted; the report is in doubt from the next start or round on.
        """
        with self._witness.sending() as count, self._db.write() as conn:
            mine = conn.exec_driver_sql("SELECT epoch FROM sender").scalar_one() == sender_epoch
            if not mine or conn.exec_driver_sql(_TAKE, (item_id,)).rowcount == 0:
                raise StoreBusy("Another copy of the program is sending this report. Nothing was sent here.")
            values = (item_id, "begin", sender_epoch, at.utc_us, "", None, "", "")
            conn.exec_driver_sql(_ATTEMPT, values)
            count(conn)
            return item_of(conn.exec_driver_sql(_ITEM + "WHERE id = ?", (item_id,)).one())

    def settle(
        self,
        item: OutboxItem,
        result: AttemptResult,
        at: Instant,
        *,
        looked_up: bool,
        was: OutboxItem | None = None,
    ) -> None:
        """A report that is confirmed or cancelled stays so, whatever comes later; the exchange is kept all the same."""
        sure = was is None or item.state is OutboxState.CONFIRMED
        unchanged = ("", ()) if was is None or sure else (_UNCHANGED, _version(was))
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
            conn.exec_driver_sql(_CHANGE + unchanged[0], values + unchanged[1])
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
        values = ages(at) | {"amber": AMBER_AFTER_US, "soon": SOON_US}
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


def _version(item: OutboxItem) -> tuple[Any, ...]:
    return (
        item.state.value,
        item.license,
        item.attempts,
        micros(item.not_before),
        micros(item.attempt_ended_at),
        int(item.absent_once),
    )


def doubt_all(conn: sa.Connection, at: Instant) -> None:
    """Whatever could be sent next is looked up first: `outbox_moves.after_put_back` for every open report."""
    conn.exec_driver_sql(_DOUBT_ALL, (at.utc_us, PUT_BACK))
    conn.exec_driver_sql(_TRIED)
