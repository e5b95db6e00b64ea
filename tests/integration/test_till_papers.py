"""The papers of a till, printed by a printer that speaks the same bytes, and read from the paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hardware.drawers.printer_drawer import DrawerWiring, PrinterDrawer
from hardware.emulators.escpos_printer import EscPosEmulator
from hardware.printers.escpos_encode import EscPosEncoder
from hardware.printers.escpos_printer import EscPosPrinter, Timings
from hardware.printers.layout import plain_text
from hardware.transports import TcpTransport
from pos_desktop.app.paper import KICK_WAITS_US, PaperDesk
from pos_desktop.app.ports import JobKind, JobState
from pos_desktop.app.till_base import TillRules
from pos_desktop.devices.paper import CounterPaper
from pos_desktop.devices.receipt_layout import Letterhead
from pos_desktop.devices.slip_layout import slip_paper
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.money import Money
from pos_desktop.domain.people import Right
from pos_desktop.domain.till import Count
from tests.fixtures.tills import BUDTENDER, FLOAT, LEAD, MANAGER, SECOND, TillPlace, count_of

HEAD = Letterhead("Sample Provisioning Center", "LIC-000001", "Register 2", training=False)
PATIENT = Timings(connect_s=5, answer_s=5, confirm_s=5, write_s=5)


class Printed:
    """A till whose papers come out of a printer."""

    def __init__(self, folder: Path, device: EscPosEmulator) -> None:
        self.place = TillPlace(folder, TillRules(float_cash=FLOAT.total))
        self.device = device
        encoder = EscPosEncoder(cache_dir=folder / "escpos")
        printer = EscPosPrinter(TcpTransport(device.host, device.port), encoder, timings=PATIENT)
        drawer = PrinterDrawer(printer, DrawerWiring(), pause=lambda _: None)
        self.paper = CounterPaper(printer, drawer, HEAD)

    def desk(self) -> PaperDesk:
        store = self.place.store
        return PaperDesk(
            jobs=store.paper,
            sales=store.sales,
            paper=self.paper,
            journal=store.journal,
            clock=self.place.clock,
        )

    def out(self) -> list[str]:
        """What comes out of the printer now, one text for each paper."""
        before = len(self.device.slips)
        self.desk().work()
        return [slip.text() for slip in self.device.slips[before:]]

    def day(self) -> None:
        desk = self.place.desk
        desk.open(BUDTENDER, FLOAT)
        self.place.sell(1)
        self.place.sell(2)
        desk.drop(BUDTENDER, Money(1_000), "E-104", SECOND)
        desk.paid_out(LEAD, Money(350), "Postage: stamps for letters")
        desk.paid_in(LEAD, Money(200), "Cash that was found: under the drawer")
        desk.no_sale(BUDTENDER, "Change for a patient")


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Printed]:
    with EscPosEmulator() as device:
        made = Printed(tmp_path, device)
        yield made
        made.place.store.close()


def words(paper: str) -> str:
    return " ".join(paper.split())


def has(paper: str, *lines: str) -> None:
    """Each of them stands on the paper, blanks apart."""
    for line in lines:
        assert line in words(paper), f"{line!r} is not on:\n{paper}"


def test_the_opening_slip_tells_the_float_as_it_was_counted(at: Printed) -> None:
    at.place.desk.open(BUDTENDER, FLOAT)
    (slip,) = at.out()
    has(slip, "Sample Provisioning Center", "License LIC-000001", "Register 2", "TILL OPENED")
    has(slip, "Nov 24, 2026 12:00 PM", "Opened by Sample Budtender 1")
    has(slip, "$20 x 5 $100.00", "$1 x 50 $50.00", "25c x 200 $50.00", "Float counted $200.00")
    assert "$50 x" not in words(slip)


def test_another_float_names_its_reason_and_who_approved_it(at: Printed) -> None:
    from pos_desktop.app.till_desk import OPENING
    from pos_desktop.domain.people import Approval, Right

    approval = Approval(MANAGER, Right.ACCEPT_DIFFERENCE, OPENING)
    at.place.desk.open(BUDTENDER, count_of(Money(19_900)), "a dollar missing", approval)
    (slip,) = at.out()
    has(slip, "Differs from the store's float: a dollar missing", "Approved by Sample Manager 1")


def test_a_drop_prints_twice_and_says_where_each_paper_goes(at: Printed) -> None:
    at.place.desk.open(BUDTENDER, FLOAT)
    at.place.desk.drop(BUDTENDER, Money(5_000), "E-104", SECOND)
    _, one, other = at.out()
    for slip in (one, other):
        has(slip, "DROP TO THE SAFE", "Envelope E-104", "$50.00", "Dropped by Sample Budtender 1")
        has(slip, "Witness Sample Budtender 2", "Witness signed ____")
    has(one, "This slip goes into the envelope.")
    has(other, "This slip stays in the drawer.")


def test_a_drop_that_was_counted_prints_each_note_and_its_place_in_the_journal(at: Printed) -> None:
    desk, count = at.place.desk, Count.of({2_000: 2, 500: 1, 100: 3})
    desk.open(BUDTENDER, FLOAT)
    desk.drop(BUDTENDER, count.total, "E-104", SECOND, count)
    seq, body, digest = next(each for each in at.place.store.journal.entries() if b'"till.drop"' in each[1])
    assert json.loads(body)["data"]["pieces"] == [list(each) for each in count.pieces]
    for slip in at.out()[1:]:
        has(slip, "$20 x 2 $40.00", "$5 x 1 $5.00", "$1 x 3 $3.00", "Amount $48.00")
        has(slip, f"Journal {seq} {digest.hex()[:8]}")
        assert "$100 x" not in slip
    with pytest.raises(BadInput, match="were counted, and not"):
        desk.drop(BUDTENDER, Money(4_700), "E-105", SECOND, count)


def test_a_slip_of_an_older_version_that_waited_still_prints(at: Printed) -> None:
    at.place.desk.open(BUDTENDER, FLOAT)
    at.place.desk.drop(BUDTENDER, Money(5_000), "E-104", SECOND)
    slip = at.place.store.paper.due()[-1].slip
    assert slip is not None
    old = replace(
        slip, says={key: each for key, each in slip.says.items() if key not in ("pieces", "seq", "hash")}
    )
    assert "Journal" not in plain_text(slip_paper(old, HEAD, copy=False))


def test_cash_paid_in_and_out_opens_the_drawer_once_and_leaves_a_slip(at: Printed) -> None:
    at.place.desk.open(BUDTENDER, FLOAT)
    at.out()
    at.place.desk.paid_out(LEAD, Money(1_850), "Office supplies: bill 7")
    (slip,) = at.out()
    has(slip, "PAID OUT", "$18.50", "Reason: Office supplies: bill 7", "By Sample Lead 1", "Signed ____")
    assert at.device.kicks == 1
    at.place.desk.paid_in(LEAD, Money(100), "Cash that was found")
    (slip,) = at.out()
    has(slip, "PAID IN", "$1.00")
    assert at.device.kicks == 2


def test_a_drawer_without_a_sale_is_saved_first_and_kicked_once(at: Printed) -> None:
    at.place.desk.open(BUDTENDER, FLOAT)
    at.out()
    at.place.desk.no_sale(BUDTENDER, "Change for a patient")
    assert at.device.kicks == 0, "nothing moves before it is saved and somebody works at the paper"
    assert at.out() == []
    assert at.out() == []
    assert at.device.kicks == 1
    told = [json.loads(body) for _, body, _ in at.place.store.journal.entries()]
    assert [(each["kind"], each["actor"]) for each in told[-2:]] == [
        ("till.no-sale", BUDTENDER.id),
        ("drawer.opened", BUDTENDER.id),
    ]
    assert told[-1]["data"]["reason"] == "Change for a patient"


def test_the_x_report_says_what_should_be_there_and_ends_nothing(at: Printed) -> None:
    at.day()
    at.out()
    at.place.desk.x_report(MANAGER)
    assert at.place.desk.picture().session is not None
    (slip,) = at.out()
    has(
        slip,
        "X REPORT",
        "Who read this does not count it.",
        "By Sample Manager 1",
        "In the drawer now $226.00",
    )


def test_the_z_report_says_all_that_an_auditor_asks_for(at: Printed) -> None:
    at.day()
    desk = at.place.desk
    at.out()
    desk.seal(BUDTENDER, count_of(Money(22_500)))
    desk.seal(SECOND, count_of(Money(22_550)))
    kept = desk.close(BUDTENDER, LEAD, reason="a coin rolled away", approval=at.place.differing())
    (z,) = at.out()
    has(z, "Sample Provisioning Center", "License LIC-000001", "Z REPORT 1", "Register R1, epoch 1")
    has(z, "Till opened Nov 24, 2026 12:00 PM By Sample Budtender 1", "Till closed Nov 24, 2026 12:00 PM")
    has(z, "Sales 2", "Before tax $37.50", "Sales tax $0.00", "Total $37.50", "Voids (0) $0.00", "Returns 0")
    has(z, "First receipt R1-1-0000001", "Last receipt R1-1-0000002", "No number is missing between them.")
    has(z, "Not yet reported to the state 2", "- TENDERS - Cash $37.50")
    has(z, "- COUNT - Counted blind by Sample Budtender 1", "$1 x 225", "- RECOUNT -")
    has(z, "Counted again by Sample Budtender 2", "1c x 50 $0.50")
    has(z, "Float $200.00", "Cash of sales $37.50", "Drops to the safe (1) -$10.00", "Paid in (1) $2.00")
    has(z, "Paid out (1) -$3.50", "Drawer opened without a sale 1", "Change for a patient")
    has(z, "Expected $226.00 Counted $225.50 Short -$0.50", "Reason: a coin rolled away")
    has(z, "Difference approved by Sample Manager 1", "Witness Sample Lead 1")
    has(z, f"Journal {kept.journal_seq} {kept.journal_hash[:8]}")
    assert "*** COPY ***" not in z


def test_a_void_of_an_earlier_till_is_told_with_who_why_and_what_went_back(at: Printed) -> None:
    desk = at.place.desk
    desk.open(BUDTENDER, FLOAT)
    desk.seal(BUDTENDER, FLOAT)
    slip = desk.z_paper(desk.close(BUDTENDER, SECOND))
    void = {
        "number": "R1-1-0000007",
        "at": slip.says["report"]["closed"]["at"],
        "by": MANAGER.id,
        "reason": "rung up twice",
        "total": 1_500,
        "back": {"cash": 1_000, "credit": 500},
    }
    report = {**slip.says["report"], "earlier_voids": [void]}
    names = {**slip.says["names"], MANAGER.id: MANAGER.name}
    paper = plain_text(
        slip_paper(replace(slip, says={**slip.says, "report": report, "names": names}), HEAD, copy=False)
    )
    has(paper, "Voids (0) $0.00", "Voids of earlier tills (1) $15.00", "R1-1-0000007, Nov 24, 2026 12:00 PM,")
    has(paper, "Sample Manager 1: rung up twice. Given back: Cash $10.00, Store credit $5.00.")
    assert "earlier" not in plain_text(slip_paper(slip, HEAD, copy=False))


def test_gaps_are_told_in_words(at: Printed) -> None:
    at.place.desk.open(BUDTENDER, FLOAT)
    at.place.sell()
    with at.place.store._db.write() as conn:
        conn.exec_driver_sql("UPDATE sale_counter SET last = last + 2")
    at.place.sell()
    at.out()
    at.place.desk.seal(BUDTENDER, count_of(Money(22_500)))
    at.place.desk.close(BUDTENDER, SECOND)
    (z,) = at.out()
    has(z, "Missing between them: R1-1-0000002 to R1-1-0000003. No sale of this till bears these numbers.")


def test_a_z_is_printed_once_and_then_as_a_copy_only(at: Printed) -> None:
    at.place.desk.open(BUDTENDER, FLOAT)
    at.place.desk.seal(BUDTENDER, FLOAT)
    at.place.desk.close(BUDTENDER, SECOND)
    _, first = at.out()
    at.place.restart()
    assert at.out() == []
    last = at.place.desk.last_z()
    assert last is not None
    at.desk().copy_slip(last[1], MANAGER)
    (again,) = at.out()
    assert again.splitlines()[0].strip() == "*** COPY ***"
    assert words(first) in words(again)
    told = json.loads(list(at.place.store.journal.entries())[-1][1])
    assert (told["kind"], told["actor"], told["ref"]) == ("slip.copy", MANAGER.id, last[0].session_id)


def test_no_crash_loses_a_paper_and_none_comes_out_twice(at: Printed) -> None:
    at.device.set(paper_out=True)
    at.place.desk.open(BUDTENDER, FLOAT)
    at.place.desk.drop(BUDTENDER, Money(5_000), "E-104", SECOND)
    assert at.out() == []
    at.place.restart()
    waiting = at.desk().open_jobs()
    assert [(each.kind, each.state) for each in waiting] == [(JobKind.SLIP, JobState.WAITING)] * 3
    assert "What was done is saved" in waiting[0].why
    at.device.set(paper_out=False)
    assert [words(each).split("Register 2 ")[1].split()[1] for each in at.out()] == ["TILL", "DROP", "DROP"]
    assert at.out() == []


def test_a_drawer_asked_for_before_the_program_stopped_does_not_open_at_the_next_start(at: Printed) -> None:
    at.place.desk.open(BUDTENDER, FLOAT)
    at.place.desk.unlock(BUDTENDER, Right.CLOSE_TILL, "count to close")
    at.place.sell()
    at.place.restart()
    at.place.clock.move(KICK_WAITS_US + 1)
    assert len(at.out()) == 2, "slip and receipt"
    assert at.device.kicks == 0
    told = [json.loads(body) for _, body, _ in at.place.store.journal.entries()]
    shut = [each["data"]["reason"] for each in told if each["kind"] == "drawer.kept-shut"]
    assert shut == ["count to close", "cash sale"]


def test_a_receipt_carries_its_place_in_the_journal(at: Printed) -> None:
    at.place.desk.open(BUDTENDER, FLOAT)
    at.out()
    sale = at.place.sell()
    (receipt,) = at.out()
    has(receipt, f"Journal {sale.journal_seq} {sale.journal_hash}")
    assert len(sale.journal_hash) == 8


def test_a_training_paper_cannot_pass_for_a_real_one(at: Printed) -> None:
    at.paper._head = replace(HEAD, training=True)
    at.place.desk.open(BUDTENDER, FLOAT)
    (slip,) = at.out()
    has(slip, "TRAINING - NO REAL CASH")


def test_every_kind_of_slip_has_a_layout() -> None:
    from pos_desktop.app.ports import SlipKind
    from pos_desktop.devices.slip_layout import LAYOUTS

    assert set(SlipKind) - {SlipKind.DRAWER} == set(LAYOUTS)
