"""What lies outside the database and knows how far it has come: a copy that was put back is behind it.

A small file for each store, beside no data folder, so that it does not travel with one. It holds a random name of the
line of copies that goes on, how many sendings that line began, and the last sale number that it gave. The database
holds the same; behind its witness, or of another line, it is a copy whose reports may have been sent by the original.
The database may be ahead: the program was killed between the two, or the file was not on the disk when the power went.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, astuple, dataclass
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from pos_desktop.domain.errors import EnvironmentTrouble, NeedsAttention, StoreBusy
from pos_desktop.storage.database import Database

PUT_BACK = (
    "This store was put back from a backup or copied. Nothing was sent or changed. Open its counter once, or say so: "
    "pos-desktop sync put-back --reason TEXT. The state is asked about each waiting report before anything is sent. "
    "If neither happened, use the same user of this computer as the counter does (docs/restoring.md)."
)
NOT_KEPT = (
    "What was sent could not be noted outside the store, so nothing was sent. Every sale is saved. Check the rights "
    "and the free space of the folder of witnesses (docs/restoring.md)."
)
_BUSY = "Another copy of this store is at work. Nothing was sent. It is tried again."
_WIDTH = 256
"""Bytes, always: a file that never grows is never cut short."""
_PATIENCE_S = 5
_OWN = """
    SELECT w.line, w.attempts, s.epoch, coalesce(c.last, 0)
    FROM witness w, store s LEFT JOIN sale_counter c ON c.epoch = s.epoch"""
_COUNT = "UPDATE witness SET attempts = attempts + 1 RETURNING line, attempts"
Count = Callable[[sa.Connection], None]


class Seen(StrEnum):
    """How the database stands to its witness."""

    AGREES = "agrees"
    BEHIND = "behind"
    """It was put back or copied, or its witness is gone."""
    NEW = "new"
    """There was never one, and there can be."""
    NONE = "none"
    """There can be none here."""


@dataclass(frozen=True, slots=True)
class _Kept:
    line: str
    attempts: int
    epoch: int
    last: int

    def __post_init__(self) -> None:
        if [type(each) for each in astuple(self)] != [str, int, int, int]:
            raise ValueError("not what a witness holds")

    def bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode("ascii").ljust(_WIDTH)


_DAMAGED = _Kept("damaged", 0, 0, 0)


class Witness:
    """Any thread and process may call any method.

    `folder` is the same for all who open the store on this computer; None where no witness is wanted, in parts of it.
    """

    def __init__(self, db: Database, folder: Path | None) -> None:
        self._db = db
        self._folder = folder
        self._name = ""

    @property
    def wanted(self) -> bool:
        return self._folder is not None

    def look(self) -> Seen:
        """Read twice where it is behind: a line may have begun between the two."""
        if self._folder is None:
            return Seen.NONE
        seen = self._look()
        if seen is not Seen.BEHIND or not self._folder.is_dir():
            return seen
        with self._held():
            return self._look()

    def highest_epoch(self) -> int:
        """Of all copies that had this witness; 0 where there is none."""
        kept = self._read()
        return 0 if kept is None else kept.epoch

    def last_noted(self) -> tuple[int, int] | None:
        """Epoch and counter of the last sale number that any copy with this witness gave; None where nobody knows."""
        kept = self._read()
        return None if kept is None or not kept.last else (kept.epoch, kept.last)

    def begin_line(self) -> None:
        """From now on this copy is the one that goes on, and every other one is behind.

        Where no witness can be kept the database says so, and each start has to be taken for one of a copy.
        """
        made = self._can_keep()
        with self._held() if made else nullcontext():
            line = secrets.token_hex(16) if made else ""
            with self._db.write() as conn:
                conn.exec_driver_sql("UPDATE witness SET line = ?", (line,))
            if made:
                self._make(self._own())

    def note_sales(self) -> None:
        """The last number given. What cannot be noted here is caught by the count of sendings and of starts."""
        with suppress(OSError, StoreBusy, EnvironmentTrouble), self._held():
            own, kept = self._own(), self._read()
            if kept is not None and kept.line == own.line and (kept.epoch, kept.last) < (own.epoch, own.last):
                self._write(_Kept(kept.line, kept.attempts, own.epoch, own.last))

    @contextmanager
    def sending(self) -> Iterator[Count]:
        """Around the transaction that begins to send; call what is given in it. Noted before the first byte goes out.

        Raises:
            NeedsAttention: the original has gone on meanwhile; raised in the transaction, which is undone.
            EnvironmentTrouble: it could not be noted; the report is looked up before it is sent again.
        """
        counted: list[_Kept] = []
        kept_here = self.wanted and bool(self._own().line)
        with self._held() if kept_here else nullcontext():
            kept = self._read() if kept_here else None

            def count(conn: sa.Connection) -> None:
                line, attempts = conn.exec_driver_sql(_COUNT).one()
                if self.wanted and line and (kept is None or kept.line != line or attempts <= kept.attempts):
                    raise NeedsAttention(PUT_BACK, code="put-back")
                if kept is not None:
                    counted.append(_Kept(line, attempts, kept.epoch, kept.last))

            yield count
            for each in counted:
                try:
                    self._write(each)
                except OSError as problem:
                    raise EnvironmentTrouble(NOT_KEPT, code="no-witness") from problem

    # ---- the two sides

    def _look(self) -> Seen:
        kept = self._read()  # before the database: what is noted meanwhile was counted there first
        own = self._own()
        if not own.line and kept in (None, _DAMAGED) and not self._can_keep():
            return Seen.NONE
        if kept is None and not own.line:
            return Seen.NEW
        if kept is None or kept.line != own.line or own.attempts < kept.attempts:
            return Seen.BEHIND
        return Seen.AGREES if (own.epoch, own.last) >= (kept.epoch, kept.last) else Seen.BEHIND

    def _own(self) -> _Kept:
        row = self._db.row(_OWN)
        return _Kept("", 0, 0, 0) if row is None else _Kept(*row)

    def _path(self) -> Path:
        """Named after the register, which a copy shares; no secret, and no name of a store."""
        if self._folder is None:
            raise FileNotFoundError("no witness is wanted")
        if not self._name:
            row = self._db.row("SELECT register_id FROM store")
            self._name = hashlib.sha256(str(row and row[0]).encode()).hexdigest()[:32]
        return self._folder / self._name

    def _read(self) -> _Kept | None:
        """None where there is none; what cannot be read agrees with nothing."""
        try:
            return _Kept(**json.loads(self._path().read_bytes()))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, TypeError):
            return _DAMAGED

    def _write(self, kept: _Kept) -> None:
        """In place and not flushed: one that is behind after a power cut does no harm."""
        with self._path().open("r+b") as file:
            file.write(kept.bytes())

    def _make(self, kept: _Kept) -> None:
        path = self._path()
        new = path.with_name(path.name + ".new")
        with new.open("wb") as file:
            file.write(kept.bytes())
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)

    def _can_keep(self) -> bool:
        if self._folder is None:
            return False
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            return False
        return os.access(self._folder, os.W_OK)

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Whoever reads in order to write holds this, in whichever process and for whichever copy."""
        from filelock import FileLock, Timeout

        path = self._path()
        lock = FileLock(str(path.with_name(path.name + ".lock")), timeout=_PATIENCE_S, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise StoreBusy(_BUSY) from None
        except OSError as problem:
            raise EnvironmentTrouble(NOT_KEPT, code="no-witness") from problem
        try:
            yield
        finally:
            lock.release()
