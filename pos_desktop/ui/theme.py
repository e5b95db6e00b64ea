"""Every colour, type size and box size of the screens, in one place. No widget names a colour."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from pos_desktop.ui.state import Tone


class Tokens(NamedTuple):
    """Colours by use (design README). `on_accent` is text on the primary button, `spent` the grey of a meter."""

    bg: str
    surface: str
    sunken: str
    text: str
    muted: str
    line: str
    accent: str
    accent_weak: str
    danger: str
    danger_weak: str
    warn: str
    warn_weak: str
    info: str
    info_weak: str
    on_accent: str
    accent_faint: str
    """The primary button while it cannot be pressed."""
    spent: str
    scrim: str


LIGHT = Tokens(
    bg="#F4F6F4",
    surface="#FFFFFF",
    sunken="#ECEFEC",
    text="#16211B",
    muted="#5B6A61",
    line="#DAE1DC",
    accent="#1B7A4B",
    accent_weak="#E1F1E8",
    danger="#B3261E",
    danger_weak="#FBE9E7",
    warn="#8A5A00",
    warn_weak="#FFF3D1",
    info="#1D5FA8",
    info_weak="#E5EFFA",
    on_accent="#FFFFFF",
    accent_faint="#A6CAB8",
    spent="#9AA69E",
    scrim="#73101412",
)
DARK = Tokens(
    bg="#101412",
    surface="#191F1C",
    sunken="#0C100E",
    text="#E7EDE9",
    muted="#95A39A",
    line="#2B342F",
    accent="#41B47C",
    accent_weak="#173326",
    danger="#F2877F",
    danger_weak="#3A1A18",
    warn="#E9BE5B",
    warn_weak="#362A0E",
    info="#7FB4F0",
    info_weak="#152A42",
    on_accent="#0C100E",
    accent_faint="#2A6B4C",
    spent="#66726B",
    scrim="#A6000000",
)


class ThemeChoice(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Weight(StrEnum):
    """Names for the weights in use."""

    REGULAR = "regular"
    MEDIUM = "medium"
    SEMI = "semi"
    BOLD = "bold"


_WEIGHTS = {
    Weight.REGULAR: QFont.Weight.Normal,
    Weight.MEDIUM: QFont.Weight.Medium,
    Weight.SEMI: QFont.Weight.DemiBold,
    Weight.BOLD: QFont.Weight.Bold,
}
LEAST_WIDTH, LEAST_HEIGHT = 800, 512
"""A counter at 100 % text needs no less; larger text needs as much more."""
TOUCH = 44
"""Smallest side of anything that is pressed, in pixels before scaling (design, principle 3)."""


def _named(tokens: Tokens, name: str) -> QColor:
    return QColor(getattr(tokens, name))


class Theme:
    """The look in force: tokens, text scale, fonts and icons. One per window; widgets keep it and ask it.

    Args:
        icons: Folder of the SVG files; their `currentColor` takes the asked-for colour.
        text_percent: What is asked for; `fit` holds it to what the window has room for.
        family: Type face; the system's own unless Inter is installed.
    """

    def __init__(
        self,
        icons: Path,
        choice: ThemeChoice = ThemeChoice.SYSTEM,
        text_percent: int = 100,
        family: str | None = None,
    ) -> None:
        self._icons = icons
        self.choice = choice
        self.asked_percent = self.text_percent = text_percent
        self._family = family
        self._font = lru_cache(64)(self._make_font)
        self._color = lru_cache(128)(_named)
        self._pixmap = lru_cache(64)(self._make_pixmap)
        self._svg: dict[str, bytes] = {}

    @property
    def choice(self) -> ThemeChoice:
        return self._choice

    @choice.setter
    def choice(self, choice: ThemeChoice) -> None:
        self._choice = choice
        self.look_again()

    def look_again(self) -> None:
        """After the system's own scheme changed."""
        system_dark = QGuiApplication.palette().window().color().lightness() < 128
        self.dark = system_dark if self._choice is ThemeChoice.SYSTEM else self._choice is ThemeChoice.DARK

    def fit(self, width: int, height: int) -> bool:
        """Hold the text to the largest size with which a window of `width` by `height` cuts nothing off.

        True when the size in force changed: the widgets must be dressed again.
        """
        before, room = self.text_percent, min(100 * width // LEAST_WIDTH, 100 * height // LEAST_HEIGHT)
        self.text_percent = min(self.asked_percent, max(100, room))
        return self.text_percent != before

    @property
    def tokens(self) -> Tokens:
        return DARK if self.dark else LIGHT

    def color(self, name: str) -> QColor:
        """A token as a colour. Raises AttributeError for a name that is none."""
        return self._color(DARK if self.dark else LIGHT, name)

    def tone(self, tone: Tone) -> tuple[QColor, QColor]:
        """(text, background) of a pill, badge or card."""
        if tone.value == "plain":
            return self.color("text"), self.color("sunken")
        name = "accent" if tone.value == "good" else tone.value
        return self.color(name), self.color(f"{name}_weak")

    def px(self, base: float) -> int:
        """A type size at the text scale in force."""
        return round(base * self.text_percent / 100)

    def dim(self, base: float) -> int:
        """A box size: grows with half of what the text grows by, so that 200 % still fits a counter screen."""
        return round(base * (100 + self.text_percent) / 200)

    def font(self, size: float, weight: Weight = Weight.REGULAR, *, caps: bool = False) -> QFont:
        """Tabular figures always, so that amounts stand in columns."""
        return self._font(self.px(size), weight, caps)

    def _make_font(self, pixels: int, weight: Weight, caps: bool) -> QFont:
        if self._family is None:
            from PySide6.QtGui import QFontDatabase

            self._family = "Inter" if QFontDatabase.hasFamily("Inter") else QApplication.font().family()
        font = QFont(self._family)
        font.setPixelSize(pixels)
        font.setWeight(_WEIGHTS[weight])
        font.setFeature(QFont.Tag("tnum"), 1)
        if caps:
            font.setCapitalization(QFont.Capitalization.AllUppercase)
            font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        return font

    def icon(self, name: str, token: str, size: int, ratio: float) -> QPixmap:
        """The named icon in a token's colour; `size` in logical pixels."""
        return self._pixmap(name, getattr(self.tokens, token), size, ratio)

    def _make_pixmap(self, name: str, color: str, size: int, ratio: float) -> QPixmap:
        from PySide6.QtCore import QByteArray, QRectF, Qt
        from PySide6.QtSvg import QSvgRenderer

        if name not in self._svg:
            self._svg[name] = (self._icons / f"{name}.svg").read_bytes()
        pixmap = QPixmap(round(size * ratio), round(size * ratio))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        source = self._svg[name].replace(b"currentColor", color.encode())
        QSvgRenderer(QByteArray(source)).render(painter, QRectF(pixmap.rect()))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def dress(self, window: QWidget) -> None:
        """Put palette, font and style sheet on a window. Call again after `choice` or `text_percent` changed."""
        window.setFont(self.font(15))
        window.setStyleSheet(self.style_sheet())
        # Last: a new style sheet gives every widget the palette back that it had before the old one.
        window.setPalette(self.palette())

    def palette(self) -> QPalette:
        """For what the style sheet does not reach: selections, native parts, tooltips."""
        t = self.tokens
        palette = QPalette()
        roles = QPalette.ColorRole
        for role, color in (
            (roles.Window, t.bg),
            (roles.WindowText, t.text),
            (roles.Base, t.surface),
            (roles.AlternateBase, t.sunken),
            (roles.Text, t.text),
            (roles.Button, t.surface),
            (roles.ButtonText, t.text),
            (roles.Highlight, t.accent),
            (roles.HighlightedText, t.on_accent),
            (roles.PlaceholderText, t.muted),
            (roles.ToolTipBase, t.surface),
            (roles.ToolTipText, t.text),
            (roles.Mid, t.line),
            (roles.Link, t.info),
        ):
            palette.setColor(role, QColor(color))
        return palette

    def style_sheet(self) -> str:
        """Colours, borders and radii by the property `look` that widgets carry; sizes of type come from fonts."""
        t = self.tokens
        return f"""
QFrame[look="card"] {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 12px; }}
QFrame[look="bar"] {{ background: {t.surface}; border: none; border-bottom: 1px solid {t.line}; }}
QFrame[look="rail"] {{ background: {t.surface}; border: none; border-right: 1px solid {t.line}; }}
QFrame[look="rule"] {{ background: {t.line}; border: none; }}
QFrame[look="well"] {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 10px; }}
QFrame[look="good"] {{ background: {t.accent_weak}; border: none; border-radius: 10px; }}
QFrame[look="info"] {{ background: {t.info_weak}; border: none; border-radius: 10px; }}
QFrame[look="warn"] {{ background: {t.warn_weak}; border: none; border-radius: 10px; }}
QFrame[look="danger"] {{ background: {t.danger_weak}; border: none; border-radius: 10px; }}
QFrame[look="plain"] {{ background: {t.sunken}; border: none; border-radius: 10px; }}
QLabel {{ background: transparent; color: {t.text}; border: none; }}
QLabel[look="cap"] {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 4px; }}
QLabel[tone="muted"] {{ color: {t.muted}; }}
QLabel[tone="good"] {{ color: {t.accent}; }}
QLabel[tone="info"] {{ color: {t.info}; }}
QLabel[tone="warn"] {{ color: {t.warn}; }}
QLabel[tone="danger"] {{ color: {t.danger}; }}
QLineEdit {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line}; border-radius: 10px;
  padding: 0 14px; selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
QLineEdit[look="search"] {{ background: {t.bg}; }}
QLineEdit[look="count"] {{ background: {t.sunken}; border-radius: 8px; padding: 0 10px; margin: 5px 0; }}
QLineEdit:focus {{ border: 2px solid {t.accent}; padding: 0 13px; }}
QLineEdit[wrong="true"] {{ border: 2px solid {t.danger}; padding: 0 13px; }}
QLineEdit[look="count"]:focus {{ padding: 0 9px; }}
QLineEdit[look="count"][wrong="true"] {{ padding: 0 9px; }}
QTableView {{ background: {t.surface}; border: none;
  border-top-left-radius: 11px; border-top-right-radius: 11px; }}
QHeaderView {{ background: transparent; border: none; }}
QHeaderView::section {{ background: {t.surface}; color: {t.muted}; border: none;
  border-bottom: 1px solid {t.line}; padding: 0 14px; }}
QHeaderView[look="compact"]::section {{ padding: 0 9px; }}
QTableWidget::item {{ padding: 0 11px; }}
QHeaderView::section:first {{ border-top-left-radius: 12px; }}
QHeaderView::section:last {{ border-top-right-radius: 12px; }}
QHeaderView::section:only-one {{ border-top-left-radius: 12px; border-top-right-radius: 12px; }}
QScrollArea, QScrollArea > QWidget > QWidget#page {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {t.spent}; min-height: 44px; border-radius: 4px; margin: 2px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
  background: none; height: 0; width: 0; }}
QToolTip {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.line}; padding: 6px; }}
"""
