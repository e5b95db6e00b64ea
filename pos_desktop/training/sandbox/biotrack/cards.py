"""Patients' cards: looking one up, the key that a lookup yields, what may still be bought (contract 4.1, 5.3, 5.5)."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from pos_desktop.training.sandbox.biotrack.amounts import six
from pos_desktop.training.sandbox.biotrack.call import Call
from pos_desktop.training.sandbox.biotrack.refusing import NOT_FOUND, Refused
from pos_desktop.training.sandbox.clock import SECOND_US, local_date
from pos_desktop.training.sandbox.jsonio import JsonObject, decode, encode

_DAY_S = 86_400
_UNKNOWN_CARD = "The card could not be found."
_BAD_KEY = "The card key is not valid for this card."


@dataclass(frozen=True, slots=True)
class Patient:
    """`amount` is the limit within `days`; None where the programme names none."""

    card_id: str
    active: bool
    expires: str
    amount: Decimal | None
    days: int
    privileges: str
    caregivers: tuple[str, ...]

    @classmethod
    def load(cls, call: Call, card_id: Any) -> Self | None:
        row = call.db.execute(
            "SELECT card_id, active, expires, amount, days, privileges, caregivers FROM patient "
            "WHERE training = ? AND card_id = ?",
            (call.training, card_id),
        ).fetchone()
        if row is None:
            return None
        amount = None if row[3] is None else Decimal(row[3])
        return cls(row[0], bool(row[1]), row[2], amount, row[4], row[5], tuple(decode(row[6])))

    def is_active(self, call: Call, zone: str) -> bool:
        return self.active and local_date(call.now * SECOND_US, zone) <= date.fromisoformat(self.expires)

    def bought(self, call: Call, first: int, last: int) -> Decimal:
        """Units bought from `first` on, exclusive, up to `last`, inclusive; by the time of each sale."""
        rows = call.db.execute(
            "SELECT units FROM purchase WHERE training = ? AND card_id = ? AND sold_at > ? AND sold_at <= ?",
            (call.training, self.card_id, first, last),
        ).fetchall()
        return sum((Decimal(row[0]) for row in rows), Decimal(0))

    def left(self, call: Call, second: int) -> Decimal | None:
        """What may be bought in the window that ends at that second; never below zero; None without a limit."""
        if self.amount is None:
            return None
        return max(self.amount - self.bought(call, second - self.days * _DAY_S, second), Decimal(0))

    def has_room(self, call: Call, second: int, units: Decimal) -> bool:
        """Whether so much bought at that second exceeds no window: not the one then, and none up to now."""
        if self.amount is None or not call.settings.enforce_limit:
            return True
        ends = call.db.execute(
            "SELECT DISTINCT sold_at FROM purchase WHERE training = ? AND card_id = ? AND sold_at > ? AND sold_at < ?",
            (call.training, self.card_id, second, second + self.days * _DAY_S),
        ).fetchall()
        span = self.days * _DAY_S
        return all(
            self.bought(call, end - span, end) + units <= self.amount
            for end in [second, *(row[0] for row in ends)]
        )


def card_lookup(call: Call) -> JsonObject:
    """The legacy reply; its member names are this project's reading (contract 4.1)."""
    patient = looked_up(call, call.members["card_id"], call.members.get("caregiver_card_id"))
    zone = _zone(call)
    year, month, day = patient.expires.split("-")
    left = patient.left(call, call.now)
    return {
        "success": 1,
        "card_id": patient.card_id,
        "card_key": new_key(call, patient, location="", seconds=call.settings.card_key_seconds),
        "card_active": int(patient.is_active(call, zone)),
        "card_expiration": {"year": year, "month": month, "day": day},
        **({} if left is None else {"card_limit": six(left)}),
        "privileges": patient.privileges,
        "sessiontime": call.now,
    }


def looked_up(call: Call, card_id: Any, caregiver: Any = None) -> Patient:
    """Raises Refused: an unknown card, or a caregiver's card that is not this patient's."""
    patient = Patient.load(call, card_id)
    if patient is None or (caregiver not in (None, "") and caregiver not in patient.caregivers):
        raise Refused(NOT_FOUND, _UNKNOWN_CARD)
    return patient


def new_key(call: Call, patient: Patient, *, location: str, seconds: int) -> str:
    """A proof of this lookup. `location` is empty on the legacy endpoint; 0 seconds last for ever."""
    expires = call.now + seconds if seconds else None
    key = _token(call, patient, location, expires) if location else f"ck.{secrets.token_hex(6)}"
    call.db.execute(
        "INSERT INTO card_key VALUES (?, ?, ?, ?, ?, ?)",
        (key, call.training, call.ubi, location, patient.card_id, expires),
    )
    return key


def presented(call: Call, card_id: Any, key: Any, *, location: str, zone: str) -> Patient:
    """The active patient whose card and key come with a sale; `card_id` None where the key alone names the card.

    Raises:
        Refused: No key, an unknown or expired one, one of another card, company, location or data set, or a card
            that is not active now.
    """
    row = call.db.execute(
        "SELECT card_id, expires FROM card_key WHERE card_key = ? AND training = ? AND ubi = ? AND location = ?",
        (key if isinstance(key, str) else "", call.training, call.ubi, location),
    ).fetchone()
    if row is None or (card_id is not None and row[0] != card_id):
        raise Refused(NOT_FOUND, _BAD_KEY)
    if row[1] is not None and row[1] <= call.now:
        raise Refused(NOT_FOUND, "The card key has expired.")
    patient = looked_up(call, row[0])
    if not patient.is_active(call, zone):
        raise Refused(NOT_FOUND, "The card is not active.")
    return patient


def _zone(call: Call) -> str:
    row = call.db.execute("SELECT zone FROM location WHERE ubi = ? ORDER BY location", (call.ubi,)).fetchone()
    return "UTC" if row is None else str(row[0])


def _token(call: Call, patient: Patient, location: str, expires: int | None) -> str:
    return signed(
        {
            "authorized": True,
            "cardid": patient.card_id,
            "customerid": int(hashlib.sha256(patient.card_id.encode()).hexdigest()[:8], 16),
            "orgid": call.ubi,
            "location": location,
            "exp": expires,
        }
    )


def signed(claims: JsonObject) -> str:
    """A token in the form of a JWT. Nobody can check its signature: the sandbox knows its tokens by heart."""
    parts = [_base64(encode({"alg": "HS256", "typ": "JWT"})), _base64(encode(claims))]
    signature = hmac.new(secrets.token_bytes(32), ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, _base64(signature)])


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
