"""Whatever happens: all cash is somewhere, and only tills, the bank and what was found change the sum."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_desktop.domain.custody import ways as ways_module
from pos_desktop.domain.custody.events import CustodyEvent, CustodyKind
from pos_desktop.domain.custody.things import Counted
from pos_desktop.domain.custody.ways import Ways
from pos_desktop.domain.errors import PosError
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Person
from pos_desktop.domain.till import TillKind, expected_cash
from tests.fixtures.custody import COURIER, LEADS, WHY, CustodyPlace
from tests.fixtures.custody_ways import in_two_legs
from tests.fixtures.tills import BUDTENDER, FLOAT, MANAGER, SECOND, count_of

ACTS = (
    "sell", "drop", "paid in", "paid out", "close", "open", "restart", "deposit", "take in", "make bag", "count bag",
    "recount bag", "seal", "hand over", "bank", "take apart", "count safe", "recount safe", "settle safe", "order",
    "receive order", "count order", "recount order", "take in order", "send", "receive",
    "call back",
)  # fmt: skip
ACT = st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(0, 5), st.integers(1, 3_000))


class Shop:
    """Tries what it is told, and reckons the sum of all cash by itself."""

    def __init__(self, place: CustodyPlace) -> None:
        self.place = place
        self.sold = ZERO
        self.over_short = ZERO

    def act(self, name: str, one: int, other: int, cents: int) -> None:
        """What is not possible is refused, and changes nothing."""
        with suppress(PosError, IndexError):
            getattr(self, f"_{name.replace(' ', '_')}")(LEADS[one], LEADS[other], Money(cents))
        self.check()

    def check(self) -> None:
        assert self.there() == self.explained()
        assert in_two_legs(self.place.custody.ways()) == {}

    def there(self) -> Money:
        tills, ways = self.place.store.tills, self.place.custody.ways()
        in_drawers = [
            expected_cash(tills.events(each.id), tills.takings(each.id))
            for each in tills.sessions()
            if each.closed_at is None
        ]
        return sum([*ways.places().values(), *in_drawers], ZERO)

    def explained(self) -> Money:
        ways, tills = self.place.custody.ways(), self.place.store.tills
        events = [event for each in tills.sessions() for event in tills.events(each.id)]
        paid = {kind: sum((e.cash for e in events if e.kind is kind), ZERO) for kind in TillKind}
        by_tills = self.sold + paid[TillKind.PAID_IN] - paid[TillKind.PAID_OUT] + self.over_short
        found = ways.found + ways.begun + sum(ways.found_at_opening().values(), ZERO)
        return by_tills + found + ways.from_bank - ways.to_bank

    # -- tills

    def _sell(self, *_: Any) -> None:
        if self.place.store.tills.session("R1") is not None:
            self.sold += self.place.sell(1).total

    def _drop(self, one: Person, _other: Person, cash: Money) -> None:
        self.place.desk.drop(one, cash, f"E-{cash.cents}", SECOND)

    def _paid_in(self, one: Person, _other: Person, cash: Money) -> None:
        self.place.desk.paid_in(one, cash, "sample reason")

    def _paid_out(self, one: Person, _other: Person, cash: Money) -> None:
        self.place.desk.paid_out(one, cash, "sample reason")

    def _open(self, *_: Any) -> None:
        self.place.desk.open(BUDTENDER, FLOAT)

    def _close(self, *_: Any) -> None:
        sealed = self.place.desk.seal(BUDTENDER, count_of(FLOAT.total))
        kept = self.place.desk.close(
            BUDTENDER, SECOND, reason="sample reason", approval=self.place.differing()
        )
        assert kept.document["cash"]["over_short"] == sealed.over_short.cents
        self.over_short += sealed.over_short

    def _restart(self, *_: Any) -> None:
        self.place.restart()

    # -- custody

    def _ways(self) -> Ways:
        return self.place.custody.ways()

    def _bag(self) -> str:
        return list(self._ways().bags)[-1]

    def _deposit(self, one: Person, other: Person, cash: Money) -> None:
        self.place.custody.deposit(one, other, self._ways().undivided()[0].id, cash)

    def _take_in(self, one: Person, other: Person, _cash: Money) -> None:
        self.place.custody.take_in(one, other, self._ways().waiting()[0].id)

    def _make_bag(self, one: Person, _other: Person, cash: Money) -> None:
        loose = cash if cash.cents % 2 else ZERO
        self.place.custody.make_bag(
            one, f"B-{cash.cents}", [each.id for each in self._ways().in_safe()], loose
        )

    def _count_bag(self, one: Person, *_: Any) -> None:
        bag = self._ways().bags[self._bag()]
        self.place.custody.count_bag(one, bag.id, count_of(bag.expected))

    def _recount_bag(self, one: Person, _other: Person, cash: Money) -> None:
        bag = self._ways().bags[self._bag()]
        off = ZERO if cash.cents % 3 else Money(1)
        self.place.custody.recount_bag(one, bag.id, count_of(bag.expected + off))

    def _seal(self, one: Person, other: Person, cash: Money) -> None:
        self.place.custody.seal_bag(one, other, self._bag(), f"S-{cash.cents}", WHY)

    def _hand_over(self, one: Person, other: Person, _cash: Money) -> None:
        self.place.custody.hand_over(one, other, self._bag(), self._ways().bags[self._bag()].seal, COURIER)

    def _bank(self, one: Person, _other: Person, cash: Money) -> None:
        self.place.custody.bank(one, self._bag(), cash, "D-1", WHY)

    def _take_apart(self, one: Person, other: Person, cash: Money) -> None:
        if cash.cents % 4 == 0:
            self.place.custody.take_apart(one, other, self._bag(), "sample reason")

    def _count_safe(self, one: Person, _other: Person, cash: Money) -> None:
        self.place.safe.count(one, count_of(Money(50_000 + cash.cents % 2)))

    def _recount_safe(self, one: Person, _other: Person, cash: Money) -> None:
        self.place.safe.recount(one, count_of(Money(50_000 + cash.cents % 2)))

    def _settle_safe(self, one: Person, other: Person, _cash: Money) -> None:
        self.place.safe.settle(one, other, WHY)

    def _order(self, one: Person, _other: Person, cash: Money) -> None:
        self.place.safe.order(one, cash, "ones")

    def _receive_order(self, one: Person, other: Person, _cash: Money) -> None:
        self.place.safe.receive_order(one, other, list(self._ways().orders)[-1], "C-1", COURIER)

    def _count_order(self, one: Person, *_: Any) -> None:
        self.place.safe.count_order(one, list(self._ways().orders)[-1], count_of(Money(900)))

    def _recount_order(self, one: Person, *_: Any) -> None:
        self.place.safe.recount_order(one, list(self._ways().orders)[-1], count_of(Money(900)))

    def _take_in_order(self, one: Person, other: Person, _cash: Money) -> None:
        self.place.safe.take_in_order(one, other, list(self._ways().orders)[-1], WHY)

    def _send(self, one: Person, _other: Person, cash: Money) -> None:
        places = ("", "R1") if cash.cents % 2 else ("R1", "")
        self.place.safe.send(one, *places, cash)

    def _receive(self, one: Person, _other: Person, cash: Money) -> None:
        on_the_way = [each for each in self._ways().transfers.values() if each.received is None]
        self.place.safe.receive(one, on_the_way[0].id, Money(cash.cents // 2), WHY)

    def _call_back(self, one: Person, *_: Any) -> None:
        on_the_way = [each for each in self._ways().transfers.values() if each.received is None]
        self.place.safe.call_back(one, on_the_way[0].id, "sample reason")


def lived(acts: list[tuple[str, int, int, int]]) -> Shop:
    with TemporaryDirectory() as folder:
        place = CustodyPlace(Path(folder))
        shop = Shop(place)
        try:
            for act in acts:
                shop.act(*act)
        finally:
            place.store.close()
    return shop


WHOLE = [
    ("open", 0, 0, 1), ("sell", 0, 0, 1), ("drop", 5, 0, 500), ("send", 0, 0, 301), ("receive", 1, 0, 600),
    ("send", 2, 0, 402), ("call back", 2, 0, 1), ("send", 2, 0, 403), ("call back", 2, 0, 1),
    ("close", 0, 0, 1), ("deposit", 5, 4, 20_000), ("take in", 0, 5, 1), ("take in", 0, 5, 1), ("make bag", 0, 0, 2),
    ("count bag", 0, 0, 1), ("recount bag", 1, 0, 1), ("seal", 0, 1, 7), ("hand over", 2, 3, 1), ("bank", 4, 0, 900),
]  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(st.lists(ACT, max_size=30))
def test_all_cash_is_somewhere(acts: list[tuple[str, int, int, int]]) -> None:
    lived([("open", 0, 0, 1), *acts])


@pytest.mark.prove
@pytest.mark.timeout(1_800)
@settings(max_examples=300, deadline=None)
@given(st.lists(ACT, max_size=80))
def test_all_cash_is_somewhere_at_length(acts: list[tuple[str, int, int, int]]) -> None:
    lived([*WHOLE, *acts])


def test_the_whole_way_reaches_the_bank() -> None:
    """So that the variants below have something to spoil."""
    with TemporaryDirectory() as folder:
        shop = Shop(CustodyPlace(Path(folder)))
        for act in WHOLE:
            shop.act(*act)
        ways = shop.place.custody.ways()
        assert ways.to_bank == Money(900)
        assert [each.owner for each in ways.cases.values()][-1] == MANAGER.id
        shop.place.store.close()


def test_a_store_that_lets_one_pin_do_two_legs_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counted, "refuse_two_legs", lambda *_: None)
    one_hand = [(name, 0 if name in ("hand over", "bank") else one, *rest) for name, one, *rest in WHOLE]
    with pytest.raises(AssertionError):
        lived(one_hand)  # type: ignore[arg-type]  # the rest of a tuple is a list to the checker


@pytest.mark.parametrize(
    "forgotten",
    [
        CustodyKind.TRANSFER_RECEIVED,
        CustodyKind.TRANSFER_CALLED_BACK,
        CustodyKind.TAKEN_IN,
        CustodyKind.BAG_BANKED,
    ],
)
def test_a_step_that_forgets_where_the_cash_went_is_noticed(
    monkeypatch: pytest.MonkeyPatch, forgotten: CustodyKind
) -> None:
    right = ways_module._STEPS[forgotten]

    def forgets(ways: Ways, event: CustodyEvent) -> None:
        right(ways, event)
        if forgotten is CustodyKind.TRANSFER_RECEIVED:
            ways.transfers[event.subject].into = ways.transfers[event.subject].out_of
            ways.loose -= event.cash
        elif forgotten is CustodyKind.TRANSFER_CALLED_BACK:
            ways.transfers[event.subject].received = None
        elif forgotten is CustodyKind.TAKEN_IN:
            ways.where[event.subject] = "nowhere"
        else:
            ways.to_bank -= event.cash

    monkeypatch.setitem(ways_module._STEPS, forgotten, forgets)
    with pytest.raises(AssertionError):
        lived(WHOLE)
