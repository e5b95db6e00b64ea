"""The table of paper that is still to come: receipts, slips, reports, and kicks of the drawer."""

from __future__ import annotations

import sqlalchemy as sa

from pos_desktop.storage.columns import number, table, text, to, whole

__all__ = ["paper_job"]

paper_job = table(
    "paper_job",
    number("id"),
    text("sale_id", to("sale.id"), null=True),
    text("kind"),
    text("state"),
    text("why"),
    whole("created_at"),
    text("slip", null=True),
)
sa.Index(
    "ix_paper_job_open",
    paper_job.c.id,
    sqlite_where=sa.text("state NOT IN ('done', 'dismissed')"),
)
