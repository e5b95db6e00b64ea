"""Schema revisions: equal to the tables, up and down with rows, refused when links break."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pos_desktop.domain.errors import EnvironmentTrouble, StoreBusy
from pos_desktop.storage import history, schema
from pos_desktop.storage.engine import make_engine
from pos_desktop.storage.migrating import alembic_config, known_revisions
from pos_desktop.storage.store import Store, open_store
from tests.fixtures.stores import (
    KEY,
    MIGRATIONS,
    PATIENT,
    OrderedIds,
    StandingClock,
    basket,
    entry_maker,
    opened,
    sell,
    stocked,
)

# Rebuilds a parent table with children in it, as a later revision of this program may.
REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "@HEAD@"
branch_labels = depends_on = None
FORM = {"sqlite_strict": True, "sqlite_with_rowid": False}


def upgrade():
    with op.batch_alter_table("patient", recreate="always", table_kwargs=FORM) as table:
        table.add_column(sa.Column("note", sa.Text))


def downgrade():
    with op.batch_alter_table("patient", recreate="always", table_kwargs=FORM) as table:
        table.drop_column("note")
"""
BREAK_LINKS = """
from alembic import op

revision = "9999"
down_revision = "@HEAD@"
branch_labels = depends_on = None


def upgrade():
    op.execute("CREATE TABLE half_done (a INTEGER)")
    op.execute("DELETE FROM patient")
"""


def with_revision(folder: Path, name: str, text: str) -> Path:
    """A copy of the migrations with one revision more."""
    copy = folder / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    text = text.replace("@HEAD@", known_revisions(MIGRATIONS)[-1])
    (copy / "versions" / "local" / name).write_text(text, encoding="utf-8")
    return copy


def open_with(folder: Path, migrations: Path, *, counter: bool = True) -> Store:
    clock, ids = StandingClock(), OrderedIds()
    return open_store(folder / "store.db", KEY, clock, ids, migrations, counter=counter, ballast_bytes=1024)


def _forms(engine: sa.Engine) -> dict[str, str]:
    """What SQLite was told to make, without regard to white space."""
    with engine.connect() as conn:
        rows = conn.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
        )
        return {name: re.sub(r"\s+|(?<=\()\s|\s(?=\))", "", sql) for name, sql in rows}


def test_the_head_equals_the_tables_word_by_word(tmp_path: Path) -> None:
    opened(tmp_path, create=True).close()
    migrated = make_engine(tmp_path / "store.db", KEY)
    declared = sa.create_engine("sqlite://")
    schema.metadata.create_all(declared)
    with declared.begin() as conn:
        for table in history.HISTORY:
            for trigger in history.history_triggers(table):
                conn.exec_driver_sql(trigger)
        for table in history.KEPT:
            for trigger in history.kept_triggers(table):
                conn.exec_driver_sql(trigger)
    assert _forms(migrated) == _forms(declared)
    with migrated.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn), schema.metadata) == []
    migrated.dispose()
    declared.dispose()


def test_file_names_tell_the_revisions() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS / "versions" / "local")])
    revisions = [each.revision for each in scripts.walk_revisions()]
    assert revisions[::-1] == known_revisions(MIGRATIONS)


def test_no_revision_imports_the_program() -> None:
    for path in MIGRATIONS.rglob("*.py"):
        assert "pos_desktop" not in path.read_text(encoding="utf-8").replace("`pos_desktop", ""), path.name


def test_up_down_up_from_nothing(tmp_path: Path) -> None:
    opened(tmp_path, create=True).close()
    engine = make_engine(tmp_path / "store.db", KEY, foreign_keys=False)
    forms = _forms(engine)
    config = alembic_config(engine, MIGRATIONS)
    command.downgrade(config, "base")
    assert _forms(engine) == {}
    command.upgrade(config, "head")
    assert _forms(engine) == forms
    engine.dispose()


