"""A programme's rules as the engine uses them. `pack.py` reads them from text; nothing here reads or guesses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from pos_desktop.domain.deadlines import Duty
from pos_desktop.domain.instant import MINUTE_US, Instant
from pos_desktop.domain.limits.allowance import ALWAYS, FIXED, Allowance, Exemption, Granted, When
from pos_desktop.domain.limits.cards import CardRules, Hours
from pos_desktop.domain.limits.counting import Member, Scale
from pos_desktop.domain.limits.gates import BuyerMinAge, Gate
from pos_desktop.domain.limits.model import Category, PatientFacts, Refusal
from pos_desktop.domain.limits.notice import OutageNotice
from pos_desktop.domain.limits.unsure import unsure_parts
from pos_desktop.domain.limits.windows import Transaction, Window

SCHEMA = "purchase-limits/1"
LIMIT, GATE, RELIEF = "limit", "gate", "relief"
"""Kinds of rules that a programme may leave to the store to lift."""


class Outage(StrEnum):
    """What the programme allows while its tracking system cannot be reached (contract 6.6)."""

    REFUSE = "refuse"
    LOCAL_LEDGER = "local-ledger"
    CERTIFICATION = "certification"


class Copy(StrEnum):
    """What the store must copy of a patient whom it does not know, before an outage rule lets it serve them."""

    CARD = "card"
    ID = "id"


class Tracking(StrEnum):
    """The tracking system to which stores of the programme report."""

    METRC = "metrc"
    BIOTRACK = "biotrack"
    OTHER = "other"


class Kind(StrEnum):
    """What a pool adds up."""

    AMOUNT = "amount"
    SHARE = "share"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Pool:
    """One allotment: a limit in `unit` over a window.

    Args:
        limit: The programme's own figure; 1 for an allotment stated several ways, 0 where only a practitioner's counts.
        excluded: For `visits`: a sale of nothing but these is no visit.
    """

    id: str
    title: str
    label: str
    unit: str
    limit: int
    as_written: str
    cite: str
    window: Window
    members: tuple[Member, ...]
    kind: Kind = Kind.AMOUNT
    when: When = ALWAYS
    allowance: Allowance = FIXED
    excluded: frozenset[Category] = frozenset()
    confidence: str = "sourced"
    window_confidence: str = "sourced"
    scale: Scale = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", Scale(self.members))

    def counts(self, category: Category) -> bool:
        return self.scale.counts(category)

    def granted(self, patient: PatientFacts) -> Granted:
        if self.kind is Kind.SHARE:
            return Granted(Fraction(1))
        return self.allowance.limit(self.id, self.limit, patient)

    def of(self, patient: PatientFacts) -> Pool:
        """This pool with the caps that hold for `patient`."""
        if self.kind is not Kind.SHARE:
            return self
        members = self.allowance.caps(self.id, self.members, patient)
        return self if members == self.members else replace(self, members=members)


@dataclass(frozen=True, slots=True)
class Relief:
    """A dated exception for an outage: while the line is down a sale may go ahead under these caps (contract 6.7)."""

    id: str
    effective_from: date
    effective_to: date
    cite: str
    caps: tuple[Pool, ...]
    confidence: str = "sourced"
    notes: str = ""

    def in_force_on(self, day: date) -> bool:
        return self.effective_from <= day <= self.effective_to


@dataclass(frozen=True, slots=True)
class Leave:
    """The programme leaves it to the store to lift one rule for one sale: `limit:…`, `gate:…` or `relief:…`."""

    rule: str
    cite: str


@dataclass(frozen=True, slots=True)
class Version:
    """A stretch of dates, both ends in it, in which the rules did not change; None is open-ended.

    Args:
        uncounted_cite: The source for selling what no pool counts, where `uncounted_allowed`.
        unsettled: What else no source settles, in few words each.
    """

    id: str
    effective_from: date | None
    effective_to: date | None
    history_from: date | None
    summary: str
    excluded: frozenset[Category]
    uncounted_allowed: bool
    pools: tuple[Pool, ...]
    gates: tuple[Gate, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    reliefs: tuple[Relief, ...] = ()
    hours: Hours | None = None
    confidence: str = "sourced"
    notes: str = ""
    leaves: tuple[Leave, ...] = ()
    uncounted_cite: str = ""
    unsettled: tuple[str, ...] = ()

    def in_force_on(self, day: date) -> bool:
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)

    def counts(self, category: Category) -> bool:
        return any(pool.counts(category) for pool in self.pools)

    def sellable(self, category: Category, patient: PatientFacts, day: date) -> bool:
        """An item that no pool counts and no exclusion names is refused, unless the version says otherwise (2.9).

        What is counted for other patients only (of another age, say) is refused: that nobody stated an amount for this
        one is no amount without end. A pool that is lifted for the patient, or not in use, is theirs all the same.
        """
        counting = [pool for pool in self.pools if pool.counts(category)]
        if category in self.excluded or not counting:
            return category in self.excluded or self.uncounted_allowed
        return any(pool.when.holds(patient, day) for pool in counting)

    def pool(self, pool_id: str) -> Pool | None:
        return next((each for each in self.pools if each.id == pool_id), None)

    def leave_for(self, refusal: Refusal) -> Leave | None:
        """The leave to lift `refusal`, if any; without a recorded measure nobody knows what would be lifted."""
        kind, _, name = refusal.code.partition(":")
        if kind != GATE and refusal.excess is None:
            return None
        rule = f"{kind}:{name.rpartition(':')[0]}" if kind == RELIEF else refusal.code
        return next((each for each in self.leaves if each.rule == rule), None)

    def relief_on(self, day: date) -> Relief | None:
        return next((each for each in self.reliefs if each.in_force_on(day)), None)

    def applies(self, pool: Pool, patient: PatientFacts, day: date) -> bool:
        """Whether `pool` is in force for `patient` on `day`."""
        unused = pool.allowance.optional and not any(each.pool == pool.id for each in patient.orders)
        lifted = any(first <= day <= last for first, last in self._lifts(pool, patient))
        return not unused and not lifted and pool.when.holds(patient, day)

    def applies_anew(self, pool: Pool, patient: PatientFacts) -> Iterable[date]:
        """The days on which `applies` may change its answer."""
        yield from pool.when.changes(patient)
        for first, last in self._lifts(pool, patient):
            yield first
            if last < date.max:
                yield last + timedelta(days=1)

    def _lifts(self, pool: Pool, patient: PatientFacts) -> Iterable[tuple[date, date]]:
        if patient.exemptions:
            for each in self.exemptions:
                if pool.id in each.lifts:
                    yield from each.grants(patient)


@dataclass(frozen=True, slots=True)
class StateCheck:
    """Whether the tracking system is asked before each sale, and what holds while it cannot be reached.

    Args:
        duties: What the store owes for sales made in an outage, as sentences without a full stop.
        known_patients_only: In an outage nobody is served whom neither the store nor the state knew before.
        notice: The word that is owed to the regulator while an outage goes on.
        copies_of: What the source wants copied of a patient new to the store.
        override_forbidden: The programme lets nobody lift a refusal by hand.
    """

    required: bool = False
    outage: Outage = Outage.REFUSE
    report_within_hours: int | None = None
    outage_cite: str = ""
    max_age_minutes: int = 15
    override_forbidden: bool = False
    known_patients_only: bool = False
    duties: tuple[str, ...] = ()
    notice: OutageNotice | None = None
    copies_of: tuple[Copy, ...] = ()

    def stale_from(self, as_of: Instant) -> Instant:
        """The first moment at which a figure of `as_of` is too old; its last minute sharp is still fresh (6.1)."""
        return as_of.plus_us(self.max_age_minutes * MINUTE_US + 1)

    def is_fresh(self, as_of: Instant, at: Instant) -> bool:
        return at < self.stale_from(as_of)

    @property
    def serves_new_in_outage(self) -> bool:
        """Whether a patient whom nobody has confirmed yet may buy while the state cannot be asked.

        A programme that refuses outages may issue a relief; no source was found where one covers such patients.
        """
        return self.outage is not Outage.REFUSE and not self.known_patients_only


@dataclass(frozen=True, slots=True)
class Programme:
    """One jurisdiction's medical programme.

    Args:
        zone: The registry's time zone: its calendar days are the ones that count.
        checked_on: The date on which a person last read the sources.
        new_patient_fields: What the programme asks of a patient whom the store does not know yet.
        pack_version, digest: Which text the rules came from; SHA-256 in hexadecimal.
        ounce_mg: Milligrams to the ounce, exact.
        reporting: By when a sale must be at the state; None where no source was read that says so.
        unsettled: What no source settles besides what a rule says of itself, in few words each.
    """

    id: str
    state: str
    name: str
    regulator: str
    tracking: Tracking
    zone: ZoneInfo
    as_of: int
    checked_on: date
    confidence: str
    sources: tuple[str, ...]
    card: CardRules
    state_check: StateCheck
    versions: tuple[Version, ...]
    new_patient_fields: tuple[str, ...]
    pack_version: str
    digest: str
    ounce_mg: Fraction
    caregiver: str = ""
    visitor: str = ""
    zone_note: str = ""
    tracking_note: str = ""
    unpublished_interface: bool = False
    """The tracking system speaks an interface there of which no public record says how a sale is told."""
    reporting: Duty | None = None
    unsettled: tuple[str, ...] = ()

    @property
    def pack_name(self) -> str:
        """Schema, version and digest, which each stored decision names so that it can be repeated (contract 8)."""
        return f"{SCHEMA} {self.pack_version} sha256:{self.digest}"

    @property
    def outage(self) -> Outage:
        return self.state_check.outage

    @property
    def outage_cite(self) -> str:
        return self.state_check.outage_cite

    @property
    def report_within_hours(self) -> int | None:
        return self.state_check.report_within_hours

    @property
    def min_age(self) -> int | None:
        """Age below which a patient does not buy alone, by the newest version; None when no source states one."""
        ages = [gate.age for gate in self.versions[-1].gates if isinstance(gate, BuyerMinAge)]
        return max(ages, default=None)

    @property
    def history_days(self) -> int | None:
        """How many days of a patient's purchases decide; None where all of them may."""
        reaches = [pool.window.reach_days for version in self.versions for pool in version.pools]
        known = [each for each in reaches if each is not None]
        return max(known, default=0) if len(known) == len(reaches) else None

    def leave_for(self, refusal: Refusal, day: date) -> Leave | None:
        """Whether a manager may lift `refusal` on `day`, and by which source; never where overrides are forbidden."""
        version = None if self.state_check.override_forbidden else self.version_on(day)
        return None if version is None else version.leave_for(refusal)

    def unsure_of(self, day: date) -> tuple[str, ...]:
        """What of the rules in force on `day` no source settles, so that an operator must confirm it first."""
        return tuple(unsure_parts(self, day))

    def version_on(self, day: date) -> Version | None:
        """The version in force on `day`; None in a gap, when nothing may be sold (contract 8)."""
        return next((each for each in self.versions if each.in_force_on(day)), None)


def relief_cap(relief: str, number: int, member: Member, limit: int, cite: str, goods: str) -> Pool:
    """One cap of a relief as a pool of its own that knows no past; `goods` is what it counts, in few words."""
    return Pool(
        id=f"{relief}:{number}",
        title=f"Relief: {goods}, one sale",
        label=f"Relief: {goods}, one sale",
        unit=member.unit,
        limit=limit,
        as_written="",
        cite=cite,
        window=Transaction(),
        members=(member,),
    )
