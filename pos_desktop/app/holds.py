"""Putting a cart aside and taking it up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pos_desktop.app.ports import Clock, HeldCart, HeldCarts, HeldLine, Person, Shelf
from pos_desktop.app.reception import Reception, Refused
from pos_desktop.app.views import ViewLog, Why
from pos_desktop.app.visit import Visit
from pos_desktop.domain.cart import Cart
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PackageTag, SaleId
from pos_desktop.domain.people import Right, require


class Holds:
    """Lane: database."""

    def __init__(
        self,
        *,
        held: HeldCarts,
        shelf: Shelf,
        reception: Reception,
        clock: Clock,
        views: ViewLog | None = None,
    ) -> None:
        self._views = views
        self._held = held
        self._shelf = shelf
        self._reception = reception
        self._clock = clock

    def hold(self, visit: Visit, by: Person) -> None:
        """Raises RuleRefusal: not for everybody."""
        require(by, Right.SELL, "The cart is kept.")
        self._held.put(
            HeldCart(
                sale_id=visit.sale_id,
                patient_id=visit.patient.id,
                caregiver_id=None if visit.caregiver is None else visit.caregiver.id,
                held_at=self._clock.now(),
                held_by=by.id,
                lines=tuple(HeldLine.of(line) for line in visit.cart.lines),
                patient_name=visit.patient.name,
            )
        )

    def count(self) -> int:
        return len(self._held.list())

    def list(self, by: Person) -> Sequence[HeldCart]:
        """With the patients' names. Raises RuleRefusal: not for everybody."""
        require(by, Right.SEE_PATIENT, "Nothing was shown.")
        held = self._held.list()
        if self._views is not None:
            self._views.seen(by, Why.HELD, [each.patient_id for each in held])
        return held

    def recall(self, sale_id: SaleId, by: Person) -> tuple[Visit, tuple[str, ...]]:
        """The visit as it was held, read afresh: history, state figure, stock and holds of today.

        Returns the visit and a sentence for each line that could not come back.

        Raises:
            RuleRefusal: not for everybody, somebody else took it, or the card may not buy any more (the cart stays
                held).
        """
        require(by, Right.SELL, "The cart stays held.")
        held = next((each for each in self._held.list() if each.sale_id == sale_id), None)
        if held is None:
            raise _gone()
        opened = self._reception.open(held.patient_id, by, held.caregiver_id, Why.RECALL)
        if isinstance(opened, Refused):
            raise RuleRefusal(
                "The card of this cart may not buy today. The cart stays held.", code=opened.why.value
            )
        cart, lost = self._rebuilt(held)
        # Taken last: whatever goes wrong before, the cart is still held; and only one of two takers gets it.
        if self._held.take(sale_id) is None:
            raise _gone()
        return replace(opened, sale_id=held.sale_id, cart=cart), lost

    def _rebuilt(self, held: HeldCart) -> tuple[Cart, tuple[str, ...]]:
        cart, lost = Cart(), []
        for line in held.lines:
            package = self._shelf.by_tag(PackageTag(line.tag))
            if package is None:
                lost.append(
                    f"Package …{line.tag[-4:]} is not in the inventory any more. Its line was left out."
                )
                continue
            try:
                if line.weighing is not None:
                    cart = cart.add_weighed(package, line.weighing)
                else:
                    cart = cart.add(package, line.quantity)
            except RuleRefusal as refusal:
                lost.append(refusal.sentence)
        return cart, tuple(lost)


def _gone() -> RuleRefusal:
    return RuleRefusal("This cart was taken up elsewhere.", code="held-cart-gone")
