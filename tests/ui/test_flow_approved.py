"""What the signed-in budtender may not do alone, a second person's PIN approves: once, for this, and in their name."""

from __future__ import annotations

import json
from typing import Any

from pos_desktop.app.clock_desk import ClockDesk
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.instant import DAY_US
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.ui.flows.floor import SECOND
from pos_desktop.ui.flows.judging_clock import CHECK, RIGHT
from pos_desktop.ui.flows.lifting import LIFT
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.presenter.outage import OUTAGE
from pos_desktop.ui.sheet_state import QuestionSheet, ReasonSheet, SecondPersonSheet
from tests.fixtures.builders import DUTY, MANAGER, NOW, package, patient
from tests.fixtures.certified_counter import on_record, opened, save, told
from tests.fixtures.clock_hands import Hands
from tests.fixtures.desks import till
from tests.fixtures.fakes import FakeJournal, Memory, StandingClock
from tests.fixtures.hands import Counter
from tests.fixtures.report_shops import Shop
from tests.fixtures.sign_ins import COMPLIANCE, PINS, WRONG, people_with_pins
from tests.ui import test_flow_lifting as lifting
from tests.ui import test_flow_outage as outages

REASON = "Sample approval by telephone"


def with_people(**more: Any) -> dict[str, Any]:
    """A budtender stands here, and others have PINs."""
    return {"duty": DUTY, "signing_in": people_with_pins(StandingClock()).door, **more}


def approves(at: Counter, person: Any = MANAGER) -> None:
    assert at.floor.sheet_kind == SECOND
    at.do.pin.emit(person.id, PINS[person.id])


def kind(at: Counter) -> str:
    return type(at.floor.sheet).__name__


def entries(at: Counter) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body, _ in at.till.memory.journal]


def test_a_rule_is_lifted_in_the_name_of_who_approved_it() -> None:
    at = lifting.counter(**with_people())
    at.do.fix.emit(LIFT)
    at.do.form.emit({"reason": "no"})
    assert kind(at) == "ReasonSheet", "a reason that says nothing bothers nobody else"
    at.do.form.emit({"reason": REASON})
    sheet = at.floor.sheet
    assert isinstance(sheet, SecondPersonSheet)
    assert REASON in sheet.body
    assert [each.id for each in sheet.pin.people] == [MANAGER.id]
    approves(at)
    (lift,) = lifting.visit_of(at).lifts
    assert (lift.by, lift.reason) == (MANAGER.id, REASON)
    assert at.floor.sheet is None


def test_esc_leads_back_to_the_reason_as_it_was_typed() -> None:
    at = lifting.counter(**with_people())
    lifting.lift(at)
    at.do.pin.emit(MANAGER.id, WRONG)
    at.do.back.emit()
    assert isinstance(at.floor.sheet, ReasonSheet)
    assert at.floor.sheet.field.value == REASON
    assert lifting.visit_of(at).lifts == ()


def test_a_sale_that_went_meanwhile_is_not_lifted() -> None:
    at = lifting.counter(**with_people())
    at.database.at_once = True
    lifting.lift(at)
    at.database.at_once = False
    at.do.pin.emit(MANAGER.id, PINS[MANAGER.id])
    at.floor.end_visit()
    at.scan("P-1000017")
    at.database.run()
    assert at.floor.visit is None or at.floor.visit.lifts == ()


def test_an_outage_is_declared_and_ended_by_who_approved_it() -> None:
    at = outages.counter(**with_people())
    outages.declare(at, "no")
    assert at.floor.sheet_kind == OUTAGE
    outages.declare(at)
    approves(at, COMPLIANCE)
    link = at.till.desk.link
    assert link.outage is not None
    assert entries(at)[-1]["actor"] == COMPLIANCE.id
    at.do.open_sheet.emit(Opens.OUTAGE)
    at.do.fix.emit("outage-over")
    approves(at)
    assert at.till.desk.link.link is Link.UP
    assert entries(at)[-1]["actor"] == MANAGER.id


def test_the_clock_is_confirmed_by_who_approved_it() -> None:
    hands, memory = Hands(NOW), Memory()
    clock = hands.clock()
    memory.clock = clock  # type: ignore[assignment]  # the program's own clock
    memory.add(patient(), package(1))
    desk = till(memory, clock_desk=ClockDesk(clock, FakeJournal(memory)), **with_people())
    at = Counter(desk)
    hands.wall_us += DAY_US
    at.do.fix.emit(CHECK)
    at.do.fix.emit(RIGHT)
    assert at.till.desk.clock.now() == NOW, "nothing is believed before somebody who may has said so"
    approves(at)
    assert at.till.desk.clock.now() == NOW.plus_us(DAY_US)
    assert entries(at)[-1]["actor"] == MANAGER.id


def test_more_than_the_ordinary_amount_is_kept_with_who_approved_it() -> None:
    at = opened("us-mo-medical", **with_people())
    save(at, amount__month="8 oz")
    assert isinstance(at.floor.sheet, QuestionSheet)
    at.do.fix.emit(at.floor.sheet.buttons[0].id)
    assert on_record(at) == []
    approves(at)
    assert on_record(at) == [Fact(FactKind.CERTIFIED, "month", amount=8_000_000)]
    assert told(at)[0]["data"]["approved_by"] == MANAGER.id
    assert told(at)[0]["actor"] == DUTY.actor.id


def test_a_report_is_settled_and_sent_again_by_who_approved_it() -> None:
    shop = Shop(**with_people())
    shop.choose("report-00008")
    assert "Cancel it" in shop.actions()
    shop.at.do.fix.emit("report-cancelled")
    shop.at.do.form.emit({"reason": "no"})
    assert isinstance(shop.at.floor.sheet, ReasonSheet)
    shop.at.do.form.emit({"reason": REASON})
    approves(shop.at, COMPLIANCE)
    assert shop.store.items["report-00008"].state is OutboxState.CANCELLED
    assert shop.store.words[-1][1].by == COMPLIANCE.id
    shop.choose("report-00002")
    shop.at.do.fix.emit("report-retry")
    approves(shop.at)
    assert shop.store.words[-1][0] == "report-00002"
    assert shop.store.words[-1][1].by == MANAGER.id
