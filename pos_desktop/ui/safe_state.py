"""The room “Safe”, as values. Every text arrives translated and formatted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pos_desktop.ui.state import FixButton, ResultRow, Tone
from pos_desktop.ui.till_state import CountGrid, TillCard


@dataclass(frozen=True, slots=True)
class SafeRoom:
    """Left: a list of what lies where or goes into a bag, or a count. Right: the chosen line, and what is done.

    Args:
        pill: Where one is, for instance `Count 2 of 2 · blind`.
        rows: Choosing one emits `Intents.safe_at(id)`.
        at: Id of the chosen row.
        count: Each change of a field emits `Intents.safe_count(texts)`.
        actions: Beside the next step; pressing one emits `Intents.fix(id)`, and so does its key.
        primary: The next step with the chosen line; it emits `Intents.fix(id)`, and so does its key.
    """

    door: ClassVar[str] = "safe"
    title: str
    subtitle: str
    back: FixButton
    pill: str = ""
    pill_tone: Tone = Tone.INFO
    rows: tuple[ResultRow, ...] = ()
    at: str = ""
    empty_text: str = ""
    count: CountGrid | None = None
    cards: tuple[TillCard, ...] = ()
    actions: tuple[FixButton, ...] = ()
    primary: FixButton | None = None
