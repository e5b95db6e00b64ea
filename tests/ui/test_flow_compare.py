"""A day compared from the room of the reports: the real comparison, a real store, a sandbox behind a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.instant import SECOND_US
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.storage.kept_findings import FindingsFile
from pos_desktop.ui.flows.floor import COMPARE_DAY, COMPARE_FOLDER
from pos_desktop.ui.flows.picture import key_hints
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.presenter.comparing import (
    CANCEL,
    CERTIFICATE,
    COMPARE,
    EARLIER,
    LATER,
    LOOK,
    OPEN,
    PICK,
    Part,
)
from pos_desktop.ui.room_state import CompareRoom, ReportsRoom
from pos_desktop.ui.sheet_state import ReasonSheet
from pos_desktop.ui.state import Tone
from tests.fixtures.builders import DUTY, MANAGER
from tests.fixtures.compare_shops import CompareShop, mixed_day
from tests.fixtures.reconciled_day import DAY, ReconciledDay, reconciled_day
from tests.fixtures.report_shops import Shop

YESTERDAY = DAY - timedelta(days=1)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[ReconciledDay]:
    with reconciled_day(tmp_path) as running:
        yield running


def remembered(day: ReconciledDay) -> bytes:
    kept = day.folder / "reconcile.json"
    return kept.read_bytes() if kept.exists() else b""


def story_of(shop: CompareShop, part: Part, row: int = 0) -> None:
    shop.show(part)
    shop.do.report_at.emit(row)


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


# -- how far it is, and cancelling


def test_progress_is_a_count_and_minutes_only_where_they_were_measured(day: ReconciledDay) -> None:
    for _ in range(40):
        day.report(day.sell())
    shop, said = CompareShop(day), []

    def told(done: int, of: int) -> None:
        shop.at.till.memory.clock.move(5 * SECOND_US)
        shop.at.controller._reports.tick()
        assert shop.room.running is not None
        said.append((shop.room.running.text, shop.room.running.ppm))

    shop.comparisons.told = told
    shop.at.comparing.at_once = False
    shop.compare()
    running = shop.room.running
    assert running is not None
    assert (running.text, running.ppm) == ("The state’s list of receipts is being read.", 0)
    shop.at.comparing.run()
    assert said[2] == ("3 of 40 receipts read. The packages follow.", 75_000)
    assert said[19] == ("20 of 40 receipts read, about 2 min left for them. The packages follow.", 500_000)
    assert said[-1] == ("40 of 40 receipts read. The packages follow.", 1_000_000)
    assert shop.room.running is None


@pytest.mark.parametrize("after", [0, 2, 5])
def test_cancelled_in_the_middle_it_changes_nothing(day: ReconciledDay, after: int) -> None:
    """Before the first receipt, between two, and after the last, when only packages are left to be read."""
    for _ in range(5):
        day.report(day.sell())
    day.sell()
    shop = CompareShop(day)
    shop.compare()
    before = remembered(day)
    day.post_again(day.sell())
    shop.comparisons.told = lambda done, _: shop.do.fix.emit(CANCEL) if done == after else None
    shop.at.comparing.at_once = False
    shop.compare()
    if not after:
        shop.do.fix.emit(CANCEL)
        assert shop.room.running is not None
        assert shop.room.running.text.startswith("Stopping")
    shop.at.comparing.run()
    assert shop.at.said == "The comparison was cancelled. Nothing was changed."
    assert remembered(day) == before
    assert shop.count(Part.TO_SETTLE) == 1, "what was compared before still stands"
    shop.comparisons.told = lambda _done, _of: None
    shop.at.comparing.at_once = True
    shop.compare()
    assert shop.count(Part.TO_SETTLE) == 2


def test_two_do_not_run_at_once_and_the_day_stays_meanwhile(day: ReconciledDay) -> None:
    shop = CompareShop(day)
    shop.at.comparing.at_once = False
    shop.compare()
    shop.compare()
    shop.do.fix.emit(EARLIER)
    assert shop.at.comparing.names == ["compare a day"]
    assert (shop.room.day, shop.room.days) == ("Wed Apr 8, 2026", ())
    shop.at.comparing.run()
    assert shop.room.running is None


def test_it_goes_on_while_a_patient_is_served_and_stands_there_afterwards(day: ReconciledDay) -> None:
    mixed_day(day)
    shop = CompareShop(day)
    shop.at.comparing.at_once = False
    shop.compare()
    shop.at.scan("P-1000017")
    assert shop.at.floor.room is None
    shop.at.comparing.run()
    assert (shop.at.floor.room, shop.at.floor.notice) == (None, None), "nobody is interrupted"
    shop.do.open_sheet.emit(Opens.REPORTS)
    shop.do.fix.emit(COMPARE)
    assert shop.count(Part.TO_SETTLE) == 7


def test_the_end_of_the_program_ends_it(day: ReconciledDay) -> None:
    day.report(day.sell())
    shop = CompareShop(day)
    shop.comparisons.told = lambda _done, _of: shop.at.controller.stop()
    shop.compare()
    assert remembered(day) == b""


# -- when it cannot be done


@pytest.mark.parametrize("after", [0, 2, 5])
def test_a_line_that_goes_down_in_the_middle_is_a_sentence_and_changes_nothing(
    day: ReconciledDay, after: int
) -> None:
    for _ in range(5):
        day.report(day.sell())
    day.sell()
    shop = CompareShop(day)
    shop.compare()
    before = remembered(day)
    if after:
        shop.comparisons.told = lambda done, _: day.sandbox.server.close_socket() if done == after else None
        day.report(day.sell())
    else:
        day.sandbox.server.close_socket()
    shop.compare()
    assert shop.at.said == "The state service cannot be reached. Nothing was compared; compare again later."
    assert (shop.at.floor.notice and shop.at.floor.notice.tone) is Tone.WARN
    assert remembered(day) == before
    assert shop.room.running is None
    assert shop.count(Part.TO_SETTLE) == 1
    assert not shop.at.floor.stopped


def test_a_list_that_is_no_list_compares_nothing(day: ReconciledDay) -> None:
    day.report(day.sell())
    fault = {"match": "GET /sales/v2/receipts/inactive", "do": "empty-200"}
    day.sandbox.server.set_faults({"plan": [fault]})
    shop = CompareShop(day)
    shop.compare()
    assert "Nothing was compared" in shop.at.said
    assert shop.room.filters == ()


def test_a_file_that_cannot_be_kept_stops_no_register(
    day: ReconciledDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise EnvironmentTrouble("What the comparison found could not be kept.", code="file")

    monkeypatch.setattr(FindingsFile, "save", broken)
    shop = CompareShop(day)
    shop.compare()
    assert shop.at.said == "What the comparison found could not be kept."
    assert (shop.at.floor.stopped, shop.room.running) == ("", None)


# -- what can be done


def test_a_refused_one_leads_to_its_report_and_esc_back_to_the_difference(day: ReconciledDay) -> None:
    mixed = mixed_day(day)
    day.store.staff.add(MANAGER)
    shop = CompareShop(day)
    shop.compare()
    story_of(shop, Part.HERE)
    assert [each.label for each in shop.story.actions] == ["Open its report"]
    shop.do.fix.emit(OPEN)
    room = shop.at.floor.room
    assert isinstance(room, ReportsRoom)
    assert room.story is not None
    assert room.story.id == mixed.refused.id
    assert [each.label for each in room.story.actions] == ["Try again", "Cancel it"]
    shop.do.fix.emit("report-retry")
    retried = day.store.worklist.read(mixed.refused.id)
    assert retried is not None
    assert retried.item.state is OutboxState.IN_DOUBT
    shop.do.back.emit()
    assert shop.story.title == "Sale R1-1-0000005"
    shop.do.back.emit()
    assert isinstance(shop.at.floor.room, ReportsRoom)
    shop.do.back.emit()
    assert shop.at.floor.room is None


def test_a_void_that_is_stuck_leads_to_the_report_of_the_void(day: ReconciledDay) -> None:
    item = day.sell()
    day.report(item)
    day.void_here(item)
    day.void_report(item, OutboxState.REJECTED)
    shop = CompareShop(day)
    shop.compare()
    assert shop.show(Part.VOIDED) == [("R1-1-0000001", "Void needs a person")]
    shop.do.fix.emit(OPEN)
    room = shop.at.floor.room
    assert isinstance(room, ReportsRoom)
    assert room.story is not None
    assert room.story.id == f"void-{item.id}"


def test_who_does_not_manage_may_look_and_decides_nothing_more_than_in_the_worklist(
    day: ReconciledDay,
) -> None:
    mixed_day(day)
    shop = CompareShop(day, duty=DUTY)
    shop.compare()
    story_of(shop, Part.HERE)
    shop.do.fix.emit(OPEN)
    room = shop.at.floor.room
    assert isinstance(room, ReportsRoom)
    assert room.story is not None
    assert [each.label for each in room.story.actions] == ["Try again"]


def test_what_waits_is_sent_and_fetched_on_wish(day: ReconciledDay) -> None:
    mixed_day(day)
    shop = CompareShop(day)
    shop.compare()
    story_of(shop, Part.HERE, 1)
    assert [each.label for each in shop.story.actions] == ["Send and fetch now"]
    shop.do.fix.emit(LOOK)
    assert shop.comparisons.looks == ["look"]
    assert "Compare again in a moment" in shop.at.said


# -- the certificate


def test_the_certificate_is_that_of_the_command_line(day: ReconciledDay) -> None:
    mixed_day(day)
    shop = CompareShop(day)
    shop.do.fix.emit(CERTIFICATE)
    assert shop.at.window.sheets[-1] is None, "nothing was compared yet"
    shop.compare()
    shop.do.fix.emit(CERTIFICATE)
    sheet = shop.at.floor.sheet
    assert isinstance(sheet, ReasonSheet)
    assert sheet.field.value == str(day.folder / "certificates")
    shop.do.form.emit({"folder": sheet.field.value})
    name = "day-certificate-ST1-R1-2026-04-08"
    assert (shop.at.window.sheets[-1], f"{name}.pdf" in shop.at.said) == (None, True)
    told = json.loads((day.folder / "certificates" / f"{name}.json").read_bytes())
    assert (told["all_reported"], len(told["open"]), told["day_over"]) == (False, 6, False)
    assert (day.folder / "certificates" / f"{name}.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("folder", ["", "{place}/reconcile.json"])
def test_a_folder_that_is_none_can_be_mended(day: ReconciledDay, folder: str) -> None:
    shop = CompareShop(day)
    shop.compare()
    shop.do.fix.emit(CERTIFICATE)
    shop.do.form.emit({"folder": folder.format(place=day.folder)})
    sheet = shop.at.floor.sheet
    assert shop.at.floor.sheet_kind == COMPARE_FOLDER
    assert isinstance(sheet, ReasonSheet)
    assert sheet.field.error
    assert not shop.at.floor.stopped
    shop.do.form.emit({"folder": str(day.folder / "elsewhere")})
    assert len(list((day.folder / "elsewhere").iterdir())) == 2


# -- the way in


def test_a_store_without_a_line_has_no_such_view() -> None:
    shop = Shop()
    assert shop.room.compare is None
    shop.do.fix.emit(COMPARE)
    assert isinstance(shop.at.floor.room, ReportsRoom)
    assert "D" not in [each.key for each in key_hints(shop.at.floor)]


def test_a_queue_that_moves_does_not_take_the_room_away(day: ReconciledDay) -> None:
    shop = CompareShop(day)
    shop.at.controller._every_second()
    shop.at.till.memory.clock.move(60 * SECOND_US)
    shop.at.controller._every_second()
    assert isinstance(shop.at.floor.room, CompareRoom)
    shop.do.back.emit()
    assert isinstance(shop.at.window.rooms[-1], ReportsRoom)


def test_its_keys_are_told(day: ReconciledDay) -> None:
    mixed_day(day)
    shop = CompareShop(day)
    shop.compare()
    shop.show(Part.HERE)
    assert [each.key for each in key_hints(shop.at.floor)] == [
        *("Enter", "←", "D", "↑ ↓", "1 … 8", "O", "P", "/", "F1", "Esc")
    ]
    keys = [each.key for each in (shop.room.start, *shop.room.days, *shop.room.tools, *shop.story.actions)]
    assert len(keys) == len(set(keys))
