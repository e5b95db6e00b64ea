"""BioTrack's answers in every dress, its profiles and its table of types, without a socket."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.figure import ClassOunces, StateRow, figure_from_rows
from pos_desktop.domain.limits.model import Category
from pos_desktop.domain.limits.pack import parse_pack
from pos_desktop.domain.mass import OUNCE_MG
from pos_desktop.sync.biotrack import legacy, v3
from pos_desktop.sync.biotrack.answers import Verdict
from pos_desktop.sync.biotrack.profile import Generation, load_profile, load_profiles, read_profiles
from pos_desktop.sync.biotrack.reading import (
    barcode,
    document_of,
    flag,
    number_of,
    rows,
    second,
    split_day,
    text,
    whole,
)
from pos_desktop.sync.biotrack.types import TypeTable
from pos_desktop.sync.biotrack.wire import register_of
from pos_desktop.sync.web import Failure, Reply

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


@pytest.mark.parametrize(
    "glued",
    [
        b"",
        b"Content-Type: text/plain",
        b"Content-Type: text/plain\r\n\r\n",
        b"content-type: TEXT/PLAIN; charset=utf-8\n\n",
        b"\xef\xbb\xbf",
        b" \r\n",
    ],
)
def test_a_glued_header_is_taken_off(glued: bytes) -> None:
    assert document_of(glued + b'{"success": 1}\r\n') == {"success": 1}


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"1", b"<html>", b'{"success": 1', b"\xff\xfe"])
def test_what_is_no_object_is_none(body: bytes) -> None:
    assert document_of(body) is None


@given(st.binary(max_size=60))
def test_no_body_is_too_odd_to_be_read(body: bytes) -> None:
    assert document_of(body) is None or isinstance(document_of(body), dict)


@pytest.mark.parametrize(
    ("value", "meant"),
    [(1, True), ("1", True), (True, True), ("true", True), (0, False), ("0", False), (" 0 ", False), (Decimal(1), True),
     (None, None), ("", None), (2, None), ("yes", None), ([], None)],
)  # fmt: skip
def test_a_flag_in_any_form(value: Any, meant: bool | None) -> None:
    assert flag(value) is meant


@pytest.mark.parametrize(
    ("value", "meant"),
    [(63, 63), ("63", 63), (Decimal("63.0"), 63), ("63.5", None), ("x", None), (None, None)],
)
def test_a_whole_number_in_any_form(value: Any, meant: int | None) -> None:
    assert whole(value) == meant


@given(st.integers(0, 10**16 - 1))
def test_an_identifier_survives_being_a_number(number: int) -> None:
    assert barcode(number) == barcode(f"{number:016d}") == f"{number:016d}"


@pytest.mark.parametrize("value", ["123", "", None, 10**16, -1, 1.5, "١" * 16, True, "12345678901234567"])
def test_what_is_no_identifier_is_none(value: Any) -> None:
    assert barcode(value) == ""


def test_lists_dates_times_and_texts() -> None:
    assert rows(None) == rows("x") == rows([1]) == []
    assert rows({"a": 1}) == rows([{"a": 1}]) == [{"a": 1}]
    assert split_day({"year": "2027", "month": "03", "day": "31"}) == date(2027, 3, 31)
    assert split_day({"Year": 2027, "Month": 3, "Day": 31}) == split_day("2027-03-31") == date(2027, 3, 31)
    assert split_day({"year": "0", "month": "13", "day": ""}) is split_day(None) is split_day("soon") is None
    assert second("1795396800") == Instant(1_795_396_800_000_000)
    assert second(0) is second("12") is second(10**12) is second(None) is None
    assert (text(None), text(Decimal("61.250")), text(5), text([])) == ("", "61.250", "5", "")
    assert (number_of("0048120"), number_of(0), number_of("-1"), number_of("x")) == ("48120", "", "", "")


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, {"success": 1}, Verdict.ACCEPTED),
        (200, {"success": "1"}, Verdict.ACCEPTED),
        (200, {"success": 0, "error": "x"}, Verdict.REFUSED),
        (200, {"success": "0"}, Verdict.REFUSED),
        (200, {}, Verdict.UNKNOWN),
        (200, {"success": "maybe"}, Verdict.UNKNOWN),
        (201, {"success": 1}, Verdict.UNKNOWN),
        (400, {"success": 0, "error": "x"}, Verdict.UNKNOWN),
        (429, {"success": 0}, Verdict.UNKNOWN),
        (500, {"success": 1}, Verdict.UNKNOWN),
    ],
)
def test_legacy_says_yes_and_no_with_200_only(status: int, body: Any, verdict: Verdict) -> None:
    assert legacy.read(Reply(status, json.dumps(body).encode())).verdict is verdict


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, {"TransactionID": 1}, Verdict.ACCEPTED),
        (400, {"Error": "x"}, Verdict.REFUSED),
        (429, {"Error": "x"}, Verdict.REFUSED),
        (400, {"Message": "x"}, Verdict.UNKNOWN),
        (408, {"Error": "x"}, Verdict.UNKNOWN),
        (500, {"Error": "x"}, Verdict.UNKNOWN),
        (302, {}, Verdict.UNKNOWN),
    ],
)
def test_v3_says_no_with_4xx_and_an_error(status: int, body: Any, verdict: Verdict) -> None:
    assert v3.read(Reply(status, json.dumps(body).encode())).verdict is verdict


@pytest.mark.parametrize("read", [legacy.read, v3.read])
def test_what_was_not_written_was_not_sent(read: Any) -> None:
    assert read(Reply(failure=Failure.NOT_SENT)).verdict is Verdict.NOT_SENT
    assert read(Reply(failure=Failure.UNTRUSTED)).verdict is Verdict.NOT_SENT
    assert read(Reply(failure=Failure.NO_ANSWER)).verdict is Verdict.UNKNOWN
    assert read(Reply(status=200, failure=Failure.TOO_LARGE)).verdict is Verdict.UNKNOWN


def test_a_token_that_is_none_claims_nothing() -> None:
    assert v3._claims("x") == v3._claims("a.b.c") == v3._claims("a.€.c") == {}


# ---- profiles and types


def test_shipped_profiles_can_be_read() -> None:
    profiles = load_profiles(RESOURCES / "biotrack-profiles.toml")
    assert profiles["standard"].limit_unit == ""
    assert profiles["nm-v3"].generation is Generation.V3
    assert profiles["nm-v3"].card_fields["card_key"] == ("CardKey",)
    named = [programme for each in profiles.values() for programme in each.programmes]
    assert len(named) == len(set(named))
    for programme in named:
        assert (RESOURCES / "programmes" / f"{programme}.toml").exists()


def test_a_profile_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(BadInput, match="standard"):
        load_profile(RESOURCES / "biotrack-profiles.toml", "us-zz")


@pytest.mark.parametrize(
    "broken",
    [
        {"schema": "biotrack-profiles/2", "profile": []},
        {"schema": "biotrack-profiles/1", "profile": [{"id": "a"}, {"id": "a"}]},
        {"schema": "biotrack-profiles/1", "profile": [{"id": "a", "colour": "red"}]},
        {"schema": "biotrack-profiles/1", "profile": [{"id": "a", "auth": "token"}]},
        {"schema": "biotrack-profiles/1", "profile": [{"id": "a", "limit_unit": "g"}]},
        {"schema": "biotrack-profiles/1", "profile": [{"id": "a", "limit_unit": "stone", "limit_days": 9}]},
        {"schema": "biotrack-profiles/1", "profile": [{"id": "a", "card_fields": {"key": ["x"]}}]},
    ],
)
def test_a_broken_profile_is_not_read(broken: Any) -> None:
    with pytest.raises(ValueError, match=r"profile|token"):
        read_profiles(broken)


def test_the_types_of_the_contract_are_all_named() -> None:
    types = TypeTable.load(RESOURCES / "biotrack-types.toml")
    listed = (5, 6, 7, 10, 11, 12, 13, *range(15, 29), 30, 31, 32)
    assert all(types.find(str(code)) for code in listed)
    flower = types.find("28")
    assert flower is not None
    assert flower.ours is Category.FLOWER
    assert types.find(99) is types.find("x") is types.find(None) is None


@pytest.mark.parametrize(
    "broken",
    [
        {"schema": "biotrack-types/2", "type": []},
        {"schema": "biotrack-types/1", "type": [{"code": 1, "name": "a"}, {"code": 1, "name": "b"}]},
        {"schema": "biotrack-types/1", "type": [{"code": 1, "name": "a", "ours": "gold"}]},
    ],
)
def test_a_broken_table_of_types_is_not_read(broken: Any) -> None:
    with pytest.raises(ValueError, match=r"table|twice|gold"):
        TypeTable.read(broken)


def test_the_register_of_a_sales_number() -> None:
    assert register_of("ST01-R1-1-0000481") == "ST01-R1"


# ---- the state's figure


def test_a_figure_in_units_only_lowers() -> None:
    """New Mexico counts a unit as a gram of flower; what the state has left becomes the pool's own thousandths."""
    pack = (RESOURCES / "programmes" / "us-nm-medical.toml").read_text(encoding="utf-8")
    programme = parse_pack(pack, "us-nm-medical")
    noon = Instant.parse("2026-11-24T19:00:00Z")

    def figure(units: str) -> Any:
        left = Fraction(units) * 1_000 / OUNCE_MG
        row = StateRow(Fraction(90), ClassOunces(max(left, Fraction(1)), Fraction(0), left))
        return figure_from_rows(programme, (row,), noon, noon).available

    assert figure("229.49762") == {"ninety": 229_497}
    assert figure("0") == {"ninety": 0}
    assert figure_from_rows(programme, (), noon, noon).available == {}
