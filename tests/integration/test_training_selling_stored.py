"""Unattended selling on the encrypted store, offline and before the sandbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pos_desktop.app.ask_state import AskState
from pos_desktop.app.close_sale import OnDuty
from pos_desktop.app.desk import Desk
from pos_desktop.app.link import LinkWatch
from pos_desktop.app.ports import IncomingPackage, TillSession
from pos_desktop.domain.identity import PackageTag, PatientId, ProductId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Category, Item, Measures
from pos_desktop.domain.shelf import Package, Product, Unit
from pos_desktop.storage.store import Store
from pos_desktop.sync.loop import SyncLoop
from pos_desktop.sync.metrc.client import MetrcClient
from pos_desktop.sync.metrc.pace import Pace
from pos_desktop.sync.metrc.tracker import MetrcTracker
from pos_desktop.training.demo_store import (
    USER_KEY,
    VENDOR_KEY,
    SampleStore,
    fill,
    sample_store,
    sandbox_seed,
)
from pos_desktop.training.sandbox import SandboxServer
from pos_desktop.training.sandbox.clock import SandboxClock
from pos_desktop.training.selling import SellReport, sell
from tests.fixtures.fake_shop import training_desk
from tests.fixtures.limit_packs import programme
from tests.fixtures.stores import NOON, PATIENT, PERSON, ZONE, OrderedIds, StandingClock, opened

LIMITS = {1: 70_873, 30: 283_495}
UNCOUNTED = (Category.ACCESSORY,)
BY_NET = (Category.FLOWER, Category.PREROLL)


@contextmanager
def demo(folder: Path, clock: StandingClock, sample: SampleStore) -> Iterator[tuple[Store, Desk]]:
    """The demo store with an open till and nobody to ask."""
    with opened(folder, clock, create=True) as store:
        fill(store, sample)
        actor = sample.staff[0]
        session = TillSession(TillSessionId("till-1"), "R1", clock.now(), actor.id)
        store.staff.start_session(session)
        desk = training_desk(
            store,
            programme("us-mi-medical"),
            clock,
            OrderedIds(),
            register=store.settings.register(),
            duty=OnDuty(actor, session),
        )
        yield store, desk


def sold(
    store: Store, desk: Desk, clock: StandingClock, count: int, seed: int, *, offline: bool
) -> SellReport:
    return sell(
        count, seed, desk=desk, patients=store.patients, jobs=store.paper, offline=offline, wait_us=clock.move
    )


def counted(item: Item) -> int:
    if item.category in UNCOUNTED:
        return 0
    amount = item.measures.net_mg if item.category in BY_NET else item.measures.equiv_mg
    assert amount is not None
    return amount


def over_limits(store: Store, patients: set[PatientId]) -> list[str]:
    """Each patient's whole ledger counted again, day by day, without the engine."""
    found = []
    for who in patients:
        days: Counter[int] = Counter()
        for purchase in store.ledger.window(who, Instant(0)):
            days[purchase.at.date_in(ZONE).toordinal()] += sum(map(counted, purchase.items))
        found += [
            f"{who}: {span} days"
            for day in days
            for span, most in LIMITS.items()
            if sum(mg for other, mg in days.items() if day - span < other <= day) > most
        ]
    return found


def test_60_sales_on_the_demo_store_are_varied_and_legal(tmp_path: Path) -> None:
    clock, sample = StandingClock(), sample_store(5, NOON)
    with demo(tmp_path, clock, sample) as (store, desk):
        report = sold(store, desk, clock, 60, 1, offline=True)
        sales = list(store.sales.all())
        assert (report.sold, report.stopped, len(sales)) == (60, "", 60)
        assert over_limits(store, {sale.patient_id for sale in sales}) == []
        assert report.total_cents == sum(sale.total.cents for sale in sales)
        assert report.packaged_lines + report.weighed_lines == sum(len(sale.lines) for sale in sales)
        assert min(report.weighed_lines, report.by_caregiver, report.held_and_recalled) > 0
        assert len({line.category for sale in sales for line in sale.lines}) >= 6
        assert store.paper.open() == []
        assert store.holds.list() == []
        assert [sale.number.counter for sale in sales] == list(range(1, 61))


def test_the_same_seed_sells_the_same_on_the_same_store(tmp_path: Path) -> None:
    def lines(folder: str, seed: int) -> list[list[tuple[str, str, int]]]:
        clock = StandingClock()
        with demo(tmp_path / folder, clock, sample_store(5, NOON)) as (store, desk):
            sold(store, desk, clock, 12, seed, offline=True)
            return [
                [(sale.patient_id, line.tag, line.quantity) for line in sale.lines]
                for sale in store.sales.all()
            ]

    first = lines("a", 3)
    assert first == lines("b", 3)
    assert first != lines("c", 4)


