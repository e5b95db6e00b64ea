"""Every screen and sheet at every size and look: nothing cut off, overlapped, too small, faint or nameless."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QHeaderView, QLabel, QPushButton, QScrollArea, QTableWidget
from pytestqt.qtbot import QtBot

from pos_desktop.ui.counter.money_panel import MoneyPanel
from pos_desktop.ui.counter.top_bar import TopBar
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.state import Notice, Tone
from pos_desktop.ui.theme import DARK, LIGHT, Tokens
from pos_desktop.ui.widgets.meter import MeterBlock
from tests.fixtures import screen_checks as check
from tests.fixtures.counter_windows import open_counter, picture, settle
from tests.fixtures.programme_states import programme_state
from tests.fixtures.sample_sheets import PAYMENT, SHEETS
from tests.fixtures.sample_states import COUNTER, REFUSED, SCREENS

SIZES = [(1024, 768, 100), (1366, 768, 100), (1920, 1080, 100), (1920, 1080, 200)]
LARGE_TEXT = [(1024, 768, 115), (1024, 768, 200), (1366, 768, 200), (1280, 800, 200)]
"""Asked for; the text grows as far as the window has room."""
THEMES = ["light", "dark"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("width", "height", "percent"), SIZES + LARGE_TEXT)
def test_every_screen_has_room_for_its_words(
    qtbot: QtBot, width: int, height: int, percent: int, theme: str
) -> None:
    window = open_counter(qtbot, (width, height), theme=theme, percent=percent)
    assert _walk(window) == {}


def test_a_broader_type_face_finds_room_too(qtbot: QtBot) -> None:
    """Inter is not everywhere; DejaVu is the broadest of the usual system faces."""
    for width, height, percent in SIZES + LARGE_TEXT:
        window = open_counter(qtbot, (width, height), percent=percent, family="DejaVu Sans")
        assert _walk(window) == {}


def test_a_change_of_look_and_text_size_leaves_no_damage(qtbot: QtBot) -> None:
    from pos_desktop.ui.theme import ThemeChoice

    window = open_counter(qtbot, (1920, 1080))
    window.render(SCREENS["long"])
    window.set_text_percent(200)
    window.set_theme(ThemeChoice.DARK)
    settle()
    assert check.everything_wrong(window) == []
    window.set_text_percent(100)
    settle()
    assert check.everything_wrong(window) == []


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1920, 1080)])
def test_a_change_of_text_size_paints_what_a_new_window_would(qtbot: QtBot, size: tuple[int, int]) -> None:
    changed = open_counter(qtbot, size)
    changed.render(COUNTER)
    for percent in (150, 200, 125):
        changed.set_text_percent(percent)
        settle()
        new = open_counter(qtbot, size, percent=percent)
        new.render(COUNTER)
        settle()
        for part in (QHeaderView, TopBar, MoneyPanel):
            one, other = changed.findChild(part), new.findChild(part)
            assert one is not None
            assert other is not None
            assert one.grab().toImage() == other.grab().toImage(), (percent, part.__name__)


def test_text_grows_as_far_as_the_window_has_room(qtbot: QtBot) -> None:
    window = open_counter(qtbot, (1024, 768), percent=200)
    assert window.theme.text_percent == 128
    window.resize(1920, 1080)
    settle()
    assert window.theme.text_percent == 200
    window.resize(960, 640)
    settle()
    assert window.theme.text_percent == 120


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("percent", [100, 200])
def test_the_cart_keeps_the_round_corners_of_its_card(qtbot: QtBot, percent: int, theme: str) -> None:
    window = open_counter(qtbot, (1024, 768), theme=theme, percent=percent)
    window.render(COUNTER)
    settle()
    view = window.inside.cart_view
    painted = picture(window)
    for corner in (QPoint(0, 0), QPoint(view.width() - 1, 0)):
        at = view.mapTo(window, corner)
        assert painted.pixelColor(at) != window.theme.color("surface"), corner


def test_lines_are_as_sharp_as_the_picture_that_is_taken(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.render(COUNTER)
    settle()
    cells = window.inside.cart_view._cells
    for ratio in (1, 2):
        picture(window, ratio)
        assert {kept[2].devicePixelRatio() for kept in cells._pictures.values()} == {ratio}


def test_a_notice_that_went_leaves_no_gap(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.render(COUNTER)
    settle()
    before = window.inside.cart_view.geometry()
    window.render(replace(COUNTER, notice=Notice(Tone.WARN, "The printer is out of paper.")))
    window.render(REFUSED)
    settle()
    window.render(COUNTER)
    settle()
    assert window.inside.cart_view.geometry() == before


def _walk(window: CounterWindow) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    for name, state in SCREENS.items():
        window.render(state)
        settle()
        wrong[name] = check.everything_wrong(window)
    window.render(COUNTER)
    for name, sheet in SHEETS.items():
        window.show_sheet(sheet)
        settle()
        wrong[name] = check.everything_wrong(window)
        window.show_sheet(None)
    return {name: found for name, found in wrong.items() if found}


# -- contrast


@pytest.mark.parametrize("theme", THEMES)
def test_ink_stands_out_on_the_picture_at_twice_the_pixels(qtbot: QtBot, theme: str) -> None:
    window = open_counter(qtbot, theme=theme)
    wrong: dict[str, list[str]] = {}
    for name, state in SCREENS.items():
        window.render(state)
        settle()
        wrong[name] = check.faint(window, picture(window, 2))
    window.render(COUNTER)
    for name, sheet in SHEETS.items():
        window.show_sheet(sheet)
        settle()
        body = window.inside.sheet_body
        assert body is not None
        wrong[name] = check.faint(window, picture(window, 2), under=body)
        window.show_sheet(None)
    assert {name: found for name, found in wrong.items() if found} == {}


GROUNDS = ("bg", "surface", "sunken", "accent_weak", "danger_weak")


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=THEMES)
def test_tokens_stand_out_on_each_other(tokens: Tokens) -> None:
    pairs = [("text", ground) for ground in GROUNDS]
    pairs += [("muted", ground) for ground in GROUNDS]
    pairs += [(tone, "surface") for tone in ("accent", "danger", "warn", "info")]
    pairs += [(tone, f"{tone}_weak") for tone in ("accent", "danger", "warn", "info")]
    pairs += [("on_accent", "accent")]
    measured = {pair: check.contrast(*(QColor(getattr(tokens, name)) for name in pair)) for pair in pairs}
    assert {pair: ratio for pair, ratio in measured.items() if ratio < check.LEAST_CONTRAST} == {}


# -- the checks themselves


def test_a_clipped_label_is_caught(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    label = QLabel("Counts as 12.0 g of flower", window)
    label.setGeometry(500, 500, 60, 20)
    label.show()
    assert any("Counts as 12.0 g" in sentence for sentence in check.clipped(window))
    label.setGeometry(1300, 500, 400, 20)
    assert any("sticks out" in sentence for sentence in check.clipped(window))


def test_a_cell_without_room_is_caught(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.render(COUNTER)
    settle()
    view = window.inside.cart_view
    view.horizontalHeader().resizeSection(4, 30)
    assert any("$114.00" in sentence for sentence in check.clipped(window))


def test_an_overlap_is_caught(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    buttons = window.findChildren(QPushButton)
    pair = next(
        (one, other)
        for one, other in itertools.combinations(buttons, 2)
        if one.parent() is other.parent() and one.isVisible() and other.isVisible()
    )
    pair[1].move(pair[0].pos() + QPoint(4, 4))
    assert check.overlapped(window)


def test_a_small_target_is_caught(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    button = next(b for b in window.findChildren(QPushButton) if b.isVisible())
    button.setFixedHeight(30)
    assert any(", 30)" in sentence for sentence in check.too_small(window))


def test_a_nameless_button_is_caught(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    assert check.unnamed(window) == []
    button = QPushButton(window)
    button.show()
    assert any("Button" in sentence for sentence in check.unnamed(window))


def test_faint_ink_is_caught(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    label = QLabel("Barely there", window)
    look = QPalette()
    look.setColor(QPalette.ColorRole.WindowText, QColor("#B9C4BD"))
    label.setStyleSheet("color: #B9C4BD; background: #FFFFFF")
    label.setPalette(look)
    label.setGeometry(500, 500, 120, 24)
    label.show()
    settle()
    assert any("Barely there" in sentence for sentence in check.faint(window, picture(window, 2)))


def test_a_sheet_covers_the_counter_and_stays_inside_the_window(qtbot: QtBot) -> None:
    window = open_counter(qtbot, (1024, 768))
    window.render(COUNTER)
    window.show_sheet(PAYMENT)
    settle()
    body = window.inside.sheet_body
    assert body is not None
    assert window.rect().contains(body.geometry())


def test_a_page_broader_than_its_view_is_caught(qtbot: QtBot) -> None:
    window = open_counter(qtbot)
    window.render(COUNTER)
    settle()
    page = next(area for area in window.findChildren(QScrollArea) if area.isVisible()).widget()
    assert page is not None
    page.setMinimumWidth(900)
    settle()
    assert any("is 900 wide" in sentence for sentence in check.clipped(window))


def test_a_long_surname_stays_whole_and_leaves_the_figures_where_they_were(qtbot: QtBot) -> None:
    window = open_counter(qtbot, (1024, 768))
    rights = []
    for name in ("counter", "unbroken"):
        window.render(SCREENS[name])
        settle()
        meter = next(meter for meter in window.findChildren(MeterBlock) if meter.isVisible())
        rights.append(meter.mapTo(window, QPoint(meter.width(), 0)).x())
    assert rights[0] == rights[1]
    assert "Sample Papadimitrakopoulos-Schwarzeneggerhausen" in check.names(window)


@pytest.mark.parametrize(("width", "whole"), [(1366, 6), (1024, 5)])
@pytest.mark.parametrize("pieces", [None, 60])
def test_many_meters_are_seen_at_a_glance(qtbot: QtBot, width: int, whole: int, pieces: int | None) -> None:
    window = open_counter(qtbot, (width, 768))
    window.render(programme_state("florida", pieces))
    settle()
    meters = [each for each in window.findChildren(MeterBlock) if each.isVisible()]
    assert len(meters) == 6
    seen = [each for each in meters if each.visibleRegion().boundingRect().height() == each.height()]
    assert len(seen) >= whole
    assert check.everything_wrong(window) == []


def test_few_meters_say_the_whole_and_many_leave_it_to_the_bar(qtbot: QtBot) -> None:
    window = open_counter(qtbot, (1366, 768))
    for name, told in (("florida", "28.8\u00a0g left"), ("connecticut", "55.8\u00a0g left of 141.7\u00a0g")):
        window.render(programme_state(name))
        settle()
        meter = next(each for each in window.findChildren(MeterBlock) if each.isVisible())
        assert [label.text() for label in meter.findChildren(QLabel)][1] == told


def test_a_time_cut_off_in_the_reckoning_is_caught(qtbot: QtBot) -> None:
    window = open_counter(qtbot, (1024, 768))
    window.show_sheet(SHEETS["reckoning"])
    settle()
    assert check.clipped(window) == []
    table = window.findChildren(QTableWidget)[0]
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.horizontalHeader().resizeSection(0, 60)
    assert any("Wed Nov" in sentence for sentence in check.clipped(window))


@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
def test_a_notice_is_read_in_every_sheet(qtbot: QtBot, width: int, height: int, percent: int) -> None:
    window = open_counter(qtbot, (width, height), percent=percent)
    said = Notice(Tone.WARN, "Payment is open. Press Esc to change the cart, then scan again.")
    wrong: dict[str, list[str]] = {}
    for name, sheet in SHEETS.items():
        window.render(COUNTER)
        window.show_sheet(sheet)
        window.render(replace(COUNTER, notice=said))
        settle()
        body = window.inside.sheet_body
        assert body is not None
        shown = [label.text() for label in body.findChildren(QLabel) if label.isVisible()]
        wrong[name] = check.everything_wrong(window) + ([] if said.text in shown else ["not shown"])
        window.render(COUNTER)
        settle()
        assert said.text not in check.names(window)
        window.show_sheet(None)
    assert {name: found for name, found in wrong.items() if found} == {}
