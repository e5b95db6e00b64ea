"""A computer's clock that is not trusted: the notice about it, and a manager's word."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.clock_desk import CONFIRMED
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.people import Approval, Right
from pos_desktop.domain.trusted_time import ClockReading, ClockStanding
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.sheet_state import QuestionSheet
from pos_desktop.ui.state import FixButton, Notice, Tone

translate = QCoreApplication.translate
CHECK, RIGHT = "check-clock", "clock-right"
CHECK_KEY = "F9"


class JudgingClock:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def open(self) -> None:
        reading = clock_reading(self._floor)
        if not self._floor.paying and reading is not None and reading.confirmable:
            self._floor.open_sheet(CHECK, question(self._floor, reading))

    def confirm(self) -> None:
        reading = clock_reading(self._floor)
        if reading is None:
            return
        shown = _moment(self._floor, reading.wall)
        self._floor.second.with_right(
            Right.CONFIRM_CLOCK,
            CONFIRMED,
            translate("Clock", "The time shown is right"),
            translate(
                "Clock", "This computer shows {shown}. Somebody who may confirm it types their PIN."
            ).format(shown=shown),
            self._confirm,
        )

    def _confirm(self, approval: Approval | None) -> None:
        floor, by = self._floor, self._floor.by
        floor.close_sheet()
        desk = floor.desk.clock_desk
        if desk is not None:
            floor.on_database("confirm the clock", lambda: desk.confirm(by, approval), self._confirmed)

    def _confirmed(self, _: None) -> None:
        self._floor.say(
            Tone.GOOD,
            translate("Clock", "The computer’s time is confirmed. Sales and limits go by it from now on."),
        )


def clock_reading(floor: Floor) -> ClockReading | None:
    """None where nobody judges the clock."""
    return None if floor.desk.clock_desk is None else floor.desk.clock_desk.reading()


def clock_notice(floor: Floor) -> Notice | None:
    """What stands above the cart as long as the clock is not trusted and nothing else is to be said."""
    reading = clock_reading(floor)
    if reading is None or reading.standing is ClockStanding.OK:
        return None
    if reading.real == reading.wall:
        words = translate(
            "Clock",
            "This computer’s clock shows {shown}; sales were made at later times. Until it has caught up "
            "they go on by {used}, and their reports wait so long.",
        )
        return Notice(Tone.INFO, _told(floor, reading, words))
    said = _told(
        floor,
        reading,
        translate(
            "Clock", "This computer’s clock shows {shown}. The program goes by {used}, and so do sales."
        ),
    )
    if not reading.confirmable:
        return Notice(Tone.WARN, f"{said} {translate('Clock', 'Set the computer’s clock.')}")
    action = FixButton(CHECK, translate("Clock", "Check the clock"), CHECK_KEY)
    return Notice(Tone.WARN, said, action)


def question(floor: Floor, reading: ClockReading) -> QuestionSheet:
    body = _told(
        floor,
        reading,
        translate(
            "Clock",
            "It shows {shown}. By what passed since it was last sure it is {used}, and sales go on by that; none is "
            "lost. If the clock is wrong, go back and set it. If a manager finds it right, sales and limits "
            "go by it from now on, and the journal says so.",
        ),
    )
    label = translate("Clock", "The time shown is right")
    title = translate("Clock", "Is this computer’s clock right?")
    return QuestionSheet(title, body, (FixButton(RIGHT, label, "Y"),), Tone.WARN)


def _told(floor: Floor, reading: ClockReading, words: str) -> str:
    return words.format(shown=_moment(floor, reading.wall), used=_moment(floor, reading.now))


def _moment(floor: Floor, at: Instant) -> str:
    """With the year, which may be what is wrong."""
    zone = floor.desk.zone
    return f"{figures.day(at.date_in(zone))}, {figures.clock_time(at, zone)}"
