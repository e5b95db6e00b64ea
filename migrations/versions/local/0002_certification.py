"""What the practitioner and the programme stated of a patient beside the card (limits contract 4.4)."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").strip().removesuffix(";"))


def downgrade() -> None:
    op.drop_table("certification")