def test_up_down_up_with_rows_loses_none(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        sold = sell(store, entry_maker(store), basket("s1"))
    migrations = with_revision(tmp_path, "9999_note.py", REBUILD)
    engine = make_engine(tmp_path / "store.db", KEY, foreign_keys=False)
    config = alembic_config(engine, migrations)
    forms = _forms(engine)
    command.upgrade(config, "head")
    assert "note" in _forms(engine)["patient"]
    command.downgrade(config, known_revisions(MIGRATIONS)[-1])
    assert _forms(engine) == {**forms, "patient": _forms(engine)["patient"]}
    command.upgrade(config, "head")
    engine.dispose()
    with open_with(tmp_path, migrations) as store:
        assert store.sales.find(sold.id) == sold
        assert store.patients.by_id(PATIENT.id) is not None
        assert len(store.ledger.window(PATIENT.id, sold.sold_at)) == 1


def test_opening_an_older_store_backs_it_up_and_raises_it(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        sold = sell(store, entry_maker(store), basket("s1"))
    with open_with(tmp_path, with_revision(tmp_path, "9999_note.py", REBUILD)) as store:
        assert store._db.row("SELECT version_num FROM alembic_version") == ("9999",)
        assert store.sales.find(sold.id) == sold
    [kept] = tmp_path.glob(f"store.before-{known_revisions(MIGRATIONS)[-1]}.*.bak")
    (tmp_path / "older").mkdir()
    kept.rename(tmp_path / "older" / "store.db")
    with opened(tmp_path / "older") as older:
        assert older.sales.find(sold.id) == sold


def test_a_command_beside_the_counter_changes_no_schema_under_it(tmp_path: Path) -> None:
    migrations = with_revision(tmp_path, "9999_note.py", REBUILD)
    with stocked(tmp_path) as store:
        with pytest.raises(StoreBusy):
            open_with(tmp_path, migrations, counter=False)
        assert store._db.row("SELECT version_num FROM alembic_version") == (known_revisions(MIGRATIONS)[-1],)
    with open_with(tmp_path, migrations, counter=False) as beside:
        assert beside._db.row("SELECT version_num FROM alembic_version") == ("9999",)


def test_a_revision_that_breaks_links_is_undone_whole(tmp_path: Path) -> None:
    stocked(tmp_path).close()
    with pytest.raises(EnvironmentTrouble, match="It was undone"):
        open_with(tmp_path, with_revision(tmp_path, "9999_break.py", BREAK_LINKS))
    with opened(tmp_path) as store:
        assert store._db.row("SELECT count(*) FROM sqlite_master WHERE name = 'half_done'") == (0,)
        assert store.patients.by_id(PATIENT.id) == PATIENT


def test_with_foreign_keys_on_a_rebuild_would_lose_or_refuse_rows(tmp_path: Path) -> None:
    """The known-wrong variant: the store's everyday engine. It shows why the migration has its own."""
    with stocked(tmp_path) as store:
        sell(store, entry_maker(store), basket("s1"))
    engine = make_engine(tmp_path / "store.db", KEY, foreign_keys=True)
    config = alembic_config(engine, with_revision(tmp_path, "9999_note.py", REBUILD))
    with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"):
        command.upgrade(config, "head")
    engine.dispose()


@pytest.mark.parametrize("table", history.HISTORY)
def test_history_refuses_update_delete_and_replace(tmp_path: Path, table: str) -> None:
    with stocked(tmp_path) as store:
        sell(store, entry_maker(store), basket("s1"))
        store.outbox.begin_attempt("report-s1", store.outbox.sender_epoch(), basket("s1").sold_at)
        with store._db.write() as conn:
            conn.exec_driver_sql("INSERT INTO limit_void VALUES ('x', NULL, 0, 'person-1', 'sample')")
            conn.exec_driver_sql("INSERT INTO rule_pack VALUES ('x', 'us-mi-medical', '1', 'a.toml', '', 1)")
            conn.exec_driver_sql(
                "INSERT INTO sale_lift VALUES ('s1', 0, 'limit:day', 'sample', 'person-1', 'sample')"
            )
            conn.exec_driver_sql(
                "INSERT INTO patient_view VALUES (1, 'patient-1', 'person-1', 1, 'sample', '')"
            )
            if table == "patient_purge":  # it opens the door of three others
                conn.exec_driver_sql(
                    "INSERT INTO patient_purge VALUES ('patient-1', 1, 'person-1', NULL, 'sample')"
                )
            conn.exec_driver_sql(
                "INSERT INTO till_event VALUES (1, 'till-1', 'drop', 1, 'person-1', 1, '', '', NULL)"
            )
            conn.exec_driver_sql("INSERT INTO till_count VALUES ('till-1', 1, 1, 'person-1', '[]', 0, 0)")
            conn.exec_driver_sql("INSERT INTO journal_seal VALUES (1, 1, x'00', 1, x'00', x'00')")
            conn.exec_driver_sql(
                "INSERT INTO card_payment VALUES (1, 'x', 's1', 'patient-1', 'till-1', 'T', 1, 1, 'person-1')"
            )
            conn.exec_driver_sql(
                "INSERT INTO card_step VALUES ('x', 1, 'unknown', 1, 'person-1', NULL, '', '', '', NULL)"
            )
            conn.exec_driver_sql(
                "INSERT INTO credit_entry VALUES (1, 'patient-1', 'given', 1, 1, 'person-1', '', NULL, NULL)"
            )
            conn.exec_driver_sql(
                "INSERT INTO person_change VALUES (1, 'person-1', 'added', 'Sample', 'lead', 1, 'person-1')"
            )
            conn.exec_driver_sql("INSERT INTO emergency_code VALUES (1, 'sample', 'person-1', 1)")
            conn.exec_driver_sql("INSERT INTO emergency_event VALUES (1, 'opened', 1, 'person-1', 'sample')")
            conn.exec_driver_sql("INSERT INTO z_report VALUES (1, 1, 'till-1', 1, '{}', 1, '')")
            conn.exec_driver_sql(
                "INSERT INTO custody_event VALUES (1, 'deposit', 'till-1', 1, 'person-1', NULL, 1, '{}', 1, 1, '')"
            )
        columns = [column.name for column in schema.metadata.tables[table].columns]
        before = store._db.rows(f"SELECT * FROM {table}")
        assert before
        for change in (
            f"UPDATE {table} SET {columns[-1]} = {columns[-1]}",
            f"DELETE FROM {table}",
            f"REPLACE INTO {table} SELECT * FROM {table}",
        ):
            with pytest.raises(sa.exc.IntegrityError, match="history is never"), store._db.write() as conn:
                conn.exec_driver_sql(change)
        assert store._db.rows(f"SELECT * FROM {table}") == before
