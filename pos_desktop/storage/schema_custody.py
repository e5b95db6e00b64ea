"""The tables of the way of cash."""

from __future__ import annotations

import sqlalchemy as sa

from pos_desktop.storage.columns import number, table, text, to, whole

__all__ = ["custody_event"]

# A step for each thing that happens to cash outside of drawers; `told` is canonical JSON, as the journal has it.
custody_event = table(
    "custody_event",
    number("id"),
    text("kind"),
    text("subject"),
    whole("at"),
    text("actor_id", to("person.id")),
    text("second_id", to("person.id"), null=True),
    whole("cash_cents"),
    text("told"),
    whole("epoch"),
    whole("journal_seq"),
    text("journal_hash"),
    sa.Index(None, "subject"),
)
