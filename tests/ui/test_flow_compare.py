"""A day compared from the room of the reports: the real comparison, a real store, a sandbox behind a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pos_desktop.ui.flows.floor import COMPARE_DAY
from pos_desktop.ui.presenter.comparing import (
    COMPARE,
    EARLIER,
    LATER,
    PICK,
    Part,
)
from pos_desktop.ui.sheet_state import ReasonSheet
from pos_desktop.ui.state import Tone
from tests.fixtures.compare_shops import CompareShop, mixed_day, story_of
from tests.fixtures.reconciled_day import DAY, ReconciledDay, reconciled_day

YESTERDAY = DAY - timedelta(days=1)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[ReconciledDay]:
    with reconciled_day(tmp_path) as running:
        yield running


# -- the day


def test_it_opens_on_yesterday_and_starts_nothing(day: ReconciledDay) -> None:
    shop = CompareShop(day)
    shop.do.back.emit()
    shop.do.fix.emit(COMPARE)
    assert (shop.room.day, shop.room.day_note) == ("Tue Apr 7, 2026", "yesterday")
    assert (shop.room.start.label, shop.room.filters, shop.room.tools) == ("Compare", (), ())
    assert shop.at.comparing.names == []


def test_days_go_back_and_forth_and_never_past_today(day: ReconciledDay) -> None:
    shop = CompareShop(day, on=YESTERDAY)
    assert [each.key for each in shop.room.days] == ["←", "→", "D"]
    shop.do.fix.emit(LATER)
    assert shop.room.day_note == "today; the day is not over"
    assert [each.key for each in shop.room.days] == ["←", "D"]
    shop.do.fix.emit(LATER)
    assert shop.room.day == "Wed Apr 8, 2026"
    shop.do.fix.emit(EARLIER)
    shop.do.fix.emit(EARLIER)
    assert (shop.room.day, shop.room.day_note) == ("Mon Apr 6, 2026", "")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("03/09/2026", "Mon Mar 9, 2026"), ("3/9/2026", "Mon Mar 9, 2026"), (" 2026-03-09 ", "Mon Mar 9, 2026")],
)
def test_a_day_is_typed(day: ReconciledDay, typed: str, shown: str) -> None:
    shop = CompareShop(day)
    shop.do.fix.emit(PICK)
    shop.do.form.emit({"day": typed})
    assert (shop.room.day, shop.at.floor.sheet) == (shown, None)


@pytest.mark.parametrize("typed", ["", "yesterday", "02/30/2026", "2026-04-09", "04/09/26"])
def test_what_is_no_day_can_be_mended(day: ReconciledDay, typed: str) -> None:
    shop = CompareShop(day)
    shop.do.fix.emit(PICK)
    shop.do.form.emit({"day": typed})
    sheet = shop.at.floor.sheet
    assert shop.at.floor.sheet_kind == COMPARE_DAY
    assert isinstance(sheet, ReasonSheet)
    assert sheet.field.error
    assert shop.room.day == "Wed Apr 8, 2026"


def test_a_day_before_the_store_had_a_state_is_refused_in_words(day: ReconciledDay) -> None:
    shop = CompareShop(day, on=date(2025, 12, 31))
    shop.compare()
    assert "the first day that the state is asked for" in shop.at.said
    assert shop.room.running is None


# -- what is found


def test_a_day_without_a_sale(day: ReconciledDay) -> None:
    shop = CompareShop(day, on=YESTERDAY)
    shop.compare()
    assert shop.room.empty_title == "No sale was made on Tue Apr 7, and the state shows none."
    assert [shop.count(part) for part in Part] == [0] * 8
    assert (shop.room.start.label, shop.room.story) == ("Compare again", None)
    for part in Part:
        assert shop.show(part) == []
        assert shop.room.empty_title or shop.room.empty_text


def test_what_agrees_is_only_counted(day: ReconciledDay) -> None:
    for _ in range(3):
        day.report(day.sell())
    shop = CompareShop(day)
    shop.compare()
    assert shop.room.summary == "Compared Wed Apr 8, 12:00 PM · 3 sales match"
    assert shop.room.empty_title == "All 3 sales of Wed Apr 8 are at the state as they were sold."
    assert shop.room.total == 0


def test_each_kind_of_difference_has_its_list_with_the_person_s_first(day: ReconciledDay) -> None:
    mixed_day(day)
    shop = CompareShop(day)
    shop.compare()
    assert "1 sale matches · 6 need a person · 1 settles by itself" in shop.room.summary
    assert [title for title, _ in shop.show(Part.TO_SETTLE)][-1] == "R1-1-0000006"
    assert shop.show(Part.HERE) == [
        ("R1-1-0000005", "Refused, not there"),
        ("R1-1-0000006", "Waits to be sent"),
    ]
    assert shop.show(Part.THERE) == [("Receipt 6", "Of no register of ours")]
    assert shop.show(Part.DIFFERS) == [("R1-1-0000002", "Differs")]
    assert shop.show(Part.VOIDED) == [("R1-1-0000004", "Voided there only")]
    assert shop.show(Part.TWICE) == [("R1-1-0000003", "More than once there")]
    assert shop.show(Part.PACKAGES)[0] == ("Package …00000011", "Quantity differs")


def test_both_sides_stand_field_by_field_and_cards_end_in_four(day: ReconciledDay) -> None:
    mixed = mixed_day(day)
    day.edit(mixed.equal, "1", PatientLicenseNumber="P-2000011", SalesDateTime="2026-04-08T08:30:00.000")
    shop = CompareShop(day)
    shop.compare()
    story_of(shop, Part.DIFFERS)
    fields = {each.label: (each.here, each.there) for each in shop.story.sides}
    assert fields == {
        "Time": ("2026-04-08 08:01:00", "2026-04-08 08:30:00"),
        "Patient’s card": ("…0003", "…0011"),
    }
    story_of(shop, Part.DIFFERS, 1)
    assert {each.label: (each.here, each.there) for each in shop.story.sides} == {
        "Total before tax": ("$38.50", "$41.00"),
        "Amount · …00000002": ("$38.50", "$41.00"),
    }
    assert shop.story.advice == "Correct receipt 2 in the state’s system."
    everything = ""
    for part in Part:
        shop.show(part)
        for row in range(shop.room.total):
            shop.do.report_at.emit(row)
            everything += str(shop.room)
    assert "…0003" in everything
    assert "P-20000" not in everything
    assert "typed by hand" not in everything, "somebody's free text may hold anything"


def test_one_that_is_on_one_side_shows_that_side(day: ReconciledDay) -> None:
    mixed_day(day)
    shop = CompareShop(day)
    shop.compare()
    story_of(shop, Part.THERE)
    assert [(each.here, each.there) for each in shop.story.sides] == [
        ("not there", "sale in force"), ("–", "9:17 AM"), ("–", "$38.50"), ("–", "…0003")
    ]  # fmt: skip
    story_of(shop, Part.TWICE)
    assert (shop.story.sides[0].here, shop.story.sides[0].there) == ("sale in force", "2 receipts in force")
    assert "Void the extra receipt in the state’s system: 4. Receipt 3 stays." in shop.story.advice


def test_a_package_tells_both_figures_and_which_sales_are_part_of_it(day: ReconciledDay) -> None:
    mixed_day(day)
    shop = CompareShop(day)
    shop.compare()
    story_of(shop, Part.PACKAGES)
    assert (shop.story.sides[0].here, shop.story.sides[0].there) == ("1,000.00 g", "997.50 g")
    assert ("Difference", "−2.50 g") in shop.story.facts
    shop.do.report_at.emit(2)
    assert ("From sale ST1-R1-1-0000003", "−3.50 g") in shop.story.facts


def test_a_long_list_is_put_into_words_as_it_comes_in_sight(day: ReconciledDay) -> None:
    for _ in range(230):
        day.sell()
    shop = CompareShop(day)
    shop.compare()
    assert (shop.room.total, list(shop.room.pages)) == (230, [0, 1])
    shop.do.report_rows.emit(200, 212)
    assert 4 in shop.room.pages
    shop.do.report_at.emit(229)
    assert (shop.room.at, shop.story.title) == (229, "Sale R1-1-0000230")


def test_the_room_of_another_day_shows_nothing_of_this_one(day: ReconciledDay) -> None:
    mixed_day(day)
    shop = CompareShop(day)
    shop.compare()
    shop.do.fix.emit(EARLIER)
    assert (shop.room.filters, shop.room.story, shop.room.summary) == ((), None, "")
    shop.do.fix.emit(LATER)
    assert shop.count(Part.TO_SETTLE) == 7


# -- the next run verifies


def test_what_was_put_right_is_said_to_be_settled_and_the_rest_since_when(day: ReconciledDay) -> None:
    mixed = mixed_day(day)
    shop = CompareShop(day)
    shop.compare()
    assert {row.due for row in shop.room.pages[0]} == {"new"}
    day.void_there(mixed.extra)
    shop.compare()
    assert "1 earlier difference is settled" in shop.room.summary
    assert shop.show(Part.SETTLED) == [("R1-1-0000003", "Settled")]
    assert shop.story.tone is Tone.GOOD
    assert ("It was", "more than once at the state") in shop.story.facts
    shop.show(Part.TO_SETTLE)
    assert {row.due for row in shop.room.pages[0]} == {"since Wed Apr 8"}
    shop.compare()
    assert shop.show(Part.SETTLED) == []


def test_when_only_good_news_is_left_it_is_shown_first(day: ReconciledDay) -> None:
    item = day.sell()
    day.report(item)
    extra = day.post_again(item)
    shop = CompareShop(day)
    shop.compare()
    day.void_there(extra)
    shop.compare()
    assert [each.id for each in shop.room.filters if each.chosen] == [Part.SETTLED]
