"""The first form of the local store, as `0001_first.sql` says it."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n\n")
    for statement in statements:
        op.execute(statement.strip().removesuffix(";"))


def downgrade() -> None:
    """Takes every table with its rows; only tests go this way."""
    names = op.get_bind().exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'alembic_version'"
    )
    for (name,) in names.all():
        op.execute(f'DROP TABLE "{name}"')
