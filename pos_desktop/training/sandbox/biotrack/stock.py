"""Inventory that the company holds: the item of a barcode, what is left of it, and how much of a limit it uses."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from pos_desktop.training.sandbox.biotrack import rows
from pos_desktop.training.sandbox.biotrack.amounts import is_barcode, plain
from pos_desktop.training.sandbox.biotrack.call import Call
from pos_desktop.training.sandbox.biotrack.refusing import RULE, Refused
from pos_desktop.training.sandbox.biotrack.rows import Row

# Grams in one of each unit of weight (an ounce as the state counts it in grams is not published: the exact one).
GRAMS = {
    "g": Decimal(1), "mg": Decimal("0.001"), "kg": Decimal(1000), "oz": Decimal("28.349523125"),
    "lb": Decimal("453.59237"),
}  # fmt: skip
UNITS = (*GRAMS, "each", "ml")


@dataclass(slots=True)
class Item:
    row: Row

    @classmethod
    def held(cls, call: Call, barcode: Any) -> Self:
        """The company's item of that barcode.

        Raises:
            Refused: Not 16 digits as text, unknown, another company's, of the other data set, destroyed or seized.
        """
        row = rows.find(call, "inventory", barcode) if is_barcode(barcode) else None
        if row is None or row.deleted or row.document["seized"] == "1":
            raise Refused.possession(barcode)
        return cls(row)

    @property
    def location(self) -> str:
        return str(self.row.document["location"])

    @property
    def unit(self) -> str:
        return str(self.row.extra["uom"])

    @property
    def quantity(self) -> Decimal:
        return Decimal(self.row.document["remaining_quantity"])

    @quantity.setter
    def quantity(self, value: Decimal) -> None:
        self.row.document["remaining_quantity"] = plain(value)

    def take(self, call: Call, quantity: Decimal) -> None:
        """Raises Refused: there is less than that."""
        if quantity > self.quantity:
            raise Refused(RULE, "The quantity is larger than what remains of the identifier.")
        self.quantity -= quantity
        self.row.save(call)

    def give_back(self, call: Call, quantity: Decimal) -> None:
        self.quantity += quantity
        self.row.save(call)

    def limit_units(self, quantity: Decimal, by_type: dict[str, str]) -> Decimal:
        """What of a patient's limit that much uses: as seeded for the item, else for its type, else its grams."""
        own = self.row.extra.get("limit_units") or by_type.get(self.row.document["inventorytype"])
        if own is not None:
            return Decimal(own) * quantity
        if self.unit in GRAMS:
            return GRAMS[self.unit] * quantity
        net = self.row.document.get("net_package")
        return Decimal(net) * quantity if net else Decimal(0)
