"""A till's day on a real store: blind until it is sealed, nothing moves after, and it is closed once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app import till_closing
from pos_desktop.app.till_desk import Step, TillRules
from pos_desktop.app.verifying import verify
from pos_desktop.domain import z_report
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Approval, Person, Right
from pos_desktop.domain.till import Count, TillEvent, TillKind
from pos_desktop.domain.z_report import adds_up
from tests.fixtures.custody import A, CustodyPlace
from tests.fixtures.tills import (
    AUDITOR,
    BUDTENDER,
    FLOAT,
    LEAD,
    MANAGER,
    SECOND,
    TillPlace,
    count_of,
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[TillPlace]:
    made = TillPlace(tmp_path)
    yield made
    made.store.close()


def refused(call: Callable[[], object]) -> str:
    with pytest.raises((RuleRefusal, BadInput)) as caught:
        call()
    return caught.value.code


def test_a_day_from_float_to_z(place: TillPlace) -> None:
    desk = place.desk
    desk.open(BUDTENDER, FLOAT)
    first, last = place.sell(1), place.sell(2)
    desk.drop(BUDTENDER, Money(1_000), "E-1", SECOND)
    desk.paid_out(LEAD, Money(350), "stamps for letters")
    desk.paid_in(LEAD, Money(200), "found under the drawer")
    desk.no_sale(BUDTENDER, "change for a patient")
    sealed = desk.seal(BUDTENDER, count_of(Money(20_000 + 1_250 + 2_500 - 1_000 - 350 + 200)))
    assert sealed.over_short == ZERO
    kept = desk.close(BUDTENDER, SECOND, unreported=2)
    told = kept.document
    assert adds_up(told)
    assert told["number"] == kept.number == 1
    assert told["sales"] == {
        "count": 2, "subtotal": 3_750, "tax": 0, "total": 3_750, "first": str(first.number), "last": str(last.number),
        "gaps": [], "unreported": 2,
    }  # fmt: skip
    assert told["moves"]["drop"] == {"times": 1, "cash": 1_000}
    assert (told["no_sales"], told["cash"]["witness"]) == (1, SECOND.id)
    assert desk.picture().step is Step.CLOSED
    body = list(place.store.journal.entries())[-1][1]
    entry = json.loads(body)
    assert (entry["kind"], entry["data"]) == ("till.closed", told)


def test_a_z_is_made_once_and_numbers_have_no_gap(place: TillPlace) -> None:
    for number in (1, 2, 3):
        place.desk.open(BUDTENDER, FLOAT)
        place.desk.seal(BUDTENDER, FLOAT)
        session = place.session
        kept = place.desk.close(BUDTENDER, SECOND)
        assert kept.number == number
        assert place.store.tills.close(session, BUDTENDER.id, place.clock.now(), lambda _: {}) == kept
        place.restart()
    assert [each.number for each in place.store.tills.z_reports(10)] == [3, 2, 1]
    assert refused(lambda: place.desk.close(BUDTENDER, SECOND)) == "no-till"


def test_another_float_takes_a_reason_and_a_second_person(place: TillPlace) -> None:
    desk, short = place.desk, count_of(Money(19_900))
    assert refused(lambda: desk.open(BUDTENDER, short)) == "no-reason"
    assert refused(lambda: desk.open(BUDTENDER, short, "a dollar missing")) == "manager-needed"
    own = Approval(MANAGER, Right.ACCEPT_DIFFERENCE, "till.open")
    assert refused(lambda: desk.open(MANAGER, short, "a dollar missing", own)) == "own-approval"
    assert desk.picture().session is None
    desk.open(BUDTENDER, short, "a dollar missing", own)
    (event,) = place.store.tills.events(place.session.id)
    assert (event.cash, event.reason, event.witness) == (Money(19_900), "a dollar missing", MANAGER.id)


def test_one_till_a_register(place: TillPlace) -> None:
    place.desk.open(BUDTENDER, FLOAT)
    assert refused(lambda: place.desk.open(SECOND, FLOAT)) == "till-open"


def test_nothing_moves_after_the_count_is_sealed(place: TillPlace) -> None:
    desk = place.desk
    desk.open(BUDTENDER, FLOAT)
    desk.seal(BUDTENDER, FLOAT)
    for call in (
        place.sell,
        lambda: desk.drop(BUDTENDER, Money(100), "E-1", SECOND),
        lambda: desk.paid_in(LEAD, Money(100), "found some"),
        lambda: desk.no_sale(BUDTENDER, "for change"),
    ):
        assert refused(call) == "till-counted"
    place.restart()
    assert refused(place.sell) == "till-counted"
    assert place.desk.picture().step is Step.COUNTED
    assert list(place.store.sales.all()) == []


def test_a_recount_keeps_both_counts_and_what_was_expected(place: TillPlace) -> None:
    desk = place.desk
    desk.open(BUDTENDER, FLOAT)
    assert desk.seal(BUDTENDER, count_of(Money(10_000))).over_short == Money(-10_000)
    assert desk.may_recount()
    assert desk.seal(SECOND, FLOAT).over_short == ZERO
    assert not desk.may_recount()
    assert refused(lambda: desk.seal(LEAD, FLOAT)) == "counted"
    told = desk.close(BUDTENDER, LEAD).document
    assert [each["total"] for each in told["cash"]["counts"]] == [10_000, 20_000]
    assert told["cash"]["over_short"] == 0


@pytest.mark.parametrize(
    ("allowed", "short", "asks"), [(0, 1, True), (0, -1, True), (500, 500, False), (500, 501, True)]
)
def test_over_or_short_takes_a_reason_and_somebody_else(
    tmp_path: Path, allowed: int, short: int, asks: bool
) -> None:
    place = TillPlace(tmp_path, TillRules(difference=Money(allowed)))
    desk = place.desk
    desk.open(BUDTENDER, FLOAT)
    desk.seal(BUDTENDER, count_of(FLOAT.total - Money(short)))
    if asks:
        assert refused(lambda: desk.close(BUDTENDER, SECOND)) == "no-reason"
        assert refused(lambda: desk.close(BUDTENDER, SECOND, reason="wrong change given")) == "manager-needed"
        lead = place.differing(LEAD)
        assert (
            refused(lambda: desk.close(BUDTENDER, SECOND, reason="wrong change given", approval=lead))
            == "manager-needed"
        )
        own = place.differing(MANAGER)
        assert (
            refused(lambda: desk.close(MANAGER, SECOND, reason="wrong change given", approval=own))
            == "own-approval"
        )
        told = desk.close(BUDTENDER, SECOND, reason="wrong change given", approval=own).document
        assert told["cash"]["approved_by"] == MANAGER.id
    else:
        told = desk.close(BUDTENDER, SECOND).document
    assert told["cash"]["over_short"] == -short
    place.store.close()


def test_a_witness_is_somebody_else_who_may(place: TillPlace) -> None:
    desk = place.desk
    desk.open(BUDTENDER, FLOAT)
    assert refused(lambda: desk.drop(BUDTENDER, Money(100), "E-1", BUDTENDER)) == "own-witness"
    assert refused(lambda: desk.drop(BUDTENDER, Money(100), " ", SECOND)) == "envelope"
    assert refused(lambda: desk.drop(BUDTENDER, Money(100), "E-1", AUDITOR)) == "right-needed:witness"
    desk.seal(BUDTENDER, FLOAT)
    assert refused(lambda: desk.close(BUDTENDER, BUDTENDER)) == "own-witness"


def of_tills(place: TillPlace) -> list[str]:
    """What `verify` finds in tills; the sales of this place have short entries."""
    found = verify(place.store.sales, place.store.journal, place.store.tills).wrong
    return [each for each in found if not each.startswith("Sale ")]


def test_verify_makes_each_z_anew_from_its_drawer(place: TillPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wrong variant of a report adds up, and is what the journal tells; its drawer is not."""
    desk, right = place.desk, z_report.z_document

    def found() -> list[str]:
        return of_tills(place)

    def day() -> None:
        desk.open(BUDTENDER, FLOAT)
        place.sell()
        desk.drop(BUDTENDER, Money(500), f"E-{place.sold}", SECOND)
        desk.seal(BUDTENDER, count_of(FLOAT.total + Money(750)))
        desk.close(BUDTENDER, SECOND)

    def as_paid_out(*args: Any) -> Any:
        told = dict(right(*args))
        nothing = {"times": 0, "cash": 0}
        told["moves"] = {**told["moves"], "drop": nothing, "paid-out": told["moves"]["drop"]}
        return told

    day()
    assert found() == []
    monkeypatch.setattr(till_closing, "z_document", as_paid_out)
    day()
    assert adds_up(next(iter(place.store.tills.z_reports(1))).document)
    assert found() == ["What went into and out of the drawer does not make Z report 2."]


