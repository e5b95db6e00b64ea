"""After an outage the patients who were served in it are asked about again, each once its sale has arrived."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import pytest

from pos_desktop.app.after_outage import AfterOutage
from pos_desktop.app.ports import OunceRow, ServiceReach, StateAnswer
from pos_desktop.app.ports.outage import CACHED_US, UNASKED
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import AttemptResult, OutboxState, Outcome
from pos_desktop.domain.people import SERVICE, Person
from pos_desktop.storage.store import Store
from tests.fixtures.stores import NOON, PATIENT, basket, entry_maker, sell, stocked

SETTLED = NOON.plus_us(3_600_000_000)
READY = SETTLED.plus_us(CACHED_US)


def word(as_of: Instant, available: str = "1", *, found: bool = True, active: bool = True) -> StateAnswer:
    nought = (Fraction(0), Fraction(0), Fraction(0))
    flower = (Fraction(2), Fraction(1), Fraction(available))
    return StateAnswer(as_of, found, active, None, (OunceRow(Fraction(30), flower, nought, nought, nought),))


@dataclass
class State:
    says: StateAnswer | ServiceReach
    asked: list[str] = field(default_factory=list)

    def patient(self, card_number: str) -> StateAnswer | ServiceReach:
        self.asked.append(card_number)
        return self.says


@contextmanager
def after(
    folder: Path, basis: str, says: StateAnswer | ServiceReach, by: Person = SERVICE
) -> Iterator[tuple[Store, State, AfterOutage]]:
    """A store that sold once on `basis`; the report is still queued."""
    with stocked(folder) as store:
        sell(store, entry_maker(store), replace(basket("sale-1"), basis=basis))
        state = State(says)
        yield store, state, AfterOutage(store.unasked, store.figures, store.journal, by, state.patient)


def arrive(store: Store) -> None:
    sending = store.outbox.begin_attempt("report-sale-1", store.outbox.sender_epoch(), SETTLED)
    done = replace(sending, state=OutboxState.CONFIRMED, remote_id="77")
    store.outbox.settle(done, AttemptResult(Outcome.CONFIRMED, "77"), SETTLED, looked_up=False)


def over_sales(store: Store) -> list[dict[str, object]]:
    entries = (json.loads(body) for _, body, _ in store.journal.entries())
    return [each["data"] for each in entries if each["kind"] == "outage.over-sale"]


@pytest.mark.parametrize("basis", UNASKED)
def test_a_patient_is_asked_about_once_the_sale_has_arrived_and_only_then(tmp_path: Path, basis: str) -> None:
    with after(tmp_path, basis, word(READY)) as (store, state, desk):
        assert desk.ask_again(NOON, READY) == 0, "the sale is not at the state yet"
        arrive(store)
        assert desk.ask_again(NOON, READY.plus_us(-1)) == 0, "the state may still serve an older figure"
        assert desk.ask_again(NOON, READY) == 1
        assert state.asked == [PATIENT.card_number]
        assert store.figures.last(PATIENT.id) == word(READY)
        assert desk.ask_again(NOON, READY) == 0, "once is enough"
        (sale,) = store.unasked.since(NOON)
        assert (sale.asked, sale.over, sale.number) == (True, False, "R1-1-0000001")
        assert over_sales(store) == []


@pytest.mark.parametrize("basis", ["state", "local", "stale"])
def test_a_sale_that_rested_on_a_figure_is_left_alone(tmp_path: Path, basis: str) -> None:
    with after(tmp_path, basis, word(READY)) as (store, state, desk):
        arrive(store)
        assert desk.ask_again(NOON, READY) == 0
        assert state.asked == []


@pytest.mark.parametrize(
    "says",
    [word(READY, "-0.1"), word(READY, active=False), word(READY, found=False)],
    ids=["below nought", "inactive", "unknown"],
)
def test_what_was_sold_too_much_is_journaled_and_told(tmp_path: Path, says: StateAnswer) -> None:
    with after(tmp_path, "outage-local-ledger", says) as (store, _, desk):
        arrive(store)
        assert desk.ask_again(NOON, READY) == 1
        assert [each.over for each in store.unasked.since(NOON)] == [True]
        (told,) = over_sales(store)
        assert told["external"] == "ST1-R1-1-0000001"


def test_a_state_that_is_away_again_is_asked_later(tmp_path: Path) -> None:
    with after(tmp_path, "relief", ServiceReach.AWAY) as (store, state, desk):
        arrive(store)
        assert desk.ask_again(NOON, READY) == 0
        state.says = word(READY)
        assert desk.ask_again(NOON, READY) == 1


def test_nobody_asks_for_them_who_may_not_send(tmp_path: Path) -> None:
    seller = Person(PersonId("person-1"), "Sample Budtender 1", "budtender")
    with after(tmp_path, UNASKED[0], word(READY), by=seller) as (_, state, asking):
        with pytest.raises(RuleRefusal):
            asking.ask_again(NOON, READY)
        assert state.asked == []
