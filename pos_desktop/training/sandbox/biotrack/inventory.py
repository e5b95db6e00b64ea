"""Inventory at hand: looking up, adjusting, moving, describing, destroying, and rooms (contract section 4.4)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pos_desktop.training.sandbox.biotrack import rows
from pos_desktop.training.sandbox.biotrack.amounts import amount, plain, whole
from pos_desktop.training.sandbox.biotrack.call import Call
from pos_desktop.training.sandbox.biotrack.refusing import INPUT, NOT_FOUND, RULE, Refused
from pos_desktop.training.sandbox.biotrack.rows import Row
from pos_desktop.training.sandbox.biotrack.sales import accepted
from pos_desktop.training.sandbox.biotrack.stock import UNITS, Item
from pos_desktop.training.sandbox.jsonio import JsonObject

ADJUSTMENTS = ("1", "2", "3", "4", "5", "6")
_DESTROYING_S = 72 * 3600


def check(call: Call) -> JsonObject:
    """What is known of each identifier; the names are those of a transfer's rows (contract 4.5)."""
    found = [Item.held(call, barcode) for barcode in call.members["barcodeid"]]
    return {"success": 1, "data": [_shown(item) for item in found], "sessiontime": call.now}


def adjust(call: Call) -> JsonObject:
    """`reason` and `type` may stand outside of `data` for all its rows."""
    for each in _once(call.members["data"]):
        item = Item.held(call, each["barcodeid"])
        reason = each.get("reason") or call.members.get("reason")
        kind = str(each.get("type") or call.members.get("type") or "")
        if not reason:
            raise Refused.missing("reason")
        if kind not in ADJUSTMENTS:
            raise Refused(NOT_FOUND, "The adjustment type is not known.")
        _adjust_to(call, item, _wanted(item, each), reason, kind)
    return accepted(call)


def adjust_usable(call: Call) -> JsonObject:
    item = Item.held(call, call.members["barcodeid"])
    item.row.document["usable_weight"] = plain(amount(call.members["quantity"], "quantity"))
    item.row.save(call)
    return accepted(call)


def move(call: Call) -> JsonObject:
    for each in _once(call.members["data"]):
        item = Item.held(call, each["barcodeid"])
        room = rows.find(call, "inventory_room", _room_key(item.location, each["room"]))
        if room is None or room.deleted:
            raise Refused(INPUT, "The room could not be found.")
        item.row.document["currentroom"] = str(each["room"])
        item.row.save(call)
    return accepted(call)


def modify(call: Call) -> JsonObject:
    item = Item.held(call, call.members["barcodeid"])
    given = {name: call.members[name] for name in ("strain", "productname") if call.members.get(name)}
    if call.members.get("net_package") is not None:
        given["net_package"] = plain(amount(call.members["net_package"], "net_package"))
        _unit(call.members.get("net_package_uom"), "net_package_uom")
    if not given and call.members.get("in_process") is None:
        raise Refused.missing("productname")
    item.row.document |= given
    item.row.save(call)
    return accepted(call)


def destroy_schedule(call: Call) -> JsonObject:
    for item in _items(call):
        if item.row.extra.get("destroy_from") and not call.members.get("override"):
            raise Refused(NOT_FOUND, f"The identifier {item.row.key} is already scheduled for destruction.")
        item.row.extra["destroy_from"] = call.now + _DESTROYING_S
        item.row.save(call)
    return accepted(call)


def destroy(call: Call) -> JsonObject:
    for item in _items(call):
        due = item.row.extra.get("destroy_from")
        if due is None or due > call.now:
            raise Refused(NOT_FOUND, f"The identifier {item.row.key} cannot be destroyed yet.")
        item.row.deleted = 1
        item.row.save(call)
    return accepted(call)


def room_add(call: Call) -> JsonObject:
    return _room(call, exists=False)


def room_modify(call: Call) -> JsonObject:
    return _room(call, exists=True)


def room_remove(call: Call) -> JsonObject:
    location, number = call.members["location"], _room_number(call)
    call.zone(location)
    room = rows.find(call, "inventory_room", _room_key(location, number))
    if room is None or room.deleted:
        raise Refused(INPUT, "The room could not be found.")
    room.deleted = 1
    room.save(call)
    return accepted(call)


def qa_check(call: Call) -> JsonObject:
    results = [row for row in _results(call) if row.key == call.members["sample_id"]]
    if not results:
        raise Refused.possession(call.members["sample_id"])
    return {"success": 1, "data": _tested(results[0]), "sessiontime": call.now}


