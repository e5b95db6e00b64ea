"""`sync_check` and `sync_<table>`: rows by the transaction that touched them last (contract section 4.8)."""

from pos_desktop.training.sandbox.biotrack import rows
from pos_desktop.training.sandbox.biotrack.call import Call
from pos_desktop.training.sandbox.biotrack.refusing import NOT_FOUND, Refused
from pos_desktop.training.sandbox.biotrack.rows import Row
from pos_desktop.training.sandbox.jsonio import JsonObject

TABLES = (
    "vendor", "qa_lab", "employee", "vehicle", "inventory_room", "plant_room", "inventory", "plant", "plant_derivative",
    "manifest", "inventory_transfer", "inventory_transfer_inbound", "inventory_sample", "inventory_qa_sample",
    "inventory_adjust", "sale", "tax_report",
)  # fmt: skip
WASHINGTON = ("third_party_transporter", "id_preassign")


def table(call: Call) -> JsonObject:
    tab = call.action.removeprefix("sync_")
    return {"success": 1, **_lists(tab, _rows(call, tab, call.members)), "sessiontime": call.now}


def check(call: Call) -> JsonObject:
    """Sums of transaction numbers, one term a row; with `download` the rows of tables that do not match."""
    summary: list[JsonObject] = []
    lists: JsonObject = {}
    known = TABLES + (WASHINGTON if call.settings.washington_tables else ())
    for each in call.members["data"]:
        tab = each["table"]
        if tab not in known:
            raise Refused(NOT_FOUND, f"The table {tab} is not known.")
        found = _rows(call, tab, each)
        total = sum(row.transaction for row in found)
        given = each.get("sum")
        match = int(given is not None and int(given) == total)
        summary.append({"table": tab, "sum": total, "match": match})
        if call.members.get("download") and not match:
            lists |= _lists(tab, found)
    return {"success": 1, "summary": summary, **lists, "sessiontime": call.now}


def _rows(call: Call, tab: str, members: JsonObject) -> list[Row]:
    first, last = (int(members.get(name) or 0) for name in ("transaction_start", "transaction_end"))
    return rows.in_range(call, tab, first, last, live_only=bool(members.get("active")))


def _lists(tab: str, found: list[Row]) -> JsonObject:
    """Under the table's name; a manifest comes in three lists."""
    if tab != "manifest":
        return {tab: [row.shown() for row in found]}
    stamps = [(row, {"manifest_id": row.key, **_stamps(row)}) for row in found]
    return {
        "manifest": [row.shown() for row in found],
        "manifest_stop_data": [
            {"stop_number": "1", "vendor_license": row.extra["receiver"], **stamp} for row, stamp in stamps
        ],
        "manifest_stop_items": [
            {"stop_number": "1", "inventoryid": item["barcode_id"], "quantity": item["quantity"], **stamp}
            for row, stamp in stamps
            for item in row.extra["items"]
        ],
    }


def _stamps(row: Row) -> JsonObject:
    names = ("sessiontime", "transactionid", "transactionid_original", "deleted")
    return {name: value for name, value in row.shown().items() if name in names}
