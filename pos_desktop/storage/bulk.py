"""Many rows in one transaction: imports and the demo store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from pos_desktop.app.ports import ProductFacts
from pos_desktop.domain.certification import Fact
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.identity import PatientId, PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Purchase
from pos_desktop.domain.money import Money
from pos_desktop.domain.patient import Caregiver, Patient, Standing
from pos_desktop.storage.database import Database
from pos_desktop.storage.patient_book import patient_row, replace_facts
from pos_desktop.storage.rows import day_text, insert_text, measure_dict, measure_values
from pos_desktop.storage.schema import (
    caregiver,
    caregiver_patient,
    limit_spend,
    patient,
    product,
)

_SPEND = insert_text(limit_spend)
_KEPT = {"id", "card_number", "ledger_rev"}


class StoredBulk:
    """Bulk."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add_patients(
        self,
        patients: Iterable[Patient],
        entered_by: PersonId,
        at: Instant,
        unsaid: frozenset[str] = frozenset(),
    ) -> tuple[int, int]:
        rows = [patient_row(each, entered_by, at) for each in patients]
        with self._db.write() as conn:
            # A list that does not speak of it brings nobody back whom the state, or a person, had refused.
            rows = _still_refused(conn, rows, unsaid)
            return _upsert(conn, patient, rows)

    def add_caregivers(self, caregivers: Iterable[Caregiver]) -> tuple[int, int]:
        each_caregiver = list(caregivers)
        with self._db.write() as conn:
            counts = _upsert(conn, caregiver, [_caregiver_row(each) for each in each_caregiver])
            ids = dict(conn.execute(sa.select(caregiver.c.card_number, caregiver.c.id)).all())
            links = [
                {"caregiver_id": ids[each.card_number], "patient_id": served}
                for each in each_caregiver
                for served in each.patients
            ]
            if links:
                conn.execute(insert(caregiver_patient).on_conflict_do_nothing(), links)
        return counts

    def set_certifications(self, facts: Mapping[str, Sequence[Fact]], by: PersonId, at: Instant) -> None:
        """By card number; raises BadInput for one that is no patient's, and then nothing is changed."""
        with self._db.write() as conn:
            ids = {
                card.upper(): id_
                for card, id_ in conn.execute(sa.select(patient.c.card_number, patient.c.id))
            }
            unknown = [card for card in facts if card.upper() not in ids]
            if unknown:
                raise BadInput(
                    f"No patient of this store has the card ending {unknown[0][-4:]} "
                    f"({len(unknown)} such cards). Import the patients first. Nothing was imported."
                )
            for card, stated in facts.items():
                replace_facts(conn, ids[card.upper()], stated, by, at)

    def caregiver_cards(self) -> Collection[str]:
        return [card for (card,) in self._db.rows("SELECT card_number FROM caregiver")]

    def add_purchases(self, purchases: Iterable[tuple[PatientId, str, Purchase]]) -> int:
        with self._db.write() as conn:
            there = set(conn.execute(sa.select(limit_spend.c.purchase_id).distinct()).scalars())
            new = {
                purchase_id: (who, what) for who, purchase_id, what in purchases if purchase_id not in there
            }
            rows = [row for id_, (who, what) in new.items() for row in _spend_rows(who, id_, what)]
            if rows:
                conn.exec_driver_sql(_SPEND, rows)
                raise_revision = sa.update(patient).values(ledger_rev=patient.c.ledger_rev + 1)
                conn.execute(
                    raise_revision.where(patient.c.id == sa.bindparam("who")),
                    [{"who": who} for who in {who for who, _ in new.values()}],
                )
        return len(new)

    def set_products(self, products: Iterable[ProductFacts]) -> Sequence[str]:
        with self._db.write() as conn:
            return [each.name for each in products if not _set_product(conn, each)]

    def set_prices(self, prices: Iterable[tuple[str, Money]]) -> Sequence[str]:
        statement = sa.update(product).where(product.c.name == sa.bindparam("called"))
        statement = statement.values(price_cents=sa.bindparam("cents"))
        with self._db.write() as conn:
            return [
                name
                for name, price in prices
                if not conn.execute(statement, {"called": name, "cents": price.cents}).rowcount
            ]


def _upsert(conn: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> tuple[int, int]:
    """(added, brought up to date), by card number."""
    if not rows:
        return 0, 0
    new = insert(table)
    changed = {name: new.excluded[name] for name in rows[0] if name not in _KEPT}
    statement = new.on_conflict_do_update(index_elements=["card_number"], set_=changed)
    count = sa.select(sa.func.count()).select_from(table)
    before = conn.scalar(count) or 0
    conn.execute(statement, rows)
    added = (conn.scalar(count) or 0) - before
    return added, len(rows) - added


def _still_refused(
    conn: sa.Connection, rows: list[dict[str, Any]], unsaid: frozenset[str]
) -> list[dict[str, Any]]:
    """`rows` with the standing of those in `unsaid` whom the store refuses now left as it is."""
    refusing = patient.c.standing.in_([Standing.INACTIVE.value, Standing.REVOKED.value])
    query = sa.select(patient.c.card_number, patient.c.standing).where(refusing)
    # Cards are the same in capitals and small letters, as the column itself compares them.
    refused = {card.upper(): standing for card, standing in conn.execute(query)} if unsaid else {}
    return [
        row | {"standing": refused.get(row["card_number"].upper(), row["standing"])}
        if row["card_number"] in unsaid
        else row
        for row in rows
    ]


def _caregiver_row(c: Caregiver) -> dict[str, Any]:
    return {
        "id": c.id,
        "card_number": c.card_number,
        "first_name": c.first_name,
        "last_name": c.last_name,
        "card_expires": day_text(c.card_expires),
        "standing": c.standing.value,
    }


def _spend_rows(who: PatientId, purchase_id: str, what: Purchase) -> list[tuple[Any, ...]]:
    return [
        (
            who,
            what.at.utc_us,
            purchase_id,
            n,
            item.category.value,
            *measure_values(item.measures),
            what.receipt,
            what.by,
            what.source,
        )
        for n, item in enumerate(what.items)
    ]


def _set_product(conn: sa.Connection, facts: ProductFacts) -> bool:
    """Whether a product bears the name. One with a category set here is not mapped anew by the next sync."""
    values: dict[str, Any] = {
        name: value for name, value in measure_dict(facts.measures).items() if value is not None
    }
    if facts.category is not None:
        values |= {"category": facts.category.value, "unmapped_because": ""}
    if values:
        values["set_here"] = 1
    if facts.price is not None:
        values["price_cents"] = facts.price.cents
    named = product.c.name == facts.name
    if not values:
        return conn.execute(sa.select(product.c.id).where(named)).first() is not None
    return conn.execute(sa.update(product).where(named).values(values)).rowcount > 0
