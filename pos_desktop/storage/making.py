"""A new, empty store."""

from __future__ import annotations

from pathlib import Path

from pos_desktop.app.ports import Clock
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.storage import driver
from pos_desktop.storage.migrating import migrate

LIVE, TRAINING = "live", "training"
_UNMADE = ".making"


def make_store(
    path: Path, key: bytes, clock: Clock, migrations_dir: Path, profile: str, register_id: str
) -> None:
    """Beside its place, then renamed, so that a half-made store is never taken for one."""
    if profile not in (LIVE, TRAINING):
        raise ValueError("a new store is live or for training")
    if path.exists():
        raise EnvironmentTrouble(
            "There is a store in this folder already. It was not changed. Choose another folder.",
            code="store-there",
        )
    making = path.with_name(path.name + _UNMADE)
    for rest in ("", "-wal", "-shm"):
        path.with_name(making.name + rest).unlink(missing_ok=True)
    driver.connect(making, key, create=True).close()
    migrate(making, key, migrations_dir)
    con = driver.connect(making, key)
    try:
        driver.configure(con)
        row = (register_id, 1, 0, profile, 1, clock.now().utc_us)
        con.execute("BEGIN IMMEDIATE")
        con.execute("INSERT INTO store VALUES (1, ?, ?, ?, ?, ?, ?)", row)
        con.execute("INSERT INTO sale_counter (epoch, last) VALUES (1, 0)")
        con.execute("COMMIT")
    finally:
        con.close()  # the last connection moves the write-ahead log into the file
    making.replace(path)
