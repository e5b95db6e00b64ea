"""What `reconcile` says: a table for people, one document for programs. Card numbers are cut to their last four."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pos_desktop.app.counting import counted
from pos_desktop.app.reconciling import Reconciled
from pos_desktop.domain.reconciliation.findings import Finding, PackageFinding, Weight, Why
from pos_desktop.domain.reconciliation.records import register_of
from pos_desktop.domain.reconciliation.words import (
    details,
    meaning_of,
    package_details,
    title,
    to_do,
)

_SHOWN = 200


def lines(result: Reconciled, certificates: Sequence[Mapping[str, Any]]) -> list[str]:
    """For people; what agrees is only counted."""
    told: list[str] = []
    for day, certificate in zip(result.days(), certificates, strict=True):
        told += [certificate["sentence"], f"  {_counted(result.of_day(day))}"]
        told += _others(result.of_day(day))
    told += _waiting(result)
    urgent = [each for each in result.open if meaning_of(each).weight is Weight.PERSON]
    told += [line for each in urgent[:_SHOWN] for line in _told(each, result)]
    if len(urgent) > _SHOWN:
        told.append(f"… and {len(urgent) - _SHOWN} more; --json lists all.")
    told += _packages(result)
    if result.memory.verified:
        put_right = len(result.memory.verified)
        told.append(f"{counted(put_right, 'earlier difference is', 'earlier differences are')} put right:")
        told += [f"  {each.id}  {each.what}  {each.kind}" for each in result.memory.verified[:_SHOWN]]
    return told


def document(result: Reconciled, certificates: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Every sale and receipt, those that agree included."""
    return {
        "first": result.first.isoformat(),
        "last": result.last.isoformat(),
        "zone": result.zone.key,
        "read_at": result.read_at.iso_in(result.zone),
        "counts": _counts(result.findings),
        "sales": [_sale(each, result) for each in result.findings],
        "packages": [_package(each, result) for each in result.packages or ()],
        "verified": [
            {"id": each.id, "what": each.what, "class": each.kind, "since": each.since}
            for each in result.memory.verified
        ],
        "certificates": list(certificates),
    }


def _counted(findings: Iterable[Finding]) -> str:
    told = [f"{kind} {number}" for kind, number in _counts(findings).items()]
    return ", ".join(told) or "nothing on either side"


def _counts(findings: Iterable[Finding]) -> dict[str, int]:
    return dict(Counter(each.kind.value for each in findings))


def _others(findings: Iterable[Finding]) -> list[str]:
    """Sales of other registers, by register."""
    found = Counter(register_of(each.external.upper()) for each in findings if each.why is Why.OTHER_REGISTER)
    return [
        f"  register {name}: {counted(number, 'sale', 'sales')}" for name, number in sorted(found.items())
    ]


def _waiting(result: Reconciled) -> list[str]:
    """What the program sees to by itself, one line for each reason."""
    groups: dict[Why, list[Finding]] = {}
    for each in result.open:
        if meaning_of(each).weight is Weight.WAITING:
            groups.setdefault(each.why, []).append(each)
    told = []
    for found in groups.values():
        told.append(f"{counted(len(found), 'sale', 'sales')}: {_span(found)}")
        told += [f"    {line}" for line in (*_advice(found[0]), *_due(found, result))]
    return told


def _span(found: Sequence[Finding]) -> str:
    return title(found[0]) if len(found) == 1 else f"{title(found[0])} … {title(found[-1])}"


def _due(found: Iterable[Finding], result: Reconciled) -> list[str]:
    """The earliest deadline among them."""
    due = [each.due_at for each in found if each.due_at is not None]
    return [f"to be reported by {min(due).datetime_in(result.zone):%Y-%m-%d %H:%M}"] if due else []


def _told(found: Finding, result: Reconciled) -> list[str]:
    head = f"{found.id}  {title(found)}  {found.kind}  ({_standing(found.id, result)})"
    told = (*details(found), *_advice(found), *_due([found], result))
    return [head, *(f"    {each}" for each in told)]


def _advice(found: Finding | PackageFinding) -> list[str]:
    return [f"{meaning_of(found).cause} {to_do(found)}".strip()]


def _packages(result: Reconciled) -> list[str]:
    if result.packages is None:
        return []
    still = [each for each in result.packages if meaning_of(each).weight is not Weight.NOTHING]
    rest = len(result.packages) - len(still)
    told = [
        f"Packages: {counted(len(still), 'difference', 'differences')}." if still else "Packages: all agree."
    ]
    if rest:
        told.append(f"  {counted(rest, 'package differs', 'packages differ')} only by the sales above.")
    for each in still[:_SHOWN]:
        told.append(f"{each.id}  …{each.tag[-8:]}  {each.item}  {each.kind}  ({_standing(each.id, result)})")
        told += [f"    {line}" for line in (*package_details(each), *_advice(each))]
    return told


def _standing(id_: str, result: Reconciled) -> str:
    if id_ in result.memory.accepted:
        return f"accepted by a manager, there since {result.memory.since.get(id_, '')[:16]}"
    return (
        "new" if id_ in result.memory.new else f"still there, since {result.memory.since.get(id_, '')[:16]}"
    )


def _sale(found: Finding, result: Reconciled) -> dict[str, Any]:
    weight = meaning_of(found).weight
    return {
        "id": found.id,
        "day": None if found.day is None else found.day.isoformat(),
        "number": found.number or None,
        "external": found.external or None,
        "class": found.kind.value,
        "why": found.why.value,
        "weight": weight.value,
        "receipts": list(found.remote_ids),
        "kept": found.kept or None,
        "lines_compared": found.lines_compared,
        "fields": [
            {"field": each.field, "package": each.tag or None, "here": each.here, "there": each.there}
            for each in found.fields
        ],
        "cause": meaning_of(found).cause,
        "action": meaning_of(found).action.value,
        "to_do": to_do(found),
        "due": None if found.due_at is None else found.due_at.iso_in(result.zone),
        **_remembered(found.id, result, open_=weight is not Weight.NOTHING),
    }


def _package(found: PackageFinding, result: Reconciled) -> dict[str, Any]:
    weight = meaning_of(found).weight
    return {
        "id": found.id,
        "tag": found.tag,
        "item": found.item,
        "class": found.kind.value,
        "why": found.why.value,
        "weight": weight.value,
        "unit": found.unit,
        "here": found.here,
        "there": found.there,
        "waiting": found.waiting,
        "difference": found.difference,
        "explained": [
            {"sale": each.external, "why": each.why.value, "quantity": each.quantity}
            for each in found.explained
        ],
        "unexplained": found.unexplained,
        "cause": meaning_of(found).cause,
        "action": meaning_of(found).action.value,
        "to_do": to_do(found),
        **_remembered(found.id, result, open_=weight is not Weight.NOTHING),
    }


def _remembered(id_: str, result: Reconciled, *, open_: bool) -> dict[str, Any]:
    if not open_:
        return {"standing": None, "since": None}
    standing = "new" if id_ in result.memory.new else "still-there"
    return {"standing": standing, "since": result.memory.since.get(id_)}
