"""A void goes by a receipt's number: the receipt must be the sale's own before anything is deleted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.ports import ServiceReach
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.domain.persons_word import Action, allowed
from pos_desktop.sync.line import Line
from pos_desktop.sync.loop import SyncLoop
from pos_desktop.sync.metrc import voids
from pos_desktop.sync.metrc.client import Reply
from pos_desktop.sync.outbox import after_attempt
from tests.fixtures.fake_outbox import FakeOutbox
from tests.fixtures.reports import void_of
from tests.fixtures.sandbox import LICENSE
from tests.fixtures.tracker_bench import MetrcBench, metrc_bench, report
from tests.fixtures.virtual_time import VirtualPause

BASE = "/sales/v2/receipts"
LOST = AttemptResult(Outcome.IN_DOUBT, sentence="No answer came.")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[MetrcBench]:
    with metrc_bench(tmp_path) as running:
        yield running


def in_doubt(bench: MetrcBench, item: OutboxItem) -> OutboxItem:
    sending = replace(item, state=OutboxState.SENDING)
    return after_attempt(sending, LOST, bench.clock.now(), lambda _, high: high)


def row(bench: MetrcBench, number: str) -> dict[str, Any]:
    [found] = [each for each in bench.sandbox.server.ledger() if str(each["Id"]) == number]
    return found


def deletes(bench: MetrcBench) -> list[str]:
    return [each for each in bench.asked() if each.startswith("DELETE")]


def corrected(bench: MetrcBench, number: str, **changes: Any) -> None:
    """By somebody in METRC's own screens."""
    held = bench.sandbox.metrc.get(f"{BASE}/{number}").json
    sold = [
        {
            "PackageLabel": each["PackageLabel"],
            "Quantity": each["QuantitySold"],
            "UnitOfMeasure": each["UnitOfMeasureName"],
            "TotalAmount": changes.get("total", each["TotalPrice"]),
        }
        for each in held["Transactions"]
    ]
    names = ("Id", "SalesDateTime", "ExternalReceiptNumber", "SalesCustomerType", "PatientLicenseNumber")
    document = {name: changes.get(name, held[name]) for name in names} | {"Transactions": sold}
    assert bench.sandbox.metrc.put(BASE, [document]).status == 200


def loop(bench: MetrcBench, outbox: FakeOutbox, kind: type[SyncLoop] = SyncLoop, **more: Any) -> SyncLoop:
    return kind(
        outbox=outbox,
        tracker=bench.tracker,
        clock=bench.clock,
        rng=random.Random(1).randint,
        pause=VirtualPause(bench.clock),
        **more,
    )


def drained(bench: MetrcBench, running: SyncLoop) -> None:
    for _ in range(6):
        running.once(wait_for_doubt=True)
        bench.clock.advance(60_000_000)


# ---- another sale's receipt


def test_a_void_that_names_another_patients_receipt_deletes_nothing(bench: MetrcBench) -> None:
    mine, other = report(1), report(2)
    theirs = bench.tracker.send(other).remote_id
    void = void_of(mine, remote_id=theirs)
    result = bench.tracker.send(void)
    assert (result.outcome, deletes(bench)) == (Outcome.REFUSED, [])
    for word in ("number", "time of sale", "patient", "total", "not touched"):
        assert word in result.sentence
    assert other.aggregate not in result.sentence
    assert row(bench, theirs)["ArchivedDate"] is None


class Trusting(voids.Voids):
    """Known wrong, and what this program did before: the number alone decides."""

    def send(self, item: OutboxItem) -> AttemptResult:
        return self._deleted(item)


def test_a_void_by_number_alone_takes_back_another_patients_purchase(bench: MetrcBench) -> None:
    theirs = bench.tracker.send(report(2)).remote_id
    wrong = Trusting(bench.client, LICENSE, bench.tracker.probe)
    assert wrong.send(void_of(report(1), remote_id=theirs)).outcome is Outcome.CONFIRMED
    assert row(bench, theirs)["ArchivedDate"] is not None


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"ExternalReceiptNumber": "HAND-1"}, "number"),
        ({"SalesDateTime": "2026-04-08T10:59:00.000"}, "time of sale"),
        ({"total": 99.5}, "total"),
    ],
)
def test_each_of_number_time_and_total_is_compared(
    bench: MetrcBench, changes: dict[str, Any], word: str
) -> None:
    item = report(1)
    number = bench.tracker.send(item).remote_id
    corrected(bench, number, **changes)
    result = bench.tracker.send(void_of(item, remote_id=number))
    assert (result.outcome, deletes(bench)) == (Outcome.REFUSED, [])
    assert f"not this sale's by {word}." in result.sentence


