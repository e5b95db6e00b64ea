"""From the first line to the finished sale: limits, one-key fixes, payment, paper."""

from __future__ import annotations

from dataclasses import replace

from pos_desktop.app.ports import LiveWeight, PaperOutcome, PaperResult, ServiceReach, WeighedOrNot
from pos_desktop.domain.instant import HOUR_US, MINUTE_US
from pos_desktop.domain.limits.model import Category
from pos_desktop.domain.money import Money, parse_money
from pos_desktop.ui.flows.paying import READ_US
from pos_desktop.ui.presenter import basket, other_refusals
from pos_desktop.ui.sheet_state import HeldSheet, PaperSheet, PaymentSheet, QuestionSheet, WeighSheet
from tests.fixtures.builders import NOW, answer, bought, jar, package, patient, product
from tests.fixtures.desks import till
from tests.fixtures.fake_sales import Commit
from tests.fixtures.fakes import Memory
from tests.fixtures.hands import Counter

OUNCE = package(3, product(3, category=Category.FLOWER, price=20_000, net_mg=28_000))


def counter(*, fresh: bool = True, **more: object) -> Counter:
    memory = Memory()
    memory.add(patient(), package(1), jar(), OUNCE)
    if fresh:
        memory.answers[patient().id] = answer(NOW)
    return Counter(till(memory, **more))  # type: ignore[arg-type]  # passed on by name


def opened(*tags: str, **more: object) -> Counter:
    at = counter(**more)  # type: ignore[arg-type]  # passed on by name
    at.scan("P-1000017", *tags)
    return at


def payment(at: Counter) -> PaymentSheet:
    assert isinstance(at.floor.sheet, PaymentSheet)
    return at.floor.sheet


def pay(at: Counter, keys: str = "") -> None:
    at.do.pay.emit()
    at.keys(keys)
    at.do.complete.emit()


def test_a_second_scan_adds_one_and_the_keys_change_it() -> None:
    at = opened(package(1).tag, package(1).tag)
    assert [row.quantity for row in at.state.cart] == ["2"]
    at.do.plus.emit()
    assert [row.quantity for row in at.state.cart] == ["3"]
    at.do.minus.emit()
    at.do.minus.emit()
    at.do.minus.emit()
    assert at.state.cart == ()


def test_a_package_without_a_patient_waits_for_the_card() -> None:
    at = counter()
    at.scan(package(1).tag)
    assert "Scan the patient’s card first" in at.said


def test_over_the_limit_the_key_sets_what_fits() -> None:
    at = opened(OUNCE.tag, OUNCE.tag, OUNCE.tag)
    card = at.state.refusal
    assert card is not None
    assert card.headline == "Over today’s limit by 13.2 g."
    assert card.fixes[0].label == "Set to 2"
    assert not at.state.can_pay
    at.do.pay.emit()
    assert at.floor.entry is None
    at.do.fix.emit(basket.SET)
    assert [row.quantity for row in at.state.cart] == ["2"]
    assert at.state.refusal is None
    assert at.state.can_pay


def test_over_the_limit_the_line_can_be_removed() -> None:
    at = opened(package(1).tag, OUNCE.tag, OUNCE.tag, OUNCE.tag)
    at.do.fix.emit(other_refusals.REMOVE)
    assert [row.quantity for row in at.state.cart] == ["1"]


def test_midnight_with_a_cart_open_decides_anew() -> None:
    at = opened(OUNCE.tag, OUNCE.tag, reach=ServiceReach.AWAY)
    at.till.memory.purchases.setdefault(patient().id, [])
    assert at.floor.visit is not None
    at.floor.visit = replace(at.floor.visit, history=(bought(20, NOW.plus_us(-HOUR_US)),))
    assert at.state.refusal is not None
    at.till.memory.clock.move(10 * HOUR_US)
    assert at.state.refusal is None


def test_the_sale_is_done_after_the_commit_and_only_once() -> None:
    at = opened(package(1).tag)
    at.database.at_once = False
    at.do.pay.emit()
    at.do.complete.emit()
    at.do.complete.emit()
    assert payment(at).done is None
    assert payment(at).why_not == "Saving the sale."
    at.do.back.emit()
    assert payment(at).done is None, "a sale that is being saved is not left"
    at.database.run()
    done = payment(at).done
    assert done is not None
    assert done.headline == "Sale 0000001 done"
    assert len(at.till.memory.sales) == 1
    assert at.till.nudges == ["sync"]
    assert [what.split()[0] for what in at.till.paper.done] == ["drawer", "receipt"]
    at.do.back.emit()
    assert at.floor.visit is None


