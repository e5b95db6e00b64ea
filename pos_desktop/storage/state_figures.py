"""The state's last answer about each patient."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from pos_desktop.app.ports import OunceRow, StateAnswer, TypedFigure
from pos_desktop.domain.identity import PatientId, PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.patient import Standing
from pos_desktop.storage.database import Database
from pos_desktop.storage.rows import day, day_text
from pos_desktop.storage.schema import patient, state_figure

_KINDS = ("flower", "thc", "concentrate", "infused")


class StoredFigures:
    """StateFigures."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def last(self, patient_id: PatientId) -> StateAnswer | None:
        row = self._db.row(
            "SELECT as_of, found, active, expires, rows FROM state_figure WHERE patient_id = ?", (patient_id,)
        )
        if row is None:
            return None
        told = json.loads(row[4])
        answer = StateAnswer(Instant(row[0]), bool(row[1]), bool(row[2]), day(row[3]), ())
        return _typed(answer, told) if isinstance(told, dict) else replace(answer, rows=_rows(told))

    def store(self, patient_id: PatientId, answer: StateAnswer) -> None:
        """An older answer than the one kept changes nothing. An unknown number leaves the patient's standing alone.

        A new one raises the patient's revision: a sale that was decided by the word before it is decided anew.
        """
        values = {
            "patient_id": patient_id,
            "as_of": answer.as_of.utc_us,
            "found": int(answer.found),
            "active": int(answer.active),
            "expires": day_text(answer.expires),
            "rows": json.dumps(_told(answer)),
        }
        newer = (
            insert(state_figure)
            .values(values)
            .on_conflict_do_update(
                index_elements=["patient_id"], set_=values, where=state_figure.c.as_of <= values["as_of"]
            )
        )
        with self._db.write() as conn:
            if conn.execute(newer).rowcount:
                conn.execute(sa.update(patient).where(patient.c.id == patient_id).values(_moved(answer)))


def _moved(answer: StateAnswer) -> dict[str, Any]:
    values: dict[str, Any] = {"ledger_rev": patient.c.ledger_rev + 1}
    if answer.found:
        values["standing"] = (Standing.ACTIVE if answer.active else Standing.INACTIVE).value
    if answer.found and answer.expires is not None:
        values["card_expires"] = answer.expires.isoformat()
    return values


def _told(answer: StateAnswer) -> object:
    """The rows of the service; of what a person typed the figures and who it was."""
    if answer.typed_by is None:
        return [_texts(row) for row in answer.rows]
    return {"by": answer.typed_by, "left": [[each.pool, each.way, each.left] for each in answer.typed]}


def _typed(answer: StateAnswer, told: Mapping[str, Any]) -> StateAnswer:
    typed = tuple(TypedFigure(*each) for each in told["left"])
    return replace(answer, typed=typed, typed_by=PersonId(told["by"]))


def _rows(told: Sequence[Any]) -> tuple[OunceRow, ...]:
    return tuple(map(_ounces, told))


def _texts(row: OunceRow) -> list[object]:
    return [str(row.days), *([str(part) for part in getattr(row, kind)] for kind in _KINDS)]


def _ounces(texts: list[Any]) -> OunceRow:
    days, *kinds = texts
    flower, thc, concentrate, infused = (_three(*kind) for kind in kinds)
    return OunceRow(Fraction(days), flower, thc, concentrate, infused)


def _three(allowed: str, purchased: str, available: str) -> tuple[Fraction, Fraction, Fraction]:
    return Fraction(allowed), Fraction(purchased), Fraction(available)
