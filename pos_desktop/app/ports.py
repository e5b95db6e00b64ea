"""What the use cases need from the outside, in their own words. Adapters live in storage, sync, devices, keystore.

Every call of a port may block; none is made on the GUI thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from pos_desktop.domain.cart import CartLine, Weighing
from pos_desktop.domain.identity import CaregiverId, PackageTag, PatientId, PersonId, SaleId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Category, Measures, Purchase
from pos_desktop.domain.money import Money
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState
from pos_desktop.domain.patient import Caregiver, Patient
from pos_desktop.domain.sale import Sale, SaleNumber
from pos_desktop.domain.shelf import Package


class Clock(Protocol):
    def now(self) -> Instant: ...

    def monotonic_us(self) -> int: ...

    @property
    def boot(self) -> str:
        """Names the run of the monotonic clock."""
        ...


class Ids(Protocol):
    def new(self) -> str:
        """A UUIDv7 as text."""
        ...


# ---- people and settings


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    name: str
    role: str
    """`budtender`, `lead`, `manager`, `compliance` or `auditor`."""


@dataclass(frozen=True, slots=True)
class TillSession:
    id: TillSessionId
    register_code: str
    opened_at: Instant
    opened_by: PersonId


@dataclass(frozen=True, slots=True)
class Register:
    """Who this register is: `id` (uuid), short `code` in sale numbers, `epoch` raised by each restore."""

    id: str
    code: str
    store_code: str
    store_name: str
    epoch: int
    zone: str
    license: str
    programme: str
    profile: str
    """`live` or `training`."""
    tax_bp: int
    """Sales tax in hundredths of a per cent, as the operator set it; 0 unless set."""


class SettingsBook(Protocol):
    """Declared settings (app.settings) as text; secrets are never in here."""

    def get(self, key: str) -> str | None: ...

    def set(self, key: str, value: str) -> None: ...

    def all(self) -> Mapping[str, str]: ...

    def register(self) -> Register: ...


class StaffBook(Protocol):
    def people(self) -> Sequence[Person]: ...

    def add(self, person: Person) -> None: ...

    def open_session(self, register_code: str) -> TillSession | None:
        """The till session of this register that is not closed."""
        ...

    def start_session(self, session: TillSession) -> None: ...


# ---- patients


class PatientBook(Protocol):
    """All look-ups answer from the local store."""

    def by_card(self, card_number: str) -> Patient | Caregiver | None: ...

    def by_id(self, patient_id: PatientId) -> Patient | None: ...

    def by_name(self, last: str, first: str, limit: int) -> Sequence[Patient]:
        """Prefix search, case ignored, ordered by last then first name."""
        ...

    def by_birth(self, last: str, first: str, born: date) -> Sequence[Patient]:
        """For a driver's license: exact birth date, names compared without case, hyphens, blanks and accents."""
        ...

    def add(self, patient: Patient, entered_by: PersonId, at: Instant) -> None:
        """Raises BadInput when the card number is there already."""
        ...

    def caregiver(self, caregiver_id: CaregiverId) -> Caregiver | None: ...

    def patients_of(self, caregiver: Caregiver) -> Sequence[Patient]: ...


