"""Machine and loop against a service that loses answers and applies some late: nothing lost, nothing twice.

The known wrong ways, sending again blind and asking at once, must make doubles in the same simulation.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.loop import SyncLoop
from tests.fixtures.fake_outbox import FakeOutbox
from tests.fixtures.fake_tracker import SETTLE_US, LossyTracker
from tests.fixtures.reports import sample_report
from tests.fixtures.virtual_time import VirtualClock, VirtualPause


class Killed(Exception):
    """The program died in the middle of a request."""


class DyingTracker(LossyTracker):
    """Now and then the program dies: before the request went out, or after it was handled."""

    def send(self, item: OutboxItem) -> AttemptResult:
        dice = self._random.random()
        if dice < 0.01:
            raise Killed
        result = super().send(item)
        if dice > 0.99:
            raise Killed
        return result


class BlindTracker(DyingTracker):
    """Known wrong: an unknown outcome is taken for "not sent"."""

    def send(self, item: OutboxItem) -> AttemptResult:
        result = super().send(item)
        return replace(result, outcome=Outcome.NOT_SENT) if result.outcome is Outcome.IN_DOUBT else result


def simulate(
    kind: type[DyingTracker], sales: int, seed: int, *, settle_us: int = SETTLE_US
) -> tuple[int, int]:
    """(lost, doubled) after `sales` of a fifth as many patients were reported with deaths and lost answers."""
    clock = VirtualClock()
    clock.advance(sales * 2_000_000)
    dice = random.Random(seed)
    patients = [f"SAMPLE-{n:05d}" for n in range(sales // 5)]
    outbox = FakeOutbox(sample_report(n, patient=dice.choice(patients)) for n in range(sales))
    tracker = kind(clock, seed, settle_us)
    for _ in range(1_000):
        loop = SyncLoop(
            outbox=outbox, tracker=tracker, clock=clock, rng=dice.randint, pause=VirtualPause(clock)
        )
        try:
            loop.once(wait_for_doubt=True)
        except Killed:
            clock.advance(dice.randint(1, 5 * MINUTE_US))
        if outbox.counts()[OutboxState.CONFIRMED] + outbox.counts()[OutboxState.CONFLICT] == sales:
            break
        clock.advance(MINUTE_US)
    tracker.settle_everything()
    times = tracker.times()
    lost = sum(times[item.natural_key] == 0 for item in outbox.items.values())
    return lost, sum(times.values()) - len(times)


def test_nothing_is_lost_and_nothing_doubled() -> None:
    assert simulate(DyingTracker, 5_000, seed=20_261_124) == (0, 0)


@pytest.mark.prove
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_lost_and_nothing_doubled_in_ten_thousand(seed: int) -> None:
    assert simulate(DyingTracker, 10_000, seed) == (0, 0)


def test_sending_again_blind_doubles() -> None:
    lost, doubled = simulate(BlindTracker, 500, seed=1)
    assert lost == 0
    assert doubled > 20


def test_asking_at_once_doubles() -> None:
    lost, doubled = simulate(DyingTracker, 500, seed=1, settle_us=0)
    assert lost == 0
    assert doubled > 3
