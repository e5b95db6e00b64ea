"""One package of METRC in the shelf's words (metrc contract, sections 10.1 and 11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pos_desktop.app.ports import IncomingPackage
from pos_desktop.domain.identity import PackageTag, ProductId
from pos_desktop.domain.limits.model import Category, Measures
from pos_desktop.domain.shelf import Held, Package, Product, Unit
from pos_desktop.sync.metrc.categories import CategoryTable, Mapped
from pos_desktop.sync.metrc.paging import Row
from pos_desktop.sync.metrc.times import day
from pos_desktop.sync.metrc.units import EACH, mg_per, ul_per
from pos_desktop.sync.numbers import decimal

PASSED = frozenset({"TestPassed", "RetestPassed", "NotRequired", "ProcessValidated"})
"""Lab states of a package that may be sold; a state's profile may add `Remediated` and `Decontaminated`."""

_TAG = re.compile(r"[0-9A-Z]{24}")
_RECALL = ("IsOnRecall", "IsOnRecallCombined", "IsOnInvestigationRecall")
_HOLD = ("IsOnHold", "IsOnHoldCombined", "IsOnInvestigation", "IsOnInvestigationHold", "IsOnRetailerDelivery")
_SAMPLE = ("IsTradeSample", "IsTradeSamplePersistent", "IsTestingSample", "IsProcessValidationTestingSample")
_DATES = ("ExpirationDate", "SellByDate", "UseByDate")


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns package rows into packages of the shelf.

    Args:
        passed: Lab states that may be sold.
    """

    categories: CategoryTable
    passed: frozenset[str] = PASSED

    def package(self, row: Row, today: date, notes: list[str]) -> IncomingPackage | None:
        """None, with a note, where the row is no package that could ever be scanned; `today` in the facility's zone."""
        tag = str(row.get("Label") or "").strip().upper()
        item = row.get("Item")
        if not _TAG.fullmatch(tag) or not isinstance(item, dict) or not item.get("Name"):
            notes.append(
                f"A package with the label “{tag[:40]}” was left out: it has no usable label or item."
            )
            return None
        unit_name = str(row.get("UnitOfMeasureName") or item.get("UnitOfMeasureName") or "")
        unit = _unit(unit_name)
        category = str(item.get("ProductCategoryName") or "")
        mapped = self.categories.find(category, item.get("ProductCategoryType"))
        why = _unmapped(item, unit, unit_name, mapped)
        product = Product(
            id=ProductId(f"metrc-item-{item.get('Id')}"),
            name=str(item["Name"]),
            # An unmapped item is held back; flower is the strictest word should that be lifted.
            category=Category.FLOWER if mapped is None else mapped.category,
            unit=unit or Unit.EACH,
            measures=measures(item, unit or Unit.EACH),
            price=None,
        )
        on_hand = _on_hand(row, unit_name, tag, notes)
        package = Package(
            tag=PackageTag(tag),
            product=product,
            batch=_batch(row),
            on_hand=on_hand,
            tracker_unit=unit_name,
            held=self._held(row, on_hand, today) or (Held.UNMAPPED if why else None),
        )
        return IncomingPackage(
            package=package,
            remote_id=str(row.get("Id", "")),
            remote_item_id=str(item.get("Id", "")),
            tracker_category=category,
            unmapped_because=why,
            packaged_on=day(row.get("PackagedDate")),
        )

    def _held(self, row: Row, on_hand: int, today: date) -> Held | None:
        """Why it may not be sold, the gravest reason first (section 10.1)."""
        ends = [end for name in _DATES if (end := day(row.get(name))) is not None]
        reasons = (
            (Held.RECALL, _any(row, _RECALL)),
            (Held.FINISHED, row.get("IsFinished") is True or _is_set(row, "FinishedDate", "ArchivedDate")),
            (Held.HOLD, _any(row, _HOLD)),
            (Held.SAMPLE, _any(row, _SAMPLE)),
            (Held.UNTESTED, row.get("LabTestingState") not in self.passed),
            (Held.EXPIRED, any(end < today for end in ends)),
            (Held.EMPTY, on_hand <= 0),
        )
        return next((held for held, applies in reasons if applies), None)


