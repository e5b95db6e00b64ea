"""A device and its light. When it is not ready, the mark changes shape too and a sentence says why."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen

from pos_desktop.ui.state import Tone
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.text import Text


class DotLabel(Text):
    """A filled dot for ready, a ring for away or in need of a hand."""

    def __init__(self, theme: Theme) -> None:
        self._light = Tone.GOOD
        super().__init__(theme, size=12.5, tone="muted")

    def restyle(self) -> None:
        super().restyle()
        self.setContentsMargins(self._theme.px(12), 0, 0, 0)

    def show_dot(self, name: str, light: Tone, why: str) -> None:
        self.show_text(name)
        self._light = light
        plain = light is Tone.GOOD
        self.set_tone("muted" if plain else light.value, Weight.REGULAR if plain else Weight.SEMI)
        words = why or (self.tr("ready") if plain else self.tr("not ready"))
        self.setAccessibleName(f"{name}: {words}")
        self.setToolTip(why)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        ink, _ = self._theme.tone(self._light)
        side = self._theme.px(7)
        box = QRectF(0.5, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._light is Tone.GOOD:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
        else:
            painter.setPen(QPen(ink, 2))
            box.adjust(1, 1, -1, -1)
        painter.drawEllipse(box)
        painter.end()
