"""The patient: who, whether the card is good, what is left of the allotment, where the figures come from."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.ui.intents import Intents, Opens
from pos_desktop.ui.state import MANY_METERS, Badge, Meter, PatientPanel
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.breaking import NameText
from pos_desktop.ui.widgets.buttons import KeyButton, Kind
from pos_desktop.ui.widgets.foot_link import FootLink
from pos_desktop.ui.widgets.meter import MeterBlock
from pos_desktop.ui.widgets.pill import Pill
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Rule, Text


class Initials(Text):
    """A round mark with two letters; the name beside it is what a screen reader says."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, weight=Weight.BOLD, tone="info")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.dim(46), self._theme.dim(46))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("info_weak"))
        side = min(self.width(), self.height())
        painter.drawEllipse(QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side))
        painter.end()
        super().paintEvent(event)


_NOBODY, _NO_BADGE, _NO_METER = PatientPanel("", "", ""), Badge(""), Meter("", "", 0, 0)


class PatientView(QFrame):
    def __init__(self, theme: Theme, intents: Intents) -> None:
        super().__init__()
        self._theme, self._intents = theme, intents
        self.setProperty("look", "card")
        self._change = KeyButton(theme, self.tr("change"), "F2", kind=Kind.CHIP)
        self._change.setAccessibleName(self.tr("Change patient"))
        self._change.clicked.connect(self._open_patient)
        self._initials, self._name = Initials(theme), NameText(theme, size=18, weight=Weight.SEMI)
        self._subtitle = Text(theme, size=12.5, tone="muted", wrap=True)
        self._empty = Text(theme, tone="muted", wrap=True)
        self._badges: list[Pill] = []
        self._meters: list[MeterBlock] = []
        self._title = Text(theme, size=12, weight=Weight.SEMI, tone="muted", caps=True, wrap=True)
        self._more = Text(theme, size=12.5, tone="muted", wrap=True)
        self._foot = FootLink(theme)
        self._foot.clicked.connect(self._open_reckoning)
        self._credit = FootLink(theme, self.tr("Give credit"))
        self._credit.clicked.connect(self._open_credit)
        self._someone = self._build_someone()
        self._foot_rule = Rule()
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 4, 16, 8)
        box.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(
            Text(theme, self.tr("Patient"), size=12, weight=Weight.SEMI, tone="muted", caps=True), 1
        )
        head.addWidget(self._change)
        box.addLayout(head)
        box.addWidget(self._empty)
        box.addWidget(self._someone, 1)
        box.addStretch()
        box.addWidget(self._foot_rule)
        box.addWidget(self._credit)
        box.addWidget(self._foot)

    def _build_someone(self) -> Scroller:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._subtitle)
        who = QHBoxLayout()
        who.setSpacing(12)
        who.addWidget(self._initials)
        who.addLayout(names, 1)
        self._badge_box, self._meter_box = QVBoxLayout(), QVBoxLayout()
        self._badge_box.setSpacing(8)
        self._meter_box.setSpacing(14)
        self._rule = Rule()
        column.addLayout(who)
        column.addSpacing(12)
        column.addLayout(self._badge_box)
        column.addSpacing(16)
        column.addWidget(self._rule)
        column.addSpacing(12)
        column.addWidget(self._title)
        column.addSpacing(14)
        column.addLayout(self._meter_box)
        column.addSpacing(10)
        column.addWidget(self._more)
        column.addStretch()
        return Scroller(page, self.tr("Patient and allotment"))

    def show_patient(self, patient: PatientPanel | None, empty: str) -> None:
        self._someone.setVisible(patient is not None)
        self._empty.setVisible(patient is None)
        self._empty.show_text(empty)
        self._change.show_label(self.tr("find") if patient is None else self.tr("change"))
        footnote = patient.footnote if patient is not None else ""
        credit = patient.credit if patient is not None else ""
        self._foot_rule.setVisible(bool(footnote or credit))
        self._foot.setVisible(bool(footnote))
        self._credit.show_text(credit)
        self._credit.setVisible(bool(credit))
        patient = patient or _NOBODY  # hidden labels are emptied too: a screen reader may walk them
        self._initials.show_text(patient.initials)
        self._name.show_text(patient.name)
        self._subtitle.show_text(patient.subtitle)
        self._title.show_text(patient.allotment_title)
        self._title.setVisible(bool(patient.allotment_title))
        self._rule.setVisible(bool(patient.meters or patient.allotment_title))
        self._foot.show_text(footnote)
        self._show_badges(patient.badges)
        self._show_meters(patient.meters)
        self._more.show_text(patient.meters_note)
        self._more.setVisible(bool(patient.meters_note))

    def _show_badges(self, badges: tuple[Badge, ...]) -> None:
        while len(self._badges) < len(badges):
            pill = Pill(self._theme)
            self._badges.append(pill)
            self._badge_box.addWidget(pill, 0, Qt.AlignmentFlag.AlignLeft)
        for n, pill in enumerate(self._badges):
            badge = badges[n] if n < len(badges) else _NO_BADGE
            pill.setVisible(n < len(badges))
            pill.show_pill(badge.text, badge.tone, dot=badge.dot)

    def _show_meters(self, meters: tuple[Meter, ...]) -> None:
        while len(self._meters) < len(meters):
            block = MeterBlock(self._theme)
            self._meters.append(block)
            self._meter_box.addWidget(block)
        dense = len(meters) >= MANY_METERS
        self._meter_box.setSpacing(9 if dense else 14)
        for n, block in enumerate(self._meters):
            block.setVisible(n < len(meters))
            block.set_dense(dense)
            block.show_meter(meters[n] if n < len(meters) else _NO_METER)

    def _open_patient(self) -> None:
        self._intents.open_sheet.emit(Opens.PATIENT)

    def _open_credit(self) -> None:
        self._intents.open_sheet.emit(Opens.CREDIT)

    def _open_reckoning(self) -> None:
        self._intents.open_sheet.emit(Opens.RECKONING)
