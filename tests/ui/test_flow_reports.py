"""The room “Reports to the state”: coming in, long lists, progress, and the counter that waits meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos_desktop.app.ports import ServiceReach
from pos_desktop.app.ports.worklist import Which
from pos_desktop.domain.errors import EnvironmentTrouble
from pos_desktop.domain.instant import MINUTE_US, SECOND_US
from pos_desktop.domain.outbox import OutboxState
from pos_desktop.ui.flows.floor import REPORT_WORD
from pos_desktop.ui.flows.picture import key_hints
from pos_desktop.ui.intents import Opens
from pos_desktop.ui.presenter.drain import Drain, Progress
from pos_desktop.ui.room_state import PAGE_ROWS
from pos_desktop.ui.sheet_state import ReasonSheet
from pos_desktop.ui.state import RoomDoor, Tone
from tests.fixtures.builders import NOW, tag
from tests.fixtures.fake_worklist import FakeWorklist, report
from tests.fixtures.report_shops import Shop

# -- coming in


def test_it_opens_on_what_needs_a_person_with_the_first_story() -> None:
    shop = Shop()
    assert [(each.label, each.chosen) for each in shop.room.filters] == [
        ("Needs a person · 3", True),
        ("Waiting · 4", False),
        ("Late · 1", False),
        ("All · 48", False),
    ]
    first = shop.room.pages[0][0]
    assert (first.title, first.when, first.state, first.tone) == (
        "R2-1-0000002",
        "12:57 PM",
        "Refused",
        Tone.DANGER,
    )
    assert first.due == "due Wed Nov 25, 12:57 PM"
    assert shop.room.at == 0
    assert "is finished at the state" in shop.story.cause
    assert "Then try again" in shop.story.advice


@pytest.mark.parametrize(
    ("states", "which"),
    [
        ([OutboxState.QUEUED, OutboxState.REJECTED], Which.NEEDS_PERSON),
        ([OutboxState.QUEUED, OutboxState.CONFIRMED], Which.WAITING),
        ([OutboxState.CONFIRMED], Which.ALL),
        ([], Which.ALL),
    ],
)
def test_it_opens_on_what_is_most_in_want_of_a_look(states: list[OutboxState], which: Which) -> None:
    store = FakeWorklist()
    store.add(*(report(n, state) for n, state in enumerate(states, 1)))
    shop = Shop(store)
    assert [each.id for each in shop.room.filters if each.chosen] == [which]
    assert (shop.room.story is None) == (not states)
    assert shop.room.empty_text
    assert shop.room.total == min(1, len(states))


def test_the_rail_counts_who_needs_a_person_and_a_till_without_reports_has_no_such_room() -> None:
    shop = Shop(open_it=False)
    assert shop.at.state.reports == RoomDoor()
    shop.at.controller._every_second()
    assert shop.at.state.reports == RoomDoor(count=3, why="3 need a person")
    without = Shop(worklist=None)
    assert without.at.floor.room is None
    assert without.at.state.reports == RoomDoor(shown=False)
    assert "F11" not in [each.key for each in key_hints(without.at.floor)]


def test_the_pill_leads_here_while_something_waits_and_no_outage_is_the_matter() -> None:
    shop = Shop(open_it=False)
    shop.at.controller._every_second()
    assert _leads_here(shop)
    shop.status = replace(shop.status, needs_person=0, waiting=0)
    shop.at.controller._every_second()
    assert not _leads_here(shop)
    shop.status = replace(shop.status, differences=1)
    shop.at.controller._every_second()
    assert _leads_here(shop)
    shop.status = replace(shop.status, differences=0, waiting=2, reach=ServiceReach.AWAY)
    shop.at.controller._every_second()
    assert not _leads_here(shop)


def _leads_here(shop: Shop) -> bool:
    return shop.at.state.pill.reports


def test_the_line_to_the_state_is_still_a_touch_away() -> None:
    shop = Shop()
    assert shop.room.line is not None
    shop.do.open_sheet.emit(Opens.OUTAGE)
    assert isinstance(shop.at.floor.sheet, ReasonSheet)
    shop.do.back.emit()
    assert shop.at.window.sheets[-1] is None
    assert shop.at.floor.room is not None


# -- the counter behind it


def test_esc_goes_back_and_the_cart_is_as_it_was() -> None:
    shop = Shop(open_it=False)
    shop.at.scan("P-1000017", tag(1))
    before = shop.at.state.cart
    shop.do.open_sheet.emit(Opens.REPORTS)
    shop.do.back.emit()
    assert shop.at.window.rooms[-1] is None
    assert shop.at.state.cart == before != ()


@pytest.mark.parametrize("with_sheet", [False, True])
def test_a_scan_goes_back_and_does_what_it_always_does(*, with_sheet: bool) -> None:
    shop = Shop()
    if with_sheet:
        shop.do.fix.emit("report-cancelled")
        assert shop.at.floor.sheet_kind == REPORT_WORD
    shop.at.scan("P-1000017")
    assert (shop.at.floor.room, shop.at.floor.sheet) == (None, None)
    shop.do.open_sheet.emit(Opens.REPORTS)
    shop.at.scan(tag(1))
    assert shop.at.floor.room is None
    assert len(shop.at.state.cart) == 1
    assert shop.store.words == []


def test_a_payment_that_is_open_is_not_left() -> None:
    shop = Shop(open_it=False, reach=ServiceReach.AWAY)
    shop.at.scan("P-1000017", tag(1))
    shop.do.pay.emit()
    assert shop.at.floor.paying
    shop.do.open_sheet.emit(Opens.REPORTS)
    assert shop.at.floor.room is None


def test_a_payment_that_waits_for_the_state_does_not_open_over_the_room() -> None:
    shop = Shop(open_it=False)
    shop.at.floor.pay_when_answered = True
    shop.do.open_sheet.emit(Opens.REPORTS)
    assert not shop.at.floor.pay_when_answered


def test_an_answer_that_comes_after_one_went_back_opens_nothing() -> None:
    shop = Shop(open_it=False)
    shop.at.database.at_once = False
    shop.do.open_sheet.emit(Opens.REPORTS)
    assert shop.room.reading
    shop.do.back.emit()
    shop.at.database.run()
    assert shop.at.floor.room is None
    shop.do.open_sheet.emit(Opens.REPORTS)
    shop.at.database.run()
    assert shop.story.title == "Sale R2-1-0000002"


# -- long lists


def long_shop(count: int = 20_000) -> Shop:
    store = FakeWorklist()
    store.add(*(report(n) for n in range(1, count + 1)))
    return Shop(store)


def test_of_twenty_thousand_a_page_is_read_and_what_comes_in_sight_later() -> None:
    shop = long_shop()
    assert shop.room.total == 20_000
    assert list(shop.room.pages) == [0]
    shop.store.reads.clear()
    shop.do.report_rows.emit(10_020, 10_035)
    assert shop.store.reads == [(Which.WAITING, 10_000, PAGE_ROWS)]
    assert shop.room.pages[200][20].title == "R2-1-0010021"
    shop.do.report_rows.emit(10_020, 10_030)
    assert len(shop.store.reads) == 1, "what is here is not read again"
    for first in range(0, 2_000, 40):
        shop.do.report_rows.emit(first, first + 12)
    assert len(shop.room.pages) <= 6, "what is far away is forgotten"


def test_the_last_row_is_chosen_before_it_was_read() -> None:
    shop = long_shop()
    shop.do.report_at.emit(19_999)
    assert (shop.room.at, shop.story.title) == (19_999, "Sale R2-1-0020000")


def test_a_held_key_costs_a_few_reads_and_ends_on_the_last_row() -> None:
    shop = long_shop(200)
    shop.at.database.at_once = False
    for row in range(1, 41):
        shop.do.report_at.emit(row)
    shop.at.database.run()
    assert shop.story.title == "Sale R2-1-0000041"
    assert shop.at.database.names.count("a report") <= 4


def test_a_filter_that_changed_meanwhile_takes_no_rows_of_the_other() -> None:
    shop = Shop()
    shop.at.database.at_once = False
    shop.do.report_filter.emit(Which.LATE)
    shop.do.report_filter.emit(Which.ALL)
    shop.at.database.run()
    assert [each.id for each in shop.room.filters if each.chosen] == [Which.ALL]
    assert shop.room.pages[0][0].title == "R2-1-0000009"
    assert shop.room.total == 48


def test_what_changes_in_the_queue_is_read_again_and_the_story_stays() -> None:
    shop = Shop()
    shop.store.add(replace(shop.store.items["report-00002"], state=OutboxState.CONFIRMED, remote_id="91000"))
    shop.status = replace(shop.status, counts={OutboxState.CONFIRMED: 41})
    shop.at.controller._every_second()
    assert shop.room.filters[0].label == "Needs a person · 2"
    assert (shop.room.at, shop.story.state, shop.story.actions) == (-1, "At the state", ())
    before = len(shop.store.reads)
    shop.at.controller._every_second()
    assert len(shop.store.reads) == before, "a queue that stands still is not read each second"
    shop.at.till.memory.clock.move(11 * SECOND_US)
    shop.at.controller._every_second()
    assert len(shop.store.reads) == before + 1


def test_a_store_that_cannot_be_read_says_so_and_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop()

    def broken(*_: object, **__: object) -> None:
        raise EnvironmentTrouble("The disk is full. Nothing was saved.", code="disk-full")

    with monkeypatch.context() as patch:
        patch.setattr(shop.store, "page", broken)
        patch.setattr(shop.store, "read", broken)
        shop.do.report_filter.emit(Which.ALL)
    assert "The disk is full" in shop.at.said
    shop.do.report_filter.emit(Which.ALL)
    assert shop.room.pages[0][0].title == "R2-1-0000009"


# -- progress


def test_progress_tells_counts_and_an_estimate_only_when_it_was_measured() -> None:
    drain, at = Drain(), NOW
    drain.look(at, ended=100, waiting=0)
    assert drain.progress() is None
    drain.look(at.plus_us(SECOND_US), ended=100, waiting=120)
    assert drain.progress() == Progress(0, 120)
    for second in range(2, 20):
        drain.look(at.plus_us(second * SECOND_US), ended=100 + second, waiting=120 - second)
    assert drain.progress() == Progress(19, 120), "less than half a minute says nothing"
    for second in range(20, 61):
        drain.look(at.plus_us(second * SECOND_US), ended=100 + second, waiting=120 - second)
    assert drain.progress() == Progress(60, 120, 1)
    for second in range(61, 130):
        drain.look(at.plus_us(second * SECOND_US), ended=160, waiting=60)
    assert drain.progress() == Progress(60, 120), "nothing arrived for a minute: no promise"
    drain.look(at.plus_us(131 * SECOND_US), ended=220, waiting=0)
    assert drain.progress() is None
    drain.look(at.plus_us(132 * SECOND_US), ended=220, waiting=1)
    assert drain.progress() == Progress(0, 1), "the next queue begins at nothing"


def test_the_speed_is_that_of_the_last_minutes_and_a_clock_set_back_begins_anew() -> None:
    drain = Drain()
    for minute in range(30):
        fast = min(minute, 20) * 100
        slow = max(0, minute - 20) * 10
        drain.look(NOW.plus_us(minute * MINUTE_US), ended=fast + slow, waiting=3_000 - fast - slow)
    progress = drain.progress()
    assert progress is not None
    assert progress.minutes_left == 91
    drain.look(NOW, ended=2_090, waiting=910)
    assert drain.progress() == Progress(0, 910)


def test_the_room_tells_the_progress_that_was_measured_before_it_was_opened() -> None:
    shop = Shop(open_it=False)
    for second in range(61):
        shop.status = replace(
            shop.status, counts={OutboxState.CONFIRMED: 2 * second}, waiting=240 - 2 * second, needs_person=0
        )
        shop.at.till.memory.clock.move(SECOND_US)
        shop.at.controller._every_second()
    shop.do.open_sheet.emit(Opens.REPORTS)
    assert shop.room.draining is not None
    assert (shop.room.draining.text, shop.room.draining.ppm) == ("120 of 240 sent, about 1 min left", 500_000)
