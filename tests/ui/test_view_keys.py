"""All by keyboard, all by touch: each key and each button is one wish."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pos_desktop.ui.intents import Opens
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.sheet_state import Sheet
from pos_desktop.ui.state import Action
from tests.fixtures.counter_windows import Wishes, open_counter, settle
from tests.fixtures.sample_sheets import (
    CERTIFIED,
    CHOICE,
    HELD,
    KEYS,
    NEW_PATIENT,
    PAPER,
    PAYMENT,
    PAYMENT_DONE,
    PAYMENT_SHORT,
    PAYMENT_SLIP,
    PAYMENT_SPLIT,
    PRODUCTS,
    QUESTION,
    TOLD,
    WEIGH,
    WEIGH_MOVING,
)
from tests.fixtures.sample_states import COUNTER, EMPTY, LONG, REFUSED, SEARCHING

Key = Qt.Key
Heard = list[tuple[Any, ...]]


def type_into(window: CounterWindow, *keys: Key | str) -> None:
    """Through the window, so that the focus decides who hears it."""
    handle = window.windowHandle()
    assert handle is not None
    for key in keys:
        if isinstance(key, Key):
            QTest.keyClick(handle, key)
        else:
            for char in key:
                QTest.keyClick(handle, char)  # type: ignore[call-overload]  # missing in the stubs
    settle()


@pytest.fixture
def window(qtbot: QtBot) -> CounterWindow:
    made = open_counter(qtbot)
    made.render(COUNTER)
    settle()
    return made


@pytest.fixture
def wishes(window: CounterWindow) -> Wishes:
    return Wishes(window.intents)


def search(window: CounterWindow) -> QLineEdit:
    return next(e for e in window.findChildren(QLineEdit) if "Scan or search" in e.accessibleName())


@pytest.mark.parametrize(
    ("key", "wish"),
    [
        (Key.Key_F1, ("open_sheet", Opens.KEYS)),
        (Key.Key_F2, ("open_sheet", Opens.PATIENT)),
        (Key.Key_F3, ("open_sheet", Opens.PRODUCTS)),
        (Key.Key_F4, ("open_sheet", Opens.RECKONING)),
        (Key.Key_F6, ("hold_or_recall",)),
        (Key.Key_F8, ("open_sheet", Opens.WEIGH)),
        (Key.Key_F10, ("reprint",)),
        (Key.Key_F12, ("pay",)),
        (Key.Key_Delete, ("remove",)),
        ("+", ("plus",)),
        ("-", ("minus",)),
        (Key.Key_Escape, ("back",)),
        (Key.Key_Up, ("select_row", "2")),
        (Key.Key_Down, ("select_row", "3")),
    ],
)
def test_a_key_at_the_counter(
    window: CounterWindow, wishes: Wishes, key: Key | str, wish: tuple[Any, ...]
) -> None:
    type_into(window, key)
    assert wishes.take() == [wish]


def test_a_key_without_its_action_does_nothing(window: CounterWindow, wishes: Wishes) -> None:
    hidden = Action(shown=False)
    window.render(replace(COUNTER, weigh=hidden, reprint=hidden, hold=hidden))
    type_into(window, Key.Key_F6, Key.Key_F7, Key.Key_F8, Key.Key_F9, Key.Key_F10)
    assert wishes.take() == []


def test_ctrl_with_a_letter_is_no_key_of_ours(window: CounterWindow, wishes: Wishes) -> None:
    handle = window.windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert wishes.take() == []


# -- the search field


def test_slash_leads_to_the_search_and_esc_back_step_by_step(window: CounterWindow, wishes: Wishes) -> None:
    type_into(window, "/", "ort")
    assert search(window).hasFocus()
    assert wishes.take() == [("search_changed", "o"), ("search_changed", "or"), ("search_changed", "ort")]
    type_into(window, Key.Key_Escape)
    assert wishes.take() == [("search_changed", "")]
    assert search(window).text() == ""
    type_into(window, Key.Key_Escape)
    assert not search(window).hasFocus()
    assert wishes.take() == []
    type_into(window, Key.Key_Escape)
    assert wishes.take() == [("back",)]


def test_an_empty_search_field_leaves_the_cart_its_keys(window: CounterWindow, wishes: Wishes) -> None:
    type_into(window, "/", "+", "-", Key.Key_Delete, Key.Key_Up)
    assert wishes.take() == [("plus",), ("minus",), ("remove",), ("select_row", "2")]
    assert search(window).text() == ""


def test_with_text_in_it_the_same_keys_edit_the_text(window: CounterWindow, wishes: Wishes) -> None:
    type_into(window, "/", "a+b-", Key.Key_Home, Key.Key_Delete)
    assert search(window).text() == "+b-"
    assert {wish[0] for wish in wishes.take()} == {"search_changed"}


def test_enter_submits_what_was_typed(window: CounterWindow, wishes: Wishes) -> None:
    type_into(window, "/", "P-1", Key.Key_Return)
    assert wishes.take()[-1] == ("search_submitted", "P-1")


def test_arrows_and_enter_choose_from_the_results(window: CounterWindow, wishes: Wishes) -> None:
    window.render(SEARCHING)
    type_into(window, "/", "b")
    wishes.take()
    type_into(window, Key.Key_Down, Key.Key_Down, Key.Key_Return)
    assert SEARCHING.results is not None
    assert wishes.take() == [("choose", SEARCHING.results.rows[2])]
    assert search(window).hasFocus()


def test_the_same_list_begins_at_its_first_row_when_it_comes_again(
    window: CounterWindow, wishes: Wishes
) -> None:
    """Whoever was chosen last is not who is looked for now."""
    for found in (SEARCHING, COUNTER, SEARCHING):
        window.render(found)
        if found is SEARCHING:
            type_into(window, "/", "b", Key.Key_Down)
    type_into(window, Key.Key_Return)
    assert SEARCHING.results is not None
    assert wishes.take()[-1] == ("choose", SEARCHING.results.rows[1])


def test_after_a_choice_the_cart_has_the_keys_again(window: CounterWindow) -> None:
    type_into(window, "/", "b")
    window.clear_search()
    assert search(window).text() == ""
    assert window.inside.cart_view.hasFocus()


# -- a refusal


def test_the_keys_of_the_fixes_come_first(window: CounterWindow, wishes: Wishes) -> None:
    window.render(REFUSED)
    type_into(window, Key.Key_Return, Key.Key_Delete, Key.Key_F4, Key.Key_F12)
    assert wishes.take() == [("fix", "fit"), ("fix", "remove"), ("fix", "reckoning"), ("pay",)]
    window.render(COUNTER)
    type_into(window, Key.Key_Return, Key.Key_Delete)
    assert wishes.take() == [("remove",)]


# -- sheets


@pytest.mark.parametrize(
    ("sheet", "keys", "heard"),
    [
        (PAYMENT, ["c"], [("tender", "cash")]),
        (PAYMENT, ["25."], [("tender_key", "2"), ("tender_key", "5"), ("tender_key", ".")]),
        (PAYMENT, [Key.Key_Backspace], [("tender_key", "back")]),
        (PAYMENT, [Key.Key_Return], [("complete",)]),
        (PAYMENT, [Key.Key_Escape], [("back",)]),
        (PAYMENT, [Key.Key_F12, Key.Key_F3, Key.Key_Delete], []),
        (PAYMENT_SPLIT, ["dsr"], [("tender", "debit"), ("tender", "split"), ("tender", "credit")]),
        (PAYMENT_SLIP, ["d1"], [("tender_key", "D"), ("tender_key", "1")]),
        (
            PAYMENT_SLIP,
            [Key.Key_F2, Key.Key_F3],
            [("quick_amount", "declined"), ("quick_amount", "no-answer")],
        ),
        (PAYMENT_SLIP, ["."], [("quick_amount", "last-four")]),
        (PAYMENT_SHORT, [Key.Key_Return], []),
        (PAYMENT_DONE, [Key.Key_Return], [("next_sale",)]),
        (PAYMENT_DONE, [Key.Key_Escape], [("back",)]),
        (PAYMENT_DONE, [Key.Key_F10], [("reprint",)]),
        (PAYMENT_DONE, ["7"], []),
        (CHOICE, [Key.Key_Down, Key.Key_Return], [("choose", CHOICE.rows[1])]),
        (HELD, [Key.Key_Return], [("recall", "h1")]),
        (PRODUCTS, ["bl", Key.Key_Down, Key.Key_Return], None),
        (WEIGH, ["t", Key.Key_Return], [("tare",), ("add_weighed",)]),
        (WEIGH_MOVING, [Key.Key_Return], []),
        (QUESTION, ["p"], [("fix", "copy")]),
        (KEYS, [Key.Key_Escape], [("back",)]),
        (PAPER, [Key.Key_Escape], [("back",)]),
    ],
)
def test_keys_in_a_sheet(
    window: CounterWindow, wishes: Wishes, sheet: Sheet, keys: list[Key | str], heard: Heard | None
) -> None:
    window.show_sheet(sheet)
    settle()
    type_into(window, *keys)
    if heard is None:
        heard = [("product_query", "b"), ("product_query", "bl"), ("choose", PRODUCTS.rows[1])]
    assert wishes.take() == heard


def test_a_closed_sheet_gives_the_keys_back_to_the_cart(window: CounterWindow, wishes: Wishes) -> None:
    window.show_sheet(PAYMENT)
    window.show_sheet(None)
    settle()
    assert window.inside.cart_view.hasFocus()
    type_into(window, "+")
    assert wishes.take() == [("plus",)]


def test_the_form_keeps_what_was_typed_when_it_is_shown_again(window: CounterWindow, wishes: Wishes) -> None:
    window.show_sheet(NEW_PATIENT)
    settle()
    type_into(window, "Ada")
    window.show_sheet(replace(NEW_PATIENT, error="Last name is missing. Nothing was saved."))
    type_into(window, Key.Key_Return)
    [(name, values)] = wishes.take()
    assert name == "form"
    assert values["first_name"] == "Ada"
    assert values["card_number"] == "P-000-417"


def test_a_sheet_with_nothing_to_decide_does_not_ask_for_it(window: CounterWindow) -> None:
    for sheet, title in ((QUESTION, "Please decide"), (TOLD, "Good to know"), (QUESTION, "Please decide")):
        window.show_sheet(sheet)
        settle()
        body = window.inside.sheet_body
        assert body is not None
        assert body.accessibleName() == title


def test_what_is_wrong_in_a_form_has_the_keys(window: CounterWindow) -> None:
    window.show_sheet(replace(CERTIFIED, fields=tuple(replace(each, error="") for each in CERTIFIED.fields)))
    settle()
    window.show_sheet(CERTIFIED)
    settle()
    focus = QApplication.focusWidget()
    assert isinstance(focus, QLineEdit)
    assert (focus.accessibleName(), focus.selectedText()) == ("Smoking order to add, Amount (g)", "6,5")


# -- Tab


def test_tab_walks_the_counter_in_reading_order_and_comes_round(window: CounterWindow) -> None:
    window.render(REFUSED)
    settle()
    order = [_tab(window) for _ in range(30)]
    ring = order[: order.index(order[0], 1)]
    assert len(ring) == len(set(ring)) > 12
    columns = [stop.mapTo(window, QPoint(0, 0)).x() for stop in ring]
    start = next(n for n, stop in enumerate(ring) if isinstance(stop, QLineEdit))
    turned = columns[start:] + columns[:start]
    money = [x > 1090 for x in turned]
    assert money == sorted(money), "the money column comes last"


def test_tab_stays_inside_a_sheet(window: CounterWindow) -> None:
    window.show_sheet(PAYMENT)
    settle()
    body = window.inside.sheet_body
    assert body is not None
    stops = [_tab(window) for _ in range(40)]
    assert all(body.isAncestorOf(stop) for stop in stops)
    assert len(set(stops)) == 20


def test_enter_presses_the_button_that_tab_reached(window: CounterWindow, wishes: Wishes) -> None:
    window.show_sheet(PAYMENT)
    settle()
    for _ in range(30):
        stop = _tab(window)
        if isinstance(stop, QPushButton) and stop.text() == "Back":
            break
    type_into(window, Key.Key_Return)
    assert wishes.take() == [("back",)]


def test_the_focus_can_be_seen_on_every_stop(window: CounterWindow) -> None:
    window.render(LONG)
    settle()
    for _ in range(16):
        stop = _tab(window)
        with_focus = stop.grab().toImage()
        stop.clearFocus()
        settle()
        assert stop.grab().toImage() != with_focus, stop
        stop.setFocus()


def _tab(window: CounterWindow) -> QWidget:
    type_into(window, Key.Key_Tab)
    focus = window.focusWidget()
    assert focus is not None
    return focus


# -- touch


def test_every_button_of_the_counter_is_one_wish(window: CounterWindow, wishes: Wishes) -> None:
    window.render(replace(REFUSED, can_pay=True, unprinted=1))
    settle()
    heard = {}
    for button in window.findChildren(QPushButton):
        if button.isVisible() and button.isEnabled():
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            heard[button.text()] = wishes.take()
            assert len(heard[button.text()]) == 1, button.text()
    assert heard["Take payment"] == [("pay",)]
    assert heard["more"] == [("plus",)]
    assert heard["less"] == [("minus",)]
    assert heard["remove line"] == [("fix", "remove")]
    assert heard["Set to 13"] == [("fix", "fit")]
    assert heard["Clear sale"] == [("clear_sale",)]
    assert heard["Paper · 1"] == [("open_sheet", Opens.PAPER)]


def test_a_touch_leaves_the_focus_where_it_was(window: CounterWindow, wishes: Wishes) -> None:
    window.show_sheet(PAYMENT)
    settle()
    body = window.inside.sheet_body
    assert body is not None
    quick = next(b for b in body.findChildren(QPushButton) if b.text() == "$240")
    QTest.mouseClick(quick, Qt.MouseButton.LeftButton)
    type_into(window, Key.Key_Return)
    assert wishes.take() == [("quick_amount", "$240"), ("complete",)]


def test_a_touch_on_a_line_selects_it(window: CounterWindow, wishes: Wishes) -> None:
    view = window.inside.cart_view
    spot = view.visualRect(view.model().index(0, 2)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert wishes.take() == [("select_row", "1")]


def test_disabled_actions_cannot_be_touched(window: CounterWindow, wishes: Wishes) -> None:
    window.render(EMPTY)
    settle()
    for text in ("Take payment", "Clear sale"):
        button = next(b for b in window.findChildren(QPushButton) if b.text() == text)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert wishes.take() == []
