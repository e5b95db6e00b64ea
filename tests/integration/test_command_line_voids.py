"""`sales list|void`, and the void on its way to the state."""

from __future__ import annotations

from typing import Any

import pytest

from pos_desktop.storage.lock import counter_lock
from pos_desktop.training.demo_store import USER_KEY, VENDOR_KEY
from tests.fixtures.command_line import SAMPLE, Run, Shop, typed
from tests.fixtures.killed_command import killed
from tests.fixtures.sandbox import Caller

WHY = ("--reason", "wrong package was scanned")
SELL_2 = ("training", "sell", "--count", "2", "--seed", "1", "--offline")


def second_license() -> dict[str, Any]:
    """Added to the state's: a store that the same keys work for."""
    kind = {
        "IsMedical": True,
        "CanSellToPatients": True,
        "AdvancedSales": True,
        "SalesRequirePatientNumber": True,
    }
    facility = {
        "License": {"Number": "OTHER-1", "LicenseType": "Provisioning Center"},
        "Name": "Second Sample Store",
        "zone": "America/Detroit",
        "FacilityType": kind,
    }
    keys = {"vendor_key": VENDOR_KEY, "user_key": USER_KEY, "user_name": "Sample Manager"}
    return {
        "mode": "add",
        "facilities": [facility],
        "credentials": [{**keys, "licenses": [SAMPLE.license, "OTHER-1"]}],
    }


def numbers(pos: Run) -> list[str]:
    return [each["number"] for each in pos("export", "sales", "--json").lines]


@pytest.mark.parametrize(
    "date", ["9999-12-31", "0001-01-01", "2026-W48", "2026-W48-2", "20261124", "2026-1-31"]
)
def test_a_date_has_one_form_and_room_on_both_sides(pos: Run, date: str) -> None:
    said = pos("sales", "list", "--date", date)
    assert (said.code, said.out, "a date " in said.err) == (64, "", True)
    assert pos("config", "set", "state.since", date).code == 1
    assert pos("sales", "list", "--date", "2999-12-31").out == "2999-12-31: 0 sales.\n"


def test_a_void_under_a_license_that_is_set_no_more_says_that_it_cannot_go_out(shop: Shop, pos: Run) -> None:
    """Neither the command that makes it, nor the list, nor the comparison of its day takes it for done."""
    pos(*SELL_2)
    assert pos("sync", "--once").code == 0
    day = pos("export", "sales", "--json").lines[0]["sale_time"][:10]
    first, second = numbers(pos)
    shop.state.seed(second_license())
    assert pos("config", "set", "state.license", "OTHER-1").code == 0
    assert pos("sync", "--once").code == 0
    before = pos("reconcile", "--date", day, "--json")
    assert before.code == 0, "nothing of the other license is open"
    assert before.json["certificates"][0]["other_license"] == {"made": 2, "open": []}
    void = pos("sales", "void", first, *WHY)
    assert (void.code, f"made under license {SAMPLE.license}, and another is set" in void.out) == (0, True)
    assert "The state is told" not in void.out
    assert pos("sync", "--once").code == 30
    listed = pos("sync", "list", "--needs-person")
    assert "The void is kept and not sent" in listed.out
    assert "sale waits" not in listed.out
    told = pos("reconcile", "--date", day)
    assert told.code == 30
    assert (
        f"No sale was made on {day} under this license. 2 sales of that day were made under another"
        in told.out
    )
    assert f"Still open are reports of {first}; they want a manager." in told.out
    assert pos("sales", "void", second, *WHY, "--json").json["other_license"] == SAMPLE.license


def test_a_sale_that_is_at_the_state_is_voided_there(shop: Shop, pos: Run) -> None:
    pos(*SELL_2)
    assert pos("sync", "--once").code == 0
    first, second = numbers(pos)
    with counter_lock(shop.data):
        done = pos("sales", "void", first, *WHY, "--json")
    assert (done.code, done.json["state"], done.json["earlier_day"]) == (0, "queued", False)
    assert pos("sync", "status").code == 10
    told = pos("sync", "explain", f"void:{first}", "--json").json
    assert (told["kind"], told["reason"], told["id"]) == ("void", WHY[1], done.json["report"])
    assert [each["kind"] for each in told["others"]] == ["sale"]
    synced = pos("sync", "--once", "--json")
    assert (synced.code, synced.json["confirmed"]) == (0, 1)
    archived = {each["ExternalReceiptNumber"]: bool(each["ArchivedDate"]) for each in shop.state.ledger()}
    voided = {each["external"]: each["voided"] for each in pos("export", "sales", "--json").lines}
    assert archived == voided == {done.json["external"]: True, _other(voided, done.json["external"]): False}
    assert pos("verify").code == 0
    listed = pos("sales", "list", "--json").json["sales"]
    assert [(each["number"], each["voided"], each["void_report"]) for each in listed] == [
        (first, True, "confirmed"),
        (second, False, None),
    ]


