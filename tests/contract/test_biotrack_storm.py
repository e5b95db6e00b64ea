"""A seeded storm of faults on the wire, the program started anew in between: each sale is at the state once, in order.

The same storm with answers taken for "not sent", and with the state asked at once, ends with copies.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from pos_desktop.domain.instant import SECOND_US
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.sync.biotrack.profile import BioTrackProfile
from pos_desktop.sync.biotrack.tracker import BioTrackTracker
from pos_desktop.sync.loop import SyncLoop
from tests.contract.test_biotrack_exactly_once import BlindTracker
from tests.fixtures.biotrack_bench import STANDARD, V3, BioTrackBench, biotrack_bench, made_tracker, report
from tests.fixtures.biotrack_server import Fault
from tests.fixtures.fake_outbox import FakeOutbox
from tests.fixtures.virtual_time import VirtualPause

SETTLE_US = 75 * SECOND_US
LATE_S = 60
DOES = (
    "drop-before",
    "drop-after",
    "late",
    "late",
    "http-500",
    "html",
    "truncated",
    "empty",
    "expire",
    "prefix",
)


@dataclass
class Storm(Fault):
    """Some of all requests go wrong, one way or another."""

    dice: random.Random = field(default_factory=lambda: random.Random(1))
    of_a_hundred: int = 15

    def strikes(self, action: str) -> bool:
        self.do = self.dice.choice(DOES)
        writes = action in ("sale_dispense", "/v1/dispense")
        if self.do == "late" and not writes:
            self.do = "drop-before"
        return self.dice.randrange(100) < self.of_a_hundred


class PassingTime(VirtualPause):
    """Time passes at the service too; what it still had to do is done within a minute."""

    def __init__(self, bench: BioTrackBench, stop_after: int) -> None:
        super().__init__(bench.clock, stop_after)
        self._bench = bench
        self._passed = 0.0

    def __call__(self, seconds: float) -> bool:
        stop = super().__call__(seconds)
        self._bench.server.now += round(seconds)
        self._passed += seconds
        if self._passed >= LATE_S:
            self._passed = 0.0
            self._bench.server.apply_late()
        return stop


def ridden_out(
    bench: BioTrackBench, sales: int, kind: type[BioTrackTracker], settle_us: int, seed: int
) -> FakeOutbox:
    dice = random.Random(seed)
    bench.server.faults = [Storm("*", "", dice=dice)]
    outbox = FakeOutbox(report(n) for n in range(sales))
    for _ in range(sales * 20):
        tracker, legacy, _ = made_tracker(
            bench.server, bench.clock, bench.profile, kind=kind, settle_us=settle_us
        )
        loop = SyncLoop(
            outbox=outbox,
            tracker=tracker,
            clock=bench.clock,
            rng=dice.randint,
            pause=PassingTime(bench, stop_after=dice.randint(1, 6)),
        )
        loop.once(wait_for_doubt=True)
        legacy.close()
        if outbox.counts()[OutboxState.CONFIRMED] == sales:
            bench.server.apply_late()
            return outbox
        bench.clock.advance(SECOND_US * 61)
        bench.server.now += 61
        bench.server.apply_late()
    raise AssertionError(outbox.counts())


def in_order(bench: BioTrackBench, outbox: FakeOutbox) -> bool:
    """Whether each patient's sales have rising transactions."""
    for patient in {item.aggregate for item in outbox.items.values()}:
        numbers = [int(item.remote_id) for item in outbox.items.values() if item.aggregate == patient]
        if numbers != sorted(numbers):
            return False
    return True


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("profile", "settings"),
    [(STANDARD, {}), (STANDARD, {"replay": False}), (V3, {})],
    ids=["nonce", "list", "v3"],
)
def test_each_sale_is_there_once(profile: BioTrackProfile, settings: dict[str, Any], seed: int) -> None:
    with biotrack_bench(profile, **settings) as bench:
        outbox = ridden_out(bench, 80, BioTrackTracker, SETTLE_US, seed)
        assert bench.server.times() == {item.natural_key: 1 for item in outbox.items.values()}
        assert in_order(bench, outbox)
        assert bench.server.mixed == 0


@pytest.mark.prove
@pytest.mark.timeout(1_200)
def test_each_of_three_thousand_sales_is_there_once() -> None:
    with biotrack_bench() as bench:
        outbox = ridden_out(bench, 3_000, BioTrackTracker, SETTLE_US, 7)
        assert bench.server.times() == {item.natural_key: 1 for item in outbox.items.values()}


@pytest.mark.parametrize(("kind", "settle_us"), [(BlindTracker, SETTLE_US), (BioTrackTracker, 0)])
def test_what_is_known_to_be_wrong_ends_with_copies(kind: type[BioTrackTracker], settle_us: int) -> None:
    with biotrack_bench() as bench:
        outbox = ridden_out(bench, 80, kind, settle_us, 1)
        assert bench.server.recorded() > len(outbox.items)
