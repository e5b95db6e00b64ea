"""Tills: each change in one transaction with its journal entry, and none after the count is sealed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pos_desktop.app.journaling import EntryMaker
from pos_desktop.app.ports.paper import Slip
from pos_desktop.app.ports.tills import KeptZ, Sealed, TillSession
from pos_desktop.domain.disk_room import refuse_new_day
from pos_desktop.domain.errors import RuleRefusal, StoreDamaged
from pos_desktop.domain.identity import PersonId, TillSessionId
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.journal import canonical
from pos_desktop.domain.money import ZERO, Money
from pos_desktop.domain.outbox import SALE, OutboxState
from pos_desktop.domain.sale import SaleNumber, Tender
from pos_desktop.domain.tender import TerminalDay
from pos_desktop.domain.till import (
    TURNS,
    Count,
    EarlierVoid,
    Moved,
    Takings,
    TillEvent,
    TillKind,
    expected_cash,
)
from pos_desktop.storage import driver
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.earlier_voids import earlier_voids
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.paper_jobs import add_slip
from pos_desktop.storage.till_guard import refuse_sealed, refuse_unless_moving, refuse_used

_SESSION = "SELECT id, register_code, opened_at, opened_by, closed_at FROM till_session "
_OPEN = _SESSION + "WHERE register_code = ? AND closed_at IS NULL"
_BY_ID = _SESSION + "WHERE id = ?"
_NEW = (
    "INSERT INTO till_session (id, register_code, opened_at, opened_by, float_cents) VALUES (?, ?, ?, ?, ?)"
)
_EVENT = (
    "INSERT INTO till_event (session_id, kind, at, actor_id, cash_cents, reason, reference, witness) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_EVENTS = (
    "SELECT kind, at, actor_id, cash_cents, reason, reference, witness FROM till_event "
    "WHERE session_id = ? ORDER BY id"
)
_SALES = (
    "SELECT register_code, epoch, counter, subtotal_cents, tax_cents, total_cents FROM sale "
    "WHERE till_session_id = ? ORDER BY epoch, counter"
)
_TENDERS = (
    "SELECT p.tender, sum(p.amount_cents), sum(coalesce(p.rounding_cents, 0)) FROM sale s "
    "JOIN payment p ON p.sale_id = s.id WHERE s.till_session_id = ? GROUP BY p.tender ORDER BY p.tender"
)
_RETURNED = "SELECT coalesce(sum(cents), 0) FROM credit_entry WHERE session_id = ? AND kind = 'returned'"
_TERMINALS = """
    SELECT terminal, sum(approved), sum(refunded), sum(unsettled) FROM (
        SELECT c.terminal, c.cents * (s.state = 'approved') AS approved, c.cents * (s.state = 'refunded') AS refunded,
        0 AS unsettled FROM card_step s JOIN card_payment c USING (reference)
        WHERE s.session_id = ? AND s.state IN ('approved', 'refunded')
        UNION ALL SELECT c.terminal, 0, 0, c.cents FROM card_payment c WHERE c.session_id = ? AND NOT EXISTS
        (SELECT 1 FROM card_step s WHERE s.reference = c.reference AND s.state IN ('approved', 'declined')))
    GROUP BY terminal ORDER BY terminal"""
_VOIDS = (
    "SELECT count(*), coalesce(sum(s.total_cents), 0) FROM sale s JOIN limit_void v ON v.purchase_id = s.id "
    "WHERE s.till_session_id = ?"
)
_REPORTS = f"""
    SELECT o.state, count(*) FROM sale s JOIN outbox o ON o.sale_id = s.id
    WHERE s.till_session_id = ? AND o.kind = '{SALE}' GROUP BY o.state"""  # noqa: S608 - a constant of ours
_STAND_STILL = {*TURNS, TillKind.READ}
"""What may happen while nothing moves in the drawer."""
_COUNTS = (
    "SELECT pieces, expected_cents, actor_id, at, total_cents FROM till_count WHERE session_id = ? ORDER BY n"
)
_SEAL = "INSERT INTO till_count VALUES (?, ?, ?, ?, ?, ?, ?)"
_CLOSE = (
    "UPDATE till_session SET closed_at = ?, closed_by = ?, expected_cents = ?, counted_cents = ? "
    "WHERE id = ? AND closed_at IS NULL"
)
_Z = "SELECT epoch, number, session_id, at, document, journal_seq, journal_hash FROM z_report "
_NEXT_Z = (
    "SELECT s.epoch, coalesce(max(z.number), 0) + 1 FROM store s LEFT JOIN z_report z ON z.epoch = s.epoch"
)
_KEEP_Z = "INSERT INTO z_report VALUES (?, ?, ?, ?, ?, ?, ?)"


class StoredTills:
    """TillBook."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db = db
        self._journal = journal

    def session(self, register_code: str) -> TillSession | None:
        row = self._db.row(_OPEN, (register_code,))
        return None if row is None else _session(row)

    def sessions(self) -> Sequence[TillSession]:
        return [_session(row) for row in self._db.rows(_SESSION + "ORDER BY opened_at, id")]

    def open(self, session: TillSession, opened: TillEvent, count: Count, slips: Sequence[Slip] = ()) -> None:
        refuse_new_day(self._db.free_bytes())
        maker = self._journal.maker()
        row = (
            session.id,
            session.register_code,
            session.opened_at.utc_us,
            session.opened_by,
            opened.cash.cents,
        )
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            if cursor.execute(_OPEN, (session.register_code,)).fetchone():
                raise RuleRefusal(
                    "The till of this register is open already. Close it first.", code="till-open"
                )
            cursor.execute(_NEW, row)
            place = write_noted(cursor, self._journal, maker, session.id, opened, count)
            for slip in slips:
                add_slip(cursor, slip.placed(*place), opened.at)

    def note(
        self,
        session_id: TillSessionId,
        event: TillEvent,
        slips: Sequence[Slip] = (),
        count: Count | None = None,
    ) -> None:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            place = self.move(cursor, maker, session_id, event, count)
            for slip in slips:
                add_slip(cursor, slip.placed(*place), event.at)

    def events(self, session_id: TillSessionId) -> Sequence[TillEvent]:
        return [_event(row) for row in self._db.rows(_EVENTS, (session_id,))]

    def takings(self, session_id: TillSessionId) -> Takings:
        """Sales, tenders and terminals as of one moment."""
        with self._db.read() as conn:
            return takings_of(cursor_owner(conn.connection).cursor(), session_id)

    def voids(self, session_id: TillSessionId) -> Moved:
        times, cents = self._db.rows(_VOIDS, (session_id,))[0]
        return Moved(times, Money(cents))

    def earlier_voids(self, session_id: TillSessionId) -> Sequence[EarlierVoid]:
        return earlier_voids(self._db, session_id)

    def reports(self, session_id: TillSessionId) -> Mapping[OutboxState, int]:
        return {OutboxState(state): n for state, n in self._db.rows(_REPORTS, (session_id,))}

    def name_of(self, person: PersonId) -> str:
        row = self._db.row("SELECT name FROM person WHERE id = ?", (person,))
        return person if row is None else str(row[0])

    def counts(self, session_id: TillSessionId) -> Sequence[Sealed]:
        return [_sealed(row) for row in self._db.rows(_COUNTS, (session_id,))]

    def seal(self, session_id: TillSessionId, count: Count, by: PersonId, at: Instant, most: int) -> Sealed:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            _refuse_closed(cursor, session_id)
            before = [_sealed(row) for row in cursor.execute(_COUNTS, (session_id,)).fetchall()]
            if len(before) >= most:
                raise RuleRefusal(
                    "This till was recounted already. Close it with that count.", code="counted"
                )
            expected = before[0].expected if before else _expected(cursor, session_id)
            sealed = Sealed(count, expected, by, at)
            pieces = [list(each) for each in count.pieces]
            cursor.execute(
                _SEAL,
                (
                    session_id,
                    len(before) + 1,
                    at.utc_us,
                    by,
                    json.dumps(pieces),
                    count.total.cents,
                    expected.cents,
                ),
            )
            told = {
                "at": at.utc_us,
                "n": len(before) + 1,
                "pieces": pieces,
                "total": count.total.cents,
                "expected": expected.cents,
            }
            self._journal.write_entry(cursor, maker, kind="till.counted", actor=by, ref=session_id, data=told)
        return sealed

    def close(
        self,
        session: TillSession,
        by: PersonId,
        at: Instant,
        make: Callable[[int], Mapping[str, Any]],
        slips: Callable[[KeptZ], Sequence[Slip]] = lambda _: (),
    ) -> KeptZ:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            kept = cursor.execute(_Z + "WHERE session_id = ?", (session.id,)).fetchone()
            if kept is not None:
                return _z(kept)
            counts = [_sealed(row) for row in cursor.execute(_COUNTS, (session.id,)).fetchall()]
            if not counts:
                raise RuleRefusal("Count the till first. Nothing was closed.", code="not-counted")
            last = counts[-1]
            cursor.execute(_CLOSE, (at.utc_us, by, last.expected.cents, last.count.total.cents, session.id))
            ((epoch, number),) = cursor.execute(_NEXT_Z).fetchall()
            document = canonical(make(number)).decode()
            seq, digest = self._journal.write_linked(
                cursor, maker, kind="till.closed", actor=by, ref=session.id, data=json.loads(document)
            )
            row = (epoch, number, session.id, at.utc_us, document, seq, digest.hex())
            cursor.execute(_KEEP_Z, row)
            made = _z(row)
            for slip in slips(made):
                add_slip(cursor, slip, at)
        return made

    def z_report(self, session_id: TillSessionId) -> KeptZ | None:
        row = self._db.row(_Z + "WHERE session_id = ?", (session_id,))
        return None if row is None else _z(row)

    def refuse_used(self, session_id: TillSessionId, envelope: str) -> None:
        refuse_used(self._db.rows, session_id, envelope)

    def z_reports(self, limit: int) -> Sequence[KeptZ]:
        return [_z(row) for row in self._db.rows(_Z + "ORDER BY epoch DESC, number DESC LIMIT ?", (limit,))]

    def move(
        self,
        cursor: driver.Cursor,
        maker: EntryMaker,
        session_id: TillSessionId,
        event: TillEvent,
        count: Count | None = None,
    ) -> tuple[int, str]:
        """An event that belongs to something larger, inside its transaction; as `write_noted`.

        Raises RuleRefusal: nothing moves in this drawer now.
        """
        if event.kind is TillKind.UNLOCKED:
            _refuse_closed(cursor, session_id)  # a recount needs the drawer too
        elif event.kind in _STAND_STILL:
            refuse_sealed(cursor, session_id)
        else:
            refuse_unless_moving(cursor, session_id)
        if event.kind is TillKind.DROP:
            refuse_used(lambda *each: cursor.execute(*each).fetchall(), session_id, event.reference)
        return write_noted(cursor, self._journal, maker, session_id, event, count)