def test_verify_knows_cash_that_was_given_back_for_no_voided_sale(place: TillPlace) -> None:
    place.desk.open(BUDTENDER, FLOAT)
    sale = place.sell()
    event = TillEvent(
        TillKind.REFUND, place.clock.now(), BUDTENDER.id, sale.total, "sample", str(sale.number)
    )
    place.store.tills.note(place.session.id, event)
    assert of_tills(place) == [
        "Cash given back out of the drawer of till R1 is not that of the sales that were voided."
    ]


def test_two_envelopes_on_their_way_never_have_one_number(tmp_path: Path) -> None:
    place = CustodyPlace(tmp_path)
    desk = place.desk

    def day() -> None:
        desk.open(BUDTENDER, FLOAT)
        desk.drop(BUDTENDER, Money(100), "E-7", SECOND)
        desk.seal(BUDTENDER, count_of(FLOAT.total - Money(100)))

    day()
    desk.close(BUDTENDER, SECOND)
    desk.open(BUDTENDER, FLOAT)
    drop = partial(desk.drop, BUDTENDER, Money(200), " e-7 ", SECOND)
    assert refused(drop) == "envelope-used", "that of the day before waits for the safe"
    place.custody.take_in(A, BUDTENDER, "drop:2")
    assert refused(drop) == "envelope-used", "it lies in the safe"
    assert refused(lambda: desk.check_envelope(" e-7 ")) == "envelope-used", "said before anybody signs"
    desk.check_envelope("E-8")
    place.custody.make_bag(A, "B-1", ["drop:2"])
    drop()
    assert refused(drop) == "envelope-used", "within one till"
    place.store.close()


