"""Runs the revisions on the engine that the store hands over; there is no address of a database in here.

The engine was made with foreign keys off: rebuilding a table in batch mode would otherwise reach into its children.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext

attributes = context.config.attributes
if "engine" not in attributes:
    raise SystemExit("The store is encrypted, so the program itself runs the migrations when it opens one.")


def before_commit(ctx: MigrationContext, step: Any, heads: Any, run_args: Any) -> None:  # noqa: ARG001 - Alembic's
    """Inside each revision's transaction, as its last step."""
    attributes["before_commit"](ctx.connection)


with attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=True,
        on_version_apply=before_commit,
    )
    with context.begin_transaction():
        context.run_migrations()
