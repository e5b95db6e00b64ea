"""What a person wants, as the view understood it. The presenter connects its QObject slots here."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal


class Opens(StrEnum):
    """Sheets that a key or button asks for; the presenter decides whether and with what."""

    KEYS = "keys"
    PATIENT = "patient"
    PRODUCTS = "products"
    RECKONING = "reckoning"
    WEIGH = "weigh"
    PAPER = "paper"
    CERTIFIED = "certified"
    CREDIT = "credit"
    OUTAGE = "outage"
    REPORTS = "reports"
    """This and what follows: no sheet but a room beside the counter."""
    TILL = "till"
    SAFE = "safe"
    DRAWER = "drawer"
    """A sheet again: why the drawer is opened."""


class Intents(QObject):
    """One signal per wish. Payloads that are not plain text travel as `object` (frozen values)."""

    scanned = Signal(str)
    """One whole scan, whatever had the focus, a sheet included."""
    search_changed = Signal(str)
    search_submitted = Signal(str)
    """Enter in the search field with no row chosen: a typed card number, label or name."""
    choose = Signal(object)
    """ResultRow of the search list, ProductsSheet or ChoiceSheet."""
    open_sheet = Signal(object)
    """Opens."""
    back = Signal()
    """Esc or a Back button: one step back; never loses the cart."""

    select_row = Signal(str)
    """CartRow id."""
    plus = Signal()
    minus = Signal()
    remove = Signal()
    """The three act on the selected line."""
    hold_or_recall = Signal()
    recall = Signal(str)
    """Id of a held cart."""
    clear_sale = Signal()
    fix = Signal(str)
    """FixButton id of the refusal card, the notice or a question."""

    pay = Signal()
    tender = Signal(str)
    """TenderTab id."""
    tender_key = Signal(str)
    """`0`-`9`, `.` or `back` (rub out one)."""
    quick_amount = Signal(str)
    """QuickAmount id."""
    option = Signal(str, bool)
    """Choice id, checked."""
    complete = Signal()
    next_sale = Signal()
    """Enter or the button of a finished sale."""

    form = Signal(object)
    """NewPatientSheet saved: dict of field id to text."""
    product_query = Signal(str)
    tare = Signal()
    add_weighed = Signal()
    reprint = Signal()
    """F10: a copy of the last receipt."""
    print_again = Signal(str)
    it_printed = Signal(str)
    """PaperRow id."""
    report_filter = Signal(str)
    """ReportFilter id."""
    report_at = Signal(int)
    """The row whose story is wanted."""
    report_rows = Signal(int, int)
    """First and last row in sight."""
    till_count = Signal(object)
    """Each change of a count: a mapping from CountRow id to text as typed."""
    safe_count = Signal(object)
    """The same, in the room “Safe”."""
    safe_at = Signal(str)
    """Id of the line that is chosen there."""
    person = Signal(str)
    """Id of the name that was chosen where a PIN is asked for."""
    pin = Signal(str, str)
    """Id of that name, and the digits as typed."""
    lock = Signal()
    """Ctrl+L: hide everything until somebody signs in."""
    closing = Signal()
    """The window was asked to close."""
