"""The cart: lines, changes to them, totals."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.limits.model import Item
from pos_desktop.domain.money import ZERO, Money, round_half_up_to_cent
from pos_desktop.domain.shelf import Held, Package, Unit

MOST_PIECES = 9_999


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the scale said when a weighed line was made; kept with the sale.

    Args:
        net_mg, tare_mg, division_mg: Milligrams, as sent.
        raw: The frame as it came, in hexadecimal.
        scale: Identity of the scale (model and serial number).
    """

    net_mg: int
    tare_mg: int
    division_mg: int
    raw: str
    scale: str


@dataclass(frozen=True, slots=True)
class CartLine:
    """`quantity` is milligrams or pieces; `price` is per gram or per piece, frozen when the line was made.

    `amount` and `item` (the line as the limit rules see it) follow from these and are reckoned once.
    """

    package: Package
    quantity: int
    price: Money
    weighing: Weighing | None = None
    amount: Money = field(init=False, compare=False, repr=False)
    item: Item = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        product = self.package.product
        object.__setattr__(self, "amount", product.amount(self.quantity, self.price))
        object.__setattr__(self, "item", product.item(self.quantity))


@dataclass(frozen=True, slots=True)
class Totals:
    subtotal: Money
    tax: Money
    total: Money
    line_taxes: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Cart:
    """Lines in the order they were added. Every change returns a new cart."""

    lines: tuple[CartLine, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(line.item for line in self.lines)

    def add(self, package: Package, pieces: int = 1) -> Cart:
        """Add pieces of a package; a second scan raises the line that is there.

        Raises:
            RuleRefusal: held, without a price, sold by weight only, or more than is on hand. The cart is as it was.
        """
        if package.product.unit is Unit.WEIGHT:
            raise RuleRefusal(f"{package.product.name} is sold by weight. Weigh it.", code="needs-weighing")
        price = _price(package)
        for n, line in enumerate(self.lines):
            if line.package.tag == package.tag and line.weighing is None:
                # The package as it is now: its stock may have changed since the line was made; the price stays.
                return self._set(n, replace(line, package=package, quantity=line.quantity + pieces))
        return self._with(CartLine(package, pieces, price))

    def add_weighed(self, package: Package, weighing: Weighing) -> Cart:
        """Add what the scale showed. Raises RuleRefusal as `add`."""
        if package.product.unit is not Unit.WEIGHT:
            raise RuleRefusal(f"{package.product.name} is sold by the piece. Scan it.", code="not-by-weight")
        if weighing.net_mg <= 0:
            raise RuleRefusal("There is nothing on the pan. Put the product on it.", code="no-weight")
        return self._with(CartLine(package, weighing.net_mg, _price(package), weighing))

    def set_quantity(self, index: int, pieces: int) -> Cart:
        """Set the pieces of a line; 0 removes it. A weighed line is weighed again instead."""
        line = self.lines[index]
        if line.weighing is not None:
            raise RuleRefusal("This line was weighed. Remove it and weigh again.", code="weighed-line")
        if pieces <= 0:
            return self.remove(index)
        return self._set(index, replace(line, quantity=pieces))

    def remove(self, index: int) -> Cart:
        return Cart(self.lines[:index] + self.lines[index + 1 :])

    def totals(self, tax_bp: int) -> Totals:
        """Tax is `tax_bp` hundredths of a per cent of the subtotal, rounded once and then shared over the lines."""
        subtotal = sum((line.amount for line in self.lines), ZERO)
        taxes, running, taxed = [], ZERO, ZERO
        for line in self.lines:
            running = running + line.amount
            upto = round_half_up_to_cent(running.cents * tax_bp, 10_000)
            taxes.append(upto - taxed)
            taxed = upto
        return Totals(subtotal, taxed, subtotal + taxed, tuple(taxes))

    def _with(self, line: CartLine) -> Cart:
        return self._set(len(self.lines), line)

    def _set(self, index: int, line: CartLine) -> Cart:
        if line.weighing is None and line.quantity > MOST_PIECES:
            raise RuleRefusal(f"A line holds at most {MOST_PIECES:,} pieces.", code="too-many")
        cart = Cart((*self.lines[:index], line, *self.lines[index + 1 :]))
        cart._stock(line.package)
        return cart

    def _stock(self, package: Package) -> None:
        wanted = sum(line.quantity for line in self.lines if line.package.tag == package.tag)
        if wanted > package.on_hand:
            left = package.product.quantity_text(package.on_hand)
            raise RuleRefusal(
                f"Only {left} of package …{package.tag[-4:]} is left by our record. Take another package.",
                code="not-enough-on-hand",
            )


EMPTY = Cart()

_HELD = {
    Held.HOLD: "This package is on hold. Put it aside and call a manager.",
    Held.RECALL: "This package is recalled. Put it aside and call a manager.",
    Held.FINISHED: "This package is finished at the state. Take another package.",
    Held.UNTESTED: "This package has no passed lab test on record. It may not be sold.",
    Held.EXPIRED: "This package is past its date. It may not be sold.",
    Held.SAMPLE: "This package is a sample. It may not be sold.",
    Held.EMPTY: "This package is empty by our record. Take another package.",
    Held.UNMAPPED: "This product's category is not set up yet, so limits cannot count it. Call a manager.",
    Held.GONE: "This package is not in this store's inventory any more. Call a manager.",
}


def _price(package: Package) -> Money:
    if package.held is not None:
        raise RuleRefusal(_HELD[package.held], code=f"package-{package.held.value}")
    if package.product.price is None:
        raise RuleRefusal(
            f"{package.product.name} has no price yet. Ask a manager to set one; the cart is as it was.",
            code="no-price",
        )
    return package.product.price
