"""A second person's PIN at the counter: who is asked, what a wrong one says; when nobody comes nothing is approved."""

from __future__ import annotations

from typing import Any, cast

import pytest

from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.instant import SECOND_US
from pos_desktop.domain.people import Approval, Person, Right
from pos_desktop.ui.flows.floor import SECOND
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.sheet_state import KeysSheet, SecondPersonSheet
from tests.fixtures.builders import MANAGER, PERSON
from tests.fixtures.desks import till
from tests.fixtures.fakes import Memory
from tests.fixtures.hands import Counter
from tests.fixtures.sign_ins import COMPLIANCE, LEAD, PINS, WRONG, AsksManagers, People, people_with_pins

Asked = tuple[Counter, People, list[Approval]]


def counter() -> tuple[Counter, People]:
    memory = Memory()
    people = people_with_pins(memory.clock)
    return Counter(till(memory, signing_in=people.door)), people


def approving(right: Right = Right.DECLARE_OUTAGE) -> Asked:
    at, people = counter()
    given: list[Approval] = []
    at.floor.second.approve(right, "sample-1", "Sample title", "Sample body", given.append)
    return at, people, given


def sheet_of(at: Counter) -> SecondPersonSheet:
    assert isinstance(at.floor.sheet, SecondPersonSheet)
    return at.floor.sheet


def pass_seconds(at: Counter, seconds: int) -> None:
    at.till.memory.clock.move(seconds * SECOND_US)
    at.controller._every_second()


def test_those_who_may_are_asked_and_nobody_else() -> None:
    at, _, _ = approving()
    assert [each.id for each in sheet_of(at).pin.people] == [COMPLIANCE.id, MANAGER.id]
    at, _, _ = approving(Right.PAID_IN_OUT)
    assert [each.id for each in sheet_of(at).pin.people] == [LEAD.id, MANAGER.id]


def test_the_right_pin_approves_this_one_action() -> None:
    at, people, given = approving()
    at.do.person.emit(MANAGER.id)
    at.do.pin.emit(MANAGER.id, PINS[MANAGER.id])
    assert given == [Approval(MANAGER, Right.DECLARE_OUTAGE, "sample-1")]
    assert people.pins.told == [("approval.done", MANAGER.id, "sample-1")]
    assert at.floor.sheet is None


def test_a_wrong_pin_says_so_in_the_sheet_and_locks_out_in_time() -> None:
    at, people, given = approving()
    for n in range(1, 6):
        at.do.pin.emit(MANAGER.id, WRONG)
        assert sheet_of(at).pin.turn == n
    assert sheet_of(at).pin.said == "The PIN is not right. Wait 1 min, then try again."
    at.do.pin.emit(MANAGER.id, PINS[MANAGER.id])
    assert "Too many wrong tries." in sheet_of(at).pin.said
    assert given == []
    assert "approval.done" not in {kind for kind, _, _ in people.pins.told}


def test_where_the_store_wants_it_everywhere_a_code_goes_with_the_pin() -> None:
    at, people, given = approving()
    people.door._factor = cast("Any", AsksManagers())
    at.do.person.emit(MANAGER.id)
    at.do.pin.emit(MANAGER.id, PINS[MANAGER.id])
    assert (sheet_of(at).pin.said, sheet_of(at).pin.busy, given) == (
        "Type the code that your authenticator shows now.",
        False,
        [],
    )
    at.do.pin.emit(MANAGER.id, "000000")
    assert people.pins.told == [("approval.refused", MANAGER.id, "code")]
    at.do.pin.emit(MANAGER.id, PINS[MANAGER.id])
    pass_seconds(at, 59)
    at.do.person.emit(COMPLIANCE.id)
    at.do.person.emit(MANAGER.id)
    at.do.pin.emit(MANAGER.id, PINS[MANAGER.id])
    pass_seconds(at, 59)
    at.do.pin.emit(MANAGER.id, "424213")
    assert given == [Approval(MANAGER, Right.DECLARE_OUTAGE, "sample-1")]


def test_a_witness_is_asked_for_the_code_too_and_who_has_none_for_the_pin_alone() -> None:
    for person, code in ((MANAGER, "424213"), (COMPLIANCE, "")):
        at, people = counter()
        people.door._factor = cast("Any", AsksManagers())
        seen: list[Person] = []
        at.floor.second.witness(
            "Sample title", "", "till-1", lambda each: each.may(Right.WITNESS), seen.append
        )
        at.do.person.emit(person.id)
        at.do.pin.emit(person.id, PINS[person.id])
        assert seen == ([] if code else [person])
        if code:
            at.do.pin.emit(person.id, code)
        assert seen == [person]


