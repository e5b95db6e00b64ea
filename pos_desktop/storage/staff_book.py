"""People who work here and the till sessions they open."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from pos_desktop.app.ports import Person, TillSession
from pos_desktop.domain.disk_room import refuse_new_day
from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.storage.database import Database
from pos_desktop.storage.schema import person, till_session


class StoredStaff:
    """StaffBook."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def people(self) -> Sequence[Person]:
        """Those who work here now, by name."""
        query = sa.select(person.c.id, person.c.name, person.c.role).where(person.c.active == 1)
        with self._db.read() as conn:
            rows = conn.execute(query.order_by(person.c.name, person.c.id))
            return [Person(PersonId(id_), name, role) for id_, name, role in rows]

    def add(self, person: Person) -> None:
        """Add, or correct name and role of a person that is there."""
        self.add_all([person])

    def add_all(self, people: Sequence[Person]) -> None:
        rows = [{"id": each.id, "name": each.name, "role": each.role, "active": 1} for each in people]
        new = insert(person)
        statement = new.on_conflict_do_update(
            index_elements=["id"], set_={"name": new.excluded.name, "role": new.excluded.role, "active": 1}
        )
        with self._db.write() as conn:
            conn.execute(statement, rows)

    def open_session(self, register_code: str) -> TillSession | None:
        row = self._db.row(
            "SELECT id, register_code, opened_at, opened_by FROM till_session "
            "WHERE register_code = ? AND closed_at IS NULL",
            (register_code,),
        )
        if row is None:
            return None
        return TillSession(TillSessionId(row[0]), row[1], Instant(row[2]), PersonId(row[3]))

    def start_session(self, session: TillSession) -> None:
        """Raises RuleRefusal when this register has one open already, EnvironmentTrouble when the disk is full."""
        refuse_new_day(self._db.free_bytes())
        row = {
            "id": session.id,
            "register_code": session.register_code,
            "opened_at": session.opened_at.utc_us,
            "opened_by": session.opened_by,
        }
        try:
            with self._db.write() as conn:
                conn.execute(sa.insert(till_session).values(row))
        except sa.exc.IntegrityError:
            if self.open_session(session.register_code) is None:
                raise
            raise RuleRefusal(
                "The till of this register is open already. Close it first.", code="till-open"
            ) from None