def test_change_is_told_in_notes_and_coins() -> None:
    at = opened(package(1).tag)
    at.do.pay.emit()
    at.keys("100")
    sheet = at.floor.sheet
    assert isinstance(sheet, PaymentSheet)
    assert (sheet.received, sheet.change_label) == ("$100.00", "Change to give")
    at.keys("back")  # keys that are no amount change nothing
    at.do.tender_key.emit("back")
    at.do.tender_key.emit("back")
    sheet = at.floor.sheet
    assert isinstance(sheet, PaymentSheet)
    assert not sheet.can_complete
    assert sheet.change_label == "Still to pay"


def test_a_failed_commit_says_so_and_keeps_the_cart() -> None:
    at = opened(package(1).tag)
    at.till.sales.commits.append(Commit.DISK_FULL)
    pay(at)
    assert at.floor.done_sale is None
    assert at.floor.has_lines
    assert "not saved" in at.said.lower() or "nothing was saved" in at.said.lower()
    assert not at.till.paper.done


def test_after_a_full_disk_the_same_cart_can_be_paid() -> None:
    at = opened(package(1).tag)
    at.till.sales.commits.append(Commit.DISK_FULL)
    pay(at)
    assert "disk is full" in at.said
    pay(at)
    assert at.floor.done_sale is not None


def test_a_scan_while_paying_changes_nothing() -> None:
    at = opened(package(1).tag)
    at.do.pay.emit()
    at.scan(OUNCE.tag)
    assert len(at.state.cart) == 1
    assert "Esc" in at.said


def test_a_scan_after_the_sale_begins_the_next_one() -> None:
    at = opened(package(1).tag)
    pay(at)
    at.scan("P-1000017")
    assert at.floor.visit is not None
    assert at.floor.done_sale is None
    assert at.state.cart == ()


def test_payment_waits_for_a_stale_figure_and_opens_by_itself() -> None:
    at = opened(package(1).tag, fresh=False, ask_state=lambda _: answer(NOW))
    assert at.floor.visit is not None
    at.floor.visit = replace(at.floor.visit, answer=answer(NOW.plus_us(-20 * MINUTE_US)))
    at.network.at_once = False
    at.do.pay.emit()
    assert at.floor.entry is None
    assert "Asking the state" in at.said
    at.network.run()
    assert at.floor.entry is not None


def test_a_service_that_went_away_leaves_the_decision_to_the_programme() -> None:
    at = opened(package(1).tag, fresh=False, ask_state=lambda _: None)
    at.network.at_once = False
    at.do.pay.emit()
    at.till.desk.link.heard(ServiceReach.AWAY)
    at.network.run()
    at.controller.draw()
    assert at.floor.entry is not None, "Michigan sells by the store's own records"


def test_hold_and_recall() -> None:
    at = opened(package(1).tag)
    at.do.hold_or_recall.emit()
    assert at.floor.visit is None
    at.do.hold_or_recall.emit()
    sheet = at.floor.sheet
    assert isinstance(sheet, HeldSheet)
    at.do.recall.emit(sheet.rows[0].id)
    assert [row.quantity for row in at.state.cart] == ["1"]


def test_with_no_cart_at_all_f6_says_so_and_is_not_offered() -> None:
    at = counter()
    assert (at.state.hold.enabled, [hint.key for hint in at.state.hints]) == (
        False,
        ["F2", "F3", "F10", "F1"],
    )
    at.do.hold_or_recall.emit()
    assert (at.said, at.floor.sheet) == ("There is no cart to hold, and none is held.", None)


def test_the_hints_name_the_keys_that_do_something_now() -> None:
    at = opened()
    assert [hint.key for hint in at.state.hints] == ["F3", "F8", "F1"]
    at.scan(package(1).tag)
    assert [hint.key for hint in at.state.hints] == ["F3", "F8", "F6", "Del", "+", "−", "F1"]
    at.do.hold_or_recall.emit()
    assert [(hint.key, hint.label) for hint in at.state.hints][2:4] == [("F6", "recall"), ("F10", "copy")]


def test_items_are_the_lines_of_the_cart() -> None:
    at = opened(package(1).tag, package(1).tag, package(1).tag, OUNCE.tag)
    assert at.state.totals[0].label == "2 items"
    at.do.pay.emit()
    assert payment(at).who == "Sample Patient 017 · 2 items"