def write_noted(
    cursor: driver.Cursor,
    journal: StoredJournal,
    maker: EntryMaker,
    session_id: TillSessionId,
    event: TillEvent,
    count: Count | None = None,
) -> tuple[int, str]:
    """An event and its entry, inside a write transaction. Returns the entry's number and hash."""
    write_event(cursor, session_id, event)
    told = {
        "at": event.at.utc_us,
        "cash": event.cash.cents,
        "reason": event.reason,
        "reference": event.reference,
        "witness": event.witness or "",
    }
    if count is not None:
        told["pieces"] = [list(each) for each in count.pieces]
    kind = f"till.{event.kind}"
    seq, digest = journal.write_linked(cursor, maker, kind=kind, actor=event.by, ref=session_id, data=told)
    return seq, digest.hex()


def write_event(cursor: driver.Cursor, session_id: TillSessionId, event: TillEvent) -> None:
    """Inside a transaction of somebody else, who tells the journal by `journal_event`."""
    cursor.execute(
        _EVENT,
        (
            session_id,
            event.kind.value,
            event.at.utc_us,
            event.by,
            event.cash.cents,
            event.reason,
            event.reference,
            event.witness,
        ),
    )


def _refuse_closed(cursor: driver.Cursor, session_id: TillSessionId) -> None:
    row = cursor.execute(_BY_ID, (session_id,)).fetchone()
    if row is None or row[4] is not None:
        raise RuleRefusal("This till is closed already. Nothing was changed.", code="till-closed")


