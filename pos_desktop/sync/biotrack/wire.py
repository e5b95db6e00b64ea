"""A sale in BioTrack's words, made from the neutral report (contract, sections 3.7, 4.2 and 5.4; app.reporting)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pos_desktop.domain.instant import SECOND_US, Instant
from pos_desktop.domain.sensitive import CardNumber, guard
from pos_desktop.domain.shelf import Unit
from pos_desktop.sync.biotrack.profile import BioTrackProfile, PriceBasis, Terminal
from pos_desktop.sync.biotrack.reading import barcode

BY_WEIGHT = (
    "The sale holds goods by weight, and BioTrack takes whole pieces only. It is saved and was not sent. "
    "A manager must record it at the state by hand."
)
NO_IDENTIFIER = (
    "The sale holds a package without an identifier of 16 digits. It is saved and was not sent. "
    "A manager must record it at the state by hand."
)
NOTHING_SOLD = "The sale holds no line that the state could record. It is saved and was not sent."
_PRICE_PLACES = 6

Line = tuple[str, Decimal, Decimal]
"""Identifier, quantity and price, as they are sent and as the state lists them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One sale to be recorded, and what a listed sale is compared with."""

    external: str
    sold_at: Instant
    patient: str
    caregiver: str
    terminal: str
    numbered: bool
    """Whether `terminal` names this sale and no other."""
    lines: tuple[Line, ...]
    taxes: tuple[Decimal, ...]
    unsendable: str
    """Why no request can record it, for a person; empty when one can."""

    def __post_init__(self) -> None:
        guard(self, patient=CardNumber, caregiver=CardNumber)

    @classmethod
    def of(cls, payload: bytes, profile: BioTrackProfile) -> Wanted:
        report = json.loads(payload)
        numbered = profile.terminal is Terminal.SALE
        sold = report["lines"]
        return cls(
            external=report["external"],
            sold_at=Instant(report["sold_at_us"]),
            patient=report["patient"] or "",
            caregiver=report["caregiver"] or "",
            terminal=report["external"] if numbered else register_of(report["external"]),
            numbered=numbered,
            lines=tuple(_line(each, profile.price_basis) for each in sold),
            taxes=tuple(_money(each["tax_cents"]) for each in sold),
            unsendable=_unsendable(sold),
        )

    @property
    def people(self) -> tuple[str, ...]:
        """Numbers that must not appear in anything that is kept of an answer."""
        return tuple(filter(None, (self.patient, self.caregiver)))

    @property
    def counted(self) -> Counter[Line]:
        return Counter(self.lines)


def register_of(external: str) -> str:
    """Store and register of a sale's number: `ST01-R1` of `ST01-R1-1-0000481`."""
    return external.rsplit("-", 2)[0]


def legacy_sale(wanted: Wanted, card_key: str, sale_second: int) -> dict[str, Any]:
    """`sale_dispense` without the envelope; text where the contract's example has text."""
    card = {"card_id": wanted.patient} if wanted.patient else {}
    return {
        "terminal_id": wanted.terminal,
        "sale_time": sale_second,
        **card,
        **({"card_key": card_key} if card_key else {}),
        "data": [
            {"barcodeid": tag, "quantity": str(quantity), "price": str(price), "item_number": n}
            for n, (tag, quantity, price) in enumerate(wanted.lines)
        ],
    }


def v3_sale(
    wanted: Wanted, card_key: str, request_id: str, sale_second: int, location: str
) -> dict[str, Any]:
    """`POST /v1/dispense`; numbers are numbers, since the service is strict about types (section 5)."""
    at = datetime.fromtimestamp(sale_second, UTC)
    return {
        "LocationLicense": location,
        "Type": "MEDICAL" if wanted.patient else "RECREATIONAL",
        "Datetime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "RequestID": request_id,
        "ExternalID": wanted.external,
        "TerminalID": wanted.terminal,
        **({"PatientCardKey": card_key} if card_key else {}),
        "Items": [
            {
                "Barcode": tag,
                "Quantity": quantity,
                "Price": price,
                "Tax": {"Excise": Decimal(0), "Other": tax},
            }
            for (tag, quantity, price), tax in zip(wanted.lines, wanted.taxes, strict=True)
        ],
    }


def sale_second(sold_at: Instant, offset_us: int, service_now: Instant) -> int:
    """The moment of sale by the service's clock, rounded down and never later than its present (section 8.3)."""
    return min(sold_at.utc_us + offset_us, service_now.utc_us) // SECOND_US


def _line(line: Mapping[str, Any], basis: PriceBasis) -> Line:
    price = _money(line["amount_cents"])
    if basis is PriceBasis.UNIT and line["quantity"]:
        price = _rounded(Fraction(line["amount_cents"], 100 * line["quantity"]))
    return line["tag"], Decimal(line["quantity"]), price


def _rounded(amount: Fraction) -> Decimal:
    """To six places; at least the two of money are shown."""
    exact = Decimal(round(amount * 10**_PRICE_PLACES)).scaleb(-_PRICE_PLACES)
    money = exact.quantize(Decimal("0.01"))
    return money if money == exact else exact


def _unsendable(lines: list[Mapping[str, Any]]) -> str:
    if not lines:
        return NOTHING_SOLD
    if any(line["unit"] != Unit.EACH for line in lines):
        return BY_WEIGHT
    return "" if all(barcode(line["tag"]) for line in lines) else NO_IDENTIFIER


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
