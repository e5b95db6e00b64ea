"""A figure and its unit never part at the end of a line."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from pos_desktop.ui.widgets.binding import bound, words
from tests.fixtures.counter_windows import open_counter, settle
from tests.fixtures.sample_states import COUNTER, REFUSED


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("143.6 g left of 283.4 g", ["143.6_g", "left", "of", "283.4_g"]),
        ("28.0 g comes back Tue Dec 1", ["28.0_g", "comes", "back", "Tue", "Dec_1"]),
        ("300 mg THC · 2.5 oz · 30 mL", ["300_mg_THC", "·", "2.5_oz", "·", "30_mL"]),
        ("State figure from 2:24 PM, 8 min old", ["State", "figure", "from", "2:24_PM,", "8_min", "old"]),
        ("Set to 13 and go on", ["Set", "to", "13", "and", "go", "on"]),
        ("7 grams of 3 goods", ["7", "grams", "of", "3", "goods"]),
    ],
)
def test_what_belongs_together_is_one_word_to_the_screen(text: str, parts: list[str]) -> None:
    assert words(bound(text)) == [part.replace("_", "\u00a0") for part in parts]


def test_no_label_of_a_small_screen_ends_a_line_with_a_bare_figure(qtbot: QtBot) -> None:
    window = open_counter(qtbot, (1024, 768))
    for state in (COUNTER, REFUSED):
        window.render(state)
        settle()
        texts = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
        assert any("283.4\u00a0g" in text for text in texts)
        assert [text for text in texts if bound(text) != text] == []
