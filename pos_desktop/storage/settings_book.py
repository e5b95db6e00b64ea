"""Settings as declared in app.settings, and who this register is."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from pos_desktop.app.ports import Register
from pos_desktop.app.settings import DECLARED, checked
from pos_desktop.domain.identity import PersonId
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.schema import setting, store


class StoredSettings:
    """SettingsBook. What was never set has its declared default."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, key: str) -> str | None:
        """None only for a key that is not declared."""
        return self.all().get(key)

    def set(self, key: str, value: str) -> None:
        """Raises BadInput when the key is not declared or the value does not fit."""
        with self._db.write() as conn:
            self.write(conn, key, value)

    def change(self, key: str, value: str, by: PersonId, journal: StoredJournal) -> None:
        """With its journal entry, which names the setting only. Raises BadInput, as `set` does."""
        maker = journal.maker()
        with self._db.write() as conn:
            self.write(conn, key, value)
            cursor = cursor_owner(conn.connection).cursor()
            journal.write_entry(cursor, maker, kind="setting.changed", actor=by, data={"key": key})

    def write(self, conn: sa.Connection, key: str, value: str) -> None:
        """Inside a write transaction of somebody else. Raises BadInput."""
        row = {"key": key, "value": checked(key, value)}
        conn.execute(insert(setting).values(row).on_conflict_do_update(index_elements=["key"], set_=row))

    def all(self) -> Mapping[str, str]:
        defaults = {key: each.default for key, each in DECLARED.items()}
        return defaults | dict(self._db.rows("SELECT key, value FROM setting"))

    def register(self) -> Register:
        with self._db.read() as conn:
            me = conn.execute(sa.select(store.c.register_id, store.c.epoch, store.c.profile)).one()
        said = self.all()
        return Register(
            id=me.register_id,
            code=said["register.code"],
            store_code=said["store.code"],
            store_name=said["store.name"],
            epoch=me.epoch,
            zone=said["store.zone"],
            license=said["state.license"],
            programme=said["programme"],
            profile=me.profile,
            tax_bp=int(said["tax.rate_bp"]),
        )
