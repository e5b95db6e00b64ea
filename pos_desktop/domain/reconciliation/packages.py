"""Compares the shelf with the state's inventory, and says what part of a difference comes from which sale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.reconciliation.findings import (
    Explanation,
    Finding,
    Kind,
    PackageFinding,
    PackageKind,
    Why,
)
from pos_desktop.domain.reconciliation.records import (
    OwnPackage,
    OwnSale,
    StateLine,
    StatePackage,
    StateSale,
    register_of,
)

SLACK_US = 2 * MINUTE_US
"""How far the state's clock and ours may lie apart."""
_MOST_SUMS = 4_096


@dataclass(frozen=True, slots=True)
class Effect:
    """What one sale may have moved of a package since the shelf was read. `sure`: it came in after that reading."""

    external: str
    why: Why
    quantity: int
    sure: bool


Effects = Mapping[str, Sequence[Effect]]


def compare_packages(
    before: Iterable[OwnPackage],
    after: Iterable[OwnPackage],
    theirs: Iterable[StatePackage],
    effects: Effects,
) -> tuple[PackageFinding, ...]:
    """A finding for each package that differs, also for one that sales explain in full.

    `before` and `after`: the shelf before and after the state was asked; a report that went out meanwhile moves what
    is expected, and either figure is right.
    """
    earlier = {each.tag: each for each in before}
    here = {each.tag: each for each in after}
    there = {each.tag: each for each in theirs}
    found: list[PackageFinding] = []
    for tag in sorted(here.keys() | there.keys()):
        found += _one_tag(here.get(tag), earlier.get(tag), there.get(tag), effects.get(tag, ()))
    return tuple(found)


def _one_tag(
    here: OwnPackage | None, earlier: OwnPackage | None, there: StatePackage | None, effects: Sequence[Effect]
) -> list[PackageFinding]:
    on_shelf = here is not None and here.active
    if here is None or not on_shelf:
        if there is None or not there.active or there.quantity == 0:
            return []
        kind = PackageKind.ONLY_THERE
        return [
            PackageFinding(kind, Why.NOT_RECEIVED, there.tag, there.item, there.unit, None, there.quantity)
        ]
    made = PackageFinding(
        PackageKind.MATCHED, Why.EQUAL, here.tag, here.item, here.unit, here.expected, None, here.waiting
    )
    if there is None or not there.active:
        if here.expected == 0:
            return []
        if there is None:
            return [replace(made, kind=PackageKind.ONLY_HERE, why=Why.MISSING_THERE)]
        finished = replace(made, kind=PackageKind.STATE, why=Why.FINISHED_THERE, there=there.quantity)
        return [finished]
    return _both(replace(made, there=there.quantity), here, earlier or here, there, effects)


def _both(
    made: PackageFinding,
    here: OwnPackage,
    earlier: OwnPackage,
    there: StatePackage,
    effects: Sequence[Effect],
) -> list[PackageFinding]:
    found = []
    if there.on_hold is not None and there.on_hold != here.on_hold:
        why = Why.HELD_THERE if there.on_hold else Why.RELEASED_THERE
        found.append(replace(made, kind=PackageKind.STATE, why=why))
    low, high = sorted((here.expected, earlier.expected))
    if there.unit != here.unit:
        found.append(replace(made, kind=PackageKind.QUANTITY, why=Why.UNEXPLAINED))
    elif not low <= there.quantity <= high:
        parts = _explained(there.quantity - here.expected, effects)
        differing = replace(made, kind=PackageKind.QUANTITY, why=Why.UNEXPLAINED, explained=parts)
        found.append(replace(differing, why=Why.UNEXPLAINED if differing.unexplained else Why.EXPLAINED))
    return found


def _explained(difference: int, effects: Sequence[Effect]) -> tuple[Explanation, ...]:
    """The sales that make up all of it, else those that are sure to be a part."""
    whole = _sum_to(difference, effects)
    chosen = [each for each in effects if each.sure] if whole is None else whole
    return tuple(Explanation(each.external, each.why, each.quantity) for each in chosen)


def _sum_to(wanted: int, effects: Sequence[Effect]) -> Sequence[Effect] | None:
    """Some of the effects that add up to `wanted`, those that are sure taken first."""
    sums: dict[int, tuple[Effect, ...]] = {0: ()}
    for effect in sorted(effects, key=lambda each: not each.sure):
        for total, parts in list(sums.items()):
            sums.setdefault(total + effect.quantity, (*parts, effect))
        if wanted in sums:
            return sums[wanted]
        if len(sums) > _MOST_SUMS:
            return None
    return None


def effects_of_sales(
    findings: Iterable[Finding],
    ours: Mapping[str, OwnSale],
    receipts: Mapping[str, StateSale],
    shelf_read_at: Instant | None,
) -> Effects:
    """What each sale that is not the same on both sides may have moved, by package.

    Args:
        findings: Of the sales and receipts.
        ours: The sales, by our number.
        receipts: The state's, by its id.
        shelf_read_at: When our figures were last taken from the state's; what it had recorded before is in them.
    """
    effects: dict[str, list[Effect]] = defaultdict(list)
    for found in findings:
        sale = ours.get(found.external) if found.number else None
        there = [receipts[each] for each in (*found.remote_ids, found.kept) if each in receipts]
        sure = _came_after(found, sale, there, shelf_read_at)
        if sure is not False:
            # A number that no register gave is free text of somebody's, and is not shown.
            known = found.number or register_of(found.external.upper())
            name = found.external if known else ", ".join(found.remote_ids)
            for tag, quantity in _moved(sale, there).items():
                if quantity:
                    effects[tag].append(Effect(name, found.why, quantity, sure=sure is True))
    return effects


def _came_after(
    found: Finding, sale: OwnSale | None, there: Sequence[StateSale], shelf_read_at: Instant | None
) -> bool | None:
    """Whether the figures went apart after the shelf was read, False where they did before; None: it cannot be told.

    Of an older sale it is not told when a void took its goods back, nor when a person ended its report.
    """
    if shelf_read_at is None:
        return None
    if found.kind in (Kind.ONLY_HERE, Kind.VOIDED, Kind.VOIDED_HERE_ONLY):
        sold_at = None if sale is None else sale.sold_at
        return True if sold_at is not None and sold_at.since_us(shelf_read_at) > SLACK_US else None
    moments = [each.modified_at or each.recorded_at for each in there]
    apart = max((each.since_us(shelf_read_at) for each in moments if each is not None), default=0)
    return None if abs(apart) <= SLACK_US else apart > 0


def _moved(sale: OwnSale | None, there: Sequence[StateSale]) -> Mapping[str, int]:
    """By how much the state's figure may lie above what we expect of it, by package.

    We expect the goods of a sale gone there once its report has ended, unless they came back.
    """
    expected = {} if sale is None or sale.back or not _has_ended(sale) else _taken(sale.lines)
    taken: dict[str, int] = defaultdict(int)
    for receipt in there:
        for tag, quantity in ({} if receipt.voided else _taken(receipt.lines or ())).items():
            taken[tag] += quantity
    return {tag: expected.get(tag, 0) - taken.get(tag, 0) for tag in expected.keys() | taken.keys()}


def _has_ended(sale: OwnSale) -> bool:
    return sale.report is not None and sale.report.state.final


def _taken(lines: Iterable[StateLine]) -> dict[str, int]:
    taken: dict[str, int] = defaultdict(int)
    for line in lines:
        taken[line.tag.strip().upper()] += line.quantity or 0
    return taken
