"""The keys of a room beside the counter, for F1 and the line below."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from pos_desktop.ui.room_state import CompareRoom, ReportsRoom, Room
from pos_desktop.ui.safe_state import SafeRoom
from pos_desktop.ui.till_state import TillRoom

translate = QCoreApplication.translate
Hints = list[tuple[str, str]]


def hints_of(room: Room) -> Hints:
    """What works in there, and what leads out again."""
    hints: Hints = []
    if isinstance(room, ReportsRoom):
        hints += _report_hints(room)
    elif isinstance(room, CompareRoom):
        hints += _compare_hints(room)
    elif isinstance(room, TillRoom):
        hints += _till_hints(room)
    elif isinstance(room, SafeRoom):
        hints += _safe_hints(room)
    return [
        *hints,
        ("/", translate("Keys", "search, back at the counter")),
        ("F1", translate("Keys", "all keys")),
        ("Esc", _where_back_leads(room)),
    ]


def _where_back_leads(room: Room) -> str:
    if isinstance(room, TillRoom | SafeRoom):
        return translate("Keys", "one step back")
    if isinstance(room, CompareRoom):
        return translate("Keys", "back to the reports")
    return translate("Keys", "back to the counter")


def _till_hints(room: TillRoom) -> Hints:
    hints = [("Enter ↑ ↓", translate("Keys", "from field to field"))] if room.count is not None else []
    buttons = (*((room.primary,) if room.primary is not None else ()), *room.actions)
    hints += [(each.key, each.label) for each in buttons]
    if room.held:
        hints.append(("1 … 9", translate("Keys", "void a held cart")))
    return hints


def _safe_hints(room: SafeRoom) -> Hints:
    words = (
        translate("Keys", "choose a line") if room.count is None else translate("Keys", "from field to field")
    )
    buttons = (*((room.primary,) if room.primary is not None else ()), *room.actions)
    return [("↑ ↓", words), *((each.key, each.label) for each in buttons)]


def _report_hints(room: ReportsRoom) -> Hints:
    hints = [
        ("↑ ↓", translate("Keys", "choose a report")),
        ("1 2 3 4", translate("Keys", "what the list shows")),
        ("X", translate("Keys", "the raw exchange")),
    ]
    if room.story is not None:
        hints += [(each.key, each.label) for each in room.story.actions]
    if room.compare is not None:
        hints.append((room.compare.key, translate("Keys", "compare a business day with the state")))
    if room.line is not None:
        hints.append((room.line.key, translate("Keys", "the line to the state, and outages")))
    return hints


def _compare_hints(room: CompareRoom) -> Hints:
    hints = [(room.start.key, room.start.label), *((each.key, each.label) for each in room.days)]
    if room.filters:
        hints += [
            ("↑ ↓", translate("Keys", "choose a difference")),
            ("1 … 8", translate("Keys", "what the list shows")),
        ]
    if room.story is not None:
        hints += [(each.key, each.label) for each in room.story.actions]
    return [*hints, *((each.key, each.label) for each in room.tools)]
