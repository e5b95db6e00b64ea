"""`export reports`: what a store without a line to the state uploads itself, and its word that it did."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import tell, wants_json
from pos_desktop.cli.exits import DONE, WORK_LEFT
from pos_desktop.cli.export import exporting, line_document
from pos_desktop.composition.reporting import has_service
from pos_desktop.composition.shop import Shop
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.domain.sale import Sale

_LARGEST = 256 * 1024 * 1024


def export_reports(arguments: argparse.Namespace, shop: Shop) -> int:
    if has_service(shop):
        raise BadInput(
            "This store’s reports go out by themselves (sync). Nothing was written or marked; export sales lists all."
        )
    return _filed(arguments, shop) if arguments.filed else _write(arguments, shop)


def _write(arguments: argparse.Namespace, shop: Shop) -> int:
    """JSON Lines on standard output: it goes into the file that is uploaded."""
    count = 0
    for item in exporting(shop).reports(acting(arguments, shop)):
        sale = shop.store.sales.find(SaleId(item.sale_id))
        if sale is not None:
            sys.stdout.write(_json(item, sale, shop.facility_zone) + "\n")
            count += 1
    sys.stdout.flush()
    if not wants_json(arguments):
        sys.stderr.write(f"{counted(count, 'report waits', 'reports wait')} to be uploaded.\n")
    return WORK_LEFT if count else DONE


def _json(item: OutboxItem, sale: Sale, zone: ZoneInfo) -> str:
    from pos_desktop.sync.numbers import encode

    facts = {(each.tag, each.price.cents): each for each in sale.lines}
    lines = []
    for told in json.loads(item.payload)["lines"]:
        line = facts.get((told["tag"], told["price_cents"]))
        about = (
            {}
            if line is None
            else {"product": line.name, "batch": line.batch, "category": line.category.value}
        )
        lines.append(line_document(told) | about)
    return encode(
        {
            "report": item.id,
            "sha256": item.payload_sha256,
            "kind": item.kind,
            "external": sale.external,
            "number": str(sale.number),
            "patient": sale.patient_card,
            "caregiver": sale.caregiver_card,
            "customer_type": sale.customer_type,
            "sale_time": sale.sold_at.iso_in(zone),
            "lines": lines,
            "total_cents": sale.total.cents,
        }
    ).decode()


def _filed(arguments: argparse.Namespace, shop: Shop) -> int:
    text = _text(arguments.filed)
    reports = dict(_reports(text))
    if not reports:
        raise BadInput(f"{arguments.filed} holds no report. Nothing was marked.")
    mark = f"filed:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    count = exporting(shop).filed(reports, mark, acting(arguments, shop))
    said = f"{counted(count, 'report is', 'reports are')} marked as uploaded ({mark})."
    tell(arguments, {"filed": count, "mark": mark}, said)
    return DONE


def _reports(text: str) -> list[tuple[str, str]]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        document = _object(line)
        report, digest = document.get("report"), document.get("sha256")
        if not isinstance(report, str) or not isinstance(digest, str):
            raise BadInput(f"Line {number} is no report that export reports wrote. Nothing was marked.")
        found.append((report, digest))
    return found


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read(_LARGEST + 1) if name == "-" else Path(name).read_bytes()
        if len(raw) > _LARGEST:
            raise BadInput(f"{name} is larger than 256 MB. Nothing was marked.")
        return raw.decode("utf-8-sig")
    except OSError as trouble:
        raise BadInput(f"{name} cannot be read: {trouble.strerror}. Nothing was marked.") from None
    except UnicodeDecodeError:
        raise BadInput(f"{name} is no text in UTF-8. Nothing was marked.") from None
