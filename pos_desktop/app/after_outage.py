"""After an outage each patient who was served in it is asked about again, and nothing above a limit stays hidden.

Limits contract 6.8: when the line is back the queue is sent first; then each patient’s figure is fetched again. One
below nought, or a card that the state does not know or calls inactive, is a sale to report to the agency.
"""

from __future__ import annotations

from collections.abc import Callable

from pos_desktop.app.ports import JournalBook, ServiceReach, StateAnswer, StateFigures
from pos_desktop.app.ports.outage import Unasked, UnaskedSales, over_sold
from pos_desktop.app.reporting import refuse_unless_sends
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.people import Person

JOURNAL = "outage.over-sale"


class AfterOutage:
    """Lane: network, between two rounds of sending. `ask` is the tracker's own question about a card."""

    def __init__(
        self,
        sales: UnaskedSales,
        figures: StateFigures,
        journal: JournalBook,
        by: Person,
        ask: Callable[[str], StateAnswer | ServiceReach],
    ) -> None:
        self._sales, self._figures, self._journal = sales, figures, journal
        self._by, self._ask = by, ask

    def ask_again(self, since: Instant, now: Instant, most: int = 20) -> int:
        """Ask about the patients of sales from `since` on that were not asked about yet; how many were.

        Raises:
            RuleRefusal: not for everybody.
        """
        refuse_unless_sends(self._by)
        waiting: dict[PatientId, Unasked] = {}
        for each in self._sales.since(since):
            ready = each.to_ask_from
            if ready is not None and ready <= now and not each.asked:
                waiting[each.patient_id] = each
        count = 0
        for each in list(waiting.values())[:most]:
            answer = self._ask(each.card_number)
            if not isinstance(answer, StateAnswer):
                break
            self._figures.store(each.patient_id, answer)
            count += 1
            if over_sold(answer):
                told = {"external": each.external, "as_of_us": answer.as_of.utc_us, "basis": each.basis}
                self._journal.append(JOURNAL, self._by.id, each.patient_id, told)
        return count
