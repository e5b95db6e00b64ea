"""Tables whose rows stay: as written, or at all. `migrations/` makes the triggers; a test keeps both equal.

Of a patient who was purged (a row in `patient_purge`, itself history) the columns in `BLANKED` may be emptied, and
nothing else of the row.
"""

from __future__ import annotations

from collections.abc import Mapping

HISTORY = (
    "card_payment",
    "card_step",
    "credit_entry",
    "custody_event",
    "emergency_code",
    "emergency_event",
    "journal",
    "journal_seal",
    "limit_spend",
    "limit_void",
    "outbox_attempt",
    "patient_purge",
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
BLANKED: Mapping[str, tuple[str, ...]] = {
    "sale": ("patient_card", "patient_name", "caregiver_card"),
    "outbox_attempt": ("sentence", "excerpt"),
    "patient_view": ("note",),
}
_PURGED = {
    "sale": "SELECT 1 FROM patient_purge p WHERE p.patient_id = OLD.patient_id",
    "outbox_attempt": "SELECT 1 FROM outbox o JOIN sale s ON s.id = o.sale_id "
    "JOIN patient_purge p ON p.patient_id = s.patient_id WHERE o.id = OLD.item_id",
    "patient_view": "SELECT 1 FROM patient_purge p WHERE p.patient_id = OLD.patient_id",
}


def history_triggers(name: str) -> tuple[str, ...]:
    """REPLACE deletes first, and with `recursive_triggers` that delete meets the second trigger."""
    return (_refuses(name, "changed", "UPDATE", _unless_purged(name)), *kept_triggers(name))


def kept_triggers(name: str) -> tuple[str, ...]:
    return (_refuses(name, "deleted", "DELETE"),)


def _unless_purged(name: str) -> str:
    if name not in BLANKED:
        return ""
    from pos_desktop.storage.schema import metadata

    columns = [each.name for each in metadata.tables[name].columns]
    kept = [f"NEW.{each} IS OLD.{each}" for each in columns if each not in BLANKED[name]]
    empty = [f"coalesce(NEW.{each}, '') = ''" for each in BLANKED[name]]
    return f"WHEN NOT (EXISTS ({_PURGED[name]}) AND {' AND '.join([*empty, *kept])}) "


def _refuses(name: str, done: str, verb: str, when: str = "") -> str:
    return (
        f"CREATE TRIGGER {name}_not_{done} BEFORE {verb} ON {name} {when}"
        f"BEGIN SELECT RAISE(ABORT, 'history is never {done}'); END"
    )
