"""Goods that come in, and stock and sales put right, as requests of the legacy API (biotrack contract, 4.3 to 4.6).

A request that records something bears a nonce that its caller made before the first try and keeps for life: after an
unknown outcome it is settled as a sale's report is, and never sent again blind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Any

from pos_desktop.app.ports import CouldNotAsk, ServiceReach
from pos_desktop.domain.outbox import AttemptResult
from pos_desktop.sync.biotrack import classify
from pos_desktop.sync.biotrack.answers import Answer, Verdict
from pos_desktop.sync.biotrack.legacy import LegacyClient
from pos_desktop.sync.biotrack.reading import Row, barcode, flag, rows, text, whole
from pos_desktop.sync.numbers import decimal

NOT_ASKED = "The state service could not be asked. Nothing was changed; try again later."


class AdjustReason(IntEnum):
    AUDIT = 1
    THEFT = 2
    SEIZURE = 3
    CORRECTION = 4
    MOISTURE_LOSS = 5
    DEPLETION = 6


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery on its way to us."""

    manifest: str
    items: int | None
    sender_license: str
    sender: str
    day: str


@dataclass(frozen=True, slots=True)
class Arriving:
    tag: str
    quantity: Decimal | None
    type_code: str
    product: str
    strain: str
    returned: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """Pieces of one identifier: received, moved or left after a count."""

    tag: str
    quantity: int

    def __post_init__(self) -> None:
        if not barcode(self.tag) or self.quantity < 0:
            raise ValueError("an identifier has 16 digits, and a count is never negative")


class Deliveries:
    """One premises' incoming goods and corrections. Any thread."""

    def __init__(self, client: LegacyClient, location: str) -> None:
        self._client = client
        self._location = location

    # ---- reads

    def waiting(self) -> Sequence[Waiting] | CouldNotAsk:
        """Nothing on its way is told as a refusal (602), which is an empty list and no trouble."""
        listed = self._rows("inventory_manifest_lookup", {"location": self._location})
        if isinstance(listed, CouldNotAsk):
            return listed
        return [
            Waiting(
                manifest=text(row.get("manifest_id")),
                items=whole(row.get("item_count")),
                sender_license=text(row.get("license_number")),
                sender=text(row.get("trade_name")),
                day=text(row.get("transfer_date")),
            )
            for row in listed
        ]

    def contents(self, manifest: str) -> Sequence[Arriving] | CouldNotAsk:
        listed = self._rows(
            "inventory_transfer_lookup", {"location": self._location, "manifest_id": manifest}
        )
        if isinstance(listed, CouldNotAsk):
            return listed
        return [
            Arriving(
                tag=barcode(row.get("barcode_id")),
                quantity=decimal(row.get("quantity")),
                type_code=text(row.get("inventorytype")),
                product=text(row.get("product")),
                strain=text(row.get("strain")),
                returned=flag(row.get("is_return")) is True,
            )
            for row in listed
        ]

    def manifests(self, since: int = 0) -> Mapping[str, Sequence[Row]] | CouldNotAsk:
        """The three lists of `sync_manifest`, from transaction `since` on, that one included."""
        answer = self._client.ask("sync_manifest", {"transaction_start": since} if since else {})
        if not answer.accepted:
            return _could_not(answer)
        names = ("manifest", "manifest_stop_data", "manifest_stop_items")
        return {name: rows(answer.document.get(name)) for name in names}

    def check(self, table: str, total: int, since: int = 0, until: int = 0) -> bool | CouldNotAsk:
        """Whether the sum of transactions over our rows of a table is the state's; both ends are in it."""
        ends = {"transaction_start": since, "transaction_end": until}
        window = {name: at for name, at in ends.items() if at}
        answer = self._client.ask(
            "sync_check", {"download": 0, "data": [{"table": table, "sum": total, **window}]}
        )
        if not answer.accepted:
            return _could_not(answer)
        return any(flag(row.get("match")) is True for row in rows(answer.document.get("summary")))

    # ---- writes

    def receive(self, came: Sequence[Counted], nonce: str) -> AttemptResult:
        """What arrived, and only that: the sender sees the rest as coming back."""
        data = [{"barcodeid": each.tag, "quantity": str(each.quantity), "uom": "each"} for each in came]
        return self._write("inventory_transfer_inbound", {"location": self._location, "data": data}, nonce)

    def adjust(self, left: Sequence[Counted], reason: str, kind: AdjustReason, nonce: str) -> AttemptResult:
        """Sets how much is left of each; the reason is kept by the state."""
        data = [
            {
                "barcodeid": each.tag,
                "quantity": str(each.quantity),
                "quantity_uom": "each",
                "reason": reason,
                "type": int(kind),
            }
            for each in left
        ]
        return self._write("inventory_adjust", {"data": data}, nonce)

    def move(self, tags: Sequence[str], room: int, nonce: str) -> AttemptResult:
        return self._write(
            "inventory_move", {"data": [{"barcodeid": tag, "room": room} for tag in tags]}, nonce
        )

    def correct_price(
        self, transaction: str, tag: str, cents: int, nonce: str, item_number: int | None = None
    ) -> AttemptResult:
        """`sale_modify`: a price before the period closes; a quantity cannot be changed."""
        fields = {"transactionid": transaction, "barcodeid": tag, "price": str(_money(cents))}
        return self._write("sale_modify", {**fields, **_numbered(item_number)}, nonce)

    def refund(
        self,
        transaction: str,
        back: Sequence[tuple[Counted, int]],
        nonce: str,
        refunded_second: int | None = None,
    ) -> AttemptResult:
        """`sale_refund`: goods that came back, each with the cents paid out, which go out as a negative price."""
        at = {} if refunded_second is None else {"sale_time": refunded_second}
        data = [
            {"barcodeid": each.tag, "quantity": str(each.quantity), "price": str(-_money(cents))}
            for each, cents in back
        ]
        return self._write("sale_refund", {"transactionid": transaction, **at, "data": data}, nonce)

    # ---- inside

    def _rows(self, action: str, fields: Mapping[str, Any]) -> list[Row] | CouldNotAsk:
        answer = self._client.ask(action, fields)
        if answer.refused and answer.code == classify.MISSING:
            return []
        return rows(answer.document.get("data")) if answer.accepted else _could_not(answer)

    def _write(self, action: str, fields: Mapping[str, Any], nonce: str) -> AttemptResult:
        return classify.of_write(self._client.ask(action, fields, nonce=nonce), ())


def _numbered(item_number: int | None) -> dict[str, int]:
    return {} if item_number is None else {"item_number": item_number}


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _could_not(answer: Answer) -> CouldNotAsk:
    if answer.verdict is Verdict.LOGIN_REFUSED or answer.refused:
        return CouldNotAsk(ServiceReach.REFUSED_KEY, classify.not_begun(answer, ()).sentence)
    return CouldNotAsk(ServiceReach.AWAY, NOT_ASKED)
