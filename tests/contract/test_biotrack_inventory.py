"""BioTrack's inventory on the shelf, its books, and deliveries, on the wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.app.ports import CouldNotAsk, IncomingPackage, ServiceReach
from pos_desktop.domain.instant import DAY_US, SECOND_US, Instant
from pos_desktop.domain.limits.model import Category
from pos_desktop.domain.outbox import Outcome
from pos_desktop.domain.reconciliation.records import StateLine
from pos_desktop.domain.shelf import Held, Unit
from pos_desktop.sync.biotrack.books import BioTrackBooks
from pos_desktop.sync.biotrack.deliveries import AdjustReason, Counted, Deliveries
from pos_desktop.sync.biotrack.goods import Reader
from pos_desktop.sync.biotrack.inventory import BioTrackInventory, mark_of
from pos_desktop.sync.biotrack.types import TypeTable
from tests.fixtures.biotrack_bench import (
    EDIBLE,
    FLOWER,
    NOON,
    STANDARD,
    BioTrackBench,
    SamplePast,
    biotrack_bench,
    report,
    sold,
)
from tests.fixtures.biotrack_records import LOCATION
from tests.fixtures.fake_intake import FakeIntake

T = TypeVar("T")
TYPES = TypeTable.load(Path(__file__).resolve().parents[2] / "resources" / "biotrack-types.toml")
DENVER = ZoneInfo("America/Denver")


@pytest.fixture
def bench() -> Iterator[BioTrackBench]:
    with biotrack_bench() as running:
        yield running


@pytest.fixture
def intake() -> FakeIntake:
    return FakeIntake()


def inventory(bench: BioTrackBench, intake: FakeIntake) -> BioTrackInventory:
    return BioTrackInventory(bench.legacy, intake, bench.clock, Reader(TYPES, STANDARD, LOCATION))


def read(bench: BioTrackBench, intake: FakeIntake, *, whole: bool = False) -> dict[str, IncomingPackage]:
    summary = inventory(bench, intake).sync(whole=whole)
    assert summary.complete, summary.problem
    return intake.packages


def given(answer: Sequence[T] | CouldNotAsk) -> Sequence[T]:
    assert not isinstance(answer, CouldNotAsk)
    return answer


# ---- the shelf


def test_a_package_comes_in_the_shelfs_words(bench: BioTrackBench, intake: FakeIntake) -> None:
    bench.server.put(
        "0000000000000007", pieces=24, kind="22", productname="Sample Gummies", net_package="42.5"
    )
    came = read(bench, intake)["0000000000000007"]
    assert came.package.tag == "0000000000000007"
    product = came.package.product
    assert (product.name, product.category, product.unit) == ("Sample Gummies", Category.EDIBLE, Unit.EACH)
    assert (product.measures.net_mg, came.package.on_hand, came.package.tracker_unit) == (42_500, 24, "each")
    assert (came.package.held, came.unmapped_because) == (None, "")


@pytest.mark.parametrize(
    ("more", "held"),
    [
        ({"kind": "13"}, Held.HOLD),
        ({"kind": "27"}, Held.HOLD),
        ({"seized": "1"}, Held.HOLD),
        ({"currentroom": "9"}, Held.HOLD),
        ({"is_sample": 1}, Held.SAMPLE),
        ({"kind": "26"}, Held.SAMPLE),
        ({"pieces": 0}, Held.EMPTY),
        ({"kind": "77"}, Held.UNMAPPED),
        ({"kind": "31"}, Held.UNMAPPED),
    ],
)
def test_why_a_package_may_not_be_sold(
    bench: BioTrackBench, intake: FakeIntake, more: dict[str, Any], held: Held
) -> None:
    bench.server.rooms = [{"roomid": 9, "quarantine": "1", "location": LOCATION, "transactionid": 1}]
    bench.server.put("0000000000000007", **more)
    assert read(bench, intake)["0000000000000007"].package.held is held


def test_an_unknown_type_shows_and_waits_for_a_category(bench: BioTrackBench, intake: FakeIntake) -> None:
    bench.server.put("0000000000000007", kind="77", productname="Sample Novelty")
    summary = inventory(bench, intake).sync()
    assert summary.unmapped == {
        ("Sample Novelty", "type 77", "The state's inventory type “77” is not known here.")
    }


def test_rows_that_are_no_package_are_left_out_and_named(bench: BioTrackBench, intake: FakeIntake) -> None:
    bench.server.stock["odd"] = {**bench.server.stock[FLOWER], "id": "123"}
    bench.server.put("0000000000000007", remaining_quantity=None)
    bench.server.put("0000000000000008", remaining_quantity=Decimal("2.5"))
    summary = inventory(bench, intake).sync()
    assert len(summary.notes) == 3
    assert intake.packages["0000000000000008"].package.on_hand == 2


@pytest.mark.parametrize("do", ["strings", "prefix"])
def test_numbers_and_texts_are_read_alike(bench: BioTrackBench, intake: FakeIntake, do: str) -> None:
    plain = dict(read(bench, FakeIntake()))
    bench.server.fault("sync_inventory", do)
    assert read(bench, intake) == plain


def test_an_identifier_that_came_as_a_number_keeps_its_noughts(
    bench: BioTrackBench, intake: FakeIntake
) -> None:
    bench.server.stock[EDIBLE]["id"] = int(EDIBLE)
    assert EDIBLE in read(bench, intake)


def test_later_only_what_changed_is_read_and_what_left_is_gone(
    bench: BioTrackBench, intake: FakeIntake
) -> None:
    bench.server.put("0000000000000007")
    read(bench, intake)
    newest = bench.server.transaction
    assert intake.numbers == {mark_of(LOCATION): newest}
    bench.server.stock[FLOWER].update(deleted=1, transactionid=newest + 1)
    bench.server.stock[EDIBLE].update(location="990081", transactionid=newest + 2)
    bench.server.put("0000000000000008", location="990081", transaction=newest + 3)
    came = read(bench, intake)
    asked = [document for action, document in bench.server.asked if action == "sync_inventory"]
    assert "transaction_start" not in asked[0]
    assert (asked[1]["transaction_start"], "active" in asked[1]) == (newest, False)
    assert (came[FLOWER].package.held, came[EDIBLE].package.held) == (Held.GONE, Held.GONE)
    assert "0000000000000008" not in came
    assert intake.numbers[mark_of(LOCATION)] == newest + 3


def test_a_whole_reading_marks_what_is_listed_no_longer(bench: BioTrackBench, intake: FakeIntake) -> None:
    read(bench, intake)
    del bench.server.stock[EDIBLE]
    summary = inventory(bench, intake).sync(whole=True)
    assert (summary.whole, summary.gone, intake.listed) == (True, 1, frozenset({FLOWER}))


def test_a_shelf_that_empties_is_asked_about_twice(bench: BioTrackBench, intake: FakeIntake) -> None:
    read(bench, intake)
    bench.server.stock.clear()
    summary = inventory(bench, intake).sync(whole=True)
    assert summary.emptied
    assert bench.server.actions().count("sync_inventory") == 3


@pytest.mark.parametrize(
    ("do", "action"),
    [("http-500", "sync_inventory"), ("drop-after", "sync_inventory_room"), ("html", "login")],
)
def test_a_reading_that_breaks_off_changes_no_mark(
    bench: BioTrackBench, intake: FakeIntake, do: str, action: str
) -> None:
    bench.server.fault(action, do)
    summary = inventory(bench, intake).sync()
    assert (summary.complete, summary.reach, intake.numbers) == (False, ServiceReach.AWAY, {})


def test_a_refused_log_in_says_so(bench: BioTrackBench, intake: FakeIntake) -> None:
    bench.server.good_password = "another"
    summary = inventory(bench, intake).sync()
    assert summary.reach is ServiceReach.REFUSED_KEY
    assert "state.company" in summary.problem


# ---- the books


def books(bench: BioTrackBench, past: SamplePast | None = None) -> BioTrackBooks:
    return BioTrackBooks(bench.legacy, STANDARD, past or SamplePast(), location=LOCATION, zone=DENVER)


def test_sales_of_a_day_as_the_state_holds_them(bench: BioTrackBench) -> None:
    item = report(1, lines=[sold(quantity=2, cents=7_000), sold(EDIBLE, cents=2_450)])
    number = bench.tracker.send(item).remote_id
    later = bench.tracker.send(report(2)).remote_id
    bench.server._do_sale_void({"transactionid": later})
    bench.server.record([(FLOWER, 1, "9.00")], "REG-2", (NOON.utc_us + 2 * DAY_US) // SECOND_US, "")
    first, second = given(books(bench).sales_on(date(2026, 11, 24), date(2026, 11, 24)))
    assert (first.remote_id, first.external, first.voided) == (number, item.natural_key, False)
    assert (first.sold_at, first.total_cents) == (Instant.parse("2026-11-24T18:00:01Z"), 9_450)
    assert first.lines == (StateLine(FLOWER, 2, "each", 7_000), StateLine(EDIBLE, 1, "each", 2_450))
    assert (second.remote_id, second.voided) == (later, True)
    [foreign] = given(books(bench).sales_on(date(2026, 11, 26), date(2026, 11, 26)))
    assert foreign.external == ""


def test_books_are_read_from_what_was_known_before_the_day(bench: BioTrackBench) -> None:
    books(bench, SamplePast(before=48_000)).sales_on(date(2026, 11, 24), date(2026, 11, 24))
    [first, *_] = [document for name, document in bench.server.asked if name == "sync_sale"]
    assert first["transaction_start"] == 48_000


def test_packages_on_hand(bench: BioTrackBench) -> None:
    bench.server.put("0000000000000008", location="990081")
    assert {(each.tag, each.quantity, each.unit) for each in given(books(bench).packages())} == {
        (FLOWER, 1_000_000, "each"),
        (EDIBLE, 1_000_000, "each"),
    }


@pytest.mark.parametrize("do", ["http-500", "truncated"])
def test_books_that_are_not_given_say_why(bench: BioTrackBench, do: str) -> None:
    for action in ("sync_sale", "sync_inventory"):
        bench.server.fault(action, do)
    day = date(2026, 11, 24)
    for answer in (books(bench).sales_on(day, day), books(bench).packages()):
        assert isinstance(answer, CouldNotAsk)
        assert answer.reach is ServiceReach.AWAY


# ---- deliveries


def test_a_delivery_from_announcement_to_shelf(bench: BioTrackBench, intake: FakeIntake) -> None:
    deliveries = Deliveries(bench.legacy, LOCATION)
    assert deliveries.waiting() == [], "nothing on its way is told as a refusal"
    bench.server.manifests["0000000000000099"] = [
        {"barcode_id": "9990003000000771", "quantity": "24", "inventorytype": 28, "product": "Sample", "is_return": 1},
        {"barcode_id": "9990003000000772", "quantity": "12", "inventorytype": "22", "product": "Sample"},
    ]  # fmt: skip
    [waiting] = given(deliveries.waiting())
    assert (waiting.manifest, waiting.items, waiting.sender) == ("0000000000000099", 2, "Sample Grower")
    first, second = given(deliveries.contents(waiting.manifest))
    assert (first.tag, first.quantity, first.type_code, first.returned) == (
        "9990003000000771", Decimal(24), "28", True,
    )  # fmt: skip
    result = deliveries.receive([Counted(second.tag, 11)], "nonce-1")
    assert result.outcome is Outcome.CONFIRMED
    assert bench.server.asked[-1][1]["data"] == [
        {"barcodeid": "9990003000000772", "quantity": "11", "uom": "each"}
    ]
    assert bench.server.nonces["nonce-1"]["transactionid"] == result.remote_id
    assert "9990003000000772" in read(bench, intake)
    assert deliveries.receive([Counted("9990003000000999", 1)], "nonce-2").outcome is Outcome.REFUSED


def test_stock_and_sales_put_right(bench: BioTrackBench) -> None:
    deliveries = Deliveries(bench.legacy, LOCATION)
    sale = bench.tracker.send(report(1)).remote_id
    adjusted = deliveries.adjust([Counted(FLOWER, 5)], "Counted", AdjustReason.AUDIT, "n1")
    assert adjusted.outcome is Outcome.CONFIRMED
    assert bench.server.stock[FLOWER]["remaining_quantity"] == 5
    assert deliveries.move([FLOWER], 3, "n2").outcome is Outcome.CONFIRMED
    assert deliveries.correct_price(sale, FLOWER, 3_000, "n3", 0).outcome is Outcome.CONFIRMED
    refunded = deliveries.refund(sale, [(Counted(FLOWER, 1), 3_000)], "n4")
    assert refunded.outcome is Outcome.CONFIRMED
    assert bench.server.asked[-1][1]["data"] == [{"barcodeid": FLOWER, "quantity": "1", "price": "-30.00"}]
    assert set(bench.server.nonces) >= {"n1", "n2", "n3", "n4"}


def test_a_write_without_an_answer_is_in_doubt(bench: BioTrackBench) -> None:
    bench.server.fault("inventory_adjust", "drop-after")
    result = Deliveries(bench.legacy, LOCATION).adjust(
        [Counted(FLOWER, 5)], "Counted", AdjustReason.AUDIT, "n1"
    )
    assert result.outcome is Outcome.IN_DOUBT


def test_manifests_and_sums(bench: BioTrackBench) -> None:
    deliveries = Deliveries(bench.legacy, LOCATION)
    lists = deliveries.manifests()
    assert lists == {"manifest": [], "manifest_stop_data": [], "manifest_stop_items": []}
    total = sum(row["transactionid"] for row in bench.server.stock.values())
    assert deliveries.check("inventory", total) is True
    assert deliveries.check("inventory", total + 1) is False
    bench.server.fault("sync_check", "html")
    assert isinstance(deliveries.check("inventory", total), CouldNotAsk)


@pytest.mark.parametrize(("tag", "quantity"), [("123", 1), (FLOWER, -1)])
def test_a_count_that_cannot_be_is_refused_here(tag: str, quantity: int) -> None:
    with pytest.raises(ValueError, match="16 digits"):
        Counted(tag, quantity)
