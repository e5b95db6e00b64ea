"""What may move in a drawer: asked inside the transaction of whatever would move.

From the sealed count on nothing does; nor does it while a till is paused or being closed, until somebody goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import TillSessionId
from pos_desktop.domain.till import TURNS, TillKind
from pos_desktop.storage import driver

COUNTED = (
    "The till of this register was counted and takes nothing any more. Nothing was saved; a cart is kept. Close the "
    "till, then open a new one."
)
PAUSED = (
    "The till of this register is paused: its drawer is locked. Nothing was saved; go on with the till first."
)
CLOSING = "The till of this register is being closed. Nothing was saved; go on with the till, or close it."
_TURNS = ", ".join(repr(each.value) for each in TURNS)
_STANDS = f"""
    SELECT (SELECT kind FROM till_event WHERE session_id = t.id AND kind IN ({_TURNS}) ORDER BY id DESC LIMIT 1)
    FROM till_session t WHERE t.id = ? AND t.closed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM till_count c WHERE c.session_id = t.id)"""  # noqa: S608 - kinds of ours
_OPEN_NOW = "SELECT id FROM till_session WHERE register_code = ? AND closed_at IS NULL"

_ENVELOPE = """
    SELECT 1 FROM till_event e WHERE e.kind = 'drop' AND lower(e.reference) = lower(?) AND (e.session_id = ?
    OR NOT EXISTS (SELECT 1 FROM custody_event c, json_each(c.told, '$.parcels') p
    WHERE c.kind = 'bag-made' AND p.value = 'drop:' || e.id)) LIMIT 1"""
"""An envelope of that number, of this session or not in a deposit bag yet."""


Read = Callable[[str, tuple[str, str]], Sequence[object]]


def refuse_unless_moving(cursor: driver.Cursor, session_id: TillSessionId) -> None:
    """Raises RuleRefusal: nothing moves in this drawer now; the sentence says why."""
    turn = refuse_sealed(cursor, session_id)
    if turn == TillKind.PAUSED:
        raise RuleRefusal(PAUSED, code="till-paused")
    if turn == TillKind.CLOSING:
        raise RuleRefusal(CLOSING, code="till-closing")


def refuse_sealed(cursor: driver.Cursor, session_id: TillSessionId) -> str | None:
    """The last turn of the till. Raises RuleRefusal: the session is closed or its count sealed, for good."""
    row = cursor.execute(_STANDS, (session_id,)).fetchone()
    if row is None:
        raise RuleRefusal(COUNTED, code="till-counted")
    turn: str | None = row[0]
    return turn


def refuse_used(read: Read, session_id: TillSessionId, envelope: str) -> None:
    """Two envelopes of one number cannot be told apart on their way. Raises RuleRefusal."""
    if read(_ENVELOPE, (envelope, session_id)):
        raise RuleRefusal(
            f"An envelope {envelope} is on its way already. Take another one and write its number. Nothing was saved.",
            code="envelope-used",
        )


def moves(cursor: driver.Cursor, session_id: TillSessionId) -> bool:
    """Whether something may move in this drawer now."""
    row = cursor.execute(_STANDS, (session_id,)).fetchone()
    return row is not None and row[0] not in (TillKind.PAUSED, TillKind.CLOSING)


def drawer_of(cursor: driver.Cursor, session_id: TillSessionId, register_code: str) -> TillSessionId | None:
    """`session_id` if its drawer moves still, else the one of the register that does; None where none does."""
    return next((each for each in _either(cursor, session_id, register_code) if moves(cursor, each)), None)


def takes_note(
    cursor: driver.Cursor, session_id: TillSessionId, register_code: str = ""
) -> TillSessionId | None:
    """`session_id` while it is not counted, else the register's own; None where neither takes anything any more."""
    rows = (
        (each, cursor.execute(_STANDS, (each,)).fetchone())
        for each in _either(cursor, session_id, register_code)
    )
    return next((each for each, row in rows if row is not None), None)


def _either(cursor: driver.Cursor, session_id: TillSessionId, register_code: str) -> list[TillSessionId]:
    open_now = cursor.execute(_OPEN_NOW, (register_code,)).fetchall()
    return [session_id, *(TillSessionId(row[0]) for row in open_now)]
