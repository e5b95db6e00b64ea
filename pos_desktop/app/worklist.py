"""Reports to the state as a person works with them: what waits, what happened to one, and what may be done."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pos_desktop.app.ports import Clock, Person, SettingsBook
from pos_desktop.app.ports.worklist import Ahead, Listed, Step, Which, Word, WorklistStore
from pos_desktop.app.reasons import good_reason
from pos_desktop.app.views import ViewLog, Why
from pos_desktop.domain.deadlines import is_late, is_past_due
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import VOID, OutboxItem, OutboxState
from pos_desktop.domain.people import Approval, Right, require
from pos_desktop.domain.persons_word import Action, after_word, allowed, is_foreign, words_of
from pos_desktop.domain.sensitive import CardNumber, guard

PAGE = 50
ASKED_TO_GO_ON = "Asked to go on with it."
_KEPT, _UNSHOWN = "Nothing was changed.", "Nothing was shown."


@dataclass(frozen=True, slots=True)
class Line:
    """One report in a list; no names, and of a card number the last four signs at most."""

    id: str
    kind: str
    number: str
    external: str
    patient: str
    state: OutboxState
    words: str
    cause: str
    made_at: Instant
    due_at: Instant | None
    late: bool
    past_due: bool
    """Of a deadline; `late` is also what is merely old."""
    ahead: Ahead | None = None

    def __post_init__(self) -> None:
        guard(self, patient=CardNumber)


@dataclass(frozen=True, slots=True)
class Page:
    lines: tuple[Line, ...]
    counts: Mapping[Which, int]
    """How many there are of each, whichever is shown."""


@dataclass(frozen=True, slots=True)
class Told:
    """One step of a report's way, in plain words. `excerpt` is the service's answer, patient data masked."""

    at: Instant
    words: str
    excerpt: str = ""
    http_status: int | None = None
    by: str = ""
    kind: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    line: Line
    item: OutboxItem
    steps: tuple[Told, ...]
    allowed: tuple[Action, ...]
    others: tuple[Line, ...]
    """The sale's other reports: of a sale its void, of a void its sale."""

    @property
    def reason(self) -> str:
        """Why the sale was voided, where this is the report of a void."""
        return str(json.loads(self.item.payload).get("reason", ""))

    @property
    def excerpt(self) -> str:
        """The last answer of the service that was kept."""
        return next((each.excerpt for each in reversed(self.steps) if each.excerpt), "")


class Worklist:
    """Lane: database. Works beside a running sender: each word is one transaction of the store."""

    def __init__(
        self,
        store: WorklistStore,
        settings: SettingsBook,
        clock: Clock,
        views: ViewLog | None = None,
    ) -> None:
        self._views = views
        self._store = store
        self._settings = settings
        self._clock = clock

    def page(self, which: Which, by: Person, *, offset: int = 0, limit: int = PAGE) -> Page:
        """Raises RuleRefusal: not for everybody."""
        require(by, Right.READ_REPORTS, _UNSHOWN)
        now, license_number = self._clock.now(), self._license
        found = self._store.page(which, now, offset=offset, limit=limit)
        lines = tuple(_line(each, license_number, now) for each in found)
        return Page(lines, self._store.tally(now))

    def find(self, ref: str, by: Person) -> str:
        """The id of the one report that `ref` names: by id, sale number or external number, or how one begins.

        Raises:
            BadInput: none, or more than one.
            RuleRefusal: not for everybody.
        """
        require(by, Right.READ_REPORTS, _UNSHOWN)
        found = self._store.find(ref.strip()) if ref.strip() else ()
        if not found:
            raise BadInput(
                f"No report is known by “{ref}”. Name it by its id, the sale's number or the number that the state "
                "knows it by; a void by void: and one of these numbers.",
                code="no-report",
            )
        if len(found) > 1:
            raise BadInput(
                f"More than one report begins with “{ref}”. Write more of it.", code="not-one-report"
            )
        return found[0]

    def story(self, item_id: str, by: Person) -> Story:
        """Raises BadInput: there is no such report; RuleRefusal: not for everybody."""
        require(by, Right.READ_REPORTS, _UNSHOWN)
        listed = self._listed(item_id)
        if self._views is not None:
            self._views.seen(by, Why.REPORT, [PatientId(listed.item.aggregate)])
        now, license_number = self._clock.now(), self._license
        siblings = self._store.of_sale(listed.item.sale_id)
        hide = [
            number for each in siblings for number in people_of(each)
        ]  # a void names nobody, its answers might
        others = [each for each in siblings if each.id != item_id]
        return Story(
            line=_line(listed, license_number, now),
            item=listed.item,
            steps=tuple(_told(each, hide) for each in self._store.steps(item_id)),
            allowed=allowed(listed.item, license_number),
            others=tuple(_line(Listed(each, listed.number), license_number, now) for each in others),
        )

    def retry(self, item_id: str, actor: Person, approval: Approval | None = None) -> OutboxItem:
        """Go on with it now: its cause was put right, or nobody wants to wait for its back-off.

        Raises:
            RuleRefusal: not for everybody, or not possible in its state; the sentence says what is.
        """
        answers = require(actor, Right.RETRY_REPORT, _KEPT, approval=approval, about=item_id)
        return self._decide(item_id, Action.RETRY, ASKED_TO_GO_ON, answers)

    def resolve(
        self,
        item_id: str,
        decision: Action,
        reason: str,
        actor: Person,
        remote_id: str = "",
        approval: Approval | None = None,
    ) -> OutboxItem:
        """A person ends what the program cannot settle by itself. An approval names the report's id.

        Raises:
            RuleRefusal: not for everybody, or not possible in the report's state; the sentence says what is.
            BadInput: the reason says nothing, or `reported` names no receipt.
        """
        if approval is None:
            require(actor, Right.SETTLE_REPORT, _KEPT)
        reason = good_reason(reason)
        if remote_id and decision is not Action.REPORTED:
            raise BadInput(
                f"A receipt goes with {Action.REPORTED} only. Nothing was changed.", code="no-receipt-here"
            )
        answers = require(actor, Right.SETTLE_REPORT, _KEPT, approval=approval, about=item_id)
        return self._decide(item_id, decision, reason, answers, remote_id)

    def _decide(
        self, item_id: str, action: Action, reason: str, actor: Person, remote_id: str = ""
    ) -> OutboxItem:
        now, license_number = self._clock.now(), self._license

        def change(item: OutboxItem) -> OutboxItem:
            return after_word(item, action, now, license_number=license_number, remote_id=remote_id)

        return self._store.decide(item_id, change, Word(action, reason, actor.id, now))

    def _listed(self, item_id: str) -> Listed:
        listed = self._store.read(item_id)
        if listed is None:
            raise BadInput("There is no such report. Nothing was changed.", code="no-report")
        return listed

    @property
    def _license(self) -> str:
        return self._settings.register().license


