"""The complete sale against the bare transaction of the same rows, in turn in one process (performance contract, 4.2).

Ours: the store's own door, with journal entry, hash, report document and outbox item made inside. Floor: the raw driver
on a second store of the same schema, key and pragmas, repeating value by value the statements that a third recorded.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pos_desktop.app.journaling import EntryMaker
from pos_desktop.domain.sale import Sale
from pos_desktop.storage import driver
from pos_desktop.storage.sale_book import StoredSales
from pos_desktop.storage.sale_transaction import StoredSaleTransaction
from pos_desktop.storage.store import Store
from tests.fixtures.stores import KEY, NOON, basket, entry_maker, sell, stocked

WARM_UP = 30
TARGET = 1.7
Statements = list[tuple[str, list[tuple[Any, ...]]]]


class _Recorder:
    """A cursor that keeps every statement which writes."""

    rowcount = lastrowid = 0

    def __init__(self, cursor: driver.Cursor) -> None:
        self._cursor = cursor
        self.kept: Statements = []

    def execute(self, sql: str, values: Any = (), /) -> driver.Cursor:
        if not sql.lstrip().startswith("SELECT"):
            self.kept.append((sql, [tuple(values)]))
        return self._cursor.execute(sql, values)

    def executemany(self, sql: str, rows: Any, /) -> driver.Cursor:
        self.kept.append((sql, list(rows)))
        return self._cursor.executemany(sql, self.kept[-1][1])

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._cursor.fetchone()

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._cursor.fetchall()


class _RecordedSales(StoredSales):
    recorder: _Recorder

    @contextmanager
    def transaction(self) -> Iterator[StoredSaleTransaction]:
        with super().transaction() as txn:
            self.recorder = _Recorder(txn._cursor)
            yield StoredSaleTransaction(self.recorder)


def floor(con: driver.Connection, statements: Statements) -> None:
    """The bare transaction."""
    cursor = con.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    for sql, values in statements:
        if len(values) == 1:
            cursor.execute(sql, values[0])
        else:
            cursor.executemany(sql, values)
    cursor.execute("COMMIT")


def ours(store: Store, entries: EntryMaker, sale: Sale) -> None:
    sell(store, entries, sale)


def run(n: int) -> dict[str, float]:
    """Medians in milliseconds of `n` sales each way, and their ratio."""
    with TemporaryDirectory() as root:
        folders = [Path(root) / name for name in ("recorded", "ours", "bare")]
        recorded, store, third = [stocked(folder) for folder in folders]
        bare_path = third.path
        third.close()
        recorded.sales = _RecordedSales(recorded._db)
        bare = driver.connect(bare_path, KEY)
        driver.configure(bare)
        try:
            return _measured(n, recorded, store, bare)
        finally:
            bare.close()
            store.close()
            recorded.close()


def _measured(n: int, recorded: Store, store: Store, bare: driver.Connection) -> dict[str, float]:
    entries = entry_maker(recorded), entry_maker(store)
    sales = recorded.sales
    assert isinstance(sales, _RecordedSales)
    took: dict[str, list[int]] = {"ours": [], "floor": []}
    for i in range(WARM_UP + n):
        sale = basket(f"sale-{i:06d}", NOON.plus_us(i * 1_000_000))
        sell(recorded, entries[0], sale)
        statements = sales.recorder.kept
        for name in ("ours", "floor") if i % 2 else ("floor", "ours"):
            begun = time.perf_counter_ns()
            if name == "ours":
                ours(store, entries[1], sale)
            else:
                floor(bare, statements)
            if i >= WARM_UP:
                took[name].append(time.perf_counter_ns() - begun)
    ours_ms, floor_ms = (statistics.median(took[name]) / 1e6 for name in ("ours", "floor"))
    return {
        "ours_ms": ours_ms,
        "floor_ms": floor_ms,
        "ratio": ours_ms / floor_ms,
        "ours_p99_ms": statistics.quantiles(took["ours"], n=100)[98] / 1e6,
    }


def rows(n: int = 400) -> list[tuple[str, float, float]]:
    """(name, ours, floor) in milliseconds, p50."""
    figures = run(n)
    return [("commit of the complete sale, p50", figures["ours_ms"], figures["floor_ms"])]


if __name__ == "__main__":
    print(run(400))