def _expected(cursor: driver.Cursor, session_id: TillSessionId) -> Money:
    events = [_event(row) for row in cursor.execute(_EVENTS, (session_id,)).fetchall()]
    return expected_cash(events, takings_of(cursor, session_id))


def takings_of(cursor: driver.Cursor, session_id: TillSessionId) -> Takings:
    sales, tenders, returned, terminals = (
        cursor.execute(query, (session_id,) * query.count("?")).fetchall()
        for query in (_SALES, _TENDERS, _RETURNED, _TERMINALS)
    )
    numbers = [SaleNumber(*row[:3]) for row in sales]
    days = tuple(TerminalDay(name, *map(Money, cents)) for name, *cents in terminals)
    refunds = {
        Tender.DEBIT.value: sum((each.refunded for each in days), ZERO),
        Tender.CREDIT.value: Money(returned[0][0]),
    }
    return Takings(
        sales=len(sales),
        subtotal=Money(sum(row[3] for row in sales)),
        tax=Money(sum(row[4] for row in sales)),
        total=Money(sum(row[5] for row in sales)),
        first=str(numbers[0]) if numbers else "",
        last=str(numbers[-1]) if numbers else "",
        gaps=tuple(_gaps(numbers)),
        by_tender={tender: Money(cents) for tender, cents, _ in tenders},
        rounding=Money(sum(row[2] for row in tenders)),
        refunds={name: cash for name, cash in refunds.items() if cash},
        terminals=days,
    )


