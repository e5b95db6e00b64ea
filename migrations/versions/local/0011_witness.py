"""Which line of copies this database belongs to, and how many sendings it began: a witness outside it knows both."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE TABLE witness (id INTEGER NOT NULL, line TEXT NOT NULL, attempts INTEGER NOT NULL, "
        "CONSTRAINT pk_witness PRIMARY KEY (id), CONSTRAINT ck_witness_one CHECK (id = 1)) STRICT"
    )
    op.execute("INSERT INTO witness VALUES (1, '', 0)")


def downgrade() -> None:
    op.execute("DROP TABLE witness")
