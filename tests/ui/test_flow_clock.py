"""The counter when the computer's clock is not trusted: what it says, what a manager can do, what the journal keeps."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from pos_desktop.app.clock_desk import ClockDesk
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from pos_desktop.ui.flows.judging_clock import CHECK, RIGHT
from pos_desktop.ui.flows.picture import key_hints
from pos_desktop.ui.sheet_state import QuestionSheet
from pos_desktop.ui.state import FixButton, Tone
from pos_desktop.ui.theme import TOUCH
from tests.fixtures import screen_checks as check
from tests.fixtures.builders import MANAGING, NOW, jar, package, patient
from tests.fixtures.clock_hands import Hands
from tests.fixtures.counter_windows import Wishes, open_counter, settle
from tests.fixtures.desks import till
from tests.fixtures.fakes import FakeJournal, Memory
from tests.fixtures.hands import Counter
from tests.fixtures.sample_sheets import SHEETS
from tests.fixtures.sample_states import SCREENS


def counter(hands: Hands) -> Counter:
    """A counter by the program's own clock."""
    clock = hands.clock()
    memory = Memory(clock=cast(Any, clock))
    memory.add(patient(), package(1), jar())
    return Counter(till(memory, duty=MANAGING, clock_desk=ClockDesk(clock, FakeJournal(memory))))


def entries(at: Counter) -> list[dict[str, Any]]:
    """What was done; what was refused stands in the journal beside it."""
    told = [json.loads(body) for _, body, _ in at.till.memory.journal]
    return [each for each in told if not each["kind"].endswith(".refused")]


def test_a_good_clock_is_not_spoken_of() -> None:
    hands = Hands(NOW)
    at = counter(hands)
    hands.wall_us += 9 * MINUTE_US
    assert at.state.notice is None
    assert "F9" not in [hint.key for hint in key_hints(at.floor)]


def test_a_clock_set_ahead_is_told_with_both_times_and_a_key() -> None:
    hands = Hands(NOW)
    at = counter(hands)
    hands.wall_us += DAY_US
    notice = at.state.notice
    assert notice is not None
    assert (notice.tone, notice.action) == (Tone.WARN, FixButton(CHECK, "Check the clock", "F9"))
    assert notice.text == (
        "This computer’s clock shows Nov 25, 2026, 2:32 PM. The program goes by Nov 24, 2026, 2:32 PM, "
        "and so do sales."
    )
    assert "F9" in [hint.key for hint in key_hints(at.floor)]
    hands.wall_us -= DAY_US
    assert at.state.notice is None


def test_a_managers_word_is_written_and_then_gone_by() -> None:
    hands = Hands(NOW)
    at = counter(hands)
    hands.wall_us += DAY_US
    at.do.fix.emit(CHECK)
    sheet = at.floor.sheet
    assert isinstance(sheet, QuestionSheet)
    assert [(each.id, each.key) for each in sheet.buttons] == [(RIGHT, "Y")]
    assert at.state.notice is None, "the sheet says it all"
    assert at.till.desk.clock.now() == NOW, "nothing is believed before somebody says so"
    at.do.fix.emit(RIGHT)
    assert at.floor.sheet is None
    assert "confirmed" in at.said
    assert at.till.desk.clock.now() == NOW.plus_us(DAY_US)
    written = entries(at)[-1]
    assert (written["kind"], written["actor"], written["clk"]) == (
        "clock.confirmed",
        MANAGING.actor.id,
        "ahead",
    )
    assert written["data"] == {"wall": hands.wall_us, "trusted": NOW.utc_us}
    at.do.back.emit()
    assert at.state.notice is None


def test_going_back_leaves_everything_as_it_was() -> None:
    hands = Hands(NOW)
    at = counter(hands)
    hands.wall_us += DAY_US
    at.do.fix.emit(CHECK)
    at.do.back.emit()
    assert (at.floor.sheet, entries(at), at.till.desk.clock.now()) == (None, [], NOW)
    assert at.state.notice is not None


def test_a_word_that_cannot_be_written_is_not_gone_by() -> None:
    class FullDisk(FakeJournal):
        def append(self, *_: object) -> int:
            raise EnvironmentTrouble("The disk is full. Nothing was saved.")

    hands = Hands(NOW)
    clock = hands.clock()
    hands.wall_us += DAY_US
    with pytest.raises(EnvironmentTrouble):
        ClockDesk(clock, FullDisk(Memory())).confirm(MANAGING.actor)
    assert clock.now() == NOW


def test_a_word_that_comes_too_late_changes_nothing() -> None:
    hands = Hands(NOW)
    at = counter(hands)
    hands.wall_us += DAY_US
    at.do.fix.emit(CHECK)
    hands.wall_us -= DAY_US
    at.do.fix.emit(RIGHT)
    assert "cannot be confirmed now" in at.said
    assert (entries(at), at.till.desk.clock.now()) == ([], NOW)


def test_against_the_states_time_nothing_can_be_confirmed() -> None:
    hands = Hands(NOW)
    at = counter(hands)
    hands.wall_us += DAY_US
    cast(Any, at.till.desk.clock).heard(Instant(NOW.utc_us))
    notice = at.state.notice
    assert notice is not None
    assert (notice.action, notice.text.endswith("Set the computer’s clock.")) == (None, True)
    at.do.fix.emit(CHECK)
    assert at.floor.sheet is None


def test_sales_dated_ahead_are_told_once_the_clock_is_right() -> None:
    hands = Hands(NOW)
    at = counter(hands)
    clock = cast(Any, at.till.desk.clock)
    clock.stamp(NOW.plus_us(HOUR_US))
    clock.heard(NOW)
    notice = at.state.notice
    assert notice is not None
    assert (notice.tone, notice.action, "reports wait" in notice.text) == (Tone.INFO, None, True)


def test_what_else_is_to_be_said_comes_first() -> None:
    hands = Hands(NOW)
    at = counter(hands)
    hands.wall_us += DAY_US
    at.floor.say(Tone.WARN, "Something else.")
    assert at.state.notice is not None
    assert at.state.notice.text == "Something else."
    at.do.back.emit()
    assert at.state.notice is not None
    assert "clock" in at.state.notice.text


def test_key_and_touch_reach_the_sheet_and_the_word(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    wishes = Wishes(window.intents)
    window.render(SCREENS["clock-ahead"])
    settle()
    window.press("F9")
    window.show_sheet(SHEETS["clock"])
    settle()
    window.press("Enter")
    window.press("Y")
    assert [each for each in wishes.take() if each[0] == "fix"] == [("fix", CHECK), ("fix", RIGHT)]
    body = window.inside.sheet_body
    assert body is not None
    button = next(each for each in body.findChildren(QPushButton) if each.property("fix") == RIGHT)
    assert button.height() >= TOUCH
    assert "The time shown is right" in check.names(window)
    assert window.rect().contains(button.mapTo(window, QPoint(0, 0)))
