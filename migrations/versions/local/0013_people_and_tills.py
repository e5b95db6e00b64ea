"""PINs, what happens at a drawer, counts and Z reports, and who looked at which patient."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = ("journal_seal", "z_report", "till_count", "till_event", "patient_view", "wrong_pins", "pin")


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n\n")
    for statement in statements:
        op.execute(statement.strip().removesuffix(";"))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
