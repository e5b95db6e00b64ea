"""What is said and done at the counter about the computer's clock."""

from __future__ import annotations

from pos_desktop.app.ports import JournalBook, Person, TrustedClock
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.journal import CLOCK_CONFIRMED
from pos_desktop.domain.trusted_time import ClockReading


class ClockDesk:
    def __init__(self, clock: TrustedClock, journal: JournalBook) -> None:
        self._clock = clock
        self._journal = journal

    def reading(self) -> ClockReading:
        """Any thread, at once."""
        return self._clock.reading()

    def confirm(self, by: Person) -> None:
        """The computer's time is right: written first, then gone by. Lane: database.

        Raises:
            RuleRefusal: there is nothing to confirm any more. EnvironmentTrouble: nothing was written.
        """
        reading = self._clock.reading()
        if not reading.confirmable:
            raise RuleRefusal(
                "The computer’s time cannot be confirmed now. Nothing was changed; sales go on as before.",
                code="clock",
            )
        told = {"wall": reading.wall.utc_us, "trusted": reading.now.utc_us}
        self._journal.append(CLOCK_CONFIRMED, by.id, "", told)
        self._clock.believe_wall()
