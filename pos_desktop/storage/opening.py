"""A database that is there, opened for one look: errors become sentences, and nothing is made or changed."""

from __future__ import annotations

from pathlib import Path

from pos_desktop.domain.errors import PosError, StoreDamaged
from pos_desktop.storage import driver, faults


def profile_in(path: Path, key: bytes) -> str:
    """`live` or `training`, of a database that is not opened as a store. Raises StoreDamaged."""
    con = connect_existing(path, key)
    try:
        row = con.execute("SELECT profile FROM store").fetchone()
    except driver.Error as error:
        raise not_opened(error) from error
    finally:
        con.close()
    return "" if row is None else str(row[0])


def connect_existing(path: Path, key: bytes) -> driver.Connection:
    if path.stat().st_size == 0:  # an empty file would be taken for a new database
        raise StoreDamaged(faults.DAMAGED)
    try:
        return driver.connect(path, key)
    except driver.Error as error:
        raise not_opened(error) from error


def not_opened(error: Exception) -> PosError:
    if driver.error_name(error).startswith("SQLITE_NOTADB"):
        return StoreDamaged(faults.WRONG_KEY)
    return faults.translated(error, writing=False) or StoreDamaged(faults.DAMAGED)
