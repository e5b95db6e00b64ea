"""Who works here, who changed that and when; each change in one transaction with its journal entry."""

from __future__ import annotations

from pos_desktop.app.journaling import EntryMaker
from pos_desktop.app.ports import Member, Person, PersonChange
from pos_desktop.domain.errors import BadInput, RuleRefusal
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.people import Role
from pos_desktop.storage import driver
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal

_MEMBERS = """
    SELECT p.id, p.name, p.role, p.active, EXISTS (SELECT 1 FROM pin WHERE person_id = p.id),
           EXISTS (SELECT 1 FROM second_factor WHERE person_id = p.id)
    FROM person p WHERE p.role NOT IN ('service', 'emergency') ORDER BY p.name, p.id"""
_CHANGES = "SELECT person_id, kind, name, role, at, actor_id FROM person_change ORDER BY id"
_CODES = """
    SELECT 'sealed', n, sealed_by, '' FROM emergency_code
    UNION ALL SELECT kind, n, actor_id, words FROM emergency_event"""
_SECRETS = """
    SELECT 'pin', person_id, set_by, hash FROM pin
    UNION ALL SELECT 'second-factor', person_id, set_by, hex(nonce) FROM second_factor"""
_ONE = "SELECT name, role, active FROM person WHERE id = ?"
_ANOTHER = """
    SELECT 1 FROM person p WHERE role = ? AND active = 1 AND id <> ?
    AND (EXISTS (SELECT 1 FROM pin WHERE person_id = p.id) OR NOT EXISTS (SELECT 1 FROM pin))"""
_PUT = (
    "INSERT INTO person (id, name, role, active) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, active = excluded.active"
)
_TOLD = "INSERT INTO person_change (person_id, kind, name, role, at, actor_id) VALUES (?, ?, ?, ?, ?, ?)"
_KEPT = "Nothing was changed."


class StoredPeople:
    """PeopleBook."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db = db
        self._journal = journal

    def members(self) -> list[Member]:
        return [
            Member(Person(PersonId(id_), name, role), active == 1, bool(pin), bool(factor))
            for id_, name, role, active, pin, factor in self._db.rows(_MEMBERS)
        ]

    def changes(self) -> list[PersonChange]:
        return [
            PersonChange(Person(PersonId(id_), name, role), kind, Instant(at), PersonId(by))
            for id_, kind, name, role, at, by in self._db.rows(_CHANGES)
        ]

    def emergencies(self) -> list[tuple[str, str, str, str]]:
        """Of the sealed codes: kind, number, who, words; for who checks them against the journal."""
        return [(kind, str(n), by, words) for kind, n, by, words in self._db.rows(_CODES)]

    def secrets(self) -> list[tuple[str, str, str, str]]:
        """Which, whose, by whom, and what is kept: for who checks them against the journal."""
        return [(which, whose, by, str(kept)) for which, whose, by, kept in self._db.rows(_SECRETS)]

    def add(self, person: Person, by: PersonId, at: Instant) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            known = cursor.execute(_ONE, (person.id,)).fetchone()
            if known is not None and known[2]:
                raise BadInput(f"This person works here already. {_KEPT}", code="works-here")
            self._put(cursor, person, active=True)
            kind = "added" if known is None else "returned"
            self._tell(cursor, maker, kind, person, by, at, {"role": person.role})

    def change(self, person: Person, by: PersonId, at: Instant) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            name, role = self._here(cursor, person)
            if role == Role.MANAGER and person.role != Role.MANAGER:
                _refuse_last(cursor, person)
            self._put(cursor, person, active=True)
            told = {"role": person.role, "was": role, "renamed": int(name != person.name)}
            self._tell(cursor, maker, "changed", person, by, at, told)

    def leave(self, person: Person, by: PersonId, at: Instant) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            name, role = self._here(cursor, person)
            if role == Role.MANAGER:
                _refuse_last(cursor, person)
            self._put(cursor, Person(person.id, name, role), active=False)
            for table in ("pin", "second_factor"):
                cursor.execute(f"DELETE FROM {table} WHERE person_id = ?", (person.id,))  # noqa: S608 - our own words
            self._tell(cursor, maker, "left", Person(person.id, name, role), by, at, {"role": role})

    def _here(self, cursor: driver.Cursor, person: Person) -> tuple[str, str]:
        row = cursor.execute(_ONE, (person.id,)).fetchone()
        if row is None or not row[2]:
            raise BadInput(f"This person does not work here (any more). {_KEPT}", code="not-here")
        return row[0], row[1]

    def _put(self, cursor: driver.Cursor, person: Person, *, active: bool) -> None:
        cursor.execute(_PUT, (person.id, person.name, person.role, int(active)))

    def _tell(
        self,
        cursor: driver.Cursor,
        maker: EntryMaker,
        kind: str,
        person: Person,
        by: PersonId,
        at: Instant,
        data: dict[str, object],
    ) -> None:
        cursor.execute(_TOLD, (person.id, kind, person.name, person.role, at.utc_us, by))
        self._journal.write_entry(cursor, maker, kind=f"person.{kind}", actor=by, ref=person.id, data=data)


def _refuse_last(cursor: driver.Cursor, person: Person) -> None:
    """Once anybody has a PIN one of the managers must: else nobody could manage, or, with no PIN left, everybody."""
    if cursor.execute(_ANOTHER, (Role.MANAGER, person.id)).fetchone() is None:
        raise RuleRefusal(
            "A store needs a manager who can sign in, and this is the last one. Make somebody else a manager and give "
            f"them a PIN first. {_KEPT}",
            code="last-manager",
        )
