"""Who works here and what each may do. Rights are asked for in the use cases, never in widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId


class Role(StrEnum):
    BUDTENDER = "budtender"
    LEAD = "lead"
    MANAGER = "manager"
    COMPLIANCE = "compliance"
    AUDITOR = "auditor"
    """Reads everything that is kept, changes nothing."""
    SERVICE = "service"
    """The program by itself: what a timer starts. Nobody signs in as it."""
    EMERGENCY = "emergency"
    """Whoever opened the sealed envelope: looks patients up, changes nothing."""


class Right(StrEnum):
    """One thing that a person may or may not do."""

    SELL = "sell"
    SEE_PATIENT = "see-patient"
    ENTER_PATIENT = "enter-patient"
    CERTIFY_MORE = "certify-more"
    """State more than the ordinary amount, as the practitioner certified it."""
    LIFT_RULE = "lift-rule"
    DECLARE_OUTAGE = "declare-outage"
    CONFIRM_CLOCK = "confirm-clock"
    VOID_SALE = "void-sale"
    OPEN_TILL = "open-till"
    CLOSE_TILL = "close-till"
    SETTLE_CARD = "settle-card"
    """Say without the terminal's slip what became of a debit payment."""
    GIVE_CREDIT = "give-credit"
    DROP = "drop"
    OPEN_DRAWER = "open-drawer"
    PAID_IN_OUT = "paid-in-out"
    READ_TILL = "read-till"
    """The expected cash of an open till (X report). Whoever read it does not count that till."""
    ACCEPT_DIFFERENCE = "accept-difference"
    WITNESS = "witness"
    CUSTODY = "custody"
    """A leg of the way of cash: safe, bag, hand-over."""
    SETTLE_REPORT = "settle-report"
    RETRY_REPORT = "retry-report"
    READ_REPORTS = "read-reports"
    READ_JOURNAL = "read-journal"
    READ_VIEWS = "read-views"
    """Who saw which patient, when and why."""
    EXPORT_PATIENT = "export-patient"
    PURGE = "purge"
    MANAGE_PEOPLE = "manage-people"
    CHANGE_SETTINGS = "change-settings"
    BACK_UP = "back-up"
    SEND = "send"
    """Reports to the state, and its inventory and answers from there."""
    COMPARE = "compare"
    """With the state's books; what is found is kept."""


_BUDTENDER = frozenset(
    {
        Right.SELL,
        Right.SEE_PATIENT,
        Right.ENTER_PATIENT,
        Right.OPEN_TILL,
        Right.CLOSE_TILL,
        Right.DROP,
        Right.OPEN_DRAWER,
        Right.WITNESS,
        Right.READ_REPORTS,
        Right.COMPARE,
    }
)
_LEAD = _BUDTENDER | {Right.PAID_IN_OUT, Right.RETRY_REPORT, Right.CUSTODY}
_AUDITOR = frozenset({Right.READ_REPORTS, Right.READ_JOURNAL, Right.READ_VIEWS})
_COMPLIANCE = _AUDITOR | {
    Right.SEE_PATIENT,
    Right.RETRY_REPORT,
    Right.SETTLE_REPORT,
    Right.DECLARE_OUTAGE,
    Right.EXPORT_PATIENT,
    Right.WITNESS,
    Right.COMPARE,
}
_SERVICE = frozenset({Right.SEND, Right.COMPARE, Right.READ_REPORTS, Right.BACK_UP})
_RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.BUDTENDER: _BUDTENDER,
    Role.LEAD: _LEAD,
    Role.MANAGER: frozenset(Right),
    Role.COMPLIANCE: _COMPLIANCE,
    Role.AUDITOR: _AUDITOR,
    Role.SERVICE: _SERVICE,
    Role.EMERGENCY: frozenset({Right.SEE_PATIENT}),
}
STAFF = (Role.BUDTENDER, Role.LEAD, Role.MANAGER, Role.COMPLIANCE, Role.AUDITOR)
"""The roles that a member of staff may be given."""
_NEVER_APPROVED = frozenset(
    {Right.SEE_PATIENT, Right.WITNESS, Right.CUSTODY, Right.SELL, Right.MANAGE_PEOPLE}
)
"""What a person does with his own rights only: nobody lends them for a moment."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff. `role` is text as it is kept; one that is no `Role` has no right at all."""

    id: PersonId
    name: str
    role: str

    def may(self, right: Right) -> bool:
        return right in rights_of(self.role)


SERVICE = Person(PersonId("service"), "pos-desktop", Role.SERVICE)
EMERGENCY = Person(PersonId("emergency"), "Emergency access", Role.EMERGENCY)
"""Each store keeps both, so that the journal's ids lead to a name; neither signs in with a PIN."""


def _still_good() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Approval:
    """A second person's PIN for one named action. `about` says which (a sale id, a till)."""

    by: Person
    right: Right
    about: str
    spend: Callable[[], bool] = field(default=_still_good, compare=False, repr=False)
    """Whether it still holds, asked by the action it was given for: it is used up by that, and by time."""


def rights_of(role: str) -> frozenset[Right]:
    return next((rights for each, rights in _RIGHTS.items() if each == role), frozenset())


def holders(right: Right) -> tuple[Role, ...]:
    """The roles of staff that have `right`."""
    return tuple(role for role in STAFF if right in _RIGHTS[role])


def require(
    actor: Person, right: Right, kept: str, *, approval: Approval | None = None, about: str = ""
) -> Person:
    """Who answers for an action of `actor` that takes `right`: the actor, or who approved this one action.

    `kept` is a whole sentence on what stays as it was; it ends the refusal. `about` is what an approval must name.

    Raises:
        RuleRefusal: neither may, the approval is the actor's own, it was given for something else, used or is too old.
    """
    if actor.may(right):
        return actor
    if approval is None:
        raise RuleRefusal(f"{who_may(right)} {kept}", code=needed(right))
    refuse_unless_approved(actor, right, kept, approval, about)
    if not approval.spend():
        raise RuleRefusal(
            f"The approval was used or is too old. Have it given again. {kept}", code="old-approval"
        )
    return approval.by


def refuse_unless_approved(actor: Person, right: Right, kept: str, approval: Approval, about: str) -> None:
    """Raises RuleRefusal, as `require` does."""
    if right in _NEVER_APPROVED:
        raise RuleRefusal(f"This right cannot be lent. {kept}", code="not-approvable")
    if approval.by.id == actor.id:
        raise RuleRefusal(f"Nobody approves their own action. {kept}", code="own-approval")
    if not approval.by.may(right):
        raise RuleRefusal(
            f"{approval.by.name} may not approve this. {who_may(right)} {kept}", code=needed(right)
        )
    if (approval.right, approval.about) != (right, about):
        raise RuleRefusal(f"The approval was given for something else. {kept}", code="other-approval")


def who_may(right: Right) -> str:
    """For instance: A manager must do or approve this."""
    roles = [
        f"a {each}" if each[0] not in "aeiou" else f"an {each}" for each in _most_ordinary(holders(right))
    ]
    verb = "do" if right in _NEVER_APPROVED else "do or approve"
    return f"{_one_of(roles).capitalize()} must {verb} this."


def needed(right: Right) -> str:
    """The code of the refusal: what only managers may keeps its own."""
    return "manager-needed" if holders(right) == (Role.MANAGER,) else f"right-needed:{right}"


def _most_ordinary(roles: Iterable[Role]) -> list[str]:
    names = {Role.COMPLIANCE: "compliance officer"}
    return [names.get(each, str(each)) for each in roles]


def _one_of(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
