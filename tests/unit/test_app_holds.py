"""A cart put aside comes back once, read afresh, and is never lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from pos_desktop.app.holds import Holds
from pos_desktop.app.ports import HeldCart
from pos_desktop.domain.cart import EMPTY
from pos_desktop.domain.errors import EnvironmentTrouble, RuleRefusal
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.money import Money
from pos_desktop.domain.patient import Standing
from pos_desktop.domain.shelf import Held
from tests.fixtures.builders import (
    NOW,
    PERSON,
    bought,
    caregiver,
    jar,
    package,
    patient,
    product,
    visit,
    weighing,
)
from tests.fixtures.desks import reception
from tests.fixtures.fakes import FakeHeld, FakeShelf, Memory

CART = EMPTY.add(package(1), 3).add_weighed(jar(), weighing()).add(package(2), 2)
SALE = SaleId("sale-1")


def memory() -> Memory:
    made = Memory()
    made.add(patient(), caregiver(1, patient()), package(1), package(2), jar())
    return made


def holds(of: Memory, held: FakeHeld | None = None) -> Holds:
    return Holds(held=held or FakeHeld(of), shelf=FakeShelf(of), reception=reception(of), clock=of.clock)


def test_a_held_cart_comes_back_as_it_was() -> None:
    made = memory()
    holds(made).hold(visit(cart=CART, caregiver=caregiver(1, patient())), PERSON)
    (held,) = holds(made).list(PERSON)
    assert (held.patient_name, held.held_at, len(held.lines)) == ("Sample Patient 017", NOW, 3)
    back, lost = holds(made).recall(SALE, PERSON)
    assert (back.cart, back.sale_id, back.caregiver, lost) == (CART, SALE, caregiver(1, patient()), ())
    assert holds(made).list(PERSON) == []


def test_past_and_prices_are_todays() -> None:
    made = memory()
    holds(made).hold(visit(cart=CART), PERSON)
    made.bought(patient().id, bought(5, NOW))
    made.add(package(1, replace(product(1), price=Money(4_200))))
    back, _ = holds(made).recall(SALE, PERSON)
    assert (back.history, back.patient.ledger_rev) == ((bought(5, NOW),), 1)
    assert back.cart.lines[0].price == Money(4_200)


def test_what_cannot_come_back_is_said_line_by_line() -> None:
    made = memory()
    holds(made).hold(visit(cart=CART), PERSON)
    made.add(package(1, on_hand=2), jar(held=Held.RECALL))
    del made.packages[package(2).tag]
    back, lost = holds(made).recall(SALE, PERSON)
    assert back.cart.lines == ()
    assert lost == (
        "Only 2 of package …0001 is left by our record. Take another package.",
        "This package is recalled. Put it aside and call a manager.",
        "Package …0002 is not in the inventory any more. Its line was left out.",
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"card_expires": date(2026, 11, 23)}, "card-expired"),
        ({"standing": Standing.REVOKED}, "card-revoked"),
    ],
)
def test_a_card_that_may_not_buy_any_more_leaves_the_cart_held(more: dict[str, object], code: str) -> None:
    made = memory()
    holds(made).hold(visit(cart=CART), PERSON)
    made.add(replace(patient(), **more))  # type: ignore[arg-type]  # by name
    with pytest.raises(RuleRefusal, match="The cart stays held") as refused:
        holds(made).recall(SALE, PERSON)
    assert refused.value.code == code
    assert len(holds(made).list(PERSON)) == 1


def test_only_one_of_two_takers_gets_the_cart() -> None:
    made = memory()
    holds(made).hold(visit(cart=CART), PERSON)

    class Slow(FakeHeld):
        """Two people see the list before either takes."""

        def list(self) -> Sequence[HeldCart]:
            seen = super().list()
            holds(made).recall(SALE, PERSON) if made.held else None
            return seen

    with pytest.raises(RuleRefusal, match="taken up elsewhere"):
        holds(made, Slow(made)).recall(SALE, PERSON)
    with pytest.raises(RuleRefusal, match="taken up elsewhere"):
        holds(made).recall(SALE, PERSON)


def test_trouble_on_the_way_loses_no_cart() -> None:
    made = memory()
    holds(made).hold(visit(cart=CART), PERSON)

    class Broken(FakeShelf):
        def by_tag(self, tag: object) -> None:
            raise EnvironmentTrouble("The store cannot be read.")

    broken = Holds(held=FakeHeld(made), shelf=Broken(made), reception=reception(made), clock=made.clock)
    with pytest.raises(EnvironmentTrouble):
        broken.recall(SALE, PERSON)
    assert holds(made).recall(SALE, PERSON)[0].cart == CART
