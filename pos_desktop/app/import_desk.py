"""Lists become rows of the store: each kind asks its own right, and a file with a bad row changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pos_desktop.app.importing import read_patients, read_prices, read_products
from pos_desktop.app.importing_certifications import read_certifications
from pos_desktop.app.importing_packages import read_packages
from pos_desktop.app.ports import Clock, Ids, JournalBook, ProductFacts
from pos_desktop.app.ports.shelf import Bulk, ShelfIntake
from pos_desktop.domain.certification import Fact
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PatientId
from pos_desktop.domain.limits.programme import Programme
from pos_desktop.domain.patient import Patient, Standing
from pos_desktop.domain.people import Person, Right, require

_KEPT = "Nothing was imported."


@dataclass(frozen=True, slots=True)
class Imported:
    """`unknown`: names that no product of the store bears."""

    counts: Mapping[str, int]
    unknown: Sequence[str] = ()


class ImportDesk:
    """Lane: database. Every method raises RuleRefusal (not for everybody) and BadInput (the file; with the row)."""

    def __init__(
        self, *, bulk: Bulk, intake: ShelfIntake, journal: JournalBook, clock: Clock, ids: Ids
    ) -> None:
        self._bulk, self._intake, self._journal = bulk, intake, journal
        self._clock, self._ids = clock, ids

    def patients(self, text: str, by: Person, zone: ZoneInfo, usual_card: str) -> Imported:
        require(by, Right.ENTER_PATIENT, _KEPT)
        now = self._clock.now()
        rows = read_patients(text, now.date_in(zone), self._bulk.caregiver_cards(), card_kind=usual_card)
        patients = [
            Patient(
                id=PatientId(self._ids.new()),
                card_number=row.card_number,
                first_name=row.first_name,
                last_name=row.last_name,
                birth_date=row.birth_date,
                card_expires=row.card_expires,
                card_starts=row.card_starts,
                card_kind=row.card_kind,
                holder=row.holder,
                standing=row.standing or Standing.ACTIVE,
            )
            for row in rows
        ]
        unsaid = frozenset(row.card_number for row in rows if row.standing is None)
        added, updated = self._bulk.add_patients(patients, by.id, now, unsaid)
        return self._kept("patients", by, {"added": added, "updated": updated})

    def certifications(self, text: str, by: Person, programme: Programme) -> Imported:
        require(by, Right.CERTIFY_MORE, _KEPT)
        rows = read_certifications(text, programme)
        facts: dict[str, list[Fact]] = {}
        for row in rows:
            facts.setdefault(row.card_number.upper(), []).append(row.fact)
        self._bulk.set_certifications(facts, by.id, self._clock.now())
        return self._kept("certifications", by, {"patients": len(facts), "facts": len(rows)})

    def packages(self, text: str, by: Person, *, service: bool) -> Imported:
        """`service`: the store has a state service, which is where its packages come from."""
        require(by, Right.CHANGE_SETTINGS, _KEPT)
        if service:
            raise BadInput(
                f"This store’s packages come from the state service (sync); a list would contradict it. {_KEPT}"
            )
        count = self._intake.receive(read_packages(text), self._clock.now())
        return self._kept("packages", by, {"packages": count})

    def products(self, text: str, by: Person) -> Imported:
        require(by, Right.CHANGE_SETTINGS, _KEPT)
        rows = read_products(text)
        facts = (ProductFacts(row.name, row.category, row.measures, row.price) for row in rows)
        return self._named("products", by, len(rows), self._bulk.set_products(facts))

    def prices(self, text: str, by: Person) -> Imported:
        require(by, Right.CHANGE_SETTINGS, _KEPT)
        rows = read_prices(text)
        unknown = self._bulk.set_prices((row.name, row.price) for row in rows)
        return self._named("prices", by, len(rows), unknown)

    def _named(self, what: str, by: Person, count: int, unknown: Sequence[str]) -> Imported:
        return self._kept(what, by, {"updated": count - len(unknown), "unknown": len(unknown)}, unknown)

    def _kept(
        self, what: str, by: Person, counts: Mapping[str, int], unknown: Sequence[str] = ()
    ) -> Imported:
        self._journal.append("import", by.id, "", {"what": what, **counts})
        return Imported(counts, unknown)
