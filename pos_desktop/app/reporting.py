"""Reports in neutral words: written with the sale or its void, turned into the service's own form when sent."""

from __future__ import annotations

import hashlib
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.domain.instant import Instant
from pos_desktop.domain.journal import canonical
from pos_desktop.domain.outbox import SALE, VOID, OutboxItem, OutboxState
from pos_desktop.domain.people import Person, Right, require
from pos_desktop.domain.sale import Sale


def refuse_unless_sends(by: Person) -> None:
    """Before anything of the store goes to the state or is fetched there. Raises RuleRefusal: not for everybody."""
    require(by, Right.SEND, "Nothing was sent.")


def report_document(sale: Sale, facility_zone: ZoneInfo) -> dict[str, Any]:
    """Shape of the report document (version 1), integers and text only.

    `local` is the facility's wall time without offset, as METRC wants it (metrc contract, section 2); quantities are
    milligrams or pieces by `unit`; equal package and price lines are merged.
    """
    local = sale.sold_at.datetime_in(facility_zone).replace(tzinfo=None)
    return {
        "v": 1,
        "external": sale.external,
        "sold_at_us": sale.sold_at.utc_us,
        "local": local.isoformat(timespec="milliseconds"),
        "customer_type": sale.customer_type,
        "patient": sale.patient_card,
        "caregiver": sale.caregiver_card,
        "total_cents": sale.subtotal.cents,
        "lines": _merged(sale),
    }


def report_item(
    sale: Sale, *, item_id: str, license_number: str, facility_zone: ZoneInfo, due_at: Instant | None
) -> OutboxItem:
    """The outbox item of a sale; `due_at` only where the programme's reporting duty is sourced."""
    payload = canonical(report_document(sale, facility_zone))
    return OutboxItem(
        id=item_id,
        license=license_number,
        kind=SALE,
        aggregate=sale.patient_id,
        sale_id=sale.id,
        natural_key=sale.external,
        payload=payload,
        payload_sha256=hashlib.sha256(payload).hexdigest(),
        state=OutboxState.QUEUED,
        attempts=0,
        created_at=sale.sold_at,
        due_at=due_at,
    )


def void_document(sale: OutboxItem, at: Instant, reason: str, facility_zone: ZoneInfo) -> dict[str, Any]:
    """Shape of a void's document (version 1). `remote_id` is the sale's id at the state, empty while not known."""
    local = at.datetime_in(facility_zone).replace(tzinfo=None)
    return {
        "v": 1,
        "void_of": sale.natural_key,
        "sale_item": sale.id,
        "remote_id": sale.remote_id if sale.state is OutboxState.CONFIRMED else "",
        "reason": reason,
        "at_us": at.utc_us,
        "local": local.isoformat(timespec="milliseconds"),
    }


def void_item(
    sale: OutboxItem,
    *,
    item_id: str,
    at: Instant,
    reason: str,
    facility_zone: ZoneInfo,
    due_at: Instant | None,
) -> OutboxItem:
    """The outbox item of a void, from the report of its sale. It goes out under that one's license, after it."""
    payload = canonical(void_document(sale, at, reason, facility_zone))
    return OutboxItem(
        id=item_id,
        license=sale.license,
        kind=VOID,
        aggregate=sale.aggregate,
        sale_id=sale.sale_id,
        natural_key=f"{VOID}:{sale.natural_key}",
        payload=payload,
        payload_sha256=hashlib.sha256(payload).hexdigest(),
        state=OutboxState.QUEUED,
        attempts=0,
        created_at=at,
        due_at=due_at,
        depends_on=sale.id,
    )


def _merged(sale: Sale) -> list[dict[str, Any]]:
    lines: dict[tuple[str, int], dict[str, Any]] = {}
    for line in sale.lines:
        key = (line.tag, line.price.cents)
        if key in lines:
            lines[key]["quantity"] += line.quantity
            lines[key]["amount_cents"] += line.amount.cents
            lines[key]["tax_cents"] += line.tax.cents
        else:
            lines[key] = {
                "tag": line.tag,
                "quantity": line.quantity,
                "unit": line.unit.value,
                "tracker_unit": line.tracker_unit,
                "amount_cents": line.amount.cents,
                "price_cents": line.price.cents,
                "tax_cents": line.tax.cents,
            }
    return list(lines.values())
