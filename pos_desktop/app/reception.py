"""Check-in: from a card, a number or a name to a visit, all from the local store."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from pos_desktop.app.ports import Clock, Ids, Ledger, PatientBook, Person, StateAnswer, StateFigures
from pos_desktop.app.ports.scanning import IdDocument
from pos_desktop.app.views import ViewLog, Why
from pos_desktop.app.visit import Visit
from pos_desktop.domain.certification import Certification
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import CaregiverId, PatientId, SaleId
from pos_desktop.domain.instant import DAY_US, Instant, day_of
from pos_desktop.domain.patient import Caregiver, CheckIn, Patient, Standing, check_in
from pos_desktop.domain.people import Right, require
from pos_desktop.domain.sensitive import CardNumber, Private, guard


@dataclass(frozen=True, slots=True)
class Refused:
    """A card that does not open a sale, and the patient it belongs to where there is one.

    `told_at`: when the state said so, of a refusal that rests on its word.
    """

    why: CheckIn
    patient: Patient | None = None
    card_number: str = ""
    caregiver: Caregiver | None = None
    told_at: Instant | None = None

    def __post_init__(self) -> None:
        guard(self, card_number=CardNumber)

    @property
    def rests_on_state(self) -> bool:
        """The state can take it back: it is worth asking again."""
        return self.why is CheckIn.INACTIVE or self.told_at is not None


@dataclass(frozen=True, slots=True)
class Choose:
    """More than one patient fits, or a caregiver must say for whom."""

    patients: Sequence[Patient]
    caregiver: Caregiver | None = None


@dataclass(frozen=True, slots=True)
class NewPatient:
    """The form of a patient the store does not know yet, as typed."""

    card_number: str
    first_name: str
    last_name: str
    birth_date: str
    card_expires: str

    def __post_init__(self) -> None:
        guard(self, card_number=CardNumber, first_name=Private, last_name=Private, birth_date=Private)


Answer = Visit | Refused | Choose
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)


_UNSHOWN = "Nothing was shown."


class Reception:
    """Lane: database. Whoever sees a patient needs the right to; else RuleRefusal is raised.

    Args:
        history_days: The longest window of the programme; None reads all purchases of a patient.
        card_kind: What a patient shows who is entered at the counter: the usual one of the programme.
        views: Keeps every look at a patient, in the name of who looks.
    """

    def __init__(
        self,
        *,
        patients: PatientBook,
        ledger: Ledger,
        figures: StateFigures,
        clock: Clock,
        ids: Ids,
        zone: ZoneInfo,
        history_days: int | None,
        card_kind: str = "registry",
        views: ViewLog | None = None,
    ) -> None:
        self._patients = patients
        self._ledger = ledger
        self._figures = figures
        self._clock = clock
        self._ids = ids
        self._zone = zone
        self._history_days = history_days
        self._card_kind = card_kind
        self._views = views

    def by_card(self, card_number: str, by: Person) -> Answer:
        """A registry card, scanned or typed; a caregiver's card leads to its patients."""
        require(by, Right.SEE_PATIENT, _UNSHOWN)
        return self._seen(self._of_card(card_number), by)

    def _of_card(self, card_number: str) -> Answer:
        holder = self._patients.by_card(card_number.strip())
        if holder is None:
            return Refused(CheckIn.UNKNOWN, card_number=card_number.strip())
        if isinstance(holder, Patient):
            return self._open(holder, None)
        return self._for_caregiver(holder)

    def by_id_document(self, document: IdDocument, by: Person) -> Answer:
        """A driver's license finds the patient by name and birth date; it never stands in for the registry card."""
        require(by, Right.SEE_PATIENT, _UNSHOWN)
        found = self._patients.by_birth(document.last_name, document.first_name, document.birth_date)
        if not found:
            return Refused(CheckIn.UNKNOWN)
        return self._seen(self._open(found[0], None) if len(found) == 1 else Choose(found), by)

    def by_name(self, text: str, by: Person, limit: int = 20) -> Sequence[Patient]:
        """`ortega`, `ort, ma` or `maria ort`: a prefix of the last name, then of the first; `van dyke` is one too.

        A single word may be the first name.
        """
        require(by, Right.SEE_PATIENT, _UNSHOWN)
        found = self._named(text, limit)
        self._saw(found, by, Why.SEARCH)
        return found

    def _named(self, text: str, limit: int) -> Sequence[Patient]:
        last, comma, first = (part.strip() for part in text.partition(","))
        if comma:
            return self._patients.by_name(last, first, limit) if last else ()
        first, _, last = " ".join(text.split()).rpartition(" ")
        found = self._patients.by_name(last, first, limit) if last else ()
        return found or (self._patients.by_name(f"{first} {last}", "", limit) if first else ())

    def open(
        self,
        patient_id: PatientId,
        by: Person,
        caregiver_id: CaregiverId | None = None,
        why: Why = Why.CHECK_IN,
    ) -> Visit | Refused:
        require(by, Right.SEE_PATIENT, _UNSHOWN)
        opened = self._found(patient_id, caregiver_id)
        self._saw(_shown(opened), by, why)
        return opened

    def _found(self, patient_id: PatientId, caregiver_id: CaregiverId | None) -> Visit | Refused:
        patient = self._patients.by_id(patient_id)
        if patient is None:
            return Refused(CheckIn.UNKNOWN)
        caregiver = None if caregiver_id is None else self._patients.caregiver(caregiver_id)
        if caregiver_id is not None and caregiver is None:
            return Refused(CheckIn.NOT_LINKED, patient)
        return self._open(patient, caregiver)

    def refresh(self, visit: Visit) -> Visit | Refused:
        """The same look goes on: read patient, history and state figure again; the cart and the sale's id stay."""
        again = self._again(visit.patient, visit.caregiver)
        if isinstance(again, Refused):
            return again
        if again.answer is not None and again.answer != visit.answer and not again.answer.found:
            return Refused(CheckIn.INACTIVE, again.patient, "", again.caregiver, again.answer.as_of)
        return Visit(
            visit.sale_id,
            again.patient,
            again.caregiver,
            again.history,
            again.answer,
            visit.opened_at,
            visit.cart,
            again.stated,
            visit.lifts,
        )

    def with_answer(self, visit: Visit, answer: StateAnswer) -> Visit | Refused:
        """Keep what the state said about this patient, then look at the visit in its light."""
        self._figures.store(visit.patient.id, answer)
        if not answer.found or not answer.active:
            return Refused(CheckIn.INACTIVE, visit.patient, "", visit.caregiver, answer.as_of)
        return self.refresh(visit)

    def reconsidered(self, refused: Refused, answer: StateAnswer) -> Visit | Refused:
        """Keep what the state said when it was asked again about a refused patient, and try the door once more."""
        if refused.patient is None:
            return refused
        self._figures.store(refused.patient.id, answer)
        return self._again(refused.patient, refused.caregiver)

    def register(self, form: NewPatient, by: Person) -> Visit | Refused:
        """Add a patient that the store did not know, then open the visit.

        Raises:
            BadInput: a field cannot be read or is empty; nothing was saved.
            RuleRefusal: not for everybody.
        """
        require(by, Right.ENTER_PATIENT, "Nothing was saved.")
        patient = Patient(
            id=PatientId(self._ids.new()),
            card_number=_filled(form.card_number, "Card number"),
            first_name=_filled(form.first_name, "First name"),
            last_name=_filled(form.last_name, "Last name"),
            birth_date=parse_date(form.birth_date, "Date of birth"),
            card_expires=parse_date(form.card_expires, "Card expires"),
            card_kind=self._card_kind,
            standing=Standing.NEW,
        )
        now = self._clock.now()
        if patient.birth_date > now.date_in(self._zone):
            raise BadInput("Date of birth lies in the future. Nothing was saved.")
        self._patients.add(patient, by.id, now)
        self._saw((patient,), by, Why.ENTERED)
        return self._open(patient, None)

    def _seen(self, answer: Answer, by: Person) -> Answer:
        self._saw(_shown(answer), by, Why.CHOICE if isinstance(answer, Choose) else Why.CHECK_IN)
        return answer

    def _saw(self, patients: Sequence[Patient], by: Person, why: Why) -> None:
        """Before anybody sees the answer: a look that cannot be kept is not given."""
        if self._views is not None and patients:
            self._views.seen(by, why, [each.id for each in patients])

    def _again(self, patient: Patient, caregiver: Caregiver | None) -> Visit | Refused:
        return self._found(patient.id, None if caregiver is None else caregiver.id)

    def _for_caregiver(self, caregiver: Caregiver) -> Answer:
        served = self._patients.patients_of(caregiver)
        if not served:
            return Refused(CheckIn.CAREGIVER_WITHOUT_PATIENT)
        return self._open(served[0], caregiver) if len(served) == 1 else Choose(served, caregiver)

    def _open(self, patient: Patient, caregiver: Caregiver | None) -> Visit | Refused:
        now = self._clock.now()
        why = check_in(patient, caregiver, now.date_in(self._zone))
        answer = self._figures.last(patient.id)
        if why is not None:
            return Refused(why, patient, caregiver=caregiver, told_at=_told_at(why, patient, answer))
        return Visit(
            sale_id=SaleId(self._ids.new()),
            patient=patient,
            caregiver=caregiver,
            history=self._ledger.window(patient.id, self._since(now)),
            answer=answer,
            opened_at=now,
            stated=Certification.of(self._patients.facts(patient.id)),
        )

    def _since(self, now: Instant) -> Instant:
        days = self._history_days
        return Instant(0) if days is None else now.plus_us(-(days + 2) * DAY_US)


