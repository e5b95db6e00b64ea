"""SIGKILL between terminal and sale: what was promised is there, nothing is taken twice, and selling goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pos_desktop.domain.sale import Tender
from pos_desktop.domain.tender import CardState, plain_payment
from tests.fixtures.stores import MIGRATIONS, PATIENT
from tests.fixtures.tender_days import PRICE, TenderPlace
from tests.fixtures.tills import BUDTENDER

_SELLS = """
import sys
from pathlib import Path
from pos_desktop.domain.sale import Tender
from pos_desktop.domain.tender import plain_payment
from tests.fixtures.tender_days import PRICE, TenderPlace
from tests.fixtures.tills import BUDTENDER

place = TenderPlace(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    visit = place.visit()
    card = place.ask(visit, PRICE)
    print("requested", card.reference, flush=True)
    card = place.tenders.approved(card, place.slip(card), "", BUDTENDER)
    print("approved", card.reference, flush=True)
    place.pay(visit, [plain_payment(Tender.DEBIT, PRICE, card)])
    print("sold", card.reference, flush=True)
"""


@pytest.mark.parametrize("promises", range(1, 8))
def test_a_kill_leaves_each_payment_where_a_person_can_go_on(tmp_path: Path, promises: int) -> None:
    _killed(tmp_path / "shop", promises)


@pytest.mark.prove
@pytest.mark.timeout(1_800)
def test_three_hundred_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    for n in range(300):
        _killed(tmp_path / f"{n}", n % 12)


def _killed(folder: Path, promises: int) -> None:
    command = [sys.executable, "-c", _SELLS, str(folder)]
    with subprocess.Popen(command, cwd=MIGRATIONS.parent, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [child.stdout.readline().split() for _ in range(promises + 1)][1:]
        child.kill()
    place = TenderPlace.again(folder)
    cards = {card.reference: card for card, _ in place.store.tenders.cards()}
    for word, reference in told:
        card = cards[reference]
        assert {
            "requested": True,
            "approved": card.state is CardState.APPROVED,
            "sold": bool(card.paid_for),
        }[word]
    waiting = place.tenders.waiting()
    assert len(waiting) <= 1, "one patient pays one thing at a time"
    for card in waiting:
        known = card if card.without_sale else place.tenders.approved(card, place.slip(card), "", BUDTENDER)
        place.pay(place.visit(), [plain_payment(Tender.DEBIT, PRICE, known)])
    assert place.split(1, debit=PRICE).payments[0].amount == PRICE
    assert place.tenders.standing(PATIENT.id).cards == ()
    takings = place.store.tills.takings(place.session.id)
    assert takings.by_tender["debit"] == takings.terminals[0].approved == PRICE * takings.sales
    assert place.verify().wrong == []
    place.store.close()
