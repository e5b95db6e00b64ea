"""The REST API "v3": contract section 5."""

import base64
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.biotrack_sandbox import (
    BOUND,
    CARD,
    FLOWER,
    FOREIGN,
    LOCATION,
    NAME,
    NOON,
    OTHER_LOCATION,
    PASSWORD,
    SECOND_LOCATION,
    SECOND_SHOP,
    STOPPED,
    UBI,
    UNLIMITED,
    BiotrackBench,
    Legacy,
    Rest,
    biotrack,
)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[BiotrackBench]:
    with biotrack(tmp_path) as started:
        yield started


@pytest.fixture
def rest(bench: BiotrackBench) -> Rest:
    return bench.rest()


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def item(**changes: Any) -> dict[str, Any]:
    given = {"Barcode": FLOWER, "Quantity": 1, "Price": 35, "Tax": {"Excise": 0, "Other": 0}, **changes}
    return {name: value for name, value in given.items() if value is not ...}


def test_a_login_yields_a_token_with_its_claims(rest: Rest) -> None:
    found = claims(rest.token)

    assert (found["exp"], found["orgid"], found["username"]) == (NOON + 7 * 86_400, UBI, NAME)
    assert (found["authorized"], found["readonly"], found["training"]) == (True, False, True)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Password": "x"}, 401),
        ({"UBI": LOCATION}, 401),
        ({"UBI": 999000800}, 400),
        ({"Username": ""}, 400),
        ({"training": True}, 400),
    ],
)
def test_a_login_that_is_wrong(bench: BiotrackBench, changes: dict[str, Any], status: int) -> None:
    given = {"UBI": UBI, "Username": NAME, "Password": PASSWORD, **changes}
    reply = Rest(bench.legacy.caller).send("/v1/login", given)

    assert (reply.status, list(reply.json)) == (status, ["Error"])


def test_the_heart_beats_without_a_token(bench: BiotrackBench) -> None:
    assert Rest(bench.legacy.caller).send("/heartbeat", None, "GET").json == {"Status": "success"}


@pytest.mark.parametrize("path", ["/v1/patient/lookup", "/v1/dispense"])
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic {}", "{}"])
def test_without_a_good_token_nothing_opens(bench: BiotrackBench, rest: Rest, path: str, header: str) -> None:
    reply = Rest(bench.legacy.caller).send(path, rest.sale(), Authorization=header.format(rest.token))

    assert (reply.status, list(reply.json), bench.sales()) == (401, ["Error"], [])


def test_a_token_lasts_seven_days_and_is_none_of_the_legacy_endpoint(
    bench: BiotrackBench, rest: Rest
) -> None:
    assert Legacy(bench.legacy.caller, rest.token).refused("sync_sale")[0] == "63"
    with_session = Rest(bench.legacy.caller, bench.legacy.sessionid)
    assert with_session.send("/v1/patient/lookup", {}).status == 401
    bench.move(NOON + 7 * 86_400 - 1)
    assert rest.key()
    bench.move(NOON + 7 * 86_400)
    assert rest.send("/v1/patient/lookup", {"CardID": CARD, "LocationLicense": LOCATION}).status == 401


def test_a_right_that_is_lacking(bench: BiotrackBench) -> None:
    bench.seed(users=[{"ubi": UBI, "username": BOUND, "password": "x", "privileges": ["card_lookup"]}])
    clerk = Rest(bench.legacy.caller).login(BOUND, "x")

    assert clerk.key()
    assert clerk.sell().status == 401


def test_a_patient_is_looked_up(rest: Rest) -> None:
    answer = rest.send("/v1/patient/lookup", {"CardID": CARD, "LocationLicense": LOCATION}).json

    found = claims(answer.pop("CardKey"))
    assert (found["cardid"], found["location"], found["orgid"], found["exp"]) == (
        CARD,
        LOCATION,
        UBI,
        NOON + 10_800,
    )
    assert answer == {
        "CardActive": True, "CardID": CARD, "CardExpiration": {"Year": "2027", "Month": "03", "Day": "31"},
        "CardLimit": 100, "Privileges": "Qualified Patient (QP)", "Sessiontime": NOON,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"CardID": "X", "LocationLicense": LOCATION}, 404),
        ({"CardID": CARD, "LocationLicense": OTHER_LOCATION}, 400),
        ({"CardID": int(CARD), "LocationLicense": LOCATION}, 400),
        ({"CardID": CARD, "LocationLicense": int(LOCATION)}, 400),
        ({"CardID": CARD}, 400),
        ({"cardid": CARD, "LocationLicense": LOCATION}, 400),
        ([], 400),
    ],
)
def test_a_lookup_that_is_wrong(rest: Rest, members: Any, status: int) -> None:
    reply = rest.send("/v1/patient/lookup", members)

    assert (reply.status, list(reply.json)) == (status, ["Error"])


def test_a_dispense_is_one_transaction_seen_on_the_legacy_endpoint(bench: BiotrackBench, rest: Rest) -> None:
    answer = rest.sell().json

    number = answer["TransactionID"]
    assert answer == {"TransactionID": number, "RequestID": "R-1", "ExternalID": "S-000481"}
    [row] = bench.legacy.done("sync_sale")["sale"]
    assert (row["inventoryid"], row["quantity"], row["price"], row["terminal_id"], row["transactionid"]) == (
        FLOWER, "2", "70.0", "REG-2", number,
    )  # fmt: skip
    assert row["sessiontime"] == str(NOON - 120)
    assert (bench.legacy.stock(FLOWER), bench.legacy.left()) == (48, 93)
    [sale] = bench.sales()
    assert (sale["RequestID"], sale["ExternalID"], sale["Tax"]) == (
        "R-1", "S-000481", [{"Excise": 0, "Other": Decimal("5.6")}],
    )  # fmt: skip
    assert bench.legacy.done("sale_void", transactionid=number)
    assert bench.legacy.left() == 100


