"""Where a PIN is asked for, as values. The digits themselves are in no value: they go out once, with Enter."""

from __future__ import annotations

from dataclasses import dataclass

from pos_desktop.ui.state import Tone


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who can type a PIN here."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class PinAsked:
    """Choosing a name emits `Intents.person(id)`, Enter emits `Intents.pin(id, digits)`.

    Args:
        people: Who can be chosen; with nobody `empty_text` says why.
        chosen: Id of the one whose PIN is asked for.
        action: What Enter does: `Sign in`, `Approve`.
        said: What the last PIN came to, or what to do; `tone` is how it is meant.
        busy: The PIN is being looked at: no key is taken.
        turn: Another number than before: what was typed is gone.
    """

    people: tuple[Named, ...]
    chosen: str = ""
    action: str = ""
    said: str = ""
    tone: Tone = Tone.WARN
    busy: bool = False
    turn: int = 0
    empty_text: str = ""
