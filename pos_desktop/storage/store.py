"""The opened store: every repository on one encrypted database."""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pos_desktop.app.ports import Clock, Ids
from pos_desktop.domain.errors import EnvironmentTrouble, PosError, StoreDamaged
from pos_desktop.domain.instant import Instant
from pos_desktop.storage import driver, faults
from pos_desktop.storage.backup import Pace, back_up, is_whole
from pos_desktop.storage.ballast import SIZE, Ballast
from pos_desktop.storage.bulk import StoredBulk
from pos_desktop.storage.care_book import StoredCare
from pos_desktop.storage.certain import make_certain
from pos_desktop.storage.computer import StoredComputer
from pos_desktop.storage.custody_book import StoredCustody
from pos_desktop.storage.database import Database, cursor_owner, is_sound
from pos_desktop.storage.emergency_book import StoredEmergency
from pos_desktop.storage.filing_book import StoredFiling
from pos_desktop.storage.held_carts import StoredHolds
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.ledger import StoredLedger
from pos_desktop.storage.lock import FolderLock, counter_lock
from pos_desktop.storage.making import make_store
from pos_desktop.storage.migrating import migrate, must_migrate, revision_of
from pos_desktop.storage.opening import connect_existing, not_opened
from pos_desktop.storage.outage_book import StoredOutage
from pos_desktop.storage.outbox_store import StoredOutbox, doubt_all
from pos_desktop.storage.paper_jobs import StoredPaper
from pos_desktop.storage.patient_book import StoredPatients
from pos_desktop.storage.people_book import StoredPeople
from pos_desktop.storage.pin_book import StoredPins
from pos_desktop.storage.privacy_book import StoredViews
from pos_desktop.storage.purge_book import StoredPurges
from pos_desktop.storage.record_book import StoredRecords
from pos_desktop.storage.rule_packs import StoredRulePacks
from pos_desktop.storage.sale_book import StoredSales
from pos_desktop.storage.seal_book import StoredSeals
from pos_desktop.storage.second_factor_book import StoredSecondFactors
from pos_desktop.storage.settings_book import StoredSettings
from pos_desktop.storage.shelf import StoredShelf
from pos_desktop.storage.shelf_intake import StoredIntake
from pos_desktop.storage.staff_book import StoredStaff
from pos_desktop.storage.state_figures import StoredFigures
from pos_desktop.storage.tender_book import StoredTenders
from pos_desktop.storage.till_book import StoredTills
from pos_desktop.storage.transactions import StoredTransactions
from pos_desktop.storage.unasked_sales import StoredUnasked
from pos_desktop.storage.void_book import StoredVoids
from pos_desktop.storage.witness import Witness
from pos_desktop.storage.worklist_store import StoredWorklist

if TYPE_CHECKING:
    from pos_desktop.storage.backups import Backup, Backups
    from pos_desktop.storage.own_books import StoredOwnBooks
    from pos_desktop.storage.snapshot import Books


