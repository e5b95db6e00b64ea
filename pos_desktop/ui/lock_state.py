"""The lock screen as a value: nothing of a patient, a cart or an amount of money is in it."""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.ui.pin_state import PinAsked
from pos_desktop.ui.sheet_state import FormField
from pos_desktop.ui.state import FixButton


@dataclass(frozen=True, slots=True)
class LockScreen:
    """Covers everything while nobody is signed in.

    Args:
        hint: Where everybody's PIN is the same (training), which.
        fields: Where there are some, they are filled in instead of a PIN; saving emits `Intents.form(values)`.
        other: Leads to the fields, where the store has that way in; pressing it emits `Intents.fix(id)`.
    """

    store_line: str
    register_line: str
    clock: str
    title: str
    body: str
    pin: PinAsked
    hint: str = ""
    fields: tuple[FormField, ...] = ()
    other: FixButton | None = None
