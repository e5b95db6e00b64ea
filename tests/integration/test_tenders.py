"""Cash, debit, store credit and any of them together, on the encrypted store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Approval, Right
from pos_desktop.domain.sale import Payment, Tender
from pos_desktop.domain.tender import CardState, cash_payment, plain_payment
from pos_desktop.storage import tender_book, tender_rows
from tests.fixtures.stores import PATIENT
from tests.fixtures.tender_days import PRICE, TERMINAL, WHY, TenderPlace, refused_by
from tests.fixtures.tills import BUDTENDER, FLOAT, MANAGER, SECOND, count_of


@pytest.fixture
def place(tmp_path: Path) -> Iterator[TenderPlace]:
    made = TenderPlace(tmp_path)
    yield made
    assert made.verify().wrong == []
    made.store.close()


def kinds(place: TenderPlace) -> list[str]:
    """The kinds of the journal's entries about tenders and sales, in their order."""
    told = [json.loads(body)["kind"] for _, body, _ in place.store.journal.entries()]
    return [each for each in told if each.partition(".")[0] in ("tender", "credit", "sale")]


def test_a_sale_by_debit_is_asked_saved_and_approved_before_it_is_sold(place: TenderPlace) -> None:
    sale = place.split(1, debit=PRICE)
    assert kinds(place) == ["tender.requested", "tender.approved", "sale.done"]
    [paid] = sale.payments
    assert (paid.tender, paid.amount, paid.code, paid.last_four) == (Tender.DEBIT, PRICE, "A000001", "4471")
    assert paid.card == "R1-1-D000001"
    assert place.store.sales.find(sale.id) == sale
    assert not place.drawer_kicked(sale.id), "no cash moved"
    assert place.tenders.waiting() == []


def test_three_tenders_make_the_total_and_only_cash_gives_change(place: TenderPlace) -> None:
    place.tenders.give(PATIENT.id, Money(300), WHY, MANAGER)
    sale = place.split(2, debit=Money(1_000), credit=Money(500), tendered=Money(2_000))
    credit, debit, cash = sale.payments
    assert (credit.amount, debit.amount) == (Money(300), Money(1_000))
    assert (cash.amount, cash.change) == (Money(1_174), Money(826))
    assert credit.amount + debit.amount + cash.amount == sale.total == PRICE * 2
    assert place.drawer_kicked(sale.id)
    assert place.tenders.standing(PATIENT.id).credit == ZERO


def test_parts_that_do_not_make_the_total_are_not_taken(place: TenderPlace) -> None:
    visit = place.visit()
    card = place.charge(visit, Money(1_000))
    debit, cash = plain_payment(Tender.DEBIT, Money(1_000), card), cash_payment(Money(237), Money(300))
    wrong: list[list[Payment]] = [
        [],
        [debit],
        [debit, replace(cash, amount=Money(236), change=Money(64))],
        [debit, replace(cash, change=Money(64))],
        [replace(debit, change=Money(1)), cash],
        [replace(debit, tendered=Money(1_100), change=Money(100)), cash],
        [replace(debit, card=""), cash],
        [debit, debit, cash_payment(PRICE - Money(2_000), PRICE)],
        [debit, replace(cash, rounding=Money(2), amount=Money(235), change=Money(65))],
        [plain_payment(Tender.CREDIT, Money(500)), plain_payment(Tender.CREDIT, Money(737))],
        [cash_payment(Money(1_000), Money(1_000)), cash_payment(Money(237), Money(300))],
        [plain_payment(Tender.CREDIT, PRICE + Money(1)), cash_payment(Money(-1), Money(0))],
    ]
    for each in wrong:
        with pytest.raises(BadInput, match="Nothing was saved"):
            place.pay(visit, each)
    assert place.pay(visit, [debit, cash]).total == PRICE


