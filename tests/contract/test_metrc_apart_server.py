"""The service that was written apart is as strict as the wire contract; numbers are the contract's sections."""

from __future__ import annotations

import gzip
import json
import urllib.request
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.fixtures.metrc_apart import Clock, Limits, MetrcApart, Rules
from tests.fixtures.metrc_apart.bench import (
    EACH,
    ELSEWHERE,
    FOREIGN,
    GRAMS,
    HOME,
    NOW,
    OTHER,
    Caller,
    basic,
    changed,
    line,
    opened,
    sale,
)

RECEIPTS = "/sales/v2/receipts"


@pytest.fixture
def service() -> Iterator[MetrcApart]:
    with opened() as running:
        yield running


@pytest.fixture
def caller(service: MetrcApart) -> Caller:
    return Caller(service)


def messages(said: Any) -> list[str]:
    """The messages of a 400 list (4.1)."""
    assert said.status == 400, said
    return [row["message"] for row in said.json]


# -- 1: transport, keys, license ---------------------------------------------------------------------


def test_a_wrong_pair_of_keys_is_401_with_an_empty_body(caller: Caller) -> None:
    """17, 1."""
    for header in (basic("sample-vendor-key", "nobody"), basic("nobody", "sample-user-key-1"), "Bearer x"):
        said = caller.ask("GET", "/facilities/v2", headers={"Authorization": header})
        assert (said.status, said.raw) == (401, b"")


def test_facilities_are_a_bare_array_and_need_no_license(caller: Caller) -> None:
    """6.1 and 1.1: the collection path is taken with and without a slash."""
    for path in ("/facilities/v2", "/facilities/v2/"):
        said = caller.get(path, None)
        assert [one["License"]["Number"] for one in said.json] == [HOME, OTHER]
        assert said.json[0]["FacilityType"]["AdvancedSales"] is True


def test_paths_and_names_have_one_case(caller: Caller) -> None:
    """1: paths are lower case and names are PascalCase, anything else is refused."""
    assert caller.get("/Facilities/v2", None).status == 404
    assert caller.get("/packages/v2/active", None, licensenumber=HOME).status == 400
    small = {**changed(sale(), "SalesDateTime"), "salesDateTime": "2026-04-09T14:30:00.000"}
    assert len(messages(caller.sell(small))) == 2


@pytest.mark.parametrize("number", [FOREIGN, "NO-SUCH-LICENSE"])
def test_a_license_of_others_is_401(caller: Caller, number: str) -> None:
    """17, 1."""
    assert caller.get("/packages/v2/active", number).status == 401


def test_a_record_of_another_license_is_401_and_none_at_all_is_404(caller: Caller) -> None:
    """1.2: without a license the record is searched in all facilities of the user."""
    assert caller.get(f"/packages/v2/{ELSEWHERE}").status == 401
    assert caller.get(f"/packages/v2/{ELSEWHERE}", None).json["Label"] == ELSEWHERE
    assert caller.get("/packages/v2/1A4SAMPLE00000000000NONE").status == 404
    assert caller.get("/packages/v2/active", None).status == 400


def test_a_missing_right_is_401() -> None:
    """1.1."""
    with opened(employees=[{"name": "A", "without": ["Lookup Patients", "Manage Sales"]}]) as service:
        caller = Caller(service)
        assert caller.get("/patients/v2/statuses/PT-1").status == 401
        assert caller.sell(sale()).status == 401
        assert caller.get(f"{RECEIPTS}/active").status == 200


def test_without_advanced_sales_nothing_is_recorded() -> None:
    """8 and 4.1: the license type does not allow it."""
    with opened() as service:
        service.world.facilities[HOME].flags["AdvancedSales"] = False
        assert Caller(service).sell(sale()).status == 403
        assert service.receipts() == []


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b"[{]", b'"x"', b'[{"Id":1e3}]', b'[{"Id":NaN}]', b'[{"Id":1,"Id":2}]', b"[\xff]"],
    ids=["none", "object", "no rows", "broken", "text", "exponent", "not a number", "twice", "not UTF-8"],
)
def test_a_body_is_an_array_of_objects_in_plain_json(caller: Caller, raw: bytes) -> None:
    """1 and 4.1: a whole-request fault is an object with Message."""
    said = caller.ask("POST", f"{RECEIPTS}?licenseNumber={HOME}", raw=raw)
    assert said.status == 400
    assert list(said.json) == ["Message"]


def test_a_body_says_that_it_is_json(caller: Caller) -> None:
    """1."""
    text = {"Content-Type": "text/plain"}
    assert caller.ask("POST", f"{RECEIPTS}?licenseNumber={HOME}", [sale()], headers=text).status == 400


