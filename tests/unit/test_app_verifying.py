"""An honest store is good; whatever is changed in it is found, in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos_desktop.app.verifying import Findings, verify
from pos_desktop.app.visit import Visit
from pos_desktop.domain.cart import EMPTY
from pos_desktop.domain.identity import CaregiverId, SaleId
from pos_desktop.domain.instant import HOUR_US
from pos_desktop.domain.limits.model import Link
from pos_desktop.domain.money import Money
from pos_desktop.domain.outbox import OutboxItem
from pos_desktop.domain.sale import Sale, SaleNumber
from tests.fixtures.builders import DUTY, PERSON, package, patient, visit
from tests.fixtures.desks import till
from tests.fixtures.fake_sales import FakeSales
from tests.fixtures.fakes import FakeJournal, Memory


def store() -> Memory:
    """Three sales, with entries of other kinds between them."""
    memory = Memory()
    memory.add(patient(), package(1), package(2))
    at = till(memory)
    for n in range(3):
        FakeJournal(memory).append("till.counted", PERSON.id, "", {"n": n})
        fresh = at.desk.reception.refresh(
            visit(sale_id=SaleId(f"sale-{n}"), cart=EMPTY.add(package(1)).add(package(2)))
        )
        assert isinstance(fresh, Visit)
        at.desk.close_sale.cash(fresh, Money(20_000), DUTY, Link.DOWN)
        memory.clock.move(HOUR_US)
    return memory


def looked_at(memory: Memory) -> Findings:
    return verify(FakeSales(memory), FakeJournal(memory))


def test_an_honest_store_is_good() -> None:
    found = looked_at(store())
    assert (found.good, found.sales, found.entries) == (True, 3, 6)
    assert looked_at(Memory()).good


def test_a_restored_store_begins_a_new_chain() -> None:
    memory = store()
    seq, _, digest = memory.journal[-1]
    later = replace(store_of_epoch(memory, 2), journal=[])
    tied = {"epoch": 1, "seq": seq, "hash": digest.hex()}
    FakeJournal(later).append("journal.continued", PERSON.id, "", tied)
    FakeJournal(later).append("store.restored", PERSON.id, "", {})
    memory.journal += later.journal
    assert looked_at(memory).good
    del memory.journal[-3]
    assert any("does not go on where the one before it ended" in each for each in looked_at(memory).wrong)


def store_of_epoch(memory: Memory, epoch: int) -> Memory:
    return replace(memory, register=replace(memory.register, epoch=epoch))


def _line(sale: Sale, **more: Any) -> Sale:
    return replace(sale, lines=(replace(sale.lines[0], **more), *sale.lines[1:]))


def _paid(sale: Sale, **more: Any) -> Sale:
    return replace(sale, payments=(replace(sale.payments[0], **more),))


SALES: list[tuple[str, Callable[[Sale], Sale], str]] = [
    ("a total", lambda s: replace(s, total=s.total + Money(1)), "do not add up to its total"),
    ("a line's amount", lambda s: _line(s, amount=Money(1)), "do not add up to its total"),
    ("a line's tax", lambda s: _line(s, tax=Money(1)), "do not add up to its total"),
    ("a payment", lambda s: replace(s, payments=()), "The payments of sale R2-1-0000002 are $0.00"),
    ("what was handed over", lambda s: _paid(s, tendered=Money(1)), "not what the journal tells"),
    ("a quantity", lambda s: _line(s, quantity=9), "not what the journal tells"),
    ("a package", lambda s: _line(s, tag="1A4FF0100000022000000009"), "not what the journal tells"),
    ("the patient", lambda s: replace(s, patient_id=patient(9).id), "not what the journal tells"),
    ("the caregiver", lambda s: replace(s, caregiver_id=CaregiverId("c")), "not what the journal tells"),
    ("the basis", lambda s: replace(s, basis="state"), "not what the journal tells"),
    ("the external number", lambda s: replace(s, external="ST1-R2-1-0000009"), "not what the journal tells"),
    ("the moment", lambda s: replace(s, sold_at=s.sold_at.plus_us(-HOUR_US)), "is not what was sold"),
    ("the card", lambda s: replace(s, patient_card="P-1"), "is not what was sold"),
    ("the number", lambda s: replace(s, number=SaleNumber("R2", 1, 7)), "numbers are missing or repeated"),
    ("its id", lambda s: replace(s, id=SaleId("sale-x")), "The journal does not tell of sale R2-1-0000002."),
]  # fmt: skip


@pytest.mark.parametrize("n", range(len(SALES)), ids=[name for name, *_ in SALES])
def test_a_changed_sale_is_found(n: int) -> None:
    _, change, words = SALES[n]
    memory = store()
    memory.sales[1] = change(memory.sales[1])
    found = looked_at(memory)
    assert any(words in each for each in found.wrong), found.wrong
    assert any("R2-1-000000" in each for each in found.wrong)


def test_a_lost_sale_is_found() -> None:
    memory = store()
    del memory.sales[1]
    wrong = looked_at(memory).wrong
    assert "Between sale R2-1-0000001 and R2-1-0000003 numbers are missing or repeated." in wrong
    assert "The journal tells of sale R2-1-0000002, but the store does not hold it." in wrong
    memory = store()
    del memory.sales[0]
    assert (
        "The first sale of its series is R2-1-0000002; numbers before it are missing."
        in looked_at(memory).wrong
    )


def _entry(memory: Memory, n: int, body: bytes | None = None, digest: bytes | None = None) -> None:
    seq, was, proof = memory.journal[n]
    memory.journal[n] = (seq, was if body is None else body, proof if digest is None else digest)


def _without(n: int) -> Callable[[Memory], None]:
    def take(memory: Memory) -> None:
        del memory.journal[n]

    return take


def _turned(memory: Memory) -> None:
    memory.journal[2], memory.journal[3] = memory.journal[3], memory.journal[2]


def _told_otherwise(memory: Memory) -> None:
    """The entry and its hash are made anew; the ones after it are not."""
    told = json.loads(memory.journal[1][1])
    told["data"]["total"] = 1
    _entry(memory, 1, json.dumps(told).encode())


ENTRIES: list[tuple[str, Callable[[Memory], None], str]] = [
    ("a changed body", _told_otherwise, "Journal entry 1 was changed"),
    ("a changed hash", lambda m: _entry(m, 2, digest=bytes(32)), "Journal entry 2 was changed"),
    ("an entry taken out", _without(2), "Journal entry 2 is missing or out of order (found 3)."),
    ("the first taken out", _without(0), "Journal entry 0 is missing or out of order (found 1)."),
    ("two turned round", _turned, "Journal entry 2 is missing or out of order (found 3)."),
    ("no JSON", lambda m: _entry(m, 2, b"{"), "Journal entry 2 cannot be read."),
    ("no object", lambda m: _entry(m, 2, b"[]"), "Journal entry 2 cannot be read."),
    ("half an object", lambda m: _entry(m, 2, b'{"seq":2}'), "Journal entry 2 cannot be read."),
    ("the last sale's entry taken out", _without(5), "The journal does not tell of sale R2-1-0000003."),
]


@pytest.mark.parametrize("n", range(len(ENTRIES)), ids=[name for name, *_ in ENTRIES])
def test_a_changed_journal_is_found(n: int) -> None:
    _, change, words = ENTRIES[n]
    memory = store()
    change(memory)
    assert any(each.startswith(words) for each in looked_at(memory).wrong), looked_at(memory).wrong


def test_one_unreadable_entry_is_one_finding() -> None:
    memory = store()
    _entry(memory, 2, b"{")
    assert looked_at(memory).wrong == ["Journal entry 2 cannot be read."]


def test_a_sale_told_twice_is_found() -> None:
    memory = store()
    told = json.loads(memory.journal[1][1])
    FakeJournal(memory).append("sale.done", PERSON.id, told["ref"], told["data"])
    assert looked_at(memory).wrong == ["The journal tells of sale R2-1-0000001 twice."]


REPORTS: list[tuple[str, Callable[[OutboxItem], OutboxItem | None], str]] = [
    ("taken out", lambda _: None, "Sale R2-1-0000002 has no report for the state."),
    ("changed", lambda r: replace(r, payload=r.payload + b" "), "was changed after it was written"),
    ("another number", lambda r: replace(r, natural_key="ST1-R2-1-0000009"), "bears another number"),
]


@pytest.mark.parametrize("n", range(len(REPORTS)), ids=[name for name, *_ in REPORTS])
def test_a_changed_report_is_found(n: int) -> None:
    _, change, words = REPORTS[n]
    memory = store()
    sale = memory.sales[1]
    changed = change(memory.reports.pop(sale.id))
    if changed is not None:
        memory.reports[sale.id] = changed
    (wrong,) = looked_at(memory).wrong
    assert words in wrong


@pytest.mark.parametrize("payload", [b"not json", b"[]", b'{"v":1}'])
def test_a_report_made_anew_with_its_own_sum_is_found(payload: bytes) -> None:
    memory = store()
    sale = memory.sales[1]
    memory.reports[sale.id] = replace(
        memory.reports[sale.id], payload=payload, payload_sha256=hashlib.sha256(payload).hexdigest()
    )
    assert looked_at(memory).wrong == ["The report of sale R2-1-0000002 is not what was sold."]
