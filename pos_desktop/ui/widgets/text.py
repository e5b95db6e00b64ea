"""Labels: plain text only, so that a name from outside is never read as markup."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.binding import bound


class Text(QLabel):
    """A label with a type size and a tone of the theme (`muted`, `good`, `info`, `warn`, `danger` or none)."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        size: float = 15,
        weight: Weight = Weight.REGULAR,
        tone: str = "",
        caps: bool = False,
        wrap: bool = False,
    ) -> None:
        super().__init__(bound(text))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._theme, self._size, self._weight, self._caps = theme, size, weight, caps
        self.setProperty("tone", tone)
        self.restyle()

    def restyle(self) -> None:
        self.setFont(self._theme.font(self._size, self._weight, caps=self._caps))

    def show_text(self, text: str) -> None:
        """Set the text where it differs; a label that did not change costs no layout."""
        text = bound(text)
        if text != self.text():
            self.setText(text)

    def set_tone(self, tone: str, weight: Weight | None = None) -> None:
        if weight is not None and weight is not self._weight:
            self._weight = weight
            self.restyle()
        if tone != self.property("tone"):
            self.setProperty("tone", tone)
            repolish(self)


def repolish(widget: QWidget) -> None:
    """Let the style sheet see a changed property."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class Rule(QFrame):
    """A hairline between two parts of a card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "rule")
        self.setFixedHeight(1)


def card(look: str = "card") -> QFrame:
    """A surface with the theme's border and radius."""
    frame = QFrame()
    frame.setProperty("look", look)
    return frame


def set_look(frame: QFrame, look: str) -> None:
    if look != frame.property("look"):
        frame.setProperty("look", look)
        repolish(frame)
