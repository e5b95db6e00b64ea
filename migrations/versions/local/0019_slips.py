"""Paper that belongs to no sale: slips of a till with all that they say. The sales of one till are found by index."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _run(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    _run(Path(__file__).with_name("0019_slips_down.sql"))


def _run(path: Path) -> None:
    for statement in path.read_text(encoding="utf-8").split(";\n\n"):
        op.execute(statement.strip().removesuffix(";"))
