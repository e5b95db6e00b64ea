"""Sales that were made while the state could not be asked are found at once: their patients are asked about again."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_sale_unasked ON sale (sold_at) WHERE basis IN "
        "('relief', 'outage-local-ledger', 'outage-certification')"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_sale_unasked")