def _gaps(numbers: Sequence[SaleNumber]) -> list[str]:
    """Of one register and one epoch the numbers run on."""
    missing = []
    for before, after in pairwise(numbers):
        if before.epoch == after.epoch and after.counter > before.counter + 1:
            first, last = before.counter + 1, after.counter - 1
            ends = [str(SaleNumber(after.register_code, after.epoch, each)) for each in (first, last)]
            missing.append(ends[0] if first == last else " to ".join(ends))
    return missing


def _session(row: tuple[Any, ...]) -> TillSession:
    closed = None if row[4] is None else Instant(row[4])
    return TillSession(TillSessionId(row[0]), row[1], Instant(row[2]), PersonId(row[3]), closed)


def _event(row: tuple[Any, ...]) -> TillEvent:
    kind, at, by, cents, reason, reference, witness = row
    return TillEvent(TillKind(kind), Instant(at), PersonId(by), Money(cents), reason, reference, witness)


def _sealed(row: tuple[Any, ...]) -> Sealed:
    pieces, expected, by, at, total = row
    if sum(cents * number for cents, number in json.loads(pieces)) != total:
        raise StoreDamaged("A count of a till does not add up to its total. Call a manager.")
    return Sealed(Count(tuple(map(tuple, json.loads(pieces)))), Money(expected), PersonId(by), Instant(at))


def _z(row: tuple[Any, ...]) -> KeptZ:
    epoch, number, session_id, at, document, seq, digest = row
    return KeptZ(epoch, number, TillSessionId(session_id), Instant(at), json.loads(document), seq, digest)
