"""What the use cases need from the outside, in their own words. Adapters live in storage, sync, devices, keystore.

Every call of a port may block; none is made on the GUI thread.
"""

from pos_desktop.app.ports.custody import CustodyBook, KeptStep
from pos_desktop.app.ports.devices import CounterScale, DeviceHealth, DeviceState, LiveWeight, WeighedOrNot
from pos_desktop.app.ports.outage import DeclaredOutage, OutageBook
from pos_desktop.app.ports.paper import (
    JobKind,
    JobState,
    PaperJob,
    PaperJobs,
    PaperOutcome,
    PaperResult,
    ReceiptPaper,
    Slip,
    SlipKind,
)
from pos_desktop.app.ports.patients import (
    Ledger,
    OunceRow,
    PatientBook,
    StateAnswer,
    StateFigures,
    TypedFigure,
)
from pos_desktop.app.ports.people import (
    EmergencyBook,
    Member,
    Opened,
    PeopleBook,
    Person,
    PersonChange,
    PinBook,
    PinHasher,
    Register,
    SealedCode,
    SecondFactorBook,
    SettingsBook,
    StaffBook,
)
from pos_desktop.app.ports.reconciling import KeptFindings, OwnBooks
from pos_desktop.app.ports.rules import RulePack, RulePacks
from pos_desktop.app.ports.running import Clock, Ids, TrustedClock
from pos_desktop.app.ports.sales import HeldCart, HeldCarts, HeldLine, JournalBook, SaleBook, SaleTransaction
from pos_desktop.app.ports.seals import JournalSigner, SealBook
from pos_desktop.app.ports.shelf import Bulk, IncomingPackage, ProductFacts, Shelf, ShelfIntake
from pos_desktop.app.ports.state import (
    CouldNotAsk,
    KeyStore,
    OutboxStore,
    ServiceReach,
    StateBooks,
    SyncStatus,
    Tracker,
)
from pos_desktop.app.ports.tills import KeptZ, Sealed, TillBook, TillSession

__all__ = [
    "Bulk",
    "Clock",
    "CouldNotAsk",
    "CounterScale",
    "CustodyBook",
    "DeclaredOutage",
    "DeviceHealth",
    "DeviceState",
    "EmergencyBook",
    "HeldCart",
    "HeldCarts",
    "HeldLine",
    "Ids",
    "IncomingPackage",
    "JobKind",
    "JobState",
    "JournalBook",
    "JournalSigner",
    "KeptFindings",
    "KeptStep",
    "KeptZ",
    "KeyStore",
    "Ledger",
    "LiveWeight",
    "Member",
    "Opened",
    "OunceRow",
    "OutageBook",
    "OutboxStore",
    "OwnBooks",
    "PaperJob",
    "PaperJobs",
    "PaperOutcome",
    "PaperResult",
    "PatientBook",
    "PeopleBook",
    "Person",
    "PersonChange",
    "PinBook",
    "PinHasher",
    "ProductFacts",
    "ReceiptPaper",
    "Register",
    "RulePack",
    "RulePacks",
    "SaleBook",
    "SaleTransaction",
    "SealBook",
    "Sealed",
    "SealedCode",
    "SecondFactorBook",
    "ServiceReach",
    "SettingsBook",
    "Shelf",
    "ShelfIntake",
    "Slip",
    "SlipKind",
    "StaffBook",
    "StateAnswer",
    "StateBooks",
    "StateFigures",
    "SyncStatus",
    "TillBook",
    "TillSession",
    "Tracker",
    "TrustedClock",
    "TypedFigure",
    "WeighedOrNot",
]
