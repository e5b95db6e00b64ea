"""One state of the store for as long as it takes to read all of it, while others go on selling.

Whoever compares the journal with the sales would otherwise find the sales of the meantime without their entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from pos_desktop.domain.errors import PosError
from pos_desktop.storage import driver, faults
from pos_desktop.storage.custody_book import StoredCustody
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.people_book import StoredPeople
from pos_desktop.storage.privacy_book import StoredViews
from pos_desktop.storage.record_book import StoredRecords
from pos_desktop.storage.sale_book import StoredSales
from pos_desktop.storage.seal_book import StoredSeals
from pos_desktop.storage.tender_book import StoredTenders
from pos_desktop.storage.till_book import StoredTills

_CACHE_KIB = 8 * 1024
"""Everything is read once, from front to back: a large cache would only take memory from the counter."""


@dataclass(frozen=True, slots=True)
class Books:
    sales: StoredSales
    journal: StoredJournal
    tills: StoredTills
    seals: StoredSeals
    records: StoredRecords
    tenders: StoredTenders
    custody: StoredCustody
    people: StoredPeople
    views: StoredViews


@contextmanager
def snapshot(path: Path, key: bytes) -> Iterator[Books]:
    """On a connection of its own; stays in the thread that opened it. Nothing can be written through it.

    Raises:
        StoreDamaged, EnvironmentTrouble: also while the books are read.
    """
    try:
        con = driver.connect(path, key)
    except driver.Error as error:
        raise faults.translated(error, writing=False) or error from error
    try:
        for pragma in ("query_only = ON", f"cache_size = -{_CACHE_KIB}"):
            con.execute(f"PRAGMA {pragma}")
        con.execute("BEGIN")
        seen: Any = _Seen(con)  # the part of a Database that reading takes
        journal = StoredJournal(seen, _NOBODY, _NOBODY)
        yield Books(
            sales=StoredSales(seen),
            journal=journal,
            tills=StoredTills(seen, journal),
            seals=StoredSeals(seen),
            records=StoredRecords(seen),
            custody=StoredCustody(seen, journal),
            people=StoredPeople(seen, journal),
            views=StoredViews(seen, journal),
            tenders=StoredTenders(seen, journal),
        )
    finally:
        con.close()


_NOBODY: Any = None
"""Nothing is written here, so nobody makes entries."""


class _Seen:
    """What of a Database only reads, on one connection inside one transaction."""

    def __init__(self, con: driver.Connection) -> None:
        self._con = con
        self._engine = sa.create_engine(
            "sqlite://",
            module=driver.module,
            creator=lambda: _Unended(con),
            poolclass=StaticPool,
            hide_parameters=True,
        )

    def row(self, sql: str, values: driver.Values = ()) -> tuple[Any, ...] | None:
        with _told():
            return self._con.execute(sql, values).fetchone()

    def rows(self, sql: str, values: driver.Values = ()) -> list[tuple[Any, ...]]:
        with _told():
            return self._con.execute(sql, values).fetchall()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with _told(), self._engine.connect() as conn:
            yield conn


class _Unended:
    """A connection whose transaction SQLAlchemy does not end after each reading."""

    def __init__(self, con: driver.Connection) -> None:
        self._con = con

    def rollback(self) -> None:
        """The one state goes on to be seen."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (driver.Error, sa.exc.DBAPIError) as error:
        ours: PosError | None = faults.translated(error, writing=False)
        raise ours or error from error
