"""The room “Safe” in a small shop: who is left for the rest of a bag's way, said before the step that leaves nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.domain.money import Money
from pos_desktop.ui.sheet_state import SecondPersonSheet
from tests.fixtures.custody import A, B, C
from tests.fixtures.safe_rooms import SafeCounter
from tests.fixtures.tills import BUDTENDER, MANAGER, SECOND

FEW = "Too few people"
BANKED = "too few are left who could enter the bank’s slip"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SafeCounter]:
    """Three leads, a manager and two budtenders: just enough, if the right ones do each step."""
    made = SafeCounter(tmp_path, leads=3)
    yield made
    made.close()


def titles(at: SafeCounter) -> list[str]:
    return [card.title for card in at.safe.cards]


def test_who_divides_a_till_though_they_are_needed_later_is_warned(small: SafeCounter) -> None:
    small.day_is_over()
    small.sit(C)
    small.enter_safe()
    small.choose("Till R1")
    assert titles(small)[1:] == [FEW, "Who could still do it"]
    assert f"If you do this, {BANKED}" in small.notes
    assert small.safe.primary is not None, "it is a warning, no rule"
    small.sit(BUDTENDER)
    small.enter_safe()
    small.choose("Till R1")
    assert FEW not in titles(small), "who closed it brought it anyhow"


def test_each_step_says_who_could_still_do_the_next_ones(small: SafeCounter) -> None:
    small.in_safe()
    small.choose("Deposit of")
    assert "value='Sample Lead 1, Sample Lead 2, Sample Lead 3 and Sample Manager 1'" in small.notes
    small.sealed()
    small.choose("Bag B-1001")
    assert "label='Hand over', value='Sample Lead 3 and Sample Manager 1'" in small.notes
    assert "label='Count and seal'" not in small.notes
    assert FEW not in titles(small)


def test_a_signature_that_leaves_nobody_for_the_slip_is_named_before_the_pin(small: SafeCounter) -> None:
    small.in_safe()
    small.sealed()
    small.sit(C)
    small.enter_safe()
    small.choose("Bag B-1001")
    small.go_on()
    small.fields(seal="S-B-1001", courier="Sample Courier", badge="77-04", vehicle="SAMPLE 12")
    sheet = small.floor.sheet
    assert isinstance(sheet, SecondPersonSheet)
    assert {each.id for each in sheet.pin.people} == {SECOND.id, MANAGER.id}
    assert f"If {MANAGER.name} signs this, {BANKED}" in sheet.body
    assert f"{SECOND.name} could do it, and enough are left." in sheet.body
    small.pin(MANAGER)
    assert f"T{BANKED[1:]}. A manager enters one more person" in small.notes
    assert "label='Bank’s slip', value='nobody'" in small.notes


def test_a_bag_is_packed_and_counted_under_the_same_warning(tmp_path: Path) -> None:
    """One too few from the start: said where it is packed, where it is counted, and on the list."""
    at = SafeCounter(tmp_path, leads=2)
    at.in_safe()
    assert FEW in titles(at)
    at.fix("safe-bag")
    assert titles(at)[0] == FEW
    at.fix("safe-packed")
    at.fields(number="B-1", loose="")
    at.go_on()
    assert titles(at)[0] == FEW
    at.count_cash(Money(7_500))
    at.sit(B)
    at.enter_safe()
    at.choose("Bag B-1")
    assert FEW in titles(at)
    at.close()


def test_parcels_of_too_many_hands_are_seen_while_they_are_chosen(small: SafeCounter) -> None:
    """The manager divided a till: with what it left over in the bag, nobody is left for the slip."""
    place = small.place
    small.day_is_over()
    small.sit(BUDTENDER)
    desk = small.desks.bags
    session = desk.ways().undivided()[0].id
    desk.deposit(MANAGER, SECOND, session, Money(20_000))
    for each in desk.ways().waiting():
        desk.take_in(A, BUDTENDER, each.id)
    assert place.store.custody.ways().in_safe()
    small.sit(A)
    small.enter_safe()
    small.fix("safe-bag")
    assert titles(small)[0] == FEW
    deposit = next(each for each in small.safe.rows if each.title.startswith("Deposit"))
    small.do.safe_at.emit(deposit.id)
    small.fix("safe-toggle")
    assert FEW not in titles(small)
