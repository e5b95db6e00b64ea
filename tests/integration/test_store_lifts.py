"""A lifted rule in the encrypted store: kept with the sale, never changed, told by the export."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from pos_desktop.app.ports import Person
from pos_desktop.app.verifying import verify
from pos_desktop.app.visit import Visit
from pos_desktop.cli.export import _json_line
from pos_desktop.domain.cart import EMPTY
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.limits.model import Lift, Link
from pos_desktop.domain.money import Money
from pos_desktop.domain.sale import Sale
from pos_desktop.storage.store import Store
from tests.fixtures.fake_shop import training_desk
from tests.fixtures.lifts import lenient
from tests.fixtures.stores import PATIENT, ZONE, OrderedIds, StandingClock, opened, stocked, tag

MANAGER = Person(PersonId("person-9"), "Sample Manager", "manager")
CODES = ("limit:month",)
REASON = "Sample approval by telephone"


def sold(store: Store, pieces: int) -> Sale:
    """Jars of 3.5 g under a limit of 10 g in 30 days, lifted where they are more."""
    clock = StandingClock()
    desk = training_desk(
        store, lenient(*CODES), clock, OrderedIds(prefix=f"sale-{pieces}"), register=store.settings.register()
    )
    visit = desk.reception.open(PATIENT.id, MANAGER)
    package = store.shelf.by_tag(tag(1))
    assert isinstance(visit, Visit)
    assert package is not None
    visit = replace(visit, cart=EMPTY.add(package, pieces))
    for code in desk.limits.decide(visit, clock.now(), Link.UP).refused_by:
        visit = desk.limits.lift(visit, code, REASON, MANAGER, clock.now(), Link.UP)
    return desk.close_sale.cash(visit, Money(100_000), desk.on_duty, Link.UP)


def test_it_is_read_back_and_the_journal_and_the_export_agree(tmp_path: Path) -> None:
    lift = Lift("limit:month", REASON, MANAGER.id, "sample leave")
    with stocked(tmp_path) as store:
        store.staff.add(MANAGER)
        assert sold(store, 2).lifted == ()
        assert sold(store, 1).lifted == (lift,)
    with opened(tmp_path) as store:
        assert [each.lifted for each in store.sales.all()] == [(), (lift,)]
        assert verify(store.sales, store.journal).wrong == []
        plain, lifted = (json.loads(_json_line(each, store.sales, ZONE)) for each in store.sales.all())
        assert "lifted" not in plain
        assert lifted["lifted"] == [
            {"code": "limit:month", "reason": REASON, "by": MANAGER.id, "cite": "sample leave"}
        ]


def test_a_reason_is_not_changed_afterwards(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        store.staff.add(MANAGER)
        sold(store, 4)
        for wrong in ("UPDATE sale_lift SET reason = 'other'", "DELETE FROM sale_lift"):
            with pytest.raises(sa.exc.DatabaseError, match="never"), store._db.write() as conn:
                conn.exec_driver_sql(wrong)
        assert verify(store.sales, store.journal).wrong == []
        with store._db.write() as conn:
            conn.exec_driver_sql("DROP TRIGGER sale_lift_not_changed")
            conn.exec_driver_sql("UPDATE sale_lift SET reason = 'other' WHERE n = 0")
        (said,) = verify(store.sales, store.journal).wrong
        assert "is not what the journal tells of it" in said