@dataclass(frozen=True, slots=True)
class OunceRow:
    """One row of the state's answer: ounces allowed, purchased, available per class in a period of `days`."""

    days: Fraction
    flower: tuple[Fraction, Fraction, Fraction]
    thc: tuple[Fraction, Fraction, Fraction]
    concentrate: tuple[Fraction, Fraction, Fraction]
    infused: tuple[Fraction, Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class StateAnswer:
    """The state's status of one patient, as fetched at `as_of`. `found` False: the state does not know the number."""

    as_of: Instant
    found: bool
    active: bool
    expires: date | None
    rows: tuple[OunceRow, ...]


class StateFigures(Protocol):
    """The last answer of the state for each patient."""

    def last(self, patient_id: PatientId) -> StateAnswer | None: ...

    def store(self, patient_id: PatientId, answer: StateAnswer) -> None:
        """Keeps the answer and moves the patient's standing (active or inactive) and expiry with it."""
        ...


class Ledger(Protocol):
    """Purchases that limits look at: sales here, imported ones, ones the state itemised."""

    def window(self, patient_id: PatientId, since: Instant) -> tuple[Purchase, ...]: ...

    def revision(self, patient_id: PatientId) -> int: ...


# ---- shelf


class Shelf(Protocol):
    def by_tag(self, tag: PackageTag) -> Package | None: ...

    def search(self, text: str, limit: int) -> Sequence[Package]:
        """Packages that may be sold, by words of the product's name; oldest package of a product first."""
        ...

    def unmapped(self) -> Sequence[Mapping[str, str]]:
        """Items of the state that no category of ours was found for: `item`, `tracker_category`, `why`, `packages`."""
        ...

    def set_price(self, product_name: str, cents: int) -> int:
        """Price per piece or per gram; returns how many products bear that name."""
        ...


@dataclass(frozen=True, slots=True)
class IncomingPackage:
    """A package as the state lists it, already in our words. `on_hand` in milligrams or pieces."""

    package: Package
    remote_id: str
    remote_item_id: str
    tracker_category: str
    unmapped_because: str = ""
    packaged_on: date | None = None


class ShelfIntake(Protocol):
    """Writing side of the shelf, used by the sync of inventory and the demo store."""

    def receive(self, packages: Iterable[IncomingPackage], at: Instant) -> int:
        """Upsert by tag. A price set here is kept. Stock sold here and not confirmed yet is taken off `on_hand`."""
        ...

    def cursor(self, name: str) -> Instant | None: ...

    def set_cursor(self, name: str, at: Instant) -> None: ...

    def missing_from(self, tags: frozenset[str], at: Instant) -> int:
        """Mark active packages that the state no longer lists as gone; returns how many."""
        ...


# ---- lists that a store brings along


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What the store says of a product by its name; None leaves what is known."""

    name: str
    category: Category | None
    measures: Measures
    """Of one piece, or of one gram where sold by weight; what is None here stays as it is."""
    price: Money | None


class Bulk(Protocol):
    """Many rows in one transaction, for imports and the demo store. All or nothing; a repeat changes nothing more."""

    def add_patients(self, patients: Iterable[Patient], entered_by: PersonId, at: Instant) -> tuple[int, int]:
        """(added, updated). A card that is there keeps its id, ledger revision and history; the rest is replaced."""
        ...

    def add_caregivers(self, caregivers: Iterable[Caregiver]) -> tuple[int, int]:
        """(added, updated), by card. The patients named must be in the store."""
        ...

    def add_purchases(self, purchases: Iterable[tuple[PatientId, str, Purchase]]) -> int:
        """Earlier purchases with an id of their own each; an id that is there is left out. Returns how many are new."""
        ...

    def set_products(self, products: Iterable[ProductFacts]) -> Sequence[str]:
        """Set category, measures and price by name; returns names that no product bears."""
        ...

    def set_prices(self, prices: Iterable[tuple[str, Money]]) -> Sequence[str]:
        """Price per piece or per gram by name; returns names that no product bears."""
        ...


# ---- sales


class SaleTransaction(Protocol):
    """One BEGIN IMMEDIATE; commits when its `with` block ends well, rolls back otherwise."""

    def spend_revision(self, patient_id: PatientId, seen: int) -> bool:
        """Raise the patient's ledger revision if it is still `seen`; False means the window must be read again."""
        ...

    def next_number(self) -> SaleNumber: ...

    def journal_head(self) -> tuple[int, bytes]:
        """(seq of the next entry, hash of the last)."""
        ...

    def write(
        self,
        sale: Sale,
        *,
        entry: bytes,
        entry_hash: bytes,
        report: OutboxItem,
        kick_drawer: bool,
        print_receipt: bool,
    ) -> None:
        """Sale, lines, payments, limit spends, stock moves, journal entry, outbox item, paper jobs.

        Raises:
            AlreadySold: this basket was committed before; nothing is written, `find` has the sale.
        """
        ...


class SaleBook(Protocol):
    def transaction(self) -> AbstractContextManager[SaleTransaction]:
        """Raises on COMMIT: CommitInDoubt (look the sale up), EnvironmentTrouble (full disk: nothing was saved)."""
        ...

    def find(self, sale_id: SaleId) -> Sale | None: ...

    def reopen_and_find(self, sale_id: SaleId) -> Sale | None:
        """After CommitInDoubt: close everything, reopen, check, look up. Raises StoreDamaged."""
        ...

    def recent(self, limit: int) -> Sequence[Sale]: ...

    def all(self) -> Iterable[Sale]:
        """Every sale in order of its number, read in slices."""
        ...

    def report_of(self, sale_id: SaleId) -> OutboxItem | None: ...


@dataclass(frozen=True, slots=True)
class HeldCart:
    """A cart put aside. Lines are kept as tags, quantities and weighings and read again at recall."""

    sale_id: SaleId
    patient_id: PatientId
    caregiver_id: CaregiverId | None
    held_at: Instant
    held_by: PersonId
    lines: tuple[HeldLine, ...]
    patient_name: str = ""


@dataclass(frozen=True, slots=True)
class HeldLine:
    tag: str
    quantity: int
    price_cents: int
    weighing: Weighing | None

    @classmethod
    def of(cls, line: CartLine) -> HeldLine:
        return cls(line.package.tag, line.quantity, line.price.cents, line.weighing)


class HeldCarts(Protocol):
    def put(self, held: HeldCart) -> None: ...

    def list(self) -> Sequence[HeldCart]: ...

    def take(self, sale_id: SaleId) -> HeldCart | None:
        """Read and remove in one transaction, so that two people never recall the same cart."""
        ...


class JournalBook(Protocol):
    def append(self, kind: str, actor: PersonId, ref: str, data: Mapping[str, Any]) -> int:
        """Append an entry in a transaction of its own; returns its seq."""
        ...

    def entries(self) -> Iterable[tuple[int, bytes, bytes]]:
        """(seq, body, hash) in order."""
        ...


# ---- paper and drawer


class JobKind(StrEnum):
    RECEIPT = "receipt"
    COPY = "copy"
    DRAWER = "drawer"


class JobState(StrEnum):
    WAITING = "waiting"
    STARTED = "started"
    """Committed before the first byte; found at start-up it becomes UNKNOWN."""
    DONE = "done"
    UNKNOWN = "unknown"
    """May or may not be on paper: a person decides."""
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class PaperJob:
    id: int
    sale_id: SaleId
    kind: JobKind
    state: JobState
    why: str
    created_at: Instant
    sale_number: str = ""


class PaperJobs(Protocol):
    def due(self) -> Sequence[PaperJob]:
        """WAITING jobs, the drawer's before the receipt's, oldest first."""
        ...

    def open(self) -> Sequence[PaperJob]:
        """Everything not DONE and not DISMISSED: the list that anyone can see."""
        ...

    def move(self, job_id: int, state: JobState, why: str = "") -> None: ...

    def add_copy(self, sale_id: SaleId, at: Instant) -> PaperJob: ...

    def recover(self) -> int:
        """STARTED becomes UNKNOWN (receipts) or DONE (a drawer is never kicked twice); returns how many."""
        ...


class PaperOutcome(StrEnum):
    NOT_SENT = "not-sent"
    CONFIRMED = "confirmed"
    SENT = "sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PaperResult:
    outcome: PaperOutcome
    why: str = ""
    """A sentence for the person at the counter when not printed for sure."""


class ReceiptPaper(Protocol):
    """The receipt printer and its drawer. Lane: paper."""

    def print_receipt(self, sale: Sale, *, copy: bool) -> PaperResult: ...

    def kick_drawer(self) -> PaperResult: ...

    def health(self) -> DeviceHealth: ...


class DeviceState(StrEnum):
    READY = "ready"
    ATTENTION = "attention"
    AWAY = "away"
    OFF = "off"
    """Not set up here; the screen does not show it."""


@dataclass(frozen=True, slots=True)
class DeviceHealth:
    state: DeviceState
    why: str = ""


@dataclass(frozen=True, slots=True)
class LiveWeight:
    """For display only. `net_mg` None: no weight to show."""

    net_mg: int | None
    stable: bool
    tare_mg: int
    why: str = ""
    division_mg: int = 10


@dataclass(frozen=True, slots=True)
class WeighedOrNot:
    """A weighing that may be sold, or the sentence why not."""

    weighing: Weighing | None
    why: str = ""


class CounterScale(Protocol):
    """Lane: scale."""

    def live(self) -> LiveWeight: ...

    def weigh(self) -> WeighedOrNot: ...

    def tare(self) -> WeighedOrNot: ...

    def zero(self) -> WeighedOrNot: ...

    def health(self) -> DeviceHealth: ...


# ---- the state service


class ServiceReach(StrEnum):
    REACHED = "reached"
    AWAY = "away"
    REFUSED_KEY = "refused-key"


class Tracker(Protocol):
    """The state tracking service. No method raises for what a network or a service does; each answers in our words."""

    def probe(self) -> ServiceReach:
        """A read that costs the service little: is it there, does it know our key."""
        ...

    def patient(self, card_number: str) -> StateAnswer | ServiceReach:
        """Asks for at most 3 s."""
        ...

    def send(self, item: OutboxItem) -> AttemptResult:
        """One POST of one report, never repeated inside."""
        ...

    def look_up(self, item: OutboxItem) -> AttemptResult:
        """FOUND, FOUND_DIFFERENT, FOUND_TWICE, ABSENT or COULD_NOT_ASK by the natural key (metrc contract 4.2)."""
        ...

    @property
    def settle_us(self) -> int:
        """How long to wait after an attempt ended before its absence means anything."""
        ...


class OutboxStore(Protocol):
    """Used by the sync loop. Every method is one committed transaction."""

    def recover(self, at: Instant) -> int:
        """Every SENDING becomes IN_DOUBT (the process died in it)."""
        ...

    def next_due(self, at: Instant, *, skip: frozenset[str] = frozenset()) -> OutboxItem | None:
        """The oldest item QUEUED or IN_DOUBT whose time has come and whose aggregate has no older open item."""
        ...

    def begin_attempt(self, item_id: str, sender_epoch: int, at: Instant) -> OutboxItem:
        """SENDING and the attempt row, committed before the first byte goes out."""
        ...

    def settle(self, item: OutboxItem, result: AttemptResult, at: Instant, *, looked_up: bool) -> None:
        """Store `item` as the state machine left it, with the attempt or look-up row that led there."""
        ...

    def counts(self) -> Mapping[OutboxState, int]: ...

    def open_items(self, limit: int) -> Sequence[OutboxItem]: ...

    def sender_epoch(self) -> int:
        """Take the sender's lease: raises the epoch by one and returns it."""
        ...


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the pill and `sync status` say."""

    counts: Mapping[OutboxState, int]
    oldest_open: Instant | None
    next_due: Instant | None
    overdue: int
    needs_person: int
    waiting: int
    reach: ServiceReach | None = None
    since: Instant | None = None


class KeyStore(Protocol):
    """Secrets of this store, one record each: `db`, `state.vendor_key`, `state.user_key`, ..."""

    @property
    def kind(self) -> str: ...

    def get(self, name: str) -> bytes | None: ...

    def set(self, name: str, value: bytes) -> None: ...

    def delete(self, name: str) -> None: ...
