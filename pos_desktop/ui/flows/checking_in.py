"""From a card, a license or a name to a patient at the counter, and the state's word beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.ports import StateAnswer
from pos_desktop.app.ports.scanning import IdDocument
from pos_desktop.app.reception import Answer, Choose, NewPatient, Refused
from pos_desktop.app.visit import Visit
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import age_on
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.patient import CheckIn, Patient
from pos_desktop.domain.sensitive import told
from pos_desktop.ui.flows.floor import CHOICE, NEW_PATIENT, Floor
from pos_desktop.ui.presenter.till_talk import asking_again, check_in_sentence, refusal_sentence
from pos_desktop.ui.sheet_state import ChoiceSheet, FormField, NewPatientSheet
from pos_desktop.ui.state import FixButton, ResultKind, ResultRow, Tone

translate = QCoreApplication.translate


class CheckingIn:
    """Of several questions only the last one opens a patient; an earlier one that is answered late is dropped."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._asked = 0
        self.refused: Callable[[Refused], None] = lambda _: None
        """Hears of each card that opened no sale."""

    def card(self, number: str, *, unknown: str = "") -> None:
        """Open by card number. `unknown`: the sentence when nobody has it (a scan of no known form)."""
        by = self._floor.by
        self._ask("open by card", lambda: self._floor.desk.reception.by_card(number, by), unknown)

    def typed(self, text: str) -> None:
        """Enter in the search field: a card number has a digit; what has none is a name, and no card to enter."""
        if any(letter.isdigit() for letter in text):
            self.card(text)
        else:
            self.card(text, unknown=translate("CheckIn", "Nobody by that name is known here."))

    def document(self, document: IdDocument) -> None:
        unknown = translate(
            "CheckIn", "Nobody of this name and birth date is known here. Scan the registry card."
        )
        by = self._floor.by
        self._ask("open by license", lambda: self._floor.desk.reception.by_id_document(document, by), unknown)

    def patient(self, patient_id: str) -> None:
        """A patient chosen from a list; of a caregiver's patients when one is choosing."""
        choice, by = self._floor.choice, self._floor.by
        caregiver = None if choice is None or choice.caregiver is None else choice.caregiver.id
        self._ask(
            "open patient", lambda: self._floor.desk.reception.open(PatientId(patient_id), by, caregiver)
        )

    def form(self, values: Mapping[str, str]) -> None:
        """The new-patient form was saved."""
        form = NewPatient(
            card_number=values.get("card_number", ""),
            first_name=values.get("first_name", ""),
            last_name=values.get("last_name", ""),
            birth_date=values.get("birth_date", ""),
            card_expires=values.get("card_expires", ""),
        )
        by = self._floor.by
        self._floor.lanes.database(
            "new patient",
            lambda: self._floor.desk.reception.register(form, by),
            self._answered,
            self._form_failed,
        )

    def open_form(self) -> None:
        """The fields that the programme asks for of a patient whom the store does not know."""
        programme = self._floor.desk.limits.programme
        fields = tuple(
            FormField(
                name, _label(name), self._floor.unknown_card if name == "card_number" else "", _hint(name)
            )
            for name in programme.new_patient_fields
        )
        intro = translate(
            "CheckIn",
            "Copy these from the registry card. The card is checked at the state when it can be asked.",
        )
        self._floor.open_sheet(NEW_PATIENT, NewPatientSheet(intro, fields))

    def ask_state(self) -> None:
        """Ask beside the sale; nothing waits for it but payment, where the programme says so."""
        floor = self._floor
        if floor.visit is None or floor.desk.ask_state is None or floor.asking:
            return
        ask, visit = floor.desk.ask_state, floor.visit
        floor.asking = True
        floor.lanes.network(
            "ask the state",
            lambda: ask(visit.patient),
            lambda answer: self._state_answered(visit, answer),
            lambda problem: self._state_failed(visit, problem),
        )

    def say_refused(self, refused: Refused, *, not_saved: bool = False) -> None:
        """`not_saved`: a sale to this patient came back."""
        desk = self._floor.desk
        reached = desk.ask_state is None or desk.link.link is Link.UP
        self.refused(refused)
        said = refusal_sentence(refused, desk.clock.now(), desk.zone, reached=reached)
        if not_saved:
            lost = translate("CheckIn", "The sale is not saved; give back what was paid.")
            said = f"{lost} {said}"
        self._floor.say(Tone.DANGER, said)

    # -- what came back

    def _ask(self, name: str, operation: Callable[[], Answer], unknown: str = "") -> None:
        self._asked += 1
        asked = self._asked

        def answered(answer: Answer) -> None:
            if asked == self._asked:
                self._answered(answer, unknown)

        self._floor.on_database(name, operation, answered)

    def _answered(self, answer: Answer, unknown: str = "") -> None:
        floor = self._floor
        if floor.has_lines and not (isinstance(answer, Refused) and answer.why is CheckIn.UNKNOWN):
            floor.say(Tone.WARN, sale_under_way())
        elif isinstance(answer, Choose):
            self._offer(answer)
        elif isinstance(answer, Refused):
            self._refused(answer, unknown)
        else:
            floor.notice = None
            floor.begin(answer)
            self.ask_state()
            floor.show()

    def _refused(self, refused: Refused, unknown: str) -> None:
        floor = self._floor
        if not floor.paying:
            floor.close_sheet()
        if refused.why is not CheckIn.UNKNOWN:
            if not self._ask_again(refused):
                self.say_refused(refused)
            return
        self.refused(refused)
        floor.unknown_card = "" if unknown else refused.card_number
        action = FixButton(NEW_PATIENT, translate("CheckIn", "New patient"), "") if not unknown else None
        floor.say(Tone.WARN, unknown or check_in_sentence(refused.why, None), action)

    def _ask_again(self, refused: Refused) -> bool:
        """The state is asked about its own no, beside the counter; False when it is not its, or cannot be asked.

        A yes opens the patient by itself, unless the person has gone on meanwhile.
        """
        floor = self._floor
        ask, patient = floor.desk.ask_state, refused.patient
        if ask is None or patient is None or not refused.rests_on_state or floor.desk.link.link is Link.DOWN:
            return False
        asked, before = self._asked, floor.visit

        def settled(again: Visit | Refused) -> None:
            if asked != self._asked or floor.visit is not before or floor.notice is None:
                return
            if isinstance(again, Refused):
                self.say_refused(again)
            else:
                floor.notice = None
                floor.begin(again)
                floor.show()

        def answered(answer: StateAnswer | None) -> None:
            if answer is None:
                settled(refused)
                return
            floor.on_database(
                "keep the state's answer",
                lambda: floor.desk.reception.reconsidered(refused, answer),
                settled,
            )

        floor.say(Tone.DANGER, asking_again(refused))
        floor.lanes.network("ask the state", lambda: ask(patient), answered, floor.refuse)
        return True

    def _offer(self, choice: Choose) -> None:
        title, intro = translate("CheckIn", "Which patient?"), ""
        if choice.caregiver is not None:
            intro = translate(
                "CheckIn",
                "Ask for whom, and compare age and card: each patient has an allotment of their own, and the sale "
                "counts in the one chosen.",
            )
            title = told(translate("CheckIn", "For whom does {name} buy?"), name=choice.caregiver.name)
        rows = tuple(patient_row(each, self._floor) for each in choice.patients)
        self._floor.open_sheet(CHOICE, ChoiceSheet(title, rows, intro))
        self._floor.choice = choice

    def _form_failed(self, problem: BaseException) -> None:
        sheet = self._floor.sheet
        if isinstance(problem, BadInput) and isinstance(sheet, NewPatientSheet):
            self._floor.open_sheet(NEW_PATIENT, replace(sheet, error=problem.sentence))
        else:
            self._floor.refuse(problem)

    def _state_answered(self, asked: Visit, answer: StateAnswer | None) -> None:
        floor = self._floor
        if floor.visit is None or floor.visit.sale_id != asked.sale_id:
            return
        if answer is None:
            floor.asking = False
            floor.show()
            return
        floor.lanes.database(
            "keep the state's answer",
            lambda: floor.desk.reception.with_answer(asked, answer),
            lambda fresh: self._state_kept(asked, fresh),
            lambda problem: self._state_failed(asked, problem),
        )

    def _state_kept(self, asked: Visit, fresh: Visit | Refused) -> None:
        floor = self._floor
        if floor.visit is None or floor.visit.sale_id != asked.sale_id:
            return
        floor.asking = False
        if floor.entry is not None and (floor.entry.saving or floor.done_sale is not None):
            return  # it comes after the sale; the next check-in reads it from the store
        if isinstance(fresh, Refused):
            floor.end_visit()
            self.say_refused(fresh)
            return
        # Lines may have been added while the state was asked: the cart at the counter is the one that counts.
        now = floor.visit
        floor.visit = replace(fresh, sale_id=now.sale_id, cart=now.cart, lifts=now.lifts)
        floor.show()

    def _state_failed(self, asked: Visit, problem: BaseException) -> None:
        floor = self._floor
        if floor.visit is not None and floor.visit.sale_id == asked.sale_id:
            floor.asking = False
        floor.refuse(problem)


def sale_under_way() -> str:
    return translate("Counter", "A sale is under way. Hold it (F6) or clear it, then scan the card again.")


def patient_row(patient: Patient, floor: Floor) -> ResultRow:
    today = floor.desk.clock.now().date_in(floor.desk.limits.programme.zone)
    return ResultRow(
        id=patient.id,
        kind=ResultKind.PATIENT,
        title=patient.name,
        detail=translate("CheckIn", "Age {age} · card ····{ending}").format(
            age=age_on(patient.birth_date, today), ending=patient.card_ending
        ),
    )


def _label(name: str) -> str:
    return {
        "card_number": translate("CheckIn", "Card number"),
        "first_name": translate("CheckIn", "First name"),
        "last_name": translate("CheckIn", "Last name"),
        "birth_date": translate("CheckIn", "Date of birth"),
        "card_expires": translate("CheckIn", "Card expires"),
    }.get(name, name.replace("_", " ").capitalize())


def _hint(name: str) -> str:
    return translate("CheckIn", "01/31/2027") if name in ("birth_date", "card_expires") else ""
