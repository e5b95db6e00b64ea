"""Receiving goods: manifests that wait, what is in them, and taking them in (contract section 4.5)."""

from decimal import Decimal

from pos_desktop.training.sandbox.biotrack import rows
from pos_desktop.training.sandbox.biotrack.amounts import amount, as_sent, decimal, plain, whole
from pos_desktop.training.sandbox.biotrack.call import Call
from pos_desktop.training.sandbox.biotrack.refusing import NOT_FOUND, RULE, Refused
from pos_desktop.training.sandbox.biotrack.rows import Row
from pos_desktop.training.sandbox.biotrack.sales import accepted
from pos_desktop.training.sandbox.jsonio import JsonObject

# Members of an item of a transfer that are shown as they were seeded.
SHOWN = (
    "barcode_id", "quantity", "inventorytype", "product", "strain", "description", "usableweight", "sample_id",
    "is_sample", "is_medical",
)  # fmt: skip


def manifest_lookup(call: Call) -> JsonObject:
    waiting = [row for row in _manifests(call) if _open_items(row)]
    if not waiting:
        raise Refused(NOT_FOUND, "No inbound transfers or pending manifests found.")
    names = ("manifest_id", "license_number", "trade_name", "transfer_date")
    data = [
        {**{name: row.extra[name] for name in names}, "item_count": len(_open_items(row))} for row in waiting
    ]
    return {"success": 1, "data": data, "sessiontime": call.now}


def transfer_lookup(call: Call) -> JsonObject:
    wanted = call.members["manifest_id"]
    items = [item for row in _manifests(call) if row.key == wanted for item in _open_items(row)]
    if not items:
        raise Refused(NOT_FOUND, "No outstanding inbound inventory items were found.")
    return {"success": 1, "data": [_transferred(item) for item in items], "sessiontime": call.now}


def inbound(call: Call) -> JsonObject:
    """Takes in what is listed; the rest stays open. Nothing is taken in twice."""
    manifests = _manifests(call)
    touched: dict[str, Row] = {}
    for each in call.members["data"]:
        found = [
            (row, item)
            for row in manifests
            for item in _open_items(row)
            if item["barcode_id"] == each["barcodeid"]
        ]
        if not found:
            raise Refused(NOT_FOUND, "No outstanding inbound inventory items were found.")
        row, item = found[0]
        _receive(call, row, item, _received(each, item))
        touched[row.key] = row
    for row in touched.values():
        row.save(call)
    return accepted(call)


def inbound_modify(call: Call) -> JsonObject:
    """Corrects the price of goods that came back."""
    found = [
        row
        for row in rows.in_range(call, "inventory_transfer_inbound", 0, 0, live_only=True)
        if row.original == int(call.members["transactionid"])
        and row.document["inventoryid"] == call.members["barcodeid"]
    ]
    if not found or found[0].document["is_refund"] != "1":
        raise Refused.possession(call.members["barcodeid"])
    price = call.members["price"]
    if decimal(price) is None:
        raise Refused(RULE, "The price is not a valid amount.")
    found[0].document |= {"refund_amount": as_sent(price)}
    found[0].save(call)
    return accepted(call)


def _manifests(call: Call) -> list[Row]:
    """Those on their way to one of the company's premises."""
    location = call.members["location"]
    call.zone(location)
    found = rows.in_range(call, "manifest", 0, 0, live_only=True)
    return [row for row in found if row.extra["receiver"] == location]


def _open_items(row: Row) -> list[JsonObject]:
    return [item for item in row.extra["items"] if not item["received"]]


def _transferred(item: JsonObject) -> JsonObject:
    shown = {name: item[name] for name in SHOWN}
    return shown | ({"is_return": 1} if item["is_return"] else {})


def _received(each: JsonObject, item: JsonObject) -> Decimal:
    if each["uom"] != item["uom"]:
        raise Refused(RULE, "The unit is not the one of the identifier.")
    quantity = (
        Decimal(whole(each["quantity"])) if item["uom"] == "each" else amount(each["quantity"], "quantity")
    )
    if not 0 < quantity <= Decimal(item["quantity"]):
        raise Refused(RULE, "The quantity is larger than what was sent.")
    return quantity


def _receive(call: Call, manifest: Row, item: JsonObject, quantity: Decimal) -> None:
    barcode, location = item["barcode_id"], manifest.extra["receiver"]
    known = rows.find(call, "inventory", barcode)
    if known is not None and not known.deleted:
        raise Refused(NOT_FOUND, "No outstanding inbound inventory items were found.")
    stock = known or Row("inventory", barcode, call.ubi, {}, {})
    stock.deleted, stock.document, stock.extra = 0, dict(item["inventory"]), {"uom": item["uom"]}
    stock.document |= {"id": barcode, "remaining_quantity": plain(quantity), "location": location}
    if item.get("limit_units") is not None:
        stock.extra["limit_units"] = item["limit_units"]
    stock.save(call)
    transfer = {
        "inventoryid": barcode,
        "inventorytype": item["inventorytype"],
        "strain": item["strain"],
        "quantity": plain(quantity),
        "price": item["price"],
        "location": location,
        "outbound_license": manifest.extra["license_number"],
        "manifestid": manifest.key,
        "manifest_stop": "1",
        "is_refund": str(int(item["is_return"])),
        "refund_amount": None,
    }
    Row("inventory_transfer_inbound", f"{manifest.key}:{barcode}", call.ubi, transfer, {}).save(call)
    item["received"] = plain(quantity)