def people_of(item: OutboxItem) -> tuple[str, ...]:
    """Card numbers in a report, to be hidden in whatever is shown of it."""
    told = json.loads(item.payload)
    return tuple(filter(None, (told.get("patient"), told.get("caregiver"))))


def masked(text: str, numbers: Iterable[str]) -> str:
    for number in sorted(numbers, key=len, reverse=True):
        text = re.sub(re.escape(number), lambda found: _last_four(found[0]), text, flags=re.IGNORECASE)
    return text


def _last_four(number: str) -> str:
    return f"…{number[-4:]}" if len(number) > 4 else "…"


def _line(listed: Listed, license_number: str, now: Instant) -> Line:
    item, hide = listed.item, people_of(listed.item)
    foreign = item.state in _HELD and is_foreign(item, license_number)
    return Line(
        id=item.id,
        kind=item.kind,
        number=listed.number,
        external=item.natural_key.removeprefix(f"{VOID}:"),
        patient=_last_four(hide[0]) if hide else "",
        state=item.state,
        words=_words(listed, license_number),
        cause=_foreign_cause(item) if foreign else masked(item.last_error, hide),
        made_at=item.created_at,
        due_at=item.due_at,
        late=not item.state.final and is_late(item, now),
        past_due=not item.state.final and is_past_due(item, now),
        ahead=listed.ahead,
    )


_HELD = (OutboxState.QUEUED, OutboxState.IN_DOUBT, OutboxState.BLOCKED)


def _foreign_cause(item: OutboxItem) -> str:
    what = "void" if item.kind == VOID else "sale"
    return (
        f"The {what} is kept and not sent; others are. A manager must set state.license as it was, until the {what} "
        "is reported."
    )


def _words(listed: Listed, license_number: str) -> str:
    words, ahead = words_of(listed.item, license_number), listed.ahead
    if ahead is None or is_foreign(listed.item, license_number):
        return words
    of = f"the void of receipt {ahead.number}" if ahead.void else f"receipt {ahead.number}"
    told = f"It waits for the report of {of}, of the same patient, which goes first"
    return f"{words} {told} and needs a person." if ahead.needs_person else f"{words} {told}."


_STEPS: Mapping[tuple[str, str], str] = {
    ("begin", ""): "Sending began.",
    ("end", "not-sent"): "Nothing reached the state service.",
    ("end", "confirmed"): "The state took it.",
    ("end", "in-doubt"): "No answer that says whether the state has it.",
    ("end", "refused"): "The state refused it.",
    ("end", "blocked"): "Not taken: the key or the license is refused.",
    ("end", "later"): "The state asked to wait.",
    ("look-up", "found"): "Looked up: the state has it.",
    ("look-up", "found-different"): "Looked up: the state holds this sale differently.",
    ("look-up", "found-twice"): "Looked up: the state holds this sale more than once.",
    ("look-up", "absent"): "Looked up: the state does not hold it.",
    ("look-up", "refused"): "Looked up: the state does not show what it is about.",
    ("look-up", "could-not-ask"): "It could not be looked up.",
    ("look-up", "not-sent"): "Released.",
    ("person", Action.RETRY): "A person:",
    ("person", Action.REPORTED): "A person says that the state has it:",
    (
        "person",
        Action.NOT_REPORTED,
    ): "A person says that the state never had it; it goes out under the license set now:",
    ("person", Action.CANCELLED): "A person ended it:",
}


def _told(step: Step, hide: Sequence[str]) -> Told:
    words = _STEPS.get((step.kind, step.outcome), f"{step.kind}: {step.outcome}.")
    said = masked(step.sentence, hide)
    return Told(
        at=step.at,
        words=f"{words} {said}".strip(),
        excerpt=masked(step.excerpt, hide),
        http_status=step.http_status,
        by=step.by,
        kind=step.kind,
        outcome=step.outcome,
    )
