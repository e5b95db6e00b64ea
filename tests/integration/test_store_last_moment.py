"""What changed between the scan and the payment, on the real store: the sale asks once more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pos_desktop.app.ports import IncomingPackage, OunceRow, StateAnswer
from pos_desktop.app.visit import Visit
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.instant import DAY_US, SECOND_US
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.shelf import Held
from tests.fixtures.limit_packs import programme
from tests.fixtures.stored_tills import StoredTill
from tests.fixtures.stores import CAREGIVER, NOON, PATIENT, StandingClock, incoming, stocked, tag


@pytest.fixture
def till(tmp_path: Path) -> StoredTill:
    clock = StandingClock()
    store = stocked(tmp_path, clock)
    store.intake.receive([incoming(1, on_hand=5)], NOON)
    return StoredTill(store, clock, programme("us-mi-medical"))


def checked_in(till: StoredTill, pieces: int) -> Visit:
    return till.visit(PATIENT.id, {tag(1): pieces})


def _shrunk() -> IncomingPackage:
    return incoming(1, on_hand=2)


def _recalled() -> IncomingPackage:
    there = incoming(1, on_hand=5)
    return replace(there, package=replace(there.package, held=Held.RECALL))


@pytest.mark.parametrize("now", [_shrunk(), _recalled()], ids=["shrunk", "recalled"])
def test_a_package_that_shrank_or_was_recalled_is_not_sold(till: StoredTill, now: IncomingPackage) -> None:
    visit = checked_in(till, 5)
    till.store.intake.receive([now], NOON)
    with pytest.raises(RuleRefusal, match="not saved: a package in the cart was recalled"):
        till.pay(visit)
    left = till.store.shelf.by_tag(tag(1))
    assert left is not None
    assert left.on_hand in (2, 5), "nothing was taken off"
    assert list(till.store.sales.all()) == []
    till.store.intake.receive([incoming(1, on_hand=5)], NOON)
    till.pay(visit)
    assert [sale.number.counter for sale in till.store.sales.all()] == [1], "no number was used up"


def test_the_same_basket_twice_is_one_sale_and_other_goods_under_its_id_are_refused(till: StoredTill) -> None:
    visit = checked_in(till, 2)
    till.pay(visit)
    till.pay(visit)
    package = till.store.shelf.by_tag(tag(1))
    assert package is not None
    with pytest.raises(RuleRefusal, match="sold already as"):
        till.pay(replace(visit, cart=visit.cart.add(package)))
    assert len(list(till.store.sales.all())) == 1


def _told(*, ago_us: int = 0, ounces: str = "2.5", **more: bool) -> StateAnswer:
    """The state's word: `ounces` of flower available, today and in thirty days."""
    left, none = Fraction(ounces), (Fraction(0),) * 3
    rows = tuple(OunceRow(Fraction(days), (left, Fraction(0), left), none, none, none) for days in (1, 30))
    facts = {"found": True, "active": True} | more
    return StateAnswer(NOON.plus_us(-ago_us), facts["found"], facts["active"], PATIENT.card_expires, rows)


@pytest.mark.parametrize(
    ("word", "why"),
    [
        (_told(active=False), "this card may not buy any more"),
        (_told(found=False, active=False), "this card may not buy any more"),
        (_told(ounces="0.1"), "a limit or card rule refuses it now"),
    ],
    ids=["inactive", "unknown", "less left"],
)
def test_a_word_of_the_state_that_comes_just_before_the_commit_stops_the_sale(
    till: StoredTill, word: StateAnswer, why: str
) -> None:
    till.store.figures.store(PATIENT.id, _told(ago_us=SECOND_US))
    visit = checked_in(till, 2)
    till.store.figures.store(PATIENT.id, word)
    with pytest.raises(RuleRefusal, match=f"The sale is not saved: {why}"):
        till.pay(visit, Link.UP)
    assert list(till.store.sales.all()) == []


def test_a_word_of_the_state_that_leaves_enough_does_not_stop_it(till: StoredTill) -> None:
    till.store.figures.store(PATIENT.id, _told(ago_us=SECOND_US))
    visit = checked_in(till, 2)
    till.store.figures.store(PATIENT.id, _told(ounces="1"))
    assert till.pay(visit, Link.UP) == next(iter(till.store.sales.all()))


def test_a_caregivers_card_that_ended_at_midnight_pays_nothing(till: StoredTill) -> None:
    ends_today = replace(CAREGIVER, card_expires=date(2026, 11, 24))
    till.store.bulk.add_caregivers([ends_today])
    visit = till.visit(PATIENT.id, {tag(1): 1}, CAREGIVER.id)
    assert till.limits.decide(visit, till.clock.now(), Link.DOWN).allowed
    till.clock.move(DAY_US // 2)
    assert till.limits.decide(visit, till.clock.now(), Link.DOWN).refused_by == ("caregiver-card-expired",)
    with pytest.raises(RuleRefusal, match="The sale is not saved"):
        till.pay(visit)
    assert list(till.store.sales.all()) == []
