"""`sale_dispense`: all lines of a sale or none (contract section 4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pos_desktop.training.sandbox.biotrack import rows
from pos_desktop.training.sandbox.biotrack.amounts import amount, as_sent, plain, whole
from pos_desktop.training.sandbox.biotrack.call import Call
from pos_desktop.training.sandbox.biotrack.cards import Patient, presented
from pos_desktop.training.sandbox.biotrack.refusing import NOT_FOUND, Refused
from pos_desktop.training.sandbox.biotrack.rows import Row
from pos_desktop.training.sandbox.biotrack.stock import Item
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode


@dataclass(frozen=True, slots=True)
class Line:
    item: Item
    number: int
    quantity: int
    price: str


def dispense(call: Call) -> JsonObject:
    lines = examined(call, call.members["data"])
    location = lines[0].item.location
    sold_at = call.members.get("sale_time") or call.now
    call.must_be_open(location, sold_at)
    patient = _buyer(call, location)
    facts = {name: call.members.get(name) for name in ("terminal_id", "card_id")}
    record(call, lines, sold_at, patient, {"kind": "legacy", **facts})
    return accepted(call)


def accepted(call: Call) -> JsonObject:
    return {"success": 1, "transactionid": str(call.transaction), "sessiontime": call.now}


def examined(call: Call, data: Sequence[JsonObject]) -> list[Line]:
    """The lines as they can be sold, checked in the contract's order: barcodes, quantities, stock, prices.

    Raises:
        Refused: The first thing that is wrong.
    """
    held: dict[str, Item] = {}
    for each in data:
        barcode = each.get("barcodeid")
        if not isinstance(barcode, str) or barcode not in held:
            held[str(barcode)] = Item.held(call, barcode)
    _one_place(held)
    _numbered(data)
    quantities = [whole(each.get("quantity")) for each in data]
    for each, quantity in zip(data, quantities, strict=True):
        held[each["barcodeid"]].take(call, Decimal(quantity))
    lines = []
    for n, (each, quantity) in enumerate(zip(data, quantities, strict=True)):
        amount(each.get("price"), "price")
        lines.append(Line(held[each["barcodeid"]], n, quantity, as_sent(each["price"])))
    return lines


def record(
    call: Call, lines: Sequence[Line], sold_at: int, patient: Patient | None, facts: JsonObject
) -> None:
    """Store the sale's rows and what it takes of the patient's limit.

    Raises:
        Refused: The limit does not allow it.
    """
    location = lines[0].item.location
    if patient is not None:
        by_type = limits_by_type(call)
        units = sum((line.item.limit_units(Decimal(line.quantity), by_type) for line in lines), Decimal(0))
        if not patient.has_room(call, sold_at, units):
            raise Refused(NOT_FOUND, "The amount is larger than what remains of the limit of the card.")
        call.db.execute(
            "INSERT INTO purchase (training, card_id, sold_at, units, sale) VALUES (?, ?, ?, ?, ?)",
            (call.training, patient.card_id, sold_at, plain(units), call.transaction),
        )
    call.db.execute(
        "INSERT INTO sale VALUES (?, ?, ?, ?, ?, NULL, ?)",
        (call.transaction, call.training, call.ubi, location, sold_at, encode(facts).decode()),
    )
    for line in lines:
        head = {"inventoryid": line.item.row.key, "itemnumber": str(line.number), "location": location}
        sold = sale_row(call, call.transaction, head | {"terminal_id": facts.get("terminal_id")})
        sold.document |= {"quantity": str(line.quantity), "price": line.price}
        sold.save(call, at=sold_at)


def sale_row(call: Call, sale: int, head: JsonObject, refund: str = "") -> Row:
    """A row of `sync_sale` without quantity and price; `refund` tells the returns of one line apart."""
    names = ("inventoryid", "itemnumber", "location", "terminal_id")
    document = {name: head[name] for name in names} | {"refunded": "1" if refund else None}
    key = f"{sale:012d}:{int(head['itemnumber']):06d}" + (f":{refund}" if refund else "")
    return Row("sale", key, call.ubi, document, {}, original=sale)


def limits_by_type(call: Call) -> dict[str, str]:
    row = call.db.execute("SELECT value FROM meta WHERE name = 'limit_units'").fetchone()
    return {} if row is None else dict(decode(row[0]))


def ledger(call: Call) -> list[JsonObject]:
    """Every sale of the call's company and data set, with its rows as `sync_sale` shows them."""
    sales = call.db.execute(
        "SELECT s.transactionid, s.location, s.sold_at, s.voided, s.facts, j.request FROM sale s "
        "JOIN journal j USING (transactionid) WHERE s.training = ? AND s.ubi = ? ORDER BY s.transactionid",
        (call.training, call.ubi),
    ).fetchall()
    return [
        {
            "transactionid": str(sale),
            "training": call.training,
            "ubi": call.ubi,
            "location": location,
            "sale_time": sold_at,
            "voided": None if voided is None else str(voided),
            "nonce": decode(request)["nonce"],
            **decode(facts),
            "rows": [row.shown() for row in rows.of_original(call, "sale", sale)],
        }
        for sale, location, sold_at, voided, facts, request in sales
    ]


def _buyer(call: Call, location: str) -> Patient | None:
    card_id, key = call.members.get("card_id"), call.members.get("card_key")
    if not (card_id or key or call.settings.card_required):
        return None
    if not key:
        raise Refused.missing("card_key")
    if not card_id:
        raise Refused.missing("card_id")
    return presented(call, card_id, key, location="", zone=call.zone(location))


def _one_place(held: dict[str, Item]) -> None:
    """A sale happens at one place: an item of other premises is not at hand there."""
    first = next(iter(held.values()))
    for barcode, item in held.items():
        if item.location != first.location:
            raise Refused.possession(barcode)


def _numbered(data: Sequence[JsonObject]) -> None:
    """`item_number` is the line's place in the request, and is needed where a barcode comes twice."""
    barcodes = [each["barcodeid"] for each in data]
    for n, each in enumerate(data):
        given = each.get("item_number")
        if given is None and barcodes.count(each["barcodeid"]) > 1:
            raise Refused.missing("item_number")
        if given is not None and given != n:
            raise Refused(NOT_FOUND, "The field item_number is not the place of the line in the request.")
