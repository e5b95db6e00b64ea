"""The room “Reports to the state”, as values. Every text arrives translated and formatted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from pos_desktop.ui.safe_state import SafeRoom
from pos_desktop.ui.state import FixButton, Tone
from pos_desktop.ui.till_state import TillRoom

PAGE_ROWS = 50
"""Rows travel in pages of so many, from row 0 on."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report in the list. `due` is empty once it has ended, or where no duty is known."""

    id: str
    title: str
    when: str
    state: str
    tone: Tone
    due: str = ""
    due_tone: Tone = Tone.PLAIN

    @property
    def spoken(self) -> str:
        return ", ".join(part for part in (self.title, self.when, self.state, self.due) if part)


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """`key` is shown and works as shortcut."""

    id: str
    label: str
    key: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class ReportStep:
    when: str
    words: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Sides:
    """One thing on both sides; `differs` where they are not the same."""

    label: str
    here: str
    there: str
    differs: bool = True


@dataclass(frozen=True, slots=True)
class ReportStory:
    """One report, or one difference that a comparison found.

    Args:
        cause: Why it stands where it does, in the service's own words; with `advice` it makes the card at the top.
        advice: What to do about it.
        sides: What a comparison holds against each other.
        earlier: How many steps came before the first of `steps`; a sentence or empty.
        raw: What was kept of the exchange, patient data masked; shown when unfolded. Empty: there is nothing to unfold.
        actions: What may be done now; pressing one emits `Intents.fix(id)`, and so does its key.
        note: Why an action is not there, or what waits for an answer.
    """

    id: str
    title: str
    subtitle: str
    state: str
    words: str
    tone: Tone
    cause: str = ""
    advice: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    sides: tuple[Sides, ...] = ()
    steps: tuple[ReportStep, ...] = ()
    earlier: str = ""
    raw: str = ""
    actions: tuple[FixButton, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Draining:
    """Reports on their way; `ppm` of them are there."""

    text: str
    ppm: int


@dataclass(frozen=True, slots=True)
class ReportsRoom:
    """`pages` holds those rows that were read: page number to rows. A row of no page is still being read.

    Args:
        total: How many rows the list has, read or not.
        at: The row of the report whose story is told; -1 when it is not in the list, or not among what was read.
        reading: The first answer has not come yet.
        line: Opens the sheet about the line to the state, where there is one.
        compare: Leads to the comparison of a day, where there is a state to compare with.
    """

    door: ClassVar[str] = "reports"
    """Its button on the rail."""
    filters: tuple[ReportFilter, ...] = ()
    total: int = 0
    pages: Mapping[int, tuple[ReportRow, ...]] = field(default_factory=dict)
    at: int = -1
    story: ReportStory | None = None
    summary: str = ""
    empty_text: str = ""
    reading: bool = False
    draining: Draining | None = None
    line: FixButton | None = None
    compare: FixButton | None = None


@dataclass(frozen=True, slots=True)
class CompareRoom:
    """A business day held against the state. Without `filters` there is nothing to list yet.

    Args:
        day_note: `yesterday`, or that the day is not over; may be empty.
        days: Choose another day; not there while a comparison runs.
        start: Begins the comparison, or ends the one that runs.
        running: How far it is.
        tools: What may be done with the whole of what was found.
        pages, total, at, story: As in `ReportsRoom`; a row is one difference.
    """

    door: ClassVar[str] = "reports"
    day: str
    day_note: str
    start: FixButton
    days: tuple[FixButton, ...] = ()
    running: Draining | None = None
    tools: tuple[FixButton, ...] = ()
    summary: str = ""
    filters: tuple[ReportFilter, ...] = ()
    total: int = 0
    pages: Mapping[int, tuple[ReportRow, ...]] = field(default_factory=dict)
    at: int = -1
    story: ReportStory | None = None
    empty_title: str = ""
    empty_text: str = ""


Room = ReportsRoom | CompareRoom | TillRoom | SafeRoom
