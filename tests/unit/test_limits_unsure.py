"""What a pack leaves open is reported, so that a live store asks for a confirmation before it sells by it."""

from __future__ import annotations

from datetime import date

import pytest

from pos_desktop.domain.limits.pack import PackError, parse_pack
from pos_desktop.domain.limits.programme import Programme
from tests.fixtures.limit_packs import DAY, NAMES, pack, pool, programme, version

TODAY = date(2026, 11, 26)
FIRST, CERTIFIED = "periods that begin with the first purchase", "periods that begin with the certification"
UNCOUNTED = "selling without a limit what no allotment counts"
ZONE = "in which time zone the registry’s days begin"
OPEN = {
    "us-al-medical": {f"window of supply ({FIRST})"},
    "us-ar-medical": {"on which day the state began to return amounts to the minute", "window of allotment"},
    "us-co-medical": {UNCOUNTED, "the daily cap on infused products"},
    "us-ct-medical": {f"window of month ({FIRST})"},
    "us-ky-medical": {
        ZONE, "how the parts of a mixed basket add up", "window of thirty-day-supply", "window of ten-day-supply",
    },
    "us-la-medical": {"whether a caregiver may buy"},
    "us-ma-medical": {
        "the amount for a certification of less than 60 days", "the equivalents of infused products", "window of sixty",
    },
    "us-me-medical": {"the programme as a whole", UNCOUNTED},
    "us-ms-medical": {"how much flower one MMCEU is (3.5 g here, 1 g by one source)"},
    "us-ny-medical": {f"window of supply ({CERTIFIED})"},
    "us-oh-medical": {
        "later rule changes under the Division of Cannabis Control", f"window of fill ({CERTIFIED})",
    },
    "us-pr-medical": {f"window of supply ({FIRST})"},
    "us-sd-medical": {ZONE},
    "us-wv-medical": {
        "what an individual dose is, and so how many days a product supplies", f"window of supply ({CERTIFIED})",
    },
}  # fmt: skip
SURE = {
    "us-az-medical", "us-dc-medical", "us-de-medical", "us-hi-medical", "us-md-medical", "us-mi-medical",
    "us-mo-medical", "us-mt-medical", "us-nd-medical", "us-ok-medical", "us-ri-medical", "us-ut-medical",
    "us-va-medical", "us-wa-medical",
}  # fmt: skip
NOT_SETTLED = ("not read", "not established", "assumed", "was not", "believed", "placeholder")


@pytest.mark.parametrize(("name", "expected"), OPEN.items(), ids=OPEN.keys())
def test_what_a_note_leaves_open_is_to_be_confirmed(name: str, expected: set[str]) -> None:
    assert set(programme(name).unsure_of(TODAY)) == expected


def test_the_programmes_that_need_no_confirmation() -> None:
    assert {name for name in NAMES if not programme(name).unsure_of(TODAY)} == SURE


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_whose_text_doubts_itself_is_unsure_on_that_day(name: str) -> None:
    rules = programme(name)
    for each in rules.versions:
        told = f"{each.notes} {each.summary} {rules.zone_note} {rules.caregiver}"
        if any(words in told.lower() for words in NOT_SETTLED):
            assert rules.unsure_of(each.effective_from or each.effective_to or TODAY), (each.id, told)


def sure(text: str) -> str:
    return text.replace('confidence = "uncertain"', 'confidence = "sourced"', 1)


def read(text: str) -> Programme:
    return parse_pack(sure(text), "us-xx-medical.toml")


def test_goods_that_pass_uncounted_need_a_source() -> None:
    allowed = 'uncounted = "allow"'
    assert read(pack(version(pool()))).unsure_of(TODAY) == ()
    assert read(pack(version(pool(), more=allowed))).unsure_of(TODAY) == (UNCOUNTED,)
    cited = read(pack(version(pool(), more=f'{allowed}\nuncounted_cite = "rule 7"')))
    assert (cited.unsure_of(TODAY), cited.versions[0].uncounted_cite) == ((), "rule 7")
    default = sure(pack(version(pool()))).replace("[[programme]]", f"[defaults]\n{allowed}\n[[programme]]", 1)
    assert parse_pack(default, "x.toml").unsure_of(TODAY) == (UNCOUNTED,)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ('uncounted_cite = "rule 7"', '“uncounted_cite” belongs to “uncounted = "allow"”'),
        ('uncounted = "allow"\nuncounted_cite = "  "', "“uncounted_cite” must be a text, and is “  ”"),
        ('unsettled = "the cap"', "“unsettled” must be a list of texts"),
        ('unsettled = ["the cap."]', "“the cap.” in “unsettled” must be a text without blanks or a full stop"),
        ('unsettled = [" the cap"]', "“ the cap” in “unsettled” must be a text without blanks or a full stop"),
        ('unsettled = [" "]', "“unsettled” must be a list of texts"),
    ],
)  # fmt: skip
def test_what_is_said_of_it_is_checked(more: str, why: str) -> None:
    with pytest.raises(PackError) as refused:
        read(pack(version(pool(), more=more)))
    assert f"programme us-xx-medical, version sample: {why}" in refused.value.sentence


def test_programme_and_version_say_in_words_what_is_not_settled() -> None:
    rules = read(
        pack(
            version(pool(), more='effective_to = 2026-01-01\nunsettled = ["the cap"]'),
            version(pool(), name="next", more="effective_from = 2026-01-02"),
            more='unsettled = ["the zone", "the caregiver"]',
        )
    )
    assert rules.unsure_of(date(2026, 1, 1)) == ("the zone", "the caregiver", "the cap")
    assert rules.unsure_of(date(2026, 1, 2)) == ("the zone", "the caregiver")


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (DAY, "window of flower"),
        ('{ shape = "fill-period", days = 30, anchor = "first-purchase" }', f"window of flower ({FIRST})"),
        ('{ shape = "fill-period", days = 30, anchor = "certification" }', f"window of flower ({CERTIFIED})"),
    ],
)
def test_a_window_of_periods_says_where_they_are_taken_to_begin(window: str, said: str) -> None:
    unsure = 'window_confidence = "uncertain"'
    assert read(pack(version(pool(window=window, more=unsure)))).unsure_of(TODAY) == (said,)
    assert read(pack(version(pool(window=window)))).unsure_of(TODAY) == ()
    both = f'{unsure}\nconfidence = "uncertain"'
    assert read(pack(version(pool(window=window, more=both)))).unsure_of(TODAY) == ("allotment flower",)


def test_an_unsettled_relief_counts_through_its_last_day() -> None:
    relief = (
        'relief = [{ id = "storm", effective_from = 2026-11-20, effective_to = 2026-11-26, cite = "x", '
        'confidence = "uncertain", caps = [{ categories = ["flower"], basis = "net_mg", limit = 1 }] }]'
    )
    rules = read(pack(version(pool(), more=relief)))
    days = [date(2026, 11, day) for day in (1, 26, 27)]
    assert [rules.unsure_of(each) for each in days] == [("relief storm",), ("relief storm",), ()]
