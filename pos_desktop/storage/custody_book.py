"""The way of cash: each step in one transaction with its journal entry and with what it moves in a drawer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pos_desktop.app.ports.custody import KeptStep, MakeSlips, no_slips
from pos_desktop.domain.custody.events import CustodyEvent, CustodyKind, journalled
from pos_desktop.domain.custody.things import Parcel, TillFacts, end_of
from pos_desktop.domain.custody.ways import Ways
from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.journal import canonical
from pos_desktop.domain.money import Money
from pos_desktop.domain.till import TillEvent, TillKind
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.paper_jobs import add_slip
from pos_desktop.storage.till_book import write_noted
from pos_desktop.storage.till_guard import refuse_unless_moving

_STEPS = (
    "SELECT kind, subject, at, actor_id, second_id, cash_cents, told, epoch, journal_seq, journal_hash "
    "FROM custody_event "
)
_ADD = (
    "INSERT INTO custody_event (kind, subject, at, actor_id, second_id, cash_cents, told, epoch, journal_seq, "
    "journal_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_TILLS = (
    "SELECT t.id, t.register_code, coalesce(t.float_cents, 0), t.closed_at, t.closed_by, "
    "coalesce(t.counted_cents, 0), coalesce(z.number, 0) "
    "FROM till_session t LEFT JOIN z_report z ON z.session_id = t.id ORDER BY t.opened_at, t.id"
)
_DROPS = (
    "SELECT e.id, e.reference, t.register_code, e.cash_cents, e.at, e.actor_id, e.witness "
    "FROM till_event e JOIN till_session t ON t.id = e.session_id WHERE e.kind = 'drop' ORDER BY e.id"
)
_IN_DRAWER = {
    CustodyKind.TRANSFER_SENT: ("from", TillKind.CHANGE_OUT),
    CustodyKind.TRANSFER_RECEIVED: ("to", TillKind.CHANGE_IN),
    CustodyKind.TRANSFER_CALLED_BACK: ("to", TillKind.CHANGE_IN),
}

Read = Callable[[str], Sequence[tuple[Any, ...]]]


class StoredCustody:
    """CustodyBook."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db = db
        self._journal = journal

    def ways(self) -> Ways:
        return _ways(self._db.rows)

    def bare(self) -> Ways:
        return _bare(self._db.rows)

    def names(self) -> Mapping[PersonId, str]:
        return dict(self._db.rows("SELECT id, name FROM person"))

    def add(self, event: CustodyEvent, slips: MakeSlips = no_slips) -> KeptStep:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            ways = _ways(lambda sql: cursor.execute(sql).fetchall())
            ways.refuse_stale(event)
            ways.apply(event)
            if event.kind in _IN_DRAWER:
                name, kind = _IN_DRAWER[event.kind]
                drawer = end_of(event, name)
                if drawer.running:
                    other = end_of(event, "to" if name == "from" else "from")
                    moved = TillEvent(kind, event.at, event.by, event.cash, str(other), event.subject)
                    session_id = TillSessionId(drawer.session)
                    refuse_unless_moving(cursor, session_id)
                    write_noted(cursor, self._journal, maker, session_id, moved)
            seq, digest = self._journal.write_linked(
                cursor,
                maker,
                kind=f"custody.{event.kind}",
                actor=event.by,
                ref=event.subject,
                data=journalled(event),
            )
            kept = KeptStep(event, maker.register.epoch, seq, digest.hex())
            cursor.execute(_ADD, _row(kept))
            for slip in slips(kept):
                add_slip(cursor, slip, event.at)
        return kept

    def steps(self, subject: str = "") -> Sequence[KeptStep]:
        if subject:
            rows = self._db.rows(_STEPS + "WHERE subject = ? ORDER BY id", (subject,))
        else:
            rows = self._db.rows(_STEPS + "ORDER BY id")
        return [_kept(row) for row in rows]


def _bare(read: Read) -> Ways:
    return Ways([_till(row) for row in read(_TILLS)], [_drop(row) for row in read(_DROPS)])


def _ways(read: Read) -> Ways:
    """Steps first: a drop or close that comes in between is only more than they speak of."""
    steps = [_kept(row).event for row in read(_STEPS + "ORDER BY id")]
    ways = _bare(read)
    for step in steps:
        ways.apply(step)
    return ways


def _till(row: tuple[Any, ...]) -> TillFacts:
    id_, register, floats, closed_at, closed_by, counted, z = row
    return TillFacts(
        TillSessionId(id_),
        register,
        Money(floats),
        None if closed_at is None else Instant(closed_at),
        None if closed_by is None else PersonId(closed_by),
        Money(counted),
        z,
    )


def _drop(row: tuple[Any, ...]) -> Parcel:
    id_, envelope, register, cents, at, by, witness = row
    return Parcel(f"drop:{id_}", envelope, register, Money(cents), Instant(at), PersonId(by), witness)


def _row(kept: KeptStep) -> tuple[Any, ...]:
    event = kept.event
    return (
        event.kind.value,
        event.subject,
        event.at.utc_us,
        event.by,
        event.second,
        event.cash.cents,
        canonical(event.told).decode(),
        kept.epoch,
        kept.journal_seq,
        kept.journal_hash,
    )


def _kept(row: tuple[Any, ...]) -> KeptStep:
    kind, subject, at, by, second, cents, told, epoch, seq, digest = row
    event = CustodyEvent(
        CustodyKind(kind),
        subject,
        Instant(at),
        PersonId(by),
        Money(cents),
        None if second is None else PersonId(second),
        json.loads(told),
    )
    return KeptStep(event, epoch, seq, digest)
