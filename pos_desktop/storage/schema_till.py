"""The tables of people's PINs, of tills, of who looked at whom, and of the journal's seals."""

from __future__ import annotations

import sqlalchemy as sa

from pos_desktop.storage.columns import blob, clustered, number, table, text, to, whole

__all__ = [
    "journal_seal",
    "patient_purge",
    "patient_view",
    "pin",
    "till_count",
    "till_event",
    "wrong_pins",
    "z_report",
]

# Argon2id over an HMAC whose key is in the key store: a copy of this table alone opens nothing.
pin = clustered(
    "pin",
    text("person_id", to("person.id"), key=True),
    text("hash"),
    text("set_by", to("person.id")),
    whole("set_at"),
)
# Of a person (`person:ID`) and of a till (`till:CODE`): written before the PIN is looked at: no kill forgets it.
# `mono` counts in the start of the computer that `boot` names.
wrong_pins = clustered(
    "wrong_pins", text("who", key=True), whole("times"), whole("last"), whole("mono"), text("boot")
)
patient_view = table(
    "patient_view",
    number("id"),
    text("patient_id", to("patient.id")),
    text("person_id", to("person.id")),
    whole("seen_at"),
    text("why"),
    text("note"),
    sa.Index(None, "patient_id"),
)
# Whose record was blanked: only these may be (`history`).
patient_purge = clustered(
    "patient_purge",
    text("patient_id", to("patient.id"), key=True),
    whole("at"),
    text("purged_by", to("person.id")),
    text("approved_by", to("person.id"), null=True),
    text("reason"),
)
# Everything at a drawer but its sales, which name their session themselves.
till_event = table(
    "till_event",
    number("id"),
    text("session_id", to("till_session.id")),
    text("kind"),
    whole("at"),
    text("actor_id", to("person.id")),
    whole("cash_cents"),
    text("reason"),
    text("reference"),
    text("witness", to("person.id"), null=True),
    sa.Index(None, "session_id"),
)
# A sealed count, two a session at most, or three where the second was a manager's own.
# From the first on nothing is sold in it.
till_count = clustered(
    "till_count",
    text("session_id", to("till_session.id"), key=True),
    whole("n", key=True),
    whole("at"),
    text("actor_id", to("person.id")),
    text("pieces"),
    whole("total_cents"),
    whole("expected_cents"),
)
z_report = clustered(
    "z_report",
    whole("epoch", key=True),
    whole("number", key=True),
    text("session_id", to("till_session.id")),
    whole("at"),
    text("document"),
    whole("journal_seq"),
    text("journal_hash"),
    sa.UniqueConstraint("session_id"),
)
journal_seal = clustered(
    "journal_seal",
    whole("epoch", key=True),
    whole("seq", key=True),
    blob("hash"),
    whole("at"),
    blob("signature"),
    blob("key"),
)
