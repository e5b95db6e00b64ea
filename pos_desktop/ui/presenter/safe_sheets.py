"""The sheets over the room “Safe”, and what a second person signs."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.custody_picture import Line
from pos_desktop.domain.people import Person
from pos_desktop.ui.sheet_state import FieldsSheet, FormField

translate = QCoreApplication.translate
AMOUNT, NUMBER, LOOSE, SEAL = "amount", "number", "loose", "seal"
COURIER, BADGE, VEHICLE, SLIP, REASON, WHAT, PICK = (
    "courier", "badge", "vehicle", "slip", "reason", "what", "pick",
)  # fmt: skip


def divide(line: Line) -> FieldsSheet:
    return FieldsSheet(
        translate("Safe", "What stays in the drawer"),
        translate(
            "Safe",
            "{title}. Write what stays as the next float, or 0. The rest goes into the safe, and nobody who counts it "
            "later reads here how much that is. A second person signs it.",
        ).format(title=line.title),
        (FormField(AMOUNT, translate("Safe", "Stays in the drawer"), hint="200.00"),),
        translate("Safe", "Ask the second person"),
    )


def bag_number(parcels: int) -> FieldsSheet:
    return FieldsSheet(
        translate("Safe", "The deposit bag"),
        translate(
            "Safe", "Parcels that go into it: {n}. Scan or write the number that is printed on the bag."
        ).format(n=parcels),
        (
            FormField(NUMBER, translate("Safe", "Number of the bag")),
            FormField(LOOSE, translate("Safe", "Loose cash of the safe that goes in too"), hint="0.00"),
        ),
        translate("Safe", "Make the bag"),
    )


def seal(line: Line, other: str) -> FieldsSheet:
    return FieldsSheet(
        translate("Safe", "Seal the bag"),
        translate(
            "Safe",
            "{title}, {cash}. Write the number of the seal; two slips are printed. Put one into the bag and close it, "
            "both of you. {other} signs with their own PIN.",
        ).format(title=line.title, cash=line.cash, other=other),
        (FormField(SEAL, translate("Safe", "Number of the seal")),),
        translate("Safe", "Ask {other}").format(other=other),
    )


def hand_over(line: Line) -> FieldsSheet:
    return FieldsSheet(
        translate("Safe", "Hand the bag over"),
        translate(
            "Safe",
            "{title}. Read the seal on the bag and the courier’s badge. Somebody else sees it and signs with their own "
            "PIN; two slips are printed, for the courier and the safe, with lines to sign.",
        ).format(title=line.title),
        (
            FormField(SEAL, translate("Safe", "Number of the seal, as it stands on the bag")),
            *_courier(),
        ),
        translate("Safe", "Ask who sees it"),
    )


def _courier() -> tuple[FormField, ...]:
    return (
        FormField(COURIER, translate("Safe", "Name of the courier")),
        FormField(BADGE, translate("Safe", "Number of the badge")),
        FormField(VEHICLE, translate("Safe", "Number of the vehicle")),
    )


def bank(line: Line) -> FieldsSheet:
    return FieldsSheet(
        translate("Safe", "The bank’s slip"),
        translate("Safe", "{title}, {cash} when it was sealed. Write what the bank counted.").format(
            title=line.title, cash=line.cash
        ),
        (
            FormField(AMOUNT, translate("Safe", "Counted by the bank")),
            FormField(SLIP, translate("Safe", "Number of the slip")),
        ),
        translate("Safe", "Save the slip"),
    )


def differs(words: str, owners: Iterable[Person]) -> FieldsSheet:
    return FieldsSheet(
        translate("Safe", "It differs"),
        words,
        (FormField(REASON, translate("Safe", "What is known of it, in a few words")),),
        translate("Safe", "Save it and open a case"),
        translate("Safe", "Who looks into it (↑ ↓)"),
        tuple((str(each.id), each.name) for each in owners),
    )


def reason(title: str, body: str, action: str) -> FieldsSheet:
    return FieldsSheet(title, body, (FormField(REASON, translate("Safe", "In a few words")),), action)


def take_apart(line: Line) -> FieldsSheet:
    return reason(
        translate("Safe", "Take the bag apart"),
        translate(
            "Safe", "{title} does not go. What is in it is in the safe again; a second person signs it. Why?"
        ).format(title=line.title),
        translate("Safe", "Ask the second person"),
    )


def settle(line: Line) -> FieldsSheet:
    return reason(
        translate("Safe", "Settle the case"),
        translate("Safe", "{title}. {cash}. Write what was found out.").format(
            title=line.title, cash=line.cash
        ),
        translate("Safe", "Settle it"),
    )


def cancel(line: Line) -> FieldsSheet:
    return reason(
        translate("Safe", "Cancel the order"),
        translate("Safe", "{title}: it does not come. Why?").format(title=line.title),
        translate("Safe", "Cancel it"),
    )


def call_back(line: Line) -> FieldsSheet:
    return reason(
        translate("Safe", "Call it back"),
        translate("Safe", "{title}: it does not go, and all of it is again where it came from. Why?").format(
            title=line.title
        ),
        translate("Safe", "Call it back"),
    )


def figures(warning: str) -> FieldsSheet:
    """`warning` is empty where enough people are left to count."""
    body = translate(
        "Safe",
        "The amounts of parcels, tills and orders that wait, and what was in the safe at its last count. Whoever reads "
        "them counts none of it, and not the safe before others settled its next count. The journal has who read them.",
    )
    return FieldsSheet(
        translate("Safe", "Show the amounts"),
        f"{body} {warning}".strip(),
        (),
        translate("Safe", "Show them to me"),
    )


def give(owners: Iterable[Person]) -> FieldsSheet:
    return FieldsSheet(
        translate("Safe", "Give the case to another"),
        "",
        (),
        translate("Safe", "Give it"),
        translate("Safe", "Who looks into it from now on (↑ ↓)"),
        tuple((str(each.id), each.name) for each in owners),
    )


def order() -> FieldsSheet:
    return FieldsSheet(
        translate("Safe", "Order change from the bank"),
        translate("Safe", "When it comes, two other persons receive and count it."),
        (
            FormField(AMOUNT, translate("Safe", "Amount")),
            FormField(
                WHAT, translate("Safe", "Which notes and coins"), hint=translate("Safe", "ones and quarters")
            ),
        ),
        translate("Safe", "Order it"),
    )


def receive_order() -> FieldsSheet:
    return FieldsSheet(
        translate("Safe", "Receive the change"),
        translate(
            "Safe", "Leave it closed. Somebody else sees it and signs with their own PIN; it is counted next."
        ),
        (FormField(NUMBER, translate("Safe", "Number of the bank’s bag")), *_courier()),
        translate("Safe", "Ask who sees it"),
    )


def send(places: Iterable[str]) -> FieldsSheet:
    """`places` are the safe (empty) and the codes of tills."""
    codes = [each for each in places if each]
    ways = [(f"|{code}", translate("Safe", "Safe → till {code}").format(code=code)) for code in codes]
    ways += [(f"{code}|", translate("Safe", "Till {code} → safe").format(code=code)) for code in codes]
    ways += [
        (f"{one}|{other}", translate("Safe", "Till {one} → till {other}").format(one=one, other=other))
        for one in codes
        for other in codes
        if one != other
    ]
    return FieldsSheet(
        translate("Safe", "Move a float"),
        translate("Safe", "It is on its way with you until another person counts and receives it."),
        (FormField(AMOUNT, translate("Safe", "Amount")),),
        translate("Safe", "Take it out"),
        translate("Safe", "From where to where (↑ ↓)"),
        tuple(ways),
    )


def receive(line: Line) -> FieldsSheet:
    return FieldsSheet(
        translate("Safe", "Count and receive it"),
        translate("Safe", "{title}. Count it and write what came.").format(title=line.title),
        (FormField(AMOUNT, translate("Safe", "Counted")),),
        translate("Safe", "Receive it"),
    )
