"""The rule packs that ship say what their sources say."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from fractions import Fraction

import pytest

from pos_desktop.domain.limits.allowance import Mode
from pos_desktop.domain.limits.model import Measures
from pos_desktop.domain.limits.pack import parse_pack
from pos_desktop.domain.limits.programme import Kind
from tests.fixtures.limit_packs import NAMES, pack, pool, programme, text_of, version
from tests.fixtures.recount.packs import programmes

MI = text_of("us-mi-medical")
FILE = "us-mi-medical.toml"


def test_michigan() -> None:
    rules = programme("us-mi-medical")
    assert (rules.state, rules.tracking, str(rules.zone)) == ("MI", "metrc", "America/Detroit")
    assert (rules.outage, rules.report_within_hours) == ("local-ledger", 24)
    assert rules.outage_cite == "MRA bulletin, March 2020"
    assert rules.min_age == 18
    assert rules.new_patient_fields == (
        "card_number", "first_name", "last_name", "birth_date", "card_expires",
    )  # fmt: skip
    pools = rules.versions[0].pools
    assert [(each.label, each.limit, each.window.days) for each in pools] == [
        ("Today", 70873, 1),
        ("30 days", 283495, 30),
    ]


def test_arizona() -> None:
    rules = programme("us-az-medical")
    assert (rules.outage, rules.report_within_hours, rules.state_check.required) == ("refuse", None, True)
    (pool,) = rules.versions[0].pools
    assert (pool.limit, pool.window.days, pool.window.shape) == (70873, 14, "rolling-days")


def test_every_shipped_pack_is_read_names_its_sources_and_was_checked() -> None:
    for name in NAMES:
        rules = programme(name)
        assert rules.id == name
        assert rules.checked_on > date(2026, 1, 1)
        assert rules.sources
        for rule in rules.versions:
            assert all(each.cite and each.as_written for each in rule.pools)
            assert all(each.cite for each in rule.gates)
            assert all(each.cite for each in rule.exemptions)
            assert all(each.cite for each in rule.reliefs)
            assert rule.hours is None or rule.hours.cite


def test_the_text_is_known_by_its_digest() -> None:
    assert len(programme("us-mi-medical").digest) == 64
    assert parse_pack(MI + "\n# changed\n", FILE).digest != programme("us-mi-medical").digest


OUNCES = [
    *((name, "day", "2.5") for name in ("us-mi-medical",)),
    *((name, "allotment", "2.5") for name in ("us-az-medical", "us-nv-medical")),
    ("us-mi-medical", "thirty", "10"), ("us-ri-medical", "fifteen", "2.5"), ("us-de-medical", "allotment", "3"),
    ("us-sd-medical", "fourteen", "3"), ("us-nj-medical", "thirty", "3"), ("us-ma-medical", "sixty", "10"),
    ("us-dc-medical", "allotment", "8"), ("us-hi-medical", "fifteen", "4"), ("us-hi-medical", "thirty", "8"),
    ("us-nh-medical", "ten", "2"), ("us-ct-medical", "month", "5"), ("us-nd-medical", "flower", "2.5"),
    ("us-co-medical", "flower", "2"), ("us-ok-medical", "flower", "3"), ("us-ok-medical", "products", "72"),
    ("us-wa-medical", "useable", "3"), ("us-la-medical", "raw", "2.5"), ("us-il-medical", "adequate-supply", "2.5"),
    ("us-fl-medical", "smoking-35", "2.5"), ("us-va-medical", "botanical", "4"),
    ("us-me-medical", "transaction", "2.5"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "pool_id", "ounces"), OUNCES)
def test_a_limit_in_ounces_is_rounded_down_to_milligrams(name: str, pool_id: str, ounces: str) -> None:
    rules = programme(name)
    pool = rules.versions[-1].pool(pool_id)
    assert pool is not None
    assert pool.limit == Fraction(ounces) * rules.ounce_mg // 1


def test_an_ounce_of_its_own() -> None:
    own = {
        name: programme(name).ounce_mg
        for name in NAMES
        if programme(name).ounce_mg != Fraction("28349.523125")
    }
    assert own == {"us-ok-medical": 28_300}


SHAPES = {
    "transaction", "day", "rolling-days", "rolling-minutes", "calendar-month", "calendar-year", "fill-period", "order",
}  # fmt: skip


def test_every_shape_of_the_contract_is_shipped_somewhere() -> None:
    pools = [pool for name in NAMES for version in programme(name).versions for pool in version.pools]
    assert {pool.window.shape for pool in pools} == SHAPES
    assert {pool.kind for pool in pools} == set(Kind)
    assert {pool.allowance.mode for pool in pools} == set(Mode)
    bases = {member.basis for pool in pools for member in pool.members}
    assert bases == {each.name for each in fields(Measures)} - {"potency_bp"}
    gates = {type(gate) for name in NAMES for version in programme(name).versions for gate in version.gates}
    assert len(gates) == 5


def gate(age: int) -> str:
    return f"""[[programme.version.gate]]
id = "buyer-{age}"
kind = "buyer-min-age"
age = {age}
cite = "sample"
"""


def test_the_age_of_a_buyer_is_that_of_the_newest_rules() -> None:
    text = pack(
        version(pool(), gate(16), more="effective_to = 2024-01-01"),
        version(pool(), gate(18), gate(21), gate(19), name="new", more="effective_from = 2024-01-02"),
    )
    assert parse_pack(text, "us-xx-medical.toml").min_age == 21
    assert parse_pack(pack(version(pool())), "us-xx-medical.toml").min_age is None


@pytest.mark.parametrize("name", NAMES)
def test_how_many_days_of_history_decide(name: str) -> None:
    """As many as the longest window of any version reaches back; all where periods or orders count."""
    raw = [pool["window"] for each in programmes()[name]["version"] for pool in each["pool"]]
    lengths = {
        "transaction": 0, "day": 1, "calendar-month": 31, "calendar-year": 366, "order": None, "fill-period": None,
    }  # fmt: skip
    days = [lengths.get(each["shape"], each.get("returns_after_days", each.get("days"))) for each in raw]
    known = [each for each in days if each is not None]
    assert programme(name).history_days == (max(known) if len(known) == len(days) else None)
