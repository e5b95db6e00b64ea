"""The outage of the tracking system that a manager declared; at most one."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").strip().removesuffix(";"))


def downgrade() -> None:
    op.drop_table("declared_outage")
