"""A pack that can be used and is odd: each oddity is named once, with its rule, and what is whole is not."""

from __future__ import annotations

import pytest

from pos_desktop.domain.limits.lint import doubts
from pos_desktop.domain.limits.pack import PackError, parse_pack
from tests.fixtures.limit_bad_packs import CAP, RAW, SHARE, THC
from tests.fixtures.limit_packs import FLOWER, NAMES, pack, pool, text_of, version

FILE = "us-xx-medical.toml"
HERE = "version sample, allotment flower: "
BEGUN = "effective_from = 2026-01-20"


def found(text: str) -> list[str]:
    """Without what is said of ages, which has tests of its own."""
    sure = text.replace('confidence = "uncertain"', 'confidence = "sourced"', 1)
    return [each for each in doubts(parse_pack(sure, FILE), FILE, sure) if "at the age of" not in each]


def one(*parts: str, more: str = "", **told: str) -> str:
    return pack(version(*parts, more=more), **told)


def gate(name: str, kind: str, more: str) -> str:
    return f'[[programme.version.gate]]\nid = "{name}"\nkind = "{kind}"\ncite = "law"\n{more}\n'


def relief(first: str, last: str, name: str = "r") -> str:
    return (
        f'[[programme.version.relief]]\nid = "{name}"\ncite = "law"\neffective_from = {first}\n'
        f"effective_to = {last}\n{CAP}\n"
    )


def rolling(days: int, name: str = "flower") -> str:
    return pool(name, window=f'{{ shape = "rolling-days", returns_after_days = {days} }}')


def tiers(*ends: str) -> str:
    alone = FLOWER.replace('"flower", "preroll"', '"flower"')
    parts = (alone.replace(" }", f", potency_bp = {each} }}") for each in ends)
    return pool(members=", ".join(parts))


def counted(basis: str, factor: str = "1", unit: str = "mg") -> str:
    member = FLOWER.replace("net_mg", basis).replace('"1"', f'"{factor}"')
    return pool(members=member, more=f'unit = "{unit}"')