def test_one_that_only_lost_its_number_is_the_sales_own(bench: MetrcBench) -> None:
    item = report(1)
    number = bench.tracker.send(item).remote_id
    corrected(bench, number, ExternalReceiptNumber=None)
    assert bench.tracker.send(void_of(item, remote_id=number)).outcome is Outcome.CONFIRMED


def test_another_sales_voided_receipt_is_no_proof_of_ours(bench: MetrcBench) -> None:
    theirs = bench.tracker.send(report(2)).remote_id
    bench.sandbox.metrc.delete(f"{BASE}/{theirs}")
    void = void_of(report(1), remote_id=theirs)
    assert bench.tracker.send(void).outcome is Outcome.REFUSED
    found = bench.tracker.look_up(in_doubt(bench, void))
    assert (found.outcome, found.remote_id) == (Outcome.FOUND_DIFFERENT, theirs)


def test_nobody_is_named_in_what_is_kept_of_a_void(bench: MetrcBench) -> None:
    item = report(1)
    number = bench.tracker.send(item).remote_id
    said = f'[{{"row": 0, "message": "Receipt of {item.aggregate} is locked."}}]'.encode()
    bench.client.delete = lambda *_: Reply(status=400, body=said)  # type: ignore[method-assign]  # METRC's own words
    result = bench.tracker.send(void_of(item, remote_id=number))
    assert "locked" in result.sentence
    assert item.aggregate not in result.sentence + result.excerpt


# ---- an answer that is another sale's


def answered_once_with(bench: MetrcBench, number: str) -> None:
    """A cache in between gives an earlier answer, and passes nothing on."""
    post = bench.client.post

    def cached(path: str, query: Any, body: bytes) -> Reply:
        bench.client.post = post  # type: ignore[method-assign]  # once
        return Reply(
            status=200, body=f'{{"Ids":[{number}],"Warnings":null}}'.encode(), content_type="application/json"
        )

    bench.client.post = cached  # type: ignore[method-assign]  # as said


def test_a_receipt_that_another_sale_holds_proves_nothing(bench: MetrcBench) -> None:
    first, second = report(1), report(2)
    outbox = FakeOutbox([first])
    drained(bench, loop(bench, outbox))
    held = outbox.items[first.id].remote_id
    answered_once_with(bench, held)
    outbox.add(second)
    running = loop(bench, outbox)
    running.once()
    assert outbox.items[second.id].state is OutboxState.IN_DOUBT
    assert f"receipt {held}, which is that of another sale" in outbox.items[second.id].last_error
    drained(bench, running)
    ended = outbox.items[second.id]
    assert (ended.state, ended.remote_id != held) == (OutboxState.CONFIRMED, True)
    assert bench.recorded() == {first.natural_key: 1, second.natural_key: 1}


class Credulous(SyncLoop):
    """Known wrong, and what this program did before."""

    def _believed(self, item: OutboxItem, result: AttemptResult) -> AttemptResult:
        return result


def test_who_believes_any_number_loses_a_sale(bench: MetrcBench) -> None:
    first, second = report(1), report(2)
    outbox = FakeOutbox([first])
    drained(bench, loop(bench, outbox))
    answered_once_with(bench, outbox.items[first.id].remote_id)
    outbox.add(second)
    drained(bench, loop(bench, outbox, Credulous))
    assert outbox.items[second.id].state is OutboxState.CONFIRMED
    assert second.natural_key not in bench.recorded(), "reported, as the store believes for ever"


