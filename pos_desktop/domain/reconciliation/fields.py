"""One sale against one receipt, field by field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from pos_desktop.domain.mass import Mass
from pos_desktop.domain.money import Money
from pos_desktop.domain.reconciliation.findings import FieldDifference, Finding
from pos_desktop.domain.reconciliation.records import (
    MILLIGRAMS,
    OwnSale,
    Shown,
    StateLine,
    StateSale,
    wall_of,
)

UNREADABLE = "not readable"
KEPT_BACK = "told once the till is counted"
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """What must be known to compare with this state. `zone` is the facility's."""

    zone: ZoneInfo
    shows: Shown


def differences(ours: OwnSale, theirs: StateSale, reading: Reading) -> tuple[FieldDifference, ...]:
    """In which fields the receipt is not the sale; empty means equal."""
    found: list[FieldDifference] = []

    def compare(field: str, here: str, there: str) -> None:
        if here != there:
            found.append(FieldDifference(field, here or _NONE, there or _NONE))

    if (
        reading.shows.numbers
        and theirs.external.upper() != ours.external.upper()
        and _reported_as(ours, theirs)
    ):
        compare("number", ours.external, theirs.external)
    if reading.shows.times:
        compare("time", ours.wall, wall_of(theirs.sold_at, reading.zone) or UNREADABLE)
    if reading.shows.people and ours.patient:  # a patient who was purged is in no record of ours
        _compare_people("patient", ours.patient, theirs.patient, found)
        _compare_people("caregiver", ours.caregiver, theirs.caregiver, found)
    if ours.total_cents != theirs.total_cents:
        found.append(FieldDifference("total", _money(ours.total_cents), _money(theirs.total_cents)))
    if theirs.lines is not None:
        found += _lines(ours.lines, theirs.lines)
    return tuple(found)


def hushed(found: Finding) -> Finding:
    """The same without amounts of money: of a sale in a till that somebody is still to count."""
    return replace(found, fields=tuple(map(_hushed, found.fields)))


def _hushed(each: FieldDifference) -> FieldDifference:
    if each.field == "package":  # `1 each, $38.00`: how much of it stays
        here, there = (side.rsplit(", ", 1)[0] for side in (each.here, each.there))
        return replace(each, here=here, there=there)
    return replace(each, here=KEPT_BACK, there=KEPT_BACK) if each.field in ("total", "amount") else each


def masked(card: str) -> str:
    """The last four of a card number; a short one is not shown at all."""
    return f"…{card[-4:]}" if len(card) > 4 else "…" if card else _NONE


def amount_text(quantity: int | None, unit: str) -> str:
    if quantity is None:
        return f"{UNREADABLE} ({unit})" if unit else UNREADABLE
    return Mass(quantity).grams_text() if unit == MILLIGRAMS else f"{quantity:,} {unit}"


def _reported_as(ours: OwnSale, theirs: StateSale) -> bool:
    """Whether it is the very receipt that we reported; one that was typed in at the state may bear no number."""
    return bool(theirs.external) or (ours.report is not None and ours.report.remote_id == theirs.remote_id)


def _compare_people(field: str, here: str, there: str, found: list[FieldDifference]) -> None:
    if here.strip().upper() == there.strip().upper():
        return
    shown = masked(there.strip())
    if shown == masked(here.strip()):
        shown += " (another card with the same end)"
    found.append(FieldDifference(field, masked(here.strip()), shown))


def _lines(ours: Sequence[StateLine], theirs: Sequence[StateLine]) -> list[FieldDifference]:
    """By package. A state that merges or splits a package's lines, and keeps their sum, changes nothing."""
    here, there = _by_tag(ours), _by_tag(theirs)
    found = []
    for tag in sorted(here.keys() | there.keys()):
        if tag not in there:
            found.append(FieldDifference("package", _sum_text(here[tag]), _NONE, tag))
        elif tag not in here:
            found.append(FieldDifference("package", _NONE, _sum_text(there[tag]), tag))
        else:
            found += _one_package(tag, here[tag], there[tag])
    return found


def _one_package(tag: str, here: list[StateLine], there: list[StateLine]) -> list[FieldDifference]:
    found = []
    if _quantities(here) != _quantities(there):
        found.append(FieldDifference("quantity", _quantity_text(here), _quantity_text(there), tag))
    if _total(here) != _total(there):
        found.append(FieldDifference("amount", _money(_total(here)), _money(_total(there)), tag))
    if not found and len(here) == len(there) and sorted(map(_pair, here)) != sorted(map(_pair, there)):
        found.append(FieldDifference("amount", _each_text(here), _each_text(there), tag))
    return found


def _by_tag(lines: Iterable[StateLine]) -> dict[str, list[StateLine]]:
    found: dict[str, list[StateLine]] = defaultdict(list)
    for line in lines:
        found[line.tag.strip().upper()].append(line)
    return found


def _quantities(lines: Sequence[StateLine]) -> dict[str, int | None]:
    """The sum in each unit; None where one of them is not readable."""
    sums: dict[str, int | None] = {}
    for line in lines:
        so_far = sums.get(line.unit, 0)
        sums[line.unit] = None if so_far is None or line.quantity is None else so_far + line.quantity
    return sums


def _total(lines: Sequence[StateLine]) -> int | None:
    amounts = [line.amount_cents for line in lines]
    return None if None in amounts else sum(filter(None, amounts))


def _pair(line: StateLine) -> tuple[str, int, int]:
    return (line.unit, line.quantity or 0, line.amount_cents or 0)


def _money(cents: int | None) -> str:
    return UNREADABLE if cents is None else str(Money(cents))


def _quantity_text(lines: Sequence[StateLine]) -> str:
    return " + ".join(amount_text(quantity, unit) for unit, quantity in sorted(_quantities(lines).items()))


def _sum_text(lines: Sequence[StateLine]) -> str:
    return f"{_quantity_text(lines)}, {_money(_total(lines))}"


def _each_text(lines: Sequence[StateLine]) -> str:
    return " + ".join(_sum_text([line]) for line in sorted(lines, key=_pair))
