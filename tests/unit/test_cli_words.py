"""The words of the command line: what is wrong usage, where options may stand, which trouble ends with which code."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from pos_desktop import cli
from pos_desktop.cli import exits
from pos_desktop.cli.arguments import UsageError, _parser, parse
from pos_desktop.domain import errors

Command = Callable[[argparse.Namespace], int]


@pytest.fixture
def verify_does(monkeypatch: pytest.MonkeyPatch) -> Callable[[Command], None]:
    """Puts another command in the place of `verify`, so that no store is needed."""

    def put(command: Command) -> None:
        module = ModuleType("pos_desktop.cli.verify")
        module.run = command  # type: ignore[attr-defined]  # a module made here
        monkeypatch.setitem(sys.modules, "pos_desktop.cli.verify", module)

    return put


WRONG = [
    ([], "COMMAND"),
    (["nonsense"], "Argument COMMAND: invalid choice"),
    (["sync", "--once", "--watch"], "not allowed with"),
    (["sync", "later"], "invalid choice"),
    (["sandbox", "leafdata"], "invalid choice"),
    (["sandbox", "metrc", "--port", "65536"], "a port is a number from 0 to 65535"),
    (["sandbox", "metrc", "--port", "-1"], "--port"),
    (["sandbox", "metrc", "--port", "٣"], "a port is a number"),
    (["training", "sell"], "--count"),
    (["training", "sell", "--count", "0"], "a whole number from 1 to 1000000"),
    (["training", "sell", "--count", "1", "--seed", "-1"], "--seed"),
    (["training", "sell", "--count", "1", "--seed", "9" * 30], "a whole number, not below zero"),
    (["import", "animals", "x.csv"], "invalid choice"),
    (["import", "patients"], "FILE.csv"),
    (["config"], "get"),
    (["config", "get", "a", "b", "c"], "unrecognized arguments"),
    (["export", "patients"], "invalid choice"),
    (["--profile", "play", "verify"], "invalid choice"),
    (["--data-dir", "", "verify"], "name a folder, or leave --data-dir out"),
    (["demo", "--out", ""], "name a folder, or leave --out out"),
    (["secret", "show", "state.user_key"], "invalid choice"),
]


@pytest.mark.parametrize(("argv", "words"), WRONG, ids=[" ".join(argv)[:40] for argv, _ in WRONG])
def test_wrong_words_end_with_64_and_say_how_it_goes(
    argv: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == exits.BAD_USAGE == 64
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("usage: pos-desktop")
    assert words.casefold() in said.err.casefold()
    assert "Traceback" not in said.err


PLACES = [
    ["--json", "--data-dir", "D", "--profile", "training", "sync", "status"],
    ["sync", "--json", "--data-dir", "D", "--profile", "training", "status"],
    ["sync", "status", "--json", "--data-dir", "D", "--profile", "training"],
    ["--data-dir", "D", "sync", "--profile", "training", "status", "--json"],
]


@pytest.mark.parametrize("argv", PLACES, ids=map(" ".join, PLACES))
def test_general_options_stand_before_or_after_the_command(argv: list[str]) -> None:
    """An option before the command is not wiped out by the command's own parser."""
    told = parse(argv)
    assert (told.json, told.data_dir, told.profile, told.what) == (True, "D", "training", "status")


def test_options_that_were_not_given_are_not_there() -> None:
    told = parse(["verify"])
    assert not {"json", "data_dir", "profile"} & set(vars(told))


@pytest.mark.parametrize(
    "command", ["setup", "run", "demo", "sync", "sandbox", "verify", "import", "config", "export"]
)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse([command, "--help"])
    assert ended.value.code == 0
    assert f"pos-desktop {command}" in capsys.readouterr().out


def test_a_negative_count_is_not_taken_for_an_option() -> None:
    with pytest.raises(UsageError, match="--count"):
        parse(["training", "sell", "--count", "-5"])


ENDS = [
    (errors.StoreDamaged("x"), 50),
    (errors.Unavailable("x", code="state-away"), 40),
    (errors.BadInput("x", code="usage"), 64),
    (errors.BadInput("x"), 1),
    (errors.StoreBusy("x"), 1),
    (errors.StoreTooNew("x"), 1),
    (errors.KeyMissing("x"), 1),
    (errors.RuleRefusal("x"), 1),
    (errors.EnvironmentTrouble("x", code="no-store"), 1),
]


