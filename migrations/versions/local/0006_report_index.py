"""What the ledger asks of a sale's report stands in the index: no report is read to reckon a patient's window."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COVERING = "ix_outbox_sale_id_kind_state_settled_at"


def upgrade() -> None:
    op.create_index(_COVERING, "outbox", ["sale_id", "kind", "state", "settled_at"])
    op.drop_index("ix_outbox_sale_id", "outbox")


def downgrade() -> None:
    op.create_index("ix_outbox_sale_id", "outbox", ["sale_id"])
    op.drop_index(_COVERING, "outbox")
