"""The demo store follows from its seed, is plainly sample, holds every category, and keeps within the limits."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.settings import checked
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.limits.model import Category, Item
from pos_desktop.domain.patient import Caregiver, CheckIn, Patient, check_in
from pos_desktop.domain.shelf import Held, Unit
from pos_desktop.training.demo_store import SampleStore, sample_store, sandbox_seed, seed_file

AFTERNOON = "2026-11-24T14:32:07-05:00"
MOMENTS = [
    AFTERNOON,
    "2026-11-24T00:00:00-05:00",
    "2026-11-24T23:59:59-05:00",
    "2028-02-29T12:00:00-05:00",
    "2026-03-08T03:30:00-04:00",
    "2026-11-01T01:30:00-04:00",
]
PACK = tomllib.loads(
    (Path(__file__).resolve().parents[2] / "resources" / "programmes" / "us-mi-medical.toml").read_text(
        "utf-8"
    )
)
POOLS = {pool["id"]: pool for pool in PACK["programme"][0]["version"][0]["pool"]}


@pytest.fixture(scope="module")
def sample() -> SampleStore:
    return sample_store(7, Instant.parse(AFTERNOON))


def counts(item: Item) -> int:
    """By the pack's own words, counted without the engine."""
    for member in POOLS["day"]["members"]:
        if item.category.value in member["categories"]:
            assert member["factor"] == "1"
            amount = getattr(item.measures, member["basis"])
            assert isinstance(amount, int), f"{item.category} without {member['basis']}"
            return amount
    assert item.category is Category.ACCESSORY
    return 0


def excesses(sample: SampleStore) -> list[str]:
    """Every purchase that went over a limit on its day, found by looking at each day's window anew."""
    by_patient: dict[str, Counter[date]] = {}
    for each in sample.purchases:
        days = by_patient.setdefault(each.patient_id, Counter())
        days[each.purchase.at.date_in(sample.zone)] += sum(counts(item) for item in each.purchase.items)
    return [
        f"{who} on {day} over {name}"
        for who, days in by_patient.items()
        for day in days
        for name, back in (("day", 0), ("thirty", 29))
        if sum(mg for other, mg in days.items() if 0 <= (day - other).days <= back) > POOLS[name]["limit"]
    ]


def test_equal_seeds_give_equal_stores_and_others_do_not(sample: SampleStore) -> None:
    again = sample_store(7, sample.now)
    assert again == sample
    other = sample_store(8, sample.now)
    assert other.purchases != sample.purchases
    assert [each.birth_date for each in other.patients] != [each.birth_date for each in sample.patients]


def test_another_process_makes_the_same_store(sample: SampleStore) -> None:
    code = (
        "import hashlib\nfrom pos_desktop.domain.instant import Instant\n"
        "from pos_desktop.training.demo_store import sample_store, seed_file\n"
        f"print(hashlib.sha256(seed_file(sample_store(7, Instant.parse('{AFTERNOON}')))).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        cwd=Path(__file__).resolve().parents[2],
    )
    assert told.stdout.strip() == hashlib.sha256(seed_file(sample)).hexdigest()


def test_the_counts_of_the_demo_store(sample: SampleStore) -> None:
    assert (len(sample.patients), len(sample.caregivers)) == (276, 24)
    assert len(sample.packages) == 200
    assert len(sample.purchases) > 1_000
    assert {each.role for each in sample.staff} == {"auditor", "budtender", "lead", "manager"}


@pytest.mark.parametrize("moment", MOMENTS)
def test_earlier_purchases_keep_within_both_limits_at_any_moment(moment: str) -> None:
    sample = sample_store(3, Instant.parse(moment))
    assert excesses(sample) == []
    first = sample.now.date_in(sample.zone) - timedelta(days=40)
    days = {each.purchase.at.date_in(sample.zone) for each in sample.purchases}
    assert min(days) == first
    assert all(each.purchase.at <= sample.now for each in sample.purchases)
    assert {each.purchase.source for each in sample.purchases} == {"import"}


def test_the_brute_count_would_catch_one_purchase_too_many(sample: SampleStore) -> None:
    last = next(each for each in sample.purchases if each.patient_id == sample.who.near_day.id)
    more = replace(last, id="one-more")
    assert excesses(replace(sample, purchases=(*sample.purchases, more))) == [
        f"{last.patient_id} on {sample.now.date_in(sample.zone)} over day"
    ]


