"""Sends what waits in the outbox, one report at a time, until nothing more is due."""

from __future__ import annotations

import json
import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pos_desktop.app.ports import Clock, OutboxStore, ServiceReach, SyncStatus, Tracker
from pos_desktop.domain.errors import StoreBusy
from pos_desktop.domain.instant import MINUTE_US, SECOND_US, Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.line import AWAY_TRIES, Line, Opening
from pos_desktop.sync.outbox import (
    LONGEST_BACK_OFF_US,
    LONGEST_RETRY_AFTER_US,
    Rng,
    after_attempt,
    after_look_up,
    after_release,
    settled_at,
)
from pos_desktop.sync.status import status_of

_log = logging.getLogger(__name__)
Pause = Callable[[float], bool]
"""Waits so many seconds and says whether to stop: `threading.Event().wait`. With 0 it only says."""

LOOK_AHEAD = 10_000
LONGEST_HOLD_US = 5 * MINUTE_US
KEY_IS_GOOD = "The state service knows this store's key again. The report waits to be sent."
NEXT_TRY = "Some reports wait for their next try."
DATED_AHEAD = (
    "Some sales were made while this computer’s clock was ahead, and the state takes no sale of a time to come. "
    "They are saved; their reports go out by themselves when that time has come."
)
GIVEN_BEFORE = (
    "The state service answered with receipt {id}, which is that of another sale. "
    "The report is looked up before anything is sent again."
)
TIME_IS_OVER = "The time given is over; what is left stays in the queue."
STOPPED = "Sending was stopped; what is left stays in the queue."


@dataclass(slots=True)
class SyncSummary:
    """What one drain did. `stopped` says in words why it ended with work left, empty when nothing is left to do now."""

    sent: int = 0
    confirmed: int = 0
    looked_up: int = 0
    refused: int = 0
    conflicts: int = 0
    stopped: str = ""
    status: SyncStatus | None = None


@dataclass(slots=True)
class _Run:
    summary: SyncSummary
    wait: bool
    ends_at: int | None
    eager: bool
    """The first try of an item in this run does not wait for its back-off: a person asked, or the line is back."""
    blocked: bool = False
    """Some reports wait for the key to be good again."""
    parked: str = ""
    """Why reports of another license stay where they are, for a person; empty where there are none."""
    epoch: int | None = None
    dated_ahead: bool = False
    tried: set[str] = field(default_factory=set)
    resting: set[str] = field(default_factory=set)
    fruitless: Counter[str] = field(default_factory=Counter)
    """How often each was tried without a word of the service about it; nobody waits for one long."""


