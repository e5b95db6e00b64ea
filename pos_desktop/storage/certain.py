"""After a sync that failed, the system shows what it holds in memory and may never have kept (reliability contract, 2).

So nothing is told from a store that was opened again until all of it was written and synced once more.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pos_desktop.domain.errors import EnvironmentTrouble, StoreDamaged
from pos_desktop.storage import driver, faults


def make_certain(path: Path, key: bytes) -> bool:
    """Write and sync the log again, move it into the file, sync that and the folder; False where others are in the way.

    A log of which a part was lost, or an old one that came back after a power cut, would be laid over the newer file.

    Raises:
        EnvironmentTrouble: the disk failed again; what the store seems to hold may be lost.
        StoreDamaged: the file cannot be read.
    """
    try:
        con = driver.connect(path, key)
        try:
            driver.configure(con)
            con.execute("BEGIN IMMEDIATE")  # so that nobody writes into the log meanwhile
            _write_again(path.with_name(path.name + "-wal"))
            con.execute("ROLLBACK")
            row = con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            con.close()
        if row is None or row[0]:
            return False
        _sync_names(path)
    except driver.Error as error:
        if driver.error_name(error).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise StoreDamaged(faults.DAMAGED) from error
        if not faults.is_doubtful(error):
            return False
        raise EnvironmentTrouble(faults.FROZEN, code="disk-error") from error
    except OSError as error:
        raise EnvironmentTrouble(faults.FROZEN, code="disk-error") from error
    return True


def _write_again(log: Path) -> None:
    """The same bytes in their place: the system takes them for new, and syncs them."""
    if not log.exists():
        return
    with log.open("r+b") as file:
        held = file.read()
        file.seek(0)
        file.write(held)
        file.flush()
        os.fsync(file.fileno())


def _sync_names(path: Path) -> None:
    """Windows keeps names by itself and opens no folder."""
    if sys.platform == "win32":
        return
    for each in (path.with_name(path.name + "-wal"), path.parent):
        if each.exists():
            opened = os.open(each, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)
