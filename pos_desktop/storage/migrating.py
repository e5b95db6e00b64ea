"""Schema revisions: read with one statement, raised with Alembic only where they differ (reliability 7)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_desktop.domain.errors import EnvironmentTrouble, StoreDamaged, StoreTooNew
from pos_desktop.storage import driver

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

VERSIONS = Path("versions") / "local"


def known_revisions(migrations_dir: Path) -> list[str]:
    """Oldest first. A revision's file begins with its number, so that none has to be loaded to know them."""
    return sorted(path.name.split("_")[0] for path in (migrations_dir / VERSIONS).glob("[0-9]*_*.py"))


def revision_of(con: driver.Connection) -> str:
    """Raises StoreDamaged when the file is a database, but none of this program's."""
    try:
        row = con.execute("SELECT version_num FROM alembic_version").fetchone()
    except driver.Error as error:
        if driver.error_name(error) != "SQLITE_ERROR":
            raise
        row = None
    if row is None:
        raise StoreDamaged(
            "This database was not made by this program. It was not changed. "
            "Call a manager: restore the newest backup, or set the store up in an empty folder."
        )
    return str(row[0])


def must_migrate(revision: str, migrations_dir: Path) -> bool:
    """Raises StoreTooNew when a newer program wrote the file."""
    known = known_revisions(migrations_dir)
    if revision not in known:
        raise StoreTooNew(
            "This store was written by a newer version of the program. Nothing was changed. "
            "Install that version or a later one on this register."
        )
    return revision != known[-1]


def migrate(path: Path, key: bytes, migrations_dir: Path) -> None:
    """Run what is missing, each revision in a transaction of its own; a crash leaves the last whole one.

    Raises:
        EnvironmentTrouble: a row would have lost its counterpart; that revision was rolled back.
    """
    from alembic import command

    from pos_desktop.storage.engine import make_engine

    # With foreign keys on, rebuilding a parent table would touch its children; SQLite ignores the pragma inside BEGIN.
    engine = make_engine(path, key, foreign_keys=False)
    try:
        command.upgrade(alembic_config(engine, migrations_dir), "head")
    finally:
        engine.dispose()


def alembic_config(engine: Engine, migrations_dir: Path) -> Config:
    """For `engine`, which must have been made without foreign keys. No address and no key is written anywhere."""
    from alembic.config import Config

    config = Config(attributes={"engine": engine, "before_commit": _refuse_broken_links})
    for option, value in (
        ("script_location", migrations_dir),
        ("version_locations", migrations_dir / VERSIONS),
        ("path_separator", "newline"),
    ):
        config.set_main_option(option, str(value).replace("%", "%%"))
    return config


def _refuse_broken_links(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise EnvironmentTrouble(
            f"The update of the store would break links of its table “{broken[0]}”. It was undone; the store is as it "
            "was. Go on with the former version of the program and call for help.",
            code="migration-refused",
        )
