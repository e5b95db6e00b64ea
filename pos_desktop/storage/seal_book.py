"""Seals as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.seal import Head, Seal
from pos_desktop.storage.database import Database

_HEAD = "SELECT epoch, seq, hash FROM journal ORDER BY epoch DESC, seq DESC LIMIT 1"
_SEALS = "SELECT epoch, seq, hash, at, signature, key FROM journal_seal "
_ADD = "INSERT INTO journal_seal VALUES (?, ?, ?, ?, ?, ?)"


class StoredSeals:
    """SealBook."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def head(self) -> Head | None:
        row = self._db.row(_HEAD)
        return None if row is None else Head(*row)

    def last(self) -> Seal | None:
        row = self._db.row(_SEALS + "ORDER BY epoch DESC, seq DESC LIMIT 1")
        return None if row is None else _seal(row)

    def all(self) -> Sequence[Seal]:
        return [_seal(row) for row in self._db.rows(_SEALS + "ORDER BY epoch, seq")]

    def add(self, seal: Seal) -> None:
        head = seal.head
        values = (head.epoch, head.seq, head.digest, seal.at.utc_us, seal.signature, seal.key)
        with self._db.write() as conn:
            conn.exec_driver_sql(_ADD, values)


def _seal(row: tuple[Any, ...]) -> Seal:
    epoch, seq, digest, at, signature, key = row
    return Seal(Head(epoch, seq, digest), Instant(at), signature, key)
