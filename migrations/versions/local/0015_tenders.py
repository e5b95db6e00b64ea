"""Payments at a terminal, store credit, and what rounding took off a cash part."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _run("")


def downgrade() -> None:
    """Sales keep what was paid; what the terminal and the account said stays in the journal."""
    _run("_down")


def _run(ending: str) -> None:
    path = Path(__file__)
    text = path.with_name(f"{path.stem}{ending}.sql").read_text(encoding="utf-8")
    for statement in text.split(";\n\n"):
        op.execute(statement.strip().removesuffix(";"))
