"""Rows that every client may pull, each stamped with the transaction that touched it last (contract section 4.8)."""

from dataclasses import dataclass
from typing import Any

from pos_desktop.training.sandbox.biotrack.call import Call
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode
from pos_desktop.training.sandbox.store import Connection

EVERYBODY = ""
"""Owner of rows that every company sees: vendors and laboratories."""
_COLUMNS = "key, ubi, at, transactionid, original, deleted, document, extra"


@dataclass(slots=True)
class Row:
    """`document` is what a client sees, in texts; `extra` steers the sandbox alone."""

    tab: str
    key: str
    ubi: str
    document: JsonObject
    extra: JsonObject
    at: int = 0
    transaction: int = 0
    original: int = 0
    deleted: int = 0

    def shown(self) -> JsonObject:
        return {
            **self.document,
            "sessiontime": str(self.at),
            "transactionid": str(self.transaction),
            "transactionid_original": str(self.original),
            "deleted": str(self.deleted),
        }

    def save(self, call: Call, *, at: int | None = None) -> None:
        """Stamp with the call's transaction and store. `at` where the row has a time of its own, as a sale has."""
        self.store(call.db, call.training, call.transaction, call.now if at is None else at)

    def store(self, db: Connection, training: int, transaction: int, at: int) -> None:
        self.transaction, self.original, self.at = transaction, self.original or transaction, at
        db.execute(
            "INSERT OR REPLACE INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                training, self.tab, self.key, self.ubi, self.at, self.transaction, self.original, self.deleted,
                encode(self.document).decode(), encode(self.extra).decode(),
            ),
        )  # fmt: skip


def find(call: Call, tab: str, key: str) -> Row | None:
    """The company's own live or deleted row of that key in the call's data set."""
    row = call.db.execute(
        f"SELECT {_COLUMNS} FROM row WHERE training = ? AND tab = ? AND key = ? AND ubi = ?",  # noqa: S608 - our own column names
        (call.training, tab, key, call.ubi),
    ).fetchone()
    return None if row is None else _row(tab, row)


def of_original(call: Call, tab: str, original: int) -> list[Row]:
    rows = call.db.execute(
        f"SELECT {_COLUMNS} FROM row WHERE training = ? AND tab = ? AND original = ? AND ubi = ? ORDER BY key",  # noqa: S608 - our own column names
        (call.training, tab, original, call.ubi),
    ).fetchall()
    return [_row(tab, row) for row in rows]


def in_range(call: Call, tab: str, first: int, last: int, *, live_only: bool) -> list[Row]:
    """Both ends inclusive; `last` 0 has no end."""
    rows = call.db.execute(
        f"SELECT {_COLUMNS} FROM row WHERE training = ? AND tab = ? AND transactionid >= ? "  # noqa: S608 - our own column names
        "AND (? = 0 OR transactionid <= ?) AND ubi IN (?, '') AND (? = 0 OR deleted = 0) ORDER BY transactionid, key",
        (call.training, tab, first, last, last, call.ubi, int(live_only)),
    ).fetchall()
    return [_row(tab, row) for row in rows]


def _row(tab: str, row: tuple[Any, ...]) -> Row:
    key, ubi, at, transaction, original, deleted, document, extra = row
    return Row(tab, key, ubi, decode(document), decode(extra), at, transaction, original, deleted)
