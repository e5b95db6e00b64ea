"""What the store's upkeep remembers, and what it looks at to know that something happened."""

from __future__ import annotations

from pos_desktop.domain.instant import Instant
from pos_desktop.storage.database import Database

_CHECKED = "care.checked"
_READ = "SELECT at FROM sync_cursor WHERE name = ?"
_KEEP = "INSERT INTO sync_cursor (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at"
_CLOSINGS = "SELECT count(*) FROM z_report"


class StoredCare:
    def __init__(self, db: Database) -> None:
        self._db = db

    @property
    def checked_at(self) -> Instant | None:
        """When all pages and the whole journal were last found in order."""
        row = self._db.row(_READ, (_CHECKED,))
        return None if row is None else Instant(row[0])

    def checked(self, at: Instant) -> None:
        with self._db.write() as conn:
            conn.exec_driver_sql(_KEEP, (_CHECKED, at.utc_us))

    def closings(self) -> int:
        """How many tills were closed so far."""
        row = self._db.row(_CLOSINGS)
        return 0 if row is None else int(row[0])

    def written(self) -> tuple[int, ...]:
        """Changes whenever the store is written to: size and time of the file and of a log that holds something."""
        log = self._db.path.with_name(self._db.path.name + "-wal")
        files = [path.stat() for path in (self._db.path, log) if path.exists()]
        return tuple(number for each in files if each.st_size for number in (each.st_size, each.st_mtime_ns))

    def log_bytes(self) -> int:
        """What waits in the write-ahead log."""
        log = self._db.path.with_name(self._db.path.name + "-wal")
        return log.stat().st_size if log.exists() else 0
