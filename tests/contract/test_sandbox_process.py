"""The sandbox as a process: starts lean, keeps what it answered through SIGKILL, writes nothing in plain text."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from pos_desktop.training.sandbox import SandboxError, SandboxServer, store
from tests.fixtures.sandbox import FLOWER, Caller, line, receipt, running, seed_document, to_json

START = "import sys; from pos_desktop.training.sandbox.__main__ import main; sys.exit(main())"

# A known-wrong sandbox: it answers first and leaves committing for later.
FORGETFUL = """
from contextlib import contextmanager
from pos_desktop.training.sandbox import store
@contextmanager
def writing(self):
    with self._lock:
        if not self._db.in_transaction:
            self._db.execute("BEGIN")
        yield self._db
seeded = store.Store.writing
def note(self, name, note=store.Store.note):
    store.Store.writing = writing if name == "faults" else seeded
    return note(self, name)
store.Store.note = note
"""


class Process:
    def __init__(self, state_dir: Path, *options: str, script: str = START) -> None:
        command = [sys.executable, "-c", script, "--state-dir", str(state_dir), *options]
        pipe = subprocess.PIPE
        self.popen = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=Path.cwd())
        self.ready: dict[str, Any] = json.loads(_pipe(self.popen.stdout).readline() or b"null")
        self.token = (state_dir / "control.token").read_text()

    def metrc(self) -> Caller:
        return Caller(self.ready["base_url"])

    def control(self) -> Caller:
        return Caller(self.ready["control_url"], None, None, self.token)

    def kill(self) -> None:
        self.popen.kill()
        self.popen.communicate(timeout=60)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


@contextmanager
def process(state_dir: Path, *options: str, script: str = START) -> Iterator[Process]:
    started = Process(state_dir, *options, script=script)
    try:
        yield started
    finally:
        started.kill()


@pytest.fixture
def seed_file(tmp_path: Path) -> Path:
    path = tmp_path / "seed.json"
    path.write_bytes(to_json(seed_document()))
    return path


def killed_after_three_sales(state_dir: Path, seed_file: Path, script: str) -> int:
    """Three sales answered with 200, then SIGKILL: how many the next process knows."""
    with SandboxServer(state_dir) as server:
        server.seed(json.loads(seed_file.read_bytes(), parse_float=str))
    with process(state_dir, script=script) as first, first.metrc() as metrc:
        for n in range(3):
            sold = receipt(line(FLOWER, "1", "Grams", "10"), ExternalReceiptNumber=f"K-{n}")
            assert metrc.post("/sales/v2/receipts", [sold]).status == 200
        first.kill()
    with process(state_dir) as second, second.control() as control:
        return len(control.get("/__sandbox/ledger").json["receipts"])


def test_sigkill_loses_nothing_that_was_answered(tmp_path: Path, seed_file: Path) -> None:
    assert killed_after_three_sales(tmp_path / "state", seed_file, START) == 3


def test_a_sandbox_that_commits_after_answering_is_caught(tmp_path: Path, seed_file: Path) -> None:
    assert killed_after_three_sales(tmp_path / "state", seed_file, FORGETFUL + START) < 3


def test_a_restart_keeps_stock_settings_faults_clock_and_revoked_keys(
    tmp_path: Path, seed_file: Path
) -> None:
    state = tmp_path / "state"
    with (
        process(state, "--seed", str(seed_file)) as first,
        first.metrc() as metrc,
        first.control() as control,
    ):
        control.put("/__sandbox/clock", {"now": "2026-04-08T16:00:00Z", "running": False})
        control.put("/__sandbox/settings", {"external_miss": 404})
        metrc.post("/sales/v2/receipts", [receipt()])
        control.put("/__sandbox/faults", {"plan": [{"match": "DELETE *", "do": "500"}]})
        kept = {
            name: control.get(f"/__sandbox/{name}").json for name in ("ledger", "settings", "clock", "faults")
        }
        first.kill()

    with (
        process(state, "--seed", str(seed_file)) as second,
        second.metrc() as metrc,
        second.control() as control,
    ):
        assert {name: control.get(f"/__sandbox/{name}").json for name in kept} == kept
        assert metrc.get("/sales/v2/receipts/external/NONE").status == 404
        assert str(metrc.get(f"/packages/v2/{FLOWER}").json["Quantity"]) == "450.1"


def test_a_request_held_back_is_applied_after_a_restart(tmp_path: Path, seed_file: Path) -> None:
    state = tmp_path / "state"
    with (
        process(state, "--seed", str(seed_file)) as first,
        first.metrc() as metrc,
        first.control() as control,
    ):
        entry = {"match": "POST *", "do": "hold-late-apply", "seconds": 3600}
        control.put("/__sandbox/faults", {"plan": [entry]})
        with pytest.raises(ConnectionError):
            metrc.post("/sales/v2/receipts", [receipt()])
        first.kill()

    with SandboxServer(state) as server:
        server.service.move_clock(server.service.clock.now_us() + 3_600_000_000, running=True)
        server._late.apply_due()
        assert len(server.ledger()) == 1


def test_the_ready_line_names_both_ports(tmp_path: Path) -> None:
    with process(tmp_path / "state") as started:
        ready = started.ready
        with started.metrc() as metrc, started.control() as control:
            assert metrc.get("/facilities/v2").status == 401
            assert control.get("/__sandbox/health").json == {"ready": True, "outage": "open"}

    assert ready["ready"] is True
    assert ready["base_url"] == f"http://127.0.0.1:{ready['port']}"
    assert ready["control_url"] == f"http://127.0.0.1:{ready['control_port']}"
    assert ready["pid"] == started.popen.pid


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told(tmp_path: Path, end: signal.Signals) -> None:
    with process(tmp_path / "state") as started:
        started.popen.send_signal(end)
        assert (started.popen.wait(60), _pipe(started.popen.stderr).read()) == (0, b"")


def test_it_ends_with_its_input_where_asked(tmp_path: Path) -> None:
    with process(tmp_path / "state", "--end-with-input") as started:
        _pipe(started.popen.stdin).close()
        started.popen.stdin = None
        assert started.popen.wait(60) == 0


def test_user_signals_close_and_open_the_socket(tmp_path: Path) -> None:
    with process(tmp_path / "state") as started, started.control() as control:
        for number, outage in ((signal.SIGUSR1, "closed"), (signal.SIGUSR2, "open")):
            os.kill(started.popen.pid, number)
            while control.get("/__sandbox/health").json["outage"] != outage:
                continue
            with started.metrc() as metrc:
                if outage == "closed":
                    with pytest.raises(ConnectionRefusedError):
                        metrc.get("/facilities/v2")
                else:
                    assert metrc.get("/facilities/v2").status == 401


def test_it_starts_without_qt_sqlalchemy_or_other_parts_of_the_program(tmp_path: Path) -> None:
    look = (
        "import sys; import pos_desktop.training.sandbox; "
        "print([name for name in sys.modules if name.startswith(('PySide6', 'sqlalchemy', 'httpx', 'alembic')) "
        "or (name.startswith('pos_desktop.') and not name.startswith('pos_desktop.training'))])"
    )
    found = subprocess.run(
        [sys.executable, "-c", look], capture_output=True, check=True, cwd=Path.cwd(), text=True
    )

    assert found.stdout.strip() == "[]"


MARKERS = (b"PT-001", b"ST01-R1-0000001", b"Sample Flower", FLOWER.encode())


def plain_markers(state_dir: Path) -> set[bytes]:
    found = set()
    for path in state_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found |= {marker for marker in MARKERS if marker in content}
    return found


def test_nothing_can_be_read_in_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(tmp_path / "state") as sandbox:
        sandbox.metrc.post("/sales/v2/receipts", [receipt()])
        assert plain_markers(tmp_path / "state") == set()
    assert plain_markers(tmp_path / "state") == set()

    prepare = store._prepare
    monkeypatch.setattr(store, "_prepare", lambda db, key, schema: prepare(_Keyless(db), key, schema))
    with running(tmp_path / "plain") as sandbox:
        sandbox.metrc.post("/sales/v2/receipts", [receipt()])
    assert plain_markers(tmp_path / "plain") == set(MARKERS)


class _Keyless:
    """A connection that does not hear of its key."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def execute(self, statement: str, *values: Any) -> Any:
        return self._db.execute("SELECT 1" if "PRAGMA key" in statement else statement, *values)


