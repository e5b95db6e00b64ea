"""Joins the window's wishes to the flows, and draws the floor after each change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from pos_desktop.app.desk import Desk
from pos_desktop.app.ports import SyncStatus
from pos_desktop.app.ports.scanning import ScanKind
from pos_desktop.ui.flows.certified import CERTIFIED, SURE, EnteringCertified
from pos_desktop.ui.flows.checking_in import CheckingIn, sale_under_way
from pos_desktop.ui.flows.crediting import Crediting
from pos_desktop.ui.flows.declaring import OVER, Declaring, reads_registry
from pos_desktop.ui.flows.device_health import AskingDevices
from pos_desktop.ui.flows.doors import Doors
from pos_desktop.ui.flows.filling_cart import CLEAR, FillingCart
from pos_desktop.ui.flows.floor import NEW_PATIENT, PAYMENT, SECOND, Floor, Lanes
from pos_desktop.ui.flows.judging_clock import CHECK, RIGHT, JudgingClock
from pos_desktop.ui.flows.keeping_refusals import KeepingRefusals
from pos_desktop.ui.flows.lifting import LIFT, Lifting
from pos_desktop.ui.flows.locking import Locking
from pos_desktop.ui.flows.paying import Paying
from pos_desktop.ui.flows.picture import key_hints, picture
from pos_desktop.ui.flows.printing import Printing
from pos_desktop.ui.flows.reading_registry import ReadingRegistry
from pos_desktop.ui.flows.reckoning import open_reckoning
from pos_desktop.ui.flows.reports_door import ReportsDoor
from pos_desktop.ui.flows.safe_door import SafeDoor
from pos_desktop.ui.flows.scan_guard import stays_open
from pos_desktop.ui.flows.searching import PRODUCTS, Searching
from pos_desktop.ui.flows.second_person import SecondPerson
from pos_desktop.ui.flows.settling import Settling
from pos_desktop.ui.flows.till_door import TillDoor
from pos_desktop.ui.flows.weighing import WeighingFlow
from pos_desktop.ui.intents import Intents, Opens
from pos_desktop.ui.main_window import CounterWindow
from pos_desktop.ui.presenter import other_refusals
from pos_desktop.ui.presenter.outage import OUTAGE
from pos_desktop.ui.sheet_state import KeysSheet
from pos_desktop.ui.state import ResultKind, ResultRow, Tone

translate = QCoreApplication.translate
_TICK_MS = 100
_LOOK_MS = 1_000
_HEALTH_EVERY = 10
"""Seconds between two questions to the printer."""


class CounterController(QObject):
    """Thread: GUI. Owns nothing that blocks; everything slow goes to a lane."""

    def __init__(self, desk: Desk, lanes: Lanes, window: CounterWindow) -> None:
        super().__init__(window)
        self._window = window
        self.floor = floor = Floor(desk, lanes, show=self.draw)
        floor.second = SecondPerson(floor)
        self._locking = Locking(floor)
        self._weighing = WeighingFlow(floor)
        self._checking_in = CheckingIn(floor)
        self._cart = FillingCart(floor, self._checking_in, self._weighing.open)
        self._printing = Printing(floor)
        self._paying = Paying(floor, self._checking_in, self._printing.work)
        self._printing.said = self._paying.paper_said
        self._paying.look = self._look_at_queue
        self._searching = Searching(floor)
        self._clock = JudgingClock(floor)
        self._certified = EnteringCertified(floor)
        self._outages = Declaring(floor)
        self._registry = ReadingRegistry(floor, self._checking_in)
        self._lifting = Lifting(floor)
        self._reports = ReportsDoor(floor, window.intents)
        self._settling = Settling(floor, self._paying.tendering, self._paying.open)
        self._crediting = Crediting(floor, self._paying.tendering, self._printing.work)
        self._refusals = KeepingRefusals(floor)
        self._checking_in.refused = self._refusals.check_in
        self._till = TillDoor(floor, window.intents, self._printing.work)
        self._paying.sold, self._paying.refused = self._till.sold, self._till.refused
        self._safe = SafeDoor(floor, window.intents, self._printing.work)
        self._doors = Doors(floor, (self._till, self._safe, self._reports, self._settling, self._crediting))
        self._ways_out: dict[str, Callable[[], None]] = {
            other_refusals.RECKON: lambda: open_reckoning(floor),
            other_refusals.CERTIFY: self._certified.open,
            other_refusals.REGISTRY: self._registry.open,
            SURE: self._certified.confirm,
            NEW_PATIENT: self._checking_in.open_form,
            CLEAR: self._cart.clear,
            CHECK: self._clock.open,
            RIGHT: self._clock.confirm,
            OUTAGE: self._outages.open,
            OVER: self._outages.end,
            LIFT: self._lifting.open,
        }
        self._opens: dict[Opens, Callable[[], None]] = {
            Opens.RECKONING: lambda: open_reckoning(floor),
            Opens.WEIGH: self._weighing.open,
            Opens.OUTAGE: self._outages.open,
            Opens.PAPER: self._printing.open,
            Opens.REPORTS: self._reports.open,
            Opens.TILL: self._till.open,
            Opens.DRAWER: self._till.open_drawer,
            Opens.SAFE: self._safe.open,
            Opens.CERTIFIED: self._certified.open,
            Opens.CREDIT: self._crediting.open,
        }
        self._devices = AskingDevices(floor)
        self._seconds = 0
        self._looking = False
        self._join(window.intents)
        self._tick = self._timer(_TICK_MS, self._weighing.tick)
        self._look = self._timer(_LOOK_MS, self._every_second)
        self._shown_sheet: object = None
        self._shown_room: object = None
        self._shown_lock: object = None
        self._served: str | None = None

    def start(self, opened: Callable[[], None] = lambda: None) -> None:
        """First look at queue, paper and devices; then once a second. `opened`: a PIN can be typed."""
        self._locking.start(opened)
        self._every_second()
        self._printing.refresh()
        self._printing.work()
        self._paying.tendering.look()
        self.floor.on_database("held carts", self.floor.desk.holds.count, self._held_counted)
        self._tick.start()
        self._look.start()

    def stop(self) -> None:
        self._tick.stop()
        self._look.stop()
        self._doors.stop()

    @Slot()
    def draw(self) -> None:
        self._paying.after_answer()
        floor = self.floor
        if floor.lock is not None and floor.lock is not self._shown_lock:
            self._shown_lock = floor.lock  # first: nothing of what follows is seen
            self._window.show_lock(floor.lock)
        served = None if floor.visit is None else floor.visit.sale_id
        if served != self._served:
            self._served = served
            self._window.clear_search()
            self._paying.tendering.served()
        shown = picture(floor)
        self._window.render(shown)
        if shown.refusal is not None:
            self._refusals.look()
        if floor.room is not self._shown_room:
            self._shown_room = floor.room
            self._window.show_room(floor.room)
        if floor.sheet is not self._shown_sheet:
            self._shown_sheet = floor.sheet
            self._window.show_sheet(floor.sheet)
        if floor.lock is None and self._shown_lock is not None:
            self._shown_lock = None
            self._window.show_lock(None)

    # -- wishes

    @Slot(str)
    def scanned(self, text: str) -> None:
        """Whatever is open, a scan does the right thing; only an unfinished payment and F7’s form stay."""
        floor = self.floor
        self._locking.touched()
        if floor.lock is not None:
            self._locking.scanned()
            return
        if stays_open(floor):
            return
        if floor.done_sale is not None:
            self._paying.next_sale()
        self.floor.leave_room()
        scan = floor.desk.scans.read(text)
        if scan.kind is ScanKind.PACKAGE:
            self._cart.package(scan.text)
        elif scan.kind is ScanKind.UNREADABLE:
            floor.say(Tone.WARN, scan.why)
        elif scan.kind is ScanKind.UNKNOWN:
            unknown = translate("Counter", "This code is not known here. Nothing was added.")
            self._cart.label_or(scan.text.upper(), lambda: self._checking_in.card(scan.text, unknown=unknown))
        elif self._may_open_patient():
            if scan.document is not None:
                self._checking_in.document(scan.document)
            else:
                self._checking_in.card(scan.text)

    @Slot(str)
    def submitted(self, text: str) -> None:
        """Enter in the search field: a typed card number or package label."""
        floor = self.floor
        floor.results = None
        scan = floor.desk.scans.read(text)
        if scan.kind is ScanKind.UNKNOWN and self._may_open_patient():
            self.floor.leave_room()
            self._checking_in.typed(text)
        else:
            self.scanned(text)

    @Slot(object)
    def chosen(self, row: object) -> None:
        if not isinstance(row, ResultRow):
            return
        self.floor.results = None
        self.floor.leave_room()
        self._window.clear_search()
        if row.kind is ResultKind.PRODUCT:
            if self.floor.sheet_kind == PRODUCTS:
                self.floor.close_sheet()
            self._cart.package(row.id)
        elif self._may_open_patient():
            self._checking_in.patient(row.id)

    @Slot(object)
    def opened(self, what: object) -> None:
        floor = self.floor
        if floor.paying:
            return
        if what == Opens.KEYS:
            floor.open_sheet("keys", KeysSheet(key_hints(floor)))
        elif what == Opens.PRODUCTS:
            self._searching.products("")
        elif what == Opens.OUTAGE and reads_registry(floor):
            self._registry.open()
        elif isinstance(what, Opens):
            self._opens.get(what, self._change_patient)()

    @Slot()
    def back(self) -> None:
        """Esc: one step back; the cart stays."""
        floor = self.floor
        if floor.sheet_kind == SECOND:
            floor.second.back()
            return
        if floor.sheet_kind == PAYMENT:
            self._paying.back()
            return
        if floor.sheet_kind == SURE:
            self._certified.again()
            return
        if floor.sheet is not None:
            floor.close_sheet()
            if floor.paying:
                self._paying.show_again()
        elif floor.results is not None:
            floor.results = None
        elif floor.room is not None:
            self._doors.back()
        elif floor.notice is not None:
            floor.notice = None
        elif floor.visit is not None and not floor.visit.cart.lines:
            floor.end_visit()
        floor.show()

    @Slot(str)
    def row_selected(self, row_id: str) -> None:
        if row_id in self.floor.row_ids:
            self.floor.selected = self.floor.row_ids.index(row_id)
            self.floor.show()

    @Slot(str)
    def fixed(self, fix_id: str) -> None:
        does = self._ways_out.get(fix_id)
        if self._locking.act(fix_id):
            return
        if does is not None:
            does()
        elif not self._doors.act(fix_id):
            self._cart.fix(fix_id)

    @Slot(object)
    def form_saved(self, values: object) -> None:
        if not isinstance(values, Mapping) or self._locking.save(values) or self._doors.save(values):
            return
        if self.floor.sheet_kind == CERTIFIED:
            self._certified.save(values)
        elif self.floor.sheet_kind == OUTAGE:
            self._outages.declare(values)
        elif self.floor.sheet_kind == other_refusals.REGISTRY:
            self._registry.save(values)
        elif self.floor.sheet_kind == LIFT:
            self._lifting.lift(values)
        else:
            self._checking_in.form(values)

    @Slot()
    def plus(self) -> None:
        self._cart.change(1)

    @Slot()
    def minus(self) -> None:
        self._cart.change(-1)

    @Slot()
    def removed(self) -> None:
        self._cart.remove()

    def lock(self, why: str) -> None:
        """Hide everything now, as Ctrl+L and idling do."""
        self._locking.lock(why)

    def touched(self) -> None:
        """A key or a touch, wherever it went."""
        self._locking.touched()

    # -- every second

    @Slot()
    def _every_second(self) -> None:
        self._seconds += 1
        self._doors.tick()
        self.floor.second.tick()
        self._locking.tick()
        if not self._looking:
            self._look_at_queue()
        self._devices.scale()
        if self._seconds % _HEALTH_EVERY == 1:
            self._devices.printer()
            self._printing.work_if_waiting()

    def _look_at_queue(self) -> None:
        """A sale that was just saved waits from now on: the pill does not say so a second later."""
        self._looking = True
        self.floor.lanes.database("queue", self.floor.desk.look, self._looked, self._look_failed)

    def _looked(self, status: SyncStatus) -> None:
        self._looking = False
        self.floor.sync = status
        self._reports.looked(status)
        self.draw()

    def _look_failed(self, problem: BaseException) -> None:
        self._looking = False
        self.floor.refuse(problem)

    def _held_counted(self, held: int) -> None:
        self.floor.held_count = held
        self.draw()

    # -- inside

    def _may_open_patient(self) -> bool:
        """A cart with lines belongs to its patient: hold or clear it first."""
        floor = self.floor
        if not floor.has_lines:
            return True
        floor.say(Tone.WARN, sale_under_way())
        return False

    def _change_patient(self) -> None:
        if self._may_open_patient():
            self.floor.end_visit()
            self.floor.show()
            self._window.focus_search()

    def _timer(self, every_ms: int, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(every_ms)
        timer.timeout.connect(slot)
        return timer

    def _join(self, intents: Intents) -> None:
        intents.scanned.connect(self.scanned)
        intents.search_changed.connect(self._searching.text)
        intents.search_submitted.connect(self.submitted)
        intents.choose.connect(self.chosen)
        intents.open_sheet.connect(self.opened)
        intents.back.connect(self.back)
        intents.select_row.connect(self.row_selected)
        intents.plus.connect(self.plus)
        intents.minus.connect(self.minus)
        intents.remove.connect(self.removed)
        intents.hold_or_recall.connect(self._cart.hold_or_recall)
        intents.recall.connect(self._cart.recall)
        intents.clear_sale.connect(self._cart.ask_to_clear)
        intents.fix.connect(self.fixed)
        intents.pay.connect(self._paying.open)
        intents.tender.connect(self._paying.tender)
        intents.tender_key.connect(self._paying.key)
        intents.quick_amount.connect(self._paying.quick)
        intents.option.connect(self._paying.option)
        intents.complete.connect(self._paying.complete)
        intents.next_sale.connect(self._paying.go_on)
        intents.form.connect(self.form_saved)
        intents.product_query.connect(self._searching.products)
        intents.tare.connect(self._weighing.tare)
        intents.add_weighed.connect(self._weighing.add)
        intents.reprint.connect(self._printing.reprint)
        intents.print_again.connect(self._printing.print_again)
        intents.it_printed.connect(self._printing.it_printed)
        intents.person.connect(self._locking.chosen)
        intents.pin.connect(self._locking.typed)
        intents.lock.connect(self._locking.lock)
