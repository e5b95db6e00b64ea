"""The report of a sale: one golden document, and what must never be in it."""

from __future__ import annotations

import hashlib
import json
from zoneinfo import ZoneInfo

from pos_desktop.app.reporting import report_document, report_item
from pos_desktop.domain.identity import CaregiverId
from pos_desktop.domain.instant import HOUR_US, Instant
from pos_desktop.domain.journal import canonical
from pos_desktop.domain.money import Money
from pos_desktop.domain.outbox import OutboxState
from tests.fixtures.builders import NOW, jar, package, sale, sale_line, weighing

DETROIT = ZoneInfo("America/Detroit")
SOLD = sale(
    sale_line(jar(), 7_000, 378, weighing=weighing()),
    sale_line(package(1), 2, 456),
    sale_line(jar(), 3_500, 189, weighing=weighing(3_500)),
    sale_line(package(1), 1, 200, price=Money(3_500), amount=Money(3_500)),
)
GOLDEN = (
    '{"caregiver":null,"customer_type":"Patient","external":"ST1-R2-1-0000481","lines":['
    '{"amount_cents":9450,"price_cents":900,"quantity":10500,"tag":"1A4FF0100000022000000050","tax_cents":567,'
    '"tracker_unit":"Grams","unit":"weight"},'
    '{"amount_cents":7600,"price_cents":3800,"quantity":2,"tag":"1A4FF0100000022000000001","tax_cents":456,'
    '"tracker_unit":"Each","unit":"each"},'
    '{"amount_cents":3500,"price_cents":3500,"quantity":1,"tag":"1A4FF0100000022000000001","tax_cents":200,'
    '"tracker_unit":"Each","unit":"each"}],'
    '"local":"2026-11-24T14:32:00.000","patient":"P-1000017","sold_at_us":1795548720000000,"total_cents":20550,"v":1}'
)


def test_the_golden_document() -> None:
    """Written into stores for good: a later version must read what an earlier one wrote."""
    assert canonical(report_document(SOLD, DETROIT)).decode() == GOLDEN


def test_lines_of_one_package_and_price_are_one_and_money_adds_up() -> None:
    told = report_document(SOLD, DETROIT)
    assert sum(each["amount_cents"] for each in told["lines"]) == told["total_cents"] == SOLD.subtotal.cents
    assert sum(each["tax_cents"] for each in told["lines"]) == SOLD.tax.cents


def test_wall_time_is_the_facilitys_on_both_sides_of_the_clock_change() -> None:
    for moment, local in (
        ("2026-11-01T05:30:00Z", "2026-11-01T01:30:00.000"),
        ("2026-11-01T06:30:00Z", "2026-11-01T01:30:00.000"),
        ("2026-03-08T07:30:00Z", "2026-03-08T03:30:00.000"),
    ):
        told = report_document(sale(sold_at=Instant.parse(moment)), DETROIT)
        assert told["local"] == local
        assert told["sold_at_us"] == Instant.parse(moment).utc_us
    assert report_document(sale(), ZoneInfo("America/Phoenix"))["local"] == "2026-11-24T12:32:00.000"


def test_no_name_leaves_the_house() -> None:
    with_caregiver = sale(
        caregiver_id=CaregiverId("c"), caregiver_card="C-2000001", customer_type="Caregiver"
    )
    for each in (SOLD, with_caregiver):
        payload = canonical(report_document(each, DETROIT)).decode()
        assert "Patient 017" not in payload
        assert "Budtender" not in payload
    assert json.loads(canonical(report_document(with_caregiver, DETROIT)))["caregiver"] == "C-2000001"


def test_the_item_waits_from_the_moment_of_the_sale() -> None:
    waiting = report_item(
        SOLD, item_id="id-1", license_number="LIC-1", facility_zone=DETROIT, due_at=NOW.plus_us(24 * HOUR_US)
    )
    assert waiting.payload.decode() == GOLDEN
    assert waiting.payload_sha256 == hashlib.sha256(GOLDEN.encode()).hexdigest()
    assert (waiting.state, waiting.attempts, waiting.created_at) == (OutboxState.QUEUED, 0, NOW)
    assert (waiting.kind, waiting.license, waiting.aggregate) == ("sale", "LIC-1", "patient-17")
    assert (waiting.sale_id, waiting.natural_key) == (SOLD.id, SOLD.external)
    assert waiting.due_at == NOW.plus_us(24 * HOUR_US)


def test_no_duty_without_a_source() -> None:
    waiting = report_item(SOLD, item_id="id-1", license_number="LIC-1", facility_zone=DETROIT, due_at=None)
    assert waiting.due_at is None