class Store:
    """Made by `open_store`. Every method may be called on any thread; close it last."""

    def __init__(
        self,
        db: Database,
        key: bytes,
        clock: Clock,
        lock: FolderLock | None,
        *,
        was_clean: bool,
        witnesses: Path | None = None,
    ) -> None:
        self._db = db
        self._key = key
        self._lock = lock
        self.path = db.path
        self.was_clean = was_clean
        """Whether the last run ended in order; if not, `verify` and the journal's check are due."""
        self.settings = StoredSettings(db)
        self.packs = StoredRulePacks(db)
        self.computer = StoredComputer(db)
        self.care = StoredCare(db)
        self.witness = Witness(db, witnesses)
        self.journal = StoredJournal(db, self.settings, clock)
        self.seals = StoredSeals(db)
        self.staff = StoredStaff(db)
        self.people = StoredPeople(db, self.journal)
        self.pins = StoredPins(db, self.journal, self.settings)
        self.factors = StoredSecondFactors(db, self.journal)
        self.emergency = StoredEmergency(db, self.journal)
        self.records = StoredRecords(db)
        self.tills = StoredTills(db, self.journal)
        self.tenders = StoredTenders(db, self.journal)
        self.custody = StoredCustody(db, self.journal)
        self.patients = StoredPatients(db, self.journal)
        self.figures = StoredFigures(db)
        self.ledger = StoredLedger(db)
        self.shelf = StoredShelf(db)
        self.intake = StoredIntake(db)
        self.bulk = StoredBulk(db)
        self.sales = StoredSales(db)
        self.holds = StoredHolds(db, self.journal)
        self.unasked = StoredUnasked(db, self.figures)
        self.outage = StoredOutage(db, self.journal, clock)
        self.paper = StoredPaper(db)
        self.outbox = StoredOutbox(db, self.witness)
        self.transactions = StoredTransactions(db, clock)
        self.filing = StoredFiling(db, self.journal, clock)
        self.worklist = StoredWorklist(db, self.journal)
        self.voids = StoredVoids(db, self.journal)
        self.views = StoredViews(db, self.journal)
        self.purges = StoredPurges(db, self.journal)

    @property
    def profile(self) -> str:
        """`live` or `training`; written when the store was made and never changed."""
        row = self._db.row("SELECT profile FROM store")
        return "" if row is None else str(row[0])

    def own_books(self) -> StoredOwnBooks:
        """Sales and packages of the license that is set now, for a comparison with the state."""
        from pos_desktop.storage.own_books import StoredOwnBooks

        register = self.settings.register()
        prefix = f"{register.store_code}-{register.code}"
        return StoredOwnBooks(self._db, license_number=register.license, prefix=prefix)

    @property
    def frozen(self) -> bool:
        """Whether a disk error stopped this register; nothing is saved until it was reopened."""
        return self._db.frozen

    @property
    def generation(self) -> int:
        """The number of the last start of the counter; 0 before the first."""
        row = self._db.row("SELECT generation FROM store")
        return 0 if row is None else int(row[0])

    def begin_epoch(self, epoch: int, at: Instant) -> None:
        """Sale numbers and journal begin again under `epoch`; every report that waits is in doubt from now on.

        For a database that was put back: what it holds as waiting may have been sent already.
        """
        maker, before = self.journal.maker(), self.seals.head()
        with self._db.write() as conn:
            conn.exec_driver_sql("UPDATE store SET epoch = ?", (epoch,))
            conn.exec_driver_sql("INSERT INTO sale_counter (epoch, last) VALUES (?, 0)", (epoch,))
            doubt_all(conn, at)
            if before is not None:
                self.journal.go_on(cursor_owner(conn.connection).cursor(), maker, epoch, before)

    def doubt_waiting(self, at: Instant) -> None:
        """For a start that cannot be shown to go on where the last one ended; numbers go on."""
        with self._db.write() as conn:
            doubt_all(conn, at)

    def raise_generation(self) -> int:
        """The number of this start, one above the last (reliability contract, section 5)."""
        with self._db.write() as conn:
            number: int = conn.exec_driver_sql(
                "UPDATE store SET generation = generation + 1 RETURNING generation"
            ).scalar_one()
            return number

    def idle_checkpoint(self) -> bool:
        """When nothing else goes on: flush the write-ahead log into the file. False when a reader was in the way.

        Raises:
            EnvironmentTrouble: the disk failed; the register is frozen.
        """
        return self._db.checkpoint()

    def quick_check(self) -> bool:
        """Whether the trees of the database are in order."""
        return self._db.rows("PRAGMA quick_check") == [("ok",)]

    def verify(self) -> bool:
        """Whether every page is as it was written, and the trees are in order."""
        return not self._db.rows("PRAGMA cipher_integrity_check") and self.quick_check()

    def backup(self, to_path: Path) -> None:
        """Raises EnvironmentTrouble when the copy could not be written and proven; the store itself goes on."""
        back_up(self._db, self._key, to_path)

    def ensure_ballast(self) -> bool:
        """In the background: keep room on the disk for closing and syncing. False when there is none to keep."""
        return self._db.ballast.ensure()

    def free_bytes(self) -> int:
        """Below 1 GiB warn, below 256 MiB open no new day (reliability contract, section 2)."""
        return self._db.free_bytes()

    @property
    def has_ballast(self) -> bool:
        return self._db.ballast.there

    def reopen(self) -> None:
        """After a disk error: close everything, open again, check. After a second one within ten minutes it stays
        frozen (reliability contract, section 2).

        Raises:
            StoreBusy, StoreDamaged: the register stays frozen.
        """
        self._db.reopen()
        if self._db.troubled_again:
            self._db.freeze()

    def pages_are_whole(self) -> bool:
        """As `verify`, on a connection of its own that nobody waits for. Seconds on a large file."""
        return is_whole(self.path, self._key)

    def trees_are_sound(self) -> bool:
        """As `quick_check`, on a connection of its own."""
        return is_sound(self.path, self._key)

    def snapshot(self) -> AbstractContextManager[Books]:
        """One state of all books, for who reads everything while the counter sells."""
        from pos_desktop.storage.snapshot import snapshot

        return snapshot(self.path, self._key)

    def make_backup(self, backups: Backups, sealed: bytes | None, at: Instant, pace: Pace) -> Backup:
        """A proven copy in its own folder, while the counter sells. `sealed`: the keys, for the paper in the safe.

        Raises:
            EnvironmentTrouble: with its sentence; the store goes on. Stopped: by `pace`.
        """
        return backups.make(self.path, self._key, sealed, at, pace)

    def opens_backup(self, backup: Backup) -> bool:
        """Whether a backup is sound, under the key that the store has now."""
        return backup.is_good(self._key)

    def close(self) -> None:
        """Never raises for a disk that fails now: what was committed is in the write-ahead log.

        A disk that refused the log does not count as an orderly end: the next start checks the file.
        """
        with suppress(PosError):
            self._db.checkpoint()
            if self._lock is not None:
                with self._db.write() as conn:
                    conn.exec_driver_sql("UPDATE store SET clean = 1")
            self._db.checkpoint()
        self._db.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(  # noqa: PLR0913 - each names one thing that only its caller knows
    path: Path,
    key: bytes,
    clock: Clock,
    ids: Ids,
    migrations_dir: Path,
    *,
    create: bool = False,
    profile: str | None = None,
    register_id: str | None = None,
    counter: bool = True,
    ballast_bytes: int = SIZE,
    witnesses: Path | None = None,
) -> Store:
    """Open the store at `path`, or make it with `create`.

    `profile` is `live` or `training`: needed to make a store, and when it is opened for another it is refused.
    `register_id` names the register of a new store. The `counter` sells, and there is one at a time; commands
    that report or export open beside it. In `witnesses` lies what tells of a database that was put back
    (`storage.witness`), the same folder for all stores of a user.

    Raises:
        StoreBusy: another copy of the program is the counter.
        StoreDamaged, StoreTooNew, EnvironmentTrouble: with a sentence; the file was neither changed nor made anew.
    """
    lock = None
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
    elif not path.is_file():
        raise EnvironmentTrouble(
            "There is no store in this folder. Set one up first: pos-desktop setup.", code="no-store"
        )
    if counter:
        lock = counter_lock(path.parent).take()
    try:
        if create:
            make_store(path, key, clock, migrations_dir, profile or "", register_id or ids.new())
        was_clean = _prepare(path, key, clock, migrations_dir, profile, lock)
        ballast = Ballast(path, ballast_bytes)
        db = Database(path, key, monotonic_us=clock.monotonic_us, ballast=ballast)
        if lock is not None:
            with db.write() as conn:
                conn.exec_driver_sql("UPDATE store SET clean = 0")
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    return Store(db, key, clock, lock, was_clean=was_clean, witnesses=witnesses)


