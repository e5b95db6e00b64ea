"""Everything that the store keeps of one patient, for that patient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.ports import Ledger, Person, SaleBook
from pos_desktop.app.ports.patients import PatientBook, StateFigures
from pos_desktop.app.ports.privacy import PatientViews, View
from pos_desktop.app.views import IN_WORDS, ViewLog, Why
from pos_desktop.domain.certification import Fact
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PatientId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.patient import Patient
from pos_desktop.domain.people import Right, require
from pos_desktop.domain.sale import Sale, SaleLine
from pos_desktop.domain.sensitive import reveal
from pos_desktop.domain.shelf import Unit


class PatientRecord:
    """Lane: database.

    `sums` keeps that a person read what sales of these sessions come to, or refuses it with a RuleRefusal.
    """

    def __init__(
        self,
        *,
        patients: PatientBook,
        ledger: Ledger,
        figures: StateFigures,
        sales: SaleBook,
        looks: PatientViews,
        views: ViewLog,
        zone: ZoneInfo,
        sums: Callable[[Person, Sequence[TillSessionId]], None],
    ) -> None:
        self._patients, self._ledger, self._figures = patients, ledger, figures
        self._sales, self._looks, self._views = sales, looks, views
        self._zone, self._sums = zone, sums

    def of(self, patient_id: PatientId, by: Person) -> dict[str, Any]:
        """The whole record; that it was taken out is itself a look.

        Raises:
            RuleRefusal: this person may not. BadInput: there is no such patient.
        """
        require(by, Right.EXPORT_PATIENT, "Nothing was written.")
        patient = self._patients.by_id(patient_id)
        if patient is None:
            raise BadInput("There is no such patient. Nothing was written.", code="no-patient")
        found = (self._sales.find(each) for each in self._looks.sales_to(patient_id))
        sales = [each for each in found if each is not None]
        self._sums(by, [each.till_session_id for each in sales])
        self._views.seen(by, Why.REQUEST, [patient_id])
        others = [each for each in self._ledger.window(patient_id, Instant(0)) if each.source != "own"]
        names = self._looks.names()
        return {
            "v": 1,
            "patient": _patient(patient),
            "stated": [_fact(each) for each in self._patients.facts(patient_id)],
            "state": self._state(patient_id),
            "purchases": [
                *(self._sale(each) for each in sales),
                *(
                    {"at": each.at.iso_in(self._zone), "source": each.source, "by": each.by}
                    for each in others
                ),
            ],
            "views": [self._view(each, names) for each in self._looks.of(patient_id)],
        }

    def _state(self, patient_id: PatientId) -> dict[str, Any] | None:
        answer = self._figures.last(patient_id)
        if answer is None:
            return None
        return {
            "as_of": answer.as_of.iso_in(self._zone),
            "found": answer.found,
            "active": answer.active,
            "expires": _day(answer.expires),
        }

    def _sale(self, sale: Sale) -> dict[str, Any]:
        return {
            "at": sale.sold_at.iso_in(self._zone),
            "source": "own",
            "by": "patient" if sale.caregiver_id is None else f"caregiver:{sale.caregiver_id}",
            "number": str(sale.number),
            "voided": sale.voided,
            "total": str(sale.total),
            "total_cents": sale.total.cents,
            "lines": [_line(each) for each in sale.lines],
        }

    def _view(self, view: View, names: Mapping[str, str]) -> dict[str, Any]:
        return {
            "at": view.at.iso_in(self._zone),
            "person": names.get(view.person_id, view.person_id),
            "why": view.why,
            "note": reveal(view.note),
        }


def record_text(record: Mapping[str, Any]) -> Iterable[str]:
    """The same for reading, a line each."""
    yield "Everything that this store keeps of you"
    yield ""
    for label, value in record["patient"].items():
        yield f"{label.replace('_', ' ').capitalize()}: {value if value is not None else 'none'}"
    yield from _section("What was certified", record["stated"], _stated_line)
    yield from _section("Purchases", record["purchases"], _purchase_line)
    yield from _section("Who looked at your record", record["views"], _view_line)


def view_words(why: str) -> str:
    return next((words for each, words in IN_WORDS.items() if each == why), why)


def _section(
    title: str, rows: Sequence[Mapping[str, Any]], line: Callable[[Mapping[str, Any]], str]
) -> Iterable[str]:
    yield ""
    yield f"{title}: {len(rows) or 'none'}"
    for row in rows:
        yield f"  {line(row)}"


def _stated_line(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in row.items() if value not in (None, ""))


def _purchase_line(row: Mapping[str, Any]) -> str:
    goods = "; ".join(f"{each['quantity']} {each['unit']} {each['name']}" for each in row.get("lines", ()))
    back = ", taken back" if row.get("voided") else ""
    return f"{row['at']}  {row.get('number', row['source'])}  {row.get('total', '')}  {goods}{back}"


def _view_line(row: Mapping[str, Any]) -> str:
    note = f" ({row['note']})" if row["note"] else ""
    return f"{row['at']}  {row['person']}, {view_words(row['why'])}{note}"


def _patient(patient: Patient) -> dict[str, Any]:
    return {
        "id": patient.id,
        "first_name": reveal(patient.first_name),
        "last_name": reveal(patient.last_name),
        "birth_date": patient.birth_date.isoformat(),
        "card_number": reveal(patient.card_number),
        "card_kind": patient.card_kind,
        "card_starts": _day(patient.card_starts),
        "card_expires": _day(patient.card_expires),
        "standing": patient.standing.value,
        "holder": patient.holder,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "kind": fact.kind.value,
        "name": fact.name,
        "part": fact.part,
        "starts": _day(fact.starts),
        "ends": _day(fact.ends),
        "amount": fact.amount,
    }


def _line(line: SaleLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "quantity": line.quantity,
        "unit": "mg" if line.unit is Unit.WEIGHT else "pieces",
        "amount_cents": line.amount.cents,
        "batch": line.batch,
        "tag": line.tag,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
