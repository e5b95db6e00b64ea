"""How slips look on paper: what they say is in them, nothing is looked up or worked out here but sums of a count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from hardware.printers.receipt import Align, Blank, Money, Pair, ReceiptDoc, Row, Rule, Text
from pos_desktop.app.ports import Slip, SlipKind
from pos_desktop.app.ports.paper import ENVELOPE
from pos_desktop.devices.custody_layout import CUSTODY_LAYOUTS
from pos_desktop.devices.receipt_layout import Letterhead
from pos_desktop.domain.instant import Instant

Says = Mapping[str, Any]
_TENDERS = {"cash": "Cash", "debit": "Debit", "credit": "Store credit"}
_MOVES = {
    "drop": "Drops to the safe",
    "paid-in": "Paid in",
    "paid-out": "Paid out",
    "refund": "Cash given back",
    "change-in": "Change from safe or till",
    "change-out": "Float to another till",
    "credit-out": "Store credit paid out",
}
_WAYS = {"paid-in": 1, "change-in": 1}
_NONE: Says = {"times": 0, "cash": 0}
_SIGN = "____________________"


def slip_paper(slip: Slip, head: Letterhead, *, copy: bool) -> ReceiptDoc:
    """Raises KeyError: no layout is known for it."""
    rows: list[Row] = [
        Text(head.store_name, Align.CENTER, bold=True),
        Text(f"License {head.license}", Align.CENTER),
        Text(head.register_name, Align.CENTER),
    ]
    if head.training:
        rows.append(Text("TRAINING - NO REAL CASH", Align.CENTER, bold=True))
    doc = ReceiptDoc((*rows, Rule(), *LAYOUTS[slip.kind](slip.says), Blank()))
    return doc.as_copy() if copy else doc


def _opening(says: Says) -> list[Row]:
    rows = [
        _title("TILL OPENED"),
        *_when(says, says["at"]),
        Pair("Opened by", says["by"]),
        Rule(),
        *_count(says["pieces"]),
        Money("Float counted", says["cash"], bold=True),
    ]
    if says["reason"]:
        rows.append(Text(f"Differs from the store's float: {says['reason']}"))
    if says["second"]:
        rows.append(Pair("Approved by", says["second"]))
    return [*rows, *_journal(says)]


def _drop(says: Says) -> list[Row]:
    goes = (
        "This slip goes into the envelope." if says["goes"] == ENVELOPE else "This slip stays in the drawer."
    )
    return [
        _title("DROP TO THE SAFE"),
        *_when(says, says["at"]),
        Pair("Envelope", says["reference"], bold=True),
        *_count(says.get("pieces", [])),
        Money("Amount", says["cash"], bold=True, double=True),
        Rule(),
        Pair("Dropped by", says["by"]),
        Pair("Witness", says["second"]),
        Blank(),
        Pair("Signed", _SIGN),
        Blank(),
        Pair("Witness signed", _SIGN),
        Rule(),
        Text(goes, Align.CENTER),
        *_journal(says),
    ]


def _paid(says: Says) -> list[Row]:
    rows = [
        _title(says["what"].upper()),
        *_when(says, says["at"]),
        Money("Amount", says["cash"], bold=True, double=True),
        Text(f"Reason: {says['reason']}"),
        Rule(),
        Pair("By", says["by"]),
    ]
    if says["second"]:
        rows.append(Pair("Approved by", says["second"]))
    return [*rows, Blank(), Pair("Signed", _SIGN), *_journal(says)]


def _journal(says: Says) -> list[Row]:
    """Where it stands there; a slip of an older version that waited does not tell it."""
    return [Text(f"Journal {says['seq']} {says['hash']}", Align.CENTER, bold=True)] if "seq" in says else []


def _x(says: Says) -> list[Row]:
    report = says["report"]
    return [
        _title("X REPORT"),
        Text("The till goes on. Who read this does not count it.", Align.CENTER),
        Rule(),
        Pair("Till opened", _moment(says, report["opened"]["at"])),
        Pair("By", _name(says, report["opened"]["by"])),
        Pair("Read", _moment(says, report["read"]["at"])),
        Pair("By", _name(says, report["read"]["by"])),
        *_day(says),
        *_drawer(says),
        Money("In the drawer now", report["cash"]["expected"], bold=True),
    ]


def _z(says: Says) -> list[Row]:
    report, cash = says["report"], says["report"]["cash"]
    rows = [
        _title(f"Z REPORT {report['number']}"),
        Text(f"Register {report['register']}, epoch {says['epoch']}", Align.CENTER),
        Rule(),
        Pair("Till opened", _moment(says, report["opened"]["at"])),
        Pair("By", _name(says, report["opened"]["by"])),
        Pair("Till closed", _moment(says, report["closed"]["at"])),
        Pair("By", _name(says, report["closed"]["by"])),
        *_day(says),
        *_pauses(says),
        *_counts(says),
        *_drawer(says),
        Money("Expected", cash["expected"], bold=True),
        Money("Counted", cash["counted"], bold=True),
        Money(_over_short(cash["over_short"]), cash["over_short"], bold=True),
    ]
    if cash["reason"]:
        rows.append(Text(f"Reason: {cash['reason']}"))
    if cash["approved_by"]:
        rows.append(Pair("Difference approved by", _name(says, cash["approved_by"])))
    return [
        *rows,
        Pair("Witness", _name(says, cash["witness"])),
        Blank(),
        Pair("Signed", _SIGN),
        Blank(),
        Pair("Witness signed", _SIGN),
        Rule(),
        Text(f"Session {report['session']}", Align.CENTER),
        *_journal(says),
        Text("This report is printed once. What says COPY is one.", Align.CENTER),
    ]


def _day(says: Says) -> list[Row]:
    """Sales, tax, tenders: the same on X and Z. What the program does not know of has a line that says so: nought."""
    report = says["report"]
    sales, voids = report["sales"], report["voids"]
    rows: list[Row] = [
        _part("SALES"),
        Pair("Sales", str(sales["count"])),
        Money("Before tax", sales["subtotal"]),
        Money("Sales tax", sales["tax"]),
        Money("Total", sales["total"], bold=True),
        Pair(f"Voids ({voids['times']})", _dollars(voids["total"])),
        *_earlier_voids(says),
        Pair("Returns", "0"),
        Pair("First receipt", sales["first"] or "none"),
        Pair("Last receipt", sales["last"] or "none"),
        Text(_gaps(sales["gaps"])),
        Pair("Not yet reported to the state", str(sales["unreported"])),
        _part("TENDERS"),
    ]
    rows += [Money(_TENDERS.get(name, name), cents) for name, cents in report["tenders"].items()]
    if not report["tenders"]:
        rows.append(Text("Nothing was paid."))
    if report.get("rounding"):
        rows.append(Money("Cash rounding", -report["rounding"]))
    for name, cents in report.get("refunds", {}).items():
        rows.append(Money(f"{_TENDERS.get(name, name)} given back", -cents))
    return [*rows, *_terminals(report.get("terminals", {}))]


def _earlier_voids(says: Says) -> list[Row]:
    """Of sales that stand on the report of another till, and whose money this one gave back."""
    voids = says["report"].get("earlier_voids", ())
    rows: list[Row] = []
    if voids:
        total = sum(each["total"] for each in voids)
        rows.append(Pair(f"Voids of earlier tills ({len(voids)})", _dollars(total)))
    for each in voids:
        parts = (f"{_TENDERS.get(name, name)} {_dollars(cents)}" for name, cents in each["back"].items())
        who = f"{each['number']}, {_moment(says, each['at'])}, {_name(says, each['by'])}: {each['reason']}"
        rows.append(Text(f"{who}. Given back: {', '.join(parts)}."))
    return rows


def _terminals(terminals: Says) -> list[Row]:
    """Beside each other: what was approved here, and what the terminal says."""
    rows: list[Row] = []
    for name, each in terminals.items():
        rows += [_part(f"TERMINAL {name}"), Money("Approved", each["approved"])]
        if each["refunded"]:
            rows.append(Money("Refunded", -each["refunded"]))
        if each["unsettled"]:
            rows.append(Money("Not settled", each["unsettled"]))
        if "batch" in each:
            rows += [Money("Batch total", each["batch"]), Money("Difference", each["difference"], bold=True)]
        else:
            rows.append(Text("Its batch total was not read."))
    return rows


def _drawer(says: Says) -> list[Row]:
    report = says["report"]
    rows: list[Row] = [_part("DRAWER"), Money("Float", report["opened"]["float"])]
    rows.append(Money("Cash of sales", report["tenders"].get("cash", 0)))
    for kind, words in _MOVES.items():
        each = report["moves"].get(kind, _NONE)
        if each["times"] or kind in ("drop", "paid-in", "paid-out"):
            rows.append(Money(f"{words} ({each['times']})", _WAYS.get(kind, -1) * each["cash"]))
    rows.append(Pair("Drawer opened without a sale", str(report["no_sales"])))
    for each in report.get("drawer_opened", ()):
        who = _name(says, each["by"])
        rows.append(Text(f"{_moment(says, each['at'])}, {who}: {each['reason']}"))
    return rows


def _pauses(says: Says) -> list[Row]:
    rows: list[Row] = [
        Pair(
            f"{_moment(says, each['at'])}, {_name(says, each['by'])}",
            _dollars(each["counted"]),
        )
        for each in says["report"]["pauses"]
    ]
    return [_part("COUNTED AFTER A PAUSE"), *rows] if rows else []


def _counts(says: Says) -> list[Row]:
    counts, rows = says["report"]["cash"]["counts"], list[Row]()
    for n, each in enumerate(counts):
        rows += [
            _part("COUNT" if not n else "RECOUNT"),
            Pair("Counted blind by" if not n else "Counted again by", _name(says, each["by"])),
            *_count(each["pieces"]),
            Money("Counted", each["total"], bold=True),
        ]
    return rows


def _count(pieces: list[list[int]]) -> list[Row]:
    """Only what was there; the whole list is kept."""
    return [Money(f"{_piece(cents)} x {number}", cents * number) for cents, number in pieces if number]


def _piece(cents: int) -> str:
    return f"${cents // 100}" if cents >= 100 else f"{cents}c"


def _gaps(gaps: list[str]) -> str:
    if not gaps:
        return "No number is missing between them."
    return f"Missing between them: {', '.join(gaps)}. No sale of this till bears these numbers."


def _over_short(cents: int) -> str:
    return "Over" if cents > 0 else "Short" if cents < 0 else "Over/short"


def _when(says: Says, at_us: int) -> list[Row]:
    return [Text(_moment(says, at_us), Align.CENTER), Rule()]


def _moment(says: Says, at_us: int) -> str:
    local = Instant(at_us).datetime_in(ZoneInfo(says["zone"]))
    return f"{local:%b} {local.day}, {local:%Y} {local.hour % 12 or 12}:{local:%M %p}"


def _name(says: Says, person: str) -> str:
    name: str = says["names"].get(person, person)
    return name


def _title(words: str) -> Row:
    return Text(words, Align.CENTER, bold=True, double=True)


def _part(words: str) -> Row:
    return Text(f"- {words} -", Align.CENTER, bold=True)


def _dollars(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02d}"


LAYOUTS: dict[SlipKind, Callable[[Says], list[Row]]] = {
    SlipKind.TILL_OPENED: _opening,
    SlipKind.DROP: _drop,
    SlipKind.PAID: _paid,
    SlipKind.X_REPORT: _x,
    SlipKind.Z_REPORT: _z,
    **CUSTODY_LAYOUTS,
}
