"""Cards of the room “Safe”: who is left for the rest of a bag's way."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.custody_hands import Names, leaves_nobody, stuck, who_could
from pos_desktop.domain.custody.events import Leg
from pos_desktop.domain.custody.hands import Hands
from pos_desktop.domain.people import Person
from pos_desktop.ui.state import Tone
from pos_desktop.ui.till_state import TillCard, TillLine

translate = QCoreApplication.translate


def hands_cards(hands: Hands | None, names: Names, actor: Person, *, does: bool) -> tuple[TillCard, ...]:
    """`does` is whether the signed-in person may do the next step: then they are warned before it."""
    if hands is None:
        return ()
    words = stuck(hands) or (leaves_nobody(hands, names, actor.id) if does else "")
    warning = (TillCard(translate("Safe", "Too few people"), note=words, tone=Tone.WARN),) if words else ()
    left = tuple(TillLine(_leg(leg), who) for leg, who in who_could(hands, names))
    return (*warning, TillCard(translate("Safe", "Who could still do it"), left))


def _leg(leg: Leg) -> str:
    return {
        Leg.PACKED: translate("Safe", "Count and seal"),
        Leg.HANDED_OVER: translate("Safe", "Hand over"),
        Leg.BANKED: translate("Safe", "Bank’s slip"),
    }[leg]
