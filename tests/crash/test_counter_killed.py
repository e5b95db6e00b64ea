"""The whole program, window and all, is killed at each named point of a sale; the state service is another process.

After every kill the counter is opened again and finishes what it finds. Then: everything it said was done is in the
store, every sale in the store is at the state exactly once, numbers and journal are whole, no drawer opened twice.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from pos_desktop.app.ports import JobState
from pos_desktop.app.verifying import verify
from pos_desktop.composition.counter import open_back_room
from pos_desktop.composition.places import DataFolder, data_folder, prepare
from pos_desktop.composition.training_store import make_demo_store
from pos_desktop.domain.limits.model import Category
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.shelf import Unit
from pos_desktop.training.demo_store import SampleStore
from pos_desktop.training.demonstration.comparison import compare
from pos_desktop.training.room import Room
from tests.fixtures.killed_counter import POINTS
from tests.fixtures.stores import PERSON

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60


@dataclass
class Shop:
    folder: DataFolder
    room: Room
    sample: SampleStore
    promised: list[str] = field(default_factory=list)
    kills: int = 0

    def kill_at(self, point: str, *more: str) -> None:
        """One sale in a counter that dies at `point`; remembers what its screen said."""
        person = self.sample.patients[20 + self.kills]
        self.kills += 1
        tag = self.light[self.kills % len(self.light)]
        done = subprocess.run(
            [
                sys.executable, "-m", "tests.fixtures.killed_counter",
                str(self.folder.path), point, person.card_number, tag, *more,
            ],
            cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S * 2, check=False,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, f"{point}: {done.returncode} {done.stderr[-2000:]}"
        self.promised += [line.split()[1] for line in done.stdout.splitlines() if line.startswith("DONE")]

    @property
    def light(self) -> list[str]:
        """Packages that every patient may buy a piece of."""
        return [
            each.package.tag
            for each in self.sample.packages
            if each.package.held is None
            and each.package.product.price is not None
            and each.package.product.unit is Unit.EACH
            and each.package.product.category is Category.FLOWER
        ]

    def recover(self) -> None:
        """Open again and let the program finish by itself; a receipt in doubt is looked at by a person."""
        back_room = open_back_room(self.folder, unattended=True)
        try:
            back_room.start()
            store, paper = back_room.shop.store, back_room.desk.paper
            assert paper is not None
            paper.work()
            for job in paper.open_jobs():
                assert job.state is JobState.UNKNOWN, "only a doubtful receipt waits, and for a person"
                paper.it_printed(job.id, PERSON)
            waiting, counts = Event(), store.outbox.counts()
            for _ in range(PATIENCE_S * 20):
                counts = store.outbox.counts()
                if not any(count for state, count in counts.items() if state is not OutboxState.CONFIRMED):
                    return
                waiting.wait(0.05)
            pytest.fail(f"reports are still open: {counts}")
        finally:
            back_room.close()

    def audit(self) -> list[str]:
        """What is wrong, in words."""
        back_room = open_back_room(self.folder, unattended=True)
        try:
            store = back_room.shop.store
            wrong = list(verify(store.sales, store.journal).wrong)
            sales = {sale.id for sale in store.sales.all()}
            wrong += [
                f"{sale_id} was shown as done and is not saved"
                for sale_id in self.promised
                if sale_id not in sales
            ]
            reports = [report for each in store.sales.all() if (report := store.sales.report_of(each.id))]
            receipts = self.room.state.control("GET", "ledger")["receipts"]
            for what, numbers in compare(reports, receipts).items():
                wrong += [f"{number} is {what}" for number in numbers]
            if len(reports) != len(sales):
                wrong.append("a sale has no report")
            if self.room.printer.kicks > len(sales):
                wrong.append("a drawer opened twice")
            return wrong
        finally:
            back_room.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    folder = data_folder(str(tmp_path / "store"), "training")
    prepare(folder)
    with Room(folder.sandbox) as room:
        yield Shop(folder, room, make_demo_store(folder, room, seed=1))


def test_a_kill_at_every_point_loses_nothing_and_doubles_nothing(shop: Shop) -> None:
    for point in POINTS:
        shop.kill_at(point)
        shop.recover()
    assert shop.audit() == []
    assert len(shop.promised) >= 4, "the later points come after the screen said done"


def test_a_build_that_promises_before_it_commits_is_caught(shop: Shop) -> None:
    shop.kill_at("written-not-committed", "wrong")
    shop.recover()
    assert any("shown as done and is not saved" in each for each in shop.audit())


@pytest.mark.prove
@pytest.mark.timeout(1_800)
def test_a_hundred_kills(shop: Shop) -> None:
    points = list(POINTS)
    for n in range(100):
        shop.kill_at(points[n % len(points)])
        shop.recover()
    assert shop.audit() == []
