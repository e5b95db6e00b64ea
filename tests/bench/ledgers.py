"""Encrypted stores with ledgers of a given length: a shop's two years, among them patients who buy a great deal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.heavy import PURCHASES, purchases

if TYPE_CHECKING:
    from pos_desktop.domain.identity import PatientId
    from pos_desktop.storage.driver import Connection

HEAVY = 12
_LINES_OF_OTHERS = 200
"""Of each of the others, two to a purchase: about twelve purchases in ninety days."""
_SPAN_US = 730 * 86_400_000_000
_PAYLOAD = b"x" * 900


@dataclass(frozen=True, slots=True)
class Shop:
    """`took_s`: seconds to fill the store; `imported` and `reported` are the patients who buy a great deal."""

    folder: Path
    lines: int
    imported: tuple[PatientId, ...]
    reported: tuple[PatientId, ...]
    took_s: float


def filled(folder: Path, lines: int) -> Shop:
    """Rows go in by the store's own insert text, in the order in which a shop sells, in one transaction."""
    from pos_desktop.domain.identity import PatientId
    from pos_desktop.storage import driver
    from pos_desktop.storage.bulk import _SPEND
    from tests.fixtures.stores import KEY, NOON, PATIENT, PERSON, opened

    begun = time.perf_counter()
    heavy = tuple(PatientId(f"01900000-0000-7000-9000-{n:012d}") for n in range(HEAVY))
    others = tuple(
        PatientId(f"01900000-0000-7000-a000-{n:012d}") for n in range(1 + lines // _LINES_OF_OTHERS)
    )
    patients = [
        replace(PATIENT, id=each, card_number=f"P-4{n:06d}", last_name=f"Patient {n}")
        for n, each in enumerate((*heavy, *others))
    ]
    folder.mkdir()
    with opened(folder, create=True) as store:
        store.staff.add(PERSON)
        store.bulk.add_patients(patients, PERSON.id, NOON)
        path = store.path
    imported, reported = heavy[: HEAVY // 2], heavy[HEAVY // 2 :]
    rows = list(_of_heavy(imported, "import")) + list(_of_heavy(reported, "own"))
    rows += _of_others(others, lines - len(rows))
    rows.sort(key=lambda row: row[1])
    with closing(driver.connect(path, KEY)) as con:
        driver.configure(con, foreign_keys=False, cache_kib=400 * 1024)
        con.execute("BEGIN IMMEDIATE")
        con.cursor().executemany(_SPEND, rows)
        _report(con, rows)
        con.execute("COMMIT")
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return Shop(folder, len(rows), imported, reported, time.perf_counter() - begun)


def _of_heavy(patients: tuple[PatientId, ...], source: str) -> Iterator[tuple[Any, ...]]:
    from pos_desktop.storage.bulk import _spend_rows
    from tests.fixtures.stores import NOON

    bought = purchases(PURCHASES, 1, NOON, source=source)
    for who in patients:
        for n, each in enumerate(bought):
            yield from _spend_rows(who, f"{who[:24]}{int(who[-12:]) * 1_000_000 + n:012d}", each)


def _of_others(patients: tuple[PatientId, ...], lines: int) -> list[tuple[Any, ...]]:
    from tests.fixtures.stores import NOON

    rows: list[tuple[Any, ...]] = []
    bought = lines // 2
    for n in range(bought):
        who, at_us = patients[n * 7919 % len(patients)], NOON.utc_us - _SPAN_US * (bought - n) // bought
        purchase_id, receipt = f"018f0000-0000-7000-b000-{n:012d}", f"R1-{n:06d}"
        measures = (3_500, 100, None, None, None, 1, None, 2_000)
        for line, category in enumerate(("flower", "edible")):
            rows.append(
                (
                    who,
                    at_us,
                    purchase_id,
                    line,
                    category,
                    *measures,
                    receipt,
                    "patient",
                    "own",
                )  # as columns stand
            )
    return rows


def _report(con: Connection, rows: list[tuple[Any, ...]]) -> None:
    """Of the last ten weeks' own sales the reports, confirmed within seconds."""
    from pos_desktop.storage.rows import insert_text
    from pos_desktop.storage.schema import outbox
    from tests.bench.heavy import WINDOW_DAYS
    from tests.fixtures.stores import NOON

    since = NOON.utc_us - WINDOW_DAYS * 86_400_000_000
    body, settled = (_PAYLOAD, "0" * 64, "confirmed", 1), (None, None, "", "77", None)
    reports = (
        (
            None,
            f"report-{id_}",
            "LIC-1",
            "sale",
            who,
            id_,
            receipt,
            *body,
            at,
            *settled,
            at,
            0,
            at + 5_000_000,
        )
        for who, at, id_, line, *_, receipt, _, source in rows
        if source == "own" and line == 0 and at > since
    )
    con.cursor().executemany(insert_text(outbox), reports)
