"""Somebody else’s PIN at this counter: for one named action that the signed-in person may not do alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.signing_in import SigningIn
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import SECOND_US
from pos_desktop.domain.people import Approval, Person, Right, who_may
from pos_desktop.ui.flows.floor import SECOND, Floor
from pos_desktop.ui.pin_state import PinAsked
from pos_desktop.ui.presenter.lock_words import code_wanted
from pos_desktop.ui.presenter.people import named
from pos_desktop.ui.sheet_state import SecondPersonSheet, Sheet
from pos_desktop.ui.state import Tone

translate = QCoreApplication.translate
PATIENCE_US = 60 * SECOND_US
"""Nobody came: what was to be approved is not."""

Look = Callable[[SigningIn, Person, PersonId, str, str], Any]
"""For the database lane: who is asked, the signed-in person, whose PIN, the PIN, the code of an authenticator."""
_CODE_WANTED = object()
"""The answer to a PIN that a code goes with: it is typed next."""


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """`behind` is what lay there before and comes back; `late` is said when nobody came in time."""

    actor: Person
    door: SigningIn
    look: Look
    done: Callable[[Any], None]
    late: str
    behind: tuple[str, Sheet | None]


class SecondPerson:
    """One question at a time. `done` is called on the GUI thread, when the sheet that lay there before is back.

    It is not called where the person left (Esc), nobody came in time, or the counter was locked meanwhile.
    """

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._question: _Question | None = None
        self._until_us = 0
        self._first = ""
        """The PIN as typed, while the code that goes with it is typed."""

    def approve(
        self, right: Right, about: str, title: str, body: str, done: Callable[[Approval], None]
    ) -> None:
        """Of one action that takes `right`; `about` is what the use case wants the approval to name."""

        def look(door: SigningIn, actor: Person, person_id: PersonId, pin: str, code: str) -> Approval:
            return door.approve(actor, person_id, pin, right, about, code=code)

        asked = PinAsked(
            (),
            action=translate("SecondPerson", "Approve"),
            empty_text=translate(
                "SecondPerson", "Nobody else who works here may approve this and has a PIN."
            ),
        )
        late = translate("SecondPerson", "Nobody approved it within a minute. Nothing was changed.")
        alone = f"{who_may(right)} {translate('SecondPerson', 'Nothing was changed.')}"
        self._ask(
            SecondPersonSheet(title, body, asked), lambda each: each.may(right), look, done, (late, alone)
        )

    def within_reach(self, right: Right) -> bool:
        """Whether the signed-in person may, or somebody else can be asked at this counter."""
        return self._floor.by.may(right) or self._floor.desk.signing_in is not None

    def with_right(
        self, right: Right, about: str, title: str, body: str, done: Callable[[Approval | None], None]
    ) -> None:
        """At once and without an approval where the signed-in person may; else as `approve`."""
        if self._floor.by.may(right):
            done(None)
        else:
            self.approve(right, about, title, body, done)

    def witness(
        self,
        title: str,
        body: str,
        about: str,
        may: Callable[[Person], bool],
        done: Callable[[Person], None],
    ) -> None:
        """Of what the signed-in person does; `about` is what the journal names."""

        def look(door: SigningIn, actor: Person, person_id: PersonId, pin: str, code: str) -> Person:
            return door.witness(actor, person_id, pin, about, may, code=code)

        asked = PinAsked(
            (),
            action=translate("SecondPerson", "I have seen it"),
            empty_text=translate(
                "SecondPerson", "Nobody else who works here may witness this and has a PIN."
            ),
        )
        late = translate("SecondPerson", "Nobody witnessed it within a minute. Nothing was saved.")
        alone = translate("SecondPerson", "A second person must witness this. Nothing was saved.")
        self._ask(SecondPersonSheet(title, body, asked), may, look, done, (late, alone))

    # -- wishes

    def chosen(self, person_id: str) -> None:
        """Another name: what was said of the last one's PIN is over."""
        sheet = self._sheet
        if sheet is not None and not sheet.pin.busy and person_id in {each.id for each in sheet.pin.people}:
            self._first = ""
            self._show(replace(sheet.pin, chosen=person_id, said="", turn=sheet.pin.turn + 1))

    def typed(self, person_id: str, pin: str) -> None:
        """Enter: look at it, on the database lane."""
        question, sheet = self._question, self._sheet
        if question is None or sheet is None or sheet.pin.busy:
            return
        if person_id not in {each.id for each in sheet.pin.people}:
            return
        first, self._first = self._first, "" if self._first else pin
        by = PersonId(person_id)

        def look() -> Any:
            if first:
                return question.look(question.door, question.actor, by, first, pin)
            if question.door.asks_code(by):
                return _CODE_WANTED
            return question.look(question.door, question.actor, by, pin, "")

        self._show(replace(sheet.pin, chosen=person_id, said="", busy=True))
        self._floor.lanes.database(
            "a second person’s PIN",
            look,
            lambda result: self._right(question, result),
            lambda problem: self._wrong(question, problem),
        )

    def back(self) -> None:
        """Esc: nothing was approved."""
        self._leave()
        self._floor.show()

    def cancel(self) -> None:
        """The counter is locked: whoever signs in next asks for themselves."""
        self._leave()

    def tick(self) -> None:
        """Each second."""
        question = self._question
        if question is None:
            return
        if self._sheet is None:
            self._question = None  # its sale or room is gone, and the sheet with it
        elif self._floor.desk.clock.monotonic_us() >= self._until_us:
            self._leave()
            self._floor.say(Tone.WARN, question.late)

    # -- inside

    @property
    def _sheet(self) -> SecondPersonSheet | None:
        sheet = self._floor.sheet
        return sheet if isinstance(sheet, SecondPersonSheet) else None

    def _ask(
        self,
        sheet: SecondPersonSheet,
        may: Callable[[Person], bool],
        look: Look,
        done: Callable[[Any], None],
        words: tuple[str, str],
    ) -> None:
        floor, door, actor = self._floor, self._floor.desk.signing_in, self._floor.by
        late, alone = words
        if door is None:
            floor.say(Tone.WARN, alone)
            return
        before = floor.sheet_kind

        def read() -> list[Person]:
            return [each for each in door.people() if each.id != actor.id and may(each)]

        def show(people: list[Person]) -> None:
            if floor.actor is not actor or floor.sheet_kind != before or before == SECOND:
                return  # locked, or gone on to something else
            self._first = ""
            self._be_patient()
            self._question = _Question(actor, door, look, done, late, (floor.sheet_kind, floor.sheet))
            names = named(people)
            first = names[0].id if names else ""
            floor.results = None
            floor.sheet_kind = SECOND
            floor.sheet = replace(sheet, pin=replace(sheet.pin, people=names, chosen=first))
            floor.show()

        floor.on_database("who may be the second person", read, show)

    def _be_patient(self) -> None:
        self._until_us = self._floor.desk.clock.monotonic_us() + PATIENCE_US

    def _right(self, question: _Question, result: Any) -> None:
        sheet = self._sheet
        if self._question is not question or sheet is None:
            return
        if result is _CODE_WANTED:
            self._be_patient()
            turn = sheet.pin.turn + 1
            self._show(replace(sheet.pin, said=code_wanted(), tone=Tone.INFO, busy=False, turn=turn))
            return
        self._leave()
        question.done(result)
        self._floor.show()

    def _wrong(self, question: _Question, problem: BaseException) -> None:
        sheet = self._sheet
        if self._question is not question or sheet is None:
            if not isinstance(problem, RuleRefusal):
                self._floor.refuse(problem)
            return
        if isinstance(problem, RuleRefusal):
            self._first, turn = "", sheet.pin.turn + 1
            self._show(replace(sheet.pin, said=problem.sentence, tone=Tone.WARN, busy=False, turn=turn))
            return
        self._leave()
        self._floor.refuse(problem)

    def _show(self, pin: PinAsked) -> None:
        sheet = self._sheet
        if sheet is not None:
            self._floor.sheet = replace(sheet, pin=pin)
            self._floor.show()

    def _leave(self) -> None:
        question, self._question, self._first = self._question, None, ""
        if question is not None and self._sheet is not None:
            self._floor.sheet_kind, self._floor.sheet = question.behind


def second_is_asked() -> str:
    return translate(
        "SecondPerson",
        "A second person’s PIN is asked for. Type it, or press Esc, then scan again. Nothing was added.",
    )
