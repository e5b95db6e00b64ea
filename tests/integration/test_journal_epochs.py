"""Each epoch has a chain of its own; they are tied, so that nobody writes an earlier one anew behind a later seal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pos_desktop.app.journal_export import exported
from pos_desktop.app.sealing import Sealing
from pos_desktop.app.verifying import verify
from pos_desktop.app.verifying_seals import SealsTold
from pos_desktop.domain.journal import chain, genesis
from pos_desktop.domain.people import SERVICE
from pos_desktop.keystore.signing import JournalKey, is_signed, make_signing_key
from pos_desktop.keystore.training_keys import TrainingKeys
from pos_desktop.storage import driver
from pos_desktop.storage.store import Store
from tests.fixtures.stores import KEY, NOON, StandingClock, opened

SCRIPT = Path(__file__).resolve().parents[2] / "resources" / "verify_journal.py"
ANEW = "does not go on where"


class Register:
    """A store whose journal has epochs 1 and 2, each sealed at its end."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, StandingClock()
        keys = TrainingKeys(folder)
        make_signing_key(keys)
        self.key = JournalKey(keys)
        with opened(folder, self.clock, create=True) as store:
            for word in ("one", "two", "three"):
                store.journal.append("sample.done", SERVICE.id, "", {"word": word})
            self.seal(store)
            store.begin_epoch(2, NOON)
            store.journal.append("sample.done", SERVICE.id, "", {"word": "four"})
            self.seal(store)

    def seal(self, store: Store) -> None:
        Sealing(seals=store.seals, signer=self.key, settings=store.settings, clock=self.clock).now()

    def found(self) -> tuple[list[str], int, str]:
        """What `verify` finds; exit code and words of the inspector's script on the export."""
        with opened(self.folder, self.clock, counter=False) as store:
            register = store.settings.register().id
            seals = SealsTold(store.seals, self.key, is_signed, register)
            wrong = verify(store.sales, store.journal, None, seals).wrong
            lines = list(exported(register, self.key.public, store.journal, store.seals))
        file = self.folder / "journal.jsonl"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(SCRIPT), str(file), self.key.public.hex()],
            capture_output=True,
            text=True,
            check=False,
        )
        return wrong, done.returncode, done.stdout

    def edit(self, *, epoch: int, cut: int | None = None, word: bytes = b"", gone: bool = False) -> None:
        """By hand, chain and all: an epoch without its seals, whose key the forger does not have."""
        con = driver.connect(self.folder / "store.db", KEY)
        for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            con.execute(f"DROP TRIGGER {name}")
        con.execute("DELETE FROM journal_seal WHERE epoch = ?", (epoch,))
        if gone or cut is not None:
            con.execute("DELETE FROM journal WHERE epoch = ? AND seq >= ?", (epoch, cut or 0))
        [(register,)] = con.execute("SELECT register_id FROM store").fetchall()
        link = genesis(register, epoch)
        rows = con.execute("SELECT seq, body FROM journal WHERE epoch = ? ORDER BY seq", (epoch,)).fetchall()
        for seq, body in rows:
            forged = body.replace(b'"two"', word or b'"two"')
            link = chain(link, forged)
            con.execute(
                "UPDATE journal SET body = ?, hash = ? WHERE epoch = ? AND seq = ?",
                (forged, link, epoch, seq),
            )
        con.close()


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path)


def test_an_honest_journal_of_two_epochs_holds(register: Register) -> None:
    wrong, code, said = register.found()
    assert (wrong, code, "Everything holds." in said) == ([], 0, True)


@pytest.mark.parametrize("edit", [{"word": b'"tow"'}, {"cut": 2}, {"gone": True}])
def test_an_earlier_epoch_that_was_written_anew_is_found(register: Register, edit: dict[str, object]) -> None:
    register.edit(epoch=1, **edit)  # type: ignore[arg-type]  # each of them is one of its words
    wrong, code, said = register.found()
    assert any(ANEW in each for each in wrong)
    assert (code, ANEW in said) == (1, True)


def test_an_epoch_that_was_put_in_before_the_first_is_found(register: Register) -> None:
    con = driver.connect(register.folder / "store.db", KEY)
    [(name,)] = con.execute("SELECT register_id FROM store").fetchall()
    [(body,)] = con.execute("SELECT body FROM journal WHERE epoch = 1 AND seq = 0").fetchall()
    forged = body.replace(b'"epoch":1', b'"epoch":0')
    con.execute("INSERT INTO journal VALUES (0, 0, ?, ?)", (forged, chain(genesis(name, 0), forged)))
    con.close()
    wrong, code, _ = register.found()
    assert (any(ANEW in each for each in wrong), code) == (True, 1)
