"""Selling, and the limit of a card: contract sections 4.1 and 4.2."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.biotrack_sandbox import (
    BULK,
    CARD,
    CAREGIVER,
    FLOWER,
    FOREIGN,
    GUMMIES,
    LAPSED,
    LOCATION,
    NOON,
    OTHER_UBI,
    SECOND_SHOP,
    SEIZED,
    STOPPED,
    UNLIMITED,
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


def possession(barcode: str) -> tuple[str, str]:
    return ("602", f"You do not currently have possession of identifier {barcode}.")


WHOLE = ("202", "You did not provide a whole quantity.")

REFUSED_LINES: dict[str, tuple[dict[str, Any], tuple[str, str] | str]] = {
    "unknown barcode": (sold(NOWHERE), possession(NOWHERE)),
    "another company's": (sold(FOREIGN), possession(FOREIGN)),
    "seized": (sold(SEIZED), possession(SEIZED)),
    "barcode as a number": (sold(quantity=1) | {"barcodeid": int(FLOWER)}, "602"),
    "a zero lost": (sold(GUMMIES.lstrip("0")), "602"),
    "17 digits": (sold(FLOWER + "0"), "602"),
    "letters": (sold("999000800000001A"), "602"),
    "a blank around it": (sold(f" {FLOWER}"), "602"),
    "no barcode": ({"quantity": 1, "price": 1}, "602"),
    "part of a piece": (sold(quantity="1.5"), WHOLE),
    "part as a number": (sold(quantity=Decimal("0.5")), WHOLE),
    "nothing": (sold(quantity=0), WHOLE),
    "less than nothing": (sold(quantity="-1"), WHOLE),
    "quantity in words": (sold(quantity="two"), WHOLE),
    "quantity with an exponent": (sold(quantity="1e1"), WHOLE),
    "quantity with a plus": (sold(quantity="+1"), WHOLE),
    "quantity with a comma": (sold(quantity="1,0"), WHOLE),
    "quantity as a flag": (sold(quantity=True), WHOLE),
    "quantity in a list": (sold(quantity=[1]), WHOLE),
    "no quantity": ({"barcodeid": FLOWER, "price": 1}, "602"),
    "more than there is": (sold(quantity=51), "202"),
    "price below zero": (sold(price="-1"), "202"),
    "price in words": (sold(price="free"), "202"),
    "price with an exponent": (sold(price="7e1"), "202"),
    "price with seven places": (sold(price="70.0000001"), "202"),
    "price with a currency": (sold(price="$70.00"), "202"),
    "price with a bare point": (sold(price="70."), "202"),
    "price as a flag": (sold(price=True), "202"),
    "no price": ({"barcodeid": FLOWER, "quantity": 1}, "602"),
    "unknown member of a line": (sold(tax="5.60"), "602"),
    "number of another place": (sold(item_number=1), "602"),
    "number as text": (sold(item_number="0"), "602"),
}


@pytest.mark.parametrize("name", REFUSED_LINES)
def test_a_line_that_cannot_be_sold_refuses_the_whole_sale(bench: BiotrackBench, name: str) -> None:
    line, expected = REFUSED_LINES[name]
    sale = bench.legacy.sale(sold(GUMMIES, 1, "12"), line)
    sale["data"].reverse()
    before = len(bench.transactions())

    found = bench.legacy.refused("sale_dispense", **sale)

    assert (found if isinstance(expected, tuple) else found[0]) == expected
    assert (bench.sales(), len(bench.transactions())) == ([], before)
    assert (bench.legacy.stock(FLOWER), bench.legacy.stock(GUMMIES), bench.legacy.left()) == (50, 40, 100)


REFUSED_SALES: dict[str, tuple[dict[str, Any], str]] = {
    "no lines": ({"data": []}, "602"),
    "lines missing": ({"data": ...}, "602"),
    "one line as an object": ({"data": sold()}, "602"),
    "a line of another kind": ({"data": ["x"]}, "602"),
    "a location": ({"location": LOCATION}, "602"),
    "time ahead": ({"sale_time": NOON + 61}, "602"),
    "time as text": ({"sale_time": str(NOON)}, "602"),
    "time with parts": ({"sale_time": Decimal("1.5")}, "602"),
    "time in milliseconds": ({"sale_time": NOON * 1000}, "602"),
    "time 0": ({"sale_time": 0}, "602"),
    "no card": ({"card_id": ...}, "602"),
    "card as a number": ({"card_id": int(CARD)}, "602"),
    "no key": ({"card_key": ...}, "602"),
    "unknown key": ({"card_key": "ck.000"}, "602"),
    "key as a number": ({"card_key": 8}, "602"),
    "key of another card": ({"card_id": UNLIMITED}, "602"),
    "terminal as a number": ({"terminal_id": 2}, "602"),
}


@pytest.mark.parametrize("name", REFUSED_SALES)
def test_a_sale_with_something_wrong_is_refused(bench: BiotrackBench, name: str) -> None:
    changes, code = REFUSED_SALES[name]

    assert bench.legacy.refused("sale_dispense", **{**bench.legacy.sale(), **changes})[0] == code
    assert bench.sales() == []


def test_a_sale_stamps_its_rows_and_its_items_with_one_number(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell(sold(), sold(GUMMIES, 3, Decimal("24.5"), item_number=1), sale_time=NOON - 600)

    rows = bench.legacy.done("sync_sale")["sale"]
    shared = {
        "location": LOCATION, "terminal_id": "REG-2", "sessiontime": str(NOON - 600), "transactionid": sale,
        "transactionid_original": sale, "deleted": "0", "refunded": None,
    }  # fmt: skip
    assert rows == [
        {"inventoryid": FLOWER, "itemnumber": "0", "quantity": "2", "price": "70.00", **shared},
        {"inventoryid": GUMMIES, "itemnumber": "1", "quantity": "3", "price": "24.5", **shared},
    ]
    touched = bench.legacy.done("sync_inventory", transaction_start=int(sale))["inventory"]
    assert {row["id"]: row["remaining_quantity"] for row in touched} == {FLOWER: "48", GUMMIES: "37"}
    assert {row["sessiontime"] for row in touched} == {str(NOON)}


def test_numbers_and_texts_are_one_quantity(bench: BiotrackBench) -> None:
    for quantity in ("1", 1, "1.000000", Decimal("1.0")):
        bench.legacy.sell(sold(quantity=quantity, price=0))

    assert bench.legacy.stock(FLOWER) == 46


def test_a_sale_to_the_last_piece_and_no_further(bench: BiotrackBench) -> None:
    bench.legacy.sell(sold(GUMMIES, 39, 1))

    lines = (sold(GUMMIES, 1, 1, item_number=0), sold(GUMMIES, 1, 1, item_number=1))
    assert bench.legacy.refused("sale_dispense", **bench.legacy.sale(*lines))[0] == "202"
    bench.legacy.sell(sold(GUMMIES, 1, 1))
    assert bench.legacy.stock(GUMMIES) == 0


def test_a_barcode_in_two_lines_needs_their_numbers(bench: BiotrackBench) -> None:
    bare = bench.legacy.sale(sold(), sold())

    assert bench.legacy.refused("sale_dispense", **bare)[0] == "602"
    bench.legacy.sell(sold(item_number=0), sold(item_number=1))
    assert bench.legacy.stock(FLOWER) == 46


def test_goods_of_two_places_are_no_one_sale(bench: BiotrackBench) -> None:
    sale = bench.legacy.sale(sold(), sold(SECOND_SHOP, 1))

    assert bench.legacy.refused("sale_dispense", **sale) == possession(SECOND_SHOP)


def test_checks_come_in_the_contracts_order(bench: BiotrackBench) -> None:
    """Everything is wrong at once; what is put right one by one shows the next."""
    wrong = {
        "data": [sold(FLOWER, "0.5", "-1"), sold(NOWHERE, "0.5", "-1")],
        "sale_time": NOON + 90, "card_id": STOPPED, "card_key": "ck.0",
    }  # fmt: skip
    found = [bench.legacy.refused("sale_dispense", **wrong)]
    for change in (
        {"data": [sold(FLOWER, "0.5", "-1")]},
        {"data": [sold(FLOWER, "60", "-1")]},
        {"data": [sold(FLOWER, "50", "-1")]},
        {"data": [sold(FLOWER, "50", "1")]},
        {"sale_time": NOON - 40 * DAY},
        {"sale_time": NOON},
        {"card_key": bench.legacy.key(STOPPED)},
    ):
        bench.seed(locked_months=[{"location": LOCATION, "month": "2026-10"}])
        wrong |= change
        found.append(bench.legacy.refused("sale_dispense", **wrong))

    assert [code for code, _ in found] == ["602", "202", "202", "202", "602", "1020", "602", "602"]
    assert len({text for _, text in found}) == 8
    wrong |= {"card_id": CARD, "card_key": bench.legacy.key()}
    assert "limit" in bench.legacy.refused("sale_dispense", **wrong)[1]


def test_a_sale_may_be_dated_back_and_a_minute_ahead(bench: BiotrackBench) -> None:
    for second in (NOON + 60, NOON - 400 * DAY):
        assert bench.legacy.sell(sale_time=second)


def test_a_locked_month_takes_no_sale_and_is_named(bench: BiotrackBench) -> None:
    """The month is that of the place: 03:59 UTC on the first is still the month before in New York."""
    bench.legacy.done(
        "tax_obligation_file", location=LOCATION, month=10, year=2026, gross_sales="1", excise_tax="0"
    )
    first_of_november = 1_793_505_600

    assert bench.legacy.refused("sale_dispense", **bench.legacy.sale(sale_time=first_of_november - 1)) == (
        "1020", "The transaction specified occurred in 10/2026 which is a currently locked tax period.",
    )  # fmt: skip
    assert bench.legacy.sell(sale_time=first_of_november)
    assert (
        bench.legacy.refused(
            "tax_obligation_file", location=LOCATION, month=10, year=2026, gross_sales="1", excise_tax="0"
        )[0]
        == "602"
    )


def test_a_locked_month_takes_no_void_and_no_other_price(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell(sale_time=NOON - 40 * DAY)
    bench.seed(locked_months=[{"location": LOCATION, "month": "2026-10"}])

    assert bench.legacy.refused("sale_void", transactionid=sale)[0] == "1020"
    assert bench.legacy.refused("sale_modify", transactionid=sale, barcodeid=FLOWER, price="1")[0] == "1020"
    back = sold(quantity=1, price="-35.00")
    assert bench.legacy.done("sale_refund", transactionid=sale, data=[back])


def test_a_card_is_looked_up(bench: BiotrackBench) -> None:
    answer = bench.legacy.done("card_lookup", card_id=CARD, caregiver_card_id=CAREGIVER)

    assert answer.pop("card_key").startswith("ck.")
    assert answer == {
        "success": 1, "card_id": CARD, "card_active": 1,
        "card_expiration": {"year": "2027", "month": "03", "day": "31"},
        "card_limit": "100.000000", "privileges": "Qualified Patient (QP)", "sessiontime": NOON,
    }  # fmt: skip


@pytest.mark.parametrize(
    "members",
    [
        {"card_id": "X"},
        {"card_id": CARD, "caregiver_card_id": CARD},
        {},
        {"card_id": 7},
        {"card_id": CARD, "location": LOCATION},
    ],
)
def test_an_unknown_card_is_refused(bench: BiotrackBench, members: dict[str, Any]) -> None:
    assert bench.legacy.refused("card_lookup", **members)[0] == "602"


@pytest.mark.parametrize("card", [LAPSED, STOPPED])
def test_a_card_that_is_not_active_is_shown_and_buys_nothing(bench: BiotrackBench, card: str) -> None:
    assert bench.legacy.done("card_lookup", card_id=card)["card_active"] == 0
    assert bench.legacy.refused("sale_dispense", **bench.legacy.sale(card_id=card)) == (
        "602",
        "The card is not active.",
    )


def test_a_card_is_active_through_its_last_day(bench: BiotrackBench) -> None:
    bench.move(NOON - 12 * 3600 - 1)

    assert bench.legacy.login().done("card_lookup", card_id=LAPSED)["card_active"] == 1


def test_a_limit_that_is_not_known_is_left_out(bench: BiotrackBench) -> None:
    assert "card_limit" not in bench.legacy.done("card_lookup", card_id=UNLIMITED)
    assert bench.legacy.sell(sold(quantity=50), card_id=UNLIMITED)


def test_a_key_lasts_as_long_as_the_profile_says(bench: BiotrackBench) -> None:
    bench.settings(card_key_seconds=10_800, session_idle_seconds=0)
    key = bench.legacy.key()

    bench.move(NOON + 10_799)
    assert bench.legacy.sell(card_key=key)
    bench.move(NOON + 10_800)
    assert bench.legacy.refused("sale_dispense", **bench.legacy.sale(card_key=key)) == (
        "602", "The card key has expired.",
    )  # fmt: skip


def test_another_companys_key_sells_nothing(bench: BiotrackBench) -> None:
    key = bench.legacy.login(ubi=OTHER_UBI).key()

    assert bench.legacy.refused("sale_dispense", **bench.legacy.sale(card_key=key))[0] == "602"


def test_without_the_duty_a_card_may_be_left_out_and_is_checked_if_given(bench: BiotrackBench) -> None:
    bench.settings(card_required=False)

    assert bench.legacy.done("sale_dispense", data=[sold()])
    assert bench.legacy.refused("sale_dispense", data=[sold()], card_id=CARD)[0] == "602"


def test_a_sale_counts_by_piece_by_type_or_by_weight(bench: BiotrackBench) -> None:
    for barcode, used in ((FLOWER, "3.5"), (GUMMIES, "0.5"), (BULK, "1")):
        before = bench.legacy.left()
        bench.legacy.sell(sold(barcode, 2, 1))
        assert before - bench.legacy.left() == 2 * Decimal(used)


def test_a_limit_rolls_and_counts_the_time_of_the_sale(bench: BiotrackBench) -> None:
    bench.settings(session_idle_seconds=0)
    bench.legacy.sell(sold(quantity=28), sale_time=NOON - 29 * DAY)
    assert bench.legacy.left() == 2

    assert bench.legacy.refused("sale_dispense", **bench.legacy.sale(sold(quantity=1)))[0] == "602"
    bench.move(NOON + DAY - 1)
    assert bench.legacy.left() == 2
    bench.move(NOON + DAY)
    assert bench.legacy.left() == 100


def test_a_sale_dated_back_exceeds_no_window_since(bench: BiotrackBench) -> None:
    bench.legacy.sell(sold(quantity=28), sale_time=NOON - DAY)

    for second in (NOON - 5 * DAY, NOON - 29 * DAY, NOON - DAY):
        sale = bench.legacy.sale(sold(quantity=1), sale_time=second)
        assert bench.legacy.refused("sale_dispense", **sale)[0] == "602"
    assert bench.legacy.sell(sold(quantity=1), sale_time=NOON - 31 * DAY)


def test_a_limit_is_the_states_for_all_shops(bench: BiotrackBench) -> None:
    other = bench.legacy.login(ubi=OTHER_UBI)
    other.sell(sold(FOREIGN, 9, 1))

    assert bench.legacy.left() == Decimal("68.5")
