"""The demo store: everything in it follows from a seed and a moment, and all of it is plainly sample.

`sample_store` makes it, `sandbox_seed` gives it to the METRC sandbox, `fill` and `describe_goods` to a local store.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from zoneinfo import ZoneInfo

from pos_desktop.app.ports import Person
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.patient import Caregiver, Patient
from pos_desktop.training.sample.filling import describe_goods, fill
from pos_desktop.training.sample.goods import GoodsCases, SamplePackage, SampleProduct, goods
from pos_desktop.training.sample.history import SamplePurchase, history
from pos_desktop.training.sample.people import CARD_PATTERN, PeopleCases, people
from pos_desktop.training.sample.seeding import USER_KEY, VENDOR_KEY, sandbox_seed, seed_file

__all__ = [
    "CARD_PATTERN",
    "USER_KEY",
    "VENDOR_KEY",
    "SampleStore",
    "describe_goods",
    "fill",
    "sample_store",
    "sandbox_seed",
    "seed_file",
]


@dataclass(frozen=True, slots=True)
class SampleStore:
    """A medical store in Michigan as of `now`. `who` and `what` name the people and packages with a story."""

    seed: int
    now: Instant
    settings: tuple[tuple[str, str], ...]
    """Declared settings (app.settings) and their values."""
    license: str
    zone: ZoneInfo
    staff: tuple[Person, ...]
    patients: tuple[Patient, ...]
    caregivers: tuple[Caregiver, ...]
    products: tuple[SampleProduct, ...]
    packages: tuple[SamplePackage, ...]
    purchases: tuple[SamplePurchase, ...]
    who: PeopleCases
    what: GoodsCases


def sample_store(seed: int, now: Instant) -> SampleStore:
    """300 patients and caregivers, 200 packages, 40 days of earlier purchases. Equal arguments give equal stores."""
    zone = ZoneInfo("America/Detroit")
    today = now.date_in(zone)
    # A source of chance for each part, so that a change in one leaves the others as they were.
    folk = people(Random(f"people {seed}"), today)
    stock = goods(Random(f"goods {seed}"), today)
    past = history(
        Random(f"history {seed}"),
        folk.patients,
        folk.caregivers,
        [each.product for each in stock.products],
        folk.cases,
        now,
        zone,
    )
    return SampleStore(
        seed=seed,
        now=now,
        settings=_SETTINGS,
        license=dict(_SETTINGS)["state.license"],
        zone=zone,
        staff=folk.staff,
        patients=folk.patients,
        caregivers=folk.caregivers,
        products=stock.products,
        packages=stock.packages,
        purchases=past,
        who=folk.cases,
        what=stock.cases,
    )


_SETTINGS = (
    ("programme", "us-mi-medical"),
    ("store.name", "Sample Provisioning Center"),
    ("store.code", "SPC"),
    ("store.zone", "America/Detroit"),
    ("register.code", "R1"),
    ("register.name", "Register 1"),
    ("tax.rate_bp", "600"),
    ("debit.terminal", "Sample terminal"),
    ("tax.cite", "sample rate of the demo store"),
    ("state.system", "metrc"),
    ("state.license", "SAMPLE-PC-000017"),
    ("card.pattern", CARD_PATTERN),
)
