"""A rule pack with anything unknown or contradictory is refused whole, with the place and what is wrong."""

from __future__ import annotations

import pytest

from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.pack import PackError, parse_pack
from tests.fixtures.limit_bad_packs import (
    CAP,
    DATES,
    FLOWER_POOL,
    HOURS,
    OTHERS,
    POOLS,
    RAW,
    SHARE,
    THC,
    exemption,
    of_pool,
    of_version,
    relief,
    tiers,
    window,
)
from tests.fixtures.limit_packs import DAY, pack, pool, text_of, version

MI = text_of("us-mi-medical")
FILE = "us-xx-medical.toml"


def change(old: str, new: str, text: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


GOOD = {
    "a plain one": of_pool(),
    "an allotment stated several ways": of_pool(limit=None, members=f"{RAW}, {THC}", more=SHARE),
    "visits": of_pool(members="", more='kind = "visits"\nunit = "visit"'),
    "an order": of_pool(limit=None, window='{ shape = "order" }', more='allowance = { mode = "order" }'),
    "tiers that touch": tiers("[0, 2300]", "[2301, 3500]"),
    "hours": of_version(HOURS),
    "an exemption": exemption('lifts = ["flower"]\nmax_days = 180'),
    "a relief": relief(DATES + CAP),
    "early days": window('{ shape = "fill-period", days = 30, anchor = "certification", early_days = 29 }'),
    "an outage rule": pack(
        version(pool()), state_check='required = true, outage = "certification", outage_cite = "statute"'
    ),
    "an age of one day": of_pool(more="when = { age_min = 20, age_max = 20 }"),
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_what_is_whole_is_taken_over(text: str) -> None:
    assert parse_pack(text, FILE).id == "us-xx-medical"


DAY_RULE = "programme us-mi-medical, version day-and-30, pool day"
SHIPPED = {
    "shape": (change(DAY, '{ shape = "lunar-month" }', MI), DAY_RULE, "“lunar-month”"),
    "key of a pool": (change('label = "Today"', 'label = "Today"\nceiling = 3', MI), DAY_RULE, "“ceiling”"),
    "key of a window": (change(DAY, '{ shape = "day", clock = "later" }', MI), DAY_RULE, "“clock”"),
    "days of a day": (change(DAY, '{ shape = "day", days = 2 }', MI), DAY_RULE, "“days”"),
    "basis": (change('basis = "equiv_mg"', 'basis = "weight"', MI), DAY_RULE, "“weight”"),
    "potency as a basis": (change('basis = "net_mg"', 'basis = "potency_bp"', MI), DAY_RULE, "“potency_bp”"),
    "category": (change('"preroll"]', '"cigar"]', MI), DAY_RULE, "“cigar”"),
    "fraction as a float": (change("limit = 70873 ", "limit = 70873.5 ", MI), DAY_RULE, "“limit”"),
    "limit below nought": (change("limit = 70873 ", "limit = -1 ", MI), DAY_RULE, "“limit”"),
    "factor of nought": (change('factor = "1"', 'factor = "0"', MI), DAY_RULE, "“factor”"),
    "factor of words": (change('factor = "1"', 'factor = "one"', MI), DAY_RULE, "“factor”"),
    "factor as a number": (change('factor = "1"', "factor = 1", MI), DAY_RULE, "“factor”"),
    "no source of a rule": (change('cite = "R 333.274 / R 420.506"', 'cite = " "', MI), DAY_RULE, "“cite”"),
    "two pools of one name": (change('id = "thirty"', 'id = "day"', MI), "version day-and-30", "pool day"),
    "outage mode": (change('"local-ledger"', '"as-you-like"', MI), "state_check", "“as-you-like”"),
    "expiry": (change('expiry = "end-of-day", validity', 'expiry = "noon", validity', MI), "card", "“noon”"),
    "returns": (
        change("returns_give_back = false", "returns_give_back = true", MI), "defaults", "“returns_give_back = true”",
    ),
    "returns as a text": (
        change("returns_give_back = false", 'returns_give_back = "no"', MI), "defaults", "must be true or false",
    ),
    "zone": (change('"America/Detroit"', '"America/Huron"', MI), "programme us-mi-medical", "“America/Huron”"),
    "no date of reading": (change("checked_on = 2026-11-23\n", "", MI), "programme us-mi-medical", "“checked_on”"),
    "date and time": (change("2026-11-23", "2026-11-23T10:00:00", MI), "programme us-mi-medical", "“checked_on”"),
    "schema": (change("purchase-limits/1", "purchase-limits/9", MI), "", "purchase-limits/9"),
    "no schema": (change('schema = "purchase-limits/1"', "", MI), "", "“schema”"),
    "key on top": ('region = "east"\n' + MI, "", "“region”"),
    "key of the defaults": (change("returns_give_back", "give_back", MI), "defaults", "“give_back”"),
    "key of the units": (change("[defaults]", "gram_mg = 1000\n[defaults]", MI), "units", "“gram_mg”"),
    "no minute": (change("minutes = 15", "minutes = 0", MI), "defaults", "“state_check_max_age_minutes”"),
    "a table that is none": (change(f"window = {DAY}", "window = 3", MI), DAY_RULE, "“window”"),
    "a flag that is none": (change("required = true", 'required = "yes"', MI), "state_check", "“required”"),
    "a list that is none": (change('excluded = ["accessory"]', "excluded = 3", MI), "day-and-30", "“excluded”"),
    "members that are none": (change("members = [\n", "members = 3\nother = [\n", MI), DAY_RULE, "“members”"),
    "not TOML": (MI + "\n[[", "", "cannot be read as TOML"),
    "no programme": (MI[: MI.index("[[programme]]")], "", "“programme”"),
    "two programmes": (MI + MI[MI.index("[[programme]]") :], "", "holds 2"),
    "versions that overlap": (
        MI + MI[MI.index("[[programme.version]]") :].replace("day-and-30", "next"),
        "programme us-mi-medical", "overlap",
    ),
}  # fmt: skip

ALL = [
    *(pytest.param(text, FLOWER_POOL, what, id=name) for name, (text, what) in POOLS.items()),
    *(pytest.param(*told, id=name) for name, told in (OTHERS | SHIPPED).items()),
]


@pytest.mark.parametrize(("text", "where", "what"), ALL)
def test_a_pack_with_anything_unknown_is_refused_whole(text: str, where: str, what: str) -> None:
    with pytest.raises(PackError) as refused:
        parse_pack(text, FILE)
    sentence = refused.value.sentence
    assert sentence.startswith(f"The rule pack {FILE} was not taken over. ")
    assert sentence.endswith("The rules in force before it stay in force.")
    assert where in sentence
    assert what in sentence
    assert isinstance(refused.value, BadInput)


KEYS = (
    "schema", "pack", "pack_version", "id", "state", "name", "regulator", "tracking", "zone", "as_of", "checked_on",
    "confidence", "source", "card", "summary", "title", "limit", "as_written", "cite", "window", "members",
)  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_nothing_that_a_rule_needs_may_be_missing_or_be_said_twice(key: str) -> None:
    lines = of_pool().splitlines()
    found = [line for line in lines if line.startswith(f"{key} =")]
    without = "\n".join(line for line in lines if not line.startswith(f"{key} ="))
    for text in (without, of_pool().replace(found[0], f"{found[0]}\n{found[0]}", 1)):
        with pytest.raises(PackError):
            parse_pack(text, FILE)
