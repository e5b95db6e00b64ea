"""F5 where no line leads to the state: what its registry shows of the patient is read there and typed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.reception import Refused
from pos_desktop.app.registry import ACTIVE, READ_AT, Shown, Unreadable
from pos_desktop.app.visit import Visit
from pos_desktop.domain.sensitive import told
from pos_desktop.ui.flows.checking_in import CheckingIn
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter.allotment import place_name
from pos_desktop.ui.presenter.other_refusals import REGISTRY
from pos_desktop.ui.sheet_state import FormField, RegistrySheet
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate


class ReadingRegistry:
    def __init__(self, floor: Floor, checking_in: CheckingIn) -> None:
        self._floor, self._checking_in = floor, checking_in

    def open(self) -> None:
        floor, desk, visit = self._floor, self._floor.desk, self._floor.visit
        if floor.paying or visit is None or desk.registry is None:
            return
        intro = told(
            translate(
                "Registry",
                "Look {name} up in the registry of {place}, card ····{ending}, and type what it shows as left now.",
            ),
            name=visit.patient.name,
            place=place_name(desk.limits.programme),
            ending=visit.patient.card_ending,
        )
        fields = (
            FormField(
                ACTIVE, translate("Registry", "Card active there"), hint=translate("Registry", "yes or no")
            ),
            *(FormField(each.id, _label(each)) for each in desk.registry.shown(visit)),
            FormField(
                READ_AT,
                translate("Registry", "Read at"),
                figures.clock_time(desk.clock.now(), desk.zone),
            ),
        )
        floor.open_sheet(REGISTRY, RegistrySheet(intro, fields))

    def save(self, values: Mapping[str, str]) -> None:
        floor, visit, registry = self._floor, self._floor.visit, self._floor.desk.registry
        if visit is None or registry is None:
            return
        by = floor.by
        floor.lanes.database(
            "keep what the registry shows",
            lambda: registry.keep(visit, values, by),
            lambda fresh: self._kept(visit, fresh),
            self._failed,
        )

    def _kept(self, asked: Visit, fresh: Visit | Refused) -> None:
        floor = self._floor
        if floor.sheet_kind == REGISTRY:
            floor.close_sheet()
        if floor.visit is None or floor.visit.sale_id != asked.sale_id:
            return
        if isinstance(fresh, Refused):
            floor.end_visit()
            self._checking_in.say_refused(fresh)
            return
        now = floor.visit
        floor.visit = replace(fresh, sale_id=now.sale_id, cart=now.cart, lifts=now.lifts)
        floor.say(Tone.GOOD, translate("Registry", "Kept. Sales go by this figure as long as it is fresh."))

    def _failed(self, problem: BaseException) -> None:
        """What was typed stays where it can be mended."""
        floor, sheet = self._floor, self._floor.sheet
        if not (isinstance(problem, Unreadable) and isinstance(sheet, RegistrySheet)):
            floor.refuse(problem)
            return
        fields = tuple(
            replace(each, error=problem.sentence if each.id == problem.field else "") for each in sheet.fields
        )
        floor.open_sheet(REGISTRY, replace(sheet, fields=fields))


def _label(shown: Shown) -> str:
    return translate("Registry", "{label}: left ({unit})").format(label=shown.label, unit=shown.unit)
