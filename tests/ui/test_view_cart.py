"""The cart touches only what changed, knows rows by id, and never resets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from pos_desktop.ui.counter import item_cell
from pos_desktop.ui.counter.cart_cells import MOST_PICTURES, Column
from pos_desktop.ui.counter.cart_panel import HintRow
from pos_desktop.ui.counter.cart_view import CartView
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.state import CartRow, CounterState
from tests.fixtures import screen_checks as check
from tests.fixtures.counter_windows import Wishes, open_counter, settle
from tests.fixtures.sample_states import COUNTER, FLOWER, REFUSED, ROSIN, TINCTURE

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def window(qtbot: QtBot) -> CounterWindow:
    made = open_counter(qtbot)
    made.render(COUNTER)
    settle()
    return made


class Changes:
    """What the model told its views."""

    def __init__(self, model: QAbstractItemModel) -> None:
        self.told: list[tuple[str, int, int]] = []
        model.rowsInserted.connect(self._inserted)
        model.rowsRemoved.connect(self._removed)
        model.dataChanged.connect(self._changed)
        model.modelReset.connect(self._reset)
        model.layoutChanged.connect(self._reset)

    def _inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.told.append(("inserted", first, last))

    def _removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.told.append(("removed", first, last))

    def _changed(self, first: QModelIndex, last: QModelIndex) -> None:
        assert first == last
        change = ("changed", first.row(), first.column())
        if change not in self.told:
            self.told.append(change)

    def _reset(self) -> None:
        self.told.append(("reset", 0, 0))


@pytest.mark.parametrize(("row", "note"), [(FLOWER, "$9.00/g"), (ROSIN, "$38.00 each"), (TINCTURE, "")])
def test_a_price_under_the_amount_says_of_what_it_is(row: CartRow, note: str) -> None:
    assert item_cell.unit_price(row) == note


def test_a_narrow_cart_shows_each_line_whole_in_one_cell(qtbot: QtBot) -> None:
    window = open_counter(qtbot, (1024, 768), percent=125)
    window.render(REFUSED)
    settle()
    view = window.inside.cart_view
    assert [view.isColumnHidden(each) for each in Column] == [False, True, True, True, True]
    assert view.model().index(2, 0).data(SPOKEN) == (
        "Live rosin, 1 g, …0001 7713 · LR-0218 · 74% · counts as 64.0 g, 16 × $38.00, $608.00"
    )
    line = view.visualRect(view.model().index(2, 0))
    assert view.viewport().rect().contains(line), "the refused line is in view"
    hints = window.findChild(HintRow)
    assert hints is not None
    assert not hints.isVisible(), "the ways out need the room"
    window.resize(1366, 768)
    window.set_text_percent(100)
    settle()
    assert hints.isVisible()
    assert not any(view.isColumnHidden(each) for each in Column)
    assert view.model().index(2, 0).data(SPOKEN) == "Live rosin, 1 g, …0001 7713 · LR-0218 · 74%"


def cart(*rows: CartRow, selected: str | None = None) -> CounterState:
    return replace(COUNTER, cart=rows, selected=selected)


def changes(window: CounterWindow, state: CounterState) -> list[tuple[str, int, int]]:
    heard = Changes(window.inside.cart_view.model())
    window.render(state)
    return heard.told


def shown(window: CounterWindow) -> list[list[str]]:
    model = window.inside.cart_view.model()
    return [[model.index(y, x).data() for x in range(5)] for y in range(model.rowCount())]


def test_a_new_line_is_one_insertion(window: CounterWindow) -> None:
    fourth = replace(ROSIN, id="4")
    assert changes(window, cart(FLOWER, TINCTURE, ROSIN, fourth, selected="4")) == [("inserted", 3, 3)]


def test_one_more_changes_two_cells(window: CounterWindow) -> None:
    more = replace(ROSIN, quantity="4", amount="$152.00")
    assert changes(window, cart(FLOWER, TINCTURE, more, selected="3")) == [
        ("changed", 2, Column.QUANTITY),
        ("changed", 2, Column.AMOUNT),
    ]


def test_equal_lines_change_nothing(window: CounterWindow) -> None:
    assert changes(window, cart(replace(FLOWER), replace(TINCTURE), replace(ROSIN), selected="3")) == []


def test_removing_the_first_leaves_the_others_alone(window: CounterWindow) -> None:
    assert changes(window, cart(TINCTURE, ROSIN, selected="2")) == [("removed", 0, 0)]
    assert [row[0] for row in shown(window)] == [TINCTURE.name, ROSIN.name]


def test_a_recalled_cart_in_another_order_is_shown_in_that_order(window: CounterWindow) -> None:
    QAbstractItemModelTester(
        window.inside.cart_view.model(), QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    other = replace(TINCTURE, id="9", name="Sample gummies")
    for rows in [(ROSIN, FLOWER), (other, ROSIN), (), (FLOWER, TINCTURE, ROSIN), (ROSIN, TINCTURE, FLOWER)]:
        told = changes(window, cart(*rows))
        assert ("reset", 0, 0) not in told
        assert [row[0] for row in shown(window)] == [row.name for row in rows]
        assert [row[4] for row in shown(window)] == [row.amount for row in rows]


def test_drawing_a_selection_is_not_a_choice_of_the_person(window: CounterWindow) -> None:
    wishes = Wishes(window.intents)
    window.render(cart(FLOWER, TINCTURE, ROSIN, selected="1"))
    window.render(cart(TINCTURE, ROSIN, selected="3"))
    window.render(cart())
    assert wishes.take() == []


def test_the_selected_line_is_brought_into_view(window: CounterWindow) -> None:
    rows = tuple(replace(ROSIN, id=str(n)) for n in range(40))
    window.render(cart(*rows, selected="39"))
    settle()
    view = window.inside.cart_view
    assert view.viewport().rect().intersects(view.visualRect(view.model().index(39, 0)))


def on_screen(view: CartView) -> QImage:
    """What was painted by itself; a grab would paint all of it anew."""
    settle()
    return view.screen().grabWindow(view.window().winId()).toImage()


@pytest.mark.parametrize("change", [{"refused": True}, {"price": "$39.00"}, {"price_note": "a sample note"}])
@pytest.mark.parametrize("compact", [False, True])
def test_a_line_that_changed_is_drawn_again_by_itself(
    window: CounterWindow, change: dict[str, Any], compact: bool
) -> None:
    """Known wrong before: in little width the price under an amount that stayed was the former one."""
    view = window.inside.cart_view
    view.set_compact(compact)
    window.render(cart(FLOWER, TINCTURE, ROSIN, selected="3"))
    before = on_screen(view)
    view.show_rows((FLOWER, TINCTURE, replace(ROSIN, **change)), "3")
    after = on_screen(view)
    view.viewport().update()
    assert after == on_screen(view)
    assert after != before


def test_the_refusal_stands_right_under_the_last_line(window: CounterWindow) -> None:
    window.render(REFUSED)
    settle()
    view = window.inside.cart_view
    content = view.horizontalHeader().height() + view.verticalHeader().length()
    assert abs(view.height() - content) <= 1


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800), (1366, 768)])
def test_a_line_above_a_refusal_is_whole_without_a_scroll_bar(qtbot: QtBot, size: tuple[int, int]) -> None:
    """Whatever its text is: where it just fits, the width of a bar would break it anew and call for the bar."""
    window = open_counter(qtbot, size)
    view = window.inside.cart_view
    for signs in range(4, 44, 2):
        line = replace(ROSIN, id=str(signs), detail=f"…0000 0070 · SR-0070 · {'7' * signs} mg THC")
        window.render(replace(COUNTER, cart=(), selected=None))
        settle()
        window.render(replace(REFUSED, cart=(replace(line, refused=True),), selected=line.id))
        settle()
        bar = view.verticalScrollBar()
        assert (bar.isVisible(), bar.maximum()) == (False, 0), signs
        assert check.everything_wrong(window) == []


def test_a_cart_that_is_longer_than_its_room_scrolls_above_a_refusal(window: CounterWindow) -> None:
    lines = tuple(replace(ROSIN, id=str(n), refused=n == 0) for n in range(20))
    window.render(replace(REFUSED, cart=lines, selected="19"))
    settle()
    assert window.inside.cart_view.verticalScrollBar().maximum() > 0


def test_a_screen_reader_hears_the_notes_and_the_detail(window: CounterWindow) -> None:
    model = window.inside.cart_view.model()
    assert model.index(0, 0).data(SPOKEN) == f"{FLOWER.name}, {FLOWER.detail}"
    assert model.index(0, 1).data(SPOKEN) == "7.00 g, weighed"


def test_pictures_of_lines_do_not_pile_up(window: CounterWindow) -> None:
    for n in range(MOST_PICTURES + 2):
        window.render(cart(replace(ROSIN, id=f"scan {n}"), selected=f"scan {n}"))
        settle()
    assert len(window.inside.cart_view._cells._pictures) <= MOST_PICTURES


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768)])
def test_rows_are_as_tall_as_their_names_need_when_a_figure_or_the_scroll_bar_takes_room(
    qtbot: QtBot, size: tuple[int, int]
) -> None:
    """A wide amount of another line makes the names break elsewhere."""
    window = open_counter(qtbot, size)
    name = "Sample Farms Reserve, infused pre-roll five pack"
    rows = [replace(row, name=name, id=str(n)) for n, row in enumerate((FLOWER, TINCTURE, ROSIN))]
    wide = replace(ROSIN, id="wide", amount="$123,456.78")
    for cart in (rows[:2], [*rows[:2], wide], [*rows, wide], rows[:1], rows):
        window.render(replace(COUNTER, cart=tuple(cart), selected=cart[-1].id))
        settle()
        view = window.findChild(CartView)
        assert view is not None
        assert check.everything_wrong(window) == []
        last = view.visualRect(view.model().index(len(cart) - 1, 0))
        assert last.bottom() <= view.viewport().rect().bottom() + 1, "the chosen line is in sight"
