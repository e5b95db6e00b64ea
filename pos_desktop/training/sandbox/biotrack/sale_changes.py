"""`sale_void`, `sale_modify`, `sale_refund` (contract section 4.3)."""

from decimal import Decimal

from pos_desktop.training.sandbox.biotrack import rows
from pos_desktop.training.sandbox.biotrack.amounts import amount, as_sent, decimal, plain, whole
from pos_desktop.training.sandbox.biotrack.call import Call
from pos_desktop.training.sandbox.biotrack.refusing import NOT_FOUND, RULE, Refused
from pos_desktop.training.sandbox.biotrack.rows import Row
from pos_desktop.training.sandbox.biotrack.sales import accepted, limits_by_type, sale_row
from pos_desktop.training.sandbox.biotrack.stock import Item
from pos_desktop.training.sandbox.jsonio import JsonObject

_UNKNOWN = "The transaction specified could not be found."


def void(call: Call) -> JsonObject:
    """The whole sale back, goods and limit; its rows stay, deleted and stamped by the void."""
    sale = _sale(call)
    sold, returned = _parted(call, sale)
    if returned:
        raise Refused(NOT_FOUND, "The transaction specified has refunds and cannot be voided.")
    call.must_be_open(_place(sold), sold[0].at)
    for row in sold:
        _stock(call, row.document["inventoryid"], Decimal(row.document["quantity"]))
        row.deleted = 1
        row.save(call, at=row.at)
    call.db.execute("UPDATE sale SET voided = ? WHERE transactionid = ?", (call.transaction, sale))
    call.db.execute("DELETE FROM purchase WHERE sale = ?", (sale,))
    return accepted(call)


def modify(call: Call) -> JsonObject:
    """Another price for one line. A `sale_time` is checked and moves nothing: what it does is not established."""
    sold, _ = _parted(call, _sale(call))
    row = _line(sold, call.members)
    price = call.members["price"]
    amount(price, "price")
    call.must_be_open(_place(sold), row.at)
    if call.members.get("sale_time"):
        call.must_be_open(_place(sold), call.members["sale_time"])
    row.document["price"] = as_sent(price)
    row.save(call, at=row.at)
    return accepted(call)


def refund(call: Call) -> JsonObject:
    """Goods come back in rows of their own, at a negative price, in the present period."""
    sale = _sale(call)
    sold, returned = _parted(call, sale)
    at = call.members.get("sale_time") or call.now
    call.must_be_open(_place(sold), at)
    if at < sold[0].at:
        raise Refused(NOT_FOUND, "The time of the refund is before the sale.")
    for n, each in enumerate(call.members["data"]):
        line = _line(sold, each)
        quantity = whole(each.get("quantity"))
        back = sum(Decimal(row.document["quantity"]) for row in returned if _same_line(row, line))
        if back + quantity > Decimal(line.document["quantity"]):
            raise Refused(RULE, "The quantity is larger than what was sold.")
        price = decimal(each.get("price"))
        if price is None or price >= 0:
            raise Refused(RULE, "The price of a refund is a negative amount.")
        made = sale_row(call, sale, line.document, refund=f"{call.transaction:012d}:{n:06d}")
        made.document |= {"quantity": str(quantity), "price": as_sent(each["price"])}
        _return(call, sale, made, at)
        returned.append(made)
    return accepted(call)


def _return(call: Call, sale: int, made: Row, at: int) -> None:
    quantity = Decimal(made.document["quantity"])
    item = _stock(call, made.document["inventoryid"], quantity)
    made.save(call, at=at)
    if call.settings.refund_restores_limit:
        _restore_limit(call, sale, item.limit_units(quantity, limits_by_type(call)))


def _restore_limit(call: Call, sale: int, units: Decimal) -> None:
    row = call.db.execute("SELECT id, units FROM purchase WHERE sale = ?", (sale,)).fetchone()
    if row is not None:
        left = max(Decimal(row[1]) - units, Decimal(0))
        call.db.execute("UPDATE purchase SET units = ? WHERE id = ?", (plain(left), row[0]))


def _sale(call: Call) -> int:
    """The number of a sale in force.

    Raises:
        Refused: Unknown, another company's, of the other data set, no sale or voided already.
    """
    number = int(call.members["transactionid"])
    found = call.db.execute(
        "SELECT 1 FROM sale WHERE transactionid = ? AND training = ? AND ubi = ? AND voided IS NULL",
        (number, call.training, call.ubi),
    ).fetchone()
    if found is None:
        raise Refused(NOT_FOUND, _UNKNOWN)
    return number


def _parted(call: Call, sale: int) -> tuple[list[Row], list[Row]]:
    """Sold rows and returned rows."""
    found = rows.of_original(call, "sale", sale)
    return (
        [row for row in found if row.document["refunded"] is None],
        [row for row in found if row.document["refunded"] is not None],
    )


def _line(sold: list[Row], members: JsonObject) -> Row:
    """The sold row of a barcode; its number is needed where the barcode was sold in several lines."""
    number = members.get("item_number")
    found = [row for row in sold if row.document["inventoryid"] == members["barcodeid"]]
    if number is not None:
        found = [row for row in found if row.document["itemnumber"] == str(number)]
    if not found:
        raise Refused.possession(members["barcodeid"])
    if len(found) > 1:
        raise Refused.missing("item_number")
    return found[0]


def _same_line(row: Row, line: Row) -> bool:
    return all(row.document[name] == line.document[name] for name in ("inventoryid", "itemnumber"))


def _stock(call: Call, barcode: str, quantity: Decimal) -> Item:
    """Goods back on the shelf, also of an item that is destroyed or seized meanwhile."""
    row = rows.find(call, "inventory", barcode)
    if row is None:
        raise Refused.possession(barcode)
    item = Item(row)
    item.give_back(call, quantity)
    return item


def _place(sold: list[Row]) -> str:
    return str(sold[0].document["location"])
