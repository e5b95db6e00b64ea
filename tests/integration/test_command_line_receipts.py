"""Whose receipt is whose: a receipt named by hand, one held twice, and a void in the middle of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.command_line import Run, Shop

WHY = ("--reason", "read at the state by hand")
BROUGHT_BACK = ("--reason", "patient brought it back")


@pytest.fixture
def reported(shop: Shop, pos: Run) -> list[dict[str, Any]]:
    """Three sales at the state, as `export sales` tells them."""
    assert pos("training", "sell", "--count", "3", "--seed", "1", "--offline").code == 0
    pos("sync", "--once")
    sales: list[dict[str, Any]] = pos("export", "sales", "--json").lines
    assert {each["state"] for each in sales} == {"confirmed"}
    return sales


def receipts(shop: Shop) -> dict[str, dict[str, Any]]:
    return {each["ExternalReceiptNumber"]: each for each in shop.state.ledger()}


def stuck(shop: Shop, n: int) -> None:
    shop.forge(f"UPDATE outbox SET state = 'conflict', remote_id = '', settled_at = NULL WHERE n = {n}")


@pytest.mark.parametrize("padded", ["", "00000"])
def test_a_receipt_of_another_sale_is_not_taken(
    shop: Shop, pos: Run, reported: list[dict[str, Any]], padded: str
) -> None:
    first, second = (each["number"] for each in reported[:2])
    theirs = str(receipts(shop)[reported[0]["external"]]["Id"])
    stuck(shop, 2)
    said = pos("sync", "resolve", second, "--as", "reported", "--receipt", padded + theirs, *WHY, "--json")
    assert (said.code, said.json["error"]["code"]) == (1, "receipt-held")
    assert f"the one of sale {first}" in said.err
    assert "Nothing was changed." in said.err
    assert pos("sync", "explain", second, "--json").json["state"] == "conflict"
    own = str(receipts(shop)[reported[1]["external"]]["Id"])
    assert pos("sync", "resolve", second, "--as", "reported", "--receipt", own, *WHY).code == 0
    assert pos("verify").code == 0


def test_two_reports_on_one_receipt_are_found_and_the_void_of_one_deletes_nothing(
    shop: Shop, pos: Run, reported: list[dict[str, Any]]
) -> None:
    """As an older version of this program let it happen."""
    shop.forge("UPDATE outbox SET remote_id = (SELECT remote_id FROM outbox WHERE n = 1) WHERE n = 2")
    said = pos("verify")
    numbers = " and ".join(each["number"] for each in reported[:2])
    assert (said.code, f"Sales {numbers} are reported under one receipt" in said.out) == (50, True)
    assert pos("sales", "void", reported[1]["number"], *BROUGHT_BACK).code == 0
    assert pos("sync", "--once").code == 30
    assert all(each["ArchivedDate"] is None for each in receipts(shop).values())
    told = pos("sync", "explain", f"void:{reported[1]['number']}", "--json").json
    assert told["state"] == "rejected"
    assert "not this sale's by" in told["cause"]
    ended = pos("sync", "resolve", f"void:{reported[1]['number']}", "--as", "cancelled", *WHY)
    assert ended.code == 0
