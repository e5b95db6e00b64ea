"""Each fault on a real socket, by action and by turn: contract section 10."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.client import RemoteDisconnected
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from pos_desktop.training.sandbox.biotrack.faults import Kind
from pos_desktop.training.sandbox.http import Request
from tests.fixtures.biotrack_sandbox import (
    CARD,
    FLOWER,
    LOCATION,
    NOON,
    BiotrackBench,
    Legacy,
    Rest,
    biotrack,
    sold,
)
from tests.fixtures.sandbox import Reply

SALE = "sale_dispense"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[BiotrackBench]:
    with biotrack(tmp_path) as started:
        yield started


def sell(bench: BiotrackBench, **members: Any) -> Reply:
    return bench.legacy.send(SALE, **bench.legacy.sale(**members))


@pytest.mark.parametrize(("do", "kept"), [("commit-then-drop", 1), ("drop-before", 0)])
def test_a_dropped_answer(bench: BiotrackBench, do: str, kept: int) -> None:
    bench.fault(SALE, do, times=1)

    with pytest.raises(RemoteDisconnected):
        sell(bench, nonce="N1")
    assert len(bench.sales()) == kept
    assert bench.legacy.call("nonce_replay", nonce="N1")["success"] == kept


@pytest.mark.parametrize(("do", "kept"), [("commit-then-500", 1), ("500", 0)])
def test_a_500_has_no_body(bench: BiotrackBench, do: str, kept: int) -> None:
    bench.fault(SALE, do)
    reply = sell(bench)

    assert (reply.status, reply.body, len(bench.sales())) == (500, b"", kept)


def test_a_sale_applied_late_is_not_there_yet_when_asked_at_once(bench: BiotrackBench) -> None:
    applied = Event()
    handle = bench.server.service.handle

    def apply_and_tell(request: Request) -> None:
        handle(request)
        applied.set()

    bench.server._late._apply = apply_and_tell
    bench.fault(SALE, "hold-late-apply", seconds=30, times=1)

    with pytest.raises(RemoteDisconnected):
        sell(bench, nonce="N1")
    assert bench.legacy.refused("nonce_replay", nonce="N1")[0] == "602"
    bench.move(NOON + 30)
    assert applied.wait(20)
    assert bench.legacy.done("nonce_replay", nonce="N1")["sessiontime"] == NOON + 30
    assert len(bench.sales()) == 1


SPOILT: dict[str, tuple[int, str, Callable[[bytes], bool], int]] = {
    "portal": (200, "text/html; charset=utf-8", lambda body: body.startswith(b"<!DOCTYPE html>"), 0),
    "503-html": (503, "text/html; charset=utf-8", lambda body: body.startswith(b"<!DOCTYPE html>"), 0),
    "429": (429, "", lambda body: body == b"", 0),
    "empty-200": (200, "", lambda body: body == b"", 1),
    "truncated": (
        200,
        "text/JSON; charset=utf-8",
        lambda body: body.startswith(b'{"success":1') and b"}" not in body,
        1,
    ),
    "text-prefix": (
        200,
        "text/JSON; charset=utf-8",
        lambda body: body.startswith(b"Content-Type: text/plain"),
        1,
    ),
    "wrong-content-type": (200, "text/html; charset=utf-8", lambda body: json.loads(body)["success"] == 1, 1),
    "slow-body": (200, "text/JSON; charset=utf-8", lambda body: json.loads(body)["success"] == 1, 1),
    "delay": (200, "text/JSON; charset=utf-8", lambda body: json.loads(body)["success"] == 1, 1),
}


@pytest.mark.parametrize("do", SPOILT)
def test_an_answer_that_cannot_be_trusted(tmp_path: Path, do: str) -> None:
    status, kind, fits, kept = SPOILT[do]
    waits: list[Decimal] = []
    with biotrack(tmp_path, pause=waits.append) as bench:
        bench.fault(SALE, do, seconds=20)
        reply = sell(bench)

        assert (reply.status, reply.headers.get("content-type", "")) == (status, kind)
        assert fits(reply.body), reply.body
        assert len(bench.sales()) == kept
    assert sum(waits) == (20 if do == "delay" else 22 if do == "slow-body" else 0)
    assert reply.headers.get("retry-after") == ("20" if do == "429" else None)


def test_the_body_behind_the_glued_text_is_whole(bench: BiotrackBench) -> None:
    bench.fault("sync_sale", "text-prefix")
    body = bench.legacy.send("sync_sale").body

    assert json.loads(body.removeprefix(b"Content-Type: text/plain").strip())["success"] == 1


def test_scalars_turn_to_text_and_to_numbers_but_identifiers_never(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell()
    for do, number in (("strings-for-numbers", str), ("numbers-for-strings", int)):
        bench.fault("*", do)
        answer = bench.legacy.call("sync_sale")
        [row] = answer["sale"]
        assert (answer["success"], row["transactionid"], row["deleted"]) == (
            number(1),
            number(sale),
            number(0),
        )
        assert (row["inventoryid"], row["location"]) == (FLOWER, LOCATION)
    assert bench.legacy.call("sale_void", transactionid="1")["errorcode"] == 602
    bench.fault("*", "strings-for-numbers")
    assert bench.legacy.call("sale_void", transactionid="1")["success"] == "0"


def test_an_empty_list_may_be_null_and_a_single_row_an_object(bench: BiotrackBench) -> None:
    bench.fault("sync_*", "null-list")
    assert bench.legacy.call("sync_sale")["sale"] is None
    sale = bench.legacy.sell()
    assert len(bench.legacy.call("sync_sale")["sale"]) == 1

    bench.fault("sync_*", "single-object")
    assert bench.legacy.call("sync_sale")["sale"]["transactionid"] == sale
    bench.legacy.sell()
    assert len(bench.legacy.call("sync_sale")["sale"]) == 2
    assert bench.legacy.call("sync_check", data=[{"table": "sale"}])["summary"]["table"] == "sale"


def test_code_1000_asks_to_try_again(bench: BiotrackBench) -> None:
    sale = bench.legacy.sell()
    bench.fault("sale_void", "code-1000", times=1)

    assert bench.legacy.refused("sale_void", transactionid=sale)[0] == "1000"
    assert bench.sales()[0]["voided"] is None
    assert bench.legacy.done("sale_void", transactionid=sale)


def test_replay_may_be_refused_for_want_of_a_right(bench: BiotrackBench) -> None:
    bench.legacy.sell(nonce="N1")
    bench.fault("nonce_replay", "no-privilege")

    text = "The current session does not possess access to the nonce_replay privilege."
    assert bench.legacy.refused("nonce_replay", nonce="N1") == ("62", text)


def test_a_session_may_end_at_any_request(bench: BiotrackBench) -> None:
    bench.fault(SALE, "expire-session", times=1)

    assert sell(bench).json["error"] == "Your session has expired."
    assert bench.legacy.refused("sync_sale")[0] == "63"
    again = bench.legacy.login()
    assert again.sell()


def test_a_revoked_user_is_out_until_restored(bench: BiotrackBench) -> None:
    other = bench.legacy.login()
    bench.fault(SALE, "revoke-user", times=1)

    assert sell(bench).json["errorcode"] == "63"
    assert other.refused("sync_sale")[0] == "63"
    with pytest.raises(AssertionError, match="Invalid username or password"):
        bench.legacy.login()
    bench.control.post("/__sandbox/restore-users", {})
    assert bench.legacy.login().sell()


def test_a_key_may_expire_between_lookup_and_sale(bench: BiotrackBench) -> None:
    bench.fault(SALE, "expire-card-key", times=1)
    sale = bench.legacy.sale()

    assert bench.legacy.refused(SALE, **sale) == ("602", "The card key has expired.")
    assert bench.legacy.refused(SALE, **sale) == ("602", "The card key has expired.")
    assert bench.legacy.sell()


def test_another_shop_may_use_the_limit_between_lookup_and_sale(bench: BiotrackBench) -> None:
    bench.fault(SALE, "limit-elsewhere", amount=Decimal("96.5"), times=1)

    assert "limit" in bench.legacy.refused(SALE, **bench.legacy.sale())[1]
    assert bench.legacy.left() == Decimal("3.5")
    assert bench.legacy.sell(sold(quantity=1))


def test_the_month_of_a_sale_may_be_locked_before_it_comes(bench: BiotrackBench) -> None:
    bench.fault(SALE, "lock-month", times=1)
    october = NOON - 40 * 86_400

    assert bench.legacy.refused(SALE, **bench.legacy.sale(sale_time=october))[0] == "1020"
    assert bench.legacy.refused(SALE, **bench.legacy.sale(sale_time=october))[0] == "1020"
    assert bench.legacy.sell()


@pytest.mark.parametrize(("do", "moved"), [("clock-ahead", 90), ("clock-behind", -90)])
def test_the_clock_may_be_off(bench: BiotrackBench, do: str, moved: int) -> None:
    bench.fault("*", do, seconds=90)
    answer = sell(bench, sale_time=NOON).json

    assert bench.legacy.done("sync_sale")["sessiontime"] == NOON + moved
    if moved < 0:
        assert answer["errorcode"] == "602"
    else:
        assert answer["sessiontime"] == NOON + moved


def test_a_fault_takes_its_turn_at_its_own_action_alone(bench: BiotrackBench) -> None:
    bench.fault(SALE, "500", every=2, after=1, times=2)

    assert [sell(bench).status for _ in range(6)] == [200, 200, 500, 200, 500, 200]
    [entry] = bench.control.get("/__sandbox/faults").json["plan"]
    assert (entry["seen"], entry["done"]) == (6, 2)


def test_a_fault_may_name_a_path_of_v3(bench: BiotrackBench) -> None:
    rest = bench.rest()
    bench.fault("POST /v1/dispense", "commit-then-500")

    assert (rest.sell().status, len(bench.sales())) == (500, 1)
    assert rest.key()


REST_FAULTS = {
    "expire-session": (401, {}), "revoke-user": (401, {}), "expire-card-key": (400, {}), "lock-month": (400, {}),
    "limit-elsewhere": (400, {"amount": 100}), "clock-behind": (400, {"seconds": 600}), "code-1000": (400, {}),
    "no-privilege": (401, {}),
}  # fmt: skip


@pytest.mark.parametrize("do", REST_FAULTS)
def test_what_happens_at_the_state_happens_to_v3_too(bench: BiotrackBench, do: str) -> None:
    status, more = REST_FAULTS[do]
    rest = bench.rest()
    bench.fault("POST /v1/dispense", do, **more)
    reply = rest.sell()

    assert (reply.status, list(reply.json), bench.sales()) == (status, ["Error"], [])


@pytest.mark.parametrize("match", ["sale_dispence", "", "SALE_DISPENSE", 7])
def test_an_action_that_does_not_exist_is_refused(bench: BiotrackBench, match: Any) -> None:
    plan = {"plan": [{"match": match, "do": "500"}]}

    assert bench.control.put("/__sandbox/faults", plan).status == 400


def test_a_fault_of_the_other_system_is_refused(bench: BiotrackBench) -> None:
    assert (
        bench.control.put("/__sandbox/faults", {"plan": [{"match": "*", "do": "revoke-key"}]}).status == 400
    )


def test_every_fault_was_met_here() -> None:
    met = {
        "commit-then-drop",
        "drop-before",
        "commit-then-500",
        "500",
        "hold-late-apply",
        *SPOILT,
        *REST_FAULTS,
    }
    met |= {"strings-for-numbers", "numbers-for-strings", "null-list", "single-object", "clock-ahead"}

    assert met == set(Kind)


def test_what_was_asked_names_the_action(bench: BiotrackBench) -> None:
    bench.fault(SALE, "commit-then-drop", times=1)
    with pytest.raises(RemoteDisconnected):
        sell(bench)
    Rest(bench.legacy.caller).send("/heartbeat", None, "GET")

    asked = bench.control.get("/__sandbox/requests").json["requests"]
    assert [(each.get("action"), each["status"], each["fault"]) for each in asked] == [
        ("login", 200, None),
        ("card_lookup", 200, None),
        (SALE, None, "commit-then-drop"),
        (None, 200, None),
    ]


def test_an_outage_refuses_and_the_same_port_opens_again(bench: BiotrackBench) -> None:
    assert bench.control.put("/__sandbox/outage", {"mode": "closed"}).json == {"outage": "closed"}
    with pytest.raises(ConnectionError):
        bench.legacy.send("sync_sale")
    bench.control.put("/__sandbox/outage", {"mode": "hang-up"})
    bench.legacy.caller.close()
    with pytest.raises(ConnectionError):
        bench.legacy.send("sync_sale")
    bench.control.put("/__sandbox/outage", {"mode": "open"})
    bench.legacy.caller.close()
    assert bench.legacy.sell()


def test_lost_answers_and_a_blind_retry_make_double_sales_and_replay_does_not(bench: BiotrackBench) -> None:
    """The sandbox is what catches a client that trusts its nonce."""
    made = {how: _reported(bench, how) for how in ("blind", "replay")}

    assert made["replay"] == 9
    assert made["blind"] > 9


def _reported(bench: BiotrackBench, how: str) -> int:
    before = len(bench.sales())
    bench.fault(SALE, "commit-then-drop", every=3)
    for n in range(9):
        nonce = f"{how}-{n}"
        try:
            sell(bench, data=[sold(quantity=1, price=1)], nonce=nonce)
        except RemoteDisconnected:
            if how == "blind" or bench.legacy.call("nonce_replay", nonce=nonce)["success"] == 0:
                bench.legacy.send(SALE, **bench.legacy.sale(sold(quantity=1, price=1), nonce=nonce))
    return len(bench.sales()) - before


def test_the_bench_speaks_as_it_says(bench: BiotrackBench) -> None:
    assert Legacy(bench.legacy.caller).refused("card_lookup", card_id=CARD)[0] == "63"
