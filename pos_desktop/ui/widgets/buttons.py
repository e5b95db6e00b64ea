"""Buttons that show their key."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy

from pos_desktop.ui.theme import TOUCH, Theme, Weight


class Kind(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"
    HINT = "hint"
    """Key first, then a quiet word, no border: the line of keys under the cart."""
    CHIP = "chip"
    """Drawn small, pressed at full touch size."""


CAP_PAD = 7


class KeyButton(QPushButton):
    """A label and its key cap, drawn from the theme; an icon may stand for the label.

    The mouse never moves the focus here, so that after a touch Enter still means what the screen says; reached by Tab,
    Enter and Space press this button.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        key: str = "",
        *,
        kind: Kind = Kind.PLAIN,
        height: int = TOUCH,
        size: float = 15,
        icon_name: str = "",
    ) -> None:
        super().__init__(text)
        self._theme, self._key, self._kind, self._size, self._icon_name = theme, key, kind, size, icon_name
        self._height = height
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._describe()

    @property
    def key(self) -> str:
        return self._key

    def restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def show_label(self, text: str, key: str | None = None) -> None:
        if key is not None and key != self._key:
            self._key = key
            self._describe()
            self.restyle()
        if text != self.text():
            self.setText(text)

    def set_kind(self, kind: Kind) -> None:
        if kind is not self._kind:
            self._kind = kind
            self.update()

    def sizeHint(self) -> QSize:
        pad = {Kind.HINT: 4, Kind.CHIP: 9}.get(self._kind, 10)
        width = 2 * self._theme.dim(pad) + self._content_width()
        return QSize(max(width, self._theme.dim(TOUCH)), self._theme.dim(self._height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face, edge, ink = self._colors()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._kind is Kind.CHIP:
            self._paint_chip(painter, face, edge, ink)
        else:
            if face is not None:
                painter.setPen(QPen(edge) if edge is not None else Qt.PenStyle.NoPen)
                painter.setBrush(face)
                painter.drawRoundedRect(box, 10, 10)
            self._paint_content(painter, ink)
        if self.hasFocus():
            self._paint_focus(painter, box)
        painter.end()

    def _describe(self) -> None:
        if self._key:
            self.setAccessibleDescription(self.tr("Key {key}").format(key=self._key))

    def _fonts(self) -> tuple[QFont, QFont]:
        weight = Weight.REGULAR if self._kind in (Kind.HINT, Kind.CHIP) else Weight.SEMI
        size = 12.5 if self._kind in (Kind.HINT, Kind.CHIP) else self._size
        return self._theme.font(size, weight), self._theme.font(12)

    def _content_width(self) -> int:
        font, small = self._fonts()
        if self._icon_name:
            return self._theme.px(24)
        if self._kind is Kind.CHIP:
            return QFontMetrics(font).horizontalAdvance(self._chip_text())
        width = QFontMetrics(font).horizontalAdvance(self.text())
        return width + (self._cap_width(small) + self._gap() if self._key else 0)

    def _cap_width(self, small: QFont) -> int:
        return max(QFontMetrics(small).horizontalAdvance(self._key) + 2 * CAP_PAD, self._theme.px(20))

    def _gap(self) -> int:
        return 6 if self._kind is Kind.HINT else 10

    def _chip_text(self) -> str:
        return f"{self._key} {self.text()}".strip()

    def _colors(self) -> tuple[QColor | None, QColor | None, QColor]:
        """(face, edge, ink); a missing face or edge is not drawn."""
        theme, live = self._theme, self.isEnabled()
        busy = live and (self.isDown() or self.underMouse())
        if self._kind is Kind.PRIMARY or self.isChecked():
            face = theme.color("accent" if live else "accent_faint")
            return (face.darker(108) if busy else face), None, theme.color("on_accent")
        ink = theme.color("danger" if self._kind is Kind.DANGER else "text")
        if self._kind is Kind.HINT:
            return (theme.color("sunken") if busy else None), None, theme.color("muted")
        face = theme.color("sunken" if busy else "surface")
        return face, theme.color("line"), ink if live else theme.color("muted")

    def _paint_content(self, painter: QPainter, ink: QColor) -> None:
        font, small = self._fonts()
        if self._icon_name:
            side = self._theme.px(24)
            token = "text" if self.isEnabled() else "muted"
            pixmap = self._theme.icon(self._icon_name, token, side, self.devicePixelRatioF())
            painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, pixmap)
            return
        words = QFontMetrics(font).horizontalAdvance(self.text())
        x = (self.width() - self._content_width()) / 2
        if self._kind is Kind.HINT:
            x = float(self._theme.dim(4))
            cap_x, text_x = x, x + self._cap_width(small) + self._gap() if self._key else x
        else:
            cap_x, text_x = x + words + self._gap(), x
        painter.setPen(ink)
        painter.setFont(font)
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(text_x, 0, words + 4, self.height()), middle, self.text())
        if self._key:
            self._paint_cap(painter, cap_x, small, ink)

    def _paint_cap(self, painter: QPainter, x: float, small: QFont, ink: QColor) -> None:
        theme, solid = self._theme, self._kind is Kind.PRIMARY or self.isChecked()
        height = QFontMetrics(small).height() + 4
        box = QRectF(x, (self.height() - height) / 2, self._cap_width(small), height).adjusted(
            0.5, 0.5, -0.5, -0.5
        )
        painter.setPen(ink if solid else theme.color("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush if solid else theme.color("bg"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(ink if solid else theme.color("muted"))
        painter.setFont(small)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)

    def _paint_chip(self, painter: QPainter, face: QColor | None, edge: QColor | None, ink: QColor) -> None:
        font, _ = self._fonts()
        height = QFontMetrics(font).height() + 4
        width = QFontMetrics(font).horizontalAdvance(self._chip_text()) + 14
        box = QRectF(self.width() - width, (self.height() - height) / 2, width, height)
        box = box.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(edge or ink)
        painter.setBrush(face or Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(ink)
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._chip_text())

    def _paint_focus(self, painter: QPainter, box: QRectF) -> None:
        solid = self._kind is Kind.PRIMARY or self.isChecked()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("on_accent" if solid else "accent"), 2))
        inset = 4.0 if solid else 1.0
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 8, 8)
