"""From the sealed count on nothing moves in a drawer: asked inside the transaction of whatever would move."""

from __future__ import annotations

from pos_desktop.domain.errors import RuleRefusal
from pos_desktop.domain.identity import TillSessionId
from pos_desktop.storage import driver

COUNTED = "The till of this register was counted and takes nothing any more. The cart is kept: open a new till first."
_MOVING = (
    "SELECT 1 FROM till_session t WHERE t.id = ? AND t.closed_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM till_count c WHERE c.session_id = t.id)"
)
_THE_MOVING = """
    SELECT t.id FROM till_session t WHERE t.{which} = ? AND t.closed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM till_count c WHERE c.session_id = t.id)"""


def moving_session(
    cursor: driver.Cursor, session_id: TillSessionId | None, register_code: str | None = None
) -> TillSessionId | None:
    """`session_id` if its drawer moves still, else the one of the register that does; None where there is none."""
    for which, value in (("id", session_id), ("register_code", register_code)):
        if value is not None:
            row = cursor.execute(_THE_MOVING.format(which=which), (value,)).fetchone()
            if row is not None:
                return TillSessionId(row[0])
    return None


def refuse_unless_moving(cursor: driver.Cursor, session_id: TillSessionId) -> None:
    """Raises RuleRefusal: the session is closed or its count sealed, so that nothing moves in its drawer."""
    if cursor.execute(_MOVING, (session_id,)).fetchone() is None:
        raise RuleRefusal(COUNTED, code="till-counted")
