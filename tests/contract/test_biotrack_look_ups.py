"""What BioTrack's adapter asks before anything is sent again, and how a sale is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pos_desktop.domain.instant import SECOND_US
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.biotrack.looking import LookUps
from pos_desktop.sync.outbox import after_attempt
from tests.fixtures.biotrack_bench import (
    FIRST_SALE,
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

LOST = AttemptResult(Outcome.IN_DOUBT, sentence="No answer came.")
SALE = "sale_dispense"


@pytest.fixture
def bench() -> Iterator[BioTrackBench]:
    with biotrack_bench() as running:
        yield running


@pytest.fixture
def v3() -> Iterator[BioTrackBench]:
    with biotrack_bench(V3) as running:
        yield running


def in_doubt(item: OutboxItem) -> OutboxItem:
    return after_attempt(replace(item, state=OutboxState.SENDING), LOST, NOON, lambda _, high: high)


def sent(bench: BioTrackBench, action: str = SALE) -> dict[str, Any]:
    return [document for name, document in bench.server.asked if name == action][-1]


# ---- looking up


def test_the_nonce_is_asked_first_and_nothing_else_when_it_tells(bench: BioTrackBench) -> None:
    item = report(1)
    bench.server.fault(SALE, "drop-after")
    assert bench.tracker.send(item).outcome is Outcome.IN_DOUBT
    result = bench.tracker.look_up(in_doubt(item))
    assert (result.outcome, result.remote_id) == (Outcome.FOUND, str(bench.server.transaction))
    assert bench.server.actions()[-1] == "nonce_replay"
    assert "nonce" in sent(bench, "nonce_replay")


def test_a_nonce_that_was_forgotten_proves_nothing(bench: BioTrackBench) -> None:
    item = report(1)
    bench.server.fault(SALE, "drop-after")
    bench.tracker.send(item)
    bench.server.nonces.clear()
    assert bench.tracker.look_up(in_doubt(item)).outcome is Outcome.FOUND


def test_where_the_list_is_not_for_this_user_the_nonce_alone_decides(bench: BioTrackBench) -> None:
    bench.server.privileges = {"nonce_replay"}
    assert bench.tracker.look_up(in_doubt(report(1))).outcome is Outcome.ABSENT
    bench.server.replay = False
    assert bench.tracker.look_up(in_doubt(report(1))).outcome is Outcome.COULD_NOT_ASK


@pytest.mark.parametrize("do", ["drop-after", "http-500", "html", "truncated", "empty"])
def test_a_list_that_breaks_off_says_nothing(bench: BioTrackBench, do: str) -> None:
    bench.server.fault("sync_sale", do)
    assert bench.tracker.look_up(in_doubt(report(1))).outcome is Outcome.COULD_NOT_ASK


def test_an_empty_list_may_be_null(bench: BioTrackBench) -> None:
    bench.server.fault("sync_sale", "null")
    assert bench.tracker.look_up(in_doubt(report(1))).outcome is Outcome.ABSENT


def test_what_was_sent_twice_is_counted_even_when_the_nonce_tells_of_one(bench: BioTrackBench) -> None:
    item = report(1)
    bench.tracker.send(item)
    bench.tracker.send(item)
    assert bench.tracker.look_up(replace(in_doubt(item), attempts=1)).outcome is Outcome.FOUND_TWICE


def test_a_sale_taken_back_at_the_state_is_for_a_person(bench: BioTrackBench) -> None:
    item = report(1)
    number = bench.record(item)
    bench.server._do_sale_void({"transactionid": number})
    result = bench.tracker.look_up(in_doubt(item))
    assert result.outcome is Outcome.FOUND_DIFFERENT
    assert "voided at the state" in result.sentence


def test_goods_that_came_back_are_no_second_sale(bench: BioTrackBench) -> None:
    item = report(1)
    number = bench.record(item)
    bench.server._do_sale_refund(
        {"transactionid": number, "data": [{"barcodeid": FLOWER, "quantity": "1", "price": "-35.01"}]}
    )
    assert bench.tracker.look_up(in_doubt(item)).outcome is Outcome.FOUND


def test_the_list_is_read_from_the_transaction_known_before(bench: BioTrackBench) -> None:
    bench.tracker.send(report(0))
    before = bench.server.transaction
    bench.server.fault(SALE, "drop-before")
    bench.tracker.send(report(1))
    assert bench.tracker.look_up(in_doubt(report(1))).outcome is Outcome.ABSENT
    assert sent(bench, "sync_sale")["transaction_start"] == before
    tracker, _, _ = made_tracker(bench.server, bench.clock, past=SamplePast(before=before - 3))
    tracker.look_up(in_doubt(report(1)))
    assert sent(bench, "sync_sale")["transaction_start"] == before - 3


def test_one_reading_of_the_list_serves_all_that_had_settled_before_it(bench: BioTrackBench) -> None:
    items = [report(n) for n in range(40)]
    for item in items:
        bench.record(item)
    bench.clock.advance(SECOND_US)
    for item in items:
        assert bench.tracker.look_up(in_doubt(item)).outcome is Outcome.FOUND
    assert bench.server.actions().count("sync_sale") == 1


# ---- voids


def test_a_void_takes_the_sale_back(bench: BioTrackBench) -> None:
    sale = report(1)
    number = bench.tracker.send(sale).remote_id
    result = bench.tracker.send(void(sale, number))
    assert (result.outcome, result.remote_id) == (Outcome.CONFIRMED, str(bench.server.transaction))
    assert (sent(bench, "sale_void")["transactionid"], bench.server.recorded()) == (number, 0)


def test_a_void_in_doubt_is_settled_by_the_sale(bench: BioTrackBench) -> None:
    sale = report(1)
    number = bench.tracker.send(sale).remote_id
    bench.server.replay = False
    item = void(sale, number)
    assert bench.tracker.look_up(in_doubt(item)).outcome is Outcome.ABSENT
    bench.server.fault("sale_void", "drop-after")
    assert bench.tracker.send(item).outcome is Outcome.IN_DOUBT
    bench.clock.advance(SECOND_US)
    found = bench.tracker.look_up(replace(in_doubt(item), not_before=bench.clock.now()))
    assert (found.outcome, found.remote_id) == (Outcome.FOUND, str(bench.server.transaction))


def test_a_sale_taken_back_already_counts_and_an_unknown_one_does_not(bench: BioTrackBench) -> None:
    sale = report(1)
    number = bench.tracker.send(sale).remote_id
    bench.server._do_sale_void({"transactionid": number})
    assert bench.tracker.send(void(sale, number)).outcome is Outcome.CONFIRMED
    assert bench.tracker.send(void(sale, "999")).outcome is Outcome.REFUSED
    assert bench.tracker.look_up(in_doubt(void(sale, "999"))).outcome is Outcome.REFUSED, "for a person"
    nameless = void(sale, "")
    assert bench.tracker.send(nameless).outcome is Outcome.REFUSED
    assert bench.tracker.look_up(in_doubt(nameless)).outcome is Outcome.REFUSED


def test_a_void_that_names_another_sale_takes_nothing_back(bench: BioTrackBench) -> None:
    mine, other = report(1), report(2)
    theirs = bench.tracker.send(other).remote_id
    result = bench.tracker.send(void(mine, theirs))
    assert (result.outcome, "sale_void" in bench.server.actions()) == (Outcome.REFUSED, False)
    assert "not this sale by number, goods or prices" in result.sentence
    found = bench.tracker.look_up(in_doubt(void(mine, theirs)))
    assert (found.outcome, found.remote_id) == (Outcome.FOUND_DIFFERENT, theirs)
    assert bench.server.recorded() == 1


class Trusting(LookUps):
    """Known wrong, and what this program did before: the number alone decides."""

    def ended_before(self, item: OutboxItem, sale: str) -> AttemptResult | None:
        return None


def test_a_void_by_number_alone_takes_back_another_patients_purchase(bench: BioTrackBench) -> None:
    theirs = bench.tracker.send(report(2)).remote_id
    trusting = Trusting(
        bench.legacy, STANDARD, bench.clock, bench.time, SamplePast(), bench.tracker.settle_us
    )
    bench.tracker._look_ups = trusting
    assert bench.tracker.send(void(report(1), theirs)).outcome is Outcome.CONFIRMED
    assert bench.server.recorded() == 0


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"price": "1.00"}, "goods or prices"),
        ({"sessiontime": str(FIRST_SALE.utc_us // SECOND_US - 3_600)}, "time of sale"),
        ({"terminal_id": "ST01-R1-1-0000009"}, "number"),
    ],
)
def test_each_of_number_time_and_goods_is_compared(
    bench: BioTrackBench, changes: dict[str, str], word: str
) -> None:
    sale = report(1)
    number = bench.tracker.send(sale).remote_id
    bench.server.sales[-1].update(changes)
    result = bench.tracker.send(void(sale, number))
    assert (result.outcome, bench.server.recorded()) == (Outcome.REFUSED, 1)
    assert f"not this sale by {word}." in result.sentence


def test_who_may_not_list_sales_takes_none_back_and_stops_no_sale(bench: BioTrackBench) -> None:
    sale = report(1)
    number = bench.tracker.send(sale).remote_id
    bench.server.privileges = {"sale_void", "sale_dispense", "card_lookup"}
    result = bench.tracker.send(void(sale, number))
    assert (result.outcome, result.pause_lane) == (Outcome.REFUSED, False)
    assert "sync_sale" in result.sentence


@pytest.mark.parametrize("do", ["drop-after", "http-500", "html", "truncated"])
def test_without_a_reading_nothing_is_taken_back(bench: BioTrackBench, do: str) -> None:
    sale = report(1)
    number = bench.tracker.send(sale).remote_id
    bench.server.fault("sync_sale", do)
    assert bench.tracker.send(void(sale, number)).outcome is Outcome.NOT_SENT
    assert bench.server.recorded() == 1
    assert bench.tracker.send(void(sale, number)).outcome is Outcome.CONFIRMED


def test_v3_takes_a_sale_back_at_the_older_address(v3: BioTrackBench) -> None:
    sale = report(1)
    number = v3.tracker.send(sale).remote_id
    assert v3.tracker.send(void(sale, number)).outcome is Outcome.CONFIRMED
    assert v3.server.recorded() == 0


def test_no_other_kind_of_report_is_known(bench: BioTrackBench) -> None:
    with pytest.raises(ValueError, match="kind"):
        bench.tracker.send(replace(report(1), kind="transfer"))
    with pytest.raises(ValueError, match="kind"):
        bench.tracker.look_up(in_doubt(replace(report(1), kind="transfer")))


def test_a_sale_of_another_license_is_neither_sent_nor_believed_absent(bench: BioTrackBench) -> None:
    other = report(1, license_number="990081")
    assert bench.tracker.send(other).outcome is Outcome.BLOCKED
    assert bench.tracker.look_up(in_doubt(other)).outcome is Outcome.COULD_NOT_ASK
    assert bench.server.asked == []
