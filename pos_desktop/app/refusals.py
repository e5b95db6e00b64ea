"""What was refused at a counter, in the journal: to whom, by which rule, before whom. Lane: database."""

from __future__ import annotations

from collections.abc import Iterable

from pos_desktop.app.ports import JournalBook
from pos_desktop.app.reception import Refused
from pos_desktop.app.visit import Visit
from pos_desktop.domain.identity import PersonId


class Refusals:
    def __init__(self, journal: JournalBook) -> None:
        self._journal = journal

    def cart(self, visit: Visit, codes: Iterable[str], pack: str, by: PersonId) -> None:
        """A cart that the rules do not let pass, as it was shown."""
        told = {
            "patient": visit.patient.id,
            "codes": sorted(set(codes)),
            "pack": pack,
            "lines": [[line.package.tag, line.quantity] for line in visit.cart.lines],
        }
        self._journal.append("sale.refused", by, visit.sale_id, told)

    def check_in(self, refused: Refused, by: PersonId) -> None:
        """A card that opened no sale; one that nobody here knows names no patient."""
        patient = "" if refused.patient is None else refused.patient.id
        caregiver = "" if refused.caregiver is None else refused.caregiver.id
        self._journal.append(
            "check-in.refused", by, patient, {"why": refused.why.value, "caregiver": caregiver}
        )

    def action(self, code: str, by: PersonId, about: str) -> None:
        """Something that this person may not do, or that cannot be done now; `about` may be a sale."""
        self._journal.append("action.refused", by, about, {"code": code})