def test_a_card_pays_for_the_amount_it_was_approved_for_and_once(place: TenderPlace) -> None:
    first = place.visit()
    card = place.charge(first, PRICE)
    other = plain_payment(Tender.DEBIT, PRICE, replace(card, reference="R1-1-D000009"))
    more = plain_payment(Tender.DEBIT, PRICE * 2, card)
    two = place.visit(2)
    assert refused_by(lambda: place.pay(first, [other])) == "card-not-approved"
    assert refused_by(lambda: place.pay(two, [more])) == "card-not-approved"
    place.pay(first, [plain_payment(Tender.DEBIT, PRICE, card)])
    assert (
        refused_by(lambda: place.pay(place.visit(), [plain_payment(Tender.DEBIT, PRICE, card)]))
        == "card-not-approved"
    )


def test_while_one_is_unknown_nothing_else_is_paid_by_this_patient(place: TenderPlace) -> None:
    visit = place.visit()
    card = place.tenders.unknown(place.ask(visit, PRICE), BUDTENDER)
    assert refused_by(lambda: place.ask(visit, PRICE)) == "card-open"
    assert refused_by(lambda: place.pay(visit, [cash_payment(PRICE, PRICE)])) == "card-open"
    assert refused_by(lambda: place.pay(place.visit(2), [cash_payment(PRICE * 2, PRICE * 2)])) == "card-open"
    place.restart()
    assert [each.reference for each in place.tenders.waiting()] == [card.reference]
    assert refused_by(lambda: place.ask(visit, PRICE)) == "card-open"
    place.tenders.declined_by_slip(card, "000123", BUDTENDER)
    place.pay(place.visit(), [cash_payment(PRICE, PRICE)])


