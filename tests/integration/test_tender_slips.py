"""One slip of a debit terminal approves one payment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_desktop.app.tender_desk import TenderDesk
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.sale import Tender
from pos_desktop.domain.tender import CardState, plain_payment
from pos_desktop.storage import tender_book
from tests.fixtures.tender_days import PRICE, WHY, TenderPlace, refused_by
from tests.fixtures.tills import BUDTENDER, FLOAT, MANAGER, SECOND


@pytest.fixture
def place(tmp_path: Path) -> Iterator[TenderPlace]:
    made = TenderPlace(tmp_path)
    yield made
    assert made.verify().wrong == []
    made.store.close()


def test_one_slip_of_the_terminal_pays_once(place: TenderPlace) -> None:
    first = place.visit()
    sold = place.pay(first, [plain_payment(Tender.DEBIT, PRICE, place.charge(first, PRICE, "A77"))])
    card = place.ask(place.visit(), PRICE)
    with pytest.raises(RuleRefusal, match=f"A77 stands on receipt {sold.number}") as refused:
        place.tenders.approved(card, "a77", "", BUDTENDER)
    assert refused.value.code == "code-used"
    assert place.tenders.card(card.reference).state is CardState.REQUESTED, "it can be typed again"
    assert refused_by(lambda: place.tenders.decided(card, BUDTENDER, WHY, approved=True)) == "manager-needed"
    decided = place.tenders.decided(card, MANAGER, "the terminal gave A77 twice", approved=True)
    assert decided.without_sale
    place.tenders.refunded(decided, "A77", BUDTENDER)


def test_a_slip_whose_payment_has_no_sale_yet_is_named_by_that(place: TenderPlace) -> None:
    place.charge(place.visit(2), PRICE, "A77")
    card = place.ask(place.visit(2), PRICE)
    with pytest.raises(RuleRefusal, match="stands on debit payment R1-1-D000001, which has no sale yet"):
        place.tenders.approved(card, "A77", "", BUDTENDER)
    place.tenders.declined_by_slip(card, "A77", BUDTENDER)


def test_another_till_and_another_terminal_may_give_the_same_reference(place: TenderPlace) -> None:
    place.split(1, debit=PRICE)
    other = TenderDesk(book=place.store.tenders, clock=place.clock, terminal="Second sample terminal")
    visit = place.visit()
    card = other.request(visit, PRICE, place.due(visit), BUDTENDER, place.session)
    paid = other.approved(card, "A000001", "", BUDTENDER)
    place.pay(visit, [plain_payment(Tender.DEBIT, PRICE, paid)])
    place.desk.seal(BUDTENDER, FLOAT)
    place.desk.close(BUDTENDER, SECOND)
    place.desk.open(BUDTENDER, FLOAT)
    visit = place.visit()
    place.pay(visit, [plain_payment(Tender.DEBIT, PRICE, place.charge(visit, PRICE, "A000001"))])


def test_a_book_that_takes_a_slip_twice_is_noticed(
    place: TenderPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known wrong: as it was."""
    monkeypatch.setattr(tender_book, "_refuse_used", lambda *_: None)
    with pytest.raises(BaseException, match="DID NOT RAISE"):
        test_one_slip_of_the_terminal_pays_once(place)
    [card] = [each for each in place.tenders.waiting() if each.without_sale]
    place.tenders.refunded(card, "R1", BUDTENDER)
