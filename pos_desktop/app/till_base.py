"""What every part of a till's life needs, and what is refused in all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from pos_desktop.app.ports import (
    Clock,
    HeldCart,
    HeldCarts,
    Ids,
    PaperJobs,
    Register,
    Slip,
    TillBook,
    TillSession,
)
from pos_desktop.app.till_papers import Papers
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.people import Approval, Person, Right, require
from pos_desktop.domain.till import TURNS, Moved, TillEvent, TillKind, expected_cash
from pos_desktop.domain.z_report import Voids

NOTHING = "Nothing was saved."
NONE = Moved(0, ZERO)
_LONGEST_NUMBER = 40


class Step(StrEnum):
    """Where a till stands. From `COUNTED` on nothing is sold in it; while paused or closing nothing for now."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"
    CLOSING = "closing"
    COUNTED = "counted"
    RECOUNTED = "recounted"


_TURNED = {TillKind.PAUSED: Step.PAUSED, TillKind.CLOSING: Step.CLOSING}


@dataclass(frozen=True, slots=True)
class TillRules:
    """What a store set for its tills; None where it set nothing."""

    float_cash: Money | None = None
    drop_at: Money | None = None
    difference: Money = ZERO
    """Over or short by more than this takes a reason and a second person."""


@dataclass(frozen=True, slots=True)
class Reported:
    """How the sales of a till stand at the state."""

    accepted: int = 0
    waiting: int = 0
    needs_person: int = 0


@dataclass(frozen=True, slots=True)
class TillPicture:
    """What everybody may see of an open till: nothing from which its cash can be reckoned."""

    step: Step
    session: TillSession | None
    opened_by: str = ""
    """The name."""
    sales: int = 0
    voids: int = 0
    drops: Moved = NONE
    paid_in: Moved = NONE
    paid_out: Moved = NONE
    credit_out: Moved = NONE
    no_sales: int = 0
    card: Money = ZERO
    """Paid by other tenders than cash."""
    held: tuple[HeldCart, ...] = ()
    reported: Reported = Reported()
    read_by: frozenset[PersonId] = frozenset()
    """Who read the expected cash, and so does not count."""


class TillBase:
    """Lane: database. One till a register.

    `jobs` opens a drawer to be counted, where there is one. `stayed` is what lay in the drawer of a register since its
    last till was closed; None where nobody said it. `may` says whether somebody has a right, by the id.
    """

    def __init__(
        self,
        *,
        tills: TillBook,
        holds: HeldCarts,
        register: Register,
        clock: Clock,
        ids: Ids,
        rules: TillRules = TillRules(),
        jobs: PaperJobs | None = None,
        stayed: Callable[[str], Money | None] = lambda _: None,
        may: Callable[[PersonId, Right], bool] = lambda _person, _right: False,
    ) -> None:
        self._tills = tills
        self._holds = holds
        self._register = register
        self._clock = clock
        self._ids = ids
        self._jobs = jobs
        self._stayed = stayed
        self._may = may
        self._papers = Papers(register.zone, tills.name_of)
        self.rules = rules

    def _session(self) -> TillSession | None:
        return self._tills.session(self._register.code)

    def _open(self) -> TillSession:
        session = self._session()
        if session is None:
            raise RuleRefusal("No till is open at this register. Open one first.", code="no-till")
        return session

    def _step(self, session: TillSession) -> Step:
        counts = self._tills.counts(session.id)
        if counts:
            return Step.COUNTED if len(counts) == 1 else Step.RECOUNTED
        turns = [each.kind for each in self._tills.events(session.id) if each.kind in TURNS]
        return _TURNED.get(turns[-1], Step.OPEN) if turns else Step.OPEN

    def _expected(self, session: TillSession) -> Money:
        return expected_cash(self._tills.events(session.id), self._tills.takings(session.id))

    def _event(self, kind: TillKind, actor: Person, *, reason: str = "") -> TillEvent:
        return TillEvent(kind, self._clock.now(), actor.id, reason=reason)

    def _read_by(self, session: TillSession) -> frozenset[PersonId]:
        events = self._tills.events(session.id)
        return frozenset(each.by for each in events if each.kind is TillKind.READ)

    def _refuse_reader(self, session: TillSession, actor: Person) -> None:
        if actor.id in self._read_by(session):
            raise RuleRefusal(
                "You read what must be in this till, so another person counts it. Nothing was saved.",
                code="not-blind",
            )

    def _voids(self, session: TillSession) -> Voids:
        return Voids(self._tills.voids(session.id), self._tills.earlier_voids(session.id))

    def _reported(self, session: TillSession) -> Reported:
        by_state = self._tills.reports(session.id)
        ended = sum(n for state, n in by_state.items() if state.final)
        person = sum(n for state, n in by_state.items() if state.needs_person)
        return Reported(ended, sum(by_state.values()) - ended - person, person)

    def _kick(self, actor: Person, session: TillSession, reason: str) -> Slip:
        return Slip.drawer(actor.id, session.id, reason)


def difference_of(session_id: TillSessionId, over_short: Money) -> str:
    """What an approval of a difference must name: that of another count is another difference."""
    return f"difference:{session_id}:{over_short.cents}"


def refuse_counter(counted_by: PersonId, witness: Person, approval: Approval | None) -> None:
    """Raises RuleRefusal: whoever made the count neither witnesses it nor approves what it differs by."""
    if witness.id == counted_by:
        raise RuleRefusal(
            f"{witness.name} made this count, so another person witnesses it. {NOTHING}", code="own-witness"
        )
    if approval is not None and approval.by.id == counted_by:
        raise RuleRefusal(
            f"{approval.by.name} made this count, so another manager must approve its difference. {NOTHING}",
            code="own-approval",
        )


def numbered(envelope: str) -> str:
    """Raises BadInput: that is no number of an envelope."""
    number = " ".join(envelope.split())
    if not number or len(number) > _LONGEST_NUMBER or not number.isprintable():
        raise BadInput(f"Write the number of the envelope. {NOTHING}", code="envelope")
    return number


def refuse_same(actor: Person, witness: Person) -> None:
    """Raises RuleRefusal: nobody is their own witness, and not everybody may be one."""
    if actor.id == witness.id:
        raise RuleRefusal(f"A second person is needed as a witness. {NOTHING}", code="own-witness")
    require(witness, Right.WITNESS, NOTHING)


def only_others(actor: Person) -> Person:
    """The same person with no right at all: a difference is answered for by somebody else, whoever counted."""
    return Person(actor.id, actor.name, "")
