"""The first reading of METRC's inventory and the later ones, before the sandbox and into the encrypted store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.app.ports import ServiceReach, ShelfIntake
from pos_desktop.domain.identity import PackageTag
from pos_desktop.domain.instant import DAY_US, HOUR_US, MINUTE_US, Instant
from pos_desktop.domain.limits.model import Category
from pos_desktop.domain.outbox import AttemptResult, Outcome
from pos_desktop.domain.sale import Sale
from pos_desktop.domain.shelf import Held, Unit
from pos_desktop.storage.store import Store
from pos_desktop.sync.metrc.categories import CategoryTable
from pos_desktop.sync.metrc.goods import Reader
from pos_desktop.sync.metrc.inventory import MetrcInventory
from pos_desktop.sync.outbox import after_attempt, after_look_up
from tests.fixtures.fake_intake import FakeIntake
from tests.fixtures.sandbox import EMPTY, FLOWER, GUMMIES, HELD, LICENSE, NOON, VAPE, facility, package
from tests.fixtures.stores import basket, entry_maker, line, opened, sell, stocked
from tests.fixtures.tracker_bench import MetrcBench, metrc_bench

TABLE = Path(__file__).resolve().parents[2] / "resources" / "metrc-categories.toml"
ZONE = ZoneInfo("America/Detroit")
MYSTERY = "1A4FF0100000022000000800"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[MetrcBench]:
    with metrc_bench(tmp_path) as running:
        yield running


@pytest.fixture
def intake() -> FakeIntake:
    return FakeIntake()


def inventory(bench: MetrcBench, intake: ShelfIntake, **more: Any) -> MetrcInventory:
    return MetrcInventory(
        bench.client,
        intake,
        bench.clock,
        Reader(CategoryTable.load(TABLE)),
        license_number=more.pop("license_number", LICENSE),
        since=Instant(NOON - 10 * DAY_US),
        zone=ZONE,
        **more,
    )


def add(bench: MetrcBench, **seed: Any) -> None:
    """More goods, modified now unless they say otherwise."""
    bench.sandbox.server.seed({"mode": "add", **seed})


def now(bench: MetrcBench) -> str:
    return bench.clock.now().datetime_in(ZoneInfo("UTC")).isoformat()


def test_the_first_reading_brings_everything(bench: MetrcBench, intake: FakeIntake) -> None:
    summary = inventory(bench, intake).sync()
    assert (summary.complete, summary.whole, summary.reach) == (True, True, ServiceReach.REACHED)
    shelf = {tag: each.package for tag, each in intake.packages.items()}
    assert set(shelf) == {FLOWER, GUMMIES, VAPE, HELD}
    assert (shelf[FLOWER].on_hand, shelf[FLOWER].product.unit) == (453_600, Unit.WEIGHT)
    assert shelf[GUMMIES].product.category is Category.EDIBLE
    assert shelf[GUMMIES].product.measures.thc_mg == 100
    assert shelf[VAPE].product.measures.net_mg == 500
    assert shelf[HELD].held is Held.HOLD
    assert intake.listed == frozenset(shelf)
    assert summary.warnings == ()


def test_windows_are_walked_forward_none_wider_than_a_day(bench: MetrcBench, intake: FakeIntake) -> None:
    said: list[str] = []
    inventory(bench, intake, tell=said.append).sync()
    queries = [
        each["query"] for each in bench.sandbox.server.requests if each["path"] == "/packages/v2/active"
    ]
    spans = [(_at(query, "lastModifiedStart"), _at(query, "lastModifiedEnd")) for query in queries]
    assert all(end - start <= DAY_US for start, end in spans)
    assert all(later[0] < earlier[1] < later[1] for earlier, later in pairwise(spans))
    assert (spans[0][0] <= NOON - 10 * DAY_US, spans[-1][1]) == (True, NOON)
    assert said[-1] == "Packages changed until 2026-04-08 are read."


def _at(query: str, name: str) -> int:
    return Instant.parse(parse_qs(query)[name][0]).utc_us


@pytest.mark.parametrize("hours", [24, 6])
def test_a_service_with_a_narrower_window_is_asked_in_halves(
    bench: MetrcBench, intake: FakeIntake, hours: int
) -> None:
    bench.sandbox.server.service.change_settings({"window_max_hours": hours})
    summary = inventory(bench, intake, width_us=40 * DAY_US).sync()
    assert summary.complete
    assert len(intake.packages) == 4
    if hours == 24:
        active = [path for path in bench.asked() if path == "GET /packages/v2/active"]
        assert len(active) <= 13, "one refusal, then a day at a time"


def test_many_pages_are_read_to_the_end(bench: MetrcBench, intake: FakeIntake) -> None:
    add(
        bench,
        packages=[package(f"1A4FF01000000220000{n:05d}", "Sample Flower", "28") for n in range(1_000, 1_057)],
    )
    inventory(bench, intake).sync()
    assert len(intake.packages) == 61


def test_a_later_reading_brings_what_changed(bench: MetrcBench, intake: FakeIntake) -> None:
    reading = inventory(bench, intake)
    reading.sync()
    bench.clock.advance(HOUR_US)
    bench.sandbox.server.move_clock(bench.clock.now().utc_us, running=False)
    add(bench, last_modified=now(bench), packages=[
        package(FLOWER, "Sample Flower", "100"),
        package(GUMMIES, "Sample Gummies", "0", IsFinished=True, FinishedDate="2026-04-08"),
    ])  # fmt: skip
    summary = reading.sync()
    assert (summary.complete, summary.whole, summary.received) == (True, False, 2)
    assert intake.packages[FLOWER].package.on_hand == 100_000
    assert intake.packages[GUMMIES].package.held is Held.FINISHED


def test_a_changed_item_brings_all_its_packages(bench: MetrcBench, intake: FakeIntake) -> None:
    reading = inventory(bench, intake)
    reading.sync()
    bench.clock.advance(HOUR_US)
    bench.sandbox.server.move_clock(bench.clock.now().utc_us, running=False)
    add(bench, last_modified=now(bench), items=[
        {"license": LICENSE, "Name": "Sample Vape", "ProductCategoryName": "Vape Cartridges",
         "ProductCategoryType": "Concentrate", "UnitOfMeasureName": "Each", "UnitWeight": Decimal(1),
         "UnitWeightUnitOfMeasureName": "Grams"},
    ])  # fmt: skip
    assert reading.sync().whole
    assert intake.packages[VAPE].package.product.measures.net_mg == 1_000


def test_what_cannot_be_mapped_is_listed_with_why(bench: MetrcBench, intake: FakeIntake) -> None:
    add(bench, items=[{"license": LICENSE, "Name": "Sample Mystery", "ProductCategoryName": "Mystery",
                       "ProductCategoryType": "Mystery", "UnitOfMeasureName": "Each"}],
        packages=[package(MYSTERY, "Sample Mystery", "3")])  # fmt: skip
    summary = inventory(bench, intake).sync()
    [(item, category, why)] = summary.unmapped
    assert (item, category) == ("Sample Mystery", "Mystery")
    assert "not mapped" in why
    assert intake.packages[MYSTERY].package.held is Held.UNMAPPED


def test_the_type_of_an_unknown_category_is_asked_of_the_item(bench: MetrcBench, intake: FakeIntake) -> None:
    add(bench, items=[{"license": LICENSE, "Name": "Sample Sweet", "ProductCategoryName": "Sweets of 2027",
                       "ProductCategoryType": "InfusedEdible", "UnitOfMeasureName": "Each"}],
        packages=[package(MYSTERY, "Sample Sweet", "3")])  # fmt: skip
    reading = inventory(bench, intake)
    for name in ("items", "packages"):
        intake.set_cursor(f"metrc.{LICENSE}.{name}", Instant(NOON - HOUR_US))
    bench.sandbox.server.seed(
        {"mode": "add", "last_modified": now(bench), "packages": [package(MYSTERY, "Sample Sweet", "2")]}
    )
    assert reading.sync().complete
    assert intake.packages[MYSTERY].package.product.category is Category.EDIBLE


def test_a_package_that_left_is_gone(bench: MetrcBench, intake: FakeIntake) -> None:
    reading = inventory(bench, intake)
    reading.sync()
    bench.clock.advance(HOUR_US)
    bench.sandbox.server.move_clock(bench.clock.now().utc_us, running=False)
    add(bench, last_modified=now(bench), packages=[package(VAPE, "Sample Vape", "20", in_transit=True)])
    summary = reading.sync(whole=True)
    assert summary.gone == 1
    assert intake.listed == frozenset({FLOWER, GUMMIES, HELD})


MANY = [f"1A4FF01000000220000{n:05d}" for n in range(2_000, 2_012)]


def shelf(bench: MetrcBench, intake: FakeIntake) -> MetrcInventory:
    """Sixteen packages, read once."""
    add(bench, packages=[package(tag, "Sample Flower", "28") for tag in MANY])
    reading = inventory(bench, intake, width_us=40 * DAY_US)
    reading.sync()
    bench.clock.advance(HOUR_US)
    bench.sandbox.server.move_clock(bench.clock.now().utc_us, running=False)
    return reading


def leave(bench: MetrcBench, tags: list[str]) -> None:
    add(bench, last_modified=now(bench), packages=[
        package(tag, "Sample Flower", "28", in_transit=True) for tag in tags
    ])  # fmt: skip


def lists_read(bench: MetrcBench) -> int:
    return bench.asked().count("GET /packages/v2/onhold")


def test_one_empty_list_takes_nothing_off_the_shelf(bench: MetrcBench, intake: FakeIntake) -> None:
    reading = shelf(bench, intake)
    bench.faults({"match": "GET /packages/v2/*", "do": "empty-list", "times": 2})
    summary = reading.sync(whole=True)
    assert (summary.complete, summary.gone, summary.emptied, summary.warnings) == (True, 0, False, ())
    assert intake.listed == frozenset({FLOWER, GUMMIES, VAPE, HELD, *MANY})


def test_an_empty_first_reading_is_done_again(bench: MetrcBench, intake: FakeIntake) -> None:
    bench.faults({"match": "GET /packages/v2/*", "do": "empty-list", "times": 2})
    inventory(bench, intake, width_us=40 * DAY_US).sync()
    assert set(intake.packages) == {FLOWER, GUMMIES, VAPE, HELD}


def test_a_store_that_emptied_is_believed_when_it_is_listed_so_twice(
    bench: MetrcBench, intake: FakeIntake
) -> None:
    reading = shelf(bench, intake)
    leave(bench, MANY)
    before = lists_read(bench)
    summary = reading.sync(whole=True)
    assert (summary.gone, summary.emptied, lists_read(bench) - before) == (12, True, 2)
    assert "12 of 16 packages" in summary.warnings[-1]


def test_half_of_the_shelf_and_a_tiny_shelf_are_believed_at_once(
    bench: MetrcBench, intake: FakeIntake
) -> None:
    reading = shelf(bench, intake)
    leave(bench, MANY[:8])
    before = lists_read(bench)
    assert reading.sync(whole=True).gone == 8
    assert lists_read(bench) - before == 1
    intake.packages = {tag: each for tag, each in intake.packages.items() if tag in MANY[7:9]}
    assert reading.sync(whole=True).gone == 1
    assert lists_read(bench) - before == 2


def test_what_breaks_off_the_second_reading_leaves_the_shelf(bench: MetrcBench, intake: FakeIntake) -> None:
    reading = shelf(bench, intake)
    bench.faults(
        {"match": "GET /packages/v2/*", "do": "empty-list", "times": 2},
        {"match": "GET /packages/v2/*", "do": "500", "after": 2},
    )
    intake.listed = None
    assert (reading.sync(whole=True).complete, intake.listed) == (False, None)


@pytest.mark.parametrize("do", ["500", "drop-before", "503-html", "400-object"])
def test_a_reading_that_breaks_off_goes_on_where_it_was(
    bench: MetrcBench, intake: FakeIntake, do: str
) -> None:
    bench.faults({"match": "GET /packages/v2/active", "do": do, "after": 7})
    summary = inventory(bench, intake).sync()
    assert not summary.complete
    assert intake.listed is None, "what was not listed to the end proves nothing gone"
    mark = intake.cursors[f"metrc.{LICENSE}.packages"]
    assert NOON - 5 * DAY_US < mark.utc_us < NOON
    bench.faults()
    assert inventory(bench, intake).sync().complete
    assert set(intake.packages) == {FLOWER, GUMMIES, VAPE, HELD, EMPTY}


def test_no_mark_is_set_before_the_last_page(bench: MetrcBench, intake: FakeIntake) -> None:
    bench.faults({"match": "GET /packages/v2/*", "do": "500"})
    inventory(bench, intake).sync()
    assert intake.cursor(f"metrc.{LICENSE}.packages") is None


def test_a_refused_key_and_a_foreign_license_are_told_apart(bench: MetrcBench, intake: FakeIntake) -> None:
    foreign = inventory(bench, intake, license_number="PC-000099").sync()
    assert (foreign.reach, "license is not among" in foreign.problem) == (ServiceReach.REFUSED_KEY, True)
    bench.faults({"match": "* *", "do": "revoke-key"})
    refused = inventory(bench, intake).sync()
    assert (refused.reach, "key" in refused.problem) == (ServiceReach.REFUSED_KEY, True)
    bench.sandbox.server.close_socket()
    assert inventory(bench, intake).sync().reach is ServiceReach.AWAY
    assert intake.packages == {}


def test_a_store_that_runs_is_warned_when_it_may_not_sell(bench: MetrcBench, intake: FakeIntake) -> None:
    assert inventory(bench, intake).sync().warnings == ()
    add(bench, facilities=[facility(LICENSE, "")])
    summary = inventory(bench, intake).sync()
    assert (summary.complete, len(summary.warnings)) == (True, 2)
    assert "sell to patients" in summary.warnings[0]


def test_a_store_does_not_start_with_a_license_that_may_not_sell_to_patients(
    tmp_path: Path, intake: FakeIntake
) -> None:
    with metrc_bench(tmp_path) as bench:
        add(bench, facilities=[facility(LICENSE, "IsRetail CanSellToConsumers AdvancedSales")])
        summary = inventory(bench, intake).sync()
        assert (summary.reach, intake.packages) == (ServiceReach.REFUSED_KEY, {})
        assert "may sell neither to patients nor to their caregivers" in summary.problem
        assert set(bench.asked()) == {"GET /facilities/v2"}

        add(bench, facilities=[facility(LICENSE)])
        assert inventory(bench, intake).sync().complete


def on_hand(store: Store, tag: str) -> int:
    package = store.shelf.by_tag(PackageTag(tag))
    assert package is not None
    return package.on_hand


def test_a_sale_in_doubt_that_the_state_has_is_taken_off_once(bench: MetrcBench, tmp_path: Path) -> None:
    def ten_minutes_later() -> Instant:
        bench.clock.advance(10 * MINUTE_US)
        bench.sandbox.server.move_clock(bench.clock.now().utc_us, running=False)
        return bench.clock.now()

    with stocked(tmp_path / "own", packages=0) as store:
        reading = inventory(bench, store.intake)
        reading.sync()
        at_first = on_hand(store, GUMMIES)
        sale = sell(store, entry_maker(store), sold(GUMMIES))
        report = store.sales.report_of(sale.id)
        assert report is not None
        item = store.outbox.begin_attempt(report.id, store.outbox.sender_epoch(), ten_minutes_later())
        lost = AttemptResult(Outcome.IN_DOUBT, sentence="No answer came.")
        doubtful = after_attempt(item, lost, bench.clock.now(), min)
        store.outbox.settle(doubtful, lost, bench.clock.now(), looked_up=False)
        add(bench, last_modified=now(bench), packages=[package(GUMMIES, "Sample Gummies", str(at_first - 1))])

        ten_minutes_later()
        reading.sync()
        assert on_hand(store, GUMMIES) == at_first - 2, "it may not be in the state's figure yet"
        found = AttemptResult(Outcome.FOUND, remote_id="7")
        known = after_look_up(doubtful, found, ten_minutes_later(), MINUTE_US, min)
        store.outbox.settle(known, found, bench.clock.now(), looked_up=True)
        ten_minutes_later()
        assert reading.sync().received == 1
        assert on_hand(store, GUMMIES) == at_first - 1
        ten_minutes_later()
        assert reading.sync().received == 0, "once is enough"


def sold(tag: str) -> Sale:
    one = replace(line(1), tag=PackageTag(tag))
    return replace(basket("s1", packages=1), lines=(one,), total=one.amount, subtotal=one.amount)


def test_it_lands_in_the_encrypted_store(bench: MetrcBench, tmp_path: Path) -> None:
    with opened(tmp_path / "own", create=True) as store:
        inventory(bench, store.intake).sync()
        flower = store.shelf.by_tag(PackageTag(FLOWER))
        assert flower is not None
        assert (flower.on_hand, flower.product.category, flower.held) == (453_600, Category.FLOWER, None)
        assert store.intake.cursor(f"metrc.{LICENSE}.packages") == Instant(NOON)
