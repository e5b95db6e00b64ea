"""PINs and wrong PINs, each change together with its journal entry."""

from __future__ import annotations

from pos_desktop.app.ports import SettingsBook
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.lockout import MANAGER_AFTER, Failures, Moment
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal

_HASH = "SELECT hash FROM pin WHERE person_id = ?"
_FAILURES = "SELECT times, last, mono, boot FROM wrong_pins WHERE who = ?"
_COUNT = (
    "INSERT INTO wrong_pins (who, times, last, mono, boot) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (who) DO UPDATE SET times = excluded.times, last = excluded.last, mono = excluded.mono, "
    "boot = excluded.boot"
)
_ALONE = """
    SELECT 1 FROM person p WHERE p.id = ? AND p.role = 'manager' AND NOT EXISTS (
        SELECT 1 FROM person m JOIN pin ON pin.person_id = m.id
        LEFT JOIN wrong_pins w ON w.who = 'person:' || m.id
        WHERE m.id <> p.id AND m.role = 'manager' AND m.active = 1 AND coalesce(w.times, 0) < ?)"""
"""A manager whom no other manager can let in again."""
_FORGET = "DELETE FROM wrong_pins WHERE who IN (?, ?)"
_SET = (
    "INSERT INTO pin VALUES (?, ?, ?, ?) "
    "ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, set_by = excluded.set_by, set_at = excluded.set_at"
)


class StoredPins:
    """PinBook."""

    def __init__(self, db: Database, journal: StoredJournal, settings: SettingsBook) -> None:
        self._db = db
        self._journal = journal
        self._settings = settings

    def hash_of(self, person: PersonId) -> str | None:
        row = self._db.row(_HASH, (person,))
        return None if row is None else str(row[0])

    def failures(self, person: PersonId) -> tuple[Failures, Failures]:
        who, till = map(self._of, self._counted(person))
        return who if self._db.row(_ALONE, _alone(person)) is None else who.never_shut, till

    def tried(self, person: PersonId, now: Moment) -> tuple[Failures, Failures] | None:
        keys = self._counted(person)
        with self._db.write() as conn:
            run = cursor_owner(conn.connection).cursor().execute
            who, till = (_failures(run(_FAILURES, (key,)).fetchone()) for key in keys)
            alone = run(_ALONE, _alone(person)).fetchone() is not None
            who = who.never_shut if alone else who
            if who.keeps_out(now) or till.never_shut.keeps_out(now):
                return None
            who, till = who.one_more(now), till.one_more(now)
            for key, each in zip(keys, (who, till), strict=True):
                run(_COUNT, _row(key, each))
        return who.never_shut if alone else who, till

    def was_right(self, person: PersonId, kind: str, about: str, rehashed: str | None) -> None:
        maker, keys = self._journal.maker(), self._counted(person)
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            cursor.execute(_FORGET, keys)
            if rehashed is not None:
                cursor.execute("UPDATE pin SET hash = ? WHERE person_id = ?", (rehashed, person))
            self._journal.write_entry(cursor, maker, kind=kind, actor=person, ref=about, data={})

    def was_wrong(self, person: PersonId, kind: str, why: str) -> None:
        self._journal.append(kind, person, "", {"why": why})

    def locked(self, person: PersonId, why: str) -> None:
        self._journal.append("counter.locked", person, "", {"why": why})

    def set_pin(self, person: PersonId, kept: str, by: PersonId, at: Instant) -> None:
        maker, keys = self._journal.maker(), self._counted(person)
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            cursor.execute(_SET, (person, kept, by, at.utc_us))
            cursor.execute(_FORGET, keys)
            self._journal.write_entry(cursor, maker, kind="pin.set", actor=by, ref=person, data={})

    def let_in(self, person: PersonId, by: PersonId) -> None:
        maker, keys = self._journal.maker(), self._counted(person)
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            cursor.execute(_FORGET, keys)
            self._journal.write_entry(cursor, maker, kind="sign-in.let-in", actor=by, ref=person, data={})

    def _counted(self, person: PersonId) -> tuple[str, str]:
        return f"person:{person}", f"till:{self._settings.register().code}"

    def _of(self, key: str) -> Failures:
        return _failures(self._db.row(_FAILURES, (key,)))


def _alone(person: PersonId) -> tuple[PersonId, int]:
    return person, MANAGER_AFTER


def _failures(row: tuple[int, int, int, str] | None) -> Failures:
    if row is None:
        return Failures()
    times, last, mono, boot = row
    return Failures(times, Moment(Instant(last), mono, boot))


def _row(key: str, failures: Failures) -> tuple[str | int, ...]:
    assert failures.last is not None  # noqa: S101 - there is one more than none
    last = failures.last
    return key, failures.count, last.at.utc_us, last.mono_us, last.boot
