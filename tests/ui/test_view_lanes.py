"""Work runs beside the window; its answer comes on the GUI thread, or not at all."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from pos_desktop.ui.garbage import GuiGarbage
from pos_desktop.ui.lanes import LaneBook
from pos_desktop.ui.watchdog import GuiWatchdog, Stall, StallLog, write_down
from tests.fixtures.counter_windows import settle

PATIENCE_MS = 30_000


class Answers:
    def __init__(self) -> None:
        self.got: list[tuple[str, Any, bool]] = []

    def done(self, result: Any) -> None:
        self.got.append(("done", result, threading.current_thread() is threading.main_thread()))

    def failed(self, problem: BaseException) -> None:
        self.got.append(("failed", str(problem), threading.current_thread() is threading.main_thread()))


@pytest.fixture
def book(qtbot: QtBot) -> Iterator[LaneBook]:
    made = LaneBook()
    yield made
    made.close()


def test_work_runs_elsewhere_and_answers_here(qtbot: QtBot, book: LaneBook) -> None:
    lane, answers = book.lane("database"), Answers()
    lane("who", lambda: threading.current_thread().name, answers.done, answers.failed)
    qtbot.waitUntil(lambda: bool(answers.got), timeout=PATIENCE_MS)
    kind, name, here = answers.got[0]
    assert (kind, here) == ("done", True)
    assert name.startswith("lane-database")


def test_a_failure_answers_too(qtbot: QtBot, book: LaneBook) -> None:
    def broken() -> None:
        raise ValueError("no such package")

    lane, answers = book.lane("database"), Answers()
    lane("broken", broken, answers.done, answers.failed)
    lane("next", lambda: 2**40, answers.done, answers.failed)
    qtbot.waitUntil(lambda: len(answers.got) == 2, timeout=PATIENCE_MS)
    assert answers.got == [("failed", "no such package", True), ("done", 2**40, True)]


def test_one_lane_works_in_order_and_lanes_work_side_by_side(qtbot: QtBot, book: LaneBook) -> None:
    database, network, answers = book.lane("database"), book.lane("network", 2), Answers()
    answered = threading.Event()
    network("slow", answered.wait, answers.done, answers.failed)
    for n in range(5):
        database(f"row {n}", partial(int, n), answers.done, answers.failed)
    qtbot.waitUntil(lambda: len(answers.got) == 5, timeout=PATIENCE_MS)
    assert [result for _, result, _ in answers.got] == [0, 1, 2, 3, 4]
    assert book.busy == ("slow",)
    answered.set()
    qtbot.waitUntil(lambda: len(answers.got) == 6, timeout=PATIENCE_MS)
    assert not book.busy


def test_a_cancelled_operation_answers_nobody(qtbot: QtBot, book: LaneBook) -> None:
    lane, answers, started, go = book.lane("scale"), Answers(), threading.Event(), threading.Event()

    def weigh() -> str:
        started.set()
        go.wait()
        return "7.00 g"

    running = lane.begin("weigh", weigh, answers.done, answers.failed)
    waiting = lane.begin("later", lambda: "never", answers.done, answers.failed)
    started.wait()
    running.cancel()
    waiting.cancel()
    go.set()
    lane("last", lambda: "last", answers.done, answers.failed)
    qtbot.waitUntil(lambda: bool(answers.got), timeout=PATIENCE_MS)
    assert answers.got == [("done", "last", True)]


def test_closing_drops_what_waits_and_answers_nobody(qtbot: QtBot) -> None:
    book, answers, started, go = LaneBook(), Answers(), threading.Event(), threading.Event()
    lane = book.lane("database")

    def write() -> None:
        started.set()
        go.wait()

    lane("write", write, answers.done, answers.failed)
    lane("queued", lambda: "never", answers.done, answers.failed)
    started.wait()
    assert book.close(0.0) is False
    go.set()
    assert book.close(30.0) is True
    lane("after", lambda: "never", answers.done, answers.failed)
    settle()
    assert answers.got == []


# -- the watchdog


def test_silence_is_told_once_until_the_next_beat() -> None:
    log = StallLog(limit_us=100_000)
    assert log.look(5_000_000) is None, "nothing was promised yet"
    log.beat(1_000_000)
    assert log.look(1_100_000) is None
    assert log.look(1_100_001) == 100_001
    assert log.look(1_900_000) is None
    log.beat(2_000_000)
    assert log.look(2_250_000) == 250_000


def test_a_held_gui_thread_is_written_down_with_its_stack(qtbot: QtBot) -> None:
    stalls: list[Stall] = []
    noticed = threading.Event()

    def report(stall: Stall) -> None:
        stalls.append(stall)
        noticed.set()

    dog = GuiWatchdog(report)
    dog.start()
    qtbot.waitUntil(lambda: dog._log._beat_us is not None, timeout=PATIENCE_MS)
    _hold_the_window_until(noticed)
    dog.stop()
    assert stalls[0].held_us > 100_000
    assert "_hold_the_window_until" in stalls[0].stack


def _hold_the_window_until(noticed: threading.Event) -> None:
    assert noticed.wait(30)


@pytest.mark.expects_log
def test_the_usual_report_is_a_log_record(caplog: pytest.LogCaptureFixture) -> None:
    write_down(Stall(250_000, "stack"))
    assert "did not answer for 250 ms" in caplog.text


# -- garbage


def test_while_the_window_lives_cycles_are_collected_on_its_thread_alone(qtbot: QtBot) -> None:
    garbage = GuiGarbage()
    garbage.start()
    cycle = Cycle()
    cycle.itself = cycle
    gone = weakref.ref(cycle)
    del cycle
    assert not gc.isenabled()
    rubbish: list[list[int]] = [[] for _ in range(2 * gc.get_threshold()[0])]
    assert gone() is not None
    garbage.collect()
    assert gone() is None
    assert len(rubbish) > 0
    garbage.stop()
    assert gc.isenabled()


def test_until_it_is_started_nothing_is_collected(qtbot: QtBot) -> None:
    garbage = GuiGarbage()
    assert not gc.isenabled()
    garbage.stop()
    assert gc.isenabled()


class Cycle:
    itself: Cycle