def qa_check_all(call: Call) -> JsonObject:
    """The newest result of each identifier alone."""
    newest: dict[str, Row] = {}
    for barcode in call.members["barcodeid"]:
        Item.held(call, barcode)
    for row in _results(call):
        newest[row.document["parentid"]] = row
    asked = [newest[barcode] for barcode in call.members["barcodeid"] if barcode in newest]
    return {"success": 1, "data": [_tested(row) for row in asked], "sessiontime": call.now}


def _items(call: Call) -> list[Item]:
    return [Item.held(call, barcode) for barcode in dict.fromkeys(call.members["barcodeid"])]


def _once(data: Sequence[JsonObject]) -> Sequence[JsonObject]:
    """Raises Refused: an identifier comes twice, so that its end would hang on the order."""
    seen = set()
    for each in data:
        if each["barcodeid"] in seen:
            raise Refused(NOT_FOUND, f"The identifier {each['barcodeid']} was given twice.")
        seen.add(each["barcodeid"])
    return data


def _wanted(item: Item, each: JsonObject) -> Decimal:
    """The amount after the adjustment; what is removed wins over a new amount."""
    prefix = "remove_" if each.get("remove_quantity") not in (None, "") else ""
    value, unit = each.get(f"{prefix}quantity"), each.get(f"{prefix}quantity_uom")
    if value in (None, ""):
        raise Refused.missing("quantity")
    if _unit(unit, f"{prefix}quantity_uom") != item.unit:
        raise Refused(RULE, "The unit is not the one of the identifier.")
    given = amount(value, "quantity")
    if item.unit == "each" and given:
        whole(value)
    if not prefix:
        return given
    if given > item.quantity:
        raise Refused(RULE, "The quantity is larger than what remains of the identifier.")
    return item.quantity - given


def _adjust_to(call: Call, item: Item, quantity: Decimal, reason: str, kind: str) -> None:
    document = {
        "inventoryid": item.row.key,
        "location": item.location,
        "atype": kind,
        "reason": reason,
        "previous_quantity": plain(item.quantity),
        "new_quantity": plain(quantity),
    }
    item.quantity = quantity
    item.row.save(call)
    Row("inventory_adjust", f"{call.transaction:012d}:{item.row.key}", call.ubi, document, {}).save(call)


def _unit(unit: Any, name: str) -> str:
    if unit in (None, ""):
        raise Refused.missing(name)
    if unit not in UNITS:
        raise Refused(NOT_FOUND, f"The field {name} is not a known unit.")
    return str(unit)


def _room(call: Call, *, exists: bool) -> JsonObject:
    location, number = call.members["location"], _room_number(call)
    call.zone(location)
    key = _room_key(location, number)
    found = rows.find(call, "inventory_room", key)
    if (found is not None and not found.deleted) != exists:
        raise Refused(
            INPUT, "The room could not be found." if exists else "There is a room of that id already."
        )
    room = found or Row("inventory_room", key, call.ubi, {}, {})
    room.deleted = 0
    room.document = {
        "roomid": str(number),
        "name": call.members["name"],
        "location": location,
        "quarantine": str(call.members.get("quarantine") or 0),
    }
    room.save(call)
    return accepted(call)


def _room_number(call: Call) -> int:
    number = call.members.get("id")
    if type(number) is not int or number <= 0:
        raise Refused(INPUT, "Please specify a room id above zero.")
    return number


def _room_key(location: str, number: int) -> str:
    return f"{location}:{number}"


def _shown(item: Item) -> JsonObject:
    document = item.row.document
    return {
        "barcode_id": item.row.key,
        "strain": document["strain"],
        "quantity": document["remaining_quantity"],
        "usableweight": document["usable_weight"],
        "product": document["productname"],
        "inventorytype": document["inventorytype"],
    }


def _results(call: Call) -> list[Row]:
    return rows.in_range(call, "inventory_qa_sample", 0, 0, live_only=True)


def _tested(row: Row) -> JsonObject:
    document = row.document
    return {
        "sample_id": row.key,
        "barcode_id": row.key,
        "parent_id": document["parentid"],
        "inventorytype": document["inventorytype"],
        "lab_license": document["lab_license"],
        "result": document["result"],
        "use": document["sample_use"],
        "test": row.extra["test"],
        "transactionid": str(row.transaction),
        "transactionid_original": str(row.original),
    }
