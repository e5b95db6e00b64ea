"""On which computer this store lives: a copy on another one sends nothing before a person says so."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE computer (id INTEGER NOT NULL, home TEXT NOT NULL, seen TEXT NOT NULL, "
        "CONSTRAINT pk_computer PRIMARY KEY (id), CONSTRAINT ck_computer_one CHECK (id = 1)) STRICT"
    )
    op.execute("INSERT INTO computer VALUES (1, '', '')")


def downgrade() -> None:
    op.execute("DROP TABLE computer")
