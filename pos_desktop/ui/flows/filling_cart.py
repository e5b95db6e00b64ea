"""Lines in and out of the cart, the one-key fixes, holding and recalling."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports import HeldCart
from pos_desktop.app.visit import Visit
from pos_desktop.domain.cart import Cart
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PackageTag, SaleId
from pos_desktop.domain.sensitive import told
from pos_desktop.domain.shelf import Package, Unit
from pos_desktop.ui.flows.checking_in import CheckingIn, sale_under_way
from pos_desktop.ui.flows.floor import HELD, Floor, payment_is_open
from pos_desktop.ui.presenter import basket, figures, other_refusals
from pos_desktop.ui.sheet_state import HeldSheet, QuestionSheet
from pos_desktop.ui.state import FixButton, ResultKind, ResultRow, Tone

translate = QCoreApplication.translate
CLEAR = "clear-confirmed"


class FillingCart:
    def __init__(self, floor: Floor, checking_in: CheckingIn, weigh: Callable[[], None]) -> None:
        """`weigh` opens the scale for `floor.weigh_package`."""
        self._floor = floor
        self._checking_in = checking_in
        self._weigh = weigh

    def package(self, tag: str) -> None:
        """A package label was scanned or a product chosen."""
        floor = self._floor
        if floor.visit is None:
            floor.say(Tone.WARN, translate("Cart", "Scan the patient’s card first, then the products."))
            return
        floor.on_database("find package", lambda: floor.desk.shelf.by_tag(PackageTag(tag)), self._found)

    def label_or(self, text: str, otherwise: Callable[[], None]) -> None:
        """A scan of no known form: a package where one bears it as its label, and `otherwise` whatever else it is."""
        floor = self._floor

        def found(package: Package | None) -> None:
            if package is None:
                otherwise()
            elif floor.visit is None:
                self.package(text)
            else:
                self._found(package)

        floor.on_database("find package", lambda: floor.desk.shelf.by_tag(PackageTag(text)), found)

    def change(self, by: int) -> None:
        """+ and − on the selected line."""
        visit, n = self._floor.visit, self._floor.selected
        if visit is None or n is None or self._floor.cart_is_bound:
            return
        self._try(lambda: visit.cart.set_quantity(n, visit.cart.lines[n].quantity + by), n)

    def remove(self, line: int | None = None) -> None:
        visit = self._floor.visit
        n = self._floor.selected if line is None else line
        if visit is None or n is None or n >= len(visit.cart.lines) or self._floor.cart_is_bound:
            return
        self._try(lambda: visit.cart.remove(n), max(n - 1, 0))

    def fix(self, fix_id: str) -> bool:
        """The refusal card's ways out; False when `fix_id` is not one of them."""
        floor = self._floor
        decision = floor.decision()
        if floor.visit is None or decision is None or fix_id not in (basket.SET, other_refusals.REMOVE):
            return False
        if floor.cart_is_bound:
            return True
        line = basket.refused_line(floor.visit, decision, floor.selected)
        if line is None:
            line = self._blamed(floor.visit)
        if line is None:
            return True
        if fix_id == other_refusals.REMOVE:
            self.remove(line)
            return True
        visit = floor.visit
        fits = floor.desk.limits.largest_fit(visit, line, floor.desk.clock.now(), floor.desk.link.link)
        self._try(lambda: visit.cart.set_quantity(line, fits), line)
        return True

    def ask_to_clear(self) -> None:
        floor = self._floor
        if floor.visit is None or floor.cart_is_bound:
            return
        if not floor.visit.cart.lines:
            self.clear()
            return
        floor.open_sheet(
            "question",
            QuestionSheet(
                translate("Cart", "Clear this sale?"),
                translate("Cart", "The lines are taken out and the patient is closed. Nothing is sold."),
                (FixButton(CLEAR, translate("Cart", "Clear sale"), "Enter"),),
                Tone.DANGER,
            ),
        )

    def clear(self) -> None:
        if self._floor.cart_is_bound:
            return
        self._floor.end_visit()
        self._floor.notice = None
        self._floor.show()

    # -- held carts

    def hold_or_recall(self) -> None:
        floor = self._floor
        if floor.cart_is_bound:
            return
        if floor.visit is not None and floor.visit.cart.lines:
            visit, by = floor.visit, floor.by
            floor.holding = True
            floor.lanes.database(
                "hold cart",
                lambda: floor.desk.holds.hold(visit, by),
                lambda _: self._held(visit),
                self._not_held,
            )
        else:
            by = floor.by
            floor.on_database("held carts", lambda: floor.desk.holds.list(by), self._list_held)

    def recall(self, sale_id: str) -> None:
        floor, by = self._floor, self._floor.by
        floor.on_database("recall cart", lambda: floor.desk.holds.recall(SaleId(sale_id), by), self._recalled)

    def _not_held(self, problem: BaseException) -> None:
        self._floor.holding = False
        self._floor.refuse(problem)

    def _held(self, visit: Visit) -> None:
        floor = self._floor
        floor.holding = False
        if floor.visit is not None and floor.visit.sale_id == visit.sale_id:
            if floor.visit.cart != visit.cart:
                self.hold_or_recall()  # a line came in meanwhile: hold the cart as it is now
                return
            floor.end_visit()
        floor.held_count += 1
        floor.say(
            Tone.INFO,
            told(
                translate("Cart", "The cart of {name} is held. F6 brings it back."),
                name=visit.patient.name,
            ),
        )

    def _list_held(self, held: Sequence[HeldCart]) -> None:
        floor = self._floor
        floor.held_count = len(held)
        if not held:
            floor.say(Tone.INFO, translate("Cart", "There is no cart to hold, and none is held."))
            return
        rows = tuple(
            ResultRow(
                id=each.sale_id,
                kind=ResultKind.PATIENT,
                title=each.patient_name,
                detail=_lines(len(each.lines)),
                right=figures.clock_time(each.held_at, floor.desk.zone),
            )
            for each in held
        )
        floor.open_sheet(HELD, HeldSheet(rows))

    def _recalled(self, result: tuple[Visit, tuple[str, ...]]) -> None:
        floor = self._floor
        visit, lost = result
        if floor.has_lines:
            by = floor.by
            floor.on_database("hold cart", lambda: floor.desk.holds.hold(visit, by), lambda _: None)
            floor.say(Tone.WARN, sale_under_way())
            return
        floor.held_count = max(0, floor.held_count - 1)
        floor.notice = None
        floor.begin(visit)
        self._checking_in.ask_state()
        if lost:
            floor.say(Tone.WARN, " ".join(lost))
        else:
            floor.show()

    # -- inside

    def _found(self, package: Package | None) -> None:
        floor = self._floor
        if package is None:
            floor.say(
                Tone.WARN, translate("Cart", "This package is not in the inventory. Nothing was added.")
            )
            return
        visit = floor.visit
        if visit is None:
            return
        if floor.paying:
            floor.say(Tone.INFO, payment_is_open())
            return
        if package.product.unit is Unit.WEIGHT and package.held is None and package.product.price is not None:
            floor.weigh_package = package
            self._weigh()
            return
        self._try(lambda: visit.cart.add(package), _line_of(visit.cart, package))

    def _try(self, change: Callable[[], Cart], select: int | None) -> None:
        try:
            cart = change()
        except RuleRefusal as refusal:
            self._floor.say(Tone.WARN, refusal.sentence)
            return
        self._floor.notice = None
        self._floor.close_sheet()
        self._floor.set_cart(cart, select)
        self._floor.show()

    def _blamed(self, visit: Visit) -> int | None:
        decision = self._floor.decision()
        for refusal in () if decision is None else decision.refusals:
            code, _, detail = refusal.code.partition(":")
            line = other_refusals.blamed_line(code, detail, visit, self._floor.desk.limits.programme)
            if line is not None:
                return line
        return None


def _line_of(cart: Cart, package: Package) -> int | None:
    """The line that another piece of this package goes to; None for a new line."""
    for n, line in enumerate(cart.lines):
        if line.package.tag == package.tag and line.weighing is None:
            return n
    return None


def _lines(count: int) -> str:
    return translate("Cart", "1 line") if count == 1 else translate("Cart", "{n} lines").format(n=count)
