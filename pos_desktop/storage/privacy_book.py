"""Looks at patients, and purges: what of it is kept, and what `verify` asks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pos_desktop.app.ports.privacy import Purge, View, view_row
from pos_desktop.domain.identity import PatientId, PersonId, SaleId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.journal import canonical
from pos_desktop.storage import driver
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.purge_book import PURGED_CARD

_LAST = "SELECT coalesce(max(id), 0) FROM patient_view"
_ADD = "INSERT INTO patient_view VALUES (?, ?, ?, ?, ?, ?)"
_SOLD = "SELECT DISTINCT patient_id FROM sale WHERE sold_at >= ? ORDER BY patient_id"
_OF = "SELECT id, patient_id, person_id, seen_at, why, note FROM patient_view WHERE patient_id = ? ORDER BY id DESC"
_SALES_TO = """
    SELECT DISTINCT purchase_id FROM limit_spend WHERE patient_id = ? AND source = 'own' ORDER BY sold_at"""
_NEXT = "SELECT id, patient_id, person_id, seen_at, why FROM patient_view WHERE id > ? ORDER BY id LIMIT 500"
_PURGES = "SELECT patient_id, at, purged_by, approved_by, reason FROM patient_purge"
_WITHOUT = """
    SELECT register_code || '-' || epoch || '-' || printf('%07d', counter) FROM sale
    WHERE (patient_card = '' OR patient_name = '' OR caregiver_card = '')
    AND patient_id NOT IN (SELECT patient_id FROM patient_purge)"""
_STILL = """
    SELECT s.register_code || '-' || s.epoch || '-' || printf('%07d', s.counter) FROM patient_purge p
    JOIN sale s ON s.patient_id = p.patient_id
    WHERE s.patient_card <> '' OR s.patient_name <> '' OR coalesce(s.caregiver_card, '') <> ''"""
_RECORDS_WITHOUT = f"""
    SELECT count(*) FROM patient WHERE (card_number LIKE '{PURGED_CARD}%' OR first_name = '' AND last_name = '')
    AND id NOT IN (SELECT patient_id FROM patient_purge)"""  # noqa: S608 - a constant of ours
_RECORDS_STILL = f"""
    SELECT count(*) FROM patient_purge p JOIN patient t ON t.id = p.patient_id
    WHERE t.card_number <> '{PURGED_CARD}' || t.id OR t.first_name <> '' OR t.last_name <> ''"""  # noqa: S608 - a constant of ours


class StoredViews:
    """PatientViews and PrivacyRecords."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db, self._journal = db, journal

    def add(self, patients: Sequence[PatientId], by: PersonId, at: Instant, why: str, note: str) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            told = note_views(cursor, patients, by, at, why, note)
            ref = patients[0] if len(patients) == 1 else ""
            self._journal.write_entry(cursor, maker, kind="patient.viewed", actor=by, ref=ref, data=told)

    def add_sold(self, first: Instant, by: PersonId, at: Instant, why: str, note: str) -> int:
        patients = [PatientId(row[0]) for row in self._db.rows(_SOLD, (first.utc_us,))]
        if patients:
            self.add(patients, by, at, why, note)
        return len(patients)

    def of(self, patient_id: PatientId) -> Sequence[View]:
        return [
            View(row[0], PatientId(row[1]), PersonId(row[2]), Instant(row[3]), row[4], row[5])
            for row in self._db.rows(_OF, (patient_id,))
        ]

    def sales_to(self, patient_id: PatientId) -> Sequence[SaleId]:
        return [SaleId(row[0]) for row in self._db.rows(_SALES_TO, (patient_id,))]

    def names(self) -> Mapping[str, str]:
        return dict(self._db.rows("SELECT id, name FROM person"))

    def everybody(self) -> Iterator[tuple[str, str, str]]:
        """(card, first name, last name) of patients and caregivers, read in slices; none who was purged."""
        for table in ("patient", "caregiver"):
            last = ""
            query = f"SELECT id, card_number, first_name, last_name FROM {table} WHERE id > ? ORDER BY id LIMIT 500"  # noqa: S608 - two tables of ours
            while rows := self._db.rows(query, (last,)):
                yield from (
                    (card, first, name) for _, card, first, name in rows if not card.startswith(PURGED_CARD)
                )
                last = rows[-1][0]

    # -- for verify

    def views(self) -> Iterator[tuple[Any, ...]]:
        last = -(1 << 62)
        while rows := self._db.rows(_NEXT, (last,)):
            yield from rows
            last = rows[-1][0]

    def purges(self) -> Mapping[PatientId, Purge]:
        return {
            PatientId(row[0]): Purge(
                PatientId(row[0]),
                Instant(row[1]),
                PersonId(row[2]),
                None if row[3] is None else PersonId(row[3]),
                row[4],
            )
            for row in self._db.rows(_PURGES)
        }

    def unlike(self) -> Sequence[str]:
        found = [
            f"Sale {row[0]} names no patient any more, and nobody was purged."
            for row in self._db.rows(_WITHOUT)
        ]
        found += [f"Sale {row[0]} still names a patient who was purged." for row in self._db.rows(_STILL)]
        for query, words in (
            (_RECORDS_WITHOUT, "A patient’s record was emptied without a purge."),
            (_RECORDS_STILL, "The record of a patient who was purged is not empty."),
        ):
            [(count,)] = self._db.rows(query)
            found += [words] * count
        return found


def note_views(
    cursor: driver.Cursor, patients: Sequence[PatientId], by: PersonId, at: Instant, why: str, note: str
) -> dict[str, object]:
    """Inside the caller's transaction: the rows; returns what the journal tells of them."""
    row = cursor.execute(_LAST).fetchone()
    first = 1 if row is None else row[0] + 1
    kept = [view_row(first + n, patient, by, at.utc_us, why) for n, patient in enumerate(patients)]
    cursor.executemany(_ADD, [(*each, note) for each in kept])
    digest = hashlib.sha256(canonical({"views": kept})).hexdigest()
    return {"first": first, "count": len(kept), "why": why, "rows": digest}
