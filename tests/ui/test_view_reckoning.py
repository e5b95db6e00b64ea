"""F4 shows of each allotment all that the sheet says."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from pos_desktop.ui.sheets.reckoning import PoolView
from pos_desktop.ui.theme import Theme, ThemeChoice
from pos_desktop.ui.widgets.binding import bound
from tests.fixtures.counter_windows import ICONS
from tests.fixtures.sample_sheets import RECKONING


def test_an_allotment_of_which_the_state_said_nothing_shows_it(qtbot: QtBot) -> None:
    theme = Theme(ICONS, ThemeChoice.LIGHT)
    views = [PoolView(theme, pool) for pool in RECKONING.pools]
    for each in views:
        qtbot.addWidget(each)
    shown = [[label.text() for label in each.findChildren(QLabel)] for each in views]
    silent = bound("The state gave no figure for 30 days: by this store’s records.")
    assert [silent in each for each in shown] == [False, True, False]
