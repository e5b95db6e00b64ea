"""What is to be printed or kicked, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pos_desktop.app.ports import JobKind, JobState, PaperJob, Slip
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.sale import SaleNumber
from pos_desktop.storage import driver
from pos_desktop.storage.database import Database, cursor_owner

_JOBS = """
    SELECT j.id, j.sale_id, j.kind, j.state, j.why, j.created_at, j.slip, s.register_code, s.epoch, s.counter
    FROM paper_job j LEFT JOIN sale s ON s.id = j.sale_id WHERE j.state NOT IN ('done', 'dismissed') """
_SLIP = (
    "INSERT INTO paper_job (kind, state, why, created_at, slip) VALUES (?, 'waiting', '', ?, ?) RETURNING id"
)


def add_slip(cursor: driver.Cursor, slip: Slip, at: Instant, kind: JobKind | None = None) -> int:
    """Inside the transaction of what the slip tells of: both are saved or neither. Returns the job's id."""
    kind = kind or (JobKind.DRAWER if slip.opens_drawer else JobKind.SLIP)
    row = cursor.execute(_SLIP, (kind.value, at.utc_us, slip.packed())).fetchall()
    return int(row[0][0])


class StoredPaper:
    """PaperJobs."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def due(self) -> Sequence[PaperJob]:
        """A drawer first: the budtender waits for it with the change in hand."""
        return self._read("AND j.state = 'waiting' ORDER BY j.kind <> 'drawer', j.id")

    def open(self) -> Sequence[PaperJob]:
        return self._read("ORDER BY j.id")

    def move(self, job_id: int, state: JobState, why: str = "") -> None:
        with self._db.write() as conn:
            conn.exec_driver_sql(
                "UPDATE paper_job SET state = ?, why = ? WHERE id = ?", (state.value, why, job_id)
            )

    def add_copy(self, sale_id: SaleId, at: Instant) -> PaperJob:
        with self._db.write() as conn:
            id_ = conn.exec_driver_sql(
                "INSERT INTO paper_job (sale_id, kind, state, why, created_at) VALUES (?, 'copy', 'waiting', '', ?) "
                "RETURNING id",
                (sale_id, at.utc_us),
            ).scalar_one()
            row = conn.exec_driver_sql(_JOBS + "AND j.id = ?", (id_,)).one()
        return _job(row)

    def add_slip(self, kind: JobKind, slip: Slip, at: Instant) -> PaperJob:
        with self._db.write() as conn:
            id_ = add_slip(cursor_owner(conn.connection).cursor(), slip, at, kind)
        return PaperJob(id_, None, kind, JobState.WAITING, "", at, slip=slip)

    def recover(self) -> int:
        with self._db.write() as conn:
            return conn.exec_driver_sql(
                "UPDATE paper_job SET state = CASE kind WHEN 'drawer' THEN 'done' ELSE 'unknown' END, "
                "why = 'The program stopped while this was being sent.' WHERE state = 'started'"
            ).rowcount

    def _read(self, rest: str) -> list[PaperJob]:
        return [_job(row) for row in self._db.rows(_JOBS + rest)]


def _job(row: Sequence[Any]) -> PaperJob:
    return PaperJob(
        id=row[0],
        sale_id=None if row[1] is None else SaleId(row[1]),
        kind=JobKind(row[2]),
        state=JobState(row[3]),
        why=row[4],
        created_at=Instant(row[5]),
        sale_number="" if row[7] is None else str(SaleNumber(*row[7:10])),
        slip=None if row[6] is None else Slip.unpacked(row[6]),
    )
