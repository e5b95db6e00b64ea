"""A sale of one till that is voided while another is open: which report tells it, and with what."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.ports import KeptZ
from pos_desktop.domain.money import Money
from pos_desktop.domain.till import EarlierVoid
from pos_desktop.storage import till_book
from pos_desktop.storage.earlier_voids import earlier_voids
from tests.fixtures.stores import PATIENT
from tests.fixtures.tender_days import WHY, TenderPlace
from tests.fixtures.tills import BUDTENDER, FLOAT, MANAGER, SECOND, count_of


def closed(place: TenderPlace) -> KeptZ:
    """The open till, counted as it should be."""
    desk = place.desk
    there = desk._expected(place.session)
    desk.seal(BUDTENDER, count_of(there))
    return desk.close(BUDTENDER, SECOND)


def test_a_void_of_an_earlier_tills_sale_stands_on_the_report_that_paid_for_it(tmp_path: Path) -> None:
    place = TenderPlace(tmp_path)
    place.tenders.give(PATIENT.id, Money(300), WHY, MANAGER)
    sale, other = place.split(2, debit=Money(1_000), credit=Money(300)), place.split(1)
    first = closed(place)
    place.desk.open(BUDTENDER, FLOAT)
    own = place.split(1)
    for each in (sale, own):
        place.void(each)
    (due,) = place.tenders.waiting()
    place.tenders.refunded(due, "R1", BUDTENDER)
    x = place.desk.x_report(MANAGER).slip.says["report"]
    cash = sale.total.cents - 1_300
    told = [{
        "number": str(sale.number), "at": place.clock.now().utc_us, "by": MANAGER.id, "reason": WHY,
        "total": sale.total.cents, "back": {"cash": cash, "debit": 1_000, "credit": 300},
    }]  # fmt: skip
    second = closed(place)
    assert x["earlier_voids"] == second.document["earlier_voids"] == told
    assert second.document["voids"] == {"times": 1, "total": own.total.cents}
    assert second.document["moves"]["refund"] == {"times": 2, "cash": cash + own.total.cents}
    assert first.document["earlier_voids"] == [], "closed is closed"
    place.desk.open(BUDTENDER, FLOAT)
    place.void(other)
    assert [each["number"] for each in closed(place).document["earlier_voids"]] == [str(other.number)]
    assert place.verify().wrong == []
    place.store.close()


@pytest.mark.parametrize("wrong", ["forgets", "another-amount"])
def test_a_report_whose_earlier_voids_are_not_the_drawers_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """Known wrong: the report leaves them out, or tells another amount."""
    place = TenderPlace(tmp_path)
    sale = place.split(1)
    closed(place)
    place.desk.open(BUDTENDER, FLOAT)
    place.void(sale)

    def told(*given: Any) -> list[EarlierVoid]:
        voids = [] if wrong == "forgets" else earlier_voids(*given)
        return [replace(each, back={"cash": Money(1)}) for each in voids]

    monkeypatch.setattr(till_book, "earlier_voids", told)
    closed(place)
    assert place.verify().wrong == [
        "The voids of earlier tills on Z report 2 are not those that this drawer paid for."
    ]
    place.store.close()
