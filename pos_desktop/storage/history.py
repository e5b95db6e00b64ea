"""Tables whose rows stay: as written, or at all. `migrations/` makes the triggers; a test keeps both equal."""

from __future__ import annotations

HISTORY = (
    "custody_event",
    "emergency_code",
    "emergency_event",
    "journal",
    "journal_seal",
    "limit_spend",
    "limit_void",
    "outbox_attempt",
    "patient_view",
    "payment",
    "person_change",
    "rule_pack",
    "sale",
    "sale_lift",
    "sale_line",
    "stock_move",
    "till_count",
    "till_event",
    "z_report",
)
KEPT = ("outbox",)


def history_triggers(name: str) -> tuple[str, ...]:
    """REPLACE deletes first, and with `recursive_triggers` that delete meets the second trigger."""
    return (_refuses(name, "changed", "UPDATE"), *kept_triggers(name))


def kept_triggers(name: str) -> tuple[str, ...]:
    return (_refuses(name, "deleted", "DELETE"),)


def _refuses(name: str, done: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {name}_not_{done} BEFORE {verb} ON {name} "
        f"BEGIN SELECT RAISE(ABORT, 'history is never {done}'); END"
    )
