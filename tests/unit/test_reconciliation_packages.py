"""The shelf against the state's inventory: exact amounts, and what part of them comes from which sale."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_desktop.domain.instant import HOUR_US, Instant
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.reconciliation.findings import Finding, Kind, PackageFinding, PackageKind, Why
from pos_desktop.domain.reconciliation.packages import Effect, compare_packages, effects_of_sales
from pos_desktop.domain.reconciliation.records import OwnPackage, Report, StatePackage
from pos_desktop.domain.reconciliation.words import package_details
from tests.unit.test_reconciliation_sales import START, own, receipt

TAG = "1A4FF0100000022000000731"


def here(on_hand: int = 10_000, waiting: int = 0, **changes: object) -> OwnPackage:
    made = OwnPackage(TAG, on_hand, waiting, "mg", "Sample Flower", active=True, on_hold=False)
    return replace(made, **changes)  # type: ignore[arg-type]  # changes are named fields of it


def there(quantity: int = 10_000, **changes: object) -> StatePackage:
    made = StatePackage(TAG, quantity, "mg", "Sample Flower", active=True, on_hold=False)
    return replace(made, **changes)  # type: ignore[arg-type]  # changes are named fields of it


def compared(
    ours: OwnPackage | None, theirs: StatePackage | None, *effects: Effect, earlier: OwnPackage | None = None
) -> list[PackageFinding]:
    before = [each for each in (earlier or ours,) if each is not None]
    after = [] if ours is None else [ours]
    return list(compare_packages(before, after, [] if theirs is None else [theirs], {TAG: effects}))


@given(st.lists(st.tuples(st.integers(1, 5_000), st.booleans()), max_size=30))
def test_an_honest_queue_is_no_difference(sales: list[tuple[int, bool]]) -> None:
    """Each sale comes off the shelf at once, and off the state's figure when it is reported."""
    start = 200_000
    on_hand = start - sum(quantity for quantity, _ in sales)
    waiting = sum(quantity for quantity, reported in sales if not reported)
    at_the_state = start - sum(quantity for quantity, reported in sales if reported)
    assert compared(here(on_hand, waiting), there(at_the_state)) == []
    # Without the queue the shelf alone would look wrong.
    assert bool(compared(here(on_hand), there(at_the_state))) == bool(waiting)


def test_a_report_that_goes_out_while_the_state_is_read_is_no_difference() -> None:
    for quantity in (10_000, 6_500):
        assert compared(here(6_500, 0), there(quantity), earlier=here(6_500, 3_500)) == []
    assert compared(here(6_500, 0), there(6_499), earlier=here(6_500, 3_500)) != []


@pytest.mark.parametrize(
    ("ours", "theirs", "kind", "why"),
    [
        (here(), None, PackageKind.ONLY_HERE, Why.MISSING_THERE),
        (None, there(), PackageKind.ONLY_THERE, Why.NOT_RECEIVED),
        (here(active=False), there(), PackageKind.ONLY_THERE, Why.NOT_RECEIVED),
        (here(), there(9_000), PackageKind.QUANTITY, Why.UNEXPLAINED),
        (here(), there(unit="each"), PackageKind.QUANTITY, Why.UNEXPLAINED),
        (here(), there(active=False), PackageKind.STATE, Why.FINISHED_THERE),
        (here(), there(on_hold=True), PackageKind.STATE, Why.HELD_THERE),
        (here(on_hold=True), there(), PackageKind.STATE, Why.RELEASED_THERE),
    ],
)
def test_each_kind(ours: OwnPackage | None, theirs: StatePackage | None, kind: PackageKind, why: Why) -> None:
    assert [(each.kind, each.why) for each in compared(ours, theirs)] == [(kind, why)]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (here(), there()),
        (here(0), None),
        (here(0), there(0, active=False)),
        (None, there(0)),
        (None, there(active=False)),
        (here(active=False), None),
        (here(on_hold=True), there(on_hold=None)),
    ],
)
def test_what_is_no_difference(ours: OwnPackage | None, theirs: StatePackage | None) -> None:
    assert compared(ours, theirs) == []


