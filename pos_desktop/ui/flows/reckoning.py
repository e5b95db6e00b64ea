"""F4: how the limits were reckoned."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.views import Why
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.presenter.allotment import place_name
from pos_desktop.ui.presenter.reckoning import reckoning_sheet
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate


def open_reckoning(floor: Floor) -> None:
    decision = floor.decision()
    if floor.visit is None or decision is None:
        floor.say(Tone.INFO, translate("Counter", "The reckoning opens with a patient."))
        return
    programme, now = floor.desk.limits.programme, floor.desk.clock.now()
    sheet = reckoning_sheet(floor.visit, decision, zone=programme.zone, now=now, place=place_name(programme))
    views, by, patient_id = floor.desk.views, floor.by, floor.visit.patient.id
    if views is None:
        floor.open_sheet("reckoning", sheet)
        return
    floor.on_database(
        "a look at the reckoning",
        lambda: views.seen(by, Why.RECKONING, [patient_id]),
        lambda _: floor.open_sheet("reckoning", sheet),
    )
