"""Lifting a rule at the counter: offered only where the programme gives leave, for this cart only, with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from pos_desktop.app.visit import Visit
from pos_desktop.composition.programmes import load_programme
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.ui.flows.lifting import LIFT
from pos_desktop.ui.flows.picture import key_hints
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.sheet_state import ReasonSheet, ReckoningSheet
from pos_desktop.ui.state import FixButton
from tests.fixtures.builders import DUTY, MANAGING, package, patient, tag
from tests.fixtures.desks import till
from tests.fixtures.fakes import Memory
from tests.fixtures.hands import Counter
from tests.fixtures.lifts import lenient

REASON = "Sample approval by telephone"
OFFER = FixButton(LIFT, "Lift (manager)", "F11")


def counter(rules: Programme | None = None, **more: Any) -> Counter:
    """5 g of concentrate in the cart, 1 g over the day."""
    memory = Memory()
    memory.add(patient(), package(1))
    given: dict[str, Any] = {"duty": MANAGING}
    at = Counter(till(memory, rules=rules or lenient("limit:day"), **given | more))
    at.scan("P-1000017", tag(1))
    for _ in range(4):
        at.do.plus.emit()
    return at


def lift(at: Counter, reason: str = REASON) -> None:
    at.do.fix.emit(LIFT)
    at.do.form.emit({"reason": reason})


def visit_of(at: Counter) -> Visit:
    assert at.floor.visit is not None
    return at.floor.visit


def offered(at: Counter) -> tuple[FixButton, ...]:
    return () if at.state.refusal is None else at.state.refusal.fixes


def test_the_card_offers_it_and_the_sheet_asks_for_the_reason() -> None:
    at = counter()
    assert offered(at)[-1] == OFFER
    assert "F11" in [hint.key for hint in key_hints(at.floor)]
    at.do.fix.emit(LIFT)
    sheet = at.floor.sheet
    assert isinstance(sheet, ReasonSheet)
    assert sheet.body.startswith("Sample allotment day: it will not hold for this cart")
    assert sheet.facts == "Over by 1.0 g: 5.0 g in this cart, 4.0 g left.\nPermitted by sample leave."
    at.do.form.emit({"reason": "no"})
    sheet = at.floor.sheet
    assert isinstance(sheet, ReasonSheet)
    assert "Write the reason in words." in sheet.field.error
    at.do.form.emit({"reason": REASON})
    assert at.floor.sheet is None
    assert "this cart only" in at.said
    state = at.state
    assert (state.refusal, state.can_pay, state.cart[0].refused) == (None, True, False)


def test_it_is_paid_and_the_sale_keeps_it_and_f4_tells() -> None:
    at = counter()
    lift(at)
    at.do.open_sheet.emit(Opens.RECKONING)
    sheet = at.floor.sheet
    assert isinstance(sheet, ReckoningSheet)
    assert (
        f"Lifted by a manager for this sale: Sample allotment day, “{REASON}” (sample leave)." in sheet.basis
    )
    at.do.back.emit()
    at.do.pay.emit()
    at.do.complete.emit()
    (sale,) = at.till.memory.sales
    assert [(each.code, each.reason) for each in sale.lifted] == [("limit:day", REASON)]


def test_a_changed_cart_asks_again() -> None:
    for change in ("plus", "minus", "remove"):
        at = counter()
        lift(at)
        assert visit_of(at).lifts
        getattr(at.do, change).emit()
        assert visit_of(at).lifts == ()


def test_a_held_cart_does_not_keep_it() -> None:
    at = counter()
    lift(at)
    at.do.hold_or_recall.emit()
    (held,) = at.till.memory.held.values()
    at.do.recall.emit(held.sale_id)
    assert visit_of(at).lifts == ()
    assert offered(at)[-1] == OFFER


def test_a_word_of_the_state_that_comes_later_takes_nothing_away() -> None:
    at = counter()
    lift(at)
    before = visit_of(at)
    at.controller._paying._read_again()
    assert visit_of(at).lifts == before.lifts


def test_who_is_no_manager_is_told_who_must_be_signed_in() -> None:
    at = counter(duty=DUTY)
    at.do.fix.emit(LIFT)
    assert at.floor.sheet is None
    assert at.said == "A manager must be signed in to lift a rule. The cart is kept."
    assert len(visit_of(at).cart.lines) == 1


@pytest.mark.parametrize("name", ["us-mi-medical", "us-hi-medical"])
def test_under_a_shipped_programme_nothing_is_offered(name: str) -> None:
    at = counter(load_programme(name), ask_state=None)
    at.do.plus.emit()
    assert OFFER not in offered(at)
    assert "F11" not in [hint.key for hint in key_hints(at.floor)]
    at.do.fix.emit(LIFT)
    assert at.floor.sheet is None


def test_while_the_cart_is_being_paid_nothing_is_lifted() -> None:
    at = counter()
    at.floor.holding = True
    at.do.fix.emit(LIFT)
    assert at.floor.sheet is None


def test_a_rule_that_stopped_refusing_meanwhile_is_told() -> None:
    at = counter()
    at.do.fix.emit(LIFT)
    at.floor.set_cart(visit_of(at).cart.remove(0), None)
    at.do.form.emit({"reason": REASON})
    assert "does not refuse the cart any more" in at.said
    assert visit_of(at).lifts == ()
