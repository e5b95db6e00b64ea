"""Payment and what comes while it is open: the state's answer, the line, a sale elsewhere, paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pos_desktop.app.ports import PaperOutcome, PaperResult, ServiceReach, StateAnswer
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.instant import HOUR_US
from pos_desktop.domain.shelf import Held
from pos_desktop.ui.sheet_state import PaymentSheet
from tests.fixtures.builders import NOW, answer, bought, caregiver, package, patient
from tests.fixtures.hands import Counter
from tests.ui.test_flow_late import CARD, counter, opened, quantities


def line_comes_back(says: StateAnswer | None, *, pieces: int = 1) -> Counter:
    """A counter whose payment was opened without the line; the line is back when Enter is pressed."""
    at = opened(*[package(1).tag] * pieces, ask_state=lambda _: says)
    assert at.floor.visit is not None
    at.floor.visit = replace(at.floor.visit, answer=None)
    at.network.at_once = False
    at.till.desk.link.heard(ServiceReach.AWAY)
    at.do.pay.emit()
    assert at.floor.paying
    at.till.desk.link.heard(ServiceReach.REACHED)
    at.do.complete.emit()
    return at


def test_a_line_that_comes_back_while_cash_is_counted_asks_and_completes_by_itself() -> None:
    at = line_comes_back(answer(NOW))
    sheet = at.floor.sheet
    assert isinstance(sheet, PaymentSheet)
    assert (sheet.why_not, sheet.can_complete) == (
        "Asking the state for its figure; the sale completes by itself.",
        False,
    )
    at.do.complete.emit()
    at.keys("1")
    at.network.run()
    (sale,) = at.till.memory.sales
    assert sale.payments[0].tendered == sale.total, "a key while it waits changes nothing"
    assert sale.basis == "state"
    assert at.floor.done_sale == sale


def test_a_line_that_comes_back_with_a_figure_too_low_saves_nothing_and_says_so() -> None:
    at = line_comes_back(answer(NOW, day_oz="1"), pieces=10)
    at.network.run()
    assert at.said.startswith("The sale is not saved: by the state's figure it does not fit.")
    assert (at.till.memory.sales, at.floor.paying, quantities(at)) == ([], False, ["10"])
    assert at.state.refusal is not None


def test_a_line_that_comes_back_and_answers_nothing_keeps_the_cart() -> None:
    at = line_comes_back(None)
    at.network.run()
    assert at.said.startswith("The state gave no figure for this patient. The cart is kept")
    assert (at.till.memory.sales, at.floor.paying, quantities(at)) == ([], False, ["1"])


def test_a_line_that_went_away_again_leaves_the_sale_to_the_programme() -> None:
    at = line_comes_back(None)
    at.till.desk.link.heard(ServiceReach.AWAY)
    at.network.run()
    assert [sale.basis for sale in at.till.memory.sales] == ["outage-local-ledger"]


def test_esc_while_the_state_is_asked_leaves_payment_and_sells_nothing() -> None:
    at = line_comes_back(answer(NOW))
    at.do.back.emit()
    at.network.run()
    assert (at.till.memory.sales, at.floor.paying, quantities(at)) == ([], False, ["1"])


def test_a_refusal_of_the_state_while_saving_leaves_the_change_on_the_screen() -> None:
    at = opened(package(1).tag)
    at.network.at_once = at.database.at_once = False
    at.floor.asking = True
    asked = at.floor.visit
    at.do.pay.emit()
    at.do.complete.emit()
    assert asked is not None
    at.controller._checking_in._state_answered(asked, answer(NOW, active=False))
    at.database.run()
    assert isinstance(at.floor.sheet, PaymentSheet)
    assert at.floor.sheet.done is not None
    assert len(at.till.memory.sales) == 1


def test_a_refusal_of_the_state_that_is_kept_before_the_sale_stops_it_and_says_so() -> None:
    at = opened(package(1).tag)
    at.network.at_once = at.database.at_once = False
    at.floor.asking = True
    asked = at.floor.visit
    assert asked is not None
    at.do.pay.emit()
    at.controller._checking_in._state_answered(asked, answer(NOW, active=False))
    at.do.complete.emit()
    at.database.run()
    assert (at.till.memory.sales, at.floor.visit, at.floor.sheet) == ([], None, None)
    assert at.said.startswith(
        "The sale is not saved; give back what was paid. The state says that this card may not buy now."
    )


def test_a_caregivers_card_that_ends_at_midnight_refuses_payment_and_keeps_the_cart() -> None:
    at = counter()
    carer = caregiver(2, patient(17), card_expires=date(2026, 11, 24))
    at.till.memory.add(carer)
    at.scan(carer.card_number, package(1).tag)
    at.do.pay.emit()
    at.till.memory.clock.move(10 * HOUR_US)
    at.do.complete.emit()
    assert (at.till.memory.sales, at.floor.paying, quantities(at)) == ([], False, ["1"])
    assert at.said.startswith("The sale is not saved")
    assert at.state.refusal is not None
    assert at.state.refusal.headline == "The caregiver’s card has expired."
    at.do.pay.emit()
    assert not at.floor.paying


def test_a_figure_that_leaves_too_little_shows_the_limit_and_no_waiting() -> None:
    at = opened(*[package(1).tag] * 10, ask_state=lambda _: answer(NOW, day_oz="1"))
    assert at.floor.visit is not None
    at.floor.visit = replace(at.floor.visit, answer=answer(NOW.plus_us(-HOUR_US)))
    at.do.pay.emit()
    assert at.floor.entry is None
    assert at.said == ""
    assert at.state.refusal is not None
    assert at.state.refusal.body.endswith("The state’s figure is lower than our records; ask it again later.")


def test_a_state_that_gives_no_figure_keeps_the_cart_and_can_be_asked_again() -> None:
    at = opened(package(1).tag, ask_state=lambda _: None)
    assert at.floor.visit is not None
    at.floor.visit = replace(at.floor.visit, answer=None)
    at.do.pay.emit()
    assert at.said.startswith("The state gave no figure for this patient. The cart is kept")
    assert (quantities(at), at.state.can_pay) == (["1"], True)


def test_a_sale_elsewhere_refuses_at_the_last_moment_and_shows_the_new_figures() -> None:
    at = opened(*[package(1).tag] * 10)
    elsewhere = bought(40, NOW.plus_us(-HOUR_US))
    at.till.sales.before.append(lambda: at.till.memory.bought(patient(17).id, elsewhere))
    at.do.pay.emit()
    at.do.complete.emit()
    assert at.said == "The sale is not saved: a limit or card rule refuses it now."
    assert at.state.refusal is not None
    assert at.state.refusal.headline == "Over today’s limit by 9.2 g."
    assert (quantities(at), at.floor.paying, at.till.memory.sales) == (["10"], False, [])


def test_f10_over_a_finished_sale_goes_back_to_the_change() -> None:
    at = opened(package(1).tag)
    doubt = PaperResult(PaperOutcome.UNKNOWN, "The receipt may not have printed.")
    at.till.paper.trouble = [PaperResult(PaperOutcome.CONFIRMED), doubt]
    at.do.pay.emit()
    at.do.complete.emit()
    at.do.reprint.emit()
    assert at.floor.sheet_kind == "paper"
    at.do.back.emit()
    sheet = at.window.sheets[-1]
    assert isinstance(sheet, PaymentSheet)
    assert sheet.done is not None
    assert sheet.why_not == ""
    at.do.back.emit()
    assert at.floor.visit is None


def test_a_printer_that_stays_away_is_told_once_and_its_notice_goes_when_it_is_back() -> None:
    at = opened(package(1).tag)
    away = PaperResult(PaperOutcome.NOT_SENT, "The printer does not answer. The sale is saved.")
    at.till.paper.trouble = [PaperResult(PaperOutcome.CONFIRMED), away, away, away]
    at.do.pay.emit()
    at.do.complete.emit()
    at.do.back.emit()
    at.floor.notice = None
    for _ in range(2):
        at.controller._printing.work_if_waiting()
        assert at.said == "", "it was told beside the change"
    at.controller._printing.work_if_waiting()
    assert at.till.paper.done[-1].startswith("receipt")


def test_a_register_that_must_stop_takes_no_payment() -> None:
    at = opened(package(1).tag)
    at.floor.refuse(EnvironmentTrouble("The disk refused the sale. This register must stop: call a manager."))
    at.do.pay.emit()
    assert at.floor.entry is None
    assert at.state.notice is not None
    assert at.state.notice.text.startswith("The disk refused")
    assert not at.state.can_pay


def test_a_package_recalled_after_it_was_scanned_is_not_sold() -> None:
    at = opened(package(1).tag)
    at.till.memory.add(package(1, held=Held.RECALL))
    at.do.pay.emit()
    at.do.complete.emit()
    assert at.said.startswith("The sale is not saved: a package in the cart was recalled")
    assert (at.till.memory.sales, at.floor.paying, quantities(at)) == ([], False, ["1"])


def test_a_patient_whom_the_state_does_not_know_is_not_sold_to_when_the_line_drops() -> None:
    says = [answer(NOW, found=False, active=False, rows=()), None]
    at = counter(ask_state=lambda _: says.pop(0))
    at.scan(CARD)
    assert at.floor.visit is None
    at.till.desk.link.heard(ServiceReach.AWAY)
    at.scan(CARD, package(1).tag)
    at.do.pay.emit()
    assert not at.floor.paying
    assert at.till.memory.sales == []


def test_a_drawer_to_open_with_the_key_is_told_until_the_sale_is_left() -> None:
    at = opened(package(1).tag)
    key = "The drawer did not open. The sale is saved; open the drawer with the key."
    away = PaperResult(PaperOutcome.NOT_SENT, "The printer does not answer. The sale is saved.")
    at.till.paper.trouble = [PaperResult(PaperOutcome.NOT_SENT, key), away, away]
    at.do.pay.emit()
    at.do.complete.emit()
    assert at.floor.paper_said == f"{key} {away.why}"
    at.controller._printing.work_if_waiting()
    assert at.floor.paper_said == f"{key} {away.why}"
    at.controller._printing.work_if_waiting()
    assert at.floor.paper_said == key, "the receipt is printed, the drawer is still shut"
