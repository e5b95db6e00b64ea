"""How the papers of custody look: deposit, safe, bag, hand-over with its signatures, and the whole way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from hardware.printers.receipt import Align, Blank, Money, Pair, Row, Rule, Text, dollars
from pos_desktop.app.ports import SlipKind
from pos_desktop.domain.instant import Instant

Says = Mapping[str, Any]
_SIGN = "____________________"
_GOES = {
    "bag": "This slip goes into the bag. Then close the seal.",
    "courier": "This slip goes with the courier.",
    "kept": "This slip stays in the safe.",
    "parcel": "This slip goes into the parcel. Close it.",
    "till": "This slip stays with the till's papers.",
    "books": "Keep it with the books, out of the safe: who counts next reads no amount.",
}


def _deposit(says: Says) -> list[Row]:
    return [
        *_head("DEPOSIT", says),
        Pair("Till", says["register"]),
        Pair("Parcel", says["number"], bold=True),
        Money("For the safe", says["cash"], bold=True, double=True),
        Money("Stays in the drawer", says["left"]),
        Money("Was counted", says["cash"] + says["left"]),
        Rule(),
        *_signed("Divided by", says["by"]),
        *_signed("Witness", says["second"]),
        *_foot(says),
    ]


def _taken_in(says: Says) -> list[Row]:
    return [
        *_head("INTO THE SAFE", says),
        Pair("Parcel", says["what"], bold=True),
        Pair("Till", says["register"]),
        Text("Unopened. The amount stands on the slip inside, and is not told before two have counted it."),
        Rule(),
        *_signed("Taken in by", says["by"]),
        *_signed("Witness", says["second"]),
        *_foot(says),
    ]


def _safe_count(says: Says) -> list[Row]:
    rows: list[Row] = [
        *_head("COUNT OF THE SAFE", says),
        Money("Loose cash counted", says["cash"], bold=True, double=True),
    ]
    if says["begins"]:
        rows.append(Text("The first count: the book of the safe begins with it."))
    else:
        rows += [
            Money("By the book", says["expected"]),
            Money("Difference", says["cash"] - says["expected"], bold=True),
        ]
    if says["reason"]:
        rows += [Text(f"Reason: {says['reason']}"), Pair("Looked into by", says["owner"])]
    return [
        *rows,
        Rule(),
        *_pieces(says),
        Rule(),
        *_signed("Counted by", says["counted"]),
        *_signed("Recounted blind by", says["recounted"]),
        *_foot(says),
    ]


def _pieces(says: Says) -> list[Row]:
    return [
        Money(f"{_piece(cents)} x {number}", cents * number) for cents, number in says["pieces"] if number
    ]


def _bag(says: Says) -> list[Row]:
    rows: list[Row] = [
        *_head("DEPOSIT BAG", says),
        Pair("Bag", says["number"], bold=True),
        Pair("Seal", says["seal"], bold=True),
        Money("Amount", says["cash"], bold=True, double=True),
        Rule(),
    ]
    rows += [Money(what, cents) for what, cents in says["holds"]]
    if says["loose"]:
        rows.append(Money("Loose from the safe", says["loose"]))
    if says["variance"]:
        rows += [Money("Counted differs by", says["variance"], bold=True), Text(f"Reason: {says['reason']}")]
    return [
        *rows,
        Rule(),
        *_pieces(says),
        Rule(),
        *_signed("Counted by", says["counted"]),
        *_signed("Recounted blind by", says["recounted"]),
        *_foot(says),
    ]


def _hand_over(says: Says) -> list[Row]:
    return [
        *_head("HAND-OVER", says),
        Pair("Bag", says["number"], bold=True),
        Pair("Seal, whole", says["seal"], bold=True),
        Money("Amount by the bag's slip", says["cash"], bold=True),
        Rule(),
        Pair("Courier", says["courier"]),
        Pair("Badge", says["badge"]),
        Pair("Vehicle", says["vehicle"]),
        Rule(),
        *_signed("Handed over by", says["by"]),
        *_signed("Seen by", says["second"]),
        *_signed("Taken by", says["courier"]),
        *_foot(says),
    ]


def _chain(says: Says) -> list[Row]:
    rows: list[Row] = [
        Text("THE WAY OF A BAG", Align.CENTER, bold=True),
        Pair("Bag", says["number"], bold=True),
        Pair("Seal", says["seal"] or "not sealed"),
    ]
    if says["blind"]:
        rows.append(Text("It is being counted: no amount is shown until two persons have."))
    for link in says["links"]:
        rows += [Rule(), *_link(says, link)]
    for case in says["cases"]:
        rows += [Rule(), *_case(says, case)]
    return [*rows, Rule(), Text("Journal: number and first digits of the entry's hash.", Align.CENTER)]


def _link(says: Says, link: Says) -> list[Row]:
    leg = f"{link['leg'].upper()}: " if link.get("leg") else ""  # a paper that waited longer has none
    rows: list[Row] = [
        Text(f"{leg}{link['what']}", bold=True),
        Text(f"{_moment(says, link['at_us'])} {_zone(says, link['at_us'])}"),
        Text(f"{link['from']} > {link['to']}"),
        Pair("By", link["by"]),
    ]
    if link["second"]:
        rows.append(Pair(link.get("second_as") or "Second person", link["second"]))
    rows += [Pair(name.capitalize(), number) for name, number in link["numbers"].items()]
    if link["cents"] is not None:
        rows.append(Money("Amount", link["cents"]))
    if link["variance_cents"] is not None:
        rows.append(Money("Difference", link["variance_cents"]))
    if link["reason"]:
        rows.append(Text(f"Reason: {link['reason']}"))
    if link["journal_seq"] is not None:
        rows.append(Pair("Journal", f"{link['journal_seq']} {link['journal_hash']}"))
    return rows


def _case(says: Says, case: Says) -> list[Row]:
    rows: list[Row] = [
        Text("CASE", bold=True),
        Money("Difference", case["difference_cents"]),
        Text(f"Reason: {case['reason']}"),
        Pair("Looked into by", case["owner"]),
    ]
    if case["settled_at_us"] is None:
        return [*rows, Text("Not settled yet.", bold=True)]
    return [
        *rows,
        Text(f"Found: {case['found_out']}"),
        Pair(f"Settled by {case['settled_by']}", _moment(says, case["settled_at_us"])),
    ]


def _head(title: str, says: Says) -> list[Row]:
    return [
        Text(title, Align.CENTER, bold=True, double=True),
        Text(_moment(says, says["at"]), Align.CENTER),
        Rule(),
    ]


def _signed(what: str, who: str) -> list[Row]:
    return [Pair(what, who), Blank(), Pair("Signed", _SIGN)]


def _foot(says: Says) -> list[Row]:
    return [
        Rule(),
        Text(_GOES[says["goes"]], Align.CENTER, bold=True),
        Text(f"Journal {says['seq']} {says['hash']}", Align.CENTER),
    ]


def _piece(cents: int) -> str:
    return dollars(cents).removesuffix(".00") if cents >= 100 else f"{cents}c"


def _moment(says: Says, at_us: int) -> str:
    local = Instant(at_us).datetime_in(ZoneInfo(says["zone"]))
    return f"{local:%b} {local.day}, {local:%Y} {local.hour % 12 or 12}:{local:%M %p}"


def _zone(says: Says, at_us: int) -> str:
    return f"{Instant(at_us).datetime_in(ZoneInfo(says['zone'])):%Z}"


CUSTODY_LAYOUTS: dict[SlipKind, Callable[[Says], list[Row]]] = {
    SlipKind.DEPOSIT: _deposit,
    SlipKind.TAKEN_IN: _taken_in,
    SlipKind.SAFE_COUNT: _safe_count,
    SlipKind.BAG: _bag,
    SlipKind.HAND_OVER: _hand_over,
    SlipKind.CHAIN: _chain,
}
