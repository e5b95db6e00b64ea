"""The way to the state service: which one, its tracker, the sync loop, the reader of its goods."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pos_desktop.app.reporting import refuse_unless_sends
from pos_desktop.composition.places import TRAINING, resources_dir
from pos_desktop.composition.shop import Shop
from pos_desktop.domain.errors import BadInput, NeedsAttention, SenderBusy, StoreBusy
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.domain.people import SERVICE, Person

if TYPE_CHECKING:
    from pos_desktop.app.ports import StateBooks, Tracker
    from pos_desktop.domain.outbox import OutboxItem
    from pos_desktop.storage.lock import FolderLock
    from pos_desktop.sync.inventory import Inventory
    from pos_desktop.sync.loop import SyncLoop
    from pos_desktop.sync.metrc.client import MetrcClient
    from pos_desktop.sync.metrc.sellers import SellerKey
    from pos_desktop.sync.metrc.tracker import MetrcTracker

VENDOR_KEY, USER_KEY = "state.vendor_key", "state.user_key"
PASSWORD = "state.password"  # noqa: S105 - a name in the key store
_WIDE_US = 40 * 366 * DAY_US
"""The widest window is asked first; where METRC finds it too wide, it is read day by day."""
_SANDBOX_READS = 40
"""Below the 50 a second at which the sandbox, like the service, begins to refuse."""
_SECRETS = {"metrc": (VENDOR_KEY, USER_KEY), "biotrack": (PASSWORD,)}
Pause = Callable[[float], bool]
Meanwhile = Callable[[], object] | None
Tell = Callable[[int, int], object] | None
"""Told how many of how many receipts were read."""
_LOOK_AGAIN_S = 0.2
_ASK_BACK_US = 40 * DAY_US


@dataclass(frozen=True, slots=True)
class Connection:
    """One state's service, whichever speaks.

    `inventory` makes a reader of its goods, for one thread; what it is given is called before each read. `books` are
    what it holds of sales and packages, for a comparison; whether each receipt is read with its lines is said last.
    """

    tracker: Tracker
    inventory: Callable[[Meanwhile], Inventory]
    close: Callable[[], None]
    books: Callable[[Pause, Tell, bool], StateBooks]


@dataclass(frozen=True, slots=True)
class StateService:
    tracker: Tracker
    loop: SyncLoop
    inventory: Callable[[Meanwhile], Inventory]
    close: Callable[[], None]


def secret_names(system: str) -> tuple[str, ...]:
    """What the key store must hold before that service can be called."""
    return _SECRETS.get(system, ())


def has_service(shop: Shop) -> bool:
    """Whether a state service is set up at all."""
    settings = shop.store.settings
    return settings.get("state.system") in _CONNECTIONS and bool(shop.address("state.base_url"))


def connection(shop: Shop) -> Connection:
    """Raises BadInput: something is not set, or a training store would speak to another computer."""
    address = shop.address("state.base_url")
    if shop.store.settings.get("state.system") == "none":
        raise BadInput(
            "This store reports by file: pos-desktop export reports writes what waits. Nothing was sent or lost."
        )
    if not has_service(shop):
        raise BadInput("No state service is set up. Set it: pos-desktop config set state.base_url ADDRESS.")
    return _CONNECTIONS[shop.store.settings.get("state.system") or ""](shop, address)


def state_service(shop: Shop, pause: Pause) -> StateService:
    """Raises BadInput: as `connection`."""
    from pos_desktop.sync.loop import SyncLoop

    connected = connection(shop)
    generator = random.SystemRandom()
    loop = SyncLoop(
        outbox=shop.store.outbox,
        tracker=connected.tracker,
        clock=shop.clock,
        rng=generator.randint,
        pause=pause,
        real_time=lambda: shop.clock.reading().real,
    )
    return StateService(connected.tracker, loop, connected.inventory, connected.close)


def _metrc(shop: Shop, address: str) -> Connection:
    from pos_desktop.sync.address import refuse_unless_loopback
    from pos_desktop.sync.metrc.client import MetrcClient
    from pos_desktop.sync.metrc.pace import READS_PER_SECOND, shared_pace
    from pos_desktop.sync.metrc.tracker import MetrcTracker

    register = shop.register
    if not register.license:
        raise BadInput("No license number is set. Set it: pos-desktop config set state.license NUMBER.")
    if register.profile == TRAINING:
        refuse_unless_loopback(address)
    # The sandbox on this computer is nobody else's: only a real service is read at a walk.
    reads = _SANDBOX_READS if register.profile == TRAINING else READS_PER_SECOND
    vendor_key = secret(shop, VENDOR_KEY)
    pace = shared_pace(address, vendor_key, reads)
    client = MetrcClient(address, vendor_key=vendor_key, user_key=secret(shop, USER_KEY), pace=pace)
    own = MetrcTracker(
        client,
        license_number=register.license,
        clock=shop.clock,
        profile=register.profile,
        heard_time=shop.clock.heard,
        real_time=lambda: shop.clock.reading().real,
        taken=shop.store.transactions.taken,
    )
    tracker = _with_sellers_keys(shop, own, client)

    def inventory(meanwhile: Meanwhile) -> Inventory:
        return _metrc_inventory(shop, client.in_background(meanwhile))

    def books(pause: Pause, tell: Tell, lines: bool) -> StateBooks:
        return _metrc_books(shop, client.in_background(), pause, tell, lines=lines)

    return Connection(tracker, inventory, client.close, books)


def _metrc_inventory(shop: Shop, client: MetrcClient) -> Inventory:
    from pos_desktop.sync.metrc.categories import CategoryTable
    from pos_desktop.sync.metrc.goods import Reader
    from pos_desktop.sync.metrc.inventory import MetrcInventory

    return MetrcInventory(
        client,
        shop.store.intake,
        shop.clock,
        Reader(CategoryTable.load(resources_dir() / "metrc-categories.toml")),
        license_number=shop.register.license,
        since=_since(shop),
        zone=shop.facility_zone,
        width_us=_WIDE_US,
    )


def _metrc_books(shop: Shop, client: MetrcClient, pause: Pause, tell: Tell, *, lines: bool) -> StateBooks:
    from pos_desktop.sync.metrc.books import MetrcBooks
    from pos_desktop.sync.metrc.categories import CategoryTable
    from pos_desktop.sync.metrc.goods import Reader

    return MetrcBooks(
        client,
        Reader(CategoryTable.load(resources_dir() / "metrc-categories.toml")),
        license_number=shop.register.license,
        zone=shop.facility_zone,
        since=_since(shop),
        now=lambda: shop.clock.reading().real,
        lines=lines,
        pause=pause,
        tell=tell,
    )


def _since(shop: Shop) -> Instant:
    first = date.fromisoformat(shop.store.settings.get("state.since") or "2018-01-01")
    return Instant.local(first, ZoneInfo("UTC"))


def _biotrack(shop: Shop, address: str) -> Connection:
    from pos_desktop.composition.biotrack import biotrack_connection

    return biotrack_connection(shop, address)


_CONNECTIONS: Mapping[str, Callable[[Shop, str], Connection]] = {"metrc": _metrc, "biotrack": _biotrack}


def _with_sellers_keys(shop: Shop, tracker: MetrcTracker, client: MetrcClient) -> Tracker:
    """Sales go out with their sellers' own METRC keys, where the key store has one of theirs."""
    from pos_desktop.domain.identity import SaleId
    from pos_desktop.sync.metrc.sellers import SellerKey as Made
    from pos_desktop.sync.metrc.sellers import SellersTracker

    def keys() -> Mapping[str, SellerKey]:
        found = {
            each.id: (each.name, shop.keys.get(user_key_name(each.id))) for each in shop.store.staff.people()
        }
        return {by: Made(by, name, key.decode("utf-8")) for by, (name, key) in found.items() if key}

    def seller_of(item: OutboxItem) -> str:
        sale = shop.store.sales.find(SaleId(item.sale_id))
        return "" if sale is None else sale.actor_id

    return SellersTracker(tracker, client, keys=keys, seller_of=seller_of, clock=shop.clock)


