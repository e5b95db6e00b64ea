"""PINs on a real store: counted before they are looked at, over restarts, whatever the clock says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.app.ports import KeyStore
from pos_desktop.app.signing_in import SigningIn
from pos_desktop.domain.errors import BadInput, KeyMissing, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.people import Person, Right
from pos_desktop.keystore.pins import PEPPER, PepperedPins, make_pepper
from pos_desktop.keystore.training_keys import TrainingKeys
from pos_desktop.storage.store import Store
from tests.fixtures.stores import StandingClock, opened

MANAGER = Person(PersonId("manager-1"), "Sample Manager 1", "manager")
BUDTENDER = Person(PersonId("budtender-1"), "Sample Budtender 1", "budtender")
RIGHT, WRONG = "274913", "274914"


class Door:
    """A store in a folder, opened anew as often as wanted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = StandingClock()
        self.keys: KeyStore = TrainingKeys(folder)
        make_pepper(self.keys)
        self.store = opened(folder, self.clock, create=True)
        self.store.staff.add(MANAGER)
        self.store.staff.add(BUDTENDER)
        self.people = self._people(self.store)
        self.people.set_pin(MANAGER, "905172", MANAGER)
        self.people.set_pin(BUDTENDER, RIGHT, MANAGER)

    def _people(self, store: Store) -> SigningIn:
        return SigningIn(staff=store.staff, pins=store.pins, hasher=PepperedPins(self.keys), clock=self.clock)

    def restart(self) -> None:
        self.store.close()
        self.store = opened(self.folder, self.clock)
        self.people = self._people(self.store)

    def refused(self, pin: str, who: Person = BUDTENDER) -> str:
        with pytest.raises(RuleRefusal) as caught:
            self.people.sign_in(who.id, pin)
        return caught.value.code

    def told(self) -> list[tuple[str, str]]:
        entries = [json.loads(body) for _, body, _ in self.store.journal.entries()]
        return [(each["kind"], each["data"].get("why", "")) for each in entries]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    made = Door(tmp_path)
    yield made
    made.store.close()


def test_the_right_pin_signs_in_and_is_journaled(door: Door) -> None:
    assert door.people.sign_in(BUDTENDER.id, RIGHT) == BUDTENDER
    assert door.told()[-1] == ("sign-in.done", "")
    assert door.people.people() == [BUDTENDER, MANAGER]


def test_wrong_pins_wait_over_restarts_and_changed_clocks(door: Door) -> None:
    assert [door.refused(WRONG) for _ in range(5)] == ["wrong-pin"] * 5
    door.restart()
    assert door.refused(RIGHT) == "wait"
    door.clock.move(-90 * MINUTE_US)
    assert door.refused(RIGHT) == "wait"
    door.clock.move(91 * MINUTE_US)
    assert door.people.sign_in(BUDTENDER.id, RIGHT) == BUDTENDER
    assert door.refused(WRONG) == "wrong-pin"


def test_a_clock_set_ahead_is_waited_for_by_what_passes(door: Door) -> None:
    """Ten minutes ahead are believed of a computer's clock; no wait is shorter for it, a restart between or not."""
    for _ in range(5):
        door.refused(WRONG)
    door.clock.at = door.clock.at.plus_us(9 * MINUTE_US)
    door.restart()
    assert door.refused(RIGHT) == "wait"
    door.clock.mono_us += MINUTE_US
    assert door.people.sign_in(BUDTENDER.id, RIGHT) == BUDTENDER


