"""Devices in the counter's words: every fault has a sentence, and paper never tells who bought."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from hardware.ports import (
    DrawerResult,
    Health,
    Paper,
    PrinterStatus,
    PrintOutcome,
    PrintReport,
    Reading,
    Refused,
    Sellable,
    WeighRefusal,
)
from hardware.printers.layout import plain_text
from hardware.printers.receipt import ReceiptDoc
from pos_desktop.app.ports import DeviceState, PaperOutcome
from pos_desktop.app.ports.scanning import ScanKind
from pos_desktop.devices.paper import CounterPaper
from pos_desktop.devices.receipt_layout import Letterhead, receipt
from pos_desktop.devices.scanning import CounterScans
from pos_desktop.devices.weighing import CounterWeighing
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.money import Money
from pos_desktop.domain.sale import Payment, Tender
from pos_desktop.domain.shelf import Unit
from pos_desktop.domain.tender import plain_payment
from tests.fixtures.builders import jar, sale, sale_line, weighing

HEAD = Letterhead("Sample Provisioning Center", "LIC-000001", "Register 2", training=True)
GOOD = PrinterStatus(
    Health.CONNECTED, Paper.OK, cover_open=False, error=None, drawer_pin_high=None, can_print=True
)
AWAY = replace(GOOD, health=Health.DISCONNECTED, paper=Paper.UNKNOWN, can_print=None)


class Printer:
    columns = 42

    def __init__(self, report: PrintReport, status: PrinterStatus = GOOD) -> None:
        self.report, self.answer = report, status
        self.printed: list[ReceiptDoc] = []

    def status(self, deadline_s: float) -> PrinterStatus:
        return self.answer

    def print(self, doc: ReceiptDoc, deadline_s: float) -> PrintReport:
        self.printed.append(doc)
        return self.report


class Drawer:
    def __init__(self, result: DrawerResult) -> None:
        self.result = result

    def kick(self, deadline_s: float) -> DrawerResult:
        return self.result

    def is_open(self, deadline_s: float) -> bool | None:
        return None


def paper(
    report: PrintReport, status: PrinterStatus = GOOD, kick: DrawerResult = DrawerResult.OPENED
) -> CounterPaper:
    return CounterPaper(Printer(report, status), Drawer(kick), HEAD)


def text(*, copy: bool = False) -> str:
    weighed = sale_line(jar(), 7_000, unit=Unit.WEIGHT, weighing=weighing())
    return plain_text(receipt(sale(weighed, sale_line()), HEAD, copy=copy), 42)


def test_paper_tells_the_last_four_and_never_a_name() -> None:
    made = sale(sale_line())
    printed = text()
    assert made.patient_name not in printed
    assert made.patient_card not in printed
    assert f"Patient card ending {made.patient_card[-4:]}" in printed
    assert "TRAINING - NOT A SALE" in printed
    assert "7.00 g x" in printed
    assert "COPY" not in printed
    assert "COPY" in text(copy=True)


def test_paper_tells_each_part_of_a_payment_as_it_was_stored() -> None:
    made = sale(sale_line())
    total = made.total
    parts = (
        plain_payment(Tender.CREDIT, Money(100)),
        Payment(Tender.DEBIT, Money(200), Money(200), Money(0), Money(0), "R1-1-D000007", "A12345", "4471"),
        Payment(Tender.CASH, total - Money(302), total, Money(302), Money(2)),
    )
    printed = plain_text(receipt(replace(made, payments=parts), HEAD, copy=False), 42)
    rows = [" ".join(each.split()) for each in printed.splitlines()]
    assert [
        each for each in rows if each.startswith(("Cash rounding", "Store credit", "Debit", "A12345"))
    ] == ["Cash rounding -$0.02", "Store credit $1.00", "Debit $2.00", "A12345 card ending 4471"]
    assert "Change $3.02" in rows
    assert "R1-1-D000007" not in printed


def test_a_live_receipt_says_nothing_of_training() -> None:
    assert "TRAINING" not in plain_text(
        receipt(sale(sale_line()), replace(HEAD, training=False), copy=False), 42
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (AWAY, "does not answer"),
        (replace(GOOD, paper=Paper.OUT, can_print=False), "out of paper"),
        (replace(GOOD, cover_open=True, can_print=False), "cover is open"),
        (replace(GOOD, error="error", can_print=False), "not ready"),
    ],
)
def test_what_was_not_sent_says_why_and_that_the_sale_is_saved(status: PrinterStatus, words: str) -> None:
    result = paper(PrintReport(PrintOutcome.NOT_SENT, status), status).print_receipt(
        sale(sale_line()), copy=False
    )
    assert result.outcome is PaperOutcome.NOT_SENT
    assert words in result.why
    assert "The sale is saved" in result.why
    assert paper(PrintReport(PrintOutcome.CONFIRMED), status).health().state is not DeviceState.READY


def test_doubtful_paper_is_looked_at_by_a_person() -> None:
    result = paper(PrintReport(PrintOutcome.UNKNOWN)).print_receipt(sale(sale_line()), copy=False)
    assert result.outcome is PaperOutcome.UNKNOWN
    assert "look at the printer" in result.why


@pytest.mark.parametrize("kick", list(DrawerResult))
def test_every_kick_ends_in_words_where_the_drawer_may_be_shut(kick: DrawerResult) -> None:
    result = paper(PrintReport(PrintOutcome.CONFIRMED), kick=kick).kick_drawer()
    opened = kick in (DrawerResult.OPENED, DrawerResult.SENT)
    assert ("open the drawer with the key" in result.why) is not opened


class Scale:
    health = Health.CONNECTED

    def __init__(self, result: Sellable | Refused) -> None:
        self.result = result

    def weigh(self, deadline_s: float) -> Sellable | Refused:
        return self.result

    def live(self, cb: object) -> object:
        return lambda: None

    def zero(self, deadline_s: float) -> bool:
        return False

    def tare(self, deadline_s: float) -> Decimal | None:
        return None


@pytest.mark.parametrize("reason", list(WeighRefusal))
def test_every_refused_weight_has_a_sentence(reason: WeighRefusal) -> None:
    result = CounterWeighing(Scale(Refused(reason)), division_mg=10).weigh()  # type: ignore[arg-type]  # a scale
    assert result.weighing is None
    assert result.why.endswith(".")


def test_a_weight_keeps_what_the_scale_sent() -> None:
    reading = Reading(
        Decimal("7.00"), "g", Decimal("7.00"), stable=True, net=True, verified=True, raw=b"S S 7.00 g"
    )
    sold = Sellable(reading, 7_000, Decimal("12.40"), Decimal("0.01"), "SAMPLE-1", 1, 0.0)
    kept = CounterWeighing(Scale(sold), division_mg=10).weigh().weighing  # type: ignore[arg-type]  # a scale
    assert kept is not None
    assert (kept.net_mg, kept.tare_mg, kept.division_mg) == (7_000, 12_400, 10)
    assert bytes.fromhex(kept.raw) == b"S S 7.00 g"
    assert kept.scale == "SAMPLE-1"


LICENSE = "@\n\x1e\rANSI 636000100201DL00310054DLDAQT100\nDCSSAMPLE\nDACANN\nDADNONE\nDBB06061986\nDCGUSA\r"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("P-100017", ScanKind.CARD),
        ("abcdef012345670000010331", ScanKind.PACKAGE),
        ("HTTPS://1A4.COM/5LN8CBN1UB33DON9CHKX", ScanKind.PACKAGE),
        (LICENSE, ScanKind.ID_DOCUMENT),
        (LICENSE[:60], ScanKind.UNREADABLE),
        ("4006381333931", ScanKind.UNREADABLE),
        ("4006381333932", ScanKind.UNKNOWN),
        ("", ScanKind.UNKNOWN),
        ("x" * 8_000, ScanKind.UNKNOWN),
    ],
)
def test_a_scan_is_sorted_by_its_content(code: str, kind: ScanKind) -> None:
    scan = CounterScans(metrc=True, card_pattern="[PC]-[0-9]{6}").read(code)
    assert scan.kind is kind
    assert (scan.why != "") is (kind is ScanKind.UNREADABLE)


def test_a_license_gives_name_and_birth_date_and_its_repr_gives_neither() -> None:
    document = CounterScans(metrc=True).read(LICENSE).document
    assert document is not None
    assert (document.last_name, document.first_name, document.birth_date.isoformat()) == (
        "SAMPLE",
        "ANN",
        "1986-06-06",
    )
    assert "SAMPLE" not in repr(document)


def test_a_pattern_that_is_none_is_told() -> None:
    with pytest.raises(BadInput, match=r"card\.pattern"):
        CounterScans(metrc=True, card_pattern="[")


def test_sixteen_digits_are_a_package_where_the_state_uses_biotrack() -> None:
    sixteen = "0990008000000012"
    scan = CounterScans(metrc=False, biotrack=True).read(sixteen)
    assert (scan.kind, scan.text) == (ScanKind.PACKAGE, sixteen)
    assert CounterScans(metrc=True).read(sixteen).kind is not ScanKind.PACKAGE
