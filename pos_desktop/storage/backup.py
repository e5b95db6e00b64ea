"""A backup counts only after it was opened again and found sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.storage import driver
from pos_desktop.storage.database import Database
from pos_desktop.storage.durable import flush_file

NOT_SOUND = "The backup was written but is not sound. The store itself goes on. Try another disk."
NOT_WRITTEN = "The backup could not be written. The store itself goes on. Check that disk and its free space."
STEP_PAGES = 256
"""1 MiB: a sale never waits for more of the disk than that."""


_FLUSH_STEPS = 16


class Stopped(Exception):
    """Whoever paces a copy wants no more of it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`pause` is called after each step and waits a little; True ends the copy."""

    pause: Callable[[], bool]
    pages: int = STEP_PAGES


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
            raise EnvironmentTrouble(NOT_SOUND, code="backup-failed")
        unproven.replace(target)
    except (driver.Error, OSError) as error:
        raise EnvironmentTrouble(NOT_WRITTEN, code="backup-failed") from error
    finally:
        unproven.unlink(missing_ok=True)


def copy_in_steps(path: Path, key: bytes, target: Path, pace: Pace) -> None:
    """One state of the database at `path`, in steps, while others sell: they are not waited for and do not wait.

    The whole copy reads one snapshot, so that no sale makes it begin again; meanwhile the write-ahead log grows.

    Raises:
        Stopped; the driver's Error, OSError: what is at `target` is worth nothing then.
    """
    steps = 0

    def step(_status: int, _left: int, _total: int) -> None:
        nonlocal steps
        steps += 1
        if steps % _FLUSH_STEPS == 0:
            flush_file(
                target
            )  # what is written in one go at the end keeps the disk from the sales of a second
        if pace.pause():
            raise Stopped

    source = driver.connect(path, key)
    try:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copy = driver.connect(target, key, create=True)  # a target without a key is refused by the driver
        try:
            source.backup(copy, pages=pace.pages, progress=step)
            copy.execute(
                "PRAGMA journal_mode = DELETE"
            )  # one file, readable where nothing may be written beside it
        finally:
            copy.close()
    finally:
        source.close()


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