def send_waiting(shop: Shop, service: StateService) -> None:
    """What is due now; nothing where another copy of the program sends, which sends these too."""
    with suppress(StoreBusy), sender_lock(shop):
        service.loop.once()


def user_key_name(person_id: str) -> str:
    """Where a person's own METRC key lies in the key store."""
    return f"{USER_KEY}.{person_id}"


def patients_asked_again(shop: Shop, service: StateService) -> int:
    """Those who were served while nobody could ask, once their sales have arrived (limits contract 6.8); how many."""
    from pos_desktop.app.after_outage import AfterOutage

    store, now = shop.store, shop.clock.now()
    after = AfterOutage(store.unasked, store.figures, store.journal, SERVICE, service.tracker.patient)
    return after.ask_again(now.plus_us(-_ASK_BACK_US), now)


def state_books(shop: Shop, pause: Pause, *, tell: Tell = None, lines: bool = True) -> StateBooks:
    """What the state holds, for a comparison; without `lines` receipts are not read one by one. Raises BadInput."""
    return connection(shop).books(pause, tell, lines)


def was_read(shop: Shop, license_number: str) -> bool:
    """Whether the state ever showed this license's packages to this store's user."""
    return any(shelf_read_at(shop, license_number, system) is not None for system in _CONNECTIONS)


