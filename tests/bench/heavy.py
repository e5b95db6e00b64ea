"""A Florida patient who buys a great deal: every route in the ledger and in the cart, close to all limits.

Florida has nine pools; for a patient without a practitioner's order eight are in force and the ninth is reckoned too.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos_desktop.domain.cart import Cart
    from pos_desktop.domain.instant import Instant
    from pos_desktop.domain.limits.model import Item, Purchase
    from pos_desktop.domain.shelf import Package

PROGRAMME = "us-fl-medical"
WINDOW_DAYS = 70
PURCHASES, LINES = 500, 12
_ROUTES = ("flower", "edible", "vape", "capsule", "sublingual", "suppository", "topical")
_MENU = 91
"""Different goods in the past: a regular buys the same again now and then."""
_WINDOW_US = WINDOW_DAYS * 86_400_000_000


def purchases(count: int, lines: int, before: Instant, *, source: str = "own") -> list[Purchase]:
    """`count` purchases of `lines` lines, spread evenly over the window, oldest first."""
    from pos_desktop.domain.limits.model import Purchase

    return [
        Purchase(
            at=before.plus_us((n - count) * (_WINDOW_US // (count + 1))),
            items=tuple(_bought(n * lines + line, count * lines) for line in range(lines)),
            receipt=f"R1-{n:06d}",
            source=source,
        )
        for n in range(count)
    ]


def _bought(n: int, of: int) -> Item:
    """The `n`th of `of` lines, by the routes in turn: small enough that all of them stay under every limit."""
    from pos_desktop.domain.limits.model import Category, Item, Measures

    size = 1_000 - n % _MENU
    return Item(
        Category(_ROUTES[n % len(_ROUTES)]),
        Measures(net_mg=200 * size // of, thc_mg=24 * size // of, count=1, potency_bp=2_000 + n % _MENU),
    )


def carts() -> list[Cart]:
    """Twelve lines of all routes; pieces are added one after another until most limits are passed."""
    from pos_desktop.domain.cart import EMPTY

    full = EMPTY
    for n in range(LINES):
        full = full.add(_package(n))
    found = [full]
    for pieces in (2, 10, 40):
        for line in range(LINES):
            full = full.set_quantity(line, pieces)
            found.append(full)
    return found


def _package(n: int) -> Package:
    from pos_desktop.domain.identity import PackageTag, ProductId
    from pos_desktop.domain.limits.model import Category, Measures
    from pos_desktop.domain.money import Money
    from pos_desktop.domain.shelf import Package, Product, Unit

    category = Category(_ROUTES[n % len(_ROUTES)])
    measures = Measures(net_mg=500, thc_mg=20, count=1, potency_bp=2_000)
    product = Product(ProductId(f"product-{n}"), f"Sample {n}", category, Unit.EACH, measures, Money(1250))
    return Package(PackageTag(f"1A4FF0100000022{n:09d}"), product, f"B-{n}", 1_000, "Each")


@contextmanager
def no_collector() -> Iterator[None]:
    """As `ui.garbage` has it while the counter is open: collections wait for a moment between two events."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
