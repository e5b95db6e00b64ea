"""The state's list of sales grows for ever: 70,000 lines are read without keeping them, and mostly not read at all."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pos_desktop.app.ports import CouldNotAsk
from pos_desktop.domain.instant import DAY_US, SECOND_US
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.biotrack.books import BioTrackBooks
from pos_desktop.sync.biotrack.legacy import LegacyClient
from pos_desktop.sync.biotrack.listing import SalesList
from pos_desktop.sync.exchange import bounded
from pos_desktop.sync.outbox import after_attempt
from pos_desktop.sync.sieve import LONGEST_HEAD, LONGEST_ROW, RowSieve
from pos_desktop.sync.web import MAX_ANSWER
from tests.fixtures.biotrack_bench import (
    FLOWER,
    NOON,
    STANDARD,
    V3,
    BioTrackBench,
    SamplePast,
    biotrack_bench,
    made_tracker,
    report,
    void,
)
from tests.fixtures.biotrack_records import LOCATION

LINES = 70_000
LOST = AttemptResult(Outcome.IN_DOUBT, sentence="No answer came.")
LONG_AGO = (NOON.utc_us - 200 * DAY_US) // SECOND_US
DENVER = ZoneInfo("America/Denver")
TODAY = date(2026, 11, 24)


@pytest.fixture(params=[STANDARD, V3], ids=["legacy", "v3"])
def bench(request: pytest.FixtureRequest) -> Iterator[BioTrackBench]:
    """No nonce tells, so that the list must."""
    with biotrack_bench(request.param, replay=False) as running:
        yield running


def long_history(bench: BioTrackBench, lines: int = LINES) -> None:
    rows = bench.server.sales
    for _ in range(lines):
        number = str(bench.server._stamp())
        rows.append(
            {
                "inventoryid": FLOWER,
                "itemnumber": "0",
                "location": LOCATION,
                "quantity": "1",
                "price": "35.00",
                "terminal_id": f"OLD1-R1-1-{int(number):07d}",
                "sessiontime": str(LONG_AGO),
                "transactionid": number,
                "transactionid_original": number,
                "deleted": "0",
                "refunded": None,
                "gone": False,
            }
        )


def in_doubt(item: OutboxItem) -> OutboxItem:
    return after_attempt(replace(item, state=OutboxState.SENDING), LOST, NOON, lambda _, high: high)


def started(bench: BioTrackBench, past: SamplePast) -> Any:
    """As after a start of the program: nothing is in memory."""
    tracker, _, _ = made_tracker(bench.server, bench.clock, bench.profile, past=past, answer_s=60)
    return tracker


def books(bench: BioTrackBench, past: SamplePast) -> BioTrackBooks:
    _, legacy, _ = made_tracker(bench.server, bench.clock, bench.profile, answer_s=60)
    return BioTrackBooks(legacy, bench.profile, past, location=LOCATION, zone=DENVER)


def starts(bench: BioTrackBench) -> list[int]:
    return [
        document.get("transaction_start", 0) for name, document in bench.server.asked if name == "sync_sale"
    ]


def test_a_report_in_doubt_is_settled_and_the_day_compared_behind_70_000_lines(bench: BioTrackBench) -> None:
    long_history(bench)
    before = bench.server.transaction
    assert len(json.dumps(bench.server._do_sync_sale({}))) > MAX_ANSWER, "else this proves nothing"
    item, absent, past = report(1), report(2), SamplePast()
    number = bench.record(item)
    tracker = started(bench, past)
    found = tracker.look_up(in_doubt(item))
    assert (found.outcome, found.remote_id) == (Outcome.FOUND, number)
    assert tracker.look_up(in_doubt(absent)).outcome is Outcome.ABSENT
    assert len(tracker._look_ups._sales._rows) == 1, "what was sold long ago is not kept"
    listed = books(bench, past).sales_on(TODAY, TODAY)
    assert not isinstance(listed, CouldNotAsk)
    assert [each.remote_id for each in listed] == [number]
    assert starts(bench) == [0, int(number), 0], "all of it once by each, since no mark was kept yet"
    assert set(past.read_up_to) == {before + 1}


def test_from_then_on_it_is_read_from_where_it_ended(bench: BioTrackBench) -> None:
    long_history(bench, 50)
    mark = bench.server.transaction
    item, past = report(1), SamplePast(listed=mark)
    number = bench.record(item)
    assert started(bench, past).look_up(in_doubt(item)).remote_id == number
    listed = books(bench, past).sales_on(TODAY, TODAY)
    assert not isinstance(listed, CouldNotAsk)
    assert len(listed) == 1
    assert starts(bench) == [mark, mark]


def test_a_mark_of_another_count_is_found_out(bench: BioTrackBench) -> None:
    """The line that bore the mark is listed, or listed anew: where none comes, everything is read."""
    item, past = report(1), SamplePast(listed=9_999_999)
    number = bench.record(item)
    assert started(bench, past).look_up(in_doubt(item)).remote_id == number
    assert starts(bench) == [9_999_999, 0]


class Trusting(SalesList):
    """Known wrong: a place to read on from that is of another count hides a sale, which would be sent again."""

    def read(self, begin: int, wanted: Any) -> Any:
        return self._ask(begin, wanted)


def test_a_mark_that_is_believed_blindly_loses_sight_of_a_sale(bench: BioTrackBench) -> None:
    item = report(1)
    bench.record(item)
    tracker = started(bench, SamplePast(listed=9_999_999))
    tracker._look_ups._sales._sales = Trusting(bench.legacy, SamplePast())
    assert tracker.look_up(in_doubt(item)).outcome is Outcome.ABSENT


def test_without_the_sieve_nothing_could_be_settled(
    bench: BioTrackBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known wrong, and what this program did before."""
    long_history(bench)
    ask = LegacyClient.ask

    def whole(self: LegacyClient, action: str, fields: Any = None, sieve: Any = None, **more: Any) -> Any:
        return ask(self, action, fields, **more)

    monkeypatch.setattr(LegacyClient, "ask", whole)
    item = report(1)
    bench.record(item)
    assert started(bench, SamplePast()).look_up(in_doubt(item)).outcome is Outcome.COULD_NOT_ASK


