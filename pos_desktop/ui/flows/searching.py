"""The search field and F3: patients by name, products by name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from pos_desktop.domain.patient import Patient
from pos_desktop.domain.shelf import Package
from pos_desktop.ui.flows.checking_in import patient_row
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.sheet_state import ProductsSheet
from pos_desktop.ui.state import ResultKind, ResultRow, SearchResults

translate = QCoreApplication.translate
PRODUCTS = "products"
_SHORTEST = 2
_ROWS = 8


class Searching:
    """Answers that come late, after the text changed again, are dropped."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._asked = 0

    def text(self, text: str) -> None:
        floor = self._floor
        self._asked += 1
        asked, text = self._asked, text.strip()
        if len(text) < _SHORTEST:
            if floor.results is not None:
                floor.results = None
                floor.show()
            return
        with_patients, by = floor.visit is None, floor.by

        def look() -> tuple[Sequence[Patient], Sequence[Package]]:
            patients = floor.desk.reception.by_name(text, by, _ROWS) if with_patients else ()
            return patients, floor.desk.shelf.search(text, _ROWS - len(patients))

        floor.on_database("search", look, lambda found: self._found(asked, found))

    def products(self, text: str) -> None:
        """F3, and each letter typed in it."""
        floor = self._floor
        self._asked += 1
        asked = self._asked
        floor.on_database(
            "products",
            lambda: floor.desk.shelf.search(text.strip(), 50),
            lambda found: self._products(asked, found),
        )

    def _found(self, asked: int, found: tuple[Sequence[Patient], Sequence[Package]]) -> None:
        if asked != self._asked:
            return
        floor = self._floor
        patients, packages = found
        rows = [patient_row(each, floor) for each in patients] + [package_row(each) for each in packages]
        floor.results = SearchResults(
            tuple(rows),
            ""
            if rows
            else translate("Search", "Nobody and nothing by that name. Try the first letters of a name."),
        )
        floor.show()

    def _products(self, asked: int, found: Sequence[Package]) -> None:
        if asked != self._asked:
            return
        rows = tuple(package_row(each) for each in found)
        self._floor.open_sheet(
            PRODUCTS, ProductsSheet(rows, translate("Search", "No product by that name is on the shelf."))
        )


def package_row(package: Package) -> ResultRow:
    product = package.product
    price = "" if product.price is None else str(product.price)
    return ResultRow(
        id=package.tag,
        kind=ResultKind.PRODUCT,
        title=product.name,
        detail=f"…{package.short_tag} · {package.batch} · "
        + translate("Search", "{left} left").format(left=product.quantity_text(package.on_hand)),
        right=f"{price}/g" if price and product.unit.value == "weight" else price,
    )
