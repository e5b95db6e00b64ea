"""The look changes while the counter is open: every part follows, the bare window between the cards as well."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from pos_desktop.ui.intents import Intents
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.theme import Theme, ThemeChoice
from tests.fixtures.counter_windows import ICONS
from tests.fixtures.sample_states import COUNTER

BETWEEN_CARDS, IN_THE_CART = QPoint(1200, 520), QPoint(700, 600)


def test_a_change_of_theme_leaves_nothing_behind(qtbot: QtBot) -> None:
    window = CounterWindow(Intents(), Theme(ICONS, ThemeChoice.LIGHT))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.furnish()
    window.render(COUNTER)

    def all_follows() -> None:
        picture = window.grab().toImage()
        assert picture.pixelColor(BETWEEN_CARDS).name() == window.theme.color("bg").name()
        assert picture.pixelColor(IN_THE_CART).name() == window.theme.color("surface").name()

    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT, ThemeChoice.DARK):
        window.set_theme(choice)
        qtbot.waitUntil(all_follows, timeout=20_000)