def shelf_read_at(shop: Shop, license_number: str, system: str) -> Instant | None:
    """When the shelf's figures were last taken from that system's; None where they never were."""
    from pos_desktop.sync.biotrack.inventory import mark_of as biotrack_mark
    from pos_desktop.sync.metrc.inventory import mark_of

    if system == "metrc":
        return shop.store.intake.cursor(mark_of(license_number))
    location = shop.store.settings.get("state.location") or ""
    return shop.store.intake.cursor(biotrack_mark(location)) if location else None


def counter_lock(shop: Shop) -> FolderLock:
    from pos_desktop.storage.lock import counter_lock as lock

    return lock(shop.folder.path)


def sender_lock(shop: Shop, by: Person = SERVICE) -> FolderLock:
    """Leave to send, for the program itself unless somebody else is named.

    Raises:
        RuleRefusal: not for everybody.
        NeedsAttention: the store comes from another computer, or is a copy; the other one may still send.
    """
    refuse_unless_sends(by)
    from pos_desktop.composition.this_computer import refuse_elsewhere

    refuse_elsewhere(shop)
    _refuse_behind(shop)
    return no_sender_lock(shop)


def no_sender_lock(shop: Shop) -> FolderLock:
    """For what must not change while anything is sent; it gives no leave to send."""
    from pos_desktop.storage.lock import sender_lock as lock

    return lock(shop.folder.path)


def _refuse_behind(shop: Shop) -> None:
    """A store without a witness is given one before it sends."""
    from pos_desktop.storage.generation import Generation, continuity
    from pos_desktop.storage.witness import PUT_BACK, Seen

    witness = shop.store.witness
    seen = witness.look()
    if seen is Seen.BEHIND:
        raise NeedsAttention(PUT_BACK, code="put-back")
    if seen is Seen.NEW:
        if continuity(shop.store, shop.keys) is Generation.UNKNOWN:
            shop.store.doubt_waiting(shop.clock.now())
        witness.begin_line()
    elif seen is Seen.AGREES:
        witness.note_sales()


@contextmanager
def sending(shop: Shop, stop: threading.Event, wait_s: float) -> Iterator[None]:
    """The sender's lock, waited for where another copy of the program sends just now.

    Raises:
        SenderBusy: it still does after `wait_s`, or the program is to stop.
        NeedsAttention: as `sender_lock`.
    """
    lock, until = sender_lock(shop), time.monotonic() + wait_s
    while True:
        try:
            lock.take()
            break
        except SenderBusy:
            if time.monotonic() >= until or stop.wait(_LOOK_AGAIN_S):
                raise
    try:
        yield
    finally:
        lock.release()


def secret(shop: Shop, name: str) -> str:
    """Raises BadInput: the key store does not hold it."""
    value = shop.keys.get(name)
    if value is None:
        raise BadInput(f"The key store holds no {name}. Set it: pos-desktop secret set {name}.")
    return value.decode("utf-8")
