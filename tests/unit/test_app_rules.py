"""What a programme leaves open, a citation that says something, and what a store can do under its tracking system."""

from __future__ import annotations

from datetime import date

import pytest

from pos_desktop.app.rules import good_citation, unsettled
from pos_desktop.composition.programmes import load_programme
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.limits.abilities import abilities
from pos_desktop.domain.limits.lint import doubts

SLOWDOWN = "relief june-2023-slowdown"


@pytest.mark.parametrize(
    ("programme", "day", "unsure"),
    [
        ("us-mi-medical", date(2026, 11, 26), ()),
        ("us-pa-medical", date(2026, 11, 26), ("the programme as a whole",)),
        ("us-nj-medical", date(2026, 11, 26), ("window of thirty",)),
        ("us-il-medical", date(2026, 11, 26), ("version metrc-unit-weight", "allotment adequate-supply")),
        ("us-il-medical", date(2024, 11, 26), ()),
        ("us-md-medical", date(2023, 6, 1), (SLOWDOWN,)),
        ("us-md-medical", date(2026, 11, 26), ()),
    ],
)
def test_what_is_open_on_a_day(programme: str, day: date, unsure: tuple[str, ...]) -> None:
    assert load_programme(programme).unsure_of(day) == unsure


def test_a_relief_is_asked_about_through_its_last_day() -> None:
    rules = load_programme("us-md-medical")
    (relief,) = rules.versions[-1].reliefs
    assert rules.unsure_of(relief.effective_to) == (SLOWDOWN,)
    assert any(SLOWDOWN in each for each in doubts(rules, "us-md-medical.toml")), (
        "who edits it is told for good"
    )


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "a\tb", "\x1b[1mbold", "x" * 501])
def test_a_citation_says_something_in_one_line(text: str) -> None:
    with pytest.raises(BadInput, match="Nothing was changed"):
        good_citation(text)


def test_a_citation_is_kept_without_blanks_around_it() -> None:
    assert good_citation("  35 P.S. § 10231, read 2026-11-20 ") == "35 P.S. § 10231, read 2026-11-20"
    assert good_citation("x" * 500) == "x" * 500


def test_what_is_unsettled_is_named_with_the_programme() -> None:
    rules = load_programme("us-nj-medical")
    assert unsettled(rules, ("window of thirty",)) == (
        f"No source settles these rules of {rules.name}: window of thirty."
    )


def test_a_store_hears_what_works_only_where_something_does_not() -> None:
    metrc, other = (abilities(load_programme(each)) for each in ("us-mi-medical", "us-la-medical"))
    assert metrc.lines == ("Sales are reported to METRC.",)
    assert other.lines[0] == "No connection to this state’s system."
    assert [each.split(":")[0] for each in other.lines[1:]] == ["What works", "What does not"]
