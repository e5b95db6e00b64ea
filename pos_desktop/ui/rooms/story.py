"""The story of one report or difference: where it stands and why, what was tried, what may be done now."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_desktop.ui.counter.cart_panel import FixRow
from pos_desktop.ui.intents import Intents
from pos_desktop.ui.room_state import ReportStep, ReportStory
from pos_desktop.ui.rooms.sides import SidesView
from pos_desktop.ui.state import FixButton, Tone
from pos_desktop.ui.theme import Theme, Weight
from pos_desktop.ui.widgets.breaking import NameText
from pos_desktop.ui.widgets.buttons import KeyButton, Kind
from pos_desktop.ui.widgets.emptying import take_widgets
from pos_desktop.ui.widgets.pill import Pill
from pos_desktop.ui.widgets.scroller import Scroller
from pos_desktop.ui.widgets.text import Rule, Text, card, set_look

RAW_KEY = "X"
_LINE = "\u2028"


class RawText(NameText):
    """What went over the wire, letter for letter; broken wherever the width asks for it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, size=12.5)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)

    def restyle(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self._theme.px(12.5))
        self.setFont(font)

    def show_text(self, text: str) -> None:
        """Lines stay lines; spaces at their beginning too."""
        shown = text.replace("\n", _LINE)
        if shown != self.text():
            self.setText(shown)


