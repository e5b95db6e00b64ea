"""Sales receipts: recording, reading, changing, voiding (contract section 8)."""

from decimal import Decimal
from typing import Any

from pos_desktop.training.sandbox.clock import odt
from pos_desktop.training.sandbox.http import Answer, Refusal
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode, number
from pos_desktop.training.sandbox.metrc.call import Call, own
from pos_desktop.training.sandbox.metrc.forms import Problems, Rows
from pos_desktop.training.sandbox.metrc.listing import listed, window
from pos_desktop.training.sandbox.metrc.packages import Package
from pos_desktop.training.sandbox.metrc.receipt_forms import CHANGED_RECEIPT, RECEIPT, RECEIPT_ID
from pos_desktop.training.sandbox.metrc.receipt_rules import Line, Sale, examine
from pos_desktop.training.sandbox.metrc.shapes import line_item
from pos_desktop.training.sandbox.metrc.units import ABBREVIATION
from pos_desktop.training.sandbox.store import Connection

_MONEY = [
    "Price",
    "ExciseTax",
    "CityTax",
    "CountyTax",
    "MunicipalTax",
    "DiscountAmount",
    "SubTotal",
    "SalesTax",
]


def record(call: Call) -> Answer:
    """POST: all receipts of the body or none; an equal external number is stored again (17.8)."""
    _right(call)
    rows = Rows.read(call.request, RECEIPT)
    ids = []
    for row, sent in rows.good.items():
        sale = examine(call, sent, rows.problems.of(row))
        ids.append(_insert(call, sale))
    rows.problems.raise_if_any()
    return Answer.json({"Ids": ids, "Warnings": None})


def change(call: Call) -> Answer:
    """PUT: replaces the receipt with all its lines."""
    _right(call)
    rows = Rows.read(call.request, CHANGED_RECEIPT)
    for row, sent in rows.good.items():
        state = _state(call, sent["Id"])
        if state is not None:
            rows.problems.add(row, f"Receipt {sent['Id']} is {state} and cannot be changed.")
            continue
        _give_back(call, sent["Id"])
        sale = examine(call, sent, rows.problems.of(row))
        _replace(call, sent["Id"], sale)
    rows.problems.raise_if_any()
    return Answer(200)


def archive(call: Call) -> Answer:
    """DELETE: voids the receipt and gives quantities and allotment back; a second time is refused (17.11)."""
    _right(call)
    receipt = call.whole("id")
    state = _state(call, receipt)
    if state is not None:
        raise Problems.single(f"Receipt {receipt} is {state} and cannot be archived.")
    _give_back(call, receipt)
    call.db.execute(
        "UPDATE receipt SET archived = ?, modified = ? WHERE id = ?", (call.today, call.ticks, receipt)
    )
    return Answer(200)


def finalize(call: Call) -> Answer:
    return _set_final(call, final=True)


def unfinalize(call: Call) -> Answer:
    return _set_final(call, final=False)


def active(call: Call) -> Answer:
    start, end = window(call)
    selection = """SELECT * FROM receipt WHERE license = ? AND modified BETWEEN ? AND ?
        AND final = 0 AND archived IS NULL"""
    return listed(call, selection, (call.facility.license, start, end), lambda row: _shown(row, []))


def inactive(call: Call) -> Answer:
    start, end = window(call)
    selection = """SELECT * FROM receipt WHERE license = ? AND modified BETWEEN ? AND ?
        AND (final = 1 OR archived IS NOT NULL)"""
    return listed(call, selection, (call.facility.license, start, end), lambda row: _shown(row, []))


def by_id(call: Call) -> Answer:
    row = call.db.execute("SELECT * FROM receipt WHERE id = ?", (call.whole("id"),)).fetchone()
    own(call, row and row[1])
    return Answer.json(_shown(row, _lines(call.db, row[0])))


def by_external(call: Call) -> Answer:
    """The newest receipt of that external number; a miss answers 401 or, switched, 404 (17.8, 17.9)."""
    rows = call.db.execute(
        "SELECT * FROM receipt WHERE external = ? ORDER BY id DESC", (call.arguments["external"],)
    ).fetchall()
    row = next((row for row in rows if row[1] in call.licenses), None)
    if row is None:
        raise Refusal.empty(call.settings.external_miss)
    return Answer.json(_shown(row, _lines(call.db, row[0])))


def ledger(db: Connection) -> list[JsonObject]:
    """Every receipt in full, archived ones included, with `LicenseNumber` added."""
    rows = db.execute("SELECT * FROM receipt ORDER BY id").fetchall()
    return [{**_shown(row, _lines(db, row[0])), "LicenseNumber": row[1]} for row in rows]


def _right(call: Call) -> None:
    if not call.facility.allows("AdvancedSales"):
        raise Refusal.message(401, "The facility does not have the right AdvancedSales.")


