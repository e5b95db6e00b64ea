"""What a scan neither leaves nor covers."""

from __future__ import annotations

from pos_desktop.ui.flows.certified import CERTIFIED, SURE, form_is_open
from pos_desktop.ui.flows.floor import SAFE_SHEET, SECOND, Floor, payment_is_open
from pos_desktop.ui.flows.second_person import second_is_asked
from pos_desktop.ui.state import Tone


def stays_open(floor: Floor) -> bool:
    """Whether what is open stays as it is; said, but in the safe, whose sheet took the number of a bag or seal."""
    kind = floor.sheet_kind
    if floor.paying and floor.done_sale is None:
        floor.say(Tone.INFO, payment_is_open())
    elif kind == SECOND:
        floor.say(Tone.WARN, second_is_asked())
    elif kind in (CERTIFIED, SURE):
        floor.say(Tone.WARN, form_is_open())
    else:
        return kind == SAFE_SHEET
    return True
