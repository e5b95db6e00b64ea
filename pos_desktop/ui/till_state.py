"""The room “Till”, as values. Every text arrives translated and formatted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pos_desktop.ui.state import FixButton, Tone


@dataclass(frozen=True, slots=True)
class CountRow:
    """One denomination. `id` is its cents; `amount` is empty while `wrong`: what was typed is no number.

    `typed` is what a grid that is built anew begins with; while it is there, its fields hold what is typed.
    """

    id: str
    label: str
    amount: str
    spoken: str
    wrong: bool = False
    typed: str = ""


@dataclass(frozen=True, slots=True)
class CountGrid:
    """A blind count. Each change of a field emits `Intents.till_count(texts)`, a mapping from row id to text as typed.

    Another `id` is another count: its fields begin with what its rows say was typed.
    """

    id: str
    rows: tuple[CountRow, ...]
    total_label: str
    total: str


@dataclass(frozen=True, slots=True)
class TillLine:
    """A label and what stands at its right; `big` is what the screen is about."""

    label: str
    value: str
    tone: Tone = Tone.PLAIN
    big: bool = False


@dataclass(frozen=True, slots=True)
class TillCard:
    """At the right: lines, or a note, or both. `tone` is the note's: a warning is not muted."""

    title: str
    lines: tuple[TillLine, ...] = ()
    note: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A cart that is held while the till is closed; `void` puts its goods back."""

    title: str
    detail: str
    void: FixButton


@dataclass(frozen=True, slots=True)
class TillRoom:
    """Left: a count, or lines and what may be done; right: cards, then one step back and the next step.

    Args:
        pill: Where one is, for instance `Step 2 of 4 · Count`.
        words: What is to be done now, in a sentence or two.
        actions: What may be done beside the next step; pressing one emits `Intents.fix(id)`, and so does its key.
        back: Its word is that of the button; it emits `Intents.back()`.
        primary: The next step; it emits `Intents.fix(id)`, and so does its key.
    """

    door: ClassVar[str] = "till"
    title: str
    subtitle: str
    back: FixButton
    pill: str = ""
    pill_tone: Tone = Tone.WARN
    words: str = ""
    count: CountGrid | None = None
    lines: tuple[TillLine, ...] = ()
    held: tuple[HeldRow, ...] = ()
    actions: tuple[FixButton, ...] = ()
    cards: tuple[TillCard, ...] = ()
    primary: FixButton | None = None