def test_a_second_try_while_unknown_would_be_caught(
    place: TenderPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known wrong variant: a book that asks again charges the patient twice, and it shows."""
    visit = place.visit()
    place.ask(visit, PRICE)
    for module in (tender_book, tender_rows):
        monkeypatch.setattr(module, "refuse_waiting", lambda _: None)
    with pytest.raises(AssertionError):
        test_while_one_is_unknown_nothing_else_is_paid_by_this_patient(place)
    monkeypatch.undo()
    assert len(place.tenders.waiting()) > 1, "both stand there for a person"
    for each in place.tenders.waiting():
        place.tenders.declined_by_slip(each, "000123", BUDTENDER)


def test_the_terminal_is_never_asked_for_more_than_is_due(place: TenderPlace) -> None:
    """Nor for what it took before, though that was for another cart."""
    visit = place.visit()
    assert refused_by(lambda: place.ask(visit, PRICE + Money(1))) == "amount"
    place.charge(visit, PRICE)
    place.restart()
    again = place.visit()
    assert refused_by(lambda: place.ask(again, PRICE)) == "card-without-sale"
    assert refused_by(lambda: place.ask(again, Money(1))) == "card-without-sale"
    [taken] = place.tenders.standing(PATIENT.id).taken
    more = place.visit(2)
    rest = place.charge(more, PRICE)
    place.pay(more, [plain_payment(Tender.DEBIT, PRICE, each) for each in (taken, rest)])


def test_a_kill_before_the_answer_leaves_it_to_be_settled(place: TenderPlace) -> None:
    card = place.ask(place.visit(), PRICE)
    place.restart()
    [left] = place.tenders.waiting()
    assert (left, left.state) == (card, CardState.REQUESTED)
    settled = place.tenders.approved(left, "a-77", "", BUDTENDER)
    assert (settled.state, settled.code) == (CardState.APPROVED, "A-77")
    again = place.visit()
    sale = place.pay(again, [plain_payment(Tender.DEBIT, PRICE, settled)])
    assert place.tenders.card(card.reference).paid_for == str(sale.number)


def test_money_taken_without_a_sale_is_used_or_refunded_first(place: TenderPlace) -> None:
    card = place.charge(place.visit(), PRICE)
    place.restart()
    [left] = place.tenders.waiting()
    assert left.without_sale
    assert place.tenders.standing(PATIENT.id).taken == (left,)
    visit = place.visit()
    assert refused_by(lambda: place.pay(visit, [cash_payment(PRICE, PRICE)])) == "card-without-sale"
    gone = place.tenders.refunded(card, "RF1", BUDTENDER)
    assert (gone.state, place.tenders.waiting()) == (CardState.REFUNDED, [])
    place.pay(visit, [cash_payment(PRICE, PRICE)])


@pytest.mark.parametrize("approved", [True, False])
def test_without_a_slip_a_manager_decides(place: TenderPlace, *, approved: bool) -> None:
    card = place.tenders.unknown(place.ask(place.visit(), PRICE), BUDTENDER)
    desk = place.tenders
    assert refused_by(lambda: desk.decided(card, BUDTENDER, WHY, approved=approved)) == "manager-needed"
    other = Approval(MANAGER, Right.SETTLE_CARD, "card:R1-1-D000009")
    assert (
        refused_by(lambda: desk.decided(card, BUDTENDER, WHY, approved=approved, approval=other))
        == "other-approval"
    )
    assert refused_by(lambda: desk.decided(card, MANAGER, "...", approved=approved)) == "no-reason"
    good = Approval(MANAGER, Right.SETTLE_CARD, f"card:{card.reference}")
    settled = desk.decided(card, BUDTENDER, WHY, approved=approved, approval=good)
    assert settled.state is (CardState.APPROVED if approved else CardState.DECLINED)
    [_, (_, steps)] = [("", None), *place.store.tenders.cards()]
    assert (steps[-1].decided_by, steps[-1].reason) == (MANAGER.id, WHY)


@pytest.mark.parametrize("code", ["", "  ", "4111111111111111", "4111 1111 1111", "ABC\n1", "Ä1"])
def test_no_card_number_is_taken_for_a_reference(place: TenderPlace, code: str) -> None:
    card = place.ask(place.visit(), PRICE)
    with pytest.raises(BadInput, match="never a card number"):
        place.tenders.approved(card, code, "", BUDTENDER)
    with pytest.raises(BadInput, match="last four"):
        place.tenders.approved(card, "A1", "44711", BUDTENDER)
    assert place.tenders.card(card.reference).state is CardState.REQUESTED


def test_what_is_settled_is_not_settled_again(place: TenderPlace) -> None:
    desk = place.tenders
    card = desk.unknown(place.ask(place.visit(), PRICE), BUDTENDER)
    assert refused_by(lambda: desk.declined(card, BUDTENDER)) == "card-code", "now only its slip says so"
    desk.declined_by_slip(card, "D1", BUDTENDER)
    for act in (
        lambda: desk.approved(card, "A1", "", BUDTENDER),
        lambda: desk.unknown(card, BUDTENDER),
        lambda: desk.refunded(card, "A1", BUDTENDER),
    ):
        assert refused_by(act) == "card-settled"
    sold = place.split(1, debit=PRICE)
    paid = desk.card(sold.payments[0].card)
    assert refused_by(lambda: desk.refunded(paid, "A1", BUDTENDER)) == "card-settled", "it paid for a sale"


def test_cash_is_rounded_where_the_store_set_it_and_the_sale_is_not(tmp_path: Path) -> None:
    place = TenderPlace(tmp_path, nickel=True)
    one = place.split(1, tendered=Money(1_300))
    assert (one.total, one.payments[0].amount, one.rounding) == (PRICE, Money(1_235), Money(2))
    assert one.payments[0].change == Money(65)
    two = place.split(2, debit=Money(1_001), tendered=Money(1_475))
    assert (two.payments[1].amount, two.rounding) == (Money(1_475), Money(-2))
    assert (place.split(1, debit=PRICE).rounding, place.verify().wrong) == (ZERO, [])
    picture = place.store.tills.takings(place.session.id)
    assert picture.rounding == ZERO
    assert sum(picture.by_tender.values(), ZERO) + picture.rounding == picture.total
    place.store.close()


def test_a_void_gives_back_the_way_it_was_paid(place: TenderPlace) -> None:
    place.tenders.give(PATIENT.id, Money(300), WHY, MANAGER)
    sale = place.split(2, debit=Money(1_000), credit=Money(300))
    place.void(sale)
    [refund] = [each for each in place.store.tills.events(place.session.id) if each.kind == "refund"]
    assert (refund.cash, refund.reference) == (Money(1_174), str(sale.number))
    assert place.tenders.standing(PATIENT.id).credit == Money(300)
    [due] = place.tenders.waiting()
    assert due.refund_due
    assert place.tenders.refunded(due, "RF9", BUDTENDER).state is CardState.REFUNDED
    assert place.tenders.waiting() == []
    takings = place.store.tills.takings(place.session.id)
    assert takings.refunds == {"debit": Money(1_000), "credit": Money(300)}
    assert place.desk.x_report(MANAGER).expected == FLOAT.total


def close(place: TenderPlace, **more: object) -> dict[str, object]:
    there = place.store.tills.takings(place.session.id)
    there_cash = FLOAT.total + there.cash
    for each in place.store.tills.events(place.session.id)[1:]:
        there_cash += each.into_drawer
    place.desk.seal(BUDTENDER, count_of(there_cash))
    return dict(place.desk.close(BUDTENDER, SECOND, **more).document)  # type: ignore[arg-type]  # by name


def test_cash_of_a_sale_whose_till_is_closed_goes_out_of_the_open_one(place: TenderPlace) -> None:
    sale = place.split(1)
    close(place)
    with pytest.raises(RuleRefusal, match="No drawer of this register gives") as refused:
        place.void(sale)
    assert refused.value.code == "no-till"
    assert not place.store._db.rows("SELECT * FROM limit_void")
    place.desk.open(BUDTENDER, FLOAT)
    place.void(sale)
    assert place.desk.x_report(MANAGER).expected == FLOAT.total - PRICE
    told = close(place)
    assert told["moves"]["refund"] == {"times": 1, "cash": 1_237}  # type: ignore[index]  # a report


def test_debit_of_a_closed_till_needs_no_drawer(place: TenderPlace) -> None:
    sale = place.split(1, debit=PRICE)
    close(place)
    place.void(sale)
    [due] = place.tenders.waiting()
    place.tenders.refunded(due, "RF1", BUDTENDER)
    assert place.verify().wrong == []


def test_the_batch_total_of_a_terminal_is_compared_after_the_cash_is_counted(place: TenderPlace) -> None:
    place.split(1, debit=PRICE)
    place.split(1, debit=PRICE)
    place.tenders.unknown(place.ask(place.visit(), Money(700)), BUDTENDER)
    assert place.desk.terminals() == ()
    place.desk.seal(BUDTENDER, FLOAT)
    [terminal] = place.desk.terminals()
    assert (terminal.approved, terminal.unsettled, terminal.batch) == (PRICE * 2, Money(700), PRICE * 2)
    batch = {TERMINAL: PRICE * 2 + Money(700)}
    told = place.desk.close(BUDTENDER, SECOND, batch_totals=batch).document
    assert told["terminals"] == {
        TERMINAL: {
            "approved": 2_474, "refunded": 0, "unsettled": 700, "batch": 3_174, "difference": 700,
        }
    }  # fmt: skip
    assert told["tenders"] == {"debit": 2_474}
    [left] = place.tenders.waiting()
    place.tenders.approved(left, "A1", "", BUDTENDER)
    assert place.verify().wrong == [], "settled later, it changes no report that was made"


def test_a_terminal_that_nobody_read_is_not_called_right(place: TenderPlace) -> None:
    place.split(1, debit=PRICE)
    told = close(place)
    assert told["terminals"] == {TERMINAL: {"approved": 1_237, "refunded": 0, "unsettled": 0}}
    place.desk.open(BUDTENDER, FLOAT)
    odd = close(place, batch_totals={"Other": Money(5)})
    assert odd["terminals"]["Other"]["difference"] == 5  # type: ignore[index]  # a report


def test_a_patient_without_cards_costs_the_sale_one_look_by_index(place: TenderPlace) -> None:
    plan = place.store._db.rows(f"EXPLAIN QUERY PLAN {tender_rows.OF_PATIENT}", ("x",))
    assert not [row[3] for row in plan if row[3].startswith("SCAN")]
