"""Sign-in, lock, idle lock, quick switch and the first PIN, by wishes alone: what the flows do behind the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from pos_desktop.app.views import Why
from pos_desktop.domain.identity import PatientId, PersonId
from pos_desktop.domain.instant import MINUTE_US
from pos_desktop.domain.people import Approval, Person, Right
from pos_desktop.ui.flows.picture import key_hints
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.lock_state import LockScreen
from pos_desktop.ui.sheet_state import KeysSheet, PaymentSheet, WeighSheet
from tests.fixtures.builders import MANAGER, NOW, PERSON, SESSION, answer, package, patient, tag
from tests.fixtures.desks import till
from tests.fixtures.fakes import Memory
from tests.fixtures.hands import Counter
from tests.fixtures.sign_ins import LEAD, LEFT, PINS, WRONG, People, StillTill, people_with_pins

CARD = "P-1000017"
REASON = "sample reason of an emergency"
AUDITOR = Person(PersonId("person-7"), "Sample Auditor 1", "auditor")


@dataclass
class Shop:
    at: Counter
    people: People
    till: StillTill

    @property
    def lock(self) -> LockScreen:
        assert self.at.floor.lock is not None
        return self.at.floor.lock

    @property
    def told(self) -> list[tuple[str, PersonId, str]]:
        return self.people.pins.told


def shop(*, pins: bool = True, **more: Any) -> Shop:
    """A counter that was just started: locked, its till open."""
    memory = Memory()
    memory.add(patient(), package(1), package(2))
    people, still = people_with_pins(memory.clock, pins=pins), StillTill()
    given = {
        "duty": None,
        "ask_state": lambda _: answer(NOW),
        "signing_in": people.door,
        "till": cast("Any", still),
        **more,
    }
    made = Shop(Counter(till(memory, **given)), people, still)
    made.at.start()
    return made


def at_work(**more: Any) -> Shop:
    """Sample Budtender 1 is signed in, with a patient and a line in the cart."""
    made = shop(**more)
    made.at.sign_in(PERSON)
    made.at.scan(CARD, tag(1))
    return made


def locked(at: Shop) -> bool:
    return at.at.floor.lock is not None


def test_it_starts_locked_with_those_who_have_a_pin() -> None:
    at = shop()
    assert at.at.floor.actor is None
    assert [each.name for each in at.lock.pin.people] == [
        "Sample Budtender 1",
        "Sample Lead 1",
        "Sample Compliance 1",
        "Sample Manager 1",
    ]
    assert (at.lock.store_line, at.lock.register_line, at.lock.clock) == (
        "Sample Provisioning Center",
        "Register 2",
        "2:32 PM",
    )


def test_a_pin_signs_in_and_the_top_bar_says_who_and_whether_the_till_is_open() -> None:
    at = shop()
    at.at.sign_in(PERSON)
    assert (at.at.floor.actor, at.at.floor.session, at.at.floor.lock) == (PERSON, SESSION, None)
    assert at.told == [("sign-in.done", PERSON.id, "")]
    assert at.at.state.register_line == "Register 2 · Sample Budtender 1 · budtender"
    assert at.at.state.till_open
    at.till.session = None
    at.at.do.lock.emit()
    at.at.sign_in(LEAD)
    assert at.at.state.register_line == "Register 2 · Sample Lead 1 · lead · till closed"
    assert not at.at.state.till_open


def test_without_a_till_nothing_is_paid_and_the_cart_is_kept() -> None:
    at = shop()
    at.till.session = None
    at.at.sign_in(PERSON)
    at.at.scan(CARD, tag(1))
    at.at.do.pay.emit()
    assert at.at.floor.entry is None
    assert "Carts are kept; payment needs an open till." in at.at.said


def test_wrong_pins_at_speed_are_counted_one_by_one() -> None:
    at = shop()
    at.at.database.at_once = False
    for _ in range(20):
        at.at.do.pin.emit(PERSON.id, WRONG)
    assert at.lock.pin.busy, "one is looked at, and no key is taken meanwhile"
    at.at.database.run()
    assert [kind for kind, _, _ in at.told] == ["sign-in.refused"]
    at.at.database.at_once = True
    for _ in range(4):
        at.at.do.pin.emit(PERSON.id, WRONG)
    assert at.lock.pin.said == "The PIN is not right. Wait 1 min, then try again."
    at.at.sign_in(PERSON)
    assert "Too many wrong tries. Wait 1 min" in at.lock.pin.said
    at.at.till.memory.clock.move(MINUTE_US)
    at.at.sign_in(PERSON)
    assert at.at.floor.actor == PERSON


def test_after_fifteen_a_manager_must_let_in() -> None:
    at = shop()
    for _ in range(15):
        at.at.do.pin.emit(PERSON.id, WRONG)
        at.at.till.memory.clock.move(16 * MINUTE_US)
    at.at.sign_in(PERSON)
    assert at.lock.pin.said.startswith("Sample Budtender 1 is locked after 15 wrong tries.")


def test_somebody_who_left_while_the_screen_was_up_is_told_so() -> None:
    at = shop()
    at.people.staff.here = [MANAGER]
    at.at.sign_in(PERSON)
    assert at.at.floor.actor is None
    assert at.lock.pin.said.startswith("This person does not work here (any more).")
    at.at.do.pin.emit(LEFT.id, PINS[MANAGER.id])
    assert at.told == [("sign-in.refused", PERSON.id, "left")]


def test_a_scan_while_locked_opens_nothing_and_says_nothing_of_what_was_scanned() -> None:
    at = at_work()
    at.at.do.lock.emit()
    before = at.at.floor.visit
    for code in (CARD, tag(2), "~", "unknown"):
        at.at.scan(code)
        assert at.lock.pin.said == "Sign in first, then scan again. Nothing was opened."
    assert (at.at.floor.visit, at.at.floor.notice) == (before, None)


def test_a_quick_switch_keeps_the_cart_and_the_sale_carries_the_new_person() -> None:
    at = at_work()
    at.at.do.pay.emit()
    assert isinstance(at.at.floor.sheet, PaymentSheet)
    at.at.do.lock.emit()
    assert at.told[-1] == ("counter.locked", PERSON.id, "key")
    at.at.do.complete.emit()
    assert at.at.till.memory.sales == [], "nobody sells behind the lock"
    at.at.sign_in(LEAD)
    assert isinstance(at.at.floor.sheet, PaymentSheet)
    at.at.do.complete.emit()
    (sale,) = at.at.till.memory.sales
    assert sale.actor_id == LEAD.id


def test_a_save_that_was_under_way_ends_behind_the_lock_for_who_began_it() -> None:
    at = at_work()
    at.at.do.pay.emit()
    at.at.database.at_once = False
    at.at.do.complete.emit()
    at.at.do.lock.emit()
    at.at.database.run()
    at.at.database.at_once = True
    (sale,) = at.at.till.memory.sales
    assert sale.actor_id == PERSON.id
    assert at.at.floor.lock is not None
    at.at.sign_in(LEAD)
    assert at.at.floor.done_sale == sale
    assert isinstance(at.at.floor.sheet, PaymentSheet)
    assert at.at.floor.sheet.done is not None


def test_a_figure_of_the_state_that_comes_behind_the_lock_completes_nothing() -> None:
    at = at_work()
    assert at.at.floor.visit is not None
    at.at.do.pay.emit()
    assert at.at.floor.entry is not None
    at.at.floor.entry = replace(at.at.floor.entry, asking=True)
    at.at.do.lock.emit()
    at.at.controller.draw()
    assert at.at.till.memory.sales == []
    at.at.sign_in(LEAD)
    at.at.do.complete.emit()
    assert [each.actor_id for each in at.at.till.memory.sales] == [LEAD.id]


def test_a_weighing_goes_on_behind_the_lock_and_its_sheet_is_there_again() -> None:
    at = at_work()
    at.at.do.open_sheet.emit(Opens.WEIGH)
    at.at.do.lock.emit()
    at.at.till.scale.shows = replace(at.at.till.scale.shows, net_mg=3_000)
    at.at.controller._weighing.tick()
    at.at.sign_in(PERSON)
    assert isinstance(at.at.floor.sheet, WeighSheet)
    assert at.at.floor.sheet.weight == "3.00 g"


def test_it_locks_by_itself_after_the_set_minutes_and_says_why() -> None:
    at = at_work(lock_minutes=5)
    at.at.seconds(299)
    at.at.controller.touched()
    at.at.seconds(299)
    assert not locked(at)
    at.at.scan(tag(2))
    at.at.seconds(299)
    assert not locked(at)
    at.at.seconds(1)
    assert locked(at)
    assert at.told[-1] == ("counter.locked", PERSON.id, "idle")
    at.at.seconds(3_600)
    assert [kind for kind, _, _ in at.told].count("counter.locked") == 1


def test_a_lock_ends_a_question_for_a_second_person() -> None:
    at = at_work()
    at.at.do.open_sheet.emit(Opens.KEYS)
    given: list[Approval] = []
    at.at.floor.second.approve(Right.VOID_SALE, "sale-1", "Sample", "", given.append)
    at.at.do.lock.emit()
    at.at.sign_in(LEAD)
    assert isinstance(at.at.floor.sheet, KeysSheet)
    at.at.do.pin.emit(MANAGER.id, PINS[MANAGER.id])
    assert given == []


def test_who_may_not_see_patients_does_not_come_in_over_a_cart() -> None:
    at = at_work()
    at.people.staff.here.append(AUDITOR)
    at.people.pins.kept[AUDITOR.id] = "kept 774411"
    at.at.do.lock.emit()
    at.at.do.pin.emit(AUDITOR.id, "774411")
    assert at.at.floor.actor is None
    assert "may not see patients" in at.lock.pin.said
    assert "Sample Patient" not in at.lock.pin.said
    at.at.sign_in(PERSON)
    at.at.floor.end_visit()
    at.at.do.lock.emit()
    at.at.do.pin.emit(AUDITOR.id, "774411")
    assert at.at.floor.actor == AUDITOR


class Looks:
    """A log of views that keeps them in memory."""

    def __init__(self) -> None:
        self.kept: list[tuple[PersonId, Why]] = []

    def seen(self, by: Person, why: Why, patients: Sequence[PatientId], note: str = "") -> None:
        self.kept += [(by.id, why) for each in patients if each == patient().id]


def test_whoever_takes_over_an_open_sale_has_seen_its_patient() -> None:
    looks = Looks()
    at = at_work(views=cast("Any", looks))
    looks.kept.clear()
    for person in (PERSON, LEAD, PERSON):
        at.at.do.lock.emit()
        at.at.do.pin.emit(person.id, WRONG)
        at.at.sign_in(person)
    assert looks.kept == [(LEAD.id, Why.TAKEN_OVER), (PERSON.id, Why.TAKEN_OVER)], (
        "one’s own sale is no new look"
    )


def test_the_last_person_is_chosen_again_and_another_name_clears_what_was_said() -> None:
    at = at_work()
    at.at.do.lock.emit()
    assert at.lock.pin.chosen == PERSON.id
    at.at.do.pin.emit(PERSON.id, WRONG)
    at.at.do.person.emit(LEAD.id)
    assert (at.lock.pin.chosen, at.lock.pin.said) == (LEAD.id, "")


def test_a_store_without_pins_asks_its_manager_for_one_twice() -> None:
    at = shop(pins=False)
    assert [each.id for each in at.lock.pin.people] == [MANAGER.id]
    assert (at.lock.title, at.lock.pin.action) == ("Choose your PIN", "Next")
    at.at.do.pin.emit(MANAGER.id, "123456")
    assert "guessed first" in at.lock.pin.said
    at.at.do.pin.emit(MANAGER.id, "905172")
    assert (at.lock.pin.said, at.lock.pin.action) == ("Type the same PIN once more.", "Keep this PIN")
    at.at.do.pin.emit(MANAGER.id, "905173")
    assert at.lock.pin.said.startswith("The two were not the same.")
    assert at.told == []
    for _ in range(2):
        at.at.do.pin.emit(MANAGER.id, "905172")
    assert at.at.floor.actor == MANAGER
    assert at.told == [("pin.set", MANAGER.id, MANAGER.id), ("sign-in.done", MANAGER.id, "")]
    at.at.do.lock.emit()
    assert at.lock.title == "Sign in"
    at.at.sign_in(MANAGER)
    assert at.at.floor.actor == MANAGER


def test_the_first_pin_is_not_taken_from_two_screens() -> None:
    """Somebody gave a PIN by the command line while this screen asked for the first one."""
    at = shop(pins=False)
    at.at.do.pin.emit(MANAGER.id, "905172")
    at.people.pins.kept[LEAD.id] = "kept 630185"
    at.at.do.pin.emit(MANAGER.id, "905172")
    assert at.at.floor.actor is None
    assert at.lock.pin.said.startswith("Somebody has a PIN here already.")
    assert MANAGER.id not in at.people.pins.kept


@pytest.mark.parametrize("signs_in", [True, False])
def test_the_key_is_listed_where_people_sign_in(signs_in: bool) -> None:
    at = at_work().at if signs_in else Counter(till())
    assert ("Ctrl+L" in [hint.key for hint in key_hints(at.floor)]) == signs_in
    assert at.state.locks == signs_in
    at.do.lock.emit()
    assert (at.floor.lock is not None) == signs_in
