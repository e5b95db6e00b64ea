"""The journal outside of sales. Each entry is chained to the last inside one write transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pos_desktop.app.journaling import EntryMaker
from pos_desktop.app.ports import Clock, SettingsBook
from pos_desktop.domain.identity import PersonId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.journal import CONTINUED, Placed, chain, placed
from pos_desktop.domain.people import SERVICE
from pos_desktop.domain.seal import Head
from pos_desktop.storage import driver
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.sale_transaction import journal_head

_SLICE = 500
_LAST_BODY = "SELECT body FROM journal WHERE epoch = ? ORDER BY seq DESC LIMIT 1"
_NEWEST = "SELECT body FROM journal ORDER BY epoch DESC, seq DESC LIMIT 1"
_NEXT = "SELECT epoch, seq, body, hash FROM journal WHERE (epoch, seq) > (?, ?) ORDER BY epoch, seq LIMIT ?"


class StoredJournal:
    """JournalBook. Business time never runs back: an entry is at least as late as the one before (contract 9)."""

    def __init__(self, db: Database, settings: SettingsBook, clock: Clock) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock

    def append(self, kind: str, actor: PersonId, ref: str, data: Mapping[str, Any]) -> int:
        maker = self.maker()
        with self._db.write() as conn:
            return self.write_entry(
                cursor_owner(conn.connection).cursor(), maker, kind=kind, actor=actor, ref=ref, data=data
            )

    def maker(self) -> EntryMaker:
        """Read before the transaction that `write_entry` is part of: it looks at the settings."""
        return EntryMaker(self._settings.register(), self._clock)

    def write_entry(
        self,
        cursor: driver.Cursor,
        maker: EntryMaker,
        *,
        kind: str,
        actor: PersonId,
        ref: str = "",
        data: Mapping[str, Any],
    ) -> int:
        """An entry inside a write transaction of somebody else, so that both are saved or neither."""
        return self.write_linked(cursor, maker, kind=kind, actor=actor, ref=ref, data=data)[0]

    def write_linked(
        self,
        cursor: driver.Cursor,
        maker: EntryMaker,
        *,
        kind: str,
        actor: PersonId,
        ref: str,
        data: Mapping[str, Any],
    ) -> tuple[int, bytes]:
        """The same, with the hash that paper carries: (seq, hash)."""
        epoch, at = maker.register.epoch, self._clock.now()
        last = cursor.execute(_LAST_BODY, (epoch,)).fetchone()
        if last is not None:
            at = max(at, Instant(json.loads(last[0])["at"]))
        seq, previous = journal_head(cursor)
        body = maker.make(seq, at, actor=actor, kind=kind, ref=ref, data=data).body()
        digest = chain(previous, body)
        cursor.execute("INSERT INTO journal VALUES (?, ?, ?, ?)", (epoch, seq, body, digest))
        return seq, digest

    def go_on(self, cursor: driver.Cursor, maker: EntryMaker, epoch: int, before: Head) -> None:
        """The first entry of a new epoch. Its chain begins anew, so this ties it to where the one before it ended."""
        told = {"epoch": before.epoch, "seq": before.seq, "hash": before.digest.hex()}
        anew = EntryMaker(replace(maker.register, epoch=epoch), maker.clock)
        self.write_entry(cursor, anew, kind=CONTINUED, actor=SERVICE.id, data=told)

    def last_placed(self) -> Placed | None:
        """Where the last entry of any epoch lies in time; None in a new store."""
        row = self._db.row(_NEWEST)
        return None if row is None else placed(row[0])

    def entries(self) -> Iterable[tuple[int, bytes, bytes]]:
        """Epoch after epoch; the body names its epoch. Read in slices."""
        after = (0, -1)
        while rows := self._db.rows(_NEXT, (*after, _SLICE)):
            for _, seq, body, digest in rows:
                yield seq, body, digest
            after = rows[-1][:2]
