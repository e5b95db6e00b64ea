"""The counter: the window is painted first, everything behind it is built on a lane, then the two are joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pos_desktop.composition.places import DataFolder
from pos_desktop.domain.errors import PosError
from pos_desktop.domain.people import SERVICE

if TYPE_CHECKING:
    from pos_desktop.app.desk import Desk
    from pos_desktop.app.link import LinkWatch
    from pos_desktop.app.ports import SyncStatus
    from pos_desktop.app.reception import Reception
    from pos_desktop.app.views import ViewLog
    from pos_desktop.composition.equipment import Equipment
    from pos_desktop.composition.reporting import StateService
    from pos_desktop.composition.shop import Ask, Shop
    from pos_desktop.composition.store_keeper import StoreKeeper
    from pos_desktop.composition.sync_worker import SyncWorker
    from pos_desktop.domain.limits.programme import Programme

_SHORTEST_HISTORY_DAYS = 31


@dataclass(slots=True)
class BackRoom:
    """Everything of an open counter but the window. `close` ends it in order, once."""

    desk: Desk
    shop: Shop
    gear: Equipment
    worker: SyncWorker | None
    ends: ExitStack
    keeper: StoreKeeper
    note: str = ""
    """What the person at the counter should know first; empty after an orderly end."""
    cut_drill: str = ""
    """What was cleared after a drill that was killed; part of `note`."""

    def start(self) -> None:
        self.keeper.start()
        self.gear.start()
        if self.worker is not None:
            self.worker.start()

    def close(self) -> None:
        self.ends.close()


def open_back_room(
    folder: DataFolder,
    ask: Ask | None = None,
    *,
    unattended: bool = False,
    addresses: Mapping[str, str] | None = None,
) -> BackRoom:
    """Open the store as its counter and build what works on it. Lane: database; takes a few hundred milliseconds.

    `unattended`: nobody signs in, and the first budtender works on a till that nobody counted (training, drills).
    `addresses`: as of a Shop.

    Raises:
        PosError: with a sentence; nothing stays open.
    """
    from pos_desktop.app.unclean_end import last_saved
    from pos_desktop.composition.cut_drill import clear_cut_drill
    from pos_desktop.composition.equipment import equipment
    from pos_desktop.composition.keeping_keys import no_paper
    from pos_desktop.composition.shop import enrol, opened
    from pos_desktop.composition.store_keeper import keeper_of
    from pos_desktop.composition.this_computer import ELSEWHERE, is_home
    from pos_desktop.composition.unattended import on_duty

    with ExitStack() as ends:
        shop = ends.enter_context(opened(folder, ask, counter=True, addresses=addresses))
        enrol(shop.keys, has_pins=bool(shop.signing_in().people()))
        _count_the_start(shop)
        cut_drill = clear_cut_drill(shop)
        shop.store.paper.recover()
        gear = equipment(shop)
        keeper = keeper_of(shop)
        desk, worker = _desk(shop, gear)
        desk = replace(desk, store_told=lambda: keeper.told)
        ends.callback(keeper.stop)
        if unattended:
            desk = replace(desk, duty=on_duty(shop))
        ends.callback(_seal_the_day, shop)
        ends.callback(gear.stop)
        if worker is not None:
            ends.callback(worker.stop)
        note = "" if shop.store.was_clean else last_saved(shop.store.sales)
        note = " ".join(filter(None, ("" if is_home(shop) else ELSEWHERE, cut_drill, note, no_paper(shop))))
        return BackRoom(desk, shop, gear, worker, ends.pop_all(), keeper, note, cut_drill)


def _seal_the_day(shop: Shop) -> None:
    """At the end of a run, so that nothing of it can be written anew."""
    with suppress(PosError):
        shop.sealing().now()


def _count_the_start(shop: Shop) -> None:
    """The journal tells of a database that was put back or may have been, and of one from another computer."""
    from pos_desktop.composition.this_computer import note_the_start
    from pos_desktop.storage.generation import Generation, raise_generation

    store = shop.store
    told = raise_generation(store, shop.keys, shop.clock.now())
    if told is not Generation.SAME:
        kind = "store.put-back" if told is Generation.RESTORED else "store.unproven"
        store.journal.append(kind, SERVICE.id, "", {"epoch": shop.register.epoch})
    note_the_start(shop, begun=told is not Generation.SAME)


def _desk(shop: Shop, gear: Equipment) -> tuple[Desk, SyncWorker | None]:
    from pos_desktop.app.certifying import Certifying
    from pos_desktop.app.clock_desk import ClockDesk
    from pos_desktop.app.close_sale import CloseSale
    from pos_desktop.app.desk import Desk
    from pos_desktop.app.duties import duty_of
    from pos_desktop.app.holds import Holds
    from pos_desktop.app.limit_desk import LimitDesk
    from pos_desktop.app.link import LinkWatch
    from pos_desktop.app.outage_desk import OutageDesk
    from pos_desktop.app.paper import PaperDesk
    from pos_desktop.app.refusals import Refusals
    from pos_desktop.app.registry import RegistryDesk
    from pos_desktop.app.views import ViewLog
    from pos_desktop.app.worklist import Worklist
    from pos_desktop.composition.comparing import comparing
    from pos_desktop.composition.custody import custody_desks
    from pos_desktop.composition.reporting import has_service
    from pos_desktop.composition.tenders import rounds_cash, tender_desk
    from pos_desktop.composition.training_people import sample_pin

    store, clock, ids, register = shop.store, shop.clock, shop.ids, shop.register
    programme = shop.rules.for_the_counter()
    limits = LimitDesk(programme)
    views = ViewLog(store.views, clock)
    reception = reception_of(shop, programme, views)
    link = LinkWatch(clock, has_service=has_service(shop))
    worker = _worker(shop, link) if has_service(shop) else None
    outages = OutageDesk(store.outage, link, programme)
    outages.look()
    closing = CloseSale(
        sales=store.sales,
        reception=reception,
        limits=limits,
        register=register,
        facility_zone=shop.facility_zone,
        clock=clock,
        ids=ids,
        duty=duty_of(store.settings, programme),
        nickel=rounds_cash(store.settings),
    )
    paper = None
    if gear.paper is not None:
        paper = PaperDesk(
            jobs=store.paper,
            sales=store.sales,
            paper=gear.paper,
            journal=store.journal,
            clock=clock,
            views=views,
        )
    desk = Desk(
        register=register,
        register_name=store.settings.get("register.name") or register.code,
        clock=clock,
        link=link,
        scans=gear.scans,
        reception=reception,
        shelf=store.shelf,
        limits=limits,
        holds=Holds(held=store.holds, shelf=store.shelf, reception=reception, clock=clock, views=views),
        close_sale=closing,
        sales=store.sales,
        sync_status=_no_status if worker is None else worker.status,
        nudge_sync=_nothing if worker is None else worker.nudge,
        paper=paper,
        printer=gear.paper,
        scale=gear.scale,
        ask_state=None if worker is None else worker.ask_state,
        clock_desk=ClockDesk(clock, store.journal),
        certifying=Certifying(store.patients, programme, clock, views),
        outages=outages,
        registry=RegistryDesk(reception, store.journal, programme, clock, ZoneInfo(register.zone))
        if worker is None and programme.state_check.required
        else None,
        sealing=shop.sealing(),
        tenders=tender_desk(shop),
        views=views,
        refusals=Refusals(store.journal),
        signing_in=shop.signing_in(),
        till=shop.till_desk(),
        custody=custody_desks(shop),
        lock_minutes=int(store.settings.get("lock.minutes") or 3),
        pin_hint=sample_pin(shop),
        worklist=Worklist(store.worklist, store.settings, clock, views),
        comparing=None if worker is None else comparing(shop, worker.look_now),
    )
    return desk, worker


def reception_of(shop: Shop, programme: Programme, views: ViewLog | None = None) -> Reception:
    from pos_desktop.app.reception import Reception as Made

    return Made(
        patients=shop.store.patients,
        ledger=shop.store.ledger,
        figures=shop.store.figures,
        clock=shop.clock,
        ids=shop.ids,
        zone=programme.zone,
        history_days=history_days(programme),
        card_kind=programme.card.usual,
        views=views,
    )


def history_days(programme: Programme) -> int | None:
    """How far back the ledger is read at check-in; the screen shows a month even where no window is so long."""
    days = programme.history_days
    return None if days is None else max(days, _SHORTEST_HISTORY_DAYS)


def _worker(shop: Shop, link: LinkWatch) -> SyncWorker:
    from pos_desktop.app.ports import ServiceReach
    from pos_desktop.composition.first_sync import fetch
    from pos_desktop.composition.reporting import patients_asked_again, send_waiting, state_service
    from pos_desktop.composition.sync_worker import SyncWorker as Made

    def connect(pause: Callable[[float], bool]) -> StateService:
        return state_service(shop, pause)

    def look(service: StateService) -> None:
        """What is new at the state, and once a day whether it holds what was sold; what differs is in the log."""
        from pos_desktop.composition.reconciling import sweep

        def pause(seconds: float) -> bool:
            send_waiting(shop, service)
            return seconds > 0

        fetched = fetch(shop, service, meanwhile=lambda: send_waiting(shop, service))
        if fetched.good or service.tracker.probe() is ServiceReach.REACHED:
            sweep(shop, pause)

    def ask_again(service: StateService) -> object:
        return patients_asked_again(shop, service)

    def differences() -> int:
        from pos_desktop.composition.reconciling import alarms

        return alarms(shop).number

    return Made(shop, link, connect, fetch=look, ask_again=ask_again, differences=differences)


def _no_status() -> SyncStatus:
    from pos_desktop.app.ports import SyncStatus as Made

    return Made(counts={}, oldest_open=None, next_due=None, overdue=0, needs_person=0, waiting=0)


def _nothing() -> None:
    """A store without a state service has nobody to wake."""
