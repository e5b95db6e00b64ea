"""The state's status of a patient in our words (metrc contract, section 7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pos_desktop.app.ports import OunceRow, StateAnswer
from pos_desktop.domain.instant import Instant
from pos_desktop.sync.metrc.paging import Row
from pos_desktop.sync.metrc.times import day
from pos_desktop.sync.numbers import decimal


def answer_of(as_of: Instant, rows: Sequence[Row]) -> StateAnswer:
    """Several rows are several periods: the patient may buy when every one says so (section 7.1)."""
    expiries = [end for row in rows if (end := _expiry(row)) is not None]
    return StateAnswer(
        as_of=as_of,
        found=bool(rows),
        active=bool(rows) and all(row.get("Active") is True for row in rows),
        expires=min(expiries, default=None),
        rows=tuple(map(_ounces, rows)),
    )


def _expiry(row: Row) -> date | None:
    return day(row.get("PatientLicenseExpirationDate"))


def _ounces(row: Row) -> OunceRow:
    def of(kind: str) -> tuple[Fraction, Fraction, Fraction]:
        allowed, bought, left = (
            Fraction(decimal(row.get(f"{kind}Ounces{which}")) or Decimal(0))
            for which in ("Allowed", "Purchased", "Available")
        )
        return allowed, bought, left

    days = Fraction(decimal(row.get("PurchaseAmountDays")) or Decimal(0))
    return OunceRow(days, of("Flower"), of("Thc"), of("Concentrate"), of("Infused"))