def _shown(answer: Answer) -> Sequence[Patient]:
    """Whom the screen shows, or speaks of."""
    if isinstance(answer, Choose):
        return answer.patients
    return () if answer.patient is None else (answer.patient,)


def _told_at(why: CheckIn, patient: Patient, answer: StateAnswer | None) -> Instant | None:
    """A standing is the state's word; a day of expiry is, where the state named that very day."""
    if answer is None:
        return None
    named = why is CheckIn.EXPIRED and answer.found and answer.expires == patient.card_expires
    return answer.as_of if named or why is CheckIn.INACTIVE else None


def parse_date(text: str, field: str) -> date:
    """`2027-01-31` or `01/31/2027`. Raises BadInput naming the field, and of what is private no more."""
    cleaned = text.strip()
    try:
        american = _AMERICAN.fullmatch(cleaned)
        if american is not None:
            month, day, year = map(int, american.groups())
            return date(year, month, day)
        return day_of(cleaned)
    except ValueError:
        shown = f"{field}: this" if isinstance(text, Private) else f"{field}: “{cleaned}”"
        raise BadInput(
            f"{shown} is not a date. Write it as 01/31/2027 or 2027-01-31. Nothing was saved."
        ) from None


def _filled(text: str, field: str) -> str:
    cleaned = " ".join(text.split())
    if not cleaned or not cleaned.isprintable():
        raise BadInput(f"{field} is missing. Nothing was saved.")
    return cleaned
