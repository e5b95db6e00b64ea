"""BioTrack's adapter on the wire: what is sent, and what each answer means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from pos_desktop.app.ports import ServiceReach, StateAnswer
from pos_desktop.domain.instant import SECOND_US
from pos_desktop.domain.mass import OUNCE_MG
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, OutboxState, Outcome
from pos_desktop.sync.biotrack.profile import Auth, PriceBasis, Terminal
from pos_desktop.sync.outbox import after_attempt
from tests.fixtures.biotrack_bench import (
    EDIBLE,
    FIRST_SALE,
    FLOWER,
    NOON,
    STANDARD,
    V3,
    BioTrackBench,
    biotrack_bench,
    report,
    sold,
)
from tests.fixtures.biotrack_records import Refusal

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


def test_a_key_that_ended_before_the_sale_is_asked_for_once_more(
    bench: BioTrackBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookup = bench.server._do_card_lookup
    taken: list[str] = []

    def ends_at_once(document: Any) -> Any:
        answer = lookup(document)
        if not taken:
            taken.append(bench.server.keys.pop(answer["card_key"]))
            bench.server.keys["other"] = ""
        return answer

    monkeypatch.setattr(bench.server, "_do_card_lookup", ends_at_once)
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
    assert (row.days, row.flower[2]) == (Fraction(90), left)
    assert not any(row.thc)
    v3.server.cards["SP-0001"]["card_limit"] = 0
    nothing = v3.tracker.patient("SP-0001")
    assert isinstance(nothing, StateAnswer)
    assert not nothing.rows[0].flower[2]
    assert any(nothing.rows[0].flower)


@pytest.mark.parametrize("do", ["drop-after", "http-500", "html", "truncated", "no-number"])
def test_trouble_is_away_and_not_an_unknown_card(bench: BioTrackBench, do: str) -> None:
    bench.server.fault("card_lookup", do)
    assert bench.tracker.patient("SP-0001") is ServiceReach.AWAY
