"""BioTrack's adapter on the wire: what is sent, what each answer means, and what is asked before anything is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from pos_desktop.app.ports import ServiceReach, StateAnswer
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import HOUR_US, SECOND_US, Instant
from pos_desktop.domain.mass import OUNCE_MG
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.biotrack.answers import Account
from pos_desktop.sync.biotrack.legacy import LegacyClient
from pos_desktop.sync.biotrack.profile import Auth, PriceBasis, Terminal
from pos_desktop.sync.biotrack.service_time import ServiceTime
from pos_desktop.sync.biotrack.tracker import LIVE_SETTLE_US, BioTrackTracker, must_be_set
from pos_desktop.sync.outbox import after_attempt
from pos_desktop.sync.web import Web
from tests.fixtures.biotrack_bench import (
    EDIBLE,
    FIRST_SALE,
    FLOWER,
    LICENSE,
    NOON,
    STANDARD,
    V3,
    BioTrackBench,
    SamplePast,
    biotrack_bench,
    made_tracker,
    report,
    sold,
    void,
)
from tests.fixtures.virtual_time import VirtualClock

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


# ---- what goes out


def test_a_sale_is_told_in_the_contracts_words(bench: BioTrackBench) -> None:
    lines = [sold(cents=7_000, quantity=2), sold(EDIBLE, cents=2_450), sold(cents=3_000)]
    item = report(1, patient="SP-0001", lines=lines)
    assert bench.tracker.send(item).outcome is Outcome.CONFIRMED
    document = sent(bench)
    assert document["sessionid"] in bench.server.sessions
    del document["sessionid"]
    assert document == {
        "API": "4.0",
        "action": SALE,
        "training": 1,
        "terminal_id": item.natural_key,
        "sale_time": FIRST_SALE.utc_us // SECOND_US + 1,
        "card_id": "SP-0001",
        "card_key": "ck.0",
        "data": [
            {"barcodeid": FLOWER, "quantity": "2", "price": "70.00", "item_number": 0},
            {"barcodeid": "0000008000000045", "quantity": "1", "price": "24.50", "item_number": 1},
            {"barcodeid": FLOWER, "quantity": "1", "price": "30.00", "item_number": 2},
        ],
        "nonce": item.id,
    }


def test_every_request_names_its_data_set(bench: BioTrackBench) -> None:
    bench.tracker.probe()
    bench.tracker.patient("SP-0001")
    bench.tracker.send(report(1))
    bench.tracker.look_up(in_doubt(report(2)))
    assert {document["training"] for _, document in bench.server.asked} == {1}
    assert len(bench.server.asked) >= 6
    assert bench.server.mixed == 0


def test_profile_values_change_what_goes_out() -> None:
    profile = replace(
        STANDARD, price_basis=PriceBasis.UNIT, terminal=Terminal.REGISTER, content_type="application/json"
    )
    with biotrack_bench(profile) as bench:
        bench.tracker.send(report(1, lines=[sold(quantity=3, cents=1_000)]))
        document = sent(bench)
        assert (document["terminal_id"], document["data"][0]["price"]) == ("ST01-R1", "3.333333")


def test_a_caregiver_is_presented(bench: BioTrackBench) -> None:
    item = report(1)
    item = replace(item, payload=item.payload.replace(b'"caregiver":null', b'"caregiver":"CG-7"'))
    bench.tracker.send(item)
    assert sent(bench, "card_lookup")["caregiver_card_id"] == "CG-7"


def test_without_sessions_each_request_logs_in() -> None:
    with biotrack_bench(replace(STANDARD, auth=Auth.NO_SESSION)) as bench:
        assert bench.tracker.send(report(1)).outcome is Outcome.CONFIRMED
        assert "login" not in bench.server.actions()
        assert (sent(bench)["nosession"], sent(bench)["username"]) == (1, "pos@shop.example")
        bench.server.good_password = "another"
        assert bench.tracker.send(report(2)).outcome is Outcome.BLOCKED
        assert bench.tracker.probe() is ServiceReach.REFUSED_KEY


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [{**sold(), "unit": "weight", "quantity": 3_500}],
        [sold("12345")],
        [sold("1A4FF0100000022000009999")],
    ],
)
def test_what_the_service_cannot_take_is_not_sent(bench: BioTrackBench, lines: list[dict[str, Any]]) -> None:
    result = bench.tracker.send(report(1, lines=lines))
    assert (result.outcome, bench.server.asked) == (Outcome.REFUSED, [])
    assert "was not sent" in result.sentence


def test_a_sale_to_nobody_in_particular_needs_no_card(bench: BioTrackBench) -> None:
    item = report(1)
    bench.tracker.send(replace(item, payload=item.payload.replace(b'"patient":"SP-0001"', b'"patient":null')))
    assert "card_lookup" not in bench.server.actions()
    assert "card_id" not in sent(bench)


# ---- what an answer means


@pytest.mark.parametrize(
    ("do", "outcome"),
    [
        ("drop-before", Outcome.IN_DOUBT),
        ("drop-after", Outcome.IN_DOUBT),
        ("http-500", Outcome.IN_DOUBT),
        ("html", Outcome.IN_DOUBT),
        ("truncated", Outcome.IN_DOUBT),
        ("empty", Outcome.IN_DOUBT),
        ("no-number", Outcome.IN_DOUBT),
        ("again", Outcome.NOT_SENT),
        ("prefix", Outcome.CONFIRMED),
        ("strings", Outcome.CONFIRMED),
        ("expire", Outcome.CONFIRMED),
    ],
)
def test_only_a_plain_word_counts(bench: BioTrackBench, do: str, outcome: Outcome) -> None:
    bench.server.fault(SALE, do)
    result = bench.tracker.send(report(1))
    assert result.outcome is outcome
    assert bool(result.sentence) is (outcome is not Outcome.CONFIRMED)
    assert result.pause_lane is (do == "html")


@pytest.mark.parametrize("do", ["drop-before", "drop-after", "http-500", "html", "truncated", "empty"])
@pytest.mark.parametrize("action", ["login", "card_lookup"])
def test_a_sale_whose_card_could_not_be_asked_about_was_not_sent(
    bench: BioTrackBench, do: str, action: str
) -> None:
    bench.server.fault(action, do)
    result = bench.tracker.send(report(1))
    assert result.outcome is Outcome.NOT_SENT
    assert SALE not in bench.server.actions()
    assert result.excerpt == "", "half an answer may hold a session or a key"


def test_a_session_that_ends_in_mid_queue_costs_one_log_in_and_one_repeat(bench: BioTrackBench) -> None:
    for n in range(3):
        assert bench.tracker.send(report(n)).outcome is Outcome.CONFIRMED
        bench.server.sessions.clear()
    assert bench.server.actions().count("login") == 3
    assert bench.server.recorded() == 3


def test_a_session_that_never_holds_is_tried_once_more_and_no_oftener(bench: BioTrackBench) -> None:
    bench.server.fault(SALE, "expire", every=1)
    result = bench.tracker.send(report(1))
    assert result.outcome is Outcome.BLOCKED
    assert bench.server.actions().count(SALE) == 2


@pytest.mark.parametrize(
    ("error", "code", "outcome"),
    [
        ("Wrong API.", "17", Outcome.BLOCKED),
        ("No privilege.", 62, Outcome.BLOCKED),
        ("The location license number is invalid.", "63", Outcome.BLOCKED),
        ("Only labs.", 200, Outcome.BLOCKED),
        ("Not whole.", 202, Outcome.REFUSED),
        ("You do not currently have possession of identifier 9990008000000012.", "602", Outcome.REFUSED),
        ("Something new.", 4711, Outcome.REFUSED),
        ("No code at all.", None, Outcome.REFUSED),
        ("The month is locked.", "1020", Outcome.REFUSED),
        ("A void failed, try again.", 1000, Outcome.NOT_SENT),
    ],
)
def test_a_refusal_is_classed_by_its_code(
    bench: BioTrackBench, monkeypatch: pytest.MonkeyPatch, error: str, code: Any, outcome: Outcome
) -> None:
    from tests.fixtures.biotrack_records import Refusal

    def refuse(_: Any) -> Any:
        raise Refusal(error, code)

    monkeypatch.setattr(bench.server, "_do_sale_dispense", refuse, raising=False)
    result = bench.tracker.send(report(1))
    assert result.outcome is outcome
    assert (error in result.sentence) is (outcome is not Outcome.NOT_SENT)
    assert result.pause_lane is (outcome is Outcome.BLOCKED)
    assert bench.server.actions().count(SALE) == 1


def test_what_is_kept_of_an_answer_hides_the_card(bench: BioTrackBench) -> None:
    bench.server.stock.clear()
    bench.server.cards["CARD-777-1234"] = bench.server.cards["SP-0001"]
    item = report(1, patient="CARD-777-1234", tag=FLOWER)
    result = bench.tracker.send(item)
    assert result.outcome is Outcome.REFUSED
    assert "CARD-777-1234" not in result.sentence + result.excerpt


# ---- cards


@pytest.mark.parametrize("case", ["lapsed", "unknown"])
def test_a_lapsed_card_is_for_a_person_and_the_sale_stays_as_it_was(bench: BioTrackBench, case: str) -> None:
    if case == "lapsed":
        bench.server.cards["SP-0001"]["card_active"] = "0"
    else:
        del bench.server.cards["SP-0001"]
    result = bench.tracker.send(report(1))
    assert result.outcome is Outcome.REFUSED
    assert "saved" in result.sentence
    assert SALE not in bench.server.actions()


def test_a_key_that_ended_before_the_sale_is_asked_for_once_more(bench: BioTrackBench) -> None:
    lookup = bench.server._do_card_lookup
    taken = []

    def ends_at_once(document: Any) -> Any:
        answer = lookup(document)
        if not taken:
            taken.append(bench.server.keys.pop(answer["card_key"]))
            bench.server.keys["other"] = ""
        return answer

    bench.server._do_card_lookup = ends_at_once  # type: ignore[method-assign]
    assert bench.tracker.send(report(1)).outcome is Outcome.CONFIRMED
    assert bench.server.actions().count("card_lookup") == 2
    assert bench.server.recorded() == 1


@pytest.mark.parametrize("do", ["", "strings", "prefix"])
def test_a_patients_standing_is_read_in_any_dress(bench: BioTrackBench, do: str) -> None:
    if do:
        bench.server.fault("card_lookup", do)
    answer = bench.tracker.patient(" SP-0001 ")
    assert answer == StateAnswer(
        bench.clock.now(), found=True, active=True, expires=date(2027, 3, 31), rows=()
    )


def test_a_figure_of_unknown_unit_is_none_and_one_in_units_is_flower(v3: BioTrackBench) -> None:
    answer = v3.tracker.patient("SP-0001")
    assert isinstance(answer, StateAnswer)
    [row] = answer.rows
    left = Fraction(Decimal("61.25")) * 1_000 / OUNCE_MG
    assert (row.days, row.flower[2], row.thc) == (90, left, (0, 0, 0))
    v3.server.cards["SP-0001"]["card_limit"] = 0
    nothing = v3.tracker.patient("SP-0001")
    assert isinstance(nothing, StateAnswer)
    assert (nothing.rows[0].flower[2], any(nothing.rows[0].flower)) == (0, True)


@pytest.mark.parametrize("do", ["drop-after", "http-500", "html", "truncated"])
def test_trouble_is_away_and_not_an_unknown_card(bench: BioTrackBench, do: str) -> None:
    bench.server.fault("card_lookup", do)
    assert bench.tracker.patient("SP-0001") is ServiceReach.AWAY


# ---- time


@pytest.mark.parametrize(
    ("ahead_s", "moved_s"),
    [(0, 0), (-1, 0), (90, 90), (-90, -89)],
    ids=["equal", "rounding", "ahead", "behind"],
)
def test_the_time_of_sale_is_the_services(bench: BioTrackBench, ahead_s: int, moved_s: int) -> None:
    """A told second hides up to one more, so that a clock behind is corrected by the least that explains it."""
    bench.server.now += ahead_s
    bench.tracker.send(report(1))
    shift = sent(bench)["sale_time"] - (FIRST_SALE.utc_us // SECOND_US + 1)
    assert shift in (moved_s, moved_s - 1) if moved_s < 0 else shift == moved_s


def test_no_sale_lies_in_the_services_future(bench: BioTrackBench) -> None:
    bench.tracker.send(report(1, at=NOON.plus_us(HOUR_US)))
    assert sent(bench)["sale_time"] == bench.server.now


def test_the_service_tells_its_time_by_log_in_and_look_up(bench: BioTrackBench) -> None:
    heard: list[Instant] = []
    tracker, _, _ = made_tracker(bench.server, bench.clock, heard=heard.append)
    tracker.probe()
    tracker.patient("SP-0001")
    assert heard == [NOON, NOON]
    bench.server.fault("card_lookup", "html")
    tracker.patient("SP-0001")
    assert len(heard) == 2


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
    assert bench.tracker.look_up(in_doubt(void(sale, "999"))).outcome is Outcome.COULD_NOT_ASK
    nameless = void(sale, "")
    assert bench.tracker.send(nameless).outcome is Outcome.REFUSED
    assert bench.tracker.look_up(in_doubt(nameless)).outcome is Outcome.COULD_NOT_ASK


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


# ---- v3


def test_v3_says_it_in_its_own_words(v3: BioTrackBench) -> None:
    item = report(1, patient="SP-0001", lines=[sold(quantity=2, cents=7_000, tax=560)])
    result = v3.tracker.send(item)
    assert (result.outcome, result.remote_id) == (Outcome.CONFIRMED, str(v3.server.transaction))
    assert sent(v3, "/v1/dispense") == {
        "LocationLicense": LICENSE,
        "Type": "MEDICAL",
        "Datetime": "2026-11-24T18:00:01Z",
        "RequestID": item.id,
        "ExternalID": item.natural_key,
        "TerminalID": item.natural_key,
        "PatientCardKey": "jwt.0.x",
        "Items": [
            {"Barcode": FLOWER, "Quantity": 2, "Price": Decimal("70.00"), "Tax": {"Excise": 0, "Other": Decimal("5.60")}}
        ],
    }  # fmt: skip


def test_v3_renews_a_token_once_and_reports_a_late_sale_with_a_new_key(v3: BioTrackBench) -> None:
    v3.tracker.send(report(1))
    v3.server.sessions.clear()
    v3.server.keys.clear()
    v3.clock.advance(4 * HOUR_US)
    v3.server.now += 4 * 3_600
    assert v3.tracker.send(report(2)).outcome is Outcome.CONFIRMED
    assert sent(v3, "/v1/dispense")["Datetime"] == "2026-11-24T18:00:02Z", "the original time"


def test_v3_refusals_are_http_and_the_rest_is_doubt(v3: BioTrackBench) -> None:
    v3.server.stock.clear()
    refused = v3.tracker.send(report(1))
    assert (refused.outcome, refused.http_status) == (Outcome.REFUSED, 400)
    assert "possession" in refused.sentence


def test_v3_refuses_a_log_in_of_the_other_data_set(v3: BioTrackBench) -> None:
    v3.server.training = 0
    result = v3.tracker.send(report(1))
    assert result.outcome is Outcome.BLOCKED
    assert "never mix" in result.sentence
    assert "/v1/dispense" not in v3.server.actions()


# ---- making one


def legacy(url: str, *, training: bool) -> LegacyClient:
    account = Account("1", "u", "p", "2")
    return LegacyClient(Web(url), account, STANDARD, ServiceTime(VirtualClock()), training=training)


def tracker_of(url: str, store: str, *, training: bool, settle_us: int | None = None) -> BioTrackTracker:
    client = legacy(url, training=training)
    return BioTrackTracker(
        client,
        client,
        profile=STANDARD,
        license_number=LICENSE,
        clock=VirtualClock(),
        time=ServiceTime(VirtualClock()),
        past=SamplePast(),
        store=store,
        settle_us=settle_us,
    )


@pytest.mark.parametrize(("store", "training"), [("live", True), ("training", False)])
def test_training_and_live_never_mix(store: str, training: bool) -> None:
    with pytest.raises(BadInput, match="Nothing was sent"):
        tracker_of("http://127.0.0.1:9", store, training=training)


def test_a_training_tracker_never_speaks_to_another_computer() -> None:
    with pytest.raises(BadInput, match="only to this computer"):
        tracker_of("https://state.example/serverjson.asp", "training", training=True)


def test_a_live_tracker_settles_for_75_seconds_at_least() -> None:
    def live(settle_us: int | None) -> BioTrackTracker:
        return tracker_of("https://state.example", "live", training=False, settle_us=settle_us)

    assert live(None).settle_us == LIVE_SETTLE_US == 75 * SECOND_US
    with pytest.raises(ValueError, match="75 s"):
        live(LIVE_SETTLE_US - 1)


@pytest.mark.parametrize(
    "values", [("", "u", "p", "l"), ("c", " ", "p", "l"), ("c", "u", "", "l"), ("c", "u", "p", "")]
)
def test_what_is_missing_is_named(values: tuple[str, str, str, str]) -> None:
    must_be_set(Account("c", "u", "p", "l"))
    with pytest.raises(BadInput, match="Before BioTrack can be called"):
        must_be_set(Account(*values))


def test_an_account_shows_no_password() -> None:
    assert "p4ss" not in repr(Account("c", "u", "p4ss", "l"))
