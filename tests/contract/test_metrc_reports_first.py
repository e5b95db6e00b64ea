"""A long list keeps no report waiting: what is sold while it is read goes out between two of its pages."""

from __future__ import annotations

import random
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.domain.instant import DAY_US, MINUTE_US, Instant
from pos_desktop.sync.loop import SyncLoop
from pos_desktop.sync.metrc.categories import CategoryTable
from pos_desktop.sync.metrc.goods import Reader
from pos_desktop.sync.metrc.inventory import MetrcInventory
from tests.fixtures.fake_intake import FakeIntake
from tests.fixtures.fake_outbox import FakeOutbox
from tests.fixtures.sandbox import LICENSE, NOON
from tests.fixtures.tracker_bench import RECEIPTS, MetrcBench, metrc_bench, report
from tests.fixtures.virtual_time import VirtualPause

TABLE = Path(__file__).resolve().parents[2] / "resources" / "metrc-categories.toml"


def read_everything(bench: MetrcBench, *, between: bool) -> None:
    """Ten days in windows of a day, and in the middle of it a sale."""
    bench.clock.advance(MINUTE_US)
    outbox = FakeOutbox(())
    loop = SyncLoop(
        outbox=outbox,
        tracker=bench.tracker,
        clock=bench.clock,
        rng=random.Random(1).randint,
        pause=VirtualPause(bench.clock),
    )
    windows: list[str] = []

    def tell(said: str) -> None:
        windows.append(said)
        if len(windows) == 3:
            outbox.add(report(1))

    summary = MetrcInventory(
        bench.client.in_background(loop.once if between else None),
        FakeIntake(),
        bench.clock,
        Reader(CategoryTable.load(TABLE)),
        license_number=LICENSE,
        since=Instant(NOON - 10 * DAY_US),
        zone=ZoneInfo("America/Detroit"),
        tell=tell,
    ).sync()
    assert summary.complete
    loop.once()


@pytest.mark.parametrize("between", [True, False])
def test_a_sale_is_reported_while_the_packages_are_read(tmp_path: Path, between: bool) -> None:
    """Without a look at the queue between two reads, which is the wrong variant, the report comes last."""
    with metrc_bench(tmp_path) as bench:
        read_everything(bench, between=between)
        asked = bench.asked()
    assert asked.count(RECEIPTS) == 1
    after = asked[asked.index(RECEIPTS) :]
    assert any(path.startswith("GET /packages") for path in after) == between
