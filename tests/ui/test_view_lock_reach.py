"""Behind the lock nothing of a sheet or a room can be reached: not in sight, not by a screen reader, not by a walk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from pos_desktop.ui.counter.inside import Inside
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.room_state import (
    CompareRoom,
    ReportRow,
    ReportsRoom,
    ReportStep,
    ReportStory,
    Room,
    Sides,
)
from pos_desktop.ui.rooms.count_grid import CountView
from pos_desktop.ui.rooms.host import RoomHost
from pos_desktop.ui.safe_state import SafeRoom
from pos_desktop.ui.sheet_state import Sheet
from pos_desktop.ui.sheets.host import SheetHost
from pos_desktop.ui.state import (
    CounterState,
    FixButton,
    Notice,
    ResultKind,
    ResultRow,
    ScaleCard,
    SearchResults,
    Tone,
)
from pos_desktop.ui.till_state import CountGrid, CountRow, HeldRow, TillCard, TillLine, TillRoom
from tests.fixtures.counter_windows import open_counter, picture, settle
from tests.fixtures.reach import everything
from tests.fixtures.sample_pins import LOCK
from tests.fixtures.sample_sheets import NEW_PATIENT, PAID, PAYMENT, SHEETS
from tests.fixtures.sample_states import COUNTER, EMPTY, SCREENS, SEARCHING

NAME = "Sample Patient 077"
DO = FixButton("do", f"Void the cart of {NAME}", "F4")
STORY = ReportStory(
    "report-1",
    f"Sale of {NAME}",
    "12:01 PM",
    "waits",
    "It waits for the state.",
    Tone.WARN,
    cause=f"{NAME} is not known",
    advice="Look at the card.",
    facts=(("Patient", NAME),),
    sides=(Sides("Total", "$41.07", "$41.08"),),
    steps=(ReportStep("12:02 PM", "Sent $41.07"),),
    raw='{"amount": "41.07"}',
    actions=(DO,),
    note="Nobody looked at it yet.",
)
LISTED = {0: (ReportRow("report-1", f"Sale of {NAME}", "12:01 PM", "waits", Tone.WARN, "$41.07 late"),)}
COUNTED = CountGrid(
    "count-1", (CountRow("2000", "$20", "$41.07", "Number of $20", typed="77"),), "Sum", "$41.07"
)
ROOMS: dict[str, Room] = {
    "reports": ReportsRoom(total=1, pages=LISTED, at=0, story=STORY, summary=f"1 waits: {NAME}", line=DO),
    "compare": CompareRoom(f"day of {NAME}", "", DO, (DO,), None, (DO,), "$41.07", (), 1, LISTED, 0, STORY),
    "till": TillRoom(
        f"Till of {NAME}",
        "$41.07",
        DO,
        words=f"Ask {NAME}",
        lines=(TillLine("In the drawer", "$41.07"),),
        held=(HeldRow(NAME, "2 lines, $41.07", DO),),
        actions=(DO,),
        cards=(TillCard("Today", (TillLine("Sales", "$41.07"),), note=NAME),),
        primary=DO,
    ),
    "till, counting": TillRoom("Count", "of 3", DO, count=COUNTED, primary=DO),
    "safe": SafeRoom(
        "Safe",
        "$41.07 in it",
        DO,
        rows=(ResultRow("bag-1", ResultKind.PRODUCT, f"Bag of {NAME}", "$41.07", "$41.07"),),
        cards=(TillCard(NAME, (TillLine("Cash", "$41.07"),)),),
        actions=(DO,),
        primary=DO,
    ),
    "safe, counting": SafeRoom("Safe", "", DO, count=COUNTED),
}
BUSY: dict[str, CounterState] = {
    **SCREENS,
    "all at once": replace(
        COUNTER,
        notice=Notice(Tone.WARN, f"{NAME} has $41.07 of store credit."),
        results=SearchResults((ResultRow("p", ResultKind.PATIENT, NAME),)),
        scale=ScaleCard("41.07 g", "Stable", Tone.GOOD, f"for {NAME}"),
        why_not=f"Asking the state about {NAME}.",
        patient_empty=f"Scan {NAME}",
        cart_empty=f"A cart for {NAME}",
    ),
    "nothing found": replace(SEARCHING, results=SearchResults((), f"Nobody is called {NAME}.")),
}


HINTS = [hint for state in BUSY.values() for hint in state.hints]
STATIC = {
    *(
        "Search results",
        "Scale",
        "Why?",
        "0%",
        "Paper · 0",
        "What could not be printed yet",
        "Scan or search",
    ),
    *(hint.label for hint in HINTS),
    *(f"Key {hint.key}" for hint in HINTS),
    *(each.why for state in BUSY.values() for each in state.devices),
    *(f"{each.name}: {each.why}" for state in BUSY.values() for each in state.devices),
}
"""Words of parts that are built when they are first needed, the keys, and what is wrong with a device."""


def nothing(window: CounterWindow) -> None:
    """Nobody is at the counter."""
    window.render(EMPTY)


def left(qtbot: QtBot, lay: Callable[[CounterWindow], object]) -> set[str]:
    """What a locked counter holds beyond what one holds where nothing was laid."""
    held = []
    for each in (nothing, lay):
        window = open_counter(qtbot)
        each(window)
        settle()
        window.show_lock(LOCK)
        held.append(everything())
    return held[1] - held[0] - STATIC


def edits(window: CounterWindow) -> list[QLineEdit]:
    body = window.inside.sheet_body
    assert body is not None
    return body.findChildren(QLineEdit)


def with_sheet(sheet: Sheet) -> Callable[[CounterWindow], object]:
    def lay(window: CounterWindow) -> None:
        window.render(COUNTER)
        window.show_sheet(sheet)
        settle()
        for edit in edits(window):
            edit.setText(f"typed of {NAME}")
        assert everything() & {"Back", "Print copy", "Next sale"}

    return lay


def with_room(room: Room) -> Callable[[CounterWindow], object]:
    def lay(window: CounterWindow) -> None:
        window.render(COUNTER)
        window.show_room(room)
        assert any("41.07" in each for each in everything())

    return lay


@pytest.mark.parametrize("name", BUSY)
def test_nothing_of_any_screen_is_held(qtbot: QtBot, name: str) -> None:
    def lay(window: CounterWindow) -> None:
        window.render(BUSY[name])
        window.inside._bar.search.setText(NAME)

    assert left(qtbot, lay) == set()


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_of_any_sheet_is_held(qtbot: QtBot, name: str) -> None:
    assert left(qtbot, with_sheet(SHEETS[name])) == set()


@pytest.mark.parametrize("name", ROOMS)
def test_nothing_of_any_room_is_held(qtbot: QtBot, name: str) -> None:
    assert left(qtbot, with_room(ROOMS[name])) == set()


def test_nothing_of_a_room_that_was_left_before_is_held(qtbot: QtBot) -> None:
    def lay(window: CounterWindow) -> None:
        for room in (*ROOMS.values(), None):
            window.show_room(room)

    assert left(qtbot, lay) == set()


@pytest.mark.parametrize(
    ("part", "name"), [(SheetHost, "show_sheet"), (RoomHost, "clear"), (Inside, "render")]
)
def test_a_lock_that_only_hides_is_caught(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, part: type, name: str
) -> None:
    right, empty = getattr(part, name), Inside._empty
    emptying: list[bool] = []

    def wrong(self: object, *given: object) -> None:
        if not emptying:
            right(self, *given)

    def only_hides(inside: Inside) -> None:
        emptying.append(True)
        empty(inside)

    monkeypatch.setattr(part, name, wrong)
    monkeypatch.setattr(Inside, "_empty", only_hides)

    def lay(window: CounterWindow) -> None:
        emptying.clear()
        window.render(COUNTER)
        window.show_room(ROOMS["till"])
        window.show_sheet(PAYMENT)

    assert any("$" in each for each in left(qtbot, lay))


@pytest.mark.parametrize("name", [*SHEETS, *ROOMS])
def test_whoever_comes_back_finds_the_same_picture(qtbot: QtBot, name: str) -> None:
    window = open_counter(qtbot)
    window.render(COUNTER)
    if name in SHEETS:
        window.show_sheet(SHEETS[name])
    else:
        window.show_room(ROOMS[name])
    everything()
    before = picture(window)
    window.show_lock(LOCK)
    everything()
    assert picture(window) != before
    window.show_lock(None)
    everything()
    assert picture(window) == before


def fields(window: CounterWindow) -> list[str]:
    return [each.text() for each in edits(window)]


@pytest.mark.parametrize(("person", "stays"), [("person-1", True), ("person-2", False)])
@pytest.mark.parametrize("sheet", [NEW_PATIENT, PAID])
def test_what_was_typed_comes_back_for_who_typed_it(
    qtbot: QtBot, sheet: Sheet, person: str, stays: bool
) -> None:
    window = open_counter(qtbot)
    window.render(replace(COUNTER, who="person-1"))
    window.show_sheet(sheet)
    empty = fields(window)
    for n, edit in enumerate(edits(window)):
        edit.setText(f"typed {n}")
    body = window.inside.sheet_body
    assert body is not None
    if sheet is PAID:
        body.press("Down")
    typed, picked = fields(window), body.picked
    window.show_lock(LOCK)
    window.render(replace(COUNTER, who=person))
    window.show_lock(None)
    assert fields(window) == (typed if stays else empty)
    assert window.inside.sheet_body is not None
    assert window.inside.sheet_body.picked == (picked if stays else 0)


def test_a_count_comes_back_with_what_was_typed(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.render(COUNTER)
    window.show_room(ROOMS["till, counting"])
    window.show_lock(LOCK)
    window.show_lock(None)
    everything()  # what was taken down is gone
    [view] = window.findChildren(CountView)
    assert view.fields["2000"].text() == "77"
