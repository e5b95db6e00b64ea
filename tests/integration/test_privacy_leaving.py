"""A patient who leaves has store credit: it is paid out, and the record can be purged."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos_desktop.app.tender_desk import TenderDesk
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.money import Money
from tests.fixtures.privacy import MANAGER
from tests.integration.test_privacy_purge import GONE, Shop, later

WHY = "leaves the programme"


def test_whoever_leaves_is_paid_out_and_purged(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    desk = TenderDesk(book=shop.store.tenders, clock=shop.clock)
    desk.give(GONE.id, Money(907), "price was wrong", MANAGER)
    desk.pay_out(GONE.id, Money(900), WHY, MANAGER, shop.session)
    with pytest.raises(RuleRefusal) as refused:
        desk.pay_out(GONE.id, Money(8), WHY, MANAGER, shop.session)
    assert refused.value.code == "credit-too-low"
    desk.pay_out(GONE.id, Money(7), WHY, MANAGER, shop.session)
    later(shop).purging().purge(GONE.id, MANAGER, "time is over")
    assert shop.wrong() == []
    shop.store.close()
