"""The papers of a bag: written with the step they tell of, printed once, with a line for each who signs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.printers.layout import plain_text
from pos_desktop.app.custody_desk import Because
from pos_desktop.app.paper import PaperDesk
from pos_desktop.app.ports import JobKind, KeptStep, Slip, SlipKind
from pos_desktop.devices.receipt_layout import Letterhead
from pos_desktop.devices.slip_layout import slip_paper
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.money import Money
from tests.fixtures.blind import told_in
from tests.fixtures.custody import COURIER, A, B, C, CustodyPlace, D
from tests.fixtures.desks import FakePaper
from tests.fixtures.tills import BUDTENDER, FLOAT, MANAGER, SECOND, count_of

HEAD = Letterhead("Sample Store", "LIC-1", "Register 1", training=True)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[CustodyPlace]:
    made = CustodyPlace(tmp_path)
    yield made
    made.store.close()


def slips(place: CustodyPlace, kind: SlipKind) -> list[Slip]:
    found = [each.slip for each in place.store.paper.open() if each.slip is not None]
    return [each for each in found if each.kind is kind]


def text_of(slip: Slip, columns: int = 42) -> str:
    return plain_text(slip_paper(slip, HEAD, copy=False), columns)


def test_a_sealed_bag_has_two_slips(place: CustodyPlace) -> None:
    place.sealed()
    place.restart()
    inside, kept = slips(place, SlipKind.BAG)
    paper = text_of(inside)
    for words in (
        "DEPOSIT BAG",
        "B-1001",
        "S-B-1001",
        "$75.00",
        "Envelope E-3",
        "Z 1",
        "$1 x 75",
        A.name,
        B.name,
    ):
        assert words in paper
    assert paper.count("Signed") == 2
    assert "This slip goes into the bag." in paper
    assert "This slip stays in the safe." in text_of(kept)
    step = next(each for each in place.store.custody.steps() if each.event.kind == "bag-sealed")
    assert f"Journal {step.journal_seq} {step.journal_hash[:8]}" in paper


def last(place: CustodyPlace, kind: str) -> KeptStep:
    return next(each for each in reversed(place.store.custody.steps()) if each.event.kind == kind)


def journal_of(step: KeptStep) -> str:
    return f"Journal {step.journal_seq} {step.journal_hash[:8]}"


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_the_division_of_a_till_has_a_slip_for_the_parcel_and_one_for_the_till(
    place: CustodyPlace, columns: int
) -> None:
    session = place.day()
    place.custody.deposit(BUDTENDER, SECOND, session, FLOAT.total)
    place.restart()
    inside, kept = slips(place, SlipKind.DEPOSIT)
    paper = text_of(inside, columns)
    assert max(map(len, paper.splitlines())) <= columns
    for words in ("DEPOSIT", "Z 1", "$65.00", "$200.00", "$265.00", BUDTENDER.name, SECOND.name):
        assert words in paper
    assert journal_of(last(place, "deposit")) in paper
    assert paper.count("Signed") == 2
    assert "goes into the parcel" in paper.replace("\n", " ")
    assert "stays with the till's papers" in " ".join(text_of(kept, columns).split())


def test_where_nothing_is_left_over_no_slip_goes_into_a_parcel(place: CustodyPlace) -> None:
    session = place.day()
    place.custody.deposit(BUDTENDER, SECOND, session, Money(26_500))
    assert [each.says["goes"] for each in slips(place, SlipKind.DEPOSIT)] == ["till"]


def test_what_goes_into_the_safe_has_a_slip_without_its_amount(place: CustodyPlace) -> None:
    """Who takes it in may count it next; known wrong: the amount on this slip undoes the blind count."""
    place.in_safe()
    place.restart()
    envelope, deposit = slips(place, SlipKind.TAKEN_IN)
    paper = text_of(envelope)
    for words in ("INTO THE SAFE", "Envelope E-3", A.name, BUDTENDER.name):
        assert words in paper
    assert "Z 1" in text_of(deposit)
    assert journal_of(last(place, "taken-in")) in text_of(deposit)
    for each in (envelope, deposit):
        assert told_in(text_of(each) + repr(each.says), (1_000, 6_500)) == []
        assert told_in(text_of(each) + repr({**each.says, "cash": 6_500}), (1_000, 6_500)) == ["6500"]


def settled(place: CustodyPlace, cash: Money, because: Because) -> str:
    place.safe.count(A, count_of(cash))
    place.safe.recount(B, count_of(cash))
    place.safe.settle(A, B, because)
    return text_of(slips(place, SlipKind.SAFE_COUNT)[-1])


def test_a_count_of_the_safe_has_a_slip_with_both_counts_and_the_book(place: CustodyPlace) -> None:
    first = settled(place, Money(80_000), Because())
    assert "the book of the safe begins with it" in first.replace("\n", " ")
    assert "Difference" not in first
    place.restart()
    paper = settled(place, Money(79_900), Because("a note was missing", MANAGER))
    for words in ("COUNT OF THE SAFE", "$799.00", "$800.00", "-$1.00", "a note was missing", MANAGER.name):
        assert words in paper
    for words in (A.name, B.name, "$1 x 799", journal_of(last(place, "safe-settled"))):
        assert words in paper
    assert len(slips(place, SlipKind.SAFE_COUNT)) == 2


def test_a_difference_stands_on_the_slip(place: CustodyPlace) -> None:
    bag = place.custody.make_bag(A, "B-1", place.in_safe())
    place.custody.count_bag(A, bag, count_of(Money(7_400)))
    place.custody.recount_bag(B, bag, count_of(Money(7_400)))
    place.custody.seal_bag(A, B, bag, "S-1", Because("a note was missing", MANAGER))
    paper = text_of(slips(place, SlipKind.BAG)[0])
    assert "-$1.00" in paper
    assert "a note was missing" in paper


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_hand_over_is_signed_by_three(place: CustodyPlace, columns: int) -> None:
    bag = place.sealed()
    place.custody.hand_over(C, D, bag, "S-B-1001", COURIER)
    (with_courier, kept) = slips(place, SlipKind.HAND_OVER)
    paper = text_of(with_courier, columns)
    assert max(map(len, paper.splitlines())) <= columns
    assert paper.count("Signed") == 3
    for words in ("HAND-OVER", "Sample Courier", "77-04", "SAMPLE 12", C.name, D.name):
        assert words in paper
    assert "goes with the courier" in paper.replace("\n", " ")
    assert kept.says["goes"] == "kept"


def test_what_is_refused_prints_nothing(place: CustodyPlace) -> None:
    bag = place.sealed()
    with pytest.raises(RuleRefusal):
        place.custody.hand_over(A, D, bag, "S-B-1001", COURIER)
    assert slips(place, SlipKind.HAND_OVER) == []
    place.day()
    (envelope,) = place.custody.ways().waiting()
    with pytest.raises(RuleRefusal):
        place.custody.take_in(A, A, envelope.id)
    assert len(slips(place, SlipKind.TAKEN_IN)) == 2, "of the first day"
    with pytest.raises(RuleRefusal):
        place.safe.settle(A, B)
    assert slips(place, SlipKind.SAFE_COUNT) == []


def test_slips_print_in_their_order_and_once(place: CustodyPlace) -> None:
    place.sealed()
    printer = FakePaper()
    for _ in range(2):
        PaperDesk(
            jobs=place.store.paper,
            sales=place.store.sales,
            paper=printer,
            journal=place.store.journal,
            clock=place.clock,
        ).work()
        place.restart()
    assert [each.kind for each in place.store.paper.open() if each.kind is JobKind.SLIP] == []
    assert printer.done.count("bag") == 2


def test_the_way_of_a_bag_is_a_paper_too(place: CustodyPlace) -> None:
    place.sealed()
    paper = text_of(place.custody.papers.chain("B-1001"))
    for words in ("THE WAY OF A BAG", "Dropped", "Left over at the close", "Recounted, blind", "Sealed"):
        assert words in paper
