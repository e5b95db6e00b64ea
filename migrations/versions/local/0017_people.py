"""What changed about people, second factors, and the sealed code for an emergency; two people who sign in nowhere.

Wrong PINs are counted with the monotonic clock from now on; those of before are forgotten.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = ("emergency_event", "emergency_code", "second_factor", "person_change")
_PEOPLE = "('service', 'pos-desktop', 'service', 0), ('emergency', 'Emergency access', 'emergency', 0)"


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split(";\n\n")
    for statement in statements:
        op.execute(statement.strip().removesuffix(";"))
    op.execute(f"INSERT INTO person (id, name, role, active) VALUES {_PEOPLE}")  # noqa: S608 - our own two rows


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("wrong_pins", "boot")
    op.drop_column("wrong_pins", "mono")
    op.execute("DELETE FROM person WHERE id IN ('service', 'emergency')")
