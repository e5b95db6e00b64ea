"""What changed between the scan and the payment, on the real store: the sale asks once more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pos_desktop.app.close_sale import CloseSale, OnDuty
from pos_desktop.app.limit_desk import LimitDesk
from pos_desktop.app.ports import IncomingPackage
from pos_desktop.app.reception import Reception
from pos_desktop.app.visit import Visit
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.money import Money
from pos_desktop.domain.shelf import Held
from pos_desktop.storage.store import Store
from tests.fixtures.limit_packs import programme
from tests.fixtures.stores import (
    NOON,
    PATIENT,
    PERSON,
    SESSION,
    ZONE,
    OrderedIds,
    StandingClock,
    incoming,
    stocked,
    tag,
)

ENOUGH = Money(100_000)


class Desk:
    """Check-in and payment on one store."""

    def __init__(self, store: Store, clock: StandingClock) -> None:
        rules, ids = programme("us-mi-medical"), OrderedIds()
        self.store = store
        self.reception = Reception(
            patients=store.patients,
            ledger=store.ledger,
            figures=store.figures,
            clock=clock,
            ids=ids,
            zone=rules.zone,
            history_days=30,
        )
        self.closing = CloseSale(
            sales=store.sales,
            reception=self.reception,
            limits=LimitDesk(rules),
            register=store.settings.register(),
            facility_zone=ZONE,
            clock=clock,
            ids=ids,
        )

    def visit(self, pieces: int) -> Visit:
        opened = self.reception.open(PATIENT.id)
        package = self.store.shelf.by_tag(tag(1))
        assert isinstance(opened, Visit)
        assert package is not None
        return replace(opened, cart=opened.cart.add(package, pieces))

    def pay(self, visit: Visit) -> None:
        self.closing.cash(visit, ENOUGH, OnDuty(PERSON, SESSION), Link.DOWN)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    clock = StandingClock()
    store = stocked(tmp_path, clock)
    store.intake.receive([incoming(1, on_hand=5)], NOON)
    return Desk(store, clock)


def _shrunk() -> IncomingPackage:
    return incoming(1, on_hand=2)


def _recalled() -> IncomingPackage:
    there = incoming(1, on_hand=5)
    return replace(there, package=replace(there.package, held=Held.RECALL))


@pytest.mark.parametrize("now", [_shrunk(), _recalled()], ids=["shrunk", "recalled"])
def test_a_package_that_shrank_or_was_recalled_is_not_sold(desk: Desk, now: IncomingPackage) -> None:
    visit = desk.visit(5)
    desk.store.intake.receive([now], NOON)
    with pytest.raises(RuleRefusal, match="not saved: a package in the cart was recalled"):
        desk.pay(visit)
    left = desk.store.shelf.by_tag(tag(1))
    assert left is not None
    assert left.on_hand in (2, 5), "nothing was taken off"
    assert list(desk.store.sales.all()) == []
    desk.store.intake.receive([incoming(1, on_hand=5)], NOON)
    desk.pay(visit)
    assert [sale.number.counter for sale in desk.store.sales.all()] == [1], "no number was used up"


def test_the_same_basket_twice_is_one_sale_and_other_goods_under_its_id_are_refused(desk: Desk) -> None:
    visit = desk.visit(2)
    desk.pay(visit)
    desk.pay(visit)
    package = desk.store.shelf.by_tag(tag(1))
    assert package is not None
    with pytest.raises(RuleRefusal, match="sold already as"):
        desk.pay(replace(visit, cart=visit.cart.add(package)))
    assert len(list(desk.store.sales.all())) == 1
