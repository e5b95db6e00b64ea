"""Sales made while the state could not be asked, with what became of them; none of a patient who was purged."""

from __future__ import annotations

from collections.abc import Sequence

from pos_desktop.app.ports.outage import Unasked
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.sale import SaleNumber
from pos_desktop.storage.database import Database
from pos_desktop.storage.rows import instant
from pos_desktop.storage.state_figures import StoredFigures

_SINCE = """
    SELECT s.register_code, s.epoch, s.counter, s.external, s.sold_at, s.basis, s.patient_id, p.card_number,
           o.state, o.settled_at
    FROM sale s JOIN patient p ON p.id = s.patient_id JOIN outbox o ON o.sale_id = s.id AND o.kind = 'sale'
    LEFT JOIN limit_void v ON v.purchase_id = s.id
    WHERE s.basis IN ('relief', 'outage-local-ledger', 'outage-certification') AND s.sold_at >= ? AND v.void_at IS NULL
    AND s.patient_card <> ''
    ORDER BY s.sold_at"""


class StoredUnasked:
    """UnaskedSales."""

    def __init__(self, db: Database, figures: StoredFigures) -> None:
        self._db, self._figures = db, figures

    def since(self, at: Instant) -> Sequence[Unasked]:
        return [
            Unasked(
                number=str(SaleNumber(row[0], row[1], row[2])),
                external=row[3],
                sold_at=Instant(row[4]),
                basis=row[5],
                patient_id=PatientId(row[6]),
                card_number=row[7],
                reported=OutboxState(row[8]),
                settled_at=instant(row[9]),
                answer=self._figures.last(PatientId(row[6])),
            )
            for row in self._db.rows(_SINCE, (at.utc_us,))
        ]
