"""The receipt printer and its drawer, in the counter's words."""

from __future__ import annotations

from hardware.ports import (
    CashDrawer,
    DrawerResult,
    Health,
    Paper,
    PrinterStatus,
    PrintOutcome,
    PrintReport,
    ReceiptPrinter,
)
from hardware.printers.receipt import ReceiptDoc
from pos_desktop.app.ports import DeviceHealth, DeviceState, PaperOutcome, PaperResult, Slip
from pos_desktop.devices.receipt_layout import Letterhead, receipt
from pos_desktop.devices.recovery_page import recovery_page
from pos_desktop.devices.slip_layout import slip_paper
from pos_desktop.domain.sale import Sale

_PRINT_S = 30.0
_KICK_S = 6.0
_STATUS_S = 3.0


class CounterPaper:
    """Implements `ReceiptPaper`. Lane: paper."""

    def __init__(self, printer: ReceiptPrinter, drawer: CashDrawer, head: Letterhead) -> None:
        self._printer = printer
        self._drawer = drawer
        self._head = head
        self._health = DeviceHealth(DeviceState.READY)

    def print_receipt(self, sale: Sale, *, copy: bool) -> PaperResult:
        return self._print(receipt(sale, self._head, copy=copy), _RECEIPT)

    def print_slip(self, slip: Slip, *, copy: bool) -> PaperResult:
        return self._print(slip_paper(slip, self._head, copy=copy), _SLIP)

    def _print(self, doc: ReceiptDoc, what: tuple[str, str]) -> PaperResult:
        report = self._printer.print(doc, _PRINT_S)
        why = _why(report, *what)
        attention = report.outcome in (PrintOutcome.NOT_SENT, PrintOutcome.UNKNOWN)
        self._health = DeviceHealth(DeviceState.ATTENTION if attention else DeviceState.READY, why)
        return PaperResult(PaperOutcome(report.outcome.value), why)

    def print_recovery_key(self, key: str, made: str) -> bool:
        """Once, and never kept to be printed again; whether the printer took it."""
        report = self._printer.print(recovery_page(key, made, self._head), _PRINT_S)
        return report.outcome in (PrintOutcome.CONFIRMED, PrintOutcome.SENT)

    def kick_drawer(self) -> PaperResult:
        result = self._drawer.kick(_KICK_S)
        return _KICKED[result]

    def health(self) -> DeviceHealth:
        """Ask the printer itself; the answer is for the dot on the screen."""
        status = self._printer.status(_STATUS_S)
        self._health = _health(status)
        return self._health


_RECEIPT = ("The sale is saved", "receipt")
_SLIP = ("What was done is saved", "paper")
"""What is safe, and what waits, in the sentences about a printer."""
_OPEN_BY_KEY = "The drawer did not open. Everything is saved; open the drawer with the key."
_KICKED = {
    DrawerResult.OPENED: PaperResult(PaperOutcome.CONFIRMED),
    DrawerResult.SENT: PaperResult(PaperOutcome.SENT),
    DrawerResult.NOT_SENT: PaperResult(PaperOutcome.NOT_SENT, _OPEN_BY_KEY),
    DrawerResult.DID_NOT_OPEN: PaperResult(PaperOutcome.UNKNOWN, _OPEN_BY_KEY),
    DrawerResult.UNKNOWN: PaperResult(PaperOutcome.UNKNOWN, _OPEN_BY_KEY),
}


_SILENT = (Health.DISCONNECTED, Health.UNKNOWN)
"""Nothing unknown counts as good: a printer that gives no answer is away."""


def _why(report: PrintReport, saved: str, paper: str) -> str:
    if report.outcome in (PrintOutcome.CONFIRMED, PrintOutcome.SENT):
        return ""
    if report.outcome is PrintOutcome.UNKNOWN:
        return f"The {paper} may not have printed. {saved}; look at the printer, then press F10."
    return _cause(report.status, saved, paper)


def _cause(status: PrinterStatus | None, saved: str, paper: str) -> str:
    if status is None or status.health in _SILENT:
        return f"The printer does not answer. {saved}; the {paper} prints when it is back."
    if status.paper is Paper.OUT:
        return f"The printer is out of paper. {saved}; the {paper} prints when paper is loaded."
    if status.cover_open:
        return f"The printer's cover is open. {saved}; close it and the {paper} prints."
    return f"The printer is not ready. {saved}; the {paper} prints when it is."


def _health(status: PrinterStatus) -> DeviceHealth:
    if status.health in _SILENT:
        return DeviceHealth(DeviceState.AWAY, "The printer does not answer. Check its power and cable.")
    if status.paper is Paper.OUT:
        return DeviceHealth(DeviceState.ATTENTION, "The printer is out of paper.")
    if status.cover_open:
        return DeviceHealth(DeviceState.ATTENTION, "The printer's cover is open.")
    if status.can_print is False:
        return DeviceHealth(DeviceState.ATTENTION, "The printer is not ready.")
    if status.paper is Paper.LOW:
        return DeviceHealth(DeviceState.READY, "The paper is running low.")
    return DeviceHealth(DeviceState.READY)
