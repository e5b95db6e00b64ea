"""The one door to purchase limits: whichever programme is in force answers here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pos_desktop.app.ports import OunceRow, Person, StateAnswer, TypedFigure
from pos_desktop.app.visit import Visit
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.engine import Standing, largest_fit, prepare
from pos_desktop.domain.limits.figure import ClassOunces, StateRow, figure_from_rows
from pos_desktop.domain.limits.model import Decision, Lift, Link, Purchase, Refusal, StateFigure
from pos_desktop.domain.limits.programme import Leave, Programme
from pos_desktop.domain.patient import Standing as Card
from pos_desktop.domain.patient import caregivers_card
from pos_desktop.domain.people import Approval, Right, require
from pos_desktop.domain.shelf import Unit

NEW_PATIENT_OFFLINE = "new-patient-offline"
LEAST_REASON, MOST_REASON = 5, 300
"""Letters of a lift's reason at least, characters at most."""
_BY_POOL = ("limit:", "relief:", "missing-measure:", "unmeasured-history:", "uncounted-category:")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A standing and what it was made from; `history` keeps the id in the key from being used again."""

    key: tuple[object, ...]
    standing: Standing
    history: tuple[Purchase, ...]


class LimitDesk:
    """Decides for a visit. Pure and quick (no I/O), so it may be called on any thread.

    The window of the patient at the counter is summed once and kept, so that each change of the cart costs little.
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._kept: _Kept | None = None

    @property
    def report_within_hours(self) -> int | None:
        return self.programme.report_within_hours

    def decide(self, visit: Visit, at: Instant, link: Link | None) -> Decision:
        decision = self._prepared(visit, at, link).decide(visit.cart.items, at)
        more = self._beside_the_limits(visit, at, link)
        if more:
            decision = replace(decision, allowed=False, refusals=(*decision.refusals, *more))
        return self._with_lifts(decision, visit, at) if visit.lifts and not decision.allowed else decision

    def leave_for(self, refusal: Refusal, at: Instant) -> Leave | None:
        """Whether a manager may lift `refusal` at `at`, and by which source."""
        return self.programme.leave_for(refusal, at.date_in(self.programme.zone))

    def lift(
        self,
        visit: Visit,
        code: str,
        reason: str,
        by: Person,
        at: Instant,
        link: Link | None,
        approval: Approval | None = None,
    ) -> Visit:
        """The visit with the refusal `code` lifted for this sale; its cart and everything else stay.

        An approval names the sale id. The lift bears the name of who answers for it.

        Raises:
            RuleRefusal: not for everybody, or nothing that the programme lets anybody lift refuses the cart so.
            BadInput: the reason is no reason.
        """
        kept = "The cart is kept."
        if approval is None:
            require(by, Right.LIFT_RULE, kept)
        refusal = next((each for each in self.decide(visit, at, link).refusals if each.code == code), None)
        leave = None if refusal is None else self.leave_for(refusal, at)
        if refusal is None or leave is None:
            raise RuleRefusal(
                "This rule cannot be lifted: the programme leaves it to nobody, or it does not refuse the cart any "
                "more. The cart is kept.",
                code="no-leave",
            )
        why = good_lift_reason(reason)
        answers = require(by, Right.LIFT_RULE, kept, approval=approval, about=visit.sale_id)
        lift = Lift(code, why, answers.id, leave.cite, refusal.excess)
        return replace(visit, lifts=(*(each for each in visit.lifts if each.code != code), lift))

    def _with_lifts(self, decision: Decision, visit: Visit, at: Instant) -> Decision:
        """Without what was lifted, as far as the programme still gives leave; what it rests on does not change."""
        lifted: list[Lift] = []
        kept: list[Refusal] = []
        for refusal in decision.refusals:
            leave = self.leave_for(refusal, at)
            lift = next((each for each in visit.lifts if each.covers(refusal)), None)
            if leave is None or lift is None:
                kept.append(refusal)
            else:
                lifted.append(replace(lift, cite=leave.cite))
        return replace(decision, allowed=not kept, refusals=tuple(kept), lifted=tuple(lifted))

    def _beside_the_limits(self, visit: Visit, at: Instant, link: Link | None) -> tuple[Refusal, ...]:
        """What the programme's own rules do not see: who is known here, and the caregiver's card, which ends too."""
        more = [self._not_known()] if self._unknown_to_us(visit, link) else []
        if visit.caregiver is not None:
            today = at.date_in(self.programme.zone)
            why = caregivers_card(visit.patient, visit.caregiver, today)
            more += [Refusal(why.value)] if why is not None else []
        return tuple(more)

    def _unknown_to_us(self, visit: Visit, link: Link | None) -> bool:
        """Whom nobody has confirmed waits for the line, unless the outage rule lets him be served (contract 6.6).

        One of whom the state said that it does not know the card waits under every rule: that is its word, not silence.
        """
        check = self.programme.state_check
        if not check.required or link is not Link.DOWN:
            return False
        refused_there = visit.answer is not None and not visit.answer.found
        unconfirmed = visit.patient.standing is Card.NEW and not check.serves_new_in_outage
        return unconfirmed or refused_there

    def _not_known(self) -> Refusal:
        return Refusal(NEW_PATIENT_OFFLINE, cite=self.programme.outage_cite)

    def largest_fit(self, visit: Visit, index: int, at: Instant, link: Link | None) -> int:
        """The most of line `index` (pieces, or milligrams where weighed) with which the whole cart fits; 0 if none."""
        line = visit.cart.lines[index]
        product, standing = line.package.product, self._prepared(visit, at, link)
        if product.unit is Unit.WEIGHT:
            return _most_weighed(standing, visit, index, at)
        return largest_fit(standing, visit.cart.items, index, product.item(1), ceiling=line.quantity, at=at)

    def _prepared(self, visit: Visit, at: Instant, link: Link | None) -> Standing:
        key = (id(visit.history), visit.patient, visit.buyer, visit.answer, visit.stated, link)
        kept = self._kept
        if kept is None or kept.key != key or kept.standing.at_moment(at) is not kept.standing:
            # Made whole again at each turn of the day: the state's figure is read by the pools in force.
            standing = prepare(
                self.programme,
                at=at,
                patient=visit.patient.facts(visit.stated),
                history=visit.history,
                buyer=visit.buyer,
                state=self._figure(visit.answer, at),
                link=link,
            )
            # One assignment: another thread sees the whole of it or nothing.
            self._kept = kept = _Kept(key, standing, visit.history)
        return kept.standing

    def _figure(self, answer: StateAnswer | None, at: Instant) -> StateFigure | None:
        if answer is None or not answer.found:
            return None
        if answer.typed_by is not None:
            return StateFigure(answer.as_of, _left(answer.typed))
        return figure_from_rows(self.programme, tuple(map(_row, answer.rows)), answer.as_of, at)


