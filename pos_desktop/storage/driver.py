"""The cipher driver: the one module that names `sqlcipher3` and its pragmas (reliability contract, section 7).

Light to import: the schema revision is read through here before SQLAlchemy is needed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlcipher3 import dbapi2 as module  # type: ignore[import-untyped]  # the package ships no types

KEY_BYTES = 32
BUSY_WAIT_S = 5.0
CACHE_KIB = 64 * 1024

__all__ = ["Connection", "Cursor", "Error", "configure", "connect", "error_name", "module"]

Error: type[Exception] = module.Error


Values = Sequence[Any] | Mapping[str, Any]
"""Of a statement with `?`, or with `:names`."""


class Cursor(Protocol):
    """What we use of a DB-API cursor."""

    rowcount: int
    lastrowid: int

    def execute(self, sql: str, values: Values = ..., /) -> Cursor: ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> Cursor: ...

    def fetchone(self) -> tuple[Any, ...] | None: ...

    def fetchall(self) -> list[tuple[Any, ...]]: ...


class Connection(Protocol):
    """What we use of a DB-API connection; one thread at a time."""

    isolation_level: str | None

    def execute(self, sql: str, values: Values = ..., /) -> Cursor: ...

    def cursor(self) -> Cursor: ...

    def backup(
        self, target: Connection, *, pages: int = ..., progress: Callable[[int, int, int], None] | None = ...
    ) -> None: ...

    def close(self) -> None: ...


def connect(path: Path, key: bytes, *, create: bool = False, alone: bool = False) -> Connection:
    """An open, keyed and checked connection; a file is made only with `create`.

    `alone`: no other connection can be there until it is closed; SQLITE_BUSY where one is.

    Raises:
        ValueError: the key is not 32 bytes (SQLCipher would take a malformed one for a passphrase without a word).
        Error: the driver's own; the file was not written.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"the database key must be {KEY_BYTES} bytes")
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    con: Connection = module.connect(
        uri, uri=True, timeout=BUSY_WAIT_S, check_same_thread=False, isolation_level=None
    )
    try:
        con.execute("PRAGMA cipher_log_level = NONE")  # else errors go to standard error
        con.execute(f"PRAGMA key = \"x'{key.hex()}'\"")  # the first statement that touches the file
        if not con.execute("PRAGMA cipher_version").fetchone():
            raise RuntimeError("this driver is not SQLCipher")
        if alone:
            con.execute("PRAGMA locking_mode = EXCLUSIVE")  # before the first look at a write-ahead log
        con.execute("SELECT count(*) FROM sqlite_master").fetchone()  # a wrong key fails here
    except BaseException:
        con.close()
        raise
    return con


def configure(con: Connection, *, foreign_keys: bool = True, cache_kib: int = CACHE_KIB) -> None:
    """Set what every connection that may write needs."""
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
        "secure_delete=ON",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "recursive_triggers=ON",  # REPLACE then fires the triggers that keep history
        f"cache_size=-{cache_kib}",
        *(("fullfsync=ON", "checkpoint_fullfsync=ON") if sys.platform == "darwin" else ()),
    ):
        con.execute(f"PRAGMA {pragma}")


def error_name(error: BaseException) -> str:
    """`SQLITE_BUSY`, `SQLITE_FULL`, ... of a driver's error, also inside one of SQLAlchemy's; else an empty text."""
    return str(getattr(getattr(error, "orig", error), "sqlite_errorname", None) or "")
