"""Packages and products as the state lists them come onto the shelf."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import Insert, insert

from pos_desktop.app.ports import IncomingPackage
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.shelf import Held, Product
from pos_desktop.storage.database import Database
from pos_desktop.storage.rows import day_text, instant, measure_dict
from pos_desktop.storage.schema import MEASURES, package, product, sync_cursor

# Sold or taken back here, and not yet in the state's figure: not confirmed when the state was asked.
_NOT_YET_TAKEN_OFF = """
    SELECT m.tag, -sum(m.quantity) FROM outbox o JOIN stock_move m ON m.sale_id = o.sale_id AND m.kind = o.kind
    WHERE o.state NOT IN ('confirmed', 'cancelled') OR o.settled_at >= ?
    GROUP BY m.tag"""

# Being sent, or in doubt, when the state was asked, and settled since.
_WAS_UNDER_WAY = """
    SELECT min(a.at) FROM outbox o JOIN outbox_attempt a ON a.item_id = o.id AND a.kind = 'begin' AND a.at <= ?
    WHERE o.state = 'confirmed' AND o.settled_at >= ?"""

_NUMBER = ".number"
"""Marks that are numbers stand beside those that are times, under names of their own."""


class StoredIntake:
    """ShelfIntake."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def receive(self, packages: Iterable[IncomingPackage], at: Instant) -> int:
        """`at` is when the state was asked; a price or a mapping set here is kept."""
        incoming = list(packages)
        if not incoming:
            return 0
        with self._db.write() as conn:
            sold: dict[str, int] = dict(conn.exec_driver_sql(_NOT_YET_TAKEN_OFF, (at.utc_us,)).all())
            products = {each.package.product.id: _product_row(each) for each in incoming}
            conn.execute(_PRODUCT, list(products.values()))
            conn.execute(_PACKAGE, [_package_row(each, sold, at) for each in incoming])
        return len(incoming)

    def cursor(self, name: str) -> Instant | None:
        row = self._db.row("SELECT at FROM sync_cursor WHERE name = ?", (name,))
        return None if row is None else Instant(row[0])

    def set_cursor(self, name: str, at: Instant) -> None:
        self._set(name, at.utc_us)

    def number(self, name: str) -> int | None:
        row = self._db.row("SELECT at FROM sync_cursor WHERE name = ?", (name + _NUMBER,))
        return None if row is None else int(row[0])

    def set_number(self, name: str, number: int) -> None:
        self._set(name + _NUMBER, number)

    def _set(self, name: str, mark: int) -> None:
        row = {"name": name, "at": mark}
        statement = insert(sync_cursor).values(row).on_conflict_do_update(index_elements=["name"], set_=row)
        with self._db.write() as conn:
            conn.execute(statement)

    def unsure_since(self, read_at: Instant) -> Instant | None:
        row = self._db.row(_WAS_UNDER_WAY, (read_at.utc_us, read_at.utc_us))
        return instant(row[0]) if row else None

    def here(self, at: Instant) -> frozenset[str]:
        with self._db.read() as conn:
            return _here(conn, at)

    def missing_from(self, tags: frozenset[str], at: Instant) -> int:
        """Packages that came in after `at`, when the list was asked for, are left alone."""
        mark = sa.update(package).where(package.c.tag == sa.bindparam("lost")).values(held=Held.GONE.value)
        with self._db.write() as conn:
            lost = [{"lost": tag} for tag in _here(conn, at) - tags]
            if lost:
                conn.execute(mark, lost)
        return len(lost)


def _here(conn: sa.Connection, at: Instant) -> frozenset[str]:
    left = [Held.GONE.value, Held.FINISHED.value]
    active = sa.func.coalesce(package.c.held, "").not_in(left)
    return frozenset(conn.scalars(sa.select(package.c.tag).where(package.c.received_at <= at.utc_us, active)))


def _upsert_product() -> Insert:
    """Keeps a price that is there, and everything about a product that a person mapped here."""
    new = insert(product)
    here, came = product.c, new.excluded

    def unless_set_here(name: str) -> sa.ColumnElement[Any]:
        return sa.case((here.set_here == 1, here[name]), else_=came[name])

    ours = ("category", "unmapped_because", *MEASURES)
    return new.on_conflict_do_update(
        index_elements=["id"],
        set_={
            **{name: came[name] for name in ("name", "unit", "remote_item_id", "tracker_category")},
            **{name: unless_set_here(name) for name in ours},
            "price_cents": sa.func.coalesce(here.price_cents, came.price_cents),
        },
    )


def _upsert_package() -> Insert:
    new = insert(package)
    columns = [column.name for column in package.columns if column.name not in ("tag", "received_at")]
    return new.on_conflict_do_update(
        index_elements=["tag"], set_={name: new.excluded[name] for name in columns}
    )


_PRODUCT = _upsert_product()
_PACKAGE = _upsert_package()


def product_row(item: Product) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "category": item.category.value,
        "unit": item.unit.value,
        **measure_dict(item.measures),
        "price_cents": None if item.price is None else item.price.cents,
        "remote_item_id": "",
        "tracker_category": "",
        "unmapped_because": "",
        "set_here": 0,
    }


def _product_row(incoming: IncomingPackage) -> dict[str, Any]:
    why = incoming.unmapped_because
    if not why and incoming.package.held is Held.UNMAPPED:
        why = "no category of ours is known for it"
    return product_row(incoming.package.product) | {
        "remote_item_id": incoming.remote_item_id,
        "tracker_category": incoming.tracker_category,
        "unmapped_because": why,
    }


def _package_row(incoming: IncomingPackage, sold: dict[str, int], at: Instant) -> dict[str, Any]:
    came = incoming.package
    # EMPTY and UNMAPPED are worked out when the package is read, so that they end by themselves.
    ours = came.held in (None, Held.EMPTY, Held.UNMAPPED)
    return {
        "tag": came.tag,
        "product_id": came.product.id,
        "batch": came.batch,
        "on_hand": max(0, came.on_hand - sold.get(came.tag, 0)),
        "tracker_unit": came.tracker_unit,
        "package_potency_bp": came.potency_bp,
        "held": None if ours or came.held is None else came.held.value,
        "remote_id": incoming.remote_id,
        "packaged_on": day_text(incoming.packaged_on),
        "received_at": at.utc_us,
    }
