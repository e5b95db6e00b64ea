"""What the purchase-limit engine is asked and what it answers (limits contract, sections 1, 2, 5 and 10).

Amounts are whole milligrams, microlitres, pieces or thousandths of a day; inside a pool they are exact rationals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter
from typing import TYPE_CHECKING

from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.sensitive import BirthDate, guard

if TYPE_CHECKING:
    from pos_desktop.domain.limits.counting import Scale

_CACHED_US = 2 * MINUTE_US


class Category(StrEnum):
    FLOWER = "flower"
    PREROLL = "preroll"
    INFUSED_PREROLL = "infused-preroll"
    CONCENTRATE = "concentrate"
    VAPE = "vape"
    EDIBLE = "edible"
    BEVERAGE = "beverage"
    CAPSULE = "capsule"
    TINCTURE = "tincture"
    SUBLINGUAL = "sublingual"
    SUPPOSITORY = "suppository"
    TOPICAL = "topical"
    PATCH = "patch"
    LOW_THC = "low-thc"
    SEED = "seed"
    SEEDLING = "seedling"
    PLANT = "plant"
    ACCESSORY = "accessory"


@dataclass(frozen=True, slots=True)
class Measures:
    """What an item carries; None means not recorded, which is never nought (contract 2.7).

    All are totals of the line except `potency_bp` (hundredths of a per cent THC), which is a property.
    """

    net_mg: int | None = None
    thc_mg: int | None = None
    equiv_mg: int | None = None
    premix_mg: int | None = None
    volume_ul: int | None = None
    count: int | None = None
    supply_mdays: int | None = None
    potency_bp: int | None = None

    def __post_init__(self) -> None:
        for number, value in enumerate(_ALL_OF(self)):
            if value is not None and (type(value) is not int or value < 0):
                raise ValueError(f"{_MEASURES[number]} must be a whole number, not below zero")

    def times(self, pieces: int) -> Measures:
        """The measures of `pieces` equal units."""
        scaled = {
            name: None if (value := getattr(self, name)) is None else value * pieces for name in _TOTALS
        }
        return Measures(**scaled, potency_bp=self.potency_bp)

    def part(self, share: Fraction) -> Measures:
        """Of every total the whole units that `share` of it makes, from 0 to 1; a rest is left out."""
        scaled = {
            name: None
            if (value := getattr(self, name)) is None
            else value * share.numerator // share.denominator
            for name in _TOTALS
        }
        return Measures(**scaled, potency_bp=self.potency_bp)


_MEASURES = tuple(each.name for each in fields(Measures))
_ALL_OF = attrgetter(*_MEASURES)
_TOTALS = tuple(name for name in _MEASURES if name != "potency_bp")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a cart or of an earlier purchase."""

    category: Category
    measures: Measures


@dataclass(frozen=True, slots=True)
class Purchase:
    """An earlier purchase as the ledger holds it.

    Args:
        receipt: Equal receipts from two sources count once (contract 6.2), where they tell of the same time or goods.
        source: `own`, `import` or `state`.
        void_at: From this moment the purchase no longer counts (contract 7).
    """

    at: Instant
    items: tuple[Item, ...]
    receipt: str | None = None
    by: str = "patient"
    source: str = "own"
    void_at: Instant | None = None
    returned: bool = False
    awaiting: bool = False
    """Sold here and not confirmed by the state yet, so no figure of the state can hold it, however young."""
    reported_at: Instant | None = None
    """When the state confirmed it; its figures may be cached for a minute after that (metrc contract, 7.1)."""

    def unknown_to(self, figure: StateFigure) -> bool:
        """Whether `figure` was fetched without this purchase: it is taken off by ourselves."""
        if self.source == "state":
            return False
        as_of_us = figure.as_of.utc_us
        if self.awaiting or self.at.utc_us > as_of_us:
            return True
        return self.reported_at is not None and self.reported_at.utc_us + _CACHED_US > as_of_us


class Holder(StrEnum):
    """Whose programme the patient belongs to: this one's, or another state's."""

    RESIDENT = "resident"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """The registry card as the rules need it: kind (`registry`, `visitor`, `temporary`, ...) and its dates."""

    kind: str = "registry"
    starts: date | None = None
    expires: date | None = None


def holder_of(card: CardFacts | None, stated: str) -> str:
    """A visitor's card makes a visitor, whatever else is on record: residents have larger allotments."""
    return Holder.VISITOR if card is not None and card.kind == Holder.VISITOR else stated


@dataclass(frozen=True, slots=True)
class Order:
    """A practitioner's order: `amount` of `pool` between two dates, both in it."""

    pool: str
    starts: date
    ends: date
    amount: int


@dataclass(frozen=True, slots=True)
class ExemptionGrant:
    """A patient's approved exemption `id` between two dates, both in it."""

    id: str
    starts: date | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """Of the patient only what rules look at; no name, no number."""

    birth_date: date | None = None
    holder: str = "resident"
    card: CardFacts | None = None
    certified: Mapping[str, int | Mapping[str, int]] = field(default_factory=dict)
    daily_dose: int | None = None
    orders: tuple[Order, ...] = ()
    exemptions: tuple[ExemptionGrant, ...] = ()
    authorisations: frozenset[str] = frozenset()
    certification_from: date | None = None
    anchor: date | None = None

    def __post_init__(self) -> None:
        guard(self, birth_date=BirthDate)


