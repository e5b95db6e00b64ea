"""What works on the records of patients as such, joined on an opened store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pos_desktop.composition.places import LIVE

if TYPE_CHECKING:
    from pos_desktop.app.patient_record import PatientRecord
    from pos_desktop.app.ports import Person
    from pos_desktop.app.purging import Purging
    from pos_desktop.composition.shop import Shop
    from pos_desktop.domain.identity import TillSessionId


def purging(shop: Shop) -> Purging:
    from pos_desktop.app.purging import Purging as Made

    store = shop.store
    return Made(
        book=store.purges,
        settings=store.settings,
        programme=shop.programme(),
        clock=shop.clock,
        live=shop.folder.profile == LIVE,
    )


def patient_record(shop: Shop, sums: Callable[[Person, Sequence[TillSessionId]], None]) -> PatientRecord:
    from pos_desktop.app.patient_record import PatientRecord as Made
    from pos_desktop.app.views import ViewLog

    store = shop.store
    return Made(
        patients=store.patients,
        ledger=store.ledger,
        figures=store.figures,
        sales=store.sales,
        looks=store.views,
        views=ViewLog(store.views, shop.clock),
        zone=ZoneInfo(shop.register.zone),
        sums=sums,
    )


def everybody(shop: Shop) -> Iterator[tuple[str, str, str]]:
    """(card, first name, last name) of every patient and caregiver, to look for them where they must not be."""
    return shop.store.views.everybody()