def test_a_copy_of_the_last_receipt_says_that_it_goes_to_the_printer() -> None:
    at = opened(package(1).tag)
    pay(at)
    at.do.reprint.emit()
    assert at.said == "A copy of the receipt of sale 0000001 goes to the printer."
    at.do.back.emit()
    assert at.said == ""
    out = PaperResult(PaperOutcome.NOT_SENT, "The printer is out of paper. The sale is saved.")
    at.till.paper.trouble = [out]
    at.do.reprint.emit()
    assert at.said == out.why


def test_clearing_asks_first() -> None:
    at = opened(package(1).tag)
    at.do.clear_sale.emit()
    sheet = at.floor.sheet
    assert isinstance(sheet, QuestionSheet)
    at.do.back.emit()
    assert at.floor.has_lines
    at.do.clear_sale.emit()
    at.do.fix.emit(sheet.buttons[0].id)
    assert at.floor.visit is None


def test_a_weighed_line_is_made_of_the_answer_and_of_nothing_shown_before() -> None:
    at = opened(jar().tag)
    assert isinstance(at.floor.sheet, WeighSheet)
    at.till.scale.next.append(WeighedOrNot(None, "The scale is still moving."))
    at.do.add_weighed.emit()
    assert at.floor.weigh_said == "The scale is still moving."
    assert not at.floor.has_lines
    at.do.add_weighed.emit()
    assert [(row.quantity, row.quantity_note) for row in at.state.cart] == [("7.00 g", "weighed")]


def test_a_scale_without_a_weight_shows_none() -> None:
    at = opened(jar().tag)
    at.till.scale.shows = LiveWeight(None, stable=False, tare_mg=0, why="The scale is not connected.")
    at.controller._weighing.tick()
    sheet = at.floor.sheet
    assert isinstance(sheet, WeighSheet)
    assert (sheet.weight, sheet.can_add) == ("–", False)


def test_what_could_not_be_printed_waits_and_f10_prints_it() -> None:
    at = opened(package(1).tag)
    out = PaperResult(PaperOutcome.NOT_SENT, "The printer is out of paper. The sale is saved.")
    at.till.paper.trouble = [PaperResult(PaperOutcome.CONFIRMED), out]
    pay(at)
    assert at.state.unprinted == 1
    at.do.back.emit()
    at.do.reprint.emit()
    assert at.state.unprinted == 0
    assert at.till.paper.done[-1].startswith("receipt")


def test_a_doubtful_receipt_asks_a_person_and_the_copy_is_marked() -> None:
    at = opened(package(1).tag)
    doubt = PaperResult(PaperOutcome.UNKNOWN, "The receipt may not have printed.")
    at.till.paper.trouble = [PaperResult(PaperOutcome.CONFIRMED), doubt]
    pay(at)
    at.do.back.emit()
    at.do.reprint.emit()
    sheet = at.floor.sheet
    assert isinstance(sheet, PaperSheet)
    printed = len(at.till.paper.done)
    at.do.print_again.emit(sheet.rows[0].id)
    assert at.till.paper.done[printed:] == [f"copy {at.till.memory.sales[0].id}"]
    assert at.state.unprinted == 0


def test_an_amount_that_nobody_gives_is_not_taken() -> None:
    at = opened(package(1).tag)
    pay(at, "999999999")
    sheet = payment(at)
    assert not sheet.can_complete
    over = Money(99_999_999_900) - parse_money(sheet.due)
    assert sheet.why_not == f"That is {over} more than is due. Check the amount."
    assert (at.floor.done_sale, at.till.memory.sales) == (None, [])


def test_the_pill_counts_a_sale_as_soon_as_it_is_saved() -> None:
    at = opened(package(1).tag)
    asked = at.database.names.count("queue")
    pay(at)
    assert at.database.names.count("queue") == asked + 1
    assert at.floor.sync is not None


def test_the_second_press_of_a_double_press_leaves_the_change_on_the_screen() -> None:
    at = opened(package(1).tag)
    pay(at)
    at.till.memory.clock.move(READ_US - 1)
    at.do.next_sale.emit()
    assert payment(at).done is not None
    at.till.memory.clock.move(1)
    at.do.next_sale.emit()
    assert at.floor.visit is None


def test_esc_leaves_a_finished_sale_at_once() -> None:
    at = opened(package(1).tag)
    pay(at)
    at.do.back.emit()
    assert at.floor.visit is None
