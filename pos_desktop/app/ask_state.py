"""Asking the state about a patient, beside the sale."""

from __future__ import annotations

from pos_desktop.app.link import LinkWatch
from pos_desktop.app.ports import ServiceReach, StateAnswer, Tracker
from pos_desktop.domain.patient import Patient


class AskState:
    """Lane: network. Takes at most 3 s, by the tracker's own deadline."""

    def __init__(self, tracker: Tracker, link: LinkWatch) -> None:
        self._tracker = tracker
        self._link = link

    def __call__(self, patient: Patient) -> StateAnswer | None:
        """The state's answer, or None when it cannot be had; the link is noted either way."""
        answer = self._tracker.patient(patient.card_number)
        if isinstance(answer, StateAnswer):
            self._link.heard(ServiceReach.REACHED)
            return answer
        self._link.heard(answer)
        return None
