"""Windows, pages and the envelope: contract section 3 and 17 points 2, 3, 12 and 16."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.sandbox import (
    FLOWER,
    NOON,
    OTHER_LICENSE,
    WIDE,
    Sandbox,
    package,
    receipt,
    running,
    seed_document,
)

HOUR_US = 3_600_000_000


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with running(tmp_path) as started:
        yield started


def label(n: int) -> str:
    return f"1A4FF01000000220000{n:05d}"


def ids(sandbox: Sandbox, path: str = "/packages/v2/active", **query: Any) -> list[int]:
    reply = sandbox.metrc.get(path, **query)
    assert reply.status == 200, reply.body
    return [row["Id"] for row in reply.json["Data"]]


@pytest.mark.parametrize(
    "path", ["/packages/v2/active", "/items/v2/active", "/locations/v2/active", "/transfers/v2/incoming"]
)
def test_a_bare_list_shows_only_the_last_24_hours(sandbox: Sandbox, path: str) -> None:
    assert ids(sandbox, path) == []
    assert ids(sandbox, path, **WIDE) != []


def test_a_change_brings_a_package_into_the_bare_list(sandbox: Sandbox) -> None:
    sandbox.metrc.put("/packages/v2/note", [{"PackageLabel": FLOWER, "Note": "moved"}])

    assert len(ids(sandbox)) == 1
    sandbox.server.move_clock(NOON + 24 * HOUR_US - 1, running=False)
    assert len(ids(sandbox)) == 1
    sandbox.server.move_clock(NOON + 24 * HOUR_US + 1, running=False)
    assert ids(sandbox) == []


def test_both_ends_of_a_window_belong_to_it(sandbox: Sandbox) -> None:
    sandbox.metrc.put("/packages/v2/note", [{"PackageLabel": FLOWER, "Note": "moved"}])
    modified = sandbox.metrc.get(f"/packages/v2/{FLOWER}").json["LastModified"]

    assert len(ids(sandbox, lastModifiedStart=modified, lastModifiedEnd=modified)) == 1
    earlier = modified[:26] + str(int(modified[26]) - 1) + modified[27:]
    assert ids(sandbox, lastModifiedStart="2026-04-07T16:00:00Z", lastModifiedEnd=earlier) == []


def test_only_a_start_reaches_to_now_and_only_an_end_goes_back_24_hours(sandbox: Sandbox) -> None:
    assert len(ids(sandbox, lastModifiedStart="2020-01-01T00:00:00Z")) == 3
    assert len(ids(sandbox, lastModifiedEnd="2026-04-05T17:00:00Z")) == 3
    assert ids(sandbox, lastModifiedEnd="2026-04-07T17:00:00Z") == []


@pytest.mark.parametrize(
    "text",
    ["2026-04-08", "2026-04-08T10:00:00", "2026-04-08T10:00:00 00:00", "yesterday", "2026-02-30T00:00:00Z"],
)
@pytest.mark.parametrize("name", ["lastModifiedStart", "lastModifiedEnd"])
def test_a_time_without_offset_or_with_an_unescaped_plus_is_400(
    sandbox: Sandbox, name: str, text: str
) -> None:
    assert sandbox.metrc.get("/packages/v2/active", **{name: text}).status == 400


def test_an_offset_with_an_escaped_plus_is_taken(sandbox: Sandbox) -> None:
    assert ids(sandbox, lastModifiedStart="2026-04-01T00:00:00+02:00") != []


def test_a_window_that_ends_before_it_starts_is_400(sandbox: Sandbox) -> None:
    window = {"lastModifiedStart": "2026-04-08T10:00:00Z", "lastModifiedEnd": "2026-04-08T09:00:00Z"}

    assert sandbox.metrc.get("/packages/v2/active", **window).status == 400


def test_any_width_is_taken_unless_switched(sandbox: Sandbox) -> None:
    day = {"lastModifiedStart": "2026-04-07T16:00:00Z", "lastModifiedEnd": "2026-04-08T16:00:00Z"}
    longer = {**day, "lastModifiedEnd": "2026-04-08T16:00:00.0000001Z"}

    assert sandbox.metrc.get("/packages/v2/active", **WIDE).status == 200
    sandbox.control.put("/__sandbox/settings", {"window_max_hours": 24})
    assert sandbox.metrc.get("/packages/v2/active", **day).status == 200
    assert sandbox.metrc.get("/packages/v2/active", **longer).status == 400
    assert sandbox.metrc.get("/packages/v2/active").status == 200


def test_sales_dates_and_last_modified_do_not_mix(sandbox: Sandbox) -> None:
    sales = {"salesDateStart": "2026-04-08"}

    assert sandbox.metrc.get("/sales/v2/receipts/active", **sales).status == 200
    assert sandbox.metrc.get("/sales/v2/receipts/active", **sales, **WIDE).status == 400


@pytest.mark.parametrize("size", ["0", "21", "-1", "ten", "", "1.0", "9999999999999"])
def test_a_page_size_outside_of_1_to_20_is_400(sandbox: Sandbox, size: str) -> None:
    assert sandbox.metrc.get("/packages/v2/active", pageNumber=1, pageSize=size).status == 400


@pytest.mark.parametrize("number", ["0", "-1", "x"])
def test_a_page_number_below_1_is_400(sandbox: Sandbox, number: str) -> None:
    assert sandbox.metrc.get("/packages/v2/active", pageNumber=number, pageSize=5).status == 400


def many(count: int) -> dict[str, Any]:
    return seed_document(packages=[package(label(n), "Sample Flower", "1") for n in range(count)])


def test_pages_cover_everything_once_and_the_envelope_counts(tmp_path: Path) -> None:
    with running(tmp_path, many(45)) as sandbox:
        replies = [
            sandbox.metrc.get("/packages/v2/active", **WIDE, pageNumber=n, pageSize=20).json
            for n in range(1, 5)
        ]

    assert [len(reply["Data"]) for reply in replies] == [20, 20, 5, 0]
    assert len({row["Label"] for reply in replies for row in reply["Data"]}) == 45
    for n, reply in enumerate(replies, 1):
        assert {name: reply[name] for name in reply if name != "Data"} == {
            "Total": 45, "TotalRecords": 45, "PageSize": 20, "RecordsOnPage": len(reply["Data"]), "Page": n,
            "CurrentPage": n, "TotalPages": 3,
        }  # fmt: skip


def test_without_paging_all_rows_come_or_only_some_where_switched(tmp_path: Path) -> None:
    with running(tmp_path, many(45)) as sandbox:
        whole = sandbox.metrc.get("/packages/v2/active", **WIDE).json
        sandbox.control.put("/__sandbox/settings", {"unpaged_rows": 20})
        some = sandbox.metrc.get("/packages/v2/active", **WIDE).json

    assert (len(whole["Data"]), whole["PageSize"], whole["TotalPages"]) == (45, 45, 1)
    assert (len(some["Data"]), some["TotalRecords"]) == (20, 45)


def test_an_empty_list_has_no_pages(sandbox: Sandbox) -> None:
    for query in ({}, {"pageNumber": 1, "pageSize": 20}):
        reply = sandbox.metrc.get("/sales/v2/receipts/active", **query).json
        assert (reply["Data"], reply["Total"], reply["TotalPages"]) == ([], 0, 0)


def test_receipts_in_lists_have_no_transactions(sandbox: Sandbox) -> None:
    sandbox.metrc.post("/sales/v2/receipts", [receipt()])
    listed = sandbox.metrc.get("/sales/v2/receipts/active", **WIDE).json["Data"][0]

    assert (listed["Transactions"], listed["TotalPackages"], listed["TotalPrice"]) == ([], 1, Decimal("38.5"))
    assert len(sandbox.metrc.get(f"/sales/v2/receipts/{listed['Id']}").json["Transactions"]) == 1


def test_last_modified_has_seven_fraction_digits(sandbox: Sandbox) -> None:
    sandbox.metrc.post("/sales/v2/receipts", [receipt()])
    row = sandbox.metrc.get("/sales/v2/receipts/active").json["Data"][0]

    for name in ("LastModified", "RecordedDateTime"):
        assert re.fullmatch(r"2026-04-08T16:00:00\.\d{6}[1-9]\+00:00", row[name])


def test_lists_without_a_window_are_always_whole(sandbox: Sandbox) -> None:
    for path in ("/employees/v2", "/items/v2/categories", "/packages/v2/adjust/reasons"):
        reply = sandbox.metrc.get(path, pageNumber=1, pageSize=20)
        assert reply.json["TotalRecords"] > 0


def test_another_license_has_lists_of_its_own(sandbox: Sandbox) -> None:
    own = sandbox.metrc.get("/packages/v2/active", **WIDE).json["Data"]
    other = sandbox.metrc.get("/packages/v2/active", **WIDE, licenseNumber=OTHER_LICENSE).json["Data"]

    assert not {row["Label"] for row in own} & {row["Label"] for row in other}
    assert len(other) == 1
