"""What proof costs: `verify` of a long journal, its memory, and the journal's part of a sale.

`python -m tests.bench.proving FOLDER` is the child that verifies a store, in a process whose memory is its own.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pos_desktop.app import close_sale
from pos_desktop.app.verifying import verify
from pos_desktop.composition.programmes import load_programme
from pos_desktop.storage import driver
from pos_desktop.storage.sale_book import StoredSales
from pos_desktop.storage.sale_transaction import _ENTRY, StoredSaleTransaction
from tests.bench.commit import SALES, WARM_UP, Till, till_of
from tests.bench.long_journal import filled, raw_walk
from tests.bench.shop import document_of
from tests.bench.table import Result, Row, quantile
from tests.fixtures.stores import KEY, opened

LONG, SHORT, OTHERS = 1_000_000, 100_000, 3
"""Entries; after each sale come so many of other kinds."""
ROWS = (
    Row(
        "verify",
        f"verify of {LONG:,} journal entries, {LONG // (OTHERS + 1):,} of them sales",
        "the bare driver reading and hashing the same entries",
        "s",
        0,
        plus=60,
    ),
    Row(
        "verify-memory", f"memory of verifying {LONG:,} entries", f"the same with {SHORT:,}", "MB", 1, plus=5
    ),
    Row("journal", "a sale with its journal entry, p50", "the same sale without one", "ms", 1.25),
)


def measure(_: Path) -> list[Result]:
    with TemporaryDirectory(prefix="pos-desktop-bench-") as root:
        small, large = (_verified(Path(root) / str(entries), entries) for entries in (SHORT, LONG))
    size = f"the file is {large['file_mb']:.0f} MB, filled in {large['filled_s']:.0f} s"
    assert large["wrong"] == small["wrong"] == 0
    return [
        Result(ROWS[0], large["seconds"], large["floor_s"], (size,)),
        Result(ROWS[1], large["peak_mb"], small["peak_mb"]),
        _journal(),
    ]


def _verified(folder: Path, entries: int) -> dict[str, Any]:
    begun = time.perf_counter()
    filled(folder, entries // (OTHERS + 1), OTHERS)
    took = time.perf_counter() - begun
    size = (folder / "store.db").stat().st_size / 1e6
    found: dict[str, Any] = document_of("proving", str(folder))
    return {**found, "filled_s": took, "file_mb": size}


def child(folder: Path) -> dict[str, float]:
    begun = time.perf_counter()
    count = raw_walk(folder / "store.db", KEY)
    floor = time.perf_counter() - begun
    with opened(folder, counter=False) as store:
        begun = time.perf_counter()
        found = verify(store.sales, store.journal, store.tills, records=store.records)
        took = time.perf_counter() - begun
    assert found.entries == count
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": took, "floor_s": floor, "peak_mb": peak, "wrong": len(found.wrong)}


# -- a sale with and without


class _NoEntry:
    """An entry that is not made."""

    def body(self) -> bytes:
        return b""


class _NoEntries:
    def make(self, *_: object, **__: object) -> _NoEntry:
        return _NoEntry()


class _Dropping:
    """A cursor that writes no entry."""

    def __init__(self, cursor: driver.Cursor) -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def execute(self, sql: str, values: Any = (), /) -> driver.Cursor:
        return self._cursor if sql is _ENTRY else self._cursor.execute(sql, values)

    def executemany(self, sql: str, rows: Any, /) -> driver.Cursor:
        return self._cursor.executemany(sql, rows)


class _Unjournalled(StoredSaleTransaction):
    def journal_head(self) -> tuple[int, bytes]:
        return 0, b""


class _UnjournalledSales(StoredSales):
    @contextmanager
    def transaction(self) -> Iterator[StoredSaleTransaction]:
        with super().transaction() as txn:
            yield _Unjournalled(_Dropping(txn._cursor))  # type: ignore[arg-type]  # has what is used of a cursor


@contextmanager
def _telling(make: Callable[[Any], dict[str, Any]]) -> Iterator[None]:
    kept = vars(close_sale)["sale_entry"]
    vars(close_sale)["sale_entry"] = make
    try:
        yield
    finally:
        vars(close_sale)["sale_entry"] = kept


def _journal() -> Result:
    programme = load_programme("us-mi-medical")
    took: dict[str, list[float]] = {"with": [], "without": []}
    with TemporaryDirectory() as root:
        tills = {
            "with": till_of(Path(root) / "with", programme),
            "without": till_of(Path(root) / "without", programme, _UnjournalledSales),
        }
        vars(tills["without"].closing)["_entries"] = _NoEntries()
        try:
            for n in range(WARM_UP + SALES):
                for name in sorted(tills, reverse=bool(n % 2)):
                    took[name].append(_one(tills[name], n, journalled=name == "with"))
        finally:
            for each in tills.values():
                each.store.close()
    p50 = {name: quantile(values[WARM_UP:], 50) for name, values in took.items()}
    note = f"the journal's part of a sale: {p50['with'] - p50['without']:.3f} ms"
    return Result(ROWS[2], p50["with"], p50["without"], (note,))


def _one(till: Till, n: int, *, journalled: bool) -> float:
    """Milliseconds."""
    visit = till.full_basket(n)
    with _telling(vars(close_sale)["sale_entry"] if journalled else lambda _: {}):
        begun = time.perf_counter_ns()
        till.pay(visit)
        took = time.perf_counter_ns() - begun
    till.clock.move(1_000_000)
    return took / 1e6


if __name__ == "__main__":
    print(json.dumps(child(Path(sys.argv[1]))))
