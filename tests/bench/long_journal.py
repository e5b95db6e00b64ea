"""Stores with a long past, made fast: rows as the use cases write them, thousands of sales in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pos_desktop.app.journaling import EntryMaker, sale_entry
from pos_desktop.app.ports import TillSession
from pos_desktop.app.reporting import report_item
from pos_desktop.domain.identity import PatientId, SaleId
from pos_desktop.domain.instant import MINUTE_US, SECOND_US
from pos_desktop.domain.journal import chain
from pos_desktop.domain.sale import Sale
from pos_desktop.storage import driver
from pos_desktop.storage.database import cursor_owner
from pos_desktop.storage.sale_transaction import StoredSaleTransaction
from pos_desktop.storage.store import Store
from tests.fixtures.stores import PATIENT, PERSON, ZONE, StandingClock, basket, opened
from tests.fixtures.till_walk import Walk, prepared

A_TILL = 5_000
"""Sales of one session here; a real one has a day's."""
BUYERS = 400
"""Of the past: no limit is asked for them, and nobody else sells to them."""
_OTHERS = ("drawer.opened", "sign-in.done", "setting.changed")
_ENTRY = "INSERT INTO journal VALUES (?, ?, ?, ?)"


def filled(folder: Path, sales: int, others: int) -> Path:
    """`sales` of one line, and `others` entries of other kinds after each."""
    folder.mkdir(parents=True, exist_ok=True)
    prepared(folder)
    clock = StandingClock()
    with opened(folder, clock) as store:
        buyers = [
            replace(PATIENT, id=PatientId(f"past-{n:03d}"), card_number=f"P-9{n:06d}") for n in range(BUYERS)
        ]
        store.bulk.add_patients(buyers, PERSON.id, clock.now())
        walk = Walk(store, clock, 1, lambda _: None)
        for first in range(0, sales, A_TILL):
            walk.open()
            session = store.tills.session("R1")
            assert session is not None
            _sell(store, clock, session, range(first, min(first + A_TILL, sales)), others)
            walk.seal()
            walk.close()
            store.idle_checkpoint()
    return folder


def _sell(store: Store, clock: StandingClock, session: TillSession, numbers: range, others: int) -> None:
    entries = EntryMaker(store.settings.register(), clock)
    with store._db.write() as conn:
        cursor = cursor_owner(conn.connection).cursor()
        txn = StoredSaleTransaction(cursor)
        seq, link = txn.journal_head()
        for n in numbers:
            clock.move(MINUTE_US)
            sale = replace(_sale(n, clock, session), number=txn.next_number(), journal_seq=seq)
            sale = replace(sale, external=f"ST1-{sale.number}")
            body = entries.make(
                seq, sale.sold_at, actor=sale.actor_id, kind="sale.done", ref=sale.id, data=sale_entry(sale)
            ).body()
            link = chain(link, body)
            sale = replace(sale, journal_hash=link.hex()[:8])
            _write(txn, sale, body, link)
            seq += 1
            for other in _others(entries, clock, seq, sale, others):
                link = chain(link, other)
                cursor.execute(_ENTRY, (sale.number.epoch, seq, other, link))
                seq += 1


def _sale(n: int, clock: StandingClock, session: TillSession) -> Sale:
    made = basket(f"sale-{n:07d}", clock.now(), packages=1)
    return replace(
        made,
        patient_id=PatientId(f"past-{n % BUYERS:03d}"),
        till_session_id=session.id,
        id=SaleId(made.id),
    )


def _write(txn: StoredSaleTransaction, sale: Sale, body: bytes, link: bytes) -> None:
    report = report_item(
        sale, item_id=f"report-{sale.id}", license_number="LIC-1", facility_zone=ZONE, due_at=None
    )
    txn.write(sale, entry=body, entry_hash=link, report=report, kick_drawer=False, print_receipt=False)


def _others(entries: EntryMaker, clock: StandingClock, seq: int, sale: Sale, count: int) -> Iterator[bytes]:
    for n in range(count):
        clock.move(SECOND_US)
        kind = _OTHERS[n % len(_OTHERS)]
        data: dict[str, Any] = {"why": "sample reason"}
        yield entries.make(
            seq + n, clock.now(), actor=sale.actor_id, kind=kind, ref=sale.patient_id, data=data
        ).body()


def raw_walk(path: Path, key: bytes) -> int:
    """The floor: every entry read and hashed in its chain by the bare driver; how many there are."""
    con = driver.connect(path, key)
    try:
        rows, link = con.execute("SELECT body, hash FROM journal ORDER BY epoch, seq"), b""
        count = 0
        while row := rows.fetchone():
            chain(link, row[0])
            link = row[1]
            count += 1
        return count
    finally:
        con.close()
