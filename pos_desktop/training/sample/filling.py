"""Puts the demo store into a local store, through the doors that imports and the sync of goods use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from pos_desktop.app.ports import Bulk, IncomingPackage, ProductFacts, SettingsBook, ShelfIntake, StaffBook
from pos_desktop.domain.shelf import Held
from pos_desktop.training.sample.goods import UNMAPPED_BECAUSE, SamplePackage
from pos_desktop.training.sample.people import MANAGER

if TYPE_CHECKING:
    from pos_desktop.training.demo_store import SampleStore


class Fillable(Protocol):
    """The writing doors of an opened store."""

    @property
    def settings(self) -> SettingsBook: ...

    @property
    def staff(self) -> StaffBook: ...

    @property
    def bulk(self) -> Bulk: ...

    @property
    def intake(self) -> ShelfIntake: ...


def fill(store: Fillable, sample: SampleStore, *, shelf: bool = True) -> None:
    """Settings, staff, patients, caregivers and earlier purchases; with `shelf` the packages too.

    Leave the shelf to the first sync where a sandbox serves it, and call `describe_goods` after that. Filling twice
    changes nothing more.
    """
    for key, value in sample.settings:
        store.settings.set(key, value)
    for person in sample.staff:
        store.staff.add(person)
    store.bulk.add_patients(sample.patients, MANAGER.id, sample.now)
    store.bulk.add_caregivers(sample.caregivers)
    store.bulk.add_purchases((each.patient_id, each.id, each.purchase) for each in sample.purchases)
    if shelf:
        incoming = [_incoming(n, each) for n, each in enumerate(sample.packages, start=1)]
        store.intake.receive(incoming, sample.now)


def describe_goods(store: Fillable, sample: SampleStore) -> Sequence[str]:
    """Prices, flower equivalents and categories as a store's own product list says them; after the first sync.

    What lacks something on purpose stays lacking. Returns names that no product of the store bears.
    """
    known = (each.product for each in sample.products if each.kind.is_mapped)
    return store.bulk.set_products(
        ProductFacts(each.name, each.category, each.measures, each.price) for each in known
    )


def _incoming(n: int, each: SamplePackage) -> IncomingPackage:
    return IncomingPackage(
        package=each.package,
        remote_id=str(n),
        remote_item_id=each.package.product.id,
        tracker_category=each.of.kind.tracker_category,
        unmapped_because=UNMAPPED_BECAUSE if each.package.held is Held.UNMAPPED else "",
        packaged_on=each.packaged_on,
    )
