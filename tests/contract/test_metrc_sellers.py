"""Reports go out with their sellers' own keys; a refused one keeps back that person's sales and nobody else's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.instant import MINUTE_US, SECOND_US
from pos_desktop.domain.outbox import OutboxItem, OutboxState
from pos_desktop.sync.loop import SyncLoop
from pos_desktop.sync.metrc.sellers import TRIED_AGAIN_US, SellerKey, SellersTracker
from pos_desktop.training.sandbox.metrc.access import set_revoked
from tests.fixtures.fake_outbox import FakeOutbox
from tests.fixtures.sandbox import LICENSE, seed_document
from tests.fixtures.tracker_bench import MetrcBench, metrc_bench, report
from tests.fixtures.virtual_time import VirtualPause

VENDOR = "sample-vendor-key"
ANN = SellerKey("person-ann", "Ann Sample", "sample-key-ann")
BEN = SellerKey("person-ben", "Ben Sample", "sample-key-ben")
STORE = "Sample Budtender 1"


@dataclass
class Sellers:
    bench: MetrcBench
    keys: dict[str, SellerKey] = field(default_factory=lambda: {each.person_id: each for each in (ANN, BEN)})
    sold_by: dict[str, str] = field(default_factory=dict)
    reads: int = 0

    def __post_init__(self) -> None:
        self.outbox = FakeOutbox(())
        self.pause = VirtualPause(self.bench.clock)
        self.bench.clock.advance(MINUTE_US)
        self.heard: list[ServiceReach] = []
        self.restart()

    def restart(self) -> None:
        self.tracker = SellersTracker(
            self.bench.tracker,
            self.bench.client,
            keys=self._keys,
            seller_of=lambda item: self.sold_by.get(item.id, ""),
            clock=self.bench.clock,
        )
        self.loop = SyncLoop(
            outbox=self.outbox,
            tracker=self.tracker,
            clock=self.bench.clock,
            rng=random.Random(1).randint,
            pause=self.pause,
            heard=self.heard.append,
        )

    def _keys(self) -> dict[str, SellerKey]:
        self.reads += 1
        return dict(self.keys)

    def sell(self, n: int, by: SellerKey | None, **changes: object) -> OutboxItem:
        item = replace(report(n), **changes)  # type: ignore[arg-type]  # a test's own fields
        self.outbox.add(item)
        self.sold_by[item.id] = "" if by is None else by.person_id
        return item

    def state(self, n: int) -> OutboxState:
        return self.outbox.items[f"report-{n:05d}"].state

    def revoke(self, user_key: str, *, revoked: bool = True) -> None:
        service = self.bench.sandbox.server.service
        with service.store.writing() as db:
            set_revoked(db, (VENDOR, user_key), revoked=revoked)

    def recorded_by(self) -> dict[str, str]:
        return {
            row["ExternalReceiptNumber"]: row["RecordedByUserName"]
            for row in self.bench.sandbox.server.ledger()
        }


@pytest.fixture
def sellers(tmp_path: Path) -> Iterator[Sellers]:
    users = [
        {"vendor_key": VENDOR, "user_key": each.user_key, "user_name": each.name, "licenses": [LICENSE]}
        for each in (ANN, BEN)
    ]
    with metrc_bench(tmp_path, credentials=seed_document()["credentials"] + users) as bench:
        yield Sellers(bench)


def test_each_sale_bears_its_sellers_key_and_the_others_the_stores(sellers: Sellers) -> None:
    items = [sellers.sell(1, ANN), sellers.sell(2, None), sellers.sell(3, BEN), sellers.sell(4, None)]
    assert sellers.loop.once().confirmed == 4
    by = sellers.recorded_by()
    assert [by[item.natural_key] for item in items] == [ANN.name, STORE, BEN.name, STORE]
    assert sellers.reads == 1


def test_a_revoked_key_keeps_back_that_persons_sales_only(sellers: Sellers) -> None:
    sellers.revoke(ANN.user_key)
    for n, by in enumerate([ANN, None, ANN, BEN], start=1):
        sellers.sell(n, by)
    summary = sellers.loop.once()
    assert [sellers.state(n) for n in (1, 2, 3, 4)] == [
        OutboxState.BLOCKED,
        OutboxState.CONFIRMED,
        OutboxState.BLOCKED,
        OutboxState.CONFIRMED,
    ]
    assert summary.confirmed == 2
    assert "METRC refuses the user key of Ann Sample" in summary.stopped
    assert ANN.user_key not in summary.stopped
    assert ServiceReach.REFUSED_KEY not in sellers.heard
    posts = [path for path in sellers.bench.asked() if path.startswith("POST")]
    assert len(posts) == 3, "her second sale is not sent in vain"

    sellers.sell(5, BEN)
    sellers.sell(6, None)
    assert sellers.loop.once().confirmed == 2, "nor is the lane closed later"


def test_a_person_without_the_right_to_record_sales_is_in_nobodys_way(sellers: Sellers) -> None:
    without = {
        "vendor_key": VENDOR,
        "user_key": ANN.user_key,
        "licenses": [LICENSE],
        "without": ["Manage Sales"],
    }
    sellers.bench.sandbox.server.seed({"mode": "add", "credentials": [without]})
    sellers.sell(1, ANN)
    sellers.sell(2, BEN)
    assert sellers.loop.once().confirmed == 1
    assert (sellers.state(1), sellers.state(2)) == (OutboxState.BLOCKED, OutboxState.CONFIRMED)


def test_a_bad_key_that_closed_the_whole_lane_would_be_caught(sellers: Sellers) -> None:
    """The wrong variant: the store's tracker with her key. Nobody's sales go out."""
    sellers.revoke(ANN.user_key)
    for n, by in enumerate([ANN, None, BEN], start=1):
        sellers.sell(n, by)
    with sellers.bench.client.acting_as(ANN.user_key):
        loop = SyncLoop(
            outbox=sellers.outbox,
            tracker=sellers.bench.tracker,
            clock=sellers.bench.clock,
            rng=random.Random(1).randint,
            pause=sellers.pause,
        )
        assert loop.once().confirmed == 0
    assert OutboxState.QUEUED in (sellers.state(2), sellers.state(3))


def test_a_renewed_key_is_read_and_used_after_a_while(sellers: Sellers) -> None:
    sellers.keys[ANN.person_id] = replace(ANN, user_key="sample-key-mistyped")
    item = sellers.sell(1, ANN)
    sellers.loop.once()
    sellers.keys[ANN.person_id] = ANN
    sellers.loop.once()
    assert (sellers.state(1), sellers.reads) == (OutboxState.BLOCKED, 1)
    sellers.bench.clock.advance(TRIED_AGAIN_US)
    assert sellers.loop.once().confirmed == 1
    assert sellers.recorded_by()[item.natural_key] == ANN.name


def test_while_a_refused_key_is_tried_again_the_lane_stays_open(sellers: Sellers) -> None:
    sellers.revoke(ANN.user_key)
    sellers.sell(1, ANN)
    sellers.loop.once()
    sellers.bench.clock.advance(TRIED_AGAIN_US)
    sellers.revoke(BEN.user_key)
    sellers.sell(2, BEN)
    sellers.loop.once()
    assert (sellers.state(1), sellers.state(2)) == (OutboxState.BLOCKED, OutboxState.BLOCKED)
    for n in range(3, 40):
        sellers.bench.clock.advance(MINUTE_US)
        sellers.sell(n, None)
        sellers.loop.once()
        assert sellers.state(n) is OutboxState.CONFIRMED, n


def test_a_key_taken_away_lets_the_stores_key_send(sellers: Sellers) -> None:
    sellers.revoke(ANN.user_key)
    item = sellers.sell(1, ANN)
    sellers.loop.once()
    del sellers.keys[ANN.person_id]
    sellers.restart()
    assert sellers.loop.once().confirmed == 1
    assert sellers.recorded_by()[item.natural_key] == STORE


def test_when_the_stores_own_key_is_refused_too_the_lane_waits(sellers: Sellers) -> None:
    for each in (ANN.user_key, "sample-user-key-1"):
        sellers.revoke(each)
    sellers.sell(1, ANN)
    sellers.sell(2, BEN)
    summary = sellers.loop.once()
    assert "this store's key" in summary.stopped
    assert sellers.heard[-1] is ServiceReach.REFUSED_KEY
    assert sellers.state(2) is OutboxState.QUEUED


def test_a_lost_answer_is_looked_up_with_the_stores_key(sellers: Sellers) -> None:
    item = sellers.sell(1, ANN)
    sellers.bench.next_post("commit-then-drop")
    sellers.loop.once()
    assert sellers.state(1) is OutboxState.IN_DOUBT
    sellers.revoke(ANN.user_key)
    sellers.bench.clock.advance(2 * SECOND_US)
    assert sellers.loop.once(wait_for_doubt=True).confirmed == 1
    assert sellers.bench.recorded()[item.natural_key] == 1
