"""Changes of receipts at METRC before the sandbox: what each does, how it is looked up, and what it never claims."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pos_desktop.app.ports import CouldNotAsk, ServiceReach
from pos_desktop.domain.journal import canonical
from pos_desktop.domain.outbox import AttemptResult, OutboxItem, Outcome
from pos_desktop.sync.metrc.asking import Desk
from pos_desktop.sync.metrc.receipt_desk import ReceiptDesk
from pos_desktop.sync.metrc.receipts import Receipt
from tests.fixtures.sandbox import FLOWER, FOREIGN_LICENSE, LICENSE, OTHER_LICENSE, VAPE
from tests.fixtures.tracker_bench import MetrcBench, metrc_bench, report

BASE = "/sales/v2/receipts"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[MetrcBench]:
    with metrc_bench(tmp_path) as running:
        yield running


@pytest.fixture
def desk(bench: MetrcBench) -> ReceiptDesk:
    return ReceiptDesk(Desk(bench.client, LICENSE))


def sold(bench: MetrcBench, n: int = 1) -> tuple[OutboxItem, int]:
    item = report(n)
    return item, int(bench.tracker.send(item).remote_id)


def corrected(item: OutboxItem, **line: Any) -> bytes:
    document = json.loads(item.payload)
    document["lines"][0] |= line
    document["total_cents"] = sum(each["amount_cents"] for each in document["lines"])
    return canonical(document)


def in_ledger(bench: MetrcBench, number: int) -> dict[str, Any]:
    return next(dict(row) for row in bench.sandbox.server.ledger() if row["Id"] == number)


# ---- edit


def test_an_edit_replaces_the_sale_with_all_its_lines(bench: MetrcBench, desk: ReceiptDesk) -> None:
    item, number = sold(bench)
    before = bench.sandbox.quantity(FLOWER)
    payload = corrected(item, quantity=2_500, amount_cents=2_750)
    assert desk.look_up_edit(number, payload).outcome is Outcome.ABSENT
    result = desk.edit(number, payload)
    assert (result.outcome, result.remote_id) == (Outcome.CONFIRMED, str(number))
    assert desk.look_up_edit(number, payload).outcome is Outcome.FOUND
    kept = in_ledger(bench, number)
    assert (kept["TotalPrice"], kept["ExternalReceiptNumber"]) == (Decimal("27.50"), item.natural_key)
    assert before - bench.sandbox.quantity(FLOWER) == Decimal("1.5")
    assert desk.edit(number, payload).outcome is Outcome.CONFIRMED, "a PUT may be repeated"
    assert before - bench.sandbox.quantity(FLOWER) == Decimal("1.5")


def test_a_package_corrected_at_the_same_price_is_not_taken_for_done(
    bench: MetrcBench, desk: ReceiptDesk
) -> None:
    """Head and total say nothing here: a look-up by them alone would be wrong, and the test says so."""
    item, number = sold(bench)
    payload = corrected(item, tag=VAPE, quantity=1, unit="each", tracker_unit="Each")
    there = desk.read(number)
    assert isinstance(there, Receipt)
    assert there.total_cents == json.loads(payload)["total_cents"]
    bench.faults({"match": f"PUT {BASE}", "do": "drop-before", "times": 1})
    assert desk.edit(number, payload).outcome is Outcome.IN_DOUBT
    assert desk.look_up_edit(number, payload).outcome is Outcome.ABSENT
    bench.faults({"match": f"PUT {BASE}", "do": "commit-then-drop", "times": 1})
    assert desk.edit(number, payload).outcome is Outcome.IN_DOUBT
    assert desk.look_up_edit(number, payload).outcome is Outcome.FOUND


def test_a_refused_edit_says_why_and_hides_the_card(bench: MetrcBench, desk: ReceiptDesk) -> None:
    item, number = sold(bench)
    document = json.loads(item.payload) | {"patient": "NO-SUCH-CARD-1234"}
    result = desk.edit(number, canonical(document))
    assert result.outcome is Outcome.REFUSED
    assert "…1234 does not exist" in result.sentence
    assert "NO-SUCH" not in result.sentence + result.excerpt


def test_a_final_or_voided_receipt_is_not_edited(bench: MetrcBench, desk: ReceiptDesk) -> None:
    item, number = sold(bench)
    desk.finalize(number)
    assert "unfinalize" in desk.edit(number, item.payload).sentence
    desk.void(number)
    assert "voided" in desk.edit(number, item.payload).sentence
    assert not [path for path in bench.asked() if path == f"PUT {BASE}"]


# ---- final or not


def test_final_and_open_again(bench: MetrcBench, desk: ReceiptDesk) -> None:
    _, number = sold(bench)
    for change, final in ((desk.finalize, True), (desk.finalize, True), (desk.unfinalize, False)):
        assert change(number).outcome is Outcome.CONFIRMED
        assert in_ledger(bench, number)["IsFinal"] is final
        assert desk.look_up_final(number, final=final).outcome is Outcome.FOUND
        assert desk.look_up_final(number, final=not final).outcome is Outcome.ABSENT


# ---- void


def test_a_void_gives_everything_back_once(bench: MetrcBench, desk: ReceiptDesk) -> None:
    before = bench.sandbox.quantity(FLOWER)
    item, number = sold(bench)
    assert desk.look_up_void(number).outcome is Outcome.ABSENT
    assert desk.void(number).outcome is Outcome.CONFIRMED
    assert desk.look_up_void(number).outcome is Outcome.FOUND
    again = desk.void(number)
    assert (again.outcome, "before" in again.sentence) == (Outcome.CONFIRMED, True)
    assert bench.sandbox.quantity(FLOWER) == before
    assert bench.recorded()[item.natural_key] == 0
    deletes = [path for path in bench.asked() if path.startswith("DELETE")]
    assert len(deletes) == 1


def test_a_final_receipt_is_opened_before_it_is_voided(bench: MetrcBench, desk: ReceiptDesk) -> None:
    _, number = sold(bench)
    desk.finalize(number)
    assert desk.void(number).outcome is Outcome.CONFIRMED
    assert [path.partition(" ")[0] for path in bench.asked()][-3:] == ["GET", "PUT", "DELETE"]
    assert in_ledger(bench, number)["ArchivedDate"] is not None


def test_a_second_void_that_met_the_first_counts_as_done(bench: MetrcBench, desk: ReceiptDesk) -> None:
    """The look before it said "in force"; meanwhile another register voided it, and METRC refuses the second."""
    _, number = sold(bench)
    looked = bench.sandbox.metrc.get(f"{BASE}/{number}").body
    bench.sandbox.metrc.delete(f"{BASE}/{number}")
    desk = ReceiptDesk(StaleFirst(bench, LICENSE, looked))
    assert desk.void(number).outcome is Outcome.CONFIRMED


class StaleFirst(Desk):
    """Answers the first read with what was there a moment before."""

    __slots__ = ("_stale",)

    def __init__(self, bench: MetrcBench, license_number: str, stale: bytes) -> None:
        super().__init__(bench.client, license_number)
        object.__setattr__(self, "_stale", [json.loads(stale)])

    def one(self, path: str, key: str) -> Any:
        stale: list[Any] = self._stale  # type: ignore[attr-defined]  # set above, the class is frozen
        return stale.pop() if stale else super().one(path, key)


LOST = ("commit-then-drop", "commit-then-500", "500", "503-html", "drop-before", "400-object")


@pytest.mark.parametrize("do", LOST)
def test_a_void_whose_answer_was_lost_is_settled_by_one_read(
    bench: MetrcBench, desk: ReceiptDesk, do: str
) -> None:
    _, number = sold(bench)
    bench.faults({"match": f"DELETE {BASE}/*", "do": do, "times": 1})
    result = desk.void(number)
    assert result.outcome is Outcome.IN_DOUBT
    assert "Look whether" in result.sentence
    done = do.startswith("commit")
    assert desk.look_up_void(number).outcome is (Outcome.FOUND if done else Outcome.ABSENT)
    assert desk.void(number).outcome is Outcome.CONFIRMED
    assert in_ledger(bench, number)["ArchivedDate"] is not None


# ---- what cannot be asked, and whose receipt it is


Changes = Callable[[ReceiptDesk, int], AttemptResult]
CHANGES: dict[str, Changes] = {
    "edit": lambda desk, number: desk.edit(number, report(1).payload),
    "void": lambda desk, number: desk.void(number),
    "finalize": lambda desk, number: desk.finalize(number),
    "unfinalize": lambda desk, number: desk.unfinalize(number),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_receipt_of_another_license_is_not_ours_to_change(bench: MetrcBench, change: str) -> None:
    _, number = sold(bench)
    other = ReceiptDesk(Desk(bench.client, OTHER_LICENSE))
    result = CHANGES[change](other, number)
    assert result.outcome is Outcome.REFUSED, "the key is good: it is the receipt"
    unknown = CHANGES[change](other, 999_999)
    assert unknown.outcome is Outcome.REFUSED
    assert in_ledger(bench, number)["IsFinal"] is False


@pytest.mark.parametrize("change", CHANGES)
def test_a_refused_key_is_not_a_refused_receipt(bench: MetrcBench, desk: ReceiptDesk, change: str) -> None:
    _, number = sold(bench)
    bench.faults({"match": "* *", "do": "revoke-key"})
    assert CHANGES[change](desk, number).outcome is Outcome.BLOCKED
    foreign = ReceiptDesk(Desk(bench.client, FOREIGN_LICENSE))
    assert CHANGES[change](foreign, number).outcome is Outcome.BLOCKED


@pytest.mark.parametrize("change", ["edit", "void"])
@pytest.mark.parametrize("do", ["500", "drop-before", "wrong-content-type", "empty-200"])
def test_without_a_look_before_nothing_is_written(
    bench: MetrcBench, desk: ReceiptDesk, do: str, change: str
) -> None:
    _, number = sold(bench)
    bench.faults({"match": f"GET {BASE}/*", "do": do})
    assert CHANGES[change](desk, number).outcome is Outcome.NOT_SENT
    assert not [path for path in bench.asked() if path.startswith(("PUT", "DELETE"))]


@pytest.mark.parametrize("do", ["500", "drop-before", "wrong-content-type", "empty-200", "429"])
def test_a_look_up_that_breaks_off_says_nothing(bench: MetrcBench, desk: ReceiptDesk, do: str) -> None:
    _, number = sold(bench)
    desk.void(number)
    bench.faults({"match": f"GET {BASE}/*", "do": do})
    assert desk.look_up_void(number).outcome is Outcome.COULD_NOT_ASK
    asked = desk.read(number)
    assert isinstance(asked, CouldNotAsk)
    assert (asked.reach, bool(asked.sentence)) == (ServiceReach.AWAY, True)


def test_a_receipt_that_is_not_shown_is_no_proof_of_anything(bench: MetrcBench, desk: ReceiptDesk) -> None:
    assert desk.read(999_999) is None
    assert desk.look_up_void(999_999).outcome is Outcome.COULD_NOT_ASK


def test_a_service_away_is_not_sent(bench: MetrcBench, desk: ReceiptDesk) -> None:
    _, number = sold(bench)
    bench.sandbox.server.close_socket()
    assert desk.finalize(number).outcome is Outcome.NOT_SENT
    assert desk.void(number).outcome is Outcome.NOT_SENT
