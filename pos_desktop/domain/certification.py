"""What a practitioner or the programme stated of one patient, beside the card (limits contract 4.4 and 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.model import ExemptionGrant, Order

LARGEST = 10**12


class FactKind(StrEnum):
    """What one line of a certification says."""

    CERTIFIED = "certified"
    """An amount of an allotment, in its unit; of one stated several ways one part of it."""
    DOSE = "dose"
    """The daily dose, in milligrams of THC."""
    ORDER = "order"
    """An amount between two dates."""
    EXEMPTION = "exemption"
    """An approved exemption between two dates."""
    AUTHORISATION = "authorisation"
    """A form or condition that the practitioner named."""
    CERTIFIED_FROM = "certified-from"
    """The first day of the certification in force."""
    ANCHOR = "anchor"
    """The first day of the patient's fill periods, where it was stated."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line. `name` is an allotment, an exemption or an authorisation; `part` a way of stating the allotment."""

    kind: FactKind
    name: str = ""
    part: str = ""
    starts: date | None = None
    ends: date | None = None
    amount: int | None = None

    def __post_init__(self) -> None:
        """Raises BadInput naming what lacks or contradicts."""
        needs = _NEEDS[self.kind]
        for what, given in (
            ("name", bool(self.name)),
            ("amount", self.amount is not None),
            ("starts", self.starts is not None),
            ("ends", self.ends is not None),
        ):
            if what in needs and not given:
                raise BadInput(f"{self.kind.value} needs “{what}”.")
            if given and what not in (*needs, *_MAY[self.kind]):
                raise BadInput(f"{self.kind.value} has no “{what}”.")
        if self.part and self.kind is not FactKind.CERTIFIED:
            raise BadInput(f"{self.kind.value} has no “part”.")
        if self.starts is not None and self.ends is not None and self.ends < self.starts:
            raise BadInput(f"{self.kind.value} ends before it starts.")
        least = 1 if self.part else 0
        if self.amount is not None and not least <= self.amount <= LARGEST:
            raise BadInput(f"{self.kind.value}: the amount must be from {least} to {LARGEST:,}.")


_NEEDS: Mapping[FactKind, tuple[str, ...]] = {
    FactKind.CERTIFIED: ("name", "amount"),
    FactKind.DOSE: ("amount",),
    FactKind.ORDER: ("name", "amount", "starts", "ends"),
    FactKind.EXEMPTION: ("name",),
    FactKind.AUTHORISATION: ("name",),
    FactKind.CERTIFIED_FROM: ("starts",),
    FactKind.ANCHOR: ("starts",),
}
_MAY: Mapping[FactKind, tuple[str, ...]] = dict.fromkeys(FactKind, ()) | {
    FactKind.EXEMPTION: ("starts", "ends")
}


@dataclass(frozen=True, slots=True)
class Certification:
    """All that is stated of one patient, as rules look at it."""

    certified: Mapping[str, int | Mapping[str, int]] = field(default_factory=dict)
    daily_dose: int | None = None
    orders: tuple[Order, ...] = ()
    exemptions: tuple[ExemptionGrant, ...] = ()
    authorisations: frozenset[str] = frozenset()
    certified_from: date | None = None
    anchor: date | None = None

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Certification:
        certified: dict[str, int | Mapping[str, int]] = {}
        orders, exemptions, authorisations = [], [], set()
        dose: int | None = None
        first: date | None = None
        anchor: date | None = None
        for each in facts:
            if each.kind is FactKind.CERTIFIED and each.amount is not None:
                before = certified.get(each.name)
                parts = before if isinstance(before, Mapping) else {}
                certified[each.name] = {**parts, each.part: each.amount} if each.part else each.amount
            elif each.kind is FactKind.DOSE:
                dose = each.amount
            elif each.kind is FactKind.ORDER and each.starts and each.ends and each.amount is not None:
                orders.append(Order(each.name, each.starts, each.ends, each.amount))
            elif each.kind is FactKind.EXEMPTION:
                exemptions.append(ExemptionGrant(each.name, each.starts, each.ends))
            elif each.kind is FactKind.AUTHORISATION:
                authorisations.add(each.name)
            elif each.kind is FactKind.CERTIFIED_FROM:
                first = each.starts
            elif each.kind is FactKind.ANCHOR:
                anchor = each.starts
        return cls(
            certified, dose, tuple(orders), tuple(exemptions), frozenset(authorisations), first, anchor
        )


NONE = Certification()