def test_whoever_counted_neither_witnesses_it_nor_approves_what_differs(place: TillPlace) -> None:
    """Also where somebody else signs in and closes."""
    desk, why = place.desk, "a note was missing"
    desk.open(BUDTENDER, FLOAT)
    desk.seal(MANAGER, count_of(FLOAT.total - Money(500)))
    assert (
        refused(lambda: desk.close(BUDTENDER, MANAGER, reason=why, approval=place.differing()))
        == "own-witness"
    )
    assert (
        refused(lambda: desk.close(BUDTENDER, SECOND, reason=why, approval=place.differing()))
        == "own-approval"
    )
    desk.seal(SECOND, count_of(FLOAT.total - Money(600)))
    assert (
        refused(lambda: desk.close(BUDTENDER, SECOND, reason=why, approval=place.differing()))
        == "own-witness"
    )
    told = desk.close(BUDTENDER, LEAD, reason=why, approval=place.differing()).document
    assert (told["cash"]["approved_by"], told["cash"]["witness"]) == (MANAGER.id, LEAD.id)


def test_a_stores_only_manager_whose_own_count_differs_closes_after_another_person_counted(
    place: TillPlace,
) -> None:
    """Field rule: over the threshold a second person recounts. Two people are enough, and nobody approves their own."""
    desk, why = place.desk, "a note was missing"
    desk.open(BUDTENDER, FLOAT)
    desk.seal(BUDTENDER, count_of(FLOAT.total - Money(500)))
    assert desk.own_difference() == ""
    desk.seal(MANAGER, count_of(FLOAT.total - Money(600)))
    assert (desk.own_difference(), desk.may_recount()) == (MANAGER.name, True)
    assert (
        refused(lambda: desk.close(BUDTENDER, LEAD, reason=why, approval=place.differing())) == "own-approval"
    )
    assert refused(lambda: desk.seal(MANAGER, FLOAT)) == "own-count"
    desk.seal(BUDTENDER, count_of(FLOAT.total - Money(700)))
    assert (desk.own_difference(), desk.may_recount()) == ("", False)
    assert refused(lambda: desk.seal(SECOND, FLOAT)) == "counted", "and no fourth"
    told = desk.close(BUDTENDER, MANAGER, reason=why, approval=place.differing()).document
    assert [each["by"] for each in told["cash"]["counts"]] == [BUDTENDER.id, MANAGER.id, BUDTENDER.id]
    assert (told["cash"]["over_short"], told["cash"]["approved_by"]) == (-700, MANAGER.id)
    assert verify(place.store.sales, place.store.journal, place.store.tills).wrong == []


@pytest.mark.parametrize("second", [SECOND, LEAD])
def test_a_second_count_of_who_approves_nothing_is_the_last(place: TillPlace, second: Person) -> None:
    """Else everybody could count until it fits."""
    place.desk.open(BUDTENDER, FLOAT)
    place.desk.seal(BUDTENDER, count_of(FLOAT.total - Money(500)))
    place.desk.seal(second, count_of(FLOAT.total - Money(500)))
    assert not place.desk.may_recount()
    assert refused(lambda: place.desk.seal(MANAGER, FLOAT)) == "counted"


def test_a_managers_second_count_that_fits_is_the_last(place: TillPlace) -> None:
    place.desk.open(BUDTENDER, FLOAT)
    place.desk.seal(BUDTENDER, count_of(FLOAT.total - Money(500)))
    place.desk.seal(MANAGER, FLOAT)
    assert refused(lambda: place.desk.seal(SECOND, FLOAT)) == "counted"
    assert place.desk.close(BUDTENDER, SECOND).document["cash"]["over_short"] == 0


