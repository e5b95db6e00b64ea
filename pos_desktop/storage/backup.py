"""A backup counts only after it was opened again and found sound."""

from __future__ import annotations

from pathlib import Path

from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.storage import driver
from pos_desktop.storage.database import Database


def back_up(source: Database | driver.Connection, key: bytes, target: Path) -> None:
    """Write one state of the store, encrypted with the same key, to `target`, replacing it at the end.

    Raises:
        EnvironmentTrouble: the copy could not be written, or is not sound; `target` is as it was.
    """
    unproven = target.with_name(target.name + ".part")
    unproven.unlink(missing_ok=True)
    try:
        _copy(source, key, unproven)
        if not is_whole(unproven, key):
            raise EnvironmentTrouble(
                "The backup was written but is not sound. The store itself goes on. Try another disk.",
                code="backup-failed",
            )
        unproven.replace(target)
    except (driver.Error, OSError) as error:
        raise EnvironmentTrouble(
            "The backup could not be written. The store itself goes on. Check that disk and its free space.",
            code="backup-failed",
        ) from error
    finally:
        unproven.unlink(missing_ok=True)


def is_whole(path: Path, key: bytes) -> bool:
    """Every page is as it was written (cipher) and the trees are in order (SQLite). Seconds on a large file."""
    try:
        con = driver.connect(path, key)
    except driver.Error:
        return False
    try:
        forged = con.execute("PRAGMA cipher_integrity_check").fetchall()
        return not forged and con.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    except driver.Error:
        return False
    finally:
        con.close()


def _copy(source: Database | driver.Connection, key: bytes, path: Path) -> None:
    target = driver.connect(path, key, create=True)
    try:
        if isinstance(source, Database):
            source.copy_to(target)
        else:
            source.backup(target)
    finally:
        target.close()
