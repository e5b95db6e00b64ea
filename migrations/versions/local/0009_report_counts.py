"""Reports are counted without reading what is done: cancelled ones by index, all of them by their highest number.

A report is never deleted, so numbers have no gap; the trigger keeps it so.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX ix_outbox_cancelled ON outbox (n) WHERE state = 'cancelled'")
    op.execute(
        "CREATE TRIGGER outbox_not_deleted BEFORE DELETE ON outbox "
        "BEGIN SELECT RAISE(ABORT, 'history is never deleted'); END"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER outbox_not_deleted")
    op.execute("DROP INDEX ix_outbox_cancelled")
