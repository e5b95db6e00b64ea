"""Reports as a person sees them, and a person's word on one: one transaction with its journal entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pos_desktop.app.ports.worklist import Ahead, Listed, Step, Which, Word
from pos_desktop.domain.errors import BadInput
from pos_desktop.domain.instant import Instant
from pos_desktop.domain.outbox import SALE, VOID, OutboxItem, OutboxState
from pos_desktop.domain.outbox_moves import Move
from pos_desktop.domain.persons_word import Action
from pos_desktop.domain.sale import SaleNumber
from pos_desktop.storage import driver
from pos_desktop.storage.database import Database, cursor_owner
from pos_desktop.storage.journal_book import StoredJournal
from pos_desktop.storage.outbox_rows import (
    COUNTS,
    ITEM_COLUMNS,
    ITEM_WIDTH,
    LATE,
    ages,
    among,
    counts_of,
    item_of,
)
from pos_desktop.storage.receipts_held import HOLDER, asked_for
from pos_desktop.storage.rows import micros
from pos_desktop.storage.schema import NEEDS_PERSON, OPEN_REPORT

_LISTED = f"""
    SELECT {ITEM_COLUMNS}, s.register_code, s.epoch, s.counter
    FROM outbox o CROSS JOIN sale s ON s.id = o.sale_id """  # noqa: S608 - column names of our own schema
_LATE = f"o.{OPEN_REPORT} AND {LATE}"
_WAITING = f"o.{OPEN_REPORT} AND o.state IN ('queued', 'sending', 'in-doubt')"
_ON_PAGE = "LIMIT :limit OFFSET :offset"
PAGES = {
    Which.WAITING: f"{_LISTED} WHERE {_WAITING} ORDER BY o.n {_ON_PAGE}",
    Which.NEEDS_PERSON: f"{_LISTED} WHERE o.{NEEDS_PERSON} ORDER BY o.n {_ON_PAGE}",
    Which.LATE: f"{_LISTED} WHERE {_LATE} ORDER BY o.created_at {_ON_PAGE}",
    Which.ALL: f"{_LISTED} ORDER BY o.n DESC {_ON_PAGE}",
}
LATE_COUNT = f"SELECT count(*) FROM outbox o WHERE {_LATE}"  # noqa: S608 - constants of our own schema
_AHEAD = f"""
    SELECT o.id, w.kind, w.state, s.register_code, s.epoch, s.counter
    FROM outbox o CROSS JOIN outbox w ON w.n =
        (SELECT min(older.n) FROM outbox older
         WHERE older.aggregate = o.aggregate AND older.n < o.n AND older.{OPEN_REPORT} AND older.license = o.license)
    CROSS JOIN sale s ON s.id = w.sale_id
    WHERE o.state IN ('queued', 'in-doubt') AND o.id IN """  # noqa: S608 - constants of our own schema
_ITEM = f"SELECT {ITEM_COLUMNS} FROM outbox o WHERE id = ?"  # noqa: S608 - column names of our own schema
_OF_SALE = f"SELECT {ITEM_COLUMNS} FROM outbox o WHERE sale_id = ? ORDER BY n"  # noqa: S608 - our own schema
_STEPS = """
    SELECT a.kind, a.at, a.outcome, a.http_status, a.sentence, a.excerpt, p.name
    FROM outbox_attempt a LEFT JOIN person p ON p.id = a.actor_id WHERE a.item_id = ? ORDER BY a.id"""
BY_ID = "SELECT id FROM outbox WHERE id >= ? AND id < ? ORDER BY id LIMIT 2"
BY_EXTERNAL = "SELECT id FROM sale WHERE external >= ? AND external < ? ORDER BY external LIMIT 2"
BY_NUMBER = "SELECT id FROM sale WHERE epoch = ? AND counter BETWEEN ? AND ? AND register_code = ? LIMIT 2"
_REPORT = "SELECT id FROM outbox WHERE sale_id = ? AND kind = ?"
_CHANGE = f"""
    UPDATE outbox SET state = ?, license = ?, not_before = ?, last_error = ?, remote_id = ?, absent_once = ?,
                      settled_at = ?
    WHERE id = ? AND {OPEN_REPORT}"""  # noqa: S608 - a constant of our own schema
_VOIDS_OF = f"""
    SELECT id FROM outbox
    WHERE sale_id = ? AND kind = '{VOID}' AND depends_on = ? AND {among(Move.WENT_WITH_IT)}"""  # noqa: S608 - constants of our own
_END_VOID = "UPDATE outbox SET state = 'cancelled', not_before = NULL, settled_at = ? WHERE id = ?"
_VOIDS_FOLLOW = f"""
    UPDATE outbox SET license = ?
    WHERE sale_id = ? AND kind = '{VOID}' AND depends_on = ? AND license = ? AND {OPEN_REPORT}"""  # noqa: S608 - constants of our own schema
_SAID = """
    INSERT INTO outbox_attempt (item_id, kind, sender_epoch, at, outcome, http_status, sentence, excerpt, actor_id)
    SELECT ?, 'person', epoch, ?, ?, NULL, ?, '', ? FROM sender"""
_AT_ONCE = 500
_NUMBER = re.compile(r"([A-Z0-9]{1,8})-([0-9]{1,9})-([0-9]{1,12})")
_DIGITS = 7
_LAST = "\U0010ffff"
_VOID_MARK = "void:"
WENT_WITH_IT = "The report of the sale was ended; its void has nothing to take back."


class StoredWorklist:
    """WorklistStore."""

    def __init__(self, db: Database, journal: StoredJournal) -> None:
        self._db = db
        self._journal = journal

    def find(self, ref: str) -> Sequence[str]:
        kind = VOID if ref.lower().startswith(_VOID_MARK) else SALE
        number = ref[len(_VOID_MARK) :] if kind == VOID else ref
        found: list[str] = []
        if kind == SALE:
            found += self._ids(BY_ID, (ref, ref + _LAST))
            if found[:1] == [ref]:
                return (ref,)
        sales = self._ids(BY_EXTERNAL, (number.upper(), number.upper() + _LAST))
        sales += self._by_number(number.upper())
        for sale_id in dict.fromkeys(sales):
            found += self._ids(_REPORT, (sale_id, kind))
        return tuple(dict.fromkeys(found))[:2]

    def _by_number(self, text: str) -> list[str]:
        """A number that was typed whole, or the beginning of its last digits."""
        parts = _NUMBER.fullmatch(text)
        if parts is None:
            return []
        code, epoch, digits = parts[1], int(parts[2]), parts[3]
        low, high = int(digits.ljust(_DIGITS, "0")), int(digits.ljust(_DIGITS, "9"))
        return self._ids(BY_NUMBER, (epoch, low, high, code))

    def _ids(self, query: str, values: tuple[Any, ...]) -> list[str]:
        return [row[0] for row in self._db.rows(query, values)]

    def read(self, item_id: str) -> Listed | None:
        row = self._db.row(_LISTED + "WHERE o.id = ?", (item_id,))
        return None if row is None else self._listed([row])[0]

    def page(self, which: Which, at: Instant, *, offset: int, limit: int) -> Sequence[Listed]:
        values = _moments(which, at) | {"limit": limit, "offset": offset}
        return self._listed(self._db.rows(PAGES[which], values))

    def _listed(self, rows: Sequence[Sequence[Any]]) -> list[Listed]:
        items = [(item_of(row), str(SaleNumber(*row[ITEM_WIDTH:]))) for row in rows]
        ahead = self._ahead([item.id for item, _ in items])
        return [Listed(item, number, ahead.get(item.id)) for item, number in items]

    def _ahead(self, ids: Sequence[str]) -> Mapping[str, Ahead]:
        """What keeps each of these from being sent: as the sender picks what is next."""
        found: dict[str, Ahead] = {}
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            for id_, kind, state, *number in self._db.rows(ahead_query(len(part)), tuple(part)):
                needs_person = OutboxState(state).needs_person
                found[id_] = Ahead(str(SaleNumber(*number)), kind == VOID, needs_person)
        return found

    def tally(self, at: Instant) -> Mapping[Which, int]:
        counts = counts_of(self._db.rows(COUNTS)[0])
        needs_person = sum(count for state, count in counts.items() if state.needs_person)
        [(late,)] = self._db.rows(LATE_COUNT, _moments(Which.LATE, at))
        everything = sum(counts.values())
        final = sum(count for state, count in counts.items() if state.final)
        return {
            Which.WAITING: everything - final - needs_person,
            Which.NEEDS_PERSON: needs_person,
            Which.LATE: late,
            Which.ALL: everything,
        }

    def steps(self, item_id: str) -> Sequence[Step]:
        rows = self._db.rows(_STEPS, (item_id,))
        return [
            Step(kind, Instant(at), outcome, status, sentence, excerpt, by or "")
            for kind, at, outcome, status, sentence, excerpt, by in rows
        ]

    def of_sale(self, sale_id: str) -> Sequence[OutboxItem]:
        return [item_of(row) for row in self._db.rows(_OF_SALE, (sale_id,))]

    def decide(self, item_id: str, change: Callable[[OutboxItem], OutboxItem], word: Word) -> OutboxItem:
        maker = self._journal.maker()
        with self._db.write() as conn:
            cursor = cursor_owner(conn.connection).cursor()
            row = cursor.execute(_ITEM, (item_id,)).fetchone()
            if row is None:
                raise BadInput("There is no such report. Nothing was changed.", code="no-report")
            before = item_of(row)
            after = change(before)
            _held_by_no_other(cursor, after)
            change_report(cursor, after, word)
            if after.state is OutboxState.CANCELLED:
                _end_voids(cursor, after, word)
            cursor.execute(_VOIDS_FOLLOW, (after.license, after.sale_id, after.id, before.license))
            self._journal.write_entry(
                cursor,
                maker,
                kind="report.decided",
                actor=word.by,
                ref=before.sale_id,
                data=_told(before, after, word),
            )
        return after


def _held_by_no_other(cursor: driver.Cursor, item: OutboxItem) -> None:
    """A void goes by the receipt that its sale is reported under, and would take back another patient's purchase."""
    if item.state is not OutboxState.CONFIRMED:
        return
    held = cursor.execute(HOLDER, asked_for(item, item.remote_id)).fetchone()
    if held is not None:
        raise BadInput(
            f"Receipt {item.remote_id} at the state is the one of sale {SaleNumber(*held)}, so it cannot be this "
            "sale's. Nothing was changed. Look at the state for this sale's own receipt and name that one.",
            code="receipt-held",
        )


