"""Journal entries with everything that places them: register, clocks, zone, actor."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.app.ports import Clock, Register
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.journal import Entry, canonical
from pos_desktop.domain.sale import Payment, Sale, SaleLine


@dataclass(frozen=True, slots=True)
class EntryMaker:
    register: Register
    clock: Clock

    def make(
        self,
        seq: int,
        at: Instant,
        *,
        actor: str,
        kind: str,
        ref: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> Entry:
        """The entry `seq`; the caller chains it. `at` is the business time, the clock's standing stands beside it."""
        local = at.datetime_in(ZoneInfo(self.register.zone))
        offset = local.utcoffset()
        stamp = self.clock.stamp(at)
        return Entry(
            register=self.register.id,
            epoch=self.register.epoch,
            seq=seq,
            at_us=at.utc_us,
            mono_us=stamp.mono_us,
            boot=stamp.boot,
            zone=self.register.zone,
            offset_s=0 if offset is None else round(offset.total_seconds()),
            clock=stamp.standing.value,
            actor=actor,
            kind=kind,
            ref=ref,
            data=dict(data or {}),
        )


def sale_entry(sale: Sale) -> dict[str, Any]:
    """The data of a `sale.done` entry: everything of the sale that money, stock and limits rest on; no names."""
    told: dict[str, Any] = {
        "number": str(sale.number),
        "external": sale.external,
        "patient": sale.patient_id,
        "caregiver": sale.caregiver_id or "",
        "till": sale.till_session_id,
        "subtotal": sale.subtotal.cents,
        "tax": sale.tax.cents,
        "total": sale.total.cents,
        "basis": sale.basis,
        "rules": sale.rules,
        "pack": sale.pack,
        "lines": [[each.tag, each.unit.value, each.quantity, each.amount.cents] for each in sale.lines],
        "payments": [_paid(each) for each in sale.payments],
        RECORD: record_digest(sale),
    }
    if sale.lifted:
        told["lifted"] = lifted_document(sale)
    return told


def _paid(payment: Payment) -> list[Any]:
    """Rounding and the payment at the terminal only where there is one: entries of older versions have neither."""
    told: list[Any] = [
        payment.tender.value,
        payment.amount.cents,
        payment.tendered.cents,
        payment.change.cents,
    ]
    if payment.rounding or payment.card:
        told += [payment.rounding.cents, payment.card]
    return told


RECORD = "record"
"""Where an entry keeps the digest; entries of older versions have none."""


def record_digest(sale: Sale) -> str:
    """SHA-256 over what else the store keeps of a sale; no patient's name or card, so that these can be purged."""
    record = {
        "at": sale.sold_at.utc_us,
        "zone": sale.zone,
        "type": sale.customer_type,
        "seller": sale.actor_name,
        "lines": [_line(each) for each in sale.lines],
    }
    return hashlib.sha256(canonical(record)).hexdigest()


def _line(line: SaleLine) -> list[Any]:
    m, w = line.measures, line.weighing
    return [
        line.product_id,
        line.name,
        line.category.value,
        line.price.cents,
        line.tax.cents,
        [m.net_mg, m.thc_mg, m.equiv_mg, m.premix_mg, m.volume_ul, m.count, m.supply_mdays, m.potency_bp],
        line.tracker_unit,
        line.batch,
        None if w is None else [w.net_mg, w.tare_mg, w.division_mg, w.raw, w.scale],
    ]


def lifted_document(sale: Sale) -> list[dict[str, str]]:
    """Which rules did not hold for this sale, why, by whom and by which leave."""
    return [
        {"code": each.code, "reason": each.reason, "by": each.by, "cite": each.cite} for each in sale.lifted
    ]
