"""Another key for the database, in one transaction that no other connection can be beside."""

from __future__ import annotations

from pathlib import Path

from pos_desktop.domain.errors import EnvironmentTrouble, StoreBusy, StoreDamaged
from pos_desktop.storage import driver, faults

_BUSY = (
    "Another part of the program has this store open. The key was not changed, and nothing else was. Close the counter "
    "and end what else works on the store, then try again."
)
_FAILED = (
    "The key could not be changed. The store is as it was, under its former key. Check the disk and its free space, "
    "then try again."
)


def opens(path: Path, key: bytes) -> bool:
    """Whether `key` is the database's. A key of another length is nobody's."""
    try:
        driver.connect(path, key).close()
    except (driver.Error, ValueError):
        return False
    return True


def rekey(path: Path, old: bytes, new: bytes) -> None:
    """Every page is written anew under `new`: through the write-ahead log, so that a power cut leaves all or nothing.

    The file takes up to three times its size meanwhile.

    Raises:
        StoreBusy: somebody else has the store open. EnvironmentTrouble: the disk refused. StoreDamaged: not sound
            under the new key, which a backup is needed for. Otherwise nothing was changed.
    """
    if len(new) != driver.KEY_BYTES:
        raise ValueError(f"the database key must be {driver.KEY_BYTES} bytes")
    try:
        con = driver.connect(path, old, alone=True)
    except driver.Error as error:
        raise _refused(error) from error
    try:
        driver.configure(con)
        con.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except driver.Error as error:
        raise _refused(error) from error
    finally:
        con.close()
    if not opens(path, new):
        raise StoreDamaged(faults.DAMAGED)


def _refused(error: Exception) -> EnvironmentTrouble | StoreBusy:
    if driver.error_name(error) in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return StoreBusy(_BUSY)
    return EnvironmentTrouble(_FAILED, code="key-not-changed")
