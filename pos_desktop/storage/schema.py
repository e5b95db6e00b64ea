"""The tables of the local store. `migrations/` builds them; a test keeps both equal.

Cents, milligrams and UTC microseconds are whole numbers, dates are ISO text, nothing cascades. Tables in `HISTORY`
refuse UPDATE, DELETE and REPLACE by trigger: a correction is a new row.
"""

from __future__ import annotations

from dataclasses import fields

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from pos_desktop.domain.limits.model import Measures

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

MEASURES = tuple(each.name for each in fields(Measures))
OPEN_REPORT = "state NOT IN ('confirmed', 'cancelled')"


def _text(name: str, *more: SchemaItem, null: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, *more, nullable=null, primary_key=key)


def _nocase(name: str) -> sa.Column[str]:
    """Compared without case, also by its indexes."""
    return sa.Column(name, sa.Text(collation="NOCASE"), nullable=False)


def _whole(name: str, *more: SchemaItem, null: bool = False, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *more, nullable=null, primary_key=key, autoincrement=False)


def _number(name: str) -> sa.Column[int]:
    """The row's own number, given out by SQLite in the order of the commits."""
    return sa.Column(name, sa.Integer, primary_key=True)


def _blob(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _measures() -> list[sa.Column[int]]:
    return [_whole(name, null=True) for name in MEASURES]


def _to(column: str) -> sa.ForeignKey:
    return sa.ForeignKey(column)


def _table(name: str, *columns: SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *columns, sqlite_strict=True)


def _clustered(name: str, *columns: SchemaItem) -> sa.Table:
    """Rows live in the primary key's own tree: one page read, one page written."""
    return sa.Table(name, metadata, *columns, sqlite_strict=True, sqlite_with_rowid=False)


# ---- who this register is, and who works here

store = _table(
    "store",
    _whole("id", key=True),
    _text("register_id"),
    _whole("epoch"),
    _whole("generation"),
    _text("profile"),
    _whole("clean"),
    _whole("created_at"),
    sa.CheckConstraint("id = 1", name="one"),
)
setting = _clustered("setting", _text("key", key=True), _text("value"))
person = _clustered("person", _text("id", key=True), _text("name"), _text("role"), _whole("active"))
till_session = _clustered(
    "till_session",
    _text("id", key=True),
    _text("register_code"),
    _whole("opened_at"),
    _text("opened_by", _to("person.id")),
    _whole("float_cents", null=True),
    _whole("closed_at", null=True),
    _text("closed_by", _to("person.id"), null=True),
    _whole("expected_cents", null=True),
    _whole("counted_cents", null=True),
    _text("note", null=True),
)
sa.Index(
    "uq_till_session_open",
    till_session.c.register_code,
    unique=True,
    sqlite_where=sa.text("closed_at IS NULL"),
)
# In force until it is ended; the journal keeps that there was one.
declared_outage = _table(
    "declared_outage",
    _whole("id", key=True),
    _text("evidence"),
    _whole("since"),
    _text("declared_by", _to("person.id")),
    sa.CheckConstraint("id = 1", name="one"),
)

# ---- patients

patient = _clustered(
    "patient",
    _text("id", key=True),
    _nocase("card_number"),
    _nocase("first_name"),
    _nocase("last_name"),
    _text("birth_date"),
    _text("card_expires", null=True),
    _text("card_starts", null=True),
    _text("card_kind"),
    _text("standing"),
    _text("holder"),
    _whole("ledger_rev"),
    _text("entered_by"),
    _whole("entered_at"),
    sa.UniqueConstraint("card_number"),
    sa.Index(None, "last_name", "first_name"),
    sa.Index(None, "birth_date"),
)
caregiver = _clustered(
    "caregiver",
    _text("id", key=True),
    _nocase("card_number"),
    _nocase("first_name"),
    _nocase("last_name"),
    _text("card_expires", null=True),
    _text("standing"),
    sa.UniqueConstraint("card_number"),
)
caregiver_patient = _clustered(
    "caregiver_patient",
    _text("caregiver_id", _to("caregiver.id"), key=True),
    _text("patient_id", _to("patient.id"), key=True),
)
state_figure = _clustered(
    "state_figure",
    _text("patient_id", _to("patient.id"), key=True),
    _whole("as_of"),
    _whole("found"),
    _whole("active"),
    _text("expires", null=True),
    _text("rows"),
)
# What the practitioner and the programme stated of one patient, a row each; see docs/data.md for the kinds.
certification = _clustered(
    "certification",
    _text("patient_id", _to("patient.id"), key=True),
    _text("kind", key=True),
    _text("name", key=True),
    _text("part", key=True),
    _text("starts", key=True),
    _text("ends", null=True),
    _whole("amount", null=True),
    _text("stated_by"),
    _whole("stated_at"),
)
# Clustered by patient and time: the window of a patient is one or two neighbouring pages.
limit_spend = _clustered(
    "limit_spend",
    _text("patient_id", _to("patient.id"), key=True),
    _whole("sold_at", key=True),
    _text("purchase_id", key=True),
    _whole("line", key=True),
    _text("category"),
    *_measures(),
    _text("receipt", null=True),
    _text("bought_by"),
    _text("source"),
)
limit_void = _clustered(
    "limit_void",
    _text("purchase_id", key=True),
    _whole("void_at", null=True),
    _whole("returned"),
    _text("actor_id"),
    _text("reason"),
)

# ---- shelf

product = _clustered(
    "product",
    _text("id", key=True),
    _nocase("name"),
    _text("category"),
    _text("unit"),
    *_measures(),
    _whole("price_cents", null=True),
    _text("remote_item_id"),
    _text("tracker_category"),
    _text("unmapped_because"),
    _whole("set_here"),
    sa.Index(None, "name"),
)
package = _clustered(
    "package",
    _text("tag", key=True),
    _text("product_id", _to("product.id")),
    _text("batch"),
    _whole("on_hand"),
    _text("tracker_unit"),
    _whole("package_potency_bp", null=True),
    _text("held", null=True),
    _text("remote_id"),
    _text("packaged_on", null=True),
    _whole("received_at"),
    sa.Index(None, "product_id"),
)
sync_cursor = _clustered("sync_cursor", _text("name", key=True), _whole("at"))

# ---- sales

sale = _clustered(
    "sale",
    _text("id", key=True),
    _text("register_code"),
    _whole("epoch"),
    _whole("counter"),
    _text("external"),
    _text("patient_id", _to("patient.id")),
    _text("patient_card"),
    _text("patient_name"),
    _text("caregiver_id", _to("caregiver.id"), null=True),
    _text("caregiver_card", null=True),
    _text("customer_type"),
    _text("actor_id", _to("person.id")),
    _text("actor_name"),
    _text("till_session_id", _to("till_session.id")),
    _whole("sold_at"),
    _text("zone"),
    _whole("subtotal_cents"),
    _whole("tax_cents"),
    _whole("total_cents"),
    _text("basis"),
    _text("rules"),
    _text("pack"),
    _whole("journal_seq"),
    _text("journal_hash"),
    sa.UniqueConstraint("epoch", "counter"),
    sa.UniqueConstraint("external"),
)
sale_line = _clustered(
    "sale_line",
    _text("sale_id", _to("sale.id"), key=True),
    _whole("line", key=True),
    _text("tag"),
    _text("product_id"),
    _text("name"),
    _text("category"),
    _text("unit"),
    _whole("quantity"),
    _whole("price_cents"),
    _whole("amount_cents"),
    _whole("tax_cents"),
    *_measures(),
    _text("tracker_unit"),
    _text("batch"),
    _whole("weighed_net_mg", null=True),
    _whole("weighed_tare_mg", null=True),
    _whole("weighed_division_mg", null=True),
    _text("weighed_raw", null=True),
    _text("weighed_scale", null=True),
)
payment = _clustered(
    "payment",
    _text("sale_id", _to("sale.id"), key=True),
    _whole("n", key=True),
    _text("tender"),
    _whole("amount_cents"),
    _whole("tendered_cents"),
    _whole("change_cents"),
)
sale_lift = _clustered(
    "sale_lift",
    _text("sale_id", _to("sale.id"), key=True),
    _whole("n", key=True),
    _text("code"),
    _text("reason"),
    _text("lifted_by", _to("person.id")),
    _text("cite"),
)
stock_move = _table(
    "stock_move",
    _number("id"),
    _text("tag", _to("package.tag")),
    _whole("moved_at"),
    _text("kind"),
    _whole("quantity"),
    _text("sale_id", _to("sale.id"), null=True),
    sa.Index(None, "sale_id"),
)
sale_counter = _table("sale_counter", _whole("epoch", key=True), _whole("last"))
held_cart = _clustered(
    "held_cart",
    _text("sale_id", key=True),
    _text("patient_id", _to("patient.id")),
    _text("caregiver_id", _to("caregiver.id"), null=True),
    _whole("held_at"),
    _text("held_by"),
    _text("lines"),
)
paper_job = _table(
    "paper_job",
    _number("id"),
    _text("sale_id", _to("sale.id")),
    _text("kind"),
    _text("state"),
    _text("why"),
    _whole("created_at"),
)
sa.Index(
    "ix_paper_job_open",
    paper_job.c.id,
    sqlite_where=sa.text("state NOT IN ('done', 'dismissed')"),
)

# ---- journal and reports

journal = _clustered(
    "journal",
    _whole("epoch", key=True),
    _whole("seq", key=True),
    _blob("body"),
    _blob("hash"),
)
outbox = _table(
    "outbox",
    _number("n"),
    _text("id"),
    _text("license"),
    _text("kind"),
    _text("aggregate"),
    _text("sale_id", _to("sale.id")),
    _text("natural_key"),
    _blob("payload"),
    _text("payload_sha256"),
    _text("state"),
    _whole("attempts"),
    _whole("created_at"),
    _whole("not_before", null=True),
    _whole("due_at", null=True),
    _text("last_error"),
    _text("remote_id"),
    _text("depends_on", null=True),
    _whole("attempt_ended_at", null=True),
    _whole("absent_once"),
    _whole("settled_at", null=True),
    sa.UniqueConstraint("id"),
    sa.Index(None, "sale_id"),
)
sa.Index("ix_outbox_open", outbox.c.n, sqlite_where=sa.text(OPEN_REPORT))
sa.Index("ix_outbox_open_aggregate", outbox.c.aggregate, outbox.c.n, sqlite_where=sa.text(OPEN_REPORT))
outbox_attempt = _table(
    "outbox_attempt",
    _number("id"),
    _text("item_id", _to("outbox.id")),
    _text("kind"),
    _whole("sender_epoch"),
    _whole("at"),
    _text("outcome"),
    _whole("http_status", null=True),
    _text("sentence"),
    _text("excerpt"),
    sa.Index(None, "item_id"),
)
sender = _table("sender", _whole("id", key=True), _whole("epoch"), sa.CheckConstraint("id = 1", name="one"))

HISTORY = (
    "journal", "limit_spend", "limit_void", "outbox_attempt", "payment", "sale", "sale_lift", "sale_line", "stock_move",
)  # fmt: skip


def history_triggers(table: str) -> tuple[str, ...]:
    """REPLACE deletes first, and with `recursive_triggers` that delete meets the second trigger."""
    return tuple(
        f"CREATE TRIGGER {table}_not_{done} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'history is never {done}'); END"
        for done, verb in (("changed", "UPDATE"), ("deleted", "DELETE"))
    )
