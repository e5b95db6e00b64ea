"""Two ledgers side by side: the store's reports, and what BioTrack's sandbox says that it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pos_desktop.domain.instant import SECOND_US, Instant
from pos_desktop.domain.outbox import OutboxItem, OutboxState
from pos_desktop.training.demonstration.comparison import biotrack_in_force, compare_biotrack

SECOND = 1_795_366_800
AGREED: dict[str, list[str]] = {"missing": [], "double": [], "foreign": [], "different": []}


def report(n: int = 1) -> OutboxItem:
    number = f"SS-R1-1-{n:07d}"
    document = {
        "external": number,
        "sold_at_us": SECOND * SECOND_US + 999_999,
        "patient": "7001",
        "lines": [{"tag": "0990008000000045", "unit": "each", "quantity": 2, "amount_cents": 705}],
    }
    return OutboxItem(
        id=f"id-{n}", license="L", kind="sale", aggregate="P", sale_id=f"S{n}", natural_key=number,
        payload=json.dumps(document).encode(), payload_sha256="", state=OutboxState.CONFIRMED, attempts=0,
        created_at=Instant(SECOND * SECOND_US),
    )  # fmt: skip


def held(n: int = 1, **more: Any) -> dict[str, Any]:
    row = {"inventoryid": "0990008000000045", "quantity": "2", "price": "7.05", "refunded": None}
    return {
        "transactionid": "48001", "training": 1, "voided": None, "sale_time": SECOND, "card_id": "7001",
        "nonce": f"id-{n}", "terminal_id": f"SS-R1-1-{n:07d}", "rows": [row], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    "sale",
    [
        held(),
        held(nonce=None, RequestID="id-1", ExternalID="SS-R1-1-0000001"),
        held(terminal_id="SS-R1"),
        held(terminal_id=None),
    ],
)
def test_one_sale_told_alike(sale: dict[str, Any]) -> None:
    assert compare_biotrack([report()], [sale]) == AGREED


@pytest.mark.parametrize(
    "wrong",
    [
        {"sale_time": SECOND + 1},
        {"card_id": "7002"},
        {"card_id": None},
        {"terminal_id": "SS-R2"},
        {"rows": []},
        {"rows": [{**held()["rows"][0], "inventoryid": "990008000000045"}]},
        {"rows": [{**held()["rows"][0], "quantity": "1"}]},
        {"rows": [{**held()["rows"][0], "price": "7.06"}]},
        {"rows": [*held()["rows"], {**held()["rows"][0], "refunded": "1"}]},
    ],
)
def test_any_other_field_is_different(wrong: dict[str, Any]) -> None:
    assert compare_biotrack([report()], [held(**wrong)]) == {**AGREED, "different": ["SS-R1-1-0000001"]}


def test_missing_double_and_foreign() -> None:
    twice = [held(2), held(2, transactionid="48002"), held(3, nonce="another")]
    assert compare_biotrack([report(1), report(2)], twice) == {
        "missing": ["SS-R1-1-0000001"],
        "double": ["SS-R1-1-0000002"],
        "foreign": ["SS-R1-1-0000003"],
        "different": [],
    }
    nameless = held(4, nonce=None, terminal_id=None)
    assert compare_biotrack([], [nameless])["foreign"] == ["transaction 48001"]


def test_what_is_voided_or_of_the_live_data_set_does_not_count() -> None:
    others = [held(voided="48002"), held(training=0)]
    assert compare_biotrack([], others) == AGREED
    assert biotrack_in_force([*others, held()]) == 1
