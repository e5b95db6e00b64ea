"""What stands on the shelf and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from pos_desktop.domain.identity import PackageTag, ProductId
from pos_desktop.domain.limits.model import Category, Measures
from pos_desktop.domain.money import Money
from pos_desktop.domain.shelf import Held, Package, Product, Unit
from pos_desktop.storage.database import Database
from pos_desktop.storage.rows import MEASURE_COLUMNS
from pos_desktop.storage.schema import product

_PACKAGE = f"""
    SELECT k.tag, k.batch, k.on_hand, k.tracker_unit, k.package_potency_bp, k.held,
           p.id, p.name, p.category, p.unit, p.price_cents, p.unmapped_because, {MEASURE_COLUMNS}
    FROM package k JOIN product p ON p.id = k.product_id """  # noqa: S608 - column names of our own schema
_BY_TAG = _PACKAGE + "WHERE k.tag = ?"
_SELLABLE = "k.held IS NULL AND k.on_hand > 0 AND p.unmapped_because = ''"
_OLDEST_FIRST = "ORDER BY p.name, p.id, coalesce(k.packaged_on, '9999'), k.received_at, k.tag LIMIT ?"


class StoredShelf:
    """Shelf."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def by_tag(self, tag: PackageTag) -> Package | None:
        row = self._db.row(_BY_TAG, (tag,))
        return package_of(row) if row else None

    def search(self, text: str, limit: int) -> Sequence[Package]:
        """Each word must stand in the name, in any order and case."""
        words = text.split()
        where = " AND ".join([_SELLABLE, *["p.name LIKE ? ESCAPE '\\'"] * len(words)])
        rows = self._db.rows(
            f"{_PACKAGE} WHERE {where} {_OLDEST_FIRST}", [*(f"%{_literal(word)}%" for word in words), limit]
        )
        return [package_of(row) for row in rows]

    def unmapped(self) -> Sequence[Mapping[str, str]]:
        rows = self._db.rows(
            "SELECT p.name, p.tracker_category, p.unmapped_because, count(k.tag) FROM product p "
            "LEFT JOIN package k ON k.product_id = p.id WHERE p.unmapped_because <> '' GROUP BY p.id ORDER BY p.name"
        )
        return [
            {"item": name, "tracker_category": category, "why": why, "packages": str(packages)}
            for name, category, why, packages in rows
        ]

    def set_price(self, product_name: str, cents: int) -> int:
        statement = sa.update(product).where(product.c.name == product_name).values(price_cents=cents)
        with self._db.write() as conn:
            return conn.execute(statement).rowcount


def package_of(row: Sequence[Any]) -> Package:
    """A package's own potency wins over its product's. Why it may not be sold: the state's reason, then ours."""
    tag, batch, on_hand, tracker_unit, potency_bp, held = row[:6]
    id_, name, category, unit, price_cents, unmapped = row[6:12]
    measures = row[12:]
    if potency_bp is not None:
        measures = (*measures[:-1], potency_bp)
    price = None if price_cents is None else Money(price_cents)
    return Package(
        tag=PackageTag(tag),
        product=Product(ProductId(id_), name, Category(category), Unit(unit), Measures(*measures), price),
        batch=batch,
        on_hand=on_hand,
        tracker_unit=tracker_unit,
        potency_bp=potency_bp,
        held=_held(held, unmapped, on_hand),
    )


def _held(state_says: str | None, unmapped: str, on_hand: int) -> Held | None:
    if state_says is not None:
        return Held(state_says)
    if unmapped:
        return Held.UNMAPPED
    return Held.EMPTY if on_hand <= 0 else None


def _literal(word: str) -> str:
    """A word with LIKE's wildcards taken as they stand."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