FORBIDDEN = gate("raw", "forbidden-categories", 'categories = ["flower", "preroll"]')
VISITORS = pool("visitors", more='when = { holder = "visitor" }')
ASKED = "required = true"
RAW_LABELLED = RAW.replace("basis", 'label = "raw plant", basis')
AUTHORISED = 'categories = ["flower"]\nauthorisation = "vaporised-flower"'
LIMIT_OF_NOUGHT = f"{HERE}its limit is nought, so nothing that it counts can ever be sold"
ODD = {
    "visitors without their card": (
        one(pool(), VISITORS),
        ("version sample, allotment visitors: it is for visitors, and “kinds” of the card names "
         "no visitor’s card, so nobody reaches it"),
    ),
    "all of it forbidden": (
        one(pool(), FORBIDDEN), f"{HERE}all that it counts is forbidden (raw), so nothing reaches it",
    ),
    "forbidden by two gates": (
        one(
            pool(), gate("a", "forbidden-categories", 'categories = ["flower"]'),
            gate("b", "forbidden-categories", 'categories = ["preroll"]'),
        ),
        f"{HERE}all that it counts is forbidden (a, b), so nothing reaches it",
    ),
    "a limit of nought": (one(pool(limit=0)), LIMIT_OF_NOUGHT),
    "the lesser of nought": (one(pool(limit=0, more='allowance = { mode = "lesser" }')), LIMIT_OF_NOUGHT),
    "a hole between tiers": (
        one(tiers("[0, 2300]", "[2302, 3500]")),
        f"{HERE}no tier names flower of more than 23.00 % and less than 23.02 %, so it is refused",
    ),
    "a hole between tiers out of order": (
        one(tiers("[2405, 3500]", "[0, 2300]")),
        f"{HERE}no tier names flower of more than 23.00 % and less than 24.05 %, so it is refused",
    ),
    "THC as weight": (one(counted("thc_mg")), f"{HERE}it counts “thc_mg”, in mg-thc, one for one as mg"),
    "weight as THC": (one(counted("net_mg", unit="mg-thc")), f"{HERE}it counts “net_mg”, in mg, one for one as mg-thc"),
    "a window beyond the history": (
        one(rolling(30), more=f"{BEGUN}\nhistory_from = 2026-01-01"),
        (f"{HERE}its window of 30 days reaches back beyond “history_from”, 2026-01-01, until 2026-01-30: purchases "
         "before that day are not counted"),
    ),
    "a history after the beginning": (
        one(pool(), more=f"{BEGUN}\nhistory_from = 2026-01-21"),
        ("version sample: “history_from” is 2026-01-21, after the version begins, so purchases made under it before "
         "that day are not counted"),
    ),
    "a history of a version without beginning": (
        one(pool(), more="history_from = 2026-01-21"),
        ("version sample: “history_from” is 2026-01-21, after the version begins, so purchases made under it before "
         "that day are not counted"),
    ),
    "a relief before the version": (
        one(pool(), relief("2026-01-01", "2026-01-19"), more=BEGUN, state_check=ASKED),
        "version sample, relief r: its days lie outside the version’s, so it is never in force",
    ),
    "a relief after the version": (
        pack(
            version(pool(), relief("2026-01-21", "2026-01-22"), more="effective_to = 2026-01-20"),
            version(pool().replace("wording", "words"), name="next", more="effective_from = 2026-01-21"),
            state_check=ASKED,
        ),
        "version sample, relief r: its days lie outside the version’s, so it is never in force",
    ),
    "two reliefs on one day": (
        one(
            pool(), relief("2026-01-01", "2026-01-05", "a"), relief("2026-01-05", "2026-01-09", "b"), state_check=ASKED,
        ),
        "version sample, relief b: it overlaps relief a, which alone counts on the days of both",
    ),
    "two reliefs, the earlier one last": (
        one(
            pool(), relief("2026-01-05", "2026-01-09", "a"), relief("2026-01-01", "2026-01-05", "b"), state_check=ASKED,
        ),
        "version sample, relief b: it overlaps relief a, which alone counts on the days of both",
    ),
    "the last version ends": (
        one(pool(), more="effective_to = 2026-01-20"),
        "version sample: it ends on 2026-01-20 and none follows, so nothing is sold after that",
    ),
    "an unknown card": (
        one(pool(), card='kinds = ["registery"]'), "card: the kind “registery” is none that this program has words for",
    ),
    "days of a temporary card": (
        one(pool(), card='kinds = ["registry"], temporary_max_days = 30'),
        "card: “temporary_max_days” speaks of the kind “temporary”, which “kinds” does not name, so it changes nothing",
    ),
    "hours of an application": (
        one(pool(), card='kinds = ["registry"], application_hours = '
            '{ open = "08:00", close = "17:00", weekdays = [1], cite = "law" }'),
        ("card: “application_hours” speaks of the kind “application”, which “kinds” does not name, "
         "so it changes nothing"),
    ),
    "a year to come": (
        one(pool()).replace("as_of = 2024", "as_of = 2027"),
        "“as_of” is 2027, and the sources were read on 2026-11-23 already",
    ),
    "another pack": (
        one(pool()).replace('pack = "us-xx-medical"', 'pack = "us-yy-medical"'),
        "“pack” is us-yy-medical, and the programme is us-xx-medical",
    ),
    "versions out of order": (
        pack(
            version(pool(), name="new", more="effective_from = 2026-01-02"),
            version(pool(), name="old", more="effective_to = 2026-01-01"),
        ),
        "version old stands after new in the file and begins before it: write the versions in the order of their dates",
    ),
    "no label": (
        one(pool().replace('label = "Sample flower"', "")),
        f"{HERE}it has no label, so its meter shows the whole title, “Sample allotment flower”",
    ),
    "no label of a way": (
        one(pool(limit=None, members=f"{RAW_LABELLED}, {THC}", more=SHARE)),
        f"{HERE}its way thc has no label, so people read “thc”",
    ),
    "no label of a gate": (
        one(pool(), gate("vapor", "needs-authorisation", AUTHORISED)),
        "version sample, gate vapor: it has no label, so F7 asks for “vaporised-flower”",
    ),
    "a category twice": (
        one(pool(members=FLOWER.replace("preroll", "flower"))),
        "version sample, pool flower: “flower” stands twice in “categories”",
    ),
    "a category left out twice": (
        one(pool()).replace('["accessory"]', '["accessory", "accessory"]'),
        "version sample: “accessory” stands twice in “excluded”",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "doubt"), ODD.values(), ids=ODD.keys())