def test_an_answer_is_packed_for_those_who_accept_it(caller: Caller) -> None:
    """1."""
    said = caller.ask("GET", "/facilities/v2", headers={"Accept-Encoding": "gzip"})
    assert said.headers["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(said.raw))) == 2


def test_a_known_path_with_another_method_is_405_and_an_unknown_one_404(caller: Caller) -> None:
    """4.1."""
    assert caller.get(RECEIPTS).status == 405
    unknown = caller.get("/sales/v3/receipts")
    assert unknown.status == 404
    assert unknown.raw.startswith(b"<html>")


# -- 3: pages and windows ----------------------------------------------------------------------------


def many(count: int) -> list[dict[str, Any]]:
    return [{"label": f"1A4SAMPLE{at:015d}"} for at in range(100, 100 + count)]


def test_a_list_comes_in_pages_of_at_most_twenty() -> None:
    """3.1; without parameters only the first twenty come, as one integrator saw."""
    with opened(packages=many(45)) as service:
        caller, path, seen = Caller(service), "/packages/v2/active", []
        for number in ("1", "2", "3"):
            said = caller.get(path, pageSize="20", pageNumber=number).json
            seen += [row["Label"] for row in said["Data"]]
            assert [said[name] for name in ("Total", "TotalPages", "CurrentPage")] == [45, 3, int(number)]
        assert len(set(seen)) == 45
        assert caller.get(path, pageSize="20", pageNumber="3").json["RecordsOnPage"] == 5
        assert len(caller.get(path).json["Data"]) == 20
        assert caller.get(path, pageSize="20", pageNumber="4").json["Data"] == []
        for size in ("0", "21", "-1", "x", ""):
            assert caller.get(path, pageSize=size).status == 400


def test_without_a_window_only_the_last_day_is_shown() -> None:
    """3.2 and 17, 2: no warning, just fewer rows."""
    old = {"label": GRAMS, "modified": "2026-04-08T18:00:00+00:00"}
    with opened(packages=[old, EACH]) as service:
        caller, path = Caller(service), "/packages/v2/active"
        assert [row["Label"] for row in caller.get(path).json["Data"]] == [EACH]
        window = {"lastModifiedStart": "2026-04-08T12:00:00Z", "lastModifiedEnd": "2026-04-09T12:00:00Z"}
        assert [row["Label"] for row in caller.get(path, **window).json["Data"]] == [GRAMS]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-04-08T18:31:59Z", "2026-04-09T18:32:00Z"),
        ("2026-04-09T19:00:00Z", "2026-04-09T18:00:00Z"),
        ("2026-04-09T10:00:00", "2026-04-09T18:00:00"),
        ("2026-04-09", "2026-04-09"),
        ("2026-04-09T10:00:00Z", None),
    ],
    ids=["too wide", "turned round", "no offset", "days", "no end"],
)
def test_a_window_that_the_service_cannot_use_is_400(caller: Caller, start: str, end: str | None) -> None:
    """3.2 and 2, rule 3."""
    ends = {"lastModifiedStart": start} | ({"lastModifiedEnd": end} if end else {})
    assert "Message" in caller.get("/packages/v2/active", **ends).json


def test_a_plus_that_is_not_encoded_makes_a_wrong_window_without_an_error(caller: Caller) -> None:
    """2, rule 3: the package of 18:00 UTC is in the right window and not in the one that was sent wrongly."""
    path = f"/packages/v2/active?licenseNumber={HOME}"
    wrong = f"{path}&lastModifiedStart=2026-04-09T17:50:00+00:00&lastModifiedEnd=2026-04-09T18:10:00+00:00"
    assert caller.ask("GET", wrong).json["Data"] == []
    assert len(caller.ask("GET", wrong.replace("+", "%2B")).json["Data"]) == 1


def test_sales_dates_are_refused_unless_a_rule_lets_them_in(caller: Caller) -> None:
    """3.3: the reference no longer lists them, and both kinds together are always an error."""
    dates = {"salesDateStart": "2026-04-09T00:00:00.000", "salesDateEnd": "2026-04-09T23:00:00.000"}
    window = {"lastModifiedStart": "2026-04-09T00:00:00Z", "lastModifiedEnd": "2026-04-09T23:00:00Z"}
    assert caller.get(f"{RECEIPTS}/active", **dates).status == 400
    with opened(rules=Rules(sales_date_filter=True)) as service:
        lax = Caller(service)
        lax.sell(sale())
        assert lax.get(f"{RECEIPTS}/active", **dates).json["Total"] == 1
        assert lax.get(f"{RECEIPTS}/active", **dates, **window).status == 400


# -- 4 and 5: writes and limits ----------------------------------------------------------------------


