"""The way of cash, bare: two persons, nobody in two legs, and every cent is somewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_desktop.domain.custody import ways as ways_module
from pos_desktop.domain.custody.events import CustodyEvent, CustodyKind, journalled
from pos_desktop.domain.custody.things import BagStep, Counted, OrderStep
from pos_desktop.domain.custody.ways import Ways
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.money import ZERO, Money
from tests.fixtures.custody_ways import CASHIER, OWNER, STAFF, A, B, C, D, E, F, Way, in_two_legs, unexplained
from tests.fixtures.stores import NOON

K = CustodyKind


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(RuleRefusal) as caught:
        call()
    return caught.value.code


def test_a_bag_goes_from_two_drawers_to_the_bank() -> None:
    way = Way()
    before = way.all_cash()
    bag = way.ways.bags[way.packed()]
    assert (bag.step, bag.cash, way.ways.places()["bags in the safe"]) == (
        BagStep.HAND_OVER, Money(30_000), Money(30_000),
    )  # fmt: skip
    way.do(K.BAG_HANDED_OVER, bag.id, C, 30_000, D, seal="S-1", courier="Sample Courier")
    assert way.ways.places()["bags with the courier"] == Money(30_000)
    way.do(K.BAG_BANKED, bag.id, E, 30_000, slip="D-77")
    assert bag.step is BagStep.DONE
    assert (way.ways.to_bank, unexplained(way, before)) == (Money(30_000), ZERO)
    assert way.ways.cases == {}


def test_a_till_that_is_closed_keeps_its_float_and_the_rest_waits() -> None:
    way = Way()
    assert [each.z for each in way.ways.undivided()] == [1, 2]
    assert refused(lambda: way.do(K.DEPOSIT, "s1", CASHIER, 54_999, A, left=20_000)) == "deposit"
    assert refused(lambda: way.do(K.DEPOSIT, "s1", CASHIER, 55_000, CASHIER, left=20_000)) == "own-second"
    assert refused(lambda: way.do(K.DEPOSIT, "s1", CASHIER, 76_000, A, left=-1_000)) == "deposit"
    way.do(K.DEPOSIT, "s1", CASHIER, 55_000, A, left=20_000)
    assert refused(lambda: way.do(K.DEPOSIT, "s1", CASHIER, 55_000, A, left=20_000)) == "divided"
    assert [each.number for each in way.ways.waiting()] == ["E-1", "E-2", "Z 1"]
    assert way.ways.at_rest("R1") == Money(20_000)
    assert refused(lambda: way.do(K.TAKEN_IN, "deposit:s1", CASHIER, 55_000, A)) == "own-parcel"
    assert refused(lambda: way.do(K.TAKEN_IN, "deposit:s1", A, 55_000)) == "own-second"
    way.do(K.TAKEN_IN, "deposit:s1", A, 55_000, CASHIER)
    assert [each.number for each in way.ways.in_safe()] == ["Z 1"]


def test_who_closed_a_till_brought_its_cash_though_somebody_else_made_the_parcel_up() -> None:
    way = Way()
    way.do(K.DEPOSIT, "s1", A, 55_000, B, left=20_000)
    assert refused(lambda: way.do(K.TAKEN_IN, "deposit:s1", CASHIER, 55_000, C)) == "own-parcel"
    way.do(K.TAKEN_IN, "deposit:s1", B, 55_000, CASHIER)
    made: dict[str, Any] = {"number": "B-2", "parcels": ["deposit:s1"], "loose": 0}
    for each in (A, CASHIER):
        assert refused(partial(way.do, K.BAG_MADE, "bag-2", each, 55_000, **made)) == "two-legs"
    way.do(K.BAG_MADE, "bag-2", C, 55_000, **made)


def test_who_receives_a_float_is_not_told_what_was_sent() -> None:
    """Nor does who sent it settle what was missing."""
    way = Way()
    ends: dict[str, Any] = {"from": "R1", "from_session": "s1", "to": "R2", "to_session": "s2"}
    way.do(K.TRANSFER_SENT, "t1", A, 5_000, **ends)
    with pytest.raises(RuleRefusal) as caught:
        way.do(K.TRANSFER_RECEIVED, "t1", B, 4_000, **ends)
    assert caught.value.code == "difference"
    assert not any(char.isdigit() for char in caught.value.sentence)
    way.do(K.TRANSFER_RECEIVED, "t1", B, 4_000, **ends, reason="not there", owner=OWNER)
    (case,) = way.ways.cases.values()
    for each in (A, B):
        assert refused(partial(way.do, K.CASE_SETTLED, case.id, each, reason="own doing")) == "own-case"
    way.do(K.CASE_SETTLED, case.id, OWNER, reason="a note fell out")


def test_who_counted_neither_recounts_nor_seals_alone() -> None:
    way = Way()
    way.packed()
    way.do(K.DEPOSIT, "s1", CASHIER, 55_000, A, left=20_000)
    way.do(K.TAKEN_IN, "deposit:s1", A, 55_000, CASHIER)
    way.do(K.BAG_MADE, "bag-2", A, 55_000, number="B-2", parcels=["deposit:s1"], loose=0)
    assert refused(lambda: way.do(K.BAG_RECOUNTED, "bag-2", B, 55_000)) == "not-counted"
    way.do(K.BAG_COUNTED, "bag-2", A, 55_000)
    assert refused(lambda: way.do(K.BAG_RECOUNTED, "bag-2", A, 55_000)) == "own-recount"
    assert refused(lambda: way.do(K.BAG_COUNTED, "bag-2", B, 55_000)) == "recount"
    assert refused(lambda: way.do(K.BAG_SEALED, "bag-2", A, 55_000, B, seal="S-2")) == "not-counted"
    way.do(K.BAG_RECOUNTED, "bag-2", B, 54_900)
    assert way.ways.bags["bag-2"].step is BagStep.COUNT_AGAIN
    assert refused(lambda: way.do(K.BAG_SEALED, "bag-2", A, 55_000, B, seal="S-2")) == "not-counted"
    way.do(K.BAG_COUNTED, "bag-2", B, 55_000)
    way.do(K.BAG_RECOUNTED, "bag-2", A, 55_000)
    assert refused(lambda: way.do(K.BAG_SEALED, "bag-2", A, 55_000, C, seal="S-2")) == "not-the-pair"
    assert refused(lambda: way.do(K.BAG_SEALED, "bag-2", A, 55_000, B, seal="S-1")) == "seal-number"
    assert refused(lambda: way.do(K.BAG_SEALED, "bag-2", A, 54_900, B, seal="S-2")) == "other-cash"
    way.do(K.BAG_SEALED, "bag-2", B, 55_000, A, seal="S-2")


def test_a_number_is_the_same_however_its_letters_are_written() -> None:
    way = Way()
    way.packed(seal="S-1", number="B-1")
    way.do(K.DEPOSIT, "s1", CASHIER, 55_000, A, left=20_000)
    way.do(K.TAKEN_IN, "deposit:s1", A, 55_000, CASHIER)
    made: dict[str, Any] = {"parcels": ["deposit:s1"], "loose": 0}
    assert refused(lambda: way.do(K.BAG_MADE, "bag-2", A, 55_000, number="b-1", **made)) == "bag-number"
    way.do(K.BAG_MADE, "bag-2", A, 55_000, number="B-2", **made)
    way.do(K.BAG_COUNTED, "bag-2", A, 55_000)
    way.do(K.BAG_RECOUNTED, "bag-2", B, 55_000)
    assert refused(lambda: way.do(K.BAG_SEALED, "bag-2", A, 55_000, B, seal="s-1")) == "seal-number"
    way.do(K.BAG_SEALED, "bag-2", A, 55_000, B, seal="S-2")
    way.do(K.BAG_HANDED_OVER, "bag-2", C, 55_000, D, seal="s-2")


@pytest.mark.parametrize("pair", [(A, D), (D, B), (CASHIER, D), (D, CASHIER)])
def test_whoever_brought_or_packed_it_does_not_hand_it_over(pair: tuple[Any, Any]) -> None:
    way = Way()
    way.packed()
    by, second = pair
    assert refused(lambda: way.do(K.BAG_HANDED_OVER, "bag-1", by, 30_000, second, seal="S-1")) == "two-legs"


def test_the_bank_slip_is_a_third_pair_of_hands() -> None:
    way = Way()
    way.packed()
    assert refused(lambda: way.do(K.BAG_BANKED, "bag-1", E, 30_000, slip="1")) == "bag-step"
    assert refused(lambda: way.do(K.BAG_HANDED_OVER, "bag-1", C, 30_000, C, seal="S-1")) == "own-second"
    assert refused(lambda: way.do(K.BAG_HANDED_OVER, "bag-1", C, 30_000, seal="S-1")) == "own-second"
    assert refused(lambda: way.do(K.BAG_HANDED_OVER, "bag-1", C, 30_000, D, seal="S-9")) == "seal"
    way.do(K.BAG_HANDED_OVER, "bag-1", C, 30_000, D, seal="S-1")
    for each in (CASHIER, A, B, C, D):
        assert refused(partial(way.do, K.BAG_BANKED, "bag-1", each, 30_000, slip="1")) == "two-legs"
    way.do(K.BAG_BANKED, "bag-1", E, 30_000, slip="1")


def test_a_difference_at_the_bank_takes_a_reason_and_an_owner_until_it_is_settled() -> None:
    way = Way()
    way.packed()
    way.do(K.BAG_HANDED_OVER, "bag-1", C, 30_000, D, seal="S-1")
    before = way.all_cash()
    assert refused(lambda: way.do(K.BAG_BANKED, "bag-1", E, 29_000, allowed=999)) == "difference"
    assert (
        refused(lambda: way.do(K.BAG_BANKED, "bag-1", E, 29_000, reason="short", allowed=999)) == "difference"
    )
    way.do(K.BAG_BANKED, "bag-1", E, 29_000, slip="1", allowed=999, reason="bank says less", owner=OWNER)
    (case,) = way.ways.cases.values()
    assert (case.difference, case.owner, case.settled) == (Money(-1_000), OWNER, None)
    assert unexplained(way, before) == ZERO
    for each in (E, A, B, C, D, CASHIER):
        assert refused(partial(way.do, K.CASE_SETTLED, case.id, each, reason="own doing")) == "own-case"
    way.do(K.CASE_GIVEN, case.id, OWNER, owner=F)
    assert case.owner == F
    way.do(K.CASE_SETTLED, case.id, F, reason="the bank found it")
    assert refused(lambda: way.do(K.CASE_SETTLED, case.id, F, reason="again")) == "no-case"


def test_a_bag_that_is_taken_apart_is_in_the_safe_again() -> None:
    way = Way()
    before = way.all_cash()
    way.packed()
    way.do(K.BAG_TAKEN_APART, "bag-1", C, second=D, reason="torn")
    assert (way.ways.loose, way.ways.in_safe(), unexplained(way, before)) == (Money(30_000), [], ZERO)
    assert refused(lambda: way.do(K.BAG_HANDED_OVER, "bag-1", C, 30_000, D, seal="S-1")) == "bag-step"


def test_the_first_count_of_the_safe_is_its_beginning_and_the_next_one_compares() -> None:
    way = Way()
    for subject, cash in (("c1", 100_000), ("c2", 99_500)):
        way.do(K.SAFE_COUNTED, subject, A, cash)
        assert refused(partial(way.do, K.SAFE_RECOUNTED, subject, A, 1)) == "own-recount"
        way.do(K.SAFE_RECOUNTED, subject, B, cash)
        if subject == "c2":
            assert refused(lambda: way.do(K.SAFE_SETTLED, "c2", A, 99_500, B)) == "difference"
        way.do(K.SAFE_SETTLED, subject, A, cash, B, reason="unknown", owner=OWNER)
    assert (way.ways.loose, way.ways.begun, way.ways.found) == (Money(99_500), Money(100_000), Money(-500))
    assert [each.difference for each in way.ways.cases.values()] == [Money(-500)]


def test_while_the_safe_is_counted_its_loose_cash_stays() -> None:
    way = Way()
    way.do(K.SAFE_COUNTED, "c1", A, 100)
    told: dict[str, Any] = {"from": "", "to": "R1", "to_session": "s1", "to_open": 0}
    assert refused(lambda: way.do(K.TRANSFER_SENT, "t1", C, 100, **told)) == "safe-counting"


def test_a_change_order_is_ordered_by_one_and_counted_by_two_others() -> None:
    way = Way()
    before = way.all_cash()
    way.do(K.ORDER_MADE, "o1", A, 50_000, what="ones and quarters")
    assert way.all_cash() == before
    assert refused(lambda: way.do(K.ORDER_RECEIVED, "o1", A, second=B)) == "two-legs"
    way.do(K.ORDER_RECEIVED, "o1", B, second=C, courier="Sample Courier")
    assert way.all_cash() == before + Money(50_000)
    way.do(K.ORDER_COUNTED, "o1", B, 50_000)
    assert refused(lambda: way.do(K.ORDER_RECOUNTED, "o1", A, 50_000)) == "two-legs"
    way.do(K.ORDER_RECOUNTED, "o1", C, 50_000)
    way.do(K.ORDER_TAKEN_IN, "o1", B, 50_000, C)
    assert way.ways.orders["o1"].step is OrderStep.DONE
    assert (way.ways.loose, unexplained(way, before)) == (Money(50_000), ZERO)


def test_a_transfer_is_on_the_way_until_another_person_receives_it() -> None:
    way = Way()
    before = way.all_cash()
    told: dict[str, Any] = {"from": "R1", "from_session": "s1", "to": "R2", "to_session": "s2"}
    way.do(K.TRANSFER_SENT, "t1", A, 5_000, **told)
    assert way.ways.places()["on the way between tills and safe"] == Money(5_000)
    assert refused(lambda: way.do(K.TRANSFER_RECEIVED, "t1", A, 5_000, **told)) == "own-transfer"
    assert refused(lambda: way.do(K.TRANSFER_RECEIVED, "t1", B, 5_000, to="R1")) == "place"
    way.do(K.TRANSFER_RECEIVED, "t1", B, 5_000, **told)
    assert refused(lambda: way.do(K.TRANSFER_RECEIVED, "t1", B, 5_000, **told)) == "transfer"
    assert (way.ways.at_rest("R1"), way.ways.at_rest("R2")) == (Money(70_000), Money(55_025))
    assert unexplained(way, before) == ZERO


def test_the_journal_seals_a_first_figure_and_shows_the_second() -> None:
    def told(kind: CustodyKind, cash: int) -> str:
        return str(
            journalled(
                CustodyEvent(kind, "b", NOON, A, Money(cash), None, {"salt": "x", "pieces": [[1, cash]]})
            )
        )

    assert "4711" not in told(K.BAG_COUNTED, 4_711)
    assert "4711" in told(K.BAG_RECOUNTED, 4_711)
    assert told(K.BAG_COUNTED, 4_711) != told(K.BAG_COUNTED, 4_712)


# ---- whatever is tried

KINDS = st.sampled_from(
    [
        *(K.BAG_COUNTED, K.BAG_RECOUNTED, K.BAG_SEALED, K.BAG_HANDED_OVER, K.BAG_BANKED) * 4,
        *(K.ORDER_COUNTED, K.ORDER_RECOUNTED) * 2,
        *(each for each in K if not each.value.startswith("case")),
    ]
)
TRIED = st.tuples(
    KINDS, st.integers(0, 6), st.integers(0, 6), st.integers(0, 1), st.sampled_from([0, 0, 0, 1])
)


def attempt(way: Way, kind: CustodyKind, by: int, second: int, which: int, off: int) -> None:
    """A step with sums that mostly fit, by anybody."""
    cash, subject = _fitting(way.ways, kind, which)
    told = {
        "number": f"B-{len(way.ways.bags)}", "seal": _seal(way.ways, kind, subject), "left": 20_000, "loose": 0,
        "parcels": [each.id for each in way.ways.in_safe()], "reason": "sample reason", "owner": OWNER,
        "from": ("R1", "")[which], "from_session": ("s1", "")[which], "to": ("", "R2")[which],
        "to_session": ("", "s2")[which],
    }  # fmt: skip
    if kind in (K.TAKEN_IN, K.DEPOSIT, K.BAG_MADE, K.TRANSFER_SENT):
        off = 0
    way.do(kind, subject, STAFF[by], cash + off, STAFF[second] if kind in _BY_TWO else None, **told)


_BY_TWO = {
    K.DEPOSIT, K.TAKEN_IN, K.BAG_SEALED, K.BAG_HANDED_OVER, K.BAG_TAKEN_APART, K.SAFE_SETTLED, K.ORDER_RECEIVED,
    K.ORDER_TAKEN_IN,
}  # fmt: skip


def _seal(ways: Ways, kind: CustodyKind, subject: str) -> str:
    bag = ways.bags.get(subject)
    return bag.seal if bag is not None and kind is K.BAG_HANDED_OVER else f"S-{subject}"


def _fitting(ways: Ways, kind: CustodyKind, which: int) -> tuple[int, str]:
    if kind is K.DEPOSIT:
        return (55_000, "s1") if which else (30_025, "s2")
    if kind is K.TAKEN_IN:
        waiting = ways.waiting()
        return (waiting[0].cash.cents, waiting[0].id) if waiting else (0, "none")
    if kind is K.BAG_MADE:
        return sum(each.cash.cents for each in ways.in_safe()), f"bag-{len(ways.bags)}"
    if kind.value.startswith("bag"):
        bag = list(ways.bags.values())[-1 - which :][:1]
        return ((bag[0].counting.agreed or bag[0].expected).cents, bag[0].id) if bag else (0, "none")
    if kind.value.startswith("safe"):
        count = ways.counting()
        subject = f"count-{len(ways.counts)}" if count is None else count.id
        return ways.loose.cents + 500, subject
    if kind.value.startswith("order"):
        return 40_000, f"order-{which}"
    return 700, f"transfer-{which}"


def lived(acts: list[tuple[CustodyKind, int, int, int, int]]) -> tuple[Way, Money]:
    way = Way()
    before = way.all_cash()
    for act in acts:
        try:
            attempt(way, *act)
        except RuleRefusal:
            assert unexplained(way, before) == ZERO  # what is refused changed nothing
    return way, before


@settings(max_examples=300, deadline=None)
@given(st.lists(TRIED, max_size=60))
def test_whatever_is_tried_nobody_is_in_two_legs_and_no_cent_is_lost(acts: list[Any]) -> None:
    way, before = lived(acts)
    assert in_two_legs(way.ways) == {}
    assert unexplained(way, before) == ZERO
    again = Ways(way.ways.tills.values(), list(Way().ways.parcels.values()), way.done)
    assert again.places() == way.ways.places()


WHOLE = [
    (K.TAKEN_IN, 1, 0, 0, 0), (K.TAKEN_IN, 1, 0, 0, 0), (K.BAG_MADE, 1, 0, 0, 0), (K.BAG_COUNTED, 1, 0, 0, 0),
    (K.BAG_RECOUNTED, 2, 0, 0, 0), (K.BAG_SEALED, 1, 2, 0, 0), (K.BAG_HANDED_OVER, 2, 3, 0, 0),
    (K.BAG_BANKED, 2, 0, 0, 0),
    (K.TRANSFER_SENT, 1, 0, 0, 0), (K.TRANSFER_RECEIVED, 2, 0, 0, 0),
]  # fmt: skip


def test_a_rule_that_lets_one_person_do_two_legs_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_two_legs(lived(WHOLE)[0].ways) == {}
    monkeypatch.setattr(Counted, "refuse_two_legs", lambda *_: None)
    assert in_two_legs(lived(WHOLE)[0].ways) == {"bag-0": {B}}


def test_a_transfer_that_forgets_the_receiving_side_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ways_module._STEPS[K.TRANSFER_RECEIVED]

    def forgets(ways: Ways, event: CustodyEvent) -> None:
        loose = ways.loose
        right(ways, event)
        ways.loose = loose

    way, before = lived(WHOLE)
    assert unexplained(way, before) == ZERO
    monkeypatch.setitem(ways_module._STEPS, K.TRANSFER_RECEIVED, forgets)
    way, before = lived(WHOLE)
    assert unexplained(way, before) == Money(-700)
