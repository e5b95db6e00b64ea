"""Rule packs as texts, kept for good under their digest."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.dialects.sqlite import insert

from pos_desktop.app.ports import RulePack
from pos_desktop.domain.instant import Instant
from pos_desktop.storage.database import Database
from pos_desktop.storage.schema import rule_pack


class StoredRulePacks:
    """RulePacks."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, pack: RulePack, at: Instant) -> None:
        if self._db.row("SELECT 1 FROM rule_pack WHERE digest = ?", (pack.digest,)):
            return  # the usual case at each start: nothing to write
        row = {**asdict(pack), "kept_at": at.utc_us}
        with self._db.write() as conn:
            conn.execute(insert(rule_pack).values(row).on_conflict_do_nothing())

    def find(self, digest: str) -> RulePack | None:
        row = self._db.row(
            "SELECT digest, programme, version, source, text FROM rule_pack WHERE digest = ?", (digest,)
        )
        return None if row is None else RulePack(*row)
