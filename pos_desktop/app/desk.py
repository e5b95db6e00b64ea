"""Everything a counter works with, joined once by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from pos_desktop.app.certifying import Certifying
from pos_desktop.app.clock_desk import ClockDesk
from pos_desktop.app.close_sale import CloseSale, OnDuty
from pos_desktop.app.comparing import Comparing
from pos_desktop.app.custody_room import CustodyDesks
from pos_desktop.app.holds import Holds
from pos_desktop.app.limit_desk import LimitDesk
from pos_desktop.app.link import LinkWatch
from pos_desktop.app.outage_desk import OutageDesk
from pos_desktop.app.paper import PaperDesk
from pos_desktop.app.ports import (
    Clock,
    CounterScale,
    ReceiptPaper,
    Register,
    SaleBook,
    Shelf,
    StateAnswer,
    SyncStatus,
)
from pos_desktop.app.ports.scanning import ScanReader
from pos_desktop.app.reception import Reception
from pos_desktop.app.refusals import Refusals
from pos_desktop.app.registry import RegistryDesk
from pos_desktop.app.sealing import Sealing
from pos_desktop.app.signing_in import SigningIn
from pos_desktop.app.tender_desk import TenderDesk
from pos_desktop.app.till_desk import TillDesk
from pos_desktop.app.views import ViewLog
from pos_desktop.app.worklist import Worklist
from pos_desktop.domain.deadlines import Standing
from pos_desktop.domain.patient import Patient


@dataclass(frozen=True, slots=True)
class Desk:
    """`paper`, `scale` and `ask_state` are None where the store has no such thing; `clock_desk` where nobody judges,
    `outages` where nobody declares one. `registry` is there where a person must read the state's registry, since the
    programme wants it asked and no line leads there. `worklist` is for the room of the reports (lane: database), and so
    is `comparing` where a line leads to the state (a lane of its own). `tenders` takes what is
    not cash (lane: database).

    `duty` is who works here unattended (training, drills); else nobody does until somebody signs in by `signing_in`.
    `till` is the room of the till (lane: database), `custody` that of the safe. After `lock_minutes` without a key,
    touch or scan the counter is locked. `pin_hint` is everybody's PIN where all of them are made up (the demo store).

    `sync_status` reads the queue (lane: database); `nudge_sync` wakes the sender and returns at once.
    """

    register: Register
    register_name: str
    clock: Clock
    link: LinkWatch
    scans: ScanReader
    reception: Reception
    shelf: Shelf
    limits: LimitDesk
    holds: Holds
    close_sale: CloseSale
    sales: SaleBook
    sync_status: Callable[[], SyncStatus]
    nudge_sync: Callable[[], None]
    paper: PaperDesk | None = None
    printer: ReceiptPaper | None = None
    scale: CounterScale | None = None
    ask_state: Callable[[Patient], StateAnswer | None] | None = None
    certifying: Certifying | None = None
    clock_desk: ClockDesk | None = None
    outages: OutageDesk | None = None
    registry: RegistryDesk | None = None
    worklist: Worklist | None = None
    comparing: Comparing | None = None
    sealing: Sealing | None = None
    tenders: TenderDesk | None = None
    views: ViewLog | None = None
    """Keeps looks at patients; None in a counter of no store."""
    refusals: Refusals | None = None
    duty: OnDuty | None = None
    signing_in: SigningIn | None = None
    till: TillDesk | None = None
    custody: CustodyDesks | None = None
    lock_minutes: int = 3
    pin_hint: str = ""
    store_told: Callable[[], str] = str
    """What a person should know of backups, room on the disk and the daily check; empty while all is well."""

    def look(self) -> SyncStatus:
        """How the queue stands, and whether an outage was declared or ended elsewhere. Lane: database.

        The journal is sealed on the way, when that is due.
        """
        if self.sealing is not None:
            self.sealing.if_due()
        if self.outages is not None:
            self.outages.look()
        status, opened = self.sync_status(), 0 if self.signing_in is None else self.signing_in.alarms()
        return replace(status, emergencies=opened, standing=Standing.RED) if opened else status

    @property
    def on_duty(self) -> OnDuty:
        """Who works here unattended. Raises RuntimeError: people sign in at this desk."""
        if self.duty is None:
            raise RuntimeError("nobody works here unattended")
        return self.duty

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.register.zone)