def test_each_slip_is_named_once_and_nothing_else(text: str, doubt: str) -> None:
    assert found(text) == [doubt]


WHOLE = {
    "a plain one": one(pool()),
    "visitors with their card": one(pool(), VISITORS, card='kinds = ["registry", "visitor"]'),
    "residents alone": one(pool(more='when = { holder = "resident" }')),
    "some of it forbidden": one(pool(), gate("raw", "forbidden-categories", 'categories = ["flower"]')),
    "visits": one(pool(members="", more='kind = "visits"\nunit = "visit"'), FORBIDDEN),
    "a limit of one": one(pool(limit=1)),
    "nought to replace": one(pool(limit=0, more='allowance = { mode = "replace" }')),
    "a dose": one(pool(limit=None, more='allowance = { mode = "dose", days = 60 }')),
    "tiers that touch": one(tiers("[0, 2300]", "[2301, 3500]")),
    "a tier of one potency": one(tiers("[2300, 2300]")),
    "an equivalency": one(counted("thc_mg", "28000/800")),
    "units": one(counted("net_mg", unit="milli-unit")),
    "a history that is long enough": one(rolling(30), more="effective_from = 2026-01-30\nhistory_from = 2026-01-01"),
    "no window": one(pool(window='{ shape = "transaction" }'), more=f"{BEGUN}\nhistory_from = 2026-01-20"),
    "a day": one(pool(), more=f"{BEGUN}\nhistory_from = 2026-01-20"),
    "a relief of the first day": one(pool(), relief("2026-01-01", "2026-01-20"), more=BEGUN, state_check=ASKED),
    "reliefs one after the other": one(
        pool(), relief("2026-01-01", "2026-01-04", "a"), relief("2026-01-05", "2026-01-09", "b"), state_check=ASKED
    ),
    "the kinds that rules speak of": one(
        pool(), card='kinds = ["registry", "temporary", "application"], temporary_max_days = 30, application_hours = '
        '{ open = "08:00", close = "17:00", weekdays = [1], cite = "law" }'
    ),
    "the year of reading": one(pool()).replace("as_of = 2024", "as_of = 2026"),
    "versions in order": pack(
        version(pool(), name="old", more="effective_to = 2026-01-01"),
        version(pool().replace("sample wording", "new wording"), name="new", more="effective_from = 2026-01-02"),
    ),
    "labels": one(pool(), gate("vapor", "needs-authorisation", f'{AUTHORISED}\nlabel = "Vapor"')),
    "another gate": one(pool(), gate("young", "buyer-min-age", "age = 18")),
}  # fmt: skip


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE.keys())
def test_what_is_whole_is_not_doubted(text: str) -> None:
    assert found(text) == []


def test_a_relief_of_the_last_day_is_in_force() -> None:
    text = one(
        pool(), relief("2026-01-20", "2026-01-22"), more="effective_to = 2026-01-20", state_check=ASKED
    )
    assert not [each for each in found(text) if "relief" in each]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (one(pool(), card="kinds = []"), "card: “kinds” must name at least one"),
        (one(pool(), card='kinds = ["registry", "registry"]'), "card: the kind registry stands there twice"),
        (one(pool()).replace('["sample"]', "[]"), "“source” must name at least one"),
        (one(pool()).replace('["sample"]', '[" "]'), "“source” must be a list of texts"),
        (one(pool(), state_check='required = true, outage = "certification", outage_cite = " "'),
         "state_check: “outage_cite” must be a text, and is “ ”"),
        (one(pool(more='label = " "')), "pool flower: “label” must be a text, and is “ ”"),
        (one(pool(), more='notes = ""'), "version sample: “notes” must be a text, and is “”"),
        (one(pool(), more="").replace("state_check =", 'new_patient_fields = ["shoe_size"]\nstate_check ='),
         "“shoe_size” in “new_patient_fields” is not known to this program"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_refused(text: str, why: str) -> None:
    with pytest.raises(PackError) as refused:
        parse_pack(text, FILE)
    assert why in refused.value.sentence


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_pack_has_no_slip(name: str) -> None:
    text = text_of(name)
    told = doubts(parse_pack(text, f"{name}.toml"), f"{name}.toml", text)
    known = (
        "no source settles", "at the age of", "sold without a limit", "source was not read",
        "“history_from”, 2022-03-01",
    )  # fmt: skip
    assert not [each for each in told if not any(words in each for words in known)]
