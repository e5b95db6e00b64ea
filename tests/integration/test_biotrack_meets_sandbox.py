"""The BioTrack client and the BioTrack sandbox, made from one contract by two hands: each sale told once, exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.biotrack_sandbox import Legacy
from tests.fixtures.biotrack_shop import BiotrackShop, Size, biotrack_shop, exactly
from tests.fixtures.command_line import in_this_process
from tests.fixtures.sandbox import Caller

GENERATIONS = pytest.mark.parametrize("v3", [False, True], ids=["legacy", "v3"])
Open = Callable[..., BiotrackShop]


@pytest.fixture
def open_shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Open]:
    with ExitStack() as ends:

        def opened(size: Size | None = None, *, v3: bool) -> BiotrackShop:
            shop = ends.enter_context(
                biotrack_shop(tmp_path, partial(in_this_process, capsys=capsys), size or Size(), v3=v3)
            )
            said = shop.set_up()
            assert said.code == 0, said
            shop.stock()
            return shop

        yield opened


def sale_of(*, v3: bool) -> str:
    return "POST /v1/dispense" if v3 else "sale_dispense"


def card_of(*, v3: bool) -> str:
    return "POST /v1/patient/lookup" if v3 else "card_lookup"


def storm(*, v3: bool, times: int) -> list[Mapping[str, Any]]:
    """Every fault that a sale, its look-ups or the pulls can meet, each so many times; their strides mix them."""
    sale, card = sale_of(v3=v3), card_of(v3=v3)
    legacy = [] if v3 else [{"match": sale, "do": "code-1000", "every": 13}]
    plan: list[dict[str, Any]] = [
        {"match": sale, "do": "commit-then-drop", "every": 5},
        {"match": sale, "do": "drop-before", "every": 6},
        {"match": sale, "do": "hold-late-apply", "every": 7, "seconds": Decimal("0.3")},
        {"match": sale, "do": "500", "every": 8},
        {"match": sale, "do": "commit-then-500", "every": 9},
        {"match": sale, "do": "portal", "every": 10},
        {"match": sale, "do": "expire-session", "every": 11},
        {"match": sale, "do": "expire-card-key", "every": 12},
        *legacy,
        {"match": sale, "do": "empty-200", "every": 14},
        {"match": sale, "do": "truncated", "every": 15},
        {"match": sale, "do": "text-prefix", "every": 2},
        {"match": sale, "do": "strings-for-numbers"},
        {"match": card, "do": "text-prefix", "every": 3},
        {"match": card, "do": "portal", "every": 11},
        {"match": card, "do": "500", "every": 13},
        {"match": card, "do": "expire-session", "every": 7},
        {"match": card, "do": "strings-for-numbers", "every": 2},
        {"match": "nonce_replay", "do": "500", "every": 4},
        {"match": "nonce_replay", "do": "text-prefix", "every": 3},
        {"match": "nonce_replay", "do": "expire-session", "every": 5},
        {"match": "sync_*", "do": "500", "every": 6},
        {"match": "sync_*", "do": "portal", "every": 7},
        {"match": "sync_*", "do": "text-prefix", "every": 3},
        {"match": "sync_*", "do": "expire-session", "every": 5},
        {"match": "sync_*", "do": "strings-for-numbers", "every": 2},
        {"match": "sync_*", "do": "numbers-for-strings"},
        {"match": "sale_void", "do": "commit-then-drop", "every": 2},
        {"match": "sale_void", "do": "drop-before", "every": 3},
        {"match": "sale_void", "do": "code-1000", "every": 5},
    ]
    return [{**each, "times": times} for each in plan]


def told_once_in_a_storm(shop: BiotrackShop, count: int) -> None:
    """Offline sales, then the storm; voids before a sale was sent and after; the same again; then everything agrees."""
    shop.sell(count)
    first, *others = (sale["number"] for sale in shop.sold().values())
    shop.void(first)
    shop.storm(*storm(v3=shop.v3, times=max(1, count // 15)))
    shop.until_done()
    exactly(shop)
    taken_back = others[:: max(2, len(others) // 6)]
    for number in taken_back:
        shop.void(number)
    shop.sell(count // 4, seed=5)
    shop.until_done()
    assert met(shop) >= {
        "commit-then-drop",
        "drop-before",
        "hold-late-apply",
        "500",
        "portal",
        "expire-session",
    }
    shop.storm()
    exactly(shop, voided=len(taken_back))
    shop.agrees()


def met(shop: BiotrackShop) -> set[str]:
    """The faults that came true on the way of sales."""
    sales = ("/v1/dispense", "/serverjson.asp")
    return {
        str(each["fault"])
        for each in shop.state.requests
        if each["path"] in sales and each.get("action", "sale_dispense") in ("", "sale_dispense")
    }


@GENERATIONS
def test_in_calm_each_sale_takes_one_request(open_shop: Open, v3: bool) -> None:
    shop = open_shop(v3=v3)
    assert shop.done("sync", "--once", "--json").json["inventory"] is not None
    shop.sell(10)
    assert shop.pos("sync", "status").code == 10
    assert shop.state.ledger() == []
    said = shop.pos("sync", "--once", "--json")
    assert (said.code, said.json["confirmed"], said.json["attempts"]) == (0, 10, 10)
    exactly(shop)
    shop.agrees()


@GENERATIONS
def test_twenty_sales_in_a_storm(open_shop: Open, v3: bool) -> None:
    told_once_in_a_storm(open_shop(v3=v3), 20)


@pytest.mark.prove
@pytest.mark.timeout(3600)
@GENERATIONS
def test_five_hundred_sales_in_a_storm(open_shop: Open, v3: bool) -> None:
    told_once_in_a_storm(open_shop(Size(patients=400, goods=40, pieces=4000), v3=v3), 500)


@pytest.mark.parametrize("policy", ["ignore", "replay", "reject"])
def test_v3_is_told_once_whatever_a_second_request_id_gets(open_shop: Open, policy: str) -> None:
    shop = open_shop(v3=True)
    shop.state.service.change_settings({"request_id_policy": policy})
    shop.sell(6)
    shop.storm(
        {"match": "POST /v1/dispense", "do": "commit-then-drop", "every": 3},
        {"match": "POST /v1/dispense", "do": "drop-before", "every": 2},
    )
    shop.until_done()
    exactly(shop)


def test_where_no_nonce_is_replayed_the_list_of_sales_settles_it(open_shop: Open) -> None:
    shop = open_shop(v3=False)
    shop.state.service.change_settings({"nonce_replay": False})
    shop.sell(6)
    shop.storm(
        {"match": "sale_dispense", "do": "commit-then-drop", "every": 3},
        {"match": "sale_dispense", "do": "drop-before", "every": 2},
    )
    shop.until_done()
    exactly(shop)


@GENERATIONS
def test_a_user_that_is_refused_needs_a_person(open_shop: Open, v3: bool) -> None:
    shop = open_shop(v3=v3)
    shop.sell(2)
    shop.storm({"match": sale_of(v3=v3), "do": "revoke-user", "times": 1})
    said = shop.pos("sync", "--once")
    assert (said.code, "state.company" in said.out + said.err) == (30, True), said
    shop.state.service.restore_users()
    shop.storm()
    for report in shop.done("sync", "list", "--needs-person", "--json").json["reports"]:
        assert shop.pos("sync", "retry", report["id"]).code == 10
    shop.until_done()
    exactly(shop)


@GENERATIONS
def test_a_month_that_is_locked_needs_a_person(open_shop: Open, v3: bool) -> None:
    shop = open_shop(v3=v3)
    shop.sell(2)
    shop.storm({"match": sale_of(v3=v3), "do": "lock-month", "times": 1})
    said = shop.pos("sync", "--once")
    assert said.code == 30
    assert shop.state.ledger() == []


@GENERATIONS
def test_a_state_that_is_away_is_said(open_shop: Open, v3: bool) -> None:
    shop = open_shop(v3=v3)
    shop.sell(2)
    shop.state.close_socket()
    assert shop.pos("sync", "--once").code == 40
    shop.state.open_socket()
    shop.until_done()
    exactly(shop)


@GENERATIONS
def test_a_drill_after_a_void_agrees(open_shop: Open, v3: bool) -> None:
    shop = open_shop(v3=v3)
    shop.sell(3)
    shop.until_done()
    shop.void(next(iter(shop.sold().values()))["number"])
    shop.until_done()
    shop.state.stop()
    words = ("drill", "--non-interactive", "--sales", "3", "--state-dir", str(shop.place / "state"), "--json")
    said = shop.pos(*words)
    assert (said.code, said.json["agree"]) == (0, True), said
    assert said.json["ledgers"] == {
        "local": 5, "state": 5, "missing": [], "double": [], "foreign": [], "different": [],
    }  # fmt: skip
    assert shop.done("config", "get", "state.base_url").out.strip() == shop.state.base_url


def test_it_is_caught_when_a_sale_is_told_twice(open_shop: Open) -> None:
    """The comparison itself, with a state that would fill the gap by a second request."""
    shop = open_shop(v3=False)
    shop.sell(2)
    shop.until_done()
    first = shop.state.ledger()[0]
    with Caller(shop.state.base_url, None, None) as caller:
        legacy = Legacy(caller).login()
        data = [
            {
                "barcodeid": row["inventoryid"],
                "quantity": row["quantity"],
                "price": row["price"],
                "item_number": n,
            }
            for n, row in enumerate(first["rows"])
        ]
        given = {"data": data, "sale_time": first["sale_time"], "terminal_id": first["terminal_id"]}
        legacy.done("sale_dispense", nonce=first["nonce"], **legacy.sale(card_id=first["card_id"], **given))
    with pytest.raises(AssertionError):
        exactly(shop)
    assert shop.pos("reconcile").code == 30