def test_a_void_reads_from_its_sale_on(bench: BioTrackBench) -> None:
    long_history(bench, 50)
    sale = report(1)
    number = bench.tracker.send(sale).remote_id
    assert bench.tracker.send(void(sale, number)).outcome is Outcome.CONFIRMED
    assert starts(bench)[-1] == int(number)


@pytest.mark.parametrize("do", ["truncated", "strings", "prefix", "expire"])
def test_a_list_in_odd_form_is_read_or_says_nothing(bench: BioTrackBench, do: str) -> None:
    item = report(1)
    number = bench.record(item)
    bench.server.fault("sync_sale", do)
    found = started(bench, SamplePast()).look_up(in_doubt(item))
    cut = do == "truncated"
    expected = (Outcome.COULD_NOT_ASK, "") if cut else (Outcome.FOUND, number)
    assert (found.outcome, found.remote_id) == expected


# ---- the sieve by itself


class Response:
    def __init__(self, pieces: list[bytes], packed: bool = False) -> None:
        self.headers = {"content-encoding": "gzip"} if packed else {}
        self._pieces = pieces

    def iter_raw(self) -> Iterator[bytes]:
        return iter(self._pieces)


def sieved(
    body: bytes, size: int, *, packed: bool = False, most: int = 1_000
) -> tuple[bytes | None, list[Any]]:
    if packed:
        packer = zlib.compressobj(wbits=31)
        body = packer.compress(body) + packer.flush()
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    found: list[Any] = []
    return bounded(Response(pieces, packed), most, RowSieve("sale", found.append)), found  # type: ignore[arg-type]  # of httpx only these two


ROWS: list[dict[str, Any]] = [
    {"n": n, "text": 'a \\ " ] } [ { ü 😀', "in": {"x": [1, {}]}} for n in range(40)
]
ANSWER = {"success": 1, "sale": ROWS, "more": [1, 2], "sessiontime": 5}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100_000])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_rows_come_whole_however_the_answer_is_cut(size: int, ascii_only: bool, packed: bool) -> None:
    body = json.dumps(ANSWER, ensure_ascii=ascii_only, indent=1).encode()
    left, found = sieved(body, size, packed=packed)
    assert found == ROWS
    assert left is not None
    assert json.loads(left) == {**ANSWER, "sale": []}


@pytest.mark.parametrize(
    "answer",
    [
        {"success": 1, "sale": []},
        {"success": 1, "sale": None},
        {"success": 1, "sale": {"n": 1}},
        {"success": 0},
        [],
    ],
)
def test_what_is_no_list_is_left_as_it_is(answer: Any) -> None:
    left, found = sieved(json.dumps(answer).encode(), 3)
    assert left is not None
    assert (json.loads(left), found) == (answer, [])


@pytest.mark.parametrize(
    "body",
    [b'{"sale":[1,2]}', b'{"sale":[{"n":\xff}]}', b'{"sale":[{"n":"' + b"x" * (2 * LONGEST_ROW) + b'"}]}'],
    ids=["numbers", "no-text", "one-endless-row"],
)
def test_what_is_no_list_of_objects_is_no_answer(body: bytes) -> None:
    assert sieved(body, 50_000)[0] is None


def test_what_is_beside_the_list_keeps_to_its_bound() -> None:
    assert sieved(b'{"success":1,"sale":[],"x":"' + b"x" * 2_000 + b'"}', 100)[0] is None
    assert sieved(b'{"x":"' + b"x" * (LONGEST_HEAD + 9) + b'"}', 100)[0] is None


def test_a_list_that_is_cut_off_leaves_no_document() -> None:
    body = json.dumps(ANSWER).encode()
    for end in range(len(body) - 1):
        left, _ = sieved(body[:end], 40)
        with pytest.raises(ValueError, match=r"."):
            json.loads(left or b"")
