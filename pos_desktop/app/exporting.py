"""What leaves the store as a file and names patients: sales, and reports that a person uploads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pos_desktop.app.ports import SaleBook
from pos_desktop.app.ports.filing import FilingBook
from pos_desktop.app.views import ViewLog, Why
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.domain.people import Person, Right, require
from pos_desktop.domain.sale import Sale


class Exporting:
    """Each export is a look at every patient in it, kept before the first line is given.

    `sums` keeps that a person read what the sales of an open till come to, or refuses it with a RuleRefusal.
    """

    def __init__(
        self, sales: SaleBook, filing: FilingBook, views: ViewLog, sums: Callable[[Person], None]
    ) -> None:
        self._sales, self._filing, self._views, self._sums = sales, filing, views, sums

    def sales(self, by: Person) -> Iterable[Sale]:
        """All of them. Raises RuleRefusal: not for everybody."""
        require(by, Right.EXPORT_PATIENT, "Nothing was written.")
        self._sums(by)
        self._views.sold(by, Instant(0), "export sales")
        return self._sales.all()

    def reports(self, by: Person) -> Sequence[OutboxItem]:
        """Those that wait to be uploaded. Raises RuleRefusal: not for everybody."""
        require(by, Right.EXPORT_PATIENT, "Nothing was written.")
        self._sums(by)
        waiting = list(self._filing.waiting())
        self._views.seen(by, Why.EXPORT, [PatientId(each.aggregate) for each in waiting], "export reports")
        return waiting

    def filed(self, reports: Mapping[str, str], mark: str, by: Person) -> int:
        """A person's word that they were uploaded; how many are new. Raises as `FilingBook.file`, and RuleRefusal."""
        require(by, Right.SETTLE_REPORT, "Nothing was marked.")
        return self._filing.file(reports, mark, by.id)
