"""Every look at a patient, with person and reason (reliability contract, I9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from pos_desktop.app.ports import Clock, Person
from pos_desktop.app.ports.privacy import PatientViews, View
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.people import EMERGENCY, Right, require


class Why(StrEnum):
    """The short list. What else there is to say is typed beside it."""

    CHECK_IN = "check-in"
    SEARCH = "search"
    CHOICE = "choice"
    """Shown in a list to choose from: of a caregiver's patients, or two of one name."""
    ENTERED = "entered"
    HELD = "held-carts"
    RECALL = "recall"
    TAKEN_OVER = "taken-over"
    """Somebody else signed in at a counter whose sale was open."""
    RECKONING = "reckoning"
    CERTIFICATION = "certification"
    REPORT = "report"
    """What the state answered to a report, or what became of it."""
    REPRINT = "reprint"
    CREDIT = "credit"
    EXPORT = "export"
    REQUEST = "patients-request"
    INSPECTION = "inspection"
    PURGE = "purge"
    EMERGENCY = "emergency"


IN_WORDS = {
    Why.CHECK_IN: "at check-in",
    Why.SEARCH: "in a search",
    Why.CHOICE: "in a list to choose from",
    Why.ENTERED: "when entered at the counter",
    Why.HELD: "in the list of held carts",
    Why.RECALL: "when a held cart was taken up",
    Why.TAKEN_OVER: "when an open sale was taken over",
    Why.RECKONING: "the reckoning of the allotment",
    Why.CERTIFICATION: "the certification",
    Why.REPORT: "a report to the state",
    Why.REPRINT: "a receipt printed again",
    Why.CREDIT: "the account of store credit",
    Why.EXPORT: "in an export",
    Why.REQUEST: "at the patient’s own request",
    Why.INSPECTION: "for an inspection",
    Why.PURGE: "before a purge",
    Why.EMERGENCY: "in an emergency",
}
NEEDS_NOTE = frozenset({Why.INSPECTION, Why.EMERGENCY})
_GOES_ON = frozenset({Why.SEARCH, Why.REPORT, Why.RECKONING, Why.HELD, Why.EMERGENCY})
_ONE_LOOK_US, _REMEMBERED = MINUTE_US, 500
"""While somebody types on, or a list is painted anew, the same patient for the same reason is one look."""


class ViewLog:
    """Lane: database, beside the look-up itself: a look that cannot be kept is not given."""

    def __init__(self, book: PatientViews, clock: Clock) -> None:
        self._book, self._clock = book, clock
        self._looked: dict[tuple[str, str, Why], Instant] = {}

    def seen(self, by: Person, why: Why, patients: Iterable[PatientId], note: str = "") -> None:
        """Whoever came in by the sealed code sees in an emergency, whatever is done: the words are kept with the code.

        Raises:
            BadInput: this reason needs words beside it, and there are none.
        """
        if by.id == EMERGENCY.id:
            why = Why.EMERGENCY
        elif why in NEEDS_NOTE and len(note.split()) < 2:
            raise BadInput(
                "Say in a few words why the record is opened. Nothing was opened.", code="no-reason"
            )
        wanted = list(dict.fromkeys(patients))
        now = self._clock.now()
        if why in _GOES_ON:
            wanted = [each for each in wanted if self._anew((by.id, each, why), now)]
        if wanted:
            self._book.add(wanted, by.id, now, why, " ".join(note.split()))

    def sold(self, by: Person, first: Instant, note: str) -> int:
        """An export with everybody who bought from `first` on."""
        return self._book.add_sold(first, by.id, self._clock.now(), Why.EXPORT, note)

    def of(self, by: Person, patient_id: PatientId) -> Sequence[View]:
        """Who saw this patient. Raises RuleRefusal: this person may not know."""
        require(by, Right.READ_VIEWS, "Nothing was shown.")
        return self._book.of(patient_id)

    def _anew(self, look: tuple[str, str, Why], now: Instant) -> bool:
        last = self._looked.get(look)
        if last is not None and 0 <= now.since_us(last) < _ONE_LOOK_US:
            return False
        if len(self._looked) > _REMEMBERED:
            self._looked.clear()
        self._looked[look] = now
        return True
