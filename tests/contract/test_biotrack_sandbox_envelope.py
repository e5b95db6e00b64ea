"""Transport, envelope, sessions, privileges, data sets and nonces: contract sections 3.1 to 3.6."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.biotrack_sandbox import (
    BOUND,
    CARD,
    FLOWER,
    NAME,
    NOON,
    OTHER_UBI,
    PASSWORD,
    UBI,
    BiotrackBench,
    Legacy,
    biotrack,
    sold,
)
from tests.fixtures.sandbox import to_json

EXPIRED = ("63", "Your session has expired.")
BAD_LOGIN = (None, "Invalid username or password.")
CREDENTIALS = {"license_number": UBI, "username": NAME, "password": PASSWORD}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[BiotrackBench]:
    with biotrack(tmp_path) as started:
        yield started


def counter(bench: BiotrackBench) -> int:
    return int(bench.transactions()[-1]["transactionid"])


@pytest.mark.parametrize(
    "kind", ["text/JSON", "text/json; charset=utf-8", "APPLICATION/JSON", "application/json;charset=UTF-8"]
)
def test_both_content_types_are_taken_in_any_case(bench: BiotrackBench, kind: str) -> None:
    assert bench.legacy.send("sync_check", kind, data=[{"table": "sale"}]).json["success"] == 1


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json-seq", ""]
)
def test_another_content_type_is_http_400(bench: BiotrackBench, kind: str) -> None:
    assert bench.legacy.send("sync_check", kind, data=[{"table": "sale"}]).status == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff{}",
        b'{"API":"4.0","API":"4.0"}',
        b'{"API":1e3}',
        b'{"API":NaN}',
    ],
)
def test_what_is_no_json_object_is_http_400(bench: BiotrackBench, body: bytes) -> None:
    assert bench.legacy.raw(body).status == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_post_is_known(bench: BiotrackBench, method: str) -> None:
    assert bench.legacy.raw(b"{}", method=method).status == 405


def test_other_paths_do_not_exist(bench: BiotrackBench) -> None:
    for path in ("/", "/serverxml.asp", "/serverjson.asp/x", "/v1/sale", "/v1/inventory"):
        assert bench.legacy.caller.send("POST", path, b"{}", Content_Type="text/JSON").read() == b""


def test_a_refusal_is_http_200_with_a_code_as_text(bench: BiotrackBench) -> None:
    reply = bench.legacy.send("sale_void", transactionid="1")

    assert (reply.status, reply.json["success"], reply.json["errorcode"]) == (200, 0, "602")
    assert reply.headers["content-type"] == "text/JSON; charset=utf-8"


ENVELOPES: dict[str, tuple[dict[str, Any], str]] = {
    "no version": ({"API": ...}, "17"),
    "version as a number": ({"API": 4}, "17"),
    "older version": ({"API": "3.0"}, "17"),
    "no action": ({"action": ...}, "62"),
    "action of another kind": ({"action": 7}, "62"),
    "unknown action": ({"action": "sale_undo"}, "62"),
    "action in another case": ({"action": "Sale_Dispense"}, "62"),
    "no session": ({"sessionid": ...}, "63"),
    "session of another kind": ({"sessionid": 7}, "63"),
    "unknown session": ({"sessionid": "0" * 32}, "63"),
    "nosession 0 does not stand in for a session": ({"sessionid": ..., "nosession": 0, **CREDENTIALS}, "63"),
    "nosession as text": ({"sessionid": ..., "nosession": "1", **CREDENTIALS}, "602"),
    "training as text": ({"training": "1"}, "602"),
    "training as a flag": ({"training": True}, "602"),
    "training 2": ({"training": 2}, "602"),
    "nonce as a number": ({"nonce": 5}, "602"),
    "empty nonce": ({"nonce": ""}, "602"),
    "credentials beside a session": (CREDENTIALS, "602"),
    "unknown member": ({"loction": "990080"}, "602"),
    "member in another case": ({"Terminal_ID": "REG-2"}, "602"),
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_envelope_that_is_not_in_order_is_refused(bench: BiotrackBench, name: str) -> None:
    given, code = ENVELOPES[name]
    changes = dict(given)
    before = counter(bench)

    assert (
        bench.legacy.refused(changes.pop("action", "sale_dispense"), **{**bench.legacy.sale(), **changes})[0]
        == code
    )
    assert (bench.sales(), counter(bench)) == ([], before)


def test_an_unknown_member_may_be_let_pass(bench: BiotrackBench) -> None:
    bench.settings(unknown_fields="ignore")

    assert bench.legacy.sell(surplus=1)


def test_a_login_tells_session_rights_and_the_time(bench: BiotrackBench) -> None:
    answer = bench.legacy.done("login", sessionid=..., **CREDENTIALS)

    assert set(answer) == {"success", "admin", "sessionid", "time"}
    assert (answer["admin"], answer["time"]) == (1, NOON)
    assert 24 <= len(answer["sessionid"]) <= 128
    assert answer["sessionid"].isalnum()


@pytest.mark.parametrize(
    "changes",
    [{"password": "x"}, {"username": "x"}, {"license_number": "990080"}, {"username": NAME.upper()}],
)
def test_a_wrong_login_carries_no_code(bench: BiotrackBench, changes: dict[str, str]) -> None:
    assert bench.legacy.refused("login", sessionid=..., **{**CREDENTIALS, **changes}) == BAD_LOGIN


@pytest.mark.parametrize("name", CREDENTIALS)
@pytest.mark.parametrize("value", [..., "", None, 999000800])
def test_a_login_needs_all_three_as_texts(bench: BiotrackBench, name: str, value: Any) -> None:
    assert bench.legacy.refused("login", sessionid=..., **{**CREDENTIALS, name: value})[0] == "602"


def test_a_session_ends_when_idle_and_lives_while_used(bench: BiotrackBench) -> None:
    for minutes in (59, 118, 177):
        bench.move(NOON + minutes * 60)
        bench.legacy.done("sync_vendor")
    bench.move(NOON + 177 * 60 + 3600)
    bench.legacy.done("sync_vendor")
    bench.move(NOON + 177 * 60 + 7201)

    assert bench.legacy.refused("sync_vendor") == EXPIRED
    assert bench.legacy.login().done("sync_vendor")


def test_credentials_may_come_with_each_request(bench: BiotrackBench) -> None:
    alone = Legacy(bench.legacy.caller)

    assert alone.done("sync_vendor", nosession=1, **CREDENTIALS)["vendor"]
    assert alone.refused("sync_vendor", nosession=1, **{**CREDENTIALS, "password": "x"}) == BAD_LOGIN
    assert alone.refused("sync_vendor", nosession=1) == BAD_LOGIN
    bench.settings(nosession=False)
    assert alone.refused("sync_vendor", nosession=1, **CREDENTIALS) == EXPIRED


def test_a_right_that_is_lacking_is_named(bench: BiotrackBench) -> None:
    clerk = bench.legacy.login(BOUND, "x")

    assert clerk.sell()
    text = "The current session does not possess access to the sync_sale privilege."
    assert clerk.refused("sync_sale") == ("62", text)
    assert clerk.refused("nonce_replay", nonce="N")[0] == "62"


def test_a_user_may_be_added_changed_and_removed(bench: BiotrackBench) -> None:
    new = {"new_username": "new@shop.example", "new_password": "y", "new_admin": 0}
    bench.legacy.done("user_add", **new, new_permissions={"sync_sale": 1, "sync_vendor": 0})
    session = bench.legacy.login("new@shop.example", "y")

    assert session.done("sync_sale")
    assert session.refused("sync_vendor")[0] == "62"
    assert bench.legacy.refused("user_add", **new)[0] is None
    bench.legacy.done("user_modify", new_username="new@shop.example", new_permissions={"sync_vendor": 1})
    assert session.done("sync_vendor")
    bench.legacy.done("user_remove", new_username="new@shop.example")
    assert session.refused("sync_vendor") == EXPIRED
    assert bench.legacy.refused("user_remove", new_username="nobody")[0] is None


def test_training_and_live_never_meet(bench: BiotrackBench) -> None:
    live = Legacy(bench.legacy.caller, training=0).login()
    bench.legacy.sell(nonce="N1")

    assert live.done("sync_sale")["sale"] == []
    assert live.done("sync_inventory")["inventory"] == []
    assert live.refused("card_lookup", card_id=CARD)[0] == "602"
    assert live.refused("nonce_replay", nonce="N1")[0] == "602"
    assert live.refused("sale_void", transactionid=str(counter(bench)))[0] == "602"


def test_a_session_is_of_the_data_set_of_its_login(bench: BiotrackBench) -> None:
    for wrong in (0, ...):
        assert bench.legacy.refused("sync_sale", training=wrong) == EXPIRED
    live = Legacy(bench.legacy.caller, training=None).login()
    assert live.done("sync_sale", training=0)
    assert live.refused("sync_sale", training=1) == EXPIRED


def test_a_key_of_the_other_data_set_sells_nothing(bench: BiotrackBench) -> None:
    bench.seed(training=0, patients=[{"card_id": CARD, "expires": "2027-03-31"}])
    live = Legacy(bench.legacy.caller, training=0).login()

    assert bench.legacy.refused("sale_dispense", **bench.legacy.sale(card_key=live.key()))[0] == "602"


def test_one_counter_serves_both_data_sets_and_all_companies(bench: BiotrackBench) -> None:
    other = bench.legacy.login(ubi=OTHER_UBI)
    live = Legacy(bench.legacy.caller, training=0).login()
    numbers = [
        int(each.done("vehicle_add", vehicle_id=9)["transactionid"]) for each in (bench.legacy, other, live)
    ]

    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


def test_a_nonce_stops_no_second_sale_and_replay_gives_the_last(bench: BiotrackBench) -> None:
    first = bench.legacy.sell(nonce="N1")
    bench.move(NOON + 5)
    second = bench.legacy.sell(nonce="N1")

    assert first != second
    assert len(bench.sales()) == 2
    answer = {"success": 1, "transactionid": second, "sessiontime": NOON + 5}
    bench.move(NOON + 900)
    assert bench.legacy.call("nonce_replay", nonce="N1") == answer
    assert bench.legacy.login().call("nonce_replay", nonce="N1") == answer


def test_a_replay_is_the_stored_body_byte_by_byte(bench: BiotrackBench) -> None:
    reply = bench.legacy.send("sale_dispense", **bench.legacy.sale(nonce="N1"))

    assert bench.legacy.send("nonce_replay", nonce="N1").body == reply.body


def test_a_refusal_stores_nothing_under_its_nonce(bench: BiotrackBench) -> None:
    sale = bench.legacy.sale(sold(quantity=1000), nonce="N1")
    before = counter(bench)

    assert bench.legacy.refused("sale_dispense", **sale)[0] == "202"
    assert bench.legacy.refused("nonce_replay", nonce="N1")[0] == "602"
    assert (counter(bench), bench.legacy.stock(FLOWER)) == (before, 50)


def test_a_nonce_on_a_read_is_ignored(bench: BiotrackBench) -> None:
    bench.legacy.done("card_lookup", card_id=CARD, nonce="N1")
    bench.legacy.done("sync_sale", nonce="N1")

    assert bench.legacy.refused("nonce_replay", nonce="N1")[0] == "602"


def test_a_nonce_is_the_companys_own(bench: BiotrackBench) -> None:
    bench.legacy.sell(nonce="N1")

    assert bench.legacy.login(ubi=OTHER_UBI).refused("nonce_replay", nonce="N1")[0] == "602"


def test_a_replay_needs_a_nonce(bench: BiotrackBench) -> None:
    assert bench.legacy.refused("nonce_replay")[0] == "602"


def test_replay_may_be_unknown(bench: BiotrackBench) -> None:
    bench.legacy.sell(nonce="N1")
    bench.settings(nonce_replay=False)

    assert bench.legacy.refused("nonce_replay", nonce="N1")[0] == "62"


def test_no_password_key_or_session_is_kept_in_the_journal(bench: BiotrackBench) -> None:
    key = bench.legacy.key()
    bench.legacy.sell(card_key=key)
    bench.legacy.done("user_add", new_username="u", new_password="very-secret")

    kept = to_json(bench.transactions()).decode()
    assert CARD in kept
    assert not [each for each in (key, PASSWORD, "very-secret", bench.legacy.sessionid) if each in kept]