def good_lift_reason(reason: str) -> str:
    """The reason on one line. Raises BadInput: it says nothing, or it is too long."""
    text = " ".join(reason.split())
    if sum(each.isalpha() for each in text) < LEAST_REASON or not text.isprintable():
        raise BadInput("Write the reason in words. Nothing was lifted; the cart is kept.", code="no-reason")
    if len(text) > MOST_REASON:
        raise BadInput(f"The reason is longer than {MOST_REASON} characters. Shorten it. Nothing was lifted.")
    return text


def _most_weighed(standing: Standing, visit: Visit, index: int, at: Instant) -> int:
    """By halving, since measures by weight are rounded up on the line and do not scale from one milligram."""
    line = visit.cart.lines[index]

    def fits(quantity: int) -> bool:
        items = list(visit.cart.items)
        items[index] = line.package.product.item(quantity)
        refused_by = standing.decide(tuple(items), at).refused_by
        return not any(code.startswith(_BY_POOL) for code in refused_by)

    if not fits(0):
        return 0
    least, most = 0, line.quantity
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(middle) else (least, middle - 1)
    return least


def _left(typed: Iterable[TypedFigure]) -> dict[str, int | Mapping[str, int]]:
    """By pool what is left; of an allotment stated several ways each way's."""
    found: dict[str, int | Mapping[str, int]] = {each.pool: each.left for each in typed if not each.way}
    for pool in {each.pool for each in typed if each.way}:
        found[pool] = {each.way: each.left for each in typed if each.pool == pool}
    return found


def _row(row: OunceRow) -> StateRow:
    classes = (row.flower, row.thc, row.concentrate, row.infused)
    return StateRow(row.days, *(ClassOunces(*each) for each in classes))
