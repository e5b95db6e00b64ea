"""A close with debit terminals: their batch totals are typed after the count, compared, and kept in the Z report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.money import Money
from pos_desktop.ui.presenter.till_batches import field_of, read_batch
from pos_desktop.ui.sheet_state import FieldsSheet
from pos_desktop.ui.state import Tone
from pos_desktop.ui.till_state import TillCard
from tests.fixtures.till_rooms import TERMINAL, TillCounter, charge, short_of
from tests.fixtures.tills import FLOAT, MANAGER, SECOND

OTHER = "Other sample terminal"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[TillCounter]:
    made = TillCounter(tmp_path).with_float()
    yield made
    made.close()


def counted(at: TillCounter, short_cents: int = 0) -> None:
    at.fix("till-close")
    at.count(short_of(FLOAT, short_cents))
    at.fix("till-seal")
    assert at.room.pill == "Step 2 of 3 · Result"


def debit(at: TillCounter, terminal: str = TERMINAL) -> TillCard:
    return next(each for each in at.room.cards if each.title == f"Debit · {terminal}")


def told(card: TillCard) -> dict[str, str]:
    return {each.label: each.value for each in card.lines}


def terminals_of_z(at: TillCounter) -> dict[str, dict[str, int]]:
    (kept,) = at.place.store.tills.z_reports(-1)
    return dict(kept.document["terminals"])


def test_the_batch_total_is_compared_and_stands_in_the_z_report(at: TillCounter) -> None:
    charge(at, 1_237, 4_000)
    counted(at)
    assert at.room.primary is not None
    assert (at.room.primary.label, at.room.primary.key) == ("Type the batch total", "Enter")
    at.fix("till-batches")
    assert [each.label for each in at.sheet(FieldsSheet).fields] == [TERMINAL]
    at.form(**{field_of(0): "50.00"})
    assert told(debit(at)) == {"Batch total": "$50.00", "By our record": "$52.37", "Difference": "−$2.37"}
    assert debit(at).lines[-1].tone is Tone.WARN
    assert at.keys["B"] == "till-batches"
    at.fix("till-batches")
    assert at.sheet(FieldsSheet).fields[0].value == "50.00"
    at.form(**{field_of(0): "$52.37"})
    assert debit(at).lines[-1].tone is Tone.GOOD
    assert at.room.primary.label == "Accept $200.00"
    at.fix("till-go-on", "till-witness")
    assert debit(at).lines, "it stands beside the witness too"
    at.pin(SECOND)
    assert terminals_of_z(at) == {
        TERMINAL: {"approved": 5_237, "refunded": 0, "unsettled": 0, "batch": 5_237, "difference": 0}
    }


def test_what_it_should_be_is_not_told_before_it_was_typed(at: TillCounter) -> None:
    charge(at, 1_237)
    counted(at)
    assert "12.37" not in repr(debit(at))
    at.fix("till-batches")
    assert "12.37" not in repr(at.sheet(FieldsSheet))
    at.form(**{field_of(0): "10"})
    assert "12.37" in repr(debit(at))


def test_nothing_of_terminals_is_asked_before_the_cash_was_counted(at: TillCounter) -> None:
    charge(at, 1_237)
    at.fix("till-close", "till-batches")
    assert at.floor.sheet is None
    assert not [each for each in at.room.cards if each.title.startswith("Debit ·")]


def test_a_terminal_that_cannot_be_read_is_left_empty(at: TillCounter) -> None:
    charge(at, 1_000)
    charge(at, 2_500, terminal=OTHER)
    counted(at)
    at.fix("till-batches")
    fields = at.sheet(FieldsSheet).fields
    at.form(**{each.id: "25.00" if each.label == OTHER else "" for each in fields})
    assert told(debit(at)) == {"Batch total": "not read", "By our record": "$10.00"}
    assert told(debit(at, OTHER))["Difference"] == "$0.00"
    at.fix("till-go-on", "till-witness")
    at.pin(SECOND)
    kept = terminals_of_z(at)
    assert "batch" not in kept[TERMINAL]
    assert kept[OTHER]["batch"] == 2_500


def test_what_is_no_amount_is_said_below_its_field_and_nothing_is_lost(at: TillCounter) -> None:
    charge(at, 1_000)
    charge(at, 2_500, terminal=OTHER)
    counted(at)
    at.fix("till-batches")
    at.form(**{field_of(0): "25", field_of(1): "ten"})
    first, second = at.sheet(FieldsSheet).fields
    assert (first.value, first.error, second.value) == ("25", "", "ten")
    assert "“ten” is no amount of money" in second.error
    at.do.back.emit()
    assert at.room.primary is not None
    assert at.room.primary.id == "till-batches", "nothing was taken of it"


def test_what_is_not_settled_is_told(at: TillCounter) -> None:
    charge(at, 1_237, approve=False)
    counted(at)
    assert told(debit(at)) == {"Not settled yet": "$12.37"}


def test_it_comes_before_the_reason_and_stays_for_a_recount(at: TillCounter) -> None:
    charge(at, 1_000)
    counted(at, 500)
    at.fix("till-batches")
    at.form(**{field_of(0): "10"})
    at.fix("till-recount")
    at.count(short_of(FLOAT, 100))
    at.fix("till-seal")
    assert told(debit(at))["Batch total"] == "$10.00"
    at.fix("till-go-on")
    at.form(reason="sample reason of the day")
    at.pin(MANAGER)
    at.fix("till-witness")
    at.pin(SECOND)
    assert terminals_of_z(at)[TERMINAL]["batch"] == 1_000


def test_what_one_person_typed_is_typed_anew_by_the_next(at: TillCounter) -> None:
    charge(at, 1_000)
    counted(at)
    at.fix("till-batches")
    at.form(**{field_of(0): "10"})
    at.floor.actor = SECOND
    at.second()
    assert at.room.primary is not None
    assert at.room.primary.id == "till-batches"


def test_without_a_terminal_nothing_is_asked(at: TillCounter) -> None:
    counted(at)
    assert at.room.primary is not None
    assert at.room.primary.label == "Accept $200.00"
    at.fix("till-batches")
    assert at.floor.sheet is None


@pytest.mark.parametrize(
    ("text", "cents"),
    [("", None), ("  ", None), ("0", 0), ("$1,944.12", 194_412), ("-12.5", -1_250), ("−3", -300)],
)
def test_an_amount_as_the_terminal_prints_it(text: str, cents: int | None) -> None:
    assert read_batch(text) == (None if cents is None else Money(cents))


@pytest.mark.parametrize("text", ["ten", "-", "--5", "1.234", "4111111111111111", "1e3", "12 34", "१२"])
def test_anything_else_is_said(text: str) -> None:
    with pytest.raises(BadInput):
        read_batch(text)
