"""Taking a whole sale back: the patient's allotment, the goods, and the state's record of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from pos_desktop.app.ports import Clock, Ids, Person, Register, SaleBook
from pos_desktop.app.ports.worklist import VoidBook, Word
from pos_desktop.app.reasons import good_reason
from pos_desktop.app.reporting import void_item
from pos_desktop.domain.deadlines import Duty, due_at
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.outbox import OutboxItem, OutboxState
from pos_desktop.domain.people import Approval, Right, require
from pos_desktop.domain.persons_word import Action, never_attempted
from pos_desktop.domain.sale import Sale, SaleNumber


@dataclass(frozen=True, slots=True)
class Voided:
    """`earlier_day`: the sale is of a business day before this one, whose figures were told already."""

    sale: Sale
    report: OutboxItem
    earlier_day: bool

    @property
    def at_the_state(self) -> bool:
        """Whether the state is told of it; not of a sale that it never heard of."""
        return self.report.state is not OutboxState.CANCELLED


class Voiding:
    """Lane: database."""

    def __init__(
        self,
        *,
        sales: SaleBook,
        book: VoidBook,
        register: Register,
        facility_zone: ZoneInfo,
        clock: Clock,
        ids: Ids,
        duty: Duty | None = None,
        outage_hours: int | None = None,
    ) -> None:
        self._sales = sales
        self._book = book
        self._register = register
        self._facility_zone = facility_zone
        self._clock = clock
        self._ids = ids
        self._duty = duty
        self._outage_hours = outage_hours

    def find(self, number: str, by: Person) -> Sale:
        """Raises BadInput: no such sale here; RuleRefusal: not for everybody."""
        require(by, Right.READ_REPORTS, "Nothing was changed.")
        parsed = SaleNumber.parse(number)
        sale = None if parsed is None else self._sales.by_number(parsed)
        if sale is None:
            raise BadInput(
                f"There is no sale {number} here. Write its number as the receipt has it, for instance R1-1-0000007. "
                "Nothing was changed.",
                code="no-sale",
            )
        return sale

    def void(self, sale: Sale, reason: str, by: Person, approval: Approval | None = None) -> Voided:
        """Take `sale` back; the money is given back by hand.

        A report that was never tried is ended here, and so is the void's: the state hears of neither. Else the void
        goes out once the sale is at the state.

        Raises:
            BadInput: the reason says nothing.
            RuleRefusal: not for everybody (an approval names the sale's id), or it was voided before.
        """
        kept = "The sale stands as it was."
        if approval is None:
            require(by, Right.VOID_SALE, kept)
        at, why = max(self._clock.now(), sale.sold_at), good_reason(reason)
        answers = require(by, Right.VOID_SALE, kept, approval=approval, about=sale.id)
        word = Word(Action.CANCELLED, why, answers.id, at)
        zone = ZoneInfo(self._register.zone)

        def make(sold: OutboxItem) -> tuple[OutboxItem, OutboxItem]:
            if never_attempted(sold):
                sold = replace(sold, state=OutboxState.CANCELLED, not_before=None)
            due = due_at(at, zone, duty=self._duty, outage_hours=self._outage_hours, line_up=True)
            report = void_item(
                sold,
                item_id=self._ids.new(),
                at=at,
                reason=word.reason,
                facility_zone=self._facility_zone,
                due_at=due,
            )
            ended = sold.state is OutboxState.CANCELLED
            return sold, replace(report, state=OutboxState.CANCELLED) if ended else report

        report = self._book.void(sale, make, word)
        earlier = sale.sold_at.date_in(zone) < self._clock.now().date_in(zone)
        return Voided(sale, report, earlier)
