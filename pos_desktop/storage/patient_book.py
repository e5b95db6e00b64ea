"""Patients and caregivers. A card is found by one look-up in a unique index."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import CaregiverId, PatientId, PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.patient import Caregiver, Patient, Standing
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.rows import day, day_text
from pos_desktop.storage.schema import certification, patient

_PATIENT = (
    "SELECT id, card_number, first_name, last_name, birth_date, card_expires, card_starts, card_kind, "
    "standing, holder, ledger_rev FROM patient "
)
_CAREGIVER = "SELECT id, card_number, first_name, last_name, card_expires, standing FROM caregiver "
_SERVED_BY = """
    WHERE id IN (SELECT patient_id FROM caregiver_patient WHERE caregiver_id = ?)
    ORDER BY last_name, first_name"""
_STATED = (
    "SELECT kind, name, part, starts, ends, amount FROM certification WHERE patient_id = ? ORDER BY starts"
)
_BY_FIRST = _PATIENT + "WHERE first_name >= ? AND first_name < ? ORDER BY first_name, last_name LIMIT ?"
_AFTER_ALL_NAMES = "\U0010ffff"


class StoredPatients:
    """PatientBook."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db, self._journal = db, journal

    def by_card(self, card_number: str) -> Patient | Caregiver | None:
        """Case is ignored, as on the cards' own printing."""
        row = self._db.row(_PATIENT + "WHERE card_number = ?", (card_number,))
        return patient_of(row) if row else self._caregiver("WHERE card_number = ?", card_number)

    def by_id(self, patient_id: PatientId) -> Patient | None:
        row = self._db.row(_PATIENT + "WHERE id = ?", (patient_id,))
        return patient_of(row) if row else None

    def by_name(self, last: str, first: str, limit: int) -> Sequence[Patient]:
        rows = self._db.rows(
            _PATIENT + "WHERE last_name >= ? AND last_name < ? AND first_name >= ? AND first_name < ? "
            "ORDER BY last_name, first_name LIMIT ?",
            (last, last + _AFTER_ALL_NAMES, first, first + _AFTER_ALL_NAMES, limit),
        )
        if last and not first and len(rows) < limit:
            known = {row[0] for row in rows}
            others = self._db.rows(_BY_FIRST, (last, last + _AFTER_ALL_NAMES, limit))
            rows = [*rows, *(row for row in others if row[0] not in known)][:limit]
        return [patient_of(row) for row in rows]

    def by_birth(self, last: str, first: str, born: date) -> Sequence[Patient]:
        born_then = self._db.rows(_PATIENT + "WHERE birth_date = ?", (born.isoformat(),))
        wanted = (_bare(last), _bare(first))
        found = [patient_of(row) for row in born_then]
        return [each for each in found if (_bare(each.last_name), _bare(each.first_name)) == wanted]

    def add(self, patient: Patient, entered_by: PersonId, at: Instant) -> None:
        try:
            with self._db.write() as conn:
                _refuse_caregivers_card(conn, patient.card_number)
                conn.execute(_NEW, patient_row(patient, entered_by, at))
        except sa.exc.IntegrityError:
            if self.by_card(patient.card_number) is None:
                raise
            raise _taken() from None

    def facts(self, patient_id: PatientId) -> Sequence[Fact]:
        return [_fact(row) for row in self._db.rows(_STATED, (patient_id,))]

    def state(
        self,
        patient_id: PatientId,
        facts: Sequence[Fact],
        by: PersonId,
        at: Instant,
        told: Mapping[str, Any],
    ) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            replace_facts(conn, patient_id, facts, by, at)
            cursor = cursor_owner(conn.connection).cursor()
            self._journal.write_entry(
                cursor, maker, kind="patient.certified", actor=by, ref=patient_id, data=told
            )

    def caregiver(self, caregiver_id: CaregiverId) -> Caregiver | None:
        return self._caregiver("WHERE id = ?", caregiver_id)

    def patients_of(self, caregiver: Caregiver) -> Sequence[Patient]:
        rows = self._db.rows(_PATIENT + _SERVED_BY, (caregiver.id,))
        return [patient_of(row) for row in rows]

    def _caregiver(self, where: str, value: str) -> Caregiver | None:
        row = self._db.row(_CAREGIVER + where, (value,))
        if row is None:
            return None
        served = self._db.rows(
            "SELECT patient_id FROM caregiver_patient WHERE caregiver_id = ? ORDER BY patient_id", (row[0],)
        )
        return Caregiver(
            id=CaregiverId(row[0]),
            card_number=row[1],
            first_name=row[2],
            last_name=row[3],
            card_expires=day(row[4]),
            standing=Standing(row[5]),
            patients=tuple(PatientId(each[0]) for each in served),
        )


_NEW = sa.insert(patient)


def patient_of(row: Sequence[Any]) -> Patient:
    return Patient(
        id=PatientId(row[0]),
        card_number=row[1],
        first_name=row[2],
        last_name=row[3],
        birth_date=date.fromisoformat(row[4]),
        card_expires=day(row[5]),
        card_starts=day(row[6]),
        card_kind=row[7],
        standing=Standing(row[8]),
        holder=row[9],
        ledger_rev=row[10],
    )


def replace_facts(
    conn: sa.Connection, patient_id: str, facts: Sequence[Fact], by: PersonId, at: Instant
) -> None:
    """Inside the caller's transaction."""
    conn.execute(sa.delete(certification).where(certification.c.patient_id == patient_id))
    rows = [
        {
            "patient_id": patient_id,
            "kind": fact.kind.value,
            "name": fact.name,
            "part": fact.part,
            "starts": day_text(fact.starts) or "",
            "ends": day_text(fact.ends),
            "amount": fact.amount,
            "stated_by": by,
            "stated_at": at.utc_us,
        }
        for fact in facts
    ]
    if rows:
        conn.execute(sa.insert(certification), rows)
    conn.execute(
        sa.update(patient).where(patient.c.id == patient_id).values(ledger_rev=patient.c.ledger_rev + 1)
    )


def _fact(row: Sequence[Any]) -> Fact:
    return Fact(FactKind(row[0]), row[1], row[2], day(row[3] or None), day(row[4]), row[5])


def patient_row(patient: Patient, entered_by: PersonId, at: Instant) -> dict[str, Any]:
    return {
        "id": patient.id,
        "card_number": patient.card_number,
        "first_name": patient.first_name,
        "last_name": patient.last_name,
        "birth_date": patient.birth_date.isoformat(),
        "card_expires": day_text(patient.card_expires),
        "card_starts": day_text(patient.card_starts),
        "card_kind": patient.card_kind,
        "standing": patient.standing.value,
        "holder": patient.holder,
        "ledger_rev": patient.ledger_rev,
        "entered_by": entered_by,
        "entered_at": at.utc_us,
    }


def _refuse_caregivers_card(conn: sa.Connection, card_number: str) -> None:
    if conn.exec_driver_sql("SELECT 1 FROM caregiver WHERE card_number = ?", (card_number,)).first():
        raise _taken()


def _taken() -> BadInput:
    return BadInput("This card number is in the store already. Scan the card, or correct the number.")


def _bare(name: str) -> str:
    """Letters and digits only, without case and accents: `De la Peña-Ruiz` equals `DELAPENARUIZ`."""
    split = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in split if sign.isalnum())
