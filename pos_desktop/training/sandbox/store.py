"""The sandbox's encrypted state file: one connection, one lock, every answered write committed.

SQLCipher with a raw key from `sandbox.key` beside it. Training data only: a key beside its file guards against a
search through the disk, not against a thief. WAL with synchronous NORMAL survives SIGKILL, not a power cut.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from sqlcipher3 import dbapi2  # type: ignore[import-untyped]  # the package ships no types

Connection = Any  # dbapi2.Connection, which has no types either
Row = tuple[Any, ...]

_META = "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT"
_MARK = "pos-desktop-sandbox"


class SandboxError(Exception):
    """A sentence for the person who started the sandbox."""


class Store:
    def __init__(self, state_dir: Path, schema: str, system: str = "metrc") -> None:
        """Open or create the state file in `state_dir`.

        Raises:
            SandboxError: Another sandbox has the folder, key and file do not fit, or it is another system's state.
        """
        state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = RLock()
        self._db = _open(state_dir)
        self._refuse_other(state_dir, system)
        with self.writing() as db:
            _create(db, schema)

    def _refuse_other(self, state_dir: Path, system: str) -> None:
        found = self.note("system")
        if found is None:
            self.remember("system", system)
        elif found != system:
            self.close()
            raise SandboxError(
                f"The folder {state_dir} holds the state of a {found} sandbox. Choose another --state-dir."
            )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._lock:
            yield self._db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, committed when the block ends and rolled back when it raises."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def note(self, name: str) -> str | None:
        """A remembered setting of the sandbox itself."""
        with self.reading() as db:
            row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def close(self) -> None:
        with self._lock:
            self._db.close()


def secret_file(path: Path) -> str:
    """The 32-byte secret in `path`, in hexadecimal; made on first use, readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret(path)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return _read_secret(path)


def _read_secret(path: Path) -> str:
    text = path.read_text("ascii").strip()
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise SandboxError(
            f"The file {path} does not hold a secret of this sandbox. Remove it to begin anew."
        )
    return text


def _open(state_dir: Path) -> Connection:
    path, key_path = state_dir / "sandbox.db", state_dir / "sandbox.key"
    if path.exists() and not key_path.exists():
        raise SandboxError(
            f"The sandbox's key {key_path.name} is missing from {state_dir}, so its state cannot be read. "
            "Put the key back, or empty the folder to begin anew."
        )
    key = secret_file(key_path)
    db = dbapi2.connect(os.fspath(path), isolation_level=None, check_same_thread=False, timeout=0)
    try:
        _prepare(db, key, _META)
    except dbapi2.DatabaseError as fault:
        db.close()
        raise SandboxError(_why_not(state_dir, str(fault))) from fault
    return db


def _why_not(state_dir: Path, fault: str) -> str:
    if "locked" in fault:
        return (
            f"Another sandbox runs on the folder {state_dir}. Stop it first, or choose another --state-dir."
        )
    return (
        f"The sandbox's state in {state_dir} cannot be opened ({fault}). "
        "Check key file, disk and permissions, or empty the folder to begin anew."
    )


def _prepare(db: Connection, key: str, schema: str) -> None:
    db.execute(f"PRAGMA key = \"x'{key}'\"")
    db.execute("PRAGMA busy_timeout = 200")
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("BEGIN IMMEDIATE")
    _create(db, schema)
    db.execute("INSERT OR IGNORE INTO meta VALUES ('format', ?)", (f"{_MARK} 1",))
    db.execute("COMMIT")


def _create(db: Connection, schema: str) -> None:
    for statement in schema.split(";\n"):
        if statement.strip():
            db.execute(statement)