@dataclass(frozen=True, slots=True)
class StateFigure:
    """The tracking system's own figure: whole units left per pool, and when it was fetched."""

    as_of: Instant
    available: Mapping[str, int | Mapping[str, int]]
    """For an allotment stated several ways what is left may be given per way; the lowest share counts."""


class Link(StrEnum):
    UP = "up"
    DOWN = "down"
    REFUSED = "refused"
    """The service is there and refuses this store's key: no outage, and no figure either."""


@dataclass(frozen=True, slots=True)
class LimitCase:
    """All that a decision looks at. `state` and `link` both None: the history is complete and checked (contract 10)."""

    at: Instant
    patient: PatientFacts
    history: tuple[Purchase, ...] = ()
    cart: tuple[Item, ...] = ()
    buyer: str = "patient"
    store_zone: str | None = None
    state: StateFigure | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One failing rule.

    Args:
        code: As listed in contract 5 (`limit:day`, `card-expired`, `outage`, ...).
        pool: The pool's id where the rule is a pool.
        excess: By how much the cart is over, in the pool's unit, exact.
        as_written, cite: The rule's own wording and its source.
    """

    code: str
    pool: str | None = None
    excess: Fraction | None = None
    as_written: str = ""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Lift:
    """A manager's word that one refusal does not hold for one sale, where the programme leaves that to the store.

    Args:
        code: The refusal, whole (`limit:flower`); no other is touched.
        reason: As the manager typed it.
        by: The manager's id.
        cite: Where the programme gives leave.
        excess: By how much the cart was over when it was lifted; more than that is refused again.
    """

    code: str
    reason: str
    by: str
    cite: str
    excess: Fraction | None = None

    def covers(self, refusal: Refusal) -> bool:
        if refusal.code != self.code or (refusal.excess is None) is not (self.excess is None):
            return False
        return refusal.excess is None or self.excess is None or refusal.excess <= self.excess


@dataclass(frozen=True, slots=True)
class Spend:
    """One earlier purchase inside a pool's window: what it counted as, and when it leaves.

    `known` is False where the record lacks the measure; `counted` then holds only what is recorded (contract 2.8).
    `items` and `rule` say by which equivalencies; of a purchase that two periods share, `counted` is this one's part.
    """

    at: Instant
    receipt: str | None
    counted: Fraction
    leaves_at: Instant
    known: bool = True
    items: tuple[Item, ...] = ()
    rule: Scale | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SharePart:
    """One way of stating an allotment: what all of it is in this way, and what is left, rounded down."""

    key: str
    label: str
    unit: str
    cap: int
    left: int
    after: int


@dataclass(frozen=True, slots=True)
class PoolReckoning:
    """One pool before and after the cart, in the pool's unit (`unit`, for instance `mg`), exact.

    `left` is before the cart, `after` is after it; both may be negative when over. Where the state's figure holds the
    pool down (`held_by_state`), no release is promised. `next_release` is what comes back at `next_release_at`.
    `label` is the short title of the meter. `known` is False while a purchase in the window lacks its measure: what is
    left is then not known and no figure may be shown as if it were.
    """

    id: str
    title: str
    unit: str
    limit: Fraction
    used: Fraction
    cart: Fraction
    left: Fraction
    after: Fraction
    window: str
    window_days: int | None
    as_written: str
    cite: str
    counted: tuple[Fraction, ...]
    """What each cart line counts as, in the order of the cart; 0 for a line this pool does not count."""
    next_release_at: Instant | None = None
    next_release: Fraction | None = None
    held_by_state: bool = False
    parts: tuple[SharePart, ...] = ()
    """For one allotment stated several ways: what is left said in each way, alternatives and not a sum."""
    barred: str = ""
    """Why nothing may be bought from this pool now, whatever is left: a code such as `no-active-order`."""
    listing: Callable[[], tuple[Spend, ...]] = field(default=tuple, repr=False, compare=False)
    label: str = ""
    known: bool = True
    by_ledger: Fraction | None = None
    """What this store's own records leave, whatever the state's figure says."""

    @property
    def spends(self) -> tuple[Spend, ...]:
        """The earlier purchases inside the window, listed when somebody wants to read them."""
        return self.listing()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for the cart as a whole."""

    allowed: bool
    refusals: tuple[Refusal, ...]
    pools: tuple[PoolReckoning, ...]
    """Those in force for this patient now; a pool that an exemption lifts is not among them (contract 4.4)."""
    basis: str
    """What the answer rests on (contract 5). `state` only where the state's figure speaks of a pool that the cart
    touches, or of any where it touches none; else `local`, or `state-silent` where the programme wants it asked."""
    programme: str
    version: str
    pack_version: str
    enough_at: Instant | None = None
    relief: tuple[PoolReckoning, ...] = ()
    """The caps of a temporary relief, where the decision rests on one (contract 6.7)."""
    state_as_of: Instant | None = None
    """When the state's figure that was looked at was fetched; None where there is none."""
    state_spoke_of: tuple[str, ...] = ()
    """The pools in force of which that figure says anything; of the others this store's own records decide alone."""
    at: Instant | None = None
    lifted: tuple[Lift, ...] = ()
    """Refusals that a manager lifted for this sale; they are not among `refusals`."""

    @property
    def refused_by(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.refusals)
