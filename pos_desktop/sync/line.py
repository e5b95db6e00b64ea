"""The line to the service as the exchanges show it: reached or not, since when, and whether to go on knocking."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from pos_desktop.app.ports import Clock, ServiceReach, Tracker
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.outbox import AttemptResult, Outcome
from pos_desktop.sync.lane import Lane
from pos_desktop.sync.outbox import retry_after_us

RELEASE_EVERY_US = 15 * MINUTE_US
"""What the key blocked is tried again no more often: that a read works does not prove the right to write."""
AWAY_TRIES = 3
KEY_STATUS = (401, 403)
ASKED_TO_WAIT = 429
NOT_REACHED = {
    ServiceReach.AWAY: "The state service cannot be reached. Reports wait; nothing is lost.",
    ServiceReach.REFUSED_KEY: "The state service refuses this store's key or license. A manager must look at the key.",
}


class Opening(Enum):
    OPEN = auto()
    CLOSED = auto()
    BACK = auto()
    """A probe just got through after the lane was closed or reports were blocked."""


class Line:
    """Used by one sender at a time; `reach` and `since` may be read from any thread."""

    def __init__(
        self, tracker: Tracker, clock: Clock, heard: Callable[[ServiceReach], object] | None
    ) -> None:
        self._tracker = tracker
        self._clock = clock
        self._heard = heard
        self._lane = Lane(clock.monotonic_us)
        self._next_release = 0
        self.reach: ServiceReach | None = None
        self.since: Instant | None = None

    @property
    def why(self) -> str:
        """Why the lane is closed, for a person."""
        return self._lane.why or NOT_REACHED.get(self.reach or ServiceReach.REACHED, "")

    @property
    def hold_us(self) -> int:
        """How long the service asked to be left alone."""
        return self._lane.hold_us

    @property
    def given_up(self) -> bool:
        """Whether waiting for the next try makes no sense to someone who asked for one drain."""
        return self.reach is ServiceReach.AWAY and self._lane.failures >= AWAY_TRIES

    def reset(self) -> None:
        self._lane.reset()
        self._next_release = 0

    def opening(self, *, blocked: bool) -> Opening:
        """Whether reports may go; asks the service with a read when it is time to. `blocked`: some wait for the key."""
        if not blocked and not self._lane.closed:
            return Opening.OPEN
        if self._lane.closed and not self._lane.probe_due:
            return Opening.CLOSED
        if blocked and self._clock.monotonic_us() < self._next_release:
            # Blocked reports alone close nothing: it may be one person's key, and the lane is open for the others.
            return Opening.CLOSED if self._lane.closed else Opening.OPEN
        reach = self._tracker.probe()
        self._reached(reach)
        if reach is not ServiceReach.REACHED:
            self._lane.close(NOT_REACHED[reach])
            return Opening.CLOSED
        self._lane.worked()
        if blocked:
            self._next_release = self._clock.monotonic_us() + RELEASE_EVERY_US
        return Opening.BACK

    def note(self, result: AttemptResult) -> None:
        """What one exchange says about the line."""
        if result.retry_after_s is not None or result.outcome is Outcome.LATER:
            self._lane.hold(retry_after_us(result.retry_after_s))
        match result.outcome:
            case Outcome.BLOCKED:
                self._reached(ServiceReach.REFUSED_KEY)
                self._lane.close(result.sentence)
            case Outcome.COULD_NOT_ASK if result.http_status in KEY_STATUS:
                self._reached(ServiceReach.REFUSED_KEY)
                self._lane.close(result.sentence)
            case Outcome.NOT_SENT | Outcome.COULD_NOT_ASK if result.http_status != ASKED_TO_WAIT:
                self._in_question(result)
            case Outcome.IN_DOUBT:
                self._failed(result)
                if self._lane.closed:
                    self._reached(self._tracker.probe())
            case _:
                self._reached(ServiceReach.REACHED)
                self._lane.worked()

    def _in_question(self, result: AttemptResult) -> None:
        """What fails with one report may be that report's own trouble, and what may be sold hangs on the line.

        So never the report but a read that has nothing to do with it tells whether the service is away.
        """
        reach = self._tracker.probe()
        self._reached(reach)
        unsent = result.outcome is Outcome.NOT_SENT and result.http_status is None
        if unsent or reach is not ServiceReach.REACHED:
            self._failed(result)

    def _failed(self, result: AttemptResult) -> None:
        self._lane.failed(result.sentence)
        if result.pause_lane:
            self._lane.close(result.sentence)

    def _reached(self, reach: ServiceReach) -> None:
        if reach is not self.reach:
            self.reach, self.since = reach, self._clock.now()
        if self._heard is not None:
            self._heard(reach)
