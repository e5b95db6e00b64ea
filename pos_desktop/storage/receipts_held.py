"""Which report holds a receipt of the state: no two sales are ever reported under one."""

from __future__ import annotations

from pos_desktop.domain.outbox import SALE, OutboxItem

HOLDER = """
    SELECT s.register_code, s.epoch, s.counter FROM outbox o CROSS JOIN sale s ON s.id = o.sale_id
    WHERE o.remote_id = ? AND o.remote_id <> '' AND o.kind = ? AND o.sale_id <> ?
      AND o.state IN ('confirmed', 'conflict') AND (? = '' OR o.license IN (?, ''))
    LIMIT 1"""
"""A void may bear the number of its own sale's receipt, and what was reported under another license is elsewhere."""
TAKEN = (
    "SELECT 1 FROM outbox WHERE remote_id = ? AND remote_id <> '' AND id <> ? AND state = 'confirmed' LIMIT 1"
)
_TOGETHER = f"kind = '{SALE}' AND {{0}}.state = 'confirmed' AND {{0}}.remote_id <> ''"
SHARED = f"""
    SELECT o.remote_id, s.register_code, s.epoch, s.counter FROM outbox o CROSS JOIN sale s ON s.id = o.sale_id
    WHERE o.{_TOGETHER.format("o")}
      AND EXISTS (SELECT 1 FROM outbox b WHERE b.remote_id = o.remote_id AND b.{_TOGETHER.format("b")}
                  AND b.id <> o.id AND b.license = o.license)
      AND o.remote_id NOT GLOB 'filed:*'
    ORDER BY o.license, o.remote_id, o.n"""  # noqa: S608 - a constant of our own schema
"""Reports that left by file bear the mark of that file together."""


def asked_for(item: OutboxItem, remote_id: str) -> tuple[str, ...]:
    """The values of `HOLDER`."""
    return remote_id, item.kind, item.sale_id, item.license, item.license
