"""Who saw which patient and why, whose record was purged, and the door by which a purge empties what names somebody."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _run(name: str) -> None:
    statements = Path(__file__).with_name(name).read_text(encoding="utf-8").split(";\n\n")
    for statement in statements:
        op.execute(statement.strip().removesuffix(";"))


def upgrade() -> None:
    _run("0016_privacy.sql")


def downgrade() -> None:
    _run("0016_privacy_down.sql")