REFUSED: dict[str, dict[str, Any]] = {
    "offset without colon": {"Datetime": "2026-11-22T11:58:00-0500"},
    "hour-only offset": {"Datetime": "2026-11-22T11:58:00-05"},
    "no offset": {"Datetime": "2026-11-22T11:58:00"},
    "fractions": {"Datetime": "2026-11-22T11:58:00.5Z"},
    "no such day": {"Datetime": "2026-02-30T11:58:00Z"},
    "epoch seconds": {"Datetime": NOON},
    "ahead": {"Datetime": "2026-11-22T12:01:01-05:00"},
    "another type": {"Type": "Medical"},
    "no request id": {"RequestID": None},
    "request id as a number": {"RequestID": 1},
    "place as a number": {"LocationLicense": int(LOCATION)},
    "another company's place": {"LocationLicense": OTHER_LOCATION},
    "our other place": {"LocationLicense": SECOND_LOCATION},
    "no key": {"PatientCardKey": None},
    "unknown key": {"PatientCardKey": "a.b.c"},
    "no items": {"Items": []},
    "items as an object": {"Items": item()},
    "quantity as text": {"Items": [item(Quantity="1")]},
    "price as text": {"Items": [item(Price="35.00")]},
    "tax as text": {"Items": [item(Tax={"Excise": "0", "Other": 0})]},
    "no tax": {"Items": [item(Tax=...)]},
    "half a tax": {"Items": [item(Tax={"Excise": 0})]},
    "barcode as a number": {"Items": [item(Barcode=int(FLOWER))]},
    "foreign barcode": {"Items": [item(Barcode=FOREIGN)]},
    "barcode of another place": {"Items": [item(Barcode=SECOND_SHOP)]},
    "part of a piece": {"Items": [item(Quantity=Decimal("0.5"))]},
    "too many": {"Items": [item(Quantity=51)]},
    "price below zero": {"Items": [item(Price=-1)]},
    "unknown member": {"items": []},
    "unknown member of an item": {"Items": [item(ItemNumber=0)]},
    "above the limit": {"Items": [item(Quantity=29)]},
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_dispense_with_something_wrong_stores_nothing(bench: BiotrackBench, rest: Rest, name: str) -> None:
    before = len(bench.transactions())
    reply = rest.sell(**REFUSED[name])

    assert (reply.status, list(reply.json)) == (400, ["Error"])
    assert (bench.sales(), len(bench.transactions()), bench.legacy.stock(FLOWER)) == ([], before, 50)


def test_utc_may_be_written_as_z(bench: BiotrackBench, rest: Rest) -> None:
    assert rest.sell(Datetime="2026-11-22T16:58:00Z").status == 200
    assert bench.sales()[0]["sale_time"] == NOON - 120


@pytest.mark.parametrize("kind", ["text/JSON", "text/plain", ""])
def test_another_content_type_is_refused(rest: Rest, kind: str) -> None:
    assert rest.send("/v1/dispense", rest.sale(), Content_Type=kind).status == 400


def test_a_key_lasts_three_hours(bench: BiotrackBench, rest: Rest) -> None:
    key = rest.key()
    bench.move(NOON + 10_799)
    assert rest.sell(PatientCardKey=key).status == 200
    bench.move(NOON + 10_800)
    assert rest.sell(PatientCardKey=key).status == 400
    assert rest.sell().status == 200


def test_a_key_is_of_one_place_one_card_and_one_api(bench: BiotrackBench, rest: Rest) -> None:
    for key in (rest.key(location=SECOND_LOCATION), bench.legacy.key(), rest.key(STOPPED)):
        assert rest.sell(PatientCardKey=key).status == 400
    assert bench.legacy.refused("sale_dispense", **bench.legacy.sale(card_key=rest.key()))[0] == "602"
    assert rest.sell(PatientCardKey=rest.key(UNLIMITED)).status == 200


def test_a_sale_without_a_card_needs_its_own_type(bench: BiotrackBench, rest: Rest) -> None:
    assert rest.sell(Type="RECREATIONAL", PatientCardKey=None).status == 200
    assert bench.legacy.left() == 100


def test_an_equal_request_id_is_a_second_sale(bench: BiotrackBench, rest: Rest) -> None:
    first, second = rest.sell(), rest.sell()

    assert first.json["TransactionID"] != second.json["TransactionID"]
    assert len(bench.sales()) == 2


def test_an_equal_request_id_may_be_replayed_or_refused(bench: BiotrackBench, rest: Rest) -> None:
    first = rest.sell()
    bench.settings(request_id_policy="replay")
    again = rest.sell()
    bench.settings(request_id_policy="reject")
    refused = rest.sell()

    assert (again.status, again.body, refused.status) == (200, first.body, 409)
    assert len(bench.sales()) == 1
    assert rest.sell(RequestID="R-2").status == 200


def test_the_paths_may_be_absent_and_have_one_method(bench: BiotrackBench, rest: Rest) -> None:
    assert rest.send("/v1/dispense", None, "GET").status == 405
    assert rest.send("/v1/dispense/1/void", {}).status == 404
    bench.settings(rest=False)
    assert rest.send("/v1/dispense", {}).status == 404