def test_what_sales_explain_in_full_is_told_as_that() -> None:
    twice = Effect("ST1-R1-1-0000001", Why.TWICE, -3_500, sure=True)
    unsure = Effect("ST1-R1-1-0000002", Why.VOID_UNREPORTED, -2_000, sure=False)
    found = compared(here(), there(6_500), twice, unsure)[0]
    assert (found.why, found.unexplained, [each.quantity for each in found.explained]) == (
        Why.EXPLAINED, 0, [-3_500]
    )  # fmt: skip
    assert compared(here(), there(4_500), twice, unsure)[0].why is Why.EXPLAINED
    part = compared(here(), there(6_000), twice, unsure)[0]
    assert (part.why, part.difference, part.unexplained) == (Why.UNEXPLAINED, -4_000, -500)
    assert package_details(part) == (
        "here 10.00 g, at the state 6.00 g: −4.00 g",
        "−3.50 g from sale ST1-R1-1-0000001",
        "−0.50 g is left that no sale explains",
    )


@given(st.lists(st.integers(-9, 9).filter(bool), max_size=40), st.integers(-50, 50).filter(bool))
def test_the_parts_and_the_rest_make_up_the_difference(parts: list[int], wanted: int) -> None:
    effects = [Effect(f"sale {n}", Why.TWICE, each, sure=n % 2 == 0) for n, each in enumerate(parts)]
    found = compared(here(1_000), there(1_000 + wanted), *effects)[0]
    assert sum(each.quantity for each in found.explained) + found.unexplained == wanted == found.difference
    assert (found.why is Why.EXPLAINED) == (found.unexplained == 0)


def test_what_the_shelf_read_holds_already_explains_nothing() -> None:
    """A receipt that came before the shelf was read is in our figure; one that came after is not."""
    sale = own(report=Report(OutboxState.CONFIRMED, "101"))
    extra = receipt(sale, remote_id="9", recorded_at=START)
    double = Finding(Kind.DUPLICATE, Why.TWICE, None, sale.external, sale.number, ("9",), kept="101")

    def sure(shelf: Instant | None) -> list[tuple[int, bool]]:
        receipts = {"9": extra, "101": receipt(sale, recorded_at=START)}
        effects = effects_of_sales([double], {sale.external: sale}, receipts, shelf)
        return [(each.quantity, each.sure) for each in effects.get(TAG, ())]

    assert sure(START.plus_us(-HOUR_US)) == [(-3_500, True)]
    assert sure(START.plus_us(HOUR_US)) == []
    assert sure(START) == sure(None) == [(-3_500, False)]


@pytest.mark.parametrize(
    ("kind", "why", "changes", "moved"),
    [
        (Kind.ONLY_HERE, Why.GONE, {}, 3_500),
        (Kind.ONLY_HERE, Why.QUEUED, {"report": Report(OutboxState.QUEUED)}, None),
        (Kind.VOIDED_HERE_ONLY, Why.VOID_WAITS, {"back": True}, -3_500),
        (Kind.VOIDED_HERE_ONLY, Why.VOID_WAITS, {"back": False}, None),
        (Kind.MATCHED, Why.EQUAL, {}, None),
        (Kind.MATCHED, Why.UNSETTLED, {"report": Report(OutboxState.IN_DOUBT)}, -3_500),
    ],
)
def test_what_each_kind_moves(kind: Kind, why: Why, changes: dict[str, object], moved: int | None) -> None:
    sale = replace(own(), **changes)  # type: ignore[arg-type]  # changes are named fields of it
    is_there = kind is not Kind.ONLY_HERE
    found = Finding(kind, why, None, sale.external, sale.number, ("1",) if is_there else ())
    receipts = {"1": receipt(sale, remote_id="1")} if is_there else {}
    effects = effects_of_sales([found], {sale.external: sale}, receipts, START.plus_us(-HOUR_US))
    assert [each.quantity for each in effects.get(TAG, ())] == ([] if moved is None else [moved])
