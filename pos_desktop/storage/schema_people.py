"""The tables of what changed about people, of second factors, and of the sealed code for an emergency."""

from __future__ import annotations

import sqlalchemy as sa

from pos_desktop.storage.columns import blob, clustered, number, table, text, to, whole

__all__ = ["emergency_code", "emergency_event", "person_change", "second_factor"]

# Name and role as they stood after each change; names are here and in `person`, never in the journal.
person_change = table(
    "person_change",
    number("id"),
    text("person_id", to("person.id")),
    text("kind"),
    text("name"),
    text("role"),
    whole("at"),
    text("actor_id", to("person.id")),
    sa.Index(None, "person_id"),
)
# The secret follows from the nonce and a key in the key store. `last_step` is the last one that was accepted.
second_factor = clustered(
    "second_factor",
    text("person_id", to("person.id"), key=True),
    blob("nonce"),
    whole("last_step"),
    text("set_by", to("person.id")),
    whole("set_at"),
)
# The last one counts, until it is opened. It is hashed as PINs are.
emergency_code = table(
    "emergency_code",
    number("n"),
    text("hash"),
    text("sealed_by", to("person.id")),
    whole("sealed_at"),
)
# Of a code: that it was opened, and that a person looked into it.
emergency_event = clustered(
    "emergency_event",
    whole("n", to("emergency_code.n"), key=True),
    text("kind", key=True),
    whole("at"),
    text("actor_id", to("person.id")),
    text("words"),
)
