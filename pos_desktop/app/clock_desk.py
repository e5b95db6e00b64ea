"""What is said and done at the counter about the computer's clock."""

from __future__ import annotations

from pos_desktop.app.ports import JournalBook, Person, TrustedClock
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.journal import CLOCK_CONFIRMED
from pos_desktop.domain.people import Approval, Right, require
from pos_desktop.domain.trusted_time import ClockReading

CONFIRMED = "clock"
"""What an approval must name."""


class ClockDesk:
    def __init__(self, clock: TrustedClock, journal: JournalBook) -> None:
        self._clock = clock
        self._journal = journal

    def reading(self) -> ClockReading:
        """Any thread, at once."""
        return self._clock.reading()

    def confirm(self, by: Person, approval: Approval | None = None) -> None:
        """The computer's time is right: written first, then gone by. Lane: database.

        Raises:
            RuleRefusal: not for everybody, or there is nothing to confirm any more. EnvironmentTrouble: nothing was
                written.
        """
        kept = "Nothing was changed; sales go on as before."
        if approval is None:
            require(by, Right.CONFIRM_CLOCK, kept)
        reading = self._clock.reading()
        if not reading.confirmable:
            raise RuleRefusal(
                f"The computer’s time cannot be confirmed now. {kept}",
                code="clock",
            )
        answers = require(by, Right.CONFIRM_CLOCK, kept, approval=approval, about=CONFIRMED)
        told = {"wall": reading.wall.utc_us, "trusted": reading.now.utc_us}
        self._journal.append(CLOCK_CONFIRMED, answers.id, "", told)
        self._clock.believe_wall()