class StepRow(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._when = Text(theme, size=12.5, tone="muted")
        self._words = Text(theme, size=13.5, wrap=True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._row.addWidget(self._when, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self._words, 1)

    def show_step(self, step: ReportStep) -> None:
        self._when.show_text(step.when)
        self._words.show_text(step.words)
        self._words.set_tone("" if step.tone is Tone.PLAIN else step.tone.value)

    def when_width(self) -> int:
        return self._when.fontMetrics().horizontalAdvance(self._when.text()) + 4

    def align(self, width: int) -> None:
        self._when.setFixedWidth(width)


class StoryView(QFrame):
    def __init__(self, theme: Theme, intents: Intents, name: str) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self._theme = theme
        self._story: ReportStory | None = None
        self._unfolded = False
        self._rows: list[StepRow] = []
        self._title = Text(theme, size=18, weight=Weight.SEMI, wrap=True)
        self._subtitle = Text(theme, size=12.5, tone="muted", wrap=True)
        self._pill = Pill(theme)
        self._words = Text(theme, wrap=True)
        self._card = card("plain")
        self._cause, self._advice = Text(theme, weight=Weight.SEMI, wrap=True), Text(theme, wrap=True)
        self._facts = QGridLayout()
        self._sides = SidesView(theme)
        self._steps = QVBoxLayout()
        self._earlier = Text(theme, size=12.5, tone="muted", wrap=True)
        self._fold = KeyButton(theme, "", RAW_KEY)
        self._fold.clicked.connect(self.fold)
        self._raw, self._well = RawText(theme), card("plain")
        self._page = QWidget()
        self._lay_out_page()
        self._scroller = Scroller(self._page, name)
        self._note = Text(theme, size=12.5, tone="muted", wrap=True)
        self._fixes = FixRow(theme, intents, Kind.PLAIN)
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(0)
        foot.addWidget(Rule())
        inside = QVBoxLayout()
        inside.setContentsMargins(16, 12, 16, 12)
        inside.setSpacing(8)
        inside.addWidget(self._note)
        inside.addWidget(self._fixes)
        foot.addLayout(inside)
        self._empty = Text(theme, tone="muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._scroller, 1)
        box.addWidget(self._empty, 1)
        box.addWidget(self._foot)
        self._show_nothing()

    def _lay_out_page(self) -> None:
        theme = self._theme
        page = QVBoxLayout(self._page)
        page.setContentsMargins(16, 14, 16, 14)
        page.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._title, 1)
        head.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignTop)
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(14, 10, 14, 10)
        inside.setSpacing(4)
        for each in (self._words, self._cause, self._advice):
            inside.addWidget(each)
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self._steps.setSpacing(6)
        well = QVBoxLayout(self._well)
        well.setContentsMargins(12, 10, 12, 10)
        well.addWidget(self._raw)
        fold = QHBoxLayout()
        fold.addWidget(self._fold)
        fold.addStretch()
        page.addLayout(head)
        page.addWidget(self._subtitle)
        page.addWidget(self._card)
        page.addSpacing(4)
        page.addWidget(self._sides)
        page.addSpacing(2)
        page.addLayout(self._facts)
        page.addSpacing(6)
        self._heading = Text(
            theme, self.tr("What happened"), size=12, weight=Weight.SEMI, tone="muted", caps=True
        )
        page.addWidget(self._heading)
        page.addWidget(self._earlier)
        page.addLayout(self._steps)
        page.addSpacing(6)
        page.addLayout(fold)
        page.addWidget(self._well)
        page.addStretch()

    # -- drawing

    def show_story(self, story: ReportStory | None, *, listed: bool = True) -> None:
        """`listed`: there is something to choose from."""
        before, self._story = self._story, story
        if story is None:
            self._show_nothing(listed=listed)
            return
        if story == before:
            return
        if before is None or before.id != story.id:
            self._unfolded = False
            self._scroller.verticalScrollBar().setValue(0)
        self._empty.hide()
        self._scroller.show()
        self._title.show_text(story.title)
        self._subtitle.show_text(story.subtitle)
        self._subtitle.setVisible(bool(story.subtitle))
        self._pill.show_pill(story.state, story.tone)
        self._show_card(story)
        if before is None or before.facts != story.facts:
            self._show_facts(story.facts)
        self._sides.show_sides(story.sides)
        self._show_steps(story)
        self._raw.show_text(story.raw)
        self._show_fold()
        self._show_actions(story.actions, story.note)

    def _show_nothing(self, *, listed: bool = False) -> None:
        self._empty.show_text(self.tr("Choose a report to read its story.") if listed else "")
        self._scroller.hide()
        self._foot.hide()
        self._empty.show()

    def _show_card(self, story: ReportStory) -> None:
        set_look(self._card, story.tone.value)
        self._words.show_text(story.words)
        self._cause.show_text(story.cause)
        self._cause.setVisible(bool(story.cause))
        self._advice.show_text(story.advice)
        self._advice.setVisible(bool(story.advice))
        # Only what needs a person speaks in colour; the sentence itself is read best in plain ink.
        self._cause.set_tone("danger" if story.tone is Tone.DANGER else "")

    def _show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        take_widgets(self._facts, 0, self._facts.count())
        for n, (label, value) in enumerate(facts):
            name = Text(self._theme, label, size=12.5, tone="muted")
            said = NameText(self._theme, size=13.5)
            said.show_text(value)
            said.setAccessibleName(f"{label}: {value}")
            self._facts.addWidget(name, n, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(said, n, 1)

    def _show_steps(self, story: ReportStory) -> None:
        steps = story.steps
        while len(self._rows) < len(steps):
            row = StepRow(self._theme)
            self._rows.append(row)
            self._steps.addWidget(row)
        for n, row in enumerate(self._rows):
            row.setVisible(n < len(steps))
            if n < len(steps):
                row.show_step(steps[n])
        self._align()
        self._heading.setVisible(bool(steps))
        self._earlier.show_text(story.earlier)
        self._earlier.setVisible(bool(story.earlier))

    def _align(self) -> None:
        shown = self._rows[: len(self._story.steps)] if self._story is not None else []
        width = max((row.when_width() for row in shown), default=0)
        for row in shown:
            row.align(width)

    def _show_actions(self, actions: tuple[FixButton, ...], note: str) -> None:
        self._fixes.show_fixes(actions)
        self._fixes.setVisible(bool(actions))
        self._note.show_text(note)
        self._note.setVisible(bool(note))
        self._foot.setVisible(bool(actions or note))

    @Slot()
    def fold(self) -> None:
        """Show or hide the raw exchange."""
        self._unfolded = not self._unfolded
        self._show_fold()
        if self._unfolded:
            QTimer.singleShot(0, self._see_raw)

    @Slot()
    def _see_raw(self) -> None:
        """Its beginning at the top, as far as there is something below."""
        bar = self._scroller.verticalScrollBar()
        bar.setValue(min(bar.maximum(), max(0, self._fold.y() - 8)))

    def _show_fold(self) -> None:
        raw = self._story is not None and bool(self._story.raw)
        self._fold.setVisible(raw)
        self._well.setVisible(self._unfolded and raw)
        words = self.tr("Hide the raw exchange") if self._unfolded else self.tr("Show the raw exchange")
        self._fold.show_label(words)
        self._fold.restyle()

    def restyle(self) -> None:
        self._align()

    def press(self, name: str) -> str:
        """The id of the action whose key this is; empty if it is none, or the fold's, which is done here."""
        if self._story is None:
            return ""
        if name == RAW_KEY:
            self.fold()
            return ""
        return next((each.id for each in self._story.actions if each.key == name), "")