def test_more_than_ten_objects_are_413(caller: Caller, service: MetrcApart) -> None:
    """4 and 17, 4."""
    assert caller.sell(*[sale(line(Quantity=1))] * 11).json == {
        "Message": "The content being submitted is too large"
    }
    assert len(caller.sell(*[sale(line(Quantity=1))] * 10).json["Ids"]) == 10
    assert len(service.receipts()) == 10


def test_one_bad_row_refuses_every_row_and_each_is_named(caller: Caller, service: MetrcApart) -> None:
    """4 and 17, 5."""
    bad = sale(line("1A4SAMPLE00000000000NONE"), line(UnitOfMeasure="g"), PatientLicenseNumber="PT-9")
    said = caller.sell(sale(), bad, sale(), sale(PatientLicenseNumber="PT-3"))
    assert [row["row"] for row in said.json] == [1, 1, 1, 3]
    assert "does not exist in the current Facility" in " ".join(messages(said))
    assert service.receipts() == []
    assert service.package(GRAMS)["Quantity"] == 28


def test_later_rows_see_what_earlier_rows_take(caller: Caller, service: MetrcApart) -> None:
    """4: the batch is judged as a whole."""
    half = sale(line(Quantity=15), PatientLicenseNumber="PT-1")
    assert [row["row"] for row in caller.sell(half, half).json] == [1]
    assert service.package(GRAMS)["Quantity"] == 28


def test_too_many_requests_are_429_with_a_time_to_wait() -> None:
    """5 and 17, 14: the limit belongs to the facility, and to the key for all."""
    clock = Clock.at(NOW)
    with opened(clock=clock, limits=Limits(2, 3, retry_after_s=7, timer=clock.seconds)) as service:
        caller = Caller(service)
        path = "/packages/v2/active"
        assert [caller.get(path).status for _ in range(3)] == [200, 200, 429]
        assert caller.get(path).headers["Retry-After"] == "7"
        assert [caller.get(path, OTHER).status for _ in range(2)] == [200, 429]
        clock.advance(1)
        assert caller.get(path).status == 200


def test_ten_requests_at_once_are_enough_for_a_facility() -> None:
    """5: ten for a facility and thirty for the key, until one of them ends."""
    limits = Limits(timer=lambda: 0.0)
    held = [limits.enter("GET", HOME) for _ in range(10)]
    assert None not in held
    assert limits.enter("GET", HOME) is None
    assert all(limits.enter("GET", None) for _ in range(20))
    assert limits.enter("GET", OTHER) is None
    limits.leave(held[0] or [])
    assert limits.enter("GET", HOME) is not None


def test_the_log_has_every_request_and_what_became_of_it(caller: Caller, service: MetrcApart) -> None:
    caller.sell(sale())
    caller.sell(sale(PatientLicenseNumber="PT-9"))
    assert [(one.method, one.user, one.outcome) for one in service.log()] == [
        ("POST", "Sample Clerk", "done, answered 200"),
        ("POST", "Sample Clerk", "refused, answered 400"),
    ]


# -- 7: people ---------------------------------------------------------------------------------------


def test_a_status_is_up_to_a_minute_old(caller: Caller, service: MetrcApart) -> None:
    """7.1 and 17, 10."""
    path = "/patients/v2/statuses/PT-1"
    assert caller.get(path).json[0]["FlowerOuncesAvailable"] == 2.5
    caller.sell(sale(line(Quantity=28)))
    assert caller.get(path).json[0]["FlowerOuncesAvailable"] == 2.5
    service.clock.advance(60)
    row = json.loads(caller.get(path).raw, parse_float=Decimal)[0]
    assert row["FlowerOuncesAvailable"] == Decimal("1.5123290654")  # 2.5 - 28 / 28.349523125


def test_a_number_is_decoded_and_compared_exactly(caller: Caller) -> None:
    """7.1: an unknown patient is 401 here, the harshest of three readings."""
    assert caller.get("/patients/v2/statuses/PT%2F2").json[0]["PatientLicenseNumber"] == "PT/2"
    assert caller.get("/patients/v2/statuses/pt-1").status == 401
    for rules, status in ((Rules(unknown_patient="404"), 404), (Rules(unknown_patient="empty"), 200)):
        with opened(rules=rules) as service:
            assert Caller(service).get("/patients/v2/statuses/PT-9").status == status


def test_a_caregiver_is_one_object(caller: Caller) -> None:
    """7.2."""
    row = caller.get("/caregivers/v2/status/CG-1").json
    assert (row["Active"], row["Patients"]) == (True, ["PT-1"])


def test_only_the_loopback_hears_the_service(service: MetrcApart) -> None:
    assert service.url.startswith("http://127.0.0.1:")
    with pytest.raises(urllib.request.HTTPError):
        urllib.request.urlopen(f"{service.url}/facilities/v2")
