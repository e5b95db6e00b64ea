"""Patients are found by their first name too: by index."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX ix_patient_first_name ON patient (first_name, last_name)")


def downgrade() -> None:
    op.execute("DROP INDEX ix_patient_first_name")
