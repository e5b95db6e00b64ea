"""The tables of payments at a terminal and of store credit. What became of one is a row more, never a change."""

from __future__ import annotations

import sqlalchemy as sa

from pos_desktop.storage.columns import clustered, number, table, text, to, whole

__all__ = ["card_payment", "card_step", "credit_entry"]

# Saved before the terminal is asked. The cart has no row while it is not sold, so `sale_id` points at none.
card_payment = table(
    "card_payment",
    number("id"),
    text("reference"),
    text("sale_id"),
    text("patient_id", to("patient.id")),
    text("session_id", to("till_session.id")),
    text("terminal"),
    whole("cents"),
    whole("at"),
    text("actor_id", to("person.id")),
    sa.UniqueConstraint("reference"),
    sa.Index(None, "patient_id"),
    sa.Index(None, "session_id"),
)
card_step = clustered(
    "card_step",
    text("reference", to("card_payment.reference"), key=True),
    whole("n", key=True),
    text("state"),
    whole("at"),
    text("actor_id", to("person.id")),
    text("session_id", to("till_session.id"), null=True),
    text("code"),
    text("last_four"),
    text("reason"),
    text("decided_by", to("person.id"), null=True),
    sa.Index(None, "session_id"),
)
credit_entry = table(
    "credit_entry",
    number("id"),
    text("patient_id", to("patient.id")),
    text("kind"),
    whole("cents"),
    whole("at"),
    text("actor_id", to("person.id")),
    text("reason"),
    text("sale_id", to("sale.id"), null=True),
    text("session_id", to("till_session.id"), null=True),
    sa.Index(None, "patient_id"),
)
