"""Packages: reading, and the changes a dispensary makes (contract section 10)."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from pos_desktop.training.sandbox.clock import odt
from pos_desktop.training.sandbox.http import Answer, Refusal
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode, number
from pos_desktop.training.sandbox.metrc.call import Call, own
from pos_desktop.training.sandbox.metrc.listing import listed, window
from pos_desktop.training.sandbox.metrc.shapes import HOLD_FLAGS, ITEM_CODES
from pos_desktop.training.sandbox.metrc.units import ABBREVIATION
from pos_desktop.training.sandbox.store import Connection


@dataclass(slots=True)
class Package:
    """A package as stored; `quantity` is in `unit`, `document` holds the remaining members."""

    id: int
    label: str
    quantity: Decimal
    unit: str
    modified: int
    document: JsonObject
    license: str
    place: str
    item: JsonObject
    item_extra: JsonObject = field(default_factory=dict)

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Self:
        identity, label, quantity, unit, modified, document, license_number, place, *item = row
        return cls(
            identity, label, Decimal(quantity), unit, modified, decode(document), license_number, place,
            {**decode(item[1]), "Id": item[0]}, decode(item[2]),
        )  # fmt: skip

    @classmethod
    def by_label(cls, db: Connection, label: str) -> Self | None:
        row = db.execute("SELECT * FROM shown_package WHERE label = ?", (label.upper(),)).fetchone()
        return None if row is None else cls.of(row)

    @classmethod
    def by_id(cls, db: Connection, package: int) -> Self | None:
        row = db.execute("SELECT * FROM shown_package WHERE id = ?", (package,)).fetchone()
        return None if row is None else cls.of(row)

    def save(self, db: Connection, ticks: int) -> None:
        self.place, self.modified = place_of(self.document), ticks
        db.execute(
            "UPDATE package SET quantity = ?, place = ?, modified = ?, document = ? WHERE id = ?",
            (number(self.quantity), self.place, ticks, encode(self.document).decode(), self.id),
        )

    def to_json(self) -> JsonObject:
        return {
            **self.document,
            "Id": self.id,
            "Label": self.label,
            "Quantity": self.quantity,
            "UnitOfMeasureName": self.unit,
            "UnitOfMeasureAbbreviation": ABBREVIATION[self.unit],
            "LastModified": odt(self.modified),
            "Item": {**self.item, **dict.fromkeys(ITEM_CODES, 0)},
        }


def place_of(document: JsonObject) -> str:
    """The list that a package is on: one of inactive, intransit, onhold, labsamples, active."""
    if document["IsFinished"] or document["ArchivedDate"] is not None:
        return "inactive"
    if document.get("in_transit"):
        return "intransit"
    if any(document[flag] for flag in HOLD_FLAGS):
        return "onhold"
    return "labsamples" if document["IsTestingSample"] else "active"


def package_list(call: Call, place: str) -> Answer:
    start, end = window(call)
    selection = "SELECT * FROM shown_package WHERE license = ? AND place = ? AND modified BETWEEN ? AND ?"
    return listed(call, selection, (call.facility.license, place, start, end), _row_json)


def package_by_key(call: Call) -> Answer:
    """By id (digits only) or by label; a label of 24 digits is a label (contract section 10)."""
    key = call.arguments["key"]
    as_id = key.isascii() and key.isdecimal() and len(key) < 19
    found = Package.by_id(call.db, int(key)) if as_id else Package.by_label(call.db, key)
    if found is None:
        raise Refusal.empty(404)
    own(call, found.license)
    return Answer.json(_shown(found))


def _row_json(row: tuple[Any, ...]) -> JsonObject:
    return _shown(Package.of(row))


def _shown(package: Package) -> JsonObject:
    shown = package.to_json()
    shown.pop("in_transit", None)
    return shown
