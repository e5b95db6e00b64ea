"""The tables of the local store. `migrations/` builds them; a test keeps both equal.

Cents, milligrams and UTC microseconds are whole numbers, dates are ISO text, nothing cascades. Tables in `HISTORY`
refuse UPDATE, DELETE and REPLACE by trigger: a correction is a new row. Those in `KEPT` change,
and are never deleted (`history`).
"""

from __future__ import annotations

import sqlalchemy as sa

from pos_desktop.storage import schema_custody, schema_paper, schema_people, schema_tender, schema_till
from pos_desktop.storage.columns import (
    MEASURES,
    blob,
    clustered,
    measures,
    metadata,
    nocase,
    number,
    table,
    text,
    to,
    whole,
)

__all__ = [
    "MEASURES",
    "NEEDS_PERSON",
    "OPEN_REPORT",
    "metadata",
    "schema_custody",
    "schema_paper",
    "schema_people",
    "schema_tender",
    "schema_till",
]

OPEN_REPORT = "state NOT IN ('confirmed', 'cancelled')"
NEEDS_PERSON = "state IN ('rejected', 'conflict', 'blocked')"

# ---- who this register is, and who works here

store = table(
    "store",
    whole("id", key=True),
    text("register_id"),
    whole("epoch"),
    whole("generation"),
    text("profile"),
    whole("clean"),
    whole("created_at"),
    sa.CheckConstraint("id = 1", name="one"),
)
computer = table(
    "computer",
    whole("id", key=True),
    text("home"),
    text("seen"),
    sa.CheckConstraint("id = 1", name="one"),
)
witness = table(
    "witness",
    whole("id", key=True),
    text("line"),
    whole("attempts"),
    sa.CheckConstraint("id = 1", name="one"),
)
setting = clustered("setting", text("key", key=True), text("value"))
# The longest rows of the store, so they do not lie in the tree of their key.
rule_pack = table(
    "rule_pack",
    text("digest", key=True),
    text("programme"),
    text("version"),
    text("source"),
    text("text"),
    whole("kept_at"),
)
person = clustered("person", text("id", key=True), text("name"), text("role"), whole("active"))
till_session = clustered(
    "till_session",
    text("id", key=True),
    text("register_code"),
    whole("opened_at"),
    text("opened_by", to("person.id")),
    whole("float_cents", null=True),
    whole("closed_at", null=True),
    text("closed_by", to("person.id"), null=True),
    whole("expected_cents", null=True),
    whole("counted_cents", null=True),
    text("note", null=True),
)
sa.Index(
    "uq_till_session_open",
    till_session.c.register_code,
    unique=True,
    sqlite_where=sa.text("closed_at IS NULL"),
)
# In force until it is ended; the journal keeps that there was one.
declared_outage = table(
    "declared_outage",
    whole("id", key=True),
    text("evidence"),
    whole("since"),
    text("declared_by", to("person.id")),
    sa.CheckConstraint("id = 1", name="one"),
)

# ---- patients

patient = clustered(
    "patient",
    text("id", key=True),
    nocase("card_number"),
    nocase("first_name"),
    nocase("last_name"),
    text("birth_date"),
    text("card_expires", null=True),
    text("card_starts", null=True),
    text("card_kind"),
    text("standing"),
    text("holder"),
    whole("ledger_rev"),
    text("entered_by"),
    whole("entered_at"),
    sa.UniqueConstraint("card_number"),
    sa.Index(None, "last_name", "first_name"),
    sa.Index("ix_patient_first_name", "first_name", "last_name"),
    sa.Index(None, "birth_date"),
)
caregiver = clustered(
    "caregiver",
    text("id", key=True),
    nocase("card_number"),
    nocase("first_name"),
    nocase("last_name"),
    text("card_expires", null=True),
    text("standing"),
    sa.UniqueConstraint("card_number"),
)
caregiver_patient = clustered(
    "caregiver_patient",
    text("caregiver_id", to("caregiver.id"), key=True),
    text("patient_id", to("patient.id"), key=True),
)
state_figure = clustered(
    "state_figure",
    text("patient_id", to("patient.id"), key=True),
    whole("as_of"),
    whole("found"),
    whole("active"),
    text("expires", null=True),
    text("rows"),
)
# What the practitioner and the programme stated of one patient, a row each; see docs/data.md for the kinds.
certification = clustered(
    "certification",
    text("patient_id", to("patient.id"), key=True),
    text("kind", key=True),
    text("name", key=True),
    text("part", key=True),
    text("starts", key=True),
    text("ends", null=True),
    whole("amount", null=True),
    text("stated_by"),
    whole("stated_at"),
)
# Clustered by patient and time: the window of a patient is one or two neighbouring pages.
limit_spend = clustered(
    "limit_spend",
    text("patient_id", to("patient.id"), key=True),
    whole("sold_at", key=True),
    text("purchase_id", key=True),
    whole("line", key=True),
    text("category"),
    *measures(),
    text("receipt", null=True),
    text("bought_by"),
    text("source"),
)
limit_void = clustered(
    "limit_void",
    text("purchase_id", key=True),
    whole("void_at", null=True),
    whole("returned"),
    text("actor_id"),
    text("reason"),
)

# ---- shelf

product = clustered(
    "product",
    text("id", key=True),
    nocase("name"),
    text("category"),
    text("unit"),
    *measures(),
    whole("price_cents", null=True),
    text("remote_item_id"),
    text("tracker_category"),
    text("unmapped_because"),
    whole("set_here"),
    sa.Index(None, "name"),
)
package = clustered(
    "package",
    text("tag", key=True),
    text("product_id", to("product.id")),
    text("batch"),
    whole("on_hand"),
    text("tracker_unit"),
    whole("package_potency_bp", null=True),
    text("held", null=True),
    text("remote_id"),
    text("packaged_on", null=True),
    whole("received_at"),
    sa.Index(None, "product_id"),
)
sync_cursor = clustered("sync_cursor", text("name", key=True), whole("at"))

