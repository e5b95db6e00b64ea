"""An outage at the counter: the banner, the sheet, who may declare it, and what is sold then."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from pos_desktop.app.ports import ServiceReach, StateAnswer
from pos_desktop.composition.programmes import load_programme
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.instant import HOUR_US
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.patient import Patient, Standing
from pos_desktop.ui.flows.declaring import OVER
from pos_desktop.ui.flows.picture import key_hints
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.presenter.outage import OUTAGE
from pos_desktop.ui.sheet_state import QuestionSheet, ReasonSheet
from pos_desktop.ui.state import FixButton, PillKind, Tone
from pos_desktop.ui.theme import TOUCH
from pos_desktop.ui.widgets.pill_button import PillButton
from tests.fixtures import screen_checks as check
from tests.fixtures.builders import MANAGER, MANAGING, answer, package, patient, tag
from tests.fixtures.counter_windows import Wishes, open_counter, settle
from tests.fixtures.desks import till
from tests.fixtures.fakes import Memory
from tests.fixtures.hands import Counter
from tests.fixtures.sample_sheets import SHEETS
from tests.fixtures.sample_states import SCREENS

EVIDENCE = "Sample bulletin 12, on the agency’s page at 1:50 PM"


def counter(
    programme: str = "us-mi-medical", reach: ServiceReach | None = ServiceReach.REACHED, **more: Any
) -> Counter:
    memory = Memory()
    memory.add(patient(), patient(18, standing=Standing.NEW), package(1))

    def ask(of: Patient) -> StateAnswer | None:
        return answer(memory.clock.now())

    given: dict[str, Any] = {"duty": MANAGING, "ask_state": ask}
    return Counter(till(memory, rules=load_programme(programme), reach=reach, **given | more))


def declare(at: Counter, evidence: str = EVIDENCE) -> None:
    at.do.open_sheet.emit(Opens.OUTAGE)
    at.do.form.emit({"evidence": evidence})


def line(at: Counter) -> Link:
    return at.till.desk.link.link


def entries(at: Counter) -> list[dict[str, Any]]:
    """What was done; what was refused stands in the journal beside it."""
    told = [json.loads(body) for _, body, _ in at.till.memory.journal]
    return [each for each in told if not each["kind"].endswith(".refused")]


def test_a_manager_declares_with_evidence_and_the_counter_follows_the_rule() -> None:
    at = counter()
    at.do.open_sheet.emit(Opens.OUTAGE)
    sheet = at.floor.sheet
    assert isinstance(sheet, ReasonSheet)
    assert "Owed afterwards: upload these sales within 24 hours" in sheet.facts
    assert "copies of the registry card and the identity document" in sheet.facts
    at.do.form.emit({"evidence": f"  {EVIDENCE} "})
    assert at.floor.sheet is None
    notice = at.state.notice
    assert notice is not None
    assert (notice.tone, notice.action) == (Tone.WARN, FixButton(OUTAGE, "The rule", "F5"))
    assert notice.text == (
        f"Outage declared 2:32 PM: “{EVIDENCE}”. Michigan: known patients are served by our own records. "
        "Owed: upload these sales within 24 hours of the system's return."
    )
    at.controller._every_second()
    assert (at.state.pill.kind, at.state.pill.text) == (PillKind.OFFLINE, "Outage declared · no sale waiting")
    (written,) = entries(at)
    assert (written["kind"], written["actor"]) == ("outage.declared", MANAGER.id)
    assert written["data"] == {"evidence": EVIDENCE, "since": at.till.memory.clock.now().utc_us}


def test_while_declared_the_line_counts_as_down_even_if_answers_come() -> None:
    at = counter("us-az-medical")
    declare(at)
    at.till.desk.link.heard(ServiceReach.REACHED)
    assert line(at) is Link.DOWN
    at.scan("P-1000017", tag(1))
    assert at.floor.visit is not None
    assert at.floor.visit.answer is not None, "the state was asked and did answer"
    refusal = at.state.refusal
    assert refusal is not None
    assert refusal.headline == "Arizona allows no sale while the state cannot be asked."
    assert at.state.notice is not None
    assert at.state.notice.text == "Outage declared 2:32 PM.", "the refusal below says the rest"


def test_it_is_ended_likewise_and_the_state_is_asked_again() -> None:
    at = counter()
    declare(at)
    at.till.memory.clock.move(HOUR_US)
    at.do.fix.emit(OUTAGE)
    sheet = at.floor.sheet
    assert isinstance(sheet, QuestionSheet)
    assert [(each.id, each.key) for each in sheet.buttons] == [(OVER, "Y")]
    assert f"Since 2:32 PM: “{EVIDENCE}”." in sheet.body
    at.do.fix.emit(OVER)
    assert line(at) is Link.UP
    assert "The outage is over" in at.said
    assert [each["kind"] for each in entries(at)] == ["outage.declared", "outage.ended"]
    at.do.back.emit()
    assert at.state.notice is None
    at.scan("P-1000017", tag(1))
    decision = at.floor.decision()
    assert decision is not None
    assert decision.basis == "state"


def test_a_sale_goes_on_in_a_declared_outage_and_says_what_it_rests_on() -> None:
    at = counter(ask_state=None)
    declare(at)
    at.scan("P-1000017", tag(1))
    at.do.pay.emit()
    at.do.complete.emit()
    (sale,) = at.till.memory.sales
    assert sale.basis == "outage-local-ledger"
    assert at.till.nudges == ["sync"], "reports are sent when they can be"


def test_a_programme_that_refuses_says_that_nothing_is_sold_and_carts_wait() -> None:
    at = counter("us-az-medical")
    declare(at)
    notice = at.state.notice
    assert notice is not None
    assert notice.text.endswith("Arizona allows no sale until the state can be asked again; held carts wait.")
    at.scan("P-1000017", tag(1))
    assert not at.state.can_pay


def test_florida_says_by_when_its_department_must_hear_of_it() -> None:
    at = counter("us-fl-medical")
    declare(at)
    notice = at.state.notice
    assert notice is not None
    assert notice.text.endswith("If it lasts, tell the Department of Health by e-mail by 5:32 PM.")
    at.do.fix.emit(OUTAGE)
    sheet = at.floor.sheet
    assert isinstance(sheet, QuestionSheet)
    assert (
        "told to the Department of Health by e-mail within 3 h of the beginning (Rule 64ER24-2)" in sheet.body
    )


def test_without_a_declaration_the_banner_tells_the_rule_while_the_line_is_down() -> None:
    at = counter(reach=ServiceReach.AWAY)
    notice = at.state.notice
    assert notice is not None
    assert notice.text.startswith("The state cannot be asked since 2:32 PM. Michigan: known patients")
    at.till.desk.link.heard(ServiceReach.REACHED)
    assert at.state.notice is None


@pytest.mark.parametrize("reach", [None, ServiceReach.REACHED, ServiceReach.REFUSED_KEY])
def test_no_banner_where_no_outage_rule_is_in_use(reach: ServiceReach | None) -> None:
    assert counter(reach=reach).state.notice is None


def test_a_programme_that_asks_nobody_first_knows_no_outage() -> None:
    at = counter("us-ri-medical", ServiceReach.AWAY)
    assert (at.state.notice, at.state.pill.opens) == (None, False)
    assert "F5" not in [hint.key for hint in key_hints(at.floor)]
    at.do.open_sheet.emit(Opens.OUTAGE)
    assert at.floor.sheet is None


def test_who_is_no_manager_reads_the_rule_and_declares_nothing() -> None:
    at = counter(duty=till(Memory()).desk.duty)
    assert at.state.pill.opens
    assert "F5" in [hint.key for hint in key_hints(at.floor)]
    at.do.open_sheet.emit(Opens.OUTAGE)
    sheet = at.floor.sheet
    assert isinstance(sheet, QuestionSheet)
    assert sheet.buttons == ()
    assert "A manager must be signed in" in sheet.body
    at.do.form.emit({"evidence": EVIDENCE})
    assert "A manager or a compliance officer must do or approve this. Nothing was changed." in at.said
    assert (entries(at), at.till.desk.link.outage) == ([], None)


def test_one_whom_the_state_does_not_answer_for_waits_in_michigan() -> None:
    at = counter(ask_state=None)
    declare(at)
    at.scan("P-1000018", tag(1))
    refusal = at.state.refusal
    assert refusal is not None
    assert "new patient" in refusal.headline


@pytest.mark.parametrize("typed", ["", "  ", "…", "12", "....,,,,", "x" * 301])
def test_without_evidence_nothing_is_declared_and_what_was_typed_stays(typed: str) -> None:
    at = counter()
    declare(at, typed)
    sheet = at.floor.sheet
    assert isinstance(sheet, ReasonSheet)
    assert "Nothing was changed" in sheet.field.error
    assert (entries(at), line(at)) == ([], Link.UP)


def test_one_that_cannot_be_written_is_not_gone_by(monkeypatch: pytest.MonkeyPatch) -> None:
    at = counter()

    def full(*_: object) -> None:
        raise EnvironmentTrouble("The disk is full. Nothing was saved.")

    monkeypatch.setattr("tests.fixtures.fakes.FakeOutage.declare", full)
    declare(at)
    assert "The disk is full" in at.said
    assert line(at) is Link.UP


def test_one_declared_or_ended_elsewhere_is_followed_within_a_second() -> None:
    at, other = counter(), counter()
    declare(other)
    at.till.memory.outage = other.till.memory.outage
    at.controller._every_second()
    assert line(at) is Link.DOWN
    assert at.window.drawn[-1].notice is not None
    at.till.memory.outage = None
    at.controller._every_second()
    assert line(at) is Link.UP
    assert at.window.drawn[-1].notice is None


def test_a_payment_that_is_open_is_not_covered() -> None:
    at = counter()
    at.scan("P-1000017", tag(1))
    at.do.pay.emit()
    before = at.floor.sheet
    at.do.open_sheet.emit(Opens.OUTAGE)
    at.do.fix.emit(OUTAGE)
    assert at.floor.sheet is before


def test_key_and_touch_reach_the_sheet_and_the_word(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    wishes = Wishes(window.intents)
    window.press("F5")
    assert wishes.take() == [], "a pill that opens nothing has no key"
    window.render(SCREENS["outage"])
    settle()
    pill = window.findChild(PillButton)
    assert pill is not None
    assert min(pill.width(), pill.height()) >= TOUCH
    assert "Outage declared · 7 sales waiting" in check.names(window)
    QTest.mouseClick(pill, Qt.MouseButton.LeftButton)
    window.press("F5")
    assert wishes.take() == [("open_sheet", Opens.OUTAGE), ("fix", OUTAGE)]
    window.show_sheet(SHEETS["outage-declare"])
    settle()
    body = window.inside.sheet_body
    assert body is not None
    field = body.findChild(QLineEdit)
    assert field is not None
    assert field.hasFocus()
    QTest.keyClicks(field, "Bulletin 12")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert wishes.take() == [("form", {"evidence": "Bulletin 12"})]
    window.show_sheet(SHEETS["outage-declare-wrong"])
    assert field.text() == "Bulletin 12"
    assert "Write what shows the outage. Nothing was changed." in check.names(window)
    window.show_sheet(SHEETS["outage-declared"])
    window.press("Y")
    assert wishes.take() == [("fix", OVER)]
    assert body.findChildren(QPushButton)
