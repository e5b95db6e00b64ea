"""Who decided about a report; late and waiting reports by index; sales by day."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _run("")


def downgrade() -> None:
    """What people decided stays in the journal; the rows keep their words and lose the name."""
    _run("_down")


def _run(ending: str) -> None:
    path = Path(__file__)
    text = path.with_name(f"{path.stem}{ending}.sql").read_text(encoding="utf-8")
    for statement in text.split(";\n\n"):
        op.execute(statement.strip().removesuffix(";"))
