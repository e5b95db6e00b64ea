"""Does the store agree with itself: journal, numbers, totals, reports. Findings are sentences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.journaling import RECORD, sale_entry
from pos_desktop.app.ports import CustodyBook, JournalBook, SaleBook, TillBook
from pos_desktop.app.ports.privacy import PrivacyRecords
from pos_desktop.app.ports.records import RecordBook
from pos_desktop.app.ports.tenders import TenderBook
from pos_desktop.app.reporting import report_document
from pos_desktop.app.verifying_custody import CustodyTold
from pos_desktop.app.verifying_people import PeopleRecords, PeopleTold
from pos_desktop.app.verifying_privacy import PrivacyTold
from pos_desktop.app.verifying_sales import SalesTold, Told
from pos_desktop.app.verifying_seals import SealsTold
from pos_desktop.app.verifying_tenders import TendersTold
from pos_desktop.app.verifying_tills import TillsTold
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.journal import CONTINUED, chain, genesis
from pos_desktop.domain.money import ZERO
from pos_desktop.domain.sale import Sale, SaleNumber

_KINDS = {"reg": str, "actor": str, "epoch": int, "seq": int, "kind": str, "ref": str, "data": dict}


@dataclass(slots=True)
class Findings:
    """`wrong` is empty for an honest store."""

    sales: int = 0
    entries: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.wrong


def verify(
    sales: SaleBook,
    journal: JournalBook,
    tills: TillBook | None = None,
    seals: SealsTold | None = None,
    records: RecordBook | None = None,
    people: PeopleRecords | None = None,
    privacy: PrivacyRecords | None = None,
    tenders: TenderBook | None = None,
    custody: CustodyBook | None = None,
) -> Findings:
    """Walk the whole journal, then every sale beside what it tells of it, in slices; neither is held in memory."""
    found, drawers, staff, cash = Findings(), TillsTold(), PeopleTold(), CustodyTold()
    patients = None if privacy is None else PrivacyTold(privacy)
    others = TendersTold(tenders)
    hear = _hearing(drawers, staff, cash, others, patients)
    voided = _walk_journal(journal.entries(), found, hear, seals)
    told = SalesTold(journal.entries())
    numbers: dict[int, SaleNumber] = {}
    for sale in sales.all():
        found.sales += 1
        _gapless(sale, numbers, found)
        _adds_up(sale, found)
        _journalled(sale, told.pop(sale.id), found)
        _taken_back(sale, sale.id in voided, found)
        _reported(sale, sales, found)
        void = voided.get(sale.id)
        taken_back: Mapping[str, Any] = {} if void is None else void.data
        drawers.sale(sale, taken_back)
        others.sale(sale, taken_back, "" if void is None else void.actor)
    _receipts_apart(sales, found)
    for sale_id, each in told.left().items():
        there = sales.find(SaleId(sale_id)) is not None
        ends = " twice." if there else ", but the store does not hold it."
        found.wrong.append(f"The journal tells of sale {each.data.get('number')}{ends}")
    if records is not None:
        found.wrong += _hanging(records, voided)
    if patients is not None:
        found.wrong += patients.findings()
    if tills is not None:
        found.wrong += drawers.findings(tills)
    found.wrong += others.findings(tills)
    if tills is not None and custody is not None:
        found.wrong += cash.findings(custody, tills)
    if people is not None:
        found.wrong += staff.findings(people)
    if seals is not None:
        found.wrong += seals.findings()
    return found


def _hearing(
    drawers: TillsTold,
    staff: PeopleTold,
    cash: CustodyTold,
    tenders: TendersTold,
    patients: PrivacyTold | None,
) -> Callable[[dict[str, Any], bytes], None]:
    """Each entry, and its link in the chain, for everybody who collects."""

    def hear(entry: dict[str, Any], digest: bytes) -> None:
        drawers.entry(entry, digest)
        staff.entry(entry)
        cash.entry(entry, digest)
        tenders.entry(entry)
        if patients is not None:
            patients.entry(entry)

    return hear


def _walk_journal(
    entries: Iterable[tuple[int, bytes, bytes]],
    found: Findings,
    hear: Callable[[dict[str, Any], bytes], None],
    seals: SealsTold | None,
) -> dict[str, Told]:
    """What is told of each sale that was voided."""
    voided: dict[str, Told] = {}
    link = b""
    epoch, expected = -1, 0
    for seq, body, digest in entries:
        found.entries += 1
        entry = _read(seq, body, found)
        if entry is None:
            link, expected = digest, seq + 1
            continue
        if entry["epoch"] != epoch:
            _goes_on(entry, (epoch, expected - 1, link.hex()) if link else None, found)
            epoch, expected = entry["epoch"], 0
            link = genesis(entry["reg"], epoch)
        if seq != expected or entry["seq"] != seq:
            found.wrong.append(f"Journal entry {expected} is missing or out of order (found {seq}).")
        if chain(link, body) != digest:
            found.wrong.append(
                f"Journal entry {seq} was changed: its hash does not follow from the one before."
            )
        link, expected = digest, seq + 1
        if seals is not None:
            seals.link(epoch, seq, digest)
        hear(entry, digest)
        if entry["kind"] == "sale.voided":
            voided[entry["ref"]] = Told(seq, digest, entry["actor"], entry["data"])
    return voided


def _goes_on(entry: dict[str, Any], before: tuple[int, int, str] | None, found: Findings) -> None:
    """Each epoch has a chain of its own, and its first entry ties it to the last of the one before (None: none is)."""
    told = tuple(map(entry["data"].get, ("epoch", "seq", "hash"))) if entry["kind"] == CONTINUED else None
    if told != before:
        found.wrong.append(
            f"The journal of series {entry['epoch']} does not go on where the one before it ended: entries there were "
            "changed, cut off or put in."
        )


def _read(seq: int, body: bytes, found: Findings) -> dict[str, Any] | None:
    try:
        entry = json.loads(body)
    except ValueError:
        entry = None
    if not isinstance(entry, dict) or _KINDS.items() - {(key, type(each)) for key, each in entry.items()}:
        found.wrong.append(f"Journal entry {seq} cannot be read.")
        return None
    return entry


def _gapless(sale: Sale, numbers: dict[int, SaleNumber], found: Findings) -> None:
    """Numbers run on within an epoch; the register's code before them may have been changed on the way."""
    last = numbers.get(sale.number.epoch)
    if last is not None and sale.number.counter != last.counter + 1:
        found.wrong.append(f"Between sale {last} and {sale.number} numbers are missing or repeated.")
    if last is None and sale.number.counter != 1:
        found.wrong.append(f"The first sale of its series is {sale.number}; numbers before it are missing.")
    numbers[sale.number.epoch] = sale.number


