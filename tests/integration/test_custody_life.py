"""From a drawer to the bank on a real store: each step by who may, once, and on paper as in the journal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from pos_desktop.app.custody_chain import chain_of
from pos_desktop.app.custody_desk import Because, Courier, CustodyRules
from pos_desktop.domain.custody.things import BagStep
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.z_report import adds_up
from tests.fixtures.custody import COURIER, WHY, A, B, C, CustodyPlace, D, E
from tests.fixtures.tills import AUDITOR, BUDTENDER, FLOAT, MANAGER, SECOND, count_of


@pytest.fixture
def place(tmp_path: Path) -> Iterator[CustodyPlace]:
    made = CustodyPlace(tmp_path)
    yield made
    made.store.close()


def refused(call: Callable[[], object]) -> str:
    with pytest.raises((RuleRefusal, BadInput)) as caught:
        call()
    assert caught.value.sentence.endswith(".")
    return caught.value.code


def bag_of(place: CustodyPlace, bag_id: str) -> BagStep:
    return place.custody.ways().bags[bag_id].step


def test_a_day_goes_to_the_bank_and_every_step_survives_a_restart(place: CustodyPlace) -> None:
    session = place.day()
    place.restart()
    assert [each.id for each in place.custody.ways().undivided()] == [session]
    place.custody.deposit(BUDTENDER, SECOND, session, FLOAT.total)
    place.restart()
    waiting = place.custody.ways().waiting()
    assert [(each.number, each.cash.cents) for each in waiting] == [("E-3", 1_000), ("Z 1", 6_500)]
    for each in waiting:
        place.custody.take_in(A, BUDTENDER, each.id)
    place.restart()
    bag = place.custody.make_bag(A, " B-1001 ", [each.id for each in place.custody.ways().in_safe()])
    place.restart()
    place.custody.count_bag(A, bag, count_of(Money(7_500)))
    place.restart()
    assert bag_of(place, bag) is BagStep.RECOUNT
    place.custody.recount_bag(B, bag, count_of(Money(7_500)))
    place.restart()
    place.custody.seal_bag(B, A, bag, "S-1")
    place.restart()
    place.custody.hand_over(C, D, bag, "S-1", COURIER)
    place.restart()
    place.custody.bank(E, bag, Money(7_500), "D-77")
    place.restart()
    ways = place.custody.ways()
    assert (bag_of(place, bag), ways.to_bank, ways.found) == (BagStep.DONE, Money(7_500), ZERO)
    assert ways.at_rest("R1") == FLOAT.total


def test_the_chain_of_a_bag_tells_who_when_where_and_what(place: CustodyPlace) -> None:
    bag = place.sealed()
    place.custody.hand_over(C, D, bag, "S-B-1001", COURIER)
    place.custody.bank(E, bag, Money(7_000), "D-77", WHY)
    chain = chain_of(place.store.custody, "B-1001")
    told = [(each.what, each.by, each.second, each.out_of, each.into, each.cash) for each in chain.links]
    names = [each.name for each in (BUDTENDER, SECOND, A, B, C, D, E)]
    budtender, second, a, b, c, d, e = names
    assert told == [
        ("Dropped", budtender, second, "till R1", "envelope E-3", Money(1_000)),
        ("Taken into the safe", a, budtender, "E-3", "safe", Money(1_000)),
        ("Left over at the close", budtender, second, "till R1", "Z 1", Money(6_500)),
        ("Taken into the safe", a, budtender, "Z 1", "safe", Money(6_500)),
        ("Put into the bag", a, "", "safe", "bag, open", Money(7_500)),
        ("Counted", a, "", "bag, open", "bag, open", Money(7_500)),
        ("Recounted, blind", b, "", "bag, open", "bag, open", Money(7_500)),
        ("Sealed", a, b, "bag, open", "bag, sealed", Money(7_500)),
        ("Handed over", c, d, "safe", "courier", Money(7_500)),
        ("Counted by the bank", e, "", "courier", "bank", Money(7_000)),
    ]
    handed, banked = chain.links[-2:]
    assert dict(handed.numbers) == {
        "seal": "S-B-1001", "courier": "Sample Courier", "badge": "77-04", "vehicle": "SAMPLE 12",
    }  # fmt: skip
    assert (banked.variance, banked.reason) == (Money(-500), WHY.reason)
    assert [each.owner for each in chain.cases] == [MANAGER.id]
    entries = {seq: digest.hex() for seq, _, digest in place.store.journal.entries()}
    for each in chain.links[1:]:
        assert each.journal_seq is not None
        assert entries[each.journal_seq].startswith(each.journal_hash)


def test_each_step_is_one_entry_of_the_journal(place: CustodyPlace) -> None:
    bag = place.sealed()
    place.custody.hand_over(C, D, bag, "S-B-1001", COURIER)
    bodies = [json.loads(body) for _, body, _ in place.store.journal.entries()]
    told = [each for each in bodies if each["kind"].startswith("custody.")]
    assert [each["kind"].removeprefix("custody.") for each in told] == [
        "deposit", "taken-in", "taken-in", "bag-made", "bag-counted", "bag-recounted", "bag-sealed", "bag-handed-over",
    ]  # fmt: skip
    last = told[-1]
    assert (last["actor"], last["ref"], last["data"]["second"], last["data"]["cash"]) == (
        C.id,
        bag,
        D.id,
        7_500,
    )


def test_rights_are_asked_for(place: CustodyPlace) -> None:
    session = place.day()
    assert refused(lambda: place.custody.deposit(AUDITOR, SECOND, session, ZERO)) == "right-needed:close-till"
    assert refused(lambda: place.custody.deposit(BUDTENDER, AUDITOR, session, ZERO)) == "right-needed:witness"
    place.custody.deposit(BUDTENDER, SECOND, session, ZERO)
    parcel = place.custody.ways().waiting()[0].id
    assert refused(lambda: place.custody.take_in(SECOND, BUDTENDER, parcel)) == "right-needed:custody"
    place.custody.take_in(A, BUDTENDER, parcel)
    bag = place.custody.make_bag(A, "B-1", [parcel])
    count = count_of(Money(1_000))
    for call in (
        partial(place.custody.make_bag, SECOND, "B-2", [parcel]),
        partial(place.custody.count_bag, SECOND, bag, count),
        partial(place.custody.recount_bag, SECOND, bag, count),
        partial(place.custody.seal_bag, A, SECOND, bag, "S-1"),
        partial(place.custody.hand_over, SECOND, C, bag, "S-1", COURIER),
        partial(place.custody.bank, SECOND, bag, ZERO, "1"),
        partial(place.safe.count, SECOND, count),
        partial(place.safe.order, SECOND, Money(100), "ones"),
        partial(place.safe.send, SECOND, "", "R1", Money(100)),
    ):
        assert refused(call) == "right-needed:custody"
    assert refused(lambda: place.custody.settle_case(A, "x", "found it again")) == "manager-needed"


def test_what_cannot_be_read_changes_nothing(place: CustodyPlace) -> None:
    (parcel, _) = place.in_safe()
    before = len(place.store.custody.steps())
    nobody = Courier("", "1", "2")
    for code, call in (
        ("number", partial(place.custody.make_bag, A, "  ", [parcel])),
        ("number", partial(place.custody.make_bag, A, "B" * 61, [parcel])),
        ("parcel", partial(place.custody.make_bag, A, "B-1", ["another"])),
        ("empty", partial(place.custody.make_bag, A, "B-1", [])),
        ("amount", partial(place.custody.make_bag, A, "B-1", [], Money(-1))),
        ("amount", partial(place.custody.make_bag, A, "B-1", [], Money(10**12))),
        ("amount", partial(place.safe.send, A, "", "R1", ZERO)),
        ("no-till", partial(place.safe.send, A, "", "R9", Money(100))),
        ("place", partial(place.safe.send, A, "R1", "R1", Money(100))),
    ):
        assert refused(call) == code
    bag = place.custody.make_bag(A, "B-1", [parcel])
    assert refused(lambda: place.custody.hand_over(C, D, bag, "S-1", nobody)) == "number"
    assert refused(lambda: place.custody.make_bag(A, "B-1", [parcel])) == "parcel"
    assert len(place.store.custody.steps()) == before + 1


def test_a_difference_within_what_the_store_lets_pass_opens_no_case(tmp_path: Path) -> None:
    place = CustodyPlace(tmp_path, CustodyRules(difference=Money(500)))
    bag = place.sealed()
    place.custody.hand_over(C, D, bag, "S-B-1001", COURIER)
    assert refused(lambda: place.custody.bank(E, bag, Money(6_999), "D-77")) == "difference"
    owner = Because("the bank says so", BUDTENDER)
    assert refused(lambda: place.custody.bank(E, bag, Money(6_999), "D-77", owner)) == "right-needed:custody"
    place.custody.bank(E, bag, Money(7_000), "D-77")
    assert (place.custody.ways().cases, place.custody.ways().found) == ({}, Money(-500))
    place.store.close()


def test_a_case_stays_until_a_manager_who_did_not_count_settles_it(place: CustodyPlace) -> None:
    bag = place.sealed()
    place.custody.hand_over(C, D, bag, "S-B-1001", COURIER)
    place.custody.bank(MANAGER, bag, Money(7_400), "D-77", Because("counted again by the bank", A))
    (case,) = place.custody.ways().cases.values()
    assert refused(lambda: place.custody.settle_case(MANAGER, case.id, "the bank found it")) == "own-case"
    place.custody.give_case(A, case.id, B)
    place.restart()
    assert place.custody.ways().cases[case.id].owner == B.id


def test_a_float_from_the_safe_is_in_the_till_and_in_its_report(place: CustodyPlace) -> None:
    place.safe.count(A, count_of(Money(50_000)))
    place.safe.recount(B, count_of(Money(50_000)))
    place.safe.settle(A, B)
    place.desk.open(BUDTENDER, FLOAT)
    sent = place.safe.send(A, "", "R1", Money(4_000))
    place.restart()
    place.safe.receive(BUDTENDER, sent, Money(4_000))
    back = place.safe.send(BUDTENDER, "R1", "", Money(1_500))
    place.safe.receive(A, back, Money(1_500))
    assert place.custody.ways().loose == Money(47_500)
    assert place.desk.seal(BUDTENDER, count_of(FLOAT.total + Money(2_500))).over_short == ZERO
    told = place.desk.close(BUDTENDER, SECOND).document
    assert (told["moves"]["change-in"], told["moves"]["change-out"]) == (
        {"times": 1, "cash": 4_000}, {"times": 1, "cash": 1_500},
    )  # fmt: skip
    assert adds_up(told)


def test_a_counted_till_takes_no_float_and_the_cash_stays_on_the_way(place: CustodyPlace) -> None:
    place.desk.open(BUDTENDER, FLOAT)
    sent = place.safe.send(A, "", "R1", Money(4_000))
    place.desk.seal(BUDTENDER, FLOAT)
    assert refused(lambda: place.safe.receive(BUDTENDER, sent, Money(4_000))) == "till-counted"
    assert place.custody.ways().places()["on the way between tills and safe"] == Money(4_000)
    place.desk.close(BUDTENDER, SECOND)
    place.safe.receive(BUDTENDER, sent, Money(4_000))
    assert place.custody.ways().at_rest("R1") == FLOAT.total + Money(4_000)


def test_a_float_is_called_back_by_who_sent_it_into_the_drawer_it_came_from(place: CustodyPlace) -> None:
    place.desk.open(BUDTENDER, FLOAT)
    sent = place.safe.send(BUDTENDER, "R1", "", Money(1_500))
    assert refused(lambda: place.safe.call_back(A, sent, WHY.reason)) == "not-yours"
    assert refused(lambda: place.safe.call_back(BUDTENDER, sent, "?")) == "no-reason"
    place.safe.call_back(BUDTENDER, sent, WHY.reason)
    assert refused(lambda: place.safe.call_back(BUDTENDER, sent, WHY.reason)) == "transfer"
    assert refused(lambda: place.safe.receive(A, sent, Money(1_500))) == "transfer"
    place.restart()
    assert place.desk.seal(BUDTENDER, FLOAT).over_short == ZERO
    told = place.desk.close(BUDTENDER, SECOND).document
    assert (told["moves"]["change-in"], told["moves"]["change-out"]) == (
        {"times": 1, "cash": 1_500}, {"times": 1, "cash": 1_500},
    )  # fmt: skip
    assert adds_up(told)


def test_called_back_after_the_close_it_lies_in_the_closed_drawer(place: CustodyPlace) -> None:
    place.desk.open(BUDTENDER, FLOAT)
    sent = place.safe.send(BUDTENDER, "R1", "", Money(1_500))
    place.desk.seal(BUDTENDER, count_of(FLOAT.total - Money(1_500)))
    assert refused(lambda: place.safe.call_back(BUDTENDER, sent, WHY.reason)) == "till-counted"
    place.desk.close(BUDTENDER, SECOND)
    place.safe.call_back(BUDTENDER, sent, WHY.reason)
    assert place.custody.ways().at_rest("R1") == FLOAT.total
    assert place.custody.ways().places()["on the way between tills and safe"] == ZERO


def test_a_float_that_was_moved_away_is_not_expected_at_the_next_opening(place: CustodyPlace) -> None:
    session = place.day()
    place.custody.deposit(BUDTENDER, SECOND, session, ZERO)
    assert place.custody.ways().at_rest("R1") == ZERO
    sent = place.safe.send(A, "", "R1", FLOAT.total)
    place.safe.receive(SECOND, sent, FLOAT.total)
    place.desk.open(SECOND, FLOAT)
    assert place.custody.ways().found_at_opening()[place.session.id] == ZERO


def test_history_is_never_changed(place: CustodyPlace) -> None:
    place.in_safe()
    for change in ("UPDATE custody_event SET cash_cents = 1", "DELETE FROM custody_event"):
        with pytest.raises(Exception, match="history is never"), place.store._db.write() as conn:
            conn.exec_driver_sql(change)
