"""What the driver's errors mean for the person at the counter (reliability contract, section 2)."""

from __future__ import annotations

from pos_desktop.domain.errors import CommitInDoubt, EnvironmentTrouble, PosError, StoreBusy, StoreDamaged
from pos_desktop.storage.driver import error_name

_DOUBT = ("SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_CANTOPEN")
_NO_WRITING = ("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")

FROZEN = (
    "This register stopped because its disk gave an error. Sales shown as done are saved; nothing new can be. "
    "Close the program, start it again, and call a manager if it stops again."
)
BUSY = "Another copy of the program is writing to this store. Nothing was saved. Try again in a moment."
DAMAGED = (
    "The database of this register is damaged and was not changed. Do not sell on it. "
    "Call a manager: restore the newest backup, or keep the file for help."
)
WRONG_KEY = (
    "The database does not open with the key of this store: the key is another store's, or the file is damaged. "
    "It was not changed. Call a manager: check the key store, or restore the newest backup."
)


def is_doubtful(error: BaseException) -> bool:
    """Whether after this error only reopening the file can tell what is on the disk."""
    return error_name(error).startswith(_DOUBT)


def is_full(error: BaseException) -> bool:
    return error_name(error) == "SQLITE_FULL"


def translated(error: BaseException, *, writing: bool) -> PosError | None:
    """Our error for a driver's error, None where it is a mistake in our own statement (a bug)."""
    name = error_name(error)
    if name.startswith(_DOUBT):
        return _doubt(name, writing=writing)
    if name in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return StoreBusy(BUSY)
    if name == "SQLITE_FULL":
        return EnvironmentTrouble(
            "The disk is full. Nothing was saved; what was saved before is safe. Free some space, then try again.",
            code="disk-full",
        )
    if name in _NO_WRITING:
        return EnvironmentTrouble(
            "The database file may not be written here. Nothing was saved. Check the rights of the data folder.",
            code="not-writable",
        )
    return None


def _doubt(name: str, *, writing: bool) -> PosError:
    details = {"sqlite": name}
    if writing:
        return CommitInDoubt(
            "The disk gave an error while saving. Whether it is saved is not known yet; do not repeat it. "
            "Close the program and start it again: it looks then.",
            details=details,
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreDamaged(DAMAGED, details=details)
    return EnvironmentTrouble(FROZEN, code="disk-error", details=details)
