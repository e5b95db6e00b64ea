"""A refusal that the programme lets a manager lift: the way to it on the card, and the sheet for the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from pos_desktop.app.limit_desk import good_lift_reason
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import SaleId
from pos_desktop.domain.limits.model import Decision, Refusal
from pos_desktop.domain.people import Approval, Right
from pos_desktop.ui.flows.floor import Floor
from pos_desktop.ui.presenter import figures
from pos_desktop.ui.presenter.allotment import rule_name
from pos_desktop.ui.presenter.basket import told_refusal
from pos_desktop.ui.sheet_state import FormField, ReasonSheet, filled
from pos_desktop.ui.state import FixButton, RefusalCard, Tone

translate = QCoreApplication.translate
LIFT, LIFT_KEY = "lift", "F11"
REASON = "reason"


class Lifting:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._code = ""

    def open(self) -> None:
        """The refusal that the card speaks of, if it may be lifted."""
        floor = self._floor
        decision = floor.decision()
        refusal = None if decision is None else told_refusal(decision, floor.refused_line(decision))
        leave = None if refusal is None else floor.desk.limits.leave_for(refusal, floor.desk.clock.now())
        if floor.cart_is_bound or decision is None or refusal is None or leave is None:
            return
        if not floor.second.within_reach(Right.LIFT_RULE):
            floor.say(
                Tone.WARN,
                translate("Lift", "A manager must be signed in to lift a rule. The cart is kept."),
            )
            return
        self._code = refusal.code
        floor.open_sheet(LIFT, _sheet(decision, refusal, leave.cite))

    def lift(self, values: Mapping[str, str]) -> None:
        """The reason was typed."""
        floor = self._floor
        visit, sheet, reason = floor.visit, floor.sheet, values.get(REASON, "")
        if visit is None or not isinstance(sheet, ReasonSheet):
            return
        try:
            good_lift_reason(reason)
        except BadInput as wrong:
            floor.open_sheet(LIFT, replace(sheet, field=replace(sheet.field, error=wrong.sentence)))
            return
        floor.sheet = filled(sheet, values)
        floor.second.with_right(
            Right.LIFT_RULE,
            visit.sale_id,
            translate("Lift", "Lift a rule for this sale"),
            translate("Lift", "The reason: “{reason}”. Somebody who may lift it types their PIN.").format(
                reason=reason
            ),
            lambda approval: self._lift(visit.sale_id, reason, approval),
        )

    def _lift(self, sale_id: SaleId, reason: str, approval: Approval | None) -> None:
        """Decides by memory alone, so no lane is asked."""
        floor, desk = self._floor, self._floor.desk
        if floor.visit is None or floor.visit.sale_id != sale_id:
            return
        try:
            floor.visit = desk.limits.lift(
                floor.visit,
                self._code,
                reason,
                floor.by,
                desk.clock.now(),
                desk.link.link,
                approval,
            )
        except RuleRefusal as refused:
            floor.close_sheet()
            floor.refuse(refused)
        else:
            floor.close_sheet()
            floor.say(
                Tone.INFO,
                translate(
                    "Lift", "Lifted for this cart only; the sale keeps the reason. A changed cart asks again."
                ),
            )


def with_lift(
    floor: Floor, card: RefusalCard | None, decision: Decision, line: int | None
) -> RefusalCard | None:
    """`card` with the way to lift its rule, where the programme gives leave."""
    refusal = None if card is None else told_refusal(decision, line)
    if (
        card is None
        or refusal is None
        or floor.desk.limits.leave_for(refusal, floor.desk.clock.now()) is None
    ):
        return card
    button = FixButton(LIFT, translate("Lift", "Lift (manager)"), LIFT_KEY)
    return replace(card, fixes=(*card.fixes, button))


def may_lift(floor: Floor) -> bool:
    """Whether today's rules leave anything to be lifted at all."""
    programme = floor.desk.limits.programme
    version = programme.version_on(floor.desk.clock.now().date_in(programme.zone))
    return version is not None and bool(version.leaves)


def _excess(decision: Decision, refusal: Refusal) -> list[str]:
    """By how much the cart is over, where the rule is an amount."""
    pool = next((each for each in (*decision.relief, *decision.pools) if each.id == refusal.pool), None)
    if pool is None or refusal.excess is None:
        return []
    told = translate("Lift", "Over by {over}: {cart} in this cart, {left} left.").format(
        over=figures.in_pool(pool, refusal.excess, up=True),
        cart=figures.in_pool(pool, pool.cart, up=True),
        left=figures.in_pool(pool, pool.left),
    )
    return [told]


def _permitted(cite: str) -> str:
    return translate("Lift", "Permitted by {cite}.").format(cite=cite.rstrip("."))


def _sheet(decision: Decision, refusal: Refusal, cite: str) -> ReasonSheet:
    return ReasonSheet(
        title=translate("Lift", "Lift a rule for this sale"),
        body=translate(
            "Lift",
            "{rule}: it will not hold for this cart, and all other rules go on holding. The sale and the journal keep "
            "the reason and who lifted it.",
        ).format(rule=rule_name(decision, refusal.code)),
        facts="\n".join([*_excess(decision, refusal), _permitted(cite)]),
        field=FormField(
            REASON,
            translate("Lift", "Reason"),
            hint=translate("Lift", "In words, without a patient’s name"),
        ),
        action=translate("Lift", "Lift for this sale"),
    )
