"""Which report holds a receipt of the state is asked before a second one may: by index."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX ix_outbox_receipt ON outbox (remote_id) WHERE remote_id <> ''")


def downgrade() -> None:
    op.execute("DROP INDEX ix_outbox_receipt")
