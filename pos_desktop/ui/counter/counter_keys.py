"""What the keys of the counter ask for, where nothing lies over it."""

from __future__ import annotations

from PySide6.QtCore import SignalInstance

from pos_desktop.ui.intents import Intents, Opens
from pos_desktop.ui.key_names import MINUS
from pos_desktop.ui.state import CounterState


class CounterKeys:
    def __init__(self, intents: Intents) -> None:
        opens = intents.open_sheet
        self._wishes: dict[str, tuple[SignalInstance, Opens | None]] = {
            "F1": (opens, Opens.KEYS),
            "F2": (opens, Opens.PATIENT),
            "F3": (opens, Opens.PRODUCTS),
            "F4": (opens, Opens.RECKONING),
            "F5": (opens, Opens.OUTAGE),
            "F6": (intents.hold_or_recall, None),
            "F8": (opens, Opens.WEIGH),
            "F9": (opens, Opens.DRAWER),
            "T": (opens, Opens.TILL),
            "S": (opens, Opens.SAFE),
            "R": (opens, Opens.CREDIT),
            "F10": (intents.reprint, None),
            "F11": (opens, Opens.REPORTS),
            "F7": (opens, Opens.CERTIFIED),
            "F12": (intents.pay, None),
            "Del": (intents.remove, None),
            "+": (intents.plus, None),
            MINUS: (intents.minus, None),
        }

    def press(self, name: str, state: CounterState | None) -> None:
        """Keys of actions that are not shown do nothing."""
        if state is not None and name in self._wishes and _works(name, state):
            signal, payload = self._wishes[name]
            signal.emit(*(() if payload is None else (payload,)))


def _works(name: str, state: CounterState) -> bool:
    shown = {
        "F5": state.pill.opens,
        "F6": state.hold.shown,
        "F7": state.certifies,
        "F8": state.weigh.shown,
        "F9": state.till.shown,
        "T": state.till.shown,
        "S": state.safe.shown,
        "R": state.patient is not None and bool(state.patient.credit),
        "F10": state.reprint.shown,
        "F11": state.reports.shown,
    }
    return shown.get(name, True)
