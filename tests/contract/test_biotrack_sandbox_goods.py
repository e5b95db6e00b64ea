"""Inventory, deliveries, people and pulling data: contract sections 4.4, 4.5, 4.7 and 4.8."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.training.sandbox.biotrack.sync import TABLES
from tests.fixtures.biotrack_sandbox import (
    BULK,
    FLOWER,
    FOREIGN,
    GUMMIES,
    INCOMING,
    INCOMING_BULK,
    LOCATION,
    MANIFEST,
    NOON,
    OTHER_LOCATION,
    OTHER_UBI,
    SECOND_LOCATION,
    BiotrackBench,
    biotrack,
    sold,
)

ADJUST = {"barcodeid": FLOWER, "quantity": "45", "quantity_uom": "each", "reason": "counted", "type": 1}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[BiotrackBench]:
    with biotrack(tmp_path) as started:
        yield started


def rows(bench: BiotrackBench, table: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bench.legacy.done(f"sync_{table}", **more)[table]
    return found


def test_an_adjustment_to_an_amount_or_by_one(bench: BiotrackBench) -> None:
    removed = {
        "barcodeid": BULK,
        "remove_quantity": "3.6",
        "remove_quantity_uom": "g",
        "quantity": "1",
        "quantity_uom": "g",
    }
    stamp = bench.legacy.done("inventory_adjust", data=[ADJUST, removed], reason="audit", type="5")[
        "transactionid"
    ]

    assert (bench.legacy.stock(FLOWER), bench.legacy.stock(BULK)) == (45, 450)
    found = [
        (
            row["inventoryid"],
            row["atype"],
            row["reason"],
            row["previous_quantity"],
            row["new_quantity"],
            row["transactionid"],
        )
        for row in rows(bench, "inventory_adjust")
    ]
    assert found == [
        (FLOWER, "1", "counted", "50", "45", stamp),
        (BULK, "5", "audit", "453.6", "450", stamp),
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"barcodeid": FOREIGN}, "602"),
        ({"quantity": "1.5"}, "202"),
        ({"quantity": "-1"}, "202"),
        ({"quantity": "many"}, "202"),
        ({"quantity": ...}, "602"),
        ({"quantity_uom": ...}, "602"),
        ({"quantity_uom": "g"}, "202"),
        ({"quantity_uom": "stone"}, "602"),
        ({"remove_quantity": 51, "remove_quantity_uom": "each"}, "202"),
        ({"reason": ...}, "602"),
        ({"type": ...}, "602"),
        ({"type": 7}, "602"),
        ({"note": "x"}, "602"),
    ],
)
def test_an_adjustment_is_refused_whole(bench: BiotrackBench, changes: dict[str, Any], code: str) -> None:
    good = ADJUST | {"barcodeid": GUMMIES}
    wrong = {name: value for name, value in {**ADJUST, **changes}.items() if value is not ...}
    before = len(bench.transactions())

    assert bench.legacy.refused("inventory_adjust", data=[good, wrong])[0] == code
    assert (bench.legacy.stock(GUMMIES), len(bench.transactions())) == (40, before)


def test_an_item_is_adjusted_once_in_a_request(bench: BiotrackBench) -> None:
    assert bench.legacy.refused("inventory_adjust", data=[ADJUST, ADJUST])[0] == "602"


def test_items_move_between_rooms_of_their_place(bench: BiotrackBench) -> None:
    bench.seed(rooms=[{"location": SECOND_LOCATION, "roomid": 7, "name": "Elsewhere"}])
    bench.legacy.done("inventory_move", data=[{"barcodeid": FLOWER, "room": 2}])

    assert next(row["currentroom"] for row in rows(bench, "inventory") if row["id"] == FLOWER) == "2"
    for wrong in (3, 7):
        assert bench.legacy.refused("inventory_move", data=[{"barcodeid": FLOWER, "room": wrong}])[0] == "603"
    assert bench.legacy.refused("inventory_move", data=[{"barcodeid": FLOWER, "room": "2"}])[0] == "602"


def test_rooms_are_added_renamed_and_removed(bench: BiotrackBench) -> None:
    bench.legacy.done("inventory_room_add", location=LOCATION, id=5, name="New", quarantine=1)
    bench.legacy.done("inventory_room_modify", location=LOCATION, id=5, name="Newer")
    bench.legacy.done("inventory_room_remove", location=LOCATION, id=5)

    [row] = [row for row in rows(bench, "inventory_room") if row["roomid"] == "5"]
    assert (row["name"], row["quarantine"], row["deleted"]) == ("Newer", "0", "1")
    assert bench.legacy.refused("inventory_room_remove", location=LOCATION, id=5)[0] == "603"
    assert bench.legacy.refused("inventory_room_add", location=LOCATION, id=1, name="Vault")[0] == "603"
    for wrong in ({}, {"id": 0}, {"id": "6"}):
        assert bench.legacy.refused("inventory_room_add", location=LOCATION, name="X", **wrong)[0] == "603"


@pytest.mark.parametrize("location", [OTHER_LOCATION, "880001", "1"])
def test_another_place_is_no_place_of_ours(bench: BiotrackBench, location: str) -> None:
    text = "Please specify a valid license number."
    for action, members in (
        ("inventory_room_add", {"id": 9, "name": "X"}),
        ("inventory_manifest_lookup", {}),
        ("inventory_transfer_lookup", {"manifest_id": MANIFEST}),
        ("inventory_transfer_inbound", {"data": [{"barcodeid": INCOMING, "quantity": 1, "uom": "each"}]}),
    ):
        assert bench.legacy.refused(action, location=location, **members) == ("602", text)
    bench.settings(bad_location_code=63)
    assert bench.legacy.refused("inventory_manifest_lookup", location=location) == ("63", text)


def test_a_look_at_identifiers(bench: BiotrackBench) -> None:
    [found] = bench.legacy.done("inventory_check", barcodeid=[FLOWER])["data"]

    assert (found["barcode_id"], found["quantity"], found["product"], found["inventorytype"]) == (
        FLOWER, "50", "Sample Eighth", "28",
    )  # fmt: skip
    assert bench.legacy.refused("inventory_check", barcodeid=[FLOWER, FOREIGN])[0] == "602"
    assert bench.legacy.refused("inventory_check", barcodeid=FLOWER)[0] == "602"


def test_an_item_is_described_anew(bench: BiotrackBench) -> None:
    bench.legacy.done(
        "inventory_modify", barcodeid=FLOWER, productname=" ", net_package="3.5", net_package_uom="g"
    )
    bench.legacy.done("inventory_adjust_usable", barcodeid=FLOWER, quantity="3.4")

    [row] = [row for row in rows(bench, "inventory") if row["id"] == FLOWER]
    assert (row["productname"], row["net_package"], row["usable_weight"]) == (" ", "3.5", "3.4")
    assert bench.legacy.refused("inventory_modify", barcodeid=FLOWER, productname="")[0] == "602"
    assert bench.legacy.refused("inventory_modify", barcodeid=FLOWER, net_package="3.5")[0] == "602"


def test_goods_are_destroyed_after_the_waiting_period(bench: BiotrackBench) -> None:
    bench.settings(session_idle_seconds=0)
    given = {"barcodeid": [FLOWER], "reason": "mould"}

    assert bench.legacy.refused("inventory_destroy", **given)[0] == "602"
    bench.legacy.done("inventory_destroy_schedule", **given)
    assert bench.legacy.refused("inventory_destroy_schedule", **given)[0] == "602"
    bench.move(NOON + 72 * 3600 - 1)
    assert bench.legacy.refused("inventory_destroy", **given)[0] == "602"
    bench.move(NOON + 72 * 3600)
    bench.legacy.done("inventory_destroy", **given)
    assert bench.legacy.refused("sale_dispense", **bench.legacy.sale())[0] == "602"
    assert [row["deleted"] for row in rows(bench, "inventory") if row["id"] == FLOWER] == ["1"]


def test_results_of_the_laboratory(bench: BiotrackBench) -> None:
    found = bench.legacy.done("inventory_qa_check", sample_id="6660008000000001")["data"]

    assert (found["parent_id"], found["result"], found["test"]) == (FLOWER, "1", [{"type": 2, "THC": "21.4"}])
    assert bench.legacy.done("inventory_qa_check_all", barcodeid=[FLOWER, GUMMIES])["data"] == [found]
    assert bench.legacy.refused("inventory_qa_check", sample_id=FLOWER)[0] == "602"


def test_a_delivery_is_taken_in_by_parts(bench: BiotrackBench) -> None:
    [waiting] = bench.legacy.done("inventory_manifest_lookup", location=LOCATION)["data"]
    assert waiting == {
        "manifest_id": MANIFEST, "item_count": 2, "license_number": "880001", "trade_name": "Sample Grower",
        "transfer_date": "11/23/2026",
    }  # fmt: skip
    items = bench.legacy.done("inventory_transfer_lookup", location=LOCATION, manifest_id=MANIFEST)["data"]
    assert [(item["barcode_id"], item["quantity"], "is_return" in item) for item in items] == [
        (INCOMING, "24", False), (INCOMING_BULK, "112.5", False),
    ]  # fmt: skip
    assert bench.legacy.refused("sale_dispense", **bench.legacy.sale(sold(INCOMING, 1, 1)))[0] == "602"

    one = [{"barcodeid": INCOMING, "quantity": "20", "uom": "each"}]
    stamp = bench.legacy.done("inventory_transfer_inbound", location=LOCATION, data=one)["transactionid"]

    assert bench.legacy.stock(INCOMING) == 20
    assert bench.legacy.sell(sold(INCOMING, 1, 1))
    [row] = rows(bench, "inventory_transfer_inbound")
    names = ("inventoryid", "quantity", "price", "outbound_license", "manifestid", "transactionid")
    assert [row[name] for name in names] == [INCOMING, "20", "120.00", "880001", MANIFEST, stamp]
    assert bench.legacy.refused("inventory_transfer_inbound", location=LOCATION, data=one) == (
        "602", "No outstanding inbound inventory items were found.",
    )  # fmt: skip
    rest = [{"barcodeid": INCOMING_BULK, "quantity": "112.5", "uom": "g"}]
    bench.legacy.done("inventory_transfer_inbound", location=LOCATION, data=rest)
    assert bench.legacy.refused("inventory_manifest_lookup", location=LOCATION) == (
        "602", "No inbound transfers or pending manifests found.",
    )  # fmt: skip
    assert (
        bench.legacy.refused("inventory_transfer_lookup", location=LOCATION, manifest_id=MANIFEST)[0] == "602"
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": 25}, "202"),
        ({"quantity": "0.5"}, "202"),
        ({"quantity": 0}, "202"),
        ({"uom": "g"}, "202"),
        ({"uom": ...}, "602"),
        ({"barcodeid": FOREIGN}, "602"),
        ({"barcodeid": int(INCOMING)}, "602"),
        ({"price": "1"}, "602"),
    ],
)
def test_a_delivery_is_refused_whole(bench: BiotrackBench, changes: dict[str, Any], code: str) -> None:
    line = {"barcodeid": INCOMING, "quantity": 24, "uom": "each"}
    wrong = {name: value for name, value in {**line, **changes}.items() if value is not ...}
    good = {"barcodeid": INCOMING_BULK, "quantity": "1", "uom": "g"}

    assert (
        bench.legacy.refused("inventory_transfer_inbound", location=LOCATION, data=[good, wrong])[0] == code
    )
    assert (
        len(bench.legacy.done("inventory_transfer_lookup", location=LOCATION, manifest_id=MANIFEST)["data"])
        == 2
    )


def test_a_delivery_to_another_shop_of_ours_waits_there(bench: BiotrackBench) -> None:
    assert bench.legacy.refused("inventory_manifest_lookup", location=SECOND_LOCATION)[0] == "602"
    wrong = [{"barcodeid": INCOMING, "quantity": 1, "uom": "each"}]
    assert (
        bench.legacy.refused("inventory_transfer_inbound", location=SECOND_LOCATION, data=wrong)[0] == "602"
    )


def test_returned_goods_may_get_another_price(bench: BiotrackBench) -> None:
    item = {
        "barcode_id": "9990003000000999",
        "quantity": 1,
        "inventorytype": 28,
        "product": "Back",
        "is_return": 1,
    }
    manifest = {
        "manifest_id": "5550003000000002",
        "location": LOCATION,
        "license_number": "880001",
        "transfer_date": "11/23/2026",
    }
    bench.seed(manifests=[{**manifest, "items": [item]}])
    data = [{"barcodeid": item["barcode_id"], "quantity": 1, "uom": "each"}]
    stamp = bench.legacy.done("inventory_transfer_inbound", location=LOCATION, data=data)["transactionid"]
    change = {"transactionid": stamp, "barcodeid": item["barcode_id"], "price": "-9.00"}
    bench.legacy.done("inventory_transfer_inbound_modify", **change)

    [row] = rows(bench, "inventory_transfer_inbound")
    assert (row["is_refund"], row["refund_amount"], row["transactionid_original"]) == ("1", "-9.00", stamp)
    assert (
        bench.legacy.refused("inventory_transfer_inbound_modify", **change | {"transactionid": "1"})[0]
        == "602"
    )


def test_staff_are_kept_under_other_names_than_sent(bench: BiotrackBench) -> None:
    dates = {
        "birth_year": 1980,
        "birth_month": 2,
        "birth_day": 3,
        "hire_year": "2020",
        "hire_month": "4",
        "hire_day": "5",
    }
    bench.legacy.done("employee_add", employee_id="E2", employee_name="Second Clerk", **dates)
    bench.legacy.done("employee_modify", employee_id="E2", employee_name="Renamed")
    bench.legacy.done("employee_remove", employee_id="E1")

    first, second = sorted(rows(bench, "employee"), key=lambda row: str(row["employee_id"]))
    assert (first["deleted"], second["employee_name"], second["birthyear"], second["hireday"]) == (
        "1",
        "Renamed",
        "1980",
        "5",
    )
    unknown = ("600", "The employee could not be found.")
    assert bench.legacy.refused("employee_modify", employee_id="E1") == unknown
    assert bench.legacy.refused("employee_remove", employee_id="E9") == unknown
    assert bench.legacy.refused("employee_add", employee_id="E3", employee_name="X")[0] == "602"


def test_vehicles(bench: BiotrackBench) -> None:
    bench.legacy.done("vehicle_modify", vehicle_id=3, color="red")
    [row] = rows(bench, "vehicle")
    assert (row["make"], row["color"], row["vehicle_id"]) == ("Sample", "red", "3")
    assert bench.legacy.refused("vehicle_remove", vehicle_id=4)[0] == "602"
    assert bench.legacy.refused("vehicle_remove", vehicle_id="3")[0] == "602"


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_be_pulled(bench: BiotrackBench, table: str) -> None:
    answer = bench.legacy.done(f"sync_{table}", download=1)

    assert isinstance(answer[table], list)
    for row in answer[table]:
        assert {"sessiontime", "transactionid", "transactionid_original", "deleted"} <= set(row)
        assert all(value is None or isinstance(value, str) for value in row.values())


def test_tables_of_washington_are_unknown_elsewhere(bench: BiotrackBench) -> None:
    assert bench.legacy.refused("sync_id_preassign")[0] == "62"
    bench.settings(washington_tables=True)
    assert bench.legacy.done("sync_id_preassign")["id_preassign"] == []


def test_a_manifest_comes_in_three_lists(bench: BiotrackBench) -> None:
    answer = bench.legacy.done("sync_manifest")

    lists = [answer[name] for name in ("manifest", "manifest_stop_data", "manifest_stop_items")]
    assert [len(each) for each in lists] == [1, 1, 2]


def test_a_company_sees_its_own_rows_and_all_vendors(bench: BiotrackBench) -> None:
    bench.legacy.sell()
    other = bench.legacy.login(ubi=OTHER_UBI)

    assert other.done("sync_sale")["sale"] == []
    assert [row["id"] for row in other.done("sync_inventory")["inventory"]] == [FOREIGN]
    assert len(other.done("sync_vendor")["vendor"]) == 4


def test_both_ends_of_a_range_are_in_it_and_0_is_no_end(bench: BiotrackBench) -> None:
    first, second, third = (int(bench.legacy.sell()) for _ in range(3))

    def pulled(**members: Any) -> list[int]:
        return [int(row["transactionid"]) for row in rows(bench, "sale", **members)]

    assert pulled(transaction_start=first, transaction_end=second) == [first, second]
    assert pulled(transaction_start=str(second), transaction_end=0) == [second, third]
    assert pulled(transaction_end=first) == [first]
    assert pulled(transaction_start=third + 1) == []
    for wrong in ({"transaction_start": -1}, {"transaction_start": "x"}, {"active": "1"}, {"start": 1}):
        assert bench.legacy.refused("sync_sale", **wrong)[0] == "602"


def test_a_sum_has_a_term_for_each_row(bench: BiotrackBench) -> None:
    sale = int(bench.legacy.sell(sold(), sold(GUMMIES, 1, 1)))
    asked = {"table": "sale", "transaction_start": sale}

    def summary(*data: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = bench.legacy.done("sync_check", data=list(data), **more)
        return answer

    assert summary(asked)["summary"] == [{"table": "sale", "sum": 2 * sale, "match": 0}]
    assert summary(asked | {"sum": 2 * sale})["summary"][0]["match"] == 1
    assert summary(asked | {"sum": str(2 * sale)})["summary"][0]["match"] == 1
    both = summary(asked | {"sum": 2 * sale}, {"table": "employee", "sum": 1}, download=1)
    assert ("sale" in both, len(both["employee"])) == (False, 1)
    assert "employee" not in summary({"table": "employee", "sum": 1}, download=0)


def test_a_row_that_changes_moves_ahead_of_the_cursor(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell()
    bench.legacy.sell()
    void = int(bench.legacy.done("sale_void", transactionid=sale)["transactionid"])

    assert [row["transactionid_original"] for row in rows(bench, "sale", transaction_start=void)] == [sale]
    assert [row["id"] for row in rows(bench, "inventory", transaction_start=void)] == [FLOWER]


@pytest.mark.parametrize(
    "data",
    [[], [{}], [{"table": "sales"}], [{"table": 7}], [{"table": "sale", "sum": "x"}], {"table": "sale"}],
)
def test_a_check_of_something_else_is_refused(bench: BiotrackBench, data: Any) -> None:
    assert bench.legacy.refused("sync_check", data=data)[0] == "602"