def refused(state_dir: Path, port: int = 0, control_port: int = 0) -> str:
    with pytest.raises(SandboxError) as failure:
        SandboxServer(state_dir, port=port, control_port=control_port)
    return str(failure.value)


def test_a_second_sandbox_on_the_folder_is_refused_and_the_first_lives(tmp_path: Path) -> None:
    with running(tmp_path) as sandbox:
        assert "Another sandbox runs on the folder" in refused(tmp_path)
        assert sandbox.metrc.get("/facilities/v2").status == 200


def test_a_port_in_use_is_refused_with_a_sentence_and_the_state_is_let_go(tmp_path: Path) -> None:
    with running(tmp_path / "one") as sandbox:
        taken = sandbox.server.port
        assert f"cannot use port {taken}" in refused(tmp_path / "two", port=taken)
        assert f"cannot use port {taken}" in refused(tmp_path / "two", control_port=taken)
        with running(tmp_path / "two"):
            pass


def test_a_missing_wrong_or_broken_key_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with running(tmp_path):
        pass
    key = tmp_path / "sandbox.key"
    kept = key.read_text()

    key.write_text("0" * 64)
    assert "cannot be opened" in refused(tmp_path)
    key.write_text("short")
    assert "does not hold a secret" in refused(tmp_path)
    key.unlink()
    assert "key sandbox.key is missing" in refused(tmp_path)
    key.write_text(kept)
    with SandboxServer(tmp_path) as server:
        assert server.ledger() == []


def test_the_command_says_in_a_sentence_why_it_does_not_start(tmp_path: Path) -> None:
    options = ["--state-dir", str(tmp_path / "state"), "--seed", str(tmp_path / "missing.json")]
    done = subprocess.run(
        [sys.executable, "-c", START, *options], capture_output=True, check=False, text=True
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The seed file ")
    assert "Traceback" not in done.stderr