def measures(item: Row, unit: Unit) -> Measures:
    """What METRC records of one piece, or of one gram where sold by weight.

    Shares of a milligram are rounded up, so that no allotment grows. METRC knows no flower equivalent: that comes with
    the store's own product list.
    """
    percent = decimal(item.get("UnitThcPercent"))
    share = None if percent is None or not 0 <= percent <= 100 else Fraction(percent) / 100
    potency = None if share is None else _up(share * 10_000)
    if unit is Unit.WEIGHT:
        return Measures(
            net_mg=1_000, thc_mg=None if share is None else _up(share * 1_000), potency_bp=potency
        )
    net = _amount(item, "UnitWeight", "UnitWeightUnitOfMeasureName", mg_per)
    thc = _amount(item, "UnitThcContent", "UnitThcContentUnitOfMeasureName", mg_per)
    if thc is None and net is not None and share is not None:
        thc = net * share
    volume = _amount(item, "UnitVolume", "UnitVolumeUnitOfMeasureName", ul_per)
    return Measures(
        net_mg=None if net is None else _up(net),
        thc_mg=None if thc is None else _up(thc),
        volume_ul=None if volume is None else _up(volume),
        count=1,
        potency_bp=potency,
    )


def _amount(
    item: Row, member: str, unit_member: str, per: Callable[[str], Fraction | None]
) -> Fraction | None:
    number = decimal(item.get(member))
    factor = per(str(item.get(unit_member) or ""))
    return None if number is None or factor is None or number < 0 else Fraction(number) * factor


def _up(amount: Fraction) -> int:
    return -(-amount.numerator // amount.denominator)


def _unit(name: str) -> Unit | None:
    """None for a unit of volume or one that is not known: the counter cannot measure it."""
    if mg_per(name) is not None:
        return Unit.WEIGHT
    return Unit.EACH if name.strip().casefold() == EACH.casefold() else None


def _unmapped(item: Row, unit: Unit | None, unit_name: str, mapped: Mapped | None) -> str:
    """Why the item cannot be sold before a person looked at it; empty when it can."""
    if mapped is None:
        name = item.get("ProductCategoryName") or "without a name"
        return f"The state's category “{name}” is not mapped to one of ours."
    if unit is None:
        return f"The state counts it in “{unit_name}”, which the counter cannot measure."
    if unit is Unit.EACH and mapped.piece_needs and measures(item, unit).net_mg is None:
        return "The state records no weight of one piece, so limits cannot count it."
    return ""


def _on_hand(row: Row, unit_name: str, tag: str, notes: list[str]) -> int:
    """Whole milligrams or pieces; a share is left out of our stock and noted."""
    quantity = decimal(row.get("Quantity"))
    if quantity is None:
        notes.append(f"Package …{tag[-4:]} has no readable quantity at the state and is taken for empty.")
        return 0
    exact = Fraction(quantity) * (mg_per(unit_name) or 1)
    whole = exact.numerator // exact.denominator
    if exact != whole:
        part = "milligram" if mg_per(unit_name) else "piece"
        notes.append(f"Package …{tag[-4:]} holds a share of a {part}; our stock is rounded down.")
    return max(0, whole)


def _batch(row: Row) -> str:
    for member in ("ProductionBatchNumber", "SourceProductionBatchNumbers", "SourceHarvestNames"):
        if row.get(member):
            return str(row[member])
    return ""


def _any(row: Row, names: Iterable[str]) -> bool:
    return any(row.get(name) is True for name in names)


def _is_set(row: Row, *names: str) -> bool:
    return any(day(row.get(name)) is not None for name in names)
