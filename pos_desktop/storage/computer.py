"""On which computer this store lives. Two copies of one store with one license would each send what waits."""

from __future__ import annotations

from pos_desktop.storage.database import Database


class StoredComputer:
    """`home` may send; `seen` is the last one that a counter was opened on. Marks, never a name; empty at first."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @property
    def home(self) -> str:
        return self._read()[0]

    @property
    def seen(self) -> str:
        return self._read()[1]

    def live_on(self, mark: str) -> None:
        """The word of a person, or the first start of all."""
        self._write("home = ?, seen = ?", mark, mark)

    def opened_on(self, mark: str) -> None:
        self._write("seen = ?", mark)

    def _read(self) -> tuple[str, str]:
        row = self._db.row("SELECT home, seen FROM computer")
        return ("", "") if row is None else (row[0], row[1])

    def _write(self, what: str, *marks: str) -> None:
        with self._db.write() as conn:
            conn.exec_driver_sql(f"UPDATE computer SET {what}", marks)  # noqa: S608 - columns of our own