def test_the_pin_alone_approves_nothing_where_a_code_is_wanted() -> None:
    """Whatever asks: the rule stands where the PIN is looked at, not on the screen."""
    _, people, _ = approving()
    people.door._factor = cast("Any", AsksManagers())
    with pytest.raises(RuleRefusal):
        people.door.approve(PERSON, MANAGER.id, PINS[MANAGER.id], Right.DECLARE_OUTAGE, "sample-1")
    with pytest.raises(RuleRefusal):
        people.door.witness(PERSON, MANAGER.id, PINS[MANAGER.id], "sample-1", lambda _: True)


def test_another_name_is_another_try() -> None:
    at, _, _ = approving()
    at.do.pin.emit(MANAGER.id, WRONG)
    at.do.person.emit(COMPLIANCE.id)
    assert (sheet_of(at).pin.chosen, sheet_of(at).pin.said) == (COMPLIANCE.id, "")
    at.do.person.emit(PERSON.id)
    assert sheet_of(at).pin.chosen == COMPLIANCE.id


@pytest.mark.parametrize("who", [PERSON, LEAD])
def test_a_name_that_is_not_listed_approves_nothing(who: Person) -> None:
    at, people, given = approving()
    at.do.pin.emit(who.id, PINS[who.id])
    assert (given, people.pins.told) == ([], [])


def test_esc_brings_back_what_lay_there_before() -> None:
    at, _ = counter()
    at.do.open_sheet.emit(Opens.KEYS)
    given: list[Approval] = []
    at.floor.second.approve(Right.VOID_SALE, "sale-1", "Sample", "", given.append)
    assert at.floor.sheet_kind == SECOND
    at.do.back.emit()
    assert isinstance(at.floor.sheet, KeysSheet)
    assert given == []


def test_after_a_minute_it_closes_and_says_that_nothing_was_approved() -> None:
    at, _, given = approving()
    pass_seconds(at, 59)
    assert at.floor.sheet_kind == SECOND
    pass_seconds(at, 1)
    assert at.floor.sheet is None
    assert at.said == "Nobody approved it within a minute. Nothing was changed."
    at.do.pin.emit(MANAGER.id, PINS[MANAGER.id])
    assert given == []


def test_a_right_pin_that_is_answered_after_the_minute_approves_nothing() -> None:
    at, _, given = approving()
    at.database.at_once = False
    at.do.pin.emit(MANAGER.id, PINS[MANAGER.id])
    assert sheet_of(at).pin.busy
    pass_seconds(at, 60)
    at.database.run()
    assert given == []
    assert "Nothing was changed" in at.said


def test_a_scan_while_it_is_asked_adds_nothing() -> None:
    at, _, _ = approving()
    at.scan("P-1000017")
    assert at.floor.visit is None
    assert "A second person’s PIN is asked for." in at.said


def test_a_witness_is_another_person_and_the_journal_says_of_what() -> None:
    at, people = counter()
    seen: list[Person] = []
    at.floor.second.witness("Sample", "", "till-1", lambda each: each.may(Right.WITNESS), seen.append)
    assert PERSON.id not in {each.id for each in sheet_of(at).pin.people}
    at.do.pin.emit(COMPLIANCE.id, PINS[COMPLIANCE.id])
    assert seen == [COMPLIANCE]
    assert people.pins.told == [("witness.done", COMPLIANCE.id, "till-1")]


def test_with_nobody_else_the_sheet_says_so() -> None:
    at, people = counter()
    people.staff.here = [PERSON]
    at.floor.second.approve(Right.VOID_SALE, "sale-1", "Sample", "", lambda _: None)
    assert sheet_of(at).pin.people == ()
    assert "Nobody else who works here may approve this" in sheet_of(at).pin.empty_text


def test_where_nobody_signs_in_it_says_who_may() -> None:
    at = Counter(till(Memory()))
    at.floor.second.approve(Right.VOID_SALE, "sale-1", "Sample", "", lambda _: None)
    assert at.said == "A manager must do or approve this. Nothing was changed."


def test_somebody_who_may_not_approves_nothing_whatever_the_names_say() -> None:
    """The names are the view's; the use case asks again."""
    at, people = counter()
    given: list[Approval] = []
    at.floor.second.approve(Right.VOID_SALE, "sale-1", "Sample", "", given.append)
    people.staff.here = [
        PERSON,
        Person(MANAGER.id, MANAGER.name, "budtender"),  # another role since the names were read
    ]
    at.do.pin.emit(MANAGER.id, PINS[MANAGER.id])
    assert given == []
    assert "may not approve this" in sheet_of(at).pin.said
    assert people.pins.told == [("approval.refused", MANAGER.id, "sale-1")]
