"""What every Tracker keeps: the fake that the unit tests trust, METRC's adapter, and BioTrack's in both generations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.ports import ServiceReach, StateAnswer, Tracker
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, Outcome
from pos_desktop.sync.metrc.tracker import MetrcTracker
from pos_desktop.sync.outbox import after_attempt
from tests.fixtures import biotrack_bench
from tests.fixtures.biotrack_bench import BioTrackBench, made_tracker
from tests.fixtures.biotrack_server import BioTrackServer
from tests.fixtures.fake_tracker import FakeTracker
from tests.fixtures.reports import void_of
from tests.fixtures.sandbox import FOREIGN_LICENSE
from tests.fixtures.tracker_bench import MetrcBench, metrc_bench, report
from tests.fixtures.virtual_time import VirtualClock

KNOWN, UNKNOWN = "SP-0001", "NO-SUCH-CARD"


class TrackerContract:
    """A subclass gives `tracker` and the few things that a test does to the service behind it."""

    tracker: Tracker

    def report(self, n: int, **more: Any) -> OutboxItem:
        return report(n, **more)

    def lose_next_answer(self, *, handled: bool) -> None: ...

    def refuse_next(self) -> None: ...

    def refuse_key(self) -> None: ...

    def go_away(self) -> None: ...

    def copies(self, item: OutboxItem) -> int:
        raise AssertionError

    def record(self, item: OutboxItem, *, other: bool = False) -> None: ...

    def in_doubt(self, item: OutboxItem, result: AttemptResult) -> OutboxItem:
        """As the loop would keep it, at a time when a look-up counts."""
        sending = replace(item, state=type(item.state).SENDING)
        return after_attempt(sending, result, item.created_at, lambda _, high: high)

    # ---- what holds

    def test_it_is_there_and_knows_us(self) -> None:
        assert self.tracker.probe() is ServiceReach.REACHED

    def test_a_report_is_accepted_once_with_its_id(self) -> None:
        item = self.report(1)
        result = self.tracker.send(item)
        assert result.outcome is Outcome.CONFIRMED
        assert result.remote_id
        assert self.copies(item) == 1

    def test_what_it_never_saw_is_absent(self) -> None:
        assert self.tracker.look_up(self.in_doubt(self.report(1), _LOST)).outcome is Outcome.ABSENT

    def test_an_answer_lost_after_handling_is_found_again(self) -> None:
        item = self.report(1)
        self.lose_next_answer(handled=True)
        result = self.tracker.send(item)
        assert result.outcome is Outcome.IN_DOUBT
        found = self.tracker.look_up(self.in_doubt(item, result))
        assert found.outcome is Outcome.FOUND
        assert found.remote_id
        assert self.copies(item) == 1

    def test_a_request_lost_on_the_way_is_absent(self) -> None:
        item = self.report(1)
        self.lose_next_answer(handled=False)
        result = self.tracker.send(item)
        assert result.outcome is Outcome.IN_DOUBT
        assert self.tracker.look_up(self.in_doubt(item, result)).outcome is Outcome.ABSENT
        assert self.copies(item) == 0

    def test_two_copies_are_seen(self) -> None:
        item = self.report(1)
        self.record(item)
        self.record(item)
        assert self.tracker.look_up(self.in_doubt(item, _LOST)).outcome is Outcome.FOUND_TWICE

    def test_another_sale_under_the_same_number_is_seen(self) -> None:
        item = self.report(1)
        self.record(item, other=True)
        found = self.tracker.look_up(self.in_doubt(item, _LOST))
        assert found.outcome is Outcome.FOUND_DIFFERENT
        assert found.remote_id

    def test_a_refusal_says_why(self) -> None:
        self.refuse_next()
        result = self.tracker.send(self.report(1, tag="1A4FF0100000022000009999"))
        assert result.outcome is Outcome.REFUSED
        assert result.sentence

    def test_a_bad_key_blocks_and_is_no_proof_of_absence(self) -> None:
        item = self.report(1)
        self.record(item)
        self.refuse_key()
        assert self.tracker.probe() is ServiceReach.REFUSED_KEY
        result = self.tracker.send(self.report(2))
        assert (result.outcome, result.pause_lane) == (Outcome.BLOCKED, True)
        assert self.tracker.look_up(self.in_doubt(item, _LOST)).outcome is Outcome.COULD_NOT_ASK
        assert self.tracker.patient(KNOWN) is ServiceReach.REFUSED_KEY

    def test_away_is_away(self) -> None:
        item = self.report(1)
        self.go_away()
        assert self.tracker.probe() is ServiceReach.AWAY
        assert self.tracker.send(item).outcome is Outcome.NOT_SENT
        assert self.tracker.look_up(self.in_doubt(item, _LOST)).outcome is Outcome.COULD_NOT_ASK
        assert self.tracker.patient(KNOWN) is ServiceReach.AWAY

    # ---- voids

    def sold(self) -> tuple[OutboxItem, str]:
        item = self.report(1)
        return item, self.tracker.send(item).remote_id

    def is_voided(self, remote_id: str) -> bool:
        raise AssertionError

    def test_a_void_takes_its_one_receipt_back(self) -> None:
        item, remote_id = self.sold()
        void = void_of(item, remote_id=remote_id)
        assert self.tracker.look_up(self.in_doubt(void, _LOST)).outcome is Outcome.ABSENT
        result = self.tracker.send(void)
        assert (result.outcome, bool(result.remote_id)) == (Outcome.CONFIRMED, True)
        assert self.is_voided(remote_id)
        found = self.tracker.look_up(self.in_doubt(void, _LOST))
        assert (found.outcome, bool(found.remote_id)) == (Outcome.FOUND, True)

    @pytest.mark.parametrize("handled", [True, False])
    def test_a_void_whose_answer_was_lost_is_looked_up(self, handled: bool) -> None:
        item, remote_id = self.sold()
        void = void_of(item, remote_id=remote_id)
        self.lose_next_answer(handled=handled)
        result = self.tracker.send(void)
        assert result.outcome is Outcome.IN_DOUBT
        found = self.tracker.look_up(self.in_doubt(void, result))
        assert found.outcome is (Outcome.FOUND if handled else Outcome.ABSENT)
        assert self.is_voided(remote_id) is handled

    def test_a_void_that_cannot_be_sent_or_asked_about_says_so(self) -> None:
        item, remote_id = self.sold()
        void = void_of(item, remote_id=remote_id)
        self.refuse_key()
        assert self.tracker.send(void).outcome is Outcome.BLOCKED
        assert self.tracker.look_up(self.in_doubt(void, _LOST)).outcome is Outcome.COULD_NOT_ASK
        assert not self.is_voided(remote_id)

    def test_a_void_without_a_line_is_not_sent(self) -> None:
        item, remote_id = self.sold()
        void = void_of(item, remote_id=remote_id)
        self.go_away()
        assert self.tracker.send(void).outcome is Outcome.NOT_SENT
        assert self.tracker.look_up(self.in_doubt(void, _LOST)).outcome is Outcome.COULD_NOT_ASK

    def test_an_unknown_kind_is_a_bug(self) -> None:
        odd = replace(self.report(1), kind="return")
        with pytest.raises(ValueError, match="return"):
            self.tracker.send(odd)

    def test_a_patient_is_known_or_not(self) -> None:
        known = self.tracker.patient(KNOWN)
        assert isinstance(known, StateAnswer)
        assert (known.found, known.active) == (True, True)
        unknown = self.tracker.patient(UNKNOWN)
        assert isinstance(unknown, StateAnswer)
        assert (unknown.found, unknown.active, unknown.rows) == (False, False, ())

    def test_it_says_how_long_to_wait(self) -> None:
        assert self.tracker.settle_us > 0


_LOST = AttemptResult(Outcome.IN_DOUBT, sentence="No answer came.")


class TestFake(TrackerContract):
    @pytest.fixture(autouse=True)
    def _service(self) -> None:
        clock = VirtualClock()
        self.fake = FakeTracker(clock)
        self.fake.answers[KNOWN] = StateAnswer(clock.now(), found=True, active=True, expires=None, rows=())
        self.tracker = self.fake

    def lose_next_answer(self, *, handled: bool) -> None:
        self.fake.script, self.fake.lands = [_LOST], lambda _: handled

    def refuse_next(self) -> None:
        self.fake.script = [AttemptResult(Outcome.REFUSED, http_status=400, sentence="No such package.")]

    def refuse_key(self) -> None:
        self.fake.reach = ServiceReach.REFUSED_KEY

    def go_away(self) -> None:
        self.fake.reach = ServiceReach.AWAY

    def copies(self, item: OutboxItem) -> int:
        return self.fake.times()[item.natural_key]

    def is_voided(self, remote_id: str) -> bool:
        return int(remote_id) in self.fake.voided

    def record(self, item: OutboxItem, *, other: bool = False) -> None:
        self.fake.send(replace(item, payload_sha256="other") if other else item)


class TestMetrc(TrackerContract):
    @pytest.fixture(autouse=True)
    def _service(self, tmp_path: Path) -> Iterator[None]:
        with metrc_bench(tmp_path) as self.bench:
            self.tracker = self.bench.tracker
            yield

    bench: MetrcBench

    def lose_next_answer(self, *, handled: bool) -> None:
        do = "commit-then-drop" if handled else "drop-before"
        writes = ("POST /sales/v2/receipts", "DELETE /sales/v2/receipts/*")
        self.bench.faults(*({"match": each, "do": do, "times": 1} for each in writes))

    def is_voided(self, remote_id: str) -> bool:
        [held] = [each for each in self.bench.sandbox.server.ledger() if str(each["Id"]) == remote_id]
        return bool(held["ArchivedDate"])

    def refuse_key(self) -> None:
        self.bench.faults({"match": "* *", "do": "revoke-key"})

    def go_away(self) -> None:
        self.bench.sandbox.server.close_socket()

    def copies(self, item: OutboxItem) -> int:
        return self.bench.recorded()[item.natural_key]

    def record(self, item: OutboxItem, *, other: bool = False) -> None:
        self.bench.record(item, **({"SalesDateTime": "2026-04-08T10:00:00.000"} if other else {}))

    def test_what_was_voided_there_already_is_done(self) -> None:
        item, remote_id = self.sold()
        void = void_of(item, remote_id=remote_id)
        assert self.tracker.send(void).outcome is Outcome.CONFIRMED
        assert self.tracker.send(void).outcome is Outcome.CONFIRMED, "a refusal, and the receipt is voided"

    def test_a_receipt_that_is_not_there_stops_nothing_else(self) -> None:
        item, _ = self.sold()
        result = self.tracker.send(void_of(item, remote_id="999999"))
        assert (result.outcome, result.pause_lane) == (Outcome.REFUSED, False)
        assert "999999" in result.sentence
        lost = self.in_doubt(void_of(item, remote_id="999999"), _LOST)
        found = self.tracker.look_up(lost)
        assert (found.outcome, found.pause_lane) == (Outcome.REFUSED, False), (
            "a person looks, and nobody waits"
        )

    def test_the_license_must_be_among_the_users(self) -> None:
        tracker = MetrcTracker(
            self.bench.client, license_number=FOREIGN_LICENSE, clock=self.bench.clock, profile="training"
        )
        assert tracker.probe() is ServiceReach.REFUSED_KEY


class TestBioTrack(TrackerContract):
    profile = biotrack_bench.STANDARD
    dispense = "sale_dispense"
    bench: BioTrackBench

    @pytest.fixture(autouse=True)
    def _service(self) -> Iterator[None]:
        with biotrack_bench.biotrack_bench(self.profile) as self.bench:
            self.tracker = self.bench.tracker
            yield

    def report(self, n: int, **more: Any) -> OutboxItem:
        return biotrack_bench.report(n, **more)

    def lose_next_answer(self, *, handled: bool) -> None:
        for action in (self.dispense, "sale_void"):
            self.bench.server.fault(action, "drop-after" if handled else "drop-before")

    def is_voided(self, remote_id: str) -> bool:
        return all(
            row["gone"] for row in self.bench.server.sales if str(row["transactionid_original"]) == remote_id
        )

    def refuse_key(self) -> None:
        self.bench.server.sessions.clear()
        self.bench.server.good_password = "another"

    def go_away(self) -> None:
        nobody = BioTrackServer(self.bench.server.now, port=9)  # none that a free one is chosen from
        self.tracker, _, _ = made_tracker(nobody, self.bench.clock, self.profile)

    def copies(self, item: OutboxItem) -> int:
        return self.bench.server.times()[item.natural_key]

    def record(self, item: OutboxItem, *, other: bool = False) -> None:
        self.bench.record(item, other=other)


class TestBioTrackV3(TestBioTrack):
    profile = biotrack_bench.V3
    dispense = "/v1/dispense"
