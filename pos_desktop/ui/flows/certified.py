"""F7: what a practitioner stated of the patient at the counter, typed from the certification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.certified_form import Cell, Change, Form, Row, WrongFields, read_changes
from pos_desktop.app.reception import Refused
from pos_desktop.app.visit import Visit
from pos_desktop.domain.certification import FactKind
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.sheet_state import CertificationSheet, FormField, FormRow
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate
CERTIFIED = "certified"
CERTIFIED_KEY = "F7"


class EnteringCertified:
    """`_form` is what the open sheet was filled from; `_keeping` while a lane writes what was typed."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._form = Form((), ())
        self._keeping = False

    def open(self) -> None:
        floor, visit = self._floor, self._floor.visit
        desk = floor.desk.certifying
        if floor.paying or visit is None or desk is None:
            return
        if not desk.fields():
            floor.say(
                Tone.INFO,
                translate("Certified", "The rules of this programme ask for nothing beside the card."),
            )
            return
        floor.on_database("what was certified", lambda: desk.form(visit.patient.id), self._show)

    def save(self, values: Mapping[str, str]) -> None:
        if self._floor.visit is None or self._floor.desk.certifying is None or self._keeping:
            return
        try:
            changes = read_changes(self._form, values)
        except WrongFields as wrong:
            self._mark(wrong.fields)
            return
        if not changes:
            self._floor.close_sheet()
            self._floor.say(Tone.INFO, translate("Certified", "Nothing was changed."))
            return
        self._keep(changes)

    def _keep(self, changes: tuple[Change, ...]) -> None:
        floor, visit, desk = self._floor, self._floor.visit, self._floor.desk.certifying
        if visit is None or desk is None:
            return
        by, form = floor.desk.duty.actor, self._form

        def keep() -> Visit | Refused:
            desk.keep(visit.patient.id, form, changes, by.id)
            return floor.desk.reception.refresh(visit)

        self._keeping = True
        floor.lanes.database("keep what was certified", keep, self._kept, self._failed)

    def _show(self, form: Form) -> None:
        floor = self._floor
        if floor.visit is None or floor.paying:
            return
        self._form, self._keeping = form, False
        intro = translate(
            "Certified",
            "Copy from the certification of {name} what stands on it. An empty field says nothing.",
        ).format(name=floor.visit.patient.name)
        fields = tuple(field for row in form.rows for field in form_fields(row))
        floor.open_sheet(CERTIFIED, CertificationSheet(intro, fields))

    def _mark(self, wrong: Mapping[str, str]) -> None:
        """Each field that cannot be taken says why; what was typed stays."""
        sheet = self._floor.sheet
        if isinstance(sheet, CertificationSheet):
            fields = tuple(replace(each, error=wrong.get(each.id, "")) for each in sheet.fields)
            error = translate("Certified", "Nothing was saved yet.")
            self._floor.open_sheet(CERTIFIED, replace(sheet, fields=fields, error=error))

    def _kept(self, fresh: Visit | Refused) -> None:
        floor = self._floor
        self._keeping = False
        if floor.visit is None or isinstance(fresh, Refused) or floor.visit.sale_id != fresh.sale_id:
            floor.close_sheet()
            floor.show()
            return
        floor.visit = replace(fresh, cart=floor.visit.cart)
        floor.close_sheet()
        floor.say(Tone.GOOD, translate("Certified", "Kept. The allotments below go by it from now on."))

    def _failed(self, problem: BaseException) -> None:
        self._keeping = False
        self._floor.refuse(problem)


def form_fields(row: Row) -> tuple[FormField, ...]:
    """The fields of one row as the sheet shows them."""
    shown, asked = row.shown, row.asked
    if asked.kind is not FactKind.ORDER:
        return (FormField(row.id, label(row), shown[Cell.WHOLE], hint(row)),)
    beside = FormRow(row.id, label(row))
    captions = {
        Cell.AMOUNT: (translate("Certified", "Amount ({unit})").format(unit=asked.unit), ""),
        Cell.FIRST: (translate("Certified", "First day"), translate("Certified", "01/31/2027")),
        Cell.LAST: (translate("Certified", "Last day"), translate("Certified", "03/06/2027")),
    }
    return tuple(
        FormField(field_id, captions[cell][0], shown[cell], captions[cell][1], row=beside)
        for cell, field_id in row.fields.items()
    )


def label(row: Row) -> str:
    asked = row.asked
    words = {
        FactKind.CERTIFIED_FROM: translate("Certified", "Certified from"),
        FactKind.ANCHOR: translate("Certified", "First day of the first period, if stated"),
        FactKind.DOSE: translate("Certified", "Daily dose ({unit})"),
        FactKind.CERTIFIED: translate("Certified", "{about}, certified ({unit})"),
        FactKind.ORDER: translate("Certified", "{about}")
        if row.fact is not None
        else translate("Certified", "{about} to add"),
        FactKind.AUTHORISATION: translate("Certified", "{about}"),
    }[asked.kind]
    return words.format(about=asked.about, unit=asked.unit)


def hint(row: Row) -> str:
    asked = row.asked
    if asked.kind in (FactKind.CERTIFIED_FROM, FactKind.ANCHOR):
        return translate("Certified", "01/31/2027")
    if asked.kind is FactKind.AUTHORISATION:
        return translate("Certified", "yes or no")
    return translate("Certified", "needed for a sale") if asked.required else ""
