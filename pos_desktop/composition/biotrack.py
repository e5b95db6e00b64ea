"""BioTrack as this store's state service, from the settings (docs/biotrack.md)."""

from __future__ import annotations

from pos_desktop.composition.places import TRAINING, resources_dir
from pos_desktop.composition.reporting import PASSWORD, Connection, Meanwhile, Pause, Tell, secret
from pos_desktop.composition.shop import Shop
from pos_desktop.domain.errors import BadInput
from pos_desktop.sync.address import refuse_unless_loopback
from pos_desktop.sync.biotrack.answers import Account, Counter
from pos_desktop.sync.biotrack.books import BioTrackBooks
from pos_desktop.sync.biotrack.goods import Reader
from pos_desktop.sync.biotrack.inventory import BioTrackInventory
from pos_desktop.sync.biotrack.legacy import LegacyClient
from pos_desktop.sync.biotrack.profile import BioTrackProfile, Generation, load_profile, load_profiles
from pos_desktop.sync.biotrack.service_time import ServiceTime
from pos_desktop.sync.biotrack.tracker import BioTrackTracker, must_be_set
from pos_desktop.sync.biotrack.types import TypeTable
from pos_desktop.sync.biotrack.v3 import V3Client
from pos_desktop.sync.web import Web

_PROFILES = "biotrack-profiles.toml"


def biotrack_connection(shop: Shop, address: str) -> Connection:
    """Raises BadInput: something is not set, or a training store would speak to another computer."""
    settings = shop.store.settings
    profile = profile_of(settings.get("state.biotrack_profile") or "")
    training = shop.register.profile == TRAINING
    account = Account(
        company=settings.get("state.company") or "",
        username=settings.get("state.username") or "",
        password=secret(shop, PASSWORD),
        location=settings.get("state.location") or "",
    )
    must_be_set(account)
    older = _legacy_address(profile, address, shop.address("state.biotrack_legacy_url"), training)
    for each in {address, older} if training else ():
        refuse_unless_loopback(each)
    time = ServiceTime(shop.clock, shop.clock.heard)
    legacy = LegacyClient(Web(older), account, profile, time, training=training)
    counter: Counter = legacy
    if profile.generation is Generation.V3:
        counter = V3Client(Web(address), account, time, training=training)
    past = shop.store.transactions
    tracker = BioTrackTracker(
        counter,
        legacy,
        profile=profile,
        license_number=shop.register.license,
        clock=shop.clock,
        time=time,
        past=past,
        store=shop.register.profile,
    )

    def inventory(_: Meanwhile) -> BioTrackInventory:
        types = TypeTable.load(resources_dir() / "biotrack-types.toml")
        return BioTrackInventory(
            legacy, shop.store.intake, shop.clock, Reader(types, profile, account.location)
        )

    def close() -> None:
        counter.close()
        legacy.close()

    def books(_: Pause, __: Tell, ___: bool) -> BioTrackBooks:  # its lists hold the lines already
        return BioTrackBooks(legacy, profile, past, location=account.location, zone=shop.facility_zone)

    return Connection(tracker, inventory, close, books)


def profile_of(profile_id: str) -> BioTrackProfile:
    """Raises BadInput: there is none of that name."""
    return load_profile(resources_dir() / _PROFILES, profile_id)


def endpoint_of(programme_id: str) -> str:
    """Where the programme's system is; empty where no public list names one."""
    profiles = load_profiles(resources_dir() / _PROFILES).values()
    return next((each.endpoint for each in profiles if programme_id in each.programmes), "")


def _legacy_address(profile: BioTrackProfile, address: str, set_here: str, training: bool) -> str:
    """Where voids go and reports in doubt are looked up."""
    if profile.generation is Generation.LEGACY:
        return address
    older = set_here or ("" if training else profile.legacy_endpoint)
    if not older:
        raise BadInput(
            "Voids and reports in doubt go to BioTrack's older address, which is not set. Nothing was sent. "
            "Set it: pos-desktop config set state.biotrack_legacy_url ADDRESS."
        )
    return older