def test_an_approval_of_another_count_is_none(place: TillPlace) -> None:
    desk, why = place.desk, "a note was missing"
    desk.open(BUDTENDER, FLOAT)
    desk.seal(BUDTENDER, count_of(FLOAT.total - Money(100)))
    first = place.differing()
    desk.seal(BUDTENDER, count_of(FLOAT.total - Money(9_000)))
    assert refused(lambda: desk.close(BUDTENDER, SECOND, reason=why, approval=first)) == "other-approval"
    told = desk.close(BUDTENDER, SECOND, reason=why, approval=place.differing()).document
    assert told["cash"]["over_short"] == -9_000


def test_who_read_the_expected_cash_does_not_count(place: TillPlace) -> None:
    desk = place.desk
    desk.open(BUDTENDER, FLOAT)
    place.sell()
    for each in (BUDTENDER, LEAD, AUDITOR):
        assert refused(partial(desk.x_report, each)) == "manager-needed"
    assert desk.x_report(MANAGER).expected == Money(21_250)
    place.restart()
    assert refused(lambda: place.desk.seal(MANAGER, FLOAT)) == "not-blind"
    assert place.desk.seal(BUDTENDER, count_of(Money(21_250))).over_short == ZERO


def test_the_picture_of_an_open_till_tells_no_cash_of_sales(place: TillPlace) -> None:
    """What everybody sees is the same whatever was paid in cash."""
    place.desk.open(BUDTENDER, FLOAT)
    place.sell(1)
    one = place.desk.picture()
    place.restart()
    other = TillPlace(place.folder / "other")
    other.desk.open(BUDTENDER, FLOAT)
    other.sell(3)
    two = other.desk.picture()
    other.store.close()
    assert (one.sales, one.drops, one.paid_in, one.paid_out, one.card, one.no_sales) == (
        two.sales, two.drops, two.paid_in, two.paid_out, two.card, two.no_sales,
    )  # fmt: skip


def test_a_pause_is_ended_by_resuming(place: TillPlace) -> None:
    desk = place.desk
    desk.open(BUDTENDER, FLOAT)
    assert refused(lambda: desk.resume(BUDTENDER)) == "till-step"
    desk.pause(BUDTENDER)
    place.restart()
    assert place.desk.picture().step is Step.PAUSED
    assert refused(lambda: place.desk.pause(BUDTENDER)) == "till-step"
    place.desk.resume(BUDTENDER)
    assert place.desk.picture().step is Step.OPEN


def test_too_much_in_the_drawer_asks_for_a_drop(tmp_path: Path) -> None:
    place = TillPlace(tmp_path, TillRules(drop_at=Money(21_250)))
    place.desk.open(BUDTENDER, FLOAT)
    assert not place.desk.wants_drop()
    place.sell()
    assert place.desk.wants_drop()
    place.desk.drop(BUDTENDER, Money(1), "E-1", SECOND)
    assert not place.desk.wants_drop()
    place.store.close()


def test_without_an_open_till_nothing_is_moved(place: TillPlace) -> None:
    for call in (
        lambda: place.desk.no_sale(BUDTENDER, "for change"),
        lambda: place.desk.seal(BUDTENDER, Count.of({})),
        lambda: place.desk.close(BUDTENDER, SECOND),
        lambda: place.desk.drop(BUDTENDER, Money(100), "E-1", SECOND),
    ):
        assert refused(call) == "no-till"


def test_a_drawer_is_opened_to_be_counted_until_the_till_is_closed_and_never_after(place: TillPlace) -> None:
    desk = place.desk
    desk.open(BUDTENDER, FLOAT)
    desk.begin_close(BUDTENDER)
    desk.unlock(BUDTENDER, Right.CLOSE_TILL, "count to close")
    desk.seal(BUDTENDER, FLOAT)
    desk.unlock(SECOND, Right.CLOSE_TILL, "count once more")
    session = place.session.id
    slip = desk.x_report(MANAGER, on_paper=False).slip
    kept = desk.close(BUDTENDER, SECOND)
    for told in (slip.says["report"], kept.document):
        opened = [(each["by"], each["reason"]) for each in told["drawer_opened"]]
        assert opened == [(BUDTENDER.id, "count to close"), (SECOND.id, "count once more")]
    assert adds_up(kept.document)
    event = TillEvent(TillKind.UNLOCKED, place.clock.now(), BUDTENDER.id, reason="once more")
    assert refused(lambda: place.store.tills.note(session, event)) == "till-closed"
    assert refused(lambda: desk.unlock(AUDITOR, Right.CLOSE_TILL, "look")) == "right-needed:close-till"
    assert verify(place.store.sales, place.store.journal, place.store.tills).wrong == []
