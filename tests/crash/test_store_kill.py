"""SIGKILL in the middle of commits and of a migration; the next opening finds everything that was promised."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from pos_desktop.domain.errors import StoreBusy
from pos_desktop.storage import driver
from pos_desktop.storage.migrating import known_revisions
from tests.fixtures.audit import audit
from tests.fixtures.stores import KEY, MIGRATIONS, PATIENT, basket, entry_maker, opened, sell, stocked
from tests.migrations.test_store_migrations import open_with, with_revision

ROOT = MIGRATIONS.parent
HEAD = known_revisions(MIGRATIONS)[-1]
HANGING = """
import sys
from alembic import op

revision = "9999"
down_revision = "@HEAD@"
branch_labels = depends_on = None


def upgrade():
    op.execute("CREATE TABLE half_done (a INTEGER)")
    op.execute("INSERT INTO half_done VALUES (1)")
    op.execute("UPDATE patient SET last_name = 'Half done'")
    print("inside", flush=True)
    sys.stdin.read()
"""


def _sell_and_kill(folder: Path, first: int, promises: int, *, early: bool = False) -> list[str]:
    """Let the program promise so many sales, kill it at that instant, and return all that it promised."""
    command = [sys.executable, "-m", "tests.fixtures.selling", str(folder), str(first)]
    if early:
        command.append("early")
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        kept = [child.stdout.readline().strip() for _ in range(promises)]
        child.kill()
        return kept + child.stdout.read().split()


def _kills(folder: Path, times: int, seed: int) -> None:
    stocked(folder, on_hand=1_000_000).close()
    dice = random.Random(seed)
    promised: list[str] = []
    for n in range(times):
        promised += _sell_and_kill(folder, 1_000 * n, dice.randint(1, 12))
        with opened(folder) as store:
            assert not store.was_clean
            assert audit(store, promised) == []
    assert len(promised) >= times


def test_no_promised_sale_is_lost_to_a_kill(tmp_path: Path) -> None:
    _kills(tmp_path, 4, seed=1)


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_no_promised_sale_is_lost_to_a_hundred_kills(tmp_path: Path) -> None:
    _kills(tmp_path, 100, seed=2)


def test_a_till_that_promises_before_commit_is_found_out(tmp_path: Path) -> None:
    """The known-wrong variant."""
    stocked(tmp_path).close()
    promised = _sell_and_kill(tmp_path, 0, 1, early=True)
    with opened(tmp_path) as store:
        assert audit(store, promised) == ["lost: sale-000000"]


def test_the_audit_sees_a_row_taken_from_the_journal(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        for n in range(3):
            sell(store, entry_maker(store), basket(f"s{n}"))
    con = driver.connect(tmp_path / "store.db", KEY)
    con.execute("DROP TRIGGER journal_not_deleted")
    con.execute("DELETE FROM journal WHERE seq = 1")
    con.close()
    with opened(tmp_path) as store:
        assert "the journal breaks at 1" in audit(store, ["s0", "s1", "s2"])


def test_a_kill_inside_a_migration_leaves_the_former_revision(tmp_path: Path) -> None:
    with stocked(tmp_path) as store:
        sell(store, entry_maker(store), basket("s1"))
    migrations = with_revision(tmp_path, "9999_hanging.py", HANGING)
    program = (
        "import sys; from pathlib import Path; from tests.migrations.test_store_migrations import open_with;"
        "open_with(*map(Path, sys.argv[1:]))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path), str(migrations)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "inside\n"
        with pytest.raises(StoreBusy):
            opened(tmp_path)
        child.kill()
    with opened(tmp_path) as store:
        assert store._db.row("SELECT version_num FROM alembic_version") == (HEAD,)
        assert store.patients.by_id(PATIENT.id) is not None
        assert store.patients.by_name("Half done", "", 1) == []
        assert audit(store, ["s1"]) == []
    finished = migrations / "versions" / "local" / "9999_hanging.py"
    done = HANGING.replace("sys.stdin.read()", "pass").replace("@HEAD@", HEAD)
    finished.write_text(done, encoding="utf-8")
    with open_with(tmp_path, migrations) as store:
        assert store._db.row("SELECT a FROM half_done") == (1,)