# ---- sales

sale = clustered(
    "sale",
    text("id", key=True),
    text("register_code"),
    whole("epoch"),
    whole("counter"),
    text("external"),
    text("patient_id", to("patient.id")),
    text("patient_card"),
    text("patient_name"),
    text("caregiver_id", to("caregiver.id"), null=True),
    text("caregiver_card", null=True),
    text("customer_type"),
    text("actor_id", to("person.id")),
    text("actor_name"),
    text("till_session_id", to("till_session.id")),
    whole("sold_at"),
    text("zone"),
    whole("subtotal_cents"),
    whole("tax_cents"),
    whole("total_cents"),
    text("basis"),
    text("rules"),
    text("pack"),
    whole("journal_seq"),
    text("journal_hash"),
    sa.UniqueConstraint("epoch", "counter"),
    sa.UniqueConstraint("external"),
    sa.Index(None, "sold_at"),
    sa.Index(None, "till_session_id"),
)
sale_line = clustered(
    "sale_line",
    text("sale_id", to("sale.id"), key=True),
    whole("line", key=True),
    text("tag"),
    text("product_id"),
    text("name"),
    text("category"),
    text("unit"),
    whole("quantity"),
    whole("price_cents"),
    whole("amount_cents"),
    whole("tax_cents"),
    *measures(),
    text("tracker_unit"),
    text("batch"),
    whole("weighed_net_mg", null=True),
    whole("weighed_tare_mg", null=True),
    whole("weighed_division_mg", null=True),
    text("weighed_raw", null=True),
    text("weighed_scale", null=True),
)
payment = clustered(
    "payment",
    text("sale_id", to("sale.id"), key=True),
    whole("n", key=True),
    text("tender"),
    whole("amount_cents"),
    whole("tendered_cents"),
    whole("change_cents"),
    whole("rounding_cents", null=True),
    text("card", null=True),
    sa.Index("ix_payment_card", "card", unique=True, sqlite_where=sa.text("card IS NOT NULL")),
)
sale_lift = clustered(
    "sale_lift",
    text("sale_id", to("sale.id"), key=True),
    whole("n", key=True),
    text("code"),
    text("reason"),
    text("lifted_by", to("person.id")),
    text("cite"),
)
stock_move = table(
    "stock_move",
    number("id"),
    text("tag", to("package.tag")),
    whole("moved_at"),
    text("kind"),
    whole("quantity"),
    text("sale_id", to("sale.id"), null=True),
    sa.Index(None, "sale_id"),
)
sale_counter = table("sale_counter", whole("epoch", key=True), whole("last"))
held_cart = clustered(
    "held_cart",
    text("sale_id", key=True),
    text("patient_id", to("patient.id")),
    text("caregiver_id", to("caregiver.id"), null=True),
    whole("held_at"),
    text("held_by"),
    text("lines"),
)

# ---- journal and reports

journal = clustered(
    "journal",
    whole("epoch", key=True),
    whole("seq", key=True),
    blob("body"),
    blob("hash"),
)
outbox = table(
    "outbox",
    number("n"),
    text("id"),
    text("license"),
    text("kind"),
    text("aggregate"),
    text("sale_id", to("sale.id")),
    text("natural_key"),
    blob("payload"),
    text("payload_sha256"),
    text("state"),
    whole("attempts"),
    whole("created_at"),
    whole("not_before", null=True),
    whole("due_at", null=True),
    text("last_error"),
    text("remote_id"),
    text("depends_on", null=True),
    whole("attempt_ended_at", null=True),
    whole("absent_once"),
    whole("settled_at", null=True),
    sa.UniqueConstraint("id"),
    # The window of a patient asks for these of each sale; a report itself is large, and on a page of its own.
    sa.Index(None, "sale_id", "kind", "state", "settled_at"),
)
sa.Index(
    "ix_sale_unasked",
    sale.c.sold_at,
    sqlite_where=sa.text("basis IN ('relief', 'outage-local-ledger', 'outage-certification')"),
)
sa.Index("ix_outbox_open", outbox.c.n, sqlite_where=sa.text(OPEN_REPORT))
sa.Index("ix_outbox_open_aggregate", outbox.c.aggregate, outbox.c.n, sqlite_where=sa.text(OPEN_REPORT))
# All that is asked of the age of 20,000 open reports stands in here; no report is read for it.
sa.Index(
    "ix_outbox_open_age",
    outbox.c.created_at,
    outbox.c.due_at,
    outbox.c.state,
    sqlite_where=sa.text(OPEN_REPORT),
)
# Few: so what is done is counted by difference, and never read (outbox_rows.COUNTS).
sa.Index("ix_outbox_cancelled", outbox.c.n, sqlite_where=sa.text("state = 'cancelled'"))
sa.Index("ix_outbox_receipt", outbox.c.remote_id, sqlite_where=sa.text("remote_id <> ''"))
sa.Index("ix_outbox_needs_person", outbox.c.n, sqlite_where=sa.text(NEEDS_PERSON))
outbox_attempt = table(
    "outbox_attempt",
    number("id"),
    text("item_id", to("outbox.id")),
    text("kind"),
    whole("sender_epoch"),
    whole("at"),
    text("outcome"),
    whole("http_status", null=True),
    text("sentence"),
    text("excerpt"),
    text("actor_id", to("person.id"), null=True),
    sa.Index(None, "item_id"),
)
sender = table("sender", whole("id", key=True), whole("epoch"), sa.CheckConstraint("id = 1", name="one"))