@pytest.mark.parametrize(("problem", "code"), ENDS, ids=[type(each).__name__ + each.code for each, _ in ENDS])
def test_trouble_is_a_sentence_and_a_code(
    problem: errors.PosError,
    code: int,
    verify_does: Callable[[Command], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def trouble(_: argparse.Namespace) -> int:
        raise problem

    verify_does(trouble)
    assert cli.main(["verify"]) == code
    assert capsys.readouterr() == ("", "x\n")
    assert cli.main(["verify", "--json"]) == code
    said = capsys.readouterr()
    assert json.loads(said.out) == {"error": {"code": problem.code, "sentence": "x"}}
    assert said.err == "x\n"


def test_stopped_by_hand_is_said_calmly(
    verify_does: Callable[[Command], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(_: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    verify_does(stop)
    assert cli.main(["verify"]) == exits.OTHER
    assert capsys.readouterr().err == "Stopped. Everything saved so far is kept.\n"
    assert cli.main(["verify", "--json"]) == exits.OTHER
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "stopped"


@pytest.mark.parametrize(("fault", "code"), [(EOFError(), "no-answer"), (AttributeError("x"), "bug")])
def test_nothing_that_goes_wrong_shows_a_trace(
    fault: Exception,
    code: str,
    verify_does: Callable[[Command], None],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    def fail(_: argparse.Namespace) -> int:
        raise fault

    verify_does(fail)
    assert cli.main(["verify", "--json", "--data-dir", str(tmp_path / "none")]) == exits.OTHER
    said = capsys.readouterr()
    told = json.loads(said.out)["error"]
    assert (told["code"], said.err) == (code, told["sentence"] + "\n")


FAULT = """
import sys, types
from pos_desktop import cli
command = types.ModuleType("pos_desktop.cli.verify")
command.run = lambda _: 1 // 0
sys.modules["pos_desktop.cli.verify"] = command
raise SystemExit(cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("store", [True, False])
def test_the_trace_of_a_fault_goes_to_the_log_of_a_store_that_is_there(store: bool, tmp_path: Path) -> None:
    if store:
        (tmp_path / "pos.db").touch()
    done = subprocess.run(
        [sys.executable, "-c", FAULT, "--data-dir", str(tmp_path), "verify"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "a fault of the program" in done.stderr
    log = tmp_path / "log" / "pos.log"
    assert log.exists() is store
    assert not store or "ZeroDivisionError" in log.read_text(encoding="utf-8")


WITHOUT = """
import os, sys
numbers = [int(each) for each in sys.argv[1].split()]
for number in numbers:
    os.close(number)
words = ["--data-dir", sys.argv[2], *sys.argv[3:]]
os.execv(sys.executable, [sys.executable, "-m", "pos_desktop", *words])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="closed streams of POSIX")
@pytest.mark.parametrize(
    ("closed", "words", "code"),
    [
        ("0", ["setup"], 64),
        ("0", ["secret", "set", "state.user_key"], 1),
        ("1", ["config", "get"], 1),
        ("0 1 2", ["config", "get"], 1),
    ],
)
def test_a_closed_stream_is_no_fault(closed: str, words: list[str], code: int, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, closed, str(tmp_path / "data"), *words],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "fault of the program" not in done.stderr


@pytest.mark.parametrize(("words", "shown"), [([], b"\\u201cNein\\u201d"), (["--json"], "“Nein”".encode())])
def test_what_the_terminal_cannot_show_is_written_all_the_same(words: list[str], shown: bytes) -> None:
    script = (
        "import sys, types; from pos_desktop import cli; from pos_desktop.cli.asking import tell;"
        "command = types.ModuleType('pos_desktop.cli.verify');"
        "command.run = lambda words: tell(words, {'a': '“Nein”'}, '“Nein”') or 0;"
        "sys.modules['pos_desktop.cli.verify'] = command; raise SystemExit(cli.main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "verify", *words],
        capture_output=True, check=False, timeout=120, env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert shown in done.stdout


READER_LEAVES = """
import sys, types
from pos_desktop import cli
command = types.ModuleType("pos_desktop.cli.verify")
command.run = lambda _: print("a line\\n" * int(sys.argv[1])) or 0
sys.modules["pos_desktop.cli.verify"] = command
sys.stdin.read()
raise SystemExit(cli.main(["verify"]))
"""


@pytest.mark.parametrize("lines", [1, 100_000])
def test_a_reader_who_left_gets_no_trace(lines: int) -> None:
    """As in `pos-desktop export sales | head -1`: with more than the pipe holds, and with less."""
    program = subprocess.Popen(
        [sys.executable, "-c", READER_LEAVES, str(lines)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
    )
    assert program.stdin is not None
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.close()
    program.stdin.close()
    with program.stderr:
        assert program.stderr.read() == b""
    assert program.wait() == exits.DONE


def test_only_the_command_that_is_asked_for_gets_its_words() -> None:
    def words_of(asked: frozenset[str] | None) -> int:
        commands = next(
            each for each in _parser(asked)._actions if isinstance(each, argparse._SubParsersAction)
        )
        return sum(len(each._actions) > 1 for each in commands.choices.values())  # each has --help

    assert words_of(frozenset(("sync", "--once"))) == 1
    assert words_of(frozenset()) == 0
    assert words_of(None) > 20
