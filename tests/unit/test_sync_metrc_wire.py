"""Exact JSON, units, times, error bodies and outcomes of METRC, without a socket."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import Outcome
from pos_desktop.sync.address import checked_base_url, refuse_unless_loopback
from pos_desktop.sync.hiding import excerpt
from pos_desktop.sync.metrc import classify
from pos_desktop.sync.metrc.client import Failure, Reply
from pos_desktop.sync.metrc.errors import read_complaint, sentence
from pos_desktop.sync.metrc.times import day, moment, wall_second
from pos_desktop.sync.metrc.units import mg_per, weight_on_wire
from pos_desktop.sync.metrc.wire import Wanted, receipt_body
from pos_desktop.sync.numbers import cents, decimal, decode, encode
from tests.fixtures.reports import sample_lines, sample_report

JSON = "application/json"


def line(**changes: Any) -> dict[str, Any]:
    return {**sample_lines()[0], **changes}


# ---- the body of a receipt


def test_the_body_is_an_array_of_one_receipt_with_exact_names() -> None:
    body = receipt_body(sample_report(1, patient="PT-204417").payload)
    [receipt] = json.loads(body)
    assert list(receipt) == [
        "SalesDateTime",
        "ExternalReceiptNumber",
        "SalesCustomerType",
        "PatientLicenseNumber",
        "CaregiverLicenseNumber",
        "IdentificationMethod",
        "PatientRegistrationLocationId",
        "Transactions",
    ]
    assert receipt["SalesDateTime"] == "2026-11-24T09:00:01.000"
    assert receipt["CaregiverLicenseNumber"] is None
    [sold] = receipt["Transactions"]
    assert (sold["PackageLabel"], sold["UnitOfMeasure"]) == ("1A4FFFFFFFFFFFF000000001", "Grams")


def test_money_and_weight_keep_their_decimals_as_numbers() -> None:
    body = receipt_body(sample_report(1).payload).decode()
    assert '"Quantity":3.5,' in body
    assert '"TotalAmount":38.50,' in body
    assert '"SubTotal":38.50,"SalesTax":2.31' in body


@pytest.mark.parametrize(
    ("mg", "unit", "quantity", "sent_unit"),
    [
        (3_500, "Grams", "3.5", "Grams"),
        (1, "Grams", "0.001", "Grams"),
        (10_000_000, "Grams", "10000", "Grams"),
        (1_234_500, "Kilograms", "1.2345", "Kilograms"),
        (1_234_567, "Kilograms", "1234.567", "Grams"),
        (70, "Milligrams", "70", "Milligrams"),
        (28_350, "Ounces", "28.35", "Grams"),
        (453_592, "Pounds", "453.592", "Grams"),
        (3_500, "Furlongs", "3.5", "Grams"),
    ],
)
def test_a_weight_goes_out_in_the_packages_unit_when_that_is_exact(
    mg: int, unit: str, quantity: str, sent_unit: str
) -> None:
    sold = line(quantity=mg, tracker_unit=unit)
    body = receipt_body(sample_report(1, lines=[sold]).payload).decode()
    assert f'"Quantity":{quantity},"UnitOfMeasure":"{sent_unit}"' in body


def test_pieces_go_out_as_each() -> None:
    sold = line(quantity=2, unit="each", tracker_unit="Each")
    assert (
        '"Quantity":2,"UnitOfMeasure":"Each"' in receipt_body(sample_report(1, lines=[sold]).payload).decode()
    )


@given(st.integers(1, 10**12), st.sampled_from(["Grams", "Kilograms", "Milligrams", "Ounces", "Pounds"]))
def test_no_weight_changes_on_the_wire(mg: int, unit: str) -> None:
    quantity, sent_unit = weight_on_wire(mg, unit)
    per = mg_per(sent_unit)
    assert per is not None
    assert Fraction(quantity) * per == mg
    assert re.fullmatch(r"\d+(\.\d{1,4})?", f"{quantity:f}")


def test_a_float_has_no_exact_form() -> None:
    with pytest.raises(TypeError):
        encode([{"Quantity": 0.1 + 0.2}])


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | st.text()
    | st.decimals(-(10**9), 10**9, places=4, allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
))  # fmt: skip
def test_what_is_written_is_read_back(value: Any) -> None:
    assert decode(encode(value)) == value


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[NaN]", b"[Infinity]", b"[" * 100_000, b"[" * 70 + b"]" * 70, b"[1e]"]
)
def test_what_is_no_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode(body)


# ---- numbers and times of answers


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (38, 3800),
        (Decimal("38.5"), 3850),
        ("38.50", 3850),
        (Decimal("38.505"), None),
        (None, None),
        (True, None),
        ("x", None),
        (Decimal("1e999999"), None),
        (Decimal("NaN"), None),
    ],
)
def test_money_of_an_answer(value: Any, read: int | None) -> None:
    assert cents(value) == read


def test_a_number_of_absurd_size_is_none() -> None:
    assert decimal(10**400) is None
    assert decimal(0) == 0


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("2026-04-09T14:32:07.000", "2026-04-09T14:32:07"),
        ("2026-04-09T14:32:07", "2026-04-09T14:32:07"),
        ("2026-04-09T14:32:07.1234567-05:00", "2026-04-09T14:32:07"),
        ("09.04.2026", ""),
        (None, ""),
    ],
)
def test_the_second_of_a_sale(text: Any, second: str) -> None:
    assert wall_second(text) == second


def test_times_with_seven_decimals_and_unset_ones() -> None:
    assert moment("2026-02-08T07:05:59.7441994+00:00") == Instant.parse("2026-02-08T07:05:59.744199+00:00")
    assert moment("2026-02-08T07:05:59Z") == Instant.parse("2026-02-08T07:05:59+00:00")
    assert moment("0001-01-01T00:00:00+00:00") is None
    assert moment("2026-02-08T07:05:59") is None
    assert moment("2026-13-08T07:05:59Z") is None
    assert day("0001-01-01") is None
    assert day("2026-02-30") is None


# ---- error bodies

BODIES: list[tuple[bytes, tuple[str, ...], bool]] = [
    (b'[{"row":0,"message":"Package X is unknown."}]', ("Package X is unknown.",), True),
    (b'[{"row":0,"message":"A."},{"row":0,"message":"B."}]', ("A.", "B."), True),
    (b'{"Message":"No."}', ("No.",), False),
    (b'{"message":"No."}', ("No.",), False),
    (b'["One.","Two."]', ("One.", "Two."), False),
    (b'[{"message":"No row."}]', ("No row.",), False),
    (b"[]", (), False),
    (b"", (), False),
    (b"null", (), False),
    (b"Something broke", ("Something broke",), False),
    (b"<html><style>p{}</style><body><h1>503</h1> Maintenance</body></html>", ("503 Maintenance",), False),
    (b"\xff\xfe\x00", ("\ufffd\ufffd",), False),
]


@pytest.mark.parametrize(("body", "messages", "by_row"), BODIES)
def test_every_error_body_is_read(body: bytes, messages: tuple[str, ...], by_row: bool) -> None:
    complaint = read_complaint(body)
    assert (complaint.messages, complaint.by_row) == (messages, by_row)


@given(st.binary(max_size=300))
def test_reading_an_error_never_raises(body: bytes) -> None:
    read_complaint(body)
    excerpt(body, ["PT-1"])


def test_card_numbers_are_cut_to_their_last_four() -> None:
    body = b'[{"row":0,"message":"Patient pt-204417 or CG-9 unknown; PT-204417."}]'
    people = ("PT-204417", "CG-9", "")
    assert sentence(read_complaint(body), people) == "Patient …4417 or … unknown; …4417."
    assert "204417" not in excerpt(body, people)
    late = b" " * 9_600 + b"PT-204417"
    assert excerpt(late, people) == "…4417"


# ---- outcomes of a POST

ROWS = b'[{"row":0,"message":"No such package."}]'
OBJECT = b'{"Message":"Object reference not set."}'
HTML = b"<html>Sign in</html>"


@pytest.mark.parametrize(
    ("reply", "outcome", "pause"),
    [
        (Reply(200, b'{"Ids":[90412],"Warnings":null}', JSON), Outcome.CONFIRMED, False),
        (Reply(200, b"[90412]", JSON), Outcome.CONFIRMED, False),
        (Reply(201, b'{"Ids":[90412]}', JSON), Outcome.CONFIRMED, False),
        (Reply(200, b'{"Ids":[90412]}', ""), Outcome.CONFIRMED, False),
        (Reply(200, b"", JSON), Outcome.IN_DOUBT, False),
        (Reply(204, b"", ""), Outcome.IN_DOUBT, False),
        (Reply(200, b"null", JSON), Outcome.IN_DOUBT, False),
        (Reply(200, b'{"Ids":[]}', JSON), Outcome.IN_DOUBT, False),
        (Reply(200, b'{"Ids":[1,2]}', JSON), Outcome.IN_DOUBT, False),
        (Reply(200, b'{"Ids":[true]}', JSON), Outcome.IN_DOUBT, False),
        (Reply(200, b'{"Ids":["7"]}', JSON), Outcome.IN_DOUBT, False),
        (Reply(200, b'{"Ids":[904', JSON), Outcome.IN_DOUBT, False),
        (Reply(200, b'{"Ids":[90412]}', "text/html; charset=utf-8"), Outcome.IN_DOUBT, True),
        (Reply(200, HTML, "text/html"), Outcome.IN_DOUBT, True),
        (Reply(302, b"", "text/html"), Outcome.IN_DOUBT, True),
        (Reply(400, ROWS, JSON), Outcome.REFUSED, False),
        (Reply(409, ROWS, JSON), Outcome.REFUSED, False),
        (Reply(422, ROWS, JSON), Outcome.REFUSED, False),
        (Reply(400, OBJECT, JSON), Outcome.IN_DOUBT, False),
        (Reply(400, HTML, "text/html"), Outcome.IN_DOUBT, False),
        (Reply(400, b"", ""), Outcome.IN_DOUBT, False),
        (Reply(401, b"", ""), Outcome.BLOCKED, True),
        (Reply(403, OBJECT, JSON), Outcome.BLOCKED, True),
        (Reply(404, b"", ""), Outcome.BLOCKED, True),
        (Reply(405, b"", ""), Outcome.BLOCKED, True),
        (Reply(408, b"", ""), Outcome.IN_DOUBT, False),
        (Reply(413, OBJECT, JSON), Outcome.REFUSED, False),
        (Reply(425, b"", ""), Outcome.IN_DOUBT, False),
        (Reply(429, b"", "", retry_after_s=7), Outcome.LATER, False),
        (Reply(500, ROWS, JSON), Outcome.IN_DOUBT, False),
        (Reply(502, HTML, "text/html"), Outcome.IN_DOUBT, False),
        (Reply(503, HTML, "text/html", retry_after_s=7), Outcome.IN_DOUBT, False),
        (Reply(failure=Failure.NOT_SENT), Outcome.NOT_SENT, False),
        (Reply(failure=Failure.UNTRUSTED), Outcome.NOT_SENT, True),
        (Reply(failure=Failure.NO_ANSWER), Outcome.IN_DOUBT, False),
        (Reply(200, failure=Failure.TOO_LARGE), Outcome.IN_DOUBT, False),
    ],
)
def test_what_an_answer_means(reply: Reply, outcome: Outcome, pause: bool) -> None:
    result = classify.of_post(reply, ())
    assert (result.outcome, result.pause_lane) == (outcome, pause)
    assert (result.remote_id == "90412") == (outcome is Outcome.CONFIRMED)
    assert bool(result.sentence) == (outcome is not Outcome.CONFIRMED)
    assert result.retry_after_s == (7 if outcome is Outcome.LATER else None)


@pytest.mark.parametrize(
    "warned", ["null", '"Late."', '["Late."]', '[{"Message":"Late."}]', '{"Message":"Late."}']
)
def test_a_warning_is_kept_in_any_shape(warned: str) -> None:
    result = classify.of_post(Reply(200, f'{{"Ids":[7],"Warnings":{warned}}}'.encode(), JSON), ())
    assert result.remote_id == "7"
    assert result.sentence == ("" if warned == "null" else "Late.")


def test_a_refusal_says_what_the_service_said_without_the_card() -> None:
    reply = Reply(400, b'[{"row":0,"message":"Patient PT-204417 is inactive."}]', JSON)
    result = classify.of_post(reply, Wanted.of(sample_report(1, patient="PT-204417").payload).people)
    assert "Patient …4417 is inactive." in result.sentence
    assert "204417" not in result.sentence + result.excerpt


# ---- addresses


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:4010", "http://localhost:1", "http://[::1]:9", "http://127.9.9.9"]
)
def test_this_computer_is_let_through(url: str) -> None:
    refuse_unless_loopback(url)
    assert checked_base_url(url + "/") == url


@pytest.mark.parametrize(
    "url",
    [
        "https://api-mi.metrc.com",
        "http://127.0.0.1.example.org",
        "http://127.0.0.1@example.org",
        "http://example.org#127.0.0.1",
        "http://2130706433",
        "http://0.0.0.0:4010",
        "http://[::ffff:8.8.8.8]",
        "http://localhost.example.org",
        "http://[",
        "",
    ],
)
def test_another_computer_is_refused_to_a_training_store(url: str) -> None:
    with pytest.raises(BadInput, match="only to this computer"):
        refuse_unless_loopback(url)


@pytest.mark.parametrize(
    "url",
    ["ftp://127.0.0.1", "api-mi.metrc.com", "http://example.org", "https://a:b@example.org", "https://x.org?y=1", "http://127.0.0.1:99999"],
)  # fmt: skip
def test_an_address_that_would_show_keys_or_go_nowhere_is_refused(url: str) -> None:
    with pytest.raises(BadInput):
        checked_base_url(url)


def test_half_a_surrogate_pair_is_replaced_so_that_it_can_be_kept() -> None:
    """A service that cuts a name inside an emoji sends one."""
    read = decode(b'{"message":"Sample \\ud83d and \\ud83d\\ude00","k\\udc00":1}')
    assert read == {"message": "Sample \ufffd and \U0001f600", "k\ufffd": 1}
    assert str(read).encode()


def test_a_number_beyond_all_sizes_is_no_json() -> None:
    with pytest.raises(ValueError, match="beyond all sizes"):
        decode(b"[1e99999999999999999999]")
