"""Connections, transactions and the behaviour after a disk error; every repository works through one of these."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pos_desktop.domain.errors import EnvironmentTrouble, StoreBusy, StoreDamaged
from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.storage import driver, faults
from pos_desktop.storage.ballast import Ballast
from pos_desktop.storage.certain import make_certain
from pos_desktop.storage.engine import READING, make_engine

_WAIT_S = 10.0
_REOPEN_WAIT_S = 30.0
"""A backup or a long list may be reading; whether a sale is saved is worth waiting for it."""
_STILL_READ = "Another task still reads the store, so it could not be opened again."
_AGAIN_WITHIN_US = 10 * MINUTE_US


class Database:
    """Any thread may call any method; a connection stays with the thread that took it.

    Writers of this process queue on a lock, so that they never wait in SQLite's polling. After a doubtful error nothing
    is read or written until `reopen` (reliability contract, section 2).
    """

    def __init__(
        self,
        path: Path,
        key: bytes,
        *,
        monotonic_us: Callable[[], int],
        ballast: Ballast,
        cache_kib: int = driver.CACHE_KIB,
    ) -> None:
        self.path = path
        self.ballast = ballast
        self._key = key
        self._monotonic_us = monotonic_us
        self._cache_kib = cache_kib
        self._writing = threading.Lock()
        self._state = threading.Condition()
        self._users = 0
        self._frozen = False
        self._troubles: list[int] = []
        self._start_engine()

    # -- transactions

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One BEGIN IMMEDIATE; COMMIT when the block ends well, ROLLBACK when it raises.

        Raises:
            StoreBusy, EnvironmentTrouble: nothing was saved. CommitInDoubt: reopen and look.
        """
        if not self._writing.acquire(timeout=_WAIT_S):
            raise StoreBusy(faults.BUSY)
        try:
            with self._use(writing=True), self._writer.begin() as conn:
                yield conn
        finally:
            self._writing.release()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One state of the store for several statements."""
        with self._use(writing=False), self._reader.begin() as conn:
            yield conn

    def row(self, sql: str, values: driver.Values = ()) -> tuple[Any, ...] | None:
        """One row by one statement, without the costs of a transaction: for what happens at each scan."""
        with self._use(writing=False), self._raw() as con:
            return con.execute(sql, values).fetchone()

    def rows(self, sql: str, values: driver.Values = ()) -> list[tuple[Any, ...]]:
        with self._use(writing=False), self._raw() as con:
            return con.execute(sql, values).fetchall()

    @contextmanager
    def _raw(self) -> Iterator[driver.Connection]:
        pooled = self._writer.raw_connection()
        try:
            yield cursor_owner(pooled)
        finally:
            pooled.close()

    @contextmanager
    def _use(self, *, writing: bool) -> Iterator[None]:
        with self._state:
            if self._frozen:
                raise EnvironmentTrouble(faults.FROZEN, code="frozen")
            self._users += 1
        try:
            yield
        except (driver.Error, sa.exc.DBAPIError) as error:
            self._note(error)
            ours = faults.translated(error, writing=writing)
            if ours is None:
                raise
            raise ours from error
        finally:
            with self._state:
                self._users -= 1
                self._state.notify_all()

    def _note(self, error: BaseException) -> None:
        if faults.is_full(error):
            self.ballast.release()
        elif faults.is_doubtful(error):
            self._troubles.append(self._monotonic_us())
            self.freeze()

    # -- after a disk error

    @property
    def frozen(self) -> bool:
        return self._frozen

    @property
    def troubled_again(self) -> bool:
        """Whether the last two disk errors came within ten minutes: then the register stays frozen."""
        return len(self._troubles) > 1 and self._troubles[-1] - self._troubles[-2] <= _AGAIN_WITHIN_US

    def freeze(self) -> None:
        """From now on every use is refused; idle connections are closed, the others when they come back."""
        with self._state:
            self._frozen = True
        self._writer.dispose()

    def reopen(self) -> None:
        """Close everything, open again, check.

        Raises:
            StoreBusy, StoreDamaged, EnvironmentTrouble: another task still reads, the file is not sound, or the disk
                fails again. The store stays frozen; what a doubtful error left is not known yet.
        """
        with self._state:
            self._frozen = True
            if not self._state.wait_for(lambda: self._users == 0, timeout=_REOPEN_WAIT_S):
                raise StoreBusy(_STILL_READ)
        self._writer.dispose()
        if not make_certain(self.path, self._key):
            raise StoreBusy(_STILL_READ)
        if not is_sound(self.path, self._key):
            raise StoreDamaged(faults.DAMAGED)
        self._start_engine()
        with self._state:
            self._frozen = False

    # -- upkeep

    def free_bytes(self) -> int:
        """What is free on the disk of the database; the ballast counts as used."""
        return shutil.disk_usage(self.path.parent).free

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the file and flush it; False when a reader is in the way.

        An error here is as grave as one on COMMIT: the automatic checkpoint swallows it.
        """
        busy = self.row("PRAGMA wal_checkpoint(TRUNCATE)")
        return busy is not None and busy[0] == 0

    def copy_to(self, target: driver.Connection) -> None:
        """One state of the whole database, page by page, into a connection that was keyed first."""
        with self._use(writing=False), self._raw() as con:
            con.backup(target)

    def close(self) -> None:
        with self._state:
            self._frozen = True
            self._state.wait_for(lambda: self._users == 0, timeout=_WAIT_S)
        self._writer.dispose()

    def _start_engine(self) -> None:
        self._writer = make_engine(self.path, self._key, cache_kib=self._cache_kib)
        self._reader = self._writer.execution_options(**READING)


def cursor_owner(pooled: Any) -> driver.Connection:
    """The driver's own connection inside a pooled one (of an engine or of a transaction)."""
    owner: driver.Connection = pooled.driver_connection
    return owner


def is_sound(path: Path, key: bytes) -> bool:
    """`quick_check` on a connection of its own; about 2.5 s on a file of 400 MB."""
    try:
        con = driver.connect(path, key)
    except driver.Error:
        return False
    try:
        return con.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    except driver.Error:
        return False
    finally:
        con.close()
