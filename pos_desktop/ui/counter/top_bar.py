"""Who and where, the search field, the state of the link and the devices, the time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents, Opens
from pos_desktop.ui.state import (
    CounterState,
    DeviceDot,
    DeviceLight,
    PillKind,
    ResultRow,
    SearchResults,
    Tone,
)
from pos_desktop.ui.theme import TOUCH, Theme, Weight
from pos_desktop.ui.widgets.dot import DotLabel
from pos_desktop.ui.widgets.live import Live
from pos_desktop.ui.widgets.pill_button import PillButton
from pos_desktop.ui.widgets.private_line import PrivateLine
from pos_desktop.ui.widgets.rows import RowList
from pos_desktop.ui.widgets.text import Text

_PILL = {PillKind.ONLINE: Tone.GOOD, PillKind.OFFLINE: Tone.WARN, PillKind.ATTENTION: Tone.DANGER}
_LIGHT = {DeviceLight.READY: Tone.GOOD, DeviceLight.ATTENTION: Tone.DANGER, DeviceLight.AWAY: Tone.WARN}
CART_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Slash)


class SearchField(PrivateLine):
    """Types into itself; arrows and Enter go to the list below it, and while empty the cart's keys go to the cart."""

    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self.results: ResultsList | None = None
        self.setProperty("look", "search")
        self.setAccessibleName(self.tr("Scan or search a patient, product or package"))
        self.setMaxLength(200)
        self._cap = Text(theme, "/", size=12.5, tone="muted")
        self._cap.setParent(self)
        self._cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._cap.setProperty("look", "cap")
        self.textEdited.connect(intents.search_changed)
        self.restyle()

    def restyle(self) -> None:
        self.setFont(self._theme.font(15.5))
        self.setFixedHeight(self._theme.dim(TOUCH))
        self.setMinimumWidth(self._theme.px(120))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if not self.text() and key in CART_KEYS:
            event.ignore()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            if self.results is not None and self.results.isVisible():
                self.results.list.step(1 if key == Qt.Key.Key_Down else -1)
            else:
                event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text():
            self._submit()
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        listed = self.results is not None and self.results.isVisible() and self.results.list.choose_current()
        if not listed:
            self._intents.search_submitted.emit(self.text().strip())

    def _fit(self) -> None:
        """The whole sentence where it fits, the short one where it does not."""
        cap = self._theme.dim(20)
        width = max(cap, self._cap.fontMetrics().horizontalAdvance("/") + 2 * 6)
        height = self._cap.fontMetrics().height() + 4
        self._cap.setGeometry(self.width() - width - 14, (self.height() - height) // 2, width, height)
        room = self.width() - 14 - width - 28
        for text in (
            self.tr("Scan or search a patient, product or package"),
            self.tr("Scan or search"),
            self.tr("Search"),
        ):
            if self.fontMetrics().horizontalAdvance(text) <= room:
                self.setPlaceholderText(text)
                break
        self.setTextMargins(0, 0, width + 8, 0)


class ResultsList(QFrame):
    """What was found, over the counter and under the field; never takes the focus from it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._window = theme, parent
        self.setProperty("look", "card")
        self.setProperty("overlay", True)
        self.list = RowList(theme, self.tr("Search results"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty = Text(theme, tone="muted", wrap=True)
        self._empty.setContentsMargins(14, 12, 14, 12)
        self._box = box = QVBoxLayout(self)
        box.setContentsMargins(1, 6, 1, 6)
        box.addWidget(self.list)
        box.addWidget(self._empty)
        self.hide()

    def show_results(self, results: SearchResults | None, field: QLineEdit) -> None:
        if results is None:
            self.hide()
            self.list.show_rows(())
            self._empty.show_text("")  # it may repeat what was looked for
            return
        parent = self._window
        corner = field.mapTo(parent, QPoint(0, field.height() + 4))
        width = max(field.width(), self._theme.px(380))
        left = max(0, min(corner.x(), parent.width() - width - 12))
        self._empty.show_text(results.empty_text)
        self._empty.setVisible(not results.rows)
        self.list.setVisible(bool(results.rows))
        self.resize(width, 60)
        before = self.isVisible()
        self.list.show_rows(results.rows)
        if not before and results.rows:
            self.list.setCurrentRow(0)  # whoever was chosen last is not who is looked for now
        self.show()
        self.raise_()
        self._box.activate()
        content = self.list.content_height() if results.rows else self._empty.heightForWidth(width - 2)
        wanted = content + 14
        self.setGeometry(left, corner.y(), width, min(wanted, parent.height() - corner.y() - 12))


class TopBar(QFrame):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self.setProperty("look", "bar")
        self._store = Live(theme, weight=Weight.SEMI, wrap=True)
        self._register = Live(theme, size=12.5, tone="muted", wrap=True)
        self.search = SearchField(theme, intents)
        self._pill = PillButton(theme, height=32, size=13)
        self._pill.setAccessibleDescription(self.tr("The line to the state"))
        self._pill.clicked.connect(self._open)
        self._pill_opens = Opens.OUTAGE
        self._devices = QHBoxLayout()
        self._dots: list[DotLabel] = []
        self._clock = Live(theme, weight=Weight.BOLD)
        who = QVBoxLayout()
        who.setSpacing(0)
        who.addStretch()
        who.addWidget(self._store)
        who.addWidget(self._register)
        who.addStretch()
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(16)
        row.addLayout(who)
        row.addWidget(self.search, 1)
        row.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(self._devices)
        row.addWidget(self._clock)
        self.restyle()

    def restyle(self) -> None:
        self._devices.setSpacing(self._theme.dim(10))
        self._fit_height()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit_height()
        return done

    def _fit_height(self) -> None:
        """Words that break into more lines make the bar taller."""
        usual = self._theme.px(56) if self._theme.text_percent > 100 else 56
        self.setFixedHeight(max(usual, self._row.heightForWidth(self.width())))

    def show_state(self, state: CounterState) -> None:
        self._store.show_text(state.store_line)
        self._register.show_text(state.register_line)
        self._register.set_tone("muted" if state.till_open else "warn")
        self._pill_opens = Opens.REPORTS if state.pill.reports else Opens.OUTAGE
        opens = state.pill.opens or state.pill.reports
        self._pill.show_pill(state.pill.text, _PILL[state.pill.kind], opens=opens)
        self._clock.show_text(state.clock)
        self._show_devices(state.devices)

    def _open(self) -> None:
        self._intents.open_sheet.emit(self._pill_opens)

    def _show_devices(self, devices: tuple[DeviceDot, ...]) -> None:
        while len(self._dots) < len(devices):
            dot = DotLabel(self._theme)
            self._dots.append(dot)
            self._devices.addWidget(dot)
        for n, dot in enumerate(self._dots):
            dot.setVisible(n < len(devices))
            if n < len(devices):
                dot.show_dot(devices[n].name, _LIGHT[devices[n].state], devices[n].why)


class ResultsDoor:
    """Joins the field and its list: built when the first search asks for it."""

    def __init__(self, theme: Theme, field: SearchField, parent: QWidget, intents: Intents) -> None:
        self._theme, self._field, self._parent, self._intents = theme, field, parent, intents
        self._list: ResultsList | None = None

    def show_found(self, results: SearchResults | None) -> None:
        if self._list is None:
            if results is None:
                return
            self._list = ResultsList(self._theme, self._parent)
            self._list.list.chosen.connect(self._intents.choose)
            self._field.results = self._list
        self._list.show_results(results, self._field)

    @property
    def rows(self) -> tuple[ResultRow, ...]:
        return self._list.list.rows if self._list is not None and self._list.isVisible() else ()