def test_sales_before_the_sandbox_become_exactly_as_many_receipts(tmp_path: Path) -> None:
    clock, sample = StandingClock(), sample_store(5, NOON)
    unhurried = {"gets_per_second_facility": 100_000, "gets_per_second_key": 100_000}
    state_clock = SandboxClock(lambda: clock.now().utc_us)
    with (
        SandboxServer(tmp_path / "state", clock=state_clock) as server,
        demo(tmp_path / "store", clock, sample) as (store, alone),
    ):
        server.seed({**sandbox_seed(sample), "settings": {**unhurried, "refuse_over_allotment": True}})
        client = MetrcClient(server.base_url, vendor_key=VENDOR_KEY, user_key=USER_KEY, pace=Pace(10_000))
        tracker = MetrcTracker(client, license_number=sample.license, clock=clock, profile="training")
        link = LinkWatch(clock, has_service=True)
        desk = replace(alone, link=link, ask_state=AskState(tracker, link))
        report = sold(store, desk, clock, 25, 1, offline=False)
        assert report.sold == 25
        assert {sale.basis for sale in store.sales.all()} == {"state"}
        loop = SyncLoop(
            outbox=store.outbox, tracker=tracker, clock=clock, rng=lambda low, _: low, pause=lambda _: False
        )
        summary = loop.once()
        client.close()
        told = Counter(row["ExternalReceiptNumber"] for row in server.ledger())
        assert (summary.confirmed, summary.refused) == (25, 0)
        assert told == Counter(sale.external for sale in store.sales.all())


def test_who_is_inactive_at_the_state_buys_nothing(tmp_path: Path) -> None:
    clock, sample = StandingClock(), sample_store(5, NOON)
    state_clock = SandboxClock(lambda: clock.now().utc_us)
    with (
        SandboxServer(tmp_path / "state", clock=state_clock) as server,
        opened(tmp_path / "store", clock, create=True) as store,
    ):
        server.seed(sandbox_seed(sample))
        only = replace(sample, patients=(sample.who.inactive_at_state,), caregivers=(), purchases=())
        fill(store, only)
        session = TillSession(TillSessionId("till-1"), "R1", clock.now(), sample.staff[0].id)
        store.staff.start_session(session)
        client = MetrcClient(server.base_url, vendor_key=VENDOR_KEY, user_key=USER_KEY)
        tracker = MetrcTracker(client, license_number=sample.license, clock=clock, profile="training")
        link = LinkWatch(clock, has_service=True)
        desk = training_desk(
            store,
            programme("us-mi-medical"),
            clock,
            OrderedIds(),
            register=store.settings.register(),
            duty=OnDuty(sample.staff[0], session),
            link=link,
            ask_state=AskState(tracker, link),
        )
        report = sold(store, desk, clock, 2, 1, offline=False)
        client.close()
        assert (report.sold, report.refused) == (0, {"inactive-at-state": 1})
        assert report.stopped == (
            "No patient can buy anything more now (inactive-at-state 1). 0 of 2 sales were made."
        )


def test_a_store_with_nothing_but_synced_items_sells_what_limits_can_count(tmp_path: Path) -> None:
    clock = StandingClock()
    goods = [
        ("Sample Flower", Category.FLOWER, Unit.WEIGHT, Measures(net_mg=1_000)),
        ("Sample Vape", Category.VAPE, Unit.EACH, Measures(net_mg=500, count=1)),
    ]
    with opened(tmp_path, clock, create=True) as store:
        for key, value in (("store.code", "ST1"), ("programme", "us-mi-medical")):
            store.settings.set(key, value)
        store.staff.add(PERSON)
        session = TillSession(TillSessionId("till-1"), "R1", NOON, PERSON.id)
        store.staff.start_session(session)
        store.patients.add(PATIENT, PERSON.id, NOON)
        incoming = [
            IncomingPackage(
                Package(
                    PackageTag(f"ABCDEF01234567{n:010d}"),
                    Product(ProductId(f"metrc-item-{n}"), name, category, unit, measures, None),
                    "SB-1",
                    100_000,
                    "Grams" if unit is Unit.WEIGHT else "Each",
                ),
                remote_id=str(n),
                remote_item_id=str(n),
                tracker_category="Sample",
            )
            for n, (name, category, unit, measures) in enumerate(goods)
        ]
        store.intake.receive(incoming, NOON)
        desk = training_desk(
            store,
            programme("us-mi-medical"),
            clock,
            OrderedIds(),
            register=store.settings.register(),
            duty=OnDuty(PERSON, session),
        )
        report = sold(store, desk, clock, 12, 1, offline=True)
        assert report.sold == 12
        assert report.left_out == {"missing-measure:day": 1}
        assert {line.name for sale in store.sales.all() for line in sale.lines} == {"Sample Flower"}
        flower = store.shelf.by_tag(PackageTag("ABCDEF012345670000000000"))
        assert flower is not None
        assert flower.product.price is None
        assert over_limits(store, {PATIENT.id}) == []
