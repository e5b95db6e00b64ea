"""Rule packs: the shipped ones say what their sources say, and a pack with anything unknown is refused whole."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.pack import PackError, parse_pack
from tests.fixtures.limit_packs import PACKS, SHIPPED, programme, text_of

MI = text_of("us-mi-medical")
FILE = "us-mi-medical.toml"
DAY_RULE = "programme us-mi-medical, version day-and-30, pool day"


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
    found = sorted(path.stem for path in PACKS.glob("*.toml"))
    assert set(SHIPPED) <= set(found)
    for name in SHIPPED:
        rules = programme(name)
        assert rules.id == name
        assert rules.checked_on > date(2026, 1, 1)
        assert rules.sources
        for version in rules.versions:
            assert all(each.cite and each.as_written for each in version.pools)
            assert all(each.cite for each in version.gates)


def test_the_text_is_known_by_its_digest() -> None:
    assert len(programme("us-mi-medical").digest) == 64
    assert parse_pack(MI + "\n# changed\n", FILE).digest != programme("us-mi-medical").digest


def test_a_limit_in_ounces_is_rounded_down_to_milligrams() -> None:
    for name in SHIPPED:
        rules = programme(name)
        for pool in rules.versions[0].pools:
            ounces = {"day": Fraction("2.5"), "thirty": Fraction(10), "allotment": Fraction("2.5")}[pool.id]
            assert pool.limit == ounces * rules.ounce_mg // 1


def change(old: str, new: str, text: str = MI) -> str:
    assert old in text
    return text.replace(old, new, 1)


UNKNOWN = {
    "shape": (change('{ shape = "day" }', '{ shape = "lunar-month" }'), DAY_RULE, "“lunar-month”"),
    "key of a pool": (change('label = "Today"', 'label = "Today"\nceiling = 3'), DAY_RULE, "“ceiling”"),
    "key of a window": (change('{ shape = "day" }', '{ shape = "day", clock = "later" }'), DAY_RULE, "“clock”"),
    "days of a day": (change('{ shape = "day" }', '{ shape = "day", days = 2 }'), DAY_RULE, "“days”"),
    "mode": (
        change('{ shape = "day" }', '{ shape = "day" }\nallowance = { mode = "replace" }'), DAY_RULE, "“allowance”",
    ),
    "basis": (change('basis = "equiv_mg"', 'basis = "weight"'), DAY_RULE, "“weight”"),
    "potency as a basis": (change('basis = "net_mg"', 'basis = "potency_bp"'), DAY_RULE, "“potency_bp”"),
    "category": (change('"preroll"]', '"cigar"]'), DAY_RULE, "“cigar”"),
    "kind of pool": (change('label = "Today"', 'kind = "share"'), DAY_RULE, "“kind”"),
    "fraction as a float": (change("limit = 70873 ", "limit = 70873.5 "), DAY_RULE, "“limit”"),
    "limit below nought": (change("limit = 70873 ", "limit = -1 "), DAY_RULE, "“limit”"),
    "factor of nought": (change('factor = "1"', 'factor = "0"'), DAY_RULE, "“factor”"),
    "factor of words": (change('factor = "1"', 'factor = "one"'), DAY_RULE, "“factor”"),
    "factor over nought": (change('factor = "1"', 'factor = "1/0"'), DAY_RULE, "“factor”"),
    "factor as a number": (change('factor = "1"', "factor = 1"), DAY_RULE, "“factor”"),
    "no source of a rule": (change('cite = "R 333.274 / R 420.506"', 'cite = " "'), DAY_RULE, "“cite”"),
    "gate": (
        change('"buyer-min-age"', '"no-smoking"'),
        "programme us-mi-medical, version day-and-30, gate minor-needs-caregiver", "“no-smoking”",
    ),
    "exemption": (MI + "\n[[programme.version.exemption]]\nid = 'all'\n", "version day-and-30", "“exemption”"),
    "two pools of one name": (change('id = "thirty"', 'id = "day"'), "version day-and-30", "pool day"),
    "outage mode": (change('"local-ledger"', '"as-you-like"'), "state_check", "“as-you-like”"),
    "expiry": (change('expiry = "end-of-day", validity', 'expiry = "noon", validity'), "card", "“noon”"),
    "returns": (change("returns_give_back = false", "returns_give_back = true"), "defaults", "“returns_give_back"),
    "zone": (change('"America/Detroit"', '"America/Huron"'), "programme us-mi-medical", "“America/Huron”"),
    "no date of reading": (change("checked_on = 2026-11-23\n", ""), "programme us-mi-medical", "“checked_on”"),
    "date and time": (change("2026-11-23", "2026-11-23T10:00:00"), "programme us-mi-medical", "“checked_on”"),
    "schema": (change("purchase-limits/1", "purchase-limits/9"), "", "purchase-limits/9"),
    "key on top": ('region = "east"\n' + MI, "", "“region”"),
    "a table that is none": (change('window = { shape = "day" }', "window = 3"), DAY_RULE, "“window”"),
    "a flag that is none": (change("required = true", 'required = "yes"'), "state_check", "“required”"),
    "a list that is none": (change('excluded = ["accessory"]', "excluded = 3"), "version day-and-30", "“excluded”"),
    "members that are none": (change("members = [\n", "members = 3\nother = [\n"), DAY_RULE, "“members”"),
    "not TOML": (MI + "\n[[", "", "cannot be read as TOML"),
    "no programme": (MI[: MI.index("[[programme]]")], "", "“programme”"),
    "two programmes": (MI + MI[MI.index("[[programme]]") :], "", "holds 2"),
    "a version that ends before it begins": (
        change("[[programme.version]]", "[[programme.version]]\neffective_from = 2026-02-02\neffective_to = 2026-02-01",
        ),
        "version day-and-30", "“effective_to”",
    ),
    "versions that overlap": (
        MI + MI[MI.index("[[programme.version]]") :].replace("day-and-30", "next"),
        "programme us-mi-medical", "overlap",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "where", "what"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_a_pack_with_anything_unknown_is_refused_whole(text: str, where: str, what: str) -> None:
    with pytest.raises(PackError) as refused:
        parse_pack(text, FILE)
    sentence = refused.value.sentence
    assert sentence.startswith(f"The rule pack {FILE} was not taken over. ")
    assert sentence.endswith("The rules in force before it stay in force.")
    assert where in sentence
    assert what in sentence
    assert isinstance(refused.value, BadInput)
