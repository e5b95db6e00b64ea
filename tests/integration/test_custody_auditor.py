"""An auditor reads the way of cash and has no part in it: each step refuses, and what was read is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from pos_desktop.app import custody_desk
from pos_desktop.app.custody_desk import CustodyDesk
from pos_desktop.app.custody_room import CustodyDesks
from pos_desktop.app.ports import SlipKind
from pos_desktop.app.safe_desk import SafeDesk
from pos_desktop.domain.errors import PosError, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.money import Money
from pos_desktop.domain.people import Person
from tests.fixtures.custody import COURIER, A, B, CustodyPlace
from tests.fixtures.tills import AUDITOR, BUDTENDER, MANAGER, SECOND, count_of

ONE = count_of(Money(100))
Step = Callable[[CustodyPlace, Person], object]
STEPS: Mapping[str, Step] = {
    "deposit": lambda at, by: at.custody.deposit(by, SECOND, "till", Money(0)),
    "take_in": lambda at, by: at.custody.take_in(by, SECOND, "parcel"),
    "make_bag": lambda at, by: at.custody.make_bag(by, "B-9", []),
    "count_bag": lambda at, by: at.custody.count_bag(by, "bag", ONE),
    "recount_bag": lambda at, by: at.custody.recount_bag(by, "bag", ONE),
    "seal_bag": lambda at, by: at.custody.seal_bag(by, A, "bag", "S-9"),
    "hand_over": lambda at, by: at.custody.hand_over(by, A, "bag", "S-9", COURIER),
    "bank": lambda at, by: at.custody.bank(by, "bag", Money(100), "D-9"),
    "take_apart": lambda at, by: at.custody.take_apart(by, A, "bag", "sample reason"),
    "give_case": lambda at, by: at.custody.give_case(by, "case", A),
    "settle_case": lambda at, by: at.custody.settle_case(by, "case", "sample reason"),
    "count": lambda at, by: at.safe.count(by, ONE),
    "recount": lambda at, by: at.safe.recount(by, ONE),
    "settle": lambda at, by: at.safe.settle(by, A),
    "order": lambda at, by: at.safe.order(by, Money(100), "ones"),
    "receive_order": lambda at, by: at.safe.receive_order(by, A, "order", "C-9", COURIER),
    "count_order": lambda at, by: at.safe.count_order(by, "order", ONE),
    "recount_order": lambda at, by: at.safe.recount_order(by, "order", ONE),
    "take_in_order": lambda at, by: at.safe.take_in_order(by, A, "order"),
    "cancel_order": lambda at, by: at.safe.cancel_order(by, "order", "sample reason"),
    "send": lambda at, by: at.safe.send(by, "", "R1", Money(100)),
    "receive": lambda at, by: at.safe.receive(by, "way", Money(100)),
    "call_back": lambda at, by: at.safe.call_back(by, "way", "sample reason"),
}
READS = {"ways", "places", "read_figures", "check_deposit", "check_seal", "check_hand_over", "check_order"}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[CustodyPlace]:
    made = CustodyPlace(tmp_path)
    yield made
    made.store.close()


def desks(at: CustodyPlace) -> CustodyDesks:
    store = at.store
    return CustodyDesks(at.custody, at.safe, store.custody, store.staff, store.pins, store.paper)


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(PosError) as caught:
        call()
    return caught.value.code or ""


def test_every_step_is_tried() -> None:
    steps = {name for desk in (CustodyDesk, SafeDesk) for name in vars(desk) if not name.startswith("_")}
    assert steps - READS == set(STEPS)


def test_an_auditor_does_no_step(place: CustodyPlace) -> None:
    bag = place.sealed()
    before = len(place.store.custody.steps())
    told = {name: refusal(lambda step=step: step(place, AUDITOR)) for name, step in STEPS.items()}  # type: ignore[misc]  # bound at once
    unknown = {"receive", "call_back"}  # of a float that is not there: nothing to ask a right for
    assert {
        each for each, code in told.items() if not code.startswith(("right-needed", "manager-needed"))
    } <= unknown
    assert len(place.store.custody.steps()) == before
    assert place.custody.ways().bags[bag].step == "hand over"


def test_an_auditor_looks_and_what_was_read_is_in_the_journal(place: CustodyPlace) -> None:
    place.in_safe()
    room, before = desks(place), len(place.store.custody.steps())
    assert {each.cash for each in room.look("", AUDITOR).picture.lines} == {None}
    assert len(place.store.custody.steps()) == before, (
        "a list without amounts is no more than a budtender sees"
    )
    place.custody.read_figures(AUDITOR)
    assert {each.cash for each in room.look("", AUDITOR).picture.lines} == {Money(1_000), Money(6_500)}
    last = place.store.custody.steps()[-1]
    assert (last.event.by, last.event.kind.value, last.event.cash) == (AUDITOR.id, "figures-read", Money(0))


def test_the_way_of_a_bag_is_printed_by_who_reads_and_by_who_does_custody(place: CustodyPlace) -> None:
    place.sealed()
    room = desks(place)
    for each in (AUDITOR, A, MANAGER):
        room.print_way(each, "B-1001", place.clock.now())
    printed = [each.slip for each in place.store.paper.open() if each.slip is not None]
    assert [each.kind for each in printed].count(SlipKind.CHAIN) == 3
    assert (
        refusal(lambda: room.print_way(BUDTENDER, "B-1001", place.clock.now())) == "right-needed:read-journal"
    )
    nobody = Person(PersonId("somebody-1"), "Sample Somebody", "emergency")
    assert refusal(lambda: room.look("", nobody)) == "right-needed:read-reports"


def test_a_step_that_forgets_to_ask_is_seen(place: CustodyPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known wrong: whoever is asked answers."""
    bag = place.custody.make_bag(B, "B-1", place.in_safe())
    monkeypatch.setattr(custody_desk, "require", lambda actor, *_, **__: actor)
    try:
        place.custody.count_bag(AUDITOR, bag, ONE)
    except RuleRefusal:
        pytest.fail("the right was asked for after all")
    assert place.store.custody.steps()[-1].event.by == AUDITOR.id