def change_report(cursor: driver.Cursor, item: OutboxItem, word: Word) -> None:
    """What is final stays so; the word is kept beside it."""
    settled = word.at.utc_us if item.state.final else None
    values = (
        item.state.value,
        item.license,
        micros(item.not_before),
        item.last_error,
        item.remote_id,
        int(item.absent_once),
        settled,
        item.id,
    )
    cursor.execute(_CHANGE, values)
    note_word(cursor, item.id, word)


def note_word(cursor: driver.Cursor, item_id: str, word: Word) -> None:
    """In the history of the report."""
    cursor.execute(_SAID, (item_id, word.at.utc_us, word.action.value, word.reason, word.by))


def _end_voids(cursor: driver.Cursor, sale_report: OutboxItem, word: Word) -> None:
    """With the report of a sale its void ends: what the state never gets cannot be taken back there."""
    for (void_id,) in cursor.execute(_VOIDS_OF, (sale_report.sale_id, sale_report.id)).fetchall():
        cursor.execute(_END_VOID, (word.at.utc_us, void_id))
        cursor.execute(_SAID, (void_id, word.at.utc_us, Action.CANCELLED.value, WENT_WITH_IT, word.by))


def _told(before: OutboxItem, after: OutboxItem, word: Word) -> dict[str, Any]:
    return {
        "report": before.id,
        "kind": before.kind,
        "word": word.action.value,
        "reason": word.reason,
        "was": before.state.value,
        "is": after.state.value,
        "receipt": after.remote_id,
        "license": after.license,
    }


def _moments(which: Which, at: Instant) -> dict[str, int]:
    return ages(at) if which is Which.LATE else {}


def ahead_query(count: int) -> str:
    return f"{_AHEAD}({', '.join('?' * count)})"
