"""Voiding, correcting and returning: contract section 4.3."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.biotrack_sandbox import (
    FLOWER,
    GUMMIES,
    LOCATION,
    NOON,
    OTHER_UBI,
    BiotrackBench,
    biotrack,
    sold,
)

DAY = 86_400
NOWHERE = "9990008000099999"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[BiotrackBench]:
    with biotrack(tmp_path) as started:
        yield started


def test_a_void_gives_everything_back_and_its_rows_stay(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell(sold(), sold(GUMMIES, 4, 40), sale_time=NOON - 60)
    bench.move(NOON + 30)
    void = bench.legacy.done("sale_void", transactionid=sale)["transactionid"]

    rows = bench.legacy.done("sync_sale")["sale"]
    stamps = {
        (row["transactionid"], row["transactionid_original"], row["deleted"], row["sessiontime"])
        for row in rows
    }
    assert (len(rows), stamps) == (2, {(void, sale, "1", str(NOON - 60))})
    assert (bench.legacy.stock(FLOWER), bench.legacy.stock(GUMMIES), bench.legacy.left()) == (50, 40, 100)
    assert bench.legacy.done("sync_sale", active=1)["sale"] == []
    assert [each["voided"] for each in bench.sales()] == [void]


def test_what_is_no_sale_in_force_cannot_be_voided(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell()
    void = bench.legacy.done("sale_void", transactionid=sale)["transactionid"]
    other = bench.legacy.sell()
    refund = bench.legacy.done("sale_refund", transactionid=other, data=[sold(quantity=1, price="-1")])[
        "transactionid"
    ]
    before = len(bench.transactions())

    for wrong in (sale, void, refund, other, "1", 99_999, "x", "-1", None):
        assert bench.legacy.refused("sale_void", transactionid=wrong)[0] == "602"
    assert bench.legacy.login(ubi=OTHER_UBI).refused("sale_void", transactionid=other)[0] == "602"
    assert len(bench.transactions()) == before


def test_a_number_of_a_sale_may_come_as_a_number(bench: BiotrackBench) -> None:
    assert bench.legacy.done("sale_void", transactionid=int(bench.legacy.sell()))


def test_another_price_stamps_one_row(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell(sold(), sold(GUMMIES, 1, 12))
    change = bench.legacy.done("sale_modify", transactionid=sale, barcodeid=GUMMIES, price="10.50")[
        "transactionid"
    ]

    flower, gummies = bench.legacy.done("sync_sale")["sale"]
    assert (flower["price"], flower["transactionid"]) == ("70.00", sale)
    assert (gummies["price"], gummies["transactionid"], gummies["transactionid_original"]) == (
        "10.50",
        change,
        sale,
    )
    assert (gummies["quantity"], bench.legacy.stock(GUMMIES)) == ("1", 39)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"barcodeid": GUMMIES}, "602"),
        ({"price": "-1"}, "202"),
        ({"price": "x"}, "202"),
        ({"price": ...}, "602"),
        ({"quantity": 1}, "602"),
        ({"item_number": 1}, "602"),
        ({"transactionid": "1"}, "602"),
        ({"sale_time": NOON + 99}, "602"),
        ({"barcodeid": int(FLOWER)}, "602"),
    ],
)
def test_another_price_is_refused(bench: BiotrackBench, changes: dict[str, Any], code: str) -> None:
    sale = bench.legacy.sell()
    given = {"transactionid": sale, "barcodeid": FLOWER, "price": "10", **changes}

    assert bench.legacy.refused("sale_modify", **given)[0] == code


def test_of_two_lines_of_a_barcode_one_is_named(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell(sold(item_number=0), sold(price="60", item_number=1))
    named = {"transactionid": sale, "barcodeid": FLOWER, "price": "1"}

    assert bench.legacy.refused("sale_modify", **named)[0] == "602"
    bench.legacy.done("sale_modify", **named, item_number=1)
    assert [row["price"] for row in bench.sales()[0]["rows"]] == ["70.00", "1"]


def test_goods_come_back_in_rows_of_their_own(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell(sold(quantity=3, price="105.00"), sale_time=NOON - 100)
    back = {
        "transactionid": sale,
        "sale_time": NOON - 10,
        "data": [sold(quantity="1", price="-35.00", item_number=0)],
    }
    first = bench.legacy.done("sale_refund", **back)["transactionid"]
    bench.legacy.done("sale_refund", **back)

    rows = bench.legacy.done("sync_sale")["sale"]
    assert [(row["quantity"], row["price"], row["refunded"]) for row in rows] == [
        ("3", "105.00", None), ("1", "-35.00", "1"), ("1", "-35.00", "1"),
    ]  # fmt: skip
    assert (rows[1]["transactionid"], rows[1]["transactionid_original"]) == (first, sale)
    assert (rows[1]["sessiontime"], rows[1]["location"], rows[1]["itemnumber"]) == (
        str(NOON - 10),
        LOCATION,
        "0",
    )
    assert (bench.legacy.stock(FLOWER), bench.legacy.left()) == (49, Decimal("89.5"))


def test_a_return_restores_the_limit_only_where_the_profile_says_so(bench: BiotrackBench) -> None:
    bench.settings(refund_restores_limit=True)
    sale = bench.legacy.sell()
    bench.legacy.done("sale_refund", transactionid=sale, data=[sold(quantity=1, price="-35")])

    assert bench.legacy.left() == Decimal("96.5")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": 3}, "202"),
        ({"quantity": "0.5"}, "202"),
        ({"quantity": 0}, "202"),
        ({"price": "35.00"}, "202"),
        ({"price": 0}, "202"),
        ({"price": "x"}, "202"),
        ({"barcodeid": GUMMIES}, "602"),
        ({"barcodeid": NOWHERE}, "602"),
        ({"item_number": 1}, "602"),
        ({"reason": "x"}, "602"),
    ],
)
def test_a_return_is_refused_whole(bench: BiotrackBench, changes: dict[str, Any], code: str) -> None:
    sale = bench.legacy.sell()
    good = sold(quantity=1, price="-35.00")
    before = len(bench.transactions())

    found = bench.legacy.refused("sale_refund", transactionid=sale, data=[good, {**good, **changes}])

    assert found[0] == code
    assert (bench.legacy.stock(FLOWER), len(bench.transactions()), len(bench.sales()[0]["rows"])) == (
        48,
        before,
        1,
    )


def test_no_more_comes_back_than_was_sold(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell()
    one = sold(quantity=1, price="-35.00")
    bench.legacy.done("sale_refund", transactionid=sale, data=[one])

    assert bench.legacy.refused("sale_refund", transactionid=sale, data=[one, one])[0] == "202"
    bench.legacy.done("sale_refund", transactionid=sale, data=[one])
    assert bench.legacy.refused("sale_refund", transactionid=sale, data=[one])[0] == "202"


def test_a_return_in_two_rows_of_one_request_keeps_both(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell()
    one = sold(quantity=1, price="-35.00")
    bench.legacy.done("sale_refund", transactionid=sale, data=[one, one])

    assert (len(bench.sales()[0]["rows"]), bench.legacy.stock(FLOWER)) == (3, 50)


def test_nothing_comes_back_of_a_void_or_before_its_sale(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell()
    back = [sold(quantity=1, price="-35")]

    assert bench.legacy.refused("sale_refund", transactionid=sale, data=back, sale_time=NOON - 1)[0] == "602"
    assert bench.legacy.refused("sale_refund", transactionid=sale, data=back, sale_time=NOON + 61)[0] == "602"
    bench.legacy.done("sale_void", transactionid=sale)
    assert bench.legacy.refused("sale_refund", transactionid=sale, data=back)[0] == "602"
