"""A pool of the allotment: what was bought before, what this cart takes, what is left."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from pos_desktop.ui.state import Meter
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.live import Live

FULL = 1_000_000
THICK, SPACING = 12, 5


class MeterBar(QProgressBar):
    """A progress bar for its accessible value, minimum and maximum; drawn here with two parts."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._meter = Meter("", "", 0, 0)
        self._thick = THICK
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setRange(0, FULL)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, self._theme.dim(self._thick))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self._theme.dim(self._thick))

    def set_thick(self, thick: int) -> None:
        if thick != self._thick:
            self._thick = thick
            self.updateGeometry()

    def show_meter(self, meter: Meter) -> None:
        if meter == self._meter:
            return
        self._meter = meter
        self.setUpdatesEnabled(False)  # or setValue paints at once, before the rest of the screen is ready
        self.setValue(min(FULL, max(0, meter.used_ppm + meter.cart_ppm)))
        self.setAccessibleName(meter.label)
        self.setAccessibleDescription(meter.accessible or meter.left_text)
        self.setUpdatesEnabled(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, meter = self._theme, self._meter
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        track = QPainterPath()
        track.addRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.fillPath(track, theme.color("sunken"))
        painter.setClipPath(track)
        used = box.width() * min(FULL, max(0, meter.used_ppm)) / FULL
        both = box.width() * self.value() / FULL
        painter.fillRect(QRectF(box.left(), box.top(), used, box.height()), theme.color("spent"))
        if both > used:
            self._hatch(painter, QRectF(box.left() + used, box.top(), both - used, box.height()))
        painter.setClipping(False)
        painter.setPen(theme.color("line"))
        painter.drawPath(track)
        painter.end()

    def _hatch(self, painter: QPainter, part: QRectF) -> None:
        """Stripes, so that this cart differs from earlier purchases by more than colour."""
        token = "danger" if self._meter.over else "accent"
        painter.save()
        painter.setClipRect(part, Qt.ClipOperation.IntersectClip)
        painter.fillRect(part, self._theme.color("surface"))
        step = part.height() * 0.95
        painter.setPen(
            QPen(self._theme.color(token), step * 0.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        )
        low, high, run = part.bottom() + 2, part.top() - 2, part.height() + 4
        count = int((part.width() + 2 * run) / step) + 1
        lefts = [part.left() - run + n * step for n in range(count)]
        painter.drawLines([QLineF(x, low, x + run, high) for x in lefts])
        painter.restore()


class MeterBlock(QWidget):
    """Name and figure above the bar, the moment more comes back below it; `set_dense` for one of many."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._dense = False
        self._name = Live(theme, weight=Weight.SEMI, wrap=True, lines=3)
        self._left = Live(theme, size=12.5, tone="muted", wrap=True, align=Qt.AlignmentFlag.AlignRight)
        self._bar = MeterBar(theme)
        self._ways = Live(theme, size=13, wrap=True, lines=6)
        self._note = Live(theme, size=12.5, tone="muted", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._name)
        head.addWidget(self._left, 1)
        self._box = box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACING)
        box.addLayout(head)
        box.addWidget(self._bar)
        box.addWidget(self._ways)
        box.addWidget(self._note)

    def set_dense(self, dense: bool) -> None:
        """Smaller type, a thinner bar, and the figure without its whole."""
        if dense != self._dense:
            self._dense = dense
            self._name.set_size(13.5 if dense else 15)
            self._bar.set_thick(8 if dense else THICK)
            self._box.setSpacing(3 if dense else SPACING)

    def show_meter(self, meter: Meter) -> None:
        self._name.show_text(meter.label)
        self._left.show_text((self._dense and meter.brief) or meter.left_text)
        self._left.set_tone(
            "danger" if meter.over else "muted", Weight.SEMI if meter.over else Weight.REGULAR
        )
        self._bar.show_meter(meter)
        self._ways.show_text(meter.ways)
        self._ways.setVisible(bool(meter.ways))
        self._note.show_text(meter.note)
        self._note.setVisible(bool(meter.note))
