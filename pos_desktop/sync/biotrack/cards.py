"""What the state says of a patient's card: one number that is left, and a key for the sale (contract, 4.1 and 5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pos_desktop.app.ports import OunceRow, StateAnswer
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.mass import OUNCE_MG
from pos_desktop.sync.biotrack.profile import BioTrackProfile
from pos_desktop.sync.biotrack.reading import flag, split_day, text
from pos_desktop.sync.numbers import decimal

_OUNCES = {"oz": Fraction(1), "g": 1_000 / OUNCE_MG, "unit": 1_000 / OUNCE_MG}
"""Ounces of flower in one of what the figure counts."""
_NONE = (Fraction(0), Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class Card:
    """`key` is proof of the look-up and no secret of the store, yet it goes into no log. `limit` None: not told."""

    active: bool
    expires: date | None
    limit: Decimal | None
    key: str = field(repr=False)


def card_of(document: Mapping[str, Any], profile: BioTrackProfile) -> Card | None:
    """Read by the profile's names, since those of the legacy answer are not published.

    None where it tells neither the standing nor a key: that is no word on the patient at all.
    """

    def member(name: str) -> Any:
        return next(
            (document[wire] for wire in profile.card_fields[name] if document.get(wire) is not None), None
        )

    key = text(member("card_key"))
    active = flag(member("card_active"))
    if active is None and not key:
        return None
    return Card(
        # A state that leaves the flag out and yet gives the key of a sale lets the patient buy.
        active=bool(key) if active is None else active,
        expires=split_day(member("card_expiration")),
        limit=decimal(member("card_limit")),
        key=key,
    )


def state_answer(card: Card, profile: BioTrackProfile, as_of: Instant) -> StateAnswer:
    return StateAnswer(as_of, found=True, active=card.active, expires=card.expires, rows=_rows(card, profile))


def unknown_card(as_of: Instant) -> StateAnswer:
    return StateAnswer(as_of, found=False, active=False, expires=None, rows=())


def _rows(card: Card, profile: BioTrackProfile) -> tuple[OunceRow, ...]:
    """No row where nothing tells what the figure counts: the ledger alone binds, and nothing is granted by a guess.

    The figure is of what is left. Allowed is not told; it is given as one ounce at least, since three noughts would
    read as a class that the state does not use, and nothing left means nothing left.
    """
    if card.limit is None or not profile.limit_unit:
        return ()
    left = Fraction(card.limit) * _OUNCES[profile.limit_unit]
    flower = (max(left, Fraction(1)), Fraction(0), left)
    return (OunceRow(Fraction(profile.limit_days), flower, _NONE, _NONE, _NONE),)