class SyncLoop:
    """One sender for one license. Composition holds the store's sender lock around it.

    `once` and `status` may be called from any thread; a second `once` beside a running one returns at once.

    Args:
        rng: Whole numbers between two bounds, for back-off.
        pause: Waits and says whether to stop; asked between any two reports.
        heard: Told after each exchange whether the service was reached.
        real_time: The best known real time, where it may be earlier than the clock's: no sale is reported before it.
    """

    def __init__(
        self,
        *,
        outbox: OutboxStore,
        tracker: Tracker,
        clock: Clock,
        rng: Rng,
        pause: Pause,
        heard: Callable[[ServiceReach], object] | None = None,
        real_time: Callable[[], Instant] | None = None,
    ) -> None:
        self._outbox = outbox
        self._tracker = tracker
        self._clock = clock
        self._rng = rng
        self._pause = pause
        self._real_time = real_time or clock.now
        self._line = Line(tracker, clock, heard)
        self._busy = threading.Lock()
        self._ended_mono: dict[str, int] = {}
        self._eager = False

    def once(self, *, wait_for_doubt: bool = False, budget_us: int | None = None) -> SyncSummary:
        """Send and look up what is due.

        Args:
            wait_for_doubt: Also wait for reports in doubt to settle and for short back-offs, so that the queue is
                empty afterwards if the service allows it.
            budget_us: Stop waiting and sending after so long, by the monotonic clock.
        """
        summary = SyncSummary()
        if not self._busy.acquire(blocking=False):
            summary.stopped = "Reports are being sent already."
            summary.status = self.status()
            return summary
        try:
            self._drain(summary, wait_for_doubt, budget_us)
        except StoreBusy as taken:
            summary.stopped = taken.sentence
        finally:
            self._busy.release()
        summary.status = self.status()
        return summary

    def watch(self, every_s: float = 2.0, after: Callable[[SyncSummary], object] | None = None) -> None:
        """Send what falls due until the pause says stop; `after` hears of each round. For a thread of its own."""
        while True:
            summary = self.once()
            if after is not None:
                after(summary)
            if self._pause(every_s):
                return

    def status(self) -> SyncStatus:
        return status_of(self._outbox, self._clock.now(), self._line.reach, self._line.since)

    def try_again(self) -> None:
        """Forget pauses and back-offs: a key was changed, the line is back, or a person asked."""
        self._line.reset()
        self._eager = True

    # ---- one drain

    def _drain(self, summary: SyncSummary, wait: bool, budget_us: int | None) -> None:
        counts = self._outbox.counts()
        if not any(count for state, count in counts.items() if not state.final):
            return
        ends_at = None if budget_us is None else self._clock.monotonic_us() + budget_us
        run = _Run(summary, wait, ends_at, eager=wait or self._eager)
        self._eager = False
        if counts.get(OutboxState.SENDING, 0):  # what another left there is in doubt; looked for only then
            self._lease(run)
            self._outbox.recover(self._clock.now())
        if counts.get(OutboxState.BLOCKED, 0):
            run.blocked = bool(self._held_by_key(run))
        self._send_and_look_up(run)
        summary.stopped = summary.stopped or run.parked

    def _send_and_look_up(self, run: _Run) -> None:
        while not self._pause(0):
            if self._out_of_time(run) or not self._may_go(run):
                return
            item = self._next(run)
            if item is not None:
                self._exchange(item, run)
            elif not self._rest(run):
                return
        run.summary.stopped = STOPPED

    def _lease(self, run: _Run) -> int:
        """Become the one sender, when there is something to do for it."""
        if run.epoch is None:
            run.epoch = self._outbox.sender_epoch()
        return run.epoch

    def _next(self, run: _Run) -> OutboxItem | None:
        now = self._clock.now()
        ahead = max(LONGEST_BACK_OFF_US, LONGEST_RETRY_AFTER_US) if run.eager else 0
        while True:
            item = self._outbox.next_due(now.plus_us(ahead), skip=frozenset(run.resting))
            if item is None or self._wait_us(item, now, run) <= 0:
                return item
            run.resting.add(item.id)

    def _wait_us(self, item: OutboxItem, now: Instant, run: _Run) -> int:
        """How long `item` must rest before it may be sent or looked up."""
        if item.state is OutboxState.IN_DOUBT:
            settle = self._tracker.settle_us
            ended = self._ended_mono.get(item.id)
            by_mono = 0 if ended is None else ended + settle - self._clock.monotonic_us()
            return max(settled_at(item, settle).since_us(now), by_mono)
        ahead = max(0, item.created_at.since_us(self._real_time()))
        run.dated_ahead = run.dated_ahead or ahead > MINUTE_US
        if item.not_before is None or (run.eager and item.id not in run.tried):
            return ahead
        return max(ahead, item.not_before.since_us(now))

    def _exchange(self, item: OutboxItem, run: _Run) -> None:
        run.tried.add(item.id)
        ours = self._tracker.speaks_for(item)
        if item.state is OutboxState.IN_DOUBT:
            run.summary.looked_up += ours
            result = self._tracker.look_up(item)
            now = self._clock.now()
            after = after_look_up(item, result, now, self._tracker.settle_us, self._rng)
            self._outbox.settle(after, result, now, looked_up=True, was=item)
        else:
            run.summary.sent += ours
            sending = self._outbox.begin_attempt(item.id, self._lease(run), self._clock.now())
            result = self._believed(sending, self._tracker.send(sending))
            now = self._clock.now()
            after = after_attempt(sending, result, now, self._rng)
            self._ended_mono[item.id] = self._clock.monotonic_us()
            self._outbox.settle(after, result, now, looked_up=False, was=sending)
        run.fruitless[item.id] += result.outcome in (Outcome.NOT_SENT, Outcome.COULD_NOT_ASK)
        self._count(after, run.summary)
        _note(item, after, result)
        if ours and self._tracker.speaks_for(item):
            self._line.note(result)
        else:  # it says nothing about the line, or nothing went over it: the report is parked and the others go on
            run.parked = result.sentence

    def _believed(self, item: OutboxItem, result: AttemptResult) -> AttemptResult:
        """An id that another sale is reported under was not given to this one: some older answer came in its place."""
        taken = result.outcome is Outcome.CONFIRMED and self._outbox.is_held(item, result.remote_id)
        if not taken:
            return result
        told = GIVEN_BEFORE.format(id=result.remote_id)
        return replace(result, outcome=Outcome.IN_DOUBT, remote_id="", sentence=told)

    def _count(self, item: OutboxItem, summary: SyncSummary) -> None:
        if item.state is not OutboxState.IN_DOUBT:
            self._ended_mono.pop(item.id, None)
        summary.confirmed += item.state is OutboxState.CONFIRMED
        summary.refused += item.state is OutboxState.REJECTED
        summary.conflicts += item.state is OutboxState.CONFLICT

    # ---- waiting

    def _rest(self, run: _Run) -> bool:
        """Nothing is due: wait for what will be. False when the drain is over."""
        if not run.wait:
            run.summary.stopped = self._resting(run) if run.resting else ""
            return False
        wait = self._next_wait_us(run)
        came_due_meanwhile = wait is not None and wait <= 0 and bool(run.resting)
        run.resting.clear()
        if came_due_meanwhile:
            return True
        if wait is None:
            run.summary.stopped = NEXT_TRY if max(run.fruitless.values(), default=0) >= AWAY_TRIES else ""
            return False
        if self._line.given_up or wait > self._tracker.settle_us + MINUTE_US:
            run.summary.stopped = self._line.why or self._resting(run)
            return False
        return self._sleep(wait, run)

    def _next_wait_us(self, run: _Run) -> int | None:
        """Until the earliest item that leads its aggregate may move; None when none will by itself."""
        now = self._clock.now()
        leading: set[tuple[str, str]] = set()
        waits = []
        for item in self._outbox.open_items(LOOK_AHEAD):
            if (item.license, item.aggregate) in leading:
                continue
            leading.add((item.license, item.aggregate))
            if not self._tracker.speaks_for(item) or run.fruitless[item.id] >= AWAY_TRIES:
                continue
            if item.state in (OutboxState.IN_DOUBT, OutboxState.QUEUED):
                wait = self._wait_us(item, now, run)
                if wait > 0 or item.id in run.resting:
                    waits.append(wait)
        return min(waits, default=None)

    @staticmethod
    def _resting(run: _Run) -> str:
        return DATED_AHEAD if run.dated_ahead else NEXT_TRY

    def _sleep(self, microseconds: int, run: _Run) -> bool:
        left = None if run.ends_at is None else run.ends_at - self._clock.monotonic_us()
        if left is not None and left < microseconds:
            run.summary.stopped = TIME_IS_OVER
            return False
        if self._pause(max(1, microseconds) / SECOND_US):
            run.summary.stopped = STOPPED
            return False
        return True

    def _out_of_time(self, run: _Run) -> bool:
        over = run.ends_at is not None and self._clock.monotonic_us() >= run.ends_at
        if over:
            run.summary.stopped = TIME_IS_OVER
        return over

    # ---- the line

    def _may_go(self, run: _Run) -> bool:
        hold = self._line.hold_us
        if hold and not (run.wait and hold <= LONGEST_HOLD_US and self._sleep(hold, run)):
            run.summary.stopped = run.summary.stopped or "The state service asked to wait a while."
            return False
        opening = self._line.opening(blocked=run.blocked)
        if opening is Opening.CLOSED:
            run.summary.stopped = self._line.why
        elif opening is Opening.BACK:
            run.eager = True
            self._release(run)
        return opening is not Opening.CLOSED

    def _release(self, run: _Run) -> None:
        """Queue what the key had blocked."""
        result = AttemptResult(Outcome.NOT_SENT, sentence=KEY_IS_GOOD)
        for item in self._held_by_key(run) if run.blocked else ():
            now = self._clock.now()
            self._outbox.settle(after_release(item), result, now, looked_up=True, was=item)
        run.blocked = False

    def _held_by_key(self, run: _Run) -> list[OutboxItem]:
        """What a good key releases; what waits for its license to be set again is not among them."""
        blocked = self._outbox.blocked()
        ours = [each for each in blocked if self._tracker.speaks_for(each)]
        if len(ours) < len(blocked):
            run.parked = next(each.last_error for each in blocked if not self._tracker.speaks_for(each))
        return ours


def _note(before: OutboxItem, after: OutboxItem, result: AttemptResult) -> None:
    """One line of the log, as JSON: numbers and our own words. What the service said stays in the store."""
    if _log.isEnabledFor(logging.INFO):
        told = {
            "event": "looked-up" if before.state is OutboxState.IN_DOUBT else "sent",
            "report": after.id,
            "kind": after.kind,
            "external": after.natural_key,
            "outcome": result.outcome.value,
            "http_status": result.http_status,
            "state": after.state.value,
            "attempts": after.attempts,
        }
        _log.info(json.dumps(told))