def _adds_up(sale: Sale, found: Findings) -> None:
    lines = sum((line.amount for line in sale.lines), ZERO)
    taxes = sum((line.tax for line in sale.lines), ZERO)
    paid = sum((payment.amount for payment in sale.payments), ZERO)
    if lines != sale.subtotal or taxes != sale.tax or sale.subtotal + sale.tax != sale.total:
        found.wrong.append(f"The lines of sale {sale.number} do not add up to its total.")
    if paid + sale.rounding != sale.total:
        found.wrong.append(f"The payments of sale {sale.number} are {paid}, its total is {sale.total}.")
    for each in sale.payments:
        if each.tendered - each.change != each.amount:
            found.wrong.append(
                f"What went back of a payment of sale {sale.number} is not what was left of it."
            )


def _journalled(sale: Sale, told: Told | None, found: Findings) -> None:
    if told is None:
        found.wrong.append(f"The journal does not tell of sale {sale.number}.")
        return
    entry = sale_entry(sale)
    if RECORD not in told.data:
        del entry[RECORD]
    place = (sale.journal_seq, sale.journal_hash, sale.actor_id)
    if told.data != entry or place != (told.seq, told.digest.hex()[: len(sale.journal_hash)], told.actor):
        found.wrong.append(f"Sale {sale.number} is not what the journal tells of it.")


def _hanging(records: RecordBook, voided: dict[str, Told]) -> Iterable[str]:
    for what, number in records.unlike():
        yield f"{what} does not follow from sale {number}."
    for what in records.out_of_order():
        yield f"Rows are missing or were added among the {what}."
    yield from records.untrue()
    for voided_sale, payload, digest in records.void_reports():
        if payload is None:
            yield f"The void of sale {voided_sale} has no report for the state."
        elif hashlib.sha256(payload).hexdigest() != digest:
            yield f"The report of the void of sale {voided_sale} was changed after it was written."
    for sale_id, row in records.voids().items():
        told = voided.get(sale_id)
        if told is not None and (row.at_us, row.reason, row.by) != (
            told.data.get("at"),
            told.data.get("reason"),
            told.actor,
        ):
            yield f"The void of sale {told.data.get('number')} is not what the journal tells of it."


def _taken_back(sale: Sale, told: bool, found: Findings) -> None:
    if sale.voided and not told:
        found.wrong.append(f"Sale {sale.number} counts as voided, but the journal does not tell of it.")
    if told and not sale.voided:
        found.wrong.append(f"The journal tells that sale {sale.number} was voided, but it still counts.")


def _reported(sale: Sale, sales: SaleBook, found: Findings) -> None:
    report = sales.report_of(sale.id)
    if report is None:
        found.wrong.append(f"Sale {sale.number} has no report for the state.")
    elif hashlib.sha256(report.payload).hexdigest() != report.payload_sha256:
        found.wrong.append(f"The report of sale {sale.number} was changed after it was written.")
    elif report.natural_key != sale.external:
        found.wrong.append(f"The report of sale {sale.number} bears another number.")
    elif not _tells(report.payload, sale):
        found.wrong.append(f"The report of sale {sale.number} is not what was sold.")


def _receipts_apart(sales: SaleBook, found: Findings) -> None:
    """A void goes by the receipt, so one that two sales are reported under is somebody else's for one of them."""
    by_receipt: dict[str, list[str]] = {}
    for receipt, number in sales.shared_receipts():
        by_receipt.setdefault(receipt, []).append(str(number))
    for receipt, numbers in by_receipt.items():
        found.wrong.append(
            f"Sales {' and '.join(numbers)} are reported under one receipt of the state, {receipt}; "
            "it can be that of one of them only."
        )


def _tells(payload: bytes, sale: Sale) -> bool:
    """Whether a report tells this sale; the wall time in it is the facility's and follows from the moment beside it."""
    try:
        told = json.loads(payload)
    except ValueError:
        return False
    sold = report_document(sale, ZoneInfo(sale.zone))
    return isinstance(told, dict) and {**told, "local": ""} == {**sold, "local": ""}
