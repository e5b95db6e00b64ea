"""The certificate of one business day: all sales are reported, or which are not, why, and by when. No patient data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pos_desktop.app.counting import counted
from pos_desktop.app.reconciling import Reconciled
from pos_desktop.domain.reconciliation.findings import Finding, Weight, Why
from pos_desktop.domain.reconciliation.records import OtherLicense, OwnSale
from pos_desktop.domain.reconciliation.words import is_settled, meaning_of, title, to_do

_NAMED = 20


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who gives the certificate. `pack` names the rules in force, `program` its version."""

    store: str
    license: str
    register: str
    program: str
    pack: str


def day_certificate(result: Reconciled, day: date, issuer: Issuer, *, blind: bool = False) -> dict[str, Any]:
    """Plain values, as the file and the page show them; amounts are before tax, as the state is told.

    `blind`: a till of that day is open and will be counted; its sums are null, or whoever counts could read them.
    """
    findings = result.of_day(day)
    made = [sale for sale in result.sales.values() if sale.day == day]
    own = {each.external: each for each in findings if each.number}
    standing = [sale for sale in made if not sale.voided]
    reported = [sale for sale in standing if is_settled(own[sale.external])]
    unsettled = sum(not is_settled(own[sale.external]) for sale in made)
    still = [each for each in findings if meaning_of(each).weight is not Weight.NOTHING]
    others = result.others.get(day, OtherLicense(0))
    said = _sentence(day, len(standing), len(made), unsettled, len(still), others=bool(others.made))
    read_on = result.read_at.date_in(result.zone)
    return {
        "v": 1,
        "kind": "day-certificate",
        "date": day.isoformat(),
        "day_over": read_on > day,
        "store": issuer.store,
        "license": issuer.license,
        "register": issuer.register,
        "program": issuer.program,
        "pack": issuer.pack,
        "zone": result.zone.key,
        "read_at": result.read_at.iso_in(result.zone),
        "all_reported": unsettled == 0 and not others.open,
        "sentence": " ".join(filter(None, [said, other_license_words(others)])),
        "sales": {
            "made": len(made),
            "voided": len(made) - len(standing),
            "in_force": len(standing),
            "total_cents": None if blind else _total(standing),
            "reported": len(reported),
            "reported_cents": None if blind else _total(reported),
            "first": made[0].number if made else None,
            "last": made[-1].number if made else None,
        },
        "other_license": {"made": others.made, "open": list(others.open)},
        "other_registers": sum(each.why is Why.OTHER_REGISTER for each in findings),
        "open": [_open(each, result) for each in still],
    }


def certificate_bytes(certificate: Mapping[str, Any]) -> bytes:
    """The file as it is written; its digest stands on the page."""
    return json.dumps(certificate, ensure_ascii=False, indent=2).encode() + b"\n"


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def other_license_words(others: OtherLicense) -> str:
    """Empty where there are none."""
    if not others.made:
        return ""
    said = counted(others.made, "sale of that day was", "sales of that day were")
    said += " made under another license than the one set now, and cannot be compared under this one."
    if not others.open:
        return f"{said} Nothing of that is open."
    more = f" and {len(others.open) - _NAMED} more" if len(others.open) > _NAMED else ""
    names = ", ".join(others.open[:_NAMED]) + more
    return f"{said} Still open are reports of {names}; they want a manager."


def _sentence(day: date, standing: int, made: int, unsettled: int, still: int, *, others: bool) -> str:
    voided = made - standing
    if not made:
        said = f"No sale was made on {day}{' under this license' if others else ''}."
    elif unsettled:
        of = counted(made, "sale", "sales")
        return f"{unsettled} of {of} of {day} {'is' if unsettled == 1 else 'are'} not settled with the state."
    elif not standing:
        said = f"No sale of {day} stands."
    elif standing == 1:
        said = f"The one sale of {day} is reported."
    else:
        said = f"All {standing} sales of {day} are reported."
    if voided:
        said += f" {counted(voided, 'more was', 'more were')} voided."
    if still:
        said += f" {counted(still, 'thing is', 'things are')} still to be looked at."
    return said


def _open(found: Finding, result: Reconciled) -> dict[str, Any]:
    return {
        "id": found.id,
        "what": title(found),
        "receipts": list(found.remote_ids),
        "class": found.kind.value,
        "why": found.why.value,
        "fields": [each.field for each in found.fields],
        "cause": meaning_of(found).cause,
        "action": meaning_of(found).action.value,
        "to_do": to_do(found),
        "due": None if found.due_at is None else found.due_at.iso_in(result.zone),
    }


def _total(sales: Sequence[OwnSale]) -> int:
    return sum(sale.total_cents for sale in sales)
