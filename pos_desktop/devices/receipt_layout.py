"""How a sale looks on paper. Everything comes from the stored sale, nothing is worked out again."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hardware.printers.receipt import Align, Blank, Money, Pair, ReceiptDoc, Row, Rule, Text
from pos_desktop.domain.mass import Mass
from pos_desktop.domain.sale import Payment, Sale, SaleLine, Tender
from pos_desktop.domain.shelf import Unit


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above every receipt."""

    store_name: str
    license: str
    register_name: str
    training: bool


def receipt(sale: Sale, head: Letterhead, *, copy: bool) -> ReceiptDoc:
    """Patient and caregiver appear by the last four of their cards, never by name (privacy on paper)."""
    rows: list[Row] = [
        Text(head.store_name, Align.CENTER, bold=True),
        Text(f"License {head.license}", Align.CENTER),
    ]
    if head.training:
        rows.append(Text("TRAINING - NOT A SALE", Align.CENTER, bold=True))
    rows += [Rule(), *_about(sale, head), Rule()]
    for line in sale.lines:
        rows += _line(line)
    rows += [Rule(), Money("Subtotal", sale.subtotal.cents)]
    if sale.tax:
        rows.append(Money("Sales tax", sale.tax.cents))
    rows.append(Money("Total", sale.total.cents, bold=True))
    if sale.rounding:
        rows.append(Money("Cash rounding", -sale.rounding.cents))
    for payment in sale.payments:
        rows += _paid(payment)
    rows += [
        Rule(),
        Text(f"Journal {sale.journal_seq} {sale.journal_hash}", Align.CENTER),
        Text("For medical use by the patient only. Keep out of reach of children.", Align.CENTER),
        Blank(),
    ]
    doc = ReceiptDoc(tuple(rows))
    return doc.as_copy() if copy else doc


def _paid(payment: Payment) -> list[Row]:
    """Of a card nothing but what its slip's reference and last four digits say."""
    if payment.tender is Tender.CASH:
        return [Money("Cash", payment.tendered.cents), Money("Change", payment.change.cents)]
    if payment.tender is Tender.CREDIT:
        return [Money("Store credit", payment.amount.cents)]
    slip = " ".join(filter(None, (payment.code, payment.last_four and f"card ending {payment.last_four}")))
    rows: list[Row] = [Money("Debit", payment.amount.cents)]
    return [*rows, Text(f"  {slip}")] if slip else rows


def _about(sale: Sale, head: Letterhead) -> list[Row]:
    local = sale.sold_at.datetime_in(ZoneInfo(sale.zone))
    rows: list[Row] = [
        Pair(f"Sale {sale.number}", f"{local:%b} {local.day}, {local:%Y}"),
        Pair(f"{head.register_name}, {sale.actor_name}", f"{local:%I:%M %p}".lstrip("0")),
        Text(f"Patient card ending {sale.patient_card[-4:]}"),
    ]
    if sale.caregiver_card is not None:
        rows.append(Text(f"Caregiver card ending {sale.caregiver_card[-4:]}"))
    return rows


def _line(line: SaleLine) -> list[Row]:
    if line.unit is Unit.WEIGHT:
        how = f"{Mass(line.quantity).grams_text()} x {line.price}/g"
        if line.weighing is not None:
            how += f", tare {Mass(line.weighing.tare_mg).grams_text()}"
    else:
        how = f"{line.quantity} x {line.price}"
    return [
        Pair(line.name, str(line.amount)),
        Text(f"  {how}"),
        Text(f"  {line.batch}  tag ...{line.tag[-8:]}"),
    ]
