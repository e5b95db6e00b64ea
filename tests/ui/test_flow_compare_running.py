"""A comparison while it runs and after it: progress, cancelling, a line that goes down, what can be done, papers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.instant import SECOND_US
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.storage.kept_findings import FindingsFile
from pos_desktop.ui.flows.floor import COMPARE_FOLDER
from pos_desktop.ui.flows.picture import key_hints
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.presenter.comparing import (
    CANCEL,
    CERTIFICATE,
    COMPARE,
    EARLIER,
    LOOK,
    OPEN,
    Part,
)
from pos_desktop.ui.room_state import CompareRoom, ReportsRoom
from pos_desktop.ui.sheet_state import ReasonSheet
from pos_desktop.ui.state import Tone
from tests.fixtures.builders import DUTY, MANAGER
from tests.fixtures.compare_shops import CompareShop, mixed_day, remembered, story_of
from tests.fixtures.reconciled_day import DAY, ReconciledDay, reconciled_day
from tests.fixtures.report_shops import Shop

YESTERDAY = DAY - timedelta(days=1)


@pytest.fixture
def day(tmp_path: Path) -> Iterator[ReconciledDay]:
    with reconciled_day(tmp_path) as running:
        yield running


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
