"""The room “Safe” for who reads it: no step, the amounts by a word, and the whole way of a bag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.domain.money import Money
from tests.fixtures.custody import COURIER, A, C, D, E
from tests.fixtures.safe_rooms import SafeCounter
from tests.fixtures.tills import AUDITOR


@pytest.fixture
def at(tmp_path: Path) -> Iterator[SafeCounter]:
    made = SafeCounter(tmp_path)
    yield made
    made.close()


def test_an_auditor_reads_the_room_and_no_key_of_it_does_a_step(at: SafeCounter) -> None:
    at.in_safe()
    at.sealed()
    at.sit(AUDITOR)
    at.enter_safe()
    assert (at.safe.pill, at.safe.primary) == ("Read only", None)
    at.choose("Bag B-1001")
    assert [each.key for each in at.safe.actions] == ["W", "P"]
    assert "A lead or a manager must do this." in at.notes
    before = len(at.place.store.custody.steps())
    at.fix("safe-print")
    assert at.said == "The way of Bag B-1001 goes to the printer."
    at.fix("safe-order")
    at.fields(amount="5", what="ones")
    assert "A lead or a manager must do this." in at.said
    at.do.back.emit()
    assert len(at.place.store.custody.steps()) == before


def test_the_whole_way_of_a_bag_tells_all_that_an_auditor_asks_for(at: SafeCounter) -> None:
    at.in_safe()
    at.sealed(cents=7_400)
    at.fields(reason="a note was missing", pick=str(E.id))
    bag = next(iter(at.desks.bags.ways().bags))
    at.desks.bags.hand_over(C, D, bag, "S-B-1001", COURIER)
    at.desks.bags.bank(E, bag, Money(7_400), "D-77")
    at.sit(AUDITOR)
    at.enter_safe()
    at.choose("Bag B-1001")
    at.fix("safe-way")
    assert (at.safe.title, at.safe.pill) == ("The way of bag B-1001", "Seal S-B-1001")
    titles = [each.title for each in at.safe.rows]
    assert titles[0] == "Brought · Dropped"
    assert titles[-3:] == ["Packed · Sealed", "Handed over", "Banked · Counted by the bank"]
    told = {}
    for row in at.safe.rows:
        at.do.safe_at.emit(row.id)
        told[row.title] = {each.label: each.value for each in at.safe.cards[0].lines}
    sealed, handed, banked = (told[each] for each in titles[-3:])
    assert sealed["Sealed with"] == A.name
    assert (sealed["Amount"], sealed["Difference"]) == ("$74.00", "−$1.00")
    assert handed.items() >= {
        "By": C.name, "Seen or carried by": D.name, "Courier": "Sample Courier", "Badge": "77-04",
        "Vehicle": "SAMPLE 12", "Seal": "S-B-1001", "Difference": "$0.00",
    }.items()  # fmt: skip
    assert (banked["Bank slip"], banked["By"]) == ("D-77", E.name)
    step = at.place.store.custody.steps()[-1]
    assert banked["Journal"] == f"{step.journal_seq} · {step.journal_hash[:8]}"
    assert banked["When"] == "Nov 24, 2026, 12:00 PM EST", "the store's time, with its zone"
    assert at.safe.cards[1].title == "Case"
    assert at.safe.cards[1].note == "a note was missing"
    at.do.back.emit()
    assert at.safe.title == "Safe"


def test_an_auditor_reads_the_amounts_at_once_and_the_journal_has_it(at: SafeCounter) -> None:
    at.day_is_over()
    at.sit(AUDITOR)
    at.enter_safe()
    assert [each.key for each in at.safe.actions] == ["V"]
    assert "$265.00" not in repr(at.safe)
    at.fix("safe-figures")
    assert "$265.00" in repr(at.safe)
    assert at.safe.actions == ()
    last = at.place.store.custody.steps()[-1].event
    assert (last.kind.value, last.by) == ("figures-read", AUDITOR.id)
