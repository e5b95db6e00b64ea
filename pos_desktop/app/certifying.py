"""What was certified of a patient, entered at the counter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from pos_desktop.app.certified_fields import Asked, asked_of
from pos_desktop.app.certified_form import Change, Form, facts_after, form_of
from pos_desktop.app.ports import Clock, PatientBook, Person
from pos_desktop.app.views import ViewLog, Why
from pos_desktop.domain.certification import Fact, FactKind
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.domain.people import Approval, Right, require

_KEPT = "Nothing was saved."


class Certifying:
    """Lane: database; `fields` and `read` need none."""

    def __init__(
        self, patients: PatientBook, programme: Programme, clock: Clock, views: ViewLog | None = None
    ) -> None:
        self._patients, self._programme, self._clock = patients, programme, clock
        self._views = views

    def fields(self) -> tuple[Asked, ...]:
        return asked_of(self._programme, self._today)

    def form(self, patient_id: PatientId, by: Person) -> Form:
        """Raises RuleRefusal: not for everybody."""
        require(by, Right.SEE_PATIENT, "Nothing was shown.")
        if self._views is not None:
            self._views.seen(by, Why.CERTIFICATION, [patient_id])
        return form_of(self.fields(), self._patients.facts(patient_id), self._today)

    def keep(
        self,
        patient_id: PatientId,
        form: Form,
        changes: Iterable[Change],
        by: Person,
        *,
        sure: bool = False,
        approval: Approval | None = None,
    ) -> None:
        """Replace what was changed in `form`, and nothing else; the journal tells what stood there before.

        `sure`: an amount above the ordinary one was asked about once more. An approval of it names the patient's id.

        Raises:
            RuleRefusal: not for everybody; such an amount and nobody who may, or not sure; or what is on record is not
                what the form was opened with. Nothing was saved.
        """
        require(by, Right.ENTER_PATIENT, _KEPT)
        made = tuple(changes)
        above = any(each.is_above for each in made)
        if above and approval is None:
            require(by, Right.CERTIFY_MORE, _KEPT)
        if above and not sure:
            raise RuleRefusal(
                f"An amount above the ordinary one is asked about once more. {_KEPT}", code="not-sure"
            )
        if sorted(self._patients.facts(patient_id), key=repr) != sorted(form.facts, key=repr):
            raise RuleRefusal(
                "What is on record was changed meanwhile. Open the form again. Nothing was saved.",
                code="changed-meanwhile",
            )
        answers = by
        if above:
            answers = require(by, Right.CERTIFY_MORE, _KEPT, approval=approval, about=patient_id)
        if made:
            told: dict[str, Any] = {"changes": [_told(each) for each in made]}
            if answers != by:
                told["approved_by"] = answers.id
            self._patients.state(patient_id, facts_after(form, made), by.id, self._clock.now(), told)

    @property
    def _today(self) -> date:
        return self._clock.now().date_in(self._programme.zone)


def _told(change: Change) -> dict[str, Any]:
    """For the journal: what it is about, and what was stated before and after; empty for nothing."""
    asked = change.row.asked
    about = {"kind": asked.kind.value, "name": asked.name, "part": asked.part}
    return {
        **about,
        "was": [_stated(each) for each in change.was],
        "now": [] if change.now is None else [_stated(change.now)],
        **({"ordinary": asked.ordinary} if change.is_above else {}),
    }


def _stated(fact: Fact) -> dict[str, Any]:
    """The amount in the allotment's own unit, days as `2027-01-31`; of an authorisation that it was given."""
    if fact.kind is FactKind.AUTHORISATION:
        return {"given": "yes"}
    said = {
        "amount": fact.amount,
        "starts": None if fact.starts is None else fact.starts.isoformat(),
        "ends": None if fact.ends is None else fact.ends.isoformat(),
    }
    return {key: value for key, value in said.items() if value is not None}