def test_a_numberless_receipt_that_another_sale_holds_is_not_found_again(bench: MetrcBench) -> None:
    item = report(1)
    bench.record(item, ExternalReceiptNumber=None)
    asked = in_doubt(bench, item)
    assert bench.tracker.look_up(asked).outcome is Outcome.FOUND
    bench.tracker._taken = lambda receipt, by: (receipt, by) == ("1", item.id)
    assert bench.tracker.look_up(asked).outcome is Outcome.ABSENT


# ---- a receipt that the state does not show


@pytest.mark.parametrize("status", [404, 401])
def test_a_lost_void_whose_receipt_is_not_shown_goes_to_a_person_and_the_line_stays(
    bench: MetrcBench, status: int
) -> None:
    sale = report(1)
    outbox = FakeOutbox([sale])
    drained(bench, loop(bench, outbox))
    void = void_of(sale, remote_id=outbox.items[sale.id].remote_id)
    outbox.add(void)
    outbox.add(report(3, patient="SP-0003"))
    _hidden_after_the_void(bench, status)
    heard: list[ServiceReach] = []
    running = loop(bench, outbox, heard=heard.append)
    drained(bench, running)
    stuck = outbox.items[void.id]
    assert (stuck.state, "A manager must look there" in stuck.last_error) == (OutboxState.REJECTED, True)
    assert {Action.RETRY, Action.REPORTED, Action.CANCELLED} == set(allowed(stuck, LICENSE))
    assert set(heard) == {ServiceReach.REACHED}
    assert running.status().reach is ServiceReach.REACHED


def _hidden_after_the_void(bench: MetrcBench, status: int) -> None:
    """The answer to the DELETE is lost; from then on METRC does not show the receipt."""
    read, delete = bench.client.get, bench.client.delete
    gone = False

    def get(path: str, query: Any = None, **more: Any) -> Reply:
        own = gone and path.startswith(f"{BASE}/") and path.rsplit("/", 1)[1].isdigit()
        return Reply(status=status) if own else read(path, query, **more)

    def lost(path: str, query: Any) -> Reply:
        nonlocal gone
        gone = True
        delete(path, query)
        return Reply(status=500)

    bench.client.get, bench.client.delete = get, lost  # type: ignore[method-assign]  # a service that forgets


def test_with_a_refused_key_nothing_is_concluded(bench: MetrcBench) -> None:
    item = report(1)
    void = void_of(item, remote_id=bench.tracker.send(item).remote_id)
    bench.faults({"match": "* *", "do": "revoke-key"})
    found = bench.tracker.look_up(in_doubt(bench, void))
    assert (found.outcome, found.pause_lane) == (Outcome.COULD_NOT_ASK, True)


def test_one_report_that_cannot_be_asked_about_is_no_outage(bench: MetrcBench) -> None:
    """Its own address answers with faults, and everything else works: what may be sold hangs on that."""
    item = report(1)
    void = void_of(item, remote_id=bench.tracker.send(item).remote_id)
    bench.faults({"match": f"GET {BASE}/*", "do": "500"})
    heard: list[ServiceReach] = []
    line = Line(bench.tracker, bench.clock, heard.append)
    for _ in range(20):
        line.note(bench.tracker.look_up(in_doubt(bench, void)))
        line.note(bench.tracker.send(void))
    assert set(heard) == {ServiceReach.REACHED}
    bench.sandbox.server.close_socket()
    line.note(bench.tracker.look_up(in_doubt(bench, void)))
    assert heard[-1] is ServiceReach.AWAY


class Hasty(Line):
    """Known wrong, and what this program did before: the report that cannot be asked about tells of the line."""

    def _in_question(self, result: AttemptResult) -> None:
        self._reached(ServiceReach.AWAY)


def test_a_line_judged_by_one_report_is_called_dead(bench: MetrcBench) -> None:
    item = report(1)
    void = void_of(item, remote_id=bench.tracker.send(item).remote_id)
    bench.faults({"match": f"GET {BASE}/*", "do": "500"})
    line = Hasty(bench.tracker, bench.clock, None)
    line.note(bench.tracker.look_up(in_doubt(bench, void)))
    assert (line.reach, bench.tracker.probe()) == (ServiceReach.AWAY, ServiceReach.REACHED)
