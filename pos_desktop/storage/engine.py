"""The SQLAlchemy engine over the cipher driver (reliability contract, section 7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from pos_desktop.storage import driver

READING = {"reading": True}
"""Execution option of transactions that only read: a plain BEGIN, which never waits for a writer and sees one state."""

_CONNECTIONS_KEPT = 3
_CONNECTIONS_MORE = 13


def make_engine(
    path: Path, key: bytes, *, foreign_keys: bool = True, cache_kib: int = driver.CACHE_KIB
) -> sa.Engine:
    """An engine whose transactions begin IMMEDIATE unless they carry `READING`. Opens nothing yet.

    The plain SQLite dialect with our own connect: the built-in cipher dialect would put the key into the URL.
    """
    if len(key) != driver.KEY_BYTES:
        raise ValueError(f"the database key must be {driver.KEY_BYTES} bytes")
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        module=driver.module,
        pool_size=_CONNECTIONS_KEPT,
        max_overflow=_CONNECTIONS_MORE,
        pool_use_lifo=True,  # the same warm page cache serves the counter again
        hide_parameters=True,  # a failed statement would carry names and card numbers into the log
    )

    @event.listens_for(engine, "do_connect")
    def _open(*_: Any) -> driver.Connection:
        con = driver.connect(path, key)
        driver.configure(con, foreign_keys=foreign_keys, cache_kib=cache_kib)
        return con

    @event.listens_for(engine, "begin")
    def _begin(conn: sa.Connection) -> None:
        reading = conn.get_execution_options().get("reading", False)
        conn.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
