"""Sales and packages of this register as they are compared with the state's."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pos_desktop.domain.errors import StoreDamaged
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.domain.reconciliation.records import (
    MILLIGRAMS,
    PIECES,
    OtherLicense,
    OwnPackage,
    OwnSale,
    Report,
    StateLine,
    wall_of,
)
from pos_desktop.domain.shelf import Held, Unit
from pos_desktop.storage.database import Database
from pos_desktop.storage.rows import instant
from pos_desktop.storage.schema import OPEN_REPORT

_AT_ONCE = 500
_SALES = """
    SELECT s.id, s.external, s.register_code, s.epoch, s.counter, s.sold_at, s.subtotal_cents,
           s.patient_card, s.caregiver_card, w.purchase_id IS NOT NULL,
           EXISTS (SELECT 1 FROM stock_move m WHERE m.sale_id = s.id AND m.quantity > 0),
           o.payload, o.state, o.remote_id, o.due_at, o.license, v.state, v.remote_id, v.due_at
    FROM sale s
    LEFT JOIN limit_void w ON w.purchase_id = s.id AND w.returned = 0
    LEFT JOIN outbox o ON o.sale_id = s.id AND o.kind = 'sale'
    LEFT JOIN outbox v ON v.n = (SELECT max(n) FROM outbox WHERE sale_id = s.id AND kind = 'void')
    WHERE (o.license IS NULL OR o.license IN ('', ?)) AND """
# Of other licenses only that they were made, and whether anything of them is open.
_OTHERS = f"""
    SELECT s.register_code, s.epoch, s.counter, o.payload,
           EXISTS (SELECT 1 FROM outbox e WHERE e.sale_id = s.id AND e.{OPEN_REPORT})
    FROM sale s JOIN outbox o ON o.sale_id = s.id AND o.kind = 'sale'
    WHERE o.license NOT IN ('', ?) AND s.sold_at >= ? AND s.sold_at < ? ORDER BY s.epoch, s.counter"""  # noqa: S608 - a constant of our own schema
_LINES = "SELECT tag, quantity, unit, amount_cents FROM sale_line WHERE sale_id = ? ORDER BY line"
_REGISTERS = "SELECT DISTINCT replace(external, printf('-%d-%07d', epoch, counter), '') FROM sale"
# Taken off the shelf for sales that are not reported yet; the state's figure still holds these.
_PACKAGES = f"""
    SELECT k.tag, k.on_hand, k.held, p.name, p.unit, coalesce(w.waiting, 0)
    FROM package k JOIN product p ON p.id = k.product_id
    LEFT JOIN (SELECT m.tag, -sum(m.quantity) AS waiting FROM outbox o JOIN stock_move m ON m.sale_id = o.sale_id
               WHERE o.kind = 'sale' AND o.{OPEN_REPORT} GROUP BY m.tag) w ON w.tag = k.tag
    ORDER BY k.tag"""  # noqa: S608 - a constant of our own schema
_OFF_SHELF = (Held.GONE.value, Held.FINISHED.value)
_ON_HOLD = (Held.HOLD.value, Held.RECALL.value)


class StoredOwnBooks:
    """OwnBooks. Sales that were reported under another license are not among them: this state cannot know them."""

    def __init__(self, db: Database, *, license_number: str, prefix: str) -> None:
        """`prefix` is what numbers of this register begin with, `STORE-R1`."""
        self._db = db
        self._license = license_number
        self._prefix = prefix

    def sales_on(self, first: date, last: date, zone: ZoneInfo) -> Sequence[OwnSale]:
        rows = self._db.rows(
            f"{_SALES} s.sold_at >= ? AND s.sold_at < ? ORDER BY s.epoch, s.counter",
            (self._license, *_span(first, last, zone)),
        )
        return [sale for sale in self._made(rows, zone) if first <= sale.day <= last]

    def under_other_license(self, first: date, last: date, zone: ZoneInfo) -> Mapping[date, OtherLicense]:
        found: dict[date, list[str]] = {}
        for code, epoch, counter, payload, is_open in self._db.rows(
            _OTHERS, (self._license, *_span(first, last, zone))
        ):
            day = date.fromisoformat(_told(payload)["local"][:10])
            if first <= day <= last:
                found.setdefault(day, []).append(f"{code}-{epoch}-{counter:07d}" if is_open else "")
        return {day: OtherLicense(len(made), tuple(filter(None, made))) for day, made in found.items()}

    def named(self, externals: Collection[str], zone: ZoneInfo) -> Sequence[OwnSale]:
        wanted = sorted({each.upper() for each in externals})
        found: list[OwnSale] = []
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            rows = self._db.rows(
                f"{_SALES} s.external IN ({marks}) ORDER BY s.epoch, s.counter", (self._license, *part)
            )
            found += self._made(rows, zone)
        return found

    def registers(self) -> frozenset[str]:
        return frozenset({self._prefix, *(row[0] for row in self._db.rows(_REGISTERS))})

    def packages(self) -> Sequence[OwnPackage]:
        return [
            OwnPackage(
                tag=tag,
                on_hand=on_hand,
                waiting=waiting,
                unit=_unit(unit),
                item=item,
                active=held not in _OFF_SHELF,
                on_hold=held in _ON_HOLD,
            )
            for tag, on_hand, held, item, unit, waiting in self._db.rows(_PACKAGES)
        ]

    def _made(self, rows: Iterable[Sequence[Any]], zone: ZoneInfo) -> Iterable[OwnSale]:
        for row in rows:
            id_, external, code, epoch, counter, sold_at, cents, patient, caregiver, voided, back = row[:11]
            payload, state, remote_id, due_at, _license, *void = row[11:]
            told = None if payload is None else _told(payload)
            wall = wall_of(Instant(sold_at), zone) if told is None else told["local"][:19]
            yield OwnSale(
                external=external,
                number=f"{code}-{epoch}-{counter:07d}",
                wall=wall,
                patient=(patient if told is None else told["patient"]) or "",
                caregiver=(caregiver if told is None else told["caregiver"]) or "",
                total_cents=cents if told is None else told["total_cents"],
                lines=self._lines_of(id_) if told is None else tuple(map(_line, told["lines"])),
                voided=bool(voided) or (void[0] is not None and void[0] != OutboxState.CANCELLED),
                report=_report(state, remote_id, due_at),
                void=_report(*void),
                sold_at=Instant(sold_at),
                back=bool(back),
            )

    def _lines_of(self, sale_id: str) -> tuple[StateLine, ...]:
        """Of a sale without a report, which `verify` tells of too."""
        rows = self._db.rows(_LINES, (sale_id,))
        return tuple(StateLine(tag, quantity, _unit(unit), amount) for tag, quantity, unit, amount in rows)


def _span(first: date, last: date, zone: ZoneInfo) -> tuple[int, int]:
    """A day more on either side: a report tells the wall time, and a zone may have been set otherwise since."""
    start = Instant.local(first - timedelta(days=1), zone)
    return start.utc_us, Instant.local(last + timedelta(days=2), zone).utc_us


def _told(payload: bytes) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(payload)
        date.fromisoformat(told["local"][:10])
    except (ValueError, LookupError, TypeError):
        raise StoreDamaged(
            "A report in the store cannot be read: it was changed or damaged. "
            "Run pos-desktop verify and call a manager."
        ) from None
    return told


def _line(told: dict[str, Any]) -> StateLine:
    return StateLine(told["tag"], told["quantity"], _unit(told["unit"]), told["amount_cents"])


def _unit(unit: str) -> str:
    return MILLIGRAMS if unit == Unit.WEIGHT else PIECES


def _report(state: str | None, remote_id: str | None, due_at: int | None) -> Report | None:
    return None if state is None else Report(OutboxState(state), remote_id or "", instant(due_at))