def test_every_purchase_has_its_own_id_receipt_and_second(sample: SampleStore) -> None:
    bought = sample.purchases
    assert len({each.id for each in bought}) == len({each.purchase.receipt for each in bought}) == len(bought)
    assert len({(each.patient_id, each.purchase.at.utc_us // 1_000_000) for each in bought}) == len(bought)


def test_caregivers_bought_for_their_own_patients_only(sample: SampleStore) -> None:
    serves = {f"caregiver:{each.id}": each.patients for each in sample.caregivers}
    others = [each for each in sample.purchases if each.purchase.by != "patient"]
    assert others
    assert all(each.patient_id in serves[each.purchase.by] for each in others)
    of_minor = {each.purchase.by for each in sample.purchases if each.patient_id == sample.who.minor.id}
    assert of_minor == {f"caregiver:{sample.who.minor_caregiver.id}"}


def test_every_category_stands_on_the_shelf_with_what_its_limit_needs(sample: SampleStore) -> None:
    sellable = [each.package for each in sample.packages if each.package.held is None]
    assert {package.product.category for package in sellable} == set(Category)
    for package in sellable:
        for member in POOLS["day"]["members"]:
            if package.product.category.value in member["categories"]:
                lacks = getattr(package.product.measures, member["basis"]) is None
                assert lacks == (package.tag == sample.what.no_equivalent), package.product.name
        assert (package.product.price is None) == (package.tag == sample.what.no_price)
        assert package.batch
        assert package.on_hand > 0
    flower = [each for each in sellable if each.product.category is Category.FLOWER]
    assert all(each.potency_bp for each in flower)
    assert any(each.product.unit is Unit.WEIGHT for each in flower)


def test_packages_with_a_story_say_why_they_may_not_be_sold(sample: SampleStore) -> None:
    held = {each.package.tag: each.package.held for each in sample.packages}
    what = sample.what
    assert held[what.on_hold] is Held.HOLD
    assert held[what.recalled] is Held.RECALL
    assert held[what.untested] is Held.UNTESTED
    assert held[what.past_date] is Held.EXPIRED
    assert held[what.trade_sample] is Held.SAMPLE
    assert held[what.empty] is Held.EMPTY
    assert held[what.unmapped] is Held.UNMAPPED
    assert {held[what.everyday], held[what.ounce], held[what.deli], held[what.no_price]} == {None}


@pytest.mark.parametrize("moment", MOMENTS)
def test_people_with_a_story_are_refused_or_served_as_told(moment: str) -> None:
    sample = sample_store(1, Instant.parse(moment))
    who, today = sample.who, sample.now.date_in(sample.zone)
    by_id = {each.id: each for each in sample.patients}
    assert check_in(who.expired, None, today) is CheckIn.EXPIRED
    assert check_in(who.revoked, None, today) is CheckIn.REVOKED
    assert check_in(who.minor, None, today) is CheckIn.UNDER_AGE
    assert check_in(who.minor, who.minor_caregiver, today) is None
    assert who.caregiver_without_patient.patients == ()
    assert len(who.caregiver_of_two.patients) == 2
    served = by_id[who.caregiver_expired.patients[0]]
    assert check_in(served, who.caregiver_expired, today) is CheckIn.CAREGIVER_EXPIRED
    expires = who.expiring_soon.card_expires
    assert expires is not None
    assert 0 < (expires - today).days < 30
    refused = {who.expired.id, who.revoked.id, who.minor.id}
    ordinary = [each for each in sample.patients if each.id not in refused]
    assert all(check_in(each, None, today) is None for each in ordinary)
    pairs = [(each, by_id[patient]) for each in sample.caregivers for patient in each.patients]
    assert all(check_in(b, a, today) is None for a, b in pairs if a.id != who.caregiver_expired.id)


@pytest.mark.parametrize("moment", MOMENTS)
def test_patients_near_a_limit_have_the_grams_left_that_are_told(moment: str) -> None:
    sample = sample_store(1, Instant.parse(moment))
    today = sample.now.date_in(sample.zone)

    def used(patient_id: str, days: int) -> int:
        return sum(
            counts(item)
            for each in sample.purchases
            if each.patient_id == patient_id and (today - each.purchase.at.date_in(sample.zone)).days < days
            for item in each.purchase.items
        )

    assert POOLS["day"]["limit"] - used(sample.who.near_day.id, 1) == 4_373
    assert POOLS["thirty"]["limit"] - used(sample.who.near_thirty.id, 30) == 5_995
    assert used(sample.who.near_thirty.id, 1) == 0
    assert used(sample.who.untouched.id, 41) == 0
    assert sum(each.patient_id == sample.who.heavy.id for each in sample.purchases) == 100


def test_everything_is_plainly_sample(sample: SampleStore) -> None:
    people: list[Patient | Caregiver] = [*sample.patients, *sample.caregivers]
    assert all(each.last_name.startswith("Sample-") for each in people)
    assert all("Sample" in each.name for each in sample.staff)
    assert all(each.product.name.startswith("Sample ") for each in sample.products)
    assert all(re.fullmatch(r"ABCDEF01234567[0-9]{10}", each.package.tag) for each in sample.packages)
    settings = dict(sample.settings)
    assert "Sample" in settings["store.name"]
    assert "SAMPLE" in sample.license == settings["state.license"]
    assert all(checked(key, value) == value for key, value in sample.settings)
    assert all(re.fullmatch(settings["card.pattern"], each.card_number) for each in people)
    assert all(re.fullmatch(r"P-\d{6}", each.card_number) for each in sample.patients)
    assert all(re.fullmatch(r"C-\d{6}", each.card_number) for each in sample.caregivers)


def test_nothing_that_must_be_unique_stands_twice(sample: SampleStore) -> None:
    people: list[Patient | Caregiver] = [*sample.patients, *sample.caregivers]
    columns: list[list[str]] = [
        [each.card_number for each in people],
        [each.last_name for each in people],
        [each.id for each in people],
        [each.package.tag for each in sample.packages],
        [each.product.name for each in sample.products],
        [each.product.id for each in sample.products],
    ]
    for values in columns:
        assert len(set(values)) == len(values)


def test_the_state_is_told_the_same_purchases(sample: SampleStore) -> None:
    seed: dict[str, Any] = sandbox_seed(sample)
    told = {
        (row["number"], each["day"]): each["grams"] for row in seed["patients"] for each in row["purchases"]
    }
    cards = {each.id: each.card_number for each in sample.patients}
    ours: Counter[tuple[str, str]] = Counter()
    for each in sample.purchases:
        day = each.purchase.at.date_in(sample.zone).isoformat()
        ours[cards[each.patient_id], day] += sum(counts(item) for item in each.purchase.items)
    assert {key: f"{mg // 1000}.{mg % 1000:03d}" for key, mg in ours.items()} == told
