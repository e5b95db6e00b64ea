"""One inventory row of BioTrack in the shelf's words (biotrack contract, sections 3.7, 3.8 and 4.8)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction

from pos_desktop.app.ports import IncomingPackage
from pos_desktop.domain.identity import PackageTag, ProductId
from pos_desktop.domain.limits.model import Category, Measures
from pos_desktop.domain.mass import OUNCE_MG
from pos_desktop.domain.shelf import Held, Package, Product, Unit
from pos_desktop.sync.biotrack.profile import BioTrackProfile
from pos_desktop.sync.biotrack.reading import Row, barcode, flag, number_of, text
from pos_desktop.sync.biotrack.types import InventoryType, TypeTable
from pos_desktop.sync.numbers import decimal

EACH = "each"
_MG = {
    "": Fraction(1_000),
    "g": Fraction(1_000),
    "mg": Fraction(1),
    "kg": Fraction(1_000_000),
    "oz": OUNCE_MG,
    "lb": 16 * OUNCE_MG,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns inventory rows into packages of the shelf.

    Args:
        location: Ours; rows of other premises are not on this shelf.
    """

    types: TypeTable
    profile: BioTrackProfile
    location: str

    def is_ours(self, row: Row) -> bool:
        """A row that does not say where it is counts as ours: the list is of what the user may see."""
        return text(row.get("location")) in ("", self.location)

    def is_gone(self, row: Row) -> bool:
        return flag(row.get("deleted")) is True or not self.is_ours(row)

    def package(self, row: Row, quarantine: frozenset[str], notes: list[str]) -> IncomingPackage | None:
        """None, with a note, where the row is no package that could ever be scanned."""
        tag = barcode(row.get("id"))
        if not tag:
            notes.append("An inventory row without an identifier of 16 digits was left out.")
            return None
        code = text(row.get("inventorytype"))
        kind = self.types.find(code)
        on_hand = _on_hand(row, tag, notes)
        why = _unmapped(kind, code)
        held = (
            Held.GONE
            if self.is_gone(row)
            else self._held(row, kind, on_hand, quarantine) or (Held.UNMAPPED if why else None)
        )
        name = text(row.get("productname")) or text(row.get("strain")) or f"Item …{tag[-4:]}"
        package = Package(
            tag=PackageTag(tag),
            product=Product(
                id=_product_id(row, name, code),
                name=name,
                # An item without a category is held back; flower is the strictest word should that be lifted.
                category=kind.ours if kind is not None and kind.ours is not None else Category.FLOWER,
                unit=Unit.EACH,
                measures=Measures(net_mg=self._piece_mg(row), count=1),
                price=None,
            ),
            batch=text(row.get("strain")),
            on_hand=on_hand,
            tracker_unit=EACH,
            held=held,
        )
        return IncomingPackage(
            package=package,
            remote_id=tag,
            remote_item_id="",
            tracker_category=f"type {code} ({kind.name})" if kind is not None else f"type {code}",
            unmapped_because=why,
        )

    def _held(
        self, row: Row, kind: InventoryType | None, on_hand: int, quarantine: frozenset[str]
    ) -> Held | None:
        """Why it may not be sold, the gravest reason first."""
        bulk = kind is not None and kind.bulk
        status = text(row.get("inventorystatus")) in self.profile.held_statuses
        sample = flag(row.get("is_sample")) is True or (kind is not None and kind.sample)
        reasons = (
            (Held.HOLD, flag(row.get("seized")) is True or status or bulk),
            (Held.HOLD, text(row.get("currentroom")) in quarantine),
            (Held.SAMPLE, sample),
            (Held.EMPTY, on_hand <= 0),
        )
        return next((held for held, applies in reasons if applies), None)

    def _piece_mg(self, row: Row) -> int | None:
        """Of one piece, shares of a milligram rounded up so that no allotment grows; None where nothing tells."""
        for member in self.profile.piece_grams:
            amount = decimal(row.get(member))
            per = _MG.get(text(row.get(f"{member}_uom")).lower())
            if amount is not None and amount > 0 and per is not None:
                exact = Fraction(amount) * per
                return -(-exact.numerator // exact.denominator)
        return None


def quarantine_rooms(rows: list[Row], location: str) -> frozenset[str]:
    return frozenset(
        text(row.get("roomid"))
        for row in rows
        if flag(row.get("quarantine")) and flag(row.get("deleted")) is not True
        if text(row.get("location")) in ("", location) and text(row.get("roomid"))
    )


def transaction(row: Row) -> int:
    return int(number_of(row.get("transactionid")) or 0)


def _unmapped(kind: InventoryType | None, code: str) -> str:
    """Why the item cannot be sold before a person looked at it; empty when it can."""
    if kind is None:
        return f"The state's inventory type “{code or 'none'}” is not known here."
    if kind.ours is None and not kind.bulk and not kind.sample:
        return f"The state's inventory type “{kind.name}” does not say which of our categories it is."
    return ""


def _on_hand(row: Row, tag: str, notes: list[str]) -> int:
    quantity = decimal(row.get("remaining_quantity"))
    if quantity is None:
        notes.append(f"Package …{tag[-4:]} has no readable quantity at the state and is taken for empty.")
        return 0
    pieces = int(quantity // 1)
    if pieces != quantity:
        notes.append(f"Package …{tag[-4:]} holds a share of a piece; our stock is rounded down.")
    return max(0, pieces)


def _product_id(row: Row, name: str, code: str) -> ProductId:
    """The service names no products: what bears one name, type, strain and net weight is one."""
    parts = (name, code, text(row.get("strain")), text(row.get("net_package")))
    return ProductId(f"biotrack-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:24]}")