def _state(call: Call, receipt: int) -> str | None:
    """Why a receipt of this license cannot be changed; None where it can be."""
    row = call.db.execute("SELECT license, final, archived FROM receipt WHERE id = ?", (receipt,)).fetchone()
    own(call, row and row[0])
    if row[2] is not None:
        return "archived"
    return "final" if row[1] else None


def _set_final(call: Call, *, final: bool) -> Answer:
    """Repeating it is no fault: a PUT may be repeated (contract section 4)."""
    _right(call)
    rows = Rows.read(call.request, RECEIPT_ID)
    for row, sent in rows.good.items():
        if _state(call, sent["Id"]) == "archived":
            rows.problems.add(row, f"Receipt {sent['Id']} is archived.")
        call.db.execute(
            "UPDATE receipt SET final = ?, modified = ? WHERE id = ?", (int(final), call.ticks, sent["Id"])
        )
    rows.problems.raise_if_any()
    return Answer(200)


def _insert(call: Call, sale: Sale) -> int:
    receipt = call.db.execute(
        """INSERT INTO receipt (license, external, patient, recorded, recorded_by, modified, document)
        VALUES (?, ?, ?, ?, ?, ?, '{}')""",
        (call.facility.license, None, None, call.ticks, call.user.name, call.ticks),
    ).lastrowid
    _replace(call, receipt, sale)
    return int(receipt)


def _replace(call: Call, receipt: int, sale: Sale) -> None:
    head = {name: sale.sent.get(name) for name in RECEIPT if name != "Transactions"}
    document = head | {"TotalPackages": len(sale.lines), "TotalPrice": sale.total}
    call.db.execute(
        "UPDATE receipt SET external = ?, patient = ?, modified = ?, document = ? WHERE id = ?",
        (
            sale.sent.get("ExternalReceiptNumber"),
            sale.patient,
            call.ticks,
            encode(document).decode(),
            receipt,
        ),
    )
    call.db.execute("DELETE FROM line WHERE receipt = ?", (receipt,))
    for n, line in enumerate(sale.lines):
        values = (
            receipt,
            n,
            line.package.id,
            number(line.taken),
            encode(_line_document(call, line)).decode(),
        )
        call.db.execute("INSERT INTO line VALUES (?, ?, ?, ?, ?)", values)
    if sale.patient is not None:
        call.db.execute(
            "INSERT INTO purchase (patient, day, grams, receipt) VALUES (?, ?, ?, ?)",
            (sale.patient, sale.day, number(sale.counted_g), receipt),
        )


def _give_back(call: Call, receipt: int) -> None:
    """Return quantities to the packages and the patient's allotment."""
    for package_id, taken in call.db.execute(
        "SELECT package, taken FROM line WHERE receipt = ?", (receipt,)
    ).fetchall():
        package = Package.by_id(call.db, package_id)
        if package is not None:
            package.quantity += Decimal(taken)
            package.save(call.db, call.ticks)
    call.db.execute("DELETE FROM purchase WHERE receipt = ?", (receipt,))


def _line_document(call: Call, line: Line) -> JsonObject:
    """A transaction as it is answered: other names than in the request (contract section 8.2)."""
    sent = line.sent
    return {
        "PackageId": line.package.id,
        "PackageLabel": line.package.label,
        **line_item(line.package.item),
        "QuantitySold": sent["Quantity"],
        "UnitOfMeasureName": sent["UnitOfMeasure"],
        "UnitOfMeasureAbbreviation": ABBREVIATION[sent["UnitOfMeasure"]],
        **{name: sent.get(name) for name in ("UnitThcPercent", "UnitThcContent", "UnitWeight")},
        "TotalPrice": sent["TotalAmount"],
        "SalesDeliveryState": None,
        "RecordedDateTime": odt(call.ticks),
        "RecordedByUserName": call.user.name,
        "InvoiceNumber": sent.get("InvoiceNumber"),
        **{name: sent.get(name) for name in _MONEY},
    }


def _lines(db: Connection, receipt: int) -> list[JsonObject]:
    rows = db.execute("SELECT document FROM line WHERE receipt = ? ORDER BY n", (receipt,)).fetchall()
    return [decode(row[0]) for row in rows]


def _shown(row: tuple[Any, ...], lines: list[JsonObject]) -> JsonObject:
    receipt, _, _, _, final, archived, recorded, recorded_by, modified, document = row
    changed = {"ArchivedDate": archived, "LastModified": odt(modified)}
    return {
        "Id": receipt,
        "ReceiptNumber": f"{receipt:010d}",
        **decode(document),
        "Transactions": [line | changed for line in lines],
        "IsFinal": bool(final),
        "RecordedDateTime": odt(recorded),
        "RecordedByUserName": recorded_by,
        **changed,
    }
