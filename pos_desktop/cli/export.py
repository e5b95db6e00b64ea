"""`export sales|reports|journal`. Sales: JSON Lines, one a line, as the state is told; or a table for people."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.counting import counted
from pos_desktop.app.exporting import Exporting
from pos_desktop.app.journaling import lifted_document
from pos_desktop.app.ports import SaleBook
from pos_desktop.app.views import ViewLog
from pos_desktop.cli.acting import acting
from pos_desktop.cli.asking import folder_of, passphrase, wants_json
from pos_desktop.cli.exits import DONE
from pos_desktop.cli.till_sums import reads_sums
from pos_desktop.composition.shop import Shop, opened
from pos_desktop.domain.sale import Sale


def run(arguments: argparse.Namespace) -> int:
    with opened(folder_of(arguments), passphrase) as shop:
        if arguments.what == "reports":
            from pos_desktop.cli.export_reports import export_reports

            return export_reports(arguments, shop)
        if arguments.what == "journal":
            from pos_desktop.cli.export_journal import export_journal

            return export_journal(arguments, shop)
        by = acting(arguments, shop)
        zone = shop.facility_zone
        with_nonce = shop.store.settings.get("state.system") == "biotrack"
        for sale in exporting(shop).sales(by):
            line = (
                _json_line(sale, shop.store.sales, zone, with_nonce=with_nonce)
                if wants_json(arguments)
                else _text_line(sale, zone)
            )
            sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return DONE


def exporting(shop: Shop) -> Exporting:
    return Exporting(
        shop.store.sales,
        shop.store.filing,
        ViewLog(shop.store.views, shop.clock),
        partial(reads_sums, shop),
    )


def _json_line(sale: Sale, sales: SaleBook, zone: ZoneInfo, *, with_nonce: bool = False) -> str:
    """`with_nonce`: the state service knows a report by one, which is the report's own id."""
    from pos_desktop.sync.numbers import encode

    report = sales.report_of(sale.id)
    lifted = {"lifted": lifted_document(sale)} if sale.lifted else {}
    return encode(
        {
            "external": sale.external,
            "number": str(sale.number),
            "patient": sale.patient_card,
            "caregiver": sale.caregiver_card,
            "customer_type": sale.customer_type,
            "sale_time": sale.sold_at.iso_in(zone),
            "lines": []
            if report is None
            else [line_document(each) for each in json.loads(report.payload)["lines"]],
            "total_cents": sale.total.cents,
            "voided": sale.voided,
            "basis": sale.basis,
            "state": "none" if report is None else report.state.value,
            "remote_id": None if report is None else report.remote_id or None,
            "nonce": report.id if with_nonce and report is not None else None,
            **lifted,
        }
    ).decode()


def line_document(line: dict[str, Any]) -> dict[str, object]:
    """A line of the report document, its quantity as the state is told it."""
    from pos_desktop.sync.metrc.units import weight_on_wire

    quantity: object = line["quantity"]
    unit = "Each"
    if line["unit"] == "weight":
        quantity, unit = weight_on_wire(line["quantity"], line["tracker_unit"])
    return {"label": line["tag"], "quantity": quantity, "unit": unit, "amount_cents": line["amount_cents"]}


def _text_line(sale: Sale, zone: ZoneInfo) -> str:
    return f"{sale.number}  {sale.sold_at.iso_in(zone)}  {sale.total}  {counted(len(sale.lines), 'line', 'lines')}"