def _prepare(
    path: Path, key: bytes, clock: Clock, migrations_dir: Path, profile: str | None, lock: FolderLock | None
) -> bool:
    """Everything that must hold before the engine is made; returns whether the last run ended in order."""
    con = connect_existing(path, key)
    try:
        revision = revision_of(con)
        if must_migrate(revision, migrations_dir):
            _migrate_safely(con, path, key, clock, migrations_dir, revision, have_lock=lock is not None)
        row = con.execute("SELECT profile, clean FROM store").fetchone()
    except driver.Error as error:
        raise not_opened(error) from error
    finally:
        con.close()
    if row is None:
        raise StoreDamaged(faults.DAMAGED)
    made_for, clean = row
    if profile is not None and profile != made_for:
        raise EnvironmentTrouble(
            f"The store in this folder is a {made_for} store and cannot be opened as a {profile} one.",
            code="profile",
        )
    if lock is not None and not clean:
        if not is_sound(path, key):
            raise StoreDamaged(faults.DAMAGED)
        make_certain(path, key)  # with a reader in the way the next idle minute does it
    return bool(clean)


def _migrate_safely(
    con: driver.Connection,
    path: Path,
    key: bytes,
    clock: Clock,
    migrations_dir: Path,
    revision: str,
    *,
    have_lock: bool,
) -> None:
    """A proven backup first; nobody else may have the store open meanwhile."""
    lock = None if have_lock else counter_lock(path.parent).take()
    try:
        back_up(con, key, path.with_name(f"{path.stem}.before-{revision}.{clock.now().utc_us}.bak"))
        migrate(path, key, migrations_dir)
    finally:
        if lock is not None:
            lock.release()
