"""The complete sale against the bare transaction of the same rows, in turn in one process (performance contract, 4.2).

Ours: `CloseSale.cash` on an encrypted store: look for a double, limit decision, totals, journal entry and its hash,
report document, outbox item, one transaction. Floor: the raw driver on another store of the same schema, key and
pragmas, repeating value by value the statements that a third store recorded of the same sale.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pos_desktop.app.visit import Visit
from pos_desktop.composition.programmes import load_programme
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.domain.patient import Patient
from pos_desktop.storage import driver
from pos_desktop.storage.sale_book import StoredSales
from pos_desktop.storage.sale_transaction import StoredSaleTransaction
from tests.bench.table import Result, Row, quantile
from tests.fixtures.stored_tills import StoredTill
from tests.fixtures.stores import (
    KEY,
    NOON,
    PATIENT,
    PERSON,
    SESSION,
    ZONE,
    StandingClock,
    incoming,
    opened,
    tag,
)

ROWS = (
    Row(
        "commit",
        "commit of the complete sale, p50",
        "the bare SQLCipher transaction of the same rows",
        "ms",
        1.7,
    ),
)
SALES, WARM_UP, PATIENTS, PACKAGES = 400, 30, 150, 4
Statements = list[tuple[str, list[tuple[Any, ...]]]]


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


class _Recorder:
    """A cursor that keeps every statement which writes."""

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

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


class _RecordedTransaction(StoredSaleTransaction):
    written: tuple[Any, dict[str, Any]]

    def write(self, sale: Any, **rest: Any) -> None:
        self.written = (sale, rest)
        super().write(sale, **rest)


class _RecordedSales(StoredSales):
    recorder: _Recorder
    last: _RecordedTransaction

    @contextmanager
    def transaction(self) -> Iterator[StoredSaleTransaction]:
        with super().transaction() as txn:
            self.recorder = _Recorder(txn._cursor)
            self.last = _RecordedTransaction(self.recorder)  # type: ignore[arg-type]  # has what is used of a cursor
            yield self.last


class Till(StoredTill):
    """One store with the use cases of a sale, everything on it in step with its twins."""

    def full_basket(self, n: int) -> Visit:
        """The patient of sale `n`, checked in, with a full basket."""
        visit = self.visit(_patient(n % PATIENTS).id, {tag(each): 1 for each in range(1, PACKAGES + 1)})
        # As the screen does after each change: the window was summed at check-in, before anybody pays.
        self.limits.decide(visit, self.clock.now(), Link.DOWN)
        return visit


def _patient(n: int) -> Patient:
    return replace(
        PATIENT, id=PatientId(f"patient-{n:03d}"), card_number=f"P-3{n:06d}", last_name=f"Patient {n:03d}"
    )


def till_of(folder: Path, programme: Programme, sales: type[StoredSales] = StoredSales) -> Till:
    clock = StandingClock()
    store = opened(folder, clock, create=True)
    for key, value in (("store.code", "ST1"), ("store.zone", ZONE.key), ("programme", "us-mi-medical")):
        store.settings.set(key, value)
    store.staff.add(PERSON)
    store.staff.start_session(SESSION)
    store.bulk.add_patients([_patient(n) for n in range(PATIENTS)], PERSON.id, NOON)
    store.intake.receive([incoming(n, on_hand=1_000_000) for n in range(1, PACKAGES + 1)], NOON)
    store.sales = sales(store._db)
    return Till(store, clock, programme)


def measure(_: Path) -> list[Result]:
    with TemporaryDirectory() as root:
        programme = load_programme("us-mi-medical")
        recorded = till_of(Path(root) / "recorded", programme, _RecordedSales)
        ours, alone, third = (till_of(Path(root) / name, programme) for name in ("ours", "alone", "bare"))
        third.store.close()
        bare = driver.connect(third.store.path, KEY)
        driver.configure(bare)
        try:
            took = _in_turn(recorded, ours, alone, bare)
        finally:
            bare.close()
            for each in (recorded, ours, alone):
                each.store.close()
    p50 = {name: quantile(values, 50) for name, values in took.items()}
    store_note = f"the store's transaction alone, p50: {p50['alone']:.3f} ms, {p50['alone'] / p50['floor']:.2f} x floor"
    worst = f"p99: ours {quantile(took['ours'], 99):.2f} ms, floor {quantile(took['floor'], 99):.2f} ms"
    return [Result(ROWS[0], p50["ours"], p50["floor"], (store_note, worst))]


def _in_turn(recorded: Till, ours: Till, alone: Till, bare: driver.Connection) -> dict[str, list[float]]:
    sales = recorded.store.sales
    assert isinstance(sales, _RecordedSales)
    took: dict[str, list[float]] = {"ours": [], "floor": [], "alone": []}
    names = list(took)
    for n in range(WARM_UP + SALES):
        recorded.pay(recorded.full_basket(n))
        visit, statements = ours.full_basket(n), sales.recorder.kept
        for name in names[n % 3 :] + names[: n % 3]:
            begun = time.perf_counter_ns()
            if name == "ours":
                ours.pay(visit)
            elif name == "floor":
                floor(bare, statements)
            else:
                _store_alone(alone, n, sales.last)
            if n >= WARM_UP:
                took[name].append((time.perf_counter_ns() - begun) / 1e6)
        for till in (recorded, ours):
            till.clock.move(1_000_000)
    return took


def _store_alone(till: Till, n: int, made: _RecordedTransaction) -> None:
    """What the store does for a sale whose rows are made already."""
    sale, rest = made.written
    with till.store.sales.transaction() as txn:
        txn.spend_revision(sale.patient_id, n // PATIENTS)
        txn.next_number()
        txn.journal_head()
        txn.write(sale, **rest)
