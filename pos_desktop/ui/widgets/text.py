"""Labels: plain text only, so that a name from outside is never read as markup."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from pos_desktop.ui.theme import Theme, Weight


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
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self._theme, self._size, self._weight, self._caps = theme, size, weight, caps
        self.setProperty("tone", tone)
        self.restyle()

    def restyle(self) -> None:
        self.setFont(self._theme.font(self._size, self._weight, caps=self._caps))

    def show_text(self, text: str) -> None:
        """Set the text where it differs; a label that did not change costs no layout."""
        if text != self.text():
            self.setText(text)

    def set_tone(self, tone: str, weight: Weight | None = None) -> None:
        if weight is not None and weight is not self._weight:
            self._weight = weight
            self.restyle()
        if tone != self.property("tone"):
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class WrapText(Text):
    """One line where there is room for it, more where there is not."""

    def __init__(
        self, theme: Theme, *, size: float = 15, weight: Weight = Weight.REGULAR, tone: str = ""
    ) -> None:
        super().__init__(theme, size=size, weight=weight, tone=tone, wrap=True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        words = max((metrics.horizontalAdvance(word) for word in self.text().split()), default=0)
        return QSize(max(words, self.sizeHint().width() // 2) + 2, metrics.height())


class FitText(Text):
    """A figure that takes a smaller size rather than being cut off: the amount is always whole."""

    def __init__(self, theme: Theme, *, size: float, tone: str = "", smallest: float = 15) -> None:
        self._largest, self._smallest = size, smallest
        super().__init__(theme, size=size, weight=Weight.BOLD, tone=tone)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        font = self._theme.font(self._smallest, Weight.BOLD)
        return QSize(QFontMetrics(font).horizontalAdvance(self.text()) + 2, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font(self._largest, Weight.BOLD))
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_text(self, text: str) -> None:
        super().show_text(text)
        self._fit()

    def restyle(self) -> None:
        super().restyle()
        self._fit()

    def _fit(self) -> None:
        """Steps down from the full size until the text fits the width at hand."""
        size = self._largest
        while size > self._smallest:
            metrics = QFontMetrics(self._theme.font(size, Weight.BOLD))
            if metrics.horizontalAdvance(self.text()) <= self.width():
                break
            size -= 2
        if size != self._size:
            self._size = size
            self.setFont(self._theme.font(size, self._weight))


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
        frame.style().unpolish(frame)
        frame.style().polish(frame)
