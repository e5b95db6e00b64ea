"""Rooms, inventory, laboratory results, deliveries on their way, and months that are closed."""

import re

from pos_desktop.training.sandbox.biotrack.delivery import SHOWN
from pos_desktop.training.sandbox.biotrack.seeding import Seeding, barcode, figure, members, text
from pos_desktop.training.sandbox.biotrack.stock import UNITS
from pos_desktop.training.sandbox.jsonio import JsonObject

# The members of `sync_inventory` (contract 4.8) and what they hold where the seed says nothing.
_ITEM: JsonObject = {
    "inventorytype": None, "strain": None, "productname": None, "usable_weight": None, "rec_usableweight": None,
    "net_package": None, "currentroom": None, "inventorystatus": None, "inventorystatustime": None,
    "inventoryparentid": None, "parentid": None, "plantid": None, "source_id": None, "is_sample": "0", "seized": "0",
    "wet": "0",
}  # fmt: skip
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_US_DATE = re.compile(r"\d\d/\d\d/\d{4}")


def room(seeding: Seeding, row: JsonObject) -> None:
    members(row, "location roomid name", "quarantine")
    number = int(row["roomid"])
    document = {
        "roomid": str(number),
        "name": row["name"],
        "location": row["location"],
        "quarantine": text(row.get("quarantine", 0)),
    }
    seeding.row("inventory_room", f"{row['location']}:{number}", document, ubi=seeding.owner(row["location"]))


def item(seeding: Seeding, row: JsonObject) -> None:
    """`uom` is the unit of the quantity, `limit_units` what one of it uses of a patient's limit."""
    members(row, "id location inventorytype remaining_quantity", f"uom limit_units {' '.join(_ITEM)}")
    document = (
        {"id": barcode(row["id"])}
        | _inventory(row)
        | {
            "remaining_quantity": figure(row["remaining_quantity"]),
            "location": row["location"],
        }
    )
    extra = {"uom": _unit(row)}
    if row.get("limit_units") is not None:
        extra["limit_units"] = figure(row["limit_units"])
    seeding.row("inventory", row["id"], document, ubi=seeding.owner(row["location"]), **extra)


def qa_sample(seeding: Seeding, row: JsonObject) -> None:
    members(row, "sample_id parentid location result", "inventorytype strain quantity lab_license use test")
    names = ("parentid", "inventorytype", "strain", "quantity", "lab_license", "result", "location")
    document = {
        "inventoryid": barcode(row["sample_id"]),
        **{name: text(row.get(name)) for name in names},
        "sample_use": text(row.get("use", 0)),
    }
    ubi = seeding.owner(row["location"])
    seeding.row("inventory_qa_sample", row["sample_id"], document, ubi=ubi, test=row.get("test", []))


def manifest(seeding: Seeding, row: JsonObject) -> None:
    """Goods on their way to `location`; nothing of it is at hand until it is taken in."""
    members(row, "manifest_id location license_number transfer_date items", "trade_name")
    if not _US_DATE.fullmatch(row["transfer_date"]):
        raise ValueError(f"transfer_date {row['transfer_date']} is not MM/DD/YYYY")
    items = [_sent(each) for each in row["items"]]
    names = ("manifest_id", "license_number", "transfer_date")
    head = {name: row[name] for name in names} | {"trade_name": row.get("trade_name")}
    seeding.row(
        "manifest", barcode(row["manifest_id"]), head | {"item_count": str(len(items))},
        ubi=seeding.owner(row["location"]), **head, receiver=row["location"], items=items,
    )  # fmt: skip


def locked_month(seeding: Seeding, row: JsonObject) -> None:
    members(row, "location month")
    if not isinstance(row["month"], str) or not _MONTH.fullmatch(row["month"]):
        raise ValueError(f"the month {row['month']} is not YYYY-MM")
    seeding.owner(row["location"])
    seeding.db.execute(
        "INSERT OR IGNORE INTO locked_month VALUES (?, ?, ?)",
        (seeding.training, row["location"], row["month"]),
    )


def _sent(row: JsonObject) -> JsonObject:
    """One item of a manifest: as it is looked up, and as inventory once it is taken in."""
    members(
        row, "barcode_id quantity inventorytype product",
        f"{' '.join(_ITEM)} description usableweight sample_id is_medical is_return price uom limit_units",
    )  # fmt: skip
    barcode(row["barcode_id"])
    shown = {name: text(row.get(name)) for name in SHOWN}
    shown |= {"is_sample": row.get("is_sample", 0), "is_medical": row.get("is_medical", 1)}
    inventory = _inventory(row | {"productname": row["product"], "usable_weight": row.get("usableweight")})
    return {
        **shown,
        "quantity": figure(row["quantity"]),
        "price": text(row.get("price")),
        "uom": _unit(row),
        "is_return": int(bool(row.get("is_return", 0))),
        "limit_units": None if row.get("limit_units") is None else figure(row["limit_units"]),
        "inventory": inventory,
        "received": None,
    }


def _inventory(row: JsonObject) -> JsonObject:
    document = {name: text(row.get(name, shape)) for name, shape in _ITEM.items()}
    if not isinstance(document["inventorytype"], str) or not document["inventorytype"].isdecimal():
        raise ValueError("inventorytype is a number")
    return document


def _unit(row: JsonObject) -> str:
    unit = row.get("uom", "each")
    if unit not in UNITS:
        raise ValueError(f"the unit {unit} is unknown")
    return str(unit)