def test_a_kill_while_the_pin_is_looked_at_forgets_no_try(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(PepperedPins, "agrees", killed)
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            door.people.sign_in(BUDTENDER.id, WRONG)
        door.restart()
    monkeypatch.undo()
    assert door.refused(RIGHT) == "wait"


def test_after_fifteen_a_manager_lets_in_and_not_oneself(door: Door) -> None:
    for _ in range(15):
        door.refused(WRONG)
        door.clock.move(16 * MINUTE_US)
    assert door.refused(RIGHT) == "locked"
    with pytest.raises(RuleRefusal):
        door.people.let_in(BUDTENDER, BUDTENDER)
    door.people.let_in(BUDTENDER, door.people.sign_in(MANAGER.id, "905172"))
    assert door.people.sign_in(BUDTENDER.id, RIGHT) == BUDTENDER


def test_a_till_waits_whoever_tries_but_never_for_ever(door: Door) -> None:
    """One person at a time would give everybody's four tries to a thief."""
    for n in range(20):
        door.refused(WRONG, (BUDTENDER, MANAGER)[n % 2])
        door.clock.move(0 if n < 4 else 16 * MINUTE_US)
    door.clock.move(-16 * MINUTE_US)
    assert door.refused(RIGHT) == "wait"
    door.clock.move(16 * MINUTE_US)
    assert door.people.sign_in(MANAGER.id, "905172") == MANAGER


def test_somebody_who_left_is_not_signed_in(door: Door) -> None:
    assert door.refused(RIGHT, Person(PersonId("gone-1"), "Sample Gone 1", "manager")) == "not-here"


def test_somebody_without_a_pin_is_not_signed_in_with_any(door: Door) -> None:
    new = Person(PersonId("new-1"), "Sample New 1", "manager")
    door.store.staff.add(new)
    assert {door.refused(pin, new) for pin in ("", "000000", RIGHT)} == {"wrong-pin"}
    assert new not in door.people.people()


@pytest.mark.parametrize(
    "pin",
    ["", "12345", "1234567890123", "abcdef", "27491٣", "111111", "121212", "123456", "890123", "987654"],
)
def test_easy_pins_are_not_taken(door: Door, pin: str) -> None:
    with pytest.raises(BadInput):
        door.people.set_pin(BUDTENDER, pin, BUDTENDER)
    assert door.people.sign_in(BUDTENDER.id, RIGHT) == BUDTENDER


def test_a_pin_is_ones_own_or_a_managers_to_give(door: Door) -> None:
    door.people.set_pin(BUDTENDER, "630185", BUDTENDER)
    assert door.people.sign_in(BUDTENDER.id, "630185") == BUDTENDER
    with pytest.raises(RuleRefusal):
        door.people.set_pin(MANAGER, "630185", BUDTENDER)


def test_an_approval_is_a_second_persons_for_one_action(door: Door) -> None:
    approval = door.people.approve(BUDTENDER, MANAGER.id, "905172", Right.VOID_SALE, "sale-1")
    assert (approval.by, approval.right, approval.about) == (MANAGER, Right.VOID_SALE, "sale-1")
    assert door.told()[-1] == ("approval.done", "")
    for who, pin, code in ((BUDTENDER, RIGHT, "own-approval"), (MANAGER, WRONG, "wrong-pin")):
        with pytest.raises(RuleRefusal) as caught:
            door.people.approve(BUDTENDER, who.id, pin, Right.VOID_SALE, "sale-1")
        assert caught.value.code == code


def test_a_witness_is_somebody_else_who_may(door: Door) -> None:
    def managers(each: Person) -> bool:
        return each.may(Right.MANAGE_PEOPLE)

    assert door.people.witness(BUDTENDER, MANAGER.id, "905172", "till-1", managers) == MANAGER
    assert door.told()[-1][0] == "witness.done"
    for actor, who, pin, code in (
        (MANAGER, MANAGER, "905172", "own-witness"),
        (MANAGER, BUDTENDER, RIGHT, "no-witness"),
        (BUDTENDER, MANAGER, WRONG, "wrong-pin"),
    ):
        with pytest.raises(RuleRefusal) as caught:
            door.people.witness(actor, who.id, pin, "till-1", managers)
        assert caught.value.code == code
        assert door.told()[-1][0] == "witness.refused"


def test_a_right_pin_that_may_not_is_no_wrong_pin(door: Door) -> None:
    for _ in range(6):
        with pytest.raises(RuleRefusal) as caught:
            door.people.approve(MANAGER, MANAGER.id, "905172", Right.VOID_SALE, "sale-1")
        assert caught.value.code == "own-approval"
        assert door.told()[-1][0] == "approval.refused"


def test_the_table_alone_and_another_pepper_open_nothing(door: Door) -> None:
    kept = door.store.pins.hash_of(BUDTENDER.id)
    assert kept is not None
    assert RIGHT not in kept
    door.keys.set(PEPPER, bytes(32))
    door.restart()
    assert door.refused(RIGHT) == "wrong-pin"
    door.keys.delete(PEPPER)
    door.restart()
    with pytest.raises(KeyMissing):
        door.people.sign_in(BUDTENDER.id, RIGHT)


def test_the_only_manager_is_not_shut_out_for_ever(door: Door) -> None:
    """Whoever types fifteen wrong PINs would else close the store to everybody."""
    for _ in range(20):
        assert door.refused(WRONG, MANAGER) == "wrong-pin"
        door.clock.move(15 * MINUTE_US)
    door.refused(WRONG, MANAGER)
    door.clock.move(14 * MINUTE_US)
    assert door.refused("905172", MANAGER) == "wait"
    door.clock.move(MINUTE_US)
    assert door.people.sign_in(MANAGER.id, "905172") == MANAGER


def test_a_manager_whom_another_can_let_in_is_shut_out(door: Door) -> None:
    second = Person(PersonId("manager-2"), "Sample Manager 2", "manager")
    door.store.staff.add(second)
    door.people.set_pin(second, "630185", MANAGER)
    for _ in range(15):
        assert door.refused(WRONG, MANAGER) == "wrong-pin"
        door.clock.move(15 * MINUTE_US)
    assert door.refused("905172", MANAGER) == "locked"
    for _ in range(15):
        assert door.refused(WRONG, second) == "wrong-pin"
        door.clock.move(15 * MINUTE_US)
    assert door.people.sign_in(second.id, "630185") == second, "now nobody is left who could let in this one"
