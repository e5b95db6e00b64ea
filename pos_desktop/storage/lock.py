"""One counter and one sender per data folder."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from pos_desktop.domain.errors import SenderBusy, StoreBusy


class FolderLock:
    """A lock that the system lets go when the process ends, however it ends.

    Raises:
        StoreBusy: on entering, when another process (or another part of this one) holds it.
    """

    def __init__(self, path: Path, sentence: str, busy: type[StoreBusy] = StoreBusy) -> None:
        from filelock import FileLock

        self._busy = busy
        self._sentence = sentence
        self._lock = FileLock(str(path), timeout=0, thread_local=False)

    def take(self) -> Self:
        from filelock import Timeout

        try:
            self._lock.acquire()
        except Timeout:
            raise self._busy(self._sentence) from None
        return self

    def release(self) -> None:
        self._lock.release()

    def __enter__(self) -> Self:
        return self.take()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def counter_lock(folder: Path) -> FolderLock:
    """Held by whoever sells or changes the schema."""
    return FolderLock(
        folder / "counter.lock",
        "This store is open in another copy of the program. Nothing was changed. Use that window, or close it first.",
    )


def sender_lock(folder: Path) -> FolderLock:
    """Held by whoever sends reports to the state."""
    return FolderLock(
        folder / "sender.lock",
        "Another copy of the program is sending reports from this store. Nothing is lost: it will send these too.",
        SenderBusy,
    )


def backup_lock(folder: Path) -> FolderLock:
    """Held by whoever makes a backup."""
    return FolderLock(
        folder / "backups.lock",
        "A backup of this store is being made just now. Nothing was changed. Try again soon.",
    )
