"""Sales of a time to come: their reports rest until then, as the state refuses them for good before."""

from __future__ import annotations

import random

from pos_desktop.domain.instant import HOUR_US, MINUTE_US, SECOND_US
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.sync.loop import DATED_AHEAD, NEXT_TRY, SyncLoop
from pos_desktop.sync.status import exit_code
from tests.fixtures.fake_outbox import FakeOutbox
from tests.fixtures.fake_tracker import FakeTracker
from tests.fixtures.reports import START, sample_report
from tests.fixtures.virtual_time import VirtualClock, VirtualPause


class Bench:
    """`ahead_us`: how much later the program's time is than the real one."""

    def __init__(self, *items: OutboxItem, ahead_us: int = 0) -> None:
        self.clock = VirtualClock(START.plus_us(MINUTE_US))
        self.tracker = FakeTracker(self.clock)
        self.pause = VirtualPause(self.clock)
        self.loop = SyncLoop(
            outbox=FakeOutbox(items),
            tracker=self.tracker,
            clock=self.clock,
            rng=random.Random(1).randint,
            pause=self.pause,
            real_time=lambda: self.clock.now().plus_us(-ahead_us),
        )


def test_it_rests_until_its_time_has_come() -> None:
    bench = Bench(sample_report(1), ahead_us=HOUR_US)
    for wait in (False, True):
        summary = bench.loop.once(wait_for_doubt=wait)
        assert (bench.tracker.sends, summary.stopped, bench.pause.slept_us) == ([], DATED_AHEAD, [])
        assert summary.status is not None
        assert exit_code(summary.status) == 10
    bench.clock.advance(HOUR_US)
    assert bench.loop.once().confirmed == 1


def test_it_rests_though_somebody_asks_and_holds_up_nobody_else() -> None:
    bench = Bench(sample_report(1, at=START.plus_us(HOUR_US)), sample_report(2, at=START))
    bench.loop.try_again()
    bench.loop.once()
    assert bench.tracker.sends == ["report-00002"]


def test_a_moment_is_waited_for() -> None:
    bench = Bench(sample_report(1, at=START.plus_us(MINUTE_US + SECOND_US)))
    assert bench.loop.once().stopped == NEXT_TRY
    assert bench.loop.once(wait_for_doubt=True).confirmed == 1
    assert bench.pause.slept_us == [SECOND_US]
