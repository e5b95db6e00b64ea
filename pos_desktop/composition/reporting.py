"""The way to the state service: client, tracker, sync loop, first sync."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pos_desktop.composition.places import TRAINING, resources_dir
from pos_desktop.composition.shop import Shop
from pos_desktop.domain.errors import BadInput

if TYPE_CHECKING:
    from pos_desktop.app.ports import StateBooks
    from pos_desktop.domain.instant import Instant
    from pos_desktop.storage.lock import FolderLock
    from pos_desktop.sync.loop import SyncLoop
    from pos_desktop.sync.metrc.client import MetrcClient
    from pos_desktop.sync.metrc.tracker import MetrcTracker

VENDOR_KEY, USER_KEY = "state.vendor_key", "state.user_key"
_SANDBOX_READS = 40
"""Below the 50 a second at which the sandbox, like the service, begins to refuse."""
Pause = Callable[[float], bool]


@dataclass(frozen=True, slots=True)
class StateService:
    client: MetrcClient
    tracker: MetrcTracker
    loop: SyncLoop


def has_service(shop: Shop) -> bool:
    """Whether a state service is set up at all."""
    settings = shop.store.settings
    return settings.get("state.system") == "metrc" and bool(settings.get("state.base_url"))


def state_service(shop: Shop, pause: Pause) -> StateService:
    """Raises BadInput: no address or license set, or a training store that would speak to another computer."""
    from pos_desktop.sync.loop import SyncLoop
    from pos_desktop.sync.metrc.address import refuse_unless_loopback
    from pos_desktop.sync.metrc.client import MetrcClient
    from pos_desktop.sync.metrc.pace import Pace
    from pos_desktop.sync.metrc.tracker import MetrcTracker

    register = shop.register
    address = shop.store.settings.get("state.base_url") or ""
    if not has_service(shop):
        raise BadInput("No state service is set up. Set it: pos-desktop config set state.base_url ADDRESS.")
    if not register.license:
        raise BadInput("No license number is set. Set it: pos-desktop config set state.license NUMBER.")
    if register.profile == TRAINING:
        refuse_unless_loopback(address)
    # The sandbox on this computer is nobody else's: only a real service is read at a walk.
    pace = Pace(_SANDBOX_READS) if register.profile == TRAINING else Pace()
    client = MetrcClient(
        address, vendor_key=_secret(shop, VENDOR_KEY), user_key=_secret(shop, USER_KEY), pace=pace
    )

    def real_time() -> Instant:
        return shop.clock.reading().real

    tracker = MetrcTracker(
        client,
        license_number=register.license,
        clock=shop.clock,
        profile=register.profile,
        heard_time=shop.clock.heard,
        real_time=real_time,
    )
    generator = random.SystemRandom()
    loop = SyncLoop(
        outbox=shop.store.outbox,
        tracker=tracker,
        clock=shop.clock,
        rng=generator.randint,
        pause=pause,
        real_time=real_time,
    )
    return StateService(client, tracker, loop)


def state_books(
    shop: Shop, pause: Pause, *, tell: Callable[[int, int], object] | None = None, lines: bool = True
) -> StateBooks:
    """What the state holds, for a comparison; without `lines` receipts are not read one by one. Raises BadInput."""
    from datetime import date
    from zoneinfo import ZoneInfo

    from pos_desktop.domain.instant import Instant as Moment
    from pos_desktop.sync.metrc.books import MetrcBooks
    from pos_desktop.sync.metrc.categories import CategoryTable
    from pos_desktop.sync.metrc.goods import Reader

    since = date.fromisoformat(shop.store.settings.get("state.since") or "2018-01-01")
    return MetrcBooks(
        state_service(shop, pause).client,
        Reader(CategoryTable.load(resources_dir() / "metrc-categories.toml")),
        license_number=shop.register.license,
        zone=shop.facility_zone,
        since=Moment.local(since, ZoneInfo("UTC")),
        now=lambda: shop.clock.reading().real,
        lines=lines,
        pause=pause,
        tell=tell,
    )


def was_read(shop: Shop, license_number: str) -> bool:
    """Whether the state ever showed this license's packages to this store's user."""
    from pos_desktop.sync.metrc.inventory import mark_of

    return shop.store.intake.cursor(mark_of(license_number)) is not None


def counter_lock(shop: Shop) -> FolderLock:
    from pos_desktop.storage.lock import counter_lock as lock

    return lock(shop.folder.path)


def sender_lock(shop: Shop) -> FolderLock:
    from pos_desktop.storage.lock import sender_lock as lock

    return lock(shop.folder.path)


def _secret(shop: Shop, name: str) -> str:
    value = shop.keys.get(name)
    if value is None:
        raise BadInput(f"The key store holds no {name}. Set it: pos-desktop secret set {name}.")
    return value.decode("utf-8")
