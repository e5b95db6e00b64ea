"""The shelf of a store that no line brings its packages: a list of them as CSV, taken whole or not at all."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pos_desktop.app.importing import ProductRow, filled, read_product, read_rows, whole
from pos_desktop.app.ports import IncomingPackage
from pos_desktop.app.reception import parse_date
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PackageTag, ProductId
from pos_desktop.domain.limits.model import Measures
from pos_desktop.domain.mass import Mass
from pos_desktop.domain.shelf import Package, Product, Unit

NEED = ("tag", "name", "category", "unit", "quantity")
MORE = (
    "price", "batch", "packaged_on", "package_potency_bp", "net_mg", "thc_mg", "equiv_mg", "premix_mg", "volume_ul",
    "supply_mdays", "potency_bp",
)  # fmt: skip
_UNITS = {"each": (Unit.EACH, "Each"), "g": (Unit.WEIGHT, "Grams")}
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{3,39}", re.ASCII)
_GRAMS = re.compile(r"\d{1,9}(\.\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Row:
    tag: str
    facts: ProductRow
    unit: Unit
    tracker_unit: str
    on_hand: int
    batch: str
    packaged_on: date | None
    potency_bp: int | None


def read_packages(text: str) -> list[IncomingPackage]:
    """Columns `tag, name, category, unit, quantity`; optional price, batch and the measures of one piece (or one gram).

    Raises:
        BadInput: names each bad row by its line, or a product that two rows describe differently; nothing is imported.
    """
    rows = read_rows(text, NEED, MORE, _row, lambda row: row.tag, "package")
    products: dict[str, Product] = {}
    for row in rows:
        product = _product(row)
        known = products.setdefault(product.id, product)
        if known != product:
            raise BadInput(
                f"The product {row.facts.name} stands there with different facts in two lines (package {row.tag}). "
                "Nothing was imported."
            )
    return [_incoming(row, products[_id(row.facts.name)]) for row in rows]


def _row(row: Mapping[str, str]) -> _Row:
    tag = filled(row, "tag")
    if not _TAG.fullmatch(tag):
        raise BadInput("tag: a label has 4 to 40 letters, digits and hyphens.")
    unit = _UNITS.get(row["unit"].lower())
    if unit is None:
        raise BadInput(f"unit: “{row['unit']}” is neither each nor g.")
    facts = read_product(row)
    if facts.category is None:
        raise BadInput("category is empty.")
    made = row.get("packaged_on", "")
    return _Row(
        tag=tag.upper(),
        facts=facts,
        unit=unit[0],
        tracker_unit=unit[1],
        on_hand=_quantity(row["quantity"], unit[0]),
        batch=filled(row, "batch") if row.get("batch") else "",
        packaged_on=parse_date(made, "packaged_on") if made else None,
        potency_bp=whole(row.get("package_potency_bp", ""), "package_potency_bp"),
    )


def _quantity(text: str, unit: Unit) -> int:
    if unit is Unit.EACH:
        pieces = whole(text, "quantity")
        if pieces is None:
            raise BadInput("quantity is empty.")
        return pieces
    if not _GRAMS.fullmatch(text):
        raise BadInput(f"quantity: “{text}” is no weight in grams, with up to three decimals.")
    return Mass.from_grams(Decimal(text)).mg


def _product(row: _Row) -> Product:
    facts, piece = row.facts, row.unit is Unit.EACH
    measures = _with(facts.measures, count=1) if piece else _with(facts.measures, net_mg=1_000)
    assert facts.category is not None  # noqa: S101 - asked by `_row`
    return Product(ProductId(_id(facts.name)), facts.name, facts.category, row.unit, measures, facts.price)


def _with(measures: Measures, **known: int) -> Measures:
    names = ("net_mg", "thc_mg", "equiv_mg", "premix_mg", "volume_ul", "count", "supply_mdays", "potency_bp")
    return Measures(**{name: getattr(measures, name) for name in names} | known)


def _id(name: str) -> str:
    """The same product in the next list, whatever its letters' case."""
    return f"own-{hashlib.sha256(name.casefold().encode()).hexdigest()[:24]}"


def _incoming(row: _Row, product: Product) -> IncomingPackage:
    package = Package(
        PackageTag(row.tag), product, row.batch, row.on_hand, row.tracker_unit, potency_bp=row.potency_bp
    )
    return IncomingPackage(package, "", "", "", packaged_on=row.packaged_on)
