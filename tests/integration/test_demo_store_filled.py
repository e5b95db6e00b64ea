"""The demo store in an encrypted store and at the sandbox: both hold the same, and their limits agree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.limit_desk import LimitDesk
from pos_desktop.app.ports import StateAnswer
from pos_desktop.app.reception import Choose, Refused
from pos_desktop.app.visit import Visit
from pos_desktop.domain.instant import DAY_US, Instant
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.patient import CheckIn, Patient
from pos_desktop.domain.shelf import Held, Package
from pos_desktop.storage.store import Store
from pos_desktop.sync.metrc.categories import CategoryTable
from pos_desktop.sync.metrc.client import MetrcClient
from pos_desktop.sync.metrc.goods import Reader
from pos_desktop.sync.metrc.inventory import MetrcInventory
from pos_desktop.sync.metrc.pace import Pace
from pos_desktop.sync.metrc.tracker import MetrcTracker
from pos_desktop.training.demo_store import (
    USER_KEY,
    VENDOR_KEY,
    SampleStore,
    describe_goods,
    fill,
    sample_store,
    sandbox_seed,
    seed_file,
)
from pos_desktop.training.sandbox import SandboxServer
from pos_desktop.training.sandbox.clock import SandboxClock
from pos_desktop.training.sandbox.jsonio import decode
from tests.fixtures.fake_shop import training_desk
from tests.fixtures.limit_packs import programme
from tests.fixtures.stores import NOON, PERSON, OrderedIds, StandingClock, opened

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
UNHURRIED = {"gets_per_second_facility": 100_000, "gets_per_second_key": 100_000}


@pytest.fixture(scope="module")
def sample() -> SampleStore:
    return sample_store(5, NOON)


@pytest.fixture(scope="module")
def filled(sample: SampleStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """With the goods put onto the shelf directly."""
    with opened(tmp_path_factory.mktemp("filled"), create=True) as store:
        fill(store, sample)
        yield store


@contextmanager
def sandbox_of(sample: SampleStore, state_dir: Path) -> Iterator[MetrcClient]:
    clock = SandboxClock()
    clock.set(sample.now.utc_us, running=False)
    with SandboxServer(state_dir, clock=clock) as server:
        server.seed({**sandbox_seed(sample), "settings": UNHURRIED})
        client = MetrcClient(server.base_url, vendor_key=VENDOR_KEY, user_key=USER_KEY, pace=Pace(10_000))
        try:
            yield client
        finally:
            client.close()


def shelf_of(store: Store, sample: SampleStore) -> dict[str, Package]:
    found = {each.package.tag: store.shelf.by_tag(each.package.tag) for each in sample.packages}
    return {tag: package for tag, package in found.items() if package is not None}


def plain(package: Package) -> tuple[object, ...]:
    """Without the product's id, and without the potency of a batch: METRC's package lists carry neither."""
    product = package.product
    bare = (product.name, product.category, product.unit, product.price)
    measured = product.measures
    amounts = (measured.net_mg, measured.thc_mg, measured.equiv_mg, measured.volume_ul, measured.count)
    return (package.tag, bare, amounts, package.batch, package.on_hand, package.tracker_unit, package.held)


def test_everything_of_the_sample_stands_in_the_store(filled: Store, sample: SampleStore) -> None:
    assert {each.id: each for each in filled.staff.people()} == {each.id: each for each in sample.staff}
    assert len(filled.patients.by_name("sample-", "", 1_000)) == 276
    assert all(filled.patients.by_card(each.card_number) is not None for each in sample.caregivers)
    assert shelf_of(filled, sample) == {each.package.tag: each.package for each in _with_potency(sample)}
    since = sample.now.plus_us(-41 * DAY_US)
    for patient in sample.patients:
        ours = [each.purchase for each in sample.purchases if each.patient_id == patient.id]
        assert list(filled.ledger.window(patient.id, since)) == ours
    assert list(filled.sales.all()) == []
    assert filled.settings.register().programme == "us-mi-medical"
    assert [row["packages"] for row in filled.shelf.unmapped()] == ["1"]


def _with_potency(sample: SampleStore) -> list[Any]:
    """A package's own potency wins over its product's when it is read."""
    from dataclasses import replace

    def read(package: Package) -> Package:
        if package.potency_bp is None:
            return package
        measures = replace(package.product.measures, potency_bp=package.potency_bp)
        return replace(package, product=replace(package.product, measures=measures))

    return [replace(each, package=read(each.package)) for each in sample.packages]


def test_filling_twice_changes_nothing_more(filled: Store, sample: SampleStore) -> None:
    before = (shelf_of(filled, sample), filled.ledger.revision(sample.who.heavy.id))
    fill(filled, sample)
    assert (shelf_of(filled, sample), filled.ledger.revision(sample.who.heavy.id)) == before
    assert len(filled.ledger.window(sample.who.heavy.id, Instant(0))) == 100


def test_people_with_a_story_meet_the_counter_as_told(filled: Store, sample: SampleStore) -> None:
    reception = training_desk(filled, programme("us-mi-medical"), StandingClock(), OrderedIds()).reception
    who = sample.who

    def refused(card: str) -> CheckIn | None:
        answer = reception.by_card(card, PERSON)
        return answer.why if isinstance(answer, Refused) else None

    assert refused(who.expired.card_number) is CheckIn.EXPIRED
    assert refused(who.revoked.card_number) is CheckIn.REVOKED
    assert refused(who.minor.card_number) is CheckIn.UNDER_AGE
    assert refused(who.caregiver_without_patient.card_number) is CheckIn.CAREGIVER_WITHOUT_PATIENT
    assert refused(who.caregiver_expired.card_number) is CheckIn.CAREGIVER_EXPIRED
    assert refused("P-999999") is CheckIn.UNKNOWN
    for_minor = reception.by_card(who.minor_caregiver.card_number, PERSON)
    assert isinstance(for_minor, Visit)
    assert for_minor.patient.id == who.minor.id
    choice = reception.by_card(who.caregiver_of_two.card_number, PERSON)
    assert isinstance(choice, Choose)
    assert len(choice.patients) == 2
    assert [each.id for each in reception.by_name("sample-007", PERSON)] == [who.heavy.id]


def test_the_first_sync_brings_the_same_goods_as_filling(
    filled: Store, sample: SampleStore, tmp_path: Path
) -> None:
    with (
        sandbox_of(sample, tmp_path / "state") as client,
        opened(tmp_path / "synced", create=True) as store,
    ):
        fill(store, sample, shelf=False)
        assert shelf_of(store, sample) == {}
        summary = MetrcInventory(
            client,
            store.intake,
            StandingClock(),
            Reader(CategoryTable.load(RESOURCES / "metrc-categories.toml")),
            license_number=sample.license,
            since=sample.now.plus_us(-10 * DAY_US),
            zone=sample.zone,
        ).sync()
        assert summary.complete
        assert summary.notes == []
        assert summary.warnings == ()
        assert describe_goods(store, sample) == []
        synced, direct = shelf_of(store, sample), shelf_of(filled, sample)
        assert [plain(each) for each in synced.values()] == [plain(each) for each in direct.values()]
        assert [row["item"] for row in store.shelf.unmapped()] == ["Sample Aspen of no known category"]
        assert synced[sample.what.unmapped].held is Held.UNMAPPED


def test_the_states_figures_agree_with_the_local_ledger(
    filled: Store, sample: SampleStore, tmp_path: Path
) -> None:
    clock = StandingClock()
    desk = training_desk(filled, programme("us-mi-medical"), clock, OrderedIds())
    limits = LimitDesk(programme("us-mi-medical"))
    who = sample.who
    asked = [who.near_day, who.near_thirty, who.heavy, who.untouched, *sample.patients[20:50]]
    with sandbox_of(sample, tmp_path) as client:
        tracker = MetrcTracker(client, license_number=sample.license, clock=clock, profile="training")
        for patient in asked:
            answer = tracker.patient(patient.card_number)
            assert isinstance(answer, StateAnswer)
            assert answer.active
            assert answer.expires == patient.card_expires
            visit = desk.reception.open(patient.id, PERSON)
            assert isinstance(visit, Visit)
            assert _state_says(limits, visit, answer) == _ledger_says(limits, visit), patient.card_number


def _state_says(limits: LimitDesk, visit: Visit, answer: StateAnswer) -> list[int]:
    """By the state alone: without a ledger of our own."""
    from dataclasses import replace

    decision = limits.decide(replace(visit, answer=answer, history=()), NOON, Link.UP)
    assert decision.basis == "state"
    return [int(pool.left) for pool in decision.pools]


def _ledger_says(limits: LimitDesk, visit: Visit) -> list[int]:
    decision = limits.decide(visit, NOON, Link.DOWN)
    assert decision.basis == "outage-local-ledger"
    return [int(pool.left) for pool in decision.pools]


def test_the_state_refuses_who_is_told_to_be_refused(sample: SampleStore, tmp_path: Path) -> None:
    who = sample.who

    def active(client: MetrcClient, patient: Patient) -> bool:
        tracker = MetrcTracker(
            client, license_number=sample.license, clock=StandingClock(), profile="training"
        )
        answer = tracker.patient(patient.card_number)
        assert isinstance(answer, StateAnswer)
        return answer.active

    with sandbox_of(sample, tmp_path) as client:
        assert not active(client, who.inactive_at_state)
        assert not active(client, who.revoked)
        assert not active(client, who.expired)
        assert active(client, who.minor)


def test_the_seed_file_is_taken_by_the_sandbox(sample: SampleStore, tmp_path: Path) -> None:
    with SandboxServer(tmp_path) as server:
        counts = server.seed(decode(seed_file(sample)))
    assert (counts["patients"], counts["caregivers"], counts["packages"]) == (276, 24, 200)
