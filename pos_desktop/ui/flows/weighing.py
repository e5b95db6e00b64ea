"""F8: a jar, the scale, a line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports import LiveWeight, WeighedOrNot
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.mass import Mass
from pos_desktop.domain.shelf import Package
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.sheet_state import WeighSheet
from pos_desktop.ui.state import ScaleCard, Tone

translate = QCoreApplication.translate
WEIGH = "weigh"


class WeighingFlow:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._busy = False

    def open(self) -> None:
        floor = self._floor
        if floor.desk.scale is None:
            floor.say(Tone.WARN, translate("Weigh", "No scale is set up at this register."))
            return
        if floor.visit is None:
            floor.say(Tone.WARN, translate("Weigh", "Scan the patient’s card first, then weigh."))
            return
        floor.weigh_said = ""
        floor.live = floor.desk.scale.live()
        floor.open_sheet(WEIGH, weigh_sheet(floor))

    def tick(self) -> None:
        """Ten times a second: what the scale shows now. Reads memory only."""
        floor = self._floor
        if floor.desk.scale is None:
            return
        live = floor.desk.scale.live()
        if live == floor.live:
            return
        if _another(floor.live, live):
            floor.weigh_said = ""
        floor.live = live
        if floor.sheet_kind == WEIGH:
            floor.sheet = weigh_sheet(floor)
        floor.show()

    def tare(self) -> None:
        scale = self._floor.desk.scale
        if scale is not None:
            self._ask("tare", scale.tare, self._tared)

    def add(self) -> None:
        """Ask the scale for a weight that may be sold; the line is made of that answer and of nothing shown before."""
        scale, package = self._floor.desk.scale, self._floor.weigh_package
        if scale is not None and package is not None:
            self._ask("weigh", scale.weigh, lambda result: self._weighed(package, result))

    def _ask(
        self, name: str, operation: Callable[[], WeighedOrNot], done: Callable[[WeighedOrNot], None]
    ) -> None:
        """One question at a time: a second press while the scale answers changes nothing."""
        if self._busy:
            return
        self._busy = True

        def finished(result: WeighedOrNot) -> None:
            self._busy = False
            done(result)

        def failed(problem: BaseException) -> None:
            self._busy = False
            self._floor.refuse(problem)

        self._floor.lanes.scale(name, operation, finished, failed)

    def _tared(self, result: WeighedOrNot) -> None:
        self._said(result.why)

    def _weighed(self, package: Package, result: WeighedOrNot) -> None:
        floor = self._floor
        if result.weighing is None:
            self._said(result.why)
            return
        if floor.visit is None or floor.weigh_package is not package or floor.sheet_kind != WEIGH:
            return  # another jar was scanned, or the sheet was left, while the scale answered
        try:
            cart = floor.visit.cart.add_weighed(package, result.weighing)
        except RuleRefusal as refusal:
            self._said(refusal.sentence)
            return
        floor.notice = None
        floor.close_sheet()
        floor.set_cart(cart, None)
        floor.show()

    def _said(self, why: str) -> None:
        floor = self._floor
        floor.weigh_said = why
        if floor.sheet_kind == WEIGH:
            floor.sheet = weigh_sheet(floor)
        floor.show()


def _another(before: LiveWeight | None, now: LiveWeight) -> bool:
    """Whether what was said of `before` is said of something else now. A weight that goes on moving is the same."""
    if before is None:
        return True
    if (before.stable, before.net_mg is None, before.why) != (now.stable, now.net_mg is None, now.why):
        return True
    return now.stable and before.net_mg != now.net_mg


def weigh_sheet(floor: Floor) -> WeighSheet:
    package, live = floor.weigh_package, floor.live
    card = scale_card(live)
    if package is None:
        return WeighSheet(
            product=translate("Weigh", "Weigh flower"),
            detail="",
            weight=card.weight,
            pill=card.pill,
            tone=card.tone,
            tare=card.detail,
            prompt=translate("Weigh", "Scan the jar’s package label, or find it with F3."),
            why_not=floor.weigh_said,
        )
    price = package.product.price
    amount = ""
    if live is not None and live.net_mg is not None and live.net_mg > 0 and price is not None:
        amount = translate("Weigh", "{weight} at {price}/g = {amount}").format(
            weight=Mass(live.net_mg).grams_text(),
            price=price,
            amount=package.product.amount(live.net_mg, price),
        )
    steady = live is not None and live.stable and live.net_mg is not None and live.net_mg > 0
    return WeighSheet(
        product=package.product.name,
        detail=f"…{package.short_tag} · {package.batch}",
        weight=card.weight,
        pill=card.pill,
        tone=card.tone,
        tare=card.detail,
        amount=amount,
        can_add=steady,
        why_not=floor.weigh_said,
    )


def scale_card(live: LiveWeight | None) -> ScaleCard:
    """What the scale shows; after a fault the figure is cleared, never kept."""
    if live is None or live.net_mg is None:
        why = "" if live is None else live.why
        return ScaleCard(
            "–",
            translate("Weigh", "No weight"),
            Tone.WARN,
            why or translate("Weigh", "Waiting for the scale"),
        )
    detail = translate("Weigh", "tare {tare} · {division} divisions").format(
        tare=Mass(live.tare_mg).grams_text(), division=Mass(live.division_mg).grams_text()
    )
    if not live.stable:
        return ScaleCard(Mass(live.net_mg).grams_text(), translate("Weigh", "Moving"), Tone.WARN, detail)
    return ScaleCard(Mass(live.net_mg).grams_text(), translate("Weigh", "Stable"), Tone.GOOD, detail)