def _other(of: dict[str, bool], one: str) -> str:
    return next(each for each in of if each != one)


def test_a_sale_the_state_never_heard_of_is_told_of_neither(shop: Shop, pos: Run) -> None:
    pos(*SELL_2)
    first, _ = numbers(pos)
    said = pos("sales", "void", first, *WHY)
    assert (said.code, "told of neither" in said.out) == (0, True)
    assert pos("sync", "--once", "--json").json["confirmed"] == 1
    assert len(shop.state.ledger()) == 1
    assert "voided; its report is cancelled, the void's cancelled" in pos("sales", "list").out
    assert pos("verify").code == 0


def test_what_cannot_be_voided(shop: Shop, pos: Run) -> None:
    pos(*SELL_2)
    first, _ = numbers(pos)
    assert pos("sales", "void", first, *WHY).code == 0
    for words, code, said in (
        (("void", first, *WHY), 1, "voided already"),
        (("void", "R1-1-0000099", *WHY), 1, "There is no sale"),
        (("void", first, "--reason", "-"), 1, "Write why"),
        (("void", first), 64, "--reason"),
        (("list", "--date", "31.12.2026"), 64, "2026-01-31"),
    ):
        told = pos("sales", *words)
        assert (told.code, told.out, said in told.err) == (code, "", True), words


def test_a_sale_of_an_earlier_day_is_listed_there_and_voided(shop: Shop, pos: Run) -> None:
    pos(*SELL_2)
    first, second = numbers(pos)
    day_us = 86_400_000_000
    shop.forge(f"UPDATE sale SET sold_at = sold_at - 40 * {day_us} WHERE counter = 1")
    assert [each["number"] for each in pos("sales", "list", "--json").json["sales"]] == [second]
    said = pos("sales", "void", first, *WHY)
    assert (said.code, "an earlier business day" in said.out) == (0, True)


@pytest.mark.parametrize("fault", ["commit-then-drop", "drop-before"])
def test_a_void_whose_answer_is_lost_ends_once(shop: Shop, pos: Run, fault: str) -> None:
    pos(*SELL_2)
    assert pos("sync", "--once").code == 0
    first, _ = numbers(pos)
    assert pos("sales", "void", first, *WHY).code == 0
    shop.state.set_faults({"plan": [{"match": "DELETE *", "do": fault, "times": 1}]})
    synced = pos("sync", "--once", "--json")
    assert (synced.code, synced.json["confirmed"]) == (0, 1)
    assert [bool(each["ArchivedDate"]) for each in shop.state.ledger()].count(True) == 1


@pytest.mark.parametrize(
    ("point", "call"),
    [
        ("pos_desktop.sync.metrc.client.MetrcClient.put", 1),
        ("pos_desktop.sync.metrc.client.MetrcClient.delete", 1),
        ("pos_desktop.storage.outbox_store.StoredOutbox.settle", 1),
    ],
)
def test_killed_on_the_way_from_final_to_voided_it_is_looked_up_and_ends_once(
    shop: Shop, pos: Run, point: str, call: int
) -> None:
    """Before it is opened, between opening and voiding, and when it was voided and not written down."""
    pos(*SELL_2)
    assert pos("sync", "--once").code == 0
    first, _ = numbers(pos)
    assert pos("sales", "void", first, *WHY).code == 0
    number = int(pos("sync", "explain", first, "--json").json["remote_id"])
    made_final(shop, number)
    killed(point, call, typed(shop.data, "sync", "--once"))
    told = pos("sync", "explain", f"void:{first}", "--json").json
    assert told["state"] == "sending"
    synced = pos("sync", "--once", "--json")
    assert (synced.code, synced.json["confirmed"], synced.json["looked_up"] > 0) == (0, 1, True)
    [row] = [each for each in shop.state.ledger() if each["Id"] == number]
    assert row["ArchivedDate"] is not None
    accepted = [each for each in shop.state.requests if each["method"] == "DELETE" and each["status"] == 200]
    assert len(accepted) == 1


def made_final(shop: Shop, number: int) -> None:
    with Caller(shop.state.base_url, (VENDOR_KEY, USER_KEY), shop.sample.license) as caller:
        assert caller.put("/sales/v2/receipts/finalize", [{"Id": number}]).status == 200
