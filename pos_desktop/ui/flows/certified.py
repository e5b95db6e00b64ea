"""F7: what a practitioner stated of the patient at the counter, typed from the certification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.certifying import Asked, typed_value
from pos_desktop.app.reception import Refused
from pos_desktop.app.visit import Visit
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import BadInput
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.sheet_state import CertificationSheet, FormField
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate
CERTIFIED = "certified"
CERTIFIED_KEY = "F7"


class EnteringCertified:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor

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
        floor.on_database("what was certified", lambda: desk.facts(visit.patient.id), self._show)

    def save(self, values: Mapping[str, str]) -> None:
        floor, visit, desk = self._floor, self._floor.visit, self._floor.desk.certifying
        if visit is None or desk is None:
            return
        by = floor.desk.duty.actor

        def keep() -> Visit | Refused:
            desk.state(visit.patient.id, values, by.id)
            return floor.desk.reception.refresh(visit)

        floor.lanes.database("keep what was certified", keep, self._kept, self._failed)

    def _show(self, facts: Sequence[Fact]) -> None:
        floor, desk = self._floor, self._floor.desk.certifying
        if floor.visit is None or desk is None or floor.paying:
            return
        intro = translate(
            "Certified",
            "Copy from the certification of {name} what stands on it. An empty field says nothing.",
        ).format(name=floor.visit.patient.name)
        fields = tuple(
            FormField(each.id, label(each), typed_value(facts, each), hint(each)) for each in desk.fields()
        )
        floor.open_sheet(CERTIFIED, CertificationSheet(intro, fields))

    def _kept(self, fresh: Visit | Refused) -> None:
        floor = self._floor
        if floor.visit is None or isinstance(fresh, Refused) or floor.visit.sale_id != fresh.sale_id:
            floor.close_sheet()
            return
        floor.visit = replace(fresh, cart=floor.visit.cart)
        floor.close_sheet()
        floor.say(Tone.GOOD, translate("Certified", "Kept. The allotments below go by it from now on."))

    def _failed(self, problem: BaseException) -> None:
        sheet = self._floor.sheet
        if isinstance(problem, BadInput) and isinstance(sheet, CertificationSheet):
            self._floor.open_sheet(CERTIFIED, replace(sheet, error=problem.sentence))
        else:
            self._floor.refuse(problem)


def label(asked: Asked) -> str:
    words = {
        FactKind.CERTIFIED_FROM: translate("Certified", "Certified from"),
        FactKind.ANCHOR: translate("Certified", "First day of the first period, if stated"),
        FactKind.DOSE: translate("Certified", "Daily dose ({unit})"),
        FactKind.CERTIFIED: translate("Certified", "{about}, certified ({unit})"),
        FactKind.ORDER: translate("Certified", "{about}: amount ({unit}), first and last day"),
        FactKind.AUTHORISATION: translate("Certified", "{about}"),
    }[asked.kind]
    return words.format(about=asked.about, unit=asked.unit)


def hint(asked: Asked) -> str:
    if asked.kind in (FactKind.CERTIFIED_FROM, FactKind.ANCHOR):
        return translate("Certified", "01/31/2027")
    if asked.kind is FactKind.AUTHORISATION:
        return translate("Certified", "yes or no")
    if asked.kind is FactKind.ORDER:
        return translate("Certified", "56 2026-11-01 2026-12-05")
    return translate("Certified", "needed for a sale") if asked.required else ""
